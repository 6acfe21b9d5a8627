"""Figures that a case or a deal's terms stand on, from rows of the catalog that must state them."""

from __future__ import annotations

from typing import TypeVar

from repower.base.errors import CatalogError, Problem
from repower.catalog import Financing, MinerFact, financings, miner_facts
from repower.validation.result import Source

Number = TypeVar("Number", bound=float)


def financing(project: str, instrument: str) -> Financing:
    """The row of `financing` of that project and instrument, the first where sources disagree.

    Raises
    ------
    CatalogError : there is none.
    """
    for row in financings():
        if (row.project, row.instrument) == (project, instrument):
            return row
    fix = "restore it, or name another row here"
    raise CatalogError(Problem("financing has no such row", fix, "financing.csv", value=f"{project}, {instrument}"))


def miner_fact(company: str, period: str, metric: str, basis: str | None = None) -> MinerFact:
    """The one row of `miners` of that company, period and metric, and of that basis where several have them.

    Raises
    ------
    CatalogError : there is none, or more than one.
    """
    rows = [row for row in miner_facts(company, metric, period) if basis is None or row.basis == basis]
    if len(rows) != 1:
        fix = "name the basis, or the row that a case stands on"
        asked = f"{company}, {period}, {metric}"
        raise CatalogError(Problem(f"{len(rows)} rows where a case needs one", fix, "miners.csv", value=asked))
    return rows[0]


def miner_source(row: MinerFact) -> Source:
    """Where a figure of `miners` was read."""
    where = f"catalog miners: {row.company} {row.period} {row.metric} ({row.fact.source})"
    return Source(where, row.fact.as_of, row.fact.grade)


def stated(figure: Number | None) -> Number:
    """A figure that must be there, in the unit that it has.

    Raises
    ------
    CatalogError : the row leaves it empty.
    """
    if figure is None:
        raise CatalogError(Problem("a case needs a figure that its row does not state", "fill it in, with its source"))
    return figure
