"""What is public about conversions: rows of `deals`, `leases`, `financing`, `miners` and `miner_months`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeVar

from repower.base.errors import CatalogError, Problem
from repower.base.units import (
    Btc,
    Ehs,
    Frac,
    FracPerYear,
    JPerTh,
    Mw,
    Ratio,
    Usd,
    UsdPerBtc,
    UsdPerKwh,
    UsdPerKwMonth,
    UsdPerMw,
    UsdPerMwYear,
    UsdPerYear,
    Years,
)
from repower.catalog.facts import Fact, fact_of
from repower.catalog.row import Row, pick
from repower.catalog.table import table


@dataclass(frozen=True)
class Deal:
    """A public contract, sale or pipeline; None where the sources give nothing.

    Parameters
    ----------
    critical_it_mw, gross_mw, nameplate_mw : IT of the deal, contracted power of the deal, power of the whole campus.
    revenue_usd, revenue_with_options_usd : over the base term, and with every extension [$].
    price_usd : of what is bought, a company, a business or a fixed supply; no contract revenue.
    it_capex_low_usd_per_mw, it_capex_high_usd_per_mw : stated building cost per MW of critical IT.
    gross_capex_low_usd_per_mw, gross_capex_high_usd_per_mw : the same per MW of contracted power.
    noi_usd_per_year : net operating income of an average year of the term.
    reached : dates reached as far as seen by July 2026; None says that nothing is known, not that nothing came.
    status : a key of `STATUSES`.
    """

    deal: str
    company: str
    site: str
    counterparty: str
    announced: str
    model: str
    critical_it_mw: Mw | None
    gross_mw: Mw | None
    nameplate_mw: Mw | None
    term_years: Years | None
    revenue_usd: Usd | None
    revenue_with_options_usd: Usd | None
    price_usd: Usd | None
    it_capex_low_usd_per_mw: UsdPerMw | None
    it_capex_high_usd_per_mw: UsdPerMw | None
    gross_capex_low_usd_per_mw: UsdPerMw | None
    gross_capex_high_usd_per_mw: UsdPerMw | None
    capex_usd: Usd | None
    noi_usd_per_year: UsdPerYear | None
    noi_margin_low_frac: Frac | None
    noi_margin_high_frac: Frac | None
    capex_payer: str | None
    financing: str | None
    power: str | None
    backstop: str | None
    promised: str | None
    reached: str | None
    status: str
    fact: Fact


@dataclass(frozen=True)
class Lease:
    """Rent of a deal, or asking rent of a market.

    Parameters
    ----------
    deal : key for `deal`; None for a market survey.
    critical_it_mw, gross_mw : IT let; contracted power, only where the rent is stated on it.
    rent_usd_per_kw_month : per kW of critical IT; None where only `gross_rent_usd_per_kw_month` is known.
    rent_period : ``term_average``, ``first_year`` or ``asking``.
    basis : ``nnn``, ``modified_gross``, ``gross`` or ``not_stated``: who pays power and operation.
    noi_usd_per_mw_year : per MW of critical IT.
    """

    lease: str
    deal: str | None
    landlord: str
    tenant: str
    guarantor: str | None
    critical_it_mw: Mw | None
    gross_mw: Mw | None
    rent_usd_per_kw_month: UsdPerKwMonth | None
    gross_rent_usd_per_kw_month: UsdPerKwMonth | None
    rent_period: str
    basis: str
    term_years: Years | None
    escalator_frac_per_year: FracPerYear | None
    noi_usd_per_mw_year: UsdPerMwYear | None
    status: str
    fact: Fact


@dataclass(frozen=True)
class Financing:
    """Debt raised, sought or offered; `rate_frac_per_year` is the upper end where the source gives a range."""

    project: str
    instrument: str
    amount_usd: Usd | None
    rate_frac_per_year: FracPerYear | None
    spread_low_frac_per_year: FracPerYear | None
    spread_high_frac_per_year: FracPerYear | None
    rating: str | None
    due: str | None
    tenor_years: Years | None
    amortisation: str | None
    credit: str | None
    debt_usd_per_mw: UsdPerMw | None
    dscr_ratio: Ratio | None
    ltc_frac: Frac | None
    covenants: str | None
    status: str
    fact: Fact


@dataclass(frozen=True)
class MinerFact:
    """One figure of a public miner; `basis` says of which layer, fleet or part, `mw_basis` of which megawatts."""

    company: str
    period: str
    period_kind: str
    metric: str
    value: float
    unit: str
    basis: str | None
    mw_basis: str | None
    status: str
    fact: Fact


@dataclass(frozen=True)
class MinerMonth:
    """A month of an issuer as released.

    Parameters
    ----------
    month : YYYY-MM.
    hash_rate_ehs : average operating hash rate.
    electricity_usd, electricity_usd_per_btc : of mining, after `electricity_basis`; the second as released.
    hardware_margin_frac : mining revenue less electricity over mining revenue, as released; None where it was not.
    used_mw : power of the miners on average; whether at plug or meter is not stated.
    """

    company: str
    month: str
    hash_rate_ehs: Ehs
    mined_btc: Btc
    electricity_usd: Usd
    electricity_usd_per_btc: UsdPerBtc
    electricity_basis: str
    mining_revenue_usd: Usd
    ai_revenue_usd: Usd | None
    hardware_margin_frac: Frac | None
    used_mw: Mw | None
    operating_mw: Mw | None
    fleet_j_per_th: JPerTh | None
    power_price_usd_per_kwh: UsdPerKwh | None
    status: str
    fact: Fact


Record = TypeVar("Record", Deal, Lease, Financing, MinerFact, MinerMonth)


def deal(name: str) -> Deal:
    """The deal of that name; where sources disagree and it has several rows, the one listed first.

    Raises
    ------
    CatalogError : no such deal; the message names the nearest one.
    """
    first: dict[str, Deal] = {}
    for found in deals():
        first.setdefault(found.deal, found)
    return pick(first, name, "deals", "deal")


@lru_cache(maxsize=1)
def deals() -> tuple[Deal, ...]:
    """Every row of `deals`, in the order of the table."""
    return tuple(_record(Deal, row) for row in table("deals").rows)


@lru_cache(maxsize=1)
def leases() -> tuple[Lease, ...]:
    """Every row of `leases`, in the order of the table."""
    return tuple(_record(Lease, row) for row in table("leases").rows)


@lru_cache(maxsize=1)
def financings() -> tuple[Financing, ...]:
    """Every row of `financing`, in the order of the table."""
    return tuple(_record(Financing, row) for row in table("financing").rows)


def miner_facts(company: str = "", metric: str = "", period: str = "") -> tuple[MinerFact, ...]:
    """Rows of `miners` of a company, a metric and a period, each only where it is given.

    The months of IREN stand in `miner_months` and not here.

    Raises
    ------
    CatalogError : a name that no row has, with the nearest one, or no row that has them all.
    """
    found = _miner_facts()
    for column, name in (("company", company), ("metric", metric), ("period", period)):
        if name:
            pick({getattr(fact, column): fact for fact in _miner_facts()}, name, "miners", column)
            found = tuple(fact for fact in found if getattr(fact, column) == name)
    if not found:
        asked = ", ".join(name for name in (company, metric, period) if name)
        fix = "ask for less; `repower catalog miners` shows what there is"
        raise CatalogError(Problem("no row has all of these", fix, "miners.csv", "company, metric, period", asked))
    return found


@lru_cache(maxsize=1)
def miner_months() -> tuple[MinerMonth, ...]:
    """Every row of `miner_months`, in the order of the table: issuer by issuer, ascending in time."""
    return tuple(_record(MinerMonth, row) for row in table("miner_months").rows)


@lru_cache(maxsize=1)
def _miner_facts() -> tuple[MinerFact, ...]:
    return tuple(_record(MinerFact, row) for row in table("miners").rows)


def _record(kind: type[Record], row: Row) -> Record:
    """The record whose fields are named as the columns; the schema has checked their kinds."""
    cells: dict[str, Any] = {field.name: row[field.name] for field in fields(kind) if field.name != "fact"}
    return kind(**cells, fact=fact_of(row))
