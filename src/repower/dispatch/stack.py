"""A step of a site as one sorted stack: what every further MW on the site is worth, dearest first.

A plant at full output, bought back at its own cost, is a load like any other. So a step has one list of widths [MW]
and values [$/MWh]: firm blocks, plants bought back, load blocks, exports. On-site capacity is absorbed first; import
goes on from there as long as the next value is above its price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.units import Array, IntArray
from repower.dispatch.problem import DispatchProblem


@dataclass(frozen=True, eq=False)
class Stack:
    """M rows in falling order of value; a second axis of length 1 stands for every step.

    Parameters
    ----------
    value_usd_per_mwh : shape (M, T) or (M, 1); infinite for firm blocks.
    width_mw : shape (M, T) or (M, 1).
    upto_mw : shape (M, T) or (M, 1), sum of widths down to and with the row.
    own_mw : shape (T,) or (1,), on-site capacity, absorbed whatever the price.
    order : shape (M,), or (M, T) where it changes: row -> plants, then load blocks, then export.
    """

    value_usd_per_mwh: Array
    width_mw: Array
    upto_mw: Array
    own_mw: Array
    order: IntArray


def build(problem: DispatchProblem) -> Stack:
    """The sorted stack of every step.

    At equal values plants are bought back first and exports come last, so that nothing runs without gain.
    """
    value, width, own_mw = _rows(problem)
    order: IntArray = np.argsort(-value[:, 0], kind="stable")
    value_sorted, width_sorted = value[order], width[order]
    falls = np.where(
        (np.diff(order) > 0)[:, None], value_sorted[:-1] >= value_sorted[1:], value_sorted[:-1] > value_sorted[1:]
    )
    if not falls.all():
        order = np.argsort(-value, axis=0, kind="stable")
        value_sorted = np.take_along_axis(value, order, axis=0)
        width_sorted = np.take_along_axis(np.broadcast_to(width, value.shape), order, axis=0)
    return Stack(value_sorted, width_sorted, np.cumsum(width_sorted, axis=0), own_mw, order)


def unsorted(stack: Stack, filled_mw: Array) -> Array:
    """Sorted rows put back in the order of plants, load blocks and export, shape (M, T)."""
    out = np.empty_like(filled_mw)
    if stack.order.ndim == 1:
        out[stack.order] = filled_mw
    else:
        np.put_along_axis(out, stack.order, filled_mw, axis=0)
    return out


def before(stack: Stack) -> Array:
    """Sum of widths above each row [MW], shaped as `upto_mw`."""
    return np.concatenate([np.zeros_like(stack.upto_mw[:1]), stack.upto_mw[:-1]])


def _rows(problem: DispatchProblem) -> tuple[Array, Array, Array]:
    """Values, widths (rows by steps or by one) and on-site capacity."""
    block_value = _columns(problem.block_value_usd_per_mwh)
    if problem.firm is not None and problem.firm.any():
        block_value = np.where(problem.firm[:, None], np.inf, block_value)
    values, widths = [block_value], [_columns(problem.block_mw)]
    own_mw = np.zeros(1)
    if problem.supply_mw is not None and problem.supply_cost_usd_per_mwh is not None:
        values.insert(0, _columns(problem.supply_cost_usd_per_mwh))
        widths.insert(0, _columns(problem.supply_mw))
        own_mw = widths[0].sum(axis=0)
    from_battery_mw = 0.0 if problem.battery is None else problem.battery.discharge_mw
    export_mw = np.minimum(problem.export_limit_mw, own_mw + from_battery_mw)
    if export_mw.any():
        paid = problem.export_price_usd_per_mwh
        values.append(_columns(problem.price_usd_per_mwh[:, None] if paid is None else paid[:, None]))
        widths.append(np.atleast_2d(export_mw))
    return _joined(values), _joined(widths), own_mw


def _columns(given: Array) -> Array:
    """(N,) or (T, N) as rows: (N, 1) or (N, T)."""
    return given[:, None] if given.ndim == 1 else given.T


def _joined(parts: list[Array]) -> Array:
    steps = max(part.shape[1] for part in parts)
    return np.concatenate([np.broadcast_to(part, (part.shape[0], steps)) for part in parts])
