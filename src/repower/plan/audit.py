"""Auditing somebody's schedule: is it feasible, what does it earn, and how much less than the best can be proved.

The proof is the best schedule's prices: whatever is done, no schedule earns more at them than the bound, so that what
is left is bounded however a schedule was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from repower.base.clock import starts_utc
from repower.base.units import Array, Frac, Mw, Usd
from repower.contracts import Schedule
from repower.contracts.periods import month_max, periods
from repower.dispatch import Dispatch
from repower.dispatch.regret import regret
from repower.plan.dispatched import Dispatched, earned_usd
from repower.plan.given import given_schedule, stored_mwh

LONGEST_LIST = 12
"""Hours named one by one."""


@dataclass(frozen=True)
class WorstHour:
    """One interval in which much was left.

    Parameters
    ----------
    start_utc : its start, as 2024-08-20T23:00Z.
    left_usd : what was left in it at the prices that prove the best schedule.
    text : what was done and what would have been better.
    """

    start_utc: str
    left_usd: Usd
    text: str


@dataclass(frozen=True)
class Audit:
    """What a schedule leaves.

    Parameters
    ----------
    source : where the schedule comes from.
    earned_usd, best_usd, bound_usd : of the schedule, of the best one, and what none exceeds.
    left_usd : bound less earned: no schedule can earn more than this above the one audited.
    left_frac : that over the bound; None where the bound is not above zero.
    hours_to_half : in how few intervals half of what is left falls.
    peaks_usd : part of what is left that is demand charges, and no single hour's.
    worst : intervals in which most was left, the largest first.
    schedule : as audited.
    """

    source: str
    earned_usd: Usd
    best_usd: Usd
    bound_usd: Usd
    left_usd: Usd
    left_frac: Frac | None
    hours_to_half: int
    peaks_usd: Usd
    worst: tuple[WorstHour, ...]
    schedule: Schedule


def audit(best: Dispatched, columns: Mapping[str, Array], source: str) -> Audit:
    """Check a schedule and say how much it leaves at most.

    Parameters
    ----------
    columns : name -> shape (T,) [MW], on the hours' grid; see `given_schedule`.
    source : file name, for messages.

    Raises
    ------
    InputError : a column is missing or unknown, or the schedule breaks a limit; every kind of breach once, with its
        first interval.
    """
    hours = best.hours
    schedule, charge_mw, discharge_mw = given_schedule(hours, columns, source)
    energy_mwh = stored_mwh(hours, charge_mw, discharge_mw, source)
    mine_usd = earned_usd(hours, schedule)
    when = periods(hours.prices.grid)
    given = replace(
        best.dispatch,
        block_mw=schedule.block_mw.T,
        import_mw=schedule.import_mw,
        export_mw=schedule.export_mw,
        supply_mw=schedule.supply_mw.T,
        peak_mw=month_max(when, schedule.import_mw),
        charge_mw=charge_mw,
        discharge_mw=discharge_mw,
        energy_mwh=energy_mwh,
        method=source,
    )
    left = regret(best.problem, given, best.dispatch)
    hourly = left.loads_usd + left.supply_usd + left.battery_usd + left.import_usd
    falling = np.argsort(-hourly, kind="stable")
    total = float(hourly[falling].clip(min=0.0).sum())
    half = int(np.searchsorted(np.cumsum(hourly[falling]), total / 2)) + 1 if total > 0.0 else 0
    left_usd = max(best.bound_usd - mine_usd, 0.0)
    worst = [
        WorstHour(f"{starts_utc(hours.prices.grid)[at]}"[:16] + "Z", float(hourly[at]), _words(best, given, at))
        for at in falling[:LONGEST_LIST].tolist()
        if hourly[at] > _CENT_USD
    ]
    return Audit(
        source,
        mine_usd,
        best.earned_usd,
        best.bound_usd,
        left_usd,
        left_usd / best.bound_usd if best.bound_usd > 0.0 else None,
        half,
        float(left.peak_usd.sum()),
        tuple(worst),
        schedule,
    )


_CENT_USD = 0.01


def _words(best: Dispatched, given: Dispatch, at: int) -> str:
    """What was drawn in an interval, what the best schedule draws, and at which price."""
    index, all_in = best.hours.prices.index_usd_per_mwh[at], best.problem.price_usd_per_mwh[at]
    parts = [f"index ${index:,.0f}/MWh, all-in ${all_in:,.0f}/MWh"]
    parts.append(_against("loads", float(given.block_mw[at].sum()), float(best.dispatch.block_mw[at].sum())))
    if best.hours.battery is not None:
        mine = float(given.charge_mw[at] - given.discharge_mw[at])
        parts.append(_against("battery", mine, float(best.dispatch.battery_mw[at])))
    return ", ".join(parts)


def _against(what: str, mine_mw: Mw, best_mw: Mw) -> str:
    return f"{what} {mine_mw:,.1f} MW, best {best_mw:,.1f}"
