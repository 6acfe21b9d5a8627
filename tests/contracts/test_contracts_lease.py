"""Leases by hand: rent, ramp, escalator, part months, pass-through, operating cost, service credits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from repower.base.clock import local_year
from repower.base.errors import InputError
from repower.contracts import HallTerms, allocate_energy_cost, offers, ramp_frac, settle, supply_blocks, totals
from repower.contracts.periods import periods
from repower.site.agreements import Lease
from repower.site.supply import PpaBlock

LEASE = Lease(
    "lease",
    "lease",
    "tenant",
    "modified_gross",
    rent_usd_per_kw_month=150.0,
    term_years=10.0,
    escalator_frac_per_year=0.03,
    operating_usd_per_mw_year=240_000.0,
)


def site(build, grid, lease=LEASE, hand_over=date(2025, 1, 1), **changes):
    """A hall of 20 MW critical IT that draws 25 MW, beside 75 MW of mining; book, schedule and prices."""
    terms = HallTerms("B", lease.name, hand_over, 20.0, relet_rent_usd_per_kw_month=changes.pop("relet", None))
    book = build.book(agreements=[lease], halls=[terms], **changes)
    blocks = [
        build.block(grid, "mining", "pool", 75.0),
        build.block(grid, "colocation", lease.name, 25.0, hall="B", firm=True),
    ]
    return build.schedule(grid, blocks), book


def test_rent_follows_ramp_part_month_and_escalator(build):
    grid = build.span(date(2025, 1, 1), date(2026, 7, 1))
    schedule, book = site(build, grid, replace(LEASE, ramp_months=4), hand_over=date(2025, 4, 11))
    rent = build.amounts(settle(schedule, book, build.prices(grid)), "rent")
    full = 20_000 * 150.0
    # Ramp month k of 4 begins on the 11th. April: 20 of 30 days at 1/4. May: 10 days at 1/4, 21 at 2/4 of 31.
    # June: 10 at 2/4, 20 at 3/4 of 30. July: 10 at 3/4, 21 at 1 of 31. Then whole months up to March.
    ramp = [20 / 30 / 4, (10 / 4 + 21 * 2 / 4) / 31, (10 * 2 / 4 + 20 * 3 / 4) / 30, (10 * 3 / 4 + 21) / 31]
    # First anniversary on 11 April 2026: 10 days at the old rent and 20 at 1.03 of it, then 1.03.
    later = [1.0] * 8 + [(10 + 20 * 1.03) / 30, 1.03, 1.03]
    assert rent == pytest.approx([full * share for share in ramp + later])


def test_the_rent_line_carries_its_quantity_and_price(build):
    grid = build.span(date(2025, 2, 1), date(2025, 3, 1))
    schedule, book = site(build, grid)
    line = next(line for line in settle(schedule, book, build.prices(grid)) if line.what == "rent")
    assert (line.party, line.counterparty, line.contract) == ("tenant", "site", "lease")
    assert (line.hall, line.use, line.month) == ("B", "colocation", date(2025, 2, 1))
    assert (line.quantity, line.quantity_unit) == (pytest.approx(20_000), "kW-month")
    assert (line.unit_price, line.unit_price_unit) == (pytest.approx(150.0), "$/kW-month")


def test_the_term_ends_and_the_hall_may_be_let_again(build):
    grid = build.span(date(2034, 12, 1), date(2036, 3, 1))
    ended, book = site(build, grid)
    assert build.amounts(settle(ended, book, build.prices(grid)), "rent") == pytest.approx([3e6 * 1.03**9])
    again, book = site(build, grid, relet=160.0)
    rent = build.amounts(settle(again, book, build.prices(grid)), "rent")
    # From 1 January 2035 at 160, one step a year later.
    assert rent == pytest.approx([3e6 * 1.03**9] + [3.2e6] * 12 + [3.2e6 * 1.03] * 2)


@pytest.mark.parametrize(
    ("basis", "passes_power_on", "recovers_operation"),
    [("nnn", True, True), ("modified_gross", True, False), ("gross", False, False)],
)
def test_who_pays_power_and_operation(build, basis, passes_power_on, recovers_operation):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    schedule, book = site(
        build, grid, replace(LEASE, basis=basis), losses_frac=0.02, tariff={"delivery_usd_per_mwh": 3.0}
    )
    lines = settle(schedule, book, build.prices(grid))
    # 744 h x 25 MW at 40 x 1.02 + 3 = 43.8 $/MWh.
    assert build.total(lines, "power pass-through") == pytest.approx(744 * 25 * 43.8 if passes_power_on else 0.0)
    assert build.total(lines, "operating cost") == pytest.approx(-20 * 20_000)
    assert build.total(lines, "operating cost recovered") == pytest.approx(20 * 20_000 if recovers_operation else 0.0)
    assert build.total(lines, "index energy") == pytest.approx(-744 * 100 * 40)


def test_operating_cost_rises_with_inflation_and_starts_at_hand_over(build):
    grid = build.span(date(2025, 12, 1), date(2026, 2, 1))
    schedule, book = site(build, grid, hand_over=date(2025, 12, 17), inflation_frac_per_year=0.04)
    cost = build.amounts(settle(schedule, book, build.prices(grid)), "operating cost")
    assert cost == pytest.approx([-20 * 20_000 * 15 / 31, -20 * 20_000 * 1.04])


def test_pass_through_is_hour_by_hour_not_at_an_average(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    index = np.full(grid.count, 20.0)
    index[:10] = 9_000.0
    schedule, book = site(build, grid)
    mining_mw = np.where(index > 100.0, 0.0, 75.0)
    schedule = build.schedule(grid, schedule.blocks, [mining_mw, 25.0])
    prices = build.prices(grid, index_usd_per_mwh=index)
    # The tenant stays on through ten hours at 9,000 $/MWh while the miners are off: 25 x (10 x 9,000 + 734 x 20).
    assert build.total(settle(schedule, book, prices), "power pass-through") == pytest.approx(25 * (90_000 + 14_680))


def test_the_tenant_pays_a_share_of_capacity_charges_and_none_of_the_hedge(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    ppa = PpaBlock("ppa_block", "wind", 50.0, 30.0, date(2025, 1, 1), date(2026, 1, 1))
    tariff = {"demand_charge_usd_per_kw_month": 4.0, "monthly_fixed_usd": 1_000.0}
    schedule, book = site(build, grid, supply=[ppa], tariff=tariff)
    lines = settle(schedule, book, build.prices(grid))
    # 25 of 100 MW of capacity: a quarter of 100,000 kW x 4 $ and of 1,000 $; the PPA's 744 x 50 x 10 $ stay here.
    assert build.total(lines, "power pass-through") == pytest.approx(744 * 25 * 40 + 401_000 / 4)
    assert build.total(lines, "PPA difference") == pytest.approx(744 * 50 * 10)


def test_service_credits_follow_the_expected_availability(build):
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    terms = {"sla_availability_frac": 0.999, "sla_credit_frac": 0.1}
    for expected, credited in ((1.0, False), (0.999, False), (0.998, True)):
        schedule, book = site(build, grid, replace(LEASE, expected_availability_frac=expected, **terms))
        lines = settle(schedule, book, build.prices(grid))
        assert build.amounts(lines, "service credit") == (pytest.approx([-3e5, -3e5]) if credited else [])


def test_rounding_of_a_solver_is_no_outage(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    schedule, book = site(build, grid, replace(LEASE, sla_availability_frac=1.0))
    served = build.schedule(grid, schedule.blocks, [75.0, 25.0 - 1e-12])
    assert build.total(settle(served, book, build.prices(grid)), "service credit") == 0.0


def test_a_tenant_cut_off_for_hours_is_credited_for_that_month(build):
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    schedule, book = site(build, grid)
    power_mw = np.full(grid.count, 25.0)
    power_mw[800:802] = 0.0
    cut = build.schedule(grid, schedule.blocks, [75.0, power_mw])
    line = next(line for line in settle(cut, book, build.prices(grid)) if line.what == "service credit")
    # Two of February's 672 hours are 0.3 %, below 99.9 %: a tenth of that month's 3,000,000 $.
    assert (line.month, line.amount_usd) == (date(2025, 2, 1), pytest.approx(-3e5))
    assert (line.party, line.counterparty, line.quantity, line.unit_price) == (
        "site",
        "tenant",
        pytest.approx(3e6),
        pytest.approx(0.1),
    )


def test_rent_is_due_without_any_load(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    _, book = site(build, grid)
    empty = build.schedule(grid, [])
    assert totals(settle(empty, book, build.prices(grid)), by=("what",)) == {
        ("rent",): pytest.approx(3e6),
        ("operating cost",): pytest.approx(-4e5),
    }


def test_a_lease_offers_its_rent_and_the_power_it_passes_on(build):
    grid = build.span(date(2024, 12, 1), date(2025, 2, 1))
    for basis, power in (("modified_gross", 40.0), ("gross", 0.0)):
        schedule, book = site(build, grid, replace(LEASE, basis=basis))
        value = offers(schedule.blocks, book, build.prices(grid))[1]
        # 20,000 kW x 150 $ over 730 h and 25 MW at the meter: 164.38 $/MWh from hand-over on.
        assert value[[0, -1]] == pytest.approx([0.0, 20_000 * 150 / 730 / 25 + power])


def test_a_lease_without_terms_in_its_hall_is_refused(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    schedule, book = site(build, grid)
    with pytest.raises(InputError, match=r"not in force in this hall.*B, lease"):
        settle(schedule, replace(book, halls=()), build.prices(grid))


def test_a_ramp_reaches_k_of_n_in_its_month(build):
    when = periods(build.span(date(2025, 1, 31), date(2025, 5, 1)))
    # From 31 January: months of the contract turn on 1 March (no 31 February), 31 March and 1 May.
    expected = [1 / 3] * 29 + [2 / 3] * 30 + [1.0] * 31
    assert ramp_frac(when, date(2025, 1, 31), 3) == pytest.approx(expected)
    assert ramp_frac(when, date(2025, 1, 31), 0) == pytest.approx(np.ones(90))


def test_costs_by_hall_add_up_to_the_bill(build):
    grid = local_year(2025, "America/Chicago")
    ppa = PpaBlock("ppa_block", "wind", 20.0, 60.0, date(2025, 1, 1), date(2026, 1, 1))
    tariff = {"delivery_usd_per_mwh": 2.0, "demand_charge_usd_per_kw_month": 3.0, "monthly_fixed_usd": 700.0}
    schedule, book = site(build, grid, supply=[ppa], tariff=tariff, losses_frac=0.03)
    index = np.random.default_rng(3).normal(40.0, 100.0, grid.count)
    prices = build.prices(grid, index_usd_per_mwh=index)
    mining_mw = np.where(index > 60.0, 0.0, 75.0)
    schedule = build.schedule(grid, schedule.blocks, [mining_mw, 25.0])
    lines = settle(schedule, book, prices)
    bill = totals([line for line in lines if line.use == "power"], by=("month",))
    shared = allocate_energy_cost(schedule, book, prices)
    assert shared.shape == (2, 12)
    assert shared.sum(axis=0) == pytest.approx([-usd for usd in bill.values()], rel=1e-12)
    passed_on = np.array(build.amounts(lines, "power pass-through"))
    hedge = np.array(build.amounts(lines, "PPA difference"))
    # What the tenant bears is the hall's cost, but for its quarter of the hedge.
    assert passed_on == pytest.approx(shared[1] + hedge / 4, rel=1e-12)


def test_costs_add_up_with_plants_export_and_an_empty_month(build):
    from repower.site.supply import OnsiteHydro, TakeOrPay

    hydro = OnsiteHydro("onsite_hydro", "river", 60.0, 9.0, (1.0,) * 12)
    fixed = TakeOrPay("take_or_pay", "fixed", 10.0, 50.0, date(2025, 1, 1), date(2026, 1, 1))
    grid = build.span(date(2025, 1, 1), date(2025, 4, 1))
    book, prices = build.book(supply=[hydro, fixed], tariff={"monthly_fixed_usd": 900.0}), build.prices(grid)
    blocks = [
        build.block(grid, "mining", "pool", np.where(np.arange(grid.count) < 744, mw, 0.0)) for mw in (30.0, 50.0)
    ]
    on = np.where(np.arange(grid.count) < 744, 1.0, 0.0)
    # January burns 40 MW of 60 + 10 and exports the rest; afterwards all of it is exported and no block has capacity.
    schedule = build.schedule(grid, blocks, [15.0 * on, 25.0 * on], supply_blocks(book, prices), [60.0, 10.0, 0.0])
    lines = settle(schedule, book, prices)
    bill = totals([line for line in lines if line.use == "power"], by=("month",))
    shared = allocate_energy_cost(schedule, book, prices)
    assert shared.sum(axis=0) == pytest.approx([-usd for usd in bill.values()], rel=1e-12)
    assert shared[0, 1] == pytest.approx(shared[1, 1])
