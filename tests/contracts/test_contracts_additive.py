"""A bill is additive: over months in every line, over any split of days in all but two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repower.base.clock import month_plus
from repower.contracts import (
    HallTerms,
    PeakHistory,
    allocate_energy_cost,
    coincident_weight,
    next_history,
    settle,
    supply_blocks,
    totals,
)
from repower.site.agreements import GpuRental, Hosting, Lease
from repower.site.supply import OnsiteGas, OnsiteHydro, PpaBlock, TakeOrPay
from repower.site.tariff import Tariff

KEYS = ("party", "contract", "what", "month", "hall", "use")
TARIFF = {
    "delivery_usd_per_mwh": 2.0,
    "monthly_fixed_usd": 1_000.0,
    "demand_charge_usd_per_kw_month": 5.0,
    "ratchet_frac": 0.8,
    "ratchet_months": 11,
    "coincident_peak_usd_per_kw_year": 68.5,
    "coincident_peak_months": (6, 7, 8, 9),
}
HISTORY = PeakHistory(
    monthly_mw=tuple((date(2024, month, 1), 20.0 + month) for month in range(1, 13)),
    yearly_coincident_mw=((2024, 12.5),),
)


def everything(build, lag_years):
    """A book with every kind of contract, whose terms begin and end within 2025."""
    agreements = [
        Lease("lease", "lease", "tenant", "modified_gross", 150.0, 0.5, 0.03, 3, 2e5, expected_availability_frac=0.99),
        GpuRental("gpu_rental", "cloud", "customer", 0.4, 3.0, 0.5, ramp_months=2, operating_usd_per_mw_year=1e5),
        Hosting("hosting", "hosting", "guest", "A", 6.0, 55.0, date(2025, 2, 7), date(2025, 10, 20)),
    ]
    supply = [
        PpaBlock("ppa_block", "wind", 8.0, 34.0, date(2024, 5, 15), date(2025, 11, 11), 0.02),
        TakeOrPay("take_or_pay", "fixed", 4.0, 31.0, date(2024, 3, 3), date(2026, 1, 1), 0.7, 0.05),
        OnsiteGas("onsite_gas", "gas", 5.0, 9.0, 3.0, 4.0, 10_000.0, 0.9, 0.03),
        OnsiteHydro("onsite_hydro", "river", 12.0, 6.0, tuple(0.05 * month for month in range(1, 13))),
    ]
    halls = [
        HallTerms("B", "lease", date(2025, 3, 12), 5.0, relet_rent_usd_per_kw_month=120.0),
        HallTerms("G", "cloud", date(2025, 2, 20), 2.0, gpu_count=1_000),
    ]
    return build.book(
        agreements=agreements,
        supply=supply,
        halls=halls,
        tariff=TARIFF | {"coincident_peak_lag_years": lag_years},
        losses_frac=0.02,
        inflation_frac_per_year=0.03,
        base_year=2024,
        peak_history=HISTORY,
    )


def year(build, grid, book, seed):
    """Random loads and supply over a grid, with their prices."""
    random = np.random.default_rng(seed)
    index = random.normal(40.0, 60.0, grid.count)
    weight = coincident_weight(grid, Tariff(**TARIFF), index)
    hashprice = random.uniform(30.0, 60.0, grid.count)
    prices = build.prices(grid, index_usd_per_mwh=index, hashprice_usd_per_ph_day=hashprice, coincident_weight=weight)
    blocks = (
        build.block(grid, "mining", "pool", 20.0),
        build.block(grid, "mining", "pool", 9.0, hall="B"),
        build.block(grid, "hosting", "hosting", 6.0),
        build.block(grid, "colocation", "lease", 6.0, hall="B", firm=True),
        build.block(grid, "gpu_cloud", "cloud", 2.0, hall="G", firm=True, gpu_h_per_mwh=250.0),
        build.block(grid, "gpu_cloud", "cloud", 2.0, hall="G", gpu_h_per_mwh=250.0),
    )
    powers = [block.capacity_mw * (1.0 if block.firm else random.integers(0, 2, grid.count)) for block in blocks]
    supply = supply_blocks(book, prices)
    output = [block.capacity_mw * random.uniform(0.0, 1.0, grid.count) for block in supply]
    return build.schedule(grid, blocks, powers, supply, output), prices


def cut(schedule, prices, grid):
    """The part of a schedule and its prices on a grid inside theirs."""
    first = round((grid.start_utc - schedule.grid.start_utc).total_seconds() / grid.step_s)
    part = slice(first, first + grid.count)
    arrays = ("index_usd_per_mwh", "hashprice_usd_per_ph_day", "gpu_rent_usd_per_gpu_h", "coincident_weight")
    return (
        replace(
            schedule,
            grid=grid,
            blocks=tuple(
                replace(
                    block,
                    capacity_mw=block.capacity_mw[part],
                    hash_ph_day_per_mwh=block.hash_ph_day_per_mwh[part],
                    gpu_h_per_mwh=block.gpu_h_per_mwh[part],
                )
                for block in schedule.blocks
            ),
            supply=tuple(
                replace(block, capacity_mw=block.capacity_mw[part], cost_usd_per_mwh=block.cost_usd_per_mwh[part])
                for block in schedule.supply
            ),
            block_mw=schedule.block_mw[:, part],
            supply_mw=schedule.supply_mw[:, part],
            import_mw=schedule.import_mw[part],
            export_mw=schedule.export_mw[part],
        ),
        replace(prices, grid=grid, **{name: getattr(prices, name)[part] for name in arrays}),
    )


def in_parts(schedule, book, prices, grids):
    """Lines and allocated costs of consecutive spans, each handing its history to the next."""
    lines, shares = [], []
    for grid in grids:
        part, its_prices = cut(schedule, prices, grid)
        lines += settle(part, book, its_prices)
        shares.append(allocate_energy_cost(part, book, its_prices))
        book = replace(book, peak_history=next_history(part, book, its_prices))
    return lines, np.hstack(shares), book.peak_history


@settings(max_examples=8)
@given(seed=st.integers(0, 2**32 - 1), lag_years=st.integers(0, 1))
def test_a_year_is_the_sum_of_its_months(build, seed, lag_years):
    grid = build.span(date(2025, 1, 1), date(2026, 1, 1))
    book = everything(build, lag_years)
    schedule, prices = year(build, grid, book, seed)
    months = [build.span(month, month_plus(month, 1)) for month in (date(2025, k, 1) for k in range(1, 13))]
    lines, shares, history = in_parts(schedule, book, prices, months)
    whole = totals(settle(schedule, book, prices), by=KEYS)
    parts = totals(lines, by=KEYS)
    assert parts.keys() == whole.keys()
    assert len(whole) > 200
    for key, usd in whole.items():
        assert parts[key] == pytest.approx(usd, rel=1e-9), key
    assert shares == pytest.approx(allocate_energy_cost(schedule, book, prices), rel=1e-9)
    expected = next_history(schedule, book, prices)
    assert history.monthly_mw == expected.monthly_mw
    assert dict(history.yearly_coincident_mw) == pytest.approx(dict(expected.yearly_coincident_mw))


@settings(max_examples=8)
@given(
    seed=st.integers(0, 2**32 - 1),
    lag_years=st.integers(0, 1),
    offsets=st.sets(st.integers(1, 150), min_size=1, max_size=4),
)
def test_any_days_add_up_to_the_span(build, seed, lag_years, offsets):
    first, until = date(2025, 2, 1), date(2025, 7, 1)
    book = everything(build, lag_years)
    schedule, prices = year(build, build.span(first, until), book, seed)
    edges = [first, *(first + timedelta(days=days) for days in sorted(offsets) if days < 150), until]
    grids = [build.span(start, end) for start, end in pairwise(edges)]
    lines, _, _ = in_parts(schedule, book, prices, grids)
    by_part = {"service credit", "power pass-through"}
    whole, parts = (
        totals([line for line in some if line.what not in by_part], by=KEYS)
        for some in (settle(schedule, book, prices), lines)
    )
    assert parts.keys() == whole.keys()
    for key, usd in whole.items():
        assert parts[key] == pytest.approx(usd, rel=1e-9), key


def test_months_over_the_turn_of_the_year_add_up(build):
    grid = build.span(date(2024, 6, 1), date(2026, 3, 1))
    book = replace(everything(build, 1), peak_history=PeakHistory(yearly_coincident_mw=((2023, 9.0),)))
    schedule, prices = year(build, grid, book, 11)
    edges = [date(2024, 6, 1), date(2024, 8, 1), date(2025, 1, 1), date(2026, 1, 1), date(2026, 3, 1)]
    grids = [build.span(start, end) for start, end in pairwise(edges)]
    lines, _, _ = in_parts(schedule, book, prices, grids)
    whole, parts = totals(settle(schedule, book, prices), by=KEYS), totals(lines, by=KEYS)
    assert parts.keys() == whole.keys()
    for key, usd in whole.items():
        assert parts[key] == pytest.approx(usd, rel=1e-9), key
