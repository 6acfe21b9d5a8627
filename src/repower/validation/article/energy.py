"""What a kWh earns by role and by what it is counted at: the chip, the critical IT, or the meter.

A miner's machine is counted at its wall for both chip and IT: its power supply and fans are in the maker's J/TH. A
GPU's chip is its rated board power, its IT the server with its share of network and storage. The meter adds cooling and
electrical losses, as `facility.pue` has them on a typical year in Dallas.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from repower import catalog
from repower.base.units import (
    HOURS_PER_YEAR,
    KWH_PER_MWH,
    MONTHS_PER_YEAR,
    W_PER_KW,
    JPerTh,
    Ratio,
    UsdPerGpuH,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerPhDay,
)
from repower.facility import pue, typical_weather
from repower.markets.bitcoin import revenue_usd_per_mwh

Basis = Literal["chip", "it", "meter"]
BASES: Final[tuple[Basis, ...]] = ("chip", "it", "meter")

POWER_USD_PER_KWH: Final[UsdPerKwh] = 0.05
FLEET_J_PER_TH: Final[JPerTh] = 20.0
STATION: Final = ("dallas_tx", 2025, "America/Chicago")
HALL_GPU: Final = "NVIDIA GB300"
"""GPU by which the chips of a hall that is let are counted."""


@dataclass(frozen=True)
class Earning:
    """One role's kWh.

    Parameters
    ----------
    usd_per_kwh : revenue over energy counted at `basis`.
    usd_per_kwh_net_of_power : the same less power at the meter, where this role buys it.
    """

    role: str
    basis: Basis
    usd_per_kwh: UsdPerKwh
    usd_per_kwh_net_of_power: UsdPerKwh


@lru_cache(maxsize=8)
def mean_pue_ratio(cooling: str) -> Ratio:
    """Mean PUE of a kind of cooling over the typical year."""
    return float(pue(catalog.cooling(cooling), typical_weather(*STATION)).mean())


def mining(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: JPerTh, basis: Basis) -> Earning:
    """A miner who buys power."""
    at_wall = revenue_usd_per_mwh(hashprice_usd_per_ph_day, efficiency_j_per_th) / KWH_PER_MWH
    energy_ratio = mean_pue_ratio("mining_air") if basis == "meter" else 1.0
    return _earning("miner", basis, at_wall / energy_ratio, mean_pue_ratio("mining_air") / energy_ratio)


def letting(rent_usd_per_kw_month: UsdPerKwMonth, basis: Basis, power_ratio: Ratio = 0.0) -> Earning:
    """A landlord paid per kW of critical IT, at full load; `power_ratio` is 1 where the rent includes power."""
    per_it = rent_usd_per_kw_month * MONTHS_PER_YEAR / HOURS_PER_YEAR
    energy_ratio = {"chip": 1.0 / _it_over_chip_ratio(HALL_GPU), "it": 1.0, "meter": mean_pue_ratio("dlc_dry_40")}[
        basis
    ]
    meter_ratio = power_ratio * mean_pue_ratio("dlc_dry_40") / energy_ratio
    return _earning("landlord", basis, per_it / energy_ratio, meter_ratio)


def renting(rent_usd_per_gpu_h: UsdPerGpuH, model: str, basis: Basis, cooling: str = "air_chiller") -> Earning:
    """A cloud that owns GPUs and buys power; every hour sold at full load."""
    per_it = rent_usd_per_gpu_h / catalog.gpu(model).it_kw_per_gpu
    energy_ratio = {"chip": 1.0 / _it_over_chip_ratio(model), "it": 1.0, "meter": mean_pue_ratio(cooling)}[basis]
    return _earning("cloud", basis, per_it / energy_ratio, mean_pue_ratio(cooling) / energy_ratio)


def _earning(role: str, basis: Basis, usd_per_kwh: UsdPerKwh, meter_ratio: Ratio) -> Earning:
    return Earning(role, basis, usd_per_kwh, usd_per_kwh - POWER_USD_PER_KWH * meter_ratio)


def _it_over_chip_ratio(model: str) -> Ratio:
    gpu = catalog.gpu(model)
    return gpu.it_kw_per_gpu / (gpu.tdp_w / W_PER_KW)
