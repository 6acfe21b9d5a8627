"""What an hourly dispatch answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from repower.base.units import Array, Usd
from repower.dispatch.problem import DispatchProblem, period_count


def _nothing() -> Array:
    return np.zeros(0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dispatch:
    """A schedule and what it earns. What concerns a battery is empty where the way it was found knows none.

    Parameters
    ----------
    profit_usd : value served plus exports, less energy bought, cost of supply and peak charges, over all steps.
    block_mw : shape (T, K), what each load block draws.
    import_mw, export_mw : shape (T,).
    supply_mw : shape (T, S), what each plant gives.
    peak_mw : shape (P,), highest import of each billing period; what is charged for it says `billed_mw`.
    marginal_usd_per_mwh : shape (T,), price that clears the step: what one more MWh on the site is worth, its share of
        the peak charge included. It is an optimal dual price, so it proves the schedule.
    method : how the schedule was found, in words.
    bound_usd : what no schedule can exceed, proved by prices (`certificate`); None where nobody asked.
    battery_mw : shape (T,), at the meter, charging positive: `charge_mw` less `discharge_mw`.
    charge_mw, discharge_mw : shape (T,). Both at once only where the site has energy to burn.
    energy_mwh : shape (T,), what the battery holds at the end of each step.
    water_value_usd_per_mwh : shape (T,), what one more stored MWh is worth during each step, as `marginal_usd_per_mwh`
        an optimal dual price.
    """

    profit_usd: Usd
    block_mw: Array
    import_mw: Array
    export_mw: Array
    supply_mw: Array
    peak_mw: Array
    marginal_usd_per_mwh: Array
    method: str
    bound_usd: Usd | None = None
    battery_mw: Array = field(default_factory=_nothing)
    charge_mw: Array = field(default_factory=_nothing)
    discharge_mw: Array = field(default_factory=_nothing)
    energy_mwh: Array = field(default_factory=_nothing)
    water_value_usd_per_mwh: Array = field(default_factory=_nothing)


def earned_usd(problem: DispatchProblem, schedule: Dispatch) -> Usd:
    """What a schedule earns, from its megawatts alone (its own `profit_usd` is not read)."""
    price = problem.price_usd_per_mwh
    paid = price if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    value = problem.block_value_usd_per_mwh
    served = np.sum(schedule.block_mw @ value) if value.ndim == 1 else np.sum(schedule.block_mw * value)
    traded = np.dot(paid, schedule.export_mw) - np.dot(price, schedule.import_mw)
    cost = 0.0
    if problem.supply_cost_usd_per_mwh is not None:
        cost = np.sum(schedule.supply_mw * problem.supply_cost_usd_per_mwh)
    charges = np.sum(problem.peak_charge_usd_per_mw * billed_mw(problem, schedule.peak_mw))
    return float((served + traded - cost) * problem.step_h - charges)


def billed_mw(problem: DispatchProblem, peak_mw: Array) -> Array:
    """The demand that each billing period is charged for: its peak, its floor, or a ratchet's share of earlier peaks.

    Parameters
    ----------
    peak_mw : shape (P,), highest import of each period.

    Returns
    -------
    shape (P,).
    """
    floor_mw = np.zeros(period_count(problem)) if problem.peak_floor_mw is None else problem.peak_floor_mw
    billed: Array = np.maximum(peak_mw, floor_mw)
    for back in range(1, min(problem.ratchet_periods + 1, billed.size)):
        billed[back:] = np.maximum(billed[back:], problem.ratchet_frac * peak_mw[:-back])
    return billed
