"""Whole plans: never worse than keep, limits kept, reasons and evidence that hang together, the same bytes twice."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import plan_sites
from repower.base.clock import Quarter, quarter_of
from repower.base.errors import InfeasibleError, InputError
from repower.finance import monthly_rate_frac, npv_usd
from repower.plan.make import make, planning
from repower.plan.result import Plan
from repower.plan.settled import total_usd
from repower.plan.world import Hourly
from repower.site import Hosting, Site


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make(plan_sites.short(12), Hourly())


def test_the_value_is_the_settled_cash_at_the_hurdle(plan: Plan) -> None:
    rate = monthly_rate_frac(plan.discount_frac_per_year)
    assert plan.value_usd == pytest.approx(npv_usd(rate, total_usd(plan.cash), 1))
    assert plan.keep_value_usd == pytest.approx(npv_usd(rate, total_usd(plan.keep_cash), 1))
    assert plan.value_over_keep_usd == pytest.approx(plan.value_usd - plan.keep_value_usd)
    difference = total_usd(plan.cash) - total_usd(plan.keep_cash)
    assert plan.valley.amount_usd == pytest.approx(min(np.cumsum(difference).min(), 0.0))
    for root in plan.irr.roots:
        monthly = monthly_rate_frac(root)
        scale = npv_usd(0.0, np.abs(difference), 1)
        assert npv_usd(monthly, difference, 1) == pytest.approx(0.0, abs=1e-6 * scale)


def test_a_plan_keeps_its_limits(plan: Plan) -> None:
    site = plan_sites.short(12)
    assert sum(one.chosen.capex_usd for one in plan.decisions) <= site.owner.capital_limit_usd
    building = {}
    for one in plan.decisions:
        if one.chosen.kind in {"colocation_new", "colocation_reuse", "gpu_cloud"}:
            assert one.chosen.hand_over is not None
            quarter, last = one.chosen.start, quarter_of(one.chosen.hand_over)
            while quarter < last:
                building[quarter] = building.get(quarter, 0) + 1
                quarter = Quarter(quarter.year + quarter.number // 4, quarter.number % 4 + 1)
    assert building
    assert max(building.values()) <= site.owner.crews


def test_every_hall_says_why(plan: Plan) -> None:
    for one in plan.decisions:
        kinds = [value.kind for value in one.options]
        assert len(kinds) == len(set(kinds))
        assert "keep" in kinds
        assert one.next_best is not None
        assert one.difference_usd == pytest.approx(one.chosen.value_usd - one.next_best.value_usd)
        assert one.difference_usd >= 0.0 or one.binding
        assert one.flips
        for flip in one.flips:
            assert flip.text
    assert plan.headline.endswith(".")
    assert all(one.hall in plan.headline for one in plan.decisions)


def test_the_timeline_fills_the_plan_without_gaps(plan: Plan) -> None:
    for one in plan.decisions:
        spans = [span for span in plan.timeline if span.hall == one.hall and span.note != "built beside the hall"]
        spans = [span for span in spans if span.use != "hosting"]
        assert spans[0].start == plan.months[0]
        for before, after in itertools.pairwise(spans):
            assert before.end == after.start
        assert spans[-1].end.year == plan.months[-1].year + 1


def test_the_capex_parts_are_the_capex_line_before_inflation(plan: Plan) -> None:
    owner = plan_sites.short(12).owner
    parts = sum(part.spend_usd for part in plan.capex)
    spent = sum(one.chosen.capex_usd for one in plan.decisions)
    assert parts <= spent <= parts * (1.0 + owner.inflation_frac_per_year) ** 4


def test_a_kwh_earns_what_its_cash_says(plan: Plan) -> None:
    mined = [one for one in plan.earnings if one.role == "miner"]
    revenue = sum(one.gross_usd_per_kwh * one.energy_mwh * 1000 for one in mined)
    line = np.sum([one.amount_usd for one in plan.cash.lines if one.category == "mining"], axis=0)
    assert revenue == pytest.approx(float(line.sum()), rel=0.01)
    assert all(one.basis for one in plan.earnings)


def test_the_same_site_gives_the_same_plan() -> None:
    site = plan_sites.short(4, ("A",))
    first, second = make(site, Hourly()), make(site, Hourly())
    assert first.inputs_hash == second.inputs_hash
    assert first.headline == second.headline
    assert np.array_equal(total_usd(first.cash), total_usd(second.cash))
    assert first.sensitivities == second.sensitivities


def test_stages_come_in_order_and_end_with_the_plan() -> None:
    stages, shares, found = planning(plan_sites.short(2, ("C",)), Hourly()), [], None
    while found is None:
        try:
            shares.append(next(stages).done_frac)
        except StopIteration as finished:
            found = finished.value
    assert isinstance(found, Plan)
    assert shares == sorted(shares)
    assert shares[0] >= 0.0
    assert shares[-1] < 1.0


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """The example with other prices, limits and terms."""
    site = plan_sites.short(draw(st.integers(2, 6)), draw(st.sampled_from([("A",), ("B", "C"), ("C", "D")])))
    owner = replace(
        site.owner,
        capital_limit_usd=draw(st.sampled_from([0.0, 100e6, 2e9])),
        discount_frac_per_year=draw(st.sampled_from([0.04, 0.1, 0.2])),
        crews=draw(st.integers(1, 2)),
    )
    outlook = replace(
        site.outlook,
        btc_usd=draw(st.sampled_from([30e3, 83e3, 250e3])),
        power_shift_usd_per_mwh=draw(st.sampled_from([0.0, 25.0])),
    )
    tariff = replace(site.tariff, demand_charge_usd_per_kw_month=draw(st.sampled_from([0.0, 8.0])))
    return replace(site, owner=owner, outlook=outlook, tariff=tariff)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(sites())
def test_a_plan_is_never_worse_than_keep(site: Site) -> None:
    found = make(site, Hourly())
    assert found.value_over_keep_usd >= 0.0
    assert sum(one.chosen.capex_usd for one in found.decisions) <= site.owner.capital_limit_usd + 1e-6


def test_hosting_in_force_keeps_works_waiting() -> None:
    site = plan_sites.short(6, ("B",))
    hosting = Hosting("hosting", "guests", "other miners", "B", 1.0, 90.0, date(2026, 1, 1), date(2028, 7, 1))
    site = replace(site, contracts=(*site.contracts, hosting), halls=(replace(site.halls[0], shell_mw=27.0),))
    found = make(site, Hourly())
    chosen = found.decisions[0].chosen
    assert chosen.kind == "keep" or chosen.start >= Quarter(2028, 3)
    hosted = [line for line in found.cash.lines if line.category == "hosting"]
    assert len(hosted) == 1
    assert np.flatnonzero(hosted[0].amount_usd).tolist() == list(range(18))


def test_firm_load_over_the_connection_is_refused_with_the_numbers() -> None:
    site = plan_sites.example("core_scientific_denton")
    narrow = replace(site, horizon_years=3, interconnect=replace(site.interconnect, import_limit_mw=150.0))
    with pytest.raises((InfeasibleError, InputError), match="MW"):
        make(narrow, Hourly())
