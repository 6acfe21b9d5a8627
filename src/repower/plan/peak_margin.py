"""Margins of miners who pay a demand charge, without writing out a schedule.

Miners whose import nothing else limits run the best machines first, up to the month's peak P. By summation by parts an
hour earns sum_k d_k min(U_k, P), where U_k is what the first k blocks draw and d_k by how much a MWh of block k gains
more than one of the next. The month's profit, less charge times P, is concave in P with kinks at the U_k of its hours,
so the best peak is the lowest beyond which the d_k left add up to no more than the charge.
"""

from __future__ import annotations

import numpy as np

from repower.base.units import Array, Hours, IntArray


def peak_margins(
    cost_usd_per_mwh: Array,
    value_usd_per_mwh: Array,
    capacity_mw: Array,
    month_of: IntArray,
    step_h: Hours,
    charge_usd_per_mw: Array,
) -> Array:
    """Best margin of interruptible blocks in every month, the demand charge on the month's highest draw deducted.

    Parameters
    ----------
    cost_usd_per_mwh : shape (T,).
    value_usd_per_mwh, capacity_mw : shape (K, T).
    month_of : shape (T,), from 0 and never falling.
    charge_usd_per_mw : shape (months,), at least zero.

    Returns
    -------
    shape (months,) [$].
    """
    order = np.argsort(-value_usd_per_mwh[:, 0], kind="stable")
    value, width = value_usd_per_mwh[order], capacity_mw[order]
    if (value[1:] > value[:-1]).any():
        by_hour = np.argsort(-value, axis=0, kind="stable")
        value, width = np.take_along_axis(value, by_hour, axis=0), np.take_along_axis(width, by_hour, axis=0)
    upto_mw = np.cumsum(width, axis=0)
    drop = np.maximum(value - cost_usd_per_mwh, 0.0) * step_h
    drop[:-1] -= drop[1:]
    begins = np.searchsorted(month_of, np.arange(charge_usd_per_mw.size + 1))
    margin = np.zeros(charge_usd_per_mw.size)
    for month, charge in enumerate(charge_usd_per_mw):
        inside = slice(begins[month], begins[month + 1])
        falls = drop[:, inside] > 0.0
        ends_mw, drops = upto_mw[:, inside][falls], drop[:, inside][falls]
        peak_mw = _best_peak_mw(ends_mw, drops, float(charge))
        margin[month] = (drops * np.minimum(ends_mw, peak_mw)).sum() - charge * peak_mw
    return margin


def _best_peak_mw(ends_mw: Array, drops: Array, charge: float) -> float:
    """The lowest peak beyond which the gains of a further MW add up to no more than the charge."""
    falling = np.argsort(-ends_mw)
    position = int(np.searchsorted(np.cumsum(drops[falling]), charge, side="right"))
    return float(ends_mw[falling[position]]) if position < ends_mw.size else 0.0
