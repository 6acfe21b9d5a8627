"""Value of stored energy under uncertain prices, back in time, and the battery that acts on it.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray
from repower.dispatch.slopes import Pieces, Site, step_pieces

STEEP_USD_PER_MWH = 1e7
"""What a MWh is worth where the rest of time cannot be served without it; only its being far above prices matters."""

_TINY = 1e-9


@njit(cache=True, nogil=True)
def expected_water_usd_per_mwh(
    site: Site, caps: Array, chance: Array, day_step: IntArray, reach_mwh: Array, pieces: Pieces, cells: int
) -> Array:
    """Expected worth of a MWh after each step, shape (T, K, N), by state and cell.

    Parameters
    ----------
    site : K problems one after the other, one for each state of the price.
    caps : shape (2, P), as `passes.backward` takes them.
    chance : shape (D, K, K). day_step : shape (T,). reach_mwh : shape (T + 1, 2), states that the rest can be served
        from.
    """
    steps, many = day_step.size, chance.shape[1]
    cell_mwh = site.energy_mwh / cells
    found = np.empty((steps, many, cells))
    slope, worth = np.empty((many, cells)), np.empty(cells + 1)
    slope[:] = 0.0
    for step in range(steps - 1, -1, -1):
        _steepen(slope, reach_mwh[step + 1], cell_mwh)
        for state in range(many):
            for cell in range(cells):
                total = 0.0
                for following in range(many):
                    total += chance[day_step[step], state, following] * slope[following, cell]
                found[step, state, cell] = total
        for state in range(many):
            at = state * steps + step
            period = site.period[at]
            ends = step_pieces(site, at, caps[0, period], caps[1, period], pieces)
            _merge(found[step, state], cell_mwh, ends.released_mwh, ends.count, pieces, worth)
            for cell in range(cells):
                slope[state, cell] = (worth[cell + 1] - worth[cell]) / cell_mwh
    return found


@njit(cache=True, nogil=True)
def _steepen(slope: Array, reach_mwh: Array, cell_mwh: float) -> None:
    """Make states from which the rest cannot be served as bad as they are; a cell in part by its share."""
    low, high = reach_mwh[0], reach_mwh[1]
    for cell in range(slope.shape[1]):
        below = min(max(low - cell * cell_mwh, 0.0), cell_mwh) / cell_mwh
        above = min(max((cell + 1) * cell_mwh - high, 0.0), cell_mwh) / cell_mwh
        if below > _TINY or above > _TINY:
            for state in range(slope.shape[0]):
                inner = min(max(slope[state, cell], -STEEP_USD_PER_MWH), STEEP_USD_PER_MWH)
                share = max(1.0 - below - above, 0.0)
                slope[state, cell] = share * inner + (below - above) * STEEP_USD_PER_MWH


@njit(cache=True, nogil=True)
def _merge(after: Array, cell_mwh: float, released: float, count: int, pieces: Pieces, worth: Array) -> None:
    """Value at the cells' ends, up to a constant: slopes of what comes after, merged with those of the step.

    The merged list begins at the state `released` MWh; below it and beyond its end no state has a step.
    """
    cells = after.size
    position, value, node = released, 0.0, 0
    while node <= cells and node * cell_mwh < position - _TINY:
        worth[node] = -STEEP_USD_PER_MWH * (position - node * cell_mwh)
        node += 1
    cell, piece, left = 0, 0, 0.0
    while node <= cells:
        if cell >= cells and piece >= count:
            break
        if piece >= count or (cell < cells and after[cell] >= pieces.slope_usd_per_mwh[piece]):
            slope, left = after[cell], cell_mwh
            cell += 1
        else:
            slope, left = pieces.slope_usd_per_mwh[piece], pieces.length_mwh[piece]
            piece += 1
        while node <= cells and node * cell_mwh <= position + left + _TINY:
            worth[node] = value + slope * (node * cell_mwh - position)
            node += 1
        value, position = value + slope * left, position + left
    while node <= cells:
        worth[node] = value - STEEP_USD_PER_MWH * (node * cell_mwh - position)
        node += 1


@njit(cache=True, nogil=True)
def follow_water(
    site: Site, caps: Array, water: Array, reach_mwh: Array, start_mwh: float, pieces: Pieces
) -> tuple[Array, Array, Array]:
    """What the battery does step by step: it releases what is worth more now than it is expected to be after.

    Parameters
    ----------
    water : shape (T, N), expected worth after each step in the state of its price. reach_mwh : shape (T + 1, 2).

    Returns
    -------
    Charging, discharging, and the expected worth after each step where the battery stands, each of shape (T,).
    """
    steps, cells = water.shape
    cell_mwh = site.energy_mwh / cells
    charge, discharge, worth = np.zeros(steps), np.zeros(steps), np.zeros(steps)
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    stored = start_mwh
    for step in range(steps):
        period = site.period[step]
        low, high = reach_mwh[step + 1, 0], reach_mwh[step + 1, 1]
        ends = step_pieces(site, step, caps[0, period], caps[1, period], pieces)
        after, output = stored - ends.released_mwh, ends.output_mw
        going = True
        for piece in range(ends.count):
            left = pieces.length_mwh[piece]
            while going and left > 0.0:
                if after > high:
                    part = min(left, after - high)
                else:
                    cell = min(max(int(np.ceil(after / cell_mwh - _TINY)) - 1, 0), cells - 1)
                    room = after - max(cell * cell_mwh, low)
                    if room <= _TINY and cell > 0 and cell * cell_mwh > low:
                        cell -= 1
                        room = after - max(cell * cell_mwh, low)
                    part = min(left, room)
                    if part <= 0.0 or pieces.slope_usd_per_mwh[piece] <= water[step, cell]:
                        going = False
                        break
                output += part * pieces.rate_mw_per_mwh[piece]
                after -= part
                left -= part
            if not going:
                break
        # Net output and released energy say how much is burnt by doing both.
        burnt = stored - after - output * (into if output < 0.0 else out) * site.step_h
        charge[step], discharge[step] = max(-output, 0.0), max(output, 0.0)
        if burnt > _TINY and out - into > _TINY:
            both = burnt / ((out - into) * site.step_h)
            charge[step], discharge[step] = charge[step] + both, discharge[step] + both
        worth[step] = water[step, min(max(int(np.ceil(after / cell_mwh - _TINY)) - 1, 0), cells - 1)]
        stored = after
    return charge, discharge, worth
