"""Seams: what the plan counts is what dispatching and settling the same hours gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import plan_sites
from repower.base.clock import month_plus
from repower.contracts import PeakHistory, billed_demand_mw, import_cost_usd_per_mwh, offers, settle, totals
from repower.contracts.periods import month_max, periods
from repower.contracts.tariff import demand_floor_mw
from repower.dispatch.schedule import billed_mw
from repower.plan.cash import HallCash, fleet_sale_usd, gpu_residual_frac, mines_alone, phase_cash_usd
from repower.plan.operate import dispatch_problem, hall_book, history_before, plan_battery, run_year, site_book
from repower.plan.options import candidates, value_usd
from repower.plan.phases import present
from repower.plan.settled import settle_plan, total_usd
from repower.plan.world import with_prices
from repower.site import Battery, Tariff


@pytest.mark.parametrize("charge_usd_per_kw_month", [0.0, 2.0, 10.0, 60.0])
def test_a_hall_of_miners_earns_what_its_settled_hours_say(charge_usd_per_kw_month: float) -> None:
    site = plan_sites.short()
    site = replace(site, tariff=replace(site.tariff, demand_charge_usd_per_kw_month=charge_usd_per_kw_month))
    world = plan_sites.world_of(replace(site, owner=replace(site.owner, mining_operating_usd_per_mw_year=0.0)))
    ledger = HallCash(world)
    for hall in world.site.halls:
        (phase,) = present(world.site, hall)
        assert mines_alone(world, hall, phase)
        book = hall_book(world, hall, (phase,))
        years = [run_year(world, year, (phase,), book) for year in world.years]
        settled = sum(line.amount_usd for result in years for line in result.lines)
        assert np.sum(phase_cash_usd(ledger, hall, phase)) == pytest.approx(settled, rel=1e-9)


def test_halls_alone_add_up_to_the_site_without_shared_terms() -> None:
    """Without fixed blocks, customer charge and lagged peaks a site hour separates by hall."""
    site = plan_sites.short()
    tariff = replace(site.tariff, coincident_peak_lag_years=0, monthly_fixed_usd=0.0)
    owner = replace(site.owner, overhead_usd_per_year=0.0)
    site = replace(site, tariff=tariff, owner=owner, supply=tuple(one for one in site.supply if one.kind == "index"))
    world = plan_sites.world_of(site)
    ledger = HallCash(world)
    groups = [candidates(ledger, hall) for hall in site.halls]
    best = [
        max(
            (one for one in group if one.value.feasible and one.value.kind != "gpu_cloud"),
            key=lambda one: one.value.value_usd,
        )
        for group in groups
    ]
    for chosen in ([group[0] for group in groups], best):
        together = settle_plan(world, chosen, PeakHistory())
        alone = np.sum([one.value.cash_usd for one in chosen], axis=0)
        assert total_usd(together.cash) == pytest.approx(alone, rel=1e-9, abs=1.0)
        assert together.value_usd == pytest.approx(sum(one.value.value_usd for one in chosen), rel=1e-9)


def test_gpus_cost_nothing_once_they_are_sold() -> None:
    """A GPU cloud that ends within the plan, and the lease after it, alone and settled as a site."""
    site = plan_sites.short(9, ("B",))
    tariff = replace(site.tariff, coincident_peak_lag_years=0, monthly_fixed_usd=0.0)
    owner = replace(site.owner, overhead_usd_per_year=0.0)
    site = replace(site, tariff=tariff, owner=owner, supply=tuple(one for one in site.supply if one.kind == "index"))
    world = plan_sites.world_of(site)
    cloud = next(one for one in candidates(HallCash(world), site.halls[0]) if one.value.kind == "gpu_cloud")
    assert [phase.use for phase in cloud.phases if phase.use != "idle"] == ["gpu_cloud", "colocation"]
    settled = total_usd(settle_plan(world, [cloud], PeakHistory()).cash)
    assert settled == pytest.approx(cloud.value.cash_usd, rel=1e-9, abs=1.0)


def test_the_schedule_earns_its_offers_less_its_power() -> None:
    """Settled mining and power lines of a year are offer and cost times the scheduled MWh."""
    site = plan_sites.short(1, ("B", "C"))
    site = replace(site, tariff=replace(Tariff(), delivery_usd_per_mwh=0.8), supply=site.supply[:1])
    world = plan_sites.world_of(site)
    phases = [phase for hall in site.halls for phase in present(site, hall)]
    book = site_book(world, phases, PeakHistory())
    result = run_year(world, world.years[0], phases, book)
    prices = result.year.prices
    value = float(np.sum(offers(result.schedule.blocks, book, prices) * result.schedule.block_mw))
    cost = float(np.sum(import_cost_usd_per_mwh(book, prices) * result.schedule.import_mw))
    assert sum(totals(result.lines).values()) == pytest.approx(value - cost, rel=1e-9)
    running = result.schedule.block_mw > 0
    assert running.any()
    assert not running.all()


def test_the_year_before_the_plan_leaves_its_peaks_to_be_billed() -> None:
    world = plan_sites.world_of(plan_sites.short())
    phases = [phase for hall in world.site.halls for phase in present(world.site, hall)]
    history = history_before(world, phases)
    assert [year for year, _ in history.yearly_coincident_mw] == [2026]
    assert all(month.year == 2026 for month, _ in history.monthly_mw)
    assert max(peak for _, peak in history.monthly_mw) > 90.0


def test_a_higher_hashprice_never_lowers_a_mine_and_a_higher_power_price_never_raises_it() -> None:
    world = plan_sites.world_of(plan_sites.short(2, ("A",)))
    (hall,) = world.site.halls
    (phase,) = present(world.site, hall)
    base = phase_cash_usd(HallCash(world), hall, phase)
    richer = phase_cash_usd(HallCash(with_prices(world, hashprice_ratio=1.2)), hall, phase)
    assert np.all(richer >= base)
    assert richer.sum() > base.sum()
    no_negative = replace(
        world,
        years=tuple(
            replace(y, prices=replace(y.prices, index_usd_per_mwh=np.maximum(y.prices.index_usd_per_mwh, 0.0)))
            for y in world.years
        ),
    )
    before = phase_cash_usd(HallCash(no_negative), hall, phase)
    dearer = phase_cash_usd(HallCash(with_prices(no_negative, power_ratio=1.5)), hall, phase)
    assert np.all(dearer <= before + 1e-6)


def test_old_machines_lose_value_and_residuals_follow_the_catalog() -> None:
    world = plan_sites.world_of(plan_sites.short())
    fleets = world.site.halls[2].fleets
    sales = [fleet_sale_usd(world, fleets, month) for month in (0, 12, 24)]
    assert sales[0] > sales[1] > sales[2] > 0.0
    assert sales[1] == pytest.approx(sales[0] * 0.5)
    assert gpu_residual_frac(0) == 1.0
    assert gpu_residual_frac(36) == pytest.approx(0.30)
    assert gpu_residual_frac(120) == 0.0


def test_value_discounts_each_month_at_its_end() -> None:
    world = plan_sites.world_of(plan_sites.short(1, ("A",)))
    cash = np.zeros(12)
    cash[11] = 110.0
    assert value_usd(world, cash) == pytest.approx(100.0)


def test_what_still_runs_is_sold_in_the_last_month() -> None:
    """So that no plan gains by stopping just before its end."""
    world = plan_sites.world_of(plan_sites.short(2, ("C",)))
    (hall,) = world.site.halls
    group = candidates(HallCash(world), hall)
    keep = group[0].value
    (phase,) = present(world.site, hall)
    mined = phase_cash_usd(HallCash(world), hall, phase)
    sold = keep.cash_usd - mined
    assert np.flatnonzero(sold).tolist() == [23]
    assert sold[23] == pytest.approx(fleet_sale_usd(world, hall.fleets, 24))
    last = max((one.value for one in group if one.value.kind == "stop"), key=lambda value: value.start)
    foregone = mined[21:].sum()
    assert keep.cash_usd.sum() - last.cash_usd.sum() == pytest.approx(
        foregone + sold[23] - fleet_sale_usd(world, hall.fleets, 21)
    )


@pytest.mark.parametrize("battery", [False, True])
def test_a_year_is_scheduled_for_its_ratchet(battery: bool) -> None:
    """Planned with the ratchet a year's bill leaves more than planned without, history included, and is billed so."""
    site = plan_sites.short(1, ("B", "C"))
    tariff = replace(
        site.tariff,
        coincident_peak_lag_years=0,
        demand_charge_usd_per_kw_month=25.0,
        ratchet_frac=0.95,
        ratchet_months=11,
    )
    store = (Battery("store", 20.0, 20.0, 40.0),) if battery else ()
    world = plan_sites.world_of(replace(site, tariff=tariff, batteries=store))
    phases = [phase for hall in world.site.halls for phase in present(world.site, hall)]
    first = world.years[0]
    book = site_book(world, phases, PeakHistory(((month_plus(first.months[0], -1), 30.0),)))
    blind = replace(book, tariff=replace(tariff, ratchet_frac=0.0, ratchet_months=0))
    planned, other = (run_year(world, first, phases, one, plan_battery(world.site)) for one in (book, blind))
    left = [sum(line.amount_usd for line in settle(one.schedule, book, first.prices)) for one in (planned, other)]
    assert left[0] > left[1] + 1.0
    assert sum(line.amount_usd for line in planned.lines) == pytest.approx(left[0], rel=1e-12)
    when = periods(first.prices.grid)
    problem = dispatch_problem(planned.schedule.blocks, book, first.prices, None, demand_floor_mw(book, when)[0])
    billed = billed_mw(problem, month_max(when, planned.schedule.import_mw))
    np.testing.assert_allclose(billed, billed_demand_mw(planned.schedule, book), rtol=1e-9)
