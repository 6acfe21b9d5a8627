"""Coincident-peak weights, and series that do not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from repower.base.clock import local_hour, local_year
from repower.base.errors import InputError, SeriesError
from repower.contracts import coincident_weight, coincident_weight_known, offers, settle, watched_weight
from repower.contracts.periods import periods
from repower.site.tariff import Tariff

TARIFF = Tariff(coincident_peak_usd_per_kw_year=60.0, coincident_peak_months=(6, 7, 8, 9))


def test_weights_sum_to_one_over_the_season_and_stay_in_months_and_window():
    grid = local_year(2025, "America/Chicago")
    prices = np.random.default_rng(1).normal(40.0, 30.0, grid.count)
    weight = coincident_weight(grid, TARIFF, prices)
    watched = np.flatnonzero(weight)
    assert weight.sum() == pytest.approx(1.0)
    assert len(watched) == 4 * 20
    assert weight[watched] == pytest.approx(np.full(80, 1 / 80))
    assert set(local_hour(grid)[watched]) == {15, 16, 17, 18}
    months = [periods(grid).months[index].month for index in periods(grid).month_of[watched]]
    assert {month: months.count(month) for month in set(months)} == {6: 20, 7: 20, 8: 20, 9: 20}


def test_the_dearest_hours_of_the_window_are_watched(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    prices = np.arange(grid.count, dtype=np.float64)
    weight = coincident_weight(grid, replace(TARIFF, coincident_peak_candidates=3), prices)
    inside = np.flatnonzero((local_hour(grid) >= 15) & (local_hour(grid) <= 18))
    assert np.flatnonzero(weight).tolist() == inside[-3:].tolist()
    assert weight.sum() == pytest.approx(0.25)


def test_quarter_hours_share_the_same_candidates(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1), step_s=900)
    weight = coincident_weight(grid, TARIFF, np.zeros(grid.count))
    assert np.count_nonzero(weight) == 4 * 20
    assert weight.sum() == pytest.approx(0.25)


def test_a_window_may_run_over_midnight(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    weight = coincident_weight(grid, replace(TARIFF, coincident_peak_window=(22, 1)), np.zeros(grid.count))
    assert set(local_hour(grid)[weight > 0]) <= {22, 23, 0, 1}


def test_no_charge_no_weights():
    grid = local_year(2025, "America/Chicago")
    assert not coincident_weight(grid, Tariff(), np.zeros(grid.count)).any()


def test_a_month_there_in_part_is_refused(build):
    grid = build.span(date(2025, 6, 2), date(2025, 7, 1))
    with pytest.raises(InputError, match=r"only in part.*2025-06"):
        coincident_weight(grid, TARIFF, np.zeros(grid.count))


def test_a_window_too_narrow_is_refused(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    narrow = replace(TARIFF, coincident_peak_window=(17, 17), coincident_peak_candidates=31)
    with pytest.raises(InputError, match="at most 30 hours"):
        coincident_weight(grid, narrow, np.zeros(grid.count))


def test_a_charge_without_months_is_refused(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    with pytest.raises(InputError, match="needs its months"):
        coincident_weight(grid, replace(TARIFF, coincident_peak_months=()), np.zeros(grid.count))


def test_known_peaks_weigh_alike_also_on_a_part_of_their_year(build):
    peaks = [datetime(2024, month, 3, 21, 45, tzinfo=UTC) for month in (6, 7, 8, 9)]
    whole = coincident_weight_known(local_year(2024, "America/Chicago"), peaks)
    assert whole.sum() == pytest.approx(1.0)
    june = build.span(date(2024, 6, 1), date(2024, 7, 1))
    assert coincident_weight_known(june, peaks).sum() == pytest.approx(0.25)
    position = int(np.flatnonzero(coincident_weight_known(june, peaks))[0])
    assert position == 2 * 24 + 16
    assert not coincident_weight_known(local_year(2023, "America/Chicago"), peaks).any()


def test_known_peaks_are_counted_year_by_year(build):
    peaks = [datetime(year, month, 3, 21, 45, tzinfo=UTC) for year in (2023, 2024) for month in (6, 7, 8, 9)]
    weight = coincident_weight_known(build.span(date(2023, 1, 1), date(2025, 1, 1)), peaks)
    assert weight.sum() == pytest.approx(2.0)
    assert np.unique(weight).tolist() == [0.0, 0.25]


@pytest.mark.parametrize(
    ("peaks", "message"),
    [
        ([datetime(2024, 6, 3, 21, 45)], "no time zone"),
        ([datetime(2024, 6, 3, 21, 45, tzinfo=UTC)] * 2, "given twice"),
    ],
)
def test_doubtful_peaks_are_refused(peaks, message):
    with pytest.raises(InputError, match=message):
        coincident_weight_known(local_year(2024, "America/Chicago"), peaks)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("index_usd_per_mwh", np.nan, "interval 5"),
        ("hashprice_usd_per_ph_day", np.inf, "no number"),
        ("gpu_rent_usd_per_gpu_h", np.nan, "no number"),
        ("coincident_weight", -0.1, "negative"),
    ],
)
def test_a_bad_price_names_series_and_place(build, name, value, message):
    grid = build.span(date(2025, 6, 1), date(2025, 6, 3))
    prices = build.prices(grid)
    getattr(prices, name)[5] = value
    with pytest.raises(SeriesError, match=f"prices.{name}.*{message}"):
        settle(build.mining(grid), build.book(), prices)
    with pytest.raises(SeriesError, match=message):
        offers((), build.book(), prices)


def test_a_short_series_is_refused(build):
    grid = build.span(date(2025, 6, 1), date(2025, 6, 3))
    short = replace(build.prices(grid), index_usd_per_mwh=np.zeros(47))
    with pytest.raises(SeriesError, match="another length"):
        settle(build.mining(grid), build.book(), short)


@pytest.mark.parametrize("step_s", [900, 3600])
def test_a_watched_interval_weighs_what_the_dearest_do(build, step_s):
    grid = build.span(date(2025, 5, 1), date(2025, 11, 1), step_s=step_s)
    prices = np.random.default_rng(1).normal(40.0, 30.0, grid.count)
    true, watched = coincident_weight(grid, TARIFF, prices), watched_weight(grid, TARIFF)
    assert watched[true > 0.0] == pytest.approx(true[true > 0.0])
    assert np.count_nonzero(watched) == (30 + 31 + 31 + 30) * 4 * 3600 // step_s
    assert not watched_weight(grid, Tariff()).any()
