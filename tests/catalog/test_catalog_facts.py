"""Constants, difficulty, prices and tariffs against their definitions and the collected files."""

from __future__ import annotations

import csv
from itertools import pairwise

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import unit_of
from shared_data import shared


def rows_of(relative: str) -> list[dict[str, str]]:
    with shared(relative).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def test_constants_state_the_unit_of_their_name() -> None:
    for constant in catalog.constants():
        stated = unit_of(constant.name)
        assert constant.unit == (stated.symbol if stated else "1"), constant.name
        assert constant.meaning
        assert catalog.constant(constant.name) is constant


def test_an_unknown_constant_names_the_nearest() -> None:
    with pytest.raises(CatalogError, match=r"no such name \(value: gpu_live_years\).*'gpu_life_years'"):
        catalog.constant("gpu_live_years")


def test_gpu_residuals_fall_year_by_year() -> None:
    values = [catalog.constant(f"gpu_residual_frac_year_{year}").value for year in range(1, 7)]
    assert values[:3] == [0.65, 0.45, 0.30]
    assert all(later < earlier for earlier, later in pairwise(values))


def test_the_network_anchors_are_the_last_epoch() -> None:
    last = catalog.table("difficulty").rows[-1]
    assert catalog.constant("network_epoch").value == last["epoch"] == 473
    assert catalog.constant("network_height").value == last["first_height"] == 953_568
    assert catalog.constant("network_difficulty").value == pytest.approx(last["difficulty"], rel=1e-15)


def test_the_price_anchor_is_the_last_price_point() -> None:
    last = catalog.table("btc_price_points").rows[-1]
    anchor = catalog.constant("btc_price_usd_per_btc")
    assert (anchor.value, anchor.fact.as_of) == (last["price_usd_per_btc"], last["date"])


def test_price_points_are_the_free_ones() -> None:
    free = [row for row in rows_of("data/bitcoin/btc_price_daily_by_source.csv") if "CC0" in row["source"]]
    found = [(row["date"], row["price_usd_per_btc"]) for row in catalog.table("btc_price_points").rows]
    assert found == [(row["date"], float(row["btcusd"])) for row in free]


def test_difficulty_is_what_the_target_stands_for() -> None:
    for row in catalog.table("difficulty").rows:
        bits = int(row["nbits"], 16)
        target = (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)
        assert row["difficulty"] == pytest.approx((0xFFFF << 208) / target, rel=1e-6)
        assert row["first_height"] == 2016 * row["epoch"]


def test_difficulty_is_as_collected() -> None:
    wanted = rows_of("data/bitcoin/retargets.csv")
    rows = catalog.table("difficulty").rows
    assert len(rows) == len(wanted) == 474
    for row, source in zip(rows, wanted, strict=True):
        assert (row["nbits"], row["start_utc"]) == (source["nbits"], source["start_utc"])
        assert row["difficulty"] == float(source["difficulty"])
        assert row["implied_hashrate_ehs"] == number(source["implied_hashrate_ehs"])


def test_the_postage_stamp_of_texas() -> None:
    rows = catalog.where("tariffs", ("tariff~ERCOT",)).rows
    assert [(row["effective"], row["value"]) for row in rows] == [
        ("2024-01-01", 66.756998),
        ("2025-01-01", 68.547301),
        ("2026-01-01", 75.52727),
    ]
    assert {row["unit"] for row in rows} == {"$/kW-year"}


def test_sla_forms_are_all_there() -> None:
    assert len(catalog.table("sla_forms").rows) == len(rows_of("data/gpu/sla_forms.csv"))
