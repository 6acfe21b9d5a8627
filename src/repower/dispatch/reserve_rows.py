"""Columns and rows by which a linear programme holds power back for reserves; `reserves` says what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.units import Array, BoolArray
from repower.dispatch.linear import Layout, LinearProgramme
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.reserve_product import ReserveProduct
from repower.dispatch.rows import Entry, Rows


@dataclass(frozen=True)
class Held:
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


def held_back(problem: DispatchProblem, products: Sequence[ReserveProduct], own: int) -> list[Held]:
    """Columns of everything that may be held back, from column `own` on."""
    steps = problem.price_usd_per_mwh.size
    providers: list[tuple[tuple[int, ...] | None, Array]] = []
    if problem.battery is not None:
        swing_mw = problem.battery.charge_mw + problem.battery.discharge_mw
        providers.append((None, np.full(steps, swing_mw)))
    width = np.broadcast_to(problem.block_mw, (steps, problem.block_mw.shape[-1]))
    providers += [(blocks, width[:, list(blocks)].sum(axis=1)) for blocks in alike(products)]
    total_mw = np.sum([mw for _, mw in providers], axis=0)
    found: list[Held] = []
    for provider, most_mw in providers:
        may = [one.battery if provider is None else bool(set(provider) & set(one.blocks)) for one in products]
        for place, one in enumerate(products):
            if may[place]:
                useful = ~_outdone(place, products, may, provider is None, total_mw)
                upper = np.where(useful, np.minimum(one.most_mw / one.available_frac, most_mw), 0.0)
                found.append(Held(place, own + len(found) * steps, provider, upper))
    return found


def alike(products: Sequence[ReserveProduct]) -> list[tuple[int, ...]]:
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


def with_held(
    problem: DispatchProblem, programme: LinearProgramme, products: Sequence[ReserveProduct], held: Sequence[Held]
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


def _each(held: Sequence[Held], steps: int, coefficient: float = 1.0) -> list[Entry]:
    """What is held back, all of it in the row of its step."""
    every = np.arange(steps, dtype=np.int64)
    return [(every, one.first + every, coefficient) for one in held]


def _battery_rows(
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[Held]
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
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[Held]
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
    rows: Rows, problem: DispatchProblem, layout: Layout, products: Sequence[ReserveProduct], held: Sequence[Held]
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
