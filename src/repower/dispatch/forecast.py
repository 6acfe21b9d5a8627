"""What is expected of prices not yet known.

A forecast is a function: it is given the prices known so far, from the first step on, and how many further steps are
asked. It is given no others, so that it cannot look ahead; `perfect` does, and is there to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from repower.base.clock import TimeGrid, local_hour, local_starts
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import HOURS_PER_DAY, Array, IntArray

Forecast = Callable[[Array, int], Array]
"""Known prices, shape (n,), and a number of further steps m -> their expected prices, shape (m,)."""


def persistence(lag_steps: int, history_usd_per_mwh: Array) -> Forecast:
    """The price of `lag_steps` ago again: 24 for the same hour yesterday, 168 for a week ago.

    Further ahead than the lag, the last known stretch of that length repeats.

    Parameters
    ----------
    lag_steps : steps.
    history_usd_per_mwh : shape (H,), the prices before the first step, at least one lag of them less one step; the last
        one stands right before the first step.

    Raises
    ------
    InputError
        No lag, or a history shorter than it needs.
    """
    history = np.asarray(history_usd_per_mwh, dtype=np.float64)
    problems = []
    if lag_steps < 1:
        problems.append(Problem("is no lag", "give one step or more", key="lag_steps", value=f"{lag_steps}"))
    if history.size < lag_steps - 1:
        fix = f"give the {lag_steps - 1} prices before the first step; what is not known is not made up"
        problems.append(
            Problem("is shorter than the lag", fix, key="history_usd_per_mwh", value=f"{history.size} steps")
        )
    if problems:
        raise InputError(problems)

    def forecast(known_usd_per_mwh: Array, steps: int) -> Array:
        short = max(lag_steps - known_usd_per_mwh.size, 0)
        before = history[history.size - short :]
        return np.resize(np.concatenate([before, known_usd_per_mwh[-lag_steps:]]), steps)

    return forecast


def day_ahead(price_usd_per_mwh: Array, published_steps: IntArray, day_steps: int = HOURS_PER_DAY) -> Forecast:
    """The day-ahead price as far as it is out; beyond that its last day again.

    Parameters
    ----------
    price_usd_per_mwh : shape (T,), day-ahead prices of the same place and grid as the true ones.
    published_steps : shape (T,), how many of them are out when each step begins (`publication`).
    day_steps : steps of a day.

    Raises
    ------
    InputError
        Arrays that do not fit each other, or fewer prices out than steps begun.
    """
    price, published = np.asarray(price_usd_per_mwh, dtype=np.float64), np.asarray(published_steps, dtype=np.int64)
    if price.ndim != 1 or published.shape != price.shape:
        fix = f"give one count for each of the {price.size} prices"
        raise InputError(Problem("has another shape", fix, key="published_steps", value=f"shape {published.shape}"))
    late = (published < np.arange(1, price.size + 1)) | (published > price.size)
    if late.any():
        at = int(np.argmax(late))
        fix = f"give {at + 1} to {price.size}: a day-ahead price is out before its step begins"
        raise InputError(Problem("is no such count", fix, key=f"published_steps[{at}]", value=f"{published[at]}"))

    def forecast(known_usd_per_mwh: Array, steps: int) -> Array:
        known, out = known_usd_per_mwh.size, int(published[known_usd_per_mwh.size - 1])
        told = price[known : min(out, known + steps)]
        last_day = price[max(out - day_steps, 0) : out]
        return np.concatenate([told, np.resize(last_day, steps - told.size)])

    return forecast


def publication(grid: TimeGrid, hour: int) -> IntArray:
    """How many day-ahead prices are out when each step begins, where tomorrow's are out at a local hour.

    Parameters
    ----------
    grid : the T steps; its zone names the days.
    hour : 0 to 23; 14 where tomorrow's prices come out at 13:30.

    Returns
    -------
    shape (T,): up to the end of the local day, or of the next one from `hour` on.
    """
    day = local_starts(grid).astype("datetime64[D]").astype(np.int64)
    ends: IntArray = np.searchsorted(day, day + np.where(local_hour(grid) >= hour, 1, 0), side="right")
    return ends


def perfect(price_usd_per_mwh: Array) -> Forecast:
    """The true prices: what nobody has, as a yardstick.

    Parameters
    ----------
    price_usd_per_mwh : shape (T,).
    """
    price = np.asarray(price_usd_per_mwh, dtype=np.float64)

    def forecast(known_usd_per_mwh: Array, steps: int) -> Array:
        return price[known_usd_per_mwh.size : known_usd_per_mwh.size + steps]

    return forecast


def expected(forecast: Forecast, known_usd_per_mwh: Array, steps: int) -> Array:
    """What a forecast says, refused where it is not one finite number for each step asked.

    Raises
    ------
    SeriesError
        Another length, or a price that is no number.
    """
    told = np.asarray(forecast(known_usd_per_mwh, steps), dtype=np.float64)
    if told.shape != (steps,) or not np.isfinite(told).all():
        fix = f"give {steps} finite prices for the steps after the first {known_usd_per_mwh.size}"
        raise SeriesError(
            Problem("the forecast is no price for every step", fix, key="forecast", value=f"{told.shape}")
        )
    return told
