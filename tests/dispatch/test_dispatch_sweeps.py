"""Values without schedules agree with the schedules."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.random_sites import feasible, sites
from dispatch.s100 import PERIODS, prices_usd_per_mwh, site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import DispatchProblem, merit_order, merit_order_values, monthly_margins


def one_by_one(prices: np.ndarray, problem: DispatchProblem) -> list[float]:
    """The profits of the schedules."""
    return [merit_order(replace(problem, price_usd_per_mwh=price)).profit_usd for price in prices]


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(sites(flat=True), st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_values_of_a_constant_site_are_the_profits_of_its_schedules(
    problem: DispatchProblem, seed: int, threads: int
) -> None:
    problem = feasible(problem)
    prices = np.random.default_rng(seed).normal(30.0, 60.0, (4, problem.price_usd_per_mwh.size))
    values = merit_order_values(prices, problem, threads=threads)
    assert values == pytest.approx(one_by_one(prices, problem), rel=1e-9, abs=1e-5)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(sites())
def test_values_of_a_varying_site_are_the_profits_of_its_schedules(problem: DispatchProblem) -> None:
    problem = replace(feasible(problem), export_price_usd_per_mwh=None)
    prices = problem.price_usd_per_mwh + np.array([[0.0], [15.0]])
    assert merit_order_values(prices, problem) == pytest.approx(one_by_one(prices, problem), rel=1e-9, abs=1e-5)


@pytest.mark.parametrize("peak_charge_usd_per_mw", [0.0, 10_000.0])
def test_values_of_s100_years(peak_charge_usd_per_mw: float) -> None:
    problem = site(1, 35.0, peak_charge_usd_per_mw=peak_charge_usd_per_mw)
    prices = np.stack([prices_usd_per_mwh(seed) for seed in (1, 2, 3)])
    assert merit_order_values(prices, problem) == pytest.approx(one_by_one(prices, problem), rel=1e-12)


def test_values_do_not_depend_on_threads() -> None:
    problem = site(1, 35.0, steps=744)
    prices = np.random.default_rng(7).normal(40.0, 30.0, (9, 744))
    one, many = (merit_order_values(prices, problem, threads=threads) for threads in (1, 4))
    assert one.tobytes() == many.tobytes()


def test_values_refuse_prices_that_are_no_numbers() -> None:
    problem = site(1, 35.0, steps=24)
    prices = np.full((3, 24), 40.0)
    prices[2, 5] = np.nan
    with pytest.raises(InputError, match=r"price_usd_per_mwh\[2, 5\]: is not a finite number"):
        merit_order_values(prices, problem)
    with pytest.raises(InputError, match=r"\(Y, 24\)"):
        merit_order_values(prices[0], problem)


def test_values_of_an_infeasible_site() -> None:
    problem = replace(site(1, 35.0, steps=24), firm=[True] * 6, import_limit_mw=60.0)
    with pytest.raises(InfeasibleError, match="firm load cannot be served"):
        merit_order_values(problem.price_usd_per_mwh[None], problem)


def test_monthly_margins_are_those_of_a_schedule_without_limits() -> None:
    problem = site(1, 35.0, peak_charge_usd_per_mw=0.0)
    value, width, price = problem.block_value_usd_per_mwh, problem.block_mw, problem.price_usd_per_mwh
    schedule = merit_order(replace(problem, import_limit_mw=np.inf))
    hourly = (schedule.block_mw * (value - price[:, None])).sum(axis=1)
    expected = np.bincount(PERIODS, weights=hourly)
    assert monthly_margins(price, value, width, PERIODS) == pytest.approx(expected, rel=1e-12)
    per_step = np.ones((1, price.size))
    varying = monthly_margins(price, value[:, None] * per_step, width[:, None] * per_step, PERIODS, step_h=0.25)
    assert varying == pytest.approx(expected * 0.25, rel=1e-12)


def test_monthly_margins_by_hand() -> None:
    margins = monthly_margins([20.0, 60.0, 90.0], [[50.0, 50.0, 50.0], [30.0, 70.0, 100.0]], [2.0, 3.0], [0, 0, 1])
    assert margins.tolist() == [2 * 30 + 3 * 10 + 3 * 10, 3 * 10]


def test_monthly_margins_refuse_what_does_not_fit() -> None:
    with pytest.raises(InputError, match="block_mw"):
        monthly_margins([20.0, 60.0], [50.0, 40.0], [2.0], [0, 0])
    with pytest.raises(InputError, match=r"price_usd_per_mwh\[1\]"):
        monthly_margins([20.0, np.nan], [50.0], [2.0], [0, 0])
    with pytest.raises(InputError, match="period"):
        monthly_margins([20.0, 60.0], [50.0], [2.0], [0, -1])
    with pytest.raises(InputError, match="period"):
        monthly_margins([20.0, 60.0], [50.0], [2.0], [0])


def test_importing_dispatch_loads_no_compiler_and_no_solver() -> None:
    code = (
        "import sys, numpy; from repower.dispatch import DispatchProblem, merit_order, monthly_margins;"
        "merit_order(DispatchProblem(price_usd_per_mwh=[1.0], block_value_usd_per_mwh=[2.0], block_mw=[1.0],"
        " import_limit_mw=1.0, peak_charge_usd_per_mw=0.5)); monthly_margins([1.0], [2.0], [1.0], [0]);"
        "print([name for name in ('numba', 'highspy', 'scipy', 'polars') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
