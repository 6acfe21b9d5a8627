"""The words of the article's page: what a language has to say for every claim, figure and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from repower.base.errors import InputError, Problem
from repower.validation.result import Claim, Origin, Verdict

Language = Literal["en", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ja")


@dataclass(frozen=True)
class ClaimWords:
    """One claim in words. Braces name figures of the claim; no number is written out.

    Parameters
    ----------
    title : heading of a few words.
    claim : what the article says, in our own words.
    ours : what we find.
    basis : what our figures are of: which kWh, whose megawatts, who pays power, which period.
    condition : under what the claim holds; empty where it needs none.
    """

    title: str
    claim: str
    ours: str
    basis: str
    condition: str = ""


@dataclass(frozen=True)
class ArticleWords:
    """Everything that a language says.

    Parameters
    ----------
    language : BCP 47 tag.
    claims : by id of the claim.
    figures : short name of every figure with its basis, by claim and name.
    terms : short names of roles, layers, machines and whatever else a series calls by a key.
    verdicts : as a cell of a table has it.
    counted : the same for the answer: one claim, several claims; braces hold the count.
    origins, grades : where a figure is from, and how good its source is.
    labels : headings and small words of the page, the table and the charts.
    """

    language: Language
    claims: Mapping[str, ClaimWords]
    figures: Mapping[str, Mapping[str, str]]
    terms: Mapping[str, str]
    verdicts: Mapping[Verdict, str]
    counted: Mapping[Verdict, tuple[str, str]]
    origins: Mapping[Origin, str]
    grades: Mapping[str, str]
    labels: Mapping[str, str]


def claim_words(said: ArticleWords, claim: Claim) -> ClaimWords:
    """The words of one claim.

    Raises
    ------
    InputError : the language has none for it.
    """
    if claim.id not in said.claims:
        fix = f"add it to the words of {said.language} in repower.report.article"
        raise InputError(Problem("no words for this claim", fix, key=f"claims.{claim.id}", value=said.language))
    return said.claims[claim.id]
