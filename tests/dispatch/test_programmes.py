"""Calls, coincident peaks and reserves of running load: by hand, and that dispatch and settlement agree."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.random_sites import feasible, sites
from dispatch.s100_full import full_site
from repower.base.clock import local_span
from repower.base.errors import InputError
from repower.dispatch import DispatchProblem, earned_usd, merit_order, solve
from repower.dispatch.lp import solve_lp
from repower.dispatch.programmes import (
    Call,
    ReserveOffer,
    baseline_usd,
    call_steps,
    calls_usd,
    coincident_peak,
    joined_mw,
    reserves_usd,
    with_adder,
    with_calls,
    with_reserves,
)

THREE_HOURS = DispatchProblem(
    price_usd_per_mwh=[30.0, 30.0, 30.0],
    block_value_usd_per_mwh=[80.0, 200.0],
    block_mw=[10.0, 5.0],
    import_limit_mw=20.0,
)


def test_a_call_switches_off_what_earns_less_than_its_payment() -> None:
    """$60 a MWh is more than the $50 that 10 MW earn, and less than the $170 of the others."""
    call = Call(first_step=1, end_step=2, baseline_mw=15.0, payment_usd_per_mwh=60.0)
    problem = with_calls(THREE_HOURS, [call])
    schedule = merit_order(problem)
    assert schedule.import_mw == pytest.approx([15.0, 5.0, 15.0])
    whole = earned_usd(THREE_HOURS, schedule) + calls_usd([call], schedule, 1.0)
    assert whole == pytest.approx(3 * 5 * 170 + 2 * 10 * 50 + 10 * 60)
    assert whole == pytest.approx(schedule.profit_usd + baseline_usd([call], 1.0))


def test_a_limit_is_kept_whatever_it_costs_and_availability_is_paid_once() -> None:
    call = Call(first_step=0, end_step=2, limit_mw=3.0, baseline_mw=15.0, availability_usd_per_mw=100.0)
    schedule = merit_order(with_calls(THREE_HOURS, [call]))
    assert schedule.import_mw == pytest.approx([3.0, 3.0, 15.0])
    assert calls_usd([call], schedule, 1.0) == pytest.approx(1200.0)
    assert calls_usd([call], merit_order(THREE_HOURS), 1.0) == 0.0, "not kept, not paid"


@given(sites(), st.integers(0, 2**32 - 1))
def test_dispatch_and_settlement_of_calls_agree_and_calls_are_never_beaten(problem: DispatchProblem, seed: int) -> None:
    problem = feasible(problem)
    rng = np.random.default_rng(seed)
    steps = problem.price_usd_per_mwh.size
    first = int(rng.integers(0, steps))
    calls = [
        Call(
            first_step=first,
            end_step=int(rng.integers(first + 1, steps + 1)),
            baseline_mw=float(rng.uniform(0, 60)),
            payment_usd_per_mwh=float(rng.uniform(0, 200)),
        )
    ]
    called = with_calls(problem, calls)
    schedule = merit_order(called)
    whole = earned_usd(problem, schedule) + calls_usd(calls, schedule, problem.step_h)
    assert whole == pytest.approx(schedule.profit_usd + baseline_usd(calls, problem.step_h), rel=1e-9, abs=1e-6)
    unaware = merit_order(problem)
    assert whole >= unaware.profit_usd + calls_usd(calls, unaware, problem.step_h) - 1e-6 * (1.0 + abs(whole))


def test_a_battery_and_a_peak_answer_calls_too() -> None:
    problem = full_site(35.0, 168)
    calls = [
        Call(
            first_step=24 * day + 17, end_step=24 * day + 21, limit_mw=70.0, baseline_mw=90.0, payment_usd_per_mwh=300.0
        )
        for day in range(5)
    ]
    called = with_calls(problem, calls)
    schedule = solve(called)
    assert schedule.profit_usd == pytest.approx(solve_lp(called).profit_usd, rel=1e-9)
    assert max(schedule.import_mw[call.first_step : call.end_step].max() for call in calls) <= 70.0 + 1e-9
    unaware = solve(problem)
    whole = earned_usd(problem, schedule) + calls_usd(calls, schedule, 1.0)
    assert whole > unaware.profit_usd + calls_usd(calls, unaware, 1.0) + 1.0


def test_an_adder_leaves_what_exports_earn() -> None:
    problem = replace(
        THREE_HOURS, supply_cost_usd_per_mwh=[0.0], supply_mw=[30.0], export_limit_mw=100.0, import_limit_mw=0.0
    )
    schedule = merit_order(with_adder(problem, np.array([0.0, 500.0, 0.0])))
    assert schedule.export_mw == pytest.approx([15.0, 15.0, 15.0])
    assert schedule.profit_usd == pytest.approx(merit_order(problem).profit_usd)


def test_four_peaks_sure_or_likely_are_an_adder() -> None:
    """$60,000 a MW-year in four peaks of an hour: $15,000 in a sure one, $150 where the chance is 1 %."""
    sure = merit_order(coincident_peak(THREE_HOURS, np.array([0.0, 0.25, 0.0]), 60_000.0))
    assert sure.import_mw == pytest.approx([15.0, 0.0, 15.0])
    likely = coincident_peak(THREE_HOURS, np.array([0.0, 0.25 * 0.01, 0.0]), 60_000.0)
    assert likely.price_usd_per_mwh == pytest.approx([30.0, 180.0, 30.0])
    assert merit_order(likely).import_mw == pytest.approx([15.0, 5.0, 15.0])
    quarters = replace(THREE_HOURS, step_h=0.25)
    billed = coincident_peak(quarters, np.array([0.0, 0.25, 0.0]), 60_000.0)
    flat = replace(billed, firm=[True, True])
    fifteen_mw = merit_order(replace(quarters, firm=[True, True])).profit_usd - merit_order(flat).profit_usd
    assert fifteen_mw == pytest.approx(0.25 * 15.0 * 60_000.0), "import in one of four peaks bills a quarter of it"


def test_a_reserve_keeps_load_running_that_power_alone_would_not() -> None:
    """$85 for power against $80 of mining: with $12 of reserve on 6 MW these go on running, the other 4 do not."""
    problem = replace(THREE_HOURS, price_usd_per_mwh=[30.0, 85.0, 100.0])
    offer = ReserveOffer(block=0, price_usd_per_mw=np.array([0.0, 12.0, 12.0]), most_mw=6.0)
    schedule = merit_order(with_reserves(problem, [offer]))
    block_mw = joined_mw(schedule.block_mw, [offer])
    assert block_mw == pytest.approx(np.array([[10.0, 5.0], [6.0, 5.0], [0.0, 5.0]]))
    assert reserves_usd([offer], block_mw, 1.0) == pytest.approx(72.0)
    settled = earned_usd(problem, replace(schedule, block_mw=block_mw)) + reserves_usd([offer], block_mw, 1.0)
    assert settled == pytest.approx(schedule.profit_usd)


@given(sites(flat=True), st.integers(0, 2**32 - 1))
def test_reserves_settle_as_they_were_dispatched(problem: DispatchProblem, seed: int) -> None:
    problem = feasible(problem)
    rng = np.random.default_rng(seed)
    firm = np.zeros(problem.block_mw.size, dtype=bool) if problem.firm is None else problem.firm
    offers = [
        ReserveOffer(
            block=int(block),
            price_usd_per_mw=rng.uniform(0, 30, problem.price_usd_per_mwh.size),
            most_mw=[np.inf, float(rng.uniform(0, 30))][int(rng.integers(0, 2))],
        )
        for block in np.flatnonzero(~firm)
    ]
    schedule = merit_order(with_reserves(problem, offers))
    block_mw = joined_mw(schedule.block_mw, offers)
    assert (block_mw <= problem.block_mw + 1e-9).all()
    paid = reserves_usd(offers, block_mw, problem.step_h)
    settled = earned_usd(problem, replace(schedule, block_mw=block_mw)) + paid
    assert settled == pytest.approx(schedule.profit_usd, rel=1e-9, abs=1e-6)
    assert schedule.profit_usd >= merit_order(problem).profit_usd - 1e-6


def test_dated_calls_become_steps() -> None:
    grid = local_span(date(2024, 11, 3), date(2024, 11, 4), "America/Chicago", 900)
    local = ZoneInfo("America/Chicago")
    call = call_steps(grid, datetime(2024, 11, 3, 16, 30, tzinfo=local), datetime(2024, 11, 3, 18, 0, tzinfo=local))
    assert call == ((17 * 4) + 2, 19 * 4), "the clock was set back an hour that morning"
    assert call_steps(grid, datetime(2024, 11, 1, tzinfo=UTC), datetime(2024, 11, 5, tzinfo=UTC)) == (0, 100)
    with pytest.raises(InputError, match="falls within a step"):
        call_steps(grid, datetime(2024, 11, 3, 16, 35, tzinfo=local), datetime(2024, 11, 3, 18, tzinfo=local))
    with pytest.raises(InputError, match="has no time zone"):
        call_steps(grid, datetime(2024, 11, 3, 16), datetime(2024, 11, 3, 18, tzinfo=local))
    with pytest.raises(InputError, match="has no length"):
        call_steps(grid, datetime(2024, 11, 3, 18, tzinfo=local), datetime(2024, 11, 3, 18, tzinfo=local))


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ([Call(first_step=2, end_step=4)], "lies outside the steps"),
        ([Call(first_step=0, end_step=2), Call(first_step=1, end_step=3)], r"overlap \(value: step 1\)"),
        ([Call(first_step=0, end_step=2, payment_usd_per_mwh=-1.0)], r"calls\[0\].payment_usd_per_mwh: is no amount"),
        ([Call(first_step=0, end_step=2, availability_usd_per_mw=1.0)], "pays for no reduction"),
    ],
)
def test_calls_that_cannot_be_are_refused(calls: list[Call], words: str) -> None:
    with pytest.raises(InputError, match=words):
        with_calls(THREE_HOURS, calls)


def test_a_mw_is_sold_once_and_only_where_it_may_be_interrupted() -> None:
    offer = ReserveOffer(block=0, price_usd_per_mw=np.ones(3))
    with pytest.raises(InputError, match=r"offers\[1\].block: is sold already"):
        with_reserves(THREE_HOURS, [offer, offer])
    with pytest.raises(InputError, match="is firm load"):
        with_reserves(replace(THREE_HOURS, firm=[True, False]), [offer])
    with pytest.raises(InputError, match="is no load block"):
        with_reserves(THREE_HOURS, [replace(offer, block=2)])
    with pytest.raises(InputError, match="does not fit the problem"):
        with_reserves(THREE_HOURS, [replace(offer, price_usd_per_mw=np.ones(2))])
    with pytest.raises(InputError, match="does not fit the problem"):
        with_reserves(THREE_HOURS, [replace(offer, price_usd_per_mw=-np.ones(3))])
    with pytest.raises(InputError, match="does not fit the problem"):
        coincident_peak(THREE_HOURS, np.ones(2), 1.0)
