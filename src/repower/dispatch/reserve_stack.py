"""Reserves of loads alone, without a linear programme: what awards pay is folded into what running load is worth.

Where nothing is stored and no plant runs, a step's awards depend on one number: how much of the load that may provide
them runs. One more MW of it carries one MW more upward, of the dearest product that is not full, and one MW less
downward, of the cheapest that was sold. Both fall as more runs, so that they add to the worths of blocks as thinner
slices of them, and the ordinary solver answers exactly, peaks included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.units import Array, BoolArray, IntArray, Usd
from repower.dispatch.exact import solve
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.reserve_product import ReserveProduct
from repower.dispatch.reserve_rows import alike
from repower.dispatch.schedule import Dispatch


@dataclass(frozen=True, eq=False)
class Folded:
    """An answer of loads alone.

    Parameters
    ----------
    schedule : its `block_mw` is of the problem's own blocks; `bound_usd` is of energy and awards together.
    award_mw : shape (T, R).
    """

    schedule: Dispatch
    award_mw: Array


def folded(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> Folded | None:
    """The best schedule and awards where loads alone provide them; None where that is not so simple.

    It is where the site has neither battery nor plant, all products may be provided by the same blocks, and the meter
    could carry all loads at once, should there be downward products.
    """
    groups = alike(products)
    if problem.battery is not None or problem.supply_mw is not None or len(groups) != 1:
        return None
    if any(set(one.blocks) != set(groups[0]) for one in products):
        return None
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    width_mw = np.broadcast_to(problem.block_mw, (steps, blocks))
    if any(one.down for one in products) and (width_mw.sum(axis=1) > problem.import_limit_mw).any():
        return None
    mine, rest = list(groups[0]), [block for block in range(blocks) if block not in groups[0]]
    value = np.broadcast_to(problem.block_value_usd_per_mwh, (steps, blocks))
    order = np.argsort(-value[:, mine], axis=1, kind="stable")
    worth = np.take_along_axis(value[:, mine], order, axis=1)
    upto_mw = np.cumsum(np.take_along_axis(width_mw[:, mine], order, axis=1), axis=1)
    most_mw = upto_mw[:, -1:]
    up, down = (_tiers(products, side, most_mw) for side in (False, True))
    edges = np.sort(np.concatenate([upto_mw, up.upto_mw, most_mw - down.upto_mw], axis=1), axis=1)
    slice_mw = np.diff(edges, axis=1, prepend=0.0)
    middle_mw = edges - slice_mw / 2
    slope = _step(worth, upto_mw, middle_mw) + _step(up.paid, up.upto_mw, middle_mw)
    slope = slope - _step(down.paid, down.upto_mw, most_mw - middle_mw)
    firm = None if problem.firm is None else np.append(problem.firm[rest], np.zeros(edges.shape[1], dtype=np.bool_))
    found = solve(
        replace(
            problem,
            block_value_usd_per_mwh=np.concatenate([value[:, rest], slope], axis=1),
            block_mw=np.concatenate([width_mw[:, rest], slice_mw], axis=1),
            firm=firm,
        )
    )
    running_mw = found.block_mw[:, len(rest) :].sum(axis=1, keepdims=True)
    block_mw = np.empty((steps, blocks))
    block_mw[:, rest] = found.block_mw[:, : len(rest)]
    each_mw = _filled(running_mw, upto_mw)
    laid_mw = np.empty_like(each_mw)
    np.put_along_axis(laid_mw, order, each_mw, axis=1)
    block_mw[:, mine] = laid_mw
    award_mw = np.zeros((steps, len(products)))
    award_mw[:, up.places] = _awards(up, running_mw)
    award_mw[:, down.places] = _awards(down, most_mw - running_mw)
    idle_usd = _awards_usd(down, most_mw) * problem.step_h
    assert found.bound_usd is not None
    schedule = replace(found, block_mw=block_mw, bound_usd=found.bound_usd + idle_usd)
    return Folded(schedule, award_mw)


@dataclass(frozen=True, eq=False)
class _Tiers:
    """Products of one direction in falling pay, step by step, all shape (T, R).

    Parameters
    ----------
    paid : for a MW held back [$/MW-h]; zero where nothing is paid.
    upto_mw : what is held back when this one is full too.
    places : which products; `order` puts them in their place, `available_frac` is theirs in it.
    """

    paid: Array
    upto_mw: Array
    places: list[int]
    order: IntArray
    available_frac: Array


def _tiers(products: Sequence[ReserveProduct], down: bool, most_mw: Array) -> _Tiers:
    places = [place for place, one in enumerate(products) if one.down == down]
    if not places:
        none = np.zeros((most_mw.shape[0], 0))
        return _Tiers(none, none, places, none.astype(np.int64), none)
    share = np.array([products[place].available_frac for place in places])
    paid = np.stack([products[place].price_usd_per_mw for place in places], axis=1) * share
    room = np.minimum(np.array([products[place].most_mw for place in places]) / share, most_mw)
    order = np.argsort(-paid, axis=1, kind="stable")
    paid = np.take_along_axis(paid, order, axis=1)
    upto_mw = np.minimum(np.cumsum(np.take_along_axis(room, order, axis=1), axis=1), most_mw)
    return _Tiers(np.maximum(paid, 0.0), upto_mw, places, order, np.take_along_axis(share + 0.0 * paid, order, axis=1))


def _step(level: Array, upto_mw: Array, at_mw: Array) -> Array:
    """A falling step function of megawatts, zero beyond its last step, at some places of every row."""
    if not level.shape[1]:
        return np.zeros(at_mw.shape)
    index = (upto_mw[:, None, :] <= at_mw[:, :, None]).sum(axis=2)
    padded = np.concatenate([level, np.zeros((level.shape[0], 1))], axis=1)
    found: Array = np.take_along_axis(padded, index, axis=1)
    return found


def _filled(total_mw: Array, upto_mw: Array) -> Array:
    """Megawatts laid to steps in order."""
    before_mw = np.concatenate([np.zeros((upto_mw.shape[0], 1)), upto_mw[:, :-1]], axis=1)
    filled: Array = np.clip(total_mw - before_mw, 0.0, upto_mw - before_mw)
    return filled


def _awards(tiers: _Tiers, held_mw: Array) -> Array:
    """Award of each product when so much is held back, shape (T, R); none of a product that pays nothing."""
    if not tiers.places:
        return np.zeros((held_mw.shape[0], 0))
    paid: BoolArray = tiers.paid > 0.0
    each_mw = np.where(paid, _filled(held_mw, tiers.upto_mw), 0.0) * tiers.available_frac
    laid: Array = np.empty_like(each_mw)
    np.put_along_axis(laid, tiers.order, each_mw, axis=1)
    return laid


def _awards_usd(tiers: _Tiers, held_mw: Array) -> Usd:
    """What is paid for an hour of it, all steps together."""
    return float(np.sum(tiers.paid * _filled(held_mw, tiers.upto_mw))) if tiers.places else 0.0
