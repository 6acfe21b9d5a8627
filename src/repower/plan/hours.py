"""A span of hours at a site as it stands: prices and weather on one grid, present halls as load blocks, one book.

The site is taken as it is today: its fleets, its leases and hosting in force, its supply and tariff. Prices may be of
any time. Contracts go by their own dates; what the outlook states as of a day (hashprice, wires charges, operating
cost) holds at that level in every month before it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from repower import catalog
from repower.base.clock import (
    EPOCH_YEAR,
    TimeGrid,
    local_span,
    local_starts,
    month_plus,
    months_between,
    quarter_of,
    quarter_start,
)
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import MONTHS_PER_YEAR, Array, Mwh, UsdPerPhDay
from repower.contracts import Book, PeakHistory, Prices, coincident_weight
from repower.contracts.periods import periods
from repower.dispatch import Battery
from repower.facility import LoadBlock, Weather, power_curve, steps, typical_weather
from repower.markets.bitcoin import network
from repower.markets.power import Filled, PowerSeries, typical_year
from repower.plan.operate import phase_blocks, site_battery, site_book
from repower.plan.phases import Phase, present
from repower.plan.world import PlanYear, World, at_step, network_assumptions, power_year, weather_year
from repower.site import AncillaryService, Site

Days = tuple[date, date]
"""Local days [first, until): `until` is not included."""


@dataclass(frozen=True)
class Today:
    """What a span of hours takes as given beside the site file.

    Parameters
    ----------
    hashprice_usd_per_ph_day : in every hour; the outlook's where None.
    stored_mwh : energy in the battery at start and end; half of what it holds where None.
    history : peaks before the span that its bills look back on.
    """

    hashprice_usd_per_ph_day: UsdPerPhDay | None = None
    stored_mwh: Mwh | None = None
    history: PeakHistory = field(default_factory=PeakHistory)


@dataclass(frozen=True)
class Hours:
    """A span of hours, ready to be scheduled.

    Parameters
    ----------
    blocks : load blocks that have capacity in the span.
    loads : for every block the machines or the contract that it belongs to, as (hall, words).
    book : contracts in force.
    battery : the site's, or None.
    power_label, weather_label : where prices and weather come from.
    services : ancillary services that are sold beside; their prices stand in `prices`.
    filled : hours of price series that no market printed, taken from the day before as asked.
    """

    site: Site
    prices: Prices
    blocks: tuple[LoadBlock, ...]
    loads: tuple[tuple[str, str], ...]
    book: Book
    battery: Battery | None
    power_label: str
    weather_label: str
    services: tuple[AncillaryService, ...] = ()
    filled: tuple[Filled, ...] = ()


def hours_of(
    site: Site,
    power: PowerSeries,
    weathers: Sequence[Weather] = (),
    days: Days | None = None,
    today: Today | None = None,
) -> Hours:
    """Everything that a span of hours asks of a site.

    Parameters
    ----------
    power : prices at the site's node, whole months where the tariff bills coincident peaks in them.
    weathers : whole local years read from files; the typical year that the site file names where empty. A year that is
        not among them takes one of them, month by month.
    days : part of the series to schedule; all of it where None.
    today : what else is given.

    Raises
    ------
    SeriesError : the series does not hold the days, or weather and prices do not fit.
    InputError : a lease or tariff that hours cannot be scheduled under; more than one battery.
    """
    today = today or Today()
    weight = _coincident_weight(site, power)
    take = slice(None) if days is None else _part(site, power, days)
    price_usd_per_mwh = power.price_usd_per_mwh[take]
    first = int(take.start or 0)
    start = power.grid.start_utc + timedelta(seconds=first * power.grid.step_s)
    grid = replace(power.grid, start_utc=start, count=price_usd_per_mwh.size)
    when = periods(grid)
    path, hashprice = _hashprice(site, when.months, today.hashprice_usd_per_ph_day)
    no_gpus = np.zeros(grid.count)
    prices = Prices(grid, price_usd_per_mwh, hashprice[when.month_of], no_gpus, weight[take])
    weather = weather_on(site, weathers, grid)
    then = replace(
        site,
        plan_start=quarter_of(when.months[0]),
        horizon_years=math.ceil((len(when.months) + MONTHS_PER_YEAR) / MONTHS_PER_YEAR),
    )
    from_quarter = quarter_start(then.plan_start)
    offset = months_between(from_quarter, when.months[0])
    year = PlanYear(when.months[0].year, grid, when.months, when.month_of, offset, prices, {}, weather)
    months = tuple(month_plus(from_quarter, k) for k in range(then.horizon_years * MONTHS_PER_YEAR))
    world = World(then, months, path, (year,), {}, None, power.label, weather.label)
    phases = tuple(phase for hall in then.halls for phase in present(then, hall))
    blocks, loads = _blocks(world, year, phases)
    book = site_book(world, phases, today.history)
    book = replace(book, base_year=min(book.base_year, when.months[0].year))
    filled = () if power.filled is None else (power.filled,)
    battery = site_battery(site, today.stored_mwh)
    return Hours(site, prices, blocks, loads, book, battery, power.label, weather.label, filled=filled)


def typical_prices(site: Site, days: Days) -> PowerSeries:
    """Prices of the site file's typical year on local days, laid on the calendar and at its level as in a plan."""
    first, until = days
    typical = typical_year(site.outlook.power.name, site.plan_start.year, site.zone)
    years = [power_year(site, typical, year) for year in range(first.year, (until - timedelta(days=1)).year + 1)]
    joined = replace(
        years[0],
        grid=replace(years[0].grid, count=sum(one.grid.count for one in years)),
        price_usd_per_mwh=np.concatenate([one.price_usd_per_mwh for one in years]),
    )
    take = _part(site, joined, days)
    start = joined.grid.start_utc + timedelta(seconds=take.start * joined.grid.step_s)
    prices = joined.price_usd_per_mwh[take]
    return replace(joined, grid=replace(joined.grid, start_utc=start, count=prices.size), price_usd_per_mwh=prices)


def weather_on(site: Site, weathers: Sequence[Weather], grid: TimeGrid) -> Weather:
    """Weather of every interval of a grid: the year itself where a file has it, else another year laid on it.

    Raises
    ------
    InputError : steps of prices and weather that do not fit.
    """
    years = range(_year(grid), _year(grid, -1) + 1)
    found = []
    known = weathers or (typical_weather(site.outlook.weather.name, site.plan_start.year, site.zone),)
    for index, year in enumerate(years):
        own = [one for one in known if _year(one.grid) == year]
        found.append(own[0] if own else weather_year(known[index % len(known)], year))
    step_s = found[0].grid.step_s
    skipped = int((grid.start_utc - found[0].grid.start_utc).total_seconds() // step_s)
    wanted = math.ceil(grid.count * grid.step_s / step_s)
    start = found[0].grid.start_utc + timedelta(seconds=skipped * step_s)
    drybulb_c, wetbulb_c = (
        np.concatenate([getattr(one, name) for one in found])[skipped : skipped + wanted]
        for name in ("drybulb_c", "wetbulb_c")
    )
    label = "; ".join(dict.fromkeys(one.label for one in found))
    cut = Weather(TimeGrid(start, step_s, wanted, grid.zone), drybulb_c, wetbulb_c, label, found[0].modelled)
    return at_step(cut, grid)


def billed_days(site: Site, days: Days) -> Days:
    """The days whose prices a span needs: whole months where the tariff bills coincident peaks in a month of them."""
    first, until = days
    tariff = site.tariff
    if tariff.coincident_peak_usd_per_kw_year == 0.0:
        return days
    last = until - timedelta(days=1)
    if first.month in tariff.coincident_peak_months:
        first = first.replace(day=1)
    if last.month in tariff.coincident_peak_months:
        until = month_plus(last, 1)
    return first, until


def _year(grid: TimeGrid, at: int = 0) -> int:
    """Local calendar year of an interval."""
    return int(local_starts(grid)[at].astype("datetime64[Y]").astype(int)) + EPOCH_YEAR


def _coincident_weight(site: Site, power: PowerSeries) -> Array:
    try:
        return coincident_weight(power.grid, site.tariff, power.price_usd_per_mwh)
    except InputError as error:
        hint = "give prices of whole months there, or set tariff.coincident_peak_usd_per_kw_year = 0"
        raise SeriesError(
            Problem(f"coincident peaks: {one.message}", hint, power.source, power.node, one.value)
            for one in error.problems
        ) from error


def _part(site: Site, power: PowerSeries, days: Days) -> slice:
    """Intervals of some local days."""
    wanted = local_span(*days, site.zone, power.grid.step_s)
    first = (wanted.start_utc - power.grid.start_utc).total_seconds() / power.grid.step_s
    if wanted.count < 1 or first < 0 or first != int(first) or first + wanted.count > power.grid.count:
        fix = f"choose days within {power.grid.start_utc:%Y-%m-%d %H:%M} UTC and {power.grid.count:,} intervals"
        value = f"{days[0]} to {days[1]}"
        raise SeriesError(Problem("the prices do not hold these days", fix, power.source, power.node, value))
    return slice(int(first), int(first) + wanted.count)


def _hashprice(
    site: Site, months: Sequence[date], stated_usd_per_ph_day: UsdPerPhDay | None
) -> tuple[network.NetworkPath, Array]:
    """The network from the outlook's month on, and the hashprice of every month: before it, what it is in it."""
    today = site.outlook.as_of.replace(day=1)
    until = max(months_between(today, months[-1]), 0)
    path = network.network_path(network_assumptions(site.outlook), [month_plus(today, k) for k in range(until + 1)])
    if stated_usd_per_ph_day is not None:
        return path, np.full(len(months), stated_usd_per_ph_day)
    at = np.maximum([months_between(today, month) for month in months], 0)
    return path, path.hashprice_usd_per_ph_day[at]


def _blocks(
    world: World, year: PlanYear, phases: Sequence[Phase]
) -> tuple[tuple[LoadBlock, ...], tuple[tuple[str, str], ...]]:
    """Blocks with capacity, and what each belongs to."""
    blocks: list[LoadBlock] = []
    loads: list[tuple[str, str]] = []
    for phase in phases:
        names = [
            f"{fleet.count:,} {fleet.model}"
            for fleet in phase.fleets
            for _ in range(steps(power_curve(catalog.asic(fleet.model), fleet.profile)).power_w.size)
        ]
        for row, block in enumerate(phase_blocks(world, year, phase)):
            if block.capacity_mw.any():
                blocks.append(block)
                loads.append((block.hall, names[row] if phase.use == "mining" else f"{block.contract}: {block.label}"))
    return tuple(blocks), tuple(loads)
