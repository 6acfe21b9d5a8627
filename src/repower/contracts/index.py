"""Energy over the meter at the market index: what an imported MWh costs and what an exported one earns."""

from __future__ import annotations

from repower.base.clock import step_h
from repower.base.errors import InputError, Problem
from repower.base.units import Array
from repower.contracts.book import Book, index_supply
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, periods
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.contracts.tariff import delivery_usd_per_mwh

MARKET = "market"


def energy_price_usd_per_mwh(book: Book, prices: Prices) -> Array:
    """Cost of an imported MWh without peak charges: index with losses, retail adder and delivery, shape (T,)."""
    supply = index_supply(book)
    when = periods(prices.grid)
    flat = delivery_usd_per_mwh(book, when) + (supply.adder_usd_per_mwh if supply else 0.0)
    return prices.index_usd_per_mwh * (1.0 + book.interconnect.losses_frac) + flat[when.month_of]


def export_price_usd_per_mwh(book: Book, prices: Prices) -> Array:  # noqa: ARG001 - both faces take book and prices
    """What an exported MWh earns: the index at the site's node, shape (T,)."""
    return prices.index_usd_per_mwh.copy()


def index_positions(schedule: Schedule, book: Book, prices: Prices) -> list[Position]:
    """Index energy, losses and retail adder on the metered import, and the sale of the export, by month.

    Raises
    ------
    InputError : import without an index supply.
    """
    supply = index_supply(book)
    when, hours = periods(schedule.grid), step_h(schedule.grid)
    if supply is None and schedule.import_mw.any():
        fix = 'add a [[supply]] of kind = "index", or schedule no import'
        raise InputError(Problem("imported energy has no price", fix, key="supply", value="no index supply"))
    losses_frac = book.interconnect.losses_frac
    imported_mwh = by_month(when, schedule.import_mw) * hours
    index_usd = by_month(when, schedule.import_mw * prices.index_usd_per_mwh) * hours
    name, adder_usd_per_mwh = (supply.name, supply.adder_usd_per_mwh) if supply else ("", 0.0)

    def paid(what: str) -> Head:
        return Head("energy supplier", name, what, "MWh", "$/MWh", income=False)

    found = [
        Position(paid("index energy"), imported_mwh, -index_usd, "interval"),
        Position(paid("losses"), imported_mwh * losses_frac, -index_usd * losses_frac, "interval"),
        Position(paid("retail adder"), imported_mwh, -imported_mwh * adder_usd_per_mwh, "interval"),
    ]
    if schedule.export_mw.any():
        exported_mwh = by_month(when, schedule.export_mw) * hours
        earned_usd = by_month(when, schedule.export_mw * export_price_usd_per_mwh(book, prices)) * hours
        head = Head(MARKET, name or "export", "export energy", "MWh", "$/MWh", income=True)
        found.append(Position(head, exported_mwh, earned_usd, "own"))
    return found
