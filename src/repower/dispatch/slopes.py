"""One step of a site with a battery as a list of slopes: what each further MWh from the battery is worth.

Profit of a step as a function of the energy released into it is concave and piecewise linear. Its slopes come from one
sorted list: the rows of the stack merged with the import, which bought less is one more load at its own price. Import
beyond the billing period's peak stays possible at price + (charge over the step's length): no share of a peak charge
can exceed the whole, so this changes no optimum, and no peak is ever infeasible.

Where the site has energy to burn (slope below zero), charging and discharging at once burns it, as in the linear
programme: a flat piece, and beyond it the slopes below zero by way of full charging, then of full discharging.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from repower.base.units import Array, Frac, Hours, IntArray, Mw, Mwh, UsdPerMwh

SLIVER = 1e-11
"""Lengths [MW or MWh] that are rounding."""


class Site(NamedTuple):
    """A problem as arrays: (1, ...) where every step is alike, (T, ...) elsewhere; rows fall in value.

    `value_usd_per_mwh` is (1 or T, M), firm rows infinite; `upto_mw` and `worth_usd_per_h` are (1 or T, M + 1), width
    and worth of the rows before each row, firm rows worth nothing; `own_mw` and `firm_mw` (1 or T,).
    """

    price_usd_per_mwh: Array
    limit_mw: Array
    period: IntArray
    value_usd_per_mwh: Array
    upto_mw: Array
    worth_usd_per_h: Array
    own_mw: Array
    firm_mw: Array
    step_h: Hours
    charge_mw: Mw
    discharge_mw: Mw
    energy_mwh: Mwh
    charge_efficiency_frac: Frac
    discharge_efficiency_frac: Frac


class Pieces(NamedTuple):
    """Scratch for the pieces of one step, in falling slope.

    `slope_usd_per_mwh` is a stored MWh's worth, `length_mwh` how much is released, `worth_usd_per_mwh` a site MWh's
    worth, `rate_mw_per_mwh` the site's megawatts for each MWh released (zero where it is burnt), `taken_mwh` how much
    of each is released.
    """

    slope_usd_per_mwh: Array
    length_mwh: Array
    worth_usd_per_mwh: Array
    rate_mw_per_mwh: Array
    taken_mwh: Array


class Ends(NamedTuple):
    """Where the pieces of a step begin, and what lies beside them."""

    count: int  # type: ignore[assignment]
    burn: int
    """Index of the flat piece, or of the first piece beyond it where it has no length."""
    flat: bool
    released_mwh: Mwh
    output_mw: Mw
    gain_usd: float
    worth_before_usd_per_mwh: UsdPerMwh
    worth_after_usd_per_mwh: UsdPerMwh


def new_pieces(rows: int) -> Pieces:
    """Scratch for a stack of so many rows: one piece a row and import step, two splits, one flat piece."""
    most = rows + 6
    return Pieces(np.empty(most), np.empty(most), np.empty(most), np.empty(most), np.empty(most))


@njit(cache=True, nogil=True, error_model="numpy")
def push(pieces: Pieces, count: int, worth: float, span_mw: float, mwh_per_mw: float, step_h: float) -> int:
    """One more piece of so many megawatts at the site; returns how many there are."""
    if span_mw <= SLIVER:
        return count
    pieces.slope_usd_per_mwh[count] = worth / mwh_per_mw
    pieces.length_mwh[count] = span_mw * mwh_per_mw * step_h
    pieces.worth_usd_per_mwh[count] = worth
    pieces.rate_mw_per_mwh[count] = 1.0 / (mwh_per_mw * step_h)
    return count + 1


@njit(cache=True, nogil=True, error_model="numpy")
def _push_flat(pieces: Pieces, count: int, length_mwh: float) -> int:
    if length_mwh <= SLIVER:
        return count
    pieces.slope_usd_per_mwh[count] = 0.0
    pieces.length_mwh[count] = length_mwh
    pieces.worth_usd_per_mwh[count] = 0.0
    pieces.rate_mw_per_mwh[count] = 0.0
    return count + 1


@njit(cache=True, nogil=True, error_model="numpy")
def step_pieces(site: Site, step: int, cap_mw: float, over_usd_per_mwh: float, pieces: Pieces) -> Ends:
    """Pieces of one step whose import costs its price up to `cap_mw` and `over_usd_per_mwh` more beyond.

    Firm blocks bound the battery's output from below. The caller has made sure that the step is feasible.
    """
    at = step if site.value_usd_per_mwh.shape[0] > 1 else 0
    rows = site.value_usd_per_mwh.shape[1]
    own = site.own_mw[step if site.own_mw.size > 1 else 0]
    firm = site.firm_mw[step if site.firm_mw.size > 1 else 0]
    price, limit = site.price_usd_per_mwh[step], site.limit_mw[step]
    step_h, charge, discharge = site.step_h, site.charge_mw, site.discharge_mw
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    cap = min(cap_mw, limit)
    over, over_price = limit - cap, price + over_usd_per_mwh
    base = own + limit
    low, high = max(base - charge, firm), min(base + discharge, site.upto_mw[at, rows] + limit)
    first_mw = low - base
    gain = -price * cap - over_price * over
    before, after = np.inf, -np.inf
    position, count, row = 0.0, 0, 0
    over_left, cap_left, flat_left = over > SLIVER, cap > 0.0, True
    burn, flat = 0, False
    while True:
        worth = site.value_usd_per_mwh[at, row] if row < rows else -np.inf
        if over_left and worth <= over_price:
            worth, end, over_left = over_price, position + over, False
        elif cap_left and worth <= price:
            worth, end, cap_left = price, position + cap, False
        elif row < rows:
            end = position + (site.upto_mw[at, row + 1] - site.upto_mw[at, row])
            row += 1
        else:
            break
        if end - position <= SLIVER:
            position = end
            continue
        if end <= low + SLIVER:
            if worth < np.inf:
                gain += worth * (end - position)
            position, before = end, worth
            continue
        if position >= high - SLIVER:
            after = worth
            break
        if position < low:
            before = worth
            if worth < np.inf:
                gain += worth * (low - position)
        from_mw, upto_mw = max(position, low) - base, min(end, high) - base
        if worth < 0.0 and flat_left:
            flat_left, burn = False, count
            count = _push_flat(pieces, count, _burn_mwh(from_mw, charge, discharge, into, out) * step_h)
            flat = count > burn
        turn = 0.0 if flat_left else discharge - charge
        lower, upper = (into, out) if flat_left else (out, into)
        if from_mw < turn:
            count = push(pieces, count, worth, min(upto_mw, turn) - from_mw, lower, step_h)
        if upto_mw > turn:
            count = push(pieces, count, worth, upto_mw - max(from_mw, turn), upper, step_h)
        position = end
        if end > high + SLIVER:
            after = worth
            break
    if flat_left:
        burn = count
        count = _push_flat(pieces, count, _burn_mwh(high - base, charge, discharge, into, out) * step_h)
        flat = count > burn
    released = first_mw * (into if first_mw < 0.0 else out) * step_h
    return Ends(count, burn, flat, released, first_mw, gain * step_h, before, after)


@njit(cache=True, nogil=True, error_model="numpy")
def _burn_mwh(output_mw: float, charge: float, discharge: float, into: float, out: float) -> float:
    """How much an hour of charging and discharging at once can burn on top at a given output."""
    pure = output_mw * (into if output_mw < 0.0 else out)
    if output_mw < discharge - charge:
        return (output_mw + charge) * out - into * charge - pure
    return discharge * out - (discharge - output_mw) * into - pure
