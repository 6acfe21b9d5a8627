"""Claim `market_sizes`: two market sizes, taken back to their base years and set against what they could measure."""

from __future__ import annotations

from typing import Final

from repower.base.clock import TARGET_BLOCK_S
from repower.base.units import (
    DAYS_PER_YEAR,
    SAT_PER_BTC,
    SECONDS_PER_DAY,
    Btc,
    Frac,
    FracPerYear,
    Ratio,
    UsdPerYear,
)
from repower.catalog import constant
from repower.catalog.row import value
from repower.markets.bitcoin import subsidy_sat
from repower.validation.article.figures import Point, assumed, computed, plain, row, said, stated
from repower.validation.result import Claim, Figure, Verdict

WHERE: Final = "catalog article_facts"
TARGETS: Final = {"crypto": 2030, "kbv": 2032}
FACTS: Final = {
    "crypto": ("article_crypto_mining_2030_usd", "article_crypto_mining_growth_frac_per_year"),
    "kbv": ("kbv_ai_mining_2032_usd", "kbv_ai_mining_growth_frac_per_year"),
}
BASE_YEAR: Final = 2025
YEARS: Final = (2021, 2022, 2023, 2024, 2025)
VENDORS: Final = {"vendor_2021_usd": 2021, "vendor_2022_usd": 2022, "vendor_2023_usd": 2023}
PRICE_DAY: Final = "2025-07-01"
"""Price of the middle of 2025, at which a year of subsidy is valued."""

SAME_FRAC: Final[Frac] = 0.1
"""Two estimates of one market that differ by no more are taken for the same."""

WRONG_RATIO: Final[Ratio] = 2.0
"""A market size that subsidy alone exceeds by more does not measure mining revenue."""


def market_sizes_verdict(subsidy_over_market_ratio: Ratio, kbv_over_ore_ratio: Ratio) -> Verdict:
    """Whether the two sizes measure bitcoin mining and AI computing.

    Parameters
    ----------
    subsidy_over_market_ratio : value of a year's new coins over the crypto mining market of that year.
    kbv_over_ore_ratio : KBV's "AI mining" over AI in the mining of ore, same year.
    """
    revenue = subsidy_over_market_ratio <= WRONG_RATIO
    computing = abs(kbv_over_ore_ratio - 1.0) > SAME_FRAC
    return "holds" if revenue and computing else "conditional" if revenue or computing else "does_not_hold"


def market_sizes() -> Claim:
    """Backed-out bases, a year of block subsidy, and the market of the same name in ore."""
    crypto_usd, kbv_usd = (back_usd_per_year(kind, BASE_YEAR) for kind in ("crypto", "kbv"))
    coins_btc = yearly_subsidy_btc()
    price = row("btc_price_points", "date", PRICE_DAY)
    subsidy_usd = coins_btc * value(price, "price_usd_per_btc")
    subsidy_ratio = subsidy_usd / crypto_usd
    ore_usd = said("ore_ai_high_2025_usd").value
    kbv_ratio = kbv_usd / ore_usd
    coins = "subsidy_sat; catalog constants: network_height, btc_price_points"
    figures = (
        computed(
            "subsidy_over_market_ratio",
            subsidy_ratio,
            "x",
            "a year of new bitcoin at the price of the middle of 2025, over the crypto mining market of 2025, no fees",
            (PRICE_DAY, coins),
        ),
        computed(
            "kbv_over_ore_ratio",
            kbv_ratio,
            "x",
            "KBV's AI mining of 2025 over AI in the mining of ore of 2025 (Grand View Research)",
            ("2025", WHERE),
        ),
        stated("said_crypto_2030_usd", "article_crypto_mining_2030_usd"),
        stated("said_crypto_growth_frac_per_year", "article_crypto_mining_growth_frac_per_year"),
        stated("said_kbv_2032_usd", "kbv_ai_mining_2032_usd"),
        stated("said_kbv_growth_frac_per_year", "kbv_ai_mining_growth_frac_per_year"),
        *(_backed("crypto", year) for year in (2025, 2024, 2022)),
        *(_backed("kbv", year) for year in (2025, 2024, 2023)),
        stated("vendor_2021_usd", "vendor_2021_usd"),
        stated("vendor_2022_usd", "vendor_2022_usd"),
        stated("vendor_2023_usd", "vendor_2023_usd"),
        computed(
            "subsidy_btc_per_year", coins_btc, "BTC/year", "new coins at a block in 600 s, this era", ("2026-06", coins)
        ),
        computed("subsidy_usd", subsidy_usd, "$/year", "new coins alone, no fees", (PRICE_DAY, coins)),
        stated("ore_high_2025_usd", "ore_ai_high_2025_usd"),
        stated("ore_low_2025_usd", "ore_ai_low_2025_usd"),
        assumed("same_frac", SAME_FRAC, "1", "difference below which two estimates count as one market"),
        assumed("wrong_ratio", WRONG_RATIO, "x", "subsidy over market above which the market is not mining revenue"),
    )
    return Claim(
        "market_sizes",
        market_sizes_verdict(subsidy_ratio, kbv_ratio),
        figures,
        {"market_sizes": plain(_rows(subsidy_usd))},
    )


def _backed(kind: str, year: int) -> Figure:
    basis = f"taken back from {TARGETS[kind]} at the stated growth"
    return computed(f"{kind}_{year}_usd", back_usd_per_year(kind, year), "$/year", basis, (str(year), WHERE))


def back_usd_per_year(kind: str, year: int) -> UsdPerYear:
    """A market of `FACTS` in an earlier year, at its stated yearly growth."""
    size_usd, growth = (said(fact).value for fact in FACTS[kind])
    return _back(size_usd, growth, TARGETS[kind] - year)


def yearly_subsidy_btc() -> Btc:
    """New coins of a year of 365 days at one block in 600 seconds, in the era of the catalog's last height."""
    per_block = subsidy_sat(int(constant("network_height").value)) / SAT_PER_BTC
    return per_block * DAYS_PER_YEAR * SECONDS_PER_DAY / TARGET_BLOCK_S


def _back(size_usd: UsdPerYear, growth: FracPerYear, years: int) -> UsdPerYear:
    return size_usd / (1.0 + growth) ** years


def _rows(subsidy_usd: UsdPerYear) -> list[Point]:
    rows: list[Point] = []
    for kind, target in TARGETS.items():
        rows += [_row(kind, str(year), back_usd_per_year(kind, year), "computed") for year in YEARS]
        rows.append(_row(kind, str(target), said(FACTS[kind][0]).value, "source"))
    rows += [_row("other_vendor", str(year), said(fact).value, "source") for fact, year in VENDORS.items()]
    rows.append(_row("ore_low", str(BASE_YEAR), said("ore_ai_low_2025_usd").value, "source"))
    rows.append(_row("ore_high", str(BASE_YEAR), said("ore_ai_high_2025_usd").value, "source"))
    rows.append(_row("block_subsidy", str(BASE_YEAR), subsidy_usd, "computed"))
    return rows


def _row(what: str, when: str, amount_usd: float, origin: str) -> Point:
    return {"what": what, "when": when, "usd_per_year": amount_usd, "origin": origin}
