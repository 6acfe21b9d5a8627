"""What a kWh earned by role through time, today on every energy basis, and as a multiple that follows hashprice."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Final

from repower import catalog
from repower.base.units import JPerTh, UsdPerGpuH
from repower.catalog.row import text, value, value_or_none
from repower.validation.article.energy import (
    BASES,
    CLOUD,
    FLEET_J_PER_TH,
    H100,
    HALL_GPU,
    Earning,
    contracted,
    letting,
    mining,
    renting,
)
from repower.validation.article.figures import Point
from repower.validation.article.hashprice import hashprice_points
from repower.validation.article.leases import average_rents, rents_usd_per_kw_month, signed
from repower.validation.figures import stated as filled

RENT: Final = "one-year contract"
GPUS: Final = {"H100": H100, "B200": "NVIDIA B200"}
RENT_FORMS: Final = ("on_demand", "term", "index", "range")
HASHPRICES_USD_PER_PH_DAY: Final = tuple(float(price) for price in range(20, 105, 5))
FLEET: Final = f"{FLEET_J_PER_TH:g} J/TH"


def by_role() -> Iterator[Point]:
    """Miners at every hashprice point, leases on the day they were announced, rents of GPUs as quoted."""
    for each in hashprice_points():
        machines = ((FLEET, FLEET_J_PER_TH), ("best machine", best_j_per_th(each.first.year)))
        for case, efficiency in machines:
            for basis in BASES[1:]:
                yield _row(each.when, case, mining(each.hashprice_usd_per_ph_day, efficiency, basis), "line")
    for lease in average_rents():
        for basis in BASES[1:]:
            earning = letting(filled(lease.rent_usd_per_kw_month), basis)
            yield _row(signed(lease), lease.lease, earning, "contract")
    for rent in catalog.table("gpu_rents").rows:
        model, price = GPUS.get(str(rent["gpu"])), _middle(rent)
        if model is not None and price is not None and rent["form"] in RENT_FORMS:
            for basis in BASES:
                case = f"{rent['gpu']}, {rent['what']}"
                yield _row(text(rent, "as_of"), case, renting(price, model, basis), "rent")
    for basis in BASES[1:]:
        yield _row(catalog.deal(CLOUD).announced, CLOUD, contracted(CLOUD, basis), "contract")


def today() -> Iterator[Point]:
    """Every role on every energy basis at the latest hashprice."""
    now = hashprice_points()[-1]
    best = best_j_per_th(now.first.year)
    rent = median(rents_usd_per_kw_month())
    for basis in BASES:
        yield _row(now.when, FLEET, mining(now.hashprice_usd_per_ph_day, FLEET_J_PER_TH, basis), "today")
        yield _row(now.when, f"best machine, {best:g} J/TH", mining(now.hashprice_usd_per_ph_day, best, basis), "today")
        yield _row(now.when, f"median lease, chips of {HALL_GPU}", letting(rent, basis), "today")
        yield _row(now.when, f"H100, {RENT}", renting(h100_rent_usd_per_gpu_h(), H100, basis), "today")


def multiples() -> Iterator[Point]:
    """Contracts over a miner, per kWh of IT, by hashprice."""
    rents = rents_usd_per_kw_month()
    earnings = (
        ("cheapest lease", letting(rents[0], "it")),
        ("dearest lease", letting(rents[-1], "it")),
        (CLOUD, contracted(CLOUD, "it")),
    )
    for price in HASHPRICES_USD_PER_PH_DAY:
        miner = mining(price, FLEET_J_PER_TH, "it")
        for case, earning in earnings:
            yield {
                "hashprice_usd_per_ph_day": price,
                "role": earning.role,
                "case": case,
                "basis": "it",
                "ratio": earning.usd_per_kwh / miner.usd_per_kwh,
            }


def best_j_per_th(year: int) -> JPerTh:
    """The most efficient machine of the catalog that was released by the end of a year."""
    return best_asic(year).efficiency_j_per_th


def best_asic(year: int) -> catalog.Asic:
    """The machine of `best_j_per_th`."""
    released = (each for each in catalog.asics() if each.release_year is not None and each.release_year <= year)
    return min(released, key=lambda each: each.efficiency_j_per_th)


def h100_rent_usd_per_gpu_h() -> UsdPerGpuH:
    """The newest one-year contract for an H100 in `gpu_rents`."""
    rows = [each for each in catalog.table("gpu_rents").rows if each["gpu"] == "H100" and each["what"] == RENT]
    return value(max(rows, key=lambda each: text(each, "as_of")), "low_usd_per_gpu_h")


def _middle(rent: catalog.Row) -> UsdPerGpuH | None:
    low, high = value_or_none(rent, "low_usd_per_gpu_h"), value_or_none(rent, "high_usd_per_gpu_h")
    return None if low is None or high is None else (low + high) / 2


def _row(when: str, case: str, earning: Earning, form: str) -> Point:
    return {
        "when": when,
        "role": earning.role,
        "case": case,
        "form": form,
        "basis": earning.basis,
        "usd_per_kwh": earning.usd_per_kwh,
        "usd_per_kwh_net_of_power": earning.net_usd_per_kwh,
    }
