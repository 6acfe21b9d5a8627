"""A condition on the rows of a table, written as column, operator and value."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from repower.base.errors import CatalogError, Problem
from repower.catalog.cell import CellError, read_cell
from repower.catalog.column import Column
from repower.catalog.facts import GRADES
from repower.catalog.row import Row, pick

Test = Callable[[Row], bool]

ORDERED: Final = ("number", "integer", "date")
VALUED: Final = (*ORDERED, "flag")

_CONDITION = re.compile(r"\s*(\w+)\s*(<=|>=|!=|!~|=|<|>|~)(.*)", re.DOTALL)
_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def read_condition(condition: str, columns: Sequence[Column], table: str) -> Test:
    """A test of a row, from text such as ``efficiency_j_per_th<20``.

    Raises
    ------
    CatalogError : the text cannot be read, names an unknown column, or does not fit its column.
    """
    parts = _CONDITION.fullmatch(condition)
    if parts is None:
        raise _refusal(
            "this condition cannot be read",
            "write column, operator and value, such as cooling=air; operators are = != < <= > >= ~ !~",
            table,
            "",
            condition,
        )
    name, sign, wanted = parts[1], parts[2], parts[3].strip()
    column = pick({each.name: each for each in columns}, name, table, "column")
    try:
        if sign in _ORDERS:
            return _order(column, sign, wanted)
        test = _equality(column, wanted) if sign in ("=", "!=") else _search(column, wanted)
    except CellError as error:
        raise _refusal(error.message, error.fix, table, column.name, condition) from error
    return _negation(test) if sign.startswith("!") else test


def _equality(column: Column, wanted: str) -> Test:
    name = column.name
    if not wanted:
        return lambda row: row[name] is None
    if column.kind in VALUED:
        exact = read_cell(column, wanted)
        return lambda row: row[name] == exact
    word = wanted.casefold()
    choices = tuple(GRADES) if column.kind == "grade" else column.choices
    if choices and word not in {choice.casefold() for choice in choices}:
        raise CellError(f"{name} is never {wanted!r}", f"use one of: {', '.join(choices)}")
    return lambda row: word in _words(row[name])


def _search(column: Column, wanted: str) -> Test:
    name, part = column.name, wanted.casefold()
    if not part:
        raise CellError("nothing to look for", f"write what the text holds, such as {name}~abc")
    return lambda row: any(part in word for word in _words(row[name]))


def _order(column: Column, sign: str, wanted: str) -> Test:
    name, order = column.name, _ORDERS[sign]
    if column.kind not in ORDERED:
        raise CellError(f"{sign} orders numbers and dates, and {name} is a {column.kind}", f"use = or ~ for {name}")
    if not wanted:
        raise CellError("nothing to compare with", f"write a value behind {sign}")
    bound = read_cell(column, wanted)
    return lambda row: row[name] is not None and order(row[name], bound)


def _negation(test: Test) -> Test:
    return lambda row: not test(row)


def _words(cell: object) -> tuple[str, ...]:
    """Folded texts that a cell can be compared with."""
    if cell is None:
        return ()
    if isinstance(cell, tuple):
        return tuple(member.casefold() for member in cell)
    if isinstance(cell, bool):
        return ("yes" if cell else "no",)
    return (format(cell, "g") if isinstance(cell, float) else str(cell).casefold(),)


def _refusal(message: str, fix: str, table: str, key: str, value: str) -> CatalogError:
    return CatalogError(Problem(message, fix, file=f"{table}.csv", key=key, value=value))
