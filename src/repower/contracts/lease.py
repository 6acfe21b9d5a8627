"""Data-centre leases on critical IT: rent with ramp and escalator, service credits, and who pays for power.

=================  ==========================  =======================
basis              power of the hall           operating cost
=================  ==========================  =======================
``nnn``            passed through to tenant    recovered from tenant
``modified_gross`` passed through to tenant    landlord's
``gross``          landlord's                  landlord's
=================  ==========================  =======================

Rent is due on critical IT whatever is drawn, by days in a month that is not whole; operating cost runs from hand-over
without a ramp. After the term the hall is let again at `HallTerms.relet_rent_usd_per_kw_month` on the same terms, or
nothing is due.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.clock import step_h
from repower.base.units import (
    DAYS_PER_YEAR,
    HOURS_PER_DAY,
    KW_PER_MW,
    MONTHS_PER_YEAR,
    Array,
    BoolArray,
    FracPerYear,
    UsdPerKwMonth,
)
from repower.contracts.bill import PowerBill
from repower.contracts.book import Book, HallTerms, agreement, hall_terms, inflation
from repower.contracts.lines import Head, Position
from repower.contracts.periods import Periods, by_month, days_by_month, months_since, periods, ramp_frac
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.contracts.supply import import_cost_usd_per_mwh
from repower.facility.blocks import LoadBlock
from repower.site.agreements import Lease

PASSES_POWER_ON = frozenset({"nnn", "modified_gross"})
ROUNDING = 1e-9
"""Availability this much below the promise still keeps it."""


@dataclass(frozen=True)
class Rent:
    """A lease day by day.

    Parameters
    ----------
    rent_usd_per_kw_month : shape (D,), price on each day; zero before hand-over and where nothing is let.
    billed_frac : shape (D,), share of critical IT billed: the ramp.
    in_force : shape (D,), whether there is a tenant.
    """

    rent_usd_per_kw_month: Array
    billed_frac: Array
    in_force: BoolArray


def rent(lease: Lease, terms: HallTerms, when: Periods) -> Rent:
    """Rent, ramp and duration of a lease on every day of a span.

    The rent steps up on anniversaries of the hand-over; when the hall is let again, on anniversaries of that day.
    """
    month = months_since(when, terms.hand_over)
    term_months = round(lease.term_years * MONTHS_PER_YEAR)
    in_term, later = (month >= 0) & (month < term_months), month >= term_months
    rate = np.where(in_term, _stepped(lease.rent_usd_per_kw_month, month, lease.escalator_frac_per_year), 0.0)
    in_force = in_term
    if terms.relet_rent_usd_per_kw_month is not None:
        again = _stepped(terms.relet_rent_usd_per_kw_month, month - term_months, lease.escalator_frac_per_year)
        rate = np.where(later, again, rate)
        in_force = in_term | later
    return Rent(rate, ramp_frac(when, terms.hand_over, lease.ramp_months) * in_force, in_force)


def lease_value_usd_per_mwh(block: LoadBlock, book: Book, prices: Prices) -> Array:
    """What a metered MWh for a tenant is worth: its rent, and its power where the tenant pays it; shape (T,).

    Assumed: an hour without power costs the rent of that hour (rent over the mean hours of a month, per MWh of the load
    in full), as a tenant would ask for an interruption. No contract says so hour by hour, so this orders shedding and
    is no forecast of a claim; what settles is the monthly service credit. Leases are firm and run before all else.
    """
    lease, terms = agreement(book, block.contract, Lease), hall_terms(book, block.hall, block.contract)
    when = periods(prices.grid)
    found = rent(lease, terms, when)
    hours_per_month = DAYS_PER_YEAR * HOURS_PER_DAY / MONTHS_PER_YEAR
    hourly_usd = found.rent_usd_per_kw_month * found.billed_frac * terms.critical_it_mw * KW_PER_MW / hours_per_month
    capacity = block.capacity_mw
    value = np.divide(hourly_usd[when.day_of], capacity, out=np.zeros(len(capacity)), where=capacity > 0.0)
    if lease.basis in PASSES_POWER_ON:
        value += import_cost_usd_per_mwh(book, prices) * found.in_force[when.day_of]
    return value


def lease_positions(
    rows: list[int], schedule: Schedule, book: Book, bill: PowerBill, laid_usd: Array
) -> list[Position]:
    """Power passed through to the tenant of the blocks `rows`, which share a hall and a lease, by month.

    The tenant pays the energy cost of the interval at the site's average, the hall's share of the charges for capacity,
    and what it causes of the month's and the system's peaks (see `repower.contracts.bill`). PPA differences,
    take-or-pay shortfalls and export stay with the site.

    Parameters
    ----------
    laid_usd : shape (K, months), from `bill.laid_usd`.
    """
    first = schedule.blocks[rows[0]]
    lease = agreement(book, first.contract, Lease)
    if lease.basis not in PASSES_POWER_ON:
        return []
    when, hours = periods(schedule.grid), step_h(schedule.grid)
    let = rent(lease, hall_terms(book, first.hall, first.contract), when).in_force[when.day_of]
    drawn_mw, capacity_mw = _sums(rows, schedule)
    energy_usd = by_month(when, drawn_mw * let * bill.average_usd_per_mwh) * hours
    held = by_month(when, capacity_mw)
    let_frac = np.divide(by_month(when, capacity_mw * let), held, out=np.zeros(len(held)), where=held > 0.0)
    capacity_usd = let_frac * laid_usd[rows].sum(axis=0)
    head = Head(lease.tenant, lease.name, "power pass-through", "MWh", "$/MWh", True, first.hall, "colocation")
    return [Position(head, by_month(when, drawn_mw * let) * hours, energy_usd + capacity_usd)]


def rent_positions(terms: HallTerms, schedule: Schedule, book: Book) -> list[Position]:
    """Rent, service credit and operating cost of one hall by month, whether or not it draws power.

    The credit is due in a month whose availability is below the promise: the lease's expected availability, times the
    share of the hall's load that the schedule serves.
    """
    lease = agreement(book, terms.contract, Lease)
    when = periods(schedule.grid)
    found = rent(lease, terms, when)
    kw = terms.critical_it_mw * KW_PER_MW
    kw_months = kw * days_by_month(when, found.billed_frac)
    rent_usd = kw * days_by_month(when, found.billed_frac * found.rent_usd_per_kw_month)
    missed = _availability_frac(lease, terms, schedule, when) < lease.sla_availability_frac - ROUNDING
    credited_usd = rent_usd * missed
    mw_months = terms.critical_it_mw * days_by_month(when, found.in_force.astype(np.float64))
    operating_usd = mw_months * lease.operating_usd_per_mw_year / MONTHS_PER_YEAR * inflation(book, when)

    def head(other: str, what: str, quantity_unit: str, unit_price_unit: str, income: bool) -> Head:
        return Head(other, lease.name, what, quantity_unit, unit_price_unit, income, terms.hall, "colocation")

    found_positions = [
        Position(head(lease.tenant, "rent", "kW-month", "$/kW-month", True), kw_months, rent_usd),
        Position(
            head(lease.tenant, "service credit", "$ of rent", "$/$", False),
            credited_usd,
            -credited_usd * lease.sla_credit_frac,
        ),
        Position(head("operator", "operating cost", "MW-month", "$/MW-month", False), mw_months, -operating_usd),
    ]
    if lease.basis == "nnn":
        recovered = head(lease.tenant, "operating cost recovered", "MW-month", "$/MW-month", True)
        found_positions.append(Position(recovered, mw_months, operating_usd))
    return [position for position in found_positions if position.amount_usd.any()]


def _stepped(rate_usd_per_kw_month: UsdPerKwMonth, month: np.ndarray, escalator: FracPerYear) -> Array:
    years = np.maximum(month // MONTHS_PER_YEAR, 0)
    return np.asarray(rate_usd_per_kw_month * (1.0 + escalator) ** years, dtype=np.float64)


def _availability_frac(lease: Lease, terms: HallTerms, schedule: Schedule, when: Periods) -> Array:
    rows = [
        row
        for row, block in enumerate(schedule.blocks)
        if (block.use, block.hall, block.contract) == ("colocation", terms.hall, terms.contract)
    ]
    drawn_mw, capacity_mw = _sums(rows, schedule)
    asked = by_month(when, capacity_mw)
    served = np.divide(by_month(when, drawn_mw), asked, out=np.ones(len(asked)), where=asked > 0.0)
    return served * lease.expected_availability_frac


def _sums(rows: list[int], schedule: Schedule) -> tuple[Array, Array]:
    """Metered power and capacity of some blocks, shape (T,) each."""
    drawn_mw, capacity_mw = np.zeros(schedule.grid.count), np.zeros(schedule.grid.count)
    for row in rows:
        drawn_mw += schedule.block_mw[row]
        capacity_mw += schedule.blocks[row].capacity_mw
    return drawn_mw, capacity_mw
