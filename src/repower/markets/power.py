"""Power prices as series: a modelled typical year, calendar years of a real series, and their place in a plan's years.

Nothing here averages, fills or clips, except `to_hourly`, which says so: in these markets one hour in a hundred carries
half of the bill.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np

from repower.base.clock import (
    EPOCH_YEAR,
    TimeGrid,
    billing_periods,
    local_starts,
    local_year,
    same_months,
    step_h,
)
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import (
    SECONDS_PER_HOUR,
    Array,
    Hours,
    Ratio,
    UsdPerMwh,
)
from repower.markets.power_shape import hourly_prices_usd_per_mwh, shape


@dataclass(frozen=True)
class Filled:
    """Hours that a series lacks, taken from the same local hours of the day before because somebody asked for it.

    Parameters
    ----------
    series : column of the file.
    hours_h, longest_h : in all, and the longest gap.
    first_utc : start of the first of them, as 2024-03-10T07:00Z.
    """

    series: str
    hours_h: Hours
    longest_h: Hours
    first_utc: str


@dataclass(frozen=True)
class PowerSeries:
    """Prices on a time grid.

    Parameters
    ----------
    grid : UTC interval starts, step and the zone that names months.
    price_usd_per_mwh : shape (grid.count,), finite [$/MWh]; negative prices are prices.
    node : settlement point or zone that the price is paid at.
    label : for a reader, such as ``LZ_WEST, 2024``.
    source : where the numbers come from.
    modelled : True where no market printed them.
    filled : what was taken from the day before; None where nothing was.

    Raises
    ------
    SeriesError : where the array does not fit the grid or holds a value that is not finite.
    """

    grid: TimeGrid
    price_usd_per_mwh: Array
    node: str
    label: str
    source: str
    modelled: bool
    filled: Filled | None = None

    def __post_init__(self) -> None:
        if self.price_usd_per_mwh.shape != (self.grid.count,):
            raise _problem(
                self,
                "prices do not fit their time grid",
                f"give {self.grid.count:,} prices",
                str(self.price_usd_per_mwh.shape),
            )
        finite = np.isfinite(self.price_usd_per_mwh)
        if not finite.all():
            where = int(np.argmin(finite))
            raise _problem(
                self,
                f"the price at interval {where} is not a number",
                "give every interval its price",
                str(self.price_usd_per_mwh[where]),
            )


@dataclass(frozen=True)
class MonthlyTable:
    """One row per local month; arrays have shape (months,).

    Parameters
    ----------
    months : first of each month.
    hours_h : hours of the month that the series covers.
    mean_usd_per_mwh, low_usd_per_mwh, high_usd_per_mwh : of the intervals' prices.
    negative_frac : share of intervals with a price below zero.
    """

    months: tuple[date, ...]
    hours_h: Array
    mean_usd_per_mwh: Array
    low_usd_per_mwh: Array
    high_usd_per_mwh: Array
    negative_frac: Array


def typical_year(zone: str, year: int, time_zone: str) -> PowerSeries:
    """A modelled hourly year with the fitted monthly quantiles, negative hours, tail and mean of a real zone.

    The same zone gives the same weather in every year: only the calendar moves.

    Parameters
    ----------
    zone : a zone of the catalog's table `power_shapes`, such as ``ERCOT_LZ_WEST``.
    year : calendar year to lay it on.
    time_zone : IANA zone in which months and hours of the day are read.

    Raises
    ------
    CatalogError : no such zone; the message names the nearest one.
    InputError : no such time zone.
    """
    fitted = shape(zone)
    grid = local_year(year, time_zone)
    first, last = fitted.fit_years
    span = f"{first}" if first == last else f"{first}-{last}"
    return PowerSeries(
        grid=grid,
        price_usd_per_mwh=hourly_prices_usd_per_mwh(fitted, grid),
        node=zone,
        label=f"{zone}, typical year modelled on {span}",
        source=f"modelled; fitted to {fitted.source}, {span}",
        modelled=True,
    )


def full_years(series: PowerSeries) -> tuple[int, ...]:
    """Local calendar years that a series covers from their first interval to their last, ascending."""
    local = local_starts(series.grid).astype("datetime64[Y]").astype(np.int64) + EPOCH_YEAR
    years, counts = np.unique(local, return_counts=True)
    return tuple(
        int(year)
        for year, count in zip(years, counts, strict=True)
        if count == local_year(int(year), series.grid.zone, series.grid.step_s).count
    )


def year_of(series: PowerSeries, year: int) -> PowerSeries:
    """One local calendar year of a series.

    Raises
    ------
    SeriesError : where the series does not cover the whole year; the message says which years it covers.
    """
    grid = local_year(year, series.grid.zone, series.grid.step_s)
    offset = (grid.start_utc - series.grid.start_utc) / timedelta(seconds=series.grid.step_s)
    if offset < 0 or offset != int(offset) or offset + grid.count > series.grid.count:
        covered = ", ".join(map(str, full_years(series))) or "no whole year"
        raise _problem(
            series, f"the series does not cover all of {year}", f"choose from: {covered}", _span(series.grid)
        )
    first = int(offset)
    if grid == series.grid:
        return series
    return replace(
        series,
        grid=grid,
        price_usd_per_mwh=series.price_usd_per_mwh[first : first + grid.count],
        label=f"{series.node}, {year}",
    )


def map_year(series_year: PowerSeries, target_year: int) -> PowerSeries:
    """A whole source year laid on the calendar of another, interval by interval and without averaging.

    Every local month keeps its own sequence of intervals: the first interval of March stays the first of March. Where
    only the target has a 29 February, the 28th is repeated on it; where only the source has one, that day is left out.
    Clock changes stay in the month in which they fell: between the two years' change-over days (at most a week) prices
    sit one hour off the local clock, and no hour is lost or doubled. Weekdays are not aligned.

    Parameters
    ----------
    series_year : one whole local year, as `year_of` gives it.
    target_year : calendar year to lay it on, in the same zone and step.

    Raises
    ------
    SeriesError : where the source is not one whole local year, or its zone changes the clock in other months in the
        target year.
    """
    grid = local_year(target_year, series_year.grid.zone, series_year.grid.step_s)
    years = full_years(series_year)
    if len(years) != 1 or local_year(years[0], series_year.grid.zone, series_year.grid.step_s) != series_year.grid:
        raise _problem(series_year, "not one whole local year", "take one with year_of", _span(series_year.grid))
    try:
        take = same_months(series_year.grid, target_year)
    except InputError as error:
        raise SeriesError(
            replace(one, file=series_year.source, key=series_year.node) for one in error.problems
        ) from error
    return replace(
        series_year,
        grid=grid,
        price_usd_per_mwh=series_year.price_usd_per_mwh[take],
        label=series_year.label if years[0] == target_year else f"{series_year.label} laid on {target_year}",
    )


def scaled(series: PowerSeries, level_ratio: Ratio, shift_usd_per_mwh: UsdPerMwh = 0.0) -> PowerSeries:
    """Every price times a level, plus a shift; negative prices grow more negative with the level.

    Parameters
    ----------
    level_ratio : factor on every price.
    shift_usd_per_mwh : added to every price after that, such as the basis from hub to load zone [$/MWh].
    """
    return replace(series, price_usd_per_mwh=series.price_usd_per_mwh * level_ratio + shift_usd_per_mwh)


def to_hourly(series: PowerSeries) -> PowerSeries:
    """Hourly prices as the plain mean of each hour's settlement intervals, the hourly price that ISOs publish.

    Raises
    ------
    SeriesError : where the step does not divide an hour, or the series does not begin and end on one.
    """
    step_s = series.grid.step_s
    if step_s == SECONDS_PER_HOUR:
        return series
    per_hour = SECONDS_PER_HOUR // step_s
    begins = int(series.grid.start_utc.timestamp()) % SECONDS_PER_HOUR
    if SECONDS_PER_HOUR % step_s or begins or series.grid.count % per_hour:
        raise _problem(series, "these intervals do not make whole hours", "begin and end on the hour", f"{step_s} s")
    count = series.grid.count // per_hour
    return replace(
        series,
        grid=replace(series.grid, step_s=SECONDS_PER_HOUR, count=count),
        price_usd_per_mwh=series.price_usd_per_mwh.reshape(count, per_hour).mean(axis=1),
        label=f"{series.label}, hourly means of {step_s // 60}-minute prices",
    )


def monthly_table(series: PowerSeries) -> MonthlyTable:
    """Hours, mean, extremes and share of negative prices by local month."""
    months, index = billing_periods(series.grid)
    price_usd_per_mwh = series.price_usd_per_mwh
    counts = np.bincount(index, minlength=len(months))
    starts = np.flatnonzero(np.diff(index, prepend=-1))
    return MonthlyTable(
        months=months,
        hours_h=counts.astype(np.float64) * step_h(series.grid),
        mean_usd_per_mwh=np.bincount(index, weights=price_usd_per_mwh) / counts,
        low_usd_per_mwh=np.minimum.reduceat(price_usd_per_mwh, starts),
        high_usd_per_mwh=np.maximum.reduceat(price_usd_per_mwh, starts),
        negative_frac=np.bincount(index, weights=price_usd_per_mwh < 0.0) / counts,
    )


def _span(grid: TimeGrid) -> str:
    last: datetime = grid.start_utc + timedelta(seconds=grid.step_s * (grid.count - 1))
    return f"{grid.start_utc:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC"


def _problem(series: PowerSeries, message: str, fix: str, value: str) -> SeriesError:
    return SeriesError(Problem(message, fix, file=series.source, key=series.node, value=value))
