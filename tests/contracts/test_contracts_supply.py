"""Supply contracts by hand: PPA, take-or-pay, gas, hydro, export, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from repower.base.errors import InputError
from repower.contracts import export_price_usd_per_mwh, import_cost_usd_per_mwh, settle, supply_blocks
from repower.site.supply import OnsiteGas, OnsiteHydro, PpaBlock, TakeOrPay

PPA = PpaBlock("ppa_block", "wind", 20.0, 34.0, date(2025, 1, 1), date(2027, 1, 1), escalator_frac_per_year=0.02)
FIXED = TakeOrPay("take_or_pay", "fixed", 50.0, 30.0, date(2025, 6, 1), date(2025, 7, 1), minimum_take_frac=0.6)
GAS = OnsiteGas(
    "onsite_gas",
    "engines",
    capacity_mw=30.0,
    heat_rate_mmbtu_per_mwh=9.0,
    fuel_usd_per_mmbtu=2.0,
    variable_om_usd_per_mwh=5.0,
    fixed_om_usd_per_mw_year=24_000.0,
    availability_frac=0.9,
    fuel_escalator_frac_per_year=0.1,
)
HYDRO = OnsiteHydro("onsite_hydro", "river", 10.0, 7.0, (0.2, 0.3, 0.5, 0.8, 1.0, 0.9, 0.6, 0.4, 0.4, 0.5, 0.4, 0.3))


def test_a_ppa_settles_the_difference_used_or_not(build):
    grid = build.span(date(2025, 12, 1), date(2026, 2, 1))
    index = np.full(grid.count, 40.0)
    index[5] = 5_000.0
    book, prices = build.book(supply=[PPA]), build.prices(grid, index_usd_per_mwh=index)
    # December: 743 h x 20 MW x (40 - 34) + 20 MW x (5,000 - 34); January at 34 x 1.02 = 34.68: 744 h x 20 MW x 5.32.
    expected = [743 * 20 * 6.0 + 20 * 4_966.0, 744 * 20 * 5.32]
    for power_mw in (0.0, 100.0):
        lines = settle(build.mining(grid, power_mw), book, prices)
        assert build.amounts(lines, "PPA difference") == pytest.approx(expected)
    line = next(line for line in lines if line.what == "PPA difference")
    assert (line.party, line.counterparty, line.quantity) == ("PPA seller", "site", pytest.approx(744 * 20))


def test_a_ppa_costs_money_where_the_index_is_lower(build):
    grid = build.span(date(2026, 12, 1), date(2027, 2, 1))
    lines = settle(build.mining(grid), build.book(supply=[PPA]), build.prices(grid, index_usd_per_mwh=-10.0))
    # Last month of the contract, after one anniversary: 744 h x 20 MW x (-10 - 34.68); nothing from 1 January 2027 on.
    assert build.amounts(lines, "PPA difference") == pytest.approx([744 * 20 * -44.68])


def test_a_ppa_moves_no_margin(build):
    grid = build.span(date(2025, 3, 1), date(2025, 4, 1))
    prices = build.prices(grid)
    with_ppa, without = build.book(supply=[PPA]), build.book()
    assert np.array_equal(import_cost_usd_per_mwh(with_ppa, prices), import_cost_usd_per_mwh(without, prices))
    assert supply_blocks(with_ppa, prices) == ()


def test_take_or_pay_splits_into_a_sunk_and_a_priced_block(build):
    grid = build.span(date(2025, 5, 1), date(2025, 8, 1))
    sunk, priced = supply_blocks(build.book(supply=[FIXED]), build.prices(grid))
    assert (sunk.name, sunk.kind, priced.name, priced.kind) == ("fixed", "take_or_pay_minimum", "fixed", "take_or_pay")
    june = slice(31 * 24, 61 * 24)
    for block, capacity_mw, cost in ((sunk, 30.0, 0.0), (priced, 20.0, 30.0)):
        assert block.capacity_mw[june] == pytest.approx(np.full(720, capacity_mw))
        assert block.capacity_mw.sum() == pytest.approx(720 * capacity_mw)
        assert block.cost_usd_per_mwh[june] == pytest.approx(np.full(720, cost))


def test_take_or_pay_bills_what_is_taken_and_what_is_missed(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    book, prices = build.book(supply=[FIXED]), build.prices(grid)
    blocks = supply_blocks(book, prices)
    load = build.block(grid, "mining", "pool", 100.0)
    first_half = np.where(np.arange(grid.count) < 360, 1.0, 0.0)
    schedule = build.schedule(grid, [load], [40.0 * first_half], blocks, [30.0 * first_half, 10.0 * first_half])
    lines = settle(schedule, book, prices)
    # Half of June takes 40 MW; the other half takes nothing and still pays for 30 MW.
    assert build.amounts(lines, "take-or-pay energy") == pytest.approx([-360 * 40 * 30])
    assert build.amounts(lines, "take-or-pay shortfall") == pytest.approx([-360 * 30 * 30])
    assert build.total(lines, "index energy") == 0.0


def test_take_or_pay_is_owed_also_when_dispatch_knows_nothing_of_it(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1))
    lines = settle(build.mining(grid, 10.0), build.book(supply=[FIXED]), build.prices(grid))
    assert build.amounts(lines, "take-or-pay shortfall") == pytest.approx([-720 * 30 * 30])


def test_gas_burns_fuel_and_pays_its_upkeep(build):
    grid = build.span(date(2026, 12, 1), date(2027, 2, 1))
    book = build.book(supply=[GAS], inflation_frac_per_year=0.05, base_year=2026)
    prices = build.prices(grid)
    (block,) = supply_blocks(book, prices)
    # Fuel 2 x 9 = 18 $/MWh and 5 of variable O&M in 2026; 18 x 1.1 and 5 x 1.05 in 2027.
    assert (block.kind, block.capacity_mw[0]) == ("onsite_gas", pytest.approx(27.0))
    assert block.cost_usd_per_mwh[[0, -1]] == pytest.approx([23.0, 19.8 + 5.25])
    load = build.block(grid, "mining", "pool", 27.0)
    lines = settle(build.schedule(grid, [load], [27.0], [block], [27.0]), book, prices)
    made_mwh = 744 * 27
    assert build.amounts(lines, "fuel") == pytest.approx([-made_mwh * 18, -made_mwh * 19.8])
    assert build.amounts(lines, "variable O&M") == pytest.approx([-made_mwh * 5, -made_mwh * 5.25])
    assert build.amounts(lines, "fixed O&M") == pytest.approx([-30 * 2_000, -30 * 2_000 * 1.05])
    fuel = next(line for line in lines if line.what == "fuel")
    assert (fuel.quantity, fuel.quantity_unit, fuel.unit_price) == (pytest.approx(made_mwh * 9), "MMBtu", 2.0)


def test_hydro_follows_its_months(build):
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    book, prices = build.book(supply=[HYDRO]), build.prices(grid)
    (block,) = supply_blocks(book, prices)
    assert block.capacity_mw[[0, -1]] == pytest.approx([2.0, 3.0])
    load = build.block(grid, "mining", "pool", 3.0)
    lines = settle(build.schedule(grid, [load], [block.capacity_mw], [block], [block.capacity_mw]), book, prices)
    assert build.amounts(lines, "hydro energy") == pytest.approx([-744 * 2 * 7, -672 * 3 * 7])


def test_surplus_is_sold_at_the_index(build):
    grid = build.span(date(2025, 5, 1), date(2025, 6, 1))
    book, prices = build.book(supply=[HYDRO], losses_frac=0.05), build.prices(grid)
    blocks = supply_blocks(book, prices)
    load = build.block(grid, "mining", "pool", 4.0)
    lines = settle(build.schedule(grid, [load], [4.0], blocks, [10.0]), book, prices)
    assert build.amounts(lines, "export energy") == pytest.approx([744 * 6 * 40])
    assert export_price_usd_per_mwh(book, prices) == pytest.approx(prices.index_usd_per_mwh)


def test_an_off_grid_site_has_no_index(build):
    grid = build.span(date(2025, 5, 1), date(2025, 6, 1))
    book, prices = build.book(supply=[GAS], import_limit_mw=0.0), build.prices(grid)
    load = build.block(grid, "mining", "pool", 20.0)
    lines = settle(build.schedule(grid, [load], [20.0], supply_blocks(book, prices), [20.0]), book, prices)
    assert {line.what for line in lines if line.use == "power"} == {"fuel", "variable O&M", "fixed O&M"}
    with pytest.raises(InputError, match="imported energy has no price"):
        settle(build.schedule(grid, [load], [20.0]), book, prices)


def test_a_grid_site_needs_one_index(build):
    grid = build.span(date(2025, 5, 1), date(2025, 6, 1))
    for supply in ((), (build.index, replace(build.index, name="second"))):
        book = replace(build.book(), supply=supply)
        with pytest.raises(InputError, match=r"no price|one index"):
            import_cost_usd_per_mwh(book, build.prices(grid))


def test_malformed_schedules_are_refused(build):
    grid = build.span(date(2025, 5, 1), date(2025, 5, 3))
    book, prices, good = build.book(), build.prices(grid), build.mining(grid, 10.0)
    hole = good.import_mw.copy()
    hole[7] = np.nan
    wrong = {
        "does not balance.*interval 0": replace(good, import_mw=good.import_mw + 1.0),
        "negative or no number": replace(good, import_mw=hole),
        "schedule.block_mw.*negative": replace(good, block_mw=-good.block_mw),
        "schedule.export_mw.*another shape": replace(good, export_mw=np.zeros(3)),
        "does not fit the grid": replace(good, blocks=(replace(good.blocks[0], capacity_mw=np.zeros(3)),)),
        "has a value that is no number": replace(good, blocks=(replace(good.blocks[0], capacity_mw=hole),)),
        "no such contract": replace(good, blocks=(replace(good.blocks[0], contract="poool"),)),
    }
    for message, schedule in wrong.items():
        with pytest.raises(InputError, match=message):
            settle(schedule, book, prices)
    other = build.prices(build.span(date(2025, 5, 2), date(2025, 5, 4)))
    with pytest.raises(InputError, match="different grids"):
        settle(good, book, other)
    stray = supply_blocks(build.book(supply=[GAS]), prices)
    with pytest.raises(InputError, match="no such supply"):
        settle(build.schedule(grid, good.blocks, [10.0], stray, [5.0]), book, prices)


def test_a_misspelt_contract_is_told_its_neighbour(build):
    grid = build.span(date(2025, 5, 1), date(2025, 5, 3))
    block = build.block(grid, "mining", "poool", 1.0)
    with pytest.raises(InputError, match="did you mean 'pool'"):
        settle(build.schedule(grid, [block]), build.book(), build.prices(grid))
