"""How high each billing period's import may go: exact, from slopes.

Profit is concave and piecewise linear in a period's peak P. A step's import stops at min(limit, P), so one more MW of
peak earns the sum over steps of (value of the next MW - price)+, which falls at every row end of the step's stack. The
best peak is the lowest at which this sum is no more than the charge: a weighted quantile of row ends, no iteration and
no tolerance. Where blocks and limits are the same in every step the row ends coincide, and the rule reads: block k is
worth a peak where A_k = sum_t (v_k - p_t)+ exceeds the charge.

Ratchets, which couple the peaks of several periods, are left to the search of `exact_peaks`.
"""

from __future__ import annotations

import numpy as np

from repower.base.units import Array, IntArray
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.stack import Stack


def best_peaks(problem: DispatchProblem, stack: Stack, limit_mw: Array, forced_mw: Array) -> tuple[Array, Array, bool]:
    """Highest import worth its peak charge in every period, and what the charge adds to the price of each step.

    Parameters
    ----------
    stack : sorted rows of every step.
    limit_mw, forced_mw : shape (T,), highest import, and import that firm blocks force.

    Returns
    -------
    cap_mw : shape (P,); infinite where a period has no charge.
    shadow_usd_per_mwh : shape (T,), optimal split of the charge over the steps of its period.
    closed : True where the row ends of all steps coincide, so that the closed form was used.
    """
    periods = period_count(problem)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,))
    floor = np.zeros(periods) if problem.peak_floor_mw is None else problem.peak_floor_mw
    cap_mw = np.full(periods, np.inf)
    shadow = np.zeros(limit_mw.size)
    if not charge.any():
        return cap_mw, shadow, True
    alike = stack.upto_mw.shape[1] == 1 and stack.own_mw.size == 1 and bool((limit_mw == limit_mw[0]).all())
    ends = np.minimum(stack.upto_mw - stack.own_mw, limit_mw[:1] if alike else limit_mw)
    drops = _slope_drops(problem, stack)
    for period, steps in enumerate(_steps_of(problem, periods)):
        if charge[period] == 0 or steps.size == 0:
            continue
        end = ends if alike else ends[:, steps]
        forced = forced_mw[steps]
        lowest = max(floor[period], forced.max())
        drop = np.where(end > lowest, drops[:, steps], 0.0)
        weight = drop.sum(axis=1, keepdims=True) if alike else drop
        cap_mw[period] = _lowest_worth(end, weight, charge[period], lowest)
        shadow[steps] = _split(end, drop, charge[period], cap_mw[period], forced) / problem.step_h
    return cap_mw, shadow, alike


def _steps_of(problem: DispatchProblem, periods: int) -> list[IntArray]:
    """Indices of the steps of every period."""
    index = period_index(problem)
    order = np.argsort(index, kind="stable")
    return np.split(order, np.searchsorted(index[order], np.arange(1, periods)))


def _slope_drops(problem: DispatchProblem, stack: Stack) -> Array:
    """By how much a step's worth of one more MW of peak falls at each row end [$/MW], shape (M, T).

    Firm rows count as zero: the search starts where they are served.
    """
    gain = np.where(np.isinf(stack.value_usd_per_mwh), 0.0, stack.value_usd_per_mwh - problem.price_usd_per_mwh)
    gain = np.maximum(gain, 0.0) * problem.step_h
    gain[:-1] -= gain[1:]
    return np.maximum(gain, 0.0)


def _lowest_worth(end: Array, weight: Array, charge: float, lowest: float) -> float:
    """The lowest peak beyond which the remaining weights add up to no more than the charge."""
    counts = weight > 0
    ends, weights = end[counts], weight[counts]
    falling = np.argsort(-ends)
    position = int(np.searchsorted(np.cumsum(weights[falling]), charge, side="right"))
    return float(ends[falling[position]]) if position < ends.size else lowest


def _split(end: Array, drop: Array, charge: float, cap: float, forced: Array) -> Array:
    """Shares of the charge that the steps of a period bear at its best peak [$/MW], shape (steps,).

    Each share lies between the step's slopes right and left of the peak. A peak that firm blocks force leaves a rest,
    which the steps that force it bear.
    """
    right: Array = np.where(end > cap, drop, 0.0).sum(axis=0)
    left: Array = np.where(end >= cap, drop, 0.0).sum(axis=0)
    rest, between = charge - right.sum(), (left - right).sum()
    if between > 0:
        share: Array = right + (left - right) * min(max(rest / between, 0.0), 1.0)
        return share
    if 0 < forced.max() == cap:
        forcing = forced == cap
        right[forcing] += max(rest, 0.0) / np.count_nonzero(forcing)
    return right
