"""Mining economics against published figures, Luxor's index, and the identities between the functions."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.markets.bitcoin.economics import (
    break_even_usd_per_mwh,
    cost_to_mine_usd_per_btc,
    hashprice_usd_per_ph_day,
    hashvalue_btc_per_ph_day,
    ph_day_per_mwh,
    revenue_usd_per_mwh,
)
from shared_data import shared

JUNE_2026 = 124.93e12
positive = st.floats(min_value=1e-3, max_value=1e15)
share = st.floats(min_value=0.0, max_value=0.5)


def test_hashprice_worked_by_hand() -> None:
    assert hashprice_usd_per_ph_day(1e14, 3.125, 0.0, 100_000.0) == pytest.approx(62.864, abs=5e-4)
    assert hashprice_usd_per_ph_day(152.27e12, 3.125, 0.0, 91_000.0) == pytest.approx(37.57, abs=5e-3)
    assert hashprice_usd_per_ph_day(JUNE_2026, 3.125, 0.0, 83_213.0) == pytest.approx(41.87, abs=5e-3)


def test_hashprice_is_luxors_index() -> None:
    with shared("data/bitcoin/luxor_hashprice_daily_2020_2025.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = {
        name: np.array([float(row[name]) for row in rows])
        for name in (
            "usd_per_ph_day",
            "btc_per_ph_day",
            "difficulty_time_weighted",
            "btcusd_implied",
            "reward_btc_per_block_implied",
            "subsidy_btc",
        )
    }
    assert len(rows) > 1000
    ours = hashvalue_btc_per_ph_day(column["difficulty_time_weighted"], column["reward_btc_per_block_implied"], 0.0)
    np.testing.assert_allclose(ours, column["btc_per_ph_day"], rtol=1e-5)
    floor = hashprice_usd_per_ph_day(
        column["difficulty_time_weighted"], column["subsidy_btc"], 0.0, column["btcusd_implied"]
    )
    assert np.mean(floor <= column["usd_per_ph_day"]) > 0.97
    assert 0.02 < np.mean(1.0 - floor / column["usd_per_ph_day"]) < 0.06


def test_hashprice_with_the_fees_of_the_chain_is_luxors_index() -> None:
    """On the days of 2021 and 2023 of which every block is known; Luxor averages fees over 144 blocks."""
    with shared("data/bitcoin/blocks_daily_btc_rpc_data.csv").open(encoding="utf-8") as file:
        fees = {
            row["date"]: float(row["fees_btc"]) / int(row["blocks"])
            for row in csv.DictReader(file)
            if row["complete_day"] == "True"
        }
    with shared("data/bitcoin/luxor_hashprice_daily_2020_2025.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["date"] in fees]
    assert len(rows) > 100
    ratio = [
        hashprice_usd_per_ph_day(
            float(row["difficulty_time_weighted"]),
            float(row["subsidy_btc"]),
            fees[row["date"]],
            float(row["btcusd_implied"]),
        )
        / float(row["usd_per_ph_day"])
        for row in rows
    ]
    assert np.mean(ratio) == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize(
    ("j_per_th", "usd_per_mwh"), [(13.5, 123.5), (15, 111.1), (17.5, 95.2), (21.5, 77.5), (23, 72.5), (29.5, 56.5)]
)
def test_break_even_at_40_dollars(j_per_th: float, usd_per_mwh: float) -> None:
    assert break_even_usd_per_mwh(40.0, j_per_th) == pytest.approx(usd_per_mwh, abs=0.05)


@pytest.mark.parametrize(
    ("j_per_th", "thousand"), [(13.5, 38.6), (15, 42.9), (17.5, 50.1), (21.5, 61.5), (23, 65.8), (29.5, 84.4)]
)
def test_cost_to_mine_at_60_dollars(j_per_th: float, thousand: float) -> None:
    hashvalue = hashvalue_btc_per_ph_day(JUNE_2026, 3.125, 0.0)
    assert cost_to_mine_usd_per_btc(60.0, j_per_th, hashvalue) / 1e3 == pytest.approx(thousand, abs=0.05)


def test_a_petahash_at_one_joule_draws_a_kilowatt() -> None:
    assert ph_day_per_mwh(1.0) == pytest.approx(1000 / 24)
    assert revenue_usd_per_mwh(40.0, 17.5) == pytest.approx(95.238, abs=5e-4)


def test_fees_rejects_and_cooling_lower_the_break_even() -> None:
    plain = break_even_usd_per_mwh(40.0, 20.0)
    assert break_even_usd_per_mwh(40.0, 20.0, 0.02, 0.01, 1.05) == pytest.approx(plain * 0.98 * 0.99 / 1.05)


@given(positive, positive, positive, st.floats(min_value=1.0, max_value=100.0), share, share, st.floats(1.0, 2.0))
def test_power_at_its_break_even_price_costs_a_coin_a_coin(
    difficulty: float, reward_btc: float, btc_usd: float, j_per_th: float, fee: float, reject: float, pue: float
) -> None:
    hashprice = hashprice_usd_per_ph_day(difficulty, reward_btc, 0.0, btc_usd)
    hashvalue = hashvalue_btc_per_ph_day(difficulty, reward_btc, 0.0)
    price = break_even_usd_per_mwh(hashprice, j_per_th, fee, reject, pue)
    assert cost_to_mine_usd_per_btc(price, j_per_th, hashvalue, fee, reject, pue) == pytest.approx(btc_usd)


def test_arrays_give_what_numbers_give() -> None:
    difficulty = np.array([1e14, 1.5e14])
    prices = hashprice_usd_per_ph_day(difficulty, 3.125, np.array([0.02, 0.03]), 1e5)
    np.testing.assert_allclose(
        prices, [hashprice_usd_per_ph_day(d, 3.125, f, 1e5) for d, f in ((1e14, 0.02), (1.5e14, 0.03))]
    )
    efficiency = np.array([15.0, 30.0])
    np.testing.assert_allclose(revenue_usd_per_mwh(40.0, efficiency), [revenue_usd_per_mwh(40.0, e) for e in (15, 30)])
    assert break_even_usd_per_mwh(prices, efficiency, 0.01).shape == (2,)
    assert cost_to_mine_usd_per_btc(60.0, 20.0, np.array([5e-4, 6e-4])).shape == (2,)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("nan")])
def test_what_must_be_above_zero(wrong: float) -> None:
    with pytest.raises(InputError, match="difficulty"):
        hashprice_usd_per_ph_day(wrong, 3.125, 0.0, 1e5)
    with pytest.raises(InputError, match="difficulty"):
        hashvalue_btc_per_ph_day(np.array([1e14, wrong]), 3.125, 0.0)
    with pytest.raises(InputError, match="efficiency_j_per_th"):
        ph_day_per_mwh(wrong)
    with pytest.raises(InputError, match="hashvalue"):
        cost_to_mine_usd_per_btc(60.0, 20.0, wrong)


def test_shares_and_pue_keep_their_range() -> None:
    with pytest.raises(InputError, match=r"pool_fee_frac.*2"):
        break_even_usd_per_mwh(40.0, 20.0, 2.0)
    with pytest.raises(InputError, match="reject_frac"):
        break_even_usd_per_mwh(40.0, 20.0, 0.0, float("nan"))
    with pytest.raises(InputError, match="pue_ratio"):
        break_even_usd_per_mwh(40.0, 20.0, 0.0, 0.0, 0.9)
    with pytest.raises(InputError, match="pool_fee_frac"):
        cost_to_mine_usd_per_btc(60.0, 20.0, 5e-4, 1.0)
