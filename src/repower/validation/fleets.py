"""Cases V10 and V11: the power price at which machines earn nothing, against two statements of the trade press."""

from __future__ import annotations

from typing import Final

from repower.base.units import KWH_PER_MWH, UsdPerKwh, UsdPerMwh, UsdPerPhDay
from repower.catalog import asic, asics
from repower.markets.bitcoin import break_even_usd_per_mwh
from repower.validation.figures import miner_fact, miner_source
from repower.validation.result import Case

CENTS: Final = 100.0
ROUNDING: Final = 0.05
"""Cango's hash cost and efficiency are given to one decimal."""

DEAR_POWER: Final[UsdPerMwh] = 60.0
OLD_MACHINE: Final = "Antminer S19 XP"


def fleet_cases() -> tuple[Case, ...]:
    """V10 and V11."""
    hash_cost = miner_fact("Cango", "2025-Q1", "hash_cost_usd_per_ph_day")
    efficiency = miner_fact("Cango", "2025-Q1", "fleet_j_per_th")
    power = miner_fact("Cango", "2025-Q1", "power_price_usd_per_kwh")
    cango = _cents(break_even_usd_per_mwh(hash_cost.value, efficiency.value))
    highest = _cents(break_even_usd_per_mwh(hash_cost.value + ROUNDING, efficiency.value - ROUNDING))
    low = miner_fact("Network", "2026-Q1", "hashprice_usd_per_ph_day", "high end")
    machine = asic(OLD_MACHINE)
    old = _cents(break_even_usd_per_mwh(low.value, machine.efficiency_j_per_th))
    under, known = under_water(low.value, DEAR_POWER)
    return (
        Case(
            id="V10",
            title="Cango in the first quarter of 2025: break-even price of power",
            expected=CENTS * power.value,
            ours=cango,
            unit="c/kWh",
            tolerance=0.005 + highest - cango,
            tolerance_reason="hash cost and efficiency are given to one decimal each",
            basis="electricity at the machines alone; no pool fee, no cooling, no other cost",
            functions=("repower.markets.bitcoin.break_even_usd_per_mwh",),
            source=miner_source(power),
            note=f"{hash_cost.value:g} $/PH/day at {efficiency.value:g} J/TH; the source inferred these and the price",
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
            source=miner_source(low),
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
