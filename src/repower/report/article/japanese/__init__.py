"""The article in Japanese."""

from typing import Final

from repower.report.article.japanese.claims import CLAIMS
from repower.report.article.japanese.figures import FIGURES
from repower.report.article.japanese.labels import COUNTED, GRADES, LABELS, ORIGINS, TERMS, VERDICTS
from repower.report.article.words import ArticleWords

WORDS: Final = ArticleWords(
    language="ja",
    claims=CLAIMS,
    figures=FIGURES,
    terms=TERMS,
    verdicts=VERDICTS,
    counted=COUNTED,
    origins=ORIGINS,
    grades=GRADES,
    labels=LABELS,
)
"""Everything that the page says in Japanese."""
