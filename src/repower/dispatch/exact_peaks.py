"""The best peaks of all billing periods, by cuts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from repower.base.units import Array, Mwh, Usd
from repower.dispatch.exact_site import Prepared


@dataclass
class Found:
    peak_mw: Array
    over_usd_per_mwh: Array
    path: Any
    end_mwh: Mwh
    marginal_usd_per_mwh: Array
    water_usd_per_mwh: Array
    bound_usd: Usd
    method: str
    evaluations: int = 0


@dataclass
class Evaluation:
    peak_mw: Array
    value_usd: Usd
    slope: Array
    marginal: Array
    water: Array
    end_mwh: float
    path: Any


def evaluate(prepared: Prepared, peak_mw: Array, over: Array, room) -> Evaluation:
    from repower.dispatch.battery_kernel import backward, forward, new_path, start_ledger, worth_at

    site = prepared.site
    T = site.price_usd_per_mwh.size
    start_ledger(room[0], *prepared.end_mwh)
    room[0] = backward(site, 0, T, peak_mw, over, room[0], room[1])
    value = worth_at(room[0], prepared.battery.start_mwh)[0]
    path = new_path(T, peak_mw.size)
    end, water = forward(site, 0, T, peak_mw, over, prepared.battery.start_mwh, 0.0, room[0], room[1], path)
    return Evaluation(
        peak_mw, value, path.peak_slope_usd_per_mw, path.marginal_usd_per_mwh, path.water_usd_per_mwh, end, path
    )


def cut_of(prepared: Prepared, peak_mw, over, marginal, water):
    """Block constants and rent slopes."""
    from repower.dispatch.schedule_kernel import step_bounds

    site = prepared.site
    binds = peak_mw[site.period] <= site.limit_mw
    rent = np.where(binds, np.clip(marginal - site.price_usd_per_mwh, 0, over[site.period]), 0.0)
    bounds = step_bounds(site, marginal, water, rent)
    starts = prepared.blocks[:-1]
    rise = np.maximum(np.diff(water, prepend=water[0]), 0.0) * site.energy_mwh
    rise[starts] = 0.0
    const = np.add.reduceat(bounds + rise, starts)
    slope = np.bincount(site.period, weights=rent, minlength=peak_mw.size) * site.step_h
    return const, slope, water[starts], water[prepared.blocks[1:] - 1]


def search(prepared: Prepared) -> Found:
    from repower.dispatch.battery_kernel import new_ledger
    from repower.dispatch.slopes import new_pieces

    site = prepared.site
    T = site.price_usd_per_mwh.size
    D = prepared.charge_usd_per_mw
    P = D.size
    over = D / site.step_h
    charged = D > 0
    top = np.maximum(prepared.highest_mw, prepared.floor_mw)
    peak = np.where(charged, top, np.inf)
    room = [new_ledger(T, 8 * T + 256), new_pieces(site.value_usd_per_mwh.shape[1])]
    best = None
    cuts = []
    evals = []
    nb = prepared.blocks.size - 1
    block_of = np.zeros(P, int)
    block_of[site.period] = np.searchsorted(prepared.blocks, np.arange(T), side="right") - 1
    bound = np.inf
    for it in range(400):
        e = evaluate(prepared, peak, over, room)
        total = e.value_usd - np.sum(
            np.where(charged, D * np.maximum(np.where(charged, peak, 0), prepared.floor_mw), 0)
        )
        if best is None or total > best[0]:
            best = (total, e)
        const, g, win, wout = cut_of(prepared, np.where(charged, peak, np.inf), over, e.marginal, e.water)
        cuts.append((const, g, win, wout))
        evals.append(e)
        # master
        bound, nxt, weights = master(prepared, cuts, block_of, nb, D, charged, top)
        if bound - best[0] <= 1e-10 * max(1.0, abs(best[0])):
            break
        peak = np.where(charged, nxt, np.inf)
    e = best[1]
    step_block = np.searchsorted(prepared.blocks, np.arange(T), side="right") - 1
    marg = np.zeros(T)
    wat = np.zeros(T)
    for k, ev in enumerate(evals):
        w = weights[k][step_block]
        marg += w * ev.marginal
        wat += w * ev.water
    return Found(
        e.peak_mw, over, e.path, e.end_mwh, marg, wat, bound + prepared.fixed_usd, f"{it + 1} evaluations", it + 1
    )


def master(prepared, cuts, block_of, nb, D, charged, top):
    """max sum theta - D P ; vars: theta nb, P, s (nb+1)"""
    from scipy.optimize import linprog

    P = D.size
    n = nb + P + nb + 1
    c = np.concatenate([-np.ones(nb), np.where(charged, D, 0), np.zeros(nb + 1)])
    A = np.zeros((len(cuts) * nb, n))
    b = np.zeros(len(cuts) * nb)
    for k, (const, g, win, wout) in enumerate(cuts):
        for j in range(nb):
            r = A[k * nb + j]
            r[j] = 1
            for p in np.flatnonzero((block_of == j) & charged):
                r[nb + p] = -g[p]
            r[nb + P + j] -= win[j]
            r[nb + P + j + 1] += wout[j]
            b[k * nb + j] = const[j]
    E = prepared.site.energy_mwh
    bounds = [(None, None)] * nb + [(f, t) if ch else (0, 0) for f, t, ch in zip(prepared.floor_mw, top, charged)]
    bounds += [(prepared.battery.start_mwh,) * 2] + [(0, E)] * (nb - 1) + [prepared.end_mwh]
    r = linprog(c, A_ub=A, b_ub=b, bounds=bounds, method="highs")
    w = -r.ineqlin.marginals.reshape(len(cuts), nb)
    return -r.fun, r.x[nb : nb + P], w
