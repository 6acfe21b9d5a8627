"""Grids, local months, 23- and 25-hour days, quarters, epochs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base import clock
from repower.base.errors import InputError

ZONES = ["America/Chicago", "America/New_York", "Europe/Oslo", "UTC", "Australia/Lord_Howe", "America/Edmonton"]


@pytest.mark.parametrize(
    ("day", "zone", "hours"),
    [
        (date(2024, 3, 10), "America/Chicago", 23),
        (date(2024, 11, 3), "America/Chicago", 25),
        (date(2024, 3, 31), "Europe/Oslo", 23),
        (date(2024, 7, 1), "America/Chicago", 24),
        (date(2024, 4, 7), "Australia/Lord_Howe", 24.5),
    ],
)
def test_local_day_h(day: date, zone: str, hours: float) -> None:
    assert clock.local_day_h(day, zone) == hours


def test_a_local_year_is_8760_or_8784_hours_and_starts_at_local_midnight() -> None:
    for year, hours in ((2023, 8760), (2024, 8784)):
        grid = clock.local_year(year, "America/Chicago")
        assert grid.count == hours
        assert clock.local_starts(grid)[0] == np.datetime64(f"{year}-01-01T00:00:00")
    march = np.sum(clock.local_month(clock.local_year(2024, "America/Chicago")) == 2024 * 12 + 2)
    assert march == 31 * 24 - 1


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1999, 1, 1), datetime(2060, 1, 1)),
    st.sampled_from([300, 900, 3600]),
    st.integers(1, 400),
)
def test_local_starts_agree_with_the_standard_library(zone: str, start: datetime, step_s: int, count: int) -> None:
    first = start.replace(minute=0, second=0, microsecond=0, tzinfo=UTC)
    grid = clock.TimeGrid(first, step_s, count, zone)
    expected = [
        (first + timedelta(seconds=step_s * i)).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for i in range(count)
    ]
    assert np.array_equal(clock.local_starts(grid), np.array(expected, dtype="datetime64[s]"))
    assert [int(h) for h in clock.local_hour(grid)] == [moment.hour for moment in expected]


def test_billing_periods_count_every_interval_once() -> None:
    grid = clock.local_span(date(2024, 2, 1), date(2025, 2, 1), "America/New_York", 900)
    months, index = clock.billing_periods(grid)
    assert months[0] == date(2024, 2, 1)
    assert months[-1] == date(2025, 1, 1)
    counts = np.bincount(index)
    assert counts.sum() == grid.count
    assert counts[1] == (31 * 24 - 1) * 4
    assert counts[9] == (30 * 24 + 1) * 4


@given(st.integers(1990, 2080), st.integers(1, 4), st.integers(-200, 200))
def test_quarters_add_and_subtract(year: int, number: int, steps: int) -> None:
    start = clock.Quarter(year, number)
    later = clock.quarter_plus(start, steps)
    assert clock.quarters_between(start, later) == steps
    assert clock.quarter(str(later)) == later
    assert clock.quarter_of(clock.quarter_start(later)) == later
    assert (later > start) == (steps > 0)


@pytest.mark.parametrize("text", ["2027", "2027Q5", "27Q1", "Q1 2027", "", "2027Q", "2027q10"])
def test_a_quarter_is_read_strictly(text: str) -> None:
    with pytest.raises(InputError, match="2027Q3"):
        clock.quarter(text)


def test_months_and_epochs() -> None:
    assert clock.month_plus(date(2027, 11, 15), 3) == date(2028, 2, 1)
    assert clock.months_between(date(2027, 11, 15), date(2028, 2, 1)) == 3
    assert clock.days_in_month(date(2028, 2, 9)) == 29
    assert clock.epoch_of_height(953_568) == 473
    anchor = datetime(2026, 6, 14, tzinfo=UTC)
    halving = clock.time_of_height(1_050_000, 953_568, anchor)
    assert halving.date() == date(2028, 4, 13)  # published counters say 1 to 15 April 2028
    assert clock.height_at(halving, 953_568, anchor) == 1_050_000


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(InputError, match="America/Chicago"):
        clock.zone_info("Texas/Odessa")


def test_a_year_keeps_its_months_on_another_calendar() -> None:
    source = clock.local_year(2023, "America/Chicago")
    for year, hours in ((2024, 8784), (2027, 8760), (2028, 8784)):
        take = clock.same_months(source, year)
        assert take.size == hours
        target = clock.local_year(year, "America/Chicago")
        assert np.array_equal(clock.local_month(source)[take] % 12, clock.local_month(target) % 12)
        assert set(np.diff(take)) <= ({1, -23} if hours == 8784 else {1})
    shorter = clock.same_months(clock.local_year(2024, "America/Chicago"), 2025)
    assert shorter.size == 8760
    assert np.count_nonzero(np.diff(shorter) == 25) == 1


def test_a_part_of_a_year_is_not_laid_on_another() -> None:
    part = clock.local_span(date(2023, 1, 1), date(2023, 7, 1), "UTC")
    with pytest.raises(InputError, match="whole"):
        clock.same_months(part, 2024)
