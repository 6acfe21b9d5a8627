"""Real ERCOT hours: the spikes of February 2021 and August 2023 are in the bill, hour by hour."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from repower.base.errors import SeriesError
from repower.contracts import settle
from repower.site.supply import PpaBlock
from shared_data import shared

PANEL = "data/power/ercot_west_panel_hourly_2020_2024.parquet"
ZONE = "America/Chicago"


def hours(first: date, until: date, column: str) -> pl.DataFrame:
    """Local hours of a span with a price column; gaps stay gaps."""
    local = pl.col("ts_utc").dt.convert_time_zone(ZONE)
    return (
        pl.read_parquet(shared(PANEL))
        .with_columns(day=local.dt.date(), month=local.dt.month())
        .filter((pl.col("day") >= first) & (pl.col("day") < until))
        .sort("ts_utc")
        .select("ts_utc", "month", price=pl.col(column).cast(pl.Float64))
    )


@pytest.mark.parametrize(
    ("first", "until", "column", "highest"),
    [
        (date(2021, 2, 1), date(2021, 3, 1), "dam_lz_west", 9_000.0),
        (date(2023, 8, 1), date(2023, 9, 1), "rt_hb_west", 5_000.0),
    ],
)
def test_a_month_of_spikes_is_billed_hour_by_hour(build, first, until, column, highest):
    frame = hours(first, until, column)
    price = frame["price"].to_numpy()
    assert price.max() > highest
    grid = build.span(first, until, zone=ZONE)
    assert grid.count == frame.height
    prices, book = build.prices(grid, index_usd_per_mwh=price), build.book()
    flat = build.total(settle(build.mining(grid, 100.0), book, prices), "index energy")
    assert flat == pytest.approx(-100.0 * frame["price"].sum(), rel=1e-12)
    running = np.where(price < 100.0, 100.0, 0.0)
    curtailed = build.total(settle(build.mining(grid, running), book, prices), "index energy")
    below = frame.filter(pl.col("price") < 100.0)
    assert curtailed == pytest.approx(-100.0 * below["price"].sum(), rel=1e-12)
    # At the month's average price the same energy would look many times dearer: the tail is the bill.
    averaged = -price.mean() * running.sum()
    assert averaged < 2.0 * curtailed


def test_a_year_of_real_hours_by_local_month(build):
    frame = hours(date(2021, 1, 1), date(2022, 1, 1), "dam_lz_west")
    grid = build.span(date(2021, 1, 1), date(2022, 1, 1), zone=ZONE)
    prices = build.prices(grid, index_usd_per_mwh=frame["price"].to_numpy())
    ppa = PpaBlock("ppa_block", "wind", 40.0, 30.0, date(2021, 1, 1), date(2022, 1, 1))
    lines = settle(build.mining(grid, 100.0), build.book(supply=[ppa], losses_frac=0.015), prices)
    monthly = frame.group_by("month").agg(sum=pl.col("price").sum(), hours=pl.len()).sort("month")
    sums, counts = monthly["sum"].to_numpy(), monthly["hours"].to_numpy()
    assert build.amounts(lines, "index energy") == pytest.approx(-100.0 * sums, rel=1e-12)
    assert build.amounts(lines, "losses") == pytest.approx(-1.5 * sums, rel=1e-12)
    assert build.amounts(lines, "PPA difference") == pytest.approx(40.0 * (sums - 30.0 * counts), rel=1e-12)
    # February alone is more than half of the year's energy bill.
    assert sums[1] > 0.5 * sums.sum()


def test_a_gap_in_the_record_is_refused_with_its_place(build):
    frame = hours(date(2021, 2, 1), date(2021, 3, 1), "rt_hb_west")
    assert frame["price"].null_count() == 4
    missing = int(np.flatnonzero(frame["price"].is_null().to_numpy())[0])
    grid = build.span(date(2021, 2, 1), date(2021, 3, 1), zone=ZONE)
    prices = build.prices(grid, index_usd_per_mwh=frame["price"].to_numpy())
    with pytest.raises(SeriesError, match=f"missing price of interval {missing}"):
        settle(build.mining(grid), build.book(), prices)
