"""Somebody's schedule, read from columns of megawatts and checked against what the site can do.

Every load stands in a column of its own block, or a hall's loads in one sum, which is then laid to the hall's blocks in
their order of worth: the best that the sum can mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from repower.base.clock import starts_utc, step_h
from repower.base.errors import InputError, Problem
from repower.base.units import Array
from repower.contracts import Schedule, SupplyBlock, offers, supply_blocks
from repower.facility import LoadBlock
from repower.plan.dispatched import block_names
from repower.plan.hours import Hours

ROUNDING_MW = 0.005
"""Most that a figure may exceed a limit, or a balance may miss: schedules are written to the hundredth of a MW."""

DRIFT = math.sqrt(3.0)
"""Three standard deviations of a rounding error in units of its largest: stored energy adds such errors up."""


def column_names(hours: Hours) -> tuple[str, ...]:
    """Columns that a schedule of these hours must have, loads by block."""
    names = [f"{name}_mw" for name in block_names(hours.blocks)]
    names += [f"{name}_mw" for name in supply_names(hours)]
    return (*names, "import_mw", *(("battery_mw",) if hours.battery else ()))


def supply_names(hours: Hours) -> tuple[str, ...]:
    """Plants and take-or-pay contracts at the site bus, each once."""
    kinds = {"index", "ppa_block"}
    return tuple(supply.name for supply in hours.book.supply if supply.kind not in kinds)


def given_schedule(hours: Hours, columns: Mapping[str, Array], source: str) -> tuple[Schedule, Array, Array]:
    """A schedule from columns, with what the battery charges and discharges.

    Parameters
    ----------
    columns : ``<hall>_mw`` or ``<hall>_1_mw``, ``<hall>_2_mw`` and so on for the hall's blocks; ``<supply>_mw`` for
        plants at the site bus; ``import_mw``; ``battery_mw`` where there is a battery, charging positive, or
        ``charge_mw`` and ``discharge_mw``; ``export_mw``, zero where absent.

    Raises
    ------
    InputError : as for `audit`.
    """
    problems: list[Problem] = []
    still = np.zeros(hours.prices.grid.count)
    block_mw = _block_mw(hours, columns, source, problems)
    supply, supply_mw = _supply_mw(hours, columns, source, problems)
    battery_mw, charge_mw, discharge_mw = still, still, still
    if hours.battery is not None:
        both = "charge_mw" in columns and "discharge_mw" in columns
        battery_mw = columns.get("battery_mw", still)
        if both:
            charge_mw, discharge_mw = columns["charge_mw"], columns["discharge_mw"]
            battery_mw = charge_mw - discharge_mw
        elif "battery_mw" in columns:
            charge_mw, discharge_mw = np.maximum(battery_mw, 0.0), np.maximum(-battery_mw, 0.0)
        else:
            problems.append(_missing(source, "battery_mw", "charging positive; zeros where it stands still"))
    export_mw = columns.get("export_mw", still)
    if "import_mw" not in columns:
        problems.append(_missing(source, "import_mw", "import at the meter"))
    if problems:
        raise InputError(problems)
    needed_mw = block_mw.sum(axis=0) + battery_mw + export_mw - supply_mw.sum(axis=0)
    limits = hours.book.interconnect
    checks: list[tuple[str, Array, str]] = [
        ("import_mw", np.abs(columns["import_mw"] - needed_mw), "supply and import do not balance loads and battery"),
        (
            "import_mw",
            needed_mw - limits.import_limit_mw,
            f"is above the import limit of {limits.import_limit_mw:g} MW",
        ),
        ("import_mw", -columns["import_mw"], "is below zero: export has a column of its own"),
        (
            "export_mw",
            export_mw - limits.export_limit_mw,
            f"is above the export limit of {limits.export_limit_mw:g} MW",
        ),
        ("export_mw", -export_mw, "is below zero"),
    ]
    if hours.battery is not None:
        checks += [
            ("battery_mw", charge_mw - hours.battery.charge_mw, f"charges at more than {hours.battery.charge_mw:g} MW"),
            (
                "battery_mw",
                discharge_mw - hours.battery.discharge_mw,
                f"discharges at more than {hours.battery.discharge_mw:g} MW",
            ),
        ]
    for name, capacity_mw, drawn_mw, firm in _limits(hours, block_mw, supply, supply_mw):
        checks.append((name, drawn_mw - capacity_mw, "is more than is there"))
        checks.append((name, -drawn_mw, "is below zero"))
        if firm:
            checks.append((name, capacity_mw - drawn_mw, "is less than firm load asks"))
    raise_over(hours, source, checks)
    # Figures rounded to hundredths of a MW stand for the limits that they touch.
    for row, block in enumerate(hours.blocks):
        block_mw[row] = block.capacity_mw if block.firm else np.clip(block_mw[row], 0.0, block.capacity_mw)
    for row, plant in enumerate(supply):
        supply_mw[row] = np.clip(supply_mw[row], 0.0, plant.capacity_mw)
    net_mw = block_mw.sum(axis=0) + battery_mw + export_mw - supply_mw.sum(axis=0)
    import_mw = np.clip(net_mw, 0.0, None)
    schedule = Schedule(
        hours.prices.grid,
        hours.blocks,
        block_mw,
        supply,
        supply_mw,
        import_mw,
        export_mw + (import_mw - net_mw),
        battery_mw if hours.battery is not None else None,
    )
    return schedule, charge_mw, discharge_mw


def raise_over(hours: Hours, source: str, checks: list[tuple[str, Array, str]]) -> None:
    """Refuse what exceeds a limit by more than rounding: each kind once, with its first interval and how many."""
    starts = starts_utc(hours.prices.grid)
    problems = []
    for key, over_mw, words in checks:
        bad = np.flatnonzero(~(over_mw <= ROUNDING_MW))
        if bad.size:
            at = int(bad[0])
            more = f" ({bad.size:,} intervals)" if bad.size > 1 else ""
            message = f"the schedule cannot be: it {words} at {str(starts[at])[:16]}Z{more}"
            fix = "correct it; only what the site can do is compared with the best"
            problems.append(Problem(message, fix, source, f"{key}[{at}]", f"by {over_mw[at]:.4g} MW"))
    if problems:
        raise InputError(problems)


def stored_mwh(hours: Hours, charge_mw: Array, discharge_mw: Array, source: str) -> Array:
    """Energy in the battery after every interval."""
    battery, hour = hours.battery, step_h(hours.prices.grid)
    if battery is None:
        return np.zeros(0)
    gained = charge_mw * battery.charge_efficiency_frac - discharge_mw / battery.discharge_efficiency_frac
    stored: Array = battery.start_mwh + np.cumsum(gained) * hour
    slack = DRIFT * ROUNDING_MW * hour * np.sqrt(np.arange(1, stored.size + 1))
    checks = [
        ("battery_mw", stored - battery.energy_mwh - slack, f"stores more than {battery.energy_mwh:g} MWh"),
        ("battery_mw", -stored - slack, "takes out more than is stored"),
    ]
    raise_over(hours, source, checks)
    end = battery.start_mwh if battery.end_mwh is None else battery.end_mwh
    if abs(stored[-1] - end) > slack[-1] + ROUNDING_MW:
        fix = f"let the battery end with {end:g} MWh, as it begins; energy moved beyond the span has no price here"
        value = f"ends with {stored[-1]:.4g} MWh"
        raise InputError(Problem("the battery does not end as it begins", fix, source, "battery_mw", value))
    return stored


def _block_mw(hours: Hours, columns: Mapping[str, Array], source: str, problems: list[Problem]) -> Array:
    names = block_names(hours.blocks)
    block_mw = np.zeros((len(names), hours.prices.grid.count))
    value = offers(hours.blocks, hours.book, hours.prices)
    for hall in dict.fromkeys(block.hall for block in hours.blocks):
        rows = [row for row, block in enumerate(hours.blocks) if block.hall == hall]
        own = [f"{names[row]}_mw" for row in rows]
        if all(name in columns for name in own):
            block_mw[rows] = [columns[name] for name in own]
        elif f"{hall}_mw" in columns:
            block_mw[rows] = _laid(columns[f"{hall}_mw"], [hours.blocks[row] for row in rows], value[rows])
        else:
            problems.append(_missing(source, f"{hall}_mw", f"all loads of hall {hall}, or one column each: {own}"))
    return block_mw


def _laid(total_mw: Array, blocks: Sequence[LoadBlock], value: Array) -> Array:
    """A hall's sum laid to its blocks: firm ones first, then by worth in each interval."""
    capacity = np.array([block.capacity_mw for block in blocks])
    rank = np.where(np.array([block.firm for block in blocks])[:, None], np.inf, value)
    order = np.argsort(-rank, axis=0, kind="stable")
    sorted_mw = np.take_along_axis(capacity, order, axis=0)
    before = np.cumsum(sorted_mw, axis=0) - sorted_mw
    filled = np.clip(total_mw - before, 0.0, sorted_mw)
    # What the blocks cannot hold stays on the last one, where the check of limits finds it.
    filled[-1] += total_mw - filled.sum(axis=0)
    laid: Array = np.empty_like(filled)
    np.put_along_axis(laid, order, filled, axis=0)
    return laid


def _supply_mw(
    hours: Hours, columns: Mapping[str, Array], source: str, problems: list[Problem]
) -> tuple[tuple[SupplyBlock, ...], Array]:
    supply = supply_blocks(hours.book, hours.prices)
    supply_mw = np.zeros((len(supply), hours.prices.grid.count))
    for name in supply_names(hours):
        if f"{name}_mw" not in columns:
            problems.append(_missing(source, f"{name}_mw", f"output of {name}"))
            continue
        left = np.array(columns[f"{name}_mw"])
        rows = [row for row, block in enumerate(supply) if block.name == name]
        for row in rows:
            supply_mw[row] = left if row == rows[-1] else np.minimum(left, supply[row].capacity_mw)
            left = left - supply_mw[row]
    return supply, supply_mw


def _limits(
    hours: Hours, block_mw: Array, supply: Sequence[SupplyBlock], supply_mw: Array
) -> Iterator[tuple[str, Array, Array, bool]]:
    """Name, capacity, power and firmness of every load block and plant."""
    for name, block, row in zip(block_names(hours.blocks), hours.blocks, block_mw, strict=True):
        yield f"{name}_mw", block.capacity_mw, row, block.firm
    for plant, row in zip(supply, supply_mw, strict=True):
        yield f"{plant.name}_mw", plant.capacity_mw, row, False


def _missing(source: str, column: str, words: str) -> Problem:
    return Problem("the schedule lacks a column", f"add {column}: {words}", source, column)
