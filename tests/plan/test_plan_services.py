"""Ancillary services of a site: firm load carries none, plans leave them out, hours settle what they award."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import plan_sites
from repower.base.errors import InputError
from repower.contracts import Award, ServicePrice, award_usd_per_h, awards_usd_per_h, settle
from repower.plan.dispatched import Dispatched, best, dispatched, earned_usd
from repower.plan.hours import Days, Hours, hours_of, typical_prices
from repower.plan.services import carried_by
from repower.plan.story import caveats
from repower.site import AncillaryService, Hosting
from repower.site.ancillary import Provider

DAYS: Days = (date(2027, 3, 1), date(2027, 3, 8))
RESERVE = AncillaryService("reserve", "up", ("mining", "hosting"), 1.0, "a.csv", "a", "ts_utc", "usd_per_mw_h")


def hours(curtailable: bool, price_usd_per_mw: float = 6.0, *services: AncillaryService) -> Hours:
    """A week of the example with a guest in hall A beside its miners, and one price for every service."""
    site = plan_sites.example()
    guest = Hosting(
        "hosting", "guests", "guest", "A", 1.0, 80.0, date(2027, 1, 1), date(2028, 1, 1), curtailable=curtailable
    )
    site = replace(site, contracts=(*site.contracts, guest))
    found = hours_of(site, typical_prices(site, DAYS), (), DAYS)
    asked = services or (RESERVE,)
    prices = tuple(ServicePrice(one.name, np.full(found.prices.grid.count, price_usd_per_mw)) for one in asked)
    return replace(found, services=asked, prices=replace(found.prices, services=prices))


def test_firm_load_carries_nothing() -> None:
    for curtailable in (True, False):
        week = hours(curtailable)
        battery, rows = carried_by(week, RESERVE)
        assert not battery
        uses = [(week.blocks[row].use, week.blocks[row].firm) for row in rows]
        assert ("hosting", False) in uses or not curtailable
        assert all(not firm for _, firm in uses)
        assert len(rows) == len(week.blocks) - (0 if curtailable else 1)


def test_what_nobody_may_carry_is_sold_by_nobody() -> None:
    week = hours(True, 6.0, replace(RESERVE, providers=("gpu_cloud",)))
    found = dispatched(week)
    assert found.schedule.awards == ()
    assert [one.paid_usd for one in found.services] == [0.0]
    assert {one.part: one.worth_usd for one in found.worths}["ancillary services"] == pytest.approx(0.0, abs=1e-6)


def test_awards_settle_as_they_were_earned() -> None:
    """A week of 168 hours at one price: MW-h times 6 $ in the lines, and the same in what the schedule earns."""
    week = hours(True)
    found: Dispatched = dispatched(week)
    (line,) = [line for line in found.lines if line.contract == "reserve"]
    sold_mw = found.schedule.block_mw[list(carried_by(week, RESERVE)[1])].sum(axis=0)
    assert line.quantity == pytest.approx(sold_mw.sum())
    assert line.amount_usd == pytest.approx(6.0 * sold_mw.sum())
    assert (line.unit_price, line.counterparty) == (pytest.approx(6.0), "site")
    bare = replace(found.schedule, awards=())
    assert earned_usd(week, found.schedule) - earned_usd(week, bare) == pytest.approx(line.amount_usd)
    assert earned_usd(week, bare) <= best(replace(week, services=()))[-1] + 1e-6
    assert found.bound_usd == pytest.approx(found.earned_usd, rel=1e-9)
    total = found.earned_usd + found.later_usd - found.shedding_usd + found.rest_usd
    assert total == pytest.approx(sum(one.amount_usd for one in found.lines), rel=1e-12)


def test_a_dearer_reserve_earns_no_less_and_keeps_more_load_running() -> None:
    drawn, earned = [], []
    for price in (0.0, 6.0, 60.0):
        found = dispatched(hours(True, price))
        drawn.append(float(found.schedule.block_mw.sum()))
        earned.append(found.earned_usd)
    assert drawn == sorted(drawn)
    assert drawn[2] > drawn[0]
    assert earned == sorted(earned)


def test_awards_without_price_or_below_zero_are_refused() -> None:
    week = hours(True)
    schedule = best(week)[2]
    still = np.zeros(week.prices.grid.count)
    with pytest.raises(InputError, match="this service has no price"):
        award_usd_per_h(Award("other", "loads", still), week.prices)
    for wrong in (still[1:], still - 1.0, still + np.nan):
        with pytest.raises(InputError, match="does not fit the grid"):
            settle(replace(schedule, awards=(Award("reserve", "loads", wrong),)), week.book, week.prices)
    assert awards_usd_per_h(replace(schedule, awards=()), week.prices).sum() == 0.0


def test_a_plan_leaves_services_out_and_says_so() -> None:
    plain = plan_sites.short(1, ("C",))
    providers: tuple[Provider, ...] = ("mining",)
    asked = replace(plain, services=(replace(RESERVE, name="ECRS", providers=providers),))
    world = plan_sites.world_of(asked)
    (told,) = (one.text for one in caveats(world, (), 0.0, 0.0, False) if "Ancillary" in one.text)
    assert "ECRS" in told
    assert "left out" in told
    assert not [one for one in caveats(plan_sites.world_of(plain), (), 0.0, 0.0, False) if "Ancillary" in one.text]
