"""A battery that sells energy and reserves at once, by one linear programme.

An award is power held back and energy kept for it. Being deployed is not in it, neither its energy nor its pay: prices
of awards are what day-ahead markets pay for being there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem, RepowerError
from repower.base.units import Array, Hours, IntArray, Mw, Usd
from repower.dispatch.linear import LinearProgramme, linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import LinearDispatch, run_highs, schedule_of, why_infeasible
from repower.dispatch.problem import DispatchProblem


@dataclass(frozen=True, kw_only=True, eq=False)
class BatteryReserve:
    """One reserve product.

    Parameters
    ----------
    price_usd_per_mw : shape (T,), for carrying a MW through a step, for each hour of it.
    sustained_h : how long an award must last from what is stored at any time of its step.
    down : whether deployment draws more from the grid; otherwise it gives more to it.
    most_mw : most that is accepted.
    """

    price_usd_per_mw: Array
    sustained_h: Hours
    down: bool = False
    most_mw: Mw = float("inf")


@dataclass(frozen=True, kw_only=True, eq=False)
class ReserveDispatch:
    """A schedule and the reserves beside it.

    Parameters
    ----------
    schedule : its profit leaves out what reserves pay.
    reserve_mw : shape (T, R), award of each product.
    reserve_usd : what they pay.
    profit_usd : of both.
    """

    schedule: LinearDispatch
    reserve_mw: Array
    reserve_usd: Usd
    profit_usd: Usd


def solve_reserves(problem: DispatchProblem, products: Sequence[BatteryReserve]) -> ReserveDispatch:
    """The best schedule of a site together with the reserves of its battery.

    In every step awards and output together stay within the battery's powers; what is stored at the step's start and at
    its end covers all upward awards for as long as they must last, and what is free the downward ones; and the meter
    could take all of them within its import and export limits. Whether a deployment would set a new peak is not asked.

    Parameters
    ----------
    problem : the site, with a battery.
    products : one or more.

    Raises
    ------
    InputError
        No battery, no product, or one that does not fit the problem.
    InfeasibleError
        The site has no answer.
    """
    _refuse(problem, products)
    site = LinearSite(problem=problem)
    programme = linear_programme(site)
    wide = _with_reserves(problem, programme, products)
    found, duals = run_highs(wide)
    if found.status == _INFEASIBLE:
        raise InfeasibleError(why_infeasible(programme, site))
    if found.x is None:
        raise RepowerError(f"HiGHS found no optimum of the linear programme: {found.message}")
    own = programme.cost.size
    method = f"linear programme by HiGHS with {len(products)} reserves"
    schedule = schedule_of(site, programme, found.x[:own], duals[: programme.row_upper.size], method)
    awards = found.x[own:].reshape(len(products), -1).T
    paid_usd = sum(float(one.price_usd_per_mw @ awards[:, place]) for place, one in enumerate(products))
    reserve_usd = paid_usd * problem.step_h
    return ReserveDispatch(
        schedule=schedule,
        reserve_mw=awards,
        reserve_usd=reserve_usd,
        profit_usd=schedule.profit_usd + reserve_usd,
    )


_INFEASIBLE = 2


class _Rows:
    """Further rows, each at most a number; an entry is the columns of all steps and one coefficient."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.upper: list[Array] = []
        self.entries: list[tuple[IntArray, IntArray, Array]] = []

    def add(self, entries: Sequence[tuple[IntArray, float]], upper: Array | float) -> None:
        """One row for each step."""
        first = len(self.upper) * self.steps
        for columns, value in entries:
            # Columns of earlier steps are one short, and stand at the end of the rows.
            row = np.arange(self.steps - columns.size, self.steps, dtype=np.int64) + first
            self.entries.append((row, columns, np.full(columns.size, value)))
        self.upper.append(np.broadcast_to(upper, (self.steps,)))


def _with_reserves(
    problem: DispatchProblem, programme: LinearProgramme, products: Sequence[BatteryReserve]
) -> LinearProgramme:
    """The site's programme with a column for each award and rows for what awards need."""
    from scipy.sparse import csr_array, vstack

    battery = problem.battery
    assert battery is not None
    layout, own = programme.layout, programme.cost.size
    steps = layout.steps
    every = np.arange(steps, dtype=np.int64)
    award = [own + place * steps + every for place in range(len(products))]
    buy, sell = every * layout.each + layout.import_at, every * layout.each + layout.import_at + 1
    charge = every * layout.each + layout.battery_at(0)
    discharge, stored = charge + 1, charge + 2
    up = [(award[place], one) for place, one in enumerate(products) if not one.down]
    down = [(award[place], one) for place, one in enumerate(products) if one.down]
    rows = _Rows(steps)
    rows.add([(discharge, 1.0), (charge, -1.0), *((column, 1.0) for column, _ in up)], battery.discharge_mw)
    rows.add([(charge, 1.0), (discharge, -1.0), *((column, 1.0) for column, _ in down)], battery.charge_mw)
    if np.isfinite(problem.export_limit_mw).all():
        rows.add([(sell, 1.0), (buy, -1.0), *((column, 1.0) for column, _ in up)], problem.export_limit_mw)
    if np.isfinite(problem.import_limit_mw).all():
        rows.add([(buy, 1.0), (sell, -1.0), *((column, 1.0) for column, _ in down)], problem.import_limit_mw)
    needed = [(column, one.sustained_h / battery.discharge_efficiency_frac) for column, one in up]
    wanted = [(column, one.sustained_h * battery.charge_efficiency_frac) for column, one in down]
    at_start = np.zeros(steps)
    at_start[0] = battery.start_mwh
    for held, start_mwh in ((stored, np.zeros(steps)), (stored[:-1], at_start)):
        rows.add([(held, -1.0), *needed], start_mwh)
        rows.add([(held, 1.0), *wanted], battery.energy_mwh - start_mwh)
    width, count = own + len(products) * steps, len(rows.upper) * steps
    row, column, value = (np.concatenate(part) for part in zip(*rows.entries, strict=True))
    matrix = programme.matrix
    kept = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], width))
    # From full charge to full discharge, or back.
    swing_mw = battery.charge_mw + battery.discharge_mw
    most = [np.full(steps, min(one.most_mw, swing_mw)) for one in products]
    return replace(
        programme,
        cost=np.concatenate([programme.cost, *(-one.price_usd_per_mw * problem.step_h for one in products)]),
        lower=np.concatenate([programme.lower, np.zeros(len(products) * steps)]),
        upper=np.concatenate([programme.upper, *most]),
        matrix=vstack([kept, csr_array((value, (row, column)), shape=(count, width))]).tocsr(),
        row_lower=np.concatenate([programme.row_lower, np.full(count, -np.inf)]),
        row_upper=np.concatenate([programme.row_upper, *rows.upper]),
    )


def _refuse(problem: DispatchProblem, products: Sequence[BatteryReserve]) -> None:
    problems = []
    if problem.battery is None:
        problems.append(Problem("is missing", "give the battery that carries the reserves", key="battery"))
    if not products:
        problems.append(Problem("is empty", "give a product, or use solve", key="products", value="()"))
    for place, one in enumerate(products):
        price = np.asarray(one.price_usd_per_mw)
        if price.shape != problem.price_usd_per_mwh.shape or not np.isfinite(price).all():
            fix = f"give {problem.price_usd_per_mwh.size} finite prices"
            key = f"products[{place}].price_usd_per_mw"
            problems.append(Problem("does not fit the problem", fix, key=key, value=f"shape {price.shape}"))
        if not 0.0 < one.sustained_h < np.inf:
            key = f"products[{place}].sustained_h"
            problems.append(
                Problem("is no length of time", "give hours above 0", key=key, value=f"{one.sustained_h:g}")
            )
        if not one.most_mw >= 0.0:
            key = f"products[{place}].most_mw"
            problems.append(Problem("is no amount", "give 0 or more", key=key, value=f"{one.most_mw:g}"))
    if problems:
        raise InputError(problems)
