"""Hashprice from filings and the chain: against the formula by hand, and against the index where its data are there."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median

import pytest

from repower.catalog import constant, table
from repower.validation.article import hashprice_points
from repower.validation.article.hashprice import hashprice_point, middle, period
from shared_data import shared


def by_hand_usd_per_ph_day(first: date, until: date, btc_usd: float, subsidy_btc: float) -> float:
    """86,400 s of a petahash at difficulty 2^32 hashes a block, hour by hour over the epochs of the period."""
    starts = [
        (datetime.fromisoformat(str(row["start_utc"])), float(str(row["difficulty"])))
        for row in table("difficulty").rows
    ]
    reward = subsidy_btc / (1.0 - constant("fee_frac").value)
    found, when = [], datetime(first.year, first.month, first.day, tzinfo=UTC)
    while when.date() < until:
        difficulty = next(level for start, level in reversed(starts) if start <= when)
        found.append(86_400e15 / (difficulty * 2**32) * reward * btc_usd)
        when += timedelta(hours=1)
    return mean(found)


@pytest.mark.parametrize(
    ("key", "revenue_usd", "coins", "subsidy_btc"),
    [
        ("Argo 2021-10", 9.75e6, 167, 6.25),
        ("MARA 2023-Q1", 51.132e6, 2195, 6.25),
        ("IREN 2024-11", 32.6e6, 379, 3.125),
        ("Cango 2026-Q1", 98.4e6, 1266, 3.125),
    ],
)
def test_a_point_is_the_formula_over_its_period(key: str, revenue_usd: float, coins: float, subsidy_btc: float) -> None:
    """Revenue and coins as printed in the releases of Argo, Marathon, IREN and Cango."""
    point = hashprice_point(key)
    expected = by_hand_usd_per_ph_day(point.first, point.until, revenue_usd / coins, subsidy_btc)
    assert point.btc_usd == pytest.approx(revenue_usd / coins)
    assert point.hashprice_usd_per_ph_day == pytest.approx(expected, rel=2e-4)


def test_the_last_point_pairs_the_last_difficulty_with_a_later_price() -> None:
    point = hashprice_points()[-1]
    assert point.key == "2026-09-29"
    expected = 86_400e15 / (124932866006548.16 * 2**32) * 3.125 / (1 - 0.0069) * 83_212.64
    assert point.hashprice_usd_per_ph_day == pytest.approx(expected, rel=1e-9)


def test_points_are_in_order_of_time_and_none_holds_a_halving() -> None:
    points = hashprice_points()
    assert [point.when for point in points] == sorted(point.when for point in points)
    assert len({point.key for point in points}) == len(points) > 30
    assert not [point for point in points if point.first <= date(2024, 4, 20) < point.until]
    assert all(point.source.where and point.source.grade for point in points)


@pytest.mark.parametrize(
    ("name", "first", "until", "halfway"),
    [
        ("2024-02", date(2024, 2, 1), date(2024, 3, 1), "2024-02-15"),
        ("2025-Q4", date(2025, 10, 1), date(2026, 1, 1), "2025-11-16"),
        ("2021", date(2021, 1, 1), date(2022, 1, 1), "2021-07-02"),
    ],
)
def test_a_period_has_its_days(name: str, first: date, until: date, halfway: str) -> None:
    assert period(name) == (first, until)
    assert middle(name) == halfway


def test_points_agree_with_the_index_of_luxor() -> None:
    """Within 2 % in the middle; within 15 % where fees ran high, which the points leave out."""
    with shared("data/bitcoin/luxor_hashprice_daily_2020_2025.csv").open(encoding="utf-8") as file:
        index = {row["date"]: float(row["usd_per_ph_day"]) for row in csv.DictReader(file)}
    errors = []
    for point in hashprice_points():
        days = [(point.first + timedelta(days=step)).isoformat() for step in range((point.until - point.first).days)]
        if all(day in index for day in days):
            errors.append(point.hashprice_usd_per_ph_day / mean(index[day] for day in days) - 1.0)
    assert len(errors) >= 20
    assert abs(median(errors)) < 0.02
    assert min(errors) > -0.15
    assert max(errors) < 0.05
