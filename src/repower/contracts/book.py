"""The book: every contract in force at a site, and what earlier months left behind for later bills."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np

from repower.base.errors import InputError, Problem, nearest
from repower.base.units import Array, FracPerYear, Mw, UsdPerGpuH, UsdPerKwMonth
from repower.contracts.periods import Periods
from repower.site.agreements import Agreement, GpuRental, Hosting, Lease, Pool
from repower.site.interconnect import Interconnect
from repower.site.supply import IndexSupply, Supply
from repower.site.tariff import Tariff

Kind = TypeVar("Kind", Pool, Lease, GpuRental, Hosting)


@dataclass(frozen=True)
class PeakHistory:
    """Peaks before the settled span that its bills look back on: ratchets and lagged coincident-peak charges.

    Parameters
    ----------
    monthly_mw : (first of month, highest import [MW]); for a month of the settled span, the peak already billed in it.
    yearly_coincident_mw : (local year, average import in that year's system peaks [MW]); a year that is not named
        bills nothing later.
    yearly_load_mw : (local year, hall, contract, its part of that average [MW]); what is named for no load stays with
        the site's owner.
    """

    monthly_mw: tuple[tuple[date, Mw], ...] = ()
    yearly_coincident_mw: tuple[tuple[int, Mw], ...] = ()
    yearly_load_mw: tuple[tuple[int, str, str, Mw], ...] = ()


@dataclass(frozen=True)
class HallTerms:
    """A lease or GPU rental in force in a hall.

    Parameters
    ----------
    hall, contract : where, and the name of the `Lease` or `GpuRental` in the book.
    hand_over : first day of the term, from which rent, ramp, escalator and operating cost run.
    critical_it_mw : critical IT that is leased, or that the GPUs draw at most.
    gpu_count : GPUs of a rental; delivered GPU-hours are checked against it.
    term_rent_usd_per_gpu_h : market rent on which the term price was struck, for a rental without a price of its own.
    relet_rent_usd_per_kw_month : rent after a lease's term, on the same terms; None leaves the hall empty.
    ends : day from which a rental's GPUs are gone and cost nothing; None where they stay.
    """

    hall: str
    contract: str
    hand_over: date
    critical_it_mw: Mw
    gpu_count: int = 0
    term_rent_usd_per_gpu_h: UsdPerGpuH | None = None
    relet_rent_usd_per_kw_month: UsdPerKwMonth | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Book:
    """Every contract under which a site's hours are offered and settled.

    Parameters
    ----------
    supply : at most one index supply; its price is `Prices.index_usd_per_mwh`.
    agreements : pools, leases, rentals and hosting that load blocks name as their contract.
    inflation_frac_per_year : raises wires charges and operating cost (landlord's, GPU, on-site plants' O&M) every
        1 January after `base_year`; prices of energy contracts move by their own escalators alone.
    peak_history : what earlier spans left; see `next_history`.
    halls : leases and GPU rentals in force.
    """

    interconnect: Interconnect
    supply: tuple[Supply, ...]
    tariff: Tariff
    agreements: tuple[Agreement, ...]
    inflation_frac_per_year: FracPerYear
    base_year: int
    peak_history: PeakHistory = PeakHistory()
    halls: tuple[HallTerms, ...] = ()


def agreement(book: Book, name: str, kind: type[Kind]) -> Kind:
    """The agreement of that name and kind.

    Raises
    ------
    InputError : where the book has none of that name, or one of another kind.
    """
    for candidate in book.agreements:
        if candidate.name == name:
            if isinstance(candidate, kind):
                return candidate
            fix = f"name a contract of the kind that the block's use needs ({kind.__name__})"
            raise InputError(Problem(f"the contract is a {candidate.kind}", fix, key="block.contract", value=name))
    names = [candidate.name for candidate in book.agreements if isinstance(candidate, kind)]
    close = nearest(name, names)
    hint = f"; did you mean {close!r}?" if close else ""
    fix = f"add a {kind.__name__} of that name or name one of: {', '.join(names) or 'none there'}{hint}"
    raise InputError(Problem("no such contract in the book", fix, key="block.contract", value=name))


def hall_terms(book: Book, hall: str, contract: str) -> HallTerms:
    """The terms under which a contract is in force in a hall.

    Raises
    ------
    InputError : where the book names no such hall and contract.
    """
    for terms in book.halls:
        if terms.hall == hall and terms.contract == contract:
            return terms
    fix = "add HallTerms with the hand-over date and critical IT to Book.halls"
    raise InputError(
        Problem("the contract is not in force in this hall", fix, key="book.halls", value=f"{hall}, {contract}")
    )


def index_supply(book: Book) -> IndexSupply | None:
    """The index supply of a site; None for a site that never imports.

    Raises
    ------
    InputError : two index supplies, or none behind an interconnection that may import.
    """
    found = [supply for supply in book.supply if isinstance(supply, IndexSupply)]
    if len(found) > 1:
        names = ", ".join(supply.name for supply in found)
        raise InputError(Problem("a site has one index supply", "keep one of them", key="supply", value=names))
    if not found and book.interconnect.import_limit_mw > 0.0:
        fix = 'add a [[supply]] of kind = "index", or set interconnect.import_limit_mw = 0'
        raise InputError(Problem("imported energy has no price", fix, key="supply", value="no index supply"))
    return found[0] if found else None


def inflation(book: Book, when: Periods) -> Array:
    """Factor on wires charges and operating cost, shape (months,): one step every 1 January after the base year."""
    years = np.array([month.year for month in when.months]) - book.base_year
    return np.asarray((1.0 + book.inflation_frac_per_year) ** years, dtype=np.float64)
