"""The rule that knows day-ahead prices: where they come true, and that none is read before it is out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.battery_sites import broken_limits, random_site, size_usd
from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import solve
from repower.dispatch.guided import day_ahead_policy
from repower.dispatch.policy import follow, price_states
from repower.dispatch.problem import period_count

SEEDS = range(40)
NEVER_STRAYS = price_states(np.zeros(240), np.arange(240) % 24, (0.5,))


def out_a_day_before(steps: int) -> np.ndarray:
    """Tomorrow's prices are out from the first step of a day."""
    return np.minimum((np.arange(steps) // 24 + 2) * 24, steps)


def test_day_ahead_prices_that_come_true_leave_little_to_foresight() -> None:
    problem = replace(full_site(35.0, 240), peak_charge_usd_per_mw=0.0)
    best, nothing = solve(problem).profit_usd, solve(replace(problem, battery=None)).profit_usd
    policy = day_ahead_policy(NEVER_STRAYS, problem, problem.price_usd_per_mwh, out_a_day_before(240), decide_steps=1)
    found = follow(policy, problem)
    assert found.profit_usd <= best + 1e-6
    assert found.profit_usd - nothing >= 0.95 * (best - nothing)
    assert not broken_limits(problem, found)


def test_a_price_that_strays_up_is_worth_waiting_for() -> None:
    """Day-ahead says $40 all day; real time says $400 in one hour of two: 10 MWh wait for it at $100."""
    strays = price_states(np.array([-10.0, 360.0] * 120), np.repeat(np.arange(120) % 24, 2), (0.5,))
    problem = full_site(35.0, 24)
    assert problem.battery is not None
    price = np.full(24, 30.0)
    price[[3, 9]] = 100.0, 400.0
    problem = replace(
        problem,
        price_usd_per_mwh=price,
        peak_charge_usd_per_mw=0.0,
        battery=replace(problem.battery, start_mwh=10.0, end_mwh=None),
    )
    policy = day_ahead_policy(strays, problem, np.full(24, 40.0), np.full(24, 24))
    found = follow(policy, problem)
    assert found.discharge_mw[9] > 9.0
    assert found.discharge_mw[3] == pytest.approx(0.0)


def test_prices_are_not_read_before_they_are_out() -> None:
    problem = replace(full_site(35.0, 96), peak_charge_usd_per_mw=0.0)
    rng = np.random.default_rng(3)
    told = problem.price_usd_per_mwh + rng.normal(0, 5, 96)
    other = told.copy()
    other[48:] += 150.0
    strays = price_states(rng.normal(0, 10, 24 * 60), np.arange(24 * 60) % 24)
    one, two = (day_ahead_policy(strays, problem, dam, out_a_day_before(96), decide_steps=4) for dam in (told, other))
    assert (one.water_value_usd_per_mwh[:24] == two.water_value_usd_per_mwh[:24]).all()
    assert not np.allclose(one.water_value_usd_per_mwh[24:48], two.water_value_usd_per_mwh[24:48])
    changed = replace(problem, price_usd_per_mwh=problem.price_usd_per_mwh + 7.0)
    again = day_ahead_policy(strays, changed, told, out_a_day_before(96), decide_steps=4)
    assert (one.water_value_usd_per_mwh == again.water_value_usd_per_mwh).all()


def test_limits_are_kept_and_the_bound_holds() -> None:
    seen = 0
    for seed in SEEDS:
        problem = random_site(seed)
        assert problem.battery is not None
        try:
            best = solve(problem)
        except InfeasibleError:
            continue
        if problem.battery.energy_mwh == 0.0:
            continue
        rng, steps = np.random.default_rng(seed), problem.price_usd_per_mwh.size
        day = round(24 / problem.step_h)
        strays = price_states(rng.normal(0, 15, day * 10), np.arange(day * 10) % day)
        told = problem.price_usd_per_mwh + rng.normal(0, 15, steps)
        policy = day_ahead_policy(
            strays,
            problem,
            told,
            np.arange(1, steps + 1),
            look_ahead_steps=12,
            peak_target_mw=np.full(period_count(problem), 15.0),
        )
        found = follow(policy, problem)
        assert not broken_limits(problem, found), f"seed {seed}"
        assert found.profit_usd <= best.profit_usd + 1e-9 * size_usd(problem, found), f"seed {seed}"
        seen += 1
    assert seen > len(SEEDS) / 3


def test_what_is_missing_is_asked_for() -> None:
    problem = full_site(35.0, 24)
    price, out = problem.price_usd_per_mwh, np.full(24, 24)
    with pytest.raises(InputError, match="peak_target_mw: is missing although peaks are charged"):
        day_ahead_policy(NEVER_STRAYS, problem, price, out)
    with pytest.raises(InputError, match="no stored energy"):
        day_ahead_policy(NEVER_STRAYS, replace(problem, battery=None), price, out, peak_target_mw=np.ones(1))
    with pytest.raises(InputError, match="does not fit the window"):
        day_ahead_policy(
            NEVER_STRAYS, problem, price, out, look_ahead_steps=2, decide_steps=3, peak_target_mw=np.ones(1)
        )
