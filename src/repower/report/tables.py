"""Tables of the report: a plan as rows of text, ready to print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from repower.base.units import QUARTERS_PER_YEAR
from repower.report import figures, tidy, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
        return Table("What a kWh earns", head(("Role", "Hall"), numbers, ("Basis",)), tuple(lines), cards=True)
    single = tuple(Line((line.cells[0], *line.cells[2:])) for line in lines)
    return Table("What a kWh earns", head(("Role",), numbers, ("Basis",)), single, cards=True)


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
    return Table("Why, hall by hall", head(*heads), lines, cards=True)


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
    return Table("All options of every hall", head(*heads), tuple(lines), cards=True)


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
    return Table("Break-even of every assumption", head(*heads), lines, cards=True)


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


def head(before: Iterable[str], numeric: Iterable[str], after: Iterable[str]) -> tuple[Column, ...]:
    """Columns of words, then of numbers, then of words."""
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
