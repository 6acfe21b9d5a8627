"""Dispatch by linear programming against the published optima of S100, raw HiGHS, and cases worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.highs_site import best_profit_usd
from dispatch.random_sites import feasible, sites
from dispatch.s100 import YEAR_STEPS
from dispatch.s100_full import LEAST_COST_CUT_YEAR_USD, LEAST_COST_USD, cut_site, full_site, profit_usd
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.linear_site import EnergyCap, LinearSite
from repower.dispatch.lp import LinearDispatch, solve_lp

TWO_HOURS = DispatchProblem(
    price_usd_per_mwh=[10.0, 100.0, 60.0],
    block_value_usd_per_mwh=[500.0],
    block_mw=[10.0],
    import_limit_mw=20.0,
    firm=[True],
)
LOSSY = Battery(
    charge_mw=4.0,
    discharge_mw=4.0,
    energy_mwh=8.0,
    charge_efficiency_frac=0.5,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
    end_mwh=0.0,
)


def assert_keeps_limits(site: LinearSite, schedule: LinearDispatch, batteries: tuple[Battery, ...]) -> None:
    """Balance of every step, and every battery's energy added up anew."""
    problem, slack = site.problem, 1e-6
    given_mw = schedule.import_mw + schedule.supply_mw.sum(axis=1) + schedule.each_discharge_mw.sum(axis=1)
    used_mw = schedule.block_mw.sum(axis=1) + schedule.export_mw + schedule.each_charge_mw.sum(axis=1)
    assert np.abs(given_mw - used_mw).max() <= slack
    assert (schedule.import_mw <= np.asarray(problem.import_limit_mw) + slack).all()
    assert (schedule.export_mw <= np.asarray(problem.export_limit_mw) + slack).all()
    for place, battery in enumerate(batteries):
        charge, discharge = schedule.each_charge_mw[:, place], schedule.each_discharge_mw[:, place]
        gained = charge * battery.charge_efficiency_frac - discharge / battery.discharge_efficiency_frac
        held = battery.start_mwh + np.cumsum(gained) * problem.step_h
        assert np.abs(held - schedule.each_stored_mwh[:, place]).max() <= slack
        assert held.min() >= -slack
        assert held.max() <= battery.energy_mwh + slack
        assert charge.max() <= battery.charge_mw + slack
        assert discharge.max() <= battery.discharge_mw + slack
        if battery.end_mwh is not None:
            assert held[-1] == pytest.approx(battery.end_mwh, abs=slack)


@pytest.mark.parametrize(("hashprice_usd_per_ph_day", "steps"), LEAST_COST_USD)
def test_first_weeks_of_s100_are_the_published_optima(hashprice_usd_per_ph_day: float, steps: int) -> None:
    problem = full_site(hashprice_usd_per_ph_day, steps)
    schedule = solve_lp(problem)
    best = profit_usd(LEAST_COST_USD[hashprice_usd_per_ph_day, steps], steps)
    assert schedule.profit_usd == pytest.approx(best, rel=1e-12)
    assert_keeps_limits(LinearSite(problem=problem), schedule, (problem.battery,))


def test_a_year_of_s100_with_curtailment_is_the_published_optimum() -> None:
    schedule = solve_lp(cut_site(35.0))
    assert schedule.profit_usd == pytest.approx(profit_usd(LEAST_COST_CUT_YEAR_USD, YEAR_STEPS), rel=1e-12)
    assert schedule.block_mw[:, 0].min() < 49.0, "curtailment leaves colocation unserved"


@settings(max_examples=60)
@given(sites())
def test_sites_without_batteries_match_raw_highs(problem: DispatchProblem) -> None:
    best = best_profit_usd(problem)
    if best is None:
        with pytest.raises(InfeasibleError, match="firm load cannot be served: in step"):
            solve_lp(problem)
        return
    schedule = solve_lp(problem)
    size = 1.0 + np.abs(schedule.block_mw * problem.block_value_usd_per_mwh).sum()
    assert schedule.profit_usd == pytest.approx(best, rel=1e-8, abs=1e-8 * size)
    assert_keeps_limits(LinearSite(problem=problem), schedule, ())


@settings(max_examples=30)
@given(sites(), st.floats(0.1, 0.9))
def test_a_battery_cut_in_two_is_worth_the_same(problem: DispatchProblem, share_frac: float) -> None:
    problem = feasible(problem)

    def part(frac: float) -> Battery:
        return Battery(
            charge_mw=10.0 * frac,
            discharge_mw=8.0 * frac,
            energy_mwh=25.0 * frac,
            charge_efficiency_frac=0.9,
            discharge_efficiency_frac=0.95,
            start_mwh=5.0 * frac,
        )

    parts = (part(share_frac), part(1.0 - share_frac))
    one = solve_lp(replace(problem, battery=part(1.0)))
    site = LinearSite(problem=problem, batteries=parts)
    two = solve_lp(site)
    assert two.each_stored_mwh.shape == (problem.price_usd_per_mwh.size, 2)
    assert two.profit_usd == pytest.approx(one.profit_usd, rel=1e-8, abs=1e-4)
    assert_keeps_limits(site, two, parts)


def test_battery_worked_by_hand() -> None:
    """4 MW charged at $10 keep half, 2 MWh, and save $100 each: 200 - 40."""
    schedule = solve_lp(replace(TWO_HOURS, battery=LOSSY))
    assert schedule.import_mw == pytest.approx([14.0, 8.0, 10.0])
    assert schedule.each_stored_mwh[:, 0] == pytest.approx([2.0, 0.0, 0.0])
    assert schedule.profit_usd == pytest.approx(10 * (1500 - 170) + 200 - 40)
    assert schedule.marginal_usd_per_mwh == pytest.approx([10.0, 100.0, 60.0])
    assert schedule.battery_mw == pytest.approx([4.0, -2.0, 0.0])
    assert schedule.energy_mwh == pytest.approx([2.0, 0.0, 0.0])
    assert schedule.water_value_usd_per_mwh[:2] == pytest.approx([100.0, 100.0])


def test_a_full_meter_clears_at_the_block_that_goes_short() -> None:
    """15 MW for blocks of $300 and $200: one more MWh would go to the second, whatever energy and peak cost."""
    problem = DispatchProblem(
        price_usd_per_mwh=[50.0],
        block_value_usd_per_mwh=[300.0, 200.0],
        block_mw=[10.0, 10.0],
        import_limit_mw=15.0,
        peak_charge_usd_per_mw=120.0,
    )
    schedule = solve_lp(problem)
    assert schedule.block_mw[0] == pytest.approx([10.0, 5.0])
    assert schedule.marginal_usd_per_mwh[0] == pytest.approx(200.0)
    assert schedule.profit_usd == pytest.approx(10 * 130 + 5 * 30)


def test_a_plant_must_take_and_a_plant_must_stop() -> None:
    """A plant at $70 runs in one hour of three by itself; take-or-pay forces it on, where it loses least."""
    plant = replace(TWO_HOURS, supply_cost_usd_per_mwh=[70.0], supply_mw=[6.0])
    free = solve_lp(plant)
    assert free.supply_mw[:, 0] == pytest.approx([0.0, 6.0, 0.0])
    most = LinearSite(problem=plant, energy_caps=(EnergyCap(plant=0, most_mwh=2.5),))
    assert solve_lp(most).supply_mw[:, 0] == pytest.approx([0.0, 2.5, 0.0])
    least = LinearSite(problem=plant, energy_caps=(EnergyCap(plant=0, least_mwh=9.0),))
    taken = solve_lp(least)
    assert taken.supply_mw[:, 0] == pytest.approx([0.0, 6.0, 3.0])
    assert taken.profit_usd == pytest.approx(free.profit_usd - 3 * (70 - 60))


def test_export_of_a_battery_stops_at_the_export_limit() -> None:
    problem = DispatchProblem(
        price_usd_per_mwh=[10.0, 200.0],
        block_value_usd_per_mwh=[],
        block_mw=[],
        import_limit_mw=10.0,
        export_limit_mw=3.0,
        export_price_usd_per_mwh=[8.0, 150.0],
        battery=replace(LOSSY, charge_efficiency_frac=1.0),
    )
    schedule = solve_lp(problem)
    assert schedule.import_mw == pytest.approx([3.0, 0.0])
    assert schedule.export_mw == pytest.approx([0.0, 3.0])
    assert schedule.profit_usd == pytest.approx(450 - 30)


@pytest.mark.parametrize(
    ("site", "words"),
    [
        (
            LinearSite(problem=replace(TWO_HOURS, import_limit_mw=[20.0, 7.0, 9.0])),
            "firm load cannot be served: in step 1 the site is 3 MW short .*; 2 of 3 steps are short",
        ),
        (
            LinearSite(problem=replace(TWO_HOURS, battery=replace(LOSSY, end_mwh=7.0))),
            "battery 0 cannot reach its end_mwh of 7 MWh from its start of 0 MWh: it misses it by 1 MWh",
        ),
        (
            LinearSite(
                problem=replace(TWO_HOURS, supply_cost_usd_per_mwh=[70.0], supply_mw=[6.0]),
                energy_caps=(EnergyCap(plant=0, least_mwh=20.0),),
            ),
            "plant 0 cannot give its energy_caps.least_mwh of 20 MWh: 2 MWh",
        ),
        (
            LinearSite(
                problem=replace(TWO_HOURS, import_limit_mw=8.0, supply_cost_usd_per_mwh=[70.0], supply_mw=[6.0]),
                energy_caps=(EnergyCap(plant=0, most_mwh=5.0),),
            ),
            "firm load needs 1 MWh more from plant 0 than its energy_caps.most_mwh of 5 MWh",
        ),
    ],
)
def test_no_schedule_says_which_constraint_and_by_how_much(site: LinearSite, words: str) -> None:
    with pytest.raises(InfeasibleError, match=words):
        solve_lp(site)


def test_contradicting_limits_are_named_together() -> None:
    problem = replace(
        TWO_HOURS,
        import_limit_mw=[20.0, 4.0, 20.0],
        battery=replace(LOSSY, end_mwh=8.0, charge_mw=2.0),
        supply_cost_usd_per_mwh=[70.0],
        supply_mw=[1.0],
    )
    site = LinearSite(problem=problem, energy_caps=(EnergyCap(plant=0, least_mwh=4.0),))
    with pytest.raises(InfeasibleError, match="contradict each other"):
        solve_lp(site)


def test_energy_that_nobody_can_use_is_told() -> None:
    problem = replace(
        TWO_HOURS,
        block_mw=[0.0],
        battery=replace(LOSSY, start_mwh=8.0),
        supply_cost_usd_per_mwh=[70.0],
        supply_mw=[5.0],
    )
    site = LinearSite(problem=problem, energy_caps=(EnergyCap(plant=0, least_mwh=15.0),))
    with pytest.raises(InfeasibleError, match=r"energy has nowhere to go: in step \d plants and batteries must give"):
        solve_lp(site)


@pytest.mark.parametrize(
    ("caps", "key"),
    [
        ((EnergyCap(plant=1),), "energy_caps[0].plant"),
        ((EnergyCap(plant=0), EnergyCap(plant=0)), "energy_caps[1].plant"),
        ((EnergyCap(plant=0, least_mwh=3.0, most_mwh=2.0),), "energy_caps[0]"),
        ((EnergyCap(plant=0, least_mwh=-1.0),), "energy_caps[0]"),
        ((EnergyCap(plant=0, least_mwh=np.inf),), "energy_caps[0]"),
    ],
)
def test_energy_caps_that_fit_no_plant_are_refused(caps: tuple[EnergyCap, ...], key: str) -> None:
    plant = replace(TWO_HOURS, supply_cost_usd_per_mwh=[70.0], supply_mw=[6.0])
    with pytest.raises(InputError) as caught:
        LinearSite(problem=plant, energy_caps=caps)
    assert [problem.key for problem in caught.value.problems] == [key]
