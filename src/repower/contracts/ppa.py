"""Fixed PPA blocks: the difference between index and fixed price on the whole volume, used or not."""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, days_between, escalation, periods
from repower.contracts.prices import Prices
from repower.site.supply import PpaBlock


def ppa_positions(contract: PpaBlock, prices: Prices) -> list[Position]:
    """Volume times (index less fixed price), interval by interval, summed by month: income where the index is higher.

    The difference does not depend on the schedule, so it moves no margin: energy is used or left at the index.
    """
    when, hours = periods(prices.grid), step_h(prices.grid)
    in_force = days_between(when, contract.start, contract.end)[when.day_of]
    volume_mw = contract.volume_mw * in_force.astype(np.float64)
    price = contract.price_usd_per_mwh * escalation(when, contract.start, contract.escalator_frac_per_year)
    difference_usd = by_month(when, volume_mw * (prices.index_usd_per_mwh - price[when.day_of])) * hours
    head = Head("PPA seller", contract.name, "PPA difference", "MWh", "$/MWh", income=True)
    return [Position(head, by_month(when, volume_mw) * hours, difference_usd, "own")]
