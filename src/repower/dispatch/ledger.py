"""The sorted list of slopes that is the value of stored energy, and the log that takes every change of it back.

Going back one step merges the step's pieces into the list and clips it to what the battery holds (`backward`).
Going forward, the pieces of the step that lie before the state are what the step releases (`forward`). The
memory is one log entry a piece, however many pieces are alive.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray

TINY = 1e-9
"""A state this close [MWh] to the end of a piece, or a power this close [MW] to a limit, counts as lying on it."""

HEAD, TAIL, PLACES, CUTS = 0, 1, 2, 3
LOW, HIGH, VALUE = 0, 1, 2
PUT, LEFTS, CUT_LEFT, CUT_RIGHT, KIND, CHARGES = 0, 1, 2, 3, 4, 5
IDLE, CENTRAL, WHOLE = 0, 1, 2
"""Kinds of step: the list did not change, only pieces near no output went in, all pieces went in."""


class Ledger(NamedTuple):
    """The list, falling from `ends[HEAD]` to `ends[TAIL]`, and its log.

    `place` is where pieces went in, counted from the head, `cut_*` what was cut off whole; `span` the lowest and
    highest state and the value at the lowest. `log` and `part_mwh` are (T, 6) and (T, 2): pieces put in, how many of
    them from the left, cut off whole on the left and on the right, kind of step, how many pieces charge; length before
    a partial cut left and right, negative for none.
    """

    slope_usd_per_mwh: Array
    length_mwh: Array
    place: IntArray
    cut_slope_usd_per_mwh: Array
    cut_length_mwh: Array
    ends: IntArray
    span: Array
    log: IntArray
    part_mwh: Array


def new_ledger(steps: int, size: int) -> Ledger:
    """An empty ledger for so many steps and list entries."""
    return Ledger(
        slope_usd_per_mwh=np.empty(size),
        length_mwh=np.empty(size),
        place=np.empty(size, np.int64),
        cut_slope_usd_per_mwh=np.empty(size),
        cut_length_mwh=np.empty(size),
        ends=np.zeros(4, np.int64),
        span=np.zeros(3),
        log=np.zeros((steps, 6), np.int64),
        part_mwh=np.zeros((steps, 2)),
    )


@njit(cache=True, nogil=True, error_model="numpy")
def start_ledger(ledger: Ledger, lowest_mwh: float, highest_mwh: float) -> None:
    """The end of the horizon: nothing is worth anything there, and only states between two bounds are allowed."""
    ledger.ends[PLACES] = ledger.ends[CUTS] = 0
    ledger.ends[HEAD] = ledger.ends[TAIL] = ledger.slope_usd_per_mwh.size // 2
    ledger.span[LOW], ledger.span[HIGH], ledger.span[VALUE] = lowest_mwh, highest_mwh, 0.0
    if highest_mwh > lowest_mwh:
        ledger.slope_usd_per_mwh[ledger.ends[HEAD]] = 0.0
        ledger.length_mwh[ledger.ends[HEAD]] = highest_mwh - lowest_mwh
        ledger.ends[TAIL] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def worth_at(ledger: Ledger, stored_mwh: float) -> tuple[float, int, float]:
    """Value of a state by the list as it stands, and where it lies: pieces before it, and how far into the next."""
    value, left = ledger.span[VALUE], stored_mwh - ledger.span[LOW]
    head, tail = ledger.ends[HEAD], ledger.ends[TAIL]
    index = 0
    while head + index < tail and ledger.length_mwh[head + index] <= left + TINY:
        value += ledger.slope_usd_per_mwh[head + index] * min(ledger.length_mwh[head + index], left)
        left = max(left - ledger.length_mwh[head + index], 0.0)
        index += 1
    if left <= TINY or head + index >= tail:
        return value, index, 0.0
    return value + ledger.slope_usd_per_mwh[head + index] * left, index, left
