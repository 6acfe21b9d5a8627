"""The article's claims as a Markdown text, from which ``docs/article.md`` is written."""

from __future__ import annotations

from collections.abc import Sequence

from repower.report.article.languages import words
from repower.report.article.numbers import shown
from repower.report.article.rows import behind, cited, label, origin
from repower.report.article.sentences import Statement, answer, statements
from repower.report.article.words import ArticleWords
from repower.validation.result import Claim


def document(claims: Sequence[Claim], language: str = "en") -> str:
    """The answer, then every claim with our finding, its basis and the figures behind it.

    Parameters
    ----------
    claims : of `repower.validation.article`.
    language : ``en`` or ``ja``.

    Returns
    -------
    Markdown with headings of level three, ending in a newline.

    Raises
    ------
    InputError : an unknown language, or words that call figures which the claims do not have.
    """
    said = words(language)
    told = statements(claims, said)
    lines = [said.labels["eyebrow"], "", f"**{answer(claims, said)}**", "", *_glance(told, said)]
    for statement in told:
        lines += ["", *_claim(statement, said)]
    return "\n".join(lines) + "\n"


def _glance(told: Sequence[Statement], said: ArticleWords) -> list[str]:
    heads = [said.labels[name] for name in ("verdict", "claim")]
    rows = [(statement.verdict_text, statement.title) for statement in told]
    return _table(heads, rows)


def _claim(statement: Statement, said: ArticleWords) -> list[str]:
    labels = said.labels
    lines = [
        f"### {statement.title}: {statement.verdict_text}",
        "",
        labels["article_says"] + statement.claim,
        "",
        f"**{labels['ours']}**{labels['colon']}{statement.ours}",
    ]
    if statement.condition:
        lines += ["", f"**{labels['condition_head']}**{labels['colon']}{statement.condition}"]
    lines += ["", f"**{labels['basis']}**{labels['colon']}{statement.basis}", ""]
    heads = [labels[name] for name in ("figure", "value", "as_of", "origin", "source")]
    rows = [
        (
            label(figure, statement.id, said),
            shown([figure], said.language),
            figure.as_of,
            origin(figure, said),
            cited(figure),
        )
        for figure in behind(statement.figures, said)
    ]
    return lines + _table(heads, rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines]
