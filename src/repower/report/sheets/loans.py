"""Sheet Debt: every loan with its size and its service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from repower.report import accounts, tidy
from repower.report.sheets.book import (
    BOLD,
    HEAD,
    HEAD_RIGHT,
    MONEY,
    NOTE,
    NUMBER,
    RATIO,
    SHARE,
    TEXT,
    TITLE,
    TOTAL,
    Book,
    Cell,
    Formula,
    cell_name,
    put,
    span_name,
)

if TYPE_CHECKING:
    from repower.finance.debt import Debt
    from repower.plan.result import Plan


def debt(to: Book, plan: Plan) -> str:
    """Sheet Debt: size and service of every loan; returns the range of cover ratios, empty without debt."""
    sheet = to.sheet("Debt")
    put(to, sheet, 0, 0, "Debt", TITLE)
    put(to, sheet, 1, 0, "Service at the end of every year from hand-over; before tax", NOTE)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 6, 18)
    loans = tidy.loans(plan)
    if not loans:
        put(to, sheet, 3, 0, "No debt: there is no contracted AI cash flow that would carry it.")
        return ""
    row, covers = 3, []
    for name, loan in loans:
        row, cover = _loan(to, sheet, row, name, loan)
        covers.append(cover)
    return ",".join(f"Debt!{cover}" for cover in covers)


def _loan(to: Book, sheet: Any, row: int, name: str, loan: Debt) -> tuple[int, str]:
    """One loan from `row` on; returns the next free row and the range of its cover ratios."""
    put(to, sheet, row, 0, f"Loan on {name}", BOLD)
    facts: tuple[tuple[str, Cell, str], ...] = (
        ("Size at hand-over, $", loan.size_usd, MONEY),
        ("Quoted rate a year", loan.rate_frac_per_year, SHARE),
        ("All-in cost, $", loan.cost_usd, MONEY),
        ("Equity, $", Formula(f"={cell_name(row + 3, 1)}-{cell_name(row + 1, 1)}", loan.equity_usd), MONEY),
        ("Interest during construction, $", loan.interest_during_construction_usd, MONEY),
        ("Fees, $", loan.fees_usd, MONEY),
        ("Sized by", loan.status, TEXT),
    )
    for offset, (words_, fact, look) in enumerate(facts, start=1):
        put(to, sheet, row + offset, 0, words_)
        put(to, sheet, row + offset, 1, fact, look)
    size = cell_name(row + 1, 1)
    head = row + len(facts) + 2
    for column, words_ in enumerate(
        ("Year", "Cash available, $", "Interest, $", "Principal, $", "Service, $", "Owed after, $", "DSCR")
    ):
        put(to, sheet, head, column, words_, HEAD if column == 0 else HEAD_RIGHT)
    periods = accounts.owed_periods(loan)
    for index in range(periods):
        at = head + 1 + index
        service, cover = float(loan.service_usd[index]), float(loan.dscr_ratio[index])
        before = size if index == 0 else cell_name(at - 1, 5)
        due = service > 0 and np.isfinite(cover)
        put(to, sheet, at, 0, index + 1, NUMBER)
        put(to, sheet, at, 1, cover * service if due else None, MONEY)
        put(to, sheet, at, 2, float(loan.interest_usd[index]), MONEY)
        put(to, sheet, at, 3, float(loan.principal_usd[index]), MONEY)
        put(to, sheet, at, 4, Formula(f"={cell_name(at, 2)}+{cell_name(at, 3)}", service), MONEY)
        put(to, sheet, at, 5, Formula(f"={before}-{cell_name(at, 3)}", float(loan.balance_usd[index])), MONEY)
        if due:
            put(to, sheet, at, 6, Formula(f"={cell_name(at, 1)}/{cell_name(at, 4)}", cover), RATIO)
    total = head + 1 + periods
    put(to, sheet, total, 0, "Total", TOTAL)
    for column, amount in ((2, loan.interest_usd), (3, loan.principal_usd), (4, loan.service_usd)):
        text = f"=SUM({span_name(head + 1, column, total - 1, column)})"
        put(to, sheet, total, column, Formula(text, float(np.sum(amount[:periods]))), TOTAL)
    return total + 3, span_name(head + 1, 6, total - 1, 6)
