"""Growing income: against hand-worked sums, the closed form of a growing annuity, and itself the other way round."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.finance import first_year_usd, growing_usd, implied_growth_frac_per_year


def test_three_years_by_hand() -> None:
    assert growing_usd(100.0, 0.1, 3).tolist() == pytest.approx([100.0, 110.0, 121.0])
    assert first_year_usd(331.0, 0.1, 3) == pytest.approx(100.0)
    assert implied_growth_frac_per_year(100.0, 331.0, 3) == pytest.approx(0.1)


def test_fifteen_years_at_three_percent_are_the_closed_form() -> None:
    # (1.03^15 - 1) / 0.03 = 18.598914 (compound interest tables).
    assert first_year_usd(6.9e9, 0.03, 15) == pytest.approx(6.9e9 / 18.598914, rel=1e-7)


@given(st.floats(1e3, 1e10), st.floats(-0.2, 0.3), st.integers(2, 30))
def test_the_rate_from_first_year_and_total_is_the_rate_they_were_made_with(
    first: float, growth: float, years: int
) -> None:
    total = float(growing_usd(first, growth, years).sum())
    assert implied_growth_frac_per_year(first, total, years) == pytest.approx(growth, abs=1e-8)
    assert first_year_usd(total, growth, years) == pytest.approx(first, rel=1e-12)


@pytest.mark.parametrize(
    ("first", "total", "years"), [(100.0, 100.0, 3), (100.0, 90.0, 3), (0.0, 90.0, 3), (10.0, 30.0, 1)]
)
def test_amounts_that_no_growth_joins_are_refused(first: float, total: float, years: int) -> None:
    with pytest.raises(InputError, match="no growth joins"):
        implied_growth_frac_per_year(first, total, years)


def test_no_years_and_no_growth_below_minus_one() -> None:
    with pytest.raises(InputError, match="at least one year"):
        growing_usd(1.0, 0.0, 0)
    with pytest.raises(InputError, match="above -1"):
        growing_usd(1.0, -1.0, 3)
