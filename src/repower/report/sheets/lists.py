"""Sheets that are lists: decisions, options, capex, debt, sensitivities, energy, assumptions, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from repower.report import tables, tidy, words
from repower.report.sheets.book import (
    BOLD,
    DATE,
    FIRST,
    MONEY,
    NUMBER,
    RATIO,
    SHARE,
    TEXT,
    TOTAL,
    Book,
    Cell,
    Formula,
    cell_name,
    listing,
    put,
    span_name,
)

if TYPE_CHECKING:
    from repower.finance.debt import Debt
    from repower.plan.result import Plan


def decisions(to: Book, plan: Plan) -> None:
    """Sheet Decisions: chosen and next best a hall, with their difference, and below it what would flip each."""
    rows: list[list[Cell]] = []
    for index, decision in enumerate(plan.decisions):
        row = FIRST + index
        other = decision.next_best
        difference: Cell = None
        if other is not None:
            difference = Formula(f"={cell_name(row, 3)}-{cell_name(row, 4)}", decision.difference_usd)
        rows.append(
            [
                decision.hall,
                decision.chosen.label,
                other.label if other else "",
                decision.chosen.value_usd,
                other.value_usd if other else None,
                difference,
                decision.binding,
            ]
        )
    heads = (
        ("Hall", TEXT, 18),
        ("Chosen", TEXT, 40),
        ("Next best", TEXT, 40),
        ("Value of chosen, $", MONEY, 18),
        ("Value of next best, $", MONEY, 18),
        ("Difference, $", MONEY, 18),
        ("Held back by", TEXT, 26),
    )
    sheet = listing(to, "Decisions", heads, rows, "Net present value of each hall's cash at the owner's hurdle")
    row = FIRST + len(rows) + 1
    for column, head in enumerate(("Hall", "Would flip if", "Driver", "Base", "Needed", "Unit")):
        put(to, sheet, row, column, head, BOLD)
    for decision in plan.decisions:
        for flip in decision.flips:
            row += 1
            cells: tuple[tuple[Cell, str], ...] = (
                (decision.hall, TEXT),
                (flip.text, TEXT),
                (flip.driver, TEXT),
                (flip.base, NUMBER),
                (flip.needed, NUMBER),
                (flip.unit, TEXT),
            )
            for column, (cell, look) in enumerate(cells):
                put(to, sheet, row, column, cell, look)


def options(to: Book, plan: Plan) -> None:
    """Sheet Options: the best start of every kind each hall may become."""
    rows: list[list[Cell]] = [
        [
            decision.hall,
            option.label,
            words.option(option.kind),
            str(option.start),
            option.hand_over,
            option.hand_over_late,
            option.critical_it_mw,
            option.peak_mw,
            option.build_weeks,
            option.capex_usd,
            option.value_usd,
            tables.same(option, decision.chosen),
            option.feasible,
            option.reason,
        ]
        for decision in plan.decisions
        for option in decision.options
    ]
    heads = (
        ("Hall", TEXT, 18),
        ("Option", TEXT, 42),
        ("Kind", TEXT, 24),
        ("Start", TEXT, 10),
        ("Hand-over", DATE, 12),
        ("If late", DATE, 12),
        ("Critical IT, MW", NUMBER, 12),
        ("Design hour, meter MW", NUMBER, 12),
        ("Works, weeks", NUMBER, 10),
        ("Capex, $", MONEY, 16),
        ("Value, $", MONEY, 16),
        ("Chosen", TEXT, 9),
        ("Possible", TEXT, 9),
        ("Reason", TEXT, 50),
    )
    listing(to, "Options", heads, rows, "Best start of every kind; value at the owner's hurdle, capex undiscounted")


def capex(to: Book, plan: Plan) -> str:
    """Sheet Capex: parts of every converted hall, with totals; returns the cell of the total spend."""
    rows: list[list[Cell]] = [
        [part.hall, words.part(part.part), part.survives_usd, part.spend_usd, "new" if part.is_new else "replaced"]
        for part in plan.capex
    ]
    heads = (
        ("Hall", TEXT, 18),
        ("Part", TEXT, 30),
        ("Survives, $", MONEY, 18),
        ("Spend, $", MONEY, 18),
        ("Spend is for a part that is", TEXT, 26),
    )
    sheet = listing(to, "Capex", heads, rows, "Undiscounted; what survives need not be bought")
    last = FIRST + len(rows)
    put(to, sheet, last, 1, "Total", TOTAL)
    sums = (sum(part.survives_usd for part in plan.capex), sum(part.spend_usd for part in plan.capex))
    for column, amount in enumerate(sums, start=2):
        text = f"=SUM({span_name(FIRST, column, last - 1, column)})" if rows else "=0"
        put(to, sheet, last, column, Formula(text, float(amount)), TOTAL)
    return f"Capex!{cell_name(last, 3)}"


def debt(to: Book, plan: Plan) -> str:
    """Sheet Debt: size and service of every loan; returns the range of cover ratios, empty without debt."""
    sheet = to.sheet("Debt")
    put(to, sheet, 0, 0, "Debt", "title")
    put(to, sheet, 1, 0, "Service at the end of every year from hand-over; before tax", "note")
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


def sensitivities(to: Book, plan: Plan, over_keep: str) -> None:
    """Sheet Sensitivities: one assumption at a time; `over_keep` is the cell of the plan's value over keeping."""
    rows: list[list[Cell]] = []
    for index, item in enumerate(plan.sensitivities):
        row = FIRST + index
        base = plan.value_over_keep_usd
        rows.append(
            [
                item.assumption,
                item.unit,
                item.low,
                item.base,
                item.high,
                item.value_at_low_usd,
                item.value_at_high_usd,
                Formula(f"={cell_name(row, 5)}-{over_keep}", item.value_at_low_usd - base),
                Formula(f"={cell_name(row, 6)}-{over_keep}", item.value_at_high_usd - base),
                item.break_even,
                item.text,
            ]
        )
    heads = (
        ("Assumption", TEXT, 26),
        ("Unit", TEXT, 14),
        ("Low", NUMBER, 10),
        ("Base", NUMBER, 10),
        ("High", NUMBER, 10),
        ("Value over keeping at low, $", MONEY, 18),
        ("Value over keeping at high, $", MONEY, 18),
        ("Change at low, $", MONEY, 16),
        ("Change at high, $", MONEY, 16),
        ("Break-even", NUMBER, 12),
        ("In words", TEXT, 50),
    )
    listing(to, "Sensitivities", heads, rows, "One assumption moves, the plan stays as chosen, nothing else moves")


def energy(to: Book, plan: Plan) -> None:
    """Sheet Energy: import, uptime, price and bill by year, with totals."""
    rows: list[list[Cell]] = [
        [
            year.year,
            year.import_mwh,
            year.mining_uptime_frac,
            year.average_price_usd_per_mwh,
            year.energy_bill_usd,
        ]
        for year in plan.energy
    ]
    heads = (
        ("Year", TEXT, 10),
        ("Import, MWh", MONEY, 16),
        ("Mining uptime", SHARE, 14),
        ("Mean price, $/MWh", NUMBER, 18),
        ("Energy bill, $", MONEY, 18),
    )
    sheet = listing(to, "Energy", heads, rows, "At the meter")
    last = FIRST + len(rows)
    put(to, sheet, last, 0, "Total", TOTAL)
    sums = ((1, sum(year.import_mwh for year in plan.energy)), (4, sum(year.energy_bill_usd for year in plan.energy)))
    for column, amount in sums:
        text = f"=SUM({span_name(FIRST, column, last - 1, column)})" if rows else "=0"
        put(to, sheet, last, column, Formula(text, float(amount)), TOTAL)


def assumptions(to: Book, plan: Plan) -> None:
    """Sheet Assumptions: everything the plan rests on."""
    rows = [[row.name, row.value, row.unit, row.as_of, words.grade(row.grade), row.source] for row in plan.assumptions]
    heads = (
        ("What", TEXT, 36),
        ("Value", TEXT, 16),
        ("Unit, basis", TEXT, 28),
        ("As of", TEXT, 14),
        ("Grade", TEXT, 24),
        ("Source", TEXT, 70),
    )
    listing(to, "Assumptions", heads, rows, "Rows graded modelled or assumed state no fact")


def warnings(to: Book, plan: Plan) -> None:
    """Sheet Warnings: what a reader must know."""
    rows = [[caveat.section, caveat.text, caveat.fix] for caveat in plan.warnings]
    heads = (("Section", TEXT, 16), ("What", TEXT, 80), ("What to do", TEXT, 60))
    listing(to, "Warnings", heads, rows, "")


def _loan(to: Book, sheet: object, row: int, name: str, loan: Debt) -> tuple[int, str]:
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
        put(to, sheet, head, column, words_, "head" if column == 0 else "head_right")
    periods = tables.owed_periods(loan)
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
