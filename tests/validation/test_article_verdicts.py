"""A verdict follows from figures by a rule: it changes where they do."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.validation.article import boom, building, contract, conversion, halving, margins, market, prices, revenue
from repower.validation.article.figures import Saying
from repower.validation.article.figures import said as as_said

shares = st.floats(-1.0, 1.0)


@pytest.mark.parametrize(
    ("rule", "arguments", "verdict"),
    [
        (contract.core_contract_verdict, (2025, 2025, 3.5e9, 3.5e9), "holds"),
        (contract.core_contract_verdict, (2024, 2025, 3.5e9, 3.5e9), "conditional"),
        (contract.core_contract_verdict, (2025, 2025, 4.7e9, 3.5e9), "does_not_hold"),
        (margins.margins_verdict, (0.86, 0.05, -0.4, 0.1), "holds"),
        (margins.margins_verdict, (0.86, 0.53, -0.4, 0.1), "conditional"),
        (margins.margins_verdict, (0.86, 0.53, 0.2, 0.1), "does_not_hold"),
        (margins.margins_verdict, (0.05, 0.53, -0.4, 0.1), "does_not_hold"),
        (building.capex_verdict, (0.51,), "holds"),
        (building.capex_verdict, (0.5,), "conditional"),
        (building.capex_verdict, (0.0,), "does_not_hold"),
        (building.retrofit_verdict, (1.0, (0.4, 0.9, 1.9), 2.0, 4.0), "holds"),
        (building.retrofit_verdict, (1.0, (0.4, 1.1, 1.9), 1.0, 4.0), "conditional"),
        (building.retrofit_verdict, (1.0, (0.4, 0.9, 1.9), 1.0, 4.0), "conditional"),
        (building.retrofit_verdict, (1.0, (0.4, 1.1, 1.9), 1.0, 0.1), "does_not_hold"),
        (building.retrofit_verdict, (1.0, (1.2, 1.3), 1.0, 4.0), "does_not_hold"),
        (revenue.revenue_verdict, (25.0, revenue.Multiples(26.0, 1.0, 1.0, 1.0)), "holds"),
        (revenue.revenue_verdict, (25.0, revenue.Multiples(4.0, 18.0, 54.0, 1.0)), "conditional"),
        (revenue.revenue_verdict, (25.0, revenue.Multiples(4.0, 18.0, 20.0, 30.0)), "conditional"),
        (revenue.revenue_verdict, (25.0, revenue.Multiples(4.0, 18.0, 20.0, 20.0)), "does_not_hold"),
        (prices.gpu_price_verdict, (23_900.0, 76_300.0), "holds"),
        (prices.gpu_price_verdict, (2_000.0, 76_300.0), "conditional"),
        (prices.gpu_price_verdict, (2_000.0, 9_999.0), "does_not_hold"),
        (halving.halving_verdict, (21.0, 30.0, 20.0), "does_not_hold"),
        (halving.halving_verdict, (16.7, 23.8, 20.0), "conditional"),
        (halving.halving_verdict, (16.7, 19.0, 20.0), "holds"),
        (market.market_sizes_verdict, (1.0, 3.0), "holds"),
        (market.market_sizes_verdict, (7.5, 3.0), "conditional"),
        (market.market_sizes_verdict, (1.0, 0.96), "conditional"),
        (market.market_sizes_verdict, (7.5, 0.96), "does_not_hold"),
        (conversion.asic_to_gpu_verdict, (0.6,), "holds"),
        (conversion.asic_to_gpu_verdict, (0.1,), "conditional"),
        (conversion.asic_to_gpu_verdict, (0.0,), "does_not_hold"),
        (conversion.crusoe_verdict, (300.0, 270.0), "holds"),
        (conversion.crusoe_verdict, (50.0, 270.0), "conditional"),
        (conversion.crusoe_verdict, (0.0, 270.0), "does_not_hold"),
        (boom.boom_and_bust_verdict, (8.0, 1.2, 0.2), "holds"),
        (boom.boom_and_bust_verdict, (8.0, 1.2, 0.5), "conditional"),
        (boom.boom_and_bust_verdict, (1.1, 1.2, 0.2), "does_not_hold"),
    ],
)
def test_a_rule_gives_its_verdict(rule: Any, arguments: tuple[Any, ...], verdict: str) -> None:
    assert rule(*arguments) == verdict


@given(shares, shares, shares)
def test_a_better_margin_in_2025_never_makes_thin_margins_truer(worse: float, better: float, all_in: float) -> None:
    order = {"does_not_hold": 0, "conditional": 1, "holds": 2}
    low, high = sorted((worse, better))
    verdicts = [margins.margins_verdict(0.86, power, all_in, 0.1) for power in (low, high)]
    assert order[verdicts[0]] >= order[verdicts[1]]


def with_fact(monkeypatch: pytest.MonkeyPatch, module: ModuleType, fact: str, value: float) -> None:
    """Makes one row of `article_facts` say something else, as `module` reads it."""

    def said(name: str) -> Saying:
        found = as_said(name)
        return replace(found, value=value) if name == fact else found

    monkeypatch.setattr(module, "said", said)


@pytest.mark.parametrize(
    ("module", "claim", "fact", "value", "verdict"),
    [
        (contract, "core_contract", "article_core_contract_year", 2024, "holds"),
        (contract, "core_contract", "article_core_contract_usd", 4.7e9, "does_not_hold"),
        (margins, "margins", "thin_margin_frac", 0.6, "holds"),
        (building, "retrofit_time", "months_abilene", 48, "conditional"),
        (building, "retrofit_time", "article_retrofit_years", 0.3, "does_not_hold"),
        (revenue, "revenue_per_kwh", "article_revenue_multiple_ratio", 4, "holds"),
        (revenue, "revenue_per_kwh", "article_revenue_multiple_ratio", 60, "does_not_hold"),
        (prices, "gpu_price", "gpu_price_low_usd_per_gpu", 30_000, "conditional"),
        (market, "market_sizes", "article_crypto_mining_2030_usd", 33e9, "conditional"),
        (market, "market_sizes", "ore_ai_high_2025_usd", 9e9, "conditional"),
    ],
)
def test_another_fact_gives_another_verdict(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, claim: str, fact: str, value: float, verdict: str
) -> None:
    with_fact(monkeypatch, module, fact, value)
    assert getattr(module, claim)().verdict == verdict


@pytest.mark.parametrize(
    ("fleet_j_per_th", "verdict"), [(15.0, "does_not_hold"), (20.0, "conditional"), (25.0, "holds")]
)
def test_the_fleet_decides_what_the_halving_does(
    monkeypatch: pytest.MonkeyPatch, fleet_j_per_th: float, verdict: str
) -> None:
    monkeypatch.setattr(halving, "FLEET_J_PER_TH", fleet_j_per_th)
    assert halving.halving_2028().verdict == verdict


def test_cheap_power_carries_the_fleet_through_the_halving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halving, "POWER_USD_PER_KWH", 0.03)
    assert halving.halving_2028().verdict == "does_not_hold"


def test_a_lead_of_building_time_and_speed_makes_retrofits_as_fast_as_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "CONVERSIONS", ("rockdale", "lake_mariner", "lake_mariner"))
    with_fact(monkeypatch, building, "months_abilene", 24)
    assert building.retrofit_time().verdict == "holds"
