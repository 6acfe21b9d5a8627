"""Options that cannot be served are values with a reason; what a site holds is what it has in its worst month."""

from __future__ import annotations

from dataclasses import replace

import plan_sites
from repower.plan.cash import HallCash
from repower.plan.make import make
from repower.plan.options import candidates
from repower.plan.reasons import best_of_each_option
from repower.plan.world import Hourly
from repower.site import GpuRental, HallOption, OnsiteGas, OnsiteHydro, TakeOrPay


def test_an_option_that_its_plant_cannot_serve_is_infeasible_with_a_reason() -> None:
    site = plan_sites.example("crusoe_style_off_grid_gas")
    gas = site.supply[0]
    assert isinstance(gas, OnsiteGas)
    terms = tuple(replace(one, term_frac=1.0) if isinstance(one, GpuRental) else one for one in site.contracts)
    weak = replace(site, horizon_years=6, supply=(replace(gas, availability_frac=0.5),), contracts=terms)
    (hall,) = weak.halls
    found = candidates(HallCash(plan_sites.world_of(weak)), hall)
    refused = [one for one in found if not one.value.feasible]
    assert [one.value.kind for one in refused] == ["gpu_cloud"]
    assert "MW" in refused[0].value.reason
    plan = make(weak, Hourly())
    assert plan.decisions[0].chosen.kind != "gpu_cloud"
    assert any(not option.feasible and option.reason for option in plan.decisions[0].options)


def test_more_it_than_the_design_hour_allows_is_infeasible() -> None:
    site = plan_sites.short(4, ("B",))
    asked = tuple(
        replace(option, critical_it_mw=24.0) if option.kind == "colocation_reuse" else option
        for option in site.halls[0].options
    )
    site = replace(site, halls=(replace(site.halls[0], options=asked),))
    found = candidates(HallCash(plan_sites.world_of(site)), site.halls[0])
    (refused,) = [one.value for one in found if not one.value.feasible]
    assert refused.kind == "colocation_reuse"
    assert "design hour" in refused.reason


def test_two_offers_of_one_kind_compete() -> None:
    site = plan_sites.short(8, ("B",))
    offer = next(one for one in site.contracts if one.name == "colocation offer")
    dearer = replace(offer, name="better offer", rent_usd_per_kw_month=170.0)
    hall = site.halls[0]
    second = HallOption("colocation_reuse", cooling="dlc_dry_40", terms="better offer")
    site = replace(site, contracts=(*site.contracts, dearer), halls=(replace(hall, options=(*hall.options, second)),))
    ranked = best_of_each_option(candidates(HallCash(plan_sites.world_of(site)), site.halls[0]))
    reuse = [one.option.terms for one in ranked if one.value.kind == "colocation_reuse"]
    assert reuse == ["better offer", "colocation offer"]
    decision = make(site, Hourly()).decisions[0]
    assert decision.chosen.kind == "colocation_reuse"
    assert decision.next_best is not None
    assert decision.next_best.value_usd <= decision.chosen.value_usd or decision.binding


def test_hydro_and_take_or_pay_carry_a_mine_off_the_grid() -> None:
    site = plan_sites.example("crusoe_style_off_grid_gas")
    hydro = OnsiteHydro("onsite_hydro", "river", 10.0, 4.0, (0.4,) * 3 + (1.0,) * 6 + (0.5,) * 3)
    block = TakeOrPay(
        "take_or_pay",
        "neighbour's plant",
        6.0,
        20.0,
        site.interconnect.energised,
        site.outlook.as_of.replace(year=2040),
        0.5,
    )
    site = replace(site, horizon_years=3, supply=(hydro, block))
    plan = make(site, Hourly())
    names = {line.name for line in plan.keep_cash.lines}
    assert {"hydro energy", "take-or-pay energy", "mining reward"} <= names
    assert all(year.import_mwh == 0.0 for year in plan.energy)
    uptime = plan.energy[0].mining_uptime_frac
    assert uptime is None or 0.3 < uptime < 1.0
