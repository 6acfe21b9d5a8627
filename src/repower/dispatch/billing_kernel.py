"""One pass over the billing periods of a problem.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray


@njit(cache=True, nogil=True)
def scan_periods(period: IntArray, limit_mw: Array, periods: int) -> tuple[Array, IntArray, IntArray]:
    """What a search for peaks asks of billing periods.

    Blocks are the shortest runs of steps such that no billing period has steps in two of them.

    Parameters
    ----------
    period, limit_mw : shape (T,), billing period and highest import of every step.

    Returns
    -------
    Highest limit of each period (P,), the block in which it lies or -1 where it has no step (P,), and the first steps
    of all blocks followed by T (B + 1,).
    """
    steps = period.size
    highest_mw, last = np.zeros(periods), np.full(periods, -1)
    for step in range(steps):
        now = period[step]
        highest_mw[now] = max(highest_mw[now], limit_mw[step])
        last[now] = step
    block_of, firsts = np.full(periods, -1), np.zeros(steps + 1, np.int64)
    blocks, reach = 0, -1
    for step in range(steps):
        now = period[step]
        block_of[now] = blocks
        reach = max(reach, last[now])
        if reach == step:
            blocks += 1
            firsts[blocks] = step + 1
    return highest_mw, block_of, firsts[: blocks + 1].copy()
