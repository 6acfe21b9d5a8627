"""The site's power bill, and which load it was spent on.

The bill is shared out to load blocks in pools that add up to it exactly (shares: `repower.contracts.shares`):

``interval``    energy of the interval (index, losses, adder, delivery, fuel, what was taken) at the site's average cost
                of that interval, by the block's MWh in it;
``capacity``    what keeps the connection and the plants there (customer charge, fixed O&M), by the block's share of all
                capacity of the month;
``peak``        the demand charge, by what the block draws in the month's highest import; what a ratchet bills beyond
                that counts as the site's own;
``coincident``  the coincident-peak charge, by what the block's hall and contract drew in the peaks that it bills; what
                a load left behind that is gone since counts as the site's own;
``own``         the site's own dealing (PPA difference, take-or-pay shortfall, margin on export, what its batteries
                shift from one interval to another), by the share of all capacity. It is not passed through to tenants.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.clock import step_h
from repower.base.errors import InputError, Problem
from repower.base.units import Array
from repower.contracts.book import Book
from repower.contracts.index import energy_price_usd_per_mwh, index_positions
from repower.contracts.lines import Position, Share
from repower.contracts.periods import Periods, by_month, periods
from repower.contracts.plants import gas_positions, hydro_positions
from repower.contracts.ppa import ppa_positions
from repower.contracts.prices import Prices, check_prices
from repower.contracts.schedule import Schedule, check_schedule
from repower.contracts.shares import capacity_frac, coincident_frac, peak_frac
from repower.contracts.supply import supply_blocks
from repower.contracts.take_or_pay import contract_price_usd_per_mwh, take_or_pay_positions
from repower.contracts.tariff import tariff_positions
from repower.site.supply import IndexSupply, OnsiteGas, OnsiteHydro, PpaBlock, TakeOrPay


@dataclass(frozen=True)
class PowerBill:
    """The bill's positions and the costs to share out.

    Parameters
    ----------
    average_usd_per_mwh : shape (T,), energy cost of the interval over the energy of the interval.
    capacity_usd, peak_usd, coincident_usd, own_usd : shape (months,), the other pools; cost is positive.
    """

    positions: tuple[Position, ...]
    average_usd_per_mwh: Array
    capacity_usd: Array
    peak_usd: Array
    coincident_usd: Array
    own_usd: Array


def power_bill(schedule: Schedule, book: Book, prices: Prices) -> PowerBill:
    """Everything that the site pays and earns for power under a checked schedule and prices."""
    output_mw = _output_mw(schedule, book)
    positions = index_positions(schedule, book, prices) + tariff_positions(schedule, book, prices)
    for supply in book.supply:
        taken_mw = output_mw.get(supply.name, np.zeros(schedule.grid.count))
        if isinstance(supply, PpaBlock):
            positions += ppa_positions(supply, prices)
        elif isinstance(supply, TakeOrPay):
            positions += take_or_pay_positions(supply, taken_mw, schedule)
        elif isinstance(supply, OnsiteGas):
            positions += gas_positions(supply, taken_mw, schedule, book)
        elif isinstance(supply, OnsiteHydro):
            positions += hydro_positions(supply, taken_mw, schedule)
    when = periods(schedule.grid)
    average = _average_usd_per_mwh(schedule, book, prices, when)
    own_usd = _cost_usd(positions, "own", when)
    if schedule.export_mw.any():
        own_usd = own_usd + by_month(when, schedule.export_mw * average) * step_h(schedule.grid)
    if schedule.battery_mw is not None:
        own_usd = own_usd + by_month(when, schedule.battery_mw * average) * step_h(schedule.grid)
    capacity_usd, peak_usd, coincident_usd = (
        _cost_usd(positions, pool, when) for pool in ("capacity", "peak", "coincident")
    )
    return PowerBill(tuple(positions), average, capacity_usd, peak_usd, coincident_usd, own_usd)


def laid_usd(bill: PowerBill, schedule: Schedule, book: Book, prices: Prices) -> Array:
    """Each block's part of the pools capacity, peak and coincident [$], shape (K, months); cost is positive.

    What no block of the month causes is left out: charges of a month without any load, a ratchet's, and those for peaks
    of a load that is gone.
    """
    when = periods(schedule.grid)
    laid = bill.capacity_usd * capacity_frac(schedule, when)
    if bill.peak_usd.any():
        laid += bill.peak_usd * peak_frac(schedule, book)
    if bill.coincident_usd.any():
        laid += bill.coincident_usd * coincident_frac(schedule, book, prices)
    return laid


def allocate_energy_cost(schedule: Schedule, book: Book, prices: Prices, own_dealing: bool = True) -> Array:
    """The power bill by load block and month [$], cost positive; over the blocks it sums to the bill.

    Parameters
    ----------
    own_dealing : the pool ``own`` and what no load causes, shared by capacity, equally in a month without any; False
        leaves it out.

    Returns
    -------
    shape (K, months).

    Raises
    ------
    InputError : a schedule that is out of shape or balance; SeriesError for its prices.
    """
    check_inputs(schedule, prices)
    bill, when, hours = power_bill(schedule, book, prices), periods(schedule.grid), step_h(schedule.grid)
    count, months = len(schedule.blocks), len(when.months)
    shared = np.zeros((count, months))
    if count == 0:
        return shared
    laid = laid_usd(bill, schedule, book, prices)
    for row, block_mw in enumerate(schedule.block_mw):
        shared[row] = by_month(when, block_mw * bill.average_usd_per_mwh) * hours
    shared += laid
    if own_dealing:
        rest = bill.own_usd + bill.capacity_usd + bill.peak_usd + bill.coincident_usd - laid.sum(axis=0)
        shared += _or_equal(capacity_frac(schedule, when)) * rest
    return shared


def check_inputs(schedule: Schedule, prices: Prices) -> None:
    """Refuse prices and schedules that are malformed or not on the same grid."""
    check_prices(prices)
    if schedule.grid != prices.grid:
        fix = "build prices and schedule on one TimeGrid"
        value = f"{prices.grid.start_utc:%Y-%m-%d %H:%M} x {prices.grid.count}"
        raise InputError(Problem("prices and schedule are on different grids", fix, key="prices.grid", value=value))
    check_schedule(schedule)


def _output_mw(schedule: Schedule, book: Book) -> dict[str, Array]:
    """Output by supply contract, shape (T,) each."""
    known = {supply.name for supply in book.supply if not isinstance(supply, IndexSupply | PpaBlock)}
    output: dict[str, Array] = {}
    for block, power_mw in zip(schedule.supply, schedule.supply_mw, strict=True):
        if block.name not in known:
            fix = f"use the blocks of supply_blocks(book, prices); the book has: {', '.join(sorted(known)) or 'none'}"
            raise InputError(Problem("no such supply in the book", fix, key="schedule.supply", value=block.name))
        output[block.name] = output[block.name] + power_mw if block.name in output else power_mw
    return output


def _average_usd_per_mwh(schedule: Schedule, book: Book, prices: Prices, when: Periods) -> Array:
    """Cost of an interval's energy over its energy; sunk take-or-pay counts at its price."""
    price = energy_price_usd_per_mwh(book, prices)
    if not schedule.supply:
        return price
    paid = {block.name: block.cost_usd_per_mwh for block in supply_blocks(book, prices)}
    for supply in book.supply:
        if isinstance(supply, TakeOrPay):
            paid[supply.name] = contract_price_usd_per_mwh(supply, when)
    cost = schedule.import_mw * price
    for block, power_mw in zip(schedule.supply, schedule.supply_mw, strict=True):
        cost += power_mw * paid[block.name]
    energy = schedule.import_mw + schedule.supply_mw.sum(axis=0)
    # Where a battery alone serves the loads, what they draw is worth the price of an import.
    average: Array = np.divide(cost, energy, out=price.copy(), where=energy > 0.0)
    return average


def _or_equal(frac: Array) -> Array:
    return np.where(frac.sum(axis=0) > 0.0, frac, 1.0 / frac.shape[0])


def _cost_usd(positions: list[Position], pool: Share, when: Periods) -> Array:
    cost = np.zeros(len(when.months))
    for position in positions:
        if position.pool == pool:
            cost -= position.amount_usd
    return cost
