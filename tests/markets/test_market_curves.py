"""Monthly curves and rents: growth, escalation, and what they refuse."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.markets.compute import colocation_rent_path, gpu_rent_path
from repower.markets.curves import escalate, grow, months_from, whole_years, years_to_middle

MONTHS = months_from(date(2026, 11, 1), 30)


def test_months_from_any_day() -> None:
    assert months_from(date(2026, 12, 24), 3) == (date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
    assert months_from(date(2026, 12, 24), 0) == ()
    with pytest.raises(InputError, match="count"):
        months_from(date(2026, 12, 24), -1)


def test_the_middle_of_a_month() -> None:
    years = years_to_middle(date(2027, 1, 1), (date(2026, 12, 1), date(2027, 1, 1), date(2028, 1, 1)))
    np.testing.assert_allclose(years, [-0.5 / 12, 0.5 / 12, 12.5 / 12])
    assert years_to_middle(date(2026, 11, 16), (date(2026, 11, 1),))[0] == pytest.approx(0.0, abs=1e-15)


@given(st.floats(min_value=-0.9, max_value=3.0), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_twelve_months_are_a_year(growth: float, as_of: date) -> None:
    curve = grow(100.0, growth, as_of, MONTHS)
    np.testing.assert_allclose(curve[12:], curve[:-12] * (1.0 + growth))


def test_no_growth_is_flat() -> None:
    assert set(grow(7.0, 0.0, date(2020, 5, 17), MONTHS)) == {7.0}


def test_an_escalator_steps_on_its_anniversary() -> None:
    stepped = escalate(100.0, 0.03, date(2026, 11, 1), MONTHS)
    np.testing.assert_allclose(stepped[[0, 11, 12, 23, 24]], [100, 100, 103, 103, 106.09])
    np.testing.assert_array_equal(whole_years(date(2027, 11, 1), MONTHS)[:13], 0)


@pytest.mark.parametrize("growth", [-1.0, -2.0, float("nan")])
def test_a_level_cannot_lose_all_of_itself(growth: float) -> None:
    for curve in (grow, escalate):
        with pytest.raises(InputError, match="growth_frac_per_year"):
            curve(100.0, growth, date(2026, 1, 1), MONTHS)


def test_gpu_rent_is_level_times_vintage() -> None:
    path = gpu_rent_path(2.6, 0.1, date(2026, 11, 16), MONTHS, vintage_frac_per_year=0.2)
    assert path.rent_usd_per_gpu_h[0] == pytest.approx(2.6)
    np.testing.assert_allclose(path.rent_usd_per_gpu_h[12:] / path.rent_usd_per_gpu_h[:-12], 1.1 * 0.8)
    assert path.months == MONTHS
    assert path.label == "assumed: $2.60/GPU-h on 2026-11-16, -12.0% a year"


def test_colocation_rent_says_that_it_is_assumed() -> None:
    path = colocation_rent_path(150.0, 0.02, date(2026, 11, 16), MONTHS)
    assert path.rent_usd_per_kw_month[12] == pytest.approx(153.0)
    assert path.label == "assumed: $150/kW-month on 2026-11-16, +2.0% a year"


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan"), float("inf")])
def test_rents_are_above_zero(wrong: float) -> None:
    with pytest.raises(InputError, match="rent_usd_per_gpu_h"):
        gpu_rent_path(wrong, 0.0, date(2026, 1, 1), MONTHS)
    with pytest.raises(InputError, match="rent_usd_per_kw_month"):
        colocation_rent_path(wrong, 0.0, date(2026, 1, 1), MONTHS)


@pytest.mark.parametrize("wrong", [-0.1, 1.0, float("nan")])
def test_a_vintage_loses_some_but_not_all(wrong: float) -> None:
    with pytest.raises(InputError, match="vintage_frac_per_year"):
        gpu_rent_path(2.6, 0.0, date(2026, 1, 1), MONTHS, wrong)
