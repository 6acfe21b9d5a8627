"""Present values, modified return, payback and the valley of cash."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.finance import (
    annuity_usd,
    irr,
    mirr_frac,
    monthly_rate_frac,
    npv_profile_usd,
    npv_usd,
    payback_years,
    present_values_usd,
    valley,
)

flows = st.lists(st.integers(-1000, 1000).map(float), min_size=1, max_size=40)
rates = st.floats(-0.5, 2.0)


def test_npv_by_hand() -> None:
    assert npv_usd(0.10, [-100, 110]) == pytest.approx(0.0, abs=1e-12)
    assert npv_usd(0.10, [-100, 39, 59, 55, 20]) == pytest.approx(39.19745918994602, rel=1e-13)
    assert npv_usd(0.10, [110], first_period=1) == pytest.approx(100.0, rel=1e-14)
    assert present_values_usd(0.25, [4.0, 5.0]).tolist() == pytest.approx([4.0, 4.0])


def test_a_month_at_the_end_of_twelve_costs_a_year() -> None:
    monthly = monthly_rate_frac(0.08)
    assert npv_usd(monthly, [0.0] * 11 + [108.0], first_period=1) == pytest.approx(100.0, rel=1e-13)
    assert monthly < 0.08 / 12


@given(flows, flows, rates)
def test_npv_is_additive(first: list[float], second: list[float], rate: float) -> None:
    size = max(len(first), len(second))
    one, two = (np.pad(flow, (0, size - len(flow))) for flow in (first, second))
    scale = np.abs(present_values_usd(rate, one)).sum() + np.abs(present_values_usd(rate, two)).sum()
    assert abs(npv_usd(rate, one + two) - npv_usd(rate, one) - npv_usd(rate, two)) <= 1e-12 * scale


@given(flows, rates)
def test_a_profile_is_npv_at_each_rate(flow: list[float], rate: float) -> None:
    profile = npv_profile_usd(np.array([0.0, rate]), flow)
    assert profile.tolist() == [npv_usd(0.0, flow), npv_usd(rate, flow)]
    assert profile[0] == pytest.approx(sum(flow))


@pytest.mark.parametrize("rate", [-1.0, -2.0, math.nan, math.inf])
def test_a_rate_that_is_no_rate_is_refused(rate: float) -> None:
    for use in (lambda: npv_usd(rate, [1.0]), lambda: monthly_rate_frac(rate), lambda: annuity_usd(1.0, rate, 2)):
        with pytest.raises(InputError, match="above -1"):
            use()


def test_mirr() -> None:
    assert mirr_frac([-100, 230, -132], 0.08, 0.10) == pytest.approx(0.0894279608369164, abs=1e-13)
    assert mirr_frac([-500, 260, 140, 60, 10, -5, -5, -40], 0.08, 0.10) == pytest.approx(0.05817933795193, abs=1e-13)
    assert mirr_frac([-100, 0, 0], 0.08, 0.10) == -1.0
    assert mirr_frac([100, 50], 0.08, 0.10) is None
    assert mirr_frac([-100], 0.08, 0.10) is None


@given(st.integers(1, 1000), st.lists(st.integers(1, 1000), min_size=1, max_size=20))
def test_mirr_at_the_irr_is_the_irr(spent: int, returned: list[int]) -> None:
    flow = [-float(spent), *map(float, returned)]
    rate = irr(flow).rate_frac
    assert rate is not None
    assert mirr_frac(flow, rate, rate) == pytest.approx(rate, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("flow", "years"),
    [
        ([-100, 50, 50, 50], 2.0),
        ([-100, 60, 60], 1.0 + 40 / 60),
        ([0, 0, -100, 200], 0.5),
        ([100, -50, 10], 0.0),
        ([-100, 50], None),
        ([-100, 200, -150, 60], 2.0 + 50 / 60),
        ([-100, 200, -101], None),
        ([-0.3, 0.1, 0.1, 0.1], 3.0),
        ([5.0], 0.0),
    ],
)
def test_payback_by_hand(flow: list[float], years: float | None) -> None:
    found = payback_years(flow, periods_per_year=1)
    assert found == (None if years is None else pytest.approx(years))
    if years:
        assert payback_years(flow) == pytest.approx(years / 12)


def test_the_valley_by_hand() -> None:
    assert valley([-100, -50, 200, -30]) == (-150.0, 1)
    assert valley([10, -5, 3]) == (0.0, None)
    assert valley([-1.0]) == (-1.0, 0)


@given(flows)
def test_the_valley_is_the_least_cumulative_cash(flow: list[float]) -> None:
    amount, index = valley(flow)
    totals = np.cumsum(flow)
    assert amount == min(0.0, totals.min())
    assert (index is None) == (amount == 0.0)
    assert index is None or totals[index] == amount


def test_annuity() -> None:
    assert annuity_usd(1000.0, 0.0, 4) == 250.0
    payment = annuity_usd(1000.0, 0.05, 4)
    assert npv_usd(0.05, [payment] * 4, first_period=1) == pytest.approx(1000.0, rel=1e-13)
    with pytest.raises(InputError, match="at least one payment"):
        annuity_usd(1000.0, 0.05, 0)
