"""Time: grids of UTC intervals, local billing months, quarters and difficulty epochs.

A series is numbers plus a `TimeGrid`: the UTC start of its first interval, an explicit step, a count, and the time
zone in which months and hours of the day are read. Interval labels are starts. A local day has 23 or 25 hours where the
zone says so; nothing is averaged, shifted or dropped to make it 24.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from repower.base.errors import InputError, Problem
from repower.base.units import (
    HOURS_PER_DAY,
    MONTHS_PER_QUARTER,
    MONTHS_PER_YEAR,
    QUARTERS_PER_YEAR,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    Hours,
    IntArray,
    Seconds,
)

EPOCH_YEAR = 1970
FEBRUARY = 1
BLOCKS_PER_EPOCH = 2016
BLOCKS_PER_HALVING = 210_000
TARGET_BLOCK_S = 600


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; ordered, and written ``2027Q3``."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True)
class TimeGrid:
    """Equal UTC intervals: first start, step, how many, and the zone that names their months.

    Parameters
    ----------
    start_utc : aware datetime in UTC, the start of interval 0.
    step_s : length of an interval [s], a whole number of seconds.
    count : number of intervals.
    zone : IANA name, such as ``America/Chicago``.
    """

    start_utc: datetime
    step_s: int
    count: int
    zone: str


def quarter(text: str) -> Quarter:
    """Read ``2027Q3``; raises InputError for anything else."""
    year, separator, number = text.strip().upper().partition("Q")
    if separator and len(year) == len("2027") and year.isdecimal() and number in {"1", "2", "3", "4"}:
        return Quarter(int(year), int(number))
    raise InputError(Problem("this is not a quarter", "write it as year and quarter, for example 2027Q3", value=text))


def quarter_of(day: date) -> Quarter:
    """The quarter that a date falls in."""
    return Quarter(day.year, (day.month - 1) // MONTHS_PER_QUARTER + 1)


def quarter_plus(start: Quarter, steps: int) -> Quarter:
    """The quarter `steps` later (earlier where negative)."""
    index = start.year * QUARTERS_PER_YEAR + start.number - 1 + steps
    return Quarter(index // QUARTERS_PER_YEAR, index % QUARTERS_PER_YEAR + 1)


def quarters_between(first: Quarter, last: Quarter) -> int:
    """Number of quarters from `first` to `last`; negative where `last` is earlier."""
    return (last.year - first.year) * QUARTERS_PER_YEAR + last.number - first.number


def quarter_start(which: Quarter) -> date:
    """First day of the quarter."""
    return date(which.year, (which.number - 1) * MONTHS_PER_QUARTER + 1, 1)


def month_plus(month: date, steps: int) -> date:
    """The first of the month `steps` months after the month of `month`."""
    index = month.year * MONTHS_PER_YEAR + month.month - 1 + steps
    return date(index // MONTHS_PER_YEAR, index % MONTHS_PER_YEAR + 1, 1)


def months_between(first: date, last: date) -> int:
    """Whole calendar months from the month of `first` to the month of `last`."""
    return (last.year - first.year) * MONTHS_PER_YEAR + last.month - first.month


def days_in_month(month: date) -> int:
    """Calendar days in the month of `month`."""
    return calendar.monthrange(month.year, month.month)[1]


def zone_info(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises InputError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError(
            Problem("no such time zone", "use an IANA name such as America/Chicago or Europe/Oslo", value=name)
        ) from error


def local_year(year: int, zone: str, step_s: int = SECONDS_PER_HOUR) -> TimeGrid:
    """The grid of one local calendar year: 8,760 or 8,784 hours from local midnight of 1 January."""
    return local_span(date(year, 1, 1), date(year + 1, 1, 1), zone, step_s)


def local_span(first: date, until: date, zone: str, step_s: int = SECONDS_PER_HOUR) -> TimeGrid:
    """The grid from local midnight of `first` up to, not including, local midnight of `until`."""
    place = zone_info(zone)
    start = datetime(first.year, first.month, first.day, tzinfo=place).astimezone(UTC)
    end = datetime(until.year, until.month, until.day, tzinfo=place).astimezone(UTC)
    return TimeGrid(start, step_s, round((end - start).total_seconds() / step_s), zone)


def local_day_h(day: date, zone: str) -> Hours:
    """23, 24 or 25: how many hours the local day has (24.5 and the like where a zone moves by half an hour)."""
    grid = local_span(day, day + timedelta(days=1), zone, step_s=60)
    return grid.count * grid.step_s / SECONDS_PER_HOUR


def step_h(grid: TimeGrid) -> Hours:
    """Length of one interval in hours."""
    return grid.step_s / SECONDS_PER_HOUR


def starts_s(grid: TimeGrid) -> IntArray:
    """Unix seconds of every interval start, shape (count,)."""
    return int(grid.start_utc.timestamp()) + grid.step_s * np.arange(grid.count, dtype=np.int64)


def starts_utc(grid: TimeGrid) -> npt.NDArray[np.datetime64]:
    """Interval starts as numpy datetimes in UTC (without zone), shape (count,)."""
    return starts_s(grid).astype("datetime64[s]")


def local_starts(grid: TimeGrid) -> npt.NDArray[np.datetime64]:
    """Interval starts as local wall-clock datetimes, shape (count,); a repeated autumn hour appears twice."""
    return (starts_s(grid) + _offsets_s(grid)).astype("datetime64[s]")


def local_month(grid: TimeGrid) -> IntArray:
    """Billing month of every interval as year*12 + month - 1 in local time, shape (count,)."""
    return local_starts(grid).astype("datetime64[M]").astype(np.int64) + EPOCH_YEAR * MONTHS_PER_YEAR


def local_hour(grid: TimeGrid) -> IntArray:
    """Hour of the local day (0-23) at every interval start, shape (count,)."""
    seconds = local_starts(grid).astype(np.int64)
    return (seconds // SECONDS_PER_HOUR) % HOURS_PER_DAY


def billing_periods(grid: TimeGrid) -> tuple[tuple[date, ...], IntArray]:
    """The local months the grid touches, and for every interval the index of its month.

    Returns
    -------
    months : first days of the months, ascending.
    index : shape (count,), into `months`.
    """
    month = local_month(grid)
    unique, index = np.unique(month, return_inverse=True)
    months = tuple(date(int(m) // MONTHS_PER_YEAR, int(m) % MONTHS_PER_YEAR + 1, 1) for m in unique)
    return months, index.astype(np.int64)


def same_months(source: TimeGrid, target_year: int) -> IntArray:
    """Which interval of a source year stands on each interval of a target year, month by month and without averaging.

    Every local month keeps its own sequence of intervals: the first interval of March stays the first of March. Where
    only the target has a 29 February, the 28th is repeated on it; where only the source has one, that day is left out.
    Clock changes stay in the month in which they fell; weekdays are not aligned.

    Parameters
    ----------
    source : one whole local year, as `local_year` gives it.
    target_year : calendar year, in the same zone and step.

    Returns
    -------
    shape (target intervals,), into the source's intervals.

    Raises
    ------
    InputError : the source is not one whole local year, or its zone changes the clock in other months in the target.
    """
    source_month = local_month(source)
    source_year = int(source_month[0]) // MONTHS_PER_YEAR
    if local_year(source_year, source.zone, source.step_s) != source:
        fix = "give the whole of a local calendar year"
        raise InputError(
            Problem("this is not one whole local year", fix, value=f"{source.count} from {source.start_utc}")
        )
    target_month = local_month(local_year(target_year, source.zone, source.step_s))
    take = []
    for month in range(MONTHS_PER_YEAR):
        here = np.flatnonzero(source_month == source_year * MONTHS_PER_YEAR + month)
        wanted = int(np.count_nonzero(target_month == target_year * MONTHS_PER_YEAR + month))
        if month == FEBRUARY:
            day = SECONDS_PER_DAY // source.step_s
            here = np.concatenate([here, here[-day:]])[:wanted] if wanted > here.size else here[:wanted]
        if here.size != wanted:
            message = f"month {month + 1} has {here.size} intervals in {source_year} and {wanted} in {target_year}"
            fix = "use a source year in which the zone changes its clock in the same months"
            raise InputError(Problem(message, fix, value=source.zone))
        take.append(here)
    return np.concatenate(take)


def epoch_of_height(height: int) -> int:
    """Difficulty epoch of a block height: 2016 blocks each."""
    return height // BLOCKS_PER_EPOCH


def height_at(when: datetime, anchor_height: int, anchor_utc: datetime, block_s: Seconds = TARGET_BLOCK_S) -> int:
    """Block height expected at a time, from an anchor block and a mean block interval [s]."""
    return anchor_height + int((when - anchor_utc).total_seconds() // block_s)


def time_of_height(
    height: int, anchor_height: int, anchor_utc: datetime, block_s: Seconds = TARGET_BLOCK_S
) -> datetime:
    """When a block height is expected, from an anchor block and a mean block interval [s]."""
    return anchor_utc + timedelta(seconds=(height - anchor_height) * block_s)


@lru_cache(maxsize=64)
def _offsets_s(grid: TimeGrid) -> IntArray:
    """UTC offset [s] at every interval start: one look-up a day, and one an interval on days when the zone changes."""
    place = zone_info(grid.zone)
    seconds = starts_s(grid)
    days, inverse = np.unique(seconds // SECONDS_PER_DAY, return_inverse=True)
    at_midnight = np.array([_offset_s(int(day) * SECONDS_PER_DAY, place) for day in (*days, days[-1] + 1)])
    offsets = at_midnight[:-1][inverse]
    for day in np.flatnonzero(np.diff(at_midnight)):
        for position in np.flatnonzero(inverse == day):
            offsets[position] = _offset_s(int(seconds[position]), place)
    offsets.setflags(write=False)
    return offsets


def _offset_s(second: int, place: ZoneInfo) -> int:
    shift = datetime.fromtimestamp(second, UTC).astimezone(place).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0
