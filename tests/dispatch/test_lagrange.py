"""Bounds and schedules of switched blocks against MILP, against every choice of hours, and on the years of S100."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.battery_sites import broken_limits
from dispatch.s100 import YEAR_STEPS
from dispatch.s100_full import COMMITMENTS, full_site, profit_usd
from repower.base.errors import InputError, RepowerError
from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.commitment import Commitment, days, keeps_commitments, started
from repower.dispatch.commitment_kernel import best_hours
from repower.dispatch.lagrange import commit
from repower.dispatch.milp import solve_commitment

YEARS = {50.0: (-116931092.78895295, 5e-5), 35.0: (-108348377.90277688, 1e-4)}
"""Best known cost of S100's year with commitments (PyPSA with HiGHS, after a minute or two), and the gap we promise."""


def random_commitment(rng: np.random.Generator, block: int) -> Commitment:
    return Commitment(
        block=block,
        min_load_frac=float(rng.choice([0.0, 0.5, 1.0])),
        min_up_steps=int(rng.integers(1, 5)),
        min_down_steps=int(rng.integers(1, 5)),
        start_cost_usd=float(rng.choice([0.0, 40.0, 300.0])),
        starts_per_day=[None, 0, 1, 2][int(rng.integers(0, 4))],
        initially_on_steps=int(rng.choice([-5, -2, -1, 1, 2, 5])),
    )


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_best_hours_of_a_block_match_every_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = 9
    problem = DispatchProblem(
        price_usd_per_mwh=np.zeros(steps),
        block_value_usd_per_mwh=[1.0],
        block_mw=[1.0],
        import_limit_mw=1.0,
        step_h=8.0,
    )
    one = random_commitment(rng, 0)
    gain = rng.normal(0.0, 100.0, steps).round()
    on = np.zeros(steps, dtype=np.bool_)
    worth = best_hours(
        gain,
        one.start_cost_usd,
        one.min_up_steps,
        one.min_down_steps,
        one.initially_on_steps,
        np.diff(days(problem), prepend=-1) > 0,
        -1 if one.starts_per_day is None else one.starts_per_day,
        on,
    )

    def earned(hours: np.ndarray) -> float:
        return float(gain @ hours - started(hours[:, None], [one]).sum() * one.start_cost_usd)

    choices = (np.array(bits) for bits in product((False, True), repeat=steps))
    allowed = [hours for hours in choices if keeps_commitments(problem, [one], hours[:, None])[0]]
    if allowed:
        assert worth == max(earned(hours) for hours in allowed) == earned(on)
        assert keeps_commitments(problem, [one], on[:, None])[0]


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_bound_and_schedule_hold_on_small_sites(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = 48
    price = rng.normal(40.0, 30.0, steps).round()
    problem = DispatchProblem(
        price_usd_per_mwh=price,
        block_value_usd_per_mwh=[400.0, *rng.uniform(20.0, 80.0, 2)],
        block_mw=rng.uniform(2.0, 10.0, (steps, 3)),
        import_limit_mw=rng.uniform(12.0, 25.0, steps),
        export_limit_mw=float(rng.choice([0.0, 5.0])),
        export_price_usd_per_mwh=price - 5.0,
        firm=[True, False, False],
        supply_cost_usd_per_mwh=[30.0],
        supply_mw=[float(rng.uniform(0.0, 6.0))],
        peak_charge_usd_per_mw=[100.0, 300.0],
        billing_period=np.arange(steps) // 24,
        peak_floor_mw=[0.0, float(rng.uniform(0.0, 20.0))],
        battery=Battery(
            charge_mw=3.0,
            discharge_mw=3.0,
            energy_mwh=9.0,
            charge_efficiency_frac=0.95,
            discharge_efficiency_frac=0.9,
            start_mwh=4.0,
            end_mwh=4.0,
        ),
    )
    commitments = [random_commitment(rng, 1), random_commitment(rng, 2)]
    try:
        found = commit(problem, commitments)
    except RepowerError:
        assume(False)
    best = solve_commitment(problem, commitments, gap_frac=1e-9)
    slack = 1e-6 * (1.0 + abs(best.profit_usd))
    assert found.profit_usd <= best.bound_usd + slack
    assert found.bound_usd >= best.profit_usd - slack
    assert keeps_commitments(problem, commitments, found.on).all()
    assert not broken_limits(problem, found.schedule)


@pytest.mark.parametrize("hashprice_usd_per_ph_day", YEARS)
def test_years_of_s100_come_with_a_small_proved_gap(hashprice_usd_per_ph_day: float) -> None:
    cost_usd, promised = YEARS[hashprice_usd_per_ph_day]
    problem = full_site(hashprice_usd_per_ph_day)
    found = commit(problem, COMMITMENTS, gap_frac=0.0)
    best = profit_usd(cost_usd, YEAR_STEPS)
    assert found.bound_usd >= best
    assert found.bound_usd - found.profit_usd <= promised * abs(cost_usd)
    assert found.gap_frac == pytest.approx((found.bound_usd - found.profit_usd) / found.profit_usd)
    assert keeps_commitments(problem, COMMITMENTS, found.on).all()
    assert not broken_limits(problem, found.schedule)


def test_the_search_stops_at_the_gap_that_was_asked() -> None:
    problem = full_site(50.0, 744)
    assert commit(problem, COMMITMENTS, gap_frac=1e-3).gap_frac <= 1e-3


def test_no_commitments_and_no_hours_are_refused() -> None:
    with pytest.raises(InputError, match="names no block"):
        commit(full_site(50.0, 24), [])
    short = DispatchProblem(
        price_usd_per_mwh=np.full(24, 20.0),
        block_value_usd_per_mwh=[50.0],
        block_mw=[10.0],
        import_limit_mw=5.0,
    )
    with pytest.raises(RepowerError, match="none of the hours tried"):
        commit(short, [Commitment(block=0, min_load_frac=0.8, min_up_steps=4)])
