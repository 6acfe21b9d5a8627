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

STATUSES: Final = {
    "verified": "read in the filing or issuer's release itself, or in a verbatim copy; only with grade A or A-",
    "reported": "press, an aggregator or a summary says so; not checked against a filing or release",
    "computed": "our arithmetic on figures of that source and grade; the note says which",
    "conflicting": "another row or source gives another figure for the same thing; the note says which",
}
"""Status of a fact about companies and deals -> what it means. Where two words fit, the later one is used: a disputed
figure is ``conflicting`` however good its source. What a grade says of a source, a status says of the figures."""


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
