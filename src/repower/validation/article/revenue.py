"""Claim `revenue_per_kwh`: AI earns up to 25 times what mining earns per kWh; role, energy basis and date decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from repower.base.units import HOURS_PER_DAY, HOURS_PER_YEAR, KWH_PER_MWH, JPerTh, Ratio, UsdPerKwh, UsdPerPhDay
from repower.validation.article.break_even import flat_network
from repower.validation.article.energy import (
    AIR_HALL,
    BASES,
    CLOUD,
    FLEET_J_PER_TH,
    H100,
    HALL,
    MINE,
    POWER_USD_PER_KWH,
    contracted,
    letting,
    mean_pue_ratio,
    mining,
    renting,
)
from repower.validation.article.figures import assumed, computed, plain, said, stated
from repower.validation.article.hashprice import BASIS, hashprice_point, hashprice_points
from repower.validation.article.leases import average_rents, rents_usd_per_kw_month
from repower.validation.article.roles import best_asic, by_role, h100_rent_usd_per_gpu_h, multiples, today
from repower.validation.result import Claim, Figure, Verdict

LOW_USD_PER_PH_DAY: Final[UsdPerPhDay] = 30.0
HIGH_USD_PER_PH_DAY: Final[UsdPerPhDay] = 50.0
"""Round ends of what hashprice was from the middle of 2025 to the spring of 2026."""

SEEN: Final = "2026-03"
"""Date of the newest rent among those that are compared."""

MACHINES: Final = f"a miner at {FLEET_J_PER_TH:g} J/TH counted at the machine's wall, before power and capital"
COUNTED: Final = {"chip": "chip", "it": "critical IT", "meter": "meter"}
AT_LOW: Final = f"at {LOW_USD_PER_PH_DAY:g} $/PH/day"
AT_HIGH: Final = f"at {HIGH_USD_PER_PH_DAY:g} $/PH/day"


@dataclass(frozen=True)
class Multiples:
    """Highest multiples of what a miner earns per kWh.

    Parameters
    ----------
    landlord_ratio, cloud_ratio : per kWh of critical IT, gross.
    cloud_chip_ratio : per kWh of the chip, gross.
    cloud_net_ratio : per kWh of critical IT, both after power.
    """

    landlord_ratio: Ratio
    cloud_ratio: Ratio
    cloud_chip_ratio: Ratio
    cloud_net_ratio: Ratio


def revenue_verdict(said_ratio: Ratio, found: Multiples) -> Verdict:
    """Holds where a landlord, which is what the article's miners became, earns that multiple.

    Conditional where only the owner of GPUs does, or only per kWh of the chip, or only after power.
    """
    if found.landlord_ratio >= said_ratio:
        return "holds"
    cloud = max(found.cloud_ratio, found.cloud_chip_ratio, found.cloud_net_ratio)
    return "conditional" if cloud >= said_ratio else "does_not_hold"


def revenue_per_kwh() -> Claim:
    """Ratios on one basis at a time, gross and net of power."""
    found = _multiples()
    verdict = revenue_verdict(said("article_revenue_multiple_ratio").value, found)
    series = {
        "usd_per_kwh_by_role": plain(by_role()),
        "usd_per_kwh_today": plain(today()),
        "multiple_by_hashprice": plain(multiples()),
    }
    figures = (*_ratios(found), *_origin(), *_same_basis(), *_net(found), *_levels(), *_assumptions())
    return Claim("revenue_per_kwh", verdict, figures, series)


def _multiples() -> Multiples:
    cheap = mining(LOW_USD_PER_PH_DAY, FLEET_J_PER_TH, "it")
    now = mining(hashprice_points()[-1].hashprice_usd_per_ph_day, FLEET_J_PER_TH, "it")
    cloud = contracted(CLOUD, "it")
    return Multiples(
        landlord_ratio=letting(rents_usd_per_kw_month()[-1], "it").usd_per_kwh / cheap.usd_per_kwh,
        cloud_ratio=cloud.usd_per_kwh / cheap.usd_per_kwh,
        cloud_chip_ratio=renting(h100_rent_usd_per_gpu_h(), H100, "chip").usd_per_kwh / cheap.usd_per_kwh,
        cloud_net_ratio=cloud.net_usd_per_kwh / now.net_usd_per_kwh,
    )


def _ratios(found: Multiples) -> tuple[Figure, ...]:
    dear = mining(HIGH_USD_PER_PH_DAY, FLEET_J_PER_TH, "it").usd_per_kwh
    low = letting(rents_usd_per_kw_month()[0], "it").usd_per_kwh
    leases = (SEEN, "rent_usd_per_kwh, revenue_usd_per_mwh; catalog leases")
    clouds = (SEEN, f"rent_usd_per_kwh, revenue_usd_per_mwh; catalog deals: {CLOUD}")
    over = f"per kWh of critical IT at full load, over {MACHINES}"
    return (
        computed(
            "landlord_over_miner_high_ratio", found.landlord_ratio, "x", f"dearest lease {AT_LOW}; {over}", leases
        ),
        computed("landlord_over_miner_low_ratio", low / dear, "x", f"cheapest lease {AT_HIGH}; {over}", leases),
        computed("cloud_over_miner_high_ratio", found.cloud_ratio, "x", f"GPU cloud contract {AT_LOW}; {over}", clouds),
        computed(
            "cloud_over_miner_low_ratio",
            contracted(CLOUD, "it").usd_per_kwh / dear,
            "x",
            f"GPU cloud contract {AT_HIGH}; {over}",
            clouds,
        ),
        stated("said_ratio", "article_revenue_multiple_ratio"),
    )


def _origin() -> tuple[Figure, ...]:
    """Where 25 comes from, and which machine would have earned the mining side of it when it was written."""
    then, before = hashprice_point("IREN 2024-08"), hashprice_point("IREN 2024-02")
    best = best_asic(then.first.year)
    needed = _j_per_th(then.hashprice_usd_per_ph_day, said("bpi_mining_low_usd_per_kwh").value)
    made = "hashprice_usd_per_ph_day; catalog difficulty, miner_months"
    return (
        stated("bpi_ratio", "bpi_multiple_high_ratio"),
        stated("bpi_gpu_high_usd_per_kwh", "bpi_gpu_high_usd_per_kwh"),
        stated("bpi_mining_high_usd_per_kwh", "bpi_mining_high_usd_per_kwh"),
        stated("bpi_mining_low_usd_per_kwh", "bpi_mining_low_usd_per_kwh"),
        computed(
            "bpi_quotient_ratio",
            said("bpi_gpu_high_usd_per_kwh").value / said("bpi_mining_high_usd_per_kwh").value,
            "x",
            "upper GPU figure over upper mining figure: reproduces the 25",
            ("2024-08", "catalog article_facts"),
        ),
        computed(
            "implied_j_per_th",
            needed,
            "J/TH",
            "machine that earned the lower mining figure in August 2024, machine's wall",
            ("2024-08", made),
        ),
        computed(
            "best_2024_j_per_th",
            best.efficiency_j_per_th,
            "J/TH",
            f"best machine released by then: {best.model}",
            (best.fact.as_of, f"catalog asics: {best.model}"),
        ),
        computed(
            "before_halving_usd_per_kwh",
            mining(before.hashprice_usd_per_ph_day, FLEET_J_PER_TH, "it").usd_per_kwh,
            "$/kWh",
            f"{FLEET_J_PER_TH:g} J/TH in February 2024, two months before the halving, machine's wall",
            ("2024-02", f"revenue_usd_per_mwh, {made}"),
        ),
    )


def _same_basis() -> tuple[Figure, ...]:
    """An H100 on a one-year contract over a miner today, on each basis, and over the best machine."""
    now = hashprice_points()[-1]
    best = best_asic(now.first.year)
    where = (now.when, f"revenue_usd_per_mwh, pue; catalog gpu_rents, gpus, asics: {best.model}")
    figures = []
    for machine, efficiency in (("fleet", FLEET_J_PER_TH), ("best", best.efficiency_j_per_th)):
        for basis in BASES:
            cloud = renting(h100_rent_usd_per_gpu_h(), H100, basis).usd_per_kwh
            ratio = cloud / mining(now.hashprice_usd_per_ph_day, efficiency, basis).usd_per_kwh
            words = (
                f"H100 on a one-year contract, always sold, over {efficiency:g} J/TH, per kWh of the {COUNTED[basis]}"
            )
            figures.append(computed(f"h100_over_{machine}_{basis}_ratio", ratio, "x", f"{words}, before power", where))
    return tuple(figures)


def _net(found: Multiples) -> tuple[Figure, ...]:
    """Ratios of what is left after power, today."""
    now = hashprice_points()[-1]
    miner = mining(now.hashprice_usd_per_ph_day, FLEET_J_PER_TH, "it")
    left = miner.net_usd_per_kwh
    incomes = sorted(each.noi_usd_per_mw_year for each in average_rents() if each.noi_usd_per_mw_year is not None)
    low, high = (income / HOURS_PER_YEAR / KWH_PER_MWH for income in (incomes[0], incomes[-1]))
    power = f"power at {POWER_USD_PER_KWH:g} $/kWh at the meter"
    over = f"over a miner at {FLEET_J_PER_TH:g} J/TH after {power}, per kWh of critical IT"
    where = (now.when, "revenue_usd_per_mwh, pue; catalog leases: operating income")
    return (
        computed(
            "chip_over_miner_ratio",
            found.cloud_chip_ratio,
            "x",
            f"H100 on a one-year contract per kWh of the chip alone, {AT_LOW}, over {MACHINES}",
            (SEEN, f"revenue_usd_per_mwh; catalog gpu_rents, gpus: {H100}"),
        ),
        computed("net_ratio_low", low / left, "x", f"lowest operating income of a lease, {over}", where),
        computed("net_ratio_high", high / left, "x", f"highest operating income of a lease, {over}", where),
        computed(
            "cloud_net_ratio",
            found.cloud_net_ratio,
            "x",
            f"GPU cloud contract after {power}, {over}; before the capital of its GPUs",
            (now.when, f"rent_usd_per_kwh, revenue_usd_per_mwh, pue; catalog deals: {CLOUD}"),
        ),
        computed(
            "miner_net_usd_per_kwh", left, "$/kWh", f"{FLEET_J_PER_TH:g} J/TH, machine's wall, after {power}", where
        ),
        computed(
            "hashprice_today_usd_per_ph_day",
            now.hashprice_usd_per_ph_day,
            "$/PH/day",
            f"difficulty of {flat_network().as_of.isoformat()}, price of {now.when}; {BASIS}",
            (now.when, "hashprice_usd_per_ph_day; catalog difficulty, btc_price_points"),
        ),
    )


def _levels() -> tuple[Figure, ...]:
    rents = rents_usd_per_kw_month()
    leases = (SEEN, "rent_usd_per_kwh; catalog leases")
    miner = (SEEN, "revenue_usd_per_mwh")
    wall = f"{FLEET_J_PER_TH:g} J/TH, machine's wall"
    low, high = (mining(price, FLEET_J_PER_TH, "it").usd_per_kwh for price in (LOW_USD_PER_PH_DAY, HIGH_USD_PER_PH_DAY))
    it = "critical IT at full load"
    return (
        computed(
            "landlord_low_usd_per_kwh", letting(rents[0], "it").usd_per_kwh, "$/kWh", f"cheapest lease, {it}", leases
        ),
        computed(
            "landlord_high_usd_per_kwh", letting(rents[-1], "it").usd_per_kwh, "$/kWh", f"dearest lease, {it}", leases
        ),
        computed(
            "cloud_usd_per_kwh",
            contracted(CLOUD, "it").usd_per_kwh,
            "$/kWh",
            f"IREN and Microsoft, {it}, GPUs owned",
            ("2025-11-03", f"rent_usd_per_kwh; catalog deals: {CLOUD}"),
        ),
        computed("miner_low_usd_per_kwh", low, "$/kWh", f"{wall}, {AT_LOW}", miner),
        computed("miner_high_usd_per_kwh", high, "$/kWh", f"{wall}, {AT_HIGH}", miner),
    )


def _assumptions() -> tuple[Figure, ...]:
    typical = ("2026-11", "pue, typical_weather; catalog cooling, weather_shapes")
    mean = "mean of a typical year, Dallas"
    return (
        assumed("fleet_j_per_th", FLEET_J_PER_TH, "J/TH", "the miner who is compared"),
        assumed("low_usd_per_ph_day", LOW_USD_PER_PH_DAY, "$/PH/day", "round lower end of 2025 to 2026"),
        assumed("high_usd_per_ph_day", HIGH_USD_PER_PH_DAY, "$/PH/day", "round upper end of 2025 to 2026"),
        assumed("power_usd_per_kwh", POWER_USD_PER_KWH, "$/kWh", "all-in at the meter, the same in every year"),
        computed("mining_pue_ratio", mean_pue_ratio(MINE), "x", f"mine, {mean}", typical),
        computed("hall_pue_ratio", mean_pue_ratio(HALL), "x", f"hall cooled by liquid, {mean}", typical),
        computed("air_hall_pue_ratio", mean_pue_ratio(AIR_HALL), "x", f"hall cooled by air, {mean}", typical),
    )


def _j_per_th(hashprice_usd_per_ph_day: UsdPerPhDay, usd_per_kwh: UsdPerKwh) -> JPerTh:
    """Efficiency at which a kWh earns so much: the inverse of `revenue_usd_per_mwh`, whose unit is kW per PH/s."""
    return hashprice_usd_per_ph_day / HOURS_PER_DAY / usd_per_kwh
