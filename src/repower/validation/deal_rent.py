"""Rent of a public deal on the megawatts it was agreed for: critical IT where known, else contracted gross power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repower.base.units import (
    KW_PER_MW,
    MONTHS_PER_YEAR,
    FracPerYear,
    Mw,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerMwYear,
)
from repower.catalog import Deal, Lease
from repower.finance import first_year_usd, growing_usd, implied_growth_frac_per_year
from repower.validation.capacity import Capacity, MwBasis, RentRate, rent_usd_per_kwh


@dataclass(frozen=True)
class DealRent:
    """Rent, or contract revenue, on the megawatts it was agreed for.

    Parameters
    ----------
    basis, mw : ``critical_it`` or ``gross``, and how much of it; everything below is per MW of that.
    rent_usd_per_mw_year, rent_usd_per_kw_month : average over the base term.
    rent_usd_per_kwh : the same over the energy if every kW of the basis ran in every hour.
    first_rent_usd_per_mw_year : first year of the term; None where neither an escalator nor a first year is known.
    growth_frac_per_year, growth_words : rise of the rent, and where it is from; None where it is not known.
    """

    basis: MwBasis
    mw: Mw
    rent_usd_per_mw_year: UsdPerMwYear
    rent_usd_per_kw_month: UsdPerKwMonth
    rent_usd_per_kwh: UsdPerKwh
    first_rent_usd_per_mw_year: UsdPerMwYear | None
    growth_frac_per_year: FracPerYear | None
    growth_words: str


def capacities(found: Deal) -> tuple[Capacity, ...]:
    """Every capacity that a deal states, each with its basis."""
    stated: tuple[tuple[Mw | None, MwBasis], ...] = (
        (found.critical_it_mw, "critical_it"),
        (found.gross_mw, "gross"),
        (found.nameplate_mw, "nameplate"),
    )
    return tuple(Capacity(mw, basis) for mw, basis in stated if mw is not None)


def average_rent(found: Deal, its_leases: Sequence[Lease]) -> DealRent | None:
    """Average rent from the revenue of the base term, or from a lease that states its rent per kW."""
    on = next((capacity for capacity in capacities(found) if capacity.basis in {"critical_it", "gross"}), None)
    if on is None or found.term_years is None:
        return None
    first = _first_year(on.basis, its_leases)
    stated = next(
        (lease.escalator_frac_per_year for lease in its_leases if lease.escalator_frac_per_year is not None), None
    )
    years = round(found.term_years)
    average = None if found.revenue_usd is None else found.revenue_usd / (found.term_years * on.mw)
    growth, words = stated, "escalator of the lease"
    if growth is None and first is not None and average is not None and first < average:
        growth, words = implied_growth_frac_per_year(first, years * average, years), "implied by first year and average"
    if growth is None:
        words = "not known"
    elif average is None and first is not None:
        average = float(growing_usd(first, growth, years).mean())
    elif average is not None and first is None:
        first = first_year_usd(years * average, growth, years)
    if average is None:
        return None
    return DealRent(
        basis=on.basis,
        mw=on.mw,
        rent_usd_per_mw_year=average,
        rent_usd_per_kw_month=average / (MONTHS_PER_YEAR * KW_PER_MW),
        rent_usd_per_kwh=rent_usd_per_kwh(RentRate(average, on.basis)),
        first_rent_usd_per_mw_year=first,
        growth_frac_per_year=growth,
        growth_words=words,
    )


def _first_year(basis: MwBasis, its_leases: Sequence[Lease]) -> UsdPerMwYear | None:
    for lease in its_leases:
        monthly = lease.rent_usd_per_kw_month if basis == "critical_it" else lease.gross_rent_usd_per_kw_month
        if lease.rent_period == "first_year" and monthly is not None:
            return monthly * MONTHS_PER_YEAR * KW_PER_MW
    return None
