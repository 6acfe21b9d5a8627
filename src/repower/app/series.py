"""Hourly series that a site file names: read from files beside it, or left to the typical years of the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from repower.base.errors import Problem, SeriesError
from repower.facility import Weather
from repower.markets.power import PowerSeries, full_years
from repower.plan.world import Hourly
from repower.site import SeriesSource, Site


@dataclass(frozen=True)
class NamedHourly:
    """Hourly series with words for a reader on where they come from."""

    hourly: Hourly
    power_label: str
    weather_label: str


def read(site: Site, folder: Path) -> NamedHourly:
    """Read the price and weather files of a site; paths are relative to the site file's folder.

    Raises
    ------
    SeriesError : a file that is missing or malformed, with row, value and fix.
    """
    power: tuple[PowerSeries, ...] = ()
    weather: tuple[Weather, ...] = ()
    power_label = f"{site.outlook.power.name}, modelled typical year"
    weather_label = f"{site.outlook.weather.name}, modelled typical year"
    if site.outlook.power.kind == "file":
        power = _power(site.outlook.power, folder, site.zone)
        power_label = f"{site.outlook.power.path}, column {site.outlook.power.columns[0]}"
    if site.outlook.weather.kind == "file":
        weather = read_weather(site, folder)
        weather_label = f"{site.outlook.weather.path}, columns {', '.join(site.outlook.weather.columns)}"
    return NamedHourly(Hourly(power, weather), power_label, weather_label)


def read_weather(site: Site, folder: Path) -> tuple[Weather, ...]:
    """Whole local years of a site's weather file; none where the site file names a typical year.

    Raises
    ------
    SeriesError : a file that is missing or malformed.
    """
    if site.outlook.weather.kind != "file":
        return ()
    return _weather(site.outlook.weather, folder, site.zone)


def _power(source: SeriesSource, folder: Path, zone: str) -> tuple[PowerSeries, ...]:
    from repower.markets.feeds import read_years

    return read_years(folder / source.path, source.columns[0], source.time_column, source.unit, zone, source.years)


def _weather(source: SeriesSource, folder: Path, zone: str) -> tuple[Weather, ...]:
    from repower.facility import measured_weather
    from repower.markets.feeds import read_series

    path, columns = folder / source.path, source.columns
    years = source.years
    if not years:
        whole = read_series(path, columns, source.time_column, source.unit, zone)
        years = full_years(PowerSeries(whole.grid, whole.values[0], columns[0], columns[0], whole.source, False))
    if not years:
        fix = "give a file that holds at least one local calendar year from end to end"
        raise SeriesError(Problem("no whole year in the file", fix, str(path), "outlook.weather"))
    found = []
    for year in years:
        table = read_series(path, columns, source.time_column, source.unit, zone, (year,))
        label = f"{table.source}, {year}"
        found.append(measured_weather(table.grid, table.values[0], table.values[1], label, table.source))
    return tuple(found)
