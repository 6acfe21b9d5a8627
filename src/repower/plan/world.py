"""The world of a plan: its months, and for every calendar year the hours with their prices and cooling.

Hourly series come from the app as records; where the site file asks for a typical year it is made here. A plan year
takes its hours from a source year month by month (`base.clock.same_months`); several source years are taken in turn.
Nothing is averaged: the dearest hour of the source is in the bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from repower import catalog
from repower.base.clock import TimeGrid, days_in_month, local_year, month_plus, quarter_start, same_months
from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, IntArray, Ratio, UsdPerGpuH
from repower.contracts import Prices, coincident_weight
from repower.contracts.periods import periods
from repower.facility import Weather, design_pue, pue, typical_weather
from repower.markets import compute, power
from repower.markets.bitcoin import network
from repower.markets.power import PowerSeries
from repower.site import Outlook, Site

WARMEST = 0.0
"""Share of hours above the design hour: firm load must be served in the warmest hour of every plan year."""


@dataclass(frozen=True)
class Hourly:
    """Whole local years read from files, in the order in which plan years take them in turn.

    Empty stands for the typical year that the site file names.
    """

    power: tuple[PowerSeries, ...] = ()
    weather: tuple[Weather, ...] = ()


@dataclass(frozen=True)
class PlanYear:
    """One local calendar year of the plan.

    Parameters
    ----------
    months : the twelve months; month_of : shape (T,), index of each interval's month.
    first : index of January in the plan's months; negative where the plan starts later in the year.
    prices : shape-(T,) series of the year.
    pue_ratio : by cooling kind, shape (T,).
    """

    year: int
    grid: TimeGrid
    months: tuple[date, ...]
    month_of: IntArray
    first: int
    prices: Prices
    pue_ratio: Mapping[str, Array]
    weather: Weather


@dataclass(frozen=True)
class World:
    """Everything outside the decision.

    Parameters
    ----------
    months : first of each month of the plan.
    path : Bitcoin network by month, from January of the first year to December of the last.
    design_pue_ratio : by cooling kind, PUE on the design hour, the warmest of all plan years.
    gpu_rent_usd_per_gpu_h : market rent today of the GPU the site would buy.
    power_label, weather_label : where the hours come from, in words.
    """

    site: Site
    months: tuple[date, ...]
    path: network.NetworkPath
    years: tuple[PlanYear, ...]
    design_pue_ratio: Mapping[str, Ratio]
    gpu_rent_usd_per_gpu_h: UsdPerGpuH | None
    power_label: str
    weather_label: str


def build_world(site: Site, hourly: Hourly) -> World:
    """The world that a site file describes.

    Raises
    ------
    InputError : a series does not cover the years the site file asks for, or steps of price and weather do not fit.
    """
    first_month = quarter_start(site.plan_start)
    months = tuple(month_plus(first_month, k) for k in range(site.horizon_years * MONTHS_PER_YEAR))
    calendar_years = range(months[0].year, months[-1].year + 1)
    all_months = [date(year, month, 1) for year in calendar_years for month in range(1, MONTHS_PER_YEAR + 1)]
    outlook = site.outlook
    path = network.network_path(
        network_assumptions(outlook),
        all_months,
    )
    rent = gpu_market_rent(site)
    rents = (
        compute.gpu_rent_path(rent, outlook.gpu_rent_growth_frac_per_year, outlook.as_of, all_months).rent_usd_per_gpu_h
        if rent is not None
        else np.zeros(len(all_months))
    )
    kinds = _cooling_kinds(site)
    first_year = calendar_years[0]
    powers = hourly.power or (power.typical_year(outlook.power.name, first_year, site.zone),)
    weathers = hourly.weather or (typical_weather(outlook.weather.name, first_year, site.zone),)
    years = []
    for index, year in enumerate(calendar_years):
        series = power_year(site, powers[index % len(powers)], year)
        weather = at_step(weather_year(weathers[index % len(weathers)], year), series.grid)
        when = periods(series.grid)
        monthly = slice(index * MONTHS_PER_YEAR, (index + 1) * MONTHS_PER_YEAR)
        prices = Prices(
            series.grid,
            series.price_usd_per_mwh,
            path.hashprice_usd_per_ph_day[monthly][when.month_of],
            rents[monthly][when.month_of],
            coincident_weight(series.grid, site.tariff, series.price_usd_per_mwh),
        )
        ratios = {kind: pue(catalog.cooling(kind), weather) for kind in kinds}
        first = (year - months[0].year) * MONTHS_PER_YEAR - (months[0].month - 1)
        years.append(PlanYear(year, series.grid, when.months, when.month_of, first, prices, ratios, weather))
    design = {kind: max(design_pue(catalog.cooling(kind), year.weather, WARMEST) for year in years) for kind in kinds}
    label = _labels(hourly.power) if hourly.power else f"{outlook.power.name}, modelled year of the catalog"
    weather_label = (
        _labels(hourly.weather) if hourly.weather else f"{outlook.weather.name}, modelled year of the catalog"
    )
    return World(site, months, path, tuple(years), design, rent, label, weather_label)


def network_assumptions(outlook: Outlook) -> network.NetworkAssumptions:
    """Where the outlook sees the Bitcoin network today, and how it goes on."""
    return network.NetworkAssumptions(
        outlook.as_of,
        outlook.block_height,
        outlook.difficulty,
        outlook.difficulty_growth_frac_per_year,
        outlook.btc_usd,
        outlook.btc_growth_frac_per_year,
        outlook.fee_frac,
        outlook.halving_exit_frac,
    )


def with_prices(world: World, hashprice_ratio: Ratio = 1.0, power_ratio: Ratio = 1.0) -> World:
    """The same world with every hashprice or every index price times a factor."""
    years = tuple(
        replace(
            year,
            prices=replace(
                year.prices,
                hashprice_usd_per_ph_day=year.prices.hashprice_usd_per_ph_day * hashprice_ratio,
                index_usd_per_mwh=year.prices.index_usd_per_mwh * power_ratio,
            ),
        )
        for year in world.years
    )
    return replace(world, years=years)


def gpu_models(site: Site) -> tuple[str, ...]:
    """GPU models that options of the site would buy, in the order of the halls."""
    return tuple(option.model for hall in site.halls for option in hall.options if option.kind == "gpu_cloud")


def gpu_market_rent(site: Site) -> UsdPerGpuH | None:
    """Market rent today of the GPU the site would buy: the outlook's, else the catalog's; None where no hall may."""
    models = gpu_models(site)
    if site.outlook.gpu_rent_usd_per_gpu_h is not None or not models:
        return site.outlook.gpu_rent_usd_per_gpu_h
    rent = catalog.gpu(models[0]).rent_usd_per_gpu_h
    if rent is None:
        fix = "state outlook.gpu_rent_usd_per_gpu_h"
        raise InputError(
            Problem("the catalog has no rent for this GPU", fix, site.source, "hall.option.model", models[0])
        )
    return rent


def inflation_factor(world: World) -> Array:
    """Factor on building and owner's cost, shape (months,): one step every 1 January after the outlook's year."""
    first = world.months[0]
    passed = np.arange(len(world.months)) + first.month - 1
    years = first.year - world.site.outlook.as_of.year + passed // MONTHS_PER_YEAR
    factor: Array = (1.0 + world.site.owner.inflation_frac_per_year) ** np.maximum(years, 0)
    return factor


def days(world: World) -> Array:
    """Days of each month of the plan, shape (months,)."""
    return np.array([days_in_month(month) for month in world.months], dtype=np.float64)


def _labels(series: Sequence[PowerSeries | Weather]) -> str:
    """Files and years in words, each once."""
    words = [f"{one.source}: {one.label}" if isinstance(one, PowerSeries) else one.label for one in series]
    return "; ".join(dict.fromkeys(words))


def power_year(site: Site, source: PowerSeries, year: int) -> PowerSeries:
    """A year of prices laid on another year's calendar, at the level and shift of the outlook."""
    outlook = site.outlook
    level = (1.0 + outlook.power_growth_frac_per_year) ** (year - outlook.as_of.year)
    return power.scaled(power.map_year(source, year), level, outlook.power_shift_usd_per_mwh)


def weather_year(source: Weather, year: int) -> Weather:
    """A whole local year of weather laid on the calendar of another, month by month."""
    take = same_months(source.grid, year)
    grid = local_year(year, source.grid.zone, source.grid.step_s)
    return replace(source, grid=grid, drybulb_c=source.drybulb_c[take], wetbulb_c=source.wetbulb_c[take])


def at_step(weather: Weather, grid: TimeGrid) -> Weather:
    """Weather on the price's grid: a coarser weather interval holds for every price interval inside it."""
    if weather.grid == grid:
        return weather
    times = weather.grid.step_s // grid.step_s
    if (
        weather.grid.start_utc != grid.start_utc
        or weather.grid.step_s % grid.step_s
        or times * weather.grid.count != grid.count
    ):
        fix = "use weather whose step is a whole multiple of the price's step, in the site's time zone"
        value = f"{weather.grid.step_s} s weather, {grid.step_s} s prices"
        raise InputError(
            Problem("steps of weather and prices do not fit", fix, weather.label, "outlook.weather", value)
        )
    return Weather(
        grid, np.repeat(weather.drybulb_c, times), np.repeat(weather.wetbulb_c, times), weather.label, weather.modelled
    )


def _cooling_kinds(site: Site) -> tuple[str, ...]:
    kinds = {hall.cooling for hall in site.halls}
    kinds |= {option.cooling for hall in site.halls for option in hall.options if option.cooling}
    return tuple(sorted(kinds))
