"""The article as rows of plain values, for ``repower article --json``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from repower.base.errors import InputError, Problem
from repower.report.article.languages import words
from repower.report.article.numbers import JPY_PER_USD
from repower.report.article.sentences import statements
from repower.report.article.words import ArticleWords
from repower.validation.result import Claim, Figure, Source

SCHEMA: Final = "repower.claim/1"
KEYS: Final = {
    "schema": "repower.claim/1: name and version of this layout",
    "id": "the claim, the same in every language",
    "language": "en or ja: of the texts",
    "title": "heading",
    "claim": "what the article says, in our words",
    "ours": "what we find",
    "basis": "what our figures are of: which kWh, whose megawatts, who pays power, which period",
    "condition": "under what the claim holds; empty where it needs none",
    "verdict": "holds, conditional or does_not_hold",
    "verdict_text": "the same in words",
    "figures": "list: name, label, value (null where it is not known), unit, basis, as_of, origin (source, computed or "
    "assumed), said_by, source",
    "series": "rows behind the charts, by name",
    "sources": "list: where, as_of, grade; every source of the figures once",
}
"""Key of a row -> its meaning, for the document."""

_DIGITS: Final = 10


def json_rows(claims: Sequence[Claim], language: str = "en") -> list[dict[str, Any]]:
    """One object a claim: what it says, what we find, on what basis, the verdict, figures, series and sources.

    Parameters
    ----------
    claims : of `repower.validation.article`.
    language : ``en`` or ``ja``: of the texts; keys, ids and the verdict's key are the same in both.

    Returns
    -------
    Dicts of strings, numbers, None, lists and dicts; numbers have at most ten digits, what is no number is None.

    Raises
    ------
    InputError : an unknown language, or words that call figures which the claims do not have.
    """
    said = words(language)
    return [
        {
            "schema": SCHEMA,
            "id": told.id,
            "language": said.language,
            "title": told.title,
            "claim": told.claim,
            "ours": told.ours,
            "basis": told.basis,
            "condition": told.condition,
            "verdict": told.verdict,
            "verdict_text": told.verdict_text,
            "figures": [_figure(figure, told.id, said) for figure in behind(told.figures, said)],
            "series": {name: [_plain(row) for row in rows] for name, rows in claim.series.items()},
            "sources": [_source(source) for source in told.sources],
        }
        for told, claim in zip(statements(claims, said), claims, strict=True)
    ]


def behind(figures: Sequence[Figure], said: ArticleWords) -> tuple[Figure, ...]:
    """The figures of a claim, with the rate of exchange where its words hold yen."""
    priced = any(figure.unit.startswith("$") for figure in figures)
    return (*figures, JPY_PER_USD) if said.language == "ja" and priced else tuple(figures)


def label(figure: Figure, claim_id: str, said: ArticleWords) -> str:
    """The name of a figure in words.

    Raises
    ------
    InputError : the language has none for it.
    """
    if figure.name == JPY_PER_USD.name:
        return said.labels[JPY_PER_USD.name]
    named = said.figures.get(claim_id, {})
    if figure.name not in named:
        fix = f"add it to the figures of {said.language} in repower.report.article"
        raise InputError(Problem("no words for this figure", fix, key=f"figures.{claim_id}.{figure.name}"))
    return named[figure.name]


def origin(figure: Figure, said: ArticleWords) -> str:
    """Where a figure is from: the grade of its source, or that we computed or assumed it."""
    if figure.origin != "source":
        return said.origins[figure.origin]
    return said.grades.get(figure.source.grade, figure.source.grade)


def cited(figure: Figure) -> str:
    """Who said it and where, as plain text."""
    return f"{figure.said_by}: {figure.source.where}" if figure.said_by else figure.source.where


def _figure(figure: Figure, claim_id: str, said: ArticleWords) -> dict[str, Any]:
    return {
        "name": figure.name,
        "label": label(figure, claim_id, said),
        "value": _number(figure.value),
        "unit": figure.unit,
        "basis": figure.basis,
        "as_of": figure.as_of,
        "origin": figure.origin,
        "said_by": figure.said_by,
        "source": _source(figure.source),
    }


def _source(source: Source) -> dict[str, str]:
    return {"where": source.where, "as_of": source.as_of, "grade": source.grade}


def _plain(row: dict[str, str | float]) -> dict[str, Any]:
    return {key: value if isinstance(value, str) else _number(value) for key, value in row.items()}


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(f"{value:.{_DIGITS}g}") + 0.0
