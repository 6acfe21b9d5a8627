"""Backward through time: the exact value of stored energy, as a list of slopes.

A common step has a price above zero, import within its peak, and a battery with room either way. Then only pieces near
no output matter: a piece of charging worth more than the first stored MWh, or of discharging worth less than the last,
goes in and is cut off again. So pieces are made from no output outwards until they are too dear or too cheap; mostly
there are none or one. Any other step puts in all of its pieces (`slopes.step_pieces`).

The loop is long on purpose: a call from within would hand over a dozen arrays, and cost more than it does.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array
from repower.dispatch.ledger import (
    CENTRAL,
    CHARGES,
    CUT_LEFT,
    CUT_RIGHT,
    CUTS,
    HEAD,
    HIGH,
    IDLE,
    KIND,
    LEFTS,
    LOW,
    PLACES,
    PUT,
    TAIL,
    VALUE,
    WHOLE,
    Ledger,
)
from repower.dispatch.slopes import SLIVER, Pieces, Site, step_pieces


@njit(cache=True, nogil=True, error_model="numpy")
def backward(site: Site, caps: Array, ledger: Ledger, pieces: Pieces) -> bool:
    """Turn the list at the end of time into the list at its start, logging how. False where the ledger is too short.

    `caps`, shape (2, P), holds the peak of each billing period [MW] and what import beyond it costs more [$/MWh].
    """
    prices, limits, periods = site.price_usd_per_mwh, site.limit_mw, site.period
    values, uptos, worths, owns = site.value_usd_per_mwh, site.upto_mw, site.worth_usd_per_h, site.own_mw
    step_h, charge, discharge, energy = site.step_h, site.charge_mw, site.discharge_mw, site.energy_mwh
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    slope, length, place, log, parts = (
        ledger.slope_usd_per_mwh,
        ledger.length_mwh,
        ledger.place,
        ledger.log,
        ledger.part_mwh,
    )
    cut_slope, cut_length = ledger.cut_slope_usd_per_mwh, ledger.cut_length_mwh
    new_slope, new_length = pieces.slope_usd_per_mwh, pieces.length_mwh
    head, tail, logged, cuts = ledger.ends[HEAD], ledger.ends[TAIL], 0, 0
    low, high, value = ledger.span[LOW], ledger.span[HIGH], 0.0
    rows, size, most = values.shape[1], slope.size, new_slope.size
    many_rows, many_own = values.shape[0] > 1, owns.size > 1
    for step in range(prices.size - 1, -1, -1):
        if head < most or max(tail, logged, cuts + tail - head) > size - most:
            return False
        count, lefts, short, above = -1, 0, 0.0, 0.0
        price = prices[step]
        if low == 0.0 and high == energy and tail > head and price >= 0.0 and slope[tail - 1] >= 0.0:
            at = step if many_rows else 0
            own, limit = owns[step if many_own else 0], limits[step]
            cap = min(caps[0, periods[step]], limit)
            ceiling = price + caps[1, periods[step]] if limit - cap > SLIVER else np.inf
            begun = rows
            while begun > 0 and values[at, begun - 1] <= price:
                begun -= 1
            wanted = uptos[at, begun]
            common = True
            if own <= wanted <= own + cap:
                centre, ahead, behind = begun, wanted - own, own + cap - wanted
                gain = worths[at, begun] - price * ahead
            else:
                base = own + cap if wanted > own else own
                row = begun - 1 if wanted > own else begun
                while uptos[at, row] > base:
                    row -= 1
                while row < rows - 1 and uptos[at, row + 1] <= base:
                    row += 1
                centre, ahead, behind = row, uptos[at, row + 1] - base, base - uptos[at, row]
                common = values[at, row] <= ceiling and values[at, row] < np.inf
                gain = worths[at, row]
                if common:
                    gain += values[at, row] * behind
                if wanted > own:
                    gain -= price * cap
                else:
                    centre += 1
            if common:
                dear, left_mw, entry, span_mw, taken = slope[head] * into, charge, centre, behind, 0.0
                while left_mw > SLIVER:
                    if entry == begun:
                        worth = price
                    elif entry >= 0:
                        worth = values[at, entry if entry < begun else entry - 1]
                    else:
                        worth = np.inf
                    if min(worth, ceiling) >= dear:
                        break
                    if worth > ceiling or worth < 0.0:
                        common = False
                        break
                    span_mw = min(span_mw, left_mw)
                    if span_mw > SLIVER:
                        new_slope[lefts], new_length[lefts] = worth / into, span_mw * into * step_h
                        short += new_length[lefts]
                        taken += worth * span_mw
                        lefts += 1
                    left_mw -= span_mw
                    entry -= 1
                    if entry == begun:
                        span_mw = cap
                    elif entry >= 0:
                        row = entry if entry < begun else entry - 1
                        span_mw = uptos[at, row + 1] - uptos[at, row]
            if common:
                for piece in range(lefts // 2):
                    other = lefts - 1 - piece
                    new_slope[piece], new_slope[other] = new_slope[other], new_slope[piece]
                    new_length[piece], new_length[other] = new_length[other], new_length[piece]
                count = lefts
                cheap, left_mw, entry, span_mw = slope[tail - 1] * out, discharge, centre, ahead
                while left_mw > SLIVER:
                    if entry == begun:
                        worth = price
                    elif entry <= rows:
                        worth = values[at, entry if entry < begun else entry - 1]
                    else:
                        worth = -np.inf
                    if worth <= cheap:
                        break
                    span_mw = min(span_mw, left_mw)
                    if span_mw > SLIVER:
                        new_slope[count], new_length[count] = worth / out, span_mw * out * step_h
                        above += new_length[count]
                        count += 1
                    left_mw -= span_mw
                    entry += 1
                    if entry == begun:
                        span_mw = cap
                    elif entry <= rows:
                        row = entry if entry < begun else entry - 1
                        span_mw = uptos[at, row + 1] - uptos[at, row]
                value += (gain - taken) * step_h
                log[step, KIND] = CENTRAL
                if count == 0:
                    log[step, KIND] = IDLE
                    continue
        if count < 0:
            beyond = step_pieces(site, step, caps[0, periods[step]], caps[1, periods[step]], pieces)
            count, lefts = beyond.count, 0
            low, high = low + beyond.released_mwh, high + beyond.released_mwh
            for piece in range(count):
                high += new_length[piece]
            short, above = max(-low, 0.0), max(high - energy, 0.0)
            low, high = max(low, 0.0), min(high, energy)
            value += beyond.gain_usd
            log[step, KIND] = WHOLE
        # Pieces go in from the end that is nearer to where they belong.
        log[step, CHARGES] = lefts
        if tail > head:
            middle = slope[(head + tail) // 2]
            if lefts > 0 and new_slope[lefts - 1] < middle:
                lefts = 0
            elif lefts < count and new_slope[count - 1] > middle:
                lefts = count
        entry, to = head, head - lefts
        for piece in range(lefts):
            new = new_slope[piece]
            while entry < tail and slope[entry] >= new:
                slope[to], length[to] = slope[entry], length[entry]
                entry += 1
                to += 1
            slope[to], length[to] = new, new_length[piece]
            place[logged + piece] = to - head + lefts
            to += 1
        head -= lefts
        entry, rights = tail - 1, count - lefts
        for piece in range(count - 1, lefts - 1, -1):
            new = new_slope[piece]
            while entry >= head and slope[entry] < new:
                slope[entry + rights], length[entry + rights] = slope[entry], length[entry]
                entry -= 1
            slope[entry + rights], length[entry + rights] = new, new_length[piece]
            place[logged + piece] = entry + rights - head
            rights -= 1
        tail += count - lefts
        logged += count
        log[step, PUT], log[step, LEFTS] = count, lefts
        whole, part = 0, -1.0
        while head < tail and short > 0.0:
            cut = length[head]
            if cut > short + SLIVER:
                part, length[head] = cut, cut - short
                value += slope[head] * short
                break
            value += slope[head] * cut
            cut_slope[cuts], cut_length[cuts] = slope[head], cut
            short, head, cuts, whole = short - cut, head + 1, cuts + 1, whole + 1
        log[step, CUT_LEFT], parts[step, 0] = whole, part
        whole, part = 0, -1.0
        while tail > head and above > 0.0:
            cut = length[tail - 1]
            if cut > above + SLIVER:
                part, length[tail - 1] = cut, cut - above
                break
            cut_slope[cuts], cut_length[cuts] = slope[tail - 1], cut
            above, tail, cuts, whole = above - cut, tail - 1, cuts + 1, whole + 1
        log[step, CUT_RIGHT], parts[step, 1] = whole, part
    ledger.ends[HEAD], ledger.ends[TAIL], ledger.ends[PLACES], ledger.ends[CUTS] = head, tail, logged, cuts
    ledger.span[LOW], ledger.span[HIGH], ledger.span[VALUE] = low, high, value
    return True
