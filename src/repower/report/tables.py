"""Tables of the report: a plan as rows of text, ready to print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from repower.base.units import QUARTERS_PER_YEAR
from repower.report import figures, tidy, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from repower.finance.debt import Debt
    from repower.plan.result import Decision, Earning, OptionValue, Plan

_FLIPS = 2
_SHARE = re.compile(r"-?[01](\.\d+)?")
_URL = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:)\]]")


@dataclass(frozen=True)
class Column:
    """Head of a column; numbers are set right-aligned, tight columns never break a line."""

    title: str
    numeric: bool = False
    tight: bool = False


@dataclass(frozen=True)
class Linked:
    """Text in pieces, each with the address it links to; an empty address is plain text."""

    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One row: cells, and a mark that sets it apart (total, chosen, soft)."""

    cells: tuple[str | Linked, ...]
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its name for a screen reader; `cards` turns rows into blocks on a phone."""

    name: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    cards: bool = False


def earnings(plan: Plan) -> Table:
    """What a kWh earns: per role and hall the first and the last year, with the basis in words."""
    groups: dict[tuple[str, str, str], list[Earning]] = {}
    for earning in plan.earnings:
        if earning.energy_mwh > 0:
            groups.setdefault((earning.role, earning.hall, earning.basis), []).append(earning)
    lines = []
    for (role, hall, basis), group in sorted(groups.items(), key=lambda item: (list(words.ROLES).index(item[0][0]),)):
        ordered = sorted(group, key=lambda earning: earning.quarter)
        first, last = ordered[:QUARTERS_PER_YEAR], ordered[-QUARTERS_PER_YEAR:]
        lines.append(
            Line(
                (
                    words.role(role),
                    hall,
                    figures.fixed(_mean(first, "gross_usd_per_kwh"), 3),
                    figures.fixed(_mean(first, "net_usd_per_kwh"), 3),
                    figures.fixed(_mean(last, "net_usd_per_kwh"), 3),
                    basis,
                )
            )
        )
    numbers = ("Gross, first year, $/kWh", "Net, first year, $/kWh", "Net, last year, $/kWh")
    if any(line.cells[1] for line in lines):
        return Table("What a kWh earns", _columns(("Role", "Hall"), numbers, ("Basis",)), tuple(lines), cards=True)
    single = tuple(Line((line.cells[0], *line.cells[2:])) for line in lines)
    return Table("What a kWh earns", _columns(("Role",), numbers, ("Basis",)), single, cards=True)


def why(plan: Plan) -> Table:
    """Chosen, next best, difference and what would flip it, hall by hall."""
    lines = tuple(
        Line(
            (
                decision.hall,
                decision.chosen.label,
                decision.next_best.label if decision.next_best else "nothing else is open to it",
                figures.millions(decision.difference_usd) if decision.next_best else figures.NOTHING,
                _flip_text(decision),
            )
        )
        for decision in plan.decisions
    )
    heads = ("Hall", "Chosen", "Next best"), ("Difference, $M",), ("Would flip if",)
    return Table("Why, hall by hall", _columns(*heads), lines, cards=True)


def options(plan: Plan) -> Table:
    """The best start of every kind each hall may become."""
    lines = []
    for decision in plan.decisions:
        for option in decision.options:
            mark = "chosen" if same(option, decision.chosen) else ""
            if not option.feasible:
                mark = "soft"
            lines.append(
                Line(
                    (
                        decision.hall,
                        option.label,
                        figures.month_text(option.hand_over),
                        figures.month_text(option.hand_over_late),
                        figures.number(option.critical_it_mw),
                        figures.millions(option.capex_usd),
                        figures.millions(option.value_usd),
                        _option_note(option, mark),
                    ),
                    mark,
                )
            )
    heads = (
        ("Hall", "Option"),
        ("Hand-over", "If late", "IT MW", "Capex, $M", "Value, $M"),
        ("Note",),
    )
    return Table("All options of every hall", _columns(*heads), tuple(lines), cards=True)


def break_evens(plan: Plan) -> Table:
    """Every assumption that was moved: its range, the value over keeping at both ends, and its break-even."""
    ordered = sorted(plan.sensitivities, key=lambda item: -tidy.swing_usd(plan, item))
    lines = tuple(
        Line(
            (
                ", ".join(part for part in (item.assumption, figures.unit_words(item.unit)) if part),
                figures.bare(item.low, item.unit),
                figures.bare(item.base, item.unit),
                figures.bare(item.high, item.unit),
                figures.millions(item.value_at_low_usd),
                figures.millions(item.value_at_high_usd),
                item.text if item.break_even is None else figures.bare(item.break_even, item.unit),
            )
        )
        for item in ordered
    )
    heads = (
        ("Assumption",),
        ("Low", "Base", "High", "Value at low, $M", "Value at high, $M"),
        ("Break-even",),
    )
    return Table("Break-even of every assumption", _columns(*heads), lines, cards=True)


def capex(plan: Plan) -> Table:
    """Parts over all halls: survives, replaced, new and spend."""
    sums: dict[str, list[float]] = {}
    for part in plan.capex:
        row = sums.setdefault(part.part, [0.0, 0.0, 0.0])
        row[0] += part.survives_usd
        row[2 if part.is_new else 1] += part.spend_usd
    lines = [_capex_line(words.part(name), row) for name, row in sums.items()]
    if lines:
        totals = [sum(row[column] for row in sums.values()) for column in range(3)]
        lines.append(_capex_line("total", totals, "total"))
    heads = ("Part",), ("Survives, $M", "Replaced, $M", "New, $M", "Spend, $M"), ()
    return Table("Capex by part as a table", _columns(*heads), tuple(lines))


def cash_by_year(plan: Plan) -> Table:
    """Cash of the plan by calendar year and category, with the total and the running total of plan less keep."""
    years = sorted({month.year for month in plan.months})
    position = np.array([month.year - years[0] for month in plan.months], dtype=np.int64)
    categories = [name for name in tidy.CATEGORY_ORDER if any(line.category == name for line in plan.cash.lines)]
    columns = []
    for name in categories:
        amount = np.sum([line.amount_usd for line in plan.cash.lines if line.category == name], axis=0)
        columns.append(np.bincount(position, weights=amount, minlength=len(years)))
    columns.append(np.bincount(position, weights=tidy.total_usd(plan.cash), minlength=len(years)))
    columns.append(np.cumsum(np.bincount(position, weights=tidy.difference_usd(plan), minlength=len(years))))
    lines = tuple(
        Line((str(year), *(figures.millions(float(column[row])) for column in columns)))
        for row, year in enumerate(years)
    )
    heads = (
        *(words.category(name).capitalize() if name != "gpu_cloud" else "GPU cloud" for name in categories),
        "Total",
    )
    return Table("Cash by year, $M", _columns(("Year",), (*heads, "Plan less keep, sum"), ()), lines)


def energy(plan: Plan) -> Table:
    """Energy bought, mining uptime, mean price and bill of every year."""
    lines = tuple(
        Line(
            (
                str(year.year),
                figures.fixed(year.import_mwh, 0),
                "" if year.mining_uptime_frac is None else figures.per_cent(year.mining_uptime_frac),
                figures.fixed(year.average_price_usd_per_mwh, 2),
                figures.millions(year.energy_bill_usd),
            )
        )
        for year in plan.energy
    )
    heads = ("Year",), ("Import, MWh", "Mining uptime, %", "Mean price, $/MWh", "Energy bill, $M"), ()
    return Table("Energy by year", _columns(*heads), lines)


def debt(plan: Plan) -> Table:
    """Debt service of every loan, year by year as long as something is owed."""
    lines = [
        Line(
            (
                name,
                str(index + 1),
                figures.millions(float(loan.service_usd[index])),
                figures.millions(float(loan.interest_usd[index])),
                figures.millions(float(loan.principal_usd[index])),
                figures.millions(float(loan.balance_usd[index])),
                figures.times(float(loan.dscr_ratio[index])),
            )
        )
        for name, loan in tidy.loans(plan)
        for index in range(owed_periods(loan))
    ]
    heads = ("Loan on",), ("Year", "Service, $M", "Interest, $M", "Principal, $M", "Owed after, $M", "DSCR"), ()
    return Table("Debt service from hand-over", _columns(*heads), tuple(lines))


def owed_periods(loan: Debt) -> int:
    """Periods from hand-over until nothing is due or owed any more."""
    owed = np.flatnonzero((loan.service_usd > 0) | (loan.balance_usd > 0))
    return int(owed[-1]) + 1 if owed.size else 0


def assumptions(plan: Plan) -> Table:
    """Value, unit, date, grade and source of everything the plan rests on."""
    lines = tuple(
        Line(
            (row.name, *_level(row.value, row.unit), row.as_of, words.grade(row.grade), linked(row.source)),
            "soft" if row.grade in {"assumed", "modelled"} else "",
        )
        for row in plan.assumptions
    )
    columns = (
        Column("What"),
        Column("Value", numeric=True),
        Column("Unit, basis"),
        Column("As of", tight=True),
        Column("Grade"),
        Column("Source"),
    )
    return Table("Assumptions and sources", columns, lines, cards=True)


def linked(text: str) -> Linked:
    """A text whose web addresses become links, shown by their host; nothing else ever links."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _URL.finditer(text):
        if match.start() > at:
            pieces.append((text[at : match.start()], ""))
        pieces.append((match.group().split("/")[2], match.group()))
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], ""))
    return Linked(tuple(pieces))


def _columns(before: Iterable[str], numeric: Iterable[str], after: Iterable[str]) -> tuple[Column, ...]:
    return (
        *(Column(title) for title in before),
        *(Column(title, True) for title in numeric),
        *(Column(title) for title in after),
    )


def _level(value: str, unit: str) -> tuple[str, str]:
    """Value and unit of an assumption; a share reads as per cent."""
    shares = figures.SHARE_UNITS | figures.YEARLY_SHARE_UNITS
    if unit not in shares or not _SHARE.fullmatch(value):
        return value, unit
    return figures.share(float(value)), figures.unit_words(unit)


def _mean(group: Sequence[Earning], field: str) -> float:
    energy = sum(earning.energy_mwh for earning in group)
    total: float = sum(getattr(earning, field) * earning.energy_mwh for earning in group)
    return total / energy


def _flip_text(decision: Decision) -> str:
    within = [flip for flip in decision.flips if flip.needed is not None][:_FLIPS] or list(decision.flips[:1])
    parts = [words.sentence(flip.text) for flip in within]
    if decision.binding:
        waits = decision.binding.startswith("waits")
        parts.insert(0, words.sentence(decision.binding if waits else f"held back by {decision.binding}"))
    return " ".join(parts) if parts else figures.NOTHING


def same(option: OptionValue, other: OptionValue) -> bool:
    """Whether two records are the same option of a hall: kind, words and start."""
    return (option.kind, option.label, option.start) == (other.kind, other.label, other.start)


def _option_note(option: OptionValue, mark: str) -> str:
    if not option.feasible:
        return option.reason or "not possible"
    return "chosen" if mark == "chosen" else option.reason


def _capex_line(name: str, row: Sequence[float], mark: str = "") -> Line:
    return Line((name, *(figures.millions(amount) for amount in row), figures.millions(row[1] + row[2])), mark)
