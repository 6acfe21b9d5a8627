"""What may be believed of the cost of power before it is known: prices so far, and the system's peaks by them.

Import costs a multiple of the index, a known flat part, and in hours watched for the system's peak what that peak adds
to a later bill. Which hours those are is known afterwards. Until then an hour is left to the peak where its price is
among the dearest of the peak window over the month up to it: `CAUTION_RATIO` times as many as the tariff watches.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from repower.base.clock import TimeGrid, local_starts, step_h
from repower.base.units import HOURS_PER_DAY, MONTHS_PER_YEAR, SECONDS_PER_DAY, Array, BoolArray, Frac, IntArray, Ratio
from repower.contracts import import_cost_usd_per_mwh, watched_weight
from repower.contracts.tariff import coincident_adder_usd_per_mwh
from repower.dispatch import DispatchProblem
from repower.dispatch.forecast import Forecast, expected
from repower.plan.hours import Hours

MONTH_DAYS = 30
"""Days over which the dearest hours of the peak window are counted."""

CAUTION_RATIO = 2.0
"""Hours left to the system's peak for one that the tariff watches; assumed. A peak missed costs many times an hour left
in vain: over the summers of 2020, 2021, 2023 and 2024 of HB_WEST in real time twice as many lost least in all."""

LAG_DAYS = 2
"""The part of losses in the distance from import to export price is taken from so long ago: beyond any look ahead."""


@dataclass(frozen=True, eq=False)
class Beliefs:
    """How an index price becomes a believed cost of import.

    Parameters
    ----------
    index_usd_per_mwh : shape (T,), the true index price.
    losses_ratio : MWh bought for one metered.
    flat_usd_per_mwh : shape (T,), retail adder and delivery.
    watched_usd_per_mwh : shape (T,), what an hour adds if it is watched; zero where none can be.
    chance_frac : that an hour of the peak window is watched, before its price is known.
    threshold_usd_per_mwh : shape (T,), index price from which an hour is left to the peak, by what is known in it.
    lagged_usd_per_mwh : shape (T,), index price `LAG_DAYS` ago; zero where it is not known.
    day_step : shape (T,), step of the local day.
    """

    index_usd_per_mwh: Array
    losses_ratio: Ratio
    flat_usd_per_mwh: Array
    watched_usd_per_mwh: Array
    chance_frac: Frac
    threshold_usd_per_mwh: Array
    lagged_usd_per_mwh: Array
    day_step: IntArray


def beliefs(hours: Hours, earlier_usd_per_mwh: Array) -> Beliefs:
    """What the hours let one believe.

    Parameters
    ----------
    earlier_usd_per_mwh : shape (H,), index prices right before the hours, in the same steps; may be empty.
    """
    book, prices, grid = hours.book, hours.prices, hours.prices.grid
    index, tariff = prices.index_usd_per_mwh, book.tariff
    weight = watched_weight(grid, tariff)
    watched = coincident_adder_usd_per_mwh(book, replace(prices, coincident_weight=weight))
    calm = replace(prices, index_usd_per_mwh=np.zeros(grid.count), coincident_weight=np.zeros(grid.count))
    flat = import_cost_usd_per_mwh(book, calm)
    before = earlier_usd_per_mwh.size
    joined = np.concatenate([earlier_usd_per_mwh, index])
    whole = replace(grid, start_utc=grid.start_utc - before * timedelta(seconds=grid.step_s), count=joined.size)
    every = replace(tariff, coincident_peak_months=tuple(range(1, MONTHS_PER_YEAR + 1)))
    inside = watched_weight(whole, every) > 0.0
    in_month = round(MONTH_DAYS * float(inside.mean()) * HOURS_PER_DAY / step_h(grid))
    wanted = round(tariff.coincident_peak_candidates / step_h(grid))
    threshold = _threshold(joined, inside, round(CAUTION_RATIO * wanted), max(in_month, 1))[before:]
    lag = round(LAG_DAYS * HOURS_PER_DAY / step_h(grid))
    lagged = np.concatenate([np.zeros(lag), joined])[before : before + grid.count]
    return Beliefs(
        index,
        1.0 + book.interconnect.losses_frac,
        flat,
        watched,
        min(wanted / max(in_month, 1), 1.0) if watched.any() else 0.0,
        threshold,
        lagged,
        day_steps(grid),
    )


def _threshold(price: Array, inside: BoolArray, wanted: int, in_month: int) -> Array:
    """The price of rank `wanted` among the last `in_month` prices inside the window; of fewer the same share."""
    found = np.full(price.size, np.inf)
    known: deque[float] = deque()
    rising: list[float] = []
    level = np.inf
    for at in range(price.size):
        if inside[at]:
            known.append(float(price[at]))
            insort(rising, known[-1])
            if len(known) > in_month:
                del rising[bisect_left(rising, known.popleft())]
            rank = -(-wanted * len(known) // in_month)
            level = rising[-min(rank, len(rising))]
        found[at] = level
    return found


def cost_usd_per_mwh(known: Beliefs, index_usd_per_mwh: Array, at: slice, threshold_usd_per_mwh: Array) -> Array:
    """Believed cost of import in some steps at index prices of them."""
    watched = np.where(index_usd_per_mwh >= threshold_usd_per_mwh, known.watched_usd_per_mwh[at], 0.0)
    cost: Array = known.losses_ratio * index_usd_per_mwh + known.flat_usd_per_mwh[at] + watched
    return cost


def level_usd_per_mwh(known: Beliefs) -> Array:
    """What comes on top of the index with its losses, as expected beforehand, shape (T,)."""
    level: Array = known.flat_usd_per_mwh + known.chance_frac * known.watched_usd_per_mwh
    return level


def believed_problem(known: Beliefs, problem: DispatchProblem) -> DispatchProblem:
    """The hours as each begins: its own index price is known, and by it whether it is watched.

    Export pays the import's cost less a distance known two days before.
    """
    price = cost_usd_per_mwh(known, known.index_usd_per_mwh, slice(None), known.threshold_usd_per_mwh)
    distance = level_usd_per_mwh(known) + (known.losses_ratio - 1.0) * known.lagged_usd_per_mwh
    # Nobody is paid more for a MWh than it costs at the same meter.
    paid = price - np.maximum(distance, 0.0)
    return replace(problem, price_usd_per_mwh=price, export_price_usd_per_mwh=paid)


def believed_forecast(known: Beliefs, forecast: Forecast) -> Forecast:
    """A forecast of the cost of import from one of the index, which is given index prices so far and no others."""

    def told(known_usd_per_mwh: Array, steps: int) -> Array:
        now = known_usd_per_mwh.size
        index = expected(forecast, known.index_usd_per_mwh[:now], steps)
        return cost_usd_per_mwh(known, index, slice(now, now + steps), known.threshold_usd_per_mwh[now - 1])

    return told


def day_steps(grid: TimeGrid) -> IntArray:
    """Step of the local day of every interval, shape (T,)."""
    steps: IntArray = local_starts(grid).astype(np.int64) % SECONDS_PER_DAY // grid.step_s
    return steps
