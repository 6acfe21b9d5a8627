"""Cases V10 and V11: the power price at which machines earn nothing, against two statements of the trade press."""

from __future__ import annotations

from typing import Final

from repower.base.units import KWH_PER_MWH, JPerTh, UsdPerKwh, UsdPerMwh, UsdPerPhDay
from repower.catalog import asic, asics
from repower.markets.bitcoin import break_even_usd_per_mwh
from repower.validation.result import Case, Source

CENTS: Final = 100.0
CANGO_HASHPRICE: Final[UsdPerPhDay] = 40.9
CANGO_EFFICIENCY: Final[JPerTh] = 22.5
ROUNDING: Final = 0.05
"""Both are given to one decimal."""

LOW_HASHPRICE: Final[UsdPerPhDay] = 30.0
DEAR_POWER: Final[UsdPerMwh] = 60.0
OLD_MACHINE: Final = "Antminer S19 XP"


def fleet_cases() -> tuple[Case, ...]:
    """V10 and V11."""
    cango = _cents(break_even_usd_per_mwh(CANGO_HASHPRICE, CANGO_EFFICIENCY))
    highest = _cents(break_even_usd_per_mwh(CANGO_HASHPRICE + ROUNDING, CANGO_EFFICIENCY - ROUNDING))
    machine = asic(OLD_MACHINE)
    old = _cents(break_even_usd_per_mwh(LOW_HASHPRICE, machine.efficiency_j_per_th))
    under, known = under_water(LOW_HASHPRICE, DEAR_POWER)
    return (
        Case(
            id="V10",
            title="Cango in the first quarter of 2025: break-even price of power",
            expected=7.58,
            ours=cango,
            unit="c/kWh",
            tolerance=0.005 + highest - cango,
            tolerance_reason="hash cost and efficiency are given to one decimal each",
            basis="electricity at the machines alone; no pool fee, no cooling, no other cost",
            functions=("repower.markets.bitcoin.break_even_usd_per_mwh",),
            source=Source("https://theminermag.com/news/2025-05-19/cango-bitcoin-50-eh-s", "2025-05-19", "B"),
            note="40.9 $/PH/day at 22.5 J/TH; the source inferred efficiency and price itself",
        ),
        Case(
            id="V11",
            title=f"{OLD_MACHINE} at 30 $/PH/day: break-even price of power",
            expected=6.0,
            ours=old,
            unit="c/kWh",
            tolerance=0.5,
            tolerance_reason="the source says above 6 c/kWh, a whole number",
            basis="electricity at the machine alone; no pool fee, no cooling, no other cost",
            functions=("repower.markets.bitcoin.break_even_usd_per_mwh", "repower.catalog.asics"),
            source=Source("CoinShares, https://tokenpost.com/news/insights/19340", "2026-03", "B"),
            note=f"{machine.efficiency_j_per_th:g} J/TH; {under} of the {known} machines in the catalog earn less "
            "than 6 c/kWh at 30 $/PH/day. That 15 to 20 % of the network was under water cannot be recomputed: how "
            "much of each machine is running, and at what price of power, is in no table",
        ),
    )


def under_water(hashprice_usd_per_ph_day: UsdPerPhDay, power_usd_per_mwh: UsdPerMwh) -> tuple[int, int]:
    """How many machines of the catalog earn less than their power costs, and of how many."""
    machines = asics()
    under = sum(
        break_even_usd_per_mwh(hashprice_usd_per_ph_day, machine.efficiency_j_per_th) < power_usd_per_mwh
        for machine in machines
    )
    return under, len(machines)


def _cents(price_usd_per_mwh: UsdPerMwh) -> float:
    price: UsdPerKwh = price_usd_per_mwh / KWH_PER_MWH
    return CENTS * price
