"""Hours of a site: what the solver earns is what contracts settle, and every part's worth is a difference of two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

import plan_sites
from repower.base.errors import InputError, SeriesError
from repower.contracts import PeakHistory, Schedule, billed_demand_mw, import_cost_usd_per_mwh, offers, settle
from repower.contracts.periods import month_max, periods
from repower.contracts.tariff import demand_floor_mw
from repower.dispatch import certify
from repower.dispatch.regret import regret
from repower.dispatch.schedule import billed_mw
from repower.plan.cash import HallCash
from repower.plan.dispatched import Dispatched, dispatched, earned_usd
from repower.plan.hours import Days, Today, billed_days, hours_of, typical_prices, weather_on
from repower.plan.options import candidates
from repower.plan.settled import settle_plan
from repower.plan.story import caveats
from repower.site import Battery, Lease, Site
from shared_data import shared

SUMMER: Days = (date(2027, 7, 1), date(2027, 9, 1))
BATTERY = Battery("store", 20.0, 20.0, 40.0)
MOVED = frozenset(
    {"mining reward", "rejected shares", "pool fee", "index energy", "losses", "retail adder", "delivery"}
    | {"demand charge", "coincident-peak charge", "export energy"}
)
"""Lines that an hour moves, by what contracts call them."""


def site_with(battery: bool = False, **tariff: object) -> Site:
    site = plan_sites.example()
    batteries = (BATTERY,) if battery else ()
    return replace(site, batteries=batteries, tariff=replace(site.tariff, **tariff))


@lru_cache(maxsize=8)
def run(site: Site, days: Days = SUMMER) -> Dispatched:
    return dispatched(hours_of(site, typical_prices(site, days), (), days))


CASES = {
    "miners": site_with(),
    "miners and battery": site_with(battery=True),
    "demand charge": site_with(battery=True, demand_charge_usd_per_kw_month=14.0),
    "peaks billed at once": site_with(battery=True, coincident_peak_lag_years=0),
    "ratchet": site_with(battery=True, demand_charge_usd_per_kw_month=14.0, ratchet_frac=0.9, ratchet_months=11),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_solver_earns_is_what_the_bill_says(name: str) -> None:
    """Lines that an hour moves, less what the hours leave for next year's coincident-peak bill, by hand."""
    found = run(CASES[name])
    book, prices = found.hours.book, found.hours.prices
    moved = sum(line.amount_usd for line in found.lines if line.what in MOVED)
    tariff = book.tariff
    later = 0.0
    if tariff.coincident_peak_lag_years:
        in_peaks_mw = float(np.dot(prices.coincident_weight, found.schedule.import_mw))
        factor = (1.0 + book.inflation_frac_per_year) ** (2027 + 1 - book.base_year)
        later = in_peaks_mw * 1_000.0 * tariff.coincident_peak_usd_per_kw_year * factor
    assert found.earned_usd == pytest.approx(moved - later, rel=1e-9)
    assert found.later_usd == pytest.approx(later, rel=1e-9)
    assert found.dispatch.profit_usd == pytest.approx(moved - later, rel=1e-9)
    fixed = sum(line.amount_usd for line in found.lines if line.what not in MOVED)
    assert found.rest_usd == pytest.approx(fixed, rel=1e-9, abs=1e-3)
    total = found.earned_usd + found.later_usd - found.shedding_usd + found.rest_usd
    assert total == pytest.approx(sum(line.amount_usd for line in found.lines), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_no_schedule_beats_the_bound(name: str) -> None:
    """All on, all off, miners on below a price: each earns no more, as the bill counts it."""
    found = run(CASES[name])
    hours, price = found.hours, found.hours.prices.index_usd_per_mwh
    capacity = np.array([block.capacity_mw for block in hours.blocks])
    assert found.bound_usd >= found.earned_usd
    assert found.bound_usd == pytest.approx(found.earned_usd, rel=1e-9)
    for below in (-1e9, 20.0, 40.0, 60.0, 1e9):
        block_mw = capacity * (price < below)
        none = np.zeros(price.size)
        schedule = Schedule(hours.prices.grid, hours.blocks, block_mw, (), np.zeros((0, price.size)), none, none)
        schedule = replace(schedule, import_mw=block_mw.sum(axis=0))
        assert earned_usd(hours, schedule) <= found.bound_usd * (1 + 1e-12)


def test_the_battery_stays_within_its_energy_and_ends_as_it_begins() -> None:
    found = run(CASES["demand charge"])
    dispatch = found.dispatch
    stored = 20.0 + np.cumsum(dispatch.charge_mw * 0.93 - dispatch.discharge_mw / 0.93)
    np.testing.assert_allclose(dispatch.energy_mwh, stored, atol=1e-6)
    assert stored.min() >= -1e-6
    assert stored.max() <= 40.0 + 1e-6
    assert stored[-1] == pytest.approx(20.0, abs=1e-6)
    assert found.schedule.battery_mw is not None
    loads = found.schedule.block_mw.sum(axis=0)
    np.testing.assert_allclose(found.schedule.import_mw, loads + found.schedule.battery_mw, atol=1e-9)


def test_parts_are_worth_what_the_hours_lose_without_them() -> None:
    with_battery, without = run(CASES["miners and battery"]), run(CASES["miners"])
    worth = {one.part: one for one in with_battery.worths}
    assert worth["store"].kind == "battery"
    assert worth["store"].worth_usd == pytest.approx(with_battery.earned_usd - without.earned_usd)
    assert worth["store"].worth_usd > 0.0
    # Without limits in common every fleet is worth what it earns less its own power.
    alone = run(CASES["miners"])
    cost = import_cost_usd_per_mwh(alone.hours.book, alone.hours.prices)
    value = offers(alone.hours.blocks, alone.hours.book, alone.hours.prices)
    rows = [row for row, load in enumerate(alone.hours.loads) if load == ("C", "6,700 Antminer S21")]
    by_hand = float(np.sum((value[rows] - cost) * alone.schedule.block_mw[rows]))
    assert {one.part: one.worth_usd for one in alone.worths}["C: 6,700 Antminer S21"] == pytest.approx(by_hand)
    worths = [one.worth_usd for one in (*with_battery.worths, *alone.worths)]
    assert all(usd is not None and usd >= -1e-6 for usd in worths)


def test_a_part_without_which_nothing_can_be_served_has_no_price() -> None:
    """A tenant of an off-grid site needs its plant."""
    site = plan_sites.example("crusoe_style_off_grid_gas")
    (hall, *others) = site.halls
    lease = next(one for one in plan_sites.example().contracts if one.kind == "lease")
    assert isinstance(lease, Lease)
    let = replace(lease, name="let", hall=hall.name, start=date(2026, 1, 1), critical_it_mw=5.0, ramp_months=0)
    site = replace(site, halls=(replace(hall, fleets=()), *others), contracts=(*site.contracts, let))
    days = (date(2027, 1, 1), date(2027, 1, 8))
    found = dispatched(hours_of(site, typical_prices(site, days), (), days))
    (plant,) = (one for one in found.worths if one.kind == "supply")
    assert plant.worth_usd is None
    assert "cannot be served" in plant.text
    assert found.shedding_usd > 0.0
    assert [load.uptime_frac for load in found.loads] == [pytest.approx(1.0)]


def test_fleets_run_the_share_of_their_hours_that_their_price_allows() -> None:
    found = run(CASES["miners"])
    by_name = {(load.hall, load.words): load for load in found.loads}
    assert set(by_name) == set(found.hours.loads)
    old, new = by_name["A", "7,700 Antminer S19j Pro (104T)"], by_name["C", "6,700 Antminer S21"]
    assert old.uptime_frac is not None
    assert new.uptime_frac is not None
    assert 0.0 < old.uptime_frac < new.uptime_frac < 1.0
    drawn = sum(load.energy_mwh for load in found.loads)
    assert drawn == pytest.approx(found.schedule.import_mw.sum(), rel=1e-9)


def test_a_ratchet_lets_later_months_use_what_is_billed_anyway() -> None:
    found = run(CASES["ratchet"])
    peaks = month_max(periods(found.hours.prices.grid), found.schedule.import_mw)
    billed = billed_demand_mw(found.schedule, found.hours.book)
    assert billed[1] >= 0.9 * peaks[0] - 1e-9
    plain = run(CASES["demand charge"])
    as_planned_without = earned_usd(found.hours, plain.schedule)
    assert found.earned_usd >= as_planned_without - 1e-6


@pytest.mark.parametrize("named", [False, True])
def test_the_solver_bills_demand_as_the_contract_does(named: bool) -> None:
    """Peaks of the history, one of them of the span's own first month, and a ratchet that forgets after two months."""
    site = site_with(battery=True, demand_charge_usd_per_kw_month=14.0, ratchet_frac=0.95, ratchet_months=2)
    days = (date(2027, 5, 1), date(2027, 10, 1))
    months = ((date(2027, 3, 1), 60.0), (date(2027, 4, 1), 91.0), *([(date(2027, 5, 1), 95.0)] if named else []))
    found = dispatched(hours_of(site, typical_prices(site, days), (), days, Today(history=PeakHistory(months))))
    book = found.hours.book
    _, already_mw = demand_floor_mw(book, periods(found.hours.prices.grid))
    billed = billed_mw(found.problem, found.dispatch.peak_mw) - already_mw
    np.testing.assert_allclose(billed, billed_demand_mw(found.schedule, book), rtol=1e-9, atol=1e-9)
    in_lines = [line.quantity / 1_000.0 for line in found.lines if line.what == "demand charge"]
    np.testing.assert_allclose(sorted(in_lines), sorted(billed[billed > 0.0]), rtol=1e-9)
    assert found.bound_usd == pytest.approx(found.earned_usd, rel=1e-9)


def test_a_peak_already_billed_is_free_again() -> None:
    """With the month's peak in the history the hours pay for what they add to it alone."""
    site = CASES["demand charge"]
    days = (date(2027, 10, 1), date(2027, 11, 1))
    power = typical_prices(site, days)
    history = PeakHistory(((date(2027, 10, 1), 95.0),))
    fresh = dispatched(hours_of(site, power, (), days))
    later = dispatched(hours_of(site, power, (), days, Today(history=history)))
    assert later.earned_usd > fresh.earned_usd
    assert later.bound_usd == pytest.approx(later.earned_usd, rel=1e-9)
    charged = sum(line.quantity for line in later.lines if line.what == "demand charge")
    assert charged == pytest.approx(max(later.schedule.import_mw.max() - 95.0, 0.0) * 1_000.0, abs=1e-6)


def test_regrets_are_never_negative_and_add_up_to_the_bound_less_the_profit() -> None:
    found = run(CASES["demand charge"])
    problem, best = found.problem, found.dispatch
    halved = replace(
        best,
        block_mw=best.block_mw * 0.5,
        import_mw=best.block_mw.sum(axis=1) * 0.5,
        charge_mw=best.charge_mw * 0.0,
        discharge_mw=best.discharge_mw * 0.0,
        energy_mwh=np.full(best.energy_mwh.size, 20.0),
        battery_mw=best.battery_mw * 0.0,
    )
    halved = replace(halved, peak_mw=month_max(periods(found.hours.prices.grid), halved.import_mw))
    left = regret(problem, halved, best)
    assert best.bound_usd is not None
    charges = problem.peak_charge_usd_per_mw
    value = np.sum(problem.block_value_usd_per_mwh * halved.block_mw)
    profit = value - np.dot(problem.price_usd_per_mwh, halved.import_mw) - np.dot(charges, halved.peak_mw)
    parts = (left.loads_usd, left.supply_usd, left.battery_usd, left.import_usd)
    assert all(part.min() >= -1e-6 for part in (left.loads_usd, left.battery_usd, left.supply_usd))
    total = sum(float(part.sum()) for part in parts) + float(left.peak_usd.sum())
    assert total == pytest.approx(best.bound_usd - profit, rel=1e-9)
    assert total == pytest.approx(certify(problem, halved, best).gap_usd, rel=1e-9)
    of_best = regret(problem, best, best)
    rest = sum(float(part.sum()) for part in (of_best.loads_usd, of_best.supply_usd, of_best.battery_usd))
    assert abs(rest + float(of_best.import_usd.sum() + of_best.peak_usd.sum())) < 1e-6 * best.profit_usd


def test_days_choose_the_same_hours_as_the_whole_year() -> None:
    site = CASES["miners"]
    year = hours_of(site, typical_prices(site, (date(2027, 1, 1), date(2028, 1, 1))))
    part = hours_of(site, typical_prices(site, (date(2027, 1, 1), date(2028, 1, 1))), (), SUMMER)
    first = int((part.prices.grid.start_utc - year.prices.grid.start_utc).total_seconds() // 3600)
    inside = slice(first, first + part.prices.grid.count)
    assert part.prices.grid.count == (31 + 31) * 24
    np.testing.assert_array_equal(part.prices.index_usd_per_mwh, year.prices.index_usd_per_mwh[inside])
    np.testing.assert_array_equal(part.prices.coincident_weight, year.prices.coincident_weight[inside])
    np.testing.assert_array_equal(part.blocks[0].capacity_mw, year.blocks[0].capacity_mw[inside])


def test_a_month_of_system_peaks_is_asked_for_whole() -> None:
    site = CASES["miners"]
    week = (date(2027, 7, 10), date(2027, 7, 17))
    with pytest.raises(SeriesError, match="whole months"):
        hours_of(site, typical_prices(site, week), (), week)
    assert billed_days(site, week) == (date(2027, 7, 1), date(2027, 8, 1))
    assert billed_days(site, (date(2027, 3, 10), date(2027, 7, 2))) == (date(2027, 3, 10), date(2027, 8, 1))
    whole = hours_of(site, typical_prices(site, billed_days(site, week)), (), week)
    assert whole.prices.grid.count == 7 * 24
    with pytest.raises(SeriesError, match="do not hold these days"):
        hours_of(site, typical_prices(site, SUMMER), (), (date(2027, 8, 30), date(2027, 9, 2)))


def test_before_the_outlook_today_holds() -> None:
    """Old prices meet today's hashprice, wires charges and fleets; contracts go by their dates."""
    site = plan_sites.example()
    days = (date(2024, 1, 1), date(2024, 3, 1))
    old = hours_of(site, typical_prices(site, days), (), days)
    now = hours_of(site, typical_prices(site, (date(2026, 9, 1), date(2026, 10, 1))))
    assert set(old.prices.hashprice_usd_per_ph_day) == {now.prices.hashprice_usd_per_ph_day[0]}
    assert old.book.base_year == 2024
    assert now.book.base_year == 2026
    lines = settle(dispatched(old).schedule, old.book, old.prices)
    assert "PPA difference" not in {line.what for line in lines}
    stated = hours_of(site, typical_prices(site, days), (), days, Today(hashprice_usd_per_ph_day=55.0))
    assert set(stated.prices.hashprice_usd_per_ph_day) == {55.0}


def test_quarter_hours_take_the_weather_of_their_hour() -> None:
    site = CASES["miners"]
    days = (date(2027, 10, 1), date(2027, 12, 1))
    hourly = typical_prices(site, days)
    grid = replace(hourly.grid, step_s=900, count=hourly.grid.count * 4)
    fine = replace(hourly, grid=grid, price_usd_per_mwh=np.repeat(hourly.price_usd_per_mwh, 4))
    weather = weather_on(site, (), grid)
    np.testing.assert_array_equal(weather.drybulb_c[::4], weather_on(site, (), hourly.grid).drybulb_c)
    quarter, hour = dispatched(hours_of(site, fine)), dispatched(hours_of(site, hourly))
    assert quarter.earned_usd == pytest.approx(hour.earned_usd, rel=1e-9)


def test_more_than_one_battery_is_refused_and_a_wrong_energy_too() -> None:
    site = replace(plan_sites.example(), batteries=(BATTERY, replace(BATTERY, name="other")))
    days = (date(2027, 1, 1), date(2027, 1, 8))
    with pytest.raises(InputError, match="one battery"):
        hours_of(site, typical_prices(site, days), (), days)
    one = replace(site, batteries=(BATTERY,))
    with pytest.raises(InputError, match="does not hold"):
        hours_of(one, typical_prices(one, days), (), days, Today(stored_mwh=41.0))


def test_a_plan_settles_its_years_with_the_battery() -> None:
    """Each year's bill is what the exact schedule earns, and keeping is worth more with a battery than without."""
    site = replace(plan_sites.short(2, ("B", "C")), batteries=(BATTERY,))
    world = plan_sites.world_of(site)
    ledger = HallCash(world)
    keeping = [candidates(ledger, hall)[0] for hall in site.halls]
    settled = settle_plan(world, keeping, PeakHistory())
    plain_world = plan_sites.world_of(plan_sites.short(2, ("B", "C")))
    plain = settle_plan(plain_world, keeping, PeakHistory())
    assert settled.value_usd > plain.value_usd
    (told,) = (one.text for one in caveats(world, (), 0.0, 0.0, False) if "Battery" in one.text)
    assert "store is run exactly" in told
    assert "the whole site gains by it with the battery" in told
    for result in settled.years:
        assert result.schedule.battery_mw is not None
        days = (date(result.year.year, 1, 1), date(result.year.year + 1, 1, 1))
        alone = dispatched(hours_of(site, typical_prices(site, days), (), days))
        np.testing.assert_allclose(result.year.prices.index_usd_per_mwh, alone.hours.prices.index_usd_per_mwh)
        moved = sum(line.amount_usd for line in result.lines if line.what in MOVED - {"coincident-peak charge"})
        assert moved - alone.later_usd == pytest.approx(alone.earned_usd, rel=1e-9)


REAL = {
    "LZ_WEST, real time, April to October 2024": ("rt_lz_west", (date(2024, 4, 1), date(2024, 11, 1))),
    "HB_WEST, day ahead, 2021": ("dam_hb_west", (date(2021, 1, 1), date(2022, 1, 1))),
}


@pytest.mark.parametrize("name", REAL)
def test_real_prices_settle_as_scheduled_with_and_without_a_battery(name: str) -> None:
    """Of 2024 the months without a gap in the source; February 2021 is in the year."""
    from repower.markets.feeds import read_prices

    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    column, days = REAL[name]
    power = read_prices(path, column, "ts_utc", "usd_per_mwh", "America/Chicago", span=days)
    earned = []
    for battery in (False, True):
        site = site_with(battery=battery, demand_charge_usd_per_kw_month=8.0)
        found = dispatched(hours_of(site, power))
        moved = sum(line.amount_usd for line in found.lines if line.what in MOVED)
        assert found.earned_usd == pytest.approx(moved - found.later_usd, rel=1e-9)
        assert found.bound_usd == pytest.approx(found.earned_usd, rel=1e-9)
        earned.append(found.earned_usd)
    assert earned[1] > earned[0]
