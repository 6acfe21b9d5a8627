"""The article's claims as a whole: their order, what every figure says of itself, and the pinned decisive values."""

from __future__ import annotations

import math

import pytest

from repower.catalog import GRADES, table
from repower.validation.article import claims
from repower.validation.result import Claim

IDS = (
    "core_contract",
    "margins",
    "capex",
    "retrofit_time",
    "revenue_per_kwh",
    "gpu_price",
    "halving_2028",
    "market_sizes",
    "asic_to_gpu",
    "crusoe",
    "boom_and_bust",
)

PINNED = {
    "core_contract": ("signed_year", "2024", "conditional"),
    "margins": ("power_margin_2025_frac", "0.53", "conditional"),
    "capex": ("agreeing_frac", "0.714286", "holds"),
    "retrofit_time": ("building_saved_years", "-0.0833333", "conditional"),
    "revenue_per_kwh": ("landlord_over_miner_high_ratio", "4.13151", "conditional"),
    "gpu_price": ("dearest_usd_per_gpu", "76300", "holds"),
    "halving_2028": ("after_j_per_th", "16.678", "conditional"),
    "market_sizes": ("subsidy_over_market_ratio", "7.45704", "does_not_hold"),
    "asic_to_gpu": ("swapped_frac", "0", "does_not_hold"),
    "crusoe": ("converted_mw", "0", "does_not_hold"),
    "boom_and_bust": ("mining_swing_ratio", "8.38625", "conditional"),
}
"""Decisive figure, its value to six digits, verdict: look at the fact that moved before changing a line here."""


@pytest.fixture(scope="module", name="found")
def _found() -> dict[str, Claim]:
    return {claim.id: claim for claim in claims()}


def test_every_claim_is_there_in_the_order_of_the_article(found: dict[str, Claim]) -> None:
    assert tuple(found) == IDS
    assert claims() == claims()


def test_the_decisive_values_and_verdicts_are_those_that_were_looked_at(found: dict[str, Claim]) -> None:
    shown = {
        key: (claim.figures[0].name, f"{claim.figures[0].value:.6g}", claim.verdict) for key, claim in found.items()
    }
    assert shown == PINNED


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_a_figure_says_what_it_is_of_when_and_from_where(claim: Claim) -> None:
    names = [figure.name for figure in claim.figures]
    assert len(set(names)) == len(names)
    for figure in claim.figures:
        assert all((figure.unit, figure.basis, figure.as_of, figure.source.where, figure.source.as_of)), figure.name
        assert figure.source.grade in GRADES
        assert figure.value is not None
        assert math.isfinite(figure.value)


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_what_is_read_assumed_or_ours_is_told_apart(claim: Claim) -> None:
    for figure in claim.figures:
        assert (figure.origin == "assumed") == (figure.source.grade == "assumed"), figure.name
        if figure.origin == "source":
            assert figure.said_by, figure.name
            assert figure.source.grade not in {"assumed", "modelled"}
        if figure.name.startswith("said_"):
            assert figure.said_by, figure.name


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_a_series_has_plain_values_and_the_same_columns_in_every_row(claim: Claim) -> None:
    assert claim.series
    for name, rows in claim.series.items():
        assert rows, name
        assert len({tuple(row) for row in rows}) == 1, name
        for row in rows:
            assert all(type(cell) in {str, float} for cell in row.values()), name
            assert all(math.isfinite(cell) for cell in row.values() if isinstance(cell, float)), name


def test_what_the_article_and_others_said_is_a_row_with_its_sayer_and_is_used(found: dict[str, Claim]) -> None:
    rows = table("article_facts").rows
    assert all(row["said_by"] and row["basis"] and row["unit"] for row in rows)
    shown = {(figure.source.where, figure.value) for claim in found.values() for figure in claim.figures}
    unused = {str(row["fact"]) for row in rows if (row["source"], row["value"]) not in shown}
    through_other_figures = {
        "btc_2026_03_usd_per_btc",
        "months_helios",
        "months_lake_mariner",
        "months_washington",
    }
    assert unused == through_other_figures
