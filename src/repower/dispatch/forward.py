"""Forward through time: the schedule and its prices, from the logged lists of slopes.

What the pass backward put in comes out again; pieces that lie before the state are what the step releases. The slopes
beside the state bound the worth of stored energy, which changes only where a step leaves it no choice.

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
    IDLE,
    KIND,
    LEFTS,
    PLACES,
    PUT,
    TAIL,
    TINY,
    WHOLE,
    Ledger,
    worth_at,
)
from repower.dispatch.paths import Path
from repower.dispatch.slopes import SLIVER, Ends, Pieces, Site, step_pieces


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
