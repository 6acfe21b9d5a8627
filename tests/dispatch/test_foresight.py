"""What is earned without knowing prices: within limits, below the bound, and blind to the future."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from dispatch.battery_sites import broken_limits, random_site, size_usd
from dispatch.s100_full import full_site
from repower.base.clock import TimeGrid, local_hour
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem, earned_usd, solve
from repower.dispatch.forecast import day_ahead, perfect, persistence, publication
from repower.dispatch.foresight import Outlook, foresight_value, rolling
from repower.dispatch.guided import day_ahead_policy
from repower.dispatch.policy import price_state_policy, price_states
from repower.dispatch.problem import period_count
from shared_data import shared

SEEDS = range(40)
STORE = Battery(
    charge_mw=5.0,
    discharge_mw=5.0,
    energy_mwh=10.0,
    charge_efficiency_frac=1.0,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
    end_mwh=0.0,
)
"""No losses, so that cases can be worked by hand."""


def plain(price_usd_per_mwh: list[float], **fields: object) -> DispatchProblem:
    """20 MW that run at any price, and the battery."""
    return DispatchProblem(
        price_usd_per_mwh=price_usd_per_mwh,
        block_value_usd_per_mwh=[1000.0],
        block_mw=[20.0],
        import_limit_mw=40.0,
        battery=STORE,
        **fields,
    )


@pytest.mark.parametrize("decide_steps", [1, 5])
def test_realised_schedules_keep_limits_and_stay_below_the_bound(decide_steps: int) -> None:
    seen = 0
    for seed in SEEDS:
        problem = random_site(seed)
        try:
            best = solve(problem)
        except InfeasibleError:
            continue
        history = np.random.default_rng(seed).uniform(-20, 60, 24)
        rolled = rolling(problem, persistence(24, history), 12, decide_steps)
        assert not broken_limits(problem, rolled.schedule), f"seed {seed}"
        size = size_usd(problem, rolled.schedule)
        assert rolled.schedule.profit_usd <= best.profit_usd + 1e-9 * size, f"seed {seed}"
        seen += 1
    assert seen > len(SEEDS) / 2


def test_perfect_forecasts_of_everything_are_perfect_foresight() -> None:
    seen = 0
    for seed in SEEDS:
        problem = random_site(seed)
        steps = problem.price_usd_per_mwh.size
        try:
            best = solve(problem)
        except InfeasibleError:
            continue
        forecast = perfect(problem.price_usd_per_mwh)
        for decide_steps in (steps, max(steps // 3, 1)):
            rolled = rolling(problem, forecast, steps, decide_steps)
            off = rolled.schedule.profit_usd - best.profit_usd
            assert abs(off) <= 1e-8 * size_usd(problem, best), f"seed {seed}, {decide_steps} steps from plan to plan"
        seen += 1
    assert seen > len(SEEDS) / 2


def test_what_is_done_does_not_depend_on_prices_to_come() -> None:
    problem = replace(full_site(35.0, 96), peak_charge_usd_per_mw=500.0)
    rng = np.random.default_rng(5)
    price = problem.price_usd_per_mwh.copy()
    price[50:] += rng.normal(0, 40, 46) + 200.0
    other = replace(problem, price_usd_per_mwh=price)
    assert not np.allclose(solve(problem).battery_mw[:50], solve(other).battery_mw[:50]), "foresight does differ"
    for decide_steps in (1, 5):
        one, two = (
            rolling(given, persistence(24, problem.price_usd_per_mwh[:24]), 48, decide_steps).schedule
            for given in (problem, other)
        )
        assert (one.battery_mw[:50] == two.battery_mw[:50]).all()
        assert (one.import_mw[:50] == two.import_mw[:50]).all()
        assert not np.allclose(one.import_mw[50:], two.import_mw[50:])


def test_a_wrong_forecast_costs_what_it_costs() -> None:
    """Charged at $30 for an expected $90 that turns out $10: 5 MWh lose $20 each, and foresight would have waited."""
    problem = plain([30.0, 10.0])
    rolled = rolling(problem, perfect([30.0, 90.0]), 2)
    assert rolled.schedule.charge_mw == pytest.approx([5.0, 0.0])
    assert rolled.schedule.profit_usd == pytest.approx(20 * 1000 * 2 - 20 * 40 - 5 * 20)
    assert solve(problem).profit_usd == pytest.approx(20 * 1000 * 2 - 20 * 40)


def test_loads_answer_the_true_price_between_plans() -> None:
    """A plan made once for two hours keeps its battery, but a load worth $80 does not run at $200."""
    problem = plain([30.0, 200.0])
    problem = replace(problem, block_value_usd_per_mwh=[80.0])
    rolled = rolling(problem, perfect([30.0, 40.0]), 2, 2)
    assert rolled.plans == 1
    assert rolled.schedule.battery_mw == pytest.approx([5.0, -5.0])
    assert rolled.schedule.import_mw == pytest.approx([25.0, 0.0])
    assert rolled.schedule.block_mw[:, 0] == pytest.approx([20.0, 5.0])


def test_a_month_can_pay_for_its_peak_although_no_window_does() -> None:
    """60 hours earn $80 - $50 = $30 each and a peak costs $1,200 a MW, which no window of six hours earns."""
    problem = DispatchProblem(
        price_usd_per_mwh=np.full(60, 50.0),
        block_value_usd_per_mwh=[80.0],
        block_mw=[10.0],
        import_limit_mw=20.0,
        peak_charge_usd_per_mw=1200.0,
    )
    rolled = rolling(problem, perfect(problem.price_usd_per_mwh), 6)
    assert rolled.schedule.peak_mw == pytest.approx([10.0])
    assert rolled.schedule.profit_usd == pytest.approx(10 * (60 * 30 - 1200))


def test_a_peak_once_set_is_kept_in_the_plans_after_it() -> None:
    """The first hour sets 20 MW at any price, so that charging up to 20 MW in it and after it costs no more peak."""
    problem = plain([50.0, 10.0, 90.0], peak_charge_usd_per_mw=300.0)
    problem = replace(problem, block_mw=[[20.0], [15.0], [20.0]], firm=[True])
    rolled = rolling(problem, perfect(problem.price_usd_per_mwh), 2)
    assert rolled.schedule.import_mw == pytest.approx([20.0, 20.0, 15.0])
    assert rolled.schedule.profit_usd == pytest.approx(earned_usd(problem, rolled.schedule))
    assert rolled.schedule.peak_mw == pytest.approx([20.0])


def test_a_peak_target_counts_as_paid_for_but_is_settled_as_set() -> None:
    problem = plain([50.0, 10.0, 90.0], peak_charge_usd_per_mw=300.0)
    problem = replace(problem, firm=[True])
    free = rolling(problem, perfect(problem.price_usd_per_mwh), 2, peak_target_mw=np.array([25.0])).schedule
    assert free.import_mw == pytest.approx([20.0, 25.0, 15.0])
    assert free.profit_usd == pytest.approx(60 * 1000 - 20 * 50 - 25 * 10 - 15 * 90 - 25 * 300)


def test_the_end_is_met_where_the_last_window_could_not_reach_it() -> None:
    """10 MWh at the end need two hours of charging at $100; windows of one hour would never begin."""
    problem = replace(plain([100.0] * 4), battery=replace(STORE, end_mwh=10.0))
    rolled = rolling(problem, perfect(problem.price_usd_per_mwh), 1)
    assert rolled.schedule.energy_mwh == pytest.approx([0.0, 0.0, 5.0, 10.0])


@pytest.mark.parametrize(("look_ahead", "decide", "words"), [(0, 0, "is no step"), (2, 3, "does not cover")])
def test_plans_without_steps_are_refused(look_ahead: int, decide: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        rolling(plain([1.0, 2.0, 3.0]), perfect([1.0, 2.0, 3.0]), look_ahead, decide)


def test_what_has_no_answer_says_so_before_time_starts() -> None:
    problem = replace(plain([1.0]), battery=replace(STORE, end_mwh=9.0))
    with pytest.raises(InfeasibleError, match="4 MWh short"):
        rolling(problem, perfect([1.0]), 1)


def test_the_table_puts_perfect_foresight_first_and_settles_every_row_alike() -> None:
    problem, train = full_site(35.0, 240), full_site(35.0, 24 * 90, seed=2).price_usd_per_mwh
    rows = foresight_value(
        problem,
        {"yesterday again": persistence(24, problem.price_usd_per_mwh[:24])},
        48,
        6,
        policies={"price-state policy": price_state_policy(train, problem)},
    )
    assert [row.knowledge for row in rows] == [
        "perfect foresight",
        "yesterday again",
        "price-state policy",
        "no battery",
    ]
    assert [rows[0].of_battery_frac, rows[-1].of_battery_frac] == [1.0, 0.0]
    for row in rows:
        assert row.profit_usd == pytest.approx(earned_usd(problem, row.schedule), rel=1e-12)
        assert row.profit_usd <= rows[0].profit_usd * (1 + 1e-12)


def test_west_texas_2024_in_real_time() -> None:
    """July of LZ_WEST: what rolling on day-ahead prices, persistence and a trained rule leave."""
    rows = west_texas(datetime(2024, 7, 1, 5, tzinfo=UTC), 24 * 31)
    most = rows[0].profit_usd
    by_name = {row.knowledge: row for row in rows}
    assert all(row.profit_usd <= most + 1e-6 * abs(most) for row in rows)
    for name in ("day-ahead", "yesterday again", "price-state policy", "day-ahead policy"):
        assert 0.0 < by_name[name].of_battery_frac < 1.0, f"{name} earns something, and less than foresight"


def west_texas(first: datetime, steps: int) -> tuple[Outlook, ...]:
    """A battery of 20 MW and 40 MWh beside 100 MW that run at any price, at real-time prices, without peak charges."""

    def series(name: str) -> pl.DataFrame:
        table = pl.read_parquet(shared(f"data/power/{name}"), columns=["ts_utc", "LZ_WEST"])
        return table.sort("ts_utc").filter(pl.col("ts_utc") < datetime(2025, 1, 1, 6, tzinfo=UTC))

    both = series("ercot_rt_hourly_all_points_2024.parquet").join(
        series("ercot_dam_hourly_all_points_2024.parquet"), on="ts_utc", suffix="_dam"
    )
    before, test = both.filter(pl.col("ts_utc") < first), both.filter(pl.col("ts_utc") >= first)[:steps]
    assert test["ts_utc"].diff().drop_nulls().n_unique() == 1, "no gap in the month tested"
    price, dam = (test[name].to_numpy().astype(np.float64) for name in ("LZ_WEST", "LZ_WEST_dam"))
    train, train_dam = (before[name].to_numpy().astype(np.float64) for name in ("LZ_WEST", "LZ_WEST_dam"))
    train_hour = before["ts_utc"].dt.convert_time_zone("America/Chicago").dt.hour().to_numpy().astype(np.int64)
    grid = TimeGrid(first, 3600, steps, "America/Chicago")
    problem = replace(
        plain(price),
        block_mw=[100.0],
        import_limit_mw=150.0,
        battery=Battery(
            charge_mw=20.0,
            discharge_mw=20.0,
            energy_mwh=40.0,
            charge_efficiency_frac=0.94,
            discharge_efficiency_frac=0.94,
            start_mwh=0.0,
        ),
    )
    assert period_count(problem) == 1
    return foresight_value(
        problem,
        {
            "day-ahead": day_ahead(dam, publication(grid, 14)),
            "yesterday again": persistence(24, train[-24:]),
        },
        36,
        policies={
            "price-state policy": price_state_policy(
                train, problem, day_step=local_hour(grid), train_day_step=train_hour
            ),
            "day-ahead policy": day_ahead_policy(
                price_states(train - train_dam, train_hour),
                problem,
                dam,
                publication(grid, 14),
                day_step=local_hour(grid),
            ),
        },
    )
