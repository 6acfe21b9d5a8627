"""Ancillary services that a site file names: prices on the very intervals of some hours, and what to know of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from repower.base.clock import local_starts
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import Array
from repower.base.units import Hours as LengthH
from repower.contracts import ServicePrice
from repower.markets.feeds import SeriesTable, read_series
from repower.markets.power import Filled
from repower.plan.hours import Days, Hours
from repower.plan.result import Caveat
from repower.site import AncillaryService

if TYPE_CHECKING:
    from repower.plan.dispatched import Dispatched


def added(hours: Hours, folder: Path, fill_h: LengthH, *, audited: bool) -> Hours:
    """The same hours with the site's ancillary services beside energy.

    Parameters
    ----------
    folder : of the site file, which paths are relative to.
    fill_h : gaps of at most so long are filled from the day before.
    audited : whether somebody's schedule is to be compared.

    Raises
    ------
    InputError : an audit of hours with services, whose awards are not among a schedule's columns.
    SeriesError : a file is missing or malformed, does not hold the hours, or has another step.
    """
    services = hours.site.services
    if audited and services:
        names = ", ".join(service.name for service in services)
        fix = "take the [[ancillary_service]] tables out of a copy of the site file, and audit energy alone"
        raise InputError(Problem("a schedule is audited without ancillary services", fix, key="--audit", value=names))
    local = local_starts(hours.prices.grid).astype("datetime64[D]")
    days = (local[0].item(), local[-1].item() + timedelta(days=1))
    read = [_read(hours, one, folder, days, fill_h) for one in services]
    prices = replace(hours.prices, services=tuple(price for price, _ in read))
    filled = (*hours.filled, *(what for _, what in read if what is not None))
    return replace(hours, prices=prices, services=services, filled=filled)


def caveats(found: Dispatched) -> list[Caveat]:
    """What awards leave out, and which prices no market printed."""
    texts = []
    if found.hours.services:
        text = (
            "Ancillary services are awards at prices that the site does not move, all known beforehand: being "
            "deployed, its energy, its lost load and its pay, is left out; so are qualification and penalties."
        )
        texts.append(Caveat("answer", text))
    alike: dict[tuple[float, float, str], list[str]] = {}
    for one in found.hours.filled:
        alike.setdefault((one.hours_h, one.longest_h, one.first_utc), []).append(one.series)
    for (hours_h, longest_h, first_utc), names in alike.items():
        gaps = "in one gap" if hours_h == longest_h else f"in gaps of up to {longest_h:g}"
        text = (
            f"The prices of {', '.join(names)} lack {hours_h:g} hour{'' if hours_h == 1 else 's'}, {gaps}, the first "
            f"at {first_utc}; each takes the price of the same local hour of the day before, as --fill-gaps asks."
        )
        texts.append(Caveat("answer", text, "complete the file to be rid of it"))
    return texts


def _read(
    hours: Hours, service: AncillaryService, folder: Path, days: Days, fill_h: LengthH
) -> tuple[ServicePrice, Filled | None]:
    path, grid = folder / service.path, hours.prices.grid
    try:
        table = read_series(
            path, (service.column,), service.time_column, service.unit, grid.zone, span=days, fill_h=fill_h
        )
    except SeriesError as error:
        raise SeriesError(
            replace(one, message=f"ancillary service {service.name}: {one.message}") for one in error.problems
        ) from error
    price = ServicePrice(service.name, _on(table, hours, service, path))
    return price, table.filled[0]


def _on(table: SeriesTable, hours: Hours, service: AncillaryService, path: Path) -> Array:
    grid = hours.prices.grid
    if table.grid.step_s != grid.step_s:
        fix = "give both at one step: an award made for an hour is not changed within it"
        message = f"ancillary service {service.name}: its prices have another step than those of energy"
        value = f"{table.grid.step_s} s, energy {grid.step_s} s"
        raise SeriesError(Problem(message, fix, str(path), service.column, value))
    first = int((grid.start_utc - table.grid.start_utc).total_seconds()) // grid.step_s
    values: Array = table.values[0][first : first + grid.count]
    return values
