"""What every run of steps can earn at most, as a line in its peaks and its first and last state; and the best peaks.

The prices of any schedule give such lines, or cuts, for each block of steps that shares no billing period with another.
Where a block has one peak, the best peak under its cuts is where a line that rises faster than the charge meets one
that does not: the lowest such meeting is the bound, and its two price paths, averaged, prove it.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray, Mwh
from repower.dispatch.backward import backward
from repower.dispatch.forward import forward
from repower.dispatch.ledger import Ledger, start_ledger, worth_usd
from repower.dispatch.paths import Path
from repower.dispatch.schedule_kernel import step_bound_usd
from repower.dispatch.slopes import Pieces, Site

_STALLED, _SLOW_FRAC = 2, 0.7
_NEAR_FRAC = 1e-13
_STEPS, _STEP_FRAC, _LONGER = 4, 5e-3, 4.0
"""From peaks of a like problem: how many steps to the other side of the best, the first of them, how they grow."""

_SHARE_KEPT = 1e-12


class Horizon(NamedTuple):
    """Blocks and what holds at the ends of time.

    `blocks` is (B + 1,), `peak_of` (B,) the charged period of each block or -1; the rest are (P,), `top_mw` the highest
    peak that can be of use.
    """

    blocks: IntArray
    peak_of: IntArray
    charge_usd_per_mw: Array
    floor_mw: Array
    top_mw: Array
    start_mwh: Mwh
    lowest_end_mwh: Mwh
    highest_end_mwh: Mwh


class Cuts(NamedTuple):
    """N evaluations: peaks (N, P), lines (N, B) with their slopes in peaks (N, P) and in first and last states (N, B).

    `stored_mwh` is (N, B + 1), `earned_usd` (N,) less peak charges, `prices` (N or 1, 2, T) marginal and water value.
    """

    peak_mw: Array
    most_usd: Array
    peak_slope_usd_per_mw: Array
    water_in_usd_per_mwh: Array
    water_out_usd_per_mwh: Array
    stored_mwh: Array
    earned_usd: Array
    prices: Array


class Mix(NamedTuple):
    """For every block two evaluations whose prices are averaged, and the share of the first, (B,) each."""

    first: IntArray
    second: IntArray
    share: Array


class Found(NamedTuple):
    """Where the search stopped: evaluations (negative where the ledger was too short), the best one, the bound, and
    what proves it."""

    evaluations: int
    best: int
    bound_usd: float
    proof: Mix


def new_cuts(size: int, horizon: Horizon, steps: int) -> Cuts:
    """Room for so many evaluations; `steps` 0 keeps no prices."""
    blocks, periods = horizon.peak_of.size, horizon.charge_usd_per_mw.size
    lines = [np.empty((size, width)) for width in (periods, blocks, periods, blocks, blocks, blocks + 1)]
    return Cuts(*lines, np.empty(size), np.empty((size, 2, steps)))  # type: ignore[call-arg]


@njit(cache=True, nogil=True, error_model="numpy")
def evaluate(site: Site, horizon: Horizon, at: int, ledger: Ledger, pieces: Pieces, path: Path, cuts: Cuts) -> bool:
    """The best schedule under the peaks of evaluation `at`, and its cuts. False where the ledger is too short."""
    periods = horizon.charge_usd_per_mw.size
    caps = np.empty((2, periods))
    charges = 0.0
    for period in range(periods):
        caps[0, period], caps[1, period] = np.inf, 0.0
        if horizon.charge_usd_per_mw[period] > 0.0:
            caps[0, period] = cuts.peak_mw[at, period]
            caps[1, period] = horizon.charge_usd_per_mw[period] / site.step_h
            charges += horizon.charge_usd_per_mw[period] * max(caps[0, period], horizon.floor_mw[period])
    start_ledger(ledger, horizon.lowest_end_mwh, horizon.highest_end_mwh)
    if not backward(site, caps, ledger, pieces):
        return False
    cuts.earned_usd[at] = worth_usd(ledger, horizon.start_mwh) - charges
    ends_mwh = (horizon.start_mwh, horizon.lowest_end_mwh, horizon.highest_end_mwh)
    end_mwh = forward(site, caps, ends_mwh, ledger, pieces, path)
    add_cut(site, horizon, at, path, cuts)
    cuts.stored_mwh[at, horizon.peak_of.size] = end_mwh
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def add_cut(site: Site, horizon: Horizon, at: int, path: Path, cuts: Cuts) -> None:
    """Lines of every block from the prices of a path."""
    for period in range(horizon.charge_usd_per_mw.size):
        cuts.peak_slope_usd_per_mw[at, period] = 0.0
    for block in range(horizon.peak_of.size):
        first, end = horizon.blocks[block], horizon.blocks[block + 1]
        before, total = path.water_usd_per_mwh[first], 0.0
        for step in range(first, end):
            water, rent = path.water_usd_per_mwh[step], path.rent_usd_per_mwh[step]
            total += step_bound_usd(site, step, path.marginal_usd_per_mwh[step], water, rent)
            total += max(water - before, 0.0) * site.energy_mwh
            cuts.peak_slope_usd_per_mw[at, site.period[step]] += rent * site.step_h
            before = water
        cuts.most_usd[at, block] = total
        cuts.water_in_usd_per_mwh[at, block] = path.water_usd_per_mwh[first]
        cuts.water_out_usd_per_mwh[at, block] = before
        cuts.stored_mwh[at, block] = path.stored_mwh[first]
    for step in range(cuts.prices.shape[2]):
        cuts.prices[at, 0, step] = path.marginal_usd_per_mwh[step]
        cuts.prices[at, 1, step] = path.water_usd_per_mwh[step]


@njit(cache=True, nogil=True, error_model="numpy")
def mixed_prices(prices: Array, blocks: IntArray, shares: Array) -> tuple[Array, Array]:
    """Marginal and water value, each block's averaged over N evaluations by its shares (N, B)."""
    steps = prices.shape[2]
    marginal, water = np.zeros(steps), np.zeros(steps)
    for block in range(shares.shape[1]):
        for at in range(shares.shape[0]):
            share = shares[at, block]
            if share > _SHARE_KEPT:
                for step in range(blocks[block], blocks[block + 1]):
                    marginal[step] += share * prices[at, 0, step]
                    water[step] += share * prices[at, 1, step]
    return marginal, water


@njit(cache=True, nogil=True, error_model="numpy")
def search(
    site: Site,
    horizon: Horizon,
    first_mw: Array,
    tolerance_frac: float,
    ledger: Ledger,
    pieces: Pieces,
    path: Path,
    cuts: Cuts,
) -> Found:
    """Evaluate, cut, and try the best peaks under all cuts, until bound and best meet or nothing moves.

    `first_mw`, shape (P,), holds peaks that were the best of a like problem; shape (0,) where none are known.
    """
    blocks = horizon.peak_of.size
    proof = Mix(np.zeros(blocks, np.int64), np.zeros(blocks, np.int64), np.ones(blocks))
    best, bound, gap, stalled, done = 0, np.inf, np.inf, 0, 0
    following = np.empty(horizon.top_mw.size)
    warm = first_mw.size > 0
    for period in range(following.size):
        cuts.peak_mw[0, period] = min(first_mw[period], horizon.top_mw[period]) if warm else horizon.top_mw[period]
    for at in range(cuts.earned_usd.size):
        if not evaluate(site, horizon, at, ledger, pieces, path, cuts):
            return Found(-1, 0, np.inf, proof)
        done = at + 1
        if cuts.earned_usd[at] > cuts.earned_usd[best]:
            best = at
        bound = _meet(site, horizon, done, best, cuts, proof, following)
        before, gap = gap, bound - cuts.earned_usd[best]
        stalled = stalled + 1 if gap > _SLOW_FRAC * before and (at >= _STEPS or not warm) else 0
        if (
            gap <= tolerance_frac * money_usd(horizon, cuts, best)
            or stalled == _STALLED
            or done == cuts.earned_usd.size
        ):
            break
        if warm and at < _STEPS:
            _step_on(horizon, done, cuts, following)
        elif at == 0:
            _guess(site, horizon, following)
        for period in range(following.size):
            cuts.peak_mw[done, period] = following[period]
    return Found(done, best, bound, proof)


@njit(cache=True, nogil=True, error_model="numpy")
def money_usd(horizon: Horizon, cuts: Cuts, best: int) -> float:
    """What a tolerance is a share of: the earnings before peak charges, and the charges."""
    charges = 0.0
    for period in range(horizon.top_mw.size):
        if horizon.charge_usd_per_mw[period] > 0.0:
            charges += horizon.charge_usd_per_mw[period] * cuts.peak_mw[best, period]
    total: float = abs(cuts.earned_usd[best] + charges) + charges
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def _meet(
    site: Site,
    horizon: Horizon,
    count: int,
    best: int,
    cuts: Cuts,
    proof: Mix,
    following: Array,
) -> float:
    """The lowest meeting of cuts in every block, at the states of the best evaluation; returns the bound."""
    total, before = 0.0, 0.0
    first, second, share = proof.first, proof.second, proof.share
    blocks = horizon.peak_of.size
    for period in range(following.size):
        following[period] = horizon.top_mw[period]
    for block in range(blocks):
        period = horizon.peak_of[block]
        start, end = cuts.stored_mwh[best, block], cuts.stored_mwh[best, block + 1]
        charge, floor, top = 0.0, 0.0, 0.0
        if period >= 0:
            charge, floor, top = horizon.charge_usd_per_mw[period], horizon.floor_mw[period], horizon.top_mw[period]
        lowest, near = np.inf, _NEAR_FRAC * abs(cuts.earned_usd[best])
        for one in range(count - 1, -1, -1):
            rise = -charge if period < 0 else cuts.peak_slope_usd_per_mw[one, period] - charge
            peak = top if rise >= 0.0 else floor
            height = _height(cuts, one, block, start, end) + rise * peak
            if height < lowest - near:
                lowest, first[block], second[block], share[block] = height, one, one, 1.0
                if period >= 0:
                    following[period] = peak
            if rise <= 0.0:
                continue
            for other in range(count - 1, -1, -1):
                fall = cuts.peak_slope_usd_per_mw[other, period] - charge
                if fall >= 0.0:
                    continue
                part = -fall / (rise - fall)
                one_usd, other_usd = _height(cuts, one, block, start, end), _height(cuts, other, block, start, end)
                height = part * one_usd + (1.0 - part) * other_usd
                peak = (other_usd - one_usd) / (rise - fall)
                if height < lowest - near and floor <= peak <= top:
                    lowest, first[block], second[block], share[block] = height, one, other, part
                    following[period] = peak
        one, other, part = first[block], second[block], share[block]
        water_in = part * cuts.water_in_usd_per_mwh[one, block]
        water_in += (1.0 - part) * cuts.water_in_usd_per_mwh[other, block]
        water_out = part * cuts.water_out_usd_per_mwh[one, block]
        water_out += (1.0 - part) * cuts.water_out_usd_per_mwh[other, block]
        total += lowest - water_in * start + water_out * end
        rise = water_in - before
        total += water_in * horizon.start_mwh if block == 0 else max(rise, 0.0) * site.energy_mwh
        before = water_out
    return total + max(-before * horizon.lowest_end_mwh, -before * horizon.highest_end_mwh)


@njit(cache=True, nogil=True, error_model="numpy")
def _height(cuts: Cuts, one: int, block: int, start_mwh: float, end_mwh: float) -> float:
    """A cut at given first and last states, where it meets a peak of zero."""
    height: float = cuts.most_usd[one, block] + cuts.water_in_usd_per_mwh[one, block] * start_mwh
    height -= cuts.water_out_usd_per_mwh[one, block] * end_mwh
    return height


@njit(cache=True, nogil=True, error_model="numpy")
def _step_on(horizon: Horizon, count: int, cuts: Cuts, following: Array) -> None:
    """Where all cuts rise, a peak a little above them; where all fall, one a little below; each time a longer step."""
    for block in range(horizon.peak_of.size):
        period = horizon.peak_of[block]
        if period < 0:
            continue
        charge, floor, top = horizon.charge_usd_per_mw[period], horizon.floor_mw[period], horizon.top_mw[period]
        highest, lowest = -np.inf, np.inf
        for one in range(count):
            peak = cuts.peak_mw[one, period]
            if cuts.peak_slope_usd_per_mw[one, period] >= charge:
                highest = max(highest, peak)
            else:
                lowest = min(lowest, peak)
        step = _STEP_FRAC * (top - floor) * _LONGER ** (count - 1)
        if lowest == np.inf:
            following[period] = min(highest + step, top)
        elif highest == -np.inf:
            following[period] = max(lowest - step, floor)


@njit(cache=True, nogil=True, error_model="numpy")
def _guess(site: Site, horizon: Horizon, peak_mw: Array) -> None:
    """Peaks by the rule of a site without a battery: a row is worth a peak where it gains more than the charge."""
    for block in range(horizon.peak_of.size):
        period = horizon.peak_of[block]
        if period < 0 or peak_mw[period] >= horizon.top_mw[period]:
            continue
        first, end = horizon.blocks[block], horizon.blocks[block + 1]
        guess = horizon.floor_mw[period]
        for row in range(site.value_usd_per_mwh.shape[1]):
            gain, upto, steps = 0.0, 0.0, 0
            for step in range(first, end):
                at = step if site.value_usd_per_mwh.shape[0] > 1 else 0
                if site.period[step] == period:
                    gain += max(site.value_usd_per_mwh[at, row] - site.price_usd_per_mwh[step], 0.0) * site.step_h
                    steps += 1
                    upto += site.upto_mw[at, row + 1] - site.own_mw[step if site.own_mw.size > 1 else 0]
            if gain <= horizon.charge_usd_per_mw[period]:
                break
            guess = upto / steps
        peak_mw[period] = min(max(guess, horizon.floor_mw[period]), horizon.top_mw[period])
