"""Deterministic monthly curves: a level that grows, or that steps up once a year.

Months are twelfths of a year whatever their days, so that twelve months of growth are exactly one year of it. The value
of a month is that of its middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from repower.base.clock import days_in_month, month_plus, months_between
from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, FracPerYear, IntArray

_MIDDLE = 0.5


def months_from(first: date, count: int) -> tuple[date, ...]:
    """First days of `count` months from the month of `first`.

    Raises
    ------
    InputError : where `count` is negative.
    """
    if count < 0:
        raise InputError(Problem("a number of months cannot be negative", "give 0 or more", "", "count", str(count)))
    return tuple(month_plus(first, step) for step in range(count))


def years_to_middle(as_of: date, months: Sequence[date]) -> Array:
    """Years from a day to the middle of each month; negative for months before it.

    Parameters
    ----------
    as_of : day on which a level holds.
    months : any day of each month.

    Returns
    -------
    years, shape (months,).
    """
    into_month = (as_of.day - 1) / days_in_month(as_of)
    whole = np.array([months_between(as_of, month) for month in months], dtype=np.float64)
    return (whole + _MIDDLE - into_month) / MONTHS_PER_YEAR


def grow(level: float, growth_frac_per_year: FracPerYear, as_of: date, months: Sequence[date]) -> Array:
    """A level that grows (or shrinks) by the same share every year, at the middle of each month.

    Parameters
    ----------
    level : value on `as_of`, in any unit.
    growth_frac_per_year : compound growth [1/year], above -1.
    as_of : day on which `level` holds.
    months : any day of each month.

    Returns
    -------
    values in the unit of `level`, shape (months,).

    Raises
    ------
    InputError : where the growth is -1 or less.
    """
    return level * (1.0 + _growth(growth_frac_per_year)) ** years_to_middle(as_of, months)


def escalate(level: float, escalator_frac_per_year: FracPerYear, start: date, months: Sequence[date]) -> Array:
    """A contract price that steps up once a year, in the month of its anniversary.

    Parameters
    ----------
    level : value in the first twelve months, in any unit.
    escalator_frac_per_year : step [1/year], above -1.
    start : day of the first month.
    months : any day of each month; months before `start` carry the first year's value.

    Returns
    -------
    values in the unit of `level`, shape (months,).

    Raises
    ------
    InputError : where the escalator is -1 or less.
    """
    base = 1.0 + _growth(escalator_frac_per_year)
    steps: Array = whole_years(start, months).astype(np.float64)
    return level * base**steps


def whole_years(start: date, months: Sequence[date]) -> IntArray:
    """Anniversaries of `start` passed by each month, never below zero, shape (months,)."""
    elapsed = np.array([months_between(start, month) for month in months], dtype=np.int64)
    return np.maximum(elapsed // MONTHS_PER_YEAR, 0)


def _growth(growth_frac_per_year: FracPerYear) -> FracPerYear:
    if not growth_frac_per_year > -1.0:
        raise InputError(
            Problem(
                "a level cannot shrink by all of itself or more",
                "write growth as a share a year above -1, such as -0.05",
                key="growth_frac_per_year",
                value=str(growth_frac_per_year),
            )
        )
    return growth_frac_per_year
