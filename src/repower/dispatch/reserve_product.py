"""What a reserve product asks and pays, and whether it fits a site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Frac, Hours, Mw
from repower.dispatch.problem import DispatchProblem


@dataclass(frozen=True, kw_only=True, eq=False)
class ReserveProduct:
    """One reserve product.

    Parameters
    ----------
    price_usd_per_mw : shape (T,), for carrying a MW through a step, for each hour of it.
    sustained_h : how long an award must last from what is stored at any time of its step; asked of the battery alone.
    down : whether deployment draws more from the grid; otherwise it gives more to it.
    most_mw : most that is accepted of all providers together.
    battery : whether the battery may provide it.
    blocks : load blocks that may, counted from 0; firm ones never.
    available_frac : what a MW held back counts for: an award of `available_frac` MW takes a whole one.
    """

    price_usd_per_mw: Array
    sustained_h: Hours
    down: bool = False
    most_mw: Mw = float("inf")
    battery: bool = True
    blocks: tuple[int, ...] = ()
    available_frac: Frac = 1.0


def refuse_products(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> None:
    """Raises InputError naming everything that does not fit."""
    problems = []
    if not products:
        problems.append(Problem("is empty", "give a product, or use solve", key="products", value="()"))
    for place, one in enumerate(products):
        problems += [replace(found, key=f"products[{place}].{found.key}") for found in _wrong(problem, one)]
    if problems:
        raise InputError(problems)


def _wrong(problem: DispatchProblem, one: ReserveProduct) -> Iterable[Problem]:
    blocks = problem.block_mw.shape[-1]
    if not one.blocks and not (one.battery and problem.battery is not None):
        fix = "name the load blocks that may, or give the problem a battery"
        yield Problem("nobody may provide it", fix, key="blocks", value="()")
    for block in one.blocks:
        if not 0 <= block < blocks or one.blocks.count(block) > 1:
            fix = f"name each of the {blocks} blocks once at most, counted from 0"
            yield Problem("is no load block, or named twice", fix, key="blocks", value=f"{block}")
        elif problem.firm is not None and problem.firm[block]:
            yield Problem("is firm load", "name interruptible blocks only", key="blocks", value=f"{block}")
    price = np.asarray(one.price_usd_per_mw)
    if price.shape != problem.price_usd_per_mwh.shape or not np.isfinite(price).all():
        fix = f"give {problem.price_usd_per_mwh.size} finite prices"
        yield Problem("does not fit the problem", fix, key="price_usd_per_mw", value=f"shape {price.shape}")
    if not 0.0 < one.sustained_h < np.inf:
        yield Problem("is no length of time", "give hours above 0", key="sustained_h", value=f"{one.sustained_h:g}")
    if not one.most_mw >= 0.0:
        yield Problem("is no amount", "give 0 or more", key="most_mw", value=f"{one.most_mw:g}")
    if not 0.0 < one.available_frac <= 1.0:
        fix = "give more than 0, at most 1"
        yield Problem("is no such share", fix, key="available_frac", value=f"{one.available_frac:g}")
