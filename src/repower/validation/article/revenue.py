"""Claim `revenue_per_kwh`: AI earns up to 25 times what mining earns per kWh; role, energy basis and date decide."""

from __future__ import annotations

from typing import Final

from repower import catalog
from repower.base.units import HOURS_PER_DAY, HOURS_PER_YEAR, KWH_PER_MWH, JPerTh, Ratio, UsdPerKwh, UsdPerPhDay
from repower.catalog.row import text, value, value_or_none
from repower.validation.article.energy import (
    BASES,
    FLEET_J_PER_TH,
    HALL_GPU,
    POWER_USD_PER_KWH,
    Earning,
    letting,
    mean_pue_ratio,
    mining,
    renting,
)
from repower.validation.article.figures import assumed, computed, plain, row, said, stated
from repower.validation.article.hashprice import BASIS, hashprice_points, point
from repower.validation.article.leases import average_rents, cloud_contract_usd_per_kwh, signed
from repower.validation.result import Claim, Figure, Verdict

LOW_USD_PER_PH_DAY: Final[UsdPerPhDay] = 30.0
HIGH_USD_PER_PH_DAY: Final[UsdPerPhDay] = 50.0
"""Round ends of what hashprice was from the middle of 2025 to the spring of 2026."""

CLOUD: Final = "IREN-1"
H100: Final = "NVIDIA H100 SXM5 80GB"
RENT: Final = "one-year contract"
TODAY: Final = "2026-09-29"
SEEN: Final = "2026-03"
"""Date of the newest rent among those that are compared."""

GPUS: Final = {"H100": H100, "B200": "NVIDIA B200"}
RENT_FORMS: Final = ("on_demand", "term", "index", "range")


def revenue_verdict(
    said_ratio: Ratio, landlord_ratio: Ratio, cloud_it_ratio: Ratio, cloud_chip_ratio: Ratio
) -> Verdict:
    """Holds where a landlord earns that multiple, conditional where only the owner of GPUs does, on some energy basis.

    Parameters
    ----------
    said_ratio : the article's multiple.
    landlord_ratio, cloud_it_ratio : highest multiples of mining revenue per kWh of IT.
    cloud_chip_ratio : the owner of GPUs per kWh of the chip over mining.
    """
    if landlord_ratio >= said_ratio:
        return "holds"
    return "conditional" if max(cloud_it_ratio, cloud_chip_ratio) >= said_ratio else "does_not_hold"


def revenue_per_kwh() -> Claim:
    """Ratios on one basis at a time, gross and net of power."""
    rents = sorted(value(each, "rent_usd_per_kw_month") for each in average_rents())
    low, high = letting(rents[0], "it"), letting(rents[-1], "it")
    cloud = cloud_contract_usd_per_kwh(CLOUD)
    cheap, dear = (mining(price, FLEET_J_PER_TH, "it") for price in (LOW_USD_PER_PH_DAY, HIGH_USD_PER_PH_DAY))
    chip = renting(_h100_rent(), H100, "chip")
    landlord_ratio = high.usd_per_kwh / cheap.usd_per_kwh
    cloud_ratio = cloud / cheap.usd_per_kwh
    chip_ratio = chip.usd_per_kwh / cheap.usd_per_kwh
    it = "critical IT at full load, against a miner at 20 J/TH counted at the machine's wall, before power and capital"
    leases = "letting, mining: revenue_usd_per_mwh; catalog leases"
    clouds = f"mining: revenue_usd_per_mwh; catalog deals: {CLOUD}"
    figures = (
        computed(
            "landlord_over_miner_high_ratio", landlord_ratio, "x", f"dearest lease at 30 $/PH/day; {it}", (SEEN, leases)
        ),
        computed(
            "landlord_over_miner_low_ratio",
            low.usd_per_kwh / dear.usd_per_kwh,
            "x",
            f"cheapest lease at 50 $/PH/day; {it}",
            (SEEN, leases),
        ),
        computed(
            "cloud_over_miner_high_ratio", cloud_ratio, "x", f"GPU cloud contract at 30 $/PH/day; {it}", (SEEN, clouds)
        ),
        computed(
            "cloud_over_miner_low_ratio",
            cloud / dear.usd_per_kwh,
            "x",
            f"GPU cloud contract at 50 $/PH/day; {it}",
            (SEEN, clouds),
        ),
        computed(
            "chip_over_miner_ratio",
            chip_ratio,
            "x",
            "H100 on a one-year contract per kWh of the chip alone, against a miner at 20 J/TH and 30 $/PH/day",
            (SEEN, f"renting, mining; catalog gpu_rents, gpus: {H100}"),
        ),
        stated("said_ratio", "article_revenue_multiple_ratio"),
        *_origin(),
        computed("landlord_low_usd_per_kwh", low.usd_per_kwh, "$/kWh", "cheapest lease, critical IT", (SEEN, leases)),
        computed("landlord_high_usd_per_kwh", high.usd_per_kwh, "$/kWh", "dearest lease, critical IT", (SEEN, leases)),
        computed(
            "cloud_usd_per_kwh", cloud, "$/kWh", "IREN and Microsoft, critical IT, GPUs owned", ("2025-11", clouds)
        ),
        computed("miner_low_usd_per_kwh", cheap.usd_per_kwh, "$/kWh", "20 J/TH at 30 $/PH/day, wall", (SEEN, clouds)),
        computed("miner_high_usd_per_kwh", dear.usd_per_kwh, "$/kWh", "20 J/TH at 50 $/PH/day, wall", (SEEN, clouds)),
        *_net(),
        *_assumptions(),
    )
    verdict = revenue_verdict(said("article_revenue_multiple_ratio"), landlord_ratio, cloud_ratio, chip_ratio)
    series = {
        "usd_per_kwh_by_role": plain(_by_role()),
        "usd_per_kwh_today": plain(_today()),
        "multiple_by_hashprice": plain(_multiples(low.usd_per_kwh, high.usd_per_kwh, cloud)),
    }
    return Claim("revenue_per_kwh", verdict, figures, series)


def _origin() -> tuple[Figure, ...]:
    """Where 25 comes from, and which machine would have earned the mining side of it when it was written."""
    then = point("iren_2024_08")
    best = min(
        (each for each in catalog.asics() if each.release_year is not None and each.release_year <= then.first.year),
        key=lambda each: each.efficiency_j_per_th,
    )
    needed = _j_per_th(then.hashprice_usd_per_ph_day, said("bpi_mining_low_usd_per_kwh"))
    dates = (then.first.isoformat()[:7], "hashprice_usd_per_ph_day; catalog difficulty, article_facts")
    return (
        stated("bpi_ratio", "bpi_multiple_high_ratio"),
        stated("bpi_gpu_high_usd_per_kwh", "bpi_gpu_high_usd_per_kwh"),
        stated("bpi_mining_high_usd_per_kwh", "bpi_mining_high_usd_per_kwh"),
        stated("bpi_mining_low_usd_per_kwh", "bpi_mining_low_usd_per_kwh"),
        computed(
            "bpi_quotient_ratio",
            said("bpi_gpu_high_usd_per_kwh") / said("bpi_mining_high_usd_per_kwh"),
            "x",
            "upper GPU figure over upper mining figure: reproduces the 25",
            ("2024-08", "catalog article_facts"),
        ),
        computed(
            "implied_j_per_th",
            needed,
            "J/TH",
            "machine that earned the lower mining figure in August 2024",
            dates,
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
            mining(point("iren_2024_02").hashprice_usd_per_ph_day, FLEET_J_PER_TH, "it").usd_per_kwh,
            "$/kWh",
            "20 J/TH in February 2024, two months before the halving, machine's wall",
            ("2024-02", "mining: revenue_usd_per_mwh; catalog difficulty, article_facts"),
        ),
    )


def _net() -> tuple[Figure, ...]:
    """Today's ratio of what is left after power: a landlord's operating income over a miner's."""
    now = point(TODAY)
    miner = mining(now.hashprice_usd_per_ph_day, FLEET_J_PER_TH, "it")
    incomes = sorted(
        income for each in average_rents() if (income := value_or_none(each, "noi_usd_per_mw_year")) is not None
    )
    low, high = (income / HOURS_PER_YEAR / KWH_PER_MWH for income in (incomes[0], incomes[-1]))
    basis = "critical IT against the machine's wall, 5 ct/kWh at the meter"
    where = "mining: revenue_usd_per_mwh, pue; catalog leases: operating income"
    return (
        computed(
            "hashprice_today_usd_per_ph_day",
            now.hashprice_usd_per_ph_day,
            "$/PH/day",
            f"difficulty of 2026-06-14, price of 2026-09-29; {BASIS}",
            (TODAY, "hashprice_usd_per_ph_day; catalog difficulty, btc_price_points"),
        ),
        computed(
            "miner_net_usd_per_kwh",
            miner.usd_per_kwh_net_of_power,
            "$/kWh",
            "20 J/TH at today's hashprice, machine's wall, after power at 5 ct/kWh at the meter",
            (TODAY, where),
        ),
        computed("net_ratio_low", low / miner.usd_per_kwh_net_of_power, "x", f"lowest income; {basis}", (TODAY, where)),
        computed(
            "net_ratio_high", high / miner.usd_per_kwh_net_of_power, "x", f"highest income; {basis}", (TODAY, where)
        ),
    )


def _assumptions() -> tuple[Figure, ...]:
    return (
        assumed("fleet_j_per_th", FLEET_J_PER_TH, "J/TH", "the miner who is compared"),
        assumed("low_usd_per_ph_day", LOW_USD_PER_PH_DAY, "$/PH/day", "round lower end of 2025 to 2026"),
        assumed("high_usd_per_ph_day", HIGH_USD_PER_PH_DAY, "$/PH/day", "round upper end of 2025 to 2026"),
        assumed("power_usd_per_kwh", POWER_USD_PER_KWH, "$/kWh", "all-in at the meter, the same in every year"),
        computed(
            "mining_pue_ratio", mean_pue_ratio("mining_air"), "x", "mean of a typical year, Dallas", ("2026-11", "pue")
        ),
        computed(
            "hall_pue_ratio", mean_pue_ratio("dlc_dry_40"), "x", "mean of a typical year, Dallas", ("2026-11", "pue")
        ),
        computed(
            "air_hall_pue_ratio",
            mean_pue_ratio("air_chiller"),
            "x",
            "mean of a typical year, Dallas",
            ("2026-11", "pue"),
        ),
    )


def _by_role() -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for each in hashprice_points():
        for case, efficiency in (("20 J/TH", FLEET_J_PER_TH), ("best machine", _best_j_per_th(each.first.year))):
            for basis in BASES[1:]:
                earning = mining(each.hashprice_usd_per_ph_day, efficiency, basis)
                rows.append(_row(each.when, case, earning, "line"))
    for lease in average_rents():
        for basis in BASES[1:]:
            rows.append(
                _row(
                    signed(lease),
                    text(lease, "lease"),
                    letting(value(lease, "rent_usd_per_kw_month"), basis),
                    "contract",
                )
            )
    for rent in catalog.table("gpu_rents").rows:
        model, price = GPUS.get(str(rent["gpu"])), _middle(rent)
        if model is None or price is None or rent["form"] not in RENT_FORMS:
            continue
        for basis in BASES:
            earning = renting(price, model, basis)
            rows.append(_row(text(rent, "as_of"), f"{rent['gpu']}, {rent['what']}", earning, "rent"))
    cloud = cloud_contract_usd_per_kwh(CLOUD)
    pue = mean_pue_ratio("dlc_dry_40")
    net = cloud - POWER_USD_PER_KWH * pue
    when = text(row("deals", "deal", CLOUD), "announced")
    rows.append(_row(when, CLOUD, Earning("cloud", "it", cloud, net), "contract"))
    rows.append(_row(when, CLOUD, Earning("cloud", "meter", cloud / pue, net / pue), "contract"))
    return rows


def _today() -> list[dict[str, str | float]]:
    """Every role on every basis at the latest hashprice: the table behind the famous 25."""
    now = point(TODAY)
    rents = sorted(value(each, "rent_usd_per_kw_month") for each in average_rents())
    middle = rents[len(rents) // 2]
    earnings = [("20 J/TH", mining(now.hashprice_usd_per_ph_day, FLEET_J_PER_TH, basis)) for basis in BASES]
    best = _best_j_per_th(now.first.year)
    earnings += [(f"{best:g} J/TH, best machine", mining(now.hashprice_usd_per_ph_day, best, basis)) for basis in BASES]
    earnings += [(f"median lease, chips of {HALL_GPU}", letting(middle, basis)) for basis in BASES]
    earnings += [("H100, one-year contract", renting(_h100_rent(), H100, basis)) for basis in BASES]
    return [_row(TODAY, case, earning, "today") for case, earning in earnings]


def _multiples(low: UsdPerKwh, high: UsdPerKwh, cloud: UsdPerKwh) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for price in range(20, 105, 5):
        miner = mining(float(price), FLEET_J_PER_TH, "it").usd_per_kwh
        for role, case, earned in (
            ("landlord", "cheapest lease", low),
            ("landlord", "dearest lease", high),
            ("cloud", CLOUD, cloud),
        ):
            rows.append(
                {
                    "hashprice_usd_per_ph_day": float(price),
                    "role": role,
                    "case": case,
                    "basis": "it",
                    "ratio": earned / miner,
                }
            )
    return rows


def _row(when: str, case: str, earning: Earning, form: str) -> dict[str, str | float]:
    return {
        "when": when,
        "role": earning.role,
        "case": case,
        "form": form,
        "basis": earning.basis,
        "usd_per_kwh": earning.usd_per_kwh,
        "usd_per_kwh_net_of_power": earning.usd_per_kwh_net_of_power,
    }


def _h100_rent() -> float:
    """The newest one-year contract in `gpu_rents`."""
    rows = [each for each in catalog.table("gpu_rents").rows if each["gpu"] == "H100" and each["what"] == RENT]
    return value(max(rows, key=lambda each: text(each, "as_of")), "low_usd_per_gpu_h")


def _middle(rent: catalog.Row) -> float | None:
    low, high = value_or_none(rent, "low_usd_per_gpu_h"), value_or_none(rent, "high_usd_per_gpu_h")
    return None if low is None or high is None else (low + high) / 2


def _best_j_per_th(year: int) -> JPerTh:
    return min(
        each.efficiency_j_per_th
        for each in catalog.asics()
        if each.release_year is not None and each.release_year <= year
    )


def _j_per_th(hashprice_usd_per_ph_day: UsdPerPhDay, usd_per_kwh: UsdPerKwh) -> JPerTh:
    """Efficiency at which a kWh earns so much: the inverse of `revenue_usd_per_mwh`, whose unit is kW per PH/s."""
    return hashprice_usd_per_ph_day / HOURS_PER_DAY / usd_per_kwh
