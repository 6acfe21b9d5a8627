"""Proof that no schedule earns more: a bound from prices, and what a given schedule leaves on the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Frac, IntArray, Usd
from repower.dispatch import checks
from repower.dispatch.exact_site import Prepared, arrays_of
from repower.dispatch.feasible import violations
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.ratchet import best_split
from repower.dispatch.schedule import Dispatch, earned_usd

_SHOWN_STEPS = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Certificate:
    """How far a schedule can be from the best.

    Parameters
    ----------
    profit_usd : what the schedule earns.
    bound_usd : what no schedule exceeds.
    gap_usd : the most that was left on the table, `bound_usd` less `profit_usd`.
    gap_frac : it as a share of the bound's size.
    loss_usd : shape (T,), how far each step is from its best answer to the prices of the proof. What is lost in the
        choice of peaks, or by holding energy at the wrong time, is not in it.
    worst_steps : up to ten steps with the largest loss, the worst first.
    """

    profit_usd: Usd
    bound_usd: Usd
    gap_usd: Usd
    gap_frac: Frac
    loss_usd: Array
    worst_steps: IntArray


def certify(problem: DispatchProblem, schedule: Dispatch, prices: Dispatch | None = None) -> Certificate:
    """Check a schedule, whoever made it, and bound what it leaves on the table.

    Parameters
    ----------
    schedule : from `solve`, or anybody's megawatts by `schedule_of`.
    prices : a schedule whose `marginal_usd_per_mwh` and `water_value_usd_per_mwh` make the proof, as `solve` gives it;
        None takes the schedule's own. Any prices give a valid bound, those of the best schedule the tightest.

    Raises
    ------
    InputError
        The schedule breaks a limit, a balance or the battery's energy; names what, in which step and by how much.
    """
    problems = violations(problem, schedule)
    if problems:
        raise InputError(problems)
    proof = schedule if prices is None else prices
    prepared = arrays_of(problem)
    marginal, water = _prices(problem, proof.marginal_usd_per_mwh, proof.water_value_usd_per_mwh)
    profit_usd = earned_usd(problem, schedule)
    # At the optimum both are the same number, summed up in another order.
    bound = max(prices_bound_usd(prepared, marginal, water), profit_usd)
    loss = _loss_usd(problem, prepared, schedule, marginal, water)
    worst = np.argsort(-loss, kind="stable")[:_SHOWN_STEPS]
    return Certificate(
        profit_usd=profit_usd,
        bound_usd=bound,
        gap_usd=bound - profit_usd,
        gap_frac=(bound - profit_usd) / max(abs(bound), 1.0),
        loss_usd=loss,
        worst_steps=worst[loss[worst] > 0.0],
    )


def bound_usd(
    problem: DispatchProblem, marginal_usd_per_mwh: Array, water_value_usd_per_mwh: Array | None = None
) -> Usd:
    """What no schedule can earn more than, from any price of a MWh on the site in each step; in time O(T).

    Loads, plants, import, export and battery each answer the prices on their own; together they then earn no less than
    a schedule that must keep them in balance. Good prices give a tight bound, any prices a valid one.

    Parameters
    ----------
    marginal_usd_per_mwh : shape (T,).
    water_value_usd_per_mwh : shape (T,), worth of a MWh in the battery during each step; may be left out without one.

    Raises
    ------
    InputError
        A price is missing, not finite, or of the wrong shape.
    """
    marginal, water = _prices(problem, marginal_usd_per_mwh, water_value_usd_per_mwh)
    return prices_bound_usd(arrays_of(problem), marginal, water)


def prices_bound_usd(prepared: Prepared, marginal_usd_per_mwh: Array, water_usd_per_mwh: Array) -> Usd:
    """`bound_usd` of a problem that is prepared already."""
    from repower.dispatch.schedule_kernel import free_bound_usd, period_rents

    site = prepared.site
    total = free_bound_usd(site, marginal_usd_per_mwh, water_usd_per_mwh)
    total += water_usd_per_mwh[0] * prepared.battery.start_mwh
    total += max(-water_usd_per_mwh[-1] * end_mwh for end_mwh in prepared.end_mwh)
    charge, floor = prepared.charge_usd_per_mw, prepared.floor_mw
    if prepared.ratchet is not None:
        split = best_split(prepared.ratchet, site.period, site.limit_mw, _rent(prepared, marginal_usd_per_mwh))
        charge, floor, total = split.peak_usd_per_mw, np.zeros(floor.size), total - split.floor_usd
    rents, lowest, highest = period_rents(site, marginal_usd_per_mwh, charge.size)
    alike = (lowest == highest) | (charge == 0.0)
    top = np.maximum(highest, floor)
    full = np.where(charge > 0.0, rents[0] * highest - charge * top, rents[1])
    at_floor = np.where(charge > 0.0, rents[0] * np.minimum(floor, highest) - charge * floor, -np.inf)
    total += float(np.where(alike, np.maximum(full, at_floor), 0.0).sum())
    for period in np.flatnonzero(~alike):
        inside = site.period == period
        rent = np.maximum(marginal_usd_per_mwh[inside] - site.price_usd_per_mwh[inside], 0.0) * site.step_h
        total += _peak_bound_usd(rent, site.limit_mw[inside], charge[period], floor[period])
    return float(total) + prepared.fixed_usd


def _rent(prepared: Prepared, marginal_usd_per_mwh: Array) -> Array:
    """What one more MW of import gains above its price in each step [$/MW], shape (T,)."""
    site = prepared.site
    return np.asarray(np.maximum(marginal_usd_per_mwh - site.price_usd_per_mwh, 0.0) * site.step_h)


def _peak_bound_usd(rent_usd_per_mw: Array, limit_mw: Array, charge: float, floor: float) -> Usd:
    """The most that import of a period earns above its price, less the charge on its best peak."""
    peaks = np.unique(np.append(limit_mw[limit_mw > floor], floor))
    order = np.argsort(limit_mw)
    limits, rents = limit_mw[order], rent_usd_per_mw[order]
    below = np.searchsorted(limits, peaks, side="right")
    earned = np.append(0.0, np.cumsum(limits * rents))[below]
    above = np.append(np.cumsum(rents[::-1])[::-1], 0.0)[below]
    return float(np.max(earned + above * peaks - charge * peaks))


def _prices(problem: DispatchProblem, marginal: Array, water: Array | None) -> tuple[Array, Array]:
    """Both price series, checked, as arrays of their own."""
    steps = problem.price_usd_per_mwh.size
    problems: list[Problem] = []
    kept = [np.asarray(checks.floats("marginal_usd_per_mwh", marginal, problems))]
    if problem.battery is None and (water is None or np.size(water) == 0):
        water = np.zeros(steps)
    kept.append(np.asarray(checks.floats("water_value_usd_per_mwh", () if water is None else water, problems)))
    for name, given in zip(("marginal_usd_per_mwh", "water_value_usd_per_mwh"), kept, strict=True):
        if given.shape != (steps,):
            problems.append(checks.shape(name, given, f"({steps},)"))
    if problems:
        raise InputError(problems)
    return kept[0].copy(), kept[1].copy()


def _loss_usd(problem: DispatchProblem, prepared: Prepared, schedule: Dispatch, marginal: Array, water: Array) -> Array:
    """What each step earns at these prices, below the most that it could."""
    from repower.dispatch.schedule_kernel import step_bounds_usd

    site, battery = prepared.site, prepared.battery
    rent, charges = _rent(prepared, marginal), prepared.charge_usd_per_mw
    if prepared.ratchet is not None:
        charges = best_split(prepared.ratchet, site.period, site.limit_mw, rent).peak_usd_per_mw
    for period, charge in enumerate(charges):
        inside = np.flatnonzero(site.period == period)
        rent[inside] *= _shares(rent[inside], site.limit_mw[inside], charge)
    rent /= site.step_h
    most = step_bounds_usd(site, marginal, water, rent)
    paid = problem.price_usd_per_mwh if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    done = np.sum(schedule.block_mw * problem.block_value_usd_per_mwh, axis=1)
    done += paid * schedule.export_mw - (problem.price_usd_per_mwh + rent) * schedule.import_mw
    if problem.firm is not None:
        served = np.broadcast_to(problem.block_mw * problem.block_value_usd_per_mwh, schedule.block_mw.shape)
        done -= served[:, problem.firm].sum(axis=1)
    if problem.supply_cost_usd_per_mwh is not None and problem.supply_mw is not None:
        done += np.sum((problem.supply_mw - schedule.supply_mw) * problem.supply_cost_usd_per_mwh, axis=1)
    if schedule.charge_mw.size:
        done += water * schedule.charge_mw * battery.charge_efficiency_frac
        done -= water * schedule.discharge_mw / battery.discharge_efficiency_frac
    loss: Array = np.maximum(most - done * site.step_h, 0.0)
    return loss


def _shares(rent_usd_per_mw: Array, limit_mw: Array, charge: float) -> Array:
    """What part of each step's rent the peak charge takes: all where the limit is above the best peak, none below."""
    levels, level = np.unique(limit_mw, return_inverse=True)
    rents = np.bincount(level, weights=rent_usd_per_mw, minlength=levels.size)
    above = np.cumsum(rents[::-1])[::-1] - rents
    share = np.clip((charge - above) / np.where(rents > 0.0, rents, np.inf), 0.0, 1.0)
    return np.asarray(share[level])
