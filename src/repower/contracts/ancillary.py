"""What awards of ancillary services pay, and their lines of the statement."""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.errors import InputError, Problem
from repower.base.units import Array
from repower.contracts.award import Award
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, periods
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule

MARKET = "ancillary services market"
"""Who pays for awards."""


def award_usd_per_h(award: Award, prices: Prices) -> Array:
    """What an award pays in every interval, shape (T,).

    Raises
    ------
    InputError : prices without this service, or an award of another length or below zero.
    """
    known = {one.name: one.price_usd_per_mw for one in prices.services}
    if award.service not in known:
        fix = f"add its price to Prices.services; there are: {', '.join(known) or 'none'}"
        raise InputError(Problem("this service has no price", fix, key="schedule.awards", value=award.service))
    if award.award_mw.shape != (prices.grid.count,) or not (award.award_mw >= 0.0).all():
        fix = f"give {prices.grid.count} megawatts of 0 or more"
        value = f"shape {award.award_mw.shape}"
        raise InputError(Problem("an award does not fit the grid", fix, key="schedule.awards", value=value))
    return np.asarray(award.award_mw * known[award.service])


def awards_usd_per_h(schedule: Schedule, prices: Prices) -> Array:
    """What all awards of a schedule pay in every interval, shape (T,)."""
    total = np.zeros(schedule.grid.count)
    for award in schedule.awards:
        total += award_usd_per_h(award, prices)
    return total


def award_positions(schedule: Schedule, prices: Prices) -> list[Position]:
    """A position for every award of a schedule: MW carried times hours, and what they pay."""
    when, hour = periods(schedule.grid), step_h(schedule.grid)
    found = [
        Position(
            Head(MARKET, award.service, f"carried by the {award.provider}", "MW-h", "$/MW-h", income=True),
            by_month(when, award.award_mw) * hour,
            by_month(when, usd_per_h) * hour,
        )
        for award, usd_per_h in ((award, award_usd_per_h(award, prices)) for award in schedule.awards)
    ]
    return [one for one in found if one.quantity.any()]
