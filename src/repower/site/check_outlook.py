"""Whether dates follow each other, the clock has a zone, and the hourly series can be found and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath
from typing import Final
from zoneinfo import available_timezones

from repower import catalog
from repower.base.clock import (
    Quarter,
    quarter_of,
    quarter_plus,
    quarter_start,
    quarters_between,
    zone_info,
)
from repower.base.errors import CatalogError, InputError, Problem, nearest
from repower.base.units import QUARTERS_PER_YEAR, SECONDS_PER_DAY
from repower.site.bounds import FIRST_YEAR, LAST_YEAR
from repower.site.document import Document, placed
from repower.site.outlook import SeriesSource
from repower.site.refusal import shown

OLDEST_OUTLOOK_YEARS: Final = 3
"""An outlook older than this at the plan's start says nothing about it any more."""

FIRST_GRID_YEAR: Final = 1880
"""No interconnection is older."""

FIRST_BLOCK: Final = date(2009, 1, 3)
"""Day of Bitcoin's first block, from its coinbase text and header time."""

BLOCK_S: Final = 600
HEIGHT_SLACK_FRAC: Final = 0.2
"""Heights run ahead of ten minutes a block: 4 % in June 2026; more than this on either side is a slip."""

MACHINE_ZONES: Final = frozenset({"Factory", "localtime", "posixrules"})
"""Names beside the zones that mean whatever the machine is set to: the same file would give other plans elsewhere."""

FILE_TYPES: Final = (".csv", ".parquet")


UNIT_FIXES: Final[Mapping[str, Mapping[str, str]]] = {
    "usd_per_mwh": {
        "usd_per_kwh": "multiply the column by 1000",
        "cents_per_kwh": "multiply the column by 10",
        "cents": "say cents of what; cents per kWh become $/MWh when multiplied by 10",
        "usd_per_gwh": "divide the column by 1000",
        "eur_per_mwh": "convert it at the exchange rate of each hour's day",
        "cad_per_mwh": "convert it at the exchange rate of each hour's day",
    },
    "celsius": {
        "fahrenheit": "convert it: (value - 32) / 1.8",
        "kelvin": "subtract 273.15",
        "decicelsius": "divide the columns by 10",
    },
}
"""Unit that a series must have -> what to do with columns in another one."""


def check_zone(document: Document) -> Iterator[Problem]:
    """The time zone exists."""
    zone = document.site.time_zone
    if not zone:
        return
    try:
        zone_info(zone)
        if zone in MACHINE_ZONES:
            raise InputError(())
    except InputError:
        close = nearest(zone, sorted(available_timezones() - MACHINE_ZONES))
        fix = f'did you mean "{close}"?' if close else "use an IANA name such as America/Chicago or Europe/Oslo"
        yield Problem("no such time zone", fix, key="site.time_zone", value=shown(zone))


def check_dates(document: Document) -> Iterator[Problem]:
    """The plan starts on an energised site, with an outlook of about that time."""
    start: Quarter | None = document.site.plan_start
    energised: date | None = document.interconnect.energised
    as_of: date | None = document.outlook.as_of
    spans = (("interconnect.energised", energised, FIRST_GRID_YEAR), ("outlook.as_of", as_of, FIRST_YEAR))
    for key, day, first_year in spans:
        if day is not None and not first_year <= day.year <= LAST_YEAR:
            fix = f"give a date in {first_year} to {LAST_YEAR}"
            yield Problem("this date is out of range", fix, key=key, value=shown(day))
    if start is None:
        return
    if energised is not None and quarter_start(start) < energised:
        first = quarter_of(energised)
        first = first if quarter_start(first) == energised else quarter_plus(first, 1)
        yield Problem(
            f"the plan starts before the interconnection is energised on {energised}",
            f'set plan_start = "{first}" or later, or correct interconnect.energised',
            key="site.plan_start",
            value=str(start),
        )
    if as_of is None:
        return
    age = quarters_between(quarter_of(as_of), start)
    if age < 0:
        yield Problem(
            f"the outlook's levels are of a time after the plan starts ({start})",
            "give levels known by then, or start the plan later",
            key="outlook.as_of",
            value=shown(as_of),
        )
    elif age > OLDEST_OUTLOOK_YEARS * QUARTERS_PER_YEAR:
        yield Problem(
            f"the outlook's levels are more than {OLDEST_OUTLOOK_YEARS} years older than the plan's start ({start})",
            "bring the levels and their date up to date",
            key="outlook.as_of",
            value=shown(as_of),
        )


def check_height(document: Document) -> Iterator[Problem]:
    """The block height is about what the outlook's date implies."""
    as_of: date | None = document.outlook.as_of
    height = document.outlook.block_height
    if as_of is None or as_of <= FIRST_BLOCK:
        return
    expected = (as_of - FIRST_BLOCK).days * SECONDS_PER_DAY // BLOCK_S
    if abs(height - expected) > HEIGHT_SLACK_FRAC * expected:
        yield Problem(
            f"on {as_of} the chain is near block {expected:,}, not at this height",
            "give the height of the chain's last block on that day; a block explorer shows it",
            key="outlook.block_height",
            value=shown(height),
        )


def check_earliest(document: Document) -> Iterator[Problem]:
    """Options begin within the plan."""
    start: Quarter | None = document.site.plan_start
    if start is None:
        return
    for key, hall in placed(document.hall, "hall"):
        for place, option in placed(hall.options, f"{key}.option"):
            if option.earliest is None:
                continue
            steps = quarters_between(start, option.earliest)
            if steps < 0:
                fix = f'set earliest = "{start}" or later, or take it away to begin with the plan'
                message = f"this is before the plan starts ({start})"
                yield Problem(message, fix, key=f"{place}.earliest", value=str(option.earliest))
            elif steps >= document.site.horizon_years * QUARTERS_PER_YEAR:
                fix = "give an earlier quarter, take the option away, or raise horizon_years"
                message = f"this is after the plan's {document.site.horizon_years} years"
                yield Problem(message, fix, key=f"{place}.earliest", value=str(option.earliest))


def check_series(document: Document) -> Iterator[Problem]:
    """Prices and weather come from a typical year of the catalog or from a file that is described."""
    yield from _series(
        document.outlook.power, "outlook.power", ("price column",), "usd_per_mwh", ("power_shapes", "zone")
    )
    columns = ("dry-bulb column", "wet-bulb column")
    yield from _series(document.outlook.weather, "outlook.weather", columns, "celsius", ("weather_shapes", "station"))


def _series(
    source: SeriesSource | None, key: str, columns: tuple[str, ...], unit: str, shapes: tuple[str, str]
) -> Iterator[Problem]:
    if source is None or not source.kind:
        return
    ignored = ("path", "columns", "time_column", "unit", "years") if source.kind == "typical" else ("name",)
    for name in ignored:
        if getattr(source, name):
            message = f"a source of kind {source.kind} does not use this key"
            fix = "take it away, or correct the kind"
            yield Problem(message, fix, key=f"{key}.{name}", value=shown(getattr(source, name)))
    if source.kind == "typical":
        yield from _typical(source.name, f"{key}.name", *shapes)
    else:
        yield from _file(source, key, columns, unit)


def _typical(name: str, key: str, table: str, column: str) -> Iterator[Problem]:
    try:
        known = tuple(dict.fromkeys(str(row[column]) for row in catalog.table(table).rows))
    except CatalogError:  # an installation without the table says so when the series is made
        known = (name,)
    if not name:
        yield Problem("a typical year needs its name", f"add name = one of: {', '.join(known)}", key=key)
    elif name not in known:
        close = nearest(name, known)
        fix = f'did you mean "{close}"? ' if close else ""
        yield Problem("no such typical year", f"{fix}use one of: {', '.join(known)}", key=key, value=shown(name))


def _file(source: SeriesSource, key: str, columns: tuple[str, ...], unit: str) -> Iterator[Problem]:
    if not source.path:
        yield Problem("a series from a file needs its path", "add path, relative to the site file", key=f"{key}.path")
    elif PurePath(source.path).suffix.lower() not in FILE_TYPES:
        fix = f"give a file that ends in {' or '.join(FILE_TYPES)}"
        yield Problem("this is not a file type that can be read", fix, key=f"{key}.path", value=shown(source.path))
    if len(source.columns) != len(columns):
        yield Problem(
            f"this series needs {len(columns)} column{'s' if len(columns) > 1 else ''}, not {len(source.columns)}",
            f"write columns = [{', '.join(f'<{name}>' for name in columns)}]",
            key=f"{key}.columns",
            value=shown(source.columns) if source.columns else "",
        )
    for position, name in enumerate(source.columns, start=1):
        if name in source.columns[: position - 1] and len(source.columns) == len(columns):
            fix = f"write columns = [{', '.join(f'<{name}>' for name in columns)}]"
            yield Problem("this column is named twice", fix, key=f"{key}.columns[{position}]", value=shown(name))
    if not source.time_column:
        fix = "add time_column, the column of interval starts"
        yield Problem("a series from a file needs its time column", fix, key=f"{key}.time_column")
    if not source.unit:
        yield Problem("a series from a file states its unit", f'add unit = "{unit}"', key=f"{key}.unit")
    elif source.unit != unit:
        how = UNIT_FIXES[unit].get(source.unit.casefold(), "convert it")
        yield Problem(
            "this unit is refused, not converted",
            f'{how}, then write unit = "{unit}"',
            key=f"{key}.unit",
            value=shown(source.unit),
        )
    for position, year in enumerate(source.years, start=1):
        if year in source.years[: position - 1]:
            fix = "name each year once, in the order in which the plan cycles through them"
            yield Problem("this year is named twice", fix, key=f"{key}.years[{position}]", value=str(year))
