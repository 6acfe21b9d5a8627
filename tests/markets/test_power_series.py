"""Power series: modelled years against their table, real years cut and laid on other calendars, nothing averaged."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import TimeGrid, local_hour, local_month, local_span, local_starts, local_year
from repower.base.errors import CatalogError, SeriesError
from repower.base.units import Array
from repower.markets.feeds import read_prices
from repower.markets.power import (
    PowerSeries,
    full_years,
    map_year,
    monthly_table,
    scaled,
    to_hourly,
    typical_year,
    year_of,
)
from repower.markets.power_shape import shape, shape_names, shape_of_rows
from shared_data import shared

CHICAGO = "America/Chicago"
ZONES = ("ERCOT_LZ_WEST", "ERCOT_LZ_NORTH", "ERCOT_HB_NORTH", "NYISO_A_WEST", "MISO_LOUISIANA", "PJM_DOM")


def numbered(grid: TimeGrid) -> PowerSeries:
    """Every interval's price is its own number, so that each can be followed."""
    return PowerSeries(grid, np.arange(float(grid.count)), "NODE", "numbered", "test", modelled=False)


def test_zones_that_have_a_typical_year() -> None:
    assert set(ZONES) <= set(shape_names())


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("year", [2027, 2028])
def test_a_typical_year_has_the_fitted_months(zone: str, year: int) -> None:
    fitted, series = shape(zone), typical_year(zone, year, CHICAGO)
    month = local_month(series.grid) % 12
    for index in range(12):
        price = series.price_usd_per_mwh[month == index]
        assert price.mean() == pytest.approx(fitted.mean_usd_per_mwh[index], abs=0.011)
        assert price.min() == pytest.approx(fitted.quantile_usd_per_mwh[index, 0])
        assert price.max() == pytest.approx(fitted.quantile_usd_per_mwh[index, -1])
        assert np.mean(price < 0.0) == pytest.approx(fitted.negative_frac[index], abs=1.0 / price.size)
        inner = slice(2, -2)
        assert_rank_close(price, fitted.probability[inner], fitted.quantile_usd_per_mwh[index, inner])


def assert_rank_close(price: Array, probability: Array, quantile_usd_per_mwh: Array) -> None:
    """A quantile is met where no more than two hours of the month lie between it and the fitted one."""
    made = np.quantile(price, probability)
    low, high = np.minimum(made, quantile_usd_per_mwh), np.maximum(made, quantile_usd_per_mwh)
    between = [int(np.sum((price > a + 0.01) & (price < b - 0.01))) for a, b in zip(low, high, strict=True)]
    assert max(between) <= 2


def test_a_typical_year_is_the_same_every_time_and_says_that_it_is_modelled() -> None:
    one, other = (typical_year("ERCOT_LZ_WEST", 2027, CHICAGO) for _ in range(2))
    np.testing.assert_array_equal(one.price_usd_per_mwh, other.price_usd_per_mwh)
    assert one.modelled
    assert one.label == "ERCOT_LZ_WEST, typical year modelled on 2024"
    assert one.source.startswith("modelled; fitted to ERCOT real-time LZ_WEST")
    assert one.grid == local_year(2027, CHICAGO)


def test_the_table_holds_what_it_says_about_itself() -> None:
    fitted = shape("NYISO_A_WEST")
    assert fitted.fit_years == (2023, 2024)
    assert "hours used" in fitted.note
    assert "NYISO" in fitted.source
    assert np.all((fitted.persistence > 0.3) & (fitted.persistence < 1.0))


def test_dear_hours_fall_into_the_evening_in_west_texas() -> None:
    series = typical_year("ERCOT_LZ_WEST", 2027, CHICAGO)
    by_hour = np.bincount(local_hour(series.grid), series.price_usd_per_mwh) / np.bincount(local_hour(series.grid))
    assert set(np.argsort(by_hour)[-2:]) == {19, 20}
    assert by_hour[10:15].max() < by_hour[19] / 3


@pytest.mark.parametrize(
    ("zone", "file", "column", "time_zone", "years"),
    [
        ("ERCOT_LZ_WEST", "ercot_west_panel_hourly_2020_2024", "rt_lz_west", CHICAGO, (2024, 2024)),
        ("ERCOT_HB_NORTH", "ercot_west_panel_hourly_2020_2024", "rt_hb_north", CHICAGO, (2023, 2024)),
        ("PJM_DOM", "pjm_rt_dom_2020_2024", "PJM_RT_DOM", "America/New_York", (2023, 2024)),
    ],
)
def test_a_strike_earns_in_the_model_what_it_earned_in_the_market(
    zone: str, file: str, column: str, time_zone: str, years: tuple[int, int]
) -> None:
    """What a miner pays below a switch-off price, and how often it runs: the numbers that a typical year is for."""
    import polars as pl

    frame = pl.read_parquet(shared(f"data/power/{file}.parquet"), columns=["ts_utc", column]).drop_nulls()
    local = pl.col("ts_utc").dt.convert_time_zone(time_zone).dt.year()
    real = frame.filter(local.is_between(*years))[column].cast(pl.Float64).to_numpy()
    made = typical_year(zone, 2027, time_zone).price_usd_per_mwh
    assert made.mean() == pytest.approx(real.mean(), rel=0.01)
    for strike in (40.0, 80.0, 150.0):
        assert np.mean(made < strike) == pytest.approx(np.mean(real < strike), abs=0.02)
        assert np.minimum(made, strike).mean() == pytest.approx(np.minimum(real, strike).mean(), rel=0.03)
    assert np.mean(made > 250.0) == pytest.approx(np.mean(real > 250.0), abs=0.002)


def test_no_such_zone() -> None:
    with pytest.raises(CatalogError, match="did you mean ERCOT_LZ_WEST"):
        typical_year("ercot lz west", 2027, CHICAGO)


def test_a_shape_with_a_hole_is_refused() -> None:
    rows = [{"month": 1, "statistic": name, "value": value} for name, value in (("quantile_0", 1.0), ("quantile_1", 2))]
    with pytest.raises(CatalogError, match="no quantile_0 for month 2"):
        shape_of_rows("X", rows)


def test_a_series_fits_its_grid_and_is_finite() -> None:
    grid = local_span(date(2024, 1, 1), date(2024, 1, 2), CHICAGO)
    with pytest.raises(SeriesError, match="24 prices"):
        PowerSeries(grid, np.zeros(23), "N", "l", "s", modelled=False)
    for wrong in (np.nan, np.inf):
        with pytest.raises(SeriesError, match=r"interval 5.*(nan|inf)"):
            PowerSeries(grid, np.where(np.arange(24) == 5, wrong, 1.0), "N", "l", "s", modelled=False)


def test_full_years_are_local() -> None:
    grid = local_span(date(2023, 6, 1), date(2026, 1, 1), CHICAGO)
    assert full_years(numbered(grid)) == (2024, 2025)
    assert full_years(numbered(replace(grid, zone="Asia/Tokyo"))) == (2024, 2025)
    assert full_years(numbered(replace(grid, count=grid.count - 1))) == (2024,)


def test_a_year_is_cut_at_local_midnight() -> None:
    series = numbered(local_span(date(2023, 6, 1), date(2026, 1, 1), CHICAGO))
    year = year_of(series, 2024)
    assert year.grid.count == 8784
    assert year.grid.start_utc == datetime(2024, 1, 1, 6, tzinfo=UTC)
    assert year.label == "NODE, 2024"
    assert year.price_usd_per_mwh[0] == local_span(date(2023, 6, 1), date(2024, 1, 1), CHICAGO).count
    assert year_of(year, 2024) is year


@pytest.mark.parametrize("year", [2022, 2023, 2026])
def test_a_year_that_is_not_whole_is_refused(year: int) -> None:
    series = numbered(local_span(date(2023, 6, 1), date(2026, 1, 1), CHICAGO))
    with pytest.raises(SeriesError, match=rf"all of {year}.*2024, 2025"):
        year_of(series, year)


@given(
    st.integers(min_value=2015, max_value=2040),
    st.integers(min_value=2015, max_value=2040),
    st.sampled_from([CHICAGO, "America/New_York", "Europe/Oslo", "Asia/Tokyo", "America/Phoenix"]),
    st.sampled_from([900, 3600]),
)
def test_a_mapped_year_keeps_every_interval(source: int, target: int, zone: str, step_s: int) -> None:
    series = numbered(local_year(source, zone, step_s))
    mapped = map_year(series, target)
    assert mapped.grid == local_year(target, zone, step_s)
    times = Counter(mapped.price_usd_per_mwh.tolist())
    lost = set(series.price_usd_per_mwh.tolist()) - set(times)
    doubled = [price for price, count in times.items() if count > 1]
    day = 86400 // step_s
    leap = (target % 4 == 0) - (source % 4 == 0)
    assert (len(lost), len(doubled)) == (day * (leap < 0), day * (leap > 0))
    months = local_month(series.grid) % 12
    np.testing.assert_array_equal(months[mapped.price_usd_per_mwh.astype(int)], local_month(mapped.grid) % 12)
    within = np.diff(mapped.price_usd_per_mwh)
    assert np.sum(within != 1.0) == (leap != 0)


def test_the_leap_day_repeats_the_28th_or_is_left_out() -> None:
    plain, leap = numbered(local_year(2023, CHICAGO)), numbered(local_year(2024, CHICAGO))
    days = local_starts(leap.grid).astype("datetime64[D]").astype(str)
    laid = map_year(plain, 2024).price_usd_per_mwh
    np.testing.assert_array_equal(laid[days == "2024-02-29"], laid[days == "2024-02-28"])
    lost = set(leap.price_usd_per_mwh) - set(map_year(leap, 2023).price_usd_per_mwh)
    assert lost == set(leap.price_usd_per_mwh[days == "2024-02-29"])


def test_mapping_onto_itself_changes_nothing() -> None:
    series = numbered(local_year(2024, CHICAGO))
    np.testing.assert_array_equal(map_year(series, 2024).price_usd_per_mwh, series.price_usd_per_mwh)
    assert map_year(series, 2024).label == "numbered"
    assert map_year(series, 2031).label == "numbered laid on 2031"


def test_a_zone_that_gave_up_its_clock_change_is_refused() -> None:
    with pytest.raises(SeriesError, match=r"month \d+ has \d+ intervals in 2022"):
        map_year(numbered(local_year(2022, "America/Mexico_City")), 2024)


def test_only_a_whole_year_is_mapped() -> None:
    with pytest.raises(SeriesError, match="year_of"):
        map_year(numbered(local_span(date(2023, 1, 1), date(2025, 1, 1), CHICAGO)), 2027)
    with pytest.raises(SeriesError, match="year_of"):
        map_year(numbered(local_span(date(2024, 1, 1), date(2024, 12, 1), CHICAGO)), 2027)


def test_level_and_shift() -> None:
    series = numbered(local_span(date(2024, 1, 1), date(2024, 1, 2), CHICAGO))
    np.testing.assert_allclose(scaled(series, 1.1, -5.0).price_usd_per_mwh, np.arange(24) * 1.1 - 5.0)


def test_hours_are_means_of_their_quarters() -> None:
    grid = local_span(date(2024, 3, 10), date(2024, 3, 11), CHICAGO, 900)
    hourly = to_hourly(numbered(grid))
    assert (hourly.grid.count, hourly.grid.step_s) == (23, 3600)
    np.testing.assert_allclose(hourly.price_usd_per_mwh, np.arange(23) * 4 + 1.5)
    assert hourly.label == "numbered, hourly means of 15-minute prices"
    assert to_hourly(hourly) is hourly
    for broken in (replace(grid, count=91), replace(grid, start_utc=datetime(2024, 3, 10, 6, 15, tzinfo=UTC))):
        with pytest.raises(SeriesError, match="whole hours"):
            to_hourly(numbered(broken))


def test_monthly_table() -> None:
    grid = local_span(date(2024, 2, 1), date(2024, 4, 1), CHICAGO, 900)
    series = replace(numbered(grid), price_usd_per_mwh=np.arange(float(grid.count)) - 96.0)
    table = monthly_table(series)
    assert table.months == (date(2024, 2, 1), date(2024, 3, 1))
    np.testing.assert_allclose(table.hours_h, [696, 743])
    np.testing.assert_allclose(table.low_usd_per_mwh, [-96, 696 * 4 - 96])
    np.testing.assert_allclose(table.high_usd_per_mwh, [696 * 4 - 97, 1439 * 4 - 97])
    np.testing.assert_allclose(table.negative_frac, [96 / (696 * 4), 0.0])
    assert np.average(table.mean_usd_per_mwh, weights=table.hours_h) == pytest.approx(series.price_usd_per_mwh.mean())


def test_august_2023_survives_being_laid_on_2029() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    year = read_prices(path, "rt_hb_west", "ts_utc", "usd_per_mwh", CHICAGO, years=(2023,))
    for series in (year, map_year(year, 2029)):
        table = monthly_table(series)
        assert table.mean_usd_per_mwh[7] == pytest.approx(196.37, abs=0.005)
        assert table.high_usd_per_mwh[7] > 5000.0


def test_february_2021_survives_being_laid_on_2032() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    year = read_prices(path, "dam_hb_west", "ts_utc", "usd_per_mwh", CHICAGO, years=(2021,))
    for series in (year, map_year(year, 2032)):
        assert monthly_table(series).high_usd_per_mwh[1] >= 8900.0
    mapped = monthly_table(map_year(year, 2030))
    np.testing.assert_allclose(mapped.mean_usd_per_mwh, monthly_table(year).mean_usd_per_mwh)


def test_importing_markets_stays_light() -> None:
    code = "import sys, repower.markets; print(sorted({'polars', 'scipy', 'numba', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
