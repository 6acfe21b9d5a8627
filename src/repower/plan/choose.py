"""Choosing one option per hall: a small MILP over tabulated option values, solved by HiGHS (in scipy).

Binary x[h, o] says that hall h takes option o (a kind with its start). Maximise the sum of values such that every hall
takes exactly one, the meter MW of all halls on the design hour stay within the site in every quarter, capital stays
within the owner's limit, and no more halls are under construction in a quarter than there are crews. Firm load (leases,
GPUs) must fit into what the site holds; miners may be shed, so a site whose halls already hold more than that may keep
them, but not add to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from repower.base.clock import Quarter, quarter_of, quarter_start, quarters_between
from repower.base.errors import InfeasibleError
from repower.base.units import USD_PER_MUSD, Array, IntArray, Mw, Usd
from repower.plan.result import OptionValue

BUILDING = frozenset({"colocation_reuse", "colocation_new", "gpu_cloud"})
"""Kinds of option that occupy a construction crew."""


@dataclass(frozen=True)
class Limits:
    """What the halls share.

    Parameters
    ----------
    site_mw : import limit plus firm on-site capacity [MW].
    capital_usd : most that all conversions together may spend.
    crews : halls under construction in one quarter.
    plan_start, quarters : the quarters in which the limits are watched.
    """

    site_mw: Mw
    capital_usd: Usd
    crews: int
    plan_start: Quarter
    quarters: int


@dataclass(frozen=True)
class Present:
    """What a hall draws today on the design hour at the meter, and whether it is firm."""

    peak_mw: Mw
    is_firm: bool


@dataclass(frozen=True)
class Usage:
    """What one option takes of each shared limit: MW, firm MW and crews by quarter, capital once."""

    peak_mw: Array
    firm_mw: Array
    crew_count: Array
    capital_usd: Usd


def usage(option: OptionValue, before: Present, limits: Limits) -> Usage:
    """What an option of a hall uses of the shared limits.

    Parameters
    ----------
    before : the hall's present use, which runs on until works begin (reuse, GPU cloud, stop) or until hand-over (new
        building, refresh).
    """
    quarters = np.arange(limits.quarters)
    begin = quarters_between(limits.plan_start, option.start)
    done = limits.quarters if option.hand_over is None else _quarter_index(option, limits)
    stops = {"keep": limits.quarters, "refresh": done, "colocation_new": done}.get(option.kind, begin)
    runs, ready = quarters < stops, quarters >= done
    is_building = (quarters >= begin) & (quarters <= _last_built(option, limits)) & (option.kind in BUILDING)
    return Usage(
        np.where(runs, before.peak_mw, 0.0) + np.where(ready, option.peak_mw, 0.0),
        np.where(runs & before.is_firm, before.peak_mw, 0.0)
        + np.where(ready & (option.kind in BUILDING), option.peak_mw, 0.0),
        is_building.astype(np.float64),
        option.capex_usd,
    )


def choose(
    options: Sequence[Sequence[OptionValue]], present: Sequence[Present], limits: Limits
) -> tuple[OptionValue, ...]:
    """The option of every hall that together are worth most within the shared limits.

    Parameters
    ----------
    options : per hall, its feasible options at every start.
    present : per hall, its present use.

    Returns
    -------
    one option per hall, in the order of the halls. Ties go to the option listed first.

    Raises
    ------
    InfeasibleError : where not even the smallest options fit the limits; the message names the limit.
    """
    return choices(options, present, limits)(limits.capital_usd)


def choices(
    options: Sequence[Sequence[OptionValue]], present: Sequence[Present], limits: Limits
) -> Callable[[Usd], tuple[OptionValue, ...]]:
    """The same choice as a function of the capital limit; what options use is tabulated once."""
    flat = [(hall, option) for hall, group in enumerate(options) for option in group if option.feasible]
    usages = [usage(option, present[hall], limits) for hall, option in flat]
    value_musd = np.array([option.value_usd for _, option in flat]) / USD_PER_MUSD
    hall_of = np.array([hall for hall, _ in flat], dtype=np.int64)
    table = _rows(usages, hall_of, present, limits)

    def under(capital_usd: Usd) -> tuple[OptionValue, ...]:
        upper = np.append(table.upper[:-1], capital_usd / USD_PER_MUSD)
        rows = _binding(replace(table, upper=upper), hall_of)
        kept = _undominated(value_musd, rows, hall_of)
        picked = _solve(value_musd[kept], replace(rows, coefficients=rows.coefficients[:, kept]))
        if picked is None:
            raise InfeasibleError(_why_infeasible(options, present, replace(limits, capital_usd=capital_usd)))
        return tuple(flat[kept[index]][1] for index in sorted(picked, key=lambda index: flat[kept[index]][0]))

    return under


def binding_limit(
    chosen: Sequence[OptionValue], hall: int, wanted: OptionValue, present: Sequence[Present], limits: Limits
) -> str:
    """Which shared limit keeps one hall from taking the option it would rather have; empty where none does."""
    trial = [wanted if index == hall else option for index, option in enumerate(chosen)]
    uses = [usage(option, before, limits) for option, before in zip(trial, present, strict=True)]
    if sum(use.capital_usd for use in uses) > limits.capital_usd * (1 + _SLACK):
        return "capital limit"
    if np.any(np.sum([use.crew_count for use in uses], axis=0) > limits.crews + _SLACK):
        return "construction crews"
    held_mw = max(limits.site_mw, sum(before.peak_mw for before in present))
    over = np.sum([use.peak_mw for use in uses], axis=0) > held_mw * (1 + _SLACK)
    if np.any(over | (np.sum([use.firm_mw for use in uses], axis=0) > limits.site_mw * (1 + _SLACK))):
        return "site MW"
    return ""


_SLACK = 1e-9


def _quarter_index(option: OptionValue, limits: Limits) -> int:
    """Quarter of the hand-over; a hand-over inside a quarter counts from that quarter on."""
    assert option.hand_over is not None
    return quarters_between(limits.plan_start, quarter_of(option.hand_over))


def _last_built(option: OptionValue, limits: Limits) -> int:
    """Last quarter in which the crew is still there: that of the day before hand-over."""
    if option.hand_over is None:
        return limits.quarters
    return quarters_between(limits.plan_start, quarter_of(option.hand_over - timedelta(days=1)))


@dataclass(frozen=True)
class _Rows:
    """One option for each hall, then the shared limits; capital is the last row."""

    coefficients: Array
    lower: Array
    upper: Array


def _rows(usages: Sequence[Usage], hall_of: IntArray, present: Sequence[Present], limits: Limits) -> _Rows:
    halls = len(present)
    one_each = (hall_of[None, :] == np.arange(halls)[:, None]).astype(np.float64)
    held_mw = max(limits.site_mw, sum(before.peak_mw for before in present))
    capital_musd = np.array([[use.capital_usd for use in usages]]) / USD_PER_MUSD
    limited = (
        (np.array([use.peak_mw for use in usages]).T, held_mw),
        (np.array([use.firm_mw for use in usages]).T, limits.site_mw),
        (np.array([use.crew_count for use in usages]).T, float(limits.crews)),
        (capital_musd, limits.capital_usd / USD_PER_MUSD),
    )
    upper = np.concatenate([np.full(rows.shape[0], limit) for rows, limit in limited])
    return _Rows(
        np.vstack([one_each, *(rows for rows, _ in limited)]),
        np.concatenate([np.ones(halls), np.full(upper.size, -np.inf)]),
        np.concatenate([np.ones(halls), upper]),
    )


def _binding(rows: _Rows, hall_of: IntArray) -> _Rows:
    """The rows without those that no combination of options can break."""
    halls = np.unique(hall_of)
    most = np.sum([rows.coefficients[:, hall_of == hall].max(axis=1) for hall in halls], axis=0)
    kept = (most > rows.upper) | np.isfinite(rows.lower)
    return _Rows(rows.coefficients[kept], rows.lower[kept], rows.upper[kept])


def _undominated(value_musd: Array, rows: _Rows, hall_of: IntArray) -> IntArray:
    """The options that no other of their hall beats in value while taking no more of anything; the first of equals."""
    kept = []
    for hall in np.unique(hall_of):
        columns = np.flatnonzero(hall_of == hall)
        takes, worth = rows.coefficients[:, columns], value_musd[columns]
        no_more = (takes[:, :, None] <= takes[:, None, :]).all(axis=0)
        better = (worth[:, None] > worth[None, :]) | (
            (worth[:, None] == worth[None, :]) & (columns[:, None] < columns[None, :])
        )
        kept.append(columns[~(no_more & better).any(axis=0)])
    return np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)


def _solve(value_musd: Array, rows: _Rows) -> list[int] | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        -value_musd,
        constraints=LinearConstraint(rows.coefficients, rows.lower, rows.upper),
        integrality=np.ones(value_musd.size),
        bounds=Bounds(0.0, 1.0),
        options={"mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    return [int(index) for index in np.flatnonzero(np.round(found.x) == 1)]


def _why_infeasible(options: Sequence[Sequence[OptionValue]], present: Sequence[Present], limits: Limits) -> str:
    least_mw = np.sum(
        [
            np.min([usage(option, before, limits).firm_mw for option in group if option.feasible], axis=0)
            for group, before in zip(options, present, strict=True)
        ],
        axis=0,
    )
    worst = int(np.argmax(least_mw))
    when = quarter_start(limits.plan_start).isoformat()
    if least_mw[worst] > limits.site_mw:
        return (
            f"no plan fits the site: firm load of at least {least_mw[worst]:.1f} MW on the design hour in quarter "
            f"{worst + 1} after {when}, and the site has {limits.site_mw:.1f} MW. "
            "Fix: raise interconnect.import_limit_mw, or give a hall an option that needs less."
        )
    return (
        f"no plan fits crews ({limits.crews}) and capital (${limits.capital_usd:,.0f}) together. "
        "Fix: raise owner.crews or owner.capital_limit_usd."
    )
