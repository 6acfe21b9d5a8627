"""The exact solver against published optima, against cases worked by hand, and against what must hold of any answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.battery_sites import broken_limits, random_site, size_usd
from dispatch.s100_full import LEAST_COST_USD, cut_site, full_site, profit_usd
from repower.base.errors import InfeasibleError
from repower.dispatch import Battery, DispatchProblem, merit_order, solve, solve_lp

YEAR = 8760
LEAST_COST_YEAR_USD = {
    (50.0, 1): -116979470.99512479,
    (50.0, 2): -118032077.660665,
    (50.0, 3): -117402080.851135,
    (35.0, 1): -108399600.21297163,
    (35.0, 2): -109372875.86140363,
    (35.0, 3): -108772372.58112048,
}
"""S100 with its battery, by hashprice and seed: HiGHS 1.16.0, PyPSA and linopy agree to 1e-15."""

LEAST_COST_CUT_USD = {1: -108066551.93077454, 2: -109044729.479884, 3: -108440854.422903}
"""Hashprice $35/PH/day with five days of curtailment, by seed."""


def lossless(energy_mwh: float, *, power_mw: float = 10.0, **changes: float | None) -> Battery:
    fields: dict[str, float | None] = {
        "charge_mw": power_mw,
        "discharge_mw": power_mw,
        "energy_mwh": energy_mwh,
        "charge_efficiency_frac": 1.0,
        "discharge_efficiency_frac": 1.0,
        "start_mwh": 0.0,
        "end_mwh": None,
    }
    return Battery(**(fields | changes))  # type: ignore[arg-type]


def site(price: list[float], battery: Battery | None, **changes: object) -> DispatchProblem:
    fields: dict[str, object] = {
        "price_usd_per_mwh": price,
        "block_value_usd_per_mwh": [100.0],
        "block_mw": [10.0],
        "import_limit_mw": 20.0,
        "battery": battery,
    }
    return DispatchProblem(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("hashprice_usd_per_ph_day", "seed"), LEAST_COST_YEAR_USD)
def test_s100_years_are_those_of_three_solvers(hashprice_usd_per_ph_day: float, seed: int) -> None:
    problem = full_site(hashprice_usd_per_ph_day, seed=seed)
    schedule = solve(problem)
    best_usd = profit_usd(LEAST_COST_YEAR_USD[hashprice_usd_per_ph_day, seed], YEAR)
    assert schedule.profit_usd == pytest.approx(best_usd, rel=1e-9)
    assert schedule.bound_usd == pytest.approx(best_usd, rel=1e-9)
    assert not broken_limits(problem, schedule)


@pytest.mark.parametrize("seed", LEAST_COST_CUT_USD)
def test_s100_with_curtailed_hours(seed: int) -> None:
    schedule = solve(cut_site(35.0, seed=seed))
    best_usd = profit_usd(LEAST_COST_CUT_USD[seed], YEAR)
    assert schedule.profit_usd == pytest.approx(best_usd, rel=1e-9)
    assert schedule.bound_usd == pytest.approx(best_usd, rel=1e-9)


@pytest.mark.parametrize(("hashprice_usd_per_ph_day", "steps"), LEAST_COST_USD)
def test_s100_week_and_month(hashprice_usd_per_ph_day: float, steps: int) -> None:
    schedule = solve(full_site(hashprice_usd_per_ph_day, steps))
    best_usd = profit_usd(LEAST_COST_USD[hashprice_usd_per_ph_day, steps], steps)
    assert schedule.profit_usd == pytest.approx(best_usd, rel=1e-9)
    assert schedule.bound_usd == pytest.approx(best_usd, rel=1e-9)


def test_nine_peaks_of_s100_lie_inside_and_are_the_published_ones() -> None:
    """Peaks of HiGHS for hashprice $35, seed 1, January to December."""
    published = [100.0, 89.966004, 100.0, 89.610669, 89.587744, 89.546063]
    published += [89.420002, 89.566252, 89.847559, 90.036364, 89.599019, 100.0]
    assert solve(full_site(35.0)).peak_mw == pytest.approx(published, abs=1e-4)


def test_a_day_worked_by_hand() -> None:
    """Buy 10 MWh at $20, give it back at $80: the load of 10 MW earns 80 + 50 + 20, the battery 60."""
    schedule = solve(site([20.0, 50.0, 80.0], lossless(10.0)))
    assert schedule.battery_mw.tolist() == [10.0, 0.0, -10.0]
    assert schedule.energy_mwh.tolist() == [10.0, 10.0, 0.0]
    assert schedule.import_mw.tolist() == [20.0, 10.0, 0.0]
    assert schedule.profit_usd == 10 * (80 + 50 + 20) + 10 * 60
    assert schedule.bound_usd == schedule.profit_usd
    assert schedule.marginal_usd_per_mwh.tolist() == [20.0, 50.0, 80.0]
    assert ((schedule.water_value_usd_per_mwh >= 20.0) & (schedule.water_value_usd_per_mwh <= 80.0)).all()


def test_a_peak_is_shaved_by_the_battery_as_far_as_it_is_worth() -> None:
    """One hour of 30 MW firm among three of 10 MW: the battery gives 10 MW, so that the peak is 20 MW and not 30."""
    problem = site(
        [40.0] * 4,
        lossless(10.0, start_mwh=0.0, end_mwh=0.0),
        block_value_usd_per_mwh=[100.0],
        block_mw=[[10.0], [10.0], [30.0], [10.0]],
        import_limit_mw=40.0,
        firm=[True],
        peak_charge_usd_per_mw=1000.0,
    )
    schedule = solve(problem)
    assert schedule.peak_mw.tolist() == pytest.approx([20.0])
    assert schedule.profit_usd == pytest.approx(60 * (100 - 40) - 20 * 1000)
    floor = solve(replace(problem, peak_floor_mw=[25.0]))
    assert floor.profit_usd == pytest.approx(60 * (100 - 40) - 25 * 1000)


def test_energy_that_nobody_needs_is_burnt_by_charging_and_discharging_at_once() -> None:
    """At -$30 with room for 20 MW: the load takes 10 MW; half of what the battery takes at full charge is lost."""
    battery = lossless(0.0, charge_efficiency_frac=0.5)
    schedule = solve(site([-30.0], replace(battery, energy_mwh=5.0, start_mwh=5.0, end_mwh=5.0)))
    assert schedule.charge_mw.tolist() == pytest.approx([10.0])
    assert schedule.discharge_mw.tolist() == pytest.approx([5.0])
    assert schedule.import_mw.tolist() == pytest.approx([15.0])
    assert schedule.profit_usd == pytest.approx(10 * 100 + 15 * 30)


def test_without_a_battery_it_is_the_merit_order_with_a_proof() -> None:
    problem = replace(full_site(35.0, 24 * 60), battery=None)
    schedule = solve(problem)
    assert schedule.profit_usd == merit_order(problem).profit_usd
    assert schedule.bound_usd == pytest.approx(schedule.profit_usd, rel=1e-12)
    idle = solve(replace(problem, battery=lossless(0.0)))
    assert idle.profit_usd == pytest.approx(schedule.profit_usd, rel=1e-10)


def test_peaks_of_day_and_night_are_billed_apart() -> None:
    """Two billing periods that take turns every twelve hours, two months long each."""
    hours = np.arange(24 * 60)
    problem = replace(
        full_site(35.0, hours.size),
        billing_period=2 * (hours >= 24 * 30) + (hours % 24 >= 12),
        peak_charge_usd_per_mw=[3000.0, 9000.0, 6000.0, 0.0],
    )
    schedule = solve(problem)
    assert schedule.bound_usd == pytest.approx(schedule.profit_usd, rel=1e-9)
    assert not broken_limits(problem, schedule)
    assert (schedule.peak_mw < 100.0).sum() >= 1


def test_a_billing_period_without_a_step_charges_its_floor() -> None:
    problem = replace(
        full_site(35.0, 240),
        billing_period=2 * (np.arange(240) >= 120),
        peak_charge_usd_per_mw=[900.0, 700.0, 500.0],
        peak_floor_mw=[0.0, 30.0, 0.0],
    )
    schedule = solve(problem)
    without = solve(replace(problem, peak_floor_mw=None))
    assert schedule.profit_usd == pytest.approx(without.profit_usd - 30.0 * 700.0, rel=1e-10)
    assert schedule.bound_usd == pytest.approx(schedule.profit_usd, rel=1e-9)


def test_a_tiny_power_beside_a_large_store_keeps_thousands_of_pieces() -> None:
    """Each of the 4,000 hours adds pieces that stay alive; nothing is cut short."""
    rng = np.random.default_rng(3)
    price = np.round(rng.uniform(10, 90, 4000), 2)
    schedule = solve(site(price.tolist(), lossless(1000.0, power_mw=0.5)))
    assert schedule.bound_usd == pytest.approx(schedule.profit_usd, rel=1e-12)
    half = np.sort(price)
    assert schedule.profit_usd > (10.0 * (100.0 - price)).sum()
    assert schedule.profit_usd < (10.0 * (100.0 - price)).sum() + 0.5 * (half[2000:] - half[:2000]).sum() + 1e-6


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.floats(0.1, 20.0))
def test_more_of_anything_never_lowers_profit(seed: int, more: float) -> None:
    problem = random_site(seed)
    battery = problem.battery
    assert battery is not None
    try:
        first = solve(problem)
    except InfeasibleError:
        return
    larger = replace(battery, energy_mwh=battery.energy_mwh + more, discharge_mw=battery.discharge_mw + more)
    for wider in (replace(problem, battery=larger), replace(problem, import_limit_mw=problem.import_limit_mw + more)):
        assert solve(wider).profit_usd >= first.profit_usd - 1e-8 * size_usd(problem, first)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.sampled_from([0.25, 0.5]))
def test_the_length_of_a_step_scales_energy_alone(seed: int, factor: float) -> None:
    """Shorter steps with a store and peak charges that shrink alike earn the same share."""
    problem = random_site(seed)
    battery = problem.battery
    assert battery is not None
    try:
        first = solve(problem)
    except InfeasibleError:
        return
    shorter = replace(
        problem,
        step_h=problem.step_h * factor,
        peak_charge_usd_per_mw=problem.peak_charge_usd_per_mw * factor,
        battery=replace(
            battery,
            energy_mwh=battery.energy_mwh * factor,
            start_mwh=battery.start_mwh * factor,
            end_mwh=None if battery.end_mwh is None else battery.end_mwh * factor,
        ),
    )
    assert solve(shorter).profit_usd == pytest.approx(
        first.profit_usd * factor, rel=1e-8, abs=1e-8 * size_usd(problem, first)
    )


def test_firm_load_beyond_all_power_says_where_and_by_how_much() -> None:
    problem = site([40.0] * 3, lossless(50.0, start_mwh=50.0), block_mw=[[10.0], [45.0], [10.0]], firm=[True])
    with pytest.raises(InfeasibleError) as caught:
        solve(problem)
    assert "in step 1 it is 15 MW above the import limit of 20 MW, on-site supply and 10 MW" in str(caught.value)


def test_firm_load_that_empties_the_battery_says_when() -> None:
    """10 MWh over four hours of 5 MW above the limit: the third hour is 5 MW short."""
    problem = site([40.0] * 4, lossless(10.0, start_mwh=10.0), block_mw=[25.0], firm=[True])
    with pytest.raises(InfeasibleError) as caught:
        solve(problem)
    assert "in step 2 it needs 5 MW from the battery" in str(caught.value)
    assert "falls 5 MW short" in str(caught.value)


@pytest.mark.parametrize(
    ("start_mwh", "end_mwh", "words"),
    [(0.0, 45.0, "it ends at 30 MWh, 15 MWh short"), (50.0, 5.0, "it ends at 20 MWh, 15 MWh above")],
)
def test_an_end_out_of_reach_says_by_how_much(start_mwh: float, end_mwh: float, words: str) -> None:
    problem = site([40.0] * 3, lossless(50.0, start_mwh=start_mwh, end_mwh=end_mwh))
    with pytest.raises(InfeasibleError, match=words):
        solve(problem)


def test_plants_added_up_in_another_order_are_no_more_than_all_rows() -> None:
    """In floats the plants' sum was above that of the rows they are, and a step read a row that is not there."""
    battery = Battery(
        charge_mw=21.095140607808553,
        discharge_mw=22.727784716918343,
        energy_mwh=0.5824007876400356,
        charge_efficiency_frac=0.9645347348554552,
        discharge_efficiency_frac=0.9645347348554552,
        start_mwh=0.2912003938200178,
        end_mwh=0.47721916073067466,
    )
    problem = DispatchProblem(
        price_usd_per_mwh=[11.767048339500176, 8.803282031689033],
        block_value_usd_per_mwh=[],
        block_mw=[],
        import_limit_mw=0.00627312,
        step_h=0.5,
        supply_cost_usd_per_mwh=[42.73880217855205, 54.839390556502565, 48.900307225527726],
        supply_mw=[
            [13.612610052858358, 2.660636227752269, 12.794374994204727],
            [16.889960316059522, 2.1647527312599646, 16.618105267640246],
        ],
        battery=battery,
    )
    found, best = solve(problem), solve_lp(problem)
    assert found.profit_usd == pytest.approx(best.profit_usd, rel=1e-9)
    assert found.bound_usd == pytest.approx(best.profit_usd, rel=1e-9)
