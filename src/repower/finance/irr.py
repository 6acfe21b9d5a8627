"""Internal rates of return: every real one, or none, in words that say which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, Frac, Usd
from repower.finance.cashflow import amounts_usd
from repower.finance.daycount import DayCount, span_years
from repower.finance.roots import log_roots, sign_changes

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Irr:
    """Every real rate at which the present value of a cash flow is zero.

    Parameters
    ----------
    roots : all real rates above -1 per period, as fractions, ascending; a double one stands twice; empty where none.
    sign_changes : how often the cash flow changes sign, the most roots it could have.
    status : what there is, in words.
    rate_frac : the rate where there is exactly one, else None; follows from `roots`.
    """

    roots: tuple[float, ...]
    sign_changes: int
    status: str
    rate_frac: Frac | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rate_frac", self.roots[0] if len(self.roots) == 1 else None)


def irr(cash_flow_usd: Sequence[Usd] | Array) -> Irr:
    """Rates per period at which equally spaced amounts have no net present value.

    Parameters
    ----------
    cash_flow_usd : shape (periods,), income positive; when in the period they fall does not matter.

    Returns
    -------
    All real rates above -1 per period, or none with the reason.

    Raises
    ------
    InputError : the cash flow is empty, or an amount is not a finite number.
    """
    amount = amounts_usd(cash_flow_usd)
    return _irr(np.arange(amount.size, dtype=np.float64), amount)


def xirr(cash_flow_usd: Sequence[Usd] | Array, dates: Sequence[date], day_count: DayCount = "actual/365f") -> Irr:
    """Yearly rates at which dated amounts have no net present value.

    Parameters
    ----------
    cash_flow_usd : shape (payments,), income positive.
    dates : shape (payments,), in any order; amounts of one day are added.
    day_count : how days become years; leap years alone move a rate by 3 basis points.

    Returns
    -------
    All real rates above -1 per year, or none with the reason.

    Raises
    ------
    InputError : lengths differ, the cash flow is empty, an amount is not finite, or the day count is unknown.
    """
    amount = amounts_usd(cash_flow_usd)
    if len(dates) != amount.size:
        raise InputError(
            Problem("dates and amounts differ in number", "give one date an amount", key="dates", value=str(len(dates)))
        )
    first = min(dates)
    years, position = np.unique(
        np.array([span_years(first, day, day_count) for day in dates], dtype=np.float64), return_inverse=True
    )
    return _irr(years, np.bincount(position, weights=amount).astype(np.float64))


def annual_from_monthly(monthly: Irr) -> Irr:
    """The same rates a year, compounded from rates a month: (1 + r)^12 - 1."""
    return _stated(MONTHS_PER_YEAR * np.log1p(np.array(monthly.roots)), monthly.sign_changes, monthly.status)


def _irr(time: Array, amount: Array) -> Irr:
    changes = sign_changes(amount)
    logs = log_roots(time, amount)
    moving = amount[amount != 0.0]
    if moving.size == 0:
        status = "no real rate: no money moves"
    elif changes == 0:
        status = f"no real rate: money only {'comes in' if moving[0] > 0.0 else 'goes out'}"
    elif logs.size == 0:
        status = f"no real rate: the net present value is {'above' if moving[0] > 0.0 else 'below'} zero at every rate"
    elif logs.size == 1:
        status = "one root" if moving[0] < 0.0 else "one root: money comes in first, so it is a cost of funds"
    elif logs[0] == logs[-1]:
        status = f"{_word(logs.size)} equal roots: use the NPV profile"
    else:
        status = f"{_word(logs.size)} roots: use the NPV profile"
    return _stated(logs, changes, status)


def _stated(logs: Array, changes: int, status: str) -> Irr:
    """Rates from log rates, without those that a double cannot tell from -1 or from infinity."""
    with np.errstate(over="ignore"):
        rates = np.expm1(logs)
    held = (rates > -1.0) & np.isfinite(rates)
    if not held.all():
        lost = "a total loss" if (rates <= -1.0).any() else "beyond any number"
        left = f"{_word(int(held.sum()))} of {_word(held.size)} roots stated" if held.any() else "no rate can be stated"
        status = f"{left}: to rounding the other is {lost}" if held.any() else f"{left}: to rounding it is {lost}"
    return Irr(tuple(float(rate) for rate in rates[held]), changes, status)


def _word(count: int) -> str:
    return _WORDS[count] if count < len(_WORDS) else str(count)
