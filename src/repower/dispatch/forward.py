"""Forward through time: the schedule and its prices, from what every step put into the list of slopes.

Of a piece, as much is released as lies before the state: that is the schedule (`_states`). What stored energy is worth
lies between the slopes beside what each step does, stays the same while the battery is neither empty nor full, and only
falls over an empty one and rises over a full one: `_narrow` goes back and keeps what can be continued, `_worths` goes
forward and picks the nearest.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy import uintp as nth

from repower.base.units import Array
from repower.dispatch.ledger import CHARGES, NOTED, PUT, TINY, WHOLE, Ledger
from repower.dispatch.paths import Path
from repower.dispatch.slopes import SLIVER, Ends, Pieces, Site, step_pieces


@njit(cache=True, nogil=True, error_model="numpy")
def forward(
    site: Site, caps: Array, ends_mwh: tuple[float, float, float], ledger: Ledger, pieces: Pieces, path: Path
) -> float:
    """From a first state through time; writes the path, returns the last state.

    `caps` is as `backward` takes it; `ends_mwh` the first state, and the lowest and highest state allowed at the end.
    """
    stored = _states(site, caps, ends_mwh[0], ledger, pieces, path)
    _narrow(site, stored, ends_mwh, path)
    _worths(site, caps, path)
    return stored


@njit(cache=True, nogil=True, error_model="numpy")
def _states(site: Site, caps: Array, start_mwh: float, ledger: Ledger, pieces: Pieces, path: Path) -> float:
    """What the battery does and holds, and the slopes beside it: of the site, and of stored energy."""
    prices, limits, periods = site.price_usd_per_mwh, site.limit_mw, site.period
    values, uptos, owns = site.value_usd_per_mwh, site.upto_mw, site.own_mw
    most_charge, most_discharge = site.charge_mw, site.discharge_mw
    into, out = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac
    per_into, per_out, per_step_h = 1.0 / into, 1.0 / out, 1.0 / site.step_h
    before, own_length, log, bases = ledger.before_mwh, ledger.own_mwh, ledger.log, ledger.base_mwh
    rows, many_rows, many_own = values.shape[1], values.shape[0] > 1, owns.size > 1
    noted, stored = ledger.ends[NOTED], start_mwh
    for step in range(prices.size):
        price, limit, period = prices[step], limits[step], nth(periods[step])
        peak, over = caps[0, period], caps[1, period]
        cap, count, charges = min(peak, limit), log[step, PUT], log[step, CHARGES]
        released, charge, discharge, low, high = 0.0, 0.0, 0.0, -np.inf, np.inf
        noted -= count
        if charges == WHOLE:
            place = stored - bases[step]
            for piece in range(count):
                span = own_length[nth(noted + piece)]
                taken = _taken(place - before[nth(noted + piece)], span)
                pieces.length_mwh[piece], pieces.taken_mwh[piece] = span, taken
                place -= span
            beyond = step_pieces(site, step, peak, over, pieces)
            released, charge, discharge, last, following, high, low = _whole_step(site, beyond, pieces)
        else:
            place = stored
            for piece in range(charges):
                place += own_length[nth(noted + piece)]
            for piece in range(count):
                span = own_length[nth(noted + piece)]
                taken = _taken(place - before[nth(noted + piece)], span)
                place -= span
                if piece < charges:
                    charge += span - taken
                else:
                    discharge += taken
            released = discharge - charge
            charge, discharge = charge * per_into * per_step_h, discharge * per_out * per_step_h
            # Worth of the last and the next MWh on the site at this output.
            at = step if many_rows else 0
            ceiling = price + over if limit - cap > SLIVER else np.inf
            begun = rows
            while begun > 0 and values[at, nth(begun - 1)] <= price:
                begun -= 1
            wanted, free = uptos[at, nth(begun)], owns[step if many_own else 0] + discharge - charge
            if free <= wanted - TINY and free + cap >= wanted + TINY:
                last, following = price, price
            else:
                row, base = begun - 1, free + cap
                if free + cap >= wanted + TINY:
                    row, base = rows - 1, free
                while row >= 0 and (
                    uptos[at, nth(row)] > base - TINY or uptos[at, nth(row + 1)] - uptos[at, nth(row)] <= SLIVER
                ):
                    row -= 1
                last = min(values[at, nth(row)], ceiling) if row >= 0 else ceiling
                row = max(row, 0)
                while row < rows and uptos[at, nth(row + 1)] < base + TINY:
                    row += 1
                following = min(values[at, nth(row)], ceiling) if row < rows else -np.inf
                if free + cap < wanted + TINY:
                    following = max(following, price) if free < wanted - TINY else following
                    last = max(last, price)
                else:
                    last = min(last, price)
            if charge > TINY:
                low = following * per_into
                if charge < most_charge - TINY:
                    high = last * per_into
            elif discharge > TINY:
                high = last * per_out
                if discharge < most_discharge - TINY:
                    low = following * per_out
            else:
                if most_charge > 0.0:
                    high = last * per_into
                if most_discharge > 0.0:
                    low = following * per_out
            if following < 0.0 and discharge < most_discharge - TINY:
                # What is stored beyond can be burnt, by charging at the same time, or at full charge by discharging.
                if charge >= most_charge - TINY:
                    low = following * per_out
                elif into < out:
                    low = max(low, 0.0)
        path.charge_mw[step], path.discharge_mw[step], path.stored_mwh[step] = charge, discharge, stored
        path.last_usd_per_mwh[step], path.next_usd_per_mwh[step] = last, following
        path.lowest_usd_per_mwh[step], path.highest_usd_per_mwh[step] = low, high
        stored -= released
    return stored


@njit(cache=True, nogil=True, error_model="numpy")
def _taken(reach_mwh: float, span_mwh: float) -> float:
    """How much of a piece lies before the state; what is rounding of nothing or of all is that."""
    if reach_mwh <= SLIVER:
        return 0.0
    return reach_mwh if reach_mwh < span_mwh - SLIVER else span_mwh


@njit(cache=True, nogil=True, error_model="numpy")
def _narrow(site: Site, stored_mwh: float, ends_mwh: tuple[float, float, float], path: Path) -> None:
    """Keep of each step's worths of stored energy those that some worth of every later step can follow."""
    lows, highs, states, full = path.lowest_usd_per_mwh, path.highest_usd_per_mwh, path.stored_mwh, site.energy_mwh
    low, high, after = -np.inf, np.inf, stored_mwh
    if ends_mwh[2] > ends_mwh[1]:
        low = high = 0.0
    for step in range(states.size - 1, -1, -1):
        now = nth(step)
        if after <= TINY:
            high = np.inf
        if after >= full - TINY:
            low = -np.inf
        low, high = max(low, lows[now]), min(high, highs[now])
        if low > high:
            # Nothing but rounding sets them apart.
            low = high = 0.5 * (low + high)
        lows[now], highs[now], after = low, high, states[now]


@njit(cache=True, nogil=True, error_model="numpy")
def _worths(site: Site, caps: Array, path: Path) -> None:
    """Worth of stored energy, price on the site, and what more peak would earn."""
    prices, limits, periods = site.price_usd_per_mwh, site.limit_mw, site.period
    most_charge, most_discharge = site.charge_mw - TINY, site.discharge_mw - TINY
    into, out, water = site.charge_efficiency_frac, 1.0 / site.discharge_efficiency_frac, 0.0
    for step in range(prices.size):
        price, period = prices[step], nth(periods[step])
        charge, discharge = path.charge_mw[step], path.discharge_mw[step]
        water = min(max(water, path.lowest_usd_per_mwh[step]), path.highest_usd_per_mwh[step])
        # A price at which both the site and the battery do what they do; the import price where that is one.
        low, high = path.next_usd_per_mwh[step], path.last_usd_per_mwh[step]
        if charge > TINY:
            high = min(high, into * water)
        if charge < most_charge:
            low = max(low, into * water)
        if discharge > TINY:
            low = max(low, out * water)
        if discharge < most_discharge:
            high = min(high, out * water)
        marginal = min(max(price, low), high)
        path.marginal_usd_per_mwh[step], path.water_usd_per_mwh[step], rent = marginal, water, 0.0
        if caps[0, period] <= limits[step]:
            rent = max(min(marginal - price, caps[1, period]), 0.0)
        path.rent_usd_per_mwh[step] = rent


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
