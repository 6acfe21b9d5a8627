"""Jobs that need energy by a date, against one linear programme with the energy as a row, and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.sparse import csr_array, vstack

from dispatch.battery_sites import broken_limits, random_site, size_usd
from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import DispatchProblem, solve
from repower.dispatch.flexible import Job, solve_jobs, training_mwh
from repower.dispatch.linear import linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import run_highs

SEEDS = range(80)
FOUR_HOURS = DispatchProblem(
    price_usd_per_mwh=[30.0, 10.0, 50.0, 20.0],
    block_value_usd_per_mwh=[0.0, 40.0],
    block_mw=[10.0, 5.0],
    import_limit_mw=100.0,
)


def lp_profit_usd(problem: DispatchProblem, jobs: list[Job]) -> float | None:
    """The optimum by HiGHS, with one further row for the energy of each job; None where there is none."""
    programme = linear_programme(LinearSite(problem=problem))
    layout, upper = programme.layout, programme.upper.copy()
    rows = []
    for job in jobs:
        columns = np.arange(layout.steps) * layout.each + job.block
        inside = columns[job.first_step : job.end_step]
        upper[np.setdiff1d(columns, inside)] = 0.0
        entries = (np.full(inside.size, problem.step_h), (np.zeros(inside.size, dtype=np.int64), inside))
        rows.append(csr_array(entries, shape=(1, layout.columns)))
    wide = replace(
        programme,
        upper=upper,
        matrix=csr_array(vstack([programme.matrix, *rows])),
        row_lower=np.append(programme.row_lower, [job.least_mwh for job in jobs]),
        row_upper=np.append(programme.row_upper, [job.most_mwh for job in jobs]),
    )
    found, _ = run_highs(wide)
    return None if found.status == 2 else -float(found.fun)


def random_jobs(seed: int, problem: DispatchProblem) -> list[Job]:
    """One to three jobs in interruptible blocks, of a fixed energy, of at most some, or between two; some too large."""
    rng = np.random.default_rng(seed)
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    firm = np.zeros(blocks, dtype=bool) if problem.firm is None else problem.firm
    width = np.broadcast_to(problem.block_mw, (steps, blocks))
    jobs = []
    for block in np.flatnonzero(~firm)[:3]:
        first = int(rng.integers(0, steps))
        end = int(rng.integers(first + 1, steps + 1))
        room = float(width[first:end, block].sum()) * problem.step_h
        most = room * float(rng.choice([rng.uniform(0.0, 1.0), 1.0, 1.1]))
        least = float(rng.choice([most, 0.0, most / 2]))
        jobs.append(Job(block=int(block), first_step=first, end_step=end, least_mwh=least, most_mwh=most))
    return jobs


def test_jobs_match_the_linear_programme_and_carry_their_proof() -> None:
    seen = short = 0
    for seed in SEEDS:
        problem = random_site(seed)
        jobs = random_jobs(seed, problem)
        if not jobs:
            continue
        best = lp_profit_usd(problem, jobs)
        if best is None:
            with pytest.raises(InfeasibleError):
                solve_jobs(problem, jobs)
            short += 1
            continue
        found = solve_jobs(problem, jobs)
        size = size_usd(problem, found.schedule)
        assert abs(found.profit_usd - best) <= 1e-7 * size, f"seed {seed}: {found.profit_usd} and {best}"
        assert -1e-9 * size <= found.bound_usd - best <= 1e-7 * size, f"seed {seed}"
        assert set(broken_limits(problem, found.schedule, 1e-6)) <= {"one meter"}, f"seed {seed}"
        for job, energy_mwh in zip(jobs, found.job_mwh, strict=True):
            assert job.least_mwh - 1e-5 <= energy_mwh <= job.most_mwh + 1e-5, f"seed {seed}"
            outside = np.delete(found.schedule.block_mw[:, job.block], np.arange(job.first_step, job.end_step))
            assert np.abs(outside).max(initial=0.0) <= 1e-9
        seen += 1
    assert seen > len(SEEDS) / 3
    assert short > 0


def test_training_runs_in_the_cheapest_hours_of_its_window() -> None:
    """25 MWh at 10 MW in hours 1 to 3: at $10 and $20 in full, at $50 for a half; a MWh less would save $50."""
    job = Job(block=0, first_step=1, end_step=4, least_mwh=25.0, most_mwh=25.0)
    found = solve_jobs(FOUR_HOURS, [job])
    assert found.schedule.block_mw[:, 0] == pytest.approx([0.0, 10.0, 5.0, 10.0])
    assert found.job_value_usd_per_mwh == pytest.approx([50.0])
    assert found.profit_usd == pytest.approx(5 * (10 + 30 + 20) - 100 - 250 - 200)
    assert found.gap_frac <= 1e-9


def test_a_queue_of_batch_work_runs_where_it_earns_most() -> None:
    """Worth $35 a MWh but for 15 MWh of it at most: ten at $10 and five at $20; one more would earn $15."""
    problem = replace(FOUR_HOURS, block_value_usd_per_mwh=[35.0, 40.0])
    found = solve_jobs(problem, [Job(block=0, first_step=0, end_step=4, least_mwh=0.0, most_mwh=15.0)])
    assert found.schedule.block_mw[:, 0] == pytest.approx([0.0, 10.0, 0.0, 5.0])
    assert found.job_value_usd_per_mwh == pytest.approx([-15.0])


def test_a_job_with_time_to_spare_costs_nothing_more() -> None:
    wide = Job(block=1, first_step=0, end_step=4, least_mwh=1.0, most_mwh=1000.0)
    found = solve_jobs(FOUR_HOURS, [wide])
    assert found.profit_usd == pytest.approx(solve(FOUR_HOURS).profit_usd)
    assert found.job_value_usd_per_mwh == pytest.approx([0.0])


def test_a_month_of_training_beside_miners_a_battery_and_a_peak() -> None:
    """The cloud's 12.5 MW at the meter for half of January's hours, against the linear programme."""
    problem = full_site(35.0, 744)
    width_mw = float(problem.block_mw[1])
    energy_mwh = width_mw * 372
    job = Job(block=1, first_step=0, end_step=744, least_mwh=energy_mwh, most_mwh=energy_mwh)
    problem = replace(
        problem,
        block_value_usd_per_mwh=[*problem.block_value_usd_per_mwh[:1], 0.0, *problem.block_value_usd_per_mwh[2:]],
    )
    found = solve_jobs(problem, [job])
    best = lp_profit_usd(problem, [job])
    assert found.profit_usd == pytest.approx(best, rel=1e-9)
    assert found.gap_frac <= 1e-8
    assert found.job_mwh == pytest.approx([energy_mwh])
    wider = [solve_jobs(problem, [replace(job, first_step=first)]).profit_usd for first in (300, 100, 0)]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(wider)), "more time is never worse"


def test_gpu_hours_are_energy_at_the_meter() -> None:
    assert training_mwh(1_000_000, 1.4) == pytest.approx(1400.0)


def test_what_cannot_be_done_in_time_says_which_and_how_much() -> None:
    job = Job(block=0, first_step=1, end_step=3, least_mwh=23.0, most_mwh=25.0)
    with pytest.raises(InfeasibleError, match="job 0 cannot be done: of its 23 MWh between steps 1 and 3, 3 MWh"):
        solve_jobs(FOUR_HOURS, [job])


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (Job(block=2, first_step=0, end_step=1, least_mwh=0.0, most_mwh=1.0), "is no load block"),
        (Job(block=0, first_step=3, end_step=5, least_mwh=0.0, most_mwh=1.0), "lies outside the steps"),
        (Job(block=0, first_step=0, end_step=1, least_mwh=2.0, most_mwh=1.0), "has limits that cross"),
    ],
)
def test_jobs_that_do_not_fit_are_refused(job: Job, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve_jobs(FOUR_HOURS, [job])


def test_firm_blocks_and_blocks_named_twice_are_refused() -> None:
    job = Job(block=0, first_step=0, end_step=1, least_mwh=0.0, most_mwh=1.0)
    with pytest.raises(InputError, match=r"jobs\[1\].block: is named twice"):
        solve_jobs(FOUR_HOURS, [job, job])
    with pytest.raises(InputError, match="is firm load"):
        solve_jobs(replace(FOUR_HOURS, firm=[True, False]), [job])
    with pytest.raises(InputError, match="is empty"):
        solve_jobs(FOUR_HOURS, [])
