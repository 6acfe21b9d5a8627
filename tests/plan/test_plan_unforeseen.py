"""Hours without foresight: settled at true prices, feasible, below the bound, blind to prices to come; by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import plan_sites
from repower.base.clock import TimeGrid, local_hour
from repower.base.errors import InputError
from repower.contracts import PeakHistory, Schedule, import_cost_usd_per_mwh
from repower.contracts.periods import month_max, periods
from repower.markets.power import PowerSeries
from repower.plan.beliefs import beliefs, believed_forecast, believed_problem
from repower.plan.dispatched import Dispatched, block_names, dispatched, earned_usd
from repower.plan.given import given_schedule, stored_mwh
from repower.plan.hours import Days, Today, hours_of, typical_prices
from repower.plan.known import Known, forecasts_of
from repower.plan.unforeseen import Unforeseen, unforeseen
from repower.site import Battery, Site, TakeOrPay
from shared_data import shared

JULY: Days = (date(2027, 7, 1), date(2027, 7, 11))
BATTERY = Battery("store", 20.0, 20.0, 40.0)


def site_with(battery: bool = True, **tariff: object) -> Site:
    site = plan_sites.example()
    return replace(site, batteries=(BATTERY,) if battery else (), tariff=replace(site.tariff, **tariff))


def series(price: np.ndarray, start: datetime, step_s: int = 3600) -> PowerSeries:
    grid = TimeGrid(start, step_s, price.size, "America/Chicago")
    return PowerSeries(grid, price.astype(np.float64), "node", "made", "made", modelled=True)


def noisy(days: Days, seed: int = 3) -> PowerSeries:
    """Typical prices that a day ago does not tell."""
    plain = typical_prices(plan_sites.example(), days)
    noise = np.random.default_rng(seed).lognormal(0.0, 0.6, plain.grid.count)
    return replace(plain, price_usd_per_mwh=plain.price_usd_per_mwh * noise)


def billed(days: Days) -> Days:
    return days[0].replace(day=1), date(days[0].year, days[0].month + 1, 1)


CASES = {
    "battery": site_with(coincident_peak_usd_per_kw_year=0.0),
    "system's peaks": site_with(),
    "demand charge": site_with(coincident_peak_usd_per_kw_year=0.0, demand_charge_usd_per_kw_month=9.0),
    "ratchet and everything": site_with(demand_charge_usd_per_kw_month=9.0, ratchet_frac=0.8, ratchet_months=3),
    "no battery": site_with(battery=False, demand_charge_usd_per_kw_month=9.0),
    "export and a block": replace(
        site_with(coincident_peak_lag_years=0),
        interconnect=replace(plan_sites.example().interconnect, export_limit_mw=30.0),
        supply=(
            *plan_sites.example().supply,
            TakeOrPay("take_or_pay", "fixed block", 40.0, 31.0, date(2025, 1, 1), date(2029, 1, 1), 0.5),
        ),
    ),
}


@lru_cache(maxsize=16)
def run(name: str) -> tuple[Dispatched, Unforeseen]:
    site = CASES[name]
    power = noisy(billed(JULY))
    found = dispatched(hours_of(site, power, (), JULY))
    earlier = noisy((date(2027, 6, 1), JULY[0]), seed=4)
    ahead = typical_prices(site, JULY)
    known = Known(earlier, ahead, typical_prices(site, (date(2027, 6, 1), JULY[0])))
    return found, unforeseen(found, known)


@pytest.mark.parametrize("name", CASES)
def test_every_way_is_feasible_and_settled_as_it_is_below_the_bound(name: str) -> None:
    """The checks of an audit take each schedule, and its bill is what any schedule's is."""
    found, told = run(name)
    hours = found.hours
    kinds = [way.kind for way in told.ways]
    rules = [] if hours.battery is None else ["learnt", "learnt_day_ahead"]
    assert kinds == ["persistence", "day_ahead", *rules]
    assert told.omitted == ()
    for way in told.ways:
        assert way.earned_usd <= found.bound_usd + 1e-9 * abs(found.bound_usd)
        assert way.earned_usd == pytest.approx(earned_usd(hours, way.schedule), rel=1e-12)
        assert way.foresight_usd == pytest.approx(found.earned_usd - way.earned_usd)
        assert way.of_best_frac == pytest.approx(way.earned_usd / found.earned_usd)
        audited, charge_mw, discharge_mw = given_schedule(hours, columns(way.schedule), "way")
        stored_mwh(hours, charge_mw, discharge_mw, "way")
        assert audited.import_mw == pytest.approx(way.schedule.import_mw, abs=1e-6)
        assert (way.battery_usd is None) == (hours.battery is None)
    peaks = bool(hours.book.tariff.coincident_peak_usd_per_kw_year)
    assert (told.peaks_guessed_usd is not None) == peaks
    if told.peaks_guessed_usd is not None:
        assert told.peaks_guessed_usd < found.bound_usd


def columns(schedule: Schedule) -> dict[str, np.ndarray]:
    named = zip(block_names(schedule.blocks), schedule.block_mw, strict=True)
    found = {f"{name}_mw": row for name, row in named}
    for plant in dict.fromkeys(block.name for block in schedule.supply):
        rows = [row for row, block in enumerate(schedule.supply) if block.name == plant]
        found[f"{plant}_mw"] = schedule.supply_mw[rows].sum(axis=0)
    still = np.zeros(schedule.grid.count)
    battery_mw = still if schedule.battery_mw is None else schedule.battery_mw
    return found | {"import_mw": schedule.import_mw, "export_mw": schedule.export_mw, "battery_mw": battery_mw}


def test_the_bill_of_a_way_is_worked_by_hand() -> None:
    """Loads at their offers less import at true cost less the month's true peak, with nothing that was believed."""
    found, told = run("demand charge")
    hours = found.hours
    cost = import_cost_usd_per_mwh(hours.book, hours.prices)
    for way in told.ways:
        served = np.sum(found.problem.block_value_usd_per_mwh.T * way.schedule.block_mw)
        peak_mw = month_max(periods(hours.prices.grid), way.schedule.import_mw).max()
        rate = 9.0 * 1_000.0 * (1 + hours.book.inflation_frac_per_year) ** (2027 - hours.book.base_year)
        assert way.earned_usd == pytest.approx(served - np.dot(cost, way.schedule.import_mw) - rate * peak_mw)


def test_without_battery_and_peaks_foresight_is_worth_nothing() -> None:
    site = site_with(battery=False, coincident_peak_usd_per_kw_year=0.0)
    days = (date(2027, 3, 1), date(2027, 3, 8))
    found = dispatched(hours_of(site, noisy(days)))
    (way,) = unforeseen(found, Known()).ways
    assert way.foresight_usd == pytest.approx(0.0, abs=1e-6)
    assert (way.battery_usd, way.of_battery_frac) == (None, None)


def test_a_day_that_repeats_leaves_nothing_to_foresight_after_the_first() -> None:
    """Known from the day before, the prices of every hour are those of yesterday: persistence is foresight."""
    site = site_with(coincident_peak_usd_per_kw_year=0.0)
    day = np.array([20.0] * 6 + [35.0] * 6 + [15.0] * 4 + [95.0] * 4 + [50.0] * 4)
    start = datetime(2027, 3, 1, 6, tzinfo=UTC)
    found = dispatched(hours_of(site, series(np.tile(day, 7), start)))
    before = series(np.tile(day, 1), start - timedelta(days=1))
    (way,) = unforeseen(found, Known(before)).ways
    assert way.earned_usd == pytest.approx(found.earned_usd, rel=1e-9)
    assert way.of_battery_frac == pytest.approx(1.0, rel=1e-6)
    (blind,) = unforeseen(found, Known()).ways
    assert blind.earned_usd < way.earned_usd
    assert "21 unbroken days" in unforeseen(found, Known(before)).omitted[0]


@settings(max_examples=3, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(at=st.integers(30, 110), seed=st.integers(0, 10_000))
def test_nothing_done_depends_on_prices_to_come(at: int, seed: int) -> None:
    """The system's peaks included: whether an hour is left to them is said by prices up to it."""
    site, days = site_with(demand_charge_usd_per_kw_month=2.0), (JULY[0], date(2027, 7, 7))
    power = noisy(billed(days))
    price = power.price_usd_per_mwh.copy()
    price[at:] = np.random.default_rng(seed).permutation(price[at:]) * 1.5
    june = (date(2027, 6, 1), JULY[0])
    known = Known(noisy(june, seed=4), typical_prices(site, days), typical_prices(site, june))
    one, other = (
        unforeseen(dispatched(hours_of(site, replace(power, price_usd_per_mwh=series), (), days)), known)
        for series in (power.price_usd_per_mwh, price)
    )
    for first, second in zip(one.ways, other.ways, strict=True):
        mine, theirs = columns(first.schedule), columns(second.schedule)
        for name, series_mw in mine.items():
            np.testing.assert_array_equal(series_mw[:at], theirs[name][:at], err_msg=f"{first.kind}: {name}")


def test_a_peak_that_is_billed_already_is_a_floor_of_every_way() -> None:
    """With the import limit billed, the month's demand charge is spent: all is as without the charge."""
    charged = site_with(coincident_peak_usd_per_kw_year=0.0, demand_charge_usd_per_kw_month=9.0)
    free = site_with(coincident_peak_usd_per_kw_year=0.0)
    today = Today(history=PeakHistory(((date(2027, 7, 1), 100.0),)))
    power, known = noisy(billed(JULY)), Known(noisy((date(2027, 6, 1), JULY[0]), seed=4))
    spent = unforeseen(dispatched(hours_of(charged, power, (), JULY, today)), known)
    none = unforeseen(dispatched(hours_of(free, power, (), JULY)), known)
    fresh = unforeseen(dispatched(hours_of(charged, power, (), JULY)), known)
    for one, other, dearer in zip(spent.ways, none.ways, fresh.ways, strict=True):
        assert one.earned_usd == pytest.approx(other.earned_usd, rel=1e-12)
        assert dearer.earned_usd < one.earned_usd - 1_000.0


def test_hours_are_watched_by_prices_so_far() -> None:
    """Three to watch in 30 window hours a month, one hour a day: among the last 30, the six dearest up to now."""
    site = site_with(coincident_peak_window=(17, 17), coincident_peak_candidates=3)
    power = noisy((date(2027, 6, 1), date(2027, 8, 1)))
    hours = hours_of(site, power, (), (date(2027, 7, 1), date(2027, 8, 1)))
    grid, index = hours.prices.grid, hours.prices.index_usd_per_mwh
    before = power.price_usd_per_mwh[: power.grid.count - grid.count]
    told = beliefs(hours, before)
    inside = np.flatnonzero(local_hour(grid) == 17)
    afternoons = power.price_usd_per_mwh[local_hour(power.grid) == 17]
    wanted = [afternoons[30 + day] >= np.sort(afternoons[day + 1 : day + 31])[-6] for day in range(31)]
    watched = index >= told.threshold_usd_per_mwh
    assert watched[inside].tolist() == wanted
    assert told.chance_frac == pytest.approx(3 / 30)
    believed = believed_problem(told, dispatched(hours).problem).price_usd_per_mwh
    true = import_cost_usd_per_mwh(hours.book, replace(hours.prices, coincident_weight=np.zeros(grid.count)))
    adds = believed - true
    assert np.flatnonzero(np.abs(adds) > 1e-9).tolist() == inside[np.array(wanted)].tolist()
    known = import_cost_usd_per_mwh(hours.book, hours.prices) - true
    assert adds.max() == pytest.approx(known.max()), "a watched hour bears what one of the true ones does"


def test_forecasts_are_of_the_index_and_become_costs() -> None:
    site = site_with()
    hours = hours_of(site, noisy(billed(JULY)), (), JULY)
    known = Known(noisy((date(2027, 6, 1), JULY[0]), seed=4), typical_prices(site, JULY))
    assert known.earlier is not None
    told = beliefs(hours, known.earlier.price_usd_per_mwh)
    yesterday, ahead = (believed_forecast(told, one.forecast) for one in forecasts_of(hours, known))
    flat = 1.5 + 0.8 * (1 + hours.book.inflation_frac_per_year) ** (2027 - hours.book.base_year)
    assert yesterday(np.zeros(1), 1) == pytest.approx([1.015 * known.earlier.price_usd_per_mwh[-23] + flat])
    assert known.day_ahead is not None
    assert ahead(np.zeros(1), 3) == pytest.approx(1.015 * known.day_ahead.price_usd_per_mwh[1:4] + flat)


def test_prices_of_other_hours_are_refused() -> None:
    found, _ = run("battery")
    start = found.hours.prices.grid.start_utc
    price = np.full(48, 30.0)
    with pytest.raises(InputError, match="right before the hours"):
        unforeseen(found, Known(series(price, start - timedelta(hours=47))))
    with pytest.raises(InputError, match="right before the hours"):
        unforeseen(found, Known(series(price, start - timedelta(hours=12), 900)))
    with pytest.raises(InputError, match="of other hours"):
        unforeseen(found, Known(day_ahead=series(price, start)))
    with pytest.raises(InputError, match="do not fit the hours"):
        unforeseen(found, Known(day_ahead=series(price, start, 900)))


def test_day_ahead_hours_hold_in_their_quarters() -> None:
    site = site_with(coincident_peak_usd_per_kw_year=0.0)
    days = (date(2027, 3, 1), date(2027, 3, 3))
    hourly = noisy(days)
    grid = replace(hourly.grid, step_s=900, count=hourly.grid.count * 4)
    fine = replace(hourly, grid=grid, price_usd_per_mwh=np.repeat(hourly.price_usd_per_mwh, 4))
    found = dispatched(hours_of(site, fine))
    coarse = dispatched(hours_of(site, hourly))
    by_quarter, by_hour = (unforeseen(one, Known(day_ahead=hourly)).ways[1] for one in (found, coarse))
    assert by_quarter.earned_usd == pytest.approx(by_hour.earned_usd, rel=1e-9)


def test_the_work_is_told_from_start_to_end() -> None:
    found, _ = run("battery")
    told: list[float] = []
    unforeseen(found, Known(), lambda _, done_frac: told.append(done_frac))
    assert told == sorted(told)
    assert told[0] < 0.01
    assert 0.5 < told[-1] <= 1.0


def test_hb_west_in_real_time_by_day_ahead_prices() -> None:
    """July 2024, with more than a year of real-time and three months of day-ahead prices before it to learn from."""
    from repower.markets.feeds import read_before, read_prices

    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    days = (date(2024, 7, 1), date(2024, 8, 1))
    real, ahead = (
        read_prices(path, f"{market}_hb_west", "ts_utc", "usd_per_mwh", "America/Chicago", span=days)
        for market in ("rt", "dam")
    )
    before = [
        read_before(path, f"{market}_hb_west", "ts_utc", "usd_per_mwh", real.grid.start_utc, "America/Chicago", 365)
        for market in ("rt", "dam")
    ]
    found = dispatched(hours_of(site_with(), real))
    told = unforeseen(found, Known(before[0], ahead, before[1]))
    shares = {way.kind: way.of_battery_frac for way in told.ways}
    assert set(shares) == {"persistence", "day_ahead", "learnt", "learnt_day_ahead"}
    assert all(share is not None and 0.0 < share < 1.0 for share in shares.values())
    assert all(way.earned_usd < found.bound_usd for way in told.ways)
    assert shares["day_ahead"] > shares["persistence"]  # type: ignore[operator]


def test_a_battery_stops_where_a_quarter_of_an_hour_turns_out_dear() -> None:
    """Power is cheapest from six to seven; on the third day it turns $5,000 at 06:15, and charging stops there."""
    site = site_with(coincident_peak_usd_per_kw_year=0.0)
    day = np.repeat([20.0, 5.0, 20.0, 95.0, 30.0], [24, 4, 44, 12, 12])
    price = np.tile(day, 3)
    six = 2 * 96 + 24
    price[six + 1 : six + 4] = 5_000.0
    found = dispatched(hours_of(site, series(price, datetime(2027, 3, 1, 6, tzinfo=UTC), 900)))
    (way,) = unforeseen(found, Known()).ways
    assert way.schedule.battery_mw is not None
    assert way.schedule.battery_mw[six] > 1.0
    assert (way.schedule.battery_mw[price == 5_000.0] <= 1e-9).all()
    assert "every interval" in way.words
