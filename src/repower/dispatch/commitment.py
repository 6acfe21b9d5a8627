"""Load blocks that are on or off: minimum load and times, restart costs; and the site once its hours are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import HOURS_PER_DAY, Array, BoolArray, Frac, IntArray, Usd
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.schedule import Dispatch, earned_usd


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """What it takes to switch one load block.

    Parameters
    ----------
    block : which load block, counted from 0.
    min_load_frac : least draw while on, as a share of the block's capacity in that step.
    min_up_steps, min_down_steps : steps it stays on once started, and off once stopped; the end of the horizon cuts
        them short.
    start_cost_usd : paid for each start.
    starts_per_day : most starts in a day of 24 hours counted from the first step; None for any number.
    initially_on_steps : steps it had been on before the first one; negative: steps it had been off.
    """

    block: int
    min_load_frac: Frac = 0.0
    min_up_steps: int = 1
    min_down_steps: int = 1
    start_cost_usd: Usd = 0.0
    starts_per_day: int | None = None
    initially_on_steps: int = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class CommittedDispatch:
    """A schedule with switched blocks, and how much better any other could be.

    Parameters
    ----------
    schedule : the best schedule with these hours on; its profit leaves out the cost of starts, its prices hold for
        these hours.
    on : shape (T, C), which block is on in which step, in the order of the commitments.
    starts : shape (C,), number of starts.
    profit_usd : profit of the schedule less the cost of starts.
    bound_usd : what no schedule can earn more than.
    gap_frac : (bound - profit) over the larger of |profit| and $1.
    method : how it was found, in words.
    """

    schedule: Dispatch
    on: BoolArray
    starts: IntArray
    profit_usd: Usd
    bound_usd: Usd
    gap_frac: Frac
    method: str


def check_commitments(problem: DispatchProblem, commitments: Sequence[Commitment]) -> None:
    """Raises InputError where commitments do not fit the problem, with everything that is wrong."""
    blocks = problem.block_mw.shape[-1]
    problems: list[Problem] = []
    for place, one in enumerate(commitments):
        key = f"commitments[{place}]"
        problems += [replace(found, key=f"{key}.{found.key}") for found in _wrong(one, blocks)]
        if 0 <= one.block < blocks and problem.firm is not None and problem.firm[one.block]:
            fix = "leave its commitment out, or make it interruptible"
            problems.append(
                Problem("is a firm block, which is always on", fix, key=f"{key}.block", value=f"{one.block}")
            )
        if one.block in [other.block for other in commitments[:place]]:
            fix = "give each block one commitment"
            problems.append(Problem("is named twice", fix, key=f"{key}.block", value=f"{one.block}"))
    if problems:
        raise InputError(problems)


def _wrong(one: Commitment, blocks: int) -> Iterable[Problem]:
    if not 0 <= one.block < blocks:
        yield Problem("is no load block", f"count the {blocks} blocks from 0", key="block", value=f"{one.block}")
    if not 0 <= one.min_load_frac <= 1:
        yield Problem("is no share", "give 0 to 1", key="min_load_frac", value=f"{one.min_load_frac:g}")
    for name in ("min_up_steps", "min_down_steps"):
        if getattr(one, name) < 1:
            yield Problem("is below one step", "give 1 for none", key=name, value=f"{getattr(one, name)}")
    if not (0 <= one.start_cost_usd < np.inf):
        yield Problem("is no cost", "give dollars, 0 or more", key="start_cost_usd", value=f"{one.start_cost_usd:g}")
    if one.starts_per_day is not None and one.starts_per_day < 0:
        fix = "give 0 or more, or leave it out"
        yield Problem("is negative", fix, key="starts_per_day", value=f"{one.starts_per_day}")
    if one.initially_on_steps == 0:
        fix = "give the steps it had been on, or minus the steps it had been off"
        yield Problem("does not say whether it was on or off", fix, key="initially_on_steps", value="0")


def forced(one: Commitment, steps: int) -> tuple[BoolArray, BoolArray]:
    """Steps in which what came before forces a block on, and off, each of shape (T,)."""
    left = np.zeros(steps, dtype=np.bool_)
    if one.initially_on_steps > 0:
        must = left.copy()
        must[: max(one.min_up_steps - one.initially_on_steps, 0)] = True
        return must, left
    must = left.copy()
    must[: max(one.min_down_steps + one.initially_on_steps, 0)] = True
    return left, must


def started(on: BoolArray, commitments: Sequence[Commitment]) -> BoolArray:
    """Steps in which each committed block starts, shape (T, C)."""
    before = np.array([one.initially_on_steps > 0 for one in commitments], dtype=np.bool_)
    found: BoolArray = on & ~np.concatenate([before[None, :], on[:-1]])
    return found


def days(problem: DispatchProblem) -> IntArray:
    """The day of every step, counted from the first step, shape (T,)."""
    elapsed_days = np.arange(problem.price_usd_per_mwh.size) * problem.step_h / HOURS_PER_DAY
    # Steps of five minutes add up to midnight only after rounding.
    found: IntArray = np.floor(np.round(elapsed_days, _DIGITS)).astype(np.int64)
    return found


_DIGITS = 9


def with_hours(problem: DispatchProblem, commitments: Sequence[Commitment], on: BoolArray) -> DispatchProblem:
    """The same site with its hours chosen: a committed block is what it may draw above its minimum, and off is nothing.

    The minimum load of each commitment becomes a further firm block, at the end and in the order of the commitments.
    """
    steps = problem.price_usd_per_mwh.size
    shape = (steps, problem.block_mw.shape[-1])
    value = np.broadcast_to(problem.block_value_usd_per_mwh, shape)
    width = np.broadcast_to(problem.block_mw, shape).copy()
    firm = np.zeros(shape[1], dtype=np.bool_) if problem.firm is None else problem.firm
    blocks = [one.block for one in commitments]
    share = np.array([one.min_load_frac for one in commitments])
    least = width[:, blocks] * share * on
    width[:, blocks] = width[:, blocks] * (1.0 - share) * on
    return replace(
        problem,
        block_value_usd_per_mwh=np.concatenate([value, value[:, blocks]], axis=1),
        block_mw=np.concatenate([width, least], axis=1),
        firm=np.concatenate([firm, np.ones(len(blocks), dtype=np.bool_)]),
    )


def joined_blocks(block_mw: Array, commitments: Sequence[Commitment]) -> Array:
    """Draw of the blocks of `with_hours` as draw of the blocks of the site, shape (T, K)."""
    count = len(commitments)
    whole = block_mw[:, : block_mw.shape[1] - count].copy()
    whole[:, [one.block for one in commitments]] += block_mw[:, block_mw.shape[1] - count :]
    return whole


def committed(
    problem: DispatchProblem,
    commitments: Sequence[Commitment],
    on: BoolArray,
    schedule: Dispatch,
    bound_usd: Usd,
    method: str,
) -> CommittedDispatch:
    """A schedule of `with_hours` told in the blocks of the site, less its starts, with its distance to a bound."""
    whole = replace(schedule, block_mw=joined_blocks(schedule.block_mw, commitments))
    whole = replace(whole, profit_usd=earned_usd(problem, whole))
    starts = started(on, commitments).sum(axis=0)
    profit_usd = whole.profit_usd - float(starts @ np.array([one.start_cost_usd for one in commitments]))
    bound_usd = max(bound_usd, profit_usd)
    return CommittedDispatch(
        schedule=whole,
        on=on,
        starts=starts,
        profit_usd=profit_usd,
        bound_usd=bound_usd,
        gap_frac=(bound_usd - profit_usd) / max(abs(profit_usd), 1.0),
        method=method,
    )


def keeps_commitments(problem: DispatchProblem, commitments: Sequence[Commitment], on: BoolArray) -> BoolArray:
    """Whether the hours of each commitment keep its minimum times and its starts per day, shape (C,)."""
    starts = started(on, commitments)
    return np.array(
        [_keeps(one, on[:, place], starts[:, place], days(problem)) for place, one in enumerate(commitments)],
        dtype=np.bool_,
    )


def _keeps(one: Commitment, on: BoolArray, starts: BoolArray, day: IntArray) -> bool:
    must, must_not = forced(one, on.size)
    if (must & ~on).any() or (must_not & on).any():
        return False
    if one.starts_per_day is not None and np.bincount(day, weights=starts).max() > one.starts_per_day:
        return False
    changes = np.flatnonzero(np.diff(np.concatenate([[one.initially_on_steps > 0], on])))
    runs = pairwise(changes)
    return all(end - first >= (one.min_up_steps if on[first] else one.min_down_steps) for first, end in runs)
