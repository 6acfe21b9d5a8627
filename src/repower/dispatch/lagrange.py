"""Which blocks run when, where switching has a price: fast, with a proof of how much better any other choice could be.

At given prices of the site's energy each block decides for itself, and so does the rest of the site: what they earn
together is a bound on every schedule (Lagrangian relaxation of the balance). Prices come from exact dispatch without
switching costs. Where import is worth more than its charge they leave a rent that may be given up in part, which
tightens the bound; how much is chosen for each billing period. Schedules come from the blocks' own choices at prices a
little lower, some with the least valuable blocks off; billing periods hardly touch, so the best of each is taken.

References
----------
Muckstadt and Koenig (1977), An application of Lagrangian relaxation to scheduling in power-generation systems,
Operations Research 25(3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem, RepowerError
from repower.base.units import Array, BoolArray, Frac, Usd, UsdPerMwh
from repower.dispatch.commitment import (
    Commitment,
    CommittedDispatch,
    check_commitments,
    committed,
    started,
    with_hours,
)
from repower.dispatch.exact import solve
from repower.dispatch.problem import DispatchProblem, period_count
from repower.dispatch.ratchet import best_split, ratchet_of
from repower.dispatch.switched import Switched, export_price_usd_per_mwh

_RENT_KEPT = (1.0, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.55, 0.4, 0.2, 0.0)
_PRICE_CUTS = (0.03, 0.01, 0.1, 0.0)


def commit(problem: DispatchProblem, commitments: Sequence[Commitment], *, gap_frac: Frac = 1e-4) -> CommittedDispatch:
    """A schedule of a site with switched blocks, and a bound that none exceeds, without a general solver.

    The gap between the two is what it is: `milp.solve_commitment` closes it, in minutes for a year.

    Parameters
    ----------
    problem : the site and its prices, with at most one battery.
    commitments : one for each block that is on or off; other blocks run at any load.
    gap_frac : the search stops where profit is this close to the bound.

    Returns
    -------
    Hours, schedule, bound and gap.

    Raises
    ------
    InputError
        A commitment does not fit the site, or there is none.
    InfeasibleError
        The site cannot serve its firm load even without commitments.
    RepowerError
        None of the hours tried keeps the site's limits.
    """
    check_commitments(problem, commitments)
    if not commitments:
        raise InputError(Problem("names no block", "use repower.dispatch.solve", key="commitments", value="()"))
    relaxed = solve(problem)
    units, price = Switched(problem, commitments), relaxed.marginal_usd_per_mwh
    bounds = [dual_share(units, price).bound_usd, *([] if relaxed.bound_usd is None else [relaxed.bound_usd])]
    best = _evaluated(units, units.hours(price - _PRICE_CUTS[0] * _level_usd_per_mwh(price), ()), min(bounds))
    if best is not None and best.gap_frac <= gap_frac:
        return best
    price, tighter_usd = _tightened(units, price)
    best = _searched(units, price, min([*bounds, tighter_usd]), gap_frac)
    if best is None:
        raise RepowerError(
            "none of the hours tried keeps the site's limits. Fix: use milp.solve_commitment, which tries all"
        )
    return best


def _level_usd_per_mwh(price: Array) -> UsdPerMwh:
    return float(np.median(np.abs(price)))


def _searched(units: Switched, price: Array, bound_usd: Usd, gap_frac: Frac) -> CommittedDispatch | None:
    """The best of the blocks' own choices at a few prices, with ever more of the least valuable blocks off."""
    level = _level_usd_per_mwh(price)
    by_value = sorted(range(len(units.commitments)), key=units.mean_value_usd_per_mwh)
    tried: list[CommittedDispatch] = []
    best: CommittedDispatch | None = None
    for without in range(len(by_value) + 1):
        first_new = len(tried)
        for cut in _PRICE_CUTS:
            on = units.hours(price - cut * level, by_value[:without])
            if any(np.array_equal(on, other.on) for other in tried):
                continue
            found = _evaluated(units, on, bound_usd)
            if found is None:
                continue
            tried.append(found)
            if found.gap_frac <= gap_frac:
                return found
        if tried:
            earned = [units.earned_by_period(found) for found in tried]
            pick = np.argmax(earned, axis=0)
            on = np.array([found.on for found in tried])[pick[units.period], np.arange(units.steps)]
            mixed = _evaluated(units, units.nearest(on), bound_usd)
            best = max([*tried, *([] if mixed is None else [mixed])], key=lambda found: found.profit_usd)
            if best.gap_frac <= gap_frac or pick.max() < first_new:
                return best
    return best


@dataclass(frozen=True, eq=False)
class _Share:
    """What the site earns at given prices with the balance left out: in all, and nearly by billing period, (P,)."""

    bound_usd: Usd
    period_usd: Array


def dual_share(units: Switched, price: Array) -> _Share:
    """What every part of the site earns on its own at given prices: no schedule earns more than the sum."""
    problem, h = units.problem, units.problem.step_h
    gain = (units.value - price[:, None]) * units.width_mw
    each = np.where(units.firm, gain, np.maximum(gain, 0.0))[:, units.rest].sum(axis=1)
    most_mw = units.width_mw.sum(axis=1)
    own_mw = np.zeros(units.steps)
    if problem.supply_mw is not None and problem.supply_cost_usd_per_mwh is not None:
        each += (np.maximum(price[:, None] - problem.supply_cost_usd_per_mwh, 0.0) * problem.supply_mw).sum(axis=1)
        own_mw = own_mw + problem.supply_mw.sum(axis=-1)
    total = 0.0
    if problem.battery is not None:
        stored, cash = _arbitrage(problem, price)
        each += cash
        most_mw, own_mw = most_mw + problem.battery.charge_mw, own_mw + problem.battery.discharge_mw
        total = stored - float(cash.sum()) * h
    each += np.maximum(export_price_usd_per_mwh(problem) - price, 0.0) * np.minimum(problem.export_limit_mw, own_mw)
    each *= h
    for place, one in enumerate(units.commitments):
        gain_usd = units.gain_usd(place, price)
        worth_usd, on = units.own_choice(place, gain_usd, one.start_cost_usd)
        cash_usd = gain_usd * on - started(on[:, None], [one])[:, 0] * one.start_cost_usd
        each += cash_usd
        total += worth_usd - float(cash_usd.sum())
    imported = _import_worth(units, np.maximum(price - problem.price_usd_per_mwh, 0.0) * h, most_mw)
    by_period = units.by_period(each) + imported
    return _Share(float(by_period.sum()) + total, by_period)


def _arbitrage(problem: DispatchProblem, price: Array) -> tuple[Usd, Array]:
    """What the battery alone earns at most by trading at given prices, and its cash in each step [$/h]."""
    battery = problem.battery
    assert battery is not None
    alone = solve(
        DispatchProblem(
            price_usd_per_mwh=price,
            block_value_usd_per_mwh=np.zeros(0),
            block_mw=np.zeros(0),
            import_limit_mw=battery.charge_mw,
            export_limit_mw=battery.discharge_mw,
            step_h=problem.step_h,
            battery=battery,
        )
    )
    bound_usd = alone.profit_usd if alone.bound_usd is None else alone.bound_usd
    return bound_usd, price * (alone.export_mw - alone.import_mw)


def _import_worth(units: Switched, rent_usd_per_mw: Array, most_mw: Array) -> Array:
    """What import earns at most above its price and its peak charge, shape (P,): at a limit or at the floor.

    With a ratchet each period's peak bears what the best split of all charges gives it; floors go to the first period.
    """
    problem, periods = units.problem, period_count(units.problem)
    limit_mw = np.broadcast_to(np.minimum(problem.import_limit_mw, most_mw), (units.steps,))
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,))
    floor = np.zeros(periods) if problem.peak_floor_mw is None else problem.peak_floor_mw
    worth, fixed_usd, ratchet = np.empty(periods), 0.0, ratchet_of(problem)
    if ratchet is not None:
        split = best_split(ratchet, units.period, limit_mw, rent_usd_per_mw)
        charge, floor, fixed_usd = split.peak_usd_per_mw, np.zeros(periods), split.floor_usd
    for period in range(periods):
        inside = units.period == period
        order = np.argsort(limit_mw[inside])
        limits, rents = limit_mw[inside][order], rent_usd_per_mw[inside][order]
        below, above = np.cumsum(limits * rents), rents.sum() - np.cumsum(rents)
        at_limits = below + limits * above - charge[period] * np.maximum(limits, floor[period])
        at_floor = float(np.minimum(limits, floor[period]) @ rents) - charge[period] * floor[period]
        worth[period] = max(at_limits.max(initial=at_floor), at_floor)
    worth[0] -= fixed_usd
    return worth


def _tightened(units: Switched, price: Array) -> tuple[Array, Usd]:
    """Prices with as much of each period's rent given up as tightens the bound most, and the bound."""
    problem = units.problem
    floor, rent = np.minimum(price, problem.price_usd_per_mwh), np.maximum(price - problem.price_usd_per_mwh, 0.0)
    whole = units.by_period(rent * problem.step_h)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, whole.shape)
    if (ratchet := ratchet_of(problem)) is not None:
        limit_mw = np.minimum(problem.import_limit_mw, units.width_mw.sum(axis=1))
        charge = best_split(ratchet, units.period, limit_mw, rent * problem.step_h).peak_usd_per_mw
    least = np.divide(charge, whole, out=np.ones(whole.size), where=whole > charge)
    kept = np.array([least + (1.0 - least) * share for share in _RENT_KEPT])
    shares = [dual_share(units, floor + rent * row[units.period]) for row in kept]
    best_of = np.argmin([share.period_usd for share in shares], axis=0)
    mixed = kept[best_of, np.arange(whole.size)]
    options = [*kept, mixed]
    bounds = [share.bound_usd for share in shares] + [dual_share(units, floor + rent * mixed[units.period]).bound_usd]
    best = int(np.argmin(bounds))
    return floor + rent * options[best][units.period], bounds[best]


def _evaluated(units: Switched, on: BoolArray, bound_usd: Usd) -> CommittedDispatch | None:
    """The best schedule with these hours; None where they break the site's limits."""
    try:
        schedule = solve(with_hours(units.problem, units.commitments, on))
    except InfeasibleError:
        return None
    return committed(units.problem, units.commitments, on, schedule, bound_usd, "Lagrangian bound and repair")
