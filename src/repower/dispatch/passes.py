"""Backward and forward through time: the exact value of stored energy, then the schedule and its prices.

A common step has a price above zero, import within its peak, and a battery with room either way. Then only pieces near
no output matter: a piece of charging worth more than the first stored MWh, or of discharging worth less than the last,
goes in and is cut off again. So pieces are made from no output outwards until they are too dear or too cheap; mostly
there are none or one. Any other step puts in all of its pieces (`slopes.step_pieces`).

Both loops are long on purpose: a call from within would hand over a dozen arrays, and cost more than it does.

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
    TINY,
    VALUE,
    WHOLE,
    Ledger,
    worth_at,
)
from repower.dispatch.paths import Path
from repower.dispatch.slopes import SLIVER, Ends, Pieces, Site, step_pieces


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


@njit(cache=True, nogil=True, error_model="numpy")
def forward(site: Site, caps: Array, start_mwh: float, ledger: Ledger, pieces: Pieces, path: Path) -> float:
    """From a first state through time, taking the list back to how it was; writes the path, returns the last state."""
    prices, limits, periods = site.price_usd_per_mwh, site.limit_mw, site.period
    values, uptos, owns = site.value_usd_per_mwh, site.upto_mw, site.own_mw
    step_h, most_charge, most_discharge = site.step_h, site.charge_mw, site.discharge_mw
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    slope, length, place, log, parts = (
        ledger.slope_usd_per_mwh,
        ledger.length_mwh,
        ledger.place,
        ledger.log,
        ledger.part_mwh,
    )
    cut_slope, cut_length = ledger.cut_slope_usd_per_mwh, ledger.cut_length_mwh
    own_length, own_taken = pieces.length_mwh, pieces.taken_mwh
    charges, discharges, states = path.charge_mw, path.discharge_mw, path.stored_mwh
    marginals, waters, rents = path.marginal_usd_per_mwh, path.water_usd_per_mwh, path.rent_usd_per_mwh
    rows, many_rows, many_own = values.shape[1], values.shape[0] > 1, owns.size > 1
    head, tail, logged, cuts = ledger.ends[HEAD], ledger.ends[TAIL], ledger.ends[PLACES], ledger.ends[CUTS]
    stored, water = start_mwh, 0.0
    _, index, inside = worth_at(ledger, stored)
    index += head
    for step in range(prices.size):
        price, limit, kind = prices[step], limits[step], log[step, KIND]
        peak, over = caps[0, periods[step]], caps[1, periods[step]]
        cap = min(peak, limit)
        released, charge, discharge, low, high = 0.0, 0.0, 0.0, -np.inf, np.inf
        if kind != IDLE:
            if parts[step, 1] >= 0.0:
                if index == tail:
                    index, inside = index - 1, length[tail - 1]
                length[tail - 1] = parts[step, 1]
            for _ in range(log[step, CUT_RIGHT]):
                cuts -= 1
                slope[tail], length[tail] = cut_slope[cuts], cut_length[cuts]
                tail += 1
            if parts[step, 0] >= 0.0:
                if index == head:
                    inside += parts[step, 0] - length[head]
                length[head] = parts[step, 0]
            for _ in range(log[step, CUT_LEFT]):
                cuts -= 1
                head -= 1
                slope[head], length[head] = cut_slope[cuts], cut_length[cuts]
            count, lefts = log[step, PUT], log[step, LEFTS]
            logged -= count
            lefts_before, rights_before, own_inside = 0, 0, False
            for piece in range(count):
                entry = head + place[logged + piece]
                own_length[piece], own_taken[piece] = length[entry], 0.0
                if entry < index:
                    own_taken[piece] = length[entry]
                    if piece < lefts:
                        lefts_before += 1
                    else:
                        rights_before += 1
                elif entry == index:
                    own_taken[piece], own_inside = inside, True
            if own_inside:
                inside = 0.0
            entry = head + place[logged + lefts - 1] - 1 if lefts else 0
            for piece in range(lefts - 1, -1, -1):
                stop = head + place[logged + piece - 1] if piece > 0 else head - 1
                gap = lefts - piece
                while entry > stop:
                    slope[entry + gap], length[entry + gap] = slope[entry], length[entry]
                    entry -= 1
                entry -= 1
            for piece in range(lefts, count):
                stop = head + place[logged + piece + 1] if piece + 1 < count else tail
                gap = piece - lefts + 1
                for entry in range(head + place[logged + piece] + 1, stop):
                    slope[entry - gap], length[entry - gap] = slope[entry], length[entry]
            # Pieces from the left are taken out by moving what lies left of them, and the rest by what lies right.
            index += lefts - lefts_before - rights_before
            head += lefts
            tail -= count - lefts
            if inside > 0.0 and inside >= length[index] - TINY:
                index, inside = index + 1, 0.0
            if kind == CENTRAL:
                for piece in range(count):
                    moved = own_taken[piece]
                    if piece < log[step, CHARGES]:
                        moved -= own_length[piece]
                        charge -= moved
                    else:
                        discharge += moved
                    released += moved
                charge, discharge = max(charge, 0.0) / (into * step_h), discharge / (out * step_h)
            else:
                beyond = step_pieces(site, step, peak, over, pieces)
                released, charge, discharge, last, following, high, low = _whole_step(site, beyond, pieces)
        if kind != WHOLE:
            # Worth of the last and the next MWh on the site at this output.
            at = step if many_rows else 0
            ceiling = price + over if limit - cap > SLIVER else np.inf
            begun = rows
            while begun > 0 and values[at, begun - 1] <= price:
                begun -= 1
            wanted, free = uptos[at, begun], owns[step if many_own else 0] + discharge - charge
            if free <= wanted - TINY and free + cap >= wanted + TINY:
                last, following = price, price
            else:
                row, base = begun - 1, free + cap
                if free + cap >= wanted + TINY:
                    row, base = rows - 1, free
                while row >= 0 and (uptos[at, row] > base - TINY or uptos[at, row + 1] - uptos[at, row] <= SLIVER):
                    row -= 1
                last = min(values[at, row], ceiling) if row >= 0 else ceiling
                row = max(row, 0)
                while row < rows and uptos[at, row + 1] < base + TINY:
                    row += 1
                following = min(values[at, row], ceiling) if row < rows else -np.inf
                if free + cap < wanted + TINY:
                    following = max(following, price) if free < wanted - TINY else following
                    last = max(last, price)
                else:
                    last = min(last, price)
            if charge > TINY:
                low = following / into
                if charge < most_charge - TINY:
                    high = last / into
            elif discharge > TINY:
                high = last / out
                if discharge < most_discharge - TINY:
                    low = following / out
            else:
                if most_charge > 0.0:
                    high = last / into
                if most_discharge > 0.0:
                    low = following / out
            if following < 0.0 and discharge < most_discharge - TINY:
                # What is stored beyond can be burnt, by charging at the same time, or at full charge by discharging.
                if charge >= most_charge - TINY:
                    low = following / out
                elif into < out:
                    low = max(low, 0.0)
        if inside > TINY:
            low, high = max(low, slope[index]), min(high, slope[index])
        else:
            if index > head:
                high = min(high, slope[index - 1])
            if index < tail:
                low = max(low, slope[index])
        water = min(max(water, low), high)
        # A price at which both the site and the battery do what they do; the import price where that is one.
        low, high = following, last
        if charge > TINY:
            high = min(high, into * water)
        if charge < most_charge - TINY:
            low = max(low, into * water)
        if discharge > TINY:
            low = max(low, out * water)
        if discharge < most_discharge - TINY:
            high = min(high, out * water)
        marginal = min(max(price, low), high)
        charges[step], discharges[step], states[step] = charge, discharge, stored
        marginals[step], waters[step], rents[step] = marginal, water, 0.0
        if peak <= limit:
            rents[step] = max(min(marginal - price, over), 0.0)
        stored -= released
    ledger.ends[HEAD], ledger.ends[TAIL], ledger.ends[PLACES], ledger.ends[CUTS] = head, tail, logged, cuts
    return stored


@njit(cache=True, nogil=True, error_model="numpy")
def _whole_step(site: Site, beyond: Ends, pieces: Pieces) -> tuple[float, float, float, float, float, float, float]:
    """What a step does whose pieces all went in, by how much of each was taken.

    Returns energy released, charging, discharging, worth of the last and next site MWh, and the slopes left and right
    of what is released.
    """
    released, output = beyond.released_mwh, beyond.output_mw
    left, right = np.inf, -np.inf
    last, following = beyond.worth_before_usd_per_mwh, beyond.worth_after_usd_per_mwh
    burnt, begun, done = 0.0, False, False
    for piece in range(beyond.count):
        flat = beyond.flat and piece == beyond.burn
        taken, length = pieces.taken_mwh[piece], pieces.length_mwh[piece]
        if taken > 0.0:
            released += taken
            output += taken * pieces.rate_mw_per_mwh[piece]
            if flat:
                burnt = taken
            elif piece >= beyond.burn:
                begun = True
        if taken > TINY or taken == length:
            left = pieces.slope_usd_per_mwh[piece]
            if not flat:
                last = pieces.worth_usd_per_mwh[piece]
        if taken < length - TINY and not done:
            done = not flat
            if right == -np.inf:
                right = pieces.slope_usd_per_mwh[piece]
            if not flat:
                following = pieces.worth_usd_per_mwh[piece]
    charge, discharge = max(-output, 0.0), max(output, 0.0)
    if begun:
        charge, discharge = site.charge_mw, output + site.charge_mw
        if discharge > site.discharge_mw:
            charge, discharge = site.discharge_mw - output, site.discharge_mw
    elif burnt > 0.0:
        more = burnt / (site.step_h * (1.0 / site.discharge_efficiency_frac - site.charge_efficiency_frac))
        charge, discharge = charge + more, discharge + more
    return released, charge, discharge, last, following, left, right
