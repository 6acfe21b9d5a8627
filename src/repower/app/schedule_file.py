"""Somebody's schedule from a CSV or Parquet file, on the very intervals of some hours."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from repower.base.clock import starts_s
from repower.base.errors import Problem, SeriesError
from repower.base.units import Array

if TYPE_CHECKING:
    from repower.plan.hours import Hours

TIME_COLUMN = "start_utc"


def read_schedule(path: Path, hours: Hours) -> dict[str, Array]:
    """Columns of megawatts by name, shape (T,) each.

    Parameters
    ----------
    path : with a column ``start_utc``, one row for every interval of the hours in order, and the columns that
        `plan.given.given_schedule` asks for; others are left aside.

    Raises
    ------
    SeriesError : the file, a number or a row is missing, or its intervals are others.
    """
    from repower.markets.feeds.table_file import read_columns

    names = [name for name in _header(path) if name.endswith("_mw") and name != TIME_COLUMN]
    table = read_columns(path, TIME_COLUMN, names)
    wanted = starts_s(hours.prices.grid)
    if table.start_s.size != wanted.size or not np.array_equal(table.start_s, wanted):
        first, last = (np.datetime64(int(wanted[at]), "s") for at in (0, -1))
        fix = f"give one row for each of the {wanted.size:,} intervals from {first}Z to {last}Z, in order"
        message = "the schedule has other intervals than the hours"
        raise SeriesError(Problem(message, fix, str(path), TIME_COLUMN, f"{table.start_s.size:,} rows"))
    for name, values in zip(names, table.values, strict=True):
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            line = None if table.first_line is None else table.first_line + int(bad[0])
            fix = "give a number of megawatts for every interval; nothing is filled"
            raise SeriesError(Problem("a power is missing", fix, str(path), f"{name}[{bad[0]}]", line=line))
    return dict(zip(names, table.values, strict=True))


def _header(path: Path) -> list[str]:
    """Names of the columns; the reader says what is wrong with a file that has none."""
    try:
        if path.read_bytes()[: len(_PARQUET)] == _PARQUET:
            import polars as pl

            return list(pl.read_parquet_schema(path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError):
        return []


_PARQUET = b"PAR1"
