"""Figures from rows: what was said is read from the catalog with its sayer, what is ours says what made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from repower.catalog import Fact, Row, table
from repower.catalog.facts import fact_of
from repower.catalog.row import pick, text
from repower.catalog.row import value as number
from repower.validation.result import Figure, Origin, Source

ASSUMED_ON: Final = "2026-11"
"""Date of our own assumptions."""

FACTS: Final = "article_facts"
_ORIGINS: Final[dict[str, Origin]] = {"assumed": "assumed", "modelled": "computed"}

Point = dict[str, str | float]
"""A row of a claim's series."""


@dataclass(frozen=True)
class Saying:
    """A row of `article_facts`: the number as said, in `unit`, of `basis`, and who said it."""

    value: float
    unit: str
    basis: str
    said_by: str
    fact: Fact


def row(name: str, column: str, key: str) -> Row:
    """The row of a table whose `column` is `key`; the first where several are."""
    found: dict[str, Row] = {}
    for each in table(name).rows:
        found.setdefault(str(each[column]), each)
    return pick(found, key, name, column)


def said(fact: str) -> Saying:
    """A row of `article_facts`."""
    found = row(FACTS, "fact", fact)
    return Saying(
        value=number(found, "value"),
        unit=text(found, "unit"),
        basis=text(found, "basis"),
        said_by=text(found, "said_by"),
        fact=fact_of(found),
    )


def stated(name: str, fact: str) -> Figure:
    """A figure as a row of `article_facts` has it."""
    found = said(fact)
    return read(name, found.value, (found.unit, found.basis), found.fact, found.said_by)


def read(name: str, value: float | None, unit_and_basis: tuple[str, str], fact: Fact, said_by: str) -> Figure:
    """A figure as the catalog has it, with whose it is."""
    unit, basis = unit_and_basis
    origin = _ORIGINS.get(fact.grade, "source")
    return Figure(name, value, unit, basis, fact.as_of, origin, source_of(fact), said_by)


def computed(name: str, value: float, unit: str, basis: str, origin: tuple[str, str]) -> Figure:
    """A figure of ours; `origin` is the date of its inputs, and the functions and catalog rows that made it."""
    as_of, where = origin
    return Figure(name, float(value), unit, basis, as_of, "computed", Source(where, as_of, "modelled"))


def assumed(name: str, value: float, unit: str, basis: str) -> Figure:
    """A figure that we assume and show."""
    source = Source("own assumption", ASSUMED_ON, "assumed")
    return Figure(name, float(value), unit, basis, ASSUMED_ON, "assumed", source)


def source_of(fact: Fact) -> Source:
    """Where a row was read."""
    return Source(fact.source, fact.as_of, fact.grade)


def plain(series: Iterable[Mapping[str, str | float]]) -> tuple[Point, ...]:
    """Rows of a series with plain floats, as a claim carries them."""
    return tuple({key: cell if isinstance(cell, str) else float(cell) for key, cell in each.items()} for each in series)
