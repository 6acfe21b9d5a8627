"""A site as a linear programme: columns, rows and what they cost, for solvers of any make.

Columns of a step stand side by side: load blocks, plants, import, export, then charge, discharge and stored energy of
every battery; the peaks of the billing periods come last, and with a ratchet the demand that each is charged for. Rows:
balance of every step, stored energy of every battery and step, import below its period's peak, peaks and shares of
earlier ones below what is charged, energy of plants over the horizon. Money is a cost, to be made small.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from repower.base.units import Array, Hours, IntArray
from repower.dispatch.linear_site import LinearSite, batteries_of, plant_count
from repower.dispatch.problem import Battery, DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import Ratchet, ratchet_of
from repower.dispatch.rows import Entry, Rows


@dataclass(frozen=True)
class Layout:
    """How many of everything there are, and with that where every column stands."""

    steps: int
    blocks: int
    plants: int
    batteries: int
    peaks: int
    billed: int = 0

    @property
    def each(self) -> int:
        """Columns of one step."""
        return self.blocks + self.plants + 2 + 3 * self.batteries

    @property
    def columns(self) -> int:
        """All columns."""
        return self.steps * self.each + self.peaks + self.billed

    @property
    def import_at(self) -> int:
        """Place of import within a step; export follows it, then the batteries."""
        return self.blocks + self.plants

    def column(self, place: int) -> IntArray:
        """The column at this place of every step, shape (T,)."""
        return np.arange(self.steps, dtype=np.int64) * self.each + place

    def battery_at(self, battery: int) -> int:
        """Place of a battery's charge within a step; discharge and stored energy follow it."""
        return self.import_at + 2 + 3 * battery


@dataclass(frozen=True, eq=False)
class LinearProgramme:
    """Make cost @ x small with lower <= x <= upper and row_lower <= matrix @ x <= row_upper.

    Parameters
    ----------
    cost, lower, upper : shape (N,).
    matrix : scipy sparse array in rows, shape (M, N).
    row_lower, row_upper : shape (M,).
    layout : what the columns are.
    families : first row of each family of constraints, by name, in order.
    """

    cost: Array
    lower: Array
    upper: Array
    matrix: Any
    row_lower: Array
    row_upper: Array
    layout: Layout
    families: dict[str, int]


def linear_programme(site: LinearSite) -> LinearProgramme:
    """Write a site as a linear programme.

    Limits that cannot bind are made finite: import needs never exceed blocks and charging together, export never
    plants and discharging, because a MWh is never sold dearer than it is bought in the same step. Periods have peaks
    only where some period is charged for its peak.
    """
    problem, batteries = site.problem, batteries_of(site)
    charged, ratchet = bool(np.any(problem.peak_charge_usd_per_mw)), ratchet_of(problem)
    layout = Layout(
        steps=problem.price_usd_per_mwh.size,
        blocks=problem.block_mw.shape[-1],
        plants=plant_count(problem),
        batteries=len(batteries),
        peaks=period_count(problem) if charged else 0,
        billed=period_count(problem) if ratchet is not None else 0,
    )
    cost, lower, upper = _step_columns(problem, batteries, layout)
    peak_cost, peak_lower, peak_upper = _peak_columns(problem, upper[:, layout.import_at], layout)
    rows = Rows(layout.columns)
    _balance_rows(rows, layout)
    for place, battery in enumerate(batteries):
        _stored_rows(rows, layout, place, battery, problem.step_h)
    if charged:
        _peak_rows(rows, layout, period_index(problem))
    if ratchet is not None:
        _billed_rows(rows, layout, ratchet)
    for cap in site.energy_caps:
        plant = layout.column(layout.blocks + cap.plant)
        entries = [(np.zeros_like(plant), plant, problem.step_h)]
        rows.add(entries, cap.least_mwh, np.array([cap.most_mwh]), "energy caps")
    return LinearProgramme(
        cost=np.concatenate([cost.ravel(), peak_cost]),
        lower=np.concatenate([lower.ravel(), peak_lower]),
        upper=np.concatenate([upper.ravel(), peak_upper]),
        matrix=rows.matrix(),
        row_lower=rows.lower(),
        row_upper=rows.upper(),
        layout=layout,
        families=rows.families,
    )


def _step_columns(
    problem: DispatchProblem, batteries: tuple[Battery, ...], layout: Layout
) -> tuple[Array, Array, Array]:
    """Cost, lower and upper limits of the columns of every step, shape (T, each)."""
    shape, at = (layout.steps, layout.each), layout.import_at
    cost, lower, upper = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    blocks, plants = slice(0, layout.blocks), slice(layout.blocks, at)
    cost[:, blocks], upper[:, blocks] = -problem.block_value_usd_per_mwh, problem.block_mw
    if problem.firm is not None:
        lower[:, blocks] = np.where(problem.firm, upper[:, blocks], 0.0)
    if problem.supply_mw is not None and problem.supply_cost_usd_per_mwh is not None:
        cost[:, plants], upper[:, plants] = problem.supply_cost_usd_per_mwh, problem.supply_mw
    paid = problem.export_price_usd_per_mwh
    cost[:, at], cost[:, at + 1] = problem.price_usd_per_mwh, -(problem.price_usd_per_mwh if paid is None else paid)
    most_in = upper[:, blocks].sum(axis=1) + sum(battery.charge_mw for battery in batteries)
    most_out = upper[:, plants].sum(axis=1) + sum(battery.discharge_mw for battery in batteries)
    upper[:, at] = np.minimum(problem.import_limit_mw, most_in)
    upper[:, at + 1] = np.minimum(problem.export_limit_mw, most_out)
    for place, battery in enumerate(batteries):
        first = layout.battery_at(place)
        upper[:, first : first + 3] = battery.charge_mw, battery.discharge_mw, battery.energy_mwh
        if battery.end_mwh is not None:
            lower[-1, first + 2] = upper[-1, first + 2] = battery.end_mwh
    return cost * problem.step_h, lower, upper


def _peak_columns(problem: DispatchProblem, import_mw: Array, layout: Layout) -> tuple[Array, Array, Array]:
    """Charge, floor and highest possible value of every peak; a finite upper limit makes HiGHS markedly faster.

    With a ratchet charges and floors are those of billed demand, whose columns follow.
    """
    if not layout.peaks:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    highest = np.zeros(layout.peaks)
    np.maximum.at(highest, period_index(problem), import_mw)
    floor = np.zeros(layout.peaks) if problem.peak_floor_mw is None else problem.peak_floor_mw
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (layout.peaks,))
    if not layout.billed:
        return np.asarray(charge), floor, np.maximum(floor, highest)
    none, most = np.zeros(layout.peaks), np.full(layout.billed, max(highest.max(), floor.max()))
    return np.append(none, charge), np.append(none, floor), np.append(highest, most)


def _balance_rows(rows: Rows, layout: Layout) -> None:
    """Import, plants and discharge less blocks, charge and export are zero."""
    every, none = np.arange(layout.steps), np.zeros(layout.steps)
    sign = [-1.0] * layout.blocks + [1.0] * layout.plants + [1.0, -1.0] + [-1.0, 1.0, 0.0] * layout.batteries
    rows.add([(every, layout.column(at), value) for at, value in enumerate(sign) if value], none, none, "balance")


def _stored_rows(rows: Rows, layout: Layout, place: int, battery: Battery, step_h: Hours) -> None:
    """Stored energy is that of the step before, plus what was charged, less what was discharged."""
    every, first = np.arange(layout.steps), layout.battery_at(place)
    charge, discharge, stored = (layout.column(first + offset) for offset in range(3))
    before = np.zeros(layout.steps)
    before[0] = battery.start_mwh
    rows.add(
        [
            (every, stored, 1.0),
            (every[1:], stored[:-1], -1.0),
            (every, charge, -step_h * battery.charge_efficiency_frac),
            (every, discharge, step_h / battery.discharge_efficiency_frac),
        ],
        before,
        before,
        "battery",
    )


def _peak_rows(rows: Rows, layout: Layout, period: IntArray) -> None:
    """Import is at most the peak of its period."""
    every, peaks = np.arange(layout.steps), layout.steps * layout.each + period
    entries: list[Entry] = [(every, layout.column(layout.import_at), 1.0), (every, peaks, -1.0)]
    rows.add(entries, -np.inf, np.zeros(layout.steps), "peaks")


def _billed_rows(rows: Rows, layout: Layout, ratchet: Ratchet) -> None:
    """A period's peak, and the ratchet's share of each earlier one, are at most the demand that it is charged for."""
    first = layout.steps * layout.each
    peaks, pairs = np.arange(layout.peaks), np.arange(ratchet.later.size)
    billed = first + layout.peaks
    rows.add([(peaks, first + peaks, 1.0), (peaks, billed + peaks, -1.0)], -np.inf, np.zeros(peaks.size), "ratchet")
    entries: list[Entry] = [(pairs, first + ratchet.earlier, ratchet.frac), (pairs, billed + ratchet.later, -1.0)]
    rows.add(entries, -np.inf, np.zeros(pairs.size))
