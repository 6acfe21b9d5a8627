"""The article as one page: the answer first, then every claim with our figure, its basis, verdict and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import repower
from repower.report import figures, tables
from repower.report.article.charts import Drawing, drawings
from repower.report.article.languages import words
from repower.report.article.numbers import JPY_PER_USD, shown
from repower.report.article.rows import behind, cited, label, origin
from repower.report.article.sentences import VERDICTS, Statement, answer, counts, statements
from repower.report.article.words import ArticleWords
from repower.report.page import rendered
from repower.validation.result import Claim, Verdict

_BASES: Final = ("chip", "it", "meter")
_BEST: Final = "best machine"


@dataclass(frozen=True)
class Count:
    """How many claims have one verdict, and which."""

    verdict: Verdict
    text: str
    count: int
    claims: tuple[Statement, ...]


@dataclass(frozen=True)
class Section:
    """One claim as the page shows it: its statement, charts, tables, and the figures behind it."""

    statement: Statement
    drawings: tuple[Drawing, ...]
    shown: tuple[tables.Table, ...]
    figures: tables.Table


def article_page(claims: Sequence[Claim], language: str = "en") -> str:
    """The article, claim by claim.

    Parameters
    ----------
    claims : of `repower.validation.article`.
    language : ``en`` or ``ja``.

    Returns
    -------
    One HTML document without scripts, requests or a time of its making: the same claims give the same bytes.

    Raises
    ------
    InputError : an unknown language, or words that call figures which the claims do not have.
    """
    said = words(language)
    told = statements(claims, said)
    return rendered(
        "article.html.j2",
        language=said.language,
        labels=said.labels,
        version=repower.__version__,
        answer=answer(claims, said),
        counts=_counts(claims, told, said),
        sections=[
            Section(statement, drawings(claim, said), _tables(claim, said), _figures(statement, said))
            for statement, claim in zip(told, claims, strict=True)
        ],
        sources=_sources,
        yen=_yen(said),
    )


def _counts(claims: Sequence[Claim], told: Sequence[Statement], said: ArticleWords) -> list[Count]:
    found = counts(claims)
    return [
        Count(
            verdict,
            said.labels[f"count_{verdict}"],
            found[verdict],
            tuple(statement for statement in told if statement.verdict == verdict),
        )
        for verdict in VERDICTS
    ]


def _figures(statement: Statement, said: ArticleWords) -> tables.Table:
    """Every figure behind a claim with value, date, origin, grade and source; what is assumed is set apart."""
    lines = tuple(
        tables.Line(
            (
                label(figure, statement.id, said),
                shown([figure], said.language),
                figure.as_of,
                origin(figure, said),
                tables.linked(cited(figure)),
            ),
            "soft" if figure.origin == "assumed" else "",
        )
        for figure in behind(statement.figures, said)
    )
    heads = [said.labels[name] for name in ("figure", "value", "as_of", "origin", "source")]
    columns = (
        tables.Column(heads[0]),
        tables.Column(heads[1], numeric=True),
        tables.Column(heads[2], tight=True),
        tables.Column(heads[3]),
        tables.Column(heads[4]),
    )
    return tables.Table(f"{said.labels['figures_behind']}: {statement.title}", columns, lines, cards=True)


def _tables(claim: Claim, said: ArticleWords) -> tuple[tables.Table, ...]:
    """What every role earns per kWh of the chip, of the IT and at the meter, where the claim has it."""
    rows = claim.series.get("usd_per_kwh_today", ())
    if not rows:
        return ()
    lines = []
    for case in dict.fromkeys(str(row["case"]) for row in rows):
        of_case = {str(row["basis"]): row for row in rows if row["case"] == case}
        role = "best" if case.startswith(_BEST) else str(of_case["it"]["role"])
        name = said.labels[f"today_{role}"].format(case.partition(" ")[0])
        values = (figures.number(float(of_case[basis]["usd_per_kwh"])) for basis in _BASES)
        lines.append(tables.Line((name, *values)))
    heads = tables.head((said.labels["role"],), (said.labels[f"per_{basis}"] for basis in _BASES), ())
    return (tables.Table(said.labels["today_table"], heads, tuple(lines), cards=True),)


def _sources(statement: Statement) -> list[tables.Linked]:
    """Where the figures that are not ours were read, each place once; the folded table has those of ours too."""
    outside = [figure for figure in statement.figures if figure.origin == "source"]
    found: dict[str, str] = {}
    for figure in outside or statement.figures:
        source = figure.source
        found.setdefault(source.where, f" ({source.as_of},\u00a0{source.grade})")
    return [tables.Linked((*tables.linked(where).pieces, (dated, ""))) for where, dated in found.items()]


def _yen(said: ArticleWords) -> str:
    if said.language != "ja":
        return ""
    return said.labels["yen_note"].format(
        rate=shown([JPY_PER_USD], said.language), source=JPY_PER_USD.source.where, grade=JPY_PER_USD.source.grade
    )
