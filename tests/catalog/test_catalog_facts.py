"""Constants, difficulty, prices, leases, deals and debt against their definitions and the collected files."""

from __future__ import annotations

import csv
from itertools import pairwise

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, USD_PER_MUSD, unit_of
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


def test_deals_are_as_collected() -> None:
    wanted = rows_of("data/cases/deals.csv")
    rows = catalog.table("deals").rows
    assert [row["deal"] for row in rows] == [row["deal_id"] for row in wanted]
    for row, source in zip(rows, wanted, strict=True):
        for name, column, factor in (
            ("critical_it_mw", "critical_it_mw", 1.0),
            ("gross_mw", "gross_mw", 1.0),
            ("term_years", "term_years", 1.0),
            ("revenue_usd", "contract_revenue_usd_m", USD_PER_MUSD),
            ("capex_low_usd_per_mw", "capex_usd_m_per_mw_low", USD_PER_MUSD),
            ("capex_high_usd_per_mw", "capex_usd_m_per_mw_high", USD_PER_MUSD),
            ("capex_usd", "capex_total_usd_m", USD_PER_MUSD),
            ("noi_usd_per_year", "noi_usd_m_per_year", USD_PER_MUSD),
        ):
            cell = number(source[column])
            assert row[name] == (None if cell is None else pytest.approx(cell * factor)), (row["deal"], name)
        assert row["grade"] == source["source_grade"]


def test_a_lease_of_the_term_is_revenue_over_term_and_power() -> None:
    deals = {row["deal"]: row for row in catalog.table("deals").rows}
    leases = catalog.where("leases", ("rent_period=term_average",)).rows
    assert len(leases) == 21
    for lease in leases:
        deal = deals[lease["lease"]]
        mw = deal["critical_it_mw"] if lease["mw_basis"] == "it" else deal["gross_mw"]
        rent = deal["revenue_usd"] / (deal["term_years"] * MONTHS_PER_YEAR) / (mw * KW_PER_MW)
        assert lease["rent_usd_per_kw_month"] == pytest.approx(rent, abs=0.051), lease["lease"]


def test_a_first_year_is_below_the_average_of_a_rising_rent() -> None:
    leases = {row["lease"]: row for row in catalog.table("leases").rows}
    first, average = leases["GLXY-1 first year"], leases["GLXY-1"]
    assert first["rent_usd_per_kw_month"] < average["rent_usd_per_kw_month"]


def test_financing_covers_what_was_collected() -> None:
    amounts = [row["amount_usd"] for row in catalog.table("financing").rows]
    for source in rows_of("data/cases/financing.csv"):
        cell = number(source["amount_usd_m"])
        assert cell is None or cell * USD_PER_MUSD in amounts, source["project"]
    for row in catalog.table("financing").rows:
        rate = row["rate_frac_per_year"]
        assert rate is None or 0 < rate <= 0.15


def test_the_postage_stamp_of_texas() -> None:
    rows = catalog.where("tariffs", ("tariff~ERCOT",)).rows
    assert [(row["effective"], row["value"]) for row in rows] == [
        ("2024-01-01", 66.756998),
        ("2025-01-01", 68.547301),
        ("2026-01-01", 75.52727),
    ]
    assert {row["unit"] for row in rows} == {"$/kW-year"}


@pytest.mark.parametrize(
    ("table", "relative", "columns"),
    [
        ("capex_benchmarks", "data/cases/capex_per_mw.csv", ("low_usd_per_mw", "low_musd_per_mw")),
        ("capex_benchmarks", "data/cases/capex_per_mw.csv", ("high_usd_per_mw", "high_musd_per_mw")),
    ],
)
def test_benchmarks_are_as_collected(table: str, relative: str, columns: tuple[str, str]) -> None:
    ours, theirs = columns
    wanted = [number(row[theirs]) for row in rows_of(relative)]
    found = [row[ours] for row in catalog.table(table).rows]
    assert found == [None if cell is None else pytest.approx(cell * USD_PER_MUSD) for cell in wanted]


def test_slips_and_waits_are_all_there() -> None:
    assert len(catalog.table("schedule_slips").rows) == len(rows_of("data/cases/schedule_slips.csv"))
    assert len(catalog.table("time_to_power").rows) == len(rows_of("data/cases/time_to_power.csv"))
    assert len(catalog.table("sla_forms").rows) == len(rows_of("data/gpu/sla_forms.csv"))
