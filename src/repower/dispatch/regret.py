"""Where a schedule falls short of the best: hour by hour, at the prices that prove the best.

At any prices of energy on the site and in the battery every part has a best answer of its own. What the parts of a
schedule forgo against those answers, each zero or more, adds up to the bound less what the schedule earns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.units import Array
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import peak_cost_usd_per_mw, ratchet_of
from repower.dispatch.schedule import Dispatch, billed_mw


@dataclass(frozen=True)
class Regret:
    """What a schedule leaves, in dollars, at given prices.

    Parameters
    ----------
    loads_usd, supply_usd, battery_usd : shape (T,), loads, plants and export, battery.
    import_usd : shape (T,), import at its price and its share of the period's peak charge.
    peak_usd : shape (P,), peak charges paid beyond what the hours of the period make of the peak.
    """

    loads_usd: Array
    supply_usd: Array
    battery_usd: Array
    import_usd: Array
    peak_usd: Array


def regret(problem: DispatchProblem, schedule: Dispatch, prices: Dispatch) -> Regret:
    """What a schedule leaves against the answers to the prices of the best one.

    Parameters
    ----------
    schedule : feasible; its battery arrays are empty where nothing moves.
    prices : the best dispatch, for `marginal_usd_per_mwh`, `water_value_usd_per_mwh` and `peak_mw`.
    """
    price, step_h = prices.marginal_usd_per_mwh, problem.step_h
    rent = np.maximum(price - problem.price_usd_per_mwh, 0.0)
    limit_mw = np.broadcast_to(problem.import_limit_mw, price.shape)
    gained = problem.block_value_usd_per_mwh - price[:, None]
    answer = np.where(gained > 0.0, gained, 0.0) * problem.block_mw
    if problem.firm is not None:
        answer = np.where(problem.firm, gained * problem.block_mw, answer)
    loads = (answer - gained * schedule.block_mw).sum(axis=1)
    # Import answers its price and a rent that the peak takes over; where a period bears no charge the limit does.
    index, periods = period_index(problem), period_count(problem)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,))
    floor_mw = np.zeros(periods) if problem.peak_floor_mw is None else problem.peak_floor_mw
    ratchet = ratchet_of(problem)
    # A peak below its own floor may still set what later periods are charged for.
    top_mw = np.maximum(prices.peak_mw, floor_mw) if ratchet is None else prices.peak_mw
    costs = peak_cost_usd_per_mw(problem)
    room_mw = np.where(costs[index] > 0.0, np.minimum(top_mw[index], limit_mw), limit_mw)
    forgone = rent * room_mw - (price - problem.price_usd_per_mwh) * schedule.import_mw
    return Regret(
        loads_usd=loads * step_h,
        supply_usd=_supply_usd_per_h(problem, schedule, price) * step_h,
        battery_usd=_battery_usd(problem, schedule, prices),
        import_usd=forgone * step_h,
        peak_usd=charge * (billed_mw(problem, schedule.peak_mw) - billed_mw(problem, top_mw)),
    )


def _supply_usd_per_h(problem: DispatchProblem, schedule: Dispatch, price: Array) -> Array:
    left = np.zeros(price.size)
    if problem.supply_cost_usd_per_mwh is not None and problem.supply_mw is not None:
        gained = price[:, None] - problem.supply_cost_usd_per_mwh
        left += (np.maximum(gained, 0.0) * problem.supply_mw - gained * schedule.supply_mw).sum(axis=1)
    paid = problem.price_usd_per_mwh if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    from_mw = 0.0 if problem.battery is None else problem.battery.discharge_mw
    own_mw = np.zeros(price.size) if problem.supply_mw is None else np.sum(problem.supply_mw, axis=-1)
    most_mw = np.minimum(problem.export_limit_mw, own_mw + from_mw)
    gained_export = paid - price
    return np.asarray(left + np.maximum(gained_export, 0.0) * most_mw - gained_export * schedule.export_mw)


def _battery_usd(problem: DispatchProblem, schedule: Dispatch, prices: Dispatch) -> Array:
    battery, price = problem.battery, prices.marginal_usd_per_mwh
    if battery is None:
        return np.zeros(price.size)
    water = prices.water_value_usd_per_mwh
    into = battery.charge_efficiency_frac * water - price
    out = price - water / battery.discharge_efficiency_frac
    still = np.zeros(price.size)
    charge_mw = schedule.charge_mw if schedule.charge_mw.size else still
    discharge_mw = schedule.discharge_mw if schedule.discharge_mw.size else still
    left = np.maximum(into, 0.0) * battery.charge_mw - into * charge_mw
    left += np.maximum(out, 0.0) * battery.discharge_mw - out * discharge_mw
    stored_mwh = schedule.energy_mwh if schedule.energy_mwh.size else np.full(price.size, battery.start_mwh)
    # Holding a MWh from this step into the next gains what water rises by; after the last it is worth nothing.
    rise = np.append(np.diff(water), 0.0)
    held = np.maximum(rise, 0.0) * battery.energy_mwh - rise * stored_mwh
    return np.asarray(left * problem.step_h + held)
