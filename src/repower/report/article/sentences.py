"""Claims as statements: the words of a language filled with the figures of `repower.validation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Final

from repower.base.errors import InputError, Problem, nearest
from repower.report.article.numbers import JPY_PER_USD, Form, shown, when_text
from repower.report.article.words import ArticleWords, Language, claim_words
from repower.validation.result import Claim, Figure, Source, Verdict

RANGE: Final = ".."
FORMS: Final[tuple[Form, ...]] = ("", "bare", "amount")
WHEN: Final = "when"
VERDICTS: Final[tuple[Verdict, ...]] = ("holds", "conditional", "does_not_hold")


@dataclass(frozen=True)
class Statement:
    """One claim as every output says it.

    Parameters
    ----------
    id, title : key and heading.
    claim : what the article says.
    verdict, verdict_text : key, and its word.
    ours, basis : what we find, and what our figures are of.
    condition : under what the claim holds; empty where it needs none.
    figures : behind it, the decisive one first.
    sources : of those figures, each once.
    """

    id: str
    title: str
    claim: str
    verdict: Verdict
    verdict_text: str
    ours: str
    basis: str
    condition: str
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]


def statements(claims: Sequence[Claim], said: ArticleWords) -> tuple[Statement, ...]:
    """Every claim in the words of a language, in the order given.

    Raises
    ------
    InputError : words or figures are missing; the message names both.
    """
    return tuple(_statement(claim, said) for claim in claims)


def _statement(claim: Claim, said: ArticleWords) -> Statement:
    found = claim_words(said, claim)
    known = {figure.name: figure for figure in (*claim.figures, JPY_PER_USD)}

    def told(template: str) -> str:
        return filled(template, known, said.language)

    return Statement(
        id=claim.id,
        title=told(found.title),
        claim=told(found.claim),
        verdict=claim.verdict,
        verdict_text=said.verdicts[claim.verdict],
        ours=told(found.ours),
        basis=told(found.basis),
        condition=told(found.condition),
        figures=claim.figures,
        sources=tuple(dict.fromkeys(figure.source for figure in claim.figures)),
    )


def filled(template: str, known: Mapping[str, Figure], language: Language) -> str:
    """A sentence with its figures in place.

    Parameters
    ----------
    template : text with ``{name}``, ``{low..high}`` for a range, ``{name:bare}`` without unit, ``{name:amount}`` for
        dollars without what they are per, and ``{name:when}`` for the date of a figure.
    known : figures by name.
    language : of units.

    Raises
    ------
    InputError : a name that no figure has, or a form that does not exist.
    """
    parts = []
    for text, field, form, _ in Formatter().parse(template):
        parts.append(text)
        if field is not None:
            parts.append(_field(field, form or "", known, language))
    return "".join(parts)


def named(template: str) -> tuple[str, ...]:
    """Names of the figures that a sentence calls."""
    fields = [field for _, field, _, _ in Formatter().parse(template) if field is not None]
    return tuple(name for field in fields for name in field.split(RANGE))


def answer(claims: Sequence[Claim], said: ArticleWords) -> str:
    """How many claims hold, hold under a condition, and do not, in one sentence."""
    parts = {verdict: said.counted[verdict][count != 1].format(count) for verdict, count in counts(claims).items()}
    return said.labels["answer"].format(all=len(claims), **parts)


def counts(claims: Sequence[Claim]) -> dict[Verdict, int]:
    """Claims by verdict."""
    return {verdict: sum(1 for claim in claims if claim.verdict == verdict) for verdict in VERDICTS}


def _field(field: str, form: str, known: Mapping[str, Figure], language: Language) -> str:
    figures = []
    for name in field.split(RANGE):
        if name not in known:
            close = nearest(name, list(known))
            fix = f"write {close}" if close else f"name one of {', '.join(sorted(known))}"
            raise InputError(Problem("words that call a figure which the claim does not have", fix, key=name))
        figures.append(known[name])
    if form == WHEN:
        return when_text(figures[0].as_of, language)
    for known_form in FORMS:
        if form == known_form:
            return shown(figures, language, known_form)
    fix = f"write {WHEN}, {' or '.join(filter(None, FORMS))}"
    raise InputError(Problem("no such form of a figure", fix, key=field, value=form))
