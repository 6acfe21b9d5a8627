"""The article in English."""

from typing import Final

from repower.report.article.english.claims import CLAIMS
from repower.report.article.english.figures import FIGURES
from repower.report.article.english.labels import COUNTED, GRADES, LABELS, ORIGINS, TERMS, VERDICTS
from repower.report.article.words import ArticleWords

WORDS: Final = ArticleWords(
    language="en",
    claims=CLAIMS,
    figures=FIGURES,
    terms=TERMS,
    verdicts=VERDICTS,
    counted=COUNTED,
    origins=ORIGINS,
    grades=GRADES,
    labels=LABELS,
)
"""Everything that the page says in English."""
