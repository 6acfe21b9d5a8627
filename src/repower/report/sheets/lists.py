"""Sheets that are lists: decisions, options, capex, debt, sensitivities, energy, assumptions, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repower.report import tables, words
from repower.report.sheets.book import (
    BOLD,
    DATE,
    FIRST,
    MONEY,
    NUMBER,
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
