"""Training runs that may be interrupted, but lose the work since their last checkpoint each time they start again.

Work is energy less what restarts lose. Hours up and down are found by mixed-integer programming, and filled exactly
once they are chosen (`flexible`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem, RepowerError
from repower.base.units import Array, BoolArray, Frac, IntArray, Mwh, Seconds, Usd
from repower.dispatch.commitment import Commitment, joined_blocks, started, with_hours
from repower.dispatch.flexible import Job, solve_jobs, within_windows
from repower.dispatch.linear import Layout, linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.schedule import Dispatch, earned_usd


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """A job on one block, and what an interruption costs it.

    Parameters
    ----------
    job : window and work: `least_mwh` is the work; `most_mwh` is not read, work done beyond it is allowed.
    lost_mwh : work lost at each restart: half a checkpoint interval on average, and the time to load. The first start
        loses none.
    restart_usd : what a restart costs besides.
    min_load_frac : least draw while it is up, as a share of the block's capacity, above zero: what draws nothing is
        interrupted.
    min_up_steps : steps it stays up once started, unless the horizon ends.
    """

    job: Job
    lost_mwh: Mwh
    restart_usd: Usd = 0.0
    min_load_frac: Frac = 1.0
    min_up_steps: int = 1


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainedDispatch:
    """A schedule that gets training runs done.

    Parameters
    ----------
    schedule : in the blocks of the site; its profit leaves out the cost of restarts.
    on : shape (T, R), hours in which each run is up; at no cost so outside its window.
    restarts : shape (R,).
    work_mwh : shape (R,), energy less what restarts lost.
    profit_usd : of the schedule less restarts.
    bound_usd : what no schedule that does the work can exceed.
    gap_frac : (bound - profit) over the larger of |profit| and $1.
    """

    schedule: Dispatch
    on: BoolArray
    restarts: IntArray
    work_mwh: Array
    profit_usd: Usd
    bound_usd: Usd
    gap_frac: Frac


def solve_training(
    problem: DispatchProblem, runs: Sequence[TrainingRun], *, gap_frac: Frac = 1e-6, time_limit_s: Seconds = 600.0
) -> TrainedDispatch:
    """The best schedule in which every run does its work within its window.

    Parameters
    ----------
    problem : the site; blocks that no run names draw at any load.
    runs : one or more, at most one for each block.
    gap_frac : how far below the bound the schedule may stay, as a share of the objective.
    time_limit_s : when the search stops with what it has.

    Raises
    ------
    InputError
        A run that does not fit the problem.
    InfeasibleError
        The work cannot be done within the window, or the site has no answer.
    RepowerError
        No schedule was found in time.
    """
    _refuse(runs)
    # Where energy alone does not fit, work does not either, and this says what is missing.
    solve_jobs(problem, [replace(run.job, most_mwh=_ample_mwh(problem, run.job)) for run in runs])
    site = within_windows(problem, [run.job for run in runs])
    found = _search(site, runs, gap_frac, time_limit_s)
    if found.status == _INFEASIBLE:
        raise InfeasibleError(
            "no hours get the work done: the runs' windows are long enough for its energy, but not with min_load_frac, "
            "min_up_steps and lost_mwh. Fix: lower these, or widen a window"
        )
    if found.x is None:
        raise RepowerError(f"no schedule was found within {time_limit_s:g} s: {found.message}. Fix: raise time_limit_s")
    steps, own = site.price_usd_per_mwh.size, found.x.size - 2 * len(runs) * site.price_usd_per_mwh.size
    on = found.x[own : own + len(runs) * steps].reshape(len(runs), steps).T > _HALF
    credit_usd = sum(run.restart_usd for run in runs)
    return _filled(site, runs, on, -float(found.mip_dual_bound) + credit_usd)


_INFEASIBLE = 2
_HALF = 0.5


def _search(site: DispatchProblem, runs: Sequence[TrainingRun], gap_frac: Frac, time_limit_s: Seconds) -> Any:
    """What scipy's HiGHS finds; columns of the site, then up or down, then starts, run by run."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    programme, steps = linear_programme(LinearSite(problem=site)), site.price_usd_per_mwh.size
    own, more = programme.layout.columns, len(runs) * steps
    capacity = np.broadcast_to(site.block_mw, (steps, programme.layout.blocks))
    parts, lower, upper = [], [], []
    for place, run in enumerate(runs):
        up = own + place * steps + np.arange(steps)
        rows, least, most = _run_rows(run, up, up + more, programme.layout, capacity[:, run.job.block], site.step_h)
        parts.append(csr_array(rows, shape=(most.size, own + 2 * more)))
        lower.append(least)
        upper.append(most)
    wide = csr_array(
        (programme.matrix.data, programme.matrix.indices, programme.matrix.indptr),
        shape=(programme.matrix.shape[0], own + 2 * more),
    )
    restart_usd = np.repeat([run.restart_usd for run in runs], steps)
    return milp(
        np.concatenate([programme.cost, np.zeros(more), restart_usd]),
        constraints=LinearConstraint(
            vstack([wide, *parts]).tocsc(),
            np.concatenate([programme.row_lower, *lower]),
            np.concatenate([programme.row_upper, *upper]),
        ),
        integrality=np.concatenate([np.zeros(own), np.ones(more), np.zeros(more)]),
        bounds=Bounds(
            np.concatenate([programme.lower, np.zeros(2 * more)]), np.concatenate([programme.upper, np.ones(2 * more)])
        ),
        options={"mip_rel_gap": gap_frac, "time_limit": time_limit_s},
    )


def _run_rows(
    run: TrainingRun, up: IntArray, start: IntArray, layout: Layout, capacity_mw: Array, step_h: float
) -> tuple[Any, Array, Array]:
    """Draw between least load and capacity while up, starts, least time up, and the work: (entries, lower, upper).

    A run starts once at least, and its first start loses nothing: the work asked is lower by one loss.
    """
    steps = up.size
    every, free, zero = np.arange(steps), np.full(steps, np.inf), np.zeros(steps)
    draw = every * layout.each + run.job.block
    entries: list[tuple[IntArray, IntArray, Any]] = [(every, draw, 1.0), (every, up, -capacity_mw)]
    entries += [(every + steps, draw, 1.0), (every + steps, up, -run.min_load_frac * capacity_mw)]
    third = every + 2 * steps
    entries += [(third, start, 1.0), (third, up, -1.0), (third[1:], up[:-1], 1.0)]
    fourth = every + 3 * steps
    entries += [(fourth[back:], start[: steps - back], 1.0) for back in range(min(run.min_up_steps, steps))]
    entries.append((fourth, up, -1.0))
    last = np.full(steps, 4 * steps)
    entries += [(last, draw, step_h), (last, start, -run.lost_mwh), (last + 1, start, 1.0)]
    row, column = (np.concatenate([entry[place] for entry in entries]) for place in (0, 1))
    value = np.concatenate([np.broadcast_to(entry[2], entry[1].shape) for entry in entries])
    lower = np.concatenate([-free, zero, zero, -free, [run.job.least_mwh - run.lost_mwh, 1.0]])
    upper = np.concatenate([zero, free, free, zero, [np.inf, np.inf]])
    return (value, (row, column)), lower, upper


def _filled(site: DispatchProblem, runs: Sequence[TrainingRun], on: BoolArray, bound_usd: Usd) -> TrainedDispatch:
    """The best schedule in these hours that does the work."""
    commitments = [
        Commitment(block=run.job.block, min_load_frac=run.min_load_frac, initially_on_steps=-1) for run in runs
    ]
    restarts: IntArray = np.maximum(started(on, commitments).sum(axis=0) - 1, 0).astype(np.int64)
    hours = with_hours(site, commitments, on)
    least_mw = hours.block_mw[:, hours.block_mw.shape[1] - len(runs) :]
    jobs = []
    for place, run in enumerate(runs):
        room_mwh = float(hours.block_mw[:, run.job.block].sum()) * site.step_h
        needed_mwh = run.job.least_mwh + run.lost_mwh * restarts[place] - float(least_mw[:, place].sum()) * site.step_h
        # Work that is met to the solver's tolerance may miss by it what the hours can hold.
        least_mwh = min(max(needed_mwh, 0.0), room_mwh)
        jobs.append(
            Job(block=run.job.block, first_step=0, end_step=on.shape[0], least_mwh=least_mwh, most_mwh=room_mwh)
        )
    schedule = solve_jobs(hours, jobs).schedule
    whole = replace(schedule, block_mw=joined_blocks(schedule.block_mw, commitments))
    whole = replace(whole, profit_usd=earned_usd(site, whole))
    drawn_mwh = np.array([whole.block_mw[:, run.job.block].sum() for run in runs]) * site.step_h
    profit_usd = whole.profit_usd - float(restarts @ np.array([run.restart_usd for run in runs]))
    bound_usd = max(bound_usd, profit_usd)
    return TrainedDispatch(
        schedule=whole,
        on=on,
        restarts=restarts,
        work_mwh=drawn_mwh - restarts * np.array([run.lost_mwh for run in runs]),
        profit_usd=profit_usd,
        bound_usd=bound_usd,
        gap_frac=(bound_usd - profit_usd) / max(abs(profit_usd), 1.0),
    )


def _ample_mwh(problem: DispatchProblem, job: Job) -> Mwh:
    """More than the block can draw, or the work where that is more."""
    return max(float(np.max(problem.block_mw)) * problem.price_usd_per_mwh.size * problem.step_h, job.least_mwh)


def _refuse(runs: Sequence[TrainingRun]) -> None:
    problems = []
    for place, run in enumerate(runs):
        problems += [
            Problem("is no amount", "give 0 or more", key=f"runs[{place}].{name}", value=f"{getattr(run, name):g}")
            for name in ("lost_mwh", "restart_usd")
            if not 0.0 <= getattr(run, name) < np.inf
        ]
        if not 0.0 < run.min_load_frac <= 1.0:
            fix, key = "give a share above 0, up to 1", f"runs[{place}].min_load_frac"
            problems.append(Problem("is no load", fix, key=key, value=f"{run.min_load_frac:g}"))
        if run.min_up_steps < 1:
            key = f"runs[{place}].min_up_steps"
            problems.append(Problem("is below one step", "give 1 for none", key=key, value=f"{run.min_up_steps}"))
        if not 0.0 < run.job.least_mwh < np.inf:
            key = f"runs[{place}].job.least_mwh"
            problems.append(Problem("is no work", "give MWh above 0", key=key, value=f"{run.job.least_mwh:g}"))
    if problems:
        raise InputError(problems)
