"""Day counts: how many years lie between two dates, by convention."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Literal, get_args

from repower.base.errors import InputError, Problem
from repower.base.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, Years

DayCount = Literal["actual/365f", "actual/actual", "30/360"]

_DAYS_30_360_MONTH = 30
_DAYS_30_360_YEAR = _DAYS_30_360_MONTH * MONTHS_PER_YEAR


def span_years(first: date, last: date, day_count: DayCount = "actual/365f") -> Years:
    """Years from one date to a later one.

    Parameters
    ----------
    first, last : dates, `last` not before `first`.
    day_count : ``actual/365f`` counts days over 365; ``actual/actual`` counts the days of each calendar year over the
        length of that year; ``30/360`` gives every month 30 days.

    Returns
    -------
    The span [years].

    Raises
    ------
    InputError : `last` is before `first`, or the convention is unknown.

    References
    ----------
    2006 ISDA Definitions, section 4.16 (b), (d), (f).
    """
    known = get_args(DayCount)
    if day_count not in known:
        fix = f"use one of {', '.join(known)}"
        raise InputError(Problem("no such day count", fix, key="day_count", value=str(day_count)))
    if last < first:
        raise InputError(
            Problem("the span runs backwards", "give the earlier date first", value=f"{first} to {last}", key="last")
        )
    if day_count == "actual/365f":
        return (last - first).days / DAYS_PER_YEAR
    if day_count == "actual/actual":
        return last.year - first.year + _elapsed(last) - _elapsed(first)
    first_day = min(first.day, _DAYS_30_360_MONTH)
    last_day = min(last.day, _DAYS_30_360_MONTH) if first_day == _DAYS_30_360_MONTH else last.day
    months = MONTHS_PER_YEAR * (last.year - first.year) + last.month - first.month
    return (_DAYS_30_360_MONTH * months + last_day - first_day) / _DAYS_30_360_YEAR


def _elapsed(day: date) -> Years:
    return (day - date(day.year, 1, 1)).days / (DAYS_PER_YEAR + calendar.isleap(day.year))
