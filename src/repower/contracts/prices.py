"""The prices that an hour is offered and settled at, and where in the year the system's peak falls.

Coincident-peak charges bill the import in the intervals in which the whole system peaks. Those are known afterwards
(`coincident_weight_known`); beforehand they are a probability, for which `coincident_weight` is a modelled stand-in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from repower.base.clock import TimeGrid, local_hour, local_month, zone_info
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR, Array
from repower.contracts.award import ServicePrice
from repower.contracts.periods import days_by_month, periods
from repower.site.tariff import Tariff

COVERED = 1.0 - 1e-9
"""Share of a month from which on it counts as covered by a grid."""


@dataclass(frozen=True)
class Prices:
    """What the outside world pays and asks, interval by interval.

    Parameters
    ----------
    grid : the intervals, T of them.
    index_usd_per_mwh : shape (T,), price of the settlement point of the index supply.
    hashprice_usd_per_ph_day : shape (T,), full pay per share before pool fee.
    gpu_rent_usd_per_gpu_h : shape (T,), market term rent of the GPU that the site rents out; zeros where it has none.
    coincident_weight : shape (T,), weight of each interval in the coincident-peak demand; sums to 1 over a local
        calendar year, 1/n on each of n known peaks or a probability; zeros where the tariff has no such charge.
    services : prices of ancillary services, each on the same intervals.
    """

    grid: TimeGrid
    index_usd_per_mwh: Array
    hashprice_usd_per_ph_day: Array
    gpu_rent_usd_per_gpu_h: Array
    coincident_weight: Array
    services: tuple[ServicePrice, ...] = ()


def check_prices(prices: Prices) -> None:
    """Refuse price series that are not one finite number per interval.

    Raises
    ------
    SeriesError : a series of another length, NaN or infinite values, or negative weights.
    """
    problems = []
    for name in ("index_usd_per_mwh", "hashprice_usd_per_ph_day", "gpu_rent_usd_per_gpu_h", "coincident_weight"):
        series: Array = getattr(prices, name)
        key = f"prices.{name}"
        if series.shape != (prices.grid.count,):
            fix = f"give one value for each of the grid's {prices.grid.count} intervals"
            problems.append(
                Problem("the series has another length than the grid", fix, key=key, value=str(series.shape))
            )
        elif not np.isfinite(series).all():
            where = int(np.flatnonzero(~np.isfinite(series))[0])
            fix = f"supply the missing price of interval {where}; gaps are not filled"
            problems.append(Problem("the series has a value that is no number", fix, key=key, value=str(series[where])))
        elif name == "coincident_weight" and series.min() < 0.0:
            fix = "give weights of zero or more that sum to 1 over a year"
            problems.append(Problem("a weight is negative", fix, key=key, value=str(series.min())))
    if problems:
        raise SeriesError(problems)


def coincident_weight(grid: TimeGrid, tariff: Tariff, index_usd_per_mwh: Array) -> Array:
    """Modelled stand-in for the probability that the system peak falls in an interval.

    In each of the tariff's coincident-peak months the `coincident_peak_candidates` dearest hours inside the local
    window are watched and get equal probability. Dear hours stand in for high system load, which is not known here;
    where the peaks are known use `coincident_weight_known`.

    Parameters
    ----------
    grid : T intervals; a coincident-peak month is there in whole or not at all.
    index_usd_per_mwh : shape (T,). Of equal prices the earlier hour is taken.

    Returns
    -------
    shape (T,), summing to 1 over a year whose coincident-peak months the grid covers; zeros without such a charge.

    Raises
    ------
    InputError : a charge without months, a month there in part, or a window with fewer hours than candidates.
    SeriesError : a price series of another length or with NaN.
    """
    weight = np.zeros(grid.count)
    if tariff.coincident_peak_usd_per_kw_year == 0.0:
        return weight
    if not tariff.coincident_peak_months:
        fix = "list the months, for example [6, 7, 8, 9]"
        raise InputError(
            Problem("a coincident-peak charge needs its months", fix, key="tariff.coincident_peak_months", value="()")
        )
    if index_usd_per_mwh.shape != (grid.count,) or not np.isfinite(index_usd_per_mwh).all():
        fix = f"give one finite price for each of the grid's {grid.count} intervals"
        raise SeriesError(Problem("the price series does not fit the grid", fix, value=str(index_usd_per_mwh.shape)))
    when = periods(grid)
    covered_frac = days_by_month(when, np.ones(len(when.day_month)))
    wanted = max(tariff.coincident_peak_candidates * SECONDS_PER_HOUR // grid.step_s, 1)
    in_window = _in_window(grid, tariff.coincident_peak_window)
    for index, month in enumerate(when.months):
        if month.month not in tariff.coincident_peak_months:
            continue
        if covered_frac[index] < COVERED:
            fix = "let the grid begin and end on the first of a month"
            raise InputError(
                Problem("a coincident-peak month is there only in part", fix, key="grid", value=f"{month}")
            )
        inside = np.flatnonzero(in_window & (when.month_of == index))
        if len(inside) < wanted:
            fix = f"widen the window or watch at most {len(inside) * grid.step_s // SECONDS_PER_HOUR} hours a month"
            key, value = "tariff.coincident_peak_candidates", str(tariff.coincident_peak_candidates)
            raise InputError(Problem(f"the window has fewer hours in {month:%Y-%m}", fix, key=key, value=value))
        dearest = np.argsort(-index_usd_per_mwh[inside], kind="stable")[:wanted]
        weight[inside[dearest]] = 1.0 / (wanted * len(set(tariff.coincident_peak_months)))
    return weight


def watched_weight(grid: TimeGrid, tariff: Tariff) -> Array:
    """The weight that an interval bears if it is one of those watched, whatever it costs.

    Parameters
    ----------
    grid : T intervals.

    Returns
    -------
    shape (T,), zeros outside the window and the months of the tariff; zeros without such a charge.
    """
    if tariff.coincident_peak_usd_per_kw_year == 0.0 or not tariff.coincident_peak_months:
        return np.zeros(grid.count)
    wanted = max(tariff.coincident_peak_candidates * SECONDS_PER_HOUR // grid.step_s, 1)
    month = local_month(grid) % MONTHS_PER_YEAR + 1
    inside = _in_window(grid, tariff.coincident_peak_window) & np.isin(month, tariff.coincident_peak_months)
    weight: Array = inside / (wanted * len(set(tariff.coincident_peak_months)))
    return weight


def coincident_weight_known(grid: TimeGrid, peaks_utc: Sequence[datetime]) -> Array:
    """Weights of known system peaks: 1/n on each of the n peaks of a local calendar year.

    Parameters
    ----------
    grid : T intervals; each peak is put on the interval that holds its start.
    peaks_utc : aware starts of the peak intervals. Operators often label by the end: ERCOT's 17:00 begins at 16:45.
        Give all peaks of a year also where the grid covers a part of it: those outside count in n and weigh nothing.

    Returns
    -------
    shape (T,), summing to 1 over a year that the grid covers.

    Raises
    ------
    InputError : a time without zone, or two peaks at the same time.
    """
    for peak in peaks_utc:
        if peak.tzinfo is None:
            raise InputError(Problem("a peak has no time zone", "give aware times in UTC", value=peak.isoformat()))
    if len(set(peaks_utc)) < len(peaks_utc):
        raise InputError(Problem("a peak is given twice", "give each peak once", value=str(len(peaks_utc))))
    place = zone_info(grid.zone)
    year = [peak.astimezone(place).year for peak in peaks_utc]
    in_year = Counter(year)
    first_s = int(grid.start_utc.timestamp())
    weight = np.zeros(grid.count)
    for peak, its_year in zip(peaks_utc, year, strict=True):
        position = int((peak.timestamp() - first_s) // grid.step_s)
        if 0 <= position < grid.count:
            weight[position] += 1.0 / in_year[its_year]
    return weight


def _in_window(grid: TimeGrid, window: tuple[int, int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    hour = local_hour(grid)
    first, last = window
    if first <= last:
        return (hour >= first) & (hour <= last)
    return (hour >= first) | (hour <= last)
