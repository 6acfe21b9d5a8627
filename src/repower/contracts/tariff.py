"""Wires charges: delivery, customer charge, demand with its ratchet, and the coincident peak with its lag.

Every rate rises with the book's inflation on 1 January. A span that splits a month bills its share of the fixed parts
by days, and of the demand charge what its own peak adds to the peak already billed (`PeakHistory.monthly_mw`).

References
----------
16 TAC 25.192: in ERCOT a year's average demand in four summer peaks bills transmission over the next calendar year.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from repower.base.clock import month_plus, step_h
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, Array, Mw
from repower.contracts.book import Book, inflation
from repower.contracts.history import coincident_mw_by_year
from repower.contracts.lines import Head, Position
from repower.contracts.periods import Periods, by_month, days_between, days_by_month, month_max, periods
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.site.tariff import Tariff

WIRES = "wires utility"


def delivery_usd_per_mwh(book: Book, when: Periods) -> Array:
    """Volumetric wires charge of every month, shape (months,)."""
    return book.tariff.delivery_usd_per_mwh * inflation(book, when)


def coincident_adder_usd_per_mwh(book: Book, prices: Prices) -> Array:
    """What a MWh of import adds to later coincident-peak bills, shape (T,), undiscounted.

    One MWh in an interval of h hours raises the billed demand by weight / h MW, at the rate of the year that bills it.
    """
    tariff, when = book.tariff, periods(prices.grid)
    if tariff.coincident_peak_usd_per_kw_year == 0.0:
        return np.zeros(prices.grid.count)
    later = (1.0 + book.inflation_frac_per_year) ** tariff.coincident_peak_lag_years
    rate = tariff.coincident_peak_usd_per_kw_year * KW_PER_MW * later * inflation(book, when)
    return prices.coincident_weight * rate[when.month_of] / step_h(prices.grid)


def demand_floor_mw(book: Book, when: Periods, peak_mw: Array | None = None) -> tuple[Array, Array]:
    """Peaks that are billed whatever is drawn: in all, and of these what an earlier bill has billed already [MW].

    Parameters
    ----------
    peak_mw : shape (months,), peaks of the span itself that its later months look back on; None for those of the
        book's history alone.

    Returns
    -------
    floor_mw, already_mw : shape (months,) each. A month's own peak P is billed as max(P, floor) less already, which an
        earlier bill can only know from the history.
    """
    named = dict(book.peak_history.monthly_mw)
    known = dict(named)
    for month, own_mw in zip(when.months, () if peak_mw is None else peak_mw.tolist(), strict=peak_mw is not None):
        known[month] = max(own_mw, known.get(month, 0.0))
    floor, already = (
        [_floor_mw(named, peaks, month, book.tariff) for month in when.months] for peaks in (known, named)
    )
    billed = [low_mw if month in named else 0.0 for month, low_mw in zip(when.months, already, strict=True)]
    return np.array(floor), np.array(billed)


def tariff_positions(schedule: Schedule, book: Book, prices: Prices) -> list[Position]:
    """Delivery, customer charge, demand charge and coincident-peak charge by month."""
    tariff, when = book.tariff, periods(schedule.grid)
    factor = inflation(book, when)
    imported_mwh = by_month(when, schedule.import_mw) * step_h(schedule.grid)
    months = days_by_month(when, days_between(when, book.interconnect.energised).astype(np.float64))
    demand_kw = billed_demand_mw(schedule, book) * KW_PER_MW
    coincident_kw = _coincident_mw_months(schedule, book, prices) * KW_PER_MW
    demand_rate = tariff.demand_charge_usd_per_kw_month * factor
    coincident_rate = tariff.coincident_peak_usd_per_kw_year / MONTHS_PER_YEAR * factor

    def head(what: str, quantity_unit: str, unit_price_unit: str) -> Head:
        return Head(WIRES, "tariff", what, quantity_unit, unit_price_unit, income=False)

    delivered_usd = imported_mwh * delivery_usd_per_mwh(book, when)
    fixed_usd = months * tariff.monthly_fixed_usd * factor
    kilowatts = ("kW-month", "$/kW-month")
    found = (
        Position(head("delivery", "MWh", "$/MWh"), imported_mwh, -delivered_usd, "interval"),
        Position(head("customer charge", "month", "$/month"), months, -fixed_usd, "capacity"),
        Position(head("demand charge", *kilowatts), demand_kw, -demand_kw * demand_rate, "peak"),
        Position(
            head("coincident-peak charge", *kilowatts), coincident_kw, -coincident_kw * coincident_rate, "coincident"
        ),
    )
    return [position for position in found if position.amount_usd.any()]


def billed_demand_mw(schedule: Schedule, book: Book) -> Array:
    """Demand billed in every month [MW]: the higher of its own peak and the ratchet, less what is already billed.

    The ratchet is `ratchet_frac` of the highest import in the preceding `ratchet_months` months, from the schedule and
    from the history; a month of the schedule that the history names has been billed up to that peak.

    Returns
    -------
    shape (months,).
    """
    when = periods(schedule.grid)
    peak_mw = month_max(when, schedule.import_mw)
    floor_mw, already_mw = demand_floor_mw(book, when, peak_mw)
    return np.maximum(peak_mw, floor_mw) - already_mw


def _floor_mw(named: dict[date, Mw], known: dict[date, Mw], month: date, tariff: Tariff) -> Mw:
    return max(named.get(month, 0.0), tariff.ratchet_frac * _highest_before(known, month, tariff))


def _highest_before(known: dict[date, Mw], month: date, tariff: Tariff) -> Mw:
    if tariff.ratchet_frac == 0.0:
        return 0.0
    first = month_plus(month, -tariff.ratchet_months)
    return max((peak_mw for earlier, peak_mw in known.items() if first <= earlier < month), default=0.0)


def _coincident_mw_months(schedule: Schedule, book: Book, prices: Prices) -> Array:
    """MW-months that the coincident-peak charge bills in every month, shape (months,).

    With a lag, each month bills its share of the earlier year's demand. Without one a month bills the peaks that fall
    in it, twelve parts at once: the bill of a peak cannot come before it, and the year's total is the same.
    """
    tariff, when = book.tariff, periods(schedule.grid)
    if tariff.coincident_peak_lag_years == 0:
        return by_month(when, schedule.import_mw * prices.coincident_weight) * MONTHS_PER_YEAR
    yearly = coincident_mw_by_year(schedule, book, prices)
    share = days_by_month(when, np.ones(len(when.day_month)))
    earlier = [yearly.get(month.year - tariff.coincident_peak_lag_years, 0.0) for month in when.months]
    return share * np.array(earlier, dtype=np.float64)
