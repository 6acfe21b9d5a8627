"""One cell of a CSV file: what its text may be, and the value it stands for."""

from __future__ import annotations

import math
import re

from repower.catalog.column import Column
from repower.catalog.facts import GRADES
from repower.catalog.row import Value

FLAGS = {"yes": True, "no": False}
LIST_SEPARATOR = ";"

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)


class CellError(ValueError):
    """A cell that does not fit its column: what is wrong, and the fix."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}. Fix: {fix}")
        self.message = message
        self.fix = fix


def read_cell(column: Column, cell: str) -> Value:
    """The value of a cell, None where it is empty.

    Raises
    ------
    CellError : the text does not fit the column.
    """
    if cell != cell.strip():
        raise CellError("the cell has blanks at its ends", "remove them")
    if not cell:
        if column.required:
            raise CellError("the cell is empty but the column is required", "fill it in, or leave the row out")
        return None
    match column.kind:
        case "number":
            return _read_number(cell)
        case "integer":
            return _read_integer(cell)
        case "flag":
            return _read_flag(cell)
        case "date":
            return _read_date(cell)
        case "list":
            return tuple(_read_word(column, part.strip()) for part in cell.split(LIST_SEPARATOR))
        case _:
            return _read_word(column, cell)


def _read_number(cell: str) -> float:
    """A finite plain decimal; raises CellError for anything else."""
    if _NUMBER.fullmatch(cell) is None or not math.isfinite(float(cell)):
        raise CellError("this is not a number", "write a plain decimal such as 3250 or 13.5, no unit, no separators")
    return float(cell)


def _read_flag(cell: str) -> bool:
    """``yes`` or ``no``; raises CellError for anything else."""
    if cell not in FLAGS:
        raise CellError("this is neither yes nor no", "write yes or no")
    return FLAGS[cell]


def _read_date(cell: str) -> str:
    """A year, month or day in ISO form; raises CellError for anything else."""
    if _DATE.fullmatch(cell) is None:
        raise CellError("this is not a date", "write YYYY, YYYY-MM or YYYY-MM-DD")
    return cell


def _read_integer(cell: str) -> int:
    if _INTEGER.fullmatch(cell) is None:
        raise CellError("this is not a whole number", "write digits alone")
    return int(cell)


def _read_word(column: Column, cell: str) -> str:
    allowed = tuple(GRADES) if column.kind == "grade" else column.choices
    if allowed and cell not in allowed:
        raise CellError("this is not among the values of the column", f"use one of: {', '.join(allowed)}")
    return cell
