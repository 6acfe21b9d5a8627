"""Mining under a pool: full pay per share, less rejected shares and the pool's fee."""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.units import Array
from repower.contracts.book import Book, agreement
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, periods
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.facility.blocks import LoadBlock
from repower.site.agreements import Pool


def mining_value_usd_per_mwh(block: LoadBlock, book: Book, prices: Prices) -> Array:
    """What a metered MWh of mining earns after rejects and fee, shape (T,).

    Parameters
    ----------
    block : its `hash_ph_day_per_mwh` (T,) times the pool's uptime is what is hashed for a MWh.
    """
    pool = agreement(book, block.contract, Pool)
    kept = pool.uptime_frac * (1.0 - pool.reject_frac) * (1.0 - pool.fee_frac)
    return block.hash_ph_day_per_mwh * prices.hashprice_usd_per_ph_day * kept


def mining_positions(rows: list[int], schedule: Schedule, book: Book, prices: Prices) -> list[Position]:
    """Reward, rejected shares and pool fee of the blocks `rows`, which share a hall and a pool, by month."""
    first = schedule.blocks[rows[0]]
    pool = agreement(book, first.contract, Pool)
    when = periods(schedule.grid)
    hashed = np.zeros(schedule.grid.count)
    for row in rows:
        hashed += schedule.block_mw[row] * schedule.blocks[row].hash_ph_day_per_mwh
    hashed *= step_h(schedule.grid) * pool.uptime_frac
    ph_days = by_month(when, hashed)
    reward_usd = by_month(when, hashed * prices.hashprice_usd_per_ph_day)
    rejected_usd = reward_usd * pool.reject_frac
    fee_usd = (reward_usd - rejected_usd) * pool.fee_frac

    def head(what: str, income: bool) -> Head:
        return Head(pool.name, pool.name, what, "PH-day", "$/PH/day", income, first.hall, "mining")

    found = (
        Position(head("mining reward", True), ph_days, reward_usd),
        Position(head("rejected shares", False), ph_days * pool.reject_frac, -rejected_usd),
        Position(head("pool fee", False), ph_days * (1.0 - pool.reject_frac), -fee_usd),
    )
    return [position for position in found if position.amount_usd.any()]
