"""A column and a schema: what the cells of a table may hold and mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from repower.base.units import unit_of
from repower.catalog.facts import STATUSES
from repower.catalog.row import Row

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
class Breach:
    """What cells of one row are wrong together, in which column, and the fix."""

    column: str
    message: str
    fix: str


Rule = Callable[[Row], Breach | None]
"""What the cells of a row must fulfil together; None where they do."""


@dataclass(frozen=True)
class Reference:
    """A column whose cells name rows of another table by its `target` column."""

    column: str
    table: str
    target: str


@dataclass(frozen=True)
class Schema:
    """One table.

    Parameters
    ----------
    name, title : also that of its file; what the table holds, in one sentence.
    key : columns that make a row unique; with ``source`` among them, sources may disagree on one and the same thing.
    rules : what the cells of a row must fulfil together, beside what `repower.catalog.rule` demands of every table.
    references : columns that name rows of other tables.
    """

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    references: tuple[Reference, ...] = ()


ORIGIN: Final = (
    Column("source", "", "text", True, "public address or name of the source"),
    Column("as_of", "", "date", True, "date of the figure"),
    Column("grade", "", "grade", True, "how good the source is, or what stands in for one"),
    Column("note", "", "text", False, "what to know beside the numbers"),
)
"""The columns that every table ends in."""


STATUS: Final = Column(
    "status",
    "",
    "text",
    True,
    "whether the figures were read in a filing, reported, computed by us, or disputed",
    tuple(STATUSES),
)
"""The column before `ORIGIN` in tables of facts about companies and deals."""


def schema(
    name: str,
    title: str,
    key: tuple[str, ...],
    *columns: Column,
    rules: tuple[Rule, ...] = (),
    references: tuple[Reference, ...] = (),
) -> Schema:
    """The schema of a table with its own columns and those of `ORIGIN`."""
    return Schema(name, title, key, (*columns, *ORIGIN), rules, references)


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
