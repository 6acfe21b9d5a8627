"""Price and weather series from a CSV or Parquet file, whole or by local calendar years.

A file is used as it stands or refused: gaps, doubles, disorder, missing numbers, a changing step, a doubtful clock and
a doubtful unit each name file, column, row, value and fix. Steps shorter than an hour are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR
from pathlib import Path

import numpy as np

from repower.base.clock import EPOCH_YEAR, TimeGrid, step_h, zone_info
from repower.base.errors import Problem, SeriesError
from repower.base.units import Array, Hours, IntArray
from repower.markets.feeds.gaps import filled_table
from repower.markets.feeds.plausible import (
    PRICE_UNIT,
    RESERVE_UNIT,
    TEMPERATURE_UNIT,
    check_prices,
    check_reserve_prices,
    check_temperatures,
    check_unit,
)
from repower.markets.feeds.table_file import FileColumns, read_columns
from repower.markets.feeds.time_axis import (
    ASK,
    Span,
    complete_years,
    grid_of,
    local_days,
    rows_in,
    spanned_years,
    utc_words,
    year_span,
)
from repower.markets.power import Filled, PowerSeries


@dataclass(frozen=True)
class SeriesTable:
    """Columns of a file on one time grid.

    Parameters
    ----------
    columns : their names.
    values : in `unit`, finite, shape (columns, grid.count).
    source : file name, without folders.
    filled : for every column what was taken from the day before; None where nothing was.
    """

    grid: TimeGrid
    columns: tuple[str, ...]
    values: Array
    unit: str
    source: str
    filled: tuple[Filled | None, ...] = ()


def read_prices(
    path: str | Path,
    column: str,
    time_column: str,
    unit: str,
    zone: str,
    years: Sequence[int] = (),
    span: Span | None = None,
    fill_h: Hours = 0.0,
) -> PowerSeries:
    """Prices of one settlement point as one unbroken series.

    Parameters
    ----------
    path : CSV or Parquet file.
    column : prices.
    time_column : interval starts, with offset, or in UTC where the column's name ends in ``utc``.
    unit : must be ``usd_per_mwh``; nothing is converted.
    zone : IANA zone in which years and days are read.
    years : consecutive local calendar years to read and check; the rest of the file may be broken.
    span : local days [first, until) instead of years.
    fill_h : gaps of at most so long are filled as in `gaps`; none by default.

    Raises
    ------
    SeriesError : anything about the file or the chosen part of it; see the module.
    InputError : no such time zone.
    """
    check_unit(unit, (PRICE_UNIT,), str(path), column)
    table = read_series(path, (column,), time_column, unit, zone, years, span, fill_h)
    return PowerSeries(
        grid=table.grid,
        price_usd_per_mwh=table.values[0],
        node=column,
        label=f"{column}, {local_days(table.grid)}",
        source=table.source,
        modelled=False,
        filled=table.filled[0],
    )


def read_years(
    path: str | Path,
    column: str,
    time_column: str,
    unit: str,
    zone: str,
    years: Sequence[int] = (),
    fill_h: Hours = 0.0,
) -> tuple[PowerSeries, ...]:
    """Prices as one series for each local calendar year, in the order asked for.

    Parameters
    ----------
    path, column, time_column, unit, zone : as for `read_prices`.
    years : need not be consecutive; every whole year of the file, which must then have no gap, where empty.
    fill_h : gaps of at most so long are filled as in `gaps`; none by default.

    Raises
    ------
    SeriesError : as for `read_prices`, for any of the years; or the file has no whole year.
    """
    check_unit(unit, (PRICE_UNIT,), str(path), column)
    zone_info(zone)
    table = read_columns(path, time_column, (column,))
    wanted: Sequence[int] = years or (spanned_years(table, zone) if fill_h else ())
    if not wanted:
        _choose(table, (column,), time_column, zone, None)
        wanted = complete_years(table, zone)
        if not wanted:
            for year in spanned_years(table, zone):  # the years are there, their hours begin at other minutes
                _choose(table, (column,), time_column, zone, year_span(year, year))
            first, last = _utc_days(table.start_s)
            fix = "give a file that holds at least one local calendar year from end to end"
            raise SeriesError(Problem("no whole year in the file", fix, str(path), time_column, f"{first} to {last}"))
    source = Path(path).name
    series = []
    _check_years(str(path), wanted)
    for year in wanted:
        span = year_span(year, year)
        whole, filled = _without_gaps(table, (column,), zone, span, fill_h)
        grid, values = _choose(whole, (column,), time_column, zone, span)
        label = f"{column}, {year}"
        series.append(PowerSeries(grid, values[0], column, label, source, modelled=False, filled=filled[0]))
    price_usd_per_mwh = np.concatenate([one.price_usd_per_mwh for one in series])
    covered_h = sum(one.grid.count * step_h(one.grid) for one in series)
    check_prices(price_usd_per_mwh, covered_h, str(path), column)
    return tuple(series)


def read_series(
    path: str | Path,
    columns: Sequence[str],
    time_column: str,
    unit: str,
    zone: str,
    years: Sequence[int] = (),
    span: Span | None = None,
    fill_h: Hours = 0.0,
) -> SeriesTable:
    """Columns of one unit on one unbroken time grid.

    Parameters
    ----------
    path : CSV or Parquet file.
    columns : value columns, such as dry-bulb and wet-bulb.
    time_column : interval starts, with offset, or in UTC where the column's name ends in ``utc``.
    unit : ``usd_per_mwh``, ``usd_per_mw_h`` or ``celsius``; nothing is converted.
    zone : IANA zone in which years and days are read.
    years : consecutive local calendar years to read and check; the rest of the file may be broken.
    span : local days [first, until) instead of years.
    fill_h : gaps of at most so long are filled as in `gaps`; none by default.

    Raises
    ------
    SeriesError : anything about the file or the chosen part of it; see the module.
    InputError : no such time zone.
    """
    known = (unit,) if unit == RESERVE_UNIT else (PRICE_UNIT, TEMPERATURE_UNIT)
    check_unit(unit, known, str(path), ", ".join(columns))
    zone_info(zone)
    span = _one_span(str(path), years, span)
    table, filled = _without_gaps(read_columns(path, time_column, columns), columns, zone, span, fill_h)
    grid, values = _choose(table, columns, time_column, zone, span)
    for name, row in zip(columns, values, strict=True):
        if unit == RESERVE_UNIT:
            check_reserve_prices(row, str(path), name)
        elif unit == PRICE_UNIT:
            check_prices(row, grid.count * step_h(grid), str(path), name)
        else:
            check_temperatures(row, str(path), name)
    return SeriesTable(grid, tuple(columns), values, unit, Path(path).name, filled)


def _without_gaps(
    table: FileColumns, columns: Sequence[str], zone: str, span: Span | None, fill_h: Hours
) -> tuple[FileColumns, tuple[Filled | None, ...]]:
    """The table as it stands, or with its gaps filled where that is asked for."""
    return filled_table(table, columns, zone, span, fill_h) if fill_h else (table, (None,) * len(columns))


def _one_span(file: str, years: Sequence[int], span: Span | None) -> Span | None:
    if not years:
        return span
    _check_years(file, years)
    if span is not None or list(years) != list(range(years[0], years[0] + len(years))):
        raise SeriesError(
            Problem(
                "one series needs consecutive years in ascending order, and no span beside them",
                "read the years one by one",
                file,
                "years",
                ", ".join(map(str, years)),
            )
        )
    return year_span(years[0], years[-1])


def _check_years(file: str, years: Sequence[int]) -> None:
    for year in years:
        if not EPOCH_YEAR <= year < MAXYEAR:
            raise SeriesError(Problem("no such year of prices", "write it with four digits", file, "years", str(year)))


def _choose(
    table: FileColumns, columns: Sequence[str], time_column: str, zone: str, span: Span | None
) -> tuple[TimeGrid, Array]:
    """The grid and the values of a span, or every problem that stands in its way."""
    problems: list[Problem] = []
    rows = rows_in(table, zone, span)
    try:
        grid = grid_of(table, time_column, zone, span)
    except SeriesError as error:
        problems += error.problems
    for index, column in enumerate(columns):
        problems += _value_problems(table, index, column, rows)
    if problems:
        whole = complete_years(table, zone)
        hint = f"; years without a fault: {', '.join(map(str, whole))}" if whole else ""
        raise SeriesError(
            Problem(one.message, one.fix + hint, one.file, one.key, one.value, one.line) for one in problems
        )
    return grid, table.values[:, rows]


def _value_problems(table: FileColumns, index: int, column: str, rows: IntArray) -> list[Problem]:
    """Missing, unreadable and infinite values of one column, each kind once with its first row."""
    values, texts = table.values[index], table.texts[index]
    bad = rows[~np.isfinite(values[rows])]
    kinds: dict[str, list[int]] = {}
    for row in bad.tolist():
        kind = "this is not a number" if row in texts else "the value is missing"
        kinds.setdefault("the value is infinite" if np.isinf(values[row]) else kind, []).append(row)
    return [
        Problem(
            f"{message} at {utc_words(table.start_s[found[0]])}" + (f" ({len(found):,} rows)" if found[1:] else ""),
            "write plain numbers, such as 1234.5; nothing is converted or filled"
            if found[0] in texts
            else "complete it from the source; nothing is filled" + ASK,
            table.file,
            f"{column}[{found[0]}]",
            texts.get(found[0], "") or f"{values[found[0]]:g}",
            None if table.first_line is None else table.first_line + found[0],
        )
        for message, found in kinds.items()
    ]


def _utc_days(start_s: IntArray) -> tuple[str, str]:
    edges = np.array([start_s.min(), start_s.max()]).astype("datetime64[s]").astype("datetime64[D]")
    return str(edges[0]), str(edges[1])
