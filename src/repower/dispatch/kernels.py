"""Compiled loops. Import this module only where a loop is about to run: numba takes half a second to load."""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, Hours, IntArray, UsdPerMwh

_WIDE = 6
"""Rows that one pass over prices serves; the sums of so many fit into the registers of a core."""


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _six_sums(
    price_usd_per_mwh: Array,
    a: UsdPerMwh,
    b: UsdPerMwh,
    c: UsdPerMwh,
    d: UsdPerMwh,
    e: UsdPerMwh,
    f: UsdPerMwh,
) -> tuple[float, float, float, float, float, float, float]:
    """Sum of a run of prices, and of each price or value, whichever is more; summed in any order, so in lanes."""
    total = with_a = with_b = with_c = with_d = with_e = with_f = 0.0
    for step in range(price_usd_per_mwh.size):
        price = price_usd_per_mwh[step]
        total += price
        with_a += price if price > a else a
        with_b += price if price > b else b
        with_c += price if price > c else c
        with_d += price if price > d else d
        with_e += price if price > e else e
        with_f += price if price > f else f
    return total, with_a, with_b, with_c, with_d, with_e, with_f


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _two_sums(price_usd_per_mwh: Array, a: UsdPerMwh, b: UsdPerMwh) -> tuple[float, float, float]:
    """As `_six_sums`, for two values."""
    total = with_a = with_b = 0.0
    for step in range(price_usd_per_mwh.size):
        price = price_usd_per_mwh[step]
        total += price
        with_a += price if price > a else a
        with_b += price if price > b else b
    return total, with_a, with_b


@njit(cache=True, nogil=True)
def _add_gains(price_usd_per_mwh: Array, value_usd_per_mwh: Array, weight: float, gain: Array) -> float:
    """Add weight * sum of (value - price)+ for every row; returns the sum of prices.

    The gain is what value or price, whichever is more, adds up to above the prices: one operation less a price.
    """
    rows, row, total = value_usd_per_mwh.size, 0, 0.0
    most = np.empty(_WIDE)
    while row < rows or row == 0:
        left, most[:] = rows - row, 0.0
        if left > 2:
            value = value_usd_per_mwh[row : row + _WIDE]
            last = value.size - 1
            total, most[0], most[1], most[2], most[3], most[4], most[5] = _six_sums(
                price_usd_per_mwh,
                value[0],
                value[1],
                value[2],
                value[min(3, last)],
                value[min(4, last)],
                value[min(5, last)],
            )
        else:
            first = value_usd_per_mwh[row] if left > 0 else 0.0
            total, most[0], most[1] = _two_sums(
                price_usd_per_mwh, first, value_usd_per_mwh[row + 1] if left > 1 else first
            )
        for place in range(min(left, _WIDE)):
            gain[row + place] += (most[place] - total) * weight
        row += _WIDE
    return total


@njit(cache=True, nogil=True)
def site_years(
    price_usd_per_mwh: Array,
    runs: IntArray,
    value_usd_per_mwh: Array,
    free_mw: Array,
    charged_mw: Array,
    charge_usd_per_mw: Array,
    step_h: Hours,
    earned_usd: Array,
    price_sum_usd_per_mwh: Array,
) -> None:
    """Add up what interruptible import earns in scenario-years.

    With A = step_h * sum_t (v - p_t)+ over the steps of a period, `free_mw` earns A a MW and `charged_mw`
    (A - charge)+. A NaN among the prices shows in the sum of prices.

    Parameters
    ----------
    price_usd_per_mwh : shape (Y, T). runs : shape (R, 3), first step, end step and period of each run of steps.
    value_usd_per_mwh : shape (N,). free_mw, charged_mw : shape (P, N). charge_usd_per_mw : shape (P,).
    earned_usd, price_sum_usd_per_mwh : shape (Y,), written.
    """
    periods, rows = free_mw.shape
    worth = np.zeros((periods, rows))
    for year in range(price_usd_per_mwh.shape[0]):
        worth[:, :] = 0.0
        price_sum = 0.0
        for run in range(runs.shape[0]):
            prices = price_usd_per_mwh[year, runs[run, 0] : runs[run, 1]]
            price_sum += _add_gains(prices, value_usd_per_mwh, step_h, worth[runs[run, 2]])
        total = 0.0
        for period in range(periods):
            for row in range(rows):
                total += free_mw[period, row] * worth[period, row]
                total += charged_mw[period, row] * max(worth[period, row] - charge_usd_per_mw[period], 0.0)
        earned_usd[year] = total
        price_sum_usd_per_mwh[year] = price_sum
