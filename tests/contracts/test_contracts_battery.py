"""A battery in a schedule: it must balance, its trade is the site's own, and its shaving of peaks is on the bill."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.contracts import HallTerms, PeakHistory, allocate_energy_cost, billed_demand_mw, settle
from repower.contracts.periods import month_max, periods
from repower.contracts.tariff import demand_floor_mw
from repower.site.agreements import Lease
from repower.site.supply import OnsiteGas

LEASE = Lease("lease", "lease", "tenant", "nnn", 150.0, 10.0)
GAS = OnsiteGas("onsite_gas", "gas", 20.0, 9.0, 2.5)


def with_battery(schedule, battery_mw):
    """The same loads with a battery; the meter takes what is left."""
    net = schedule.block_mw.sum(axis=0) + battery_mw - schedule.supply_mw.sum(axis=0)
    return replace(schedule, battery_mw=battery_mw, import_mw=np.maximum(net, 0.0), export_mw=np.maximum(-net, 0.0))


def case(build, with_gas=False):
    grid = build.span(date(2025, 5, 1), date(2025, 6, 1))
    halls = [HallTerms("B", "lease", date(2025, 1, 1), 8.0)]
    book = build.book(agreements=[LEASE], halls=halls, supply=[GAS] if with_gas else [])
    blocks = [
        build.block(grid, "mining", "pool", 10.0),
        build.block(grid, "colocation", "lease", 12.0, hall="B", firm=True),
    ]
    prices = build.prices(grid, index_usd_per_mwh=np.random.default_rng(5).normal(40.0, 60.0, grid.count))
    supply = build.supply(book, prices)
    schedule = build.schedule(grid, blocks, None, supply, [5.0] if with_gas else [])
    return schedule, book, prices


@pytest.mark.parametrize("with_gas", [False, True])
@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_battery_moves_the_bill_and_the_parts_still_add_up_to_it(build, with_gas, seed):
    schedule, book, prices = case(build, with_gas)
    battery_mw = np.random.default_rng(seed).uniform(-17.0, 25.0, schedule.grid.count)
    moved = with_battery(schedule, battery_mw)
    before, after = settle(schedule, book, prices), settle(moved, book, prices)
    bought = float(np.dot(battery_mw, prices.index_usd_per_mwh))
    power = [sum(line.amount_usd for line in lines if line.use == "power") for lines in (before, after)]
    assert power[1] - power[0] == pytest.approx(-bought, rel=1e-9, abs=1e-6)
    allocated = allocate_energy_cost(moved, book, prices).sum()
    assert allocated == pytest.approx(-power[1], rel=1e-9, abs=1e-6)


def test_a_tenant_pays_the_price_of_the_hour_and_not_for_the_battery(build):
    schedule, book, prices = case(build)
    battery_mw = np.where(np.arange(schedule.grid.count) % 2 == 0, 9.0, -9.0)
    lines = settle(with_battery(schedule, battery_mw), book, prices)
    paid = sum(build.amounts(lines, "power pass-through"))
    assert paid == pytest.approx(12.0 * prices.index_usd_per_mwh.sum(), rel=1e-9)


def test_a_battery_that_serves_the_loads_alone_is_worth_the_price_of_an_import(build):
    """Nothing flows in: the tenant pays the index for what the battery gives."""
    schedule, book, prices = case(build, with_gas=True)
    none = np.zeros(schedule.grid.count)
    alone = replace(schedule, supply_mw=np.zeros_like(schedule.supply_mw), battery_mw=none - 22.0, import_mw=none)
    lines = settle(alone, book, prices)
    assert sum(build.amounts(lines, "power pass-through")) == pytest.approx(12.0 * prices.index_usd_per_mwh.sum())
    assert build.total(lines, "index energy") == 0.0


def test_a_battery_out_of_balance_or_without_numbers_is_refused(build):
    schedule, book, prices = case(build)
    battery_mw = np.full(schedule.grid.count, 4.0)
    with pytest.raises(InputError, match="does not balance"):
        settle(replace(schedule, battery_mw=battery_mw), book, prices)
    with pytest.raises(InputError, match="another shape"):
        settle(replace(schedule, battery_mw=battery_mw[1:]), book, prices)
    battery_mw[7] = np.nan
    with pytest.raises(InputError, match="interval 7"):
        settle(with_battery(schedule, battery_mw), book, prices)


@settings(max_examples=60)
@given(
    peaks=st.lists(st.floats(0.0, 100.0), min_size=3, max_size=3),
    earlier=st.lists(st.floats(0.0, 100.0), min_size=4, max_size=4),
    ratchet=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    named=st.booleans(),
)
def test_floors_and_what_is_billed_already_give_the_billed_demand(build, peaks, earlier, ratchet, named):
    """A month's peak P is billed as the higher of P and the floor, less what an earlier bill has billed."""
    grid = build.span(date(2025, 5, 1), date(2025, 8, 1))
    when = periods(grid)
    months = [date(2025, month, 1) for month in (1, 2, 3, 4)] + ([date(2025, 5, 1)] if named else [])
    history = PeakHistory(tuple(zip(months, [*earlier, 40.0][: len(months)], strict=True)))
    tariff = {"demand_charge_usd_per_kw_month": 5.0, "ratchet_frac": ratchet, "ratchet_months": 3}
    book = build.book(tariff=tariff, peak_history=history)
    schedule = build.mining(grid, np.array(peaks)[when.month_of])
    peak_mw = month_max(when, schedule.import_mw)
    floor_mw, already_mw = demand_floor_mw(book, when, peak_mw)
    expected = billed_demand_mw(schedule, book)
    np.testing.assert_allclose(np.maximum(peak_mw, floor_mw) - already_mw, expected, atol=1e-9)
    of_history, _ = demand_floor_mw(book, when)
    assert np.all(of_history <= floor_mw)
