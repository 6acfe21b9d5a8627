"""Sheets of cash: the plan by month, keeping by month, and the plan by calendar year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from repower.report import tidy, words
from repower.report.sheets.book import (
    BOLD,
    HEAD,
    HEAD_DATE,
    HEAD_RIGHT,
    MONEY,
    NOTE,
    TITLE,
    TOTAL,
    Book,
    Formula,
    cell_name,
    column_name,
    put,
    span_name,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repower.base.units import Array
    from repower.plan.result import CashTable, Plan

_HEAD_ROW: Final = 3
_FIRST_ROW: Final = 4
_SUM: Final = 2
_FIRST_MONTH: Final = 3


@dataclass(frozen=True)
class Ledger:
    """Where the rows of a sheet of monthly cash stand, as names for formulas of other sheets.

    Parameters
    ----------
    months, total, difference, cumulative : ranges over the months; the last two are empty on the sheet of keeping.
    """

    months: str
    total: str
    difference: str = ""
    cumulative: str = ""


def cash(to: Book, plan: Plan, keep: Ledger) -> Ledger:
    """Sheet Cash: lines of the plan by month, total, plan less keep, and its running total."""
    sheet, total_row = _monthly(to, "Cash", "The chosen plan by month, $, nominal, before tax and debt", plan.cash)
    count = len(plan.months)
    last = _FIRST_MONTH + count - 1
    difference = tidy.difference_usd(plan)
    running = np.cumsum(difference)
    keep_row = keep.total.rsplit("$", 1)[-1]
    for offset, (name, amount) in enumerate((("Plan less keep", difference), ("Cumulative", running)), start=1):
        row = total_row + offset
        put(to, sheet, row, 1, name, BOLD)
        for month in range(count):
            column = _FIRST_MONTH + month
            if offset == 1:
                text = f"={cell_name(total_row, column)}-Keep!{column_name(column)}{keep_row}"
            else:
                before = f"{cell_name(row, column - 1)}+" if month else ""
                text = f"={before}{cell_name(row - 1, column)}"
            put(to, sheet, row, column, Formula(text, float(amount[month])), MONEY)
    put(to, sheet, total_row + 1, _SUM, _sum_over_months(total_row + 1, last, difference), MONEY)
    return Ledger(
        _fixed("Cash", _HEAD_ROW, last),
        _fixed("Cash", total_row, last),
        _fixed("Cash", total_row + 1, last),
        _fixed("Cash", total_row + 2, last),
    )


def keep_ledger(plan: Plan) -> Ledger:
    """Where the sheet Keep has its rows; known before it is written, because Cash stands in front of it."""
    last = _FIRST_MONTH + len(plan.months) - 1
    return Ledger(_fixed("Keep", _HEAD_ROW, last), _fixed("Keep", _FIRST_ROW + len(plan.keep_cash.lines), last))


def keep(to: Book, plan: Plan) -> None:
    """Sheet Keep: lines of keeping every hall by month, and their total."""
    _monthly(to, "Keep", "Cash of keeping every hall by month, $, nominal, before tax", plan.keep_cash)


def cash_by_year(to: Book, plan: Plan, months: Ledger) -> None:
    """Sheet Cash by year: the same lines summed over calendar years, straight from the sheet Cash."""
    sheet = to.sheet("Cash by year")
    put(to, sheet, 0, 0, "Cash by year", TITLE)
    put(to, sheet, 1, 0, "Calendar years of the sheet Cash, $", NOTE)
    put(to, sheet, _HEAD_ROW, 0, "Category", HEAD)
    put(to, sheet, _HEAD_ROW, 1, "Line", HEAD)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 38)
    years = sorted({month.year for month in plan.months})
    sheet.set_column(2, 1 + len(years), 14)
    position = np.array([month.year - years[0] for month in plan.months], dtype=np.int64)
    for column, year in enumerate(years):
        put(to, sheet, _HEAD_ROW, 2 + column, year, HEAD_RIGHT)
    rows: list[tuple[str, str, Array]] = [
        (words.category(line.category), line.name, line.amount_usd) for line in plan.cash.lines
    ]
    rows += [("", "Total", tidy.total_usd(plan.cash)), ("", "Plan less keep", tidy.difference_usd(plan))]
    for offset, (category, name, amount) in enumerate(rows):
        row = _FIRST_ROW + offset
        look = TOTAL if name == "Total" and not category else MONEY
        put(to, sheet, row, 0, category)
        put(to, sheet, row, 1, name, BOLD if not category else "text")
        by_year = np.bincount(position, weights=amount, minlength=len(years))
        source = _fixed("Cash", row, _FIRST_MONTH + len(plan.months) - 1)
        for column in range(len(years)):
            year_cell = f"{column_name(2 + column)}${_HEAD_ROW + 1}"
            text = f"=SUMPRODUCT((YEAR({months.months})={year_cell})*{source})"
            put(to, sheet, row, 2 + column, Formula(text, float(by_year[column])), look)
    sheet.freeze_panes(_FIRST_ROW, 2)


def _monthly(to: Book, name: str, note: str, table: CashTable) -> tuple[Any, int]:
    """A sheet of lines by month with sums over months and over lines; returns it and the row of the total."""
    sheet = to.sheet(name)
    put(to, sheet, 0, 0, name, TITLE)
    put(to, sheet, 1, 0, note, NOTE)
    # A year or two of months to a printed page, the names on each.
    sheet.fit_to_pages(0, 1)
    sheet.repeat_columns(0, _SUM)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 38)
    sheet.set_column(2, 2, 16)
    last = _FIRST_MONTH + len(table.months) - 1
    sheet.set_column(_FIRST_MONTH, last, 13)
    for column, (head, look) in enumerate((("Category", HEAD), ("Line", HEAD), ("All months", HEAD_RIGHT))):
        put(to, sheet, _HEAD_ROW, column, head, look)
    for offset, month in enumerate(table.months):
        put(to, sheet, _HEAD_ROW, _FIRST_MONTH + offset, month, HEAD_DATE)
    for offset, line in enumerate(table.lines):
        row = _FIRST_ROW + offset
        put(to, sheet, row, 0, words.category(line.category))
        put(to, sheet, row, 1, line.name)
        put(to, sheet, row, _SUM, _sum_over_months(row, last, line.amount_usd), MONEY)
        for index, amount in enumerate(line.amount_usd):
            put(to, sheet, row, _FIRST_MONTH + index, float(amount), MONEY)
    total_row = _FIRST_ROW + len(table.lines)
    total = tidy.total_usd(table)
    put(to, sheet, total_row, 1, "Total", TOTAL)
    put(to, sheet, total_row, _SUM, _sum_over_months(total_row, last, total), TOTAL)
    for index, amount in enumerate(total):
        column = _FIRST_MONTH + index
        lines = span_name(_FIRST_ROW, column, total_row - 1, column)
        formula = Formula(f"=SUM({lines})" if table.lines else "=0", float(amount))
        put(to, sheet, total_row, column, formula, TOTAL)
    sheet.freeze_panes(_FIRST_ROW, _FIRST_MONTH)
    return sheet, total_row


def _sum_over_months(row: int, last: int, amount_usd: Array | Sequence[float]) -> Formula:
    return Formula(f"=SUM({span_name(row, _FIRST_MONTH, row, last)})", float(np.sum(amount_usd)))


def _fixed(sheet: str, row: int, last: int) -> str:
    return f"{sheet}!${column_name(_FIRST_MONTH)}${row + 1}:${column_name(last)}${row + 1}"
