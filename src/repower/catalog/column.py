"""A column and a schema: what the cells of a table may hold and mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from repower.base.units import unit_of

Kind = Literal["text", "number", "integer", "flag", "date", "list", "grade"]

PER_ROW: Final = "as in the row's unit"
PURE: Final = "1"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    unit : symbol of the unit; empty for text, ``1`` for pure numbers.
    kind : ``text``, ``number``, ``integer``, ``flag`` (yes or no), ``date`` (YYYY, YYYY-MM or YYYY-MM-DD), ``list``
        (separated by semicolons) or ``grade``.
    required : whether an empty cell is refused.
    choices : the only values allowed; any where empty.
    """

    name: str
    unit: str
    kind: Kind
    required: bool
    description: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schema:
    """One table: its name (also that of its file), title, the columns that make a row unique, and all its columns."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]


ORIGIN: Final = (
    Column("source", "", "text", True, "public address or name of the source"),
    Column("as_of", "", "date", True, "date of the figure"),
    Column("grade", "", "grade", True, "how good the source is, or what stands in for one"),
    Column("note", "", "text", False, "what to know beside the numbers"),
)
"""The columns that every table ends in."""


def schema(name: str, title: str, key: tuple[str, ...], *columns: Column) -> Schema:
    """The schema of a table with its own columns and those of `ORIGIN`."""
    return Schema(name, title, key, (*columns, *ORIGIN))


def text_column(name: str, description: str, choices: tuple[str, ...] = (), required: bool = True) -> Column:
    """A column of text, or of one of `choices`."""
    return Column(name, "", "text", required, description, choices)


def number_column(name: str, description: str, unit: str = "", required: bool = True) -> Column:
    """A column of numbers in the unit that its name states, in `unit` where it states none, else pure."""
    stated = unit_of(name)
    return Column(name, unit or (stated.symbol if stated else PURE), "number", required, description)


def integer_column(name: str, description: str, required: bool = True) -> Column:
    """A column of whole numbers."""
    return Column(name, PURE, "integer", required, description)


def date_column(name: str, description: str, required: bool = True) -> Column:
    """A column of dates, as exact as the source has them."""
    return Column(name, "", "date", required, description)


def list_column(name: str, description: str, choices: tuple[str, ...] = ()) -> Column:
    """A column of lists of words, which may be empty."""
    return Column(name, "", "list", False, description, choices)
