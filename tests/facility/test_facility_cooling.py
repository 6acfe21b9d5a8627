"""PUE and water against published anchors, hand calculations, and the bounds that physics sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import TimeGrid
from repower.base.errors import CatalogError, InputError
from repower.catalog import Cooling, constant, cooling, coolings
from repower.facility import (
    Weather,
    design_pue,
    free_cooling_frac,
    measured_weather,
    pue,
    sellable_it_mw,
    typical_weather,
    water_l_per_kwh,
)
from shared_data import shared

KINDS = tuple(row.kind for row in coolings())
DALLAS = typical_weather("dallas_tx", 2025, "America/Chicago")


def hours(drybulb_c: list[float], wetbulb_c: list[float] | None = None) -> Weather:
    grid = TimeGrid(datetime(2025, 1, 1, 6, tzinfo=UTC), 3600, len(drybulb_c), "America/Chicago")
    wetbulb = np.array(drybulb_c) - 5 if wetbulb_c is None else np.array(wetbulb_c)
    return measured_weather(grid, np.array(drybulb_c), wetbulb, "made for a test")


def real_dallas() -> Weather:
    frame = pl.read_parquet(shared("data/weather/tmy3_stations.parquet"))
    frame = frame.filter(pl.col("station").cast(pl.String).str.starts_with("TX-Dallasfort")).sort(
        "month", "day", "hour"
    )
    return hours(frame["drybulb_c"].to_list(), frame["wetbulb_c"].to_list())


def test_the_catalog_has_the_kinds_that_site_files_name():
    assert {
        "mining_air",
        "mining_evaporative",
        "immersion",
        "air_chiller",
        "water_tower",
        "evaporative",
        "dlc_dry_30",
        "dlc_dry_40",
        "dlc_tower_30",
    } <= set(KINDS)


@pytest.mark.parametrize(
    ("kind", "mean", "p99"),
    [
        ("air_chiller", 1.23, 1.37),
        ("water_tower", 1.18, 1.28),
        ("dlc_dry_30", 1.13, 1.27),
        ("dlc_dry_40", 1.10, 1.17),
        ("mining_air", 1.05, 1.05),
    ],
)
def test_pue_of_dallas_meets_the_anchors(kind, mean, p99):
    hourly = pue(cooling(kind), real_dallas())
    assert hourly.mean() == pytest.approx(mean, abs=0.02)
    assert np.quantile(hourly, 0.99) == pytest.approx(p99, abs=0.02)


def test_water_of_a_tower_in_dallas_meets_the_anchor():
    assert water_l_per_kwh(cooling("water_tower"), real_dallas()).mean() == pytest.approx(2.2, abs=0.1)


@pytest.mark.parametrize("kind", KINDS)
def test_typical_dallas_gives_the_pue_of_real_dallas(kind):
    real, made = real_dallas(), DALLAS
    parameters = cooling(kind)
    assert pue(parameters, made).mean() == pytest.approx(pue(parameters, real).mean(), abs=0.005)
    assert design_pue(parameters, made) == pytest.approx(design_pue(parameters, real), abs=0.01)
    assert water_l_per_kwh(parameters, made).mean() == pytest.approx(water_l_per_kwh(parameters, real).mean(), abs=0.05)


def test_warm_liquid_sells_more_it_from_the_same_shell():
    gain = sellable_it_mw(100.0, cooling("dlc_dry_40"), DALLAS) / sellable_it_mw(100.0, cooling("air_chiller"), DALLAS)
    assert gain == pytest.approx(1.17, abs=0.04)


def test_an_hour_on_compressors_by_hand():
    made = hours([37.0])
    # Lift: 37 + 12 condensing, 18 - 4 evaporating, so 35 K; COP 0.5 * 287.15 / 35.
    cop = 0.5 * (14 + 273.15) / 35
    expected = 1 + 0.055 + 0.015 + 0.045 + 1.045 * (0.012 + 1 / cop)
    assert pue(cooling("air_chiller"), made)[0] == pytest.approx(expected, rel=1e-12)
    assert free_cooling_frac(cooling("air_chiller"), made)[0] == pytest.approx(0.0, abs=1e-12)


def test_fans_follow_the_cube_of_the_flow_below_the_limit():
    parameters = replace(cooling("air_chiller"), fan_floor_frac=0.0)
    at_limit, below = pue(parameters, hours([12.0, 6.0]))
    base = 1 + 0.055 + 0.015 + 0.045
    assert at_limit - base == pytest.approx(1.045 * 0.012, rel=1e-9)
    assert below - base == pytest.approx(1.045 * 0.012 / 8, rel=1e-9)


def test_half_of_the_trim_span_puts_half_of_the_heat_on_compressors():
    limit_c = 18 - 6
    assert free_cooling_frac(cooling("air_chiller"), hours([limit_c, limit_c + 5.0, limit_c + 10.0])) == pytest.approx(
        [1.0, 0.5, 0.0], abs=1e-12
    )


def test_only_the_air_side_of_liquid_cooling_is_chilled_in_spring():
    share = free_cooling_frac(cooling("dlc_dry_40"), hours([24.0]))[0]
    air, liquid = 0.15 * 1.045, 0.85 * 1.005
    assert share == pytest.approx(liquid / (air + liquid), rel=1e-12)


def test_outside_air_is_wetted_only_where_it_helps():
    used = water_l_per_kwh(cooling("mining_evaporative"), hours([20.0, 30.0, 30.0], [15.0, 20.0, 29.5]))
    assert used == pytest.approx([0.0, 1.8, 0.0])


def test_saturated_heat_needs_the_trim_chiller_of_an_evaporative_hall():
    dry, damp = pue(cooling("evaporative"), hours([32.0, 32.0], [18.0, 31.0]))
    assert damp > dry + 0.02
    assert free_cooling_frac(cooling("evaporative"), hours([32.0], [18.0]))[0] == 1.0


def test_dry_kinds_use_no_water():
    for kind in ("mining_air", "immersion", "air_chiller", "dlc_dry_30", "dlc_dry_40"):
        assert not water_l_per_kwh(cooling(kind), DALLAS).any()


def test_a_tower_evaporates_the_heat_of_its_compressors_too():
    cold, hot = water_l_per_kwh(cooling("water_tower"), hours([15.0, 35.0], [5.0, 26.0]))
    assert hot > cold * 1.1
    assert cold == pytest.approx(2.0 * 1.045, rel=1e-9)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("station", ["midland_tx", "college_station_tx", "international_falls_mn"])
def test_bounds_of_pue_hold_in_every_climate(kind, station):
    parameters = cooling(kind)
    weather = typical_weather(station, 2025, "America/Chicago")
    hourly = pue(parameters, weather)
    assert hourly.shape == (weather.grid.count,)
    assert (hourly >= 1 + parameters.electrical_loss_frac).all()
    assert hourly.max() < 1.6
    share = free_cooling_frac(parameters, weather)
    assert share.min() >= -1e-12
    assert share.max() <= 1 + 1e-12
    assert (water_l_per_kwh(parameters, weather) >= 0).all()


temperatures = st.floats(-40, 50)
dry_kinds = st.sampled_from([kind for kind in KINDS if cooling(kind).rejection in ("dry", "fans")])
tower_kinds = st.sampled_from([kind for kind in KINDS if cooling(kind).rejection == "tower"])


@given(
    st.sampled_from([kind for kind in KINDS if cooling(kind).rejection in ("dry", "fans")]), temperatures, temperatures
)
def test_pue_of_dry_kinds_never_falls_with_dry_bulb(kind, first_c, second_c):
    low_c, high_c = sorted((first_c, second_c))
    low, high = pue(cooling(kind), hours([low_c, high_c]))
    assert low <= high + 1e-12


@given(tower_kinds, temperatures, temperatures)
def test_pue_of_towers_never_falls_with_wet_bulb(kind, first_c, second_c):
    low_c, high_c = sorted((first_c, second_c))
    low, high = pue(cooling(kind), hours([50.0, 50.0], [low_c, high_c]))
    assert low <= high + 1e-12


@given(temperatures, temperatures, st.floats(0, 15))
def test_pue_of_evaporative_halls_never_falls_with_heat_of_the_same_dryness(first_c, second_c, depression_k):
    low_c, high_c = sorted((first_c, second_c))
    low, high = pue(cooling("evaporative"), hours([low_c, high_c], [low_c - depression_k, high_c - depression_k]))
    assert low <= high + 1e-12


@given(st.sampled_from(KINDS), st.lists(temperatures, min_size=1, max_size=50), st.floats(0.1, 500))
def test_what_is_sold_fits_the_shell_on_the_design_hour(kind, drybulb_c, shell_mw):
    parameters, weather = cooling(kind), hours(drybulb_c)
    sold_mw = sellable_it_mw(shell_mw, parameters, weather)
    assert 0 < sold_mw < shell_mw
    assert sold_mw * design_pue(parameters, weather) <= shell_mw * (1 + 1e-12)
    worst_mw = sellable_it_mw(shell_mw, parameters, weather, exceedance_frac=0.0)
    assert worst_mw * pue(parameters, weather).max() <= shell_mw * (1 + 1e-12)


def test_the_design_hour_is_exceeded_in_the_share_of_hours_that_the_catalog_allows():
    parameters = cooling("air_chiller")
    hourly = pue(parameters, DALLAS)
    allowed = constant("design_hour_exceedance_frac").value
    worse = (hourly > design_pue(parameters, DALLAS)).sum()
    assert 0 < worse <= allowed * hourly.size
    assert design_pue(parameters, DALLAS, 0.0) == hourly.max()
    assert design_pue(parameters, DALLAS, 0.004) > design_pue(parameters, DALLAS, 0.02)


@pytest.mark.parametrize("share", [-0.01, 1.0, float("nan")])
def test_a_share_of_hours_that_is_none_is_refused(share):
    with pytest.raises(InputError, match="no design hour"):
        design_pue(cooling("air_chiller"), DALLAS, share)


def test_an_unknown_way_of_rejecting_heat_is_refused():
    parameters: Cooling = replace(cooling("air_chiller"), rejection="river")
    with pytest.raises(CatalogError, match="river"):
        pue(parameters, DALLAS)
