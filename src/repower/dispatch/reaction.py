"""Once the battery's part is decided: what it may still do later, and how loads and import answer true prices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from repower.base.units import Array, Mwh
from repower.dispatch.problem import Battery, DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import peak_cost_usd_per_mw
from repower.dispatch.rules import merit_order
from repower.dispatch.schedule import Dispatch, earned_usd


def repriced(problem: DispatchProblem, price_usd_per_mwh: Array) -> DispatchProblem:
    """The same site at other prices; an export price keeps its distance to the import price of its step."""
    paid = problem.export_price_usd_per_mwh
    if paid is not None:
        paid = price_usd_per_mwh - (problem.price_usd_per_mwh - paid)
    return replace(problem, price_usd_per_mwh=price_usd_per_mwh, export_price_usd_per_mwh=paid)


def fields_between(problem: DispatchProblem, first: int, end: int) -> dict[str, Any]:
    """Fields of a problem that vary in time, billing periods apart, from step `first` up to `end`."""
    fields: dict[str, Any] = {}
    for name, axes in _IN_TIME.items():
        given = getattr(problem, name)
        if given is not None and np.ndim(given) == axes:
            fields[name] = given[first:end]
    return fields


_IN_TIME = {
    "price_usd_per_mwh": 1,
    "block_value_usd_per_mwh": 2,
    "block_mw": 2,
    "import_limit_mw": 1,
    "export_limit_mw": 1,
    "export_price_usd_per_mwh": 1,
    "supply_cost_usd_per_mwh": 2,
    "supply_mw": 2,
}
"""Fields that may vary in time, and how many axes they have where they do."""


def reachable_mwh(problem: DispatchProblem) -> Array:
    """Lowest and highest stored energy at each step's start from which firm load is served and the end is met.

    Parameters
    ----------
    problem : has a battery and an answer.

    Returns
    -------
    shape (T + 1, 2), the last row at the end of the last step.
    """
    battery = problem.battery
    assert battery is not None
    low_mwh, high_mwh = released_range_mwh(problem, battery)
    end_mwh = battery.end_mwh
    low, high = (0.0, battery.energy_mwh) if end_mwh is None else (end_mwh, end_mwh)
    found = np.empty((low_mwh.size + 1, 2))
    found[-1] = low, high
    for step in range(low_mwh.size - 1, -1, -1):
        low, high = max(low + low_mwh[step], 0.0), min(high + high_mwh[step], battery.energy_mwh)
        found[step] = low, high
    return found


def released_range_mwh(problem: DispatchProblem, battery: Battery) -> tuple[Array, Array]:
    """Least (charging: negative) and most stored energy that each step can release, each of shape (T,)."""
    steps = problem.price_usd_per_mwh.size
    width = np.broadcast_to(problem.block_mw, (steps, problem.block_mw.shape[-1]))
    firm_mw = np.zeros(steps) if problem.firm is None else width[:, problem.firm].sum(axis=1)
    own_mw = 0.0 if problem.supply_mw is None else problem.supply_mw.sum(axis=-1)
    into, out = battery.charge_efficiency_frac, 1.0 / battery.discharge_efficiency_frac
    low_mw = np.maximum(firm_mw - own_mw - problem.import_limit_mw, -battery.charge_mw)
    high_mw = np.minimum(width.sum(axis=1) + problem.export_limit_mw, battery.discharge_mw)
    # What the site cannot take is burnt by charging in the same step.
    burnt_mw = np.minimum(battery.discharge_mw - high_mw, battery.charge_mw)
    most_mw = (high_mw + burnt_mw) * out - burnt_mw * into
    least_mw = low_mw * np.where(low_mw > 0.0, out, into)
    return least_mw * problem.step_h, most_mw * problem.step_h


def react(problem: DispatchProblem, charge_mw: Array, discharge_mw: Array, cap_mw: Array) -> Dispatch:
    """The best loads, plants, import and export at the problem's prices around a battery that is decided.

    Steps are decided one by one, as they come: import up to the cap of its billing period costs its price, and beyond
    it the whole peak charge in every step, with what a ratchet may add to later periods.

    Parameters
    ----------
    charge_mw, discharge_mw : shape (T,), such that the site can take them.
    cap_mw : shape (P,), peak that counts as paid for.

    Returns
    -------
    The schedule, its profit with the peaks that it really set; clearing prices and water values are left empty.
    """
    around = _around(problem, charge_mw, discharge_mw, cap_mw)
    found = merit_order(around)
    blocks, plants = problem.block_mw.shape[-1], 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    import_mw = found.import_mw + found.supply_mw[:, plants + 1]
    schedule = Dispatch(
        profit_usd=0.0,
        block_mw=found.block_mw[:, :blocks],
        import_mw=import_mw,
        export_mw=found.export_mw,
        supply_mw=found.supply_mw[:, :plants],
        peak_mw=set_peaks_mw(problem, import_mw),
        marginal_usd_per_mwh=np.zeros(0),
        method="battery decided; loads and import by price",
        battery_mw=charge_mw - discharge_mw,
        charge_mw=charge_mw,
        discharge_mw=discharge_mw,
        energy_mwh=stored_mwh(problem, charge_mw, discharge_mw),
    )
    return replace(schedule, profit_usd=earned_usd(problem, schedule))


def _around(problem: DispatchProblem, charge_mw: Array, discharge_mw: Array, cap_mw: Array) -> DispatchProblem:
    """The site without its battery, which is one more firm block where it charges and one more plant where it gives.

    The battery's plant is cheaper than anything else is worth, so that it always runs. The last plant is import beyond
    the cap, at the price it has there; a MWh is never sold for more than it costs, so that it is never exported.
    """
    steps, net_mw = problem.price_usd_per_mwh.size, charge_mw - discharge_mw
    price, paid = problem.price_usd_per_mwh, problem.export_price_usd_per_mwh
    block_mw = np.broadcast_to(problem.block_mw, (steps, problem.block_mw.shape[-1]))
    value = np.broadcast_to(problem.block_value_usd_per_mwh, block_mw.shape)
    supply_mw, cost = np.zeros((steps, 0)), np.zeros((steps, 0))
    if problem.supply_mw is not None and problem.supply_cost_usd_per_mwh is not None:
        supply_mw = np.broadcast_to(problem.supply_mw, (steps, problem.supply_mw.shape[-1]))
        cost = np.broadcast_to(problem.supply_cost_usd_per_mwh, supply_mw.shape)
    period = period_index(problem)
    charge = peak_cost_usd_per_mw(problem)[period]
    limit_mw = np.minimum(problem.import_limit_mw, block_mw.sum(axis=1) + np.maximum(net_mw, 0.0))
    within_mw = np.where(charge > 0.0, np.minimum(limit_mw, cap_mw[period]), limit_mw)
    lowest = min(float(given.min()) for given in (price, cost, value, paid) if given is not None and given.size) - 1.0
    firm = np.zeros(block_mw.shape[1], dtype=np.bool_) if problem.firm is None else problem.firm
    return replace(
        problem,
        battery=None,
        block_mw=np.column_stack([block_mw, np.maximum(net_mw, 0.0)]),
        block_value_usd_per_mwh=np.column_stack([value, np.zeros(steps)]),
        firm=np.append(firm, True),
        supply_mw=np.column_stack([supply_mw, np.maximum(-net_mw, 0.0), limit_mw - within_mw]),
        supply_cost_usd_per_mwh=np.column_stack([cost, np.full(steps, lowest), price + charge / problem.step_h]),
        import_limit_mw=within_mw,
        peak_charge_usd_per_mw=0.0,
        billing_period=None,
        peak_floor_mw=None,
        ratchet_frac=0.0,
        ratchet_periods=0,
    )


def set_peaks_mw(problem: DispatchProblem, import_mw: Array) -> Array:
    """Highest import of each billing period, shape (P,)."""
    peak_mw = np.zeros(period_count(problem))
    np.maximum.at(peak_mw, period_index(problem), import_mw)
    return peak_mw


def stored_mwh(problem: DispatchProblem, charge_mw: Array, discharge_mw: Array) -> Array:
    """What the battery holds at the end of each step, shape (T,); empty without a battery."""
    battery = problem.battery
    if battery is None:
        return np.zeros(0)
    gained_mw = charge_mw * battery.charge_efficiency_frac - discharge_mw / battery.discharge_efficiency_frac
    held: Array = battery.start_mwh + np.cumsum(gained_mw) * problem.step_h
    return held


def within_mwh(state_mwh: Mwh, reach_mwh: Array) -> Mwh:
    """A state put back on the range, shape (2,), that it left by rounding."""
    return float(min(max(state_mwh, reach_mwh[0]), reach_mwh[1]))
