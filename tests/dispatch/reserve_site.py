"""Energy and reserves written again as a linear programme, block by block, with nothing put together or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from repower.dispatch import DispatchProblem
from repower.dispatch.problem import period_count, period_index
from repower.dispatch.reserve_product import ReserveProduct

Term = tuple[int, float]


class Model:
    """Columns one at a time, rows as lists of (column, coefficient)."""

    def __init__(self) -> None:
        self.cost: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.rows: dict[bool, list[tuple[list[Term], float]]] = {True: [], False: []}

    def column(self, cost: float, low: float, high: float) -> int:
        self.cost.append(cost)
        self.bounds.append((low, high))
        return len(self.cost) - 1

    def equal(self, terms: list[Term], right: float) -> None:
        self.rows[True].append((terms, right))

    def below(self, terms: list[Term], right: float) -> None:
        if np.isfinite(right):
            self.rows[False].append((terms, right))

    def least(self) -> Any:
        def matrix(rows: list[tuple[list[Term], float]]) -> Any:
            entries = [(row, column, value) for row, (terms, _) in enumerate(rows) for column, value in terms]
            at = [[entry[place] for entry in entries] for place in range(3)]
            return coo_array((at[2], (at[0], at[1])), shape=(len(rows), len(self.cost))).tocsr() if rows else None

        return linprog(
            self.cost,
            A_ub=matrix(self.rows[False]),
            b_ub=[right for _, right in self.rows[False]],
            A_eq=matrix(self.rows[True]),
            b_eq=[right for _, right in self.rows[True]],
            bounds=self.bounds,
        )


def best_usd(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> float | None:
    """The most that energy and reserves earn; None where the site has no answer."""
    model, hour = Model(), problem.step_h
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    price = problem.price_usd_per_mwh
    paid = price if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    value, width = (np.broadcast_to(a, (steps, blocks)) for a in (problem.block_value_usd_per_mwh, problem.block_mw))
    limit = np.broadcast_to(problem.import_limit_mw, (steps,))
    export = np.broadcast_to(problem.export_limit_mw, (steps,))
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    floor = np.zeros(period_count(problem)) if problem.peak_floor_mw is None else problem.peak_floor_mw
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, floor.shape)
    peaks = [model.column(0.0, 0.0, np.inf) for _ in floor]
    billed = [model.column(float(c), float(f), np.inf) for c, f in zip(charge, floor, strict=True)]
    # A ratchet, where a problem has one, charges a period for a share of earlier peaks.
    share, back = getattr(problem, "ratchet_frac", 0.0), getattr(problem, "ratchet_periods", 0)
    for later in range(len(peaks)):
        model.below([(peaks[later], 1.0), (billed[later], -1.0)], 0.0)
        for earlier in range(max(later - back, 0), later):
            model.below([(peaks[earlier], share), (billed[later], -1.0)], 0.0)
    battery, before = problem.battery, -1
    for t in range(steps):
        x = []
        for k in range(blocks):
            firm = problem.firm is not None and problem.firm[k]
            x.append(model.column(-value[t, k] * hour, width[t, k] if firm else 0.0, width[t, k]))
        supply = []
        for s in range(plants):
            cost = np.broadcast_to(problem.supply_cost_usd_per_mwh, (steps, plants))[t, s] * hour
            supply.append(model.column(cost, 0.0, np.broadcast_to(problem.supply_mw, (steps, plants))[t, s]))
        buy, sell = model.column(price[t] * hour, 0.0, limit[t]), model.column(-paid[t] * hour, 0.0, export[t])
        balance = [(buy, 1.0), (sell, -1.0), *((c, 1.0) for c in supply), *((c, -1.0) for c in x)]
        model.below([(buy, 1.0), (peaks[period_index(problem)[t]], -1.0)], 0.0)
        up: list[Term] = []
        down: list[Term] = []
        sold: dict[int, list[Term]] = {place: [] for place in range(len(products))}
        for k in range(blocks):
            mine: dict[bool, list[Term]] = {True: [], False: []}
            for place, one in enumerate(products):
                if k in one.blocks:
                    pay = -one.price_usd_per_mw[t] * one.available_frac * hour
                    held = model.column(pay, 0.0, np.inf)
                    mine[one.down].append((held, 1.0))
                    (down if one.down else up).append((held, 1.0))
                    sold[place].append((held, one.available_frac))
            if mine[False]:
                model.below([*mine[False], (x[k], -1.0)], 0.0)
            if mine[True]:
                model.below([*mine[True], (x[k], 1.0)], width[t, k])
        if battery is not None:
            give, take = battery.discharge_efficiency_frac, battery.charge_efficiency_frac
            into, out = model.column(0.0, 0.0, battery.charge_mw), model.column(0.0, 0.0, battery.discharge_mw)
            last = t == steps - 1 and battery.end_mwh is not None
            end = battery.end_mwh if last else None
            stored = model.column(0.0, 0.0 if end is None else end, battery.energy_mwh if end is None else end)
            balance += [(into, -1.0), (out, 1.0)]
            moved = [(stored, 1.0), (into, -hour * take), (out, hour / give)]
            model.equal(moved if before < 0 else [*moved, (before, -1.0)], battery.start_mwh if before < 0 else 0.0)
            own: dict[bool, list[Term]] = {True: [], False: []}
            energy: dict[bool, list[Term]] = {True: [], False: []}
            for place, one in enumerate(products):
                if one.battery:
                    pay = -one.price_usd_per_mw[t] * one.available_frac * hour
                    held = model.column(pay, 0.0, np.inf)
                    own[one.down].append((held, 1.0))
                    energy[one.down].append((held, one.sustained_h * (take if one.down else 1.0 / give)))
                    (down if one.down else up).append((held, 1.0))
                    sold[place].append((held, one.available_frac))
            model.below([*own[False], (out, 1.0), (into, -1.0)], battery.discharge_mw)
            model.below([*own[True], (into, 1.0), (out, -1.0)], battery.charge_mw)
            for held_by, known in ((stored, None), (before, battery.start_mwh if before < 0 else None)):
                start = battery.start_mwh if known is not None else 0.0
                at = [] if known is not None else [held_by]
                model.below([*energy[False], *((c, -1.0) for c in at)], start)
                model.below([*energy[True], *((c, 1.0) for c in at)], battery.energy_mwh - start)
            before = stored
        model.equal(balance, 0.0)
        model.below([*up, (buy, -1.0), (sell, 1.0)], export[t])
        model.below([*down, (buy, 1.0), (sell, -1.0)], limit[t])
        for place, one in enumerate(products):
            model.below(sold[place], one.most_mw)
    found = model.least()
    return None if found.status == 2 else -float(found.fun)
