"""Backward and forward through time: the exact value of stored energy, then the schedule and its prices.

The value of a state, V_t(s), is concave and piecewise linear. Going back one step merges the step's pieces into the
sorted list of slopes and clips the list to what the battery holds. Each merge and clip is logged, so that going forward
takes it back: pieces of the step that lie before the state are what the step releases. The memory is one log entry a
piece, however many pieces are alive.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray, Mwh
from repower.dispatch.slopes import SLIVER, Ends, Pieces, Site, step_pieces

TINY_MWH = 1e-9
"""A state this close to the end of a piece counts as lying on it."""


class Ledger(NamedTuple):
    """The list of slopes, falling from `head` to `tail`, and the log of how it came about.

    `ends` holds head, tail, logged places and logged cuts; `span` the lowest and highest state and the value at the
    lowest. For every step: how many pieces went in, were cut off whole on the left and on the right, and the length
    before a partial cut there (negative for none).
    """

    slope_usd_per_mwh: Array
    length_mwh: Array
    place: IntArray
    cut_slope_usd_per_mwh: Array
    cut_length_mwh: Array
    ends: IntArray
    span: Array
    put: IntArray
    cut_left: IntArray
    cut_right: IntArray
    part_left_mwh: Array
    part_right_mwh: Array


class Path(NamedTuple):
    """What a forward pass writes, each of shape (T,); the peak slopes are (P,).

    `stored_mwh` is the state at the start of a step, `water_usd_per_mwh` the worth of a MWh stored during it.
    """

    output_mw: Array
    charge_mw: Array
    discharge_mw: Array
    stored_mwh: Array
    marginal_usd_per_mwh: Array
    water_usd_per_mwh: Array
    peak_slope_usd_per_mw: Array


def new_ledger(steps: int, size: int) -> Ledger:
    """An empty ledger for so many steps and list entries; it grows where that is too short."""
    whole = [np.zeros(steps, np.int64) for _ in range(3)]
    return Ledger(
        np.empty(size),
        np.empty(size),
        np.empty(size, np.int64),
        np.empty(size),
        np.empty(size),
        np.zeros(4, np.int64),
        np.zeros(3),
        *whole,
        np.zeros(steps),
        np.zeros(steps),
    )


def new_path(steps: int, periods: int) -> Path:
    """Room for a forward pass."""
    return Path(*(np.zeros(steps) for _ in range(6)), np.zeros(periods))


@njit(cache=True, nogil=True)
def _longer(array: Array, size: int) -> Array:
    longer = np.empty(size, array.dtype)
    longer[: array.size] = array
    return longer


@njit(cache=True, nogil=True)
def _grown(ledger: Ledger) -> Ledger:
    size = 2 * ledger.slope_usd_per_mwh.size
    return Ledger(
        _longer(ledger.slope_usd_per_mwh, size),
        _longer(ledger.length_mwh, size),
        _longer(ledger.place, size),
        _longer(ledger.cut_slope_usd_per_mwh, size),
        _longer(ledger.cut_length_mwh, size),
        ledger.ends,
        ledger.span,
        ledger.put,
        ledger.cut_left,
        ledger.cut_right,
        ledger.part_left_mwh,
        ledger.part_right_mwh,
    )


@njit(cache=True, nogil=True)
def start_ledger(ledger: Ledger, lowest_mwh: float, highest_mwh: float) -> None:
    """The end of the horizon: nothing is worth anything there, and only states between two bounds are allowed."""
    ledger.ends[:] = 0
    ledger.span[0], ledger.span[1], ledger.span[2] = lowest_mwh, highest_mwh, 0.0
    if highest_mwh > lowest_mwh:
        ledger.slope_usd_per_mwh[0], ledger.length_mwh[0] = 0.0, highest_mwh - lowest_mwh
        ledger.ends[1] = 1


@njit(cache=True, nogil=True)
def backward(
    site: Site, first: int, end: int, peak_mw: Array, over_usd_per_mwh: Array, ledger: Ledger, pieces: Pieces
) -> Ledger:
    """Turn the list at step `end` into the list at step `first`, logging how. Returns the ledger, grown or not."""
    most = pieces.slope_usd_per_mwh.size
    for step in range(end - 1, first - 1, -1):
        period = site.period[step]
        beyond = step_pieces(site, step, peak_mw[period], over_usd_per_mwh[period], pieces)
        room = ledger.slope_usd_per_mwh.size - most
        if ledger.ends[1] > room or ledger.ends[2] > room or ledger.ends[3] > room - ledger.ends[1] + ledger.ends[0]:
            ledger = _grown(ledger)
        _put(ledger, step, beyond, pieces)
        _clip(ledger, step, site.energy_mwh)
    return ledger


@njit(cache=True, nogil=True)
def _put(ledger: Ledger, step: int, beyond: Ends, pieces: Pieces) -> None:
    """Merge the step's pieces into the list."""
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    head, tail, logged = ledger.ends[0], ledger.ends[1], ledger.ends[2]
    entry, width = tail - 1, 0.0
    for piece in range(beyond.count - 1, -1, -1):
        new = pieces.slope_usd_per_mwh[piece]
        while entry >= head and slope[entry] < new:
            slope[entry + piece + 1], length[entry + piece + 1] = slope[entry], length[entry]
            entry -= 1
        slope[entry + piece + 1], length[entry + piece + 1] = new, pieces.length_mwh[piece]
        width += pieces.length_mwh[piece]
        ledger.place[logged + piece] = entry + piece + 1 - head
    ledger.put[step] = beyond.count
    ledger.ends[1], ledger.ends[2] = tail + beyond.count, logged + beyond.count
    ledger.span[0] += beyond.released_mwh
    ledger.span[1] += beyond.released_mwh + width
    ledger.span[2] += beyond.gain_usd


@njit(cache=True, nogil=True)
def _clip(ledger: Ledger, step: int, energy_mwh: float) -> None:
    """Cut off states below zero and above what the battery holds."""
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    head, tail, cuts, value = ledger.ends[0], ledger.ends[1], ledger.ends[3], ledger.span[2]
    count, part = 0, -1.0
    short = -ledger.span[0]
    if short > 0.0:
        ledger.span[0] = 0.0
        while head < tail and short > 0.0:
            cut = length[head]
            if cut > short + SLIVER:
                part, length[head] = cut, cut - short
                value += slope[head] * short
                break
            value += slope[head] * cut
            ledger.cut_slope_usd_per_mwh[cuts], ledger.cut_length_mwh[cuts] = slope[head], cut
            short, head, cuts, count = short - cut, head + 1, cuts + 1, count + 1
    ledger.cut_left[step], ledger.part_left_mwh[step] = count, part
    count, part = 0, -1.0
    above = ledger.span[1] - energy_mwh
    if above > 0.0:
        ledger.span[1] = energy_mwh
        while tail > head and above > 0.0:
            cut = length[tail - 1]
            if cut > above + SLIVER:
                part, length[tail - 1] = cut, cut - above
                break
            ledger.cut_slope_usd_per_mwh[cuts], ledger.cut_length_mwh[cuts] = slope[tail - 1], cut
            above, tail, cuts, count = above - cut, tail - 1, cuts + 1, count + 1
    ledger.cut_right[step], ledger.part_right_mwh[step] = count, part
    ledger.ends[0], ledger.ends[1], ledger.ends[3], ledger.span[2] = head, tail, cuts, value


@njit(cache=True, nogil=True)
def worth_at(ledger: Ledger, stored_mwh: float) -> tuple[float, int, float]:
    """Value of a state by the list as it stands, and where it lies: pieces before it, and how far into the next."""
    value, left = ledger.span[2], stored_mwh - ledger.span[0]
    head, tail = ledger.ends[0], ledger.ends[1]
    index = 0
    while head + index < tail and ledger.length_mwh[head + index] <= left + TINY_MWH:
        value += ledger.slope_usd_per_mwh[head + index] * min(ledger.length_mwh[head + index], left)
        left = max(left - ledger.length_mwh[head + index], 0.0)
        index += 1
    if left <= TINY_MWH or head + index >= tail:
        return value, index, 0.0
    return value + ledger.slope_usd_per_mwh[head + index] * left, index, left


@njit(cache=True, nogil=True)
def forward(
    site: Site,
    first: int,
    end: int,
    peak_mw: Array,
    over_usd_per_mwh: Array,
    stored_mwh: float,
    water_usd_per_mwh: float,
    ledger: Ledger,
    pieces: Pieces,
    path: Path,
) -> tuple[float, float]:
    """From a state at step `first` to step `end`, taking the list back to how it was there.

    Writes the path and adds to its peak slopes. Returns the last state and the last worth of a stored MWh.
    """
    value, index, into = worth_at(ledger, stored_mwh)
    for step in range(first, end):
        period = site.period[step]
        beyond = step_pieces(site, step, peak_mw[period], over_usd_per_mwh[period], pieces)
        index, into = _unclip(ledger, step, index, into)
        released, output, charge, discharge, left_own, right_own, left_worth, right_worth, index, into = _take(
            site, step, beyond, ledger, pieces, index, into
        )
        head, tail = ledger.ends[0], ledger.ends[1]
        left, right = np.inf, -np.inf
        if into > TINY_MWH:
            left = right = ledger.slope_usd_per_mwh[head + index]
        else:
            if index > 0:
                left = ledger.slope_usd_per_mwh[head + index - 1]
            if head + index < tail:
                right = ledger.slope_usd_per_mwh[head + index]
        water_usd_per_mwh = min(max(water_usd_per_mwh, max(right, right_own)), min(left, left_own))
        marginal = _marginal(site, step, water_usd_per_mwh, charge, discharge, right_worth, left_worth)
        if peak_mw[period] <= site.limit_mw[step]:
            rent = min(marginal - site.price_usd_per_mwh[step], over_usd_per_mwh[period])
            if rent > 0.0:
                path.peak_slope_usd_per_mw[period] += rent * site.step_h
        path.output_mw[step], path.charge_mw[step], path.discharge_mw[step] = output, charge, discharge
        path.stored_mwh[step] = stored_mwh
        path.marginal_usd_per_mwh[step], path.water_usd_per_mwh[step] = marginal, water_usd_per_mwh
        stored_mwh -= released
    return stored_mwh, water_usd_per_mwh


@njit(cache=True, nogil=True)
def _unclip(ledger: Ledger, step: int, index: int, into: float) -> tuple[int, float]:
    """Take back the cuts of a step; what was cut off on the left lies before every allowed state."""
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    head, tail, cuts = ledger.ends[0], ledger.ends[1], ledger.ends[3]
    if ledger.part_right_mwh[step] >= 0.0:
        if head + index == tail:
            index, into = index - 1, length[tail - 1]
        length[tail - 1] = ledger.part_right_mwh[step]
    for _ in range(ledger.cut_right[step]):
        cuts -= 1
        slope[tail], length[tail] = ledger.cut_slope_usd_per_mwh[cuts], ledger.cut_length_mwh[cuts]
        tail += 1
    if ledger.part_left_mwh[step] >= 0.0:
        if index == 0:
            into += ledger.part_left_mwh[step] - length[head]
        length[head] = ledger.part_left_mwh[step]
    for _ in range(ledger.cut_left[step]):
        cuts -= 1
        head -= 1
        slope[head], length[head] = ledger.cut_slope_usd_per_mwh[cuts], ledger.cut_length_mwh[cuts]
        index += 1
    ledger.ends[0], ledger.ends[1], ledger.ends[3] = head, tail, cuts
    return index, into


@njit(cache=True, nogil=True)
def _take(
    site: Site, step: int, beyond: Ends, ledger: Ledger, pieces: Pieces, index: int, into: float
) -> tuple[float, float, float, float, float, float, float, float, int, float]:
    """Take the step's pieces out of the list; those before the state are released.

    Returns what is released, the battery's output, charging and discharging, the slopes and worths left and right of
    the state among the step's own pieces, and where the state lies in what remains.
    """
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    head, tail, logged = ledger.ends[0], ledger.ends[1], ledger.ends[2] - beyond.count
    released, output = beyond.released_mwh, beyond.output_mw
    left, right = np.inf, -np.inf
    left_worth, right_worth = beyond.worth_before_usd_per_mwh, beyond.worth_after_usd_per_mwh
    burnt, begun, taken_before, done = 0.0, False, 0, False
    for piece in range(beyond.count):
        place = ledger.place[logged + piece]
        flat = beyond.flat and piece == beyond.burn
        taken, whole = 0.0, False
        if place < index:
            taken, whole = pieces.length_mwh[piece], True
            taken_before += 1
        elif place == index and into > 0.0:
            taken = into
            whole = into >= pieces.length_mwh[piece] - TINY_MWH
        if taken > 0.0:
            released += taken
            output += taken * pieces.rate_mw_per_mwh[piece]
            if flat:
                burnt = taken
            elif piece >= beyond.burn:
                begun = True
        if whole or (taken > TINY_MWH):
            left = pieces.slope_usd_per_mwh[piece]
            if not flat:
                left_worth = pieces.worth_usd_per_mwh[piece]
        if not whole and not done:
            done = not flat
            if right == -np.inf:
                right = pieces.slope_usd_per_mwh[piece]
            if not flat:
                right_worth = pieces.worth_usd_per_mwh[piece]
    charge, discharge = max(-output, 0.0), max(output, 0.0)
    if begun:
        charge, discharge = site.charge_mw, output + site.charge_mw
        if discharge > site.discharge_mw:
            charge, discharge = site.discharge_mw - output, site.discharge_mw
    elif burnt > 0.0:
        more = burnt / (site.step_h * (1.0 / site.discharge_efficiency_frac - site.charge_efficiency_frac))
        charge, discharge = charge + more, discharge + more
    _remove(ledger, logged, beyond.count)
    if beyond.count > 0 and taken_before < beyond.count and ledger.place[logged + taken_before] == index:
        into = 0.0
    index -= taken_before
    ledger.ends[2] = logged
    if into > 0.0 and into >= length[head + index] - TINY_MWH:
        index, into = index + 1, 0.0
    return released, output, charge, discharge, left, right, left_worth, right_worth, index, into


@njit(cache=True, nogil=True)
def _remove(ledger: Ledger, logged: int, count: int) -> None:
    """Close the gaps that pieces leave at their logged places."""
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    head, tail = ledger.ends[0], ledger.ends[1]
    for piece in range(count):
        start = head + ledger.place[logged + piece] + 1
        stop = head + ledger.place[logged + piece + 1] if piece + 1 < count else tail
        for entry in range(start, stop):
            slope[entry - piece - 1], length[entry - piece - 1] = slope[entry], length[entry]
    ledger.ends[1] = tail - count


@njit(cache=True, nogil=True)
def _marginal(
    site: Site, step: int, water: float, charge: float, discharge: float, next_worth: float, last_worth: float
) -> float:
    """A price at which both the site and the battery do what they do; the import price where that is one."""
    low, high = next_worth, last_worth
    if charge > TINY_MWH:
        high = min(high, site.charge_efficiency_frac * water)
    if charge < site.charge_mw - TINY_MWH:
        low = max(low, site.charge_efficiency_frac * water)
    if discharge > TINY_MWH:
        low = max(low, water / site.discharge_efficiency_frac)
    if discharge < site.discharge_mw - TINY_MWH:
        high = min(high, water / site.discharge_efficiency_frac)
    return min(max(site.price_usd_per_mwh[step], low), high)
