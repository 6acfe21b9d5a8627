"""Dispatch by a general solver: what `solve` does in milliseconds, for any number of batteries and energy limits.

HiGHS through `scipy.optimize.linprog`. It is hundreds of times slower than the exact solver and knows none of its
tricks, which is what makes it a witness for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from repower.base.errors import InfeasibleError, RepowerError
from repower.base.units import Array
from repower.dispatch.linear import LinearProgramme, linear_programme
from repower.dispatch.linear_site import LinearSite, batteries_of, site_of
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.schedule import Dispatch, earned_usd

_OPTIMAL, _INFEASIBLE = 0, 2
_TOLERANCE = 1e-9
_ROUNDING = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearDispatch(Dispatch):
    """A schedule of a site with any number of batteries; what `Dispatch` says of a battery is here their sum.

    The water value is that of the first battery.

    Parameters
    ----------
    each_charge_mw, each_discharge_mw : shape (T, B), on the grid side.
    each_stored_mwh : shape (T, B), at the end of each step.
    """

    each_charge_mw: Array
    each_discharge_mw: Array
    each_stored_mwh: Array


def solve_lp(site: DispatchProblem | LinearSite) -> LinearDispatch:
    """The best schedule of a site, by linear programming.

    Parameters
    ----------
    site : a dispatch problem, or one with further batteries and energy caps.

    Returns
    -------
    The schedule with its clearing prices, which are the solver's dual prices of the balance of each step.

    Raises
    ------
    InfeasibleError
        No schedule keeps every limit; names the family of constraints, where and by how much.
    """
    given = site_of(site)
    programme = linear_programme(given)
    columns, duals = _optimum(programme, given)
    return schedule_of(given, programme, columns, duals, "linear programme by HiGHS")


def schedule_of(
    site: LinearSite, programme: LinearProgramme, columns: Array, duals: Array, method: str
) -> LinearDispatch:
    """A schedule from the columns of a solved programme.

    Parameters
    ----------
    columns : shape (N,). duals : shape (M,), what one more unit on the right-hand side of each row costs.
    """
    problem, layout = site.problem, programme.layout
    steps = columns[: layout.steps * layout.each].reshape(layout.steps, layout.each)
    at, first = layout.import_at, layout.import_at + 2
    both_mw = np.minimum(steps[:, at], steps[:, at + 1])
    import_mw = steps[:, at] - both_mw
    peak_mw = np.zeros(period_count(problem))
    np.maximum.at(peak_mw, period_index(problem), import_mw)
    charge_mw, discharge_mw, stored_mwh = (steps[:, first + offset :: 3].copy() for offset in range(3))
    schedule = LinearDispatch(
        profit_usd=0.0,
        block_mw=steps[:, : layout.blocks].copy(),
        import_mw=import_mw,
        export_mw=steps[:, at + 1] - both_mw,
        supply_mw=steps[:, layout.blocks : at].copy(),
        peak_mw=peak_mw,
        marginal_usd_per_mwh=duals[: layout.steps] / problem.step_h,
        method=method,
        battery_mw=(charge_mw - discharge_mw).sum(axis=1),
        charge_mw=charge_mw.sum(axis=1),
        discharge_mw=discharge_mw.sum(axis=1),
        energy_mwh=stored_mwh.sum(axis=1),
        water_value_usd_per_mwh=_water_value(programme, duals),
        each_charge_mw=charge_mw,
        each_discharge_mw=discharge_mw,
        each_stored_mwh=stored_mwh,
    )
    return replace(schedule, profit_usd=earned_usd(problem, schedule))


def _water_value(programme: LinearProgramme, duals: Array) -> Array:
    """What one more stored MWh in the first battery is worth in every step; empty without a battery."""
    first = programme.families.get("battery")
    steps = programme.layout.steps
    return np.zeros(0) if first is None else -duals[first : first + steps]


def _optimum(programme: LinearProgramme, site: LinearSite) -> tuple[Array, Array]:
    found, duals = run_highs(programme)
    if found.status == _INFEASIBLE:
        raise InfeasibleError(why_infeasible(programme, site))
    if found.status != _OPTIMAL:
        raise RepowerError(f"HiGHS found no optimum of the linear programme: {found.message}")
    return np.asarray(found.x), duals


def run_highs(programme: LinearProgramme) -> tuple[Any, Array]:
    """What scipy's HiGHS says of a linear programme, and what one more unit on the right of each row costs."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    equal = programme.row_lower == programme.row_upper
    below = ~equal & np.isfinite(programme.row_upper)
    above = ~equal & np.isfinite(programme.row_lower)
    found = linprog(
        programme.cost,
        A_ub=vstack([programme.matrix[below], -programme.matrix[above]]) if (below | above).any() else None,
        b_ub=np.concatenate([programme.row_upper[below], -programme.row_lower[above]]),
        A_eq=programme.matrix[equal],
        b_eq=programme.row_upper[equal],
        bounds=np.stack([programme.lower, programme.upper], axis=1),
        method="highs",
        options={"primal_feasibility_tolerance": _TOLERANCE, "dual_feasibility_tolerance": _TOLERANCE},
    )
    duals = np.zeros(programme.row_upper.size)
    if found.status == _OPTIMAL:
        duals[equal] = found.eqlin.marginals
        duals[below] = found.ineqlin.marginals[: np.count_nonzero(below)]
        duals[above] -= found.ineqlin.marginals[np.count_nonzero(below) :]
    return found, duals


def why_infeasible(programme: LinearProgramme, site: LinearSite) -> str:
    """Which family of constraints has no solution: the first whose loosening alone gives one, and by how little.

    Energy caps are asked first, then where batteries start and end, then the balance of the steps, which loosens most.
    """
    ends = [*list(programme.families.values())[1:], programme.row_upper.size]
    bounds = dict(zip(programme.families, zip(programme.families.values(), ends, strict=True), strict=True))
    steps = programme.layout.steps
    for family in ("energy caps", "battery", "balance"):
        first, end = bounds.get(family, (0, 0))
        rows = np.arange(first, end)
        if family == "battery":
            rows = rows[(rows - first) % steps == steps - 1]
        if not rows.size:
            continue
        found, _ = run_highs(_loosened(programme, rows))
        if found.status == _OPTIMAL:
            missed = found.x[-2 * rows.size :].reshape(2, rows.size)
            return _WORDS[family](site, missed[0] - missed[1])
    return (
        "no schedule keeps every limit: firm load, batteries and energy caps contradict each other, and loosening one "
        "of them is not enough. Fix: raise the import limit, free the batteries' end, or widen the energy caps"
    )


def _loosened(programme: LinearProgramme, rows: Any) -> LinearProgramme:
    """The least that some rows must be missed by, upwards and downwards."""
    from scipy.sparse import csr_array, hstack

    count = rows.size
    one = csr_array((np.ones(count), (rows, np.arange(count))), shape=(programme.row_upper.size, count))
    return replace(
        programme,
        cost=np.concatenate([np.zeros(programme.cost.size), np.ones(2 * count)]),
        lower=np.concatenate([programme.lower, np.zeros(2 * count)]),
        upper=np.concatenate([programme.upper, np.full(2 * count, np.inf)]),
        matrix=hstack([programme.matrix, one, -one]).tocsr(),
    )


def _balance_words(_site: LinearSite, missed_mw: Array) -> str:
    short = missed_mw > _ROUNDING
    if not short.any():
        worst = int(np.argmin(missed_mw))
        return (
            f"energy has nowhere to go: in step {worst} plants and batteries must give {-missed_mw[worst]:g} MW more "
            "than the site can use. Fix: lower energy_caps.least_mwh, free the batteries' end, or export more"
        )
    worst = int(np.argmax(missed_mw))
    return (
        f"firm load cannot be served: in step {worst} the site is {missed_mw[worst]:g} MW short with import, plants "
        f"and batteries together; {np.count_nonzero(short)} of {missed_mw.size} steps are short, this one by the most. "
        "Fix: raise the import limit or supply there, or make a block interruptible"
    )


def _battery_words(site: LinearSite, missed_mwh: Array) -> str:
    worst = int(np.argmax(np.abs(missed_mwh)))
    battery = batteries_of(site)[worst]
    goal = "a feasible level" if battery.end_mwh is None else f"its end_mwh of {battery.end_mwh:g} MWh"
    return (
        f"battery {worst} cannot reach {goal} from its start of {battery.start_mwh:g} MWh: it misses it by "
        f"{abs(missed_mwh[worst]):g} MWh. Fix: leave end_mwh free, or give the battery more power, room or time"
    )


def _cap_words(site: LinearSite, missed_mwh: Array) -> str:
    worst = int(np.argmax(np.abs(missed_mwh)))
    cap, amount = site.energy_caps[worst], abs(missed_mwh[worst])
    if missed_mwh[worst] > 0:
        return (
            f"plant {cap.plant} cannot give its energy_caps.least_mwh of {cap.least_mwh:g} MWh: {amount:g} MWh of it "
            "cannot be made or used. Fix: lower least_mwh, or raise the plant's capacity or the export limit"
        )
    return (
        f"firm load needs {amount:g} MWh more from plant {cap.plant} than its energy_caps.most_mwh of "
        f"{cap.most_mwh:g} MWh. Fix: raise most_mwh or the import limit, or make a block interruptible"
    )


_WORDS = {"energy caps": _cap_words, "battery": _battery_words, "balance": _balance_words}
