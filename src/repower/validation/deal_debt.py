"""The debt that a deal's income could carry: sculpted at stated terms, within a share of cost where cost is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from repower.base.units import Array, Frac, FracPerYear, Mw, Ratio, Usd, UsdPerMw, Years
from repower.catalog import Financing
from repower.finance import DebtTerms, interest_cover_ratio, ltc_frac, sculpt
from repower.validation.figures import financing, stated

PRICED: Final = ("Hut 8 River Bend", "senior secured notes")
COVERED: Final = ("Galaxy Helios I", "term loan of Deutsche Bank")
"""Rows of `financing` whose terms are taken where none are given."""


@dataclass(frozen=True)
class DealTerms:
    """Terms of a debt, and in words where they are from.

    Parameters
    ----------
    tenor_years : in whole years; never beyond the lease.
    ltc_frac : most it may be of the stated cost.
    """

    rate_frac_per_year: FracPerYear
    tenor_years: Years
    dscr_ratio: Ratio
    ltc_frac: Frac
    words: str


@dataclass(frozen=True)
class DealDebt:
    """Debt on a deal's net operating income, before tax.

    Parameters
    ----------
    carried_usd : what the income repays at the terms, whatever the building costs.
    lent_usd : the same within the share of the cost that lenders give; None where the cost is not known.
    on_cost_frac : carried over cost; None where the cost is not known.
    carried_usd_per_mw : per MW of the rent's basis; None where that is not known.
    least_dscr_ratio : lowest cover of the carried debt.
    interest_cover_ratio : income over interest in the first year of the carried debt.
    """

    terms: DealTerms
    carried_usd: Usd
    lent_usd: Usd | None
    on_cost_frac: Frac | None
    carried_usd_per_mw: UsdPerMw | None
    least_dscr_ratio: Ratio | None
    interest_cover_ratio: Ratio | None
    status: str


def deal_terms(
    rate_frac_per_year: FracPerYear | None = None, tenor_years: Years | None = None, dscr_ratio: Ratio | None = None
) -> DealTerms:
    """Terms as given; where absent, rate and tenor of River Bend's notes, cover and loan to cost of Galaxy's loan.

    Raises
    ------
    InputError : a term outside its range, or a tenor that is no whole number of years.
    """
    priced, covered = financing(*PRICED), financing(*COVERED)
    rate = stated(priced.rate_frac_per_year) if rate_frac_per_year is None else rate_frac_per_year
    tenor = float(int(stated(priced.tenor_years))) if tenor_years is None else tenor_years
    cover = stated(covered.dscr_ratio) if dscr_ratio is None else dscr_ratio
    share = stated(covered.ltc_frac)
    DebtTerms(rate, tenor, cover, share)
    taken = [
        _taken(rate_frac_per_year, f"rate {rate:.3%}", priced),
        _taken(tenor_years, f"tenor {tenor:g} years, or the lease where shorter", priced),
    ]
    taken += [_taken(dscr_ratio, f"cover {cover:.2f}x", covered), _taken(None, f"loan to cost {share:.0%}", covered)]
    return DealTerms(rate, tenor, cover, share, "debt terms: " + "; ".join(taken))


def carried(income_usd: Array, terms: DealTerms, cost_usd: Usd | None, mw: Mw | None) -> DealDebt:
    """The debt that yearly income repays.

    Parameters
    ----------
    income_usd : shape (years,), net operating income of the lease, each at the end of its year from hand-over.
    cost_usd : stated cost; None where it is not known.
    mw : megawatts of the rent; None where they are not known.
    """
    within = DebtTerms(
        terms.rate_frac_per_year, min(terms.tenor_years, income_usd.size), terms.dscr_ratio, ltc_frac=1.0
    )
    # Cost as large as all income keeps the loan free of it: what cost allows is asked separately.
    debt = sculpt(income_usd, within, float(income_usd.sum()))
    cover = interest_cover_ratio(float(income_usd[0]), float(debt.interest_usd[0]))
    lent = None if cost_usd is None else min(debt.size_usd, terms.ltc_frac * cost_usd)
    return DealDebt(
        terms=terms,
        carried_usd=debt.size_usd,
        lent_usd=lent,
        on_cost_frac=None if cost_usd is None else ltc_frac(debt.size_usd, cost_usd),
        carried_usd_per_mw=None if mw is None else debt.size_usd / mw,
        least_dscr_ratio=debt.min_dscr_ratio,
        interest_cover_ratio=cover,
        status=debt.status,
    )


def _taken(given: float | None, words: str, row: Financing) -> str:
    return f"{words} ({'given' if given is not None else f'of {row.project}, {row.instrument}'})"
