"""Random sites with a battery, each made from its seed alone, so that a difference is told by one number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from repower.dispatch import Battery, DispatchProblem, earned_usd
from repower.dispatch.lp import LinearDispatch
from repower.dispatch.problem import period_index
from repower.dispatch.schedule import Dispatch, billed_mw

STEPS = (1, 2, 7, 24, 48, 96, 168)


def random_site(seed: int, *, ratchet: bool | None = None) -> DispatchProblem:
    """Negative and tied prices, varying blocks, outages, plants, exports, firm blocks, floors of peaks, 15 minutes.

    A ratchet where `ratchet` is true, or where it is None in a quarter of the sites.
    """
    problem = _without_ratchet(seed)
    rng = np.random.default_rng([seed, 1])
    return with_ratchet(problem, rng) if (rng.random() < 0.25 if ratchet is None else ratchet) else problem


def with_ratchet(problem: DispatchProblem, rng: np.random.Generator) -> DispatchProblem:
    """The same site under up to twelve billing periods that look back; some without a step, some without a charge."""
    steps, periods = problem.price_usd_per_mwh.size, int(rng.integers(2, 13))
    order = rng.permutation(steps) if rng.random() < 0.1 else np.arange(steps)
    index = order * periods // steps
    if rng.random() < 0.1:
        index = np.minimum(index, periods - 2)
    if rng.random() < 0.1:
        index = np.maximum(index, 1)
    charge = rng.choice([1.0, 10.0]) * rng.uniform(0.0, 500.0, periods)
    if rng.random() < 0.3:
        charge = np.where(rng.random(periods) < 0.3, 0.0, charge)
    return replace(
        problem,
        billing_period=index,
        peak_charge_usd_per_mw=charge if rng.random() < 0.7 else np.full(periods, 300.0),
        peak_floor_mw=rng.uniform(0.0, 60.0, periods) if rng.random() < 0.4 else None,
        ratchet_frac=float(rng.choice([0.5, 0.8, 1.0, rng.uniform(0.01, 1.0)])),
        ratchet_periods=int(rng.choice([1, 2, 3, 11])),
    )


def _without_ratchet(seed: int) -> DispatchProblem:
    rng = np.random.default_rng(seed)
    steps, blocks = int(rng.choice(STEPS)), int(rng.integers(0, 6))
    whole = rng.random() < 0.4

    def yes(chance: float = 0.5) -> bool:
        return bool(rng.random() < chance)

    def some(low: float, high: float, *shape: int) -> Any:
        given = rng.uniform(low, high, shape)
        return np.round(given / 5) * 5 if whole else given

    def columns(low: float, high: float, count: int) -> Any:
        return some(low, high, steps, count) if yes(0.3) else some(low, high, count)

    daily = 15 * np.sin(np.arange(steps) * 2 * np.pi / 24)
    price = some(-20, 60, steps) + (0 if whole else daily) + np.where(rng.random(steps) < 0.05, some(0, 1500, steps), 0)
    if yes(0.15):
        price = price - 40
    fields: dict[str, Any] = {
        "price_usd_per_mwh": price,
        "step_h": float(rng.choice([1.0, 0.25, 0.5])),
        "block_value_usd_per_mwh": columns(-20, 150, blocks),
        "block_mw": np.maximum(columns(-10, 30, blocks), 0.0),
        "import_limit_mw": [np.inf, 0.0, some(10, 80), some(10, 80)][int(rng.integers(0, 4))],
        "battery": random_battery(rng, whole),
    }
    if yes(0.4):
        fields["import_limit_mw"] = np.where(rng.random(steps) < 0.1, 0.0, some(20, 80, steps))
    if yes():
        plants = int(rng.integers(1, 4))
        fields["supply_cost_usd_per_mwh"] = columns(-10, 80, plants)
        fields["supply_mw"] = np.maximum(columns(-10, 30, plants), 0.0)
        if yes(0.3):
            fields["supply_mw"] = fields["supply_mw"] * (rng.random((steps, 1)) > 0.2)
    if yes(0.4):
        fields["export_limit_mw"] = [np.inf, some(0, 30), some(0, 30, steps)][int(rng.integers(0, 3))]
        fields["export_price_usd_per_mwh"] = price - some(0, 20, steps) if yes(0.7) else None
    if blocks and yes():
        fields["firm"] = rng.random(blocks) < 0.4
    if yes(0.7):
        periods = int(rng.integers(1, 4))
        order = rng.permutation(steps) if yes(0.2) else np.arange(steps)
        fields["billing_period"] = order * periods // steps
        fields["peak_charge_usd_per_mw"] = [300.0, some(0, 2000, periods), 20 * some(0, 2000, periods)][
            int(rng.integers(0, 3))
        ]
        stated = np.size(fields["peak_charge_usd_per_mw"]) == periods and np.ndim(fields["peak_charge_usd_per_mw"])
        count = periods if stated else int(fields["billing_period"].max()) + 1
        if yes(0.4):
            fields["peak_floor_mw"] = some(0, 60, count)
    problem = DispatchProblem(**fields)
    return served(problem) if yes(0.85) else problem


def random_battery(rng: np.random.Generator, whole: bool) -> Battery:
    """Also of no size, one-sided, without losses, full, empty, or with a free end."""
    energy_mwh = float(rng.choice([0.0, 1.0, 5.0, 20.0, 80.0])) * (1.0 if whole else rng.uniform(0.5, 1.5))
    charge_mw, discharge_mw = rng.uniform(0.5, 25.0, 2)
    if rng.random() < 0.5:
        charge_mw = discharge_mw
    if rng.random() < 0.15:
        charge_mw = 0.0
    if rng.random() < 0.15:
        discharge_mw = 0.0
    one_way = [1.0, 0.94, float(rng.uniform(0.6, 1.0))][int(rng.integers(0, 3))]
    start_mwh = energy_mwh * float(rng.choice([0.0, 0.5, 1.0, rng.random()]))
    end_mwh = [None, start_mwh, energy_mwh * float(rng.random())][int(rng.choice([0, 1, 1, 2]))]
    return Battery(
        charge_mw=float(charge_mw),
        discharge_mw=float(discharge_mw),
        energy_mwh=energy_mwh,
        charge_efficiency_frac=one_way,
        discharge_efficiency_frac=one_way if rng.random() < 0.7 else 1.0,
        start_mwh=start_mwh,
        end_mwh=end_mwh,
    )


def served(problem: DispatchProblem) -> DispatchProblem:
    """The same site with enough import for its firm blocks and for a battery that must be fuller at the end."""
    firm = problem.firm
    steps = problem.price_usd_per_mwh.size
    shape = (steps, problem.block_mw.shape[-1])
    firm_mw = np.zeros(steps) if firm is None else np.broadcast_to(problem.block_mw, shape)[:, firm].sum(axis=1)
    assert problem.battery is not None
    return replace(problem, import_limit_mw=np.maximum(problem.import_limit_mw, firm_mw + problem.battery.charge_mw))


def size_usd(problem: DispatchProblem, schedule: Dispatch) -> float:
    """The money that moves, so that a difference is not compared with a profit that happens to be near zero."""
    moved = np.abs(schedule.block_mw * problem.block_value_usd_per_mwh).sum()
    moved += np.abs(problem.price_usd_per_mwh * (schedule.import_mw + schedule.export_mw)).sum()
    if problem.supply_cost_usd_per_mwh is not None:
        moved += np.abs(schedule.supply_mw * problem.supply_cost_usd_per_mwh).sum()
    peaks = np.sum(problem.peak_charge_usd_per_mw * billed_mw(problem, schedule.peak_mw))
    return float(1.0 + moved * problem.step_h + peaks)


def broken_limits(problem: DispatchProblem, schedule: Dispatch, slack: float = 1e-7) -> list[str]:
    """Names of the limits that a schedule breaks."""
    battery, step_h = problem.battery, problem.step_h
    assert battery is not None
    charge, discharge = schedule.charge_mw, schedule.discharge_mw
    held = battery.start_mwh + np.cumsum(
        (charge * battery.charge_efficiency_frac - discharge / battery.discharge_efficiency_frac) * step_h
    )
    used = schedule.block_mw.sum(axis=1) + schedule.export_mw + charge
    given = schedule.import_mw + schedule.supply_mw.sum(axis=1) + discharge
    supply = 0.0 if problem.supply_mw is None else problem.supply_mw
    full = np.broadcast_to(problem.block_mw, schedule.block_mw.shape)
    firm = np.zeros(full.shape[1], dtype=bool) if problem.firm is None else problem.firm
    peak = np.zeros(schedule.peak_mw.size)
    np.maximum.at(peak, period_index(problem), schedule.import_mw)
    kept = {
        "balance": np.abs(used - given).max() <= slack,
        "blocks": (schedule.block_mw >= -slack).all() and (schedule.block_mw <= full + slack).all(),
        "firm": np.abs(schedule.block_mw - full)[:, firm].max(initial=0.0) <= slack,
        "import": (schedule.import_mw >= -slack).all()
        and (schedule.import_mw <= np.asarray(problem.import_limit_mw) + slack).all(),
        "export": (schedule.export_mw >= -slack).all()
        and (schedule.export_mw <= np.asarray(problem.export_limit_mw) + slack).all(),
        "supply": (schedule.supply_mw >= -slack).all() and (schedule.supply_mw <= supply + slack).all(),
        "charge": charge.min() >= -slack and charge.max() <= battery.charge_mw + slack,
        "discharge": discharge.min() >= -slack and discharge.max() <= battery.discharge_mw + slack,
        "energy": held.min() >= -slack and held.max() <= battery.energy_mwh + slack,
        "energy as told": np.abs(held - schedule.energy_mwh).max() <= slack,
        "end": battery.end_mwh is None or abs(held[-1] - battery.end_mwh) <= slack,
        "peak as told": np.abs(peak - schedule.peak_mw).max() <= slack,
        "profit as told": abs(earned_usd(problem, schedule) - schedule.profit_usd)
        <= 1e-9 * size_usd(problem, schedule),
        "one meter": not ((schedule.import_mw > slack) & (schedule.export_mw > slack)).any()
        or isinstance(schedule, LinearDispatch),
    }
    return [name for name, fine in kept.items() if not fine]
