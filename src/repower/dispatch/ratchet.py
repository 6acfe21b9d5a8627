"""Peak charges that look back: what a peak costs, now and in later billing periods, and which peaks are worth it.

With a ratchet a period is charged for the largest of its peak, its floor, and a share of the peaks before it. The sum
of charges is convex in all peaks together: each period's charge, split in any way among what may set its demand, makes
a line below it. A small linear programme finds the split that matters. What is proved is summed up from the split
itself, made to add up to no more than the charge, so that no tolerance of a solver enters a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from repower.base.units import Array, Frac, IntArray, Usd
from repower.dispatch.problem import DispatchProblem, period_count

if TYPE_CHECKING:
    from repower.dispatch.slopes import Site

_TOLERANCE = 1e-10
_NEAR_MW = 1e-10


@dataclass(frozen=True, eq=False)
class Ratchet:
    """Charges of a problem whose periods look back.

    Parameters
    ----------
    charge_usd_per_mw, floor_mw : shape (P,), as in the problem, also of periods without a step.
    frac : share of an earlier peak that is charged.
    later, earlier : shape (N,), every charged period with every period that it looks back on.
    """

    charge_usd_per_mw: Array
    floor_mw: Array
    frac: Frac
    later: IntArray
    earlier: IntArray


@dataclass(frozen=True, eq=False)
class Split:
    """The charges of all periods, split among what may set their demand.

    Parameters
    ----------
    peak_usd_per_mw : shape (P,), what one more MW of each period's peak costs, now and later.
    floor_usd : what floors cost.
    """

    peak_usd_per_mw: Array
    floor_usd: Usd


def ratchet_of(problem: DispatchProblem) -> Ratchet | None:
    """How the charges of a problem look back; None where no charged period has another before it to look back on."""
    if not problem.ratchet_frac:
        return None
    periods = period_count(problem)
    charge = np.array(np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,)), dtype=np.float64)
    later, earlier = looks_back(periods, problem.ratchet_periods)
    counts = charge[later] > 0.0
    if not counts.any():
        return None
    floor = np.zeros(periods) if problem.peak_floor_mw is None else np.array(problem.peak_floor_mw)
    return Ratchet(charge, floor, float(problem.ratchet_frac), later[counts], earlier[counts])


def looks_back(periods: int, count: int) -> tuple[IntArray, IntArray]:
    """Every period with every one of the `count` periods before it: later and earlier, shape (N,) each."""
    period = np.arange(periods, dtype=np.int64)
    later = [period[back:] for back in range(1, min(count + 1, periods))]
    earlier = [period[:-back] for back in range(1, min(count + 1, periods))]
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *later]), np.concatenate([none, *earlier])


def free_mw(problem: DispatchProblem, billed_mw: Array) -> Array:
    """How high each peak may go with no bill above these, its own or one that looks back on it, shape (P,)."""
    free, ratchet = np.array(billed_mw, dtype=np.float64), ratchet_of(problem)
    if ratchet is not None:
        np.minimum.at(free, ratchet.earlier, billed_mw[ratchet.later] / ratchet.frac)
    return free


def raised_mw(ratchet: Ratchet, peak_mw: Array) -> Array:
    """The same peaks as high as they cost no more, shape (P,); infinite where a peak costs nothing.

    No schedule earns less under a higher peak, and a linear programme picks any of those that cost the same.
    """
    billed = billed_mw(ratchet, peak_mw)
    free = np.where(ratchet.charge_usd_per_mw > 0.0, billed, np.inf)
    np.minimum.at(free, ratchet.earlier, billed[ratchet.later] / ratchet.frac)
    return np.maximum(free, peak_mw)


def peak_cost_usd_per_mw(problem: DispatchProblem) -> Array:
    """The most that one more MW of each period's peak can cost, now and later, shape (P,)."""
    ratchet = ratchet_of(problem)
    if ratchet is None:
        return np.broadcast_to(problem.peak_charge_usd_per_mw, (period_count(problem),))
    return most_usd_per_mw(ratchet)


def charges_usd(ratchet: Ratchet, peak_mw: Array) -> Usd:
    """What all periods are charged for these peaks, shape (P,)."""
    return float(ratchet.charge_usd_per_mw @ billed_mw(ratchet, peak_mw))


def billed_mw(ratchet: Ratchet, peak_mw: Array) -> Array:
    """Demand that every period is charged for under these peaks, shape (P,)."""
    billed: Array = np.maximum(peak_mw, ratchet.floor_mw)
    np.maximum.at(billed, ratchet.later, ratchet.frac * peak_mw[ratchet.earlier])
    return billed


def most_usd_per_mw(ratchet: Ratchet) -> Array:
    """The most that one more MW of each period's peak can cost: its own charge, and its share of all later ones."""
    return ratchet.charge_usd_per_mw + ratchet.frac * _summed(
        ratchet, ratchet.charge_usd_per_mw[ratchet.later], ratchet.earlier
    )


def billing_rows(ratchet: Ratchet, width: int, peaks_at: int, billed_at: int) -> Array:
    """Rows of a linear programme, at most zero: each peak, then the share of each earlier one, less billed demand."""
    periods = ratchet.charge_usd_per_mw.size
    period, pairs = np.arange(periods), np.arange(ratchet.later.size)
    rows = np.zeros((periods + pairs.size, width))
    rows[period, peaks_at + period], rows[period, billed_at + period] = 1.0, -1.0
    rows[periods + pairs, peaks_at + ratchet.earlier] = ratchet.frac
    rows[periods + pairs, billed_at + ratchet.later] = -1.0
    return rows


def split_of(ratchet: Ratchet, multipliers: Array) -> Split:
    """A split that adds up, from the prices that a solver gave the rows of `billing_rows`."""
    charge, periods = ratchet.charge_usd_per_mw, ratchet.charge_usd_per_mw.size
    given = np.maximum(multipliers, 0.0)
    own, share = given[:periods], given[periods:]
    total = own + _summed(ratchet, share, ratchet.later)
    kept = np.minimum(np.divide(charge, total, out=np.ones(periods), where=total > charge), 1.0)
    own, share = own * kept, share * kept[ratchet.later]
    left = np.maximum(charge - own - _summed(ratchet, share, ratchet.later), 0.0)
    peak = own + ratchet.frac * _summed(ratchet, share, ratchet.earlier)
    return Split(peak, float(left @ ratchet.floor_mw))


def best_split(ratchet: Ratchet, period: IntArray, limit_mw: Array, rent_usd_per_mw: Array) -> Split:
    """The split under which import earns the least above its price and its charges; any other bounds it as well.

    Parameters
    ----------
    period, limit_mw, rent_usd_per_mw : shape (T,), what a MW of import gains above its price in each step.
    """
    counts = np.flatnonzero((rent_usd_per_mw > 0.0) & (limit_mw > 0.0))
    order = counts[np.lexsort((limit_mw[counts], period[counts]))]
    period, limit, rent = period[order], limit_mw[order], rent_usd_per_mw[order]
    fresh = np.diff(period, prepend=-1) > 0
    begins = np.flatnonzero(fresh | (np.diff(limit, prepend=-1.0) != 0.0))
    if not begins.size:
        return split_of(ratchet, np.zeros(ratchet.charge_usd_per_mw.size + ratchet.later.size))
    height = np.add.reduceat(rent, begins)
    period, limit, fresh = period[begins], limit[begins], fresh[begins]
    length = limit - np.where(fresh, 0.0, np.append(0.0, limit[:-1]))
    total = np.bincount(period, weights=height, minlength=ratchet.charge_usd_per_mw.size)
    before = np.cumsum(height) - height
    before -= before[fresh][np.cumsum(fresh) - 1]
    _, multipliers = _best(ratchet, period, total[period] - before, length)
    return split_of(ratchet, multipliers)


def first_peaks_mw(ratchet: Ratchet, site: Site) -> Array:
    """The best peaks of the site without its battery, exact where every step of a period is alike, shape (P,)."""
    steps, periods, rows = site.price_usd_per_mwh.size, ratchet.charge_usd_per_mw.size, site.value_usd_per_mwh.shape[1]
    ends = np.clip(site.upto_mw - site.own_mw[:, None], 0.0, None) + np.zeros((steps, 1))
    ends = np.minimum(ends, site.limit_mw[:, None])
    firm = np.isinf(site.value_usd_per_mwh) + np.zeros((steps, 1), dtype=np.bool_)
    gain = np.maximum(site.value_usd_per_mwh - site.price_usd_per_mwh[:, None], 0.0)
    gain[firm] = float(most_usd_per_mw(ratchet).max()) + float(gain[~firm].max(initial=0.0))
    count = np.maximum(np.bincount(site.period, minlength=periods), 1)
    slope, length = np.empty((periods, rows)), np.empty((periods, rows))
    for row in range(rows):
        slope[:, row] = np.bincount(site.period, gain[:, row], periods) * site.step_h
        length[:, row] = np.bincount(site.period, ends[:, row + 1] - ends[:, row], periods) / count
    peak_mw, _ = _best(ratchet, np.repeat(np.arange(periods), rows), slope.ravel(), length.ravel())
    return peak_mw


def at_row_ends(site: Site, peak_mw: Array) -> Array:
    """The same peaks, those that a solver's rounding moved off the end of a row put back, shape (P,).

    A peak a rounding above its row's end would have the next row run at next to nothing in every step.
    """
    ends = site.upto_mw - site.own_mw[:, None]
    off_mw = np.abs(ends - peak_mw[site.period][:, None])
    step, row = np.nonzero(off_mw <= _NEAR_MW)
    found = peak_mw.copy()
    found[site.period[step]] = np.inf
    np.minimum.at(found, site.period[step], (ends + np.zeros((site.period.size, 1)))[step, row])
    return np.maximum(found, 0.0)


def _best(ratchet: Ratchet, period: IntArray, slope_usd_per_mw: Array, length_mw: Array) -> tuple[Array, Array]:
    """The best peaks where each period's first MW earn these slopes, falling; and the prices of `billing_rows`."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    pieces, periods = period.size, ratchet.charge_usd_per_mw.size
    rows = billing_rows(ratchet, 2 * periods, 0, periods)
    of_peak = csr_array((np.ones(pieces), (np.arange(pieces), period)), shape=(pieces, periods))
    limits = np.concatenate(
        [
            np.stack([np.zeros(pieces), length_mw], axis=1),
            np.stack([ratchet.floor_mw, np.full(periods, np.inf)], axis=1),
        ]
    )
    answer: Any = linprog(
        np.concatenate([-slope_usd_per_mw, ratchet.charge_usd_per_mw]),
        A_ub=hstack([csr_array(rows[:, :periods]) @ of_peak.T, csr_array(rows[:, periods:])]).tocsr(),
        b_ub=np.zeros(rows.shape[0]),
        bounds=limits,
        method="highs",
        options={"dual_feasibility_tolerance": _TOLERANCE, "primal_feasibility_tolerance": _TOLERANCE},
    )
    if answer.x is None:
        # Any peaks may be tried first, and any split proves something: here each period's peak bears its own charge.
        return np.zeros(periods), np.concatenate([ratchet.charge_usd_per_mw, np.zeros(ratchet.later.size)])
    peak_mw = np.bincount(period, answer.x[:pieces], periods).astype(np.float64)
    return peak_mw, -np.asarray(answer.ineqlin.marginals)


def _summed(ratchet: Ratchet, each: Array, period: IntArray) -> Array:
    """Sums by period of what each look-back has, shape (P,)."""
    return np.bincount(period, each, ratchet.charge_usd_per_mw.size).astype(np.float64)
