"""Claim `margins`: up to 90 % in 2021, razor-thin in 2025; the layer of cost decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from repower.base.units import KWH_PER_MWH, Frac, JPerTh, UsdPerBtc, UsdPerKwh, UsdPerPhDay
from repower.catalog import MinerFact, miner_facts, miner_months, table
from repower.catalog.row import value
from repower.markets.bitcoin import revenue_usd_per_mwh
from repower.validation.article.figures import Point, assumed, computed, plain, read, said, stated
from repower.validation.article.hashprice import (
    BASIS,
    SPLIT_MONTHS,
    hashprice_point,
    hashprice_points,
    middle,
    period,
)
from repower.validation.result import Claim, Figure, Verdict

FLEET_2021_J_PER_TH: Final[JPerTh] = 34.0
POWER_2021_USD_PER_KWH: Final[UsdPerKwh] = 0.045

OTHER_BUSINESS: Final = ("of the accounts", "of mining for itself", "direct cost")
"""Margins in `miners` that are left out: they hold other businesses, or cost that no layer here ends at."""

CASH: Final = (
    "weighted cash cost by CoinShares",
    "cash",
    "cash, hosted",
    "cash, without depreciation",
    "power and cash overhead, by JPMorgan",
)
ALL_IN: Final = ("all-in by CoinShares", "all-in with depreciation", "model: electricity, other cash and depreciation")
"""Bases of costs of a coin in `miners`, by layer; `CASH` ends where overhead that is paid in cash does."""

COVERED_FRAC: Final[Frac] = 0.8
"""Share of a period that priced months must cover before their mean stands for it."""

SUMMARY: Final = "2025-Q2"
LISTED: Final = "Listed miners"


def margins_verdict(power_2021_frac: Frac, power_2025_frac: Frac, all_in_2025_frac: Frac, thin_frac: Frac) -> Verdict:
    """Holds where 2025 is thin after power already, conditional where it is thin only below that layer.

    Parameters
    ----------
    power_2021_frac, power_2025_frac : margin after power.
    all_in_2025_frac : margin after cash costs, depreciation and share-based pay.
    thin_frac : largest margin that counts as razor-thin.
    """
    if power_2021_frac <= thin_frac or all_in_2025_frac > thin_frac:
        return "does_not_hold"
    return "holds" if power_2025_frac <= thin_frac else "conditional"


def margins() -> Claim:
    """Power, cash and all-in margins, 2021 to 2026."""
    (peak,) = miner_facts("Argo", "margin_frac", "2021-10")
    (press,) = miner_facts(LISTED, "margin_frac", "2021")
    (power,) = miner_facts("Five US miners", "margin_frac", SUMMARY)
    (price,) = miner_facts("Network", "btc_price_usd_per_btc", SUMMARY)
    (cash,) = (each for each in miner_facts(LISTED, "cost_usd_per_btc", SUMMARY) if each.basis in CASH)
    (all_in,) = (each for each in miner_facts(LISTED, "cost_usd_per_btc", SUMMARY) if each.basis in ALL_IN)
    cash_frac, all_in_frac = (1.0 - each.value / price.value for each in (cash, all_in))
    origin = (cash.fact.as_of, "catalog miners: cost of a coin by CoinShares over its mean price by JPMorgan")
    modelled_frac = _power_margin_frac(hashprice_point("Argo 2021-10").hashprice_usd_per_ph_day)
    figures = (
        _reported("power_margin_2025_frac", power, "JPMorgan"),
        computed("cash_margin_2025_frac", cash_frac, "1", "weighted cash cost of listed miners", origin),
        computed(
            "all_in_margin_2025_frac",
            all_in_frac,
            "1",
            "cash cost, depreciation and share-based pay of listed miners",
            origin,
        ),
        _reported("power_margin_2021_frac", peak, "Argo"),
        stated("said_margin_2021_frac", "article_margin_2021_frac"),
        _reported("earliest_text_2021_frac", press, "unnamed estimates in a text of 2022-05-31"),
        computed(
            "modelled_power_margin_2021_frac",
            modelled_frac,
            "1",
            f"power alone; hashprice of October 2021, {BASIS}",
            ("2021-10", "hashprice_usd_per_ph_day, revenue_usd_per_mwh; catalog difficulty, miners"),
        ),
        assumed("fleet_2021_j_per_th", FLEET_2021_J_PER_TH, "J/TH", "fleet of 2021 behind the modelled margin"),
        assumed("power_2021_usd_per_kwh", POWER_2021_USD_PER_KWH, "$/kWh", "power price behind the modelled margin"),
        _reported("btc_mean_2025_q2_usd_per_btc", price, "JPMorgan"),
        _reported("cash_cost_2025_q2_usd_per_btc", cash, "CoinShares"),
        _reported("all_in_cost_2025_q2_usd_per_btc", all_in, "CoinShares"),
        stated("thin_margin_frac", "thin_margin_frac"),
    )
    verdict = margins_verdict(peak.value, power.value, all_in_frac, said("thin_margin_frac").value)
    rows = sorted(_layers(), key=lambda each: (str(each["layer"]), str(each["when"]), str(each["who"])))
    return Claim("margins", verdict, figures, {"margin_layers": plain(rows), "modelled_margin": plain(_modelled())})


def _reported(name: str, found: MinerFact, said_by: str) -> Figure:
    return read(name, found.value, (found.unit, found.basis or found.metric), found.fact, said_by)


def _power_margin_frac(hashprice_usd_per_ph_day: UsdPerPhDay) -> Frac:
    """Margin after power of the fleet and power price assumed for 2021."""
    revenue = revenue_usd_per_mwh(hashprice_usd_per_ph_day, FLEET_2021_J_PER_TH)
    return 1.0 - POWER_2021_USD_PER_KWH * KWH_PER_MWH / revenue


def _layers() -> Iterator[Point]:
    for each in miner_facts(metric="margin_frac"):
        layer = _margin_layer(each.basis or "")
        if layer and each.period[:4].isdecimal():
            yield _layer(each.period, layer, each.value, each.company, each.basis or "", "source")
    for month in miner_months():
        margin = 1.0 - month.electricity_usd / month.mining_revenue_usd
        yield _layer(month.month, "power", margin, month.company, month.electricity_basis, "computed")
    for metric in ("energy_usd_per_btc", "cost_usd_per_btc"):
        for each in miner_facts(metric=metric):
            layer = "power" if metric.startswith("energy") else _cost_layer(each.basis or "")
            price = _price_usd_per_btc(each.period)
            if layer and price is not None:
                yield _layer(each.period, layer, 1.0 - each.value / price, each.company, each.basis or "", "computed")


def _margin_layer(basis: str) -> str:
    if any(words in basis for words in OTHER_BUSINESS):
        return ""
    return "all_in" if "after depreciation" in basis else "power"


def _cost_layer(basis: str) -> str:
    if basis in ALL_IN:
        return "all_in"
    return "cash" if basis in CASH else ""


def _price_usd_per_btc(name: str) -> UsdPerBtc | None:
    """Price of a coin in a period: as reported for it, else as miners report whose periods lie in it.

    A period of neither kind takes a dated price of the catalog of the day after it; None where there is none.
    """
    for each in miner_facts(metric="btc_price_usd_per_btc"):
        if each.period == name:
            return each.value
    if name == "2026-03":
        return said("btc_2026_03_usd_per_btc").value
    first, until = period(name)
    inside = [(start, end, price) for start, end, price in _prices() if first <= start and end <= until]
    days = [(end - start).days for start, end, _ in inside]
    if inside and sum(days) >= COVERED_FRAC * (until - first).days:
        return sum(day * price for day, (_, _, price) in zip(days, inside, strict=True)) / sum(days)
    for found in table("btc_price_points").rows:
        if found["date"] == until.isoformat():
            return value(found, "price_usd_per_btc")
    return None


def _prices() -> Iterator[tuple[date, date, UsdPerBtc]]:
    """Every priced span: revenue over coins of a month or a quarter, the month of a halving with them."""
    for month in miner_months():
        if month.month in SPLIT_MONTHS:
            yield *period(month.month), month.mining_revenue_usd / month.mined_btc
    for each in hashprice_points():
        yield each.first, each.until, each.btc_usd


def _layer(name: str, layer: str, margin_frac: Frac, who: str, basis: str, origin: str) -> Point:
    return {
        "when": middle(name),
        "period": name,
        "layer": layer,
        "margin_frac": margin_frac,
        "who": who,
        "basis": basis,
        "origin": origin,
    }


def _modelled() -> Iterator[Point]:
    """Margin after power of one unchanged fleet and power price: what hashprice alone does."""
    for each in hashprice_points():
        margin = _power_margin_frac(each.hashprice_usd_per_ph_day)
        yield {"when": each.when, "layer": "power", "margin_frac": margin, "who": "ours", "origin": "computed"}
