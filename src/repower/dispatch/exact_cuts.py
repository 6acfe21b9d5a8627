"""The best peaks under all cuts: a small linear programme over what every block earns, its peaks, states and bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from repower.base.errors import RepowerError
from repower.base.units import Array, IntArray, Usd
from repower.dispatch.exact_site import Prepared
from repower.dispatch.ratchet import Split, billing_rows, raised_mw, split_of

if TYPE_CHECKING:
    from repower.dispatch.cuts import Cuts, Horizon


def best_under_cuts(prepared: Prepared, horizon: Horizon, cuts: Cuts, count: int) -> tuple[Usd, Array, Array]:
    """The bound by all cuts, the peaks where it lies, and the share (N, B) that every block gives each cut.

    Columns: what each block earns, peaks, states between blocks. Rows: cuts. With a ratchet billed demand is a column
    too, above peaks and shares of earlier ones, and the bound is what averaged cuts and split charges themselves prove.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    blocks, periods = horizon.peak_of.size, horizon.charge_usd_per_mw.size
    block_of = block_of_period(prepared)
    row = np.arange(count * blocks).reshape(count, blocks)
    here = np.broadcast_to(np.arange(blocks), row.shape)
    charged = np.flatnonzero((horizon.charge_usd_per_mw > 0.0) & (block_of >= 0))
    rows = [row, row[:, block_of[charged]], row, row]
    columns = [here, np.broadcast_to(blocks + charged, (count, charged.size)), blocks + periods + here]
    columns.append(blocks + periods + here + 1)
    values = [np.ones(row.shape), -cuts.peak_slope_usd_per_mw[:count, charged], -cuts.water_in_usd_per_mwh[:count]]
    values.append(cuts.water_out_usd_per_mwh[:count])
    flat = [np.concatenate([part.ravel() for part in parts]) for parts in (values, rows, columns)]
    width = 2 * blocks + periods + 1
    ratchet = prepared.ratchet
    states = np.tile([0.0, prepared.site.energy_mwh], (blocks + 1, 1))
    states[0], states[-1] = horizon.start_mwh, (horizon.lowest_end_mwh, horizon.highest_end_mwh)
    free = np.tile([-np.inf, np.inf], (blocks, 1))
    peaks = np.stack([horizon.floor_mw, horizon.top_mw], axis=1)
    cost = np.concatenate([-np.ones(blocks), horizon.charge_usd_per_mw, np.zeros(blocks + 1)])
    limits = np.concatenate([free, peaks, states])
    matrix = csr_array((flat[0], (flat[1], flat[2])), shape=(row.size, width)).toarray()
    most_usd = cuts.most_usd[:count].ravel()
    if ratchet is not None:
        cost[blocks : blocks + periods] = 0.0
        cost = np.append(cost, ratchet.charge_usd_per_mw)
        limits = np.concatenate([limits, np.stack([ratchet.floor_mw, np.full(periods, np.inf)], axis=1)])
        billed = billing_rows(ratchet, width + periods, blocks, width)
        matrix = np.concatenate([np.pad(matrix, ((0, 0), (0, periods))), billed])
        most_usd = np.append(most_usd, np.zeros(billed.shape[0]))
    answer = linprog(
        cost,
        A_ub=matrix,
        b_ub=most_usd,
        bounds=limits,
        method="highs",
        options={"presolve": False},
    )
    if answer.x is None:
        raise RepowerError(f"the search for peaks stopped after {count} evaluations: {answer.message}")
    shares = -answer.ineqlin.marginals[: row.size].reshape(count, blocks)
    bound_usd = -float(answer.fun)
    if ratchet is not None:
        shares = np.maximum(shares, 0.0)
    shares = shares / shares.sum(axis=0)
    if ratchet is not None:
        split = split_of(ratchet, -answer.ineqlin.marginals[row.size :])
        bound_usd = _proved_usd(horizon, cuts, shares, block_of, states, split)
    # The solver keeps bounds to its own tolerance only, and a peak below zero has no schedule.
    found = np.clip(answer.x[blocks : blocks + periods], horizon.floor_mw, horizon.top_mw)
    if ratchet is not None:
        found = np.minimum(raised_mw(ratchet, found), horizon.top_mw)
    peak_mw = np.where(horizon.charge_usd_per_mw > 0.0, found, horizon.top_mw)
    return bound_usd, peak_mw, shares


def _proved_usd(
    horizon: Horizon, cuts: Cuts, shares: Array, block_of: IntArray, states_mwh: Array, split: Split
) -> Usd:
    """The bound that averaged cuts and split charges prove, whatever a solver's tolerance: peaks and states at best."""
    count, (blocks,) = shares.shape[0], horizon.peak_of.shape
    rise = np.zeros(block_of.size)
    here = np.flatnonzero((horizon.charge_usd_per_mw > 0.0) & (block_of >= 0))
    rise[here] = (shares[:, block_of[here]] * cuts.peak_slope_usd_per_mw[:count, here]).sum(axis=0)
    total = float((shares * cuts.most_usd[:count]).sum()) - split.floor_usd
    total += float(np.maximum(rise - split.peak_usd_per_mw, 0.0) @ horizon.top_mw)
    water = np.zeros(blocks + 1)
    water[:-1] += (shares * cuts.water_in_usd_per_mwh[:count]).sum(axis=0)
    water[1:] -= (shares * cuts.water_out_usd_per_mwh[:count]).sum(axis=0)
    return total + float((states_mwh * water[:, None]).max(axis=1).sum())


def block_of_period(prepared: Prepared) -> IntArray:
    """The block in which each billing period lies, -1 where it has no step, shape (P,)."""
    block_of = np.full(prepared.charge_usd_per_mw.size, -1, dtype=np.int64)
    lengths = np.diff(prepared.blocks)
    block_of[prepared.site.period] = np.repeat(np.arange(lengths.size), lengths)
    return block_of
