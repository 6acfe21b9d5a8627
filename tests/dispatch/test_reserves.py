"""Reserves of a battery: by hand, within every limit, and never worse than energy alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from dispatch.battery_sites import broken_limits, random_site, size_usd
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.lp import solve_lp
from repower.dispatch.reserve_product import ReserveProduct
from repower.dispatch.reserves import solve_reserves
from shared_data import shared

SEEDS = range(60)
SITE = DispatchProblem(
    price_usd_per_mwh=[30.0, 30.0, 30.0],
    block_value_usd_per_mwh=[1000.0],
    block_mw=[20.0],
    import_limit_mw=40.0,
    battery=Battery(
        charge_mw=5.0,
        discharge_mw=5.0,
        energy_mwh=10.0,
        charge_efficiency_frac=0.8,
        discharge_efficiency_frac=0.5,
        start_mwh=8.0,
        end_mwh=8.0,
    ),
)


def test_power_and_energy_both_limit_an_award() -> None:
    """8 MWh give 4 MWh: 4 MW for an hour, 1 MW for four. Up to the 5 MW of the battery for half an hour."""
    for sustained_h, most_mw in ((1.0, 4.0), (4.0, 1.0), (0.5, 5.0)):
        flat = ReserveProduct(price_usd_per_mw=np.full(3, 0.1), sustained_h=sustained_h)
        found = solve_reserves(SITE, [flat])
        assert found.award_mw[:, 0] == pytest.approx(np.full(3, most_mw))
        assert found.reserve_usd == pytest.approx(0.3 * most_mw)
        assert found.battery_mw == pytest.approx(np.zeros(3))


def test_downward_awards_need_room() -> None:
    """2 MWh of room take 2.5 MW for an hour, of which 80 % arrive."""
    down = ReserveProduct(price_usd_per_mw=np.full(3, 0.1), sustained_h=1.0, down=True)
    assert solve_reserves(SITE, [down]).award_mw[:, 0] == pytest.approx(np.full(3, 2.5))
    tight = replace(SITE, import_limit_mw=[40.0, 21.5, 40.0])
    assert solve_reserves(tight, [down]).award_mw[:, 0] == pytest.approx([2.5, 1.5, 2.5])


def test_charging_can_be_held_back_as_a_reserve() -> None:
    """Full batteries only: while it charges 2.5 MW it could give 5 MW, in all 7.5 MW, for minutes."""
    problem = replace(SITE, price_usd_per_mwh=[30.0, 500.0, 500.0], battery=replace(SITE.battery, end_mwh=10.0))
    quick = ReserveProduct(price_usd_per_mw=np.full(3, 2.0), sustained_h=0.1)
    found = solve_reserves(problem, [quick])
    assert found.charge_mw == pytest.approx([2.5, 0.0, 0.0])
    assert found.award_mw[:, 0] == pytest.approx([7.5, 5.0, 5.0])


def test_a_meter_that_may_not_export_gives_no_more_than_it_draws() -> None:
    problem = replace(SITE, block_mw=[3.0])
    product = ReserveProduct(price_usd_per_mw=np.full(3, 0.1), sustained_h=0.5)
    assert solve_reserves(problem, [product]).award_mw[:, 0] == pytest.approx(np.full(3, 3.0))


def test_products_share_the_battery_and_the_dearer_one_gets_it() -> None:
    cheap = ReserveProduct(price_usd_per_mw=np.full(3, 0.1), sustained_h=1.0)
    dear = ReserveProduct(price_usd_per_mw=np.array([0.2, 0.0, 0.2]), sustained_h=1.0, most_mw=3.0)
    found = solve_reserves(SITE, [cheap, dear])
    assert found.award_mw == pytest.approx(np.array([[1.0, 3.0], [4.0, 0.0], [1.0, 3.0]]))


def test_awards_keep_every_limit_and_are_never_worse_than_energy_alone() -> None:
    seen = 0
    for seed in SEEDS:
        problem = random_site(seed)
        rng = np.random.default_rng(seed)
        steps = problem.price_usd_per_mwh.size
        products = [
            ReserveProduct(price_usd_per_mw=rng.uniform(0, 30, steps), sustained_h=0.5),
            ReserveProduct(price_usd_per_mw=rng.uniform(0, 30, steps), sustained_h=2.0, most_mw=4.0),
            ReserveProduct(price_usd_per_mw=rng.uniform(0, 10, steps), sustained_h=1.0, down=True),
        ]
        try:
            alone = solve_lp(problem)
        except InfeasibleError:
            with pytest.raises(InfeasibleError):
                solve_reserves(problem, products)
            continue
        found = solve_reserves(problem, products)
        energy_usd = found.profit_usd - found.reserve_usd
        size = size_usd(problem, found) + found.reserve_usd
        assert not broken_limits(problem, replace(found, profit_usd=energy_usd), 1e-6), f"seed {seed}"
        assert found.profit_usd >= alone.profit_usd - 1e-8 * size, f"seed {seed}"
        assert (found.profit_usd - found.reserve_usd) <= alone.profit_usd + 1e-8 * size, f"seed {seed}"
        battery, award = problem.battery, found.award_mw
        assert battery is not None
        up, down = award[:, 0] + award[:, 1], award[:, 2]
        assert (up - found.battery_mw <= battery.discharge_mw + 1e-6).all()
        assert (down + found.battery_mw <= battery.charge_mw + 1e-6).all()
        held = np.append(battery.start_mwh, found.energy_mwh)
        kept = (award[:, 0] * 0.5 + award[:, 1] * 2.0) / battery.discharge_efficiency_frac
        assert (kept <= np.minimum(held[:-1], held[1:]) + 1e-5).all(), f"seed {seed}"
        room = battery.energy_mwh - np.maximum(held[:-1], held[1:])
        assert (down * battery.charge_efficiency_frac <= room + 1e-5).all(), f"seed {seed}"
        seen += 1
    assert seen > len(SEEDS) / 2


def test_nothing_paid_is_energy_alone() -> None:
    problem = replace(SITE, price_usd_per_mwh=[10.0, 300.0, 20.0])
    nothing = ReserveProduct(price_usd_per_mw=np.zeros(3), sustained_h=1.0)
    assert solve_reserves(problem, [nothing]).profit_usd == pytest.approx(solve_lp(problem).profit_usd)


def test_ercot_reserves_of_a_week_in_2024_pay_more_than_energy_alone() -> None:
    """First week of May 2024: 5 MW and 10 MWh beside 20 MW, LZ_WEST in real time, non-spin and RRS day-ahead.

    For how long they must last is assumed here.
    """
    first, steps = datetime(2024, 5, 1, 5, tzinfo=UTC), 168
    price = pl.read_parquet(shared("data/power/ercot_rt_hourly_all_points_2024.parquet"), columns=["ts_utc", "LZ_WEST"])
    reserve = pl.read_parquet(shared("data/power/ercot_dam_as_mcpc_2024.parquet"))
    both = price.join(reserve, on="ts_utc").sort("ts_utc").filter(pl.col("ts_utc") >= first)[:steps]
    assert both["ts_utc"].diff().drop_nulls().n_unique() == 1, "no gap in the week"
    problem = replace(SITE, price_usd_per_mwh=both["LZ_WEST"].to_numpy().astype(np.float64))
    products = [
        ReserveProduct(price_usd_per_mw=both[name].to_numpy().astype(np.float64), sustained_h=hours)
        for name, hours in (("RRS", 0.5), ("NSPIN", 4.0))
    ]
    found = solve_reserves(problem, products)
    assert found.reserve_usd > 0.0
    assert found.profit_usd > solve_lp(problem).profit_usd + 100.0


def test_products_that_do_not_fit_are_refused() -> None:
    product = ReserveProduct(price_usd_per_mw=np.ones(3), sustained_h=1.0)
    with pytest.raises(InputError, match=r"products\[0\].blocks: nobody may provide it"):
        solve_reserves(replace(SITE, battery=None), [product])
    with pytest.raises(InputError, match="products: is empty"):
        solve_reserves(SITE, [])
    with pytest.raises(InputError, match=r"products\[0\].price_usd_per_mw: does not fit"):
        solve_reserves(SITE, [replace(product, price_usd_per_mw=np.ones(2))])
    with pytest.raises(InputError, match=r"products\[0\].sustained_h: is no length of time"):
        solve_reserves(SITE, [replace(product, sustained_h=0.0)])
