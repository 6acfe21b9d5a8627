"""Peaks that hang together: the best of all under the cuts so far, by a small linear programme, and what cuts prove.

Blocks meet in the energy stored between them, several periods may share a block, and a ratchet ties charges of
different periods. The programme is stated around the best evaluation so far, so that its numbers are gains of dollars
and not the money of a whole year. Its answer only says where to look next and how to average: what is proved is summed
up from the cuts themselves, so that no tolerance of a solver enters a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from repower.base.units import Array, Usd
from repower.dispatch.exact_site import Prepared
from repower.dispatch.ratchet import Split, billed_mw, billing_rows, raised_mw, split_of

if TYPE_CHECKING:
    from repower.dispatch.cuts import Cuts, Horizon


@dataclass(frozen=True, eq=False)
class Coupled:
    """What all cuts say together.

    Parameters
    ----------
    bound_usd : what no peaks earn more than.
    peak_mw : shape (P,), the best peaks as far as the cuts know.
    shares : shape (N, B), the share that every block gives each cut in the proof.
    """

    bound_usd: Usd
    peak_mw: Array
    shares: Array


def coupled_peaks(prepared: Prepared, horizon: Horizon, cuts: Cuts, count: int, best: int) -> Coupled | None:
    """The best peaks under the first `count` cuts; None where the solver finds no answer.

    Columns: what each block earns, peaks, states between blocks, and with a ratchet billed demand, each less what it is
    at evaluation `best`. Rows: cuts, block by block, and with a ratchet what sets the demand.
    """
    from scipy.optimize import linprog

    blocks, periods, ratchet = horizon.peak_of.size, horizon.charge_usd_per_mw.size, prepared.ratchet
    peaks, states = slice(blocks, blocks + periods), slice(blocks + periods, 2 * blocks + periods + 1)
    width = states.stop + (0 if ratchet is None else periods)
    charged = np.flatnonzero((horizon.charge_usd_per_mw > 0.0) & (prepared.block_of >= 0))
    at, block = np.divmod(np.arange(count * blocks), blocks)
    matrix = np.zeros((count * blocks, width))
    matrix[np.arange(at.size), block] = 1.0
    rows = np.arange(count)[:, None] * blocks + prepared.block_of[charged]
    matrix[rows, peaks.start + charged] = -cuts.peak_slope_usd_per_mw[:count, charged]
    matrix[np.arange(at.size), states.start + block] = -cuts.water_in_usd_per_mwh[at, block]
    matrix[np.arange(at.size), states.start + block + 1] = cuts.water_out_usd_per_mwh[at, block]
    centre, most_usd, cost = np.zeros(width), cuts.most_usd[at, block], np.zeros(width)
    limits = np.tile([-np.inf, np.inf], (width, 1))
    centre[peaks], centre[states] = cuts.peak_mw[best], cuts.stored_mwh[best]
    limits[peaks], limits[states] = np.stack([horizon.floor_mw, horizon.top_mw], axis=1), _states(prepared, horizon)
    cost[:blocks], cost[peaks] = -1.0, horizon.charge_usd_per_mw
    if ratchet is not None:
        cost[peaks], cost[states.stop :] = 0.0, ratchet.charge_usd_per_mw
        centre[states.stop :] = billed_mw(ratchet, cuts.peak_mw[best])
        limits[states.stop :, 0] = ratchet.floor_mw
        billing = billing_rows(ratchet, width, blocks, states.stop)
        matrix, most_usd = np.concatenate([matrix, billing]), np.append(most_usd, np.zeros(billing.shape[0]))
    room = most_usd - matrix @ centre
    # What a block earns at the best evaluation is where its column counts from.
    room[: at.size] -= room[best * blocks + block]
    answer: Any = linprog(
        cost,
        A_ub=matrix,
        b_ub=room,
        bounds=limits - centre[:, None],
        method="highs",
        options={"presolve": False},
    )
    if answer.x is None:
        return None
    prices = np.maximum(-answer.ineqlin.marginals, 0.0)
    shares = prices[: at.size].reshape(count, blocks)
    shares = shares / shares.sum(axis=0)
    split = Split(horizon.charge_usd_per_mw, 0.0) if ratchet is None else split_of(ratchet, prices[at.size :])
    # The solver keeps bounds to its own tolerance only, and a peak below zero has no schedule.
    found = np.clip(answer.x[peaks] + centre[peaks], horizon.floor_mw, horizon.top_mw)
    if ratchet is not None:
        found = np.minimum(raised_mw(ratchet, found), horizon.top_mw)
    peak_mw = np.where(horizon.charge_usd_per_mw > 0.0, found, horizon.top_mw)
    return Coupled(proved_usd(prepared, horizon, cuts, shares, split), peak_mw, shares)


def alone(prepared: Prepared, horizon: Horizon, cuts: Cuts, count: int, best: int) -> Coupled:
    """What the cut of one evaluation proves on its own, each period bearing its own charge."""
    shares = np.zeros((count, horizon.peak_of.size))
    shares[best] = 1.0
    if prepared.ratchet is None:
        split = Split(horizon.charge_usd_per_mw, 0.0)
    else:
        none = np.zeros(prepared.ratchet.later.size)
        split = split_of(prepared.ratchet, np.append(prepared.ratchet.charge_usd_per_mw, none))
    return Coupled(proved_usd(prepared, horizon, cuts, shares, split), cuts.peak_mw[best], shares)


def proved_usd(prepared: Prepared, horizon: Horizon, cuts: Cuts, shares: Array, split: Split) -> Usd:
    """The bound that averaged cuts and split charges prove: each peak and each state between blocks at its best."""
    count = shares.shape[0]
    rise = np.zeros(horizon.charge_usd_per_mw.size)
    here = np.flatnonzero((horizon.charge_usd_per_mw > 0.0) & (prepared.block_of >= 0))
    rise[here] = (shares[:, prepared.block_of[here]] * cuts.peak_slope_usd_per_mw[:count, here]).sum(axis=0)
    gain = rise - split.peak_usd_per_mw
    total = float((shares * cuts.most_usd[:count]).sum()) - split.floor_usd
    total += float(np.maximum(gain * horizon.floor_mw, gain * horizon.top_mw).sum())
    water = np.zeros(horizon.peak_of.size + 1)
    water[:-1] += (shares * cuts.water_in_usd_per_mwh[:count]).sum(axis=0)
    water[1:] -= (shares * cuts.water_out_usd_per_mwh[:count]).sum(axis=0)
    return total + float((_states(prepared, horizon) * water[:, None]).max(axis=1).sum())


def _states(prepared: Prepared, horizon: Horizon) -> Array:
    """Lowest and highest energy stored between blocks, shape (B + 1, 2)."""
    states = np.tile([0.0, prepared.site.energy_mwh], (horizon.peak_of.size + 1, 1))
    states[0], states[-1] = horizon.start_mwh, (horizon.lowest_end_mwh, horizon.highest_end_mwh)
    return states
