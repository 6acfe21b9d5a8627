"""Take-or-pay: a physical block at a fixed price, of which a share is paid for in every interval.

The block is delivered at the site bus at an all-in price: it does not pass the meter, takes no room under the import
limit and bears no wires charges. The share that is paid for anyway costs nothing at the margin.
"""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.units import Array
from repower.contracts.lines import Head, Position, Share
from repower.contracts.periods import Periods, by_month, days_between, escalation, periods
from repower.contracts.schedule import Schedule, SupplyBlock
from repower.site.supply import TakeOrPay


def contract_price_usd_per_mwh(contract: TakeOrPay, when: Periods) -> Array:
    """Price with its anniversaries' escalation, shape (T,)."""
    steps = escalation(when, contract.start, contract.escalator_frac_per_year)
    return contract.price_usd_per_mwh * steps[when.day_of]


def take_or_pay_blocks(contract: TakeOrPay, when: Periods) -> tuple[SupplyBlock, SupplyBlock]:
    """The share paid for anyway at no marginal cost, and the rest at the price."""
    volume_mw = _volume_mw(contract, when)
    minimum_mw = volume_mw * contract.minimum_take_frac
    sunk = SupplyBlock(contract.name, "take_or_pay_minimum", minimum_mw, np.zeros(len(volume_mw)))
    price = contract_price_usd_per_mwh(contract, when)
    return sunk, SupplyBlock(contract.name, "take_or_pay", volume_mw - minimum_mw, price)


def take_or_pay_positions(contract: TakeOrPay, taken_mw: Array, schedule: Schedule) -> list[Position]:
    """What was taken, and what was paid for and not taken, by month; `taken_mw` has the shape (T,)."""
    when, hours = periods(schedule.grid), step_h(schedule.grid)
    price = contract_price_usd_per_mwh(contract, when)
    missed_mw = np.maximum(_volume_mw(contract, when) * contract.minimum_take_frac - taken_mw, 0.0)

    def position(what: str, power_mw: Array, pool: Share) -> Position:
        head = Head("energy supplier", contract.name, what, "MWh", "$/MWh", income=False)
        usd = by_month(when, power_mw * price) * hours
        return Position(head, by_month(when, power_mw) * hours, -usd, pool)

    return [position("take-or-pay energy", taken_mw, "interval"), position("take-or-pay shortfall", missed_mw, "own")]


def _volume_mw(contract: TakeOrPay, when: Periods) -> Array:
    in_force = days_between(when, contract.start, contract.end)
    return contract.volume_mw * in_force[when.day_of].astype(np.float64)
