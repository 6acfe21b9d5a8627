"""Public leases as the claims use them: each counted once, on critical IT."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from repower.base.units import Mw, UsdPerKwh, UsdPerKwMonth
from repower.catalog import Lease, deal, leases
from repower.validation.capacity import RentRate, rent_usd_per_kwh
from repower.validation.figures import stated as filled

PARTS: Final = frozenset({"CORZ-1", "CORZ-2", "CORZ-3", "CORZ-4"})
"""Leases that the total of CORZ-6 holds."""

AVERAGE: Final = "term_average"


def average_rents() -> tuple[Lease, ...]:
    """Leases with a rent per kW of critical IT that is averaged over the term and does not hold power."""
    return tuple(
        each
        for each in leases()
        if each.rent_period == AVERAGE and each.rent_usd_per_kw_month is not None and each.basis != "gross"
    )


def rents_usd_per_kw_month() -> tuple[UsdPerKwMonth, ...]:
    """Rents of `average_rents`, ascending."""
    return tuple(sorted(filled(each.rent_usd_per_kw_month) for each in average_rents()))


def counted_once() -> tuple[Lease, ...]:
    """Leases of known critical IT, without the parts of a total and without second rows of one lease."""
    found: dict[str, Lease] = {}
    for each in leases():
        if each.deal is not None and each.deal not in PARTS and each.critical_it_mw is not None:
            found.setdefault(each.deal, each)
    return tuple(found.values())


def signed(lease: Lease) -> str:
    """Day or month of the announcement of the deal behind a lease."""
    return deal(lease.deal or "").announced


def it_mw(rows: Iterable[Lease]) -> Mw:
    """Critical IT of some leases."""
    return sum(filled(each.critical_it_mw) for each in rows)


def cloud_contract_usd_per_kwh(name: str) -> UsdPerKwh:
    """Revenue of a GPU cloud contract per kWh of critical IT at full load over the term."""
    found = deal(name)
    usd_per_year = filled(found.revenue_usd) / filled(found.term_years)
    return rent_usd_per_kwh(RentRate(usd_per_year / filled(found.critical_it_mw), "critical_it"))
