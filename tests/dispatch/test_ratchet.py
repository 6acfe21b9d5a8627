"""Ratchets: bills that look back, worked by hand, and against HiGHS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.battery_sites import random_site, size_usd
from dispatch.highs_site import best_profit_usd
from dispatch.random_sites import sites
from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import (
    Battery,
    Commitment,
    DispatchProblem,
    bound_usd,
    certify,
    commit,
    earned_usd,
    follow,
    merit_order,
    merit_order_values,
    price_state_policy,
    rolling,
    schedule_of,
    solve,
    solve_commitment,
    solve_lp,
    solve_values,
)
from repower.dispatch.regret import regret
from repower.dispatch.schedule import billed_mw

BATTERY = Battery(
    charge_mw=5.0,
    discharge_mw=5.0,
    energy_mwh=5.0,
    charge_efficiency_frac=1.0,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
    end_mwh=0.0,
)


def two_months(charge: float, **more: Any) -> DispatchProblem:
    """Two hours a month, a block of 10 MW worth $100: it gains $200 a MW in the first month, $100 in the second."""
    given: dict[str, Any] = {
        "price_usd_per_mwh": [0.0, 0.0, 0.0, 200.0],
        "block_value_usd_per_mwh": [100.0],
        "block_mw": [10.0],
        "import_limit_mw": 20.0,
        "peak_charge_usd_per_mw": [charge, charge],
        "billing_period": [0, 0, 1, 1],
        "ratchet_frac": 1.0,
        "ratchet_periods": 1,
    }
    return DispatchProblem(**(given | more))


def test_a_full_ratchet_charges_the_first_peak_twice() -> None:
    """At $140 both months pay for themselves together, 10 x (300 - 280); at $160 neither, the first alone would."""
    both, neither = solve(two_months(140.0)), solve(two_months(160.0))
    assert both.profit_usd == pytest.approx(200.0)
    np.testing.assert_allclose(both.peak_mw, [10.0, 10.0])
    assert neither.profit_usd == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(neither.peak_mw, [0.0, 0.0])
    alone = solve(two_months(160.0, ratchet_frac=0.0, ratchet_periods=0))
    assert alone.profit_usd == pytest.approx(400.0)
    assert earned_usd(two_months(160.0), alone) == pytest.approx(400.0 - 1600.0)
    for found in (both, neither):
        assert found.bound_usd == pytest.approx(found.profit_usd, abs=1e-9)


def test_half_a_ratchet_leaves_the_second_month_half_its_load() -> None:
    """At $130 the second month's load gains $100 a MW: worth it up to the 5 MW that are billed anyway."""
    found = solve(two_months(130.0, ratchet_frac=0.5))
    np.testing.assert_allclose(found.peak_mw, [10.0, 5.0])
    assert found.profit_usd == pytest.approx(10 * 200 - 10 * 130 + 5 * 100 - 5 * 130)


def test_the_window_forgets() -> None:
    """A peak of the first month is billed in the next `ratchet_periods` months and in none after them."""
    problem = two_months(
        50.0,
        price_usd_per_mwh=[0.0, 200.0, 200.0, 200.0],
        billing_period=[0, 1, 2, 3],
        peak_charge_usd_per_mw=[50.0, 20.0, 20.0, 20.0],
    )
    profit = [solve(replace(problem, ratchet_periods=count)).profit_usd for count in (1, 2, 3, 11)]
    assert profit == pytest.approx([10 * (100 - 70), 10 * (100 - 90), 0.0, 0.0], abs=1e-9)


def test_a_floor_is_no_peak_and_a_period_without_steps_is_billed() -> None:
    problem = two_months(
        10.0, peak_floor_mw=[30.0, 0.0, 4.0], peak_charge_usd_per_mw=[10.0, 10.0, 10.0], ratchet_frac=0.5
    )
    np.testing.assert_allclose(billed_mw(problem, np.array([10.0, 8.0, 0.0])), [30.0, 8.0, 4.0])
    np.testing.assert_allclose(billed_mw(problem, np.array([10.0, 10.0, 0.0])), [30.0, 10.0, 5.0])
    found = solve(problem)
    assert found.profit_usd == pytest.approx(10 * 300 - 10 * (30 + 10 + 5))
    assert found.bound_usd == pytest.approx(found.profit_usd)
    assert solve_lp(problem).profit_usd == pytest.approx(found.profit_usd)


def test_a_peak_below_its_own_floor_spares_the_months_after_it() -> None:
    """The first month's 10 MW are paid for by its floor; its last 5 earn $60 there and cost $80 in the next month."""
    problem = two_months(
        80.0,
        price_usd_per_mwh=[70.0, 70.0, 200.0, 200.0],
        peak_floor_mw=[10.0, 5.0],
    )
    found = solve(problem)
    np.testing.assert_allclose(found.peak_mw, [5.0, 0.0])
    assert found.profit_usd == pytest.approx(5 * 60 - 80 * 15)


def test_with_a_battery_the_ratchet_is_spared_by_storing() -> None:
    """A firm 10 MW in the dear hour of the first month comes half from the battery, filled in the hour before."""
    problem = DispatchProblem(
        price_usd_per_mwh=[10.0, 10.0, 10.0, 10.0],
        block_value_usd_per_mwh=[0.0],
        block_mw=[[0.0], [10.0], [0.0], [2.0]],
        firm=[True],
        import_limit_mw=50.0,
        battery=BATTERY,
        peak_charge_usd_per_mw=[1.0, 100.0],
        billing_period=[0, 0, 1, 1],
        ratchet_frac=0.8,
        ratchet_periods=1,
    )
    found = solve(problem)
    np.testing.assert_allclose(found.peak_mw[0], 5.0)
    assert found.profit_usd == pytest.approx(-120.0 - 5.0 - 400.0)
    assert found.bound_usd == pytest.approx(found.profit_usd)


@settings(max_examples=80)
@given(sites(ratchet=True))
def test_without_a_battery_it_is_the_linear_programme(problem: DispatchProblem) -> None:
    best = best_profit_usd(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(problem)
        return
    found = solve(problem)
    size = size_usd(problem, found)
    assert abs(found.profit_usd - best) <= 1e-9 * size
    assert found.bound_usd is not None
    assert -1e-9 * size <= found.bound_usd - best <= 1e-6 * size


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_a_longer_or_heavier_ratchet_earns_no_more(seed: int) -> None:
    problem = random_site(seed, ratchet=True)
    try:
        found = solve(problem)
    except InfeasibleError:
        return
    none = solve(replace(problem, ratchet_frac=0.0, ratchet_periods=0))
    more = replace(problem, ratchet_periods=problem.ratchet_periods + 1)
    heavier = replace(problem, ratchet_frac=0.5 + 0.5 * problem.ratchet_frac)
    size = size_usd(problem, found)
    assert none.profit_usd >= found.profit_usd - 1e-9 * size
    for other in (more, heavier):
        assert found.profit_usd >= solve(other).profit_usd - 1e-9 * size
    assert found.profit_usd >= earned_usd(problem, none) - 1e-9 * size


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(0.0, 100.0))
def test_any_prices_give_a_bound_and_every_gap_has_its_hours(seed: int, noise: float) -> None:
    problem = random_site(seed, ratchet=True)
    try:
        best = solve(problem)
    except InfeasibleError:
        return
    size, rng = size_usd(problem, best), np.random.default_rng(seed)
    wild = noise * rng.standard_normal((2, best.import_mw.size))
    prices = (best.marginal_usd_per_mwh + wild[0], best.water_value_usd_per_mwh + wild[1])
    assert bound_usd(problem, *prices) >= best.profit_usd - 1e-9 * size
    assert certify(problem, best).gap_usd <= 1e-8 * size
    if not np.all(np.isfinite(problem.import_limit_mw)):
        return
    other = solve(replace(problem, ratchet_frac=0.0, ratchet_periods=0))
    found = certify(problem, other, prices=best)
    left = regret(problem, other, best)
    parts = (left.loads_usd, left.supply_usd, left.battery_usd, left.import_usd, left.peak_usd)
    assert abs(sum(float(part.sum()) for part in parts) - found.gap_usd) <= 1e-7 * size


def test_values_and_sweeps_are_those_of_schedules() -> None:
    problem = full_site(35.0, 24 * 90)
    problem = replace(problem, ratchet_frac=0.95, ratchet_periods=2)
    prices = np.stack([problem.price_usd_per_mwh, problem.price_usd_per_mwh[::-1], problem.price_usd_per_mwh + 5.0])
    values = solve_values(problem, prices)
    by_schedule = [solve(replace(problem, price_usd_per_mwh=price)).profit_usd for price in prices]
    np.testing.assert_allclose(values.profit_usd, by_schedule, rtol=1e-8)
    assert np.all(values.bound_usd >= by_schedule - 1e-12 * np.abs(by_schedule))
    np.testing.assert_allclose(values.bound_usd, by_schedule, rtol=1e-8)
    bare = replace(problem, battery=None)
    best = [best_profit_usd(replace(bare, price_usd_per_mwh=price)) for price in prices]
    np.testing.assert_allclose(merit_order_values(prices, bare), best, rtol=1e-9)


def test_a_third_of_a_year_takes_few_evaluations() -> None:
    problem = replace(full_site(35.0, 24 * 120), ratchet_frac=0.95, ratchet_periods=11)
    found = solve(problem)
    evaluations = int(found.method.split("by ")[-1].split()[0])
    assert evaluations <= 20
    assert found.bound_usd == pytest.approx(found.profit_usd, rel=1e-10)
    assert found.profit_usd == pytest.approx(solve_lp(problem).profit_usd, rel=1e-9)


def test_one_plan_over_everything_is_the_best_and_shorter_ones_are_billed_truly() -> None:
    problem = replace(full_site(35.0, 24 * 40), ratchet_frac=0.9, ratchet_periods=3)
    price = problem.price_usd_per_mwh

    def perfect(known: Any, ahead: int) -> Any:
        return price[known.size : known.size + ahead]

    best = solve(problem)
    steps = price.size
    assert rolling(problem, perfect, steps, steps).schedule.profit_usd == pytest.approx(best.profit_usd, rel=1e-9)
    short = rolling(problem, perfect, 72, 24).schedule
    assert short.profit_usd <= best.profit_usd * (1 + 1e-12)
    assert short.profit_usd == pytest.approx(earned_usd(problem, short), rel=1e-12)
    ruled = follow(price_state_policy(price, problem), problem)
    assert ruled.profit_usd <= best.profit_usd
    assert ruled.profit_usd == pytest.approx(earned_usd(problem, ruled), rel=1e-12)


def test_switched_blocks_keep_their_bound() -> None:
    rng = np.random.default_rng(4)
    problem = two_months(
        400.0,
        price_usd_per_mwh=rng.uniform(0.0, 120.0, 48),
        block_value_usd_per_mwh=[60.0, 90.0],
        block_mw=[8.0, 6.0],
        billing_period=np.arange(48) // 12,
        peak_charge_usd_per_mw=[100.0, 150.0, 50.0, 200.0],
        ratchet_frac=0.8,
        ratchet_periods=2,
        battery=BATTERY,
    )
    units = (Commitment(block=0, min_load_frac=0.5, min_up_steps=3, start_cost_usd=50.0),)
    exact, fast = solve_commitment(problem, units), commit(problem, units)
    assert exact.gap_frac <= 1e-6
    assert fast.bound_usd >= exact.profit_usd * (1 - 1e-9)
    assert fast.profit_usd <= exact.bound_usd * (1 + 1e-9)
    assert fast.gap_frac < 0.1


def test_rules_that_take_periods_one_by_one_refuse_it() -> None:
    problem = two_months(140.0)
    with pytest.raises(InputError, match="ratchet_frac: couples billing periods"):
        merit_order(problem)
    # Where nothing before a charged period is looked back on, it couples nothing.
    assert merit_order(two_months(140.0, peak_charge_usd_per_mw=[140.0, 0.0])).profit_usd == pytest.approx(1600.0)


def test_a_schedule_made_without_it_is_told_what_it_left() -> None:
    problem = two_months(160.0)
    theirs = schedule_of(problem, block_mw=[[10.0], [10.0], [0.0], [0.0]], import_mw=[10.0, 10.0, 0.0, 0.0])
    found = certify(problem, theirs, prices=solve(problem))
    assert found.profit_usd == pytest.approx(2000.0 - 3200.0)
    assert found.gap_usd == pytest.approx(1200.0)
