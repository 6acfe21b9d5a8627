"""A schedule: what every load and supply block does in every interval. It knows no money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from repower.base.clock import TimeGrid
from repower.base.errors import InputError, Problem
from repower.base.units import Array
from repower.contracts.award import Award
from repower.facility.blocks import LoadBlock

SupplyKind = Literal["take_or_pay_minimum", "take_or_pay", "onsite_gas", "onsite_hydro"]

TOLERANCE_MW = 1e-6
"""Largest imbalance and largest negative power that count as rounding."""


@dataclass(frozen=True)
class SupplyBlock:
    """Power that is there at the site bus beside the import, at one marginal cost per interval.

    Parameters
    ----------
    name : the supply contract; a take-or-pay contract makes two blocks of one name.
    kind : ``take_or_pay_minimum`` is the share that is paid for anyway and costs nothing at the margin.
    capacity_mw : shape (T,), zero outside the contract's dates.
    cost_usd_per_mwh : shape (T,), marginal cost.
    """

    name: str
    kind: SupplyKind
    capacity_mw: Array
    cost_usd_per_mwh: Array


@dataclass(frozen=True)
class Schedule:
    """Power of every block and of the meter; loads, export and charging equal supply and import in every interval.

    Parameters
    ----------
    blocks, block_mw : K load blocks and their meter power, shape (K, T).
    supply, supply_mw : S supply blocks and their output, shape (S, T).
    import_mw, export_mw : shape (T,), both zero or more.
    battery_mw : shape (T,), what batteries draw at the site bus, charging positive; None where there are none.
    awards : ancillary services that are carried beside.
    """

    grid: TimeGrid
    blocks: tuple[LoadBlock, ...]
    block_mw: Array
    supply: tuple[SupplyBlock, ...]
    supply_mw: Array
    import_mw: Array
    export_mw: Array
    battery_mw: Array | None = None
    awards: tuple[Award, ...] = ()


def check_schedule(schedule: Schedule) -> None:
    """Refuse a schedule of the wrong shape, with NaN, with negative power, or out of balance.

    Raises
    ------
    InputError
    """
    steps = schedule.grid.count
    shapes = (
        ("block_mw", schedule.block_mw, (len(schedule.blocks), steps)),
        ("supply_mw", schedule.supply_mw, (len(schedule.supply), steps)),
        ("import_mw", schedule.import_mw, (steps,)),
        ("export_mw", schedule.export_mw, (steps,)),
    )
    problems = []
    for name, array, shape in shapes:
        key = f"schedule.{name}"
        lowest = float(array.min(initial=0.0))
        if array.shape != shape:
            fix = f"give it the shape {shape}: blocks by intervals of the grid"
            what = "the array has another shape than the schedule"
            problems.append(Problem(what, fix, key=key, value=str(array.shape)))
        elif lowest < -TOLERANCE_MW or not np.isfinite(lowest):
            fix = "consumption, output, import and export are each finite and zero or more"
            problems.append(Problem("a power is negative or no number", fix, key=key, value=f"{lowest:.6g} MW"))
    if schedule.battery_mw is not None:
        problems += _battery_problems(schedule.battery_mw, steps)
    if problems:
        raise InputError(problems)
    check_blocks(schedule.blocks, schedule.grid)
    surplus_mw = schedule.supply_mw.sum(axis=0) + schedule.import_mw
    surplus_mw -= schedule.block_mw.sum(axis=0)
    surplus_mw -= schedule.export_mw
    if schedule.battery_mw is not None:
        surplus_mw -= schedule.battery_mw
    worst = int(np.argmax(np.abs(surplus_mw)))
    if not abs(surplus_mw[worst]) <= TOLERANCE_MW:
        fix = "make supply plus import equal loads plus export plus what batteries draw in every interval"
        value = f"{surplus_mw[worst]:.6g} MW in interval {worst}"
        raise InputError(Problem("the schedule does not balance", fix, key="schedule", value=value))


def _battery_problems(battery_mw: Array, steps: int) -> list[Problem]:
    key = "schedule.battery_mw"
    if battery_mw.shape != (steps,):
        fix = f"give it the shape ({steps},): one power for each interval"
        return [Problem("the array has another shape than the schedule", fix, key=key, value=str(battery_mw.shape))]
    if not np.isfinite(battery_mw).all():
        where = int(np.flatnonzero(~np.isfinite(battery_mw))[0])
        fix = "give a finite power, charging positive and discharging negative"
        return [Problem(f"interval {where} has no number", fix, key=key, value=str(battery_mw[where]))]
    return []


def check_blocks(blocks: Sequence[LoadBlock], grid: TimeGrid) -> None:
    """Refuse load blocks whose arrays do not fit a grid or hold NaN.

    Raises
    ------
    InputError
    """
    seen: set[int] = set()
    for block in blocks:
        for name in ("capacity_mw", "hash_ph_day_per_mwh", "gpu_h_per_mwh"):
            array: Array = getattr(block, name)
            # Blocks share their zeros; one look at an array is enough.
            if id(array) in seen:
                continue
            seen.add(id(array))
            key = f"block.{name}"
            if array.shape != (grid.count,):
                fix = f"build the block on the grid of prices and schedule, {grid.count} intervals"
                message = f"block {block.label!r} does not fit the grid"
                raise InputError(Problem(message, fix, key=key, value=str(array.shape)))
            if not np.isfinite(array @ array):
                fix = "build the block from weather and machines without gaps"
                message = f"block {block.label!r} has a value that is no number"
                raise InputError(Problem(message, fix, key=key, value="NaN"))


def groups(schedule: Schedule, use: str) -> dict[tuple[str, str], list[int]]:
    """Rows of the blocks of one use by (hall, contract), in the order in which they first appear."""
    found: dict[tuple[str, str], list[int]] = {}
    for row, block in enumerate(schedule.blocks):
        if block.use == use:
            found.setdefault((block.hall, block.contract), []).append(row)
    return found
