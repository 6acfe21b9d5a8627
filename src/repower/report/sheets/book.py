"""A workbook in the making: its formats, and a sheet on which rows are written one below the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, SupportsFloat

from repower.report.letters import printable

MONEY: Final = "money"
TEXT: Final = "text"
NUMBER: Final = "number"
DATE: Final = "date"
SHARE: Final = "share"
RATIO: Final = "ratio"
TOTAL: Final = "total"
INPUT: Final = "input"
PRECISE: Final = "precise"
HEAD: Final = "head"
HEAD_RIGHT: Final = "head_right"
HEAD_DATE: Final = "head_date"
TITLE: Final = "title"
NOTE: Final = "note"
BOLD: Final = "bold"

_MONEY: Final = "#,##0;[Red]-#,##0;0"
_FORMATS: Final[Mapping[str, dict[str, Any]]] = {
    MONEY: {"num_format": _MONEY},
    TEXT: {"text_wrap": True, "valign": "top"},
    NUMBER: {"num_format": "#,##0.###"},
    DATE: {"num_format": "yyyy-mm-dd", "align": "left"},
    SHARE: {"num_format": "0.0%"},
    RATIO: {"num_format": '0.00"x"'},
    TOTAL: {"num_format": _MONEY, "bold": True, "top": 1},
    INPUT: {"num_format": "0.00%", "font_color": "#2b6cb0", "bg_color": "#ebf8ff", "bold": True},
    PRECISE: {"num_format": "0.0000%"},
    HEAD: {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    HEAD_RIGHT: {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom", "align": "right"},
    HEAD_DATE: {"bold": True, "bottom": 1, "num_format": "yyyy-mm", "align": "right"},
    TITLE: {"bold": True, "font_size": 14},
    NOTE: {"font_color": "#4a5568", "italic": True, "indent": 1},
    BOLD: {"bold": True},
}


@dataclass(frozen=True)
class Formula:
    """A live formula and the value that viewers show which do not calculate."""

    text: str
    value: float | str


Cell = str | SupportsFloat | date | Formula | None


@dataclass(frozen=True)
class Book:
    """An open workbook and its formats by name."""

    workbook: Any
    formats: Mapping[str, Any]

    def sheet(self, name: str) -> Any:
        """A new sheet at the end, printed in landscape on one page's width."""
        sheet = self.workbook.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet


def book(workbook: Any) -> Book:
    """Formats added to a new workbook."""
    return Book(workbook, {name: workbook.add_format(look) for name, look in _FORMATS.items()})


def put(to: Book, sheet: Any, row: int, column: int, cell: Cell, look: str = TEXT) -> None:
    """Write one cell; text never becomes a formula, a link or a number, and what is no number stays empty."""
    style = to.formats[look]
    if isinstance(cell, Formula):
        shown = cell.value
        sheet.write_formula(row, column, cell.text, style, shown if _showable(shown) else "")
    elif isinstance(cell, bool):
        sheet.write_string(row, column, "yes" if cell else "no", style)
    elif isinstance(cell, str):
        sheet.write_string(row, column, printable(cell), style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001
    elif cell is not None and math.isfinite(cell):
        sheet.write_number(row, column, float(cell), style)
    else:
        sheet.write_blank(row, column, None, style)


def listing(
    to: Book, name: str, heads: Sequence[tuple[str, str, int]], rows: Sequence[Sequence[Cell]], note: str = ""
) -> Any:
    """A sheet that is one list: title, note, heads, rows.

    Parameters
    ----------
    heads : (words, format of the column, width of the column).
    rows : cells in the order of the heads.

    Returns
    -------
    The sheet; its first row of cells is row `FIRST` (counted from 0).
    """
    sheet = to.sheet(name)
    put(to, sheet, 0, 0, name, TITLE)
    if note:
        put(to, sheet, 1, 0, note, NOTE)
    for column, (words, look, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        put(to, sheet, FIRST - 1, column, words, HEAD if look in {TEXT, DATE} else HEAD_RIGHT)
    for index, row in enumerate(rows):
        for column, (cell, head) in enumerate(zip(row, heads, strict=True)):
            put(to, sheet, FIRST + index, column, cell, head[1])
    sheet.freeze_panes(FIRST, 1)
    return sheet


FIRST: Final = 4
"""First row of cells of a listing, counted from 0."""


def column_name(column: int) -> str:
    """Letters of a column counted from 0: A, Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Name of a cell counted from 0: (0, 0) is A1."""
    return f"{column_name(column)}{row + 1}"


def span_name(row: int, column: int, last_row: int, last_column: int) -> str:
    """Name of a range counted from 0."""
    return f"{cell_name(row, column)}:{cell_name(last_row, last_column)}"


def _showable(value: float | str) -> bool:
    return isinstance(value, str) or math.isfinite(value)
