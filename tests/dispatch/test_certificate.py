"""The bound from prices, the check of a given schedule, and what it says was lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.battery_sites import random_site, size_usd
from dispatch.s100_full import full_site
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem, bound_usd, certify, merit_order, schedule_of, solve

BATTERY = Battery(
    charge_mw=10.0,
    discharge_mw=10.0,
    energy_mwh=10.0,
    charge_efficiency_frac=1.0,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
    end_mwh=0.0,
)
DAY = DispatchProblem(
    price_usd_per_mwh=[20.0, 50.0, 80.0],
    block_value_usd_per_mwh=[100.0],
    block_mw=[10.0],
    import_limit_mw=20.0,
    battery=BATTERY,
)


@settings(max_examples=80)
@given(st.integers(0, 10_000), st.floats(0.0, 100.0))
def test_any_prices_give_a_bound(seed: int, noise: float) -> None:
    problem = random_site(seed)
    try:
        best = solve(problem)
    except InfeasibleError:
        return
    rng = np.random.default_rng(seed)
    marginal = best.marginal_usd_per_mwh + noise * rng.standard_normal(best.import_mw.size)
    water = best.water_value_usd_per_mwh + noise * rng.standard_normal(best.import_mw.size)
    assert bound_usd(problem, marginal, water) >= best.profit_usd - 1e-9 * size_usd(problem, best)


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_the_best_schedule_leaves_nothing(seed: int) -> None:
    problem = random_site(seed)
    try:
        best = solve(problem)
    except InfeasibleError:
        return
    found = certify(problem, best)
    size = size_usd(problem, best)
    assert found.profit_usd == pytest.approx(best.profit_usd, rel=1e-12)
    assert found.gap_usd <= 1e-8 * size
    assert found.loss_usd.max() <= 1e-6 * size


def test_an_operator_who_misses_the_dear_hour_is_told_what_it_cost() -> None:
    """The best earns 10 MWh x (80 - 20) with its battery; one that sells at 50 instead leaves 10 x (80 - 50)."""
    theirs = schedule_of(
        DAY, block_mw=np.full((3, 1), 10.0), import_mw=[20.0, 0.0, 10.0], battery_mw=[10.0, -10.0, 0.0]
    )
    found = certify(DAY, theirs, prices=solve(DAY))
    assert found.profit_usd == 10 * (80 + 50 + 20) + 10 * (50 - 20)
    assert found.gap_usd == pytest.approx(300.0)
    assert found.gap_frac == pytest.approx(300.0 / 2100.0)
    assert found.loss_usd.sum() <= 300.0 + 1e-9
    assert set(found.worst_steps.tolist()) <= {1, 2}
    assert found.worst_steps.size


def test_the_merit_order_of_a_site_with_a_battery_misses_what_the_battery_earns() -> None:
    problem = full_site(35.0, 24 * 31)
    best = solve(problem)
    plain = merit_order(replace(problem, battery=None))
    theirs = schedule_of(problem, block_mw=plain.block_mw, import_mw=plain.import_mw)
    found = certify(problem, theirs, prices=best)
    assert found.gap_usd == pytest.approx(best.profit_usd - plain.profit_usd, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"import_mw": [20.0, 10.0, 25.0]}, "import_mw[2]", "5 MW above its limit"),
        ({"import_mw": [18.0, 10.0, 0.0]}, "import_mw[0]", "2 MW drawn beyond"),
        ({"import_mw": [23.0, 10.0, 0.0]}, "import_mw[0]", "3 MW above its limit"),
        ({"block_mw": [[10.0], [12.0], [10.0]]}, "block_mw[1, 0]", "2 MW above its limit"),
        ({"block_mw": [[10.0], [10.0], [-1.0]]}, "block_mw[2, 0]", "1 MW below zero"),
        ({"battery_mw": [10.0, 10.0, -10.0]}, "energy_mwh[1]", "10 MWh above what the battery holds"),
        ({"battery_mw": [-10.0, 0.0, 0.0]}, "energy_mwh[0]", "10 MWh below empty"),
        ({"battery_mw": [10.0, 0.0, -4.0]}, "energy_mwh[0]", "6 MWh off the end state"),
        ({"battery_mw": [14.0, 0.0, -10.0]}, "charge_mw[0]", "4 MW above what the battery takes"),
        ({"export_mw": [0.0, 3.0, 0.0]}, "export_mw[1]", "3 MW above its limit"),
    ],
)
def test_a_schedule_that_breaks_a_limit_is_refused_by_name(
    change: dict[str, list[float]], key: str, words: str
) -> None:
    fields = {"block_mw": np.full((3, 1), 10.0), "import_mw": [20.0, 10.0, 0.0], "battery_mw": [10.0, 0.0, -10.0]}
    with pytest.raises(InputError) as caught:
        certify(DAY, schedule_of(DAY, **(fields | change)), prices=solve(DAY))
    found = {problem.key: str(problem) for problem in caught.value.problems}
    assert any(problem.key == key and words in str(problem) for problem in caught.value.problems), found


def test_a_firm_block_must_be_served_in_full() -> None:
    firm = replace(DAY, firm=[True])
    with pytest.raises(InputError, match="10 MW short of a firm block"):
        certify(firm, schedule_of(firm, block_mw=[[10.0], [0.0], [10.0]], import_mw=[10.0, 0.0, 10.0]), solve(firm))


def test_prices_that_are_missing_or_wrong_are_refused() -> None:
    with pytest.raises(InputError, match="water_value_usd_per_mwh"):
        bound_usd(DAY, np.zeros(3))
    with pytest.raises(InputError, match="marginal_usd_per_mwh"):
        bound_usd(DAY, np.zeros(2), np.zeros(3))
    with pytest.raises(InputError, match="not a finite number"):
        bound_usd(DAY, [0.0, np.nan, 0.0], np.zeros(3))
    with pytest.raises(InputError, match="block_mw"):
        schedule_of(DAY, block_mw=[10.0, 10.0, 10.0], import_mw=[0.0, 0.0, 0.0])
