"""Unit commitment against PyPSA's optima for S100, against every possible choice of hours, and by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.s100_full import COMMITMENTS, LEAST_COST_COMMITTED_USD, full_site, profit_usd
from repower.base.errors import InfeasibleError, InputError, RepowerError
from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.commitment import Commitment, days, keeps_commitments, started, with_hours
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import solve_lp
from repower.dispatch.milp import solve_commitment

SPIKE = DispatchProblem(
    price_usd_per_mwh=[20.0, 20.0, 90.0, 20.0, 20.0, 80.0, 20.0, 20.0],
    block_value_usd_per_mwh=[50.0],
    block_mw=[10.0],
    import_limit_mw=20.0,
)


def by_hand(problem: DispatchProblem, commitments: Sequence[Commitment]) -> float:
    """The best profit over every choice of hours that keeps the commitments."""
    steps, count = problem.price_usd_per_mwh.size, len(commitments)
    best = -np.inf
    for bits in product((False, True), repeat=steps * count):
        on = np.array(bits).reshape(steps, count)
        if not keeps_commitments(problem, commitments, on).all():
            continue
        try:
            schedule = solve_lp(with_hours(problem, commitments, on))
        except InfeasibleError:
            continue
        cost = started(on, commitments).sum(axis=0) @ [one.start_cost_usd for one in commitments]
        best = max(best, schedule.profit_usd - cost)
    return best


@pytest.mark.parametrize(
    ("hashprice_usd_per_ph_day", "steps", "gap_frac"),
    [(50.0, 168, 0.0), (35.0, 168, 0.0), (50.0, 744, 1e-6), (35.0, 744, 1e-5)],
)
def test_first_weeks_of_s100_are_the_optima_of_pypsa(
    hashprice_usd_per_ph_day: float, steps: int, gap_frac: float
) -> None:
    problem = full_site(hashprice_usd_per_ph_day, steps)
    found = solve_commitment(problem, COMMITMENTS, gap_frac=gap_frac)
    best = profit_usd(LEAST_COST_COMMITTED_USD[hashprice_usd_per_ph_day, steps], steps)
    assert found.profit_usd <= best * (1 + 1e-12)
    assert found.bound_usd >= best * (1 - 1e-12)
    assert found.gap_frac <= gap_frac + 1e-12
    assert keeps_commitments(problem, COMMITMENTS, found.on).all()
    assert found.starts.tolist() == started(found.on, COMMITMENTS).sum(axis=0).tolist()
    draw = found.schedule.block_mw[:, 1:] / problem.block_mw[1:]
    least = found.on * np.array([one.min_load_frac for one in COMMITMENTS])
    assert (draw >= least - 1e-9).all()
    assert (draw <= found.on + 1e-9).all()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_small_sites_match_every_choice_of_hours(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = 6
    problem = DispatchProblem(
        price_usd_per_mwh=rng.uniform(-20.0, 90.0, steps).round(),
        block_value_usd_per_mwh=rng.uniform(10.0, 80.0, 2).round(),
        block_mw=rng.uniform(2.0, 10.0, (steps, 2)).round(),
        import_limit_mw=float(rng.uniform(8.0, 20.0)),
        peak_charge_usd_per_mw=float(rng.choice([0.0, 30.0])),
        step_h=float(rng.choice([1.0, 6.0])),
        battery=Battery(
            charge_mw=2.0,
            discharge_mw=3.0,
            energy_mwh=6.0,
            charge_efficiency_frac=0.9,
            discharge_efficiency_frac=0.9,
            start_mwh=3.0,
        ),
    )
    commitment = Commitment(
        block=int(rng.integers(0, 2)),
        min_load_frac=float(rng.choice([0.0, 0.5, 1.0])),
        min_up_steps=int(rng.integers(1, 4)),
        min_down_steps=int(rng.integers(1, 4)),
        start_cost_usd=float(rng.choice([0.0, 100.0])),
        starts_per_day=[None, 0, 1][int(rng.integers(0, 3))],
        initially_on_steps=int(rng.choice([-5, -1, 1, 2, 5])),
    )
    best = by_hand(problem, [commitment])
    if np.isinf(best):
        with pytest.raises(InfeasibleError, match="no hours keep the commitments"):
            solve_commitment(problem, [commitment])
        return
    found = solve_commitment(problem, [commitment], gap_frac=0.0)
    assert found.profit_usd == pytest.approx(best, rel=1e-8, abs=1e-5)
    assert found.bound_usd == pytest.approx(best, rel=1e-6, abs=1e-3)
    assert keeps_commitments(problem, [commitment], found.on).all()


def test_a_restart_costs_more_than_a_spike_unless_it_is_cheap() -> None:
    """Off for one hour of $90 saves 10 * (90 - 50) = $400, off for the hour of $80 saves $300."""
    cases = {0.0: [2, 5], 250.0: [2, 5], 350.0: [2], 450.0: []}
    for start_cost_usd, off in cases.items():
        commitment = Commitment(block=0, min_load_frac=1.0, start_cost_usd=start_cost_usd)
        found = solve_commitment(SPIKE, [commitment])
        assert np.flatnonzero(~found.on[:, 0]).tolist() == off
        assert found.profit_usd == pytest.approx(
            10 * (6 * 30 - 40 - 30) + sum([400, 300][: len(off)]) - len(off) * start_cost_usd
        )


def test_minimum_load_is_drawn_at_a_loss() -> None:
    found = solve_commitment(SPIKE, [Commitment(block=0, min_load_frac=0.3, start_cost_usd=200.0)])
    assert found.on.all()
    assert found.schedule.block_mw[:, 0] == pytest.approx([10, 10, 3, 10, 10, 3, 10, 10])


def test_starts_per_day_count_days_of_24_hours() -> None:
    quarter_hours = replace(
        SPIKE,
        price_usd_per_mwh=np.tile([20.0, 90.0], 96),
        step_h=0.25,
    )
    assert np.bincount(days(quarter_hours)).tolist() == [96, 96]
    found = solve_commitment(quarter_hours, [Commitment(block=0, min_load_frac=1.0, starts_per_day=3)])
    starts = started(found.on, [Commitment(block=0)])[:, 0]
    assert np.bincount(days(quarter_hours), weights=starts).tolist() == [3.0, 3.0]
    five_minutes = replace(SPIKE, price_usd_per_mwh=np.full(3 * 288, 20.0), step_h=1 / 12)
    assert np.bincount(days(five_minutes)).tolist() == [288, 288, 288]


def test_what_came_before_binds() -> None:
    dear = replace(SPIKE, price_usd_per_mwh=np.full(8, 90.0))
    kept = solve_commitment(dear, [Commitment(block=0, min_load_frac=0.5, min_up_steps=4, initially_on_steps=1)])
    assert kept.on[:, 0].tolist() == [True] * 3 + [False] * 5
    cheap = replace(SPIKE, price_usd_per_mwh=np.full(8, 20.0))
    rests = solve_commitment(cheap, [Commitment(block=0, min_load_frac=0.5, min_down_steps=4, initially_on_steps=-1)])
    assert rests.on[:, 0].tolist() == [False] * 3 + [True] * 5
    assert rests.starts.tolist() == [1]


def test_minimum_times_longer_than_the_horizon() -> None:
    short = replace(SPIKE, price_usd_per_mwh=[20.0, 70.0, 20.0])
    kept = solve_commitment(short, [Commitment(block=0, min_load_frac=1.0, min_up_steps=9, initially_on_steps=2)])
    assert kept.on[:, 0].tolist() == [True] * 3
    rests = solve_commitment(short, [Commitment(block=0, min_down_steps=9, initially_on_steps=-2)])
    assert rests.on[:, 0].tolist() == [False] * 3
    once = solve_commitment(short, [Commitment(block=0, min_load_frac=1.0, min_down_steps=9, initially_on_steps=2)])
    assert once.on[:, 0].tolist() == [True] * 3, "once off it would stay off"


def test_without_commitments_it_is_the_linear_programme() -> None:
    problem = full_site(35.0, 72)
    found = solve_commitment(problem, [])
    assert found.profit_usd == pytest.approx(solve_lp(problem).profit_usd, rel=1e-12)
    assert found.gap_frac == 0.0


def test_infeasible_sites_and_infeasible_commitments_are_told_apart() -> None:
    short = replace(SPIKE, import_limit_mw=5.0)
    with pytest.raises(InfeasibleError, match="no hours keep the commitments"):
        solve_commitment(short, [Commitment(block=0, min_load_frac=0.6, min_up_steps=3)])
    firm = replace(short, block_value_usd_per_mwh=[50.0, 9.0], block_mw=[1.0, 6.0], firm=[False, True])
    with pytest.raises(InfeasibleError, match="firm load cannot be served"):
        solve_commitment(LinearSite(problem=firm), [Commitment(block=0)])


@pytest.mark.parametrize(
    ("commitment", "key"),
    [
        (Commitment(block=2), "commitments[0].block"),
        (Commitment(block=1), "commitments[0].block"),
        (Commitment(block=0, min_load_frac=1.1), "commitments[0].min_load_frac"),
        (Commitment(block=0, min_up_steps=0), "commitments[0].min_up_steps"),
        (Commitment(block=0, min_down_steps=0), "commitments[0].min_down_steps"),
        (Commitment(block=0, start_cost_usd=-1.0), "commitments[0].start_cost_usd"),
        (Commitment(block=0, starts_per_day=-1), "commitments[0].starts_per_day"),
        (Commitment(block=0, initially_on_steps=0), "commitments[0].initially_on_steps"),
    ],
)
def test_commitments_that_do_not_fit_are_refused(commitment: Commitment, key: str) -> None:
    problem = replace(SPIKE, block_value_usd_per_mwh=[50.0, 9.0], block_mw=[1.0, 6.0], firm=[False, True])
    with pytest.raises(InputError) as caught:
        solve_commitment(problem, [commitment])
    assert [problem.key for problem in caught.value.problems] == [key]


def test_a_block_is_committed_once() -> None:
    with pytest.raises(InputError, match="named twice"):
        solve_commitment(SPIKE, [Commitment(block=0), Commitment(block=0)])


def test_no_time_is_told() -> None:
    with pytest.raises(RepowerError, match="no schedule was found within 0 s"):
        solve_commitment(full_site(35.0, 744), COMMITMENTS, time_limit_s=0.0)
