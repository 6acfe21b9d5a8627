"""Hosting other people's miners: a price per metered MWh between two dates."""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.units import Array
from repower.contracts.book import Book, agreement
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, days_between, periods
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.facility.blocks import LoadBlock
from repower.site.agreements import Hosting


def hosting_value_usd_per_mwh(block: LoadBlock, book: Book, prices: Prices) -> Array:
    """The hosting price within the contract's dates, shape (T,)."""
    hosting, when = agreement(book, block.contract, Hosting), periods(prices.grid)
    return hosting.price_usd_per_mwh * days_between(when, hosting.start, hosting.end)[when.day_of].astype(np.float64)


def hosting_positions(rows: list[int], schedule: Schedule, book: Book, prices: Prices) -> list[Position]:
    """Hosting revenue of the blocks `rows`, which share a hall and a contract, by month."""
    first = schedule.blocks[rows[0]]
    hosting, when = agreement(book, first.contract, Hosting), periods(schedule.grid)
    billed_mwh, amount_usd = np.zeros(len(when.months)), np.zeros(len(when.months))
    for row in rows:
        metered = schedule.block_mw[row] * step_h(schedule.grid)
        price = hosting_value_usd_per_mwh(schedule.blocks[row], book, prices)
        billed_mwh += by_month(when, metered * (price > 0.0))
        amount_usd += by_month(when, metered * price)
    head = Head(hosting.customer, hosting.name, "hosting", "MWh", "$/MWh", True, first.hall, "hosting")
    return [Position(head, billed_mwh, amount_usd)]
