"""Mining, GPU rental and hosting by hand, and the conventions every line keeps."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from repower.base.errors import InputError
from repower.contracts import HallTerms, Line, offers, settle, totals
from repower.site.agreements import GpuRental, Hosting

RENTAL = GpuRental(
    "gpu_rental",
    "cloud",
    "customer",
    term_years=2.0,
    price_usd_per_gpu_h=3.0,
    term_frac=0.75,
    term_utilisation_frac=0.9,
    spot_ratio=0.5,
    spot_utilisation_frac=0.6,
    operating_usd_per_mw_year=600_000.0,
)
HOSTING = Hosting("hosting", "hosting", "guest", "A", 12.0, 55.0, date(2025, 1, 16), date(2025, 3, 1))


def cloud(build, grid, rental=RENTAL, hand_over=date(2025, 1, 1), **changes):
    """1,000 GPUs at 2 kW each at the meter: 750 on a firm block of 1.5 MW, 250 on a spot block of 0.5 MW."""
    terms = {"critical_it_mw": 1.8, "gpu_count": 1_000} | changes
    book = build.book(agreements=[rental], halls=[HallTerms("G", rental.name, hand_over, **terms)])
    blocks = [
        build.block(grid, "gpu_cloud", rental.name, 1.5, hall="G", firm=True, gpu_h_per_mwh=500.0),
        build.block(grid, "gpu_cloud", rental.name, 0.5, hall="G", gpu_h_per_mwh=500.0),
    ]
    return build.schedule(grid, blocks), book


def test_mining_reward_rejects_and_fee(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    lines = settle(build.mining(grid, 10.0), build.book(), build.prices(grid))
    # 7,440 MWh x 2.08333 PH-days x 95 % uptime at 50 $; 1 % rejected; 2 % fee on the rest.
    reward = 7_440 * 1_000 / 480 * 0.95 * 50
    assert build.total(lines, "mining reward") == pytest.approx(reward)
    assert build.total(lines, "rejected shares") == pytest.approx(-reward * 0.01)
    assert build.total(lines, "pool fee") == pytest.approx(-reward * 0.99 * 0.02)
    first = lines[0]
    assert (first.party, first.counterparty, first.hall, first.use) == ("pool", "site", "A", "mining")
    assert (first.quantity, first.quantity_unit) == (pytest.approx(reward / 50), "PH-day")


def test_hashprice_is_taken_interval_by_interval(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    power_mw = np.where(np.arange(grid.count) < 100, 10.0, 0.0)
    hashprice = np.where(np.arange(grid.count) < 100, 30.0, 90.0)
    prices = build.prices(grid, hashprice_usd_per_ph_day=hashprice)
    lines = settle(build.mining(grid, power_mw), build.book(), prices)
    assert build.total(lines, "mining reward") == pytest.approx(1_000 * 1_000 / 480 * 0.95 * 30)


def test_gpus_earn_term_and_spot(build):
    grid = build.span(date(2026, 12, 1), date(2027, 2, 1))
    schedule, book = cloud(build, grid)
    lines = settle(schedule, book, build.prices(grid))
    # 744 h: 750 GPUs x 90 % at 3.0, after the two years at the market's 2.0; 250 GPUs x 60 % at half the market.
    assert build.amounts(lines, "GPU term rent") == pytest.approx([744 * 675 * 3.0, 744 * 675 * 2.0])
    assert build.amounts(lines, "GPU spot rent") == pytest.approx([744 * 150 * 1.0] * 2)
    assert build.amounts(lines, "operating cost") == pytest.approx([-1.8 * 50_000] * 2)
    assert {line.counterparty for line in lines if line.what == "operating cost"} == {"operator"}


def test_a_gpu_ramp_sells_the_hours_step_by_step(build):
    grid = build.span(date(2025, 1, 1), date(2025, 4, 1))
    schedule, book = cloud(build, grid, replace(RENTAL, ramp_months=3), hand_over=date(2025, 2, 1))
    lines = settle(schedule, book, build.prices(grid))
    term = build.amounts(lines, "GPU term rent")
    # March in Chicago has 743 h.
    assert term == pytest.approx([672 * 675 * 3 / 3, 743 * 675 * 3 * 2 / 3])
    assert build.amounts(lines, "operating cost") == pytest.approx([-90_000] * 2)


def test_a_term_price_left_open_is_the_rent_at_signing(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    open_price = replace(RENTAL, price_usd_per_gpu_h=None)
    schedule, book = cloud(build, grid, open_price, term_rent_usd_per_gpu_h=2.5)
    assert build.total(settle(schedule, book, build.prices(grid)), "GPU term rent") == pytest.approx(744 * 675 * 2.5)
    schedule, book = cloud(build, grid, open_price)
    with pytest.raises(InputError, match="term price is not known"):
        settle(schedule, book, build.prices(grid))


def test_more_gpus_than_there_are_is_refused(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    schedule, book = cloud(build, grid, gpu_count=999)
    with pytest.raises(InputError, match=r"1,000\.0 running, 999 there"):
        settle(schedule, book, build.prices(grid))


def test_hosting_is_paid_within_its_dates(build):
    grid = build.span(date(2025, 1, 1), date(2025, 4, 1))
    block = build.block(grid, "hosting", "hosting", 12.0)
    lines = settle(build.schedule(grid, [block]), build.book(agreements=[HOSTING]), build.prices(grid))
    # 16 days of January, all of February, nothing in March; the power of all three months is paid.
    assert build.amounts(lines, "hosting") == pytest.approx([16 * 24 * 12 * 55, 672 * 12 * 55])
    assert len(build.amounts(lines, "index energy")) == 3
    assert (lines[0].party, lines[0].use, lines[0].quantity) == ("guest", "hosting", pytest.approx(16 * 24 * 12))


def test_offers_by_hand(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    cloud_schedule, book = cloud(build, grid)
    book = replace(book, agreements=(*book.agreements, HOSTING))
    blocks = [
        build.block(grid, "mining", "pool", 10.0),
        build.block(grid, "hosting", "hosting", 12.0),
        *cloud_schedule.blocks,
    ]
    values = offers(blocks, book, build.prices(grid))
    assert values.shape == (4, grid.count)
    # 1000/480 x 50 $ x 0.95 x 0.99 x 0.98; 55 $ from the 16th; 500 GPU-h x 0.9 x 3 and 500 x 0.6 x 1.
    assert values[:, -1] == pytest.approx([1_000 / 480 * 50 * 0.95 * 0.99 * 0.98, 55.0, 1_350.0, 300.0])
    assert values[1, 0] == 0.0


def test_a_block_under_the_wrong_kind_of_contract_is_refused(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    block = build.block(grid, "mining", "hosting", 10.0)
    with pytest.raises(InputError, match="the contract is a hosting"):
        offers([block], build.book(agreements=[HOSTING]), build.prices(grid))


def test_every_line_s_quantity_times_price_is_its_amount(build):
    grid = build.span(date(2025, 1, 1), date(2025, 4, 1))
    index = np.random.default_rng(5).normal(0.0, 60.0, grid.count)
    schedule, book = cloud(build, grid)
    tariff = replace(book.tariff, delivery_usd_per_mwh=2.0, demand_charge_usd_per_kw_month=3.0, monthly_fixed_usd=10.0)
    lines = settle(schedule, replace(book, tariff=tariff), build.prices(grid, index_usd_per_mwh=index))
    assert len(lines) > 20
    for line in lines:
        sign = 1.0 if line.counterparty == "site" else -1.0
        assert "site" in (line.party, line.counterparty)
        assert line.amount_usd == pytest.approx(sign * line.quantity * line.unit_price, rel=1e-12)
        assert line.quantity > 0.0
        assert line.quantity_unit
        assert line.unit_price_unit.startswith("$/")


def test_a_negative_price_is_income_on_the_same_line(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    lines = settle(build.mining(grid, 1.0), build.book(), build.prices(grid, index_usd_per_mwh=-25.0))
    line = next(line for line in lines if line.what == "index energy")
    assert (line.party, line.unit_price, line.amount_usd) == ("site", pytest.approx(-25.0), pytest.approx(744 * 25))


def test_totals_group_by_the_fields_asked_for():
    line = Line("a", "site", "c", "rent", date(2025, 1, 1), "A", "colocation", 1.0, "kW", 2.0, "$/kW", 2.0)
    lines = (line, replace(line, hall="B", amount_usd=5.0), replace(line, month=date(2025, 2, 1), amount_usd=-1.0))
    assert totals(lines, by=("hall",)) == {("A",): 1.0, ("B",): 5.0}
    assert totals(lines, by=("hall", "month"))["A", date(2025, 2, 1)] == -1.0
    assert totals(lines, by=()) == {(): 6.0}
    with pytest.raises(InputError, match="no such field"):
        totals(lines, by=("hal",))


def test_a_line_is_frozen_and_complete(build):
    grid = build.span(date(2025, 1, 1), date(2025, 2, 1))
    line = settle(build.mining(grid), build.book(), build.prices(grid))[0]
    assert all(hasattr(line, field.name) for field in fields(Line))
    assert replace(line) == line
    with pytest.raises(AttributeError):
        line.amount_usd = 0.0
