"""Figures that a case or a deal's terms stand on, from rows of the catalog that must state them."""

from __future__ import annotations

from repower.base.errors import CatalogError, Problem
from repower.catalog import Financing, financings


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


def stated(figure: float | None) -> float:
    """A figure that must be there.

    Raises
    ------
    CatalogError : the row leaves it empty.
    """
    if figure is None:
        raise CatalogError(Problem("a case needs a figure that its row does not state", "fill it in, with its source"))
    return figure
