"""Columns of a CSV or Parquet file: interval starts as Unix seconds, values as numbers, missing as NaN.

What kind a file is, its first bytes say, not its name. Times carry their offset, or stand in a column whose name ends
in ``utc``; a local clock without offset is refused, because the hour that autumn repeats cannot be told apart.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import numpy as np

from repower.base.errors import Problem, SeriesError, nearest
from repower.base.units import Array, IntArray

if TYPE_CHECKING:
    import polars as pl

SHOWN_NAMES: Final = 12
LONGEST_SHOWN: Final = 60
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_GZIP: Final = b"\x1f\x8b"
_LATEST_S: Final = int(datetime(9998, 1, 1, tzinfo=UTC).timestamp())
_UTC_NAME: Final = "utc"
_SEPARATORS: Final = ";\t|"


@dataclass(frozen=True)
class FileColumns:
    """Columns as they stand in a file, in the order of its rows.

    Parameters
    ----------
    file : the path as given.
    start_s : interval starts, Unix seconds [s], shape (rows,).
    values : shape (columns, rows); NaN where the file has nothing or no number.
    texts : for each column the texts that are no number, by row.
    first_line : line of row 0 in a text file; None for Parquet.
    """

    file: str
    start_s: IntArray
    values: Array
    texts: tuple[dict[int, str], ...]
    first_line: int | None


def read_columns(path: str | Path, time_column: str, columns: Sequence[str]) -> FileColumns:
    """Read one column of times and some of numbers.

    Parameters
    ----------
    path : CSV (plain or gzip, comma-separated, UTF-8, one header line) or Parquet.
    time_column : interval starts.
    columns : numbers to read.

    Raises
    ------
    SeriesError : the file is not there or is neither kind, a column is missing or of the wrong type, or a time cannot
        be read; with file, column, row, value and fix.
    """
    place = Path(path)
    is_parquet = _is_parquet(place)
    frame = _read_frame(place, is_parquet, [time_column, *columns])
    first_line = None if is_parquet else 2
    if frame.height == 0:
        _refuse(place, "the file has a header but no rows", "give at least one interval")
    start_s = _starts(place, frame[time_column], first_line)
    strange = np.flatnonzero((start_s < 0) | (start_s > _LATEST_S))
    if strange.size:
        row = int(strange[0])
        fix = "give interval starts between 1970 and 9997"
        _refuse(
            place,
            "this time is outside the years that can be planned with",
            fix,
            *_where(time_column, row, first_line),
            str(frame[time_column][row]),
        )
    numbers = [_numbers(place, frame[column]) for column in columns]
    return FileColumns(
        file=str(path),
        start_s=start_s,
        values=np.stack([values for values, _ in numbers]) if numbers else np.empty((0, frame.height)),
        texts=tuple(texts for _, texts in numbers),
        first_line=first_line,
    )


def _is_parquet(place: Path) -> bool:
    if not place.is_file():
        if place.is_dir():
            _refuse(place, "this is a folder, not a file", "name a file in it")
        siblings = [entry.name for entry in place.parent.iterdir()] if place.parent.is_dir() else []
        close = nearest(place.name, siblings)
        _refuse(place, "no such file", f"did you mean {close}?" if close else "paths are relative to the site file")
    try:
        with place.open("rb") as file:
            head = file.read(len(_PARQUET))
    except OSError as error:
        _refuse(place, f"the file cannot be read ({error.strerror})", "check its permissions")
    if not head:
        _refuse(place, "the file is empty", "give a header and one row for every interval")
    if head.startswith(_ZIP):
        _refuse(place, "this is a zip archive or a workbook", "unpack it, or save the sheet as CSV")
    return head == _PARQUET


def _read_frame(place: Path, is_parquet: bool, wanted: Sequence[str]) -> pl.DataFrame:
    import polars as pl

    try:
        if is_parquet:
            names = list(pl.read_parquet_schema(place))
        else:
            names = pl.read_csv(place, infer_schema=False, n_rows=1).columns
            if any("\ufffd" in name or "\0" in name for name in names):
                _refuse(place, "this is not UTF-8 text", "save it as UTF-8", line=1, value=_clipped(names[0]))
        for name in wanted:
            _check_name(place, name, names)
        unique = list(dict.fromkeys(wanted))
        if is_parquet:
            return pl.read_parquet(place, columns=unique)
        return pl.read_csv(place, infer_schema=False, columns=unique)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        kind = "Parquet" if is_parquet else "comma-separated UTF-8 text with one header line"
        reason = str(error).strip().splitlines()[0]
        if not is_parquet and (found := _longer_row(place)):
            fix = "separate values by commas only; write numbers without commas between thousands"
            _refuse(place, "this row has more values than the header has names", fix, line=found[0], value=found[1])
        _refuse(place, f"this cannot be read as {kind} ({reason})", "write it again in that form")


def _longer_row(place: Path) -> tuple[int, str] | None:
    """Line and text of the first row of a text file with more values than its header; None where none is found."""
    try:
        with place.open(encoding="utf-8", errors="replace", newline="") as file:
            rows = csv.reader(file)
            width = len(next(rows))
            return next(((rows.line_num, _clipped(",".join(row))) for row in rows if len(row) > width), None)
    except (OSError, csv.Error, StopIteration):
        return None


def _clipped(text: str) -> str:
    """A text as it can stand in a message."""
    text = "".join(letter if letter.isprintable() else "?" for letter in text[: LONGEST_SHOWN + 1])
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _quoted(name: str) -> str:
    """A column's name, in quotes where blanks at its ends would not be seen."""
    return _clipped(name) if name == name.strip() else f'"{_clipped(name)}"'


def _check_name(place: Path, name: str, names: Sequence[str]) -> None:
    shown = ", ".join(map(_quoted, names[:SHOWN_NAMES])) + (", ..." if len(names) > SHOWN_NAMES else "")
    if name not in names:
        single = len(names) == 1 and any(mark in names[0] for mark in _SEPARATORS)
        close = nearest(name, names) if name and not single else None
        hint = f"did you mean {_quoted(close)}? " if close else ""
        separator = " (separate the columns by commas)" if single else ""
        message = "no such column" if name else "a column is not named"
        _refuse(place, message, f"{hint}the file has: {shown}{separator}", key=name, value=name)
    if f"{name}_duplicated_0" in names:
        _refuse(place, "two columns have this name", "give every column its own name", key=name, value=name)


def _starts(place: Path, series: pl.Series, first_line: int | None) -> IntArray:
    """Unix seconds of a column of times."""
    import polars as pl

    name = series.name
    says_utc = name.lower().endswith(_UTC_NAME)
    if series.dtype == pl.String:
        return _parsed(place, name, series.to_list(), says_utc, first_line)
    if not isinstance(series.dtype, pl.Datetime):
        fix = "write interval starts as date and time in UTC, such as 2024-01-31T05:00:00Z"
        _refuse(place, f"this column holds {series.dtype}, not times", fix, key=name)
    if series.null_count():
        row = int(series.is_null().arg_true()[0])
        _refuse(place, "a time is missing", "give every row its interval start", *_where(name, row, first_line))
    if series.dtype.time_zone is None and not says_utc:
        _refuse_naive(place, f"{name}[0]", str(series[0]), None)
    odd = (series.dt.truncate("1s") != series).arg_true().to_list()
    if odd:
        fix = "round interval starts to the second"
        _refuse(place, "a time has parts of a second", fix, f"{name}[{odd[0]}]", None, str(series[odd[0]]))
    return series.dt.epoch("s").to_numpy().astype(np.int64)


def _parsed(place: Path, name: str, texts: Sequence[str | None], says_utc: bool, first_line: int | None) -> IntArray:
    starts = np.empty(len(texts), dtype=np.int64)
    for row, text in enumerate(texts):
        try:
            when = datetime.fromisoformat((text or "").strip())
        except ValueError:
            fix = "write ISO 8601 in UTC, such as 2024-01-31T05:00:00Z"
            _refuse(place, "this is not a time", fix, *_where(name, row, first_line), _clipped(text or "nothing"))
        if when.tzinfo is None:
            if not says_utc:
                _refuse_naive(place, f"{name}[{row}]", text or "", None if first_line is None else first_line + row)
            when = when.replace(tzinfo=UTC)
        if when.microsecond:
            fix = "round interval starts to the second"
            _refuse(place, "a time has parts of a second", fix, *_where(name, row, first_line), text or "")
        starts[row] = int(when.timestamp())
    return starts


def _numbers(place: Path, series: pl.Series) -> tuple[Array, dict[int, str]]:
    """Values with NaN where there is none, and the texts that are no number."""
    import polars as pl

    if series.dtype == pl.String:
        stripped = series.str.strip_chars()
        values = stripped.cast(pl.Float64, strict=False)
        bad = (values.is_null() & stripped.is_not_null() & (stripped != "")).arg_true().to_list()
        texts = {row: str(series[row]) for row in bad}
    elif series.dtype.is_numeric():
        values, texts = series.cast(pl.Float64), {}
    elif series.dtype == pl.Null:
        values, texts = pl.Series(series.name, [None] * len(series), dtype=pl.Float64), {}
    else:
        _refuse(place, f"this column holds {series.dtype}, not numbers", "name a column of numbers", key=series.name)
    return values.fill_null(float("nan")).to_numpy().astype(np.float64), texts


def _where(name: str, row: int, first_line: int | None) -> tuple[str, int | None]:
    return f"{name}[{row}]", None if first_line is None else first_line + row


def _refuse_naive(place: Path, key: str, value: str, line: int | None) -> NoReturn:
    fix = "write UTC with a Z at the end of each time, or name the column so that it ends in utc if its times are UTC"
    _refuse(place, "this time does not say which clock it is on", fix, key, line, value)


def _refuse(place: Path, message: str, fix: str, key: str = "", line: int | None = None, value: str = "") -> NoReturn:
    raise SeriesError(Problem(message, fix, file=str(place), key=key, value=value, line=line))
