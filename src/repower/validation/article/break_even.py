"""What a machine can pay for power before and after the next halving, with price and difficulty held flat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from repower import catalog
from repower.base.clock import month_plus
from repower.base.units import KWH_PER_MWH, Frac, JPerTh, UsdPerKwh, UsdPerPhDay
from repower.catalog import constant, miner_facts, miner_months, table
from repower.catalog.row import text, value
from repower.markets.bitcoin import NetworkAssumptions, NetworkPath, break_even_usd_per_mwh, network_path
from repower.validation.article.energy import MINE, mean_pue_ratio
from repower.validation.article.figures import Point

FIRST: Final = date(2026, 7, 1)
MONTHS: Final = 30
EXIT_FRAC: Final[Frac] = 0.3
"""Assumed share of the hashrate that leaves at the halving, on the second path."""

MACHINES: Final = (
    "Antminer S19j Pro (104T)",
    "Antminer S19k Pro",
    "Antminer S19 XP",
    "Antminer S21",
    "Antminer S21 Pro",
    "Antminer S21 XP",
    "Antminer S21 XP Hyd",
    "Antminer S23 Hyd",
    "SEALMINER A4 Ultra Hydro",
)
"""Machines on the map, from the least to the most efficient."""

EFFICIENCIES_J_PER_TH: Final = tuple(float(step) for step in range(8, 41))
POWER_STEPS_USD_PER_KWH: Final = tuple(cents / 100 for cents in range(2, 11))


@dataclass(frozen=True)
class Hashprices:
    """Hashprice of the first month of the path, of the first whole month after the halving, and there after an exit."""

    before_usd_per_ph_day: UsdPerPhDay
    after_usd_per_ph_day: UsdPerPhDay
    exit_usd_per_ph_day: UsdPerPhDay


def flat_network(exit_frac: Frac = 0.0) -> NetworkAssumptions:
    """Price and difficulty flat from the catalog's latest on; `exit_frac` of the hashrate leaves at the halving."""
    last = table("difficulty").rows[-1]
    fee = constant("fee_frac").value
    return NetworkAssumptions(
        as_of=date.fromisoformat(text(last, "start_utc")[: len("2026-06-14")]),
        block_height=int(value(last, "first_height")),
        difficulty=value(last, "difficulty"),
        difficulty_growth_frac_per_year=0.0,
        btc_usd=constant("btc_price_usd_per_btc").value,
        btc_growth_frac_per_year=0.0,
        fee_frac=fee / (1.0 - fee),
        halving_exit_frac=exit_frac,
    )


@lru_cache(maxsize=4)
def flat_path(exit_frac: Frac = 0.0) -> NetworkPath:
    """The path of `flat_network` over the months around the halving."""
    return network_path(flat_network(exit_frac), [month_plus(FIRST, index) for index in range(MONTHS)])


def hashprices() -> Hashprices:
    """What the flat paths pay."""
    flat, left = flat_path(), flat_path(EXIT_FRAC)
    after = flat.months.index(month_plus(flat.halvings[0][0], 1))
    return Hashprices(
        before_usd_per_ph_day=float(flat.hashprice_usd_per_ph_day[0]),
        after_usd_per_ph_day=float(flat.hashprice_usd_per_ph_day[after]),
        exit_usd_per_ph_day=float(left.hashprice_usd_per_ph_day[after]),
    )


def break_even_usd_per_kwh(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: JPerTh) -> UsdPerKwh:
    """Power price at the meter at which a machine earns nothing, after pool fee and cooling."""
    fee = constant("pool_fee_frac").value
    price = break_even_usd_per_mwh(
        hashprice_usd_per_ph_day, efficiency_j_per_th, pool_fee_frac=fee, pue_ratio=mean_pue_ratio(MINE)
    )
    return price / KWH_PER_MWH


def limit_j_per_th(hashprice_usd_per_ph_day: UsdPerPhDay, power_usd_per_kwh: UsdPerKwh) -> JPerTh:
    """Least efficient machine that pays this power price; break-even is inverse in the efficiency."""
    return break_even_usd_per_kwh(hashprice_usd_per_ph_day, 1.0) / power_usd_per_kwh


def needed_usd_per_ph_day(efficiency_j_per_th: JPerTh, power_usd_per_kwh: UsdPerKwh) -> UsdPerPhDay:
    """Hashprice at which a machine breaks even; break-even is proportional to it."""
    return power_usd_per_kwh / break_even_usd_per_kwh(1.0, efficiency_j_per_th)


def newest_fleets() -> dict[str, tuple[str, JPerTh]]:
    """Company -> date and efficiency of the newest fleet that it reported."""
    found = {each.company: (each.fact.as_of, each.value) for each in miner_facts(metric="fleet_j_per_th")}
    for month in miner_months():
        if month.fleet_j_per_th is not None and month.month >= found.get(month.company, ("",))[0]:
            found[month.company] = (month.month, month.fleet_j_per_th)
    return found


def map_rows(prices: Hashprices) -> Iterator[Point]:
    """The plane of efficiency and power price: who earns both before and after, before alone, or never."""
    for efficiency in EFFICIENCIES_J_PER_TH:
        now = break_even_usd_per_kwh(prices.before_usd_per_ph_day, efficiency)
        then = break_even_usd_per_kwh(prices.after_usd_per_ph_day, efficiency)
        for power in POWER_STEPS_USD_PER_KWH:
            yield {
                "efficiency_j_per_th": efficiency,
                "power_usd_per_kwh": power,
                "state": "both" if power <= then else "today_only" if power <= now else "neither",
                "margin_today_usd_per_kwh": now - power,
                "margin_after_usd_per_kwh": then - power,
            }


def line_rows(prices: Hashprices) -> Iterator[Point]:
    """Break-even efficiency along the power price, today and on both paths after the halving."""
    for line, kind, price in (
        ("today", "now", prices.before_usd_per_ph_day),
        ("after_2028", "halved", prices.after_usd_per_ph_day),
        ("after_2028_with_exit", "other", prices.exit_usd_per_ph_day),
    ):
        for power in POWER_STEPS_USD_PER_KWH:
            yield {
                "line": line,
                "kind": kind,
                "hashprice_usd_per_ph_day": price,
                "power_usd_per_kwh": power,
                "efficiency_j_per_th": limit_j_per_th(price, power),
            }


def machine_rows(prices: Hashprices) -> Iterator[Point]:
    """Known machines and what they can pay."""
    for model in MACHINES:
        asic = catalog.asic(model)
        yield {"model": model, "grade": asic.fact.grade, **_payable(prices, asic.efficiency_j_per_th)}


def fleet_rows(prices: Hashprices) -> Iterator[Point]:
    """Reported fleets and what they can pay."""
    for company, (as_of, efficiency) in newest_fleets().items():
        yield {"company": company, "as_of": as_of, **_payable(prices, efficiency)}


def path_rows() -> Iterator[Point]:
    """Hashprice month by month on both paths."""
    for name, path in (("flat", flat_path()), ("exit", flat_path(EXIT_FRAC))):
        for month, price in zip(path.months, path.hashprice_usd_per_ph_day, strict=True):
            yield {"when": month.isoformat(), "path": name, "hashprice_usd_per_ph_day": float(price)}


def _payable(prices: Hashprices, efficiency_j_per_th: JPerTh) -> dict[str, float]:
    return {
        "efficiency_j_per_th": efficiency_j_per_th,
        "break_even_today_usd_per_kwh": break_even_usd_per_kwh(prices.before_usd_per_ph_day, efficiency_j_per_th),
        "break_even_after_usd_per_kwh": break_even_usd_per_kwh(prices.after_usd_per_ph_day, efficiency_j_per_th),
        "break_even_with_exit_usd_per_kwh": break_even_usd_per_kwh(prices.exit_usd_per_ph_day, efficiency_j_per_th),
    }
