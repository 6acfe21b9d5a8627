"""Figures from rows: what was said is read from the catalog with its sayer, what is ours says what made it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from repower.catalog import Fact, Row, table
from repower.catalog.facts import fact_of
from repower.catalog.row import pick, text, value, value_or_none
from repower.validation.result import Figure, Origin, Source

ASSUMED_ON: Final = "2026-11"
"""Date of our own assumptions."""

FACTS: Final = "article_facts"


def row(name: str, column: str, key: str) -> Row:
    """The row of a table whose `column` is `key`; the first where several are."""
    found: dict[str, Row] = {}
    for each in table(name).rows:
        found.setdefault(str(each[column]), each)
    return pick(found, key, name, column)


def said(fact: str) -> float:
    """The number of a row of `article_facts`, in the row's unit."""
    return value(row(FACTS, "fact", fact), "value")


def stated(name: str, fact: str) -> Figure:
    """A figure as a row of `article_facts` has it."""
    found = row(FACTS, "fact", fact)
    origin: Origin = (
        "assumed" if found["grade"] == "assumed" else "computed" if found["grade"] == "modelled" else "source"
    )
    return Figure(
        name=name,
        value=value(found, "value"),
        unit=text(found, "unit"),
        basis=text(found, "basis"),
        as_of=text(found, "as_of"),
        origin=origin,
        source=source_of(found),
        said_by=text(found, "said_by"),
    )


def read(name: str, found: Row, column: str, unit: str, basis: str) -> Figure:
    """A figure from a cell of another table; None where the cell is empty."""
    source = source_of(found)
    return Figure(name, value_or_none(found, column), unit, basis, source.as_of, "source", source)


def computed(name: str, amount: float, unit: str, basis: str, origin: tuple[str, str]) -> Figure:
    """A figure of ours; `origin` is the date of its inputs, and the functions and catalog rows that made it."""
    as_of, where = origin
    return Figure(name, float(amount), unit, basis, as_of, "computed", Source(where, as_of, "modelled"))


def assumed(name: str, amount: float, unit: str, basis: str) -> Figure:
    """A figure that we assume and show."""
    return Figure(
        name, float(amount), unit, basis, ASSUMED_ON, "assumed", Source("own assumption", ASSUMED_ON, "assumed")
    )


def source_of(found: Row) -> Source:
    """Where a row was read."""
    return source_of_fact(fact_of(found))


def source_of_fact(fact: Fact) -> Source:
    """Where a record of the catalog was read."""
    return Source(fact.source, fact.as_of, fact.grade)


def plain(rows: Sequence[Mapping[str, str | float]]) -> tuple[dict[str, str | float], ...]:
    """Rows of a series with plain floats, as a claim carries them."""
    return tuple({key: cell if isinstance(cell, str) else float(cell) for key, cell in each.items()} for each in rows)
