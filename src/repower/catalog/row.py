"""A row of a fact table, and typed access to its cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from repower.base.errors import CatalogError, Problem, nearest

Value = str | float | int | bool | tuple[str, ...] | None
"""What a cell can hold; None where it is empty."""

Row = Mapping[str, object]
"""Column name -> `Value`; the readers below say which."""

Item = TypeVar("Item")

SHOWN_NAMES = 12


def pick(known: Mapping[str, Item], name: str, table: str, key: str) -> Item:
    """The item of that name.

    Raises
    ------
    CatalogError : there is none; the message names the nearest one.
    """
    if name in known:
        return known[name]
    close = nearest(name, tuple(known))
    some = ", ".join(list(known)[:SHOWN_NAMES])
    hint = f"did you mean {close!r}?" if close else f"use one of: {some}{', ...' if len(known) > SHOWN_NAMES else ''}"
    more = f" `repower catalog {table}` shows them all" if table else " `repower catalog` shows them all"
    raise CatalogError(
        Problem(
            f"the {'table ' + table if table else 'catalog'} has no such {key}",
            hint + more,
            file=f"{table}.csv" if table else "",
            key=key,
            value=name,
        )
    )


def text(row: Row, column: str) -> str:
    """A required text."""
    cell = row[column]
    if not isinstance(cell, str):
        raise TypeError(f"{column} holds {cell!r}, not text")
    return cell


def value(row: Row, column: str) -> float:
    """A required number, in the unit of its column."""
    found = value_or_none(row, column)
    if found is None:
        raise TypeError(f"{column} is empty")
    return found


def value_or_none(row: Row, column: str) -> float | None:
    """A number, or None where the cell is empty."""
    cell = row[column]
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise TypeError(f"{column} holds {cell!r}, not a number")
    return float(cell)


def integer_or_none(row: Row, column: str) -> int | None:
    """A whole number, or None where the cell is empty."""
    cell = row[column]
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int):
        raise TypeError(f"{column} holds {cell!r}, not a whole number")
    return cell


def flag(row: Row, column: str) -> bool:
    """A required yes or no."""
    cell = row[column]
    if not isinstance(cell, bool):
        raise TypeError(f"{column} holds {cell!r}, not yes or no")
    return cell


def members(row: Row, column: str) -> tuple[str, ...]:
    """The members of a list; empty where the cell is."""
    cell = row[column]
    if cell is None:
        return ()
    if not isinstance(cell, tuple):
        raise TypeError(f"{column} holds {cell!r}, not a list")
    return cell
