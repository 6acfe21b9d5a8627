"""Training that loses work when interrupted, against every choice of hours, and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import DispatchProblem, earned_usd
from repower.dispatch.checkpoint import TrainingRun, solve_training
from repower.dispatch.flexible import Job, solve_jobs

POWER_MW = 10.0


def site(price_usd_per_mwh: list[float]) -> DispatchProblem:
    """Nothing but the run."""
    return DispatchProblem(
        price_usd_per_mwh=price_usd_per_mwh,
        block_value_usd_per_mwh=[0.0],
        block_mw=[POWER_MW],
        import_limit_mw=20.0,
    )


def run_of(
    steps: int, work_mwh: float, lost_mwh: float, restart_usd: float = 0.0, min_load_frac: float = 0.2
) -> TrainingRun:
    job = Job(block=0, first_step=0, end_step=steps, least_mwh=work_mwh, most_mwh=work_mwh)
    return TrainingRun(job=job, lost_mwh=lost_mwh, restart_usd=restart_usd, min_load_frac=min_load_frac)


def by_trying(price_usd_per_mwh: list[float], run: TrainingRun) -> float:
    """The best profit over all hours on and off: least draw in each, what the work still needs in the cheapest."""
    best, least = -np.inf, POWER_MW * run.min_load_frac
    for on in product([False, True], repeat=len(price_usd_per_mwh)):
        starts = sum(now and not before for before, now in zip([False, *on[:-1]], on, strict=True))
        restarts = max(starts - 1, 0)
        up = sorted(price for price, now in zip(price_usd_per_mwh, on, strict=True) if now)
        needed = run.job.least_mwh + restarts * run.lost_mwh - least * len(up)
        cost = least * sum(up)
        for price in up:
            more = POWER_MW - least if price < 0 else min(max(needed, 0.0), POWER_MW - least)
            cost, needed = cost + price * more, needed - more
        if needed <= 1e-9:
            best = max(best, -cost - restarts * run.restart_usd)
    return best


def test_a_pause_must_save_more_than_the_work_it_loses() -> None:
    """18 MWh without a pause draw 10, 2 and 6: $470. A pause at $60 makes it 20 MWh at $20 and $25: $450."""
    price = [20.0, 60.0, 25.0, 90.0]
    found = solve_training(site(price), [run_of(4, 18.0, 2.0)], gap_frac=0.0)
    assert found.schedule.block_mw[:, 0] == pytest.approx([10.0, 0.0, 10.0, 0.0])
    assert (found.restarts[0], found.work_mwh[0], found.profit_usd) == pytest.approx((1, 18.0, -450.0))
    dear = solve_training(site(price), [run_of(4, 18.0, 2.0, 30.0)], gap_frac=0.0)
    assert dear.schedule.block_mw[:, 0] == pytest.approx([10.0, 2.0, 6.0, 0.0])
    assert (dear.restarts[0], dear.work_mwh[0], dear.profit_usd) == pytest.approx((0, 18.0, -470.0))


def test_the_first_start_loses_nothing_whenever_it_is() -> None:
    found = solve_training(site([90.0, 80.0, 20.0, 25.0]), [run_of(4, 18.0, 2.0, 500.0)], gap_frac=0.0)
    assert found.schedule.block_mw[:, 0] == pytest.approx([0.0, 0.0, 10.0, 8.0])
    assert found.restarts.tolist() == [0]


@pytest.mark.parametrize("seed", range(8))
def test_runs_are_the_best_of_all_hours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    price = [float(one) for one in rng.uniform(-10, 80, 9)]
    run = run_of(
        9, float(rng.uniform(20, 70)), float(rng.uniform(0, 6)), float(rng.uniform(0, 60)), [1.0, 0.5, 0.1][seed % 3]
    )
    best = by_trying(price, run)
    found = solve_training(site(price), [run], gap_frac=0.0)
    size = float(np.abs(price).sum()) * POWER_MW
    assert found.profit_usd == pytest.approx(best, abs=1e-6 * size)
    assert best <= found.bound_usd + 1e-6 * size
    assert found.bound_usd == pytest.approx(best, abs=1e-5 * size)
    assert found.work_mwh[0] >= run.job.least_mwh - 1e-6


def test_a_week_beside_miners_and_a_battery_costs_little_more_than_free_pauses() -> None:
    problem = full_site(35.0, 168)
    value = np.array(problem.block_value_usd_per_mwh)
    value[..., 1] = 0.0
    problem = replace(problem, block_value_usd_per_mwh=value)
    work_mwh = float(problem.block_mw[1]) * 100
    job = Job(block=1, first_step=24, end_step=168, least_mwh=work_mwh, most_mwh=work_mwh)
    run = TrainingRun(job=job, lost_mwh=5.0, restart_usd=500.0, min_load_frac=0.3, min_up_steps=4)
    found = solve_training(problem, [run])
    free = solve_jobs(problem, [job])
    assert found.profit_usd <= free.profit_usd + 1e-6
    assert found.work_mwh[0] >= work_mwh - 1e-6
    assert found.profit_usd == pytest.approx(earned_usd(problem, found.schedule) - 500.0 * found.restarts[0])
    assert found.gap_frac <= 1e-5
    assert found.schedule.block_mw[:24, 1] == pytest.approx(np.zeros(24))


def test_little_work_and_large_losses_still_get_done() -> None:
    found = solve_training(site([50.0, 20.0]), [run_of(2, 3.0, 8.0)])
    assert found.schedule.block_mw[:, 0] == pytest.approx([0.0, 3.0])


def test_nothing_lost_is_a_job_like_any_other() -> None:
    price = [20.0, 60.0, 25.0, 30.0, 5.0]
    found = solve_training(site(price), [run_of(5, 25.0, 0.0)], gap_frac=0.0)
    assert found.profit_usd == pytest.approx(solve_jobs(site(price), [run_of(5, 25.0, 0.0).job]).profit_usd)


def test_work_that_does_not_fit_and_losses_below_zero_are_refused() -> None:
    with pytest.raises(InfeasibleError, match="job 0 cannot be done"):
        solve_training(site([1.0, 2.0]), [run_of(2, 21.0, 0.0)])
    with pytest.raises(InputError, match="is no amount"):
        solve_training(site([1.0, 2.0]), [run_of(2, 10.0, -1.0)])
    with pytest.raises(InputError, match="is no load"):
        solve_training(site([1.0, 2.0]), [run_of(2, 10.0, 1.0, 0.0, 0.0)])
    with pytest.raises(InputError, match="is no work"):
        solve_training(site([1.0, 2.0]), [run_of(2, 0.0, 1.0)])
