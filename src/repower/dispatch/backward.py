"""Backward through time: the exact value of stored energy, as a list of slopes.

A common step has a price above zero, import within its peak, and a battery with room either way. Then only pieces near
no output matter: a piece of charging worth more than the first stored MWh, or of discharging worth less than the last,
goes in and is cut off again. So pieces are made from no output outwards until they are too dear or too cheap; mostly
there are none or one. Each takes the room of as much of the list as it is long: charging at the front, discharging at
the back. Any other step puts in all of its pieces (`slopes.step_pieces`) and is clipped after.

The loop is long on purpose: a call from within would hand over a dozen arrays, and cost more than it does. Entries are
counted without sign (`nth`), which spares every access the question whether it counts from the end.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy import uintp as nth

from repower.base.units import Array
from repower.dispatch.ledger import CHARGES, HEAD, HIGH, LOW, NOTED, PUT, TAIL, VALUE, WHOLE, Ledger
from repower.dispatch.slopes import SLIVER, Pieces, Site, step_pieces


@njit(cache=True, nogil=True, error_model="numpy")
def backward(site: Site, caps: Array, ledger: Ledger, pieces: Pieces) -> bool:
    """Turn the list at the end of time into the list at its start, noting how. False where the ledger is too short.

    `caps`, shape (2, P), holds the peak of each billing period [MW] and what import beyond it costs more [$/MWh].
    """
    prices, limits, periods = site.price_usd_per_mwh, site.limit_mw, site.period
    values, uptos, worths, owns = site.value_usd_per_mwh, site.upto_mw, site.worth_usd_per_h, site.own_mw
    step_h, charge, discharge, energy = site.step_h, site.charge_mw, site.discharge_mw, site.energy_mwh
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    per_into, per_out = 1.0 / into, 1.0 / out
    slope, length = ledger.slope_usd_per_mwh, ledger.length_mwh
    before, own_length, log, bases = ledger.before_mwh, ledger.own_mwh, ledger.log, ledger.base_mwh
    new_slope, new_length = pieces.slope_usd_per_mwh, pieces.length_mwh
    head, tail, noted = ledger.ends[HEAD], ledger.ends[TAIL], 0
    low, high, value = ledger.span[LOW], ledger.span[HIGH], 0.0
    rows, size, notes, most = values.shape[1], slope.size, before.size, new_slope.size
    many_rows, many_own = values.shape[0] > 1, owns.size > 1
    for step in range(prices.size - 1, -1, -1):
        now = nth(step)
        if head < most or tail > size - most or noted > notes - most:
            if tail - head > size - 4 * most or noted > notes - most:
                return False
            # The list has wandered to an end of its memory: back to the middle.
            gap = (size - tail - head) // 2
            for index in range(tail - head):
                entry = tail - 1 - index if gap > 0 else head + index
                slope[nth(entry + gap)], length[nth(entry + gap)] = slope[nth(entry)], length[nth(entry)]
            head, tail = head + gap, tail + gap
        price, period = prices[now], nth(periods[now])
        common = low == 0.0 and high == energy and tail > head and price >= 0.0 and slope[nth(tail - 1)] >= 0.0
        charges = count = 0
        if common:
            at = now if many_rows else nth(0)
            own, limit = owns[now if many_own else nth(0)], limits[now]
            cap = min(caps[0, period], limit)
            ceiling = price + caps[1, period] if limit - cap > SLIVER else np.inf
            begun = rows
            while begun > 0 and values[at, nth(begun - 1)] <= price:
                begun -= 1
            wanted = uptos[at, nth(begun)]
            if own <= wanted <= own + cap:
                centre, ahead, behind = begun, wanted - own, own + cap - wanted
                gain = worths[at, nth(begun)] - price * ahead
            else:
                base = own + cap if wanted > own else own
                row = begun - 1 if wanted > own else begun
                while uptos[at, nth(row)] > base:
                    row -= 1
                while row < rows - 1 and uptos[at, nth(row + 1)] <= base:
                    row += 1
                centre, ahead, behind = row, uptos[at, nth(row + 1)] - base, base - uptos[at, nth(row)]
                common = values[at, nth(row)] <= ceiling and values[at, nth(row)] < np.inf
                gain = worths[at, nth(row)]
                if common:
                    gain += values[at, nth(row)] * behind
                if wanted > own:
                    gain -= price * cap
                else:
                    centre += 1
            if common:
                # Charging, from no output to full power: dearer and dearer, so the last piece made comes first.
                dear, left_mw, entry, span_mw = slope[nth(head)] * into, charge, centre, behind
                while left_mw > SLIVER:
                    if entry == begun:
                        worth = price
                    elif entry >= 0:
                        worth = values[at, nth(entry if entry < begun else entry - 1)]
                    else:
                        worth = np.inf
                    if min(worth, ceiling) >= dear:
                        break
                    if worth > ceiling or worth < 0.0:
                        common = False
                        break
                    span_mw = min(span_mw, left_mw)
                    if span_mw > SLIVER:
                        new_slope[nth(charges)], new_length[nth(charges)] = worth * per_into, span_mw * into * step_h
                        gain -= worth * span_mw
                        charges += 1
                    left_mw -= span_mw
                    entry -= 1
                    if entry == begun:
                        span_mw = cap
                    elif entry >= 0:
                        row = entry if entry < begun else entry - 1
                        span_mw = uptos[at, nth(row + 1)] - uptos[at, nth(row)]
            if common:
                count = charges
                cheap, left_mw, entry, span_mw = slope[nth(tail - 1)] * out, discharge, centre, ahead
                while left_mw > SLIVER:
                    if entry == begun:
                        worth = price
                    elif entry <= rows:
                        worth = values[at, nth(entry if entry < begun else entry - 1)]
                    else:
                        worth = -np.inf
                    if worth <= cheap:
                        break
                    span_mw = min(span_mw, left_mw)
                    if span_mw > SLIVER:
                        new_slope[nth(count)], new_length[nth(count)] = worth * per_out, span_mw * out * step_h
                        count += 1
                    left_mw -= span_mw
                    entry += 1
                    if entry == begun:
                        span_mw = cap
                    elif entry <= rows:
                        row = entry if entry < begun else entry - 1
                        span_mw = uptos[at, nth(row + 1)] - uptos[at, nth(row)]
                value += gain * step_h
        if common:
            log[now, PUT], log[now, CHARGES] = count, charges
            for piece in range(charges - 1, -1, -1):
                new, span, ahead = new_slope[nth(piece)], new_length[nth(piece)], 0.0
                from_left = slope[nth((head + tail) // 2)] < new
                if from_left:
                    entry = head
                    while entry < tail and slope[nth(entry)] >= new:
                        ahead += length[nth(entry)]
                        entry += 1
                else:
                    entry, ahead = tail, energy
                    while entry > head and slope[nth(entry - 1)] < new:
                        entry -= 1
                        ahead -= length[nth(entry)]
                before[nth(noted)], own_length[nth(noted)] = ahead, span
                noted += 1
                if ahead <= span + SLIVER:
                    # All that lies before it is cut off, and what is left of it stands in its place.
                    value += new * (span - ahead)
                    for other in range(head, entry):
                        value += slope[nth(other)] * length[nth(other)]
                    if entry > head:
                        head = entry - 1
                        slope[nth(head)], length[nth(head)] = new, max(ahead, 0.0)
                    continue
                cut = span
                while head < entry and length[nth(head)] <= cut + SLIVER:
                    value += slope[nth(head)] * length[nth(head)]
                    cut -= length[nth(head)]
                    head += 1
                if head < entry and cut > 0.0:
                    value += slope[nth(head)] * cut
                    length[nth(head)] -= cut
                    cut = 0.0
                value += new * cut
                if from_left:
                    head -= 1
                    for other in range(head, entry - 1):
                        slope[nth(other)], length[nth(other)] = slope[nth(other + 1)], length[nth(other + 1)]
                    entry -= 1
                else:
                    for other in range(tail, entry, -1):
                        slope[nth(other)], length[nth(other)] = slope[nth(other - 1)], length[nth(other - 1)]
                    tail += 1
                slope[nth(entry)], length[nth(entry)] = new, span - cut
            put = 0.0
            for piece in range(charges, count):
                new, span, behind = new_slope[nth(piece)], new_length[nth(piece)], 0.0
                from_left = slope[nth((head + tail) // 2)] < new
                if from_left:
                    entry, behind = head, energy
                    while entry < tail and slope[nth(entry)] >= new:
                        behind -= length[nth(entry)]
                        entry += 1
                else:
                    entry = tail
                    while entry > head and slope[nth(entry - 1)] < new:
                        entry -= 1
                        behind += length[nth(entry)]
                # What the pieces before it have cut off lay behind it, or it is out of every state's reach.
                before[nth(noted)], own_length[nth(noted)] = energy - behind - put, span
                noted, put = noted + 1, put + span
                if behind <= span + SLIVER:
                    if entry < tail:
                        slope[nth(entry)], length[nth(entry)] = new, max(behind, 0.0)
                        tail = entry + 1
                    continue
                cut = span
                while tail > entry and length[nth(tail - 1)] <= cut + SLIVER:
                    tail -= 1
                    cut -= length[nth(tail)]
                if tail > entry and cut > 0.0:
                    length[nth(tail - 1)] -= cut
                    cut = 0.0
                if from_left:
                    head -= 1
                    for other in range(head, entry - 1):
                        slope[nth(other)], length[nth(other)] = slope[nth(other + 1)], length[nth(other + 1)]
                    entry -= 1
                else:
                    for other in range(tail, entry, -1):
                        slope[nth(other)], length[nth(other)] = slope[nth(other - 1)], length[nth(other - 1)]
                    tail += 1
                slope[nth(entry)], length[nth(entry)] = new, span - cut
            continue
        beyond = step_pieces(site, step, caps[0, period], caps[1, period], pieces)
        count, ahead = beyond.count, high - low
        low, high, value = low + beyond.released_mwh, high + beyond.released_mwh, value + beyond.gain_usd
        log[now, PUT], log[now, CHARGES], bases[now] = count, WHOLE, low
        entry = tail - 1
        for piece in range(count - 1, -1, -1):
            new = new_slope[nth(piece)]
            while entry >= head and slope[nth(entry)] < new:
                slope[nth(entry + piece + 1)], length[nth(entry + piece + 1)] = slope[nth(entry)], length[nth(entry)]
                ahead -= length[nth(entry)]
                entry -= 1
            slope[nth(entry + piece + 1)], length[nth(entry + piece + 1)] = new, new_length[nth(piece)]
            before[nth(noted + piece)], own_length[nth(noted + piece)] = ahead, new_length[nth(piece)]
            high += new_length[nth(piece)]
        tail, noted = tail + count, noted + count
        cut = -low
        while head < tail and cut > 0.0:
            span = min(length[nth(head)], cut)
            left = length[nth(head)] - span
            value += slope[nth(head)] * span
            cut -= span
            length[nth(head)] = left
            if left <= SLIVER:
                head += 1
                length[nth(head)] += left
        cut = high - energy
        while head < tail and cut > 0.0:
            span = min(length[nth(tail - 1)], cut)
            left = length[nth(tail - 1)] - span
            cut -= span
            length[nth(tail - 1)] = left
            if left <= SLIVER:
                tail -= 1
                length[nth(tail - 1)] += left
        low, high = max(low, 0.0), min(high, energy)
    ledger.ends[HEAD], ledger.ends[TAIL], ledger.ends[NOTED] = head, tail, noted
    ledger.span[LOW], ledger.span[HIGH], ledger.span[VALUE] = low, high, value
    return True
