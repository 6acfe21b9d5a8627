"""Typical weather against the stations it was fitted to, checks of measured series, and wet-bulb from humidity."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import TimeGrid, local_hour, local_month, local_starts, starts_s
from repower.base.errors import CatalogError, SeriesError
from repower.base.units import MONTHS_PER_YEAR
from repower.catalog import GRADES, table
from repower.facility import Weather, measured_weather, stations, typical_weather, wet_bulb_c
from shared_data import shared

STATIONS = {
    "midland_tx": ("TX-Midland", "America/Chicago"),
    "abilene_tx": ("TX-Abilene", "America/Chicago"),
    "childress_tx": ("TX-Childress", "America/Chicago"),
    "dallas_tx": ("TX-Dallasfort", "America/Chicago"),
    "georgetown_tx": ("TX-Georgetown", "America/Chicago"),
    "college_station_tx": ("TX-College", "America/Chicago"),
    "atlanta_ga": ("USA_GA_Atlanta", "America/New_York"),
    "buffalo_ny": ("USA_NY_Buffalo", "America/New_York"),
    "great_falls_mt": ("USA_MT_Great", "America/Denver"),
    "international_falls_mn": ("USA_MN_International", "America/Chicago"),
    "port_angeles_wa": ("USA_WA_Port", "America/Los_Angeles"),
}
GRID = TimeGrid(datetime(2025, 1, 1, 6, tzinfo=UTC), 3600, 4, "America/Chicago")


def tmy3(prefix: str) -> pl.DataFrame:
    hours = pl.read_parquet(shared("data/weather/tmy3_stations.parquet"))
    return hours.filter(pl.col("station").cast(pl.String).str.starts_with(prefix)).sort("month", "day", "hour")


def typical(station: str) -> Weather:
    return typical_weather(station, 2025, STATIONS[station][1])


def test_every_station_of_the_catalog_is_compared_here():
    assert set(stations()) == set(STATIONS)


@pytest.mark.parametrize("station", STATIONS)
def test_design_hours_are_those_of_the_station(station):
    real, made = tmy3(STATIONS[station][0]), typical(station)
    for probability, tolerance_k in ((0.5, 0.7), (0.9, 0.6), (0.99, 0.6), (0.996, 0.6), (1.0, 0.06)):
        expected = np.quantile(real["drybulb_c"].to_numpy(), probability)
        assert np.quantile(made.drybulb_c, probability) == pytest.approx(expected, abs=tolerance_k), probability
    for probability, tolerance_k in ((0.9, 0.5), (0.99, 0.3), (0.996, 0.3)):
        expected = np.quantile(real["wetbulb_c"].to_numpy(), probability)
        assert np.quantile(made.wetbulb_c, probability) == pytest.approx(expected, abs=tolerance_k), probability


@pytest.mark.parametrize("station", STATIONS)
@pytest.mark.parametrize("limit_c", [12.5, 18.5, 27.5, 30.5, 34.5])
def test_hours_above_a_threshold_are_those_of_the_station(station, limit_c):
    real = int((tmy3(STATIONS[station][0])["drybulb_c"].to_numpy() > limit_c).sum())
    made = int((typical(station).drybulb_c > limit_c).sum())
    assert made == pytest.approx(real, rel=0.15, abs=40)


@pytest.mark.parametrize("station", STATIONS)
def test_means_spells_and_depression_are_those_of_the_station(station):
    real, made = tmy3(STATIONS[station][0]), typical(station)
    drybulb_c, wetbulb_c = real["drybulb_c"].to_numpy().astype(float), real["wetbulb_c"].to_numpy().astype(float)
    assert made.drybulb_c.mean() == pytest.approx(drybulb_c.mean(), abs=0.15)
    assert made.wetbulb_c.mean() == pytest.approx(wetbulb_c.mean(), abs=0.5)
    hot = np.quantile(drybulb_c, 0.95)
    real_k = (drybulb_c - wetbulb_c)[drybulb_c >= hot].mean()
    assert (made.drybulb_c - made.wetbulb_c)[made.drybulb_c >= hot].mean() == pytest.approx(real_k, abs=1.5)
    for lag in (1, 24):
        expected = np.corrcoef(drybulb_c[:-lag], drybulb_c[lag:])[0, 1]
        assert np.corrcoef(made.drybulb_c[:-lag], made.drybulb_c[lag:])[0, 1] == pytest.approx(expected, abs=0.07)
    real_range_k = np.ptp(drybulb_c.reshape(-1, 24), axis=1).mean()
    assert np.ptp(made.drybulb_c.reshape(-1, 24), axis=1).mean() == pytest.approx(real_range_k, rel=0.15)


@pytest.mark.parametrize("station", ["midland_tx", "buffalo_ny"])
def test_every_month_meets_its_extremes(station):
    made = typical(station)
    rows = {
        (row["month"], row["statistic"]): row["value"]
        for row in table("weather_shapes").rows
        if row["station"] == station
    }
    month = local_month(made.grid) % MONTHS_PER_YEAR + 1
    for which in (1, 7):
        inside = made.drybulb_c[month == which]
        assert inside.min() == rows[which, "drybulb_p0_c"]
        assert inside.max() == rows[which, "drybulb_p100_c"]


@pytest.mark.parametrize("station", STATIONS)
def test_wet_bulb_never_exceeds_dry_bulb_and_says_that_it_is_modelled(station):
    made = typical(station)
    assert (made.wetbulb_c <= made.drybulb_c).all()
    assert made.modelled
    assert "modelled" in made.label
    assert "TMY3" in made.label
    assert not made.drybulb_c.flags.writeable


def test_same_bytes_every_time_and_the_same_weather_every_year():
    first, again = typical("midland_tx"), typical("midland_tx")
    assert first.drybulb_c.tobytes() == again.drybulb_c.tobytes()
    later = typical_weather("midland_tx", 2026, "America/Chicago")
    assert later.grid.start_utc.year == 2026
    assert np.array_equal(first.drybulb_c, later.drybulb_c)


def test_a_pinned_hour_guards_the_sequence_against_a_change_of_library():
    made = typical("midland_tx")
    assert made.drybulb_c[[0, 4000, 8759]] == pytest.approx([3.956, 36.546, 9.43], abs=1e-9)


def test_leap_year_and_zone_make_the_grid():
    made = typical_weather("great_falls_mt", 2028, "America/Edmonton")
    assert made.grid.count == 8784
    assert made.grid.zone == "America/Edmonton"
    assert made.drybulb_c.shape == made.wetbulb_c.shape == (8784,)


def test_the_warmest_hours_are_in_the_afternoon_of_standard_time():
    made = typical("dallas_tx")
    offset_s = local_starts(made.grid).astype(np.int64) - starts_s(made.grid)
    summer = offset_s > offset_s.min()
    by_hour = [made.drybulb_c[summer & (local_hour(made.grid) == hour)].mean() for hour in range(24)]
    assert int(np.argmax(by_hour)) in (15, 16, 17)
    assert int(np.argmin(by_hour)) in (5, 6, 7, 8)


def test_rows_are_graded_as_modelled():
    assert {row["grade"] for row in table("weather_shapes").rows} == {"modelled"}
    assert "modelled" in GRADES


def test_the_table_is_what_the_tool_fits():
    tool = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "fit_weather_shapes.py"))
    rows = {
        (r["month"], r["statistic"]): r["value"] for r in table("weather_shapes").rows if r["station"] == "midland_tx"
    }
    fitted = {(month, statistic): value for month, statistic, value, _ in tool["fit"](tmy3("TX-Midland"))}
    assert fitted.keys() == rows.keys()
    assert all(abs(fitted[key] - rows[key]) <= 0.0501 for key in rows)


def test_an_unknown_station_is_refused_with_the_nearest_one():
    with pytest.raises(CatalogError, match="did you mean 'midland_tx'"):
        typical_weather("midlands_tx", 2025, "America/Chicago")


def test_measured_weather_is_kept_as_it_is():
    kept = measured_weather(GRID, np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.0, 1.0, 2.0, 4.0]), "station log")
    assert kept.drybulb_c.tolist() == [1.0, 2.0, 3.0, 4.0]
    assert kept.wetbulb_c.tolist() == [0.0, 1.0, 2.0, 4.0]
    assert not kept.modelled


def test_rounding_of_wet_bulb_above_dry_bulb_is_forgiven():
    kept = measured_weather(GRID, np.zeros(4), np.full(4, 0.05), "station log")
    assert kept.wetbulb_c.tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("drybulb_c", "wetbulb_c", "words"),
    [
        ([1.0, 2.0, 3.0], [0.0] * 4, "4 values are needed"),
        ([1.0, np.nan, 3.0, np.inf], [0.0] * 4, "2 values are missing or infinite"),
        ([50.0, 95.0, 60.0, 70.0], [40.0] * 4, "degrees Fahrenheit"),
        ([280.0, 300.0, 290.0, 295.0], [1.0] * 4, "kelvin"),
        ([-400.0, 1.0, 1.0, 1.0], [0.0] * 4, "check unit and sensor"),
        ([1.0, 2.0, 3.0, 4.0], [0.0, 5.0, 2.0, 3.0], "5 °C wet-bulb at 2 °C dry-bulb in interval 1"),
    ],
)
def test_measured_weather_that_cannot_be_is_refused(drybulb_c, wetbulb_c, words):
    with pytest.raises(SeriesError, match=words) as caught:
        measured_weather(GRID, np.array(drybulb_c), np.array(wetbulb_c), "log", file="weather.csv")
    assert caught.value.problems[0].file == "weather.csv"


def test_everything_wrong_with_a_series_is_reported_at_once():
    with pytest.raises(SeriesError) as caught:
        measured_weather(GRID, np.full(4, 90.0), np.full(4, np.nan), "log")
    assert [problem.key for problem in caught.value.problems] == ["drybulb_c", "wetbulb_c"]


def test_wet_bulb_reproduces_the_example_of_the_paper():
    assert wet_bulb_c(np.array([20.0]), np.array([0.5]))[0] == pytest.approx(13.7, abs=0.05)


def test_wet_bulb_agrees_with_psychrometrics_at_a_low_station():
    hours = tmy3("TX-Dallasfort").filter((pl.col("rh_pct") >= 15) & (pl.col("drybulb_c") > -5))
    made = wet_bulb_c(hours["drybulb_c"].to_numpy(), hours["rh_pct"].to_numpy() / 100)
    assert np.abs(made - hours["wetbulb_c"].to_numpy()).max() < 1.2


@given(st.floats(-20, 50), st.floats(0.05, 1))
def test_wet_bulb_is_at_most_dry_bulb(drybulb_c, humidity):
    assert wet_bulb_c(np.array([drybulb_c]), np.array([humidity]))[0] <= drybulb_c


@pytest.mark.parametrize(
    ("drybulb_c", "humidity", "words"),
    [
        ([20.0], [50.0], "not percent"),
        ([-30.0], [0.5], "use °C"),
        ([20.0], [np.nan], "0.05 to 1"),
        ([1.0, 2.0], [0.5], "lengths differ"),
    ],
)
def test_wet_bulb_outside_the_range_of_the_fit_is_refused(drybulb_c, humidity, words):
    with pytest.raises(SeriesError, match=words):
        wet_bulb_c(np.array(drybulb_c), np.array(humidity))
