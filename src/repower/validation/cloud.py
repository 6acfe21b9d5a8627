"""Case V13: Soluna's cloud on GPUs supplied at a fixed price, and what the fall of rents did to it.

Soluna committed to pay HPE 34 M$ over 36 months for H100s and had sold nothing ahead. How many GPUs these were was in
no source that could be read, so neither revenue nor margin is computed: only what they would have to be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from repower.base.clock import TimeGrid, local_span
from repower.base.units import KW_PER_MW, SECONDS_PER_DAY, USD_PER_MUSD, Mw, Usd, UsdPerGpuH
from repower.catalog import gpu
from repower.contracts import Book, HallTerms, Prices, Schedule, settle
from repower.facility.blocks import LoadBlock
from repower.site.agreements import GpuRental
from repower.site.interconnect import Interconnect
from repower.site.supply import IndexSupply
from repower.site.tariff import Tariff
from repower.validation.result import Case, Source

SUPPLY_USD: Final[Usd] = 34 * USD_PER_MUSD
SUPPLY_ROUNDING_USD: Final[Usd] = 0.5 * USD_PER_MUSD
FIRST, UNTIL = date(2024, 6, 18), date(2027, 6, 18)
PEAK_RENT: Final[UsdPerGpuH] = 8.0
LATER_RENT: Final[UsdPerGpuH] = 2.0
MODEL: Final = "NVIDIA H100 SXM5 80GB"
COUNT: Final = 8
"""GPUs of one server; the result is per GPU, so that their number cancels."""


def cloud_cases() -> tuple[Case, ...]:
    """V13: GPUs that must be let in every hour to pay for the supply, before and after the fall of rents."""
    before, after = _break_even_gpus(PEAK_RENT), _break_even_gpus(LATER_RENT)
    rounding = SUPPLY_ROUNDING_USD / SUPPLY_USD
    source = Source(
        "worked by hand: 34 M$ / (26,280 h x 8 $/h); supply from "
        "https://www.sec.gov/Archives/edgar/data/64463/000149315225023503/R14.htm, rent from catalog gpu_rents",
        "2024-06",
        "modelled",
    )
    at_peak = Case(
        id="V13 at 8 $/h",
        title="Soluna and HPE: H100s that must be let in every hour of 36 months to pay for the supply",
        expected=161.7,
        ours=before,
        unit="GPUs",
        tolerance=before * rounding,
        tolerance_reason="34 M$ is rounded to 1 M$",
        basis="rent alone against the fixed supply of 34 M$, which holds power and operation; before tax",
        functions=("repower.contracts.settle", "repower.catalog.gpu"),
        source=source,
        note="how many GPUs were supplied is not known; 8 $/h is the low end of the peak of 2023 (gpu_rents, grade C)",
    )
    fallen = replace(
        at_peak,
        id="V13 at 2 $/h",
        title="Soluna and HPE: the same at the rent of late 2024",
        expected=646.9,
        ours=after,
        tolerance=after * rounding,
        source=replace(source, where=source.where.replace("8 $/h", "2 $/h"), as_of="2024-10"),
        note=f"a supply of {before:.0f} to {after:.0f} GPUs, all let, earns its price at 8 $/h and not at 2 $/h; of a "
        "supply that broke even at 8 $/h with a quarter of its hours let, all hours must be let at 2 $/h. The contract "
        "ended after nine months, on 2025-03-26",
    )
    return at_peak, fallen


def _break_even_gpus(rent_usd_per_gpu_h: UsdPerGpuH) -> float:
    """GPUs let in every hour of the term whose rent, as `contracts.settle` bills it, is the price of the supply."""
    return COUNT * SUPPLY_USD / settled_rental_usd(rent_usd_per_gpu_h, COUNT)


def settled_rental_usd(rent_usd_per_gpu_h: UsdPerGpuH, gpu_count: int) -> Usd:
    """Rent of some H100s over the 36 months of the supply, all let at one price in every hour."""
    grid = local_span(FIRST, UNTIL, "UTC", SECONDS_PER_DAY)
    power_mw = gpu_count * gpu(MODEL).it_kw_per_gpu / KW_PER_MW
    return _settle(grid, power_mw, rent_usd_per_gpu_h, gpu_count)


def _settle(grid: TimeGrid, power_mw: Mw, rent: UsdPerGpuH, gpu_count: int) -> Usd:
    nothing, drawn = np.zeros(grid.count), np.full(grid.count, power_mw)
    rental = GpuRental("gpu_rental", "cloud", "customers", term_years=3.0, price_usd_per_gpu_h=rent)
    book = Book(
        Interconnect(power_mw, FIRST),
        (IndexSupply("index", "index", "hub"),),
        Tariff(),
        (rental,),
        inflation_frac_per_year=0.0,
        base_year=FIRST.year,
        halls=(HallTerms("A", rental.name, FIRST, power_mw, gpu_count=gpu_count),),
    )
    offered = np.full(grid.count, gpu_count / power_mw)
    block = LoadBlock("A", "gpu_cloud", "A", rental.name, drawn, power_mw, True, nothing, offered)
    schedule = Schedule(grid, (block,), drawn[None, :], (), np.zeros((0, grid.count)), drawn, nothing)
    lines = settle(schedule, book, Prices(grid, nothing, nothing, nothing, nothing))
    return sum(line.amount_usd for line in lines if line.what == "GPU term rent")
