"""Work that must be done by a date, whenever power is cheap: energy of a load block over a window.

A job is one multiplier: what a MWh of its block is worth besides its own value, so that the work gets done. Given
multipliers it is an ordinary dispatch problem for `solve`; a small linear programme mixes the schedules found so that
every job gets its energy, and its prices are the next multipliers (Dantzig-Wolfe). Every answer to multipliers is also
a bound, so that the plan carries its proof.

References
----------
Dantzig and Wolfe (1960), Decomposition principle for linear programs, Operations Research 8(1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem
from repower.base.units import KW_PER_MW, Array, Frac, Hours, KwPerGpu, Mwh, Usd
from repower.dispatch.exact import solve
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.reaction import set_peaks_mw
from repower.dispatch.schedule import Dispatch, earned_usd


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that takes energy from one load block, which draws nothing outside the job's window.

    A training run to finish by a date has `least_mwh` = `most_mwh`, and a value of 0 where its pay is fixed. A queue of
    batch inference has no least, and the block's value is what a MWh of it earns.

    Parameters
    ----------
    block : which load block; its capacity is how fast the job can run, and it can be paused at no cost.
    first_step, end_step : from this step up to, not including, that one.
    least_mwh, most_mwh : energy that the job must have, and can use, over its window.
    """

    block: int
    first_step: int
    end_step: int
    least_mwh: Mwh
    most_mwh: Mwh


@dataclass(frozen=True, kw_only=True, eq=False)
class FlexibleDispatch:
    """A schedule that gets its jobs done, and how much better any other could be.

    Parameters
    ----------
    schedule : in the blocks of the site. Clearing prices and water values are those of the last multipliers.
    job_mwh : shape (J,), energy that each job got.
    job_value_usd_per_mwh : shape (J,), what one MWh less to do would save; negative: what one more to do would earn.
    profit_usd : of the schedule.
    bound_usd : what no schedule that gets the jobs done can exceed.
    gap_frac : (bound - profit) over the larger of |profit| and $1.
    """

    schedule: Dispatch
    job_mwh: Array
    job_value_usd_per_mwh: Array
    profit_usd: Usd
    bound_usd: Usd
    gap_frac: Frac


def training_mwh(gpu_h: Hours, meter_kw_per_gpu: KwPerGpu) -> Mwh:
    """Energy at the meter of so many GPU-hours."""
    return gpu_h * meter_kw_per_gpu / KW_PER_MW


def solve_jobs(problem: DispatchProblem, jobs: Sequence[Job]) -> FlexibleDispatch:
    """The best schedule in which every job gets its energy.

    Parameters
    ----------
    problem : the site; blocks that no job names run as ever.
    jobs : one or more, at most one for each block.

    Raises
    ------
    InputError
        Jobs that do not fit the problem.
    InfeasibleError
        A job cannot get its energy within its window; says which and how much is missing. Or the site has no answer.
    """
    _refuse_jobs(problem, jobs)
    site = within_windows(problem, jobs)
    least, most = np.array([job.least_mwh for job in jobs]), np.array([job.most_mwh for job in jobs])
    dear = _dear_usd_per_mwh(problem)
    found = [solve(site)]
    last, bound_usd = found[0], np.inf
    while True:
        energy = np.array([_job_mwh(site, jobs, one) for one in found])
        profit = np.array([earned_usd(site, one) for one in found])
        value_usd, shares, extra, short_mwh = _mixed(profit, energy, least, most, dear)
        last = solve(_with_extra(site, jobs, extra))
        assert last.bound_usd is not None
        # At these multipliers no schedule earns more: a job owes for what it must have, or is paid for what it can use.
        owed_usd = float(np.sum(np.where(extra > 0.0, extra * least, extra * most)))
        bound_usd = min(bound_usd, last.bound_usd - owed_usd)
        gain_usd = last.profit_usd - owed_usd - value_usd
        here = np.array(_job_mwh(site, jobs, last))
        seen = bool((np.abs(energy - here).max(axis=1) <= _TOLERANCE_FRAC * (1.0 + here.max())).any())
        if gain_usd <= _TOLERANCE_FRAC * max(abs(value_usd), 1.0) or seen or len(found) == _MOST_SCHEDULES:
            break
        found.append(last)
    if (short_mwh > _ROUNDING_MWH).any():
        raise InfeasibleError(_short(jobs, short_mwh))
    schedule = _mixture(problem, found, shares, last)
    profit_usd = schedule.profit_usd
    bound_usd = max(bound_usd, profit_usd)
    return FlexibleDispatch(
        schedule=schedule,
        job_mwh=np.array(_job_mwh(problem, jobs, schedule)),
        job_value_usd_per_mwh=extra,
        profit_usd=profit_usd,
        bound_usd=bound_usd,
        gap_frac=(bound_usd - profit_usd) / max(abs(profit_usd), 1.0),
    )


_MOST_SCHEDULES = 200
_TOLERANCE_FRAC = 1e-11
_ROUNDING_MWH = 1e-6
_SHARE_KEPT = 1e-13


def _mixed(
    profit_usd: Array, energy_mwh: Array, least_mwh: Array, most_mwh: Array, dear_usd_per_mwh: float
) -> tuple[Usd, Array, Array, Array]:
    """The best mixture of N schedules: its worth, their shares, the jobs' multipliers, and what each job is short of.

    What is missing of a job costs more than any energy, so that it is missing only where no mixture has it.
    """
    from scipy.optimize import linprog

    schedules, jobs = energy_mwh.shape
    one = np.eye(jobs)
    answer = linprog(
        np.concatenate([-profit_usd, np.full(jobs, dear_usd_per_mwh), np.full(jobs, dear_usd_per_mwh)]),
        A_ub=np.block([[-energy_mwh.T, -one, 0.0 * one], [energy_mwh.T, 0.0 * one, -one]]),
        b_ub=np.concatenate([-least_mwh, most_mwh]),
        A_eq=np.concatenate([np.ones(schedules), np.zeros(2 * jobs)])[None, :],
        b_eq=[1.0],
        method="highs",
    )
    price = answer.ineqlin.marginals
    return -float(answer.fun), answer.x[:schedules], price[jobs:] - price[:jobs], answer.x[schedules : schedules + jobs]


def within_windows(problem: DispatchProblem, jobs: Sequence[Job]) -> DispatchProblem:
    """The site whose jobs' blocks draw nothing outside their windows."""
    steps = problem.price_usd_per_mwh.size
    width = np.broadcast_to(problem.block_mw, (steps, problem.block_mw.shape[-1])).copy()
    for job in jobs:
        width[: job.first_step, job.block] = width[job.end_step :, job.block] = 0.0
    return replace(problem, block_mw=width)


def _with_extra(site: DispatchProblem, jobs: Sequence[Job], extra_usd_per_mwh: Array) -> DispatchProblem:
    value = np.broadcast_to(site.block_value_usd_per_mwh, site.block_mw.shape).copy()
    for job, extra in zip(jobs, extra_usd_per_mwh, strict=True):
        value[:, job.block] += extra
    return replace(site, block_value_usd_per_mwh=value)


def _job_mwh(problem: DispatchProblem, jobs: Sequence[Job], schedule: Dispatch) -> list[Mwh]:
    drawn = (schedule.block_mw[job.first_step : job.end_step, job.block].sum() for job in jobs)
    return [float(mw) * problem.step_h for mw in drawn]


def _dear_usd_per_mwh(problem: DispatchProblem) -> float:
    """More than a MWh can cost by any path: price, peak, another load given up, and losses of a battery."""
    given = (problem.price_usd_per_mwh, problem.block_value_usd_per_mwh, problem.supply_cost_usd_per_mwh)
    highest = max(float(np.abs(one).max()) for one in given if one is not None and one.size)
    peak = float(np.max(problem.peak_charge_usd_per_mw)) * (1.0 + problem.ratchet_frac * problem.ratchet_periods)
    return 10.0 * (highest + peak / problem.step_h + 1.0)


def _mixture(problem: DispatchProblem, found: Sequence[Dispatch], shares: Array, last: Dispatch) -> Dispatch:
    """Schedules mixed by their shares; where some import and others export, the meter sees the difference."""
    kept = np.where(shares > _SHARE_KEPT, shares, 0.0)
    kept = kept / kept.sum()

    def mixed(name: str) -> Array:
        total: Array = sum(share * getattr(one, name) for share, one in zip(kept, found, strict=True) if share > 0.0)
        return total

    import_mw, export_mw = mixed("import_mw"), mixed("export_mw")
    both_mw = np.minimum(import_mw, export_mw)
    charge_mw, discharge_mw = mixed("charge_mw"), mixed("discharge_mw")
    schedule = replace(
        last,
        block_mw=mixed("block_mw"),
        import_mw=import_mw - both_mw,
        export_mw=export_mw - both_mw,
        supply_mw=mixed("supply_mw"),
        peak_mw=set_peaks_mw(problem, import_mw - both_mw),
        method=f"{np.count_nonzero(kept)} exact schedules mixed for the energy of jobs",
        bound_usd=None,
        charge_mw=charge_mw,
        discharge_mw=discharge_mw,
        battery_mw=charge_mw - discharge_mw,
        energy_mwh=mixed("energy_mwh"),
    )
    return replace(schedule, profit_usd=earned_usd(problem, schedule))


def _short(jobs: Sequence[Job], short_mwh: Array) -> str:
    worst = int(np.argmax(short_mwh))
    job = jobs[worst]
    return (
        f"job {worst} cannot be done: of its {job.least_mwh:g} MWh between steps {job.first_step} and {job.end_step}, "
        f"{short_mwh[worst]:g} MWh are missing although it has all the power that firm load leaves. "
        "Fix: lower least_mwh, widen the window, or raise the block's capacity or the import limit"
    )


def _refuse_jobs(problem: DispatchProblem, jobs: Sequence[Job]) -> None:
    problems = []
    if not jobs:
        problems.append(Problem("is empty", "give a job, or use solve", key="jobs", value="()"))
    for place, job in enumerate(jobs):
        problems += [replace(found, key=f"jobs[{place}].{found.key}") for found in _wrong(problem, job)]
        if job.block in [other.block for other in jobs[:place]]:
            fix = "give each job a block of its own"
            problems.append(Problem("is named twice", fix, key=f"jobs[{place}].block", value=f"{job.block}"))
    if problems:
        raise InputError(problems)


def _wrong(problem: DispatchProblem, job: Job) -> Iterable[Problem]:
    blocks, steps = problem.block_mw.shape[-1], problem.price_usd_per_mwh.size
    if not 0 <= job.block < blocks:
        yield Problem("is no load block", f"count the {blocks} blocks from 0", key="block", value=f"{job.block}")
    elif problem.firm is not None and problem.firm[job.block]:
        yield Problem("is firm load", "give the job an interruptible block", key="block", value=f"{job.block}")
    if not 0 <= job.first_step < job.end_step <= steps:
        value = f"{job.first_step} to {job.end_step}"
        yield Problem("lies outside the steps", f"count steps from 0 to {steps}", key="first_step", value=value)
    if not 0.0 <= job.least_mwh <= job.most_mwh < np.inf:
        value = f"{job.least_mwh:g} to {job.most_mwh:g}"
        yield Problem("has limits that cross", "give 0 <= least_mwh <= most_mwh", key="least_mwh", value=value)
