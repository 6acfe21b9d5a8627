"""From the times of a file to a time grid: what is chosen must be sorted, equal in step, without gap or double."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np

from repower.base.clock import EPOCH_YEAR, TimeGrid, local_span, local_starts, local_year
from repower.base.errors import Problem, SeriesError
from repower.base.units import SECONDS_PER_HOUR, BoolArray, IntArray
from repower.markets.feeds.table_file import FileColumns

Span = tuple[date, date]
"""Local days [first, until): `until` is not included."""

_COMPARED: Final = 2

ASK: Final = " unless `repower dispatch --fill-gaps HOURS` asks for it"
"""Where gaps are refused, what would fill them."""


def grid_of(table: FileColumns, time_column: str, zone: str, span: Span | None) -> TimeGrid:
    """The grid of the local days of a span, or of the whole file.

    Parameters
    ----------
    table : what was read.
    time_column : its name, for messages.
    zone : IANA zone in which days and years are read.
    span : local days to use; all where None.

    Raises
    ------
    SeriesError : the chosen rows are empty, unsorted, doubled, broken by gaps, of changing step, or do not reach from
        end to end of the span; each problem once, with its first place and how often it occurs.
    """
    rows = rows_in(table, zone, span)
    if rows.size < _COMPARED:
        raise SeriesError(
            Problem(
                f"{'nothing' if rows.size == 0 else 'one row only'} in {_words(span)}",
                f"choose from what it holds: {utc_words(table.start_s.min())} to {utc_words(table.start_s.max())}",
                table.file,
                time_column,
            )
        )
    start_s = table.start_s[rows]
    steps = np.diff(start_s)
    step_s = usual_step_s(steps[steps > 0])
    problems = _order_problems(table, time_column, rows, steps)
    if not problems:
        problems = _step_problems(table, time_column, rows, steps, step_s)
        if span is not None:
            problems += _edge_problems(table, time_column, start_s, step_s, zone, span)
    if problems:
        raise SeriesError(problems)
    return TimeGrid(datetime.fromtimestamp(int(start_s[0]), UTC), step_s, int(rows.size), zone)


def rows_in(table: FileColumns, zone: str, span: Span | None) -> IntArray:
    """Indices of the rows that begin within the local days of a span; all rows where None."""
    rows = np.arange(table.start_s.size)
    if span is None:
        return rows
    first, last = span_edges(span, zone)
    return rows[(table.start_s >= first) & (table.start_s < last)]


def complete_years(table: FileColumns, zone: str) -> tuple[int, ...]:
    """Local years of which the file has every interval with a number in every column, at its usual step."""
    usable = np.unique(table.start_s[np.isfinite(table.values).all(axis=0)])
    if usable.size < _COMPARED:
        return ()
    step_s = usual_step_s(np.diff(usable))
    if SECONDS_PER_HOUR % step_s:
        return ()
    first, last = (datetime.fromtimestamp(int(edge), UTC).year for edge in (usable[0], usable[-1]))
    years = range(max(first - 1, EPOCH_YEAR), last + 2)
    return tuple(year for year in years if _holds(usable, local_year(year, zone, step_s)))


def spanned_years(table: FileColumns, zone: str) -> tuple[int, ...]:
    """Local years that begin and end between the file's first and last interval, whatever is missing inside."""
    first, last = int(table.start_s.min()), int(table.start_s.max())
    known = (max(datetime.fromtimestamp(first, UTC).year, EPOCH_YEAR), datetime.fromtimestamp(last, UTC).year)
    edges = {year: span_edges(year_span(year, year), zone) for year in range(known[0], known[1] + 1)}
    return tuple(year for year, (begin, end) in edges.items() if first <= begin and end <= last)


def utc_words(second: int | np.int64) -> str:
    """A Unix second for a reader, such as ``2024-03-10 07:00 UTC``."""
    return f"{datetime.fromtimestamp(int(second), UTC):%Y-%m-%d %H:%M} UTC"


def year_span(first: int, last: int) -> Span:
    """Whole calendar years as a span of days."""
    return date(first, 1, 1), date(last + 1, 1, 1)


def _holds(usable: IntArray, grid: TimeGrid) -> bool:
    start = int(grid.start_utc.timestamp())
    inside = usable[(usable >= start) & (usable < start + grid.count * grid.step_s)]
    return inside.size == grid.count and not np.any((inside - start) % grid.step_s)


def span_edges(span: Span, zone: str) -> tuple[int, int]:
    """Unix seconds at which the local days of a span begin and end."""
    grid = local_span(span[0], span[1], zone)
    first = int(grid.start_utc.timestamp())
    last = grid.start_utc + timedelta(seconds=grid.count * grid.step_s)
    return first, int(last.timestamp())


def usual_step_s(steps: IntArray) -> int:
    """The step that occurs most often; 0 where there is none."""
    if steps.size == 0:
        return 0
    lengths, counts = np.unique(steps, return_counts=True)
    return int(lengths[np.argmax(counts)])


def _order_problems(table: FileColumns, time_column: str, rows: IntArray, steps: IntArray) -> list[Problem]:
    found = []
    doubles = steps == 0
    if doubles.any():
        fix = "keep one row for each interval; in local time the hour that autumn repeats looks like this, so write UTC"
        found.append(_at(table, time_column, rows, doubles, "an interval occurs twice", fix))
    back = steps < 0
    if back.any():
        found.append(_at(table, time_column, rows, back, "times go backwards", "sort the rows by time"))
    return found


def _step_problems(table: FileColumns, time_column: str, rows: IntArray, steps: IntArray, step_s: int) -> list[Problem]:
    if SECONDS_PER_HOUR % step_s:
        return [
            Problem(
                f"the usual step is {step_s:,} s, which does not divide an hour",
                "give hourly values or finer: daily or monthly averages hide the hours that make the bill",
                table.file,
                time_column,
            )
        ]
    uneven = steps % step_s != 0
    if uneven.any():
        fix = f"give every row the same step; most are {step_s:,} s apart"
        return [_at(table, time_column, rows, uneven, "the step changes", fix)]
    gaps = steps > step_s
    if gaps.any():
        missing = int((steps[gaps] // step_s - 1).sum())
        message = f"{missing:,} intervals are missing in all, the first after this row"
        return [
            _at(table, time_column, rows, gaps, message, "complete them from the source; nothing is filled" + ASK, 0)
        ]
    return []


def _edge_problems(
    table: FileColumns, time_column: str, start_s: IntArray, step_s: int, zone: str, span: Span
) -> list[Problem]:
    first, last = span_edges(span, zone)
    return [
        Problem(
            f"{_words(span)} {verb} at {utc_words(edge)}, but the file's rows for it {verb[:-1]} at {utc_words(got)}",
            "complete it from the source, or choose other years; nothing is filled" + ASK,
            table.file,
            time_column,
            utc_words(got),
        )
        for verb, edge, got in (("begins", first, start_s[0]), ("ends", last, start_s[-1] + step_s))
        if edge != got
    ]


def _at(
    table: FileColumns, time_column: str, rows: IntArray, flags: BoolArray, message: str, fix: str, step: int = 1
) -> Problem:
    """A problem at the first flagged pair of rows; `step` 0 points at the first row of the pair, 1 at the second."""
    row = int(rows[int(np.argmax(flags)) + step])
    often = int(flags.sum())
    return Problem(
        message + (f" ({often:,} places)" if often > 1 else ""),
        fix,
        table.file,
        f"{time_column}[{row}]",
        utc_words(table.start_s[row]),
        None if table.first_line is None else table.first_line + row,
    )


def _words(span: Span | None) -> str:
    if span is None:
        return "the file"
    first, until = span
    if (first.month, first.day, until.month, until.day) == (1, 1, 1, 1):
        return str(first.year) if until.year == first.year + 1 else f"{first.year} to {until.year - 1}"
    return f"{first} up to {until}"


def local_days(grid: TimeGrid) -> str:
    """The local days of a grid in words: a year, years, or the first and the last day."""
    local = local_starts(grid)
    first, last = (local[at].astype("datetime64[D]").astype(date) for at in (0, -1))
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_years:
        return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
    return f"{first} to {last}"
