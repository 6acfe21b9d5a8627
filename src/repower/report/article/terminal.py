"""The article in a terminal: a table by claim with verdict, our finding and its basis, plain text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from repower.report.article.languages import words
from repower.report.article.lines import padded, wrapped
from repower.report.article.sentences import Statement, answer, statements
from repower.report.article.words import ArticleWords
from repower.report.letters import columns, printable
from repower.validation.result import Claim

WIDTH: Final = 80
_LEAST_WIDTH: Final = 60
_GAP: Final = "  "
_OURS_SHARE: Final = 0.64
"""Of what the verdict leaves, for our finding; the rest is for its basis."""


def terminal(claims: Sequence[Claim], language: str = "en", width: int = WIDTH) -> str:
    """The answer, and the table by claim.

    Parameters
    ----------
    claims : of `repower.validation.article`.
    language : ``en`` or ``ja``.
    width : columns of the terminal; below 60 it is laid out for 60.

    Returns
    -------
    Lines of at most `width` columns without colour, joined by newlines and ending in none.

    Raises
    ------
    InputError : an unknown language, or words that call figures which the claims do not have.
    """
    said = words(language)
    width = max(width, _LEAST_WIDTH)
    told = statements(claims, said)
    heads = tuple(said.labels[name] for name in ("verdict", "ours", "basis"))
    widths = _widths(told, heads, width)
    rule = "-" * width  # the line-drawing sign is two columns wide in some Japanese terminals
    lines = [*wrapped(said.labels["eyebrow"], width), *wrapped(answer(claims, said), width), ""]
    lines += [*_row([[head] for head in heads], widths), rule]
    for statement in told:
        lines += [*_claim(statement, said, widths), rule]
    lines += wrapped(said.labels["terminal_end"], width)
    return "\n".join(printable(line).rstrip() for line in lines)


def _claim(statement: Statement, said: ArticleWords, widths: Sequence[int]) -> list[str]:
    """The claim across the table, then our finding beside its basis."""
    verdict, ours, basis = widths
    across = ours + len(_GAP) + basis
    claim = wrapped(statement.title, across) + wrapped(said.labels["article_says"] + statement.claim, across)
    lines = [
        padded(head, verdict) + _GAP + text
        for head, text in zip(_column(wrapped(statement.verdict_text, verdict), len(claim)), claim, strict=True)
    ]
    finding = wrapped(statement.ours, ours)
    if statement.condition:
        finding += wrapped(said.labels["condition"] + statement.condition, ours)
    return lines + _row([[], finding, wrapped(statement.basis, basis)], widths)


def _row(cells: Sequence[list[str]], widths: Sequence[int]) -> list[str]:
    height = max(len(cell) for cell in cells)
    filled = [_column(cell, height) for cell in cells]
    return [
        _GAP.join(padded(text, width) for text, width in zip(line, widths, strict=True))
        for line in zip(*filled, strict=True)
    ]


def _column(lines: list[str], height: int) -> list[str]:
    return [*lines, *[""] * (height - len(lines))]


def _widths(told: Sequence[Statement], heads: Sequence[str], width: int) -> tuple[int, int, int]:
    verdict = max(columns(text) for text in (heads[0], *(statement.verdict_text for statement in told)))
    room = width - verdict - 2 * len(_GAP)
    ours = round(room * _OURS_SHARE)
    return verdict, ours, room - ours
