"""The best peaks of all billing periods, and prices that prove them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from repower.base.units import Array, Frac, IntArray, Mwh, Usd
from repower.dispatch.coupled import alone, coupled_peaks
from repower.dispatch.exact_site import Prepared
from repower.dispatch.ratchet import at_row_ends, charges_usd, first_peaks_mw, most_usd_per_mw, raised_mw

if TYPE_CHECKING:
    from repower.dispatch.cuts import Cuts, Horizon
    from repower.dispatch.ledger import Ledger
    from repower.dispatch.paths import Path
    from repower.dispatch.slopes import Pieces

TOLERANCE_FRAC = 3e-11
"""Gap between bound and profit, as a share of the money that the search counts, at which it stops."""

_MOST_EVALUATIONS = 200
_LIST = 1024
"""Entries a list begins with; it grows where that is too short."""
_CALM_AFTER = 100


@dataclass(frozen=True, eq=False)
class Best:
    """The best peaks with what import beyond them costs (2, P), the path under them, and the prices that prove it.

    `bound_usd` is what they prove, less what no decision changes.
    """

    caps: Array
    path: Path
    end_mwh: Mwh
    marginal_usd_per_mwh: Array
    water_usd_per_mwh: Array
    evaluations: int
    bound_usd: Usd


@dataclass(eq=False)
class Room:
    """Memory that evaluations of one problem share."""

    ledger: Ledger
    pieces: Pieces
    path: Path


def horizon_of(prepared: Prepared) -> Horizon:
    """Blocks, charges and ends of time as compiled loops read them.

    With a ratchet the charge is the most that one more MW of peak can cost, now and later, and floors are left to the
    linear programme: a peak below its own floor may still spare later periods.
    """
    from repower.dispatch.cuts import Horizon

    charge, floor = prepared.charge_usd_per_mw, prepared.floor_mw
    if prepared.ratchet is not None:
        charge, floor = most_usd_per_mw(prepared.ratchet), np.zeros(charge.size)
    return Horizon(
        blocks=prepared.blocks,
        peak_of=_peak_of(prepared),
        charge_usd_per_mw=charge,
        floor_mw=floor,
        top_mw=np.maximum(prepared.highest_mw, floor),
        start_mwh=float(prepared.battery.start_mwh),
        lowest_end_mwh=prepared.end_mwh[0],
        highest_end_mwh=prepared.end_mwh[1],
    )


def new_room(prepared: Prepared) -> Room:
    """Memory for a problem; the ledger grows where it turns out too short."""
    from repower.dispatch.ledger import new_ledger
    from repower.dispatch.paths import new_path
    from repower.dispatch.slopes import new_pieces

    steps, rows = prepared.site.price_usd_per_mwh.size, prepared.site.value_usd_per_mwh.shape[1]
    return Room(
        new_ledger(steps, _LIST + 8 * (rows + 8), 4 * steps + 8 * (rows + 8)), new_pieces(rows), new_path(steps)
    )


def longer(room: Room) -> None:
    """Double the ledger of a room."""
    from repower.dispatch.ledger import new_ledger

    ledger = room.ledger
    room.ledger = new_ledger(ledger.base_mwh.size, 2 * ledger.slope_usd_per_mwh.size, 2 * ledger.own_mwh.size)


def best_peaks(prepared: Prepared) -> Best:
    """Search all peaks: block by block where each has one of its own; what is coupled, or stalls, by a small LP."""
    from repower.dispatch.cuts import new_cuts

    horizon, room = horizon_of(prepared), new_room(prepared)
    charged = bool((horizon.charge_usd_per_mw > 0.0).any())
    cuts = new_cuts(_MOST_EVALUATIONS if charged else 1, horizon, prepared.site.price_usd_per_mwh.size)
    answer = search_peaks(prepared, horizon, room, cuts, TOLERANCE_FRAC)
    return _best(prepared, horizon, room, cuts, answer)


@dataclass(frozen=True, eq=False)
class Answer:
    """The best of `count` evaluations, the bound, and the share (N, B) of each evaluation's prices in its proof."""

    best: int
    count: int
    bound_usd: Usd
    shares: Array


def search_peaks(
    prepared: Prepared,
    horizon: Horizon,
    room: Room,
    cuts: Cuts,
    tolerance_frac: Frac,
    first_mw: Array | None = None,
) -> Answer:
    """Evaluate and cut until bound and best meet within a tolerance, or nothing moves any more.

    `first_mw`, shape (P,), holds the best peaks of a like problem, which are near these; None where none are known.
    """
    from repower.dispatch.cuts import money_usd, search

    if prepared.ratchet is not None or horizon.peak_of.min() < -1:
        cuts.peak_mw[0] = horizon.top_mw
        _evaluate(prepared, horizon, room, cuts, 0)
        if prepared.ratchet is None:
            return _together(prepared, horizon, room, cuts, 1, tolerance_frac)
        guess_mw = first_peaks_mw(prepared.ratchet, prepared.site)
        cuts.peak_mw[1] = np.minimum(raised_mw(prepared.ratchet, guess_mw), horizon.top_mw)
        _evaluate(prepared, horizon, room, cuts, 1)
        return _together(prepared, horizon, room, cuts, 2, tolerance_frac)
    site, first_mw = prepared.site, np.zeros(0) if first_mw is None else first_mw
    found = search(site, horizon, first_mw, tolerance_frac, room.ledger, room.pieces, room.path, cuts)
    while found.evaluations < 0:
        longer(room)
        found = search(site, horizon, first_mw, tolerance_frac, room.ledger, room.pieces, room.path, cuts)
    gap_usd = found.bound_usd - cuts.earned_usd[found.best]
    if gap_usd > tolerance_frac * money_usd(horizon, cuts, found.best) and found.evaluations < cuts.earned_usd.size:
        return _together(prepared, horizon, room, cuts, found.evaluations, tolerance_frac)
    shares = np.zeros((found.evaluations, horizon.peak_of.size))
    for block, (one, other, part) in enumerate(zip(*found.proof, strict=True)):
        shares[one, block] += part
        shares[other, block] += 1.0 - part
    return Answer(found.best, found.evaluations, found.bound_usd, shares)


def _together(prepared: Prepared, horizon: Horizon, room: Room, cuts: Cuts, count: int, tolerance_frac: Frac) -> Answer:
    """Search all peaks at once: the best under all cuts so far is a small linear programme, and gives the next cut."""
    best = int(np.argmax(cuts.earned_usd[:count]))
    while True:
        found = coupled_peaks(prepared, horizon, cuts, count, best)
        if found is None:
            found = alone(prepared, horizon, cuts, count, best)
        gap_usd, peak_mw = found.bound_usd - cuts.earned_usd[best], found.peak_mw
        seen = bool((np.abs(cuts.peak_mw[:count] - peak_mw).max(axis=1) == 0.0).any())
        if (
            gap_usd <= tolerance_frac * _money_usd(prepared, horizon, cuts, best)
            or seen
            or count == cuts.earned_usd.size
        ):
            return Answer(best, count, found.bound_usd, found.shares)
        if prepared.ratchet is not None and count >= _CALM_AFTER:
            # Where one block has many peaks, the best under all cuts swings from end to end.
            peak_mw = 0.5 * (peak_mw + cuts.peak_mw[best])
        cuts.peak_mw[count] = peak_mw
        _evaluate(prepared, horizon, room, cuts, count)
        if cuts.earned_usd[count] > cuts.earned_usd[best]:
            best = count
        count += 1


def _money_usd(prepared: Prepared, horizon: Horizon, cuts: Cuts, best: int) -> Usd:
    """What a tolerance is a share of: the earnings before peak charges, and the charges."""
    from repower.dispatch.cuts import money_usd

    if prepared.ratchet is None:
        return float(money_usd(horizon, cuts, best))
    charges = charges_usd(prepared.ratchet, _charged_mw(horizon, cuts, best))
    return abs(float(cuts.earned_usd[best]) + charges) + charges


def _charged_mw(horizon: Horizon, cuts: Cuts, at: int) -> Array:
    """Peaks of an evaluation, zero where a peak costs nothing."""
    return np.where(horizon.charge_usd_per_mw > 0.0, cuts.peak_mw[at], 0.0)


def _evaluate(prepared: Prepared, horizon: Horizon, room: Room, cuts: Cuts, at: int) -> None:
    from repower.dispatch.cuts import evaluate

    while not evaluate(prepared.site, horizon, at, room.ledger, room.pieces, room.path, cuts):
        longer(room)
    if prepared.ratchet is not None:
        # The loops charge each peak as if it set the demand of all periods that may look back on it.
        peak_mw = _charged_mw(horizon, cuts, at)
        cuts.earned_usd[at] += horizon.charge_usd_per_mw @ peak_mw - charges_usd(prepared.ratchet, peak_mw)


def _best(prepared: Prepared, horizon: Horizon, room: Room, cuts: Cuts, answer: Answer) -> Best:
    """The path of the best evaluation, and prices averaged by the shares that every block gives evaluations."""
    from repower.dispatch.cuts import mixed_prices

    site, best = prepared.site, answer.best
    marginal, water = mixed_prices(cuts.prices, prepared.blocks, answer.shares)
    found_mw = cuts.peak_mw[best].copy()
    if prepared.ratchet is not None:
        cuts.peak_mw[best] = at_row_ends(site, found_mw)
    if best != answer.count - 1 or (cuts.peak_mw[best] != found_mw).any():
        _evaluate(prepared, horizon, room, cuts, best)
    charged = horizon.charge_usd_per_mw > 0.0
    caps = np.stack([np.where(charged, cuts.peak_mw[best], np.inf), horizon.charge_usd_per_mw / site.step_h])
    return Best(
        caps=caps,
        path=room.path,
        end_mwh=float(cuts.stored_mwh[best, -1]),
        marginal_usd_per_mwh=marginal,
        water_usd_per_mwh=water,
        evaluations=answer.count,
        bound_usd=answer.bound_usd,
    )


def _peak_of(prepared: Prepared) -> IntArray:
    """The one charged period of each block, -1 where there is none, -2 where there are several."""
    peak_of = np.full(prepared.blocks.size - 1, -1, dtype=np.int64)
    charged = np.flatnonzero((prepared.charge_usd_per_mw > 0.0) & (prepared.block_of >= 0))
    peak_of[prepared.block_of[charged]] = charged
    peak_of[np.bincount(prepared.block_of[charged], minlength=peak_of.size) > 1] = -2
    return peak_of
