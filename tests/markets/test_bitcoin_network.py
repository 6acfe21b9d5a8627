"""The network's base case: the 2028 halving, exact block counts, growth, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.base.units import SAT_PER_BTC
from repower.markets.bitcoin.consensus import subsidy_sat
from repower.markets.bitcoin.economics import hashprice_usd_per_ph_day
from repower.markets.bitcoin.network import NetworkAssumptions, height_on, network_path
from repower.markets.curves import months_from

JUNE = NetworkAssumptions(
    as_of=date(2026, 6, 14),
    block_height=953_568,
    difficulty=124.93e12,
    difficulty_growth_frac_per_year=0.10,
    btc_usd=83_213.0,
    btc_growth_frac_per_year=0.05,
    fee_frac=0.007,
)
MONTHS = months_from(date(2026, 7, 1), 36)


def test_the_halving_of_2028() -> None:
    assert network_path(JUNE, MONTHS).halvings == ((date(2028, 4, 13), 1_050_000),)


def test_the_halving_month_is_split_by_blocks() -> None:
    path = network_path(JUNE, MONTHS)
    april = MONTHS.index(date(2028, 4, 1))
    blocks = range(int(path.height[april]), int(path.height[april + 1]))
    assert len(blocks) == 30 * 144
    by_block = sum(map(subsidy_sat, blocks)) / len(blocks) / SAT_PER_BTC
    assert path.subsidy_btc[april] == pytest.approx(by_block, rel=1e-14)
    assert set(path.subsidy_btc[:april]) == {3.125}
    assert set(path.subsidy_btc[april + 1 :]) == {1.5625}


@given(st.integers(min_value=0, max_value=7_000_000), st.integers(min_value=1, max_value=60))
def test_coins_of_a_path_are_the_coins_of_its_blocks(height: int, count: int) -> None:
    path = network_path(replace(JUNE, block_height=height), months_from(JUNE.as_of.replace(month=7, day=1), count))
    last = height_on(replace(JUNE, block_height=height), months_from(path.months[-1], 2)[1])
    blocks = np.diff([*path.height, last])
    heights = np.arange(path.height[0], last)
    era = heights // 210_000
    expected = sum(subsidy_sat(int(e) * 210_000) * int(np.sum(era == e)) for e in np.unique(era)) / SAT_PER_BTC
    assert float(path.subsidy_btc @ blocks) == pytest.approx(expected, rel=1e-12)
    assert len(path.halvings) == len(set(heights[(heights % 210_000 == 0) & (heights > 0)]))


def test_fees_do_not_halve() -> None:
    fees_btc = network_path(JUNE, MONTHS).fees_btc
    assert np.ptp(fees_btc) == 0.0
    assert fees_btc[0] == pytest.approx(0.007 * 3.125)


def test_a_year_of_growth_is_a_year_of_growth() -> None:
    path = network_path(JUNE, MONTHS)
    np.testing.assert_allclose(path.difficulty[12:] / path.difficulty[:-12], 1.10)
    np.testing.assert_allclose(path.btc_usd[12:] / path.btc_usd[:-12], 1.05)


def test_hashprice_follows_from_the_other_columns() -> None:
    path = network_path(JUNE, MONTHS)
    expected = hashprice_usd_per_ph_day(path.difficulty, path.subsidy_btc, path.fees_btc, path.btc_usd)
    np.testing.assert_allclose(path.hashprice_usd_per_ph_day, expected)
    np.testing.assert_allclose(path.hashvalue_btc_per_ph_day * path.btc_usd, expected)


def test_miners_who_leave_at_the_halving_lower_the_difficulty_from_then_on() -> None:
    stay, leave = network_path(JUNE, MONTHS), network_path(replace(JUNE, halving_exit_frac=0.2), MONTHS)
    ratio = leave.difficulty / stay.difficulty
    april = MONTHS.index(date(2028, 4, 1))
    assert np.all(ratio[:april] == 1.0)
    assert 0.8 < ratio[april] < 1.0
    np.testing.assert_allclose(ratio[april + 1 :], 0.8)


def test_months_before_the_assumptions_follow_the_same_curves() -> None:
    early = network_path(JUNE, months_from(date(2026, 1, 1), 42))
    late = network_path(JUNE, MONTHS)
    np.testing.assert_array_equal(early.hashprice_usd_per_ph_day[6:], late.hashprice_usd_per_ph_day)
    assert early.height[0] == 953_568 - 144 * (date(2026, 6, 14) - date(2026, 1, 1)).days


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"difficulty": 0.0}, "difficulty"),
        ({"difficulty": float("nan")}, "difficulty"),
        ({"btc_usd": float("inf")}, "btc_usd"),
        ({"btc_usd": -1.0}, "btc_usd"),
        ({"block_height": -1}, "block_height"),
        ({"fee_frac": -0.1}, "fee_frac"),
        ({"fee_frac": float("nan")}, "fee_frac"),
        ({"halving_exit_frac": 1.0}, "halving_exit_frac"),
        ({"difficulty_growth_frac_per_year": -1.0}, "growth"),
        ({"btc_growth_frac_per_year": float("nan")}, "growth"),
    ],
)
def test_assumptions_that_make_no_sense(change: dict[str, float], key: str) -> None:
    with pytest.raises(InputError, match=key):
        network_path(replace(JUNE, **change), MONTHS)


def test_months_that_make_no_path() -> None:
    for months in ((), (date(2027, 1, 2),), (date(2027, 1, 1), date(2027, 3, 1))):
        with pytest.raises(InputError, match="months"):
            network_path(JUNE, months)
    with pytest.raises(InputError, match="first block"):
        network_path(replace(JUNE, block_height=10), months_from(date(2026, 1, 1), 12))
