"""Energy and reserves at once, of loads and battery together, by one linear programme.

An award is power held back: up is what could be given to the grid (load that runs and can be dropped, charging that
can stop, discharge that is not used), down what could be taken more (load that stands still, charge that is not used).
Being deployed is not in it, neither its energy nor its pay: prices of awards are what markets pay for being there.

A megawatt is sold once. In every step

* all that loads hold back up stays within what their blocks draw, and down within what they could draw more;
* what the battery holds back and its output stay within its powers, and what is stored at the step's start and at its
  end covers its awards for as long as they must last;
* the meter could give all upward, and take all downward awards within its limits: where nothing may be exported, what
  is sold upwards in all is at most the import.

Whether a deployment would set a new peak is not asked. Plants hold nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem, RepowerError
from repower.base.units import Array, BoolArray, Frac, Hours, Mw, Usd
from repower.dispatch.linear import Layout, LinearProgramme, linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import LinearDispatch, run_highs, schedule_of, why_infeasible
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.rows import Entry, Rows
from repower.dispatch.weak_duality import least_cost_usd


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


@dataclass(frozen=True, kw_only=True, eq=False)
class ReserveDispatch(LinearDispatch):
    """A schedule and the reserves beside it; `profit_usd` and `bound_usd` are of both.

    The bound is that of the linear programme by weak duality: the solver's prices give it, whatever they are.

    Parameters
    ----------
    battery_award_mw, load_award_mw : shape (T, R), award of each product by who carries it.
    reserve_usd : what they pay.
    """

    battery_award_mw: Array
    load_award_mw: Array
    reserve_usd: Usd

    @property
    def award_mw(self) -> Array:
        """Award of each product, shape (T, R)."""
        return self.battery_award_mw + self.load_award_mw


def solve_reserves(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> ReserveDispatch:
    """The best schedule of a site together with its reserves; see the module for what limits them.

    Parameters
    ----------
    problem : the site, with or without a battery.
    products : one or more.

    Raises
    ------
    InputError
        No product, one that nobody may provide, or one that does not fit the problem.
    InfeasibleError
        The site has no answer.
    """
    _refuse(problem, products)
    site = LinearSite(problem=problem)
    programme = linear_programme(site)
    held = _held(problem, products, programme.cost.size)
    wide = _with_reserves(problem, programme, products, held)
    found, duals = run_highs(wide)
    if found.status == _INFEASIBLE:
        raise InfeasibleError(why_infeasible(programme, site))
    if found.x is None:
        raise RepowerError(f"HiGHS found no optimum of the linear programme: {found.message}")
    own = programme.cost.size
    method = f"linear programme by HiGHS with {len(products)} reserve{'s' if len(products) > 1 else ''}"
    schedule = schedule_of(site, programme, found.x[:own], duals[: programme.row_upper.size], method)
    steps = programme.layout.steps
    awards = {True: np.zeros((steps, len(products))), False: np.zeros((steps, len(products)))}
    for one in held:
        award_mw = np.maximum(found.x[one.first : one.first + steps], 0.0) * products[one.product].available_frac
        awards[one.blocks is None][:, one.product] += award_mw
    reserve_usd = sum(
        float(one.price_usd_per_mw @ (awards[True] + awards[False])[:, place]) for place, one in enumerate(products)
    )
    reserve_usd *= problem.step_h
    profit_usd = schedule.profit_usd + reserve_usd
    return ReserveDispatch(
        **vars(schedule)
        | {
            "profit_usd": profit_usd,
            # At the optimum both are the same number, summed up in another order.
            "bound_usd": max(-least_cost_usd(wide, duals), profit_usd),
            "battery_award_mw": awards[True],
            "load_award_mw": awards[False],
            "reserve_usd": reserve_usd,
        }
    )


_INFEASIBLE = 2


@dataclass(frozen=True)
class _Held:
    """Columns, one a step, of what is held back for a product by the battery or by blocks that offer the same products.

    Parameters
    ----------
    first : column of the first step.
    blocks : None for the battery.
    most_mw : shape (T,), zero where another product pays more for no more.
    """

    product: int
    first: int
    blocks: tuple[int, ...] | None
    most_mw: Array


def _held(problem: DispatchProblem, products: Sequence[ReserveProduct], own: int) -> list[_Held]:
    steps = problem.price_usd_per_mwh.size
    providers: list[tuple[tuple[int, ...] | None, Array]] = []
    if problem.battery is not None:
        swing_mw = problem.battery.charge_mw + problem.battery.discharge_mw
        providers.append((None, np.full(steps, swing_mw)))
    width = np.broadcast_to(problem.block_mw, (steps, problem.block_mw.shape[-1]))
    providers += [(blocks, width[:, list(blocks)].sum(axis=1)) for blocks in _alike(products)]
    total_mw = np.sum([mw for _, mw in providers], axis=0)
    found: list[_Held] = []
    for provider, most_mw in providers:
        may = [one.battery if provider is None else bool(set(provider) & set(one.blocks)) for one in products]
        for place, one in enumerate(products):
            if may[place]:
                useful = ~_outdone(place, products, may, provider is None, total_mw)
                upper = np.where(useful, np.minimum(one.most_mw / one.available_frac, most_mw), 0.0)
                found.append(_Held(place, own + len(found) * steps, provider, upper))
    return found


def _alike(products: Sequence[ReserveProduct]) -> list[tuple[int, ...]]:
    """Blocks that may provide the same products, together: only their sum matters."""
    offered: dict[int, set[int]] = {}
    for place, one in enumerate(products):
        for block in one.blocks:
            offered.setdefault(block, set()).add(place)
    groups: dict[frozenset[int], list[int]] = {}
    for block in sorted(offered):
        groups.setdefault(frozenset(offered[block]), []).append(block)
    return [tuple(blocks) for blocks in groups.values()]


def _outdone(
    place: int, products: Sequence[ReserveProduct], may: Sequence[bool], battery: bool, total_mw: Array
) -> BoolArray:
    """Steps in which another product without a limit pays as much for the same MW and asks no longer of the battery."""
    one = products[place]
    found = np.zeros(one.price_usd_per_mw.size, dtype=np.bool_)
    paid = one.price_usd_per_mw * one.available_frac
    for other_place, other in enumerate(products):
        free = other.most_mw / other.available_frac >= total_mw
        if other_place == place or not may[other_place] or other.down != one.down:
            continue
        if battery and other.sustained_h > one.sustained_h:
            continue
        pays = other.price_usd_per_mw * other.available_frac
        alike = not battery or other.sustained_h == one.sustained_h
        found |= free & ((pays > paid) | ((pays == paid) & (not alike or other_place < place)))
    return found


def _with_reserves(
    problem: DispatchProblem, programme: LinearProgramme, products: Sequence[ReserveProduct], held: Sequence[_Held]
) -> LinearProgramme:
    """The site's programme with a column for everything held back and rows for what it needs."""
    from scipy.sparse import csr_array, vstack

    steps = programme.layout.steps
    rows = Rows(programme.cost.size + len(held) * steps)
    _battery_rows(rows, problem, programme.layout, products, held)
    _block_rows(rows, problem, programme.layout, products, held)
    _meter_rows(rows, problem, programme.layout, products, held)
    for place, one in enumerate(products):
        mine = [other for other in held if other.product == place]
        if len(mine) > 1 and np.isfinite(one.most_mw):
            rows.add(_each(mine, steps, one.available_frac), -np.inf, np.full(steps, one.most_mw))
    matrix = programme.matrix
    kept = csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], rows.columns))
    paid = [products[one.product] for one in held]
    return replace(
        programme,
        cost=np.concatenate(
            [programme.cost, *(-one.price_usd_per_mw * (one.available_frac * problem.step_h) for one in paid)]
        ),
        lower=np.concatenate([programme.lower, np.zeros(len(held) * steps)]),
        upper=np.concatenate([programme.upper, *(one.most_mw for one in held)]),
        matrix=vstack([kept, rows.matrix()]).tocsr(),
        row_lower=np.concatenate([programme.row_lower, rows.lower()]),
        row_upper=np.concatenate([programme.row_upper, rows.upper()]),
    )


def _each(held: Sequence[_Held], steps: int, coefficient: float = 1.0) -> list[Entry]:
    """What is held back, all of it in the row of its step."""
    every = np.arange(steps, dtype=np.int64)
    return [(every, one.first + every, coefficient) for one in held]


def _battery_rows(
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[_Held]
) -> None:
    """Output and awards within both powers, and awards within what is stored, and free, before and after the step."""
    battery, steps = problem.battery, layout.steps
    mine = [one for one in held if one.blocks is None]
    if battery is None or not mine:
        return
    every = np.arange(steps, dtype=np.int64)
    charge, discharge, stored = (layout.column(layout.battery_at(0) + offset) for offset in range(3))
    up = [one for one in mine if not products[one.product].down]
    down = [one for one in mine if products[one.product].down]
    if up:
        output: list[Entry] = [(every, discharge, 1.0), (every, charge, -1.0)]
        rows.add([*output, *_each(up, steps)], -np.inf, np.full(steps, battery.discharge_mw))
    if down:
        output = [(every, charge, 1.0), (every, discharge, -1.0)]
        rows.add([*output, *_each(down, steps)], -np.inf, np.full(steps, battery.charge_mw))
    for some, sign, each_mwh, room_mwh in (
        (up, -1.0, 1.0 / battery.discharge_efficiency_frac, 0.0),
        (down, 1.0, battery.charge_efficiency_frac, battery.energy_mwh),
    ):
        if not some:
            continue
        kept = [_each([one], steps, products[one.product].sustained_h * each_mwh)[0] for one in some]
        before_mwh = np.full(steps, room_mwh)
        before_mwh[0] -= sign * battery.start_mwh
        rows.add([(every, stored, sign), *kept], -np.inf, np.full(steps, room_mwh))
        rows.add([(every[1:], stored[:-1], sign), *kept], -np.inf, before_mwh)


def _block_rows(
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[_Held]
) -> None:
    """What blocks hold back within what they draw, and within what they could draw more."""
    every = np.arange(layout.steps, dtype=np.int64)
    width = np.broadcast_to(problem.block_mw, (layout.steps, layout.blocks))
    for blocks in dict.fromkeys(one.blocks for one in held if one.blocks is not None):
        capacity_mw = width[:, list(blocks)].sum(axis=1)
        for down, sign, limit_mw in ((False, -1.0, np.zeros(layout.steps)), (True, 1.0, capacity_mw)):
            mine = [one for one in held if one.blocks == blocks and products[one.product].down == down]
            drawn: list[Entry] = [(every, layout.column(block), sign) for block in blocks]
            if mine:
                rows.add([*_each(mine, layout.steps), *drawn], -np.inf, limit_mw)


def _meter_rows(
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[_Held]
) -> None:
    """All upward awards within what may be exported beyond the import, all downward ones within the import's limit."""
    every = np.arange(layout.steps, dtype=np.int64)
    buy, sell = layout.column(layout.import_at), layout.column(layout.import_at + 1)
    for down, sign, limit in ((False, -1.0, problem.export_limit_mw), (True, 1.0, problem.import_limit_mw)):
        sold = [one for one in held if products[one.product].down == down]
        if sold:
            net: list[Entry] = [(every, buy, sign), (every, sell, -sign)]
            limit_mw = np.broadcast_to(np.asarray(limit, dtype=np.float64), (layout.steps,))
            rows.add([*net, *_each(sold, layout.steps)], -np.inf, limit_mw)


def _refuse(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> None:
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
