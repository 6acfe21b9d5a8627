"""Wires charges against bills worked by hand and against ERCOT's published rate and peaks."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from repower.base.clock import local_year
from repower.contracts import (
    PeakHistory,
    billed_demand_mw,
    coincident_weight_known,
    import_cost_usd_per_mwh,
    next_history,
    settle,
)
from shared_data import shared

FOUR_CP = {
    "coincident_peak_usd_per_kw_year": 68.547301,
    "coincident_peak_months": (6, 7, 8, 9),
    "coincident_peak_lag_years": 1,
}

ERCOT_2024 = (
    datetime(2024, 6, 30, 22, 30, tzinfo=UTC),
    datetime(2024, 7, 1, 21, 45, tzinfo=UTC),
    datetime(2024, 8, 20, 21, 45, tzinfo=UTC),
    datetime(2024, 9, 20, 20, 45, tzinfo=UTC),
)
"""Starts of the official 15-minute peak intervals, which end at 17:45, 17:00, 17:00 and 16:00 CDT (UTC - 5 h)."""


def test_a_volumetric_bill_by_hand(build):
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    book = build.book(
        losses_frac=0.02, tariff={"delivery_usd_per_mwh": 3.0, "monthly_fixed_usd": 500.0, "ratchet_months": 0}
    )
    book = replace(book, supply=(replace(build.index, adder_usd_per_mwh=1.5),))
    lines = settle(build.mining(grid, 10.0), book, build.prices(grid))
    # January has 744 h and February 672 h: 7,440 and 6,720 MWh.
    assert build.amounts(lines, "index energy") == pytest.approx([-7_440 * 40, -6_720 * 40])
    assert build.amounts(lines, "losses") == pytest.approx([-7_440 * 0.02 * 40, -6_720 * 0.02 * 40])
    assert build.amounts(lines, "retail adder") == pytest.approx([-7_440 * 1.5, -6_720 * 1.5])
    assert build.amounts(lines, "delivery") == pytest.approx([-7_440 * 3, -6_720 * 3])
    assert build.amounts(lines, "customer charge") == pytest.approx([-500, -500])
    january = next(line for line in lines if line.what == "losses")
    assert (january.party, january.counterparty, january.hall, january.use) == ("site", "energy supplier", "", "power")
    assert (january.quantity, january.quantity_unit) == (pytest.approx(148.8), "MWh")
    assert (january.unit_price, january.unit_price_unit) == (pytest.approx(40.0), "$/MWh")


def test_hours_of_the_clock_change_are_billed_as_they_are(build):
    grid = build.span(date(2025, 3, 1), date(2025, 4, 1))
    lines = settle(build.mining(grid, 1.0), build.book(tariff={"monthly_fixed_usd": 310.0}), build.prices(grid))
    # March 2025 in Chicago has 31 x 24 - 1 = 743 h; the customer charge goes by days and stays whole.
    assert build.amounts(lines, "index energy") == pytest.approx([-743 * 40])
    assert build.amounts(lines, "customer charge") == pytest.approx([-310])


def test_a_split_month_shares_the_customer_charge_by_days(build):
    book = build.book(tariff={"monthly_fixed_usd": 310.0})
    parts = [build.span(date(2025, 3, 1), date(2025, 3, 9)), build.span(date(2025, 3, 9), date(2025, 4, 1))]
    fixed = [build.total(settle(build.mining(grid), book, build.prices(grid)), "customer charge") for grid in parts]
    # Eight days of 31 and the 23 others, the 23-hour day of 9 March among them, at 10 $ a day.
    assert fixed == pytest.approx([-80.0, -230.0])


def test_a_split_day_shares_its_day(build):
    """Seven hours and then 17 of a day in a month of 30 days."""
    day = build.span(date(2025, 4, 1), date(2025, 4, 2))
    hours = [replace(day, count=7), replace(day, count=17, start_utc=day.start_utc + timedelta(hours=7))]
    book = build.book(tariff={"monthly_fixed_usd": 720.0})
    fixed = [build.total(settle(build.mining(grid), book, build.prices(grid)), "customer charge") for grid in hours]
    assert fixed == pytest.approx([-7.0, -17.0])


def test_the_customer_charge_starts_when_the_site_is_energised(build):
    grid = build.span(date(2025, 4, 1), date(2025, 6, 1))
    book = build.book(tariff={"monthly_fixed_usd": 300.0})
    book = replace(book, interconnect=replace(book.interconnect, energised=date(2025, 4, 16)))
    lines = settle(build.mining(grid, 0.0), book, build.prices(grid))
    assert build.amounts(lines, "customer charge") == pytest.approx([-300 * 15 / 30, -300])


def test_a_demand_charge_takes_the_highest_hour_of_each_month(build):
    """Dominion GS-3's distribution demand rate of 2.007 + 4.114 = 6.121 $/kW-month, on two hand-made months."""
    grid = build.span(date(2025, 1, 1), date(2025, 3, 1))
    power_mw = np.full(grid.count, 10.0)
    power_mw[100], power_mw[800] = 25.0, 18.5
    book = build.book(tariff={"demand_charge_usd_per_kw_month": 2.007 + 4.114})
    lines = settle(build.mining(grid, power_mw), book, build.prices(grid))
    assert build.amounts(lines, "demand charge") == pytest.approx([-25_000 * 6.121, -18_500 * 6.121])
    first = next(line for line in lines if line.what == "demand charge")
    assert (first.quantity, first.quantity_unit) == (pytest.approx(25_000), "kW-month")
    assert (first.unit_price, first.unit_price_unit) == (pytest.approx(6.121), "$/kW-month")


def test_a_ratchet_bills_three_quarters_of_the_winter_peak(build):
    """Hydro-Quebec's rule for large power: billing demand is at least 75 % of the highest of the last 12 periods."""
    grid = build.span(date(2025, 1, 1), date(2026, 3, 1), zone="America/Toronto")
    power_mw = np.full(grid.count, 40.0)
    power_mw[10] = 100.0
    book = build.book(
        tariff={"demand_charge_usd_per_kw_month": 15.426, "ratchet_frac": 0.75, "ratchet_months": 12},
    )
    # January sets 100 MW; it is among the preceding twelve months up to January 2026 and no more in February.
    billed = [100.0] + [75.0] * 12 + [40.0]
    assert billed_demand_mw(build.mining(grid, power_mw), book) == pytest.approx(billed)
    lines = settle(build.mining(grid, power_mw), book, build.prices(grid))
    assert build.amounts(lines, "demand charge") == pytest.approx([-mw * 1_000 * 15.426 for mw in billed])


def test_a_ratchet_looks_back_into_the_history(build):
    grid = build.span(date(2025, 6, 1), date(2025, 8, 1))
    history = PeakHistory(monthly_mw=((date(2025, 4, 1), 90.0), (date(2025, 3, 1), 200.0)))
    book = build.book(
        tariff={"demand_charge_usd_per_kw_month": 1.0, "ratchet_frac": 0.5, "ratchet_months": 2}, peak_history=history
    )
    # June looks back on April (90) and May (unknown, so nothing): 45 > 20. July looks back on May and June's 20: 20.
    assert billed_demand_mw(build.mining(grid, 20.0), book) == pytest.approx([45.0, 20.0])


def test_a_peak_already_billed_is_not_billed_twice(build):
    grid = build.span(date(2025, 6, 16), date(2025, 7, 1))
    history = PeakHistory(monthly_mw=((date(2025, 6, 1), 30.0),))
    book = build.book(tariff={"demand_charge_usd_per_kw_month": 2.0}, peak_history=history)
    assert billed_demand_mw(build.mining(grid, 50.0), book) == pytest.approx([20.0])
    assert build.total(settle(build.mining(grid, 25.0), book, build.prices(grid)), "demand charge") == 0.0


def test_a_minimum_already_billed_is_not_billed_twice(build):
    grid = build.span(date(2025, 6, 16), date(2025, 7, 1))
    history = PeakHistory(monthly_mw=((date(2025, 5, 1), 100.0), (date(2025, 6, 1), 30.0)))
    tariff = {"demand_charge_usd_per_kw_month": 2.0, "ratchet_frac": 0.5, "ratchet_months": 1}
    book = build.book(tariff=tariff, peak_history=history)
    # The first half of June was billed 50 MW, half of May's 100; a peak of 60 adds 10.
    assert billed_demand_mw(build.mining(grid, 60.0), book) == pytest.approx([10.0])


def test_wires_charges_step_up_with_inflation_and_energy_does_not(build):
    grid = build.span(date(2026, 12, 1), date(2027, 2, 1))
    book = build.book(
        inflation_frac_per_year=0.025,
        tariff={"delivery_usd_per_mwh": 2.0, "demand_charge_usd_per_kw_month": 4.0, "monthly_fixed_usd": 1_000.0},
    )
    lines = settle(build.mining(grid, 10.0), book, build.prices(grid))
    first, second = 1.025, 1.025**2
    assert build.amounts(lines, "delivery") == pytest.approx([-7_440 * 2 * first, -7_440 * 2 * second])
    assert build.amounts(lines, "demand charge") == pytest.approx([-10_000 * 4 * first, -10_000 * 4 * second])
    assert build.amounts(lines, "customer charge") == pytest.approx([-1_000 * first, -1_000 * second])
    assert build.amounts(lines, "index energy") == pytest.approx([-7_440 * 40] * 2)


def test_ercot_postage_stamp_of_2025_on_the_official_peaks_of_2024(build):
    """A 100 MW miner that is on in one of four peaks pays 25 MW x 68.547301 $/kW over the twelve months of 2025."""
    summer, billing = local_year(2024, "America/Chicago"), local_year(2025, "America/Chicago")
    power_mw = np.full(summer.count, 100.0)
    weight = coincident_weight_known(summer, ERCOT_2024)
    peaks = np.flatnonzero(weight)
    assert weight[peaks] == pytest.approx([0.25] * 4)
    power_mw[peaks[1:]] = 0.0
    book = build.book(tariff=FOUR_CP)
    prices = build.prices(summer, coincident_weight=weight)
    schedule = build.mining(summer, power_mw)
    assert build.total(settle(schedule, book, prices), "coincident-peak charge") == 0.0
    history = next_history(schedule, book, prices)
    assert history.yearly_coincident_mw == ((2024, pytest.approx(25.0)),)
    later = replace(book, peak_history=history)
    lines = settle(build.mining(billing, 100.0), later, build.prices(billing))
    # 25,000 kW x 68.547301 $/kW-year = 1,713,682.53 $, in twelve parts of 142,806.88 $.
    assert build.amounts(lines, "coincident-peak charge") == pytest.approx([-142_806.877083] * 12, rel=1e-9)
    assert build.total(lines, "coincident-peak charge") == pytest.approx(-1_713_682.525, rel=1e-9)
    line = next(line for line in lines if line.what == "coincident-peak charge")
    assert (line.quantity, line.unit_price) == (pytest.approx(25_000), pytest.approx(68.547301 / 12))


def test_the_official_list_gives_the_same_peaks():
    with shared("data/power/ercot_4cp_official_2022_2025.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2024"]
    place = ZoneInfo("America/Chicago")
    ends = [datetime.fromisoformat(f"{row['date']} {row['interval_ending_cpt']}") for row in rows]
    starts = tuple(end.replace(tzinfo=place).astimezone(UTC) - timedelta(minutes=15) for end in ends)
    assert starts == ERCOT_2024


def test_a_full_load_pays_the_postage_stamp_per_mwh_of_the_literature(build):
    """68.547301 $/kW-year on a load that never stops is 7.83 $/MWh."""
    year = local_year(2025, "America/Chicago")
    book = build.book(tariff=FOUR_CP, peak_history=PeakHistory(yearly_coincident_mw=((2024, 100.0),)))
    lines = settle(build.mining(year, 100.0), book, build.prices(year))
    assert build.total(lines, "coincident-peak charge") / (100 * 8_760) == pytest.approx(-7.83, abs=0.005)


def test_without_a_lag_the_peaks_are_billed_in_their_months(build):
    year = local_year(2024, "America/Chicago")
    weight = coincident_weight_known(year, ERCOT_2024)
    book = build.book(tariff=FOUR_CP | {"coincident_peak_lag_years": 0})
    lines = settle(build.mining(year, 100.0), book, build.prices(year, coincident_weight=weight))
    months = [line.month.month for line in lines if line.what == "coincident-peak charge"]
    assert months == [6, 7, 8, 9]
    assert build.total(lines, "coincident-peak charge") == pytest.approx(-100_000 * 68.547301)


def test_two_years_at_once_bill_the_first_year_s_peaks_in_the_second(build):
    grid = build.span(date(2024, 1, 1), date(2026, 1, 1))
    weight = coincident_weight_known(grid, ERCOT_2024)
    book = build.book(tariff=FOUR_CP, peak_history=PeakHistory(yearly_coincident_mw=((2023, 10.0),)))
    lines = settle(build.mining(grid, 100.0), book, build.prices(grid, coincident_weight=weight))
    expected = [-10_000 * 68.547301 / 12] * 12 + [-100_000 * 68.547301 / 12] * 12
    assert build.amounts(lines, "coincident-peak charge") == pytest.approx(expected)


def test_the_adder_of_a_peak_hour_is_the_charge_it_causes(build):
    grid = build.span(date(2025, 6, 1), date(2025, 7, 1), step_s=900)
    weight = np.zeros(grid.count)
    weight[1_000] = 0.25
    book = build.book(tariff=FOUR_CP, inflation_frac_per_year=0.025)
    cost = import_cost_usd_per_mwh(book, build.prices(grid, coincident_weight=weight))
    # One MWh in a quarter of an hour is 4 MW there and 1 MW on the average of four: 1,000 kW at the rate of 2026.
    assert cost[1_000] - 40.0 == pytest.approx(1_000 * 68.547301 * 1.025)
    assert np.delete(cost, 1_000) == pytest.approx(np.full(grid.count - 1, 40.0))
