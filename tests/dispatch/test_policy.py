"""The rule for the battery that knows the past alone: by hand, in the limit of certainty, and within its limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.battery_sites import broken_limits, random_site, size_usd
from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem, solve
from repower.dispatch.policy import follow, price_state_policy, price_states

SEEDS = range(120)
STORE = Battery(
    charge_mw=5.0,
    discharge_mw=5.0,
    energy_mwh=60.0,
    charge_efficiency_frac=1.0,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
)
HALF_DAYS = DispatchProblem(
    price_usd_per_mwh=[30.0, 10.0],
    block_value_usd_per_mwh=[1000.0],
    block_mw=[20.0],
    import_limit_mw=40.0,
    step_h=12.0,
    battery=STORE,
)
COIN = np.array([30.0, 10.0, 30.0, 90.0] * 10)
"""$30 by night; by day $10 or $90."""


def test_states_are_quantile_bins_of_the_hour_and_follow_each_other_as_they_did() -> None:
    states = price_states(np.array([30.0, 10.0, 30.0, 90.0, 40.0, 90.0, 40.0, 10.0]), np.arange(8) % 2, (0.5,))
    assert states.bounds_usd_per_mwh[:, 0] == pytest.approx([35.0, 50.0])
    assert states.price_usd_per_mwh == pytest.approx(np.array([[30.0, 40.0], [10.0, 90.0]]))
    assert states.chance_frac[0] == pytest.approx(np.array([[0.5, 0.5], [0.5, 0.5]]))
    assert states.chance_frac[1] == pytest.approx(np.array([[1.0, 0.0], [0.0, 1.0]]))


def test_a_stored_mwh_is_worth_the_mean_of_what_may_come() -> None:
    """(10 + 90) / 2 = $50 by day: charging at $30 is right although the day turns out at $10."""
    policy = price_state_policy(COIN, HALF_DAYS, quantiles_frac=(0.5,), cells=6)
    assert policy.water_value_usd_per_mwh[0] == pytest.approx(np.full((2, 6), 50.0))
    assert policy.water_value_usd_per_mwh[1] == pytest.approx(np.zeros((2, 6)))
    cheap = follow(policy, HALF_DAYS)
    assert cheap.charge_mw == pytest.approx([5.0, 0.0])
    assert cheap.discharge_mw == pytest.approx([0.0, 5.0])
    assert cheap.water_value_usd_per_mwh == pytest.approx([50.0, 0.0])
    assert cheap.profit_usd == pytest.approx(12 * (2 * 20 * 1000 - 25 * 30 - 15 * 10))
    dear = follow(policy, replace(HALF_DAYS, price_usd_per_mwh=[60.0, 90.0]))
    assert dear.charge_mw == pytest.approx([0.0, 0.0]), "$60 now is more than $50 expected, foresight or not"


def test_water_values_are_those_of_a_naive_recursion() -> None:
    """Six cells of 2 MWh, no losses, three steps of eight hours a day: every move of whole cells is tried in turn."""
    rng = np.random.default_rng(11)
    train, cells, cell_mwh, load_mw = rng.uniform(0, 100, 60), 6, 2.0, 3.0
    problem = DispatchProblem(
        price_usd_per_mwh=np.full(7, 50.0),
        block_value_usd_per_mwh=[60.0],
        block_mw=[load_mw],
        import_limit_mw=40.0,
        step_h=8.0,
        battery=replace(STORE, charge_mw=0.5, discharge_mw=0.25, energy_mwh=12.0, start_mwh=6.0, end_mwh=6.0),
    )
    policy = price_state_policy(train, problem, quantiles_frac=(0.3, 0.7), cells=cells)
    states = policy.states
    worth = np.array([0.0 if node * cell_mwh == 6.0 else -np.inf for node in range(cells + 1)])
    after = np.tile(worth, (3, 1))
    for step in range(6, -1, -1):
        hour, expected = step % 3, np.full((3, cells + 1), -np.inf)
        for state in range(3):
            for node in range(cells + 1):
                chances = states.chance_frac[hour, state]
                possible = [chance * after[to, node] for to, chance in enumerate(chances) if chance > 0.0]
                expected[state, node] = sum(possible)
        with np.errstate(invalid="ignore"):
            slopes = np.diff(expected, axis=1) / cell_mwh
        known = np.isfinite(slopes)
        assert policy.water_value_usd_per_mwh[step][known] == pytest.approx(slopes[known], rel=1e-8, abs=1e-8)
        after = np.full((3, cells + 1), -np.inf)
        for state in range(3):
            price = states.price_usd_per_mwh[hour, state]
            for node in range(cells + 1):
                for move in (-2, -1, 0, 1):
                    if 0 <= node - move <= cells:
                        from_battery_mw = move * cell_mwh / 8.0
                        served_mw = load_mw if price < 60.0 else max(from_battery_mw, 0.0)
                        bought_mw = served_mw - from_battery_mw
                        profit = 8.0 * (60.0 * served_mw - price * bought_mw)
                        after[state, node] = max(after[state, node], profit + expected[state, node - move])


def test_certain_prices_leave_nothing_to_foresight() -> None:
    day = np.array([20.0] * 6 + [35.0] * 6 + [15.0] * 4 + [80.0] * 4 + [50.0] * 4)
    problem = replace(
        full_site(35.0, 96),
        price_usd_per_mwh=np.tile(day, 4),
        peak_charge_usd_per_mw=0.0,
        battery=replace(STORE, energy_mwh=20.0, charge_efficiency_frac=0.8, start_mwh=8.0, end_mwh=8.0),
    )
    best = solve(problem)
    found = follow(price_state_policy(np.tile(day, 30), problem), problem)
    assert found.profit_usd == pytest.approx(best.profit_usd, rel=1e-12)
    assert best.profit_usd > solve(replace(problem, battery=None)).profit_usd + 100.0


def test_policies_keep_limits_and_stay_below_the_bound() -> None:
    seen = 0
    for seed in SEEDS:
        problem = random_site(seed)
        assert problem.battery is not None
        if problem.battery.energy_mwh == 0.0:
            continue
        try:
            best = solve(problem)
        except InfeasibleError:
            continue
        train = np.random.default_rng(seed).normal(30, 30, round(10 * 24 / problem.step_h))
        found = follow(price_state_policy(train, problem, cells=int(1 + seed % 40)), problem)
        assert not broken_limits(problem, found), f"seed {seed}"
        assert found.profit_usd <= best.profit_usd + 1e-9 * size_usd(problem, found), f"seed {seed}"
        seen += 1
    assert seen > len(SEEDS) / 3


def test_neither_the_rule_nor_what_it_does_reads_prices_to_come() -> None:
    problem = full_site(35.0, 96)
    price = problem.price_usd_per_mwh.copy()
    price[50:] += np.random.default_rng(5).normal(0, 40, 46)
    other = replace(problem, price_usd_per_mwh=price)
    train = full_site(35.0, 24 * 60, seed=2).price_usd_per_mwh
    one, two = price_state_policy(train, problem), price_state_policy(train, other)
    assert (one.water_value_usd_per_mwh == two.water_value_usd_per_mwh).all()
    assert (one.peak_mw == two.peak_mw).all()
    first, second = follow(one, problem), follow(one, other)
    assert (first.battery_mw[:50] == second.battery_mw[:50]).all()
    assert (first.import_mw[:50] == second.import_mw[:50]).all()


def test_a_known_level_is_as_good_as_prices_that_hold_it() -> None:
    """Learnt from prices less $7, with $7 stated beside: the same rule, the same peaks and the same deeds."""
    problem = full_site(35.0, 96)
    train = full_site(35.0, 24 * 60, seed=2).price_usd_per_mwh
    whole = price_state_policy(train, problem)
    split = price_state_policy(train - 7.0, problem, level_usd_per_mwh=np.full(96, 7.0))
    assert split.water_value_usd_per_mwh == pytest.approx(whole.water_value_usd_per_mwh, abs=1e-9)
    assert split.peak_mw == pytest.approx(whole.peak_mw)
    one, other = follow(whole, problem), follow(split, problem)
    assert other.profit_usd == pytest.approx(one.profit_usd, rel=1e-12)


def test_what_cannot_be_learnt_is_refused() -> None:
    with pytest.raises(InputError, match="no price in the training series"):
        price_states(np.array([1.0, 2.0]), np.array([0, 2]))
    with pytest.raises(InputError, match="does not rise"):
        price_states(np.array([1.0, 2.0]), np.array([0, 1]), (0.5, 0.5))
    with pytest.raises(InputError, match="no stored energy"):
        price_state_policy(COIN, replace(HALF_DAYS, battery=None))
    with pytest.raises(InputError, match="does not divide a day"):
        price_state_policy(COIN, replace(HALF_DAYS, step_h=7.0))
    with pytest.raises(InputError, match="does not fit the problem"):
        follow(price_state_policy(COIN, HALF_DAYS), replace(HALF_DAYS, price_usd_per_mwh=[1.0] * 3))
