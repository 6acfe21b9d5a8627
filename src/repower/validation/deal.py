"""One public deal: rent on its own megawatts, yield on stated cost, the debt it could carry, and what is missing.

Rent is given per MW of critical IT where that is known, and per MW of contracted gross power where only that is; the
two are never mixed, and the power of a whole campus is no basis of anything. Income grows at the lease's escalator, or
at the rate that a stated first year and the average imply; where neither is known it is taken as level and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from repower.base.units import (
    USD_PER_MUSD,
    Array,
    Frac,
    FracPerYear,
    Ratio,
    Usd,
    UsdPerMwYear,
    UsdPerYear,
    Years,
)
from repower.catalog import Deal, Fact, Lease, constant, deal, leases
from repower.finance import first_year_usd, growing_usd, yield_on_cost
from repower.validation.capacity import Capacity
from repower.validation.deal_debt import DealDebt, DealTerms, carried, deal_terms
from repower.validation.deal_rent import DealRent, average_rent, capacities


@dataclass(frozen=True)
class DealYield:
    """Net operating income over one statement of cost; None for the first year where growth is not known."""

    cost_words: str
    cost_usd: Usd
    average_frac: Frac
    first_year_frac: Frac | None


@dataclass(frozen=True)
class DealView:
    """What can be said about a deal from its rows in the catalog.

    Parameters
    ----------
    deal, company, counterparty, model, status, fact : as in `catalog.deals`.
    capacities : every capacity stated, each with its basis.
    term_years : base term.
    rent : None where revenue, term or megawatts are missing.
    noi_usd_per_year, noi_words : net operating income of an average year, and how it was found.
    noi_usd_per_mw_year : the same per MW of the rent's basis; None without rent.
    yields : on each statement of cost.
    debt : what the income could carry at the terms given; None where no income is known.
    notes : what was assumed.
    missing : what would have to be known to say more.
    """

    deal: str
    company: str
    counterparty: str
    model: str
    status: str
    fact: Fact
    capacities: tuple[Capacity, ...]
    term_years: Years | None
    rent: DealRent | None
    noi_usd_per_year: UsdPerYear | None
    noi_words: str
    noi_usd_per_mw_year: UsdPerMwYear | None
    yields: tuple[DealYield, ...]
    debt: DealDebt | None
    notes: tuple[str, ...]
    missing: tuple[str, ...]


def evaluate_deal(
    name: str,
    rate_frac_per_year: FracPerYear | None = None,
    tenor_years: Years | None = None,
    dscr_ratio: Ratio | None = None,
) -> DealView:
    """A public deal in figures that can be compared.

    Parameters
    ----------
    name : key of `catalog.deals`, such as ``HUT-1``.
    rate_frac_per_year, tenor_years, dscr_ratio : terms of the debt; those of `deal_terms` where absent.

    Raises
    ------
    CatalogError : no such deal; the message names the nearest one.
    InputError : a term outside its range.
    """
    terms = deal_terms(rate_frac_per_year, tenor_years, dscr_ratio)
    return view(deal(name), tuple(lease for lease in leases() if lease.deal == name), terms)


def view(found: Deal, its_leases: Sequence[Lease], terms: DealTerms) -> DealView:
    """The same for a row that need not be in the catalog."""
    rent = average_rent(found, its_leases)
    noi, noi_words = _noi(found, rent)
    income = _income(noi, found.term_years, rent)
    costs = _costs(found)
    debt = (
        None if income is None else carried(income, terms, costs[-1][1] if costs else None, rent.mw if rent else None)
    )
    known = rent is not None and rent.growth_frac_per_year is not None
    yields = tuple(
        DealYield(words, cost, on_cost.average_frac, on_cost.first_year_frac if known else None)
        for words, cost in costs
        if income is not None and (on_cost := yield_on_cost(income, cost)) is not None
    )
    return DealView(
        deal=found.deal,
        company=found.company,
        counterparty=found.counterparty,
        model=found.model,
        status=found.status,
        fact=found.fact,
        capacities=capacities(found),
        term_years=found.term_years,
        rent=rent,
        noi_usd_per_year=noi,
        noi_words=noi_words,
        noi_usd_per_mw_year=None if noi is None or rent is None else noi / rent.mw,
        yields=yields,
        debt=debt,
        notes=_notes(found, rent, income, debt, bool(costs)),
        missing=_missing(found, rent, noi, bool(costs)),
    )


def _noi(found: Deal, rent: DealRent | None) -> tuple[UsdPerYear | None, str]:
    if found.noi_usd_per_year is not None:
        return found.noi_usd_per_year, "as in the catalog"
    low, high = found.noi_margin_low_frac, found.noi_margin_high_frac
    if rent is None or low is None or high is None:
        return None, ""
    margin = 0.5 * (low + high)
    return (
        margin * rent.rent_usd_per_mw_year * rent.mw,
        f"average rent at a margin of {margin:.1%}, the middle of its range",
    )


def _income(noi: UsdPerYear | None, term_years: Years | None, rent: DealRent | None) -> Array | None:
    """Net operating income of every year, shape (years,), growing as the rent does; None where it is not known."""
    if noi is None or term_years is None:
        return None
    years = round(term_years)
    growth = rent.growth_frac_per_year if rent is not None else None
    rate = 0.0 if growth is None else growth
    return growing_usd(first_year_usd(years * noi, rate, years), rate, years)


def _costs(found: Deal) -> list[tuple[str, Usd]]:
    """Statements of cost, each on the megawatts it was made for; a stated total last."""
    costs = []
    of_it = (found.it_capex_low_usd_per_mw, found.it_capex_high_usd_per_mw, found.critical_it_mw, "critical IT")
    of_gross = (found.gross_capex_low_usd_per_mw, found.gross_capex_high_usd_per_mw, found.gross_mw, "gross power")
    for low, high, mw, kind in (of_it, of_gross):
        if low is not None and high is not None and mw is not None:
            spread = f"{low / USD_PER_MUSD:g}" if low == high else f"{low / USD_PER_MUSD:g} to {high / USD_PER_MUSD:g}"
            middle = "" if low == high else ", the middle"
            costs.append((f"stated {spread} M$ per MW of {kind}{middle}", 0.5 * (low + high) * mw))
    if found.capex_usd is not None:
        costs.append(("stated total", found.capex_usd))
    return costs


def _notes(
    found: Deal, rent: DealRent | None, income: Array | None, debt: DealDebt | None, costed: bool
) -> tuple[str, ...]:
    notes = []
    if found.price_usd is not None:
        notes.append(f"{found.price_usd / USD_PER_MUSD:,.0f} M$ is the price of what was bought, not rent")
    for words, said in (
        ("who bears power", found.power),
        ("who pays for the building", found.capex_payer),
        ("catalog", found.fact.note),
    ):
        if said:
            notes.append(f"{words}: {said}")
    if rent is not None and "GPU" in found.model:
        notes.append("the revenue pays for GPUs as well: it cannot be set beside the rent of a hall")
    if rent is not None and rent.basis == "gross":
        notes.append(
            "critical IT is not known: every figure is per MW of gross power and cannot be set beside one of IT"
        )
    if income is not None and rent is not None:
        how = (
            "grows as the rent does (assumed)"
            if rent.growth_frac_per_year is not None
            else "is taken as level (assumed)"
        )
        notes.append(f"net operating income {how}, before tax")
    if costed and income is not None:
        low, high = constant("financed_over_stated_low_ratio"), constant("financed_over_stated_high_ratio")
        notes.append(
            "stated cost is taken as it is: with interest, fees and reserves it was "
            f"{low.value:g} and {high.value:g} times as much at two projects (catalog constants)"
        )
    if debt is not None:
        notes.append(debt.terms.words)
    return tuple(notes)


def _missing(found: Deal, rent: DealRent | None, noi: UsdPerYear | None, costed: bool) -> tuple[str, ...]:
    rented = "rent per MW"
    asked = (
        (found.critical_it_mw is None, "critical IT in MW: anything per MW of IT"),
        (found.term_years is None, f"the term: {rented}"),
        (found.revenue_usd is None and rent is None, f"contract revenue: {rented}"),
        (
            rent is not None and rent.growth_frac_per_year is None,
            "the escalator: rent of the first year; level income sizes debt too high",
        ),
        (noi is None, "net operating income, or its margin on rent: yield on cost and debt"),
        (not costed, "the cost of building: yield on cost, and the share of it that debt would be"),
    )
    return tuple(words for lacks, words in asked if lacks)
