"""Gaps of a series filled in one stated way, and only where somebody asked for it and said how long they may be.

A missing interval takes the value of the same local time of the day before; where that is missing too it has been
filled in the same way, so that a longer gap repeats its last whole day. What is filled is counted and shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from repower.base.clock import zone_info
from repower.base.errors import Problem, SeriesError
from repower.base.units import SECONDS_PER_HOUR, Array, BoolArray, Hours, IntArray
from repower.markets.feeds.table_file import FileColumns
from repower.markets.feeds.time_axis import Span, span_edges, usual_step_s, utc_words
from repower.markets.power import Filled


def filled_table(
    table: FileColumns, columns: Sequence[str], zone: str, span: Span | None, fill_h: Hours
) -> tuple[FileColumns, tuple[Filled | None, ...]]:
    """The rows of a span with gaps of at most so many hours filled, and what was filled in every column.

    A table that is unsorted, doubled, of uneven step, or that holds texts or infinite values within the span is given
    back as it is: it is refused for that.

    Parameters
    ----------
    span : local days; from the first row to the last where None.
    fill_h : longest gap that is filled.

    Raises
    ------
    SeriesError : a gap that is longer, or without a day before it; names its first interval.
    """
    start_s, wanted_s = table.start_s, _wanted_s(table, zone, span)
    if wanted_s is None:
        return table, (None,) * len(columns)
    problems: list[Problem] = []
    rows, found = [], []
    for name, column, texts in zip(columns, table.values, table.texts, strict=True):
        inside = (start_s >= wanted_s[0]) & (start_s <= wanted_s[-1])
        odd = any(inside[row] for row in texts) or bool(np.isinf(column[inside]).any())
        if odd:
            return table, (None,) * len(columns)
        row, what = _filled(table, name, column, wanted_s, fill_h, zone_info(zone), problems)
        rows.append(row)
        found.append(what)
    if problems:
        raise SeriesError(problems)
    empty: tuple[dict[int, str], ...] = tuple({} for _ in columns)
    return replace(table, start_s=wanted_s, values=np.stack(rows), texts=empty, first_line=None), tuple(found)


def _wanted_s(table: FileColumns, zone: str, span: Span | None) -> IntArray | None:
    """Starts of all intervals that a span should have; None where the file's own are no even steps."""
    start_s = table.start_s
    steps = np.diff(start_s)
    if start_s.size < 2 or (steps <= 0).any():
        return None
    step_s = usual_step_s(steps)
    first, end = (int(start_s[0]), int(start_s[-1]) + step_s) if span is None else span_edges(span, zone)
    if step_s <= 0 or SECONDS_PER_HOUR % step_s or ((start_s - first) % step_s).any():
        return None
    return np.arange(first, end, step_s)


def _filled(
    table: FileColumns,
    name: str,
    column: Array,
    wanted_s: IntArray,
    fill_h: Hours,
    zone: ZoneInfo,
    problems: list[Problem],
) -> tuple[Array, Filled | None]:
    there = np.isfinite(column)
    known = dict(zip(table.start_s[there].tolist(), column[there].tolist(), strict=True))
    missing = np.array([second not in known for second in wanted_s.tolist()], dtype=np.bool_)
    if not missing.any():
        return np.array([known[second] for second in wanted_s.tolist()]), None
    step_h = float(wanted_s[1] - wanted_s[0]) / SECONDS_PER_HOUR
    first, length_h = _runs(missing, step_h)
    too_long = np.flatnonzero(length_h > fill_h)
    for gap in too_long[:1]:
        often = f" ({too_long.size:,} such gaps)" if too_long.size > 1 else ""
        text = f"{length_h[gap]:g} hours are missing from here, more than the {fill_h:g} that may be filled{often}"
        fix = "complete them from the source, choose other days, or allow longer gaps with --fill-gaps"
        problems.append(Problem(text, fix, table.file, name, utc_words(wanted_s[first[gap]])))
    if too_long.size:
        return column, None
    for second in wanted_s[missing].tolist():
        source = _day_before(second, zone)
        if source not in known:
            fix = "choose days that begin a day later, or complete the file"
            text = "nothing a day before this gap that could fill it"
            problems.append(Problem(text, fix, table.file, name, utc_words(second)))
            return column, None
        known[second] = known[source]
    begin = datetime.fromtimestamp(int(wanted_s[first[0]]), UTC)
    what = Filled(name, float(length_h.sum()), float(length_h.max()), f"{begin:%Y-%m-%dT%H:%M}Z")
    return np.array([known[second] for second in wanted_s.tolist()]), what


def _runs(missing: BoolArray, step_h: Hours) -> tuple[IntArray, Array]:
    """First interval and length in hours of every run."""
    edges = np.diff(np.concatenate([[False], missing, [False]]).astype(np.int64))
    first, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return first.astype(np.int64), ((end - first) * step_h).astype(np.float64)


def _day_before(second: int, zone: ZoneInfo) -> int:
    """The same local time of the day before; of the day before that where a clock change leaves it out."""
    local = datetime.fromtimestamp(second, zone)
    for days in (1, 2):
        wanted = local.replace(tzinfo=None, fold=0) - timedelta(days=days)
        found = int(wanted.replace(tzinfo=zone).timestamp())
        if datetime.fromtimestamp(found, zone).replace(tzinfo=None, fold=0) == wanted:
            break
    return found
