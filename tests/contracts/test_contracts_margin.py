"""The two faces agree: one more MWh changes the settlement by its offer less the cost of its supply."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repower.contracts import (
    HallTerms,
    export_price_usd_per_mwh,
    import_cost_usd_per_mwh,
    next_history,
    offers,
    settle,
    supply_blocks,
)
from repower.site.agreements import GpuRental, Hosting, Lease
from repower.site.supply import OnsiteGas, OnsiteHydro, PpaBlock, TakeOrPay

LEASE = Lease("lease", "lease", "tenant", "nnn", 150.0, 10.0, 0.03, 3, 240_000.0)
RENTAL = GpuRental(
    "gpu_rental", "cloud", "customer", 5.0, 3.0, 0.5, 0.9, 0.42, 0.7, ramp_months=4, operating_usd_per_mw_year=1e5
)
HOSTING = Hosting("hosting", "hosting", "guest", "A", 12.0, 55.0, date(2025, 1, 1), date(2025, 6, 16))
PPA = PpaBlock("ppa_block", "wind", 20.0, 34.0, date(2025, 1, 1), date(2027, 1, 1), 0.02)
KINDS = {"mining": 0, "hosting": 1, "GPU term": 2, "GPU spot": 3}

FEATURES = {
    "bare": {},
    "losses and adder": {"losses_frac": 0.03, "adder_usd_per_mwh": 2.5},
    "delivery and inflation": {
        "tariff": {"delivery_usd_per_mwh": 4.0, "monthly_fixed_usd": 900.0},
        "inflation_frac_per_year": 0.04,
        "base_year": 2020,
    },
    "PPA": {"supply": [PPA]},
    "peaks elsewhere": {
        "tariff": {"demand_charge_usd_per_kw_month": 9.0, "ratchet_frac": 0.8, "ratchet_months": 11},
    },
    "tenant beside": {"tenant": True, "losses_frac": 0.02, "tariff": {"monthly_fixed_usd": 5_000.0}},
}


def case(build, grid, tenant=False, adder_usd_per_mwh=0.0, **book):
    """Every kind of block at half of its capacity; the month's peak import is in interval 3 of each month."""
    halls = [HallTerms("G", "cloud", date(2025, 4, 20), 9.0, gpu_count=10_000)]
    if tenant:
        halls.append(HallTerms("B", "lease", date(2025, 4, 1), 8.0))
    book = build.book(agreements=[LEASE, RENTAL, HOSTING], halls=halls, **book)
    supply = tuple(
        replace(item, adder_usd_per_mwh=adder_usd_per_mwh) if item is build.index else item for item in book.supply
    )
    blocks = [
        build.block(grid, "mining", "pool", 10.0),
        build.block(grid, "hosting", "hosting", 12.0),
        build.block(grid, "gpu_cloud", "cloud", 5.0, hall="G", firm=True, gpu_h_per_mwh=500.0),
        build.block(grid, "gpu_cloud", "cloud", 5.0, hall="G", gpu_h_per_mwh=450.0),
    ]
    if tenant:
        blocks.append(build.block(grid, "colocation", "lease", 11.0, hall="B", firm=True))
    powers = [block.capacity_mw * (1.0 if block.use == "colocation" else 0.5) for block in blocks]
    for power_mw, block in zip(powers, blocks, strict=True):
        power_mw[3::24] = block.capacity_mw[3::24]
    return build.schedule(grid, blocks, powers), replace(book, supply=supply)


def more(schedule, row, hour, extra_mw):
    """The same schedule with a block drawing more in one hour, from the grid."""
    block_mw, import_mw = schedule.block_mw.copy(), schedule.import_mw.copy()
    block_mw[row, hour] += extra_mw
    import_mw[hour] += extra_mw
    return replace(schedule, block_mw=block_mw, import_mw=import_mw)


def settled(schedule, book, prices):
    return sum(line.amount_usd for line in settle(schedule, book, prices))


def noisy_prices(build, grid, seed, **series):
    random = np.random.default_rng(seed)
    return build.prices(
        grid,
        index_usd_per_mwh=random.normal(40.0, 80.0, grid.count),
        hashprice_usd_per_ph_day=random.uniform(30.0, 60.0, grid.count),
        gpu_rent_usd_per_gpu_h=random.uniform(1.0, 3.0, grid.count),
        **series,
    )


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6)
@given(seed=st.integers(0, 2**32 - 1), day=st.integers(0, 60), hour=st.integers(4, 23))
def test_one_more_mwh_earns_its_offer_less_the_import_cost(build, kind, feature, seed, day, hour):
    grid = build.span(date(2025, 5, 1), date(2025, 7, 1))
    schedule, book = case(build, grid, **FEATURES[feature])
    prices, row, position = noisy_prices(build, grid, seed), KINDS[kind], day * 24 + hour
    gained = settled(more(schedule, row, position, 0.5), book, prices) - settled(schedule, book, prices)
    margin = offers(schedule.blocks, book, prices)[row] - import_cost_usd_per_mwh(book, prices)
    assert gained / 0.5 == pytest.approx(margin[position], abs=1e-5)


@settings(max_examples=12)
@given(seed=st.integers(0, 2**32 - 1), hour=st.integers(0, 719), lag_years=st.integers(0, 1))
def test_a_probable_peak_hour_costs_its_adder_in_the_end(build, seed, hour, lag_years):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    later = build.span(date(2026, 1, 1), date(2027, 1, 1))
    tariff = {
        "coincident_peak_usd_per_kw_year": 68.547301,
        "coincident_peak_months": (6, 7, 8, 9),
        "coincident_peak_lag_years": lag_years,
    }
    schedule, book = case(build, grid, tariff=tariff, inflation_frac_per_year=0.03)
    book = replace(book, halls=())
    schedule = build.schedule(grid, schedule.blocks[:2], schedule.block_mw[:2])
    weight = np.random.default_rng(seed).dirichlet(np.ones(grid.count))
    prices = noisy_prices(build, grid, seed, coincident_weight=weight)

    def through_next_year(one):
        after = replace(book, peak_history=next_history(one, book, prices))
        return settled(one, book, prices) + settled(build.schedule(later, []), after, build.prices(later))

    gained = through_next_year(more(schedule, 0, hour, 1.0)) - through_next_year(schedule)
    margin = offers(schedule.blocks, book, prices)[0] - import_cost_usd_per_mwh(book, prices)
    assert gained == pytest.approx(margin[hour], abs=1e-5)


def test_supply_costs_what_its_block_says(build):
    """Moving a MWh from the import to a supply block changes the bill by the difference of the two costs."""
    grid = build.span(date(2025, 5, 1), date(2025, 7, 1))
    supply = [
        OnsiteGas("onsite_gas", "gas", 20.0, 9.0, 2.5, 4.0, 10_000.0, 0.9, 0.02),
        OnsiteHydro("onsite_hydro", "river", 10.0, 6.0, (0.5,) * 12),
        TakeOrPay("take_or_pay", "fixed", 8.0, 31.0, date(2025, 1, 1), date(2026, 1, 1), 0.5, 0.02),
    ]
    schedule, book = case(build, grid, supply=supply, inflation_frac_per_year=0.03, base_year=2023, losses_frac=0.02)
    prices = noisy_prices(build, grid, 7)
    blocks = supply_blocks(book, prices)
    assert [block.kind for block in blocks] == ["onsite_gas", "onsite_hydro", "take_or_pay_minimum", "take_or_pay"]
    base_mw = np.array([[9.0], [2.0], [3.0], [0.0]]) * np.ones(grid.count)
    base = build.schedule(grid, schedule.blocks, schedule.block_mw + 2.0, blocks, base_mw)
    cost = import_cost_usd_per_mwh(book, prices)
    for row, block in enumerate(blocks):
        # The priced part of take-or-pay begins where the minimum is taken in full.
        start_mw = base_mw.copy()
        if block.kind == "take_or_pay":
            start_mw[row - 1] = 4.0
        start = build.schedule(grid, base.blocks, base.block_mw, blocks, start_mw)
        moved_mw = start_mw.copy()
        moved_mw[row, 100] += 0.5
        moved = build.schedule(grid, base.blocks, base.block_mw, blocks, moved_mw)
        gained = settled(moved, book, prices) - settled(start, book, prices)
        assert gained / 0.5 == pytest.approx(cost[100] - block.cost_usd_per_mwh[100], abs=1e-5), block.kind


def test_one_more_exported_mwh_earns_the_export_price(build):
    grid = build.span(date(2025, 5, 1), date(2025, 6, 1))
    hydro = OnsiteHydro("onsite_hydro", "river", 100.0, 6.0, (1.0,) * 12)
    schedule, book = case(build, grid, supply=[hydro])
    prices = noisy_prices(build, grid, 9)
    blocks = supply_blocks(book, prices)
    output_mw = np.full(grid.count, 60.0)
    start = build.schedule(grid, schedule.blocks, schedule.block_mw, blocks, [output_mw])
    output_mw[50] += 1.0
    moved = build.schedule(grid, schedule.blocks, schedule.block_mw, blocks, [output_mw])
    gained = settled(moved, book, prices) - settled(start, book, prices)
    assert gained == pytest.approx(export_price_usd_per_mwh(book, prices)[50] - 6.0, abs=1e-5)
