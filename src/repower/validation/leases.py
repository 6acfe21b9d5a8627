"""Case V8: what Core Scientific's leases bill in a year, settled like any lease of a site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import numpy as np

from repower.base.clock import local_year
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, SECONDS_PER_DAY, USD_PER_MUSD, Mw, Usd, UsdPerKwMonth
from repower.catalog import leases
from repower.contracts import Book, HallTerms, Prices, Schedule, settle
from repower.facility.blocks import LoadBlock
from repower.site.agreements import Lease
from repower.site.interconnect import Interconnect
from repower.site.supply import IndexSupply
from repower.site.tariff import Tariff
from repower.validation.capacity import Capacity, RentRate, rent_usd_per_year
from repower.validation.figures import miner_fact, miner_source, stated
from repower.validation.result import Case, Source

YEAR: Final = 2026
GUIDED_MW: Final[Mw] = 250.0


def lease_cases() -> tuple[Case, ...]:
    """V8: the year that is billed, and the year that was guided."""
    (row,) = (row for row in leases() if row.lease == "CORZ-6")
    rent = stated(row.rent_usd_per_kw_month)
    rate = RentRate(rent * MONTHS_PER_YEAR * KW_PER_MW, "critical_it")
    billing = miner_fact("Core Scientific", "2026-05-06", "billing_mw")
    billed = Case(
        id="V8 billing",
        title="Core Scientific: a year's rent of the megawatts billed in May 2026",
        expected=350.0,
        ours=settled_rent_usd(rent, billing.value) / USD_PER_MUSD,
        unit="M$/year",
        tolerance=5.0,
        tolerance_reason="the source says about 350, which is taken as rounded to 10 M$",
        basis=f"{billing.value:g} MW of critical IT that is billed; power passed through to the tenant",
        functions=("repower.contracts.settle",),
        source=miner_source(billing),
        note="rent is 10.2 G$ over 590 MW and 12 years, so 1.44 M$ per MW of critical IT; the 350 MW that the issuer "
        "called energised two months before are of a basis not stated, and rent_usd_per_year refuses to multiply them",
    )
    guided = replace(
        billed,
        id="V8 guided",
        title="Core Scientific: a year's rent of the megawatts guided for the end of 2025",
        expected=360.0,
        ours=rent_usd_per_year(rate, Capacity(GUIDED_MW, "billed_it")) / USD_PER_MUSD,
        tolerance=5.0,
        tolerance_reason="360 is taken as rounded to 10 M$",
        basis="250 MW of critical IT that was to be billed",
        functions=("repower.validation.rent_usd_per_year",),
        source=Source(
            "Core Scientific on the first quarter of 2025, https://www.itiger.com/news/2533966466", "2025-05", "A"
        ),
        note="not reached: colocation earned 31.3 M$ in the last quarter of 2025, 125 M$ a year",
    )
    return billed, guided


def settled_rent_usd(rent_usd_per_kw_month: UsdPerKwMonth, critical_it_mw: Mw) -> Usd:
    """A calendar year of rent on critical IT, without ramp or escalator, as `contracts.settle` bills it."""
    grid = local_year(YEAR, "UTC", SECONDS_PER_DAY)
    nothing, drawn = np.zeros(grid.count), np.full(grid.count, critical_it_mw)
    lease = Lease("lease", "lease", "tenant", "modified_gross", rent_usd_per_kw_month, term_years=12.0)
    terms = HallTerms("A", lease.name, date(YEAR, 1, 1), critical_it_mw)
    book = Book(
        Interconnect(critical_it_mw, date(YEAR, 1, 1)),
        (IndexSupply("index", "index", "hub"),),
        Tariff(),
        (lease,),
        inflation_frac_per_year=0.0,
        base_year=YEAR,
        halls=(terms,),
    )
    block = LoadBlock("A", "colocation", "A", lease.name, drawn, critical_it_mw, True, nothing, nothing)
    schedule = Schedule(grid, (block,), drawn[None, :], (), np.zeros((0, grid.count)), drawn, nothing)
    prices = Prices(grid, nothing, nothing, nothing, nothing)
    return sum(line.amount_usd for line in settle(schedule, book, prices) if line.what == "rent")
