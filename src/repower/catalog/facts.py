"""Where a number comes from: source, date and grade, carried by every row of every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from repower.catalog.row import Row

GRADES: Final = {
    "A": "filing, issuer's release, source code or data file",
    "A-": "maker's or issuer's figure as quoted by a catalogue or a captured reply",
    "B": "trade press, named index or public catalogue",
    "C": "aggregator, copy or unnamed author",
    "assumed": "our engineering or planning assumption, no outside source",
    "modelled": "computed by us from sourced figures; the note says how",
    "owner": "the site owner's own figure",
}
"""Grade -> what it means, strongest first."""


@dataclass(frozen=True)
class Fact:
    """Origin of a row.

    Parameters
    ----------
    source : public address or name of the source.
    as_of : date of the figure, as YYYY, YYYY-MM or YYYY-MM-DD.
    grade : a key of `GRADES`.
    note : what a reader must know beside the number; may be empty.
    """

    source: str
    as_of: str
    grade: str
    note: str


def fact_of(row: Row) -> Fact:
    """The origin that a table's row carries."""
    note = row["note"]
    return Fact(str(row["source"]), str(row["as_of"]), str(row["grade"]), "" if note is None else str(note))
