"""The sorted list of slopes that is the value of stored energy, and what every step put into it.

Going back one step merges the step's pieces into the list and clips it to what the battery holds (`backward`). For each
piece it notes how much of the list came before it: going forward, that says what the step releases from any state
(`forward`). The list itself never has to be taken back to how it was.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray

TINY = 1e-9
"""A state this close [MWh] to empty or full, or a power this close [MW] to a limit, counts as lying on it."""

HEAD, TAIL, NOTED = 0, 1, 2
LOW, HIGH, VALUE = 0, 1, 2
PUT, CHARGES = 0, 1
WHOLE = -1
"""Entry of `CHARGES` where all pieces of a step went in, not just those near no output."""


class Ledger(NamedTuple):
    """The list, falling from `ends[HEAD]` to `ends[TAIL]`, and notes on the pieces that went in.

    `span` is the lowest and highest state and the value at the lowest. `before_mwh` and `own_mwh` hold, for
    `ends[NOTED]` pieces, how much of the list lies before a piece, and how long it is; the pieces of a step stand
    together in falling slope, later steps first. `log` is (T, 2): pieces put in, and how many of them charge or
    `WHOLE`; `base_mwh` (T,) the lowest state before clipping, where `WHOLE`.
    """

    slope_usd_per_mwh: Array
    length_mwh: Array
    before_mwh: Array
    own_mwh: Array
    ends: IntArray
    span: Array
    log: IntArray
    base_mwh: Array


def new_ledger(steps: int, size: int, notes: int) -> Ledger:
    """An empty ledger for so many steps, list entries and notes."""
    return Ledger(
        slope_usd_per_mwh=np.empty(size),
        length_mwh=np.empty(size),
        before_mwh=np.empty(notes),
        own_mwh=np.empty(notes),
        ends=np.zeros(3, np.int64),
        span=np.zeros(3),
        log=np.zeros((steps, 2), np.int64),
        base_mwh=np.zeros(steps),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def start_ledger(ledger: Ledger, lowest_mwh: float, highest_mwh: float) -> None:
    """The end of the horizon: nothing is worth anything there, and only states between two bounds are allowed."""
    ledger.ends[NOTED] = 0
    ledger.ends[HEAD] = ledger.ends[TAIL] = ledger.slope_usd_per_mwh.size // 2
    ledger.span[LOW], ledger.span[HIGH], ledger.span[VALUE] = lowest_mwh, highest_mwh, 0.0
    if highest_mwh > lowest_mwh:
        ledger.slope_usd_per_mwh[ledger.ends[HEAD]] = 0.0
        ledger.length_mwh[ledger.ends[HEAD]] = highest_mwh - lowest_mwh
        ledger.ends[TAIL] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def worth_usd(ledger: Ledger, stored_mwh: float) -> float:
    """Value of a state by the list as it stands."""
    value, left = ledger.span[VALUE], stored_mwh - ledger.span[LOW]
    for entry in range(ledger.ends[HEAD], ledger.ends[TAIL]):
        used = min(ledger.length_mwh[entry], left)
        if used <= 0.0:
            break
        value += ledger.slope_usd_per_mwh[entry] * used
        left -= used
    return value  # type: ignore[no-any-return]
