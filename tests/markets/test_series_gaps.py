"""Gaps are refused, or filled where somebody asks: from the same local hours of the day before, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from repower.base.errors import SeriesError
from repower.markets.feeds import read_prices, read_series, read_years
from repower.markets.power import PowerSeries
from shared_data import shared

CHICAGO = "America/Chicago"
START = datetime(2024, 3, 8, 6, tzinfo=UTC)
"""Midnight of Friday; the clock goes forward on Sunday 10 March at 08:00 UTC."""


def price_of(when: datetime) -> float:
    return 20.0 + when.day + when.hour / 100


def written(tmp_path: Path, drop: Sequence[datetime], count: int = 6 * 24, empty: Sequence[datetime] = ()) -> Path:
    """Hours from 8 March 2024 on as CSV without some of them, and some without a price."""
    lines = ["ts_utc,price"]
    for hour in range(count):
        when = START + timedelta(hours=hour)
        if when not in drop:
            lines.append(f"{when:%Y-%m-%dT%H:%M:%SZ},{'' if when in empty else f'{price_of(when):.2f}'}")
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(path: Path, fill_h: float, first: int = 8, until: int = 13) -> PowerSeries:
    days = (date(2024, 3, first), date(2024, 3, until))
    return read_prices(path, "price", "ts_utc", "usd_per_mwh", CHICAGO, span=days, fill_h=fill_h)


def at(series: PowerSeries, when: datetime) -> float:
    return float(series.price_usd_per_mwh[int((when - series.grid.start_utc).total_seconds() // 3600)])


def test_a_gap_is_refused_and_the_refusal_names_what_would_fill_it(tmp_path: Path) -> None:
    hole = START + timedelta(hours=30)
    for path in (written(tmp_path, [hole]), written(tmp_path, [], empty=[hole])):
        with pytest.raises(SeriesError, match="nothing is filled unless `repower dispatch --fill-gaps HOURS`"):
            read(path, 0.0)


def test_a_gap_takes_the_same_local_hour_of_the_day_before(tmp_path: Path) -> None:
    hole = START + timedelta(hours=30)
    for path in (written(tmp_path, [hole]), written(tmp_path, [], empty=[hole])):
        series = read(path, 1.0)
        assert at(series, hole) == pytest.approx(price_of(hole - timedelta(hours=24)))
        assert series.filled is not None
        assert (series.filled.hours_h, series.filled.longest_h) == (1.0, 1.0)
        assert (series.filled.series, series.filled.first_utc) == ("price", "2024-03-09T12:00Z")
        others = [START + timedelta(hours=hour) for hour in range(119) if hour != 30]
        assert all(at(series, when) == pytest.approx(price_of(when)) for when in others)


def test_after_a_clock_change_the_day_before_is_23_hours_away(tmp_path: Path) -> None:
    """10:00 is 15:00 UTC on the 10th and 16:00 on the 9th. 02:00 of the 11th takes the 9th: the 10th has none."""
    ten, two = datetime(2024, 3, 10, 15, tzinfo=UTC), datetime(2024, 3, 11, 7, tzinfo=UTC)
    series = read(written(tmp_path, [ten, two]), 1.0)
    assert at(series, ten) == pytest.approx(price_of(datetime(2024, 3, 9, 16, tzinfo=UTC)))
    assert at(series, two) == pytest.approx(price_of(datetime(2024, 3, 9, 8, tzinfo=UTC)))
    assert series.grid.count == 119


def test_the_hour_that_autumn_repeats_takes_that_of_the_day_before(tmp_path: Path) -> None:
    start, second = datetime(2024, 11, 1, 5, tzinfo=UTC), datetime(2024, 11, 3, 7, tzinfo=UTC)
    rows = [start + timedelta(hours=hour) for hour in range(73)]
    text = "\n".join(f"{when:%Y-%m-%dT%H:%M:%SZ},{price_of(when):.2f}" for when in rows if when != second)
    (tmp_path / "fall.csv").write_text(f"ts_utc,price\n{text}\n", encoding="utf-8")
    days = (date(2024, 11, 1), date(2024, 11, 4))
    series = read_prices(tmp_path / "fall.csv", "price", "ts_utc", "usd_per_mwh", CHICAGO, span=days, fill_h=1.0)
    assert series.grid.count == 73
    assert at(series, second) == pytest.approx(price_of(datetime(2024, 11, 2, 6, tzinfo=UTC)))


def test_a_gap_of_days_repeats_the_last_day_and_is_counted_once(tmp_path: Path) -> None:
    drop = [START + timedelta(hours=hour) for hour in range(24, 47 + 24)]
    series = read(written(tmp_path, drop), 47.0)
    assert series.filled is not None
    assert (series.filled.hours_h, series.filled.longest_h) == (47.0, 47.0)
    noon = datetime(2024, 3, 8, 18, tzinfo=UTC)
    assert at(series, noon + timedelta(hours=24)) == pytest.approx(price_of(noon))
    assert at(series, noon + timedelta(hours=47)) == pytest.approx(price_of(noon))


def test_a_longer_gap_is_refused_with_its_first_hour(tmp_path: Path) -> None:
    drop = [START + timedelta(hours=hour) for hour in (30, 31, 50)]
    with pytest.raises(
        SeriesError, match=r"2 hours are missing from here, more than the 1 that may be filled"
    ) as caught:
        read(written(tmp_path, drop), 1.0)
    assert caught.value.problems[0].value == "2024-03-09 12:00 UTC"
    assert read(written(tmp_path, drop), 2.0).filled is not None


def test_the_ends_of_the_days_are_filled_too_but_not_before_the_first_day_of_a_file(tmp_path: Path) -> None:
    late = written(tmp_path, [], count=5 * 24 - 3)
    series = read(late, 2.0)
    assert series.grid.count == 119
    assert series.filled is not None
    assert series.filled.hours_h == 2.0
    early = written(tmp_path, [START])
    with pytest.raises(SeriesError, match="nothing a day before this gap"):
        read(early, 2.0)
    assert read(early, 2.0, first=9).filled is None


@pytest.mark.parametrize("text", ["n/a", "inf"])
def test_what_is_no_number_is_refused_however_long_gaps_may_be(text: str, tmp_path: Path) -> None:
    path = written(tmp_path, [])
    path.write_text(path.read_text(encoding="utf-8").replace(f"{price_of(START):.2f}", text, 1), encoding="utf-8")
    with pytest.raises(SeriesError, match=r"not a number|infinite"):
        read(path, 48.0)


def test_rows_out_of_order_or_doubled_are_refused_however_long_gaps_may_be(tmp_path: Path) -> None:
    path = written(tmp_path, [])
    lines = path.read_text(encoding="utf-8").splitlines()
    for broken in ([*lines[:5], lines[4], *lines[5:]], [*lines[:5], lines[6], lines[5], *lines[7:]]):
        path.write_text("\n".join(broken) + "\n", encoding="utf-8")
        with pytest.raises(SeriesError, match=r"twice|backwards"):
            read(path, 48.0)


def test_reserve_prices_state_their_unit_and_may_be_zero(tmp_path: Path) -> None:
    path = written(tmp_path, [])
    days = (date(2024, 3, 8), date(2024, 3, 9))
    table = read_series(path, ("price",), "ts_utc", "usd_per_mw_h", CHICAGO, span=days)
    assert table.values.shape == (1, 24)
    with pytest.raises(SeriesError, match="units are not converted"):
        read_series(path, ("price",), "ts_utc", "usd_per_kw_h", CHICAGO, span=days)
    zeros = [f"{(START + timedelta(hours=hour)):%Y-%m-%dT%H:%M:%SZ},0" for hour in range(24)]
    path.write_text("\n".join(["ts_utc,price", *zeros]) + "\n", encoding="utf-8")
    with pytest.raises(SeriesError, match="every price is zero"):
        read_series(path, ("price",), "ts_utc", "usd_per_mw_h", CHICAGO, span=days)


def test_the_gaps_of_two_real_years_are_what_their_source_says() -> None:
    """HB_WEST 2021 lacks 11 hours, LZ_WEST 2024 the hour before and the hour of a clock change, and its last six."""
    panel = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    (year,) = read_years(panel, "rt_hb_west", "ts_utc", "usd_per_mwh", CHICAGO, (2021,), 3.0)
    assert year.filled is not None
    assert year.filled.hours_h == 11.0
    assert 8900.0 < year.price_usd_per_mwh.max() <= 9310.49
    points = shared("data/power/ercot_rt_hourly_all_points_2024.parquet")
    days = (date(2024, 1, 1), date(2024, 12, 31))
    found = read_prices(points, "LZ_WEST", "ts_utc", "usd_per_mwh", CHICAGO, span=days, fill_h=1.0)
    assert found.filled is not None
    assert (found.filled.hours_h, found.filled.longest_h) == (2.0, 1.0)
    assert np.isfinite(found.price_usd_per_mwh).all()
    with pytest.raises(SeriesError, match="--fill-gaps"):
        read_prices(points, "LZ_WEST", "ts_utc", "usd_per_mwh", CHICAGO, span=days)
