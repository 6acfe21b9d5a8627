"""Compiled loops. Import this module only where a loop is about to run: numba takes half a second to load."""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, Hours, IntArray, UsdPerMwh


@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _gain_sum(price_usd_per_mwh: Array, value_usd_per_mwh: UsdPerMwh) -> float:
    """Sum of (value - price)+ over a run of steps; the order of summation is free, so that it runs in lanes."""
    total = 0.0
    for step in range(price_usd_per_mwh.size):
        total += max(value_usd_per_mwh - price_usd_per_mwh[step], 0.0)
    return total


@njit(cache=True, nogil=True, fastmath={"reassoc", "nsz"})
def _plain_sum(price_usd_per_mwh: Array) -> float:
    """Sum of prices over a run of steps, in lanes."""
    total = 0.0
    for step in range(price_usd_per_mwh.size):
        total += price_usd_per_mwh[step]
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
    (A - charge)+. A NaN among the prices counts as no gain, but shows in the sum of prices.

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
            price_sum += _plain_sum(prices)
            for row in range(rows):
                worth[runs[run, 2], row] += _gain_sum(prices, value_usd_per_mwh[row]) * step_h
        total = 0.0
        for period in range(periods):
            for row in range(rows):
                total += free_mw[period, row] * worth[period, row]
                total += charged_mw[period, row] * max(worth[period, row] - charge_usd_per_mw[period], 0.0)
        earned_usd[year] = total
        price_sum_usd_per_mwh[year] = price_sum
