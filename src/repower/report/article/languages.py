"""The languages that the article is told in."""

from __future__ import annotations

from repower.base.errors import InputError, Problem, nearest
from repower.report.article import english, japanese
from repower.report.article.words import LANGUAGES, ArticleWords


def words(language: str) -> ArticleWords:
    """The words of a language.

    Raises
    ------
    InputError : it is not one of `LANGUAGES`.
    """
    for known in (english.WORDS, japanese.WORDS):
        if known.language == language:
            return known
    fix = f"write {nearest(language, LANGUAGES) or ' or '.join(LANGUAGES)}"
    raise InputError(Problem("the article is not told in this language", fix, key="language", value=language))
