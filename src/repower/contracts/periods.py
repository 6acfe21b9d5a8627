"""Billing time: the local months and days of a grid, what share of a month each covers, and dated escalators.

An interval belongs to the local day and month in which it starts, and a month is shared out by days: a day weighs
1 / days of its month, also where it has 23 or 25 hours. Contracts run from `start` up to, not including, `end`, and
count months and anniversaries from their first day: a contract of 29 February has its anniversary on 1 March.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar, cast

import numpy as np

from repower.base.clock import TimeGrid, billing_periods, days_in_month, local_day_h, local_starts, step_h
from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, BoolArray, FracPerYear, IntArray

_MOST_DAYS = 31
_Number = TypeVar("_Number", int, IntArray)


@dataclass(frozen=True)
class Periods:
    """The months and days that a grid touches.

    Parameters
    ----------
    months : first of each local month.
    month_of : shape (T,), index into `months` of every interval.
    month_first : shape (months,), first interval of each month; None where a clock change runs back over a month's end.
    day_of : shape (T,), index of the local day of every interval.
    day_month : shape (D,), index into `months` of every day.
    day_year, day_month_number, day_of_month : shape (D,), the calendar date of every day.
    month_frac : shape (D,), the share of its month that the grid covers on that day; a whole month sums to 1.
    """

    months: tuple[date, ...]
    month_of: IntArray
    month_first: IntArray | None
    day_of: IntArray
    day_month: IntArray
    day_year: IntArray
    day_month_number: IntArray
    day_of_month: IntArray
    month_frac: Array


@lru_cache(maxsize=64)
def periods(grid: TimeGrid) -> Periods:
    """The billing months and local days of a grid.

    Raises
    ------
    InputError : where the grid holds no interval.
    """
    if grid.count < 1:
        raise InputError(
            Problem(
                "the grid holds no interval", "settle at least one interval", key="grid.count", value=str(grid.count)
            )
        )
    months, month_of = billing_periods(grid)
    dates, first, day_of, count = np.unique(
        local_starts(grid).astype("datetime64[D]"), return_index=True, return_inverse=True, return_counts=True
    )
    month_starts = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]")
    day_month = month_of[first]
    covered = np.ones(len(dates))
    # Only the first and the last day of a grid can be there in part.
    for edge in {0, len(dates) - 1}:
        covered[edge] = count[edge] * step_h(grid) / local_day_h(cast("date", dates[edge].item()), grid.zone)
    days = np.array([days_in_month(month) for month in months], dtype=np.float64)
    found = Periods(
        months,
        month_of,
        _first_of_each(month_of),
        day_of.astype(np.int64),
        day_month,
        np.array([day.item().year for day in year], dtype=np.int64),
        (month_starts - year).astype(np.int64) + 1,
        (dates - month_starts).astype(np.int64) + 1,
        covered / days[day_month],
    )
    for array in (found.month_of, found.day_of, found.day_month, found.day_year, found.month_frac):
        array.setflags(write=False)
    return found


def by_month(when: Periods, values: Array) -> Array:
    """Sum of interval values by month, shape (months,), in the unit of `values` of shape (T,)."""
    if when.month_first is None:
        return np.bincount(when.month_of, values, len(when.months)).astype(np.float64, copy=False)
    sums: Array = np.add.reduceat(values, when.month_first, dtype=np.float64)
    return sums


def rows_by_month(when: Periods, rows: Iterable[Array]) -> Array:
    """The same for several rows of interval values, shape (rows, months)."""
    return np.array([by_month(when, row) for row in rows]).reshape(-1, len(when.months))


def days_by_month(when: Periods, values: Array) -> Array:
    """Month-weighted sum of day values, shape (months,): a constant 1 over a whole month gives 1."""
    return np.bincount(when.day_month, values * when.month_frac, len(when.months)).astype(np.float64, copy=False)


def month_max(when: Periods, values: Array) -> Array:
    """Largest interval value of each month, shape (months,), in the unit of `values` of shape (T,)."""
    if when.month_first is not None:
        highest: Array = np.maximum.reduceat(values, when.month_first)
        return highest
    largest = np.full(len(when.months), -np.inf)
    np.maximum.at(largest, when.month_of, values)
    return largest


def days_between(when: Periods, start: date, end: date | None = None) -> BoolArray:
    """Whether each day lies from `start` up to, not including, `end`; shape (D,)."""
    day = _ordinal(when.day_year, when.day_month_number, when.day_of_month)
    inside = day >= _ordinal(start.year, start.month, start.day)
    if end is not None:
        inside = inside & (day < _ordinal(end.year, end.month, end.day))
    return inside


def months_since(when: Periods, start: date) -> IntArray:
    """Whole contract months from `start` to each day, shape (D,); negative before it."""
    months = (when.day_year - start.year) * MONTHS_PER_YEAR + when.day_month_number - start.month
    return cast("IntArray", months - (when.day_of_month < start.day))


def escalation(when: Periods, start: date, frac_per_year: FracPerYear) -> Array:
    """Factor on a price that steps up on every anniversary of `start`, shape (D,); 1 in the first year."""
    years = np.maximum(months_since(when, start) // MONTHS_PER_YEAR, 0)
    factor: Array = (1.0 + frac_per_year) ** years
    return factor


def ramp_frac(when: Periods, start: date, ramp_months: int) -> Array:
    """Share reached on each day when month k of `ramp_months` from `start` reaches k / ramp_months, shape (D,).

    Zero before `start`, one from the last ramp month on; without ramp months all is there at once.
    """
    month = months_since(when, start)
    return np.where(month < 0, 0.0, np.minimum((month + 1) / max(ramp_months, 1), 1.0))


def _first_of_each(month_of: IntArray) -> IntArray | None:
    step = np.diff(month_of, prepend=-1)
    return np.flatnonzero(step) if (step >= 0).all() else None


def _ordinal(year: _Number, month: _Number, day: _Number) -> _Number:
    """A number that orders dates."""
    return (year * MONTHS_PER_YEAR + month) * _MOST_DAYS + day
