"""Cash flows by month, and their quarters and calendar years; before tax.

Amounts are nominal dollars, income positive, and belong to the end of their period. Lines of tax, when there are any,
come as further lines: nothing here is after tax unless its name says so. Quarters and years are sums of their months,
each rounded once, so amounts in whole dollars add up to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np

from repower.base.clock import month_plus, quarter_of
from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Array, Usd

Step = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": MONTHS_PER_QUARTER, "year": MONTHS_PER_YEAR}
_SHOWN = 5


@dataclass(frozen=True)
class CashFlowLine:
    """One line: its name, and shape-(periods,) amounts."""

    name: str
    amount_usd: Array


@dataclass(frozen=True)
class CashFlow:
    """Named lines of cash before tax over consecutive calendar periods.

    Parameters
    ----------
    months : first day of every period: of the month, or of the first month of the quarter or year.
    lines : each with shape (periods,); they add up to the total.
    step : length of a period.
    """

    months: tuple[date, ...]
    lines: tuple[CashFlowLine, ...]
    step: Step = "month"

    def __post_init__(self) -> None:
        problems = _gaps(self.months, self.step)
        for line in self.lines:
            key = f"line {line.name!r}"
            try:
                size = amounts_usd(line.amount_usd, key).size
            except InputError as error:
                problems += error.problems
                continue
            if size != len(self.months):
                fix = f"give one amount a {self.step}"
                shown = f"{size} amounts for {len(self.months)} {self.step}s"
                problems.append(Problem("a line has another length than its periods", fix, key=key, value=shown))
        if problems:
            raise InputError(problems)


def amounts_usd(cash_flow_usd: Sequence[Usd] | Array, key: str = "cash_flow_usd") -> Array:
    """A cash flow as a checked array.

    Parameters
    ----------
    cash_flow_usd : shape (periods,), one amount a period [$].
    key : what a message calls it.

    Returns
    -------
    Shape (periods,), float64.

    Raises
    ------
    InputError : it is empty, not one-dimensional, not numeric, or an amount is NaN or infinite.
    """
    try:
        amounts = np.asarray(cash_flow_usd, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            Problem("this is no list of amounts", "give one number a period", key=key, value=repr(cash_flow_usd)[:80])
        ) from error
    if amounts.ndim != 1 or amounts.size == 0:
        shown = str(cash_flow_usd)[:80]
        raise InputError(Problem("a cash flow is one row of amounts", "give one number a period", key=key, value=shown))
    wrong = np.flatnonzero(~np.isfinite(amounts))
    if wrong.size:
        fix = "give a finite amount in dollars"
        raise InputError(
            Problem("an amount is not a number", fix, key=f"{key}[{index}]", value=str(amounts[index]))
            for index in wrong[:_SHOWN]
        )
    return amounts


def total_usd(flow: CashFlow) -> Array:
    """Sum of the lines in every period, shape (periods,); each sum is rounded once."""
    if not flow.lines:
        return np.zeros(len(flow.months))
    return np.array([math.fsum(column) for column in zip(*(line.amount_usd for line in flow.lines), strict=True)])


def quarterly(flow: CashFlow) -> CashFlow:
    """Calendar quarters of a monthly cash flow; a quarter that is only partly there holds the months that are."""
    return _grouped(flow, "quarter")


def yearly(flow: CashFlow) -> CashFlow:
    """Calendar years of a monthly or quarterly cash flow; a year that is only partly there holds what is."""
    return _grouped(flow, "year")


def labels(flow: CashFlow) -> tuple[str, ...]:
    """What readers call the periods: ``2027-07``, ``2027Q3`` or ``2027``."""
    if flow.step == "month":
        return tuple(f"{month:%Y-%m}" for month in flow.months)
    if flow.step == "quarter":
        return tuple(str(quarter_of(month)) for month in flow.months)
    return tuple(str(month.year) for month in flow.months)


def _grouped(flow: CashFlow, step: Step) -> CashFlow:
    if _MONTHS[flow.step] > _MONTHS[step]:
        raise InputError(
            Problem("a cash flow cannot be split into shorter periods", "start from the monthly one", value=flow.step)
        )
    starts = [_period_start(month, step) for month in flow.months]
    periods = tuple(dict.fromkeys(starts))
    position = {start: index for index, start in enumerate(periods)}
    index = np.array([position[start] for start in starts], dtype=np.int64)
    bounds = np.searchsorted(index, np.arange(len(periods) + 1))
    lines = tuple(
        CashFlowLine(
            line.name,
            # fsum, so that a sum does not depend on the order of its months and is rounded once.
            np.array([math.fsum(line.amount_usd[a:b]) for a, b in pairwise(bounds)]),
        )
        for line in flow.lines
    )
    return CashFlow(periods, lines, step)


def _period_start(month: date, step: Step) -> date:
    return date(month.year, (month.month - 1) // _MONTHS[step] * _MONTHS[step] + 1, 1)


def _gaps(months: tuple[date, ...], step: Step) -> list[Problem]:
    fix = f"give consecutive {step}s, each by its first day"
    problems = [
        Problem(f"this is not the first day of a {step}", fix, key="months", value=month.isoformat())
        for month in months
        if month != _period_start(month, step)
    ]
    for previous, following in pairwise(months):
        if not problems and following != month_plus(previous, _MONTHS[step]):
            text = f"{following.isoformat()} after {previous.isoformat()}"
            problems.append(Problem("the periods are not consecutive", fix, key="months", value=text))
    return problems
