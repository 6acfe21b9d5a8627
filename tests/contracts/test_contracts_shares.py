"""Who pays which part of the peaks: bills of one tenant beside miners, worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from contracts.test_contracts_tariff import ERCOT_2024
from repower.base.clock import local_year
from repower.contracts import HallTerms, allocate_energy_cost, coincident_weight_known, next_history, settle
from repower.contracts.shares import coincident_frac
from repower.site.agreements import Lease

LEASE = Lease("lease", "lease", "tenant", "modified_gross", 120.0, term_years=15.0)
TERMS = HallTerms("B", "lease", date(2020, 1, 1), 10.0)
RATE = 68.547301
FOUR_CP = {
    "coincident_peak_usd_per_kw_year": RATE,
    "coincident_peak_months": (6, 7, 8, 9),
    "coincident_peak_lag_years": 1,
}


def side_by_side(build, grid, miner_mw, tenant_mw):
    blocks = [
        build.block(grid, "mining", "pool", 30.0),
        build.block(grid, "colocation", "lease", 10.0, hall="B", firm=True),
    ]
    return build.schedule(grid, blocks, [miner_mw, tenant_mw])


def passed_on(lines):
    return [line.amount_usd for line in lines if line.what == "power pass-through"]


def free_power(build, grid, **series):
    return build.prices(grid, index_usd_per_mwh=0.0, **series)


def test_the_tenant_pays_his_draw_in_the_month_s_highest_hour(build):
    """Miners draw 30 MW in one hour of January: 10 of the 40 MW are the tenant's. In February they stand still."""
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    miner_mw = np.zeros(grid.count)
    miner_mw[100] = 30.0
    book = build.book(tariff={"demand_charge_usd_per_kw_month": 4.0}, agreements=[LEASE], halls=[TERMS])
    lines = settle(side_by_side(build, grid, miner_mw, 10.0), book, free_power(build, grid))
    assert passed_on(lines) == pytest.approx([10_000 * 4.0, 10_000 * 4.0])
    assert build.amounts(lines, "demand charge") == pytest.approx([-40_000 * 4.0, -10_000 * 4.0])


def test_the_tenant_does_not_pay_the_peak_that_he_misses(build):
    """The highest hour is 30 MW of miners beside 4 MW of the tenant: he pays 4 of 34, though his own highest is 10."""
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    miner_mw, tenant_mw = np.zeros(grid.count), np.full(grid.count, 10.0)
    miner_mw[100], tenant_mw[100] = 30.0, 4.0
    book = build.book(tariff={"demand_charge_usd_per_kw_month": 4.0}, agreements=[LEASE], halls=[TERMS])
    lines = settle(side_by_side(build, grid, miner_mw, tenant_mw), book, free_power(build, grid))
    assert passed_on(lines) == pytest.approx([4_000 * 4.0])


def test_the_owner_keeps_what_a_ratchet_bills_for_machines_that_are_gone(build):
    """January peaks at 40 MW, and 80 % of that, 32 MW, is billed in February, when the tenant draws 10 MW alone."""
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    miner_mw = np.zeros(grid.count)
    miner_mw[100] = 30.0
    tariff = {"demand_charge_usd_per_kw_month": 4.0, "ratchet_frac": 0.8, "ratchet_months": 11}
    book = build.book(tariff=tariff, agreements=[LEASE], halls=[TERMS])
    schedule, prices = side_by_side(build, grid, miner_mw, 10.0), free_power(build, grid)
    lines = settle(schedule, book, prices)
    assert build.amounts(lines, "demand charge") == pytest.approx([-40_000 * 4.0, -32_000 * 4.0])
    assert passed_on(lines) == pytest.approx([10_000 * 4.0, 10_000 * 4.0])
    assert allocate_energy_cost(schedule, book, prices).sum(axis=0) == pytest.approx([160_000.0, 128_000.0])
    assert allocate_energy_cost(schedule, book, prices, own_dealing=False).sum(axis=0) == pytest.approx(
        [160_000.0, 40_000.0]
    )


@pytest.mark.parametrize("in_peaks", [0, 1, 4])
def test_a_year_later_each_pays_the_peaks_that_he_was_in(build, in_peaks):
    """The tenant was in all four peaks with 10 MW, the miners in some of them with 30."""
    year, later = local_year(2024, "America/Chicago"), local_year(2025, "America/Chicago")
    weight = coincident_weight_known(year, ERCOT_2024)
    miner_mw = np.full(year.count, 30.0)
    miner_mw[np.flatnonzero(weight)[in_peaks:]] = 0.0
    book = build.book(tariff=FOUR_CP, agreements=[LEASE], halls=[TERMS])
    prices = free_power(build, year, coincident_weight=weight)
    schedule = side_by_side(build, year, miner_mw, 10.0)
    assert passed_on(settle(schedule, book, prices)) == pytest.approx([0.0] * 12)
    history = next_history(schedule, book, prices)
    assert dict(history.yearly_coincident_mw) == pytest.approx({2024: 10.0 + 30.0 * in_peaks / 4})
    book = replace(book, peak_history=history)
    lines = settle(side_by_side(build, later, 30.0, 10.0), book, free_power(build, later))
    assert passed_on(lines) == pytest.approx([10_000 * RATE / 12] * 12)
    billed_kw = 10_000 + 30_000 * in_peaks / 4
    assert build.amounts(lines, "coincident-peak charge") == pytest.approx([-billed_kw * RATE / 12] * 12)


def test_the_owner_pays_the_peaks_of_miners_whose_hall_is_let_since(build):
    year, later = local_year(2024, "America/Chicago"), local_year(2025, "America/Chicago")
    weight = coincident_weight_known(year, ERCOT_2024)
    book = build.book(tariff=FOUR_CP, agreements=[LEASE], halls=[replace(TERMS, hand_over=date(2025, 1, 1))])
    mined = build.schedule(year, [build.block(year, "mining", "pool", 30.0, hall="B")])
    history = next_history(mined, book, free_power(build, year, coincident_weight=weight))
    book, prices = replace(book, peak_history=history), free_power(build, later)
    let = build.schedule(later, [build.block(later, "colocation", "lease", 10.0, hall="B", firm=True)])
    lines = settle(let, book, prices)
    assert build.total(lines, "coincident-peak charge") == pytest.approx(-30_000 * RATE)
    assert passed_on(lines) == pytest.approx([0.0] * 12)
    assert not coincident_frac(let, book, prices).any()
    assert allocate_energy_cost(let, book, prices).sum() == pytest.approx(30_000 * RATE)
