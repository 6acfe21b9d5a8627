"""The merit order against HiGHS, against its own dual prices, and against a case worked by hand."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.highs_site import best_profit_usd
from dispatch.random_sites import feasible, sites
from dispatch.s100 import prices_usd_per_mwh, site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, Dispatch, DispatchProblem, earned_usd, merit_order
from repower.dispatch.problem import period_count, period_index


def examples(count: int) -> settings:
    return settings(max_examples=count, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def turnover_usd(problem: DispatchProblem) -> float:
    """Size of the money that moves, so that a profit near zero is not compared with itself alone."""
    schedule = merit_order(problem)
    value = np.abs(schedule.block_mw * problem.block_value_usd_per_mwh).sum()
    return 1.0 + (value + np.abs(problem.price_usd_per_mwh * schedule.import_mw).sum()) * problem.step_h


def dual_bound_usd(problem: DispatchProblem, marginal_usd_per_mwh: np.ndarray) -> float:
    """What no schedule can exceed, from any price per step: each part of the site answers that price on its own."""
    steps, price = problem.price_usd_per_mwh.size, problem.price_usd_per_mwh
    shape = (steps, problem.block_mw.shape[-1])
    gain = np.broadcast_to(problem.block_value_usd_per_mwh - marginal_usd_per_mwh[:, None], shape)
    firm = np.zeros(shape[1], dtype=bool) if problem.firm is None else problem.firm
    total = (np.where(firm, gain, np.maximum(gain, 0.0)) * problem.block_mw).sum()
    if problem.supply_mw is not None:
        total += (
            np.maximum(marginal_usd_per_mwh[:, None] - problem.supply_cost_usd_per_mwh, 0) * problem.supply_mw
        ).sum()
    paid = price if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    total += (np.maximum(paid - marginal_usd_per_mwh, 0) * problem.export_limit_mw).sum()
    total *= problem.step_h
    most_mw = np.broadcast_to(problem.block_mw, shape).sum(axis=1) + problem.export_limit_mw
    limit = np.minimum(np.broadcast_to(problem.import_limit_mw, (steps,)), most_mw)
    rent = np.maximum(marginal_usd_per_mwh - price, 0.0) * problem.step_h
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (period_count(problem),))
    floor = np.zeros(charge.size) if problem.peak_floor_mw is None else problem.peak_floor_mw
    for period in range(charge.size):
        inside = period_index(problem) == period
        peak = np.concatenate([[floor[period]], limit[inside]])[:, None]
        earned = (np.minimum(limit[inside], peak) * rent[inside]).sum(axis=1)
        total += (earned - charge[period] * np.maximum(peak[:, 0], floor[period])).max()
    return float(total)


def assert_keeps_limits(problem: DispatchProblem, schedule: Dispatch) -> None:
    """Every limit, the balance of every step, and firm blocks in full."""
    slack = 1e-9
    assert (schedule.block_mw >= 0).all()
    assert (schedule.block_mw <= problem.block_mw).all()
    assert (schedule.import_mw >= 0).all()
    assert (schedule.import_mw <= np.asarray(problem.import_limit_mw) + slack).all()
    assert (schedule.export_mw >= 0).all()
    assert (schedule.export_mw <= problem.export_limit_mw).all()
    if problem.supply_mw is not None:
        assert (schedule.supply_mw >= 0).all()
        assert (schedule.supply_mw <= problem.supply_mw).all()
    if problem.firm is not None:
        full = np.broadcast_to(problem.block_mw, schedule.block_mw.shape)
        assert np.abs(schedule.block_mw - full)[:, problem.firm].max(initial=0.0) <= slack
    used = schedule.block_mw.sum(axis=1) + schedule.export_mw
    assert np.abs(used - schedule.supply_mw.sum(axis=1) - schedule.import_mw).max() <= slack
    assert not ((schedule.import_mw > slack) & (schedule.export_mw > slack)).any()


@examples(100)
@given(sites())
def test_matches_highs(problem: DispatchProblem) -> None:
    best = best_profit_usd(problem)
    if best is None:
        with pytest.raises(InfeasibleError, match="firm load cannot be served"):
            merit_order(problem)
        return
    schedule = merit_order(problem)
    assert schedule.profit_usd == pytest.approx(best, rel=1e-9, abs=1e-9 * turnover_usd(problem))


@examples(150)
@given(sites())
def test_schedule_keeps_every_limit_and_its_own_prices_prove_it(problem: DispatchProblem) -> None:
    problem = feasible(problem)
    schedule = merit_order(problem)
    assert_keeps_limits(problem, schedule)
    assert earned_usd(problem, schedule) == schedule.profit_usd
    bound = dual_bound_usd(problem, schedule.marginal_usd_per_mwh)
    assert bound == pytest.approx(schedule.profit_usd, rel=1e-9, abs=1e-9 * turnover_usd(problem))


@examples(60)
@given(sites(), st.floats(0.0, 50.0))
def test_more_import_capacity_never_lowers_profit(problem: DispatchProblem, more_mw: float) -> None:
    problem = feasible(problem)
    wider = replace(problem, import_limit_mw=problem.import_limit_mw + more_mw)
    assert merit_order(wider).profit_usd >= merit_order(problem).profit_usd - 1e-9 * turnover_usd(problem)


@examples(60)
@given(sites(peaks=False))
def test_profit_adds_up_over_steps_without_a_peak_charge(problem: DispatchProblem) -> None:
    problem = feasible(problem)
    steps = problem.price_usd_per_mwh.size
    per_step = {
        name: value
        for name in problem.__dataclass_fields__
        if isinstance(value := getattr(problem, name), np.ndarray) and name != "firm" and value.shape[0] == steps
        if not (
            name in {"block_mw", "block_value_usd_per_mwh", "supply_mw", "supply_cost_usd_per_mwh"} and value.ndim == 1
        )
    }
    parts = (
        replace(problem, **{name: value[part] for name, value in per_step.items()})
        for part in (slice(0, 1), slice(1, steps // 2), slice(max(steps // 2, 1), steps))
        if range(steps)[part]
    )
    total = sum(merit_order(part).profit_usd for part in parts)
    assert total == pytest.approx(merit_order(problem).profit_usd, rel=1e-9, abs=1e-9 * turnover_usd(problem))


def test_worked_by_hand() -> None:
    """Two miners and a firm hall over three hours: A = (80 - p)+ = 60 + 30 + 0 and (50 - p)+ = 30 + 0 + 0.

    At $70 a MW the first miner is worth the peak (90 > 70), the second is not (30 < 70).
    """
    problem = DispatchProblem(
        price_usd_per_mwh=[20.0, 50.0, 120.0],
        block_value_usd_per_mwh=[50.0, 80.0, 10.0],
        block_mw=[4.0, 3.0, 5.0],
        import_limit_mw=20.0,
        firm=[False, False, True],
        peak_charge_usd_per_mw=70.0,
    )
    schedule = merit_order(problem)
    assert schedule.block_mw.tolist() == [[0.0, 3.0, 5.0], [0.0, 3.0, 5.0], [0.0, 0.0, 5.0]]
    assert schedule.import_mw.tolist() == [8.0, 8.0, 5.0]
    assert schedule.peak_mw.tolist() == [8.0]
    assert schedule.profit_usd == 3 * (60 + 30) + 5 * (30 - 20 - 50 - 120) - 8 * 70
    assert schedule.method == "merit order; peaks by closed form, exact"
    free = merit_order(replace(problem, peak_charge_usd_per_mw=0.0))
    assert free.import_mw.tolist() == [12.0, 8.0, 5.0]
    assert free.method == "merit order"
    even = merit_order(replace(problem, peak_charge_usd_per_mw=90.0))
    assert even.import_mw.tolist() == [5.0, 5.0, 5.0], "a peak that only pays for itself is not set"
    half = merit_order(replace(problem, peak_floor_mw=[10.0]))
    assert half.import_mw.tolist() == [10.0, 8.0, 5.0]
    assert half.profit_usd == 3 * 90 + 2 * 30 + 5 * -160 - 10 * 70


def test_surplus_of_a_plant_is_exported_and_a_dear_plant_stays_off() -> None:
    schedule = merit_order(
        DispatchProblem(
            price_usd_per_mwh=[-10.0, 40.0, 90.0],
            block_value_usd_per_mwh=[60.0],
            block_mw=[10.0],
            import_limit_mw=5.0,
            export_limit_mw=8.0,
            export_price_usd_per_mwh=[-12.0, 35.0, 85.0],
            supply_cost_usd_per_mwh=[30.0],
            supply_mw=[15.0],
            step_h=0.25,
        )
    )
    assert schedule.import_mw.tolist() == [5.0, 0.0, 0.0]
    assert schedule.supply_mw[:, 0].tolist() == [5.0, 15.0, 15.0]
    assert schedule.export_mw.tolist() == [0.0, 5.0, 8.0]
    assert schedule.block_mw[:, 0].tolist() == [10.0, 10.0, 7.0]
    assert schedule.marginal_usd_per_mwh.tolist() == [30.0, 35.0, 60.0]
    assert schedule.profit_usd == pytest.approx(0.25 * (600 + 50 - 150 + 600 + 175 - 450 + 420 + 680 - 450))


def test_nothing_runs_without_gain() -> None:
    schedule = merit_order(
        DispatchProblem(
            price_usd_per_mwh=[40.0],
            block_value_usd_per_mwh=[40.0, 30.0],
            block_mw=[5.0, 5.0],
            import_limit_mw=20.0,
            export_limit_mw=9.0,
            supply_cost_usd_per_mwh=[30.0, 40.0],
            supply_mw=[2.0, 3.0],
        )
    )
    assert schedule.block_mw.tolist() == [[2.0, 0.0]]
    assert schedule.import_mw.tolist() == [0.0]
    assert schedule.supply_mw.tolist() == [[2.0, 0.0]]


def test_s100_price_path_is_the_published_one() -> None:
    price = prices_usd_per_mwh(1)
    cents = "\n".join(str(round(each * 100)) for each in price)
    assert price.sum() == pytest.approx(350_933.14, abs=1e-6)
    assert hashlib.sha256(cents.encode()).hexdigest().startswith("136c00a79b050a4d")


def test_s100_year_with_twelve_peaks_matches_highs() -> None:
    problem = site(seed=1, hashprice_usd_per_ph_day=35.0)
    schedule = merit_order(problem)
    assert schedule.profit_usd == pytest.approx(best_profit_usd(problem), rel=1e-9)
    assert schedule.peak_mw.size == 12
    assert 0 < np.count_nonzero(schedule.peak_mw < 99.0) < 12
    assert_keeps_limits(problem, schedule)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("hashprice_usd_per_ph_day", [35.0, 50.0])
def test_s100_years_are_proved_by_their_prices(seed: int, hashprice_usd_per_ph_day: float) -> None:
    flat = site(seed, hashprice_usd_per_ph_day)
    weather = 1.0 + 0.04 * np.cos(2 * np.pi * np.arange(flat.price_usd_per_mwh.size) / 24)
    varying = replace(
        flat,
        block_value_usd_per_mwh=flat.block_value_usd_per_mwh / weather[:, None],
        block_mw=flat.block_mw * weather[:, None],
    )
    for problem in (flat, varying):
        schedule = merit_order(problem)
        bound = dual_bound_usd(problem, schedule.marginal_usd_per_mwh)
        assert bound == pytest.approx(schedule.profit_usd, rel=1e-12)


def test_infeasible_firm_load_says_when_and_by_how_much() -> None:
    with pytest.raises(InfeasibleError) as caught:
        merit_order(
            DispatchProblem(
                price_usd_per_mwh=[10.0, 10.0, 10.0, 10.0],
                block_value_usd_per_mwh=[1.0, 90.0],
                block_mw=[45.0, 50.0],
                firm=[True, False],
                import_limit_mw=[50.0, 38.0, 30.0, 50.0],
                supply_cost_usd_per_mwh=[20.0],
                supply_mw=[5.0],
            )
        )
    message = str(caught.value)
    assert "step 2" in message
    assert "draws 45 MW, 10 MW above the import limit of 30 MW and on-site supply of 5 MW" in message
    assert "2 of 4 steps" in message


def test_rounding_does_not_make_a_firm_load_infeasible() -> None:
    schedule = merit_order(
        DispatchProblem(
            price_usd_per_mwh=[10.0],
            block_value_usd_per_mwh=[1.0, 1.0],
            block_mw=[0.1, 0.2],
            firm=[True, True],
            import_limit_mw=0.3,
        )
    )
    assert schedule.block_mw.tolist() == [[0.1, 0.2]]


def test_a_battery_is_refused() -> None:
    battery = Battery(
        charge_mw=1.0,
        discharge_mw=1.0,
        energy_mwh=2.0,
        charge_efficiency_frac=0.9,
        discharge_efficiency_frac=0.9,
        start_mwh=1.0,
    )
    with pytest.raises(InputError, match="the rules do not dispatch batteries"):
        merit_order(replace(site(1, 35.0, steps=24), battery=battery))
