"""Prices of ancillary services that a site file names, on the very intervals of some hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from repower.base.clock import local_starts
from repower.base.errors import Problem, SeriesError
from repower.base.units import Array
from repower.base.units import Hours as LengthH
from repower.contracts import ServicePrice
from repower.markets.feeds import SeriesTable, read_series
from repower.markets.power import Filled
from repower.plan.hours import Days, Hours
from repower.site import AncillaryService


def with_services(hours: Hours, folder: Path, fill_h: LengthH = 0.0) -> Hours:
    """The same hours with the site's ancillary services beside energy.

    Parameters
    ----------
    folder : of the site file, which paths are relative to.
    fill_h : gaps of at most so long are filled from the day before; none by default.

    Raises
    ------
    SeriesError : a file is missing or malformed, does not hold the hours, or has another step.
    """
    local = local_starts(hours.prices.grid).astype("datetime64[D]")
    days = (local[0].item(), local[-1].item() + timedelta(days=1))
    read = [_read(hours, one, folder, days, fill_h) for one in hours.site.services]
    prices = tuple(price for price, _ in read)
    filled = tuple(what for _, what in read if what is not None)
    services = hours.site.services
    return replace(
        hours,
        prices=replace(hours.prices, services=prices),
        services=services,
        filled=(*hours.filled, *filled),
    )


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
