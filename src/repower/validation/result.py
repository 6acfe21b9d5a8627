"""What a validation says: cases with expected value and ours, claims with their figures and verdict.

Numbers and words are kept apart: everything here is a number with its unit, basis, date and source; the sentences
around claims are in `repower.report.article`, in every language of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["holds", "conditional", "does_not_hold"]
"""``conditional``: the claim holds under a condition that it does not state."""

Origin = Literal["source", "computed", "assumed"]


@dataclass(frozen=True)
class Source:
    """Where a figure was read.

    Parameters
    ----------
    where : address, filing, or ``catalog <table>: <key>``.
    as_of : date or period of the fact, as in the catalog.
    grade : as in the catalog (`catalog.GRADES`).
    """

    where: str
    as_of: str
    grade: str


@dataclass(frozen=True)
class Case:
    """One expected value from outside, and what the public functions of this package give.

    Parameters
    ----------
    id : such as ``V4`` or ``V2 2024-05``.
    title : what is compared, in a few words.
    expected, ours : in `unit`.
    tolerance : largest absolute difference that the source's own rounding allows, in `unit`.
    tolerance_reason : why it is wider than the rounding; empty where it is not.
    basis : critical IT, gross or nameplate MW, period, who pays power: what the figure is of.
    functions : public functions that made `ours`, dotted names.
    note : what was assumed or simplified; empty where nothing was.
    """

    id: str
    title: str
    expected: float
    ours: float
    unit: str
    tolerance: float
    tolerance_reason: str
    basis: str
    functions: tuple[str, ...]
    source: Source
    note: str = ""

    @property
    def difference(self) -> float:
        """Ours less expected, in `unit`."""
        return self.ours - self.expected

    @property
    def holds(self) -> bool:
        """Whether the difference is within the tolerance; never where one of the two is no number."""
        return abs(self.difference) <= self.tolerance


@dataclass(frozen=True)
class Figure:
    """One number behind a claim.

    Parameters
    ----------
    name : key by which the words of a claim call it, ``snake_case`` with its unit.
    value : None where the source gives none.
    unit, basis, as_of : what it is in, what it is of, and when.
    origin : read in a source, computed by this package, or assumed.
    source : where it was read, or what it was computed from.
    said_by : whose figure it is; empty where it is ours.
    """

    name: str
    value: float | None
    unit: str
    basis: str
    as_of: str
    origin: Origin
    source: Source
    said_by: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim of the article with our figures and the verdict.

    Parameters
    ----------
    id : key of its words in `repower.report.article`.
    figures : the decisive one first.
    series : tables behind the claim's chart, by name: one row a point, plain values only.
    """

    id: str
    verdict: Verdict
    figures: tuple[Figure, ...]
    series: dict[str, tuple[dict[str, str | float], ...]]
