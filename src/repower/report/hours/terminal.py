"""Hours in a terminal: the answer, what ran, what each part is worth, what to know."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from repower.report import figures, words
from repower.report.hours import record
from repower.report.hours.page import eyebrow
from repower.report.letters import columns, cut, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repower.plan.dispatched import Dispatched
    from repower.report.hours.record import Report

WIDTH: Final = 100
MOST_ROWS: Final = 12
_INDENT: Final = "  "


def summary(report: Report) -> str:
    """Lines of at most 100 columns without colour."""
    found = report.found
    gap = record.gap_frac(found)
    proof = "no gap" if gap == 0.0 else f"gap {figures.share(gap)}"
    paid = figures.level(record.paid_index_usd_per_mwh(found), "$/MWh")
    mean = figures.level(record.mean_index_usd_per_mwh(found), "$/MWh")
    blocks: list[list[str]] = [
        _wrapped(eyebrow(report)),
        _wrapped(record.headline(report)),
        [""],
        _wrapped(
            f"proved: at most {figures.dollars(found.bound_usd)}, earned {figures.dollars(found.earned_usd)}, {proof}; "
            f"statement {figures.dollars(record.settled_usd(found))}; index price paid {paid}, mean {mean}",
            _INDENT,
        ),
        *([] if report.unforeseen is None else [_wrapped(record.foresight_sentence(report.unforeseen), _INDENT)]),
        [""],
        _table(
            ("load", "energy, MWh", "uptime"),
            [
                (f"{load.hall}: {load.words}", figures.fixed(load.energy_mwh, 0), figures.share(load.uptime_frac))
                for load in found.loads
            ],
        ),
        [""],
        *_services(found),
        _table(("part", "worth"), [(one.part, figures.dollars(one.worth_usd)) for one in found.worths]),
    ]
    if report.caveats:
        blocks.append([""])
    for one in report.caveats:
        fix = f" {words.sentence(one.fix)}" if one.fix else ""
        blocks.append(_wrapped(f"note: {words.sentence(one.text)}{fix}", _INDENT))
    return "\n".join(printable(line).rstrip() for block in blocks for line in block)


def _services(found: Dispatched) -> list[list[str]]:
    heads = ("service", "mean award, MW", "of it battery", "paid")
    rows = [
        (one.name, figures.fixed(one.mean_mw, 1), figures.fixed(one.battery_mw, 1), figures.dollars(one.paid_usd))
        for one in found.services
    ]
    return [_table(heads, rows), [""]] if rows else []


def _wrapped(text: str, indent: str = "") -> list[str]:
    return [cut(indent + line, WIDTH) for line in textwrap.wrap(text, WIDTH - len(indent))] or [""]


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    shown = [heads, *rows[:MOST_ROWS]]
    widths = [min(max(columns(row[at]) for row in shown), WIDTH // 2) for at in range(len(heads))]
    lines = []
    for row in shown:
        cells = [cut(cell, width) for cell, width in zip(row, widths, strict=True)]
        padded = [
            cell + " " * (width - columns(cell)) if at == 0 else " " * (width - columns(cell)) + cell
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        lines.append(_INDENT + _INDENT.join(padded))
    if len(rows) > MOST_ROWS:
        lines.append(f"{_INDENT}and {len(rows) - MOST_ROWS} more in dispatch.html")
    return lines
