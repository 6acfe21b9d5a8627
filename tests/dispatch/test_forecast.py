"""Forecasts of prices, worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from repower.base.clock import local_span
from repower.base.errors import InputError, SeriesError
from repower.dispatch.forecast import day_ahead, expected, perfect, persistence, publication

KNOWN = np.array([10.0, 11.0, 12.0, 13.0])


def test_persistence_repeats_the_last_stretch() -> None:
    assert persistence(3, np.zeros(2))(KNOWN, 5) == pytest.approx([11.0, 12.0, 13.0, 11.0, 12.0])
    assert persistence(1, np.zeros(0))(KNOWN[:1], 2) == pytest.approx([10.0, 10.0])


def test_persistence_reaches_back_before_the_first_step() -> None:
    forecast = persistence(4, np.arange(1.0, 6.0))
    assert forecast(KNOWN[:1], 5) == pytest.approx([3.0, 4.0, 5.0, 10.0, 3.0])
    assert forecast(KNOWN[:2], 3) == pytest.approx([4.0, 5.0, 10.0])
    assert forecast(KNOWN, 2) == pytest.approx([10.0, 11.0])


def test_persistence_refuses_to_make_up_what_came_before() -> None:
    with pytest.raises(InputError, match=r"shorter than the lag \(value: 22 steps\)"):
        persistence(24, np.zeros(22))
    with pytest.raises(InputError, match="is no lag"):
        persistence(0, np.zeros(0))


def test_day_ahead_tells_what_is_out_and_then_repeats_its_last_day() -> None:
    price = np.arange(20.0, 28.0)
    forecast = day_ahead(price, np.array([4, 4, 4, 8, 8, 8, 8, 8]), day_steps=4)
    assert forecast(KNOWN[:1], 5) == pytest.approx([21.0, 22.0, 23.0, 20.0, 21.0])
    assert forecast(KNOWN, 2) == pytest.approx([24.0, 25.0])
    later = np.zeros(7)
    assert forecast(later, 1) == pytest.approx([27.0])


def test_day_ahead_refuses_counts_that_cannot_be() -> None:
    with pytest.raises(InputError, match=r"published_steps\[1\]: is no such count \(value: 1\)"):
        day_ahead(KNOWN[:2], np.array([2, 1]))
    with pytest.raises(InputError, match="one count for each of the 2 prices"):
        day_ahead(KNOWN[:2], np.array([2]))


def test_publication_knows_days_of_23_and_25_hours() -> None:
    spring = publication(local_span(date(2024, 3, 9), date(2024, 3, 12), "America/Chicago"), 14)
    assert spring[:14].tolist() == [24] * 14
    assert spring[14:24].tolist() == [24 + 23] * 10
    assert spring[24 + 12] == 24 + 23, "13:00 on the short day is its thirteenth hour"
    assert spring[24 + 13] == 24 + 23 + 24
    assert spring[-1] == 24 + 23 + 24, "nothing is out beyond the grid"
    autumn = publication(local_span(date(2024, 11, 3), date(2024, 11, 5), "America/Chicago"), 14)
    assert autumn[[0, 14, 15]].tolist() == [25, 25, 49]


def test_a_forecast_must_be_a_price_for_every_step() -> None:
    assert expected(perfect(KNOWN), KNOWN[:1], 3) == pytest.approx([11.0, 12.0, 13.0])
    with pytest.raises(SeriesError, match="no price for every step"):
        expected(perfect(KNOWN), KNOWN[:1], 4)
    with pytest.raises(SeriesError, match="no price for every step"):
        expected(lambda _known, steps: np.full(steps, np.nan), KNOWN, 2)
