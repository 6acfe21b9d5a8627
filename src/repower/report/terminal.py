"""The plan in a terminal: at most forty lines of a hundred columns, plain text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from repower.report import figures, words
from repower.report.kpis import kpis
from repower.report.letters import columns, cut, printable
from repower.report.page import eyebrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repower.plan.result import Decision, Plan

WIDTH: Final = 100
MOST_HALLS: Final = 8
MOST_WARNINGS: Final = 4
_INDENT: Final = "  "
_WARNING_LINES: Final = 2
_NOTE_LINES: Final = 2
_HEADLINE_LINES: Final = 4
_HEADS: Final = ("hall", "chosen", "ready", "if late", "value, $M", "ahead, $M")
_LEAST_HALL: Final = 10
_FIRST_NUMBER: Final = 4


def summary(plan: Plan) -> str:
    """Headline, figures, halls, warnings, and where to read on.

    Parameters
    ----------
    plan : what to summarise.

    Returns
    -------
    Lines of at most 100 columns without colour, joined by newlines and ending in none.
    """
    blocks = [
        _wrapped(eyebrow(plan), 2),
        _wrapped(plan.headline, _HEADLINE_LINES),
        [""],
        _figures(plan),
        [""],
        _halls(plan),
        [""],
        _warnings(plan),
        _sources(plan),
    ]
    return "\n".join(printable(line).rstrip() for block in blocks for line in block)


def _figures(plan: Plan) -> list[str]:
    shown = kpis(plan)
    value_width = max(len(kpi.value) for kpi in shown)
    label_width = max(len(kpi.label) for kpi in shown)
    indent = " " * (len(_INDENT) + value_width + label_width + 4)
    lines: list[str] = []
    for kpi in shown:
        notes = _wrapped("; ".join(kpi.notes), _NOTE_LINES, indent)
        head = f"{_INDENT}{kpi.value:>{value_width}}  {kpi.label:<{label_width}}  "
        lines += [head + notes[0].removeprefix(indent), *notes[1:]]
    return lines


def _halls(plan: Plan) -> list[str]:
    rows = [_HEADS, *(_hall(decision) for decision in plan.decisions[:MOST_HALLS])]
    widths = _widths(rows)
    lines = []
    for row in rows:
        sized = enumerate(zip(row, widths, strict=True))
        lines.append(_INDENT + _INDENT.join(_padded(cell, width, at >= _FIRST_NUMBER) for at, (cell, width) in sized))
    hidden = len(plan.decisions) - MOST_HALLS
    if hidden > 0:
        lines.append(f"{_INDENT}and {hidden} more halls in report.html")
    return lines


def _widths(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """Columns as wide as they need; where that is too much, the names of halls give way first, then the options."""
    needed = [max(columns(row[at]) for row in rows) for at in range(len(_HEADS))]
    room = WIDTH - len(_INDENT) * len(_HEADS) - sum(needed[2:])
    hall = min(needed[0], max(_LEAST_HALL, room - needed[1]))
    return [hall, min(needed[1], room - hall), *needed[2:]]


def _hall(decision: Decision) -> tuple[str, ...]:
    chosen = decision.chosen
    return (
        decision.hall,
        chosen.label,
        figures.month_text(chosen.hand_over),
        figures.month_text(chosen.hand_over_late),
        figures.millions(chosen.value_usd),
        figures.millions(decision.difference_usd) if decision.next_best else figures.NOTHING,
    )


def _warnings(plan: Plan) -> list[str]:
    lines: list[str] = []
    for caveat in plan.warnings[:MOST_WARNINGS]:
        text = words.sentence(caveat.text) + (f" {words.sentence(caveat.fix)}" if caveat.fix else "")
        lines += _wrapped(f"note: {text}", _WARNING_LINES, _INDENT)
    hidden = len(plan.warnings) - MOST_WARNINGS
    if hidden > 0:
        lines.append(f"{_INDENT}and {hidden} more notes in report.html")
    return [*lines, ""] if lines else []


def _sources(plan: Plan) -> list[str]:
    soft = sum(1 for row in plan.assumptions if row.grade in {"assumed", "modelled"})
    count = f"{len(plan.assumptions)} assumption{'' if len(plan.assumptions) == 1 else 's'}"
    return [f"{count}, {soft} modelled or assumed; values and sources are in report.html. All before tax."]


def _wrapped(text: str, most: int, indent: str = "") -> list[str]:
    """At most `most` lines; what does not fit ends in an ellipsis."""
    lines = textwrap.wrap(text, WIDTH - len(indent), max_lines=most, placeholder=" …") or [""]
    return [cut(indent + line, WIDTH) for line in lines]


def _padded(text: str, width: int, right: bool) -> str:
    text = cut(text, width)
    room = " " * (width - columns(text))
    return room + text if right else text + room
