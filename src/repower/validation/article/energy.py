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
    KW_PER_MW,
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
from repower.validation.article.leases import cloud_contract_usd_per_kwh
from repower.validation.capacity import RentRate, rent_usd_per_kwh

Basis = Literal["chip", "it", "meter"]
BASES: Final[tuple[Basis, ...]] = ("chip", "it", "meter")

POWER_USD_PER_KWH: Final[UsdPerKwh] = 0.05
FLEET_J_PER_TH: Final[JPerTh] = 20.0
STATION: Final = ("dallas_tx", 2025, "America/Chicago")
MINE, HALL, AIR_HALL = "mining_air", "dlc_dry_40", "air_chiller"
"""Cooling of a mine, of a hall of the newest GPUs, and of a hall of H100s."""

H100: Final = "NVIDIA H100 SXM5 80GB"
CLOUD: Final = "IREN-1"
"""Deal whose buyer rents GPUs that the seller owns."""

HALL_GPU: Final = "NVIDIA GB300"
"""GPU by which the chips of a hall that is let, or of the deal `CLOUD`, are counted."""


@dataclass(frozen=True)
class Earning:
    """One role's kWh.

    Parameters
    ----------
    usd_per_kwh : revenue over energy counted at `basis`.
    net_usd_per_kwh : the same less power at the meter, where this role buys it.
    """

    role: str
    basis: Basis
    usd_per_kwh: UsdPerKwh
    net_usd_per_kwh: UsdPerKwh


@lru_cache(maxsize=8)
def mean_pue_ratio(cooling: str) -> Ratio:
    """Mean PUE of a kind of cooling over the typical year."""
    return float(pue(catalog.cooling(cooling), typical_weather(*STATION)).mean())


def mining(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: JPerTh, basis: Basis) -> Earning:
    """A miner who buys power, before pool fee."""
    per_it = revenue_usd_per_mwh(hashprice_usd_per_ph_day, efficiency_j_per_th) / KWH_PER_MWH
    return _earning("miner", basis, per_it, (1.0, mean_pue_ratio(MINE)))


def letting(rent_usd_per_kw_month: UsdPerKwMonth, basis: Basis) -> Earning:
    """A landlord paid per kW of critical IT, at full load; the tenant buys power."""
    rate = RentRate(rent_usd_per_kw_month * MONTHS_PER_YEAR * KW_PER_MW, "critical_it")
    return _earning("landlord", basis, rent_usd_per_kwh(rate), (it_over_chip_ratio(HALL_GPU), mean_pue_ratio(HALL)))


def renting(rent_usd_per_gpu_h: UsdPerGpuH, model: str, basis: Basis) -> Earning:
    """A cloud that owns GPUs and buys power; every hour sold, at full load, in a hall cooled by air."""
    per_it = rent_usd_per_gpu_h / catalog.gpu(model).it_kw_per_gpu
    return _earning("cloud", basis, per_it, (it_over_chip_ratio(model), mean_pue_ratio(AIR_HALL)))


def contracted(deal: str, basis: Basis) -> Earning:
    """A cloud paid by contract per year for critical IT, at full load; it buys power."""
    return _earning(
        "cloud", basis, cloud_contract_usd_per_kwh(deal), (it_over_chip_ratio(HALL_GPU), mean_pue_ratio(HALL))
    )


def it_over_chip_ratio(model: str) -> Ratio:
    """Critical IT of a GPU over its rated board power."""
    gpu = catalog.gpu(model)
    return gpu.it_kw_per_gpu / (gpu.tdp_w / W_PER_KW)


def _earning(role: str, basis: Basis, per_it_usd_per_kwh: UsdPerKwh, ratios: tuple[Ratio, Ratio]) -> Earning:
    """An earning per kWh of IT, counted at `basis`; `ratios` are IT over chip and meter over IT."""
    it_over_chip, meter_over_it = ratios
    energy_over_it = {"chip": 1.0 / it_over_chip, "it": 1.0, "meter": meter_over_it}[basis]
    bought_usd_per_kwh = 0.0 if role == "landlord" else POWER_USD_PER_KWH * meter_over_it
    gross = per_it_usd_per_kwh / energy_over_it
    return Earning(role, basis, gross, gross - bought_usd_per_kwh / energy_over_it)
