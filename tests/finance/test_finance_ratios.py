"""Ratios with one definition each, on public deals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from repower.base.errors import InputError
from repower.finance import (
    debt_yield_frac,
    dscr_ratio,
    interest_cover_ratio,
    llcr_ratio,
    ltc_frac,
    plcr_ratio,
    yield_on_cost,
)


def test_galaxy_helios_interest_cover_and_loan_to_cost() -> None:
    # 133 MW, 240 M$ of rent in year 1 at 90 %, 1,400 M$ at 7.25 % on 1,750 M$: public filings.
    income = 240e6 * 0.90
    assert interest_cover_ratio(income, 0.0725 * 1400e6) == pytest.approx(2.1, abs=0.05)
    assert ltc_frac(1400e6, 1750e6) == pytest.approx(0.80)
    assert debt_yield_frac(income, 1400e6) == pytest.approx(0.1543, abs=1e-4)


def test_first_year_and_average_yield_differ_by_the_escalator() -> None:
    # River Bend: 371 M$ in the first of 15 years, 3 % a year, 10 M$/MW stated for 245 MW.
    found = yield_on_cost(371e6 * 1.03 ** np.arange(15), 2450e6)
    assert found is not None
    assert found.first_year_frac == pytest.approx(0.151, abs=1e-3)
    assert found.average_frac == pytest.approx(0.188, abs=1e-3)


def test_cover_ratios() -> None:
    assert dscr_ratio([130.0, 50.0], [100.0, 0.0])[0] == pytest.approx(1.3)
    assert math.isnan(dscr_ratio([130.0, 50.0], [100.0, 0.0])[1])
    assert llcr_ratio([110.0, 121.0, 500.0], 0.10, 2, 100.0) == pytest.approx(2.0)
    assert plcr_ratio([110.0, 121.0, 133.1], 0.10, 100.0) == pytest.approx(3.0)
    with pytest.raises(InputError, match="differ in length"):
        dscr_ratio([1.0], [1.0, 2.0])


def test_dividing_by_nothing_is_missing_not_huge() -> None:
    assert llcr_ratio([1.0], 0.1, 1, 0.0) is None
    assert ltc_frac(1.0, 0.0) is None
    assert debt_yield_frac(1.0, 0.0) is None
    assert interest_cover_ratio(1.0, 0.0) is None
    assert yield_on_cost([1.0], 0.0) is None
