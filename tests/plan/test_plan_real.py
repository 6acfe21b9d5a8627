"""Real prices: the dearest hours of February 2021 and August 2023 reach the bill un-averaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import plan_sites
from repower.app import series
from repower.contracts import PeakHistory, totals
from repower.plan.operate import run_year, site_book
from repower.plan.phases import present
from repower.plan.world import World, build_world
from repower.site import SeriesSource
from shared_data import shared

PANEL = "power/ercot_west_panel_hourly_2020_2024.parquet"


def world_of(column: str, years: tuple[int, ...]) -> World:
    path = shared(f"data/{PANEL}")
    source = SeriesSource(
        "file", path=path.name, columns=(column,), time_column="ts_utc", unit="usd_per_mwh", years=years
    )
    site = plan_sites.short(2, ("C",))
    outlook = replace(site.outlook, power=source, power_growth_frac_per_year=0.0)
    site = replace(site, outlook=outlook, supply=site.supply[:1])
    return build_world(site, series.read(site, Path(path.parent)).hourly)


@pytest.mark.parametrize(
    ("column", "year", "month", "dearest", "mean"),
    [("dam_hb_west", 2021, 2, 9000.01, None), ("rt_hb_west", 2023, 8, None, 196.37)],
)
def test_the_tail_of_a_real_month_is_in_the_bill(
    column: str, year: int, month: int, dearest: float | None, mean: float | None
) -> None:
    world = world_of(column, (year,))
    first = world.years[0]
    index = first.prices.index_usd_per_mwh
    inside = first.month_of == month - 1
    if dearest is not None:
        assert index[inside].max() == pytest.approx(dearest)
    if mean is not None:
        assert index[inside].mean() == pytest.approx(mean, abs=0.05)
    (hall,) = world.site.halls
    (phase,) = present(world.site, hall)
    book = site_book(world, (phase,), PeakHistory())
    result = run_year(world, first, (phase,), book)
    energy = totals([line for line in result.lines if line.what == "index energy"], by=("month",))
    for number in range(12):
        hours = first.month_of == number
        expected = -float(np.dot(result.schedule.import_mw[hours], index[hours]))
        assert energy[(date(2027, number + 1, 1),)] == pytest.approx(expected, rel=1e-9)
    spikes = index > 500.0
    assert spikes.any()
    assert result.schedule.import_mw[spikes].max() == 0.0
    averaged = float(index[inside].mean())
    paid = np.dot(result.schedule.import_mw[inside], index[inside]) / result.schedule.import_mw[inside].sum()
    assert paid < averaged / 2


def test_years_take_turns_in_the_order_asked_for() -> None:
    world = world_of("dam_hb_west", (2022, 2021))
    peaks = [float(year.prices.index_usd_per_mwh.max()) for year in world.years]
    assert peaks[1] == pytest.approx(9000.01)
    assert peaks[0] < 9000.0
    assert world.years[0].grid.count == 8760
