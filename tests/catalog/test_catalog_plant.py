"""Cooling, cost by part and lead times: keys, calibration and agreement with what they are calibrated on."""

from __future__ import annotations

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import USD_PER_MUSD
from repower.catalog.schemas.plant import CAPEX_PARTS, WORKS

KINDS = (
    "mining_air",
    "mining_evaporative",
    "immersion",
    "air_chiller",
    "water_tower",
    "evaporative",
    "dlc_dry_30",
    "dlc_dry_40",
    "dlc_tower_30",
)


def benchmark_musd_per_mw(who: str) -> tuple[float, float]:
    (row,) = catalog.where("capex_benchmarks", (f"who={who}",)).rows
    return row["it_low_usd_per_mw"] / USD_PER_MUSD, row["it_high_usd_per_mw"] / USD_PER_MUSD


def bought_usd_per_mw(project: str, kept: dict[str, float]) -> float:
    return sum(row.cost_usd_per_mw * (1 - kept.get(row.part, 0.0)) for row in catalog.capex_parts(project))


def test_cooling_kinds() -> None:
    assert tuple(cooling.kind for cooling in catalog.coolings()) == KINDS
    assert {cooling.fact.grade for cooling in catalog.coolings()} == {"assumed"}
    assert {cooling.kind for cooling in catalog.coolings() if cooling.serves != "ai"} == {
        "mining_air",
        "mining_evaporative",
        "immersion",
        "dlc_dry_40",
    }


@pytest.mark.parametrize("cooling", catalog.coolings(), ids=KINDS)
def test_cooling_parameters_hang_together(cooling: catalog.Cooling) -> None:
    if cooling.liquid_frac == 0:
        assert cooling.supply_c == cooling.air_supply_c
    if cooling.carnot_frac > 0:
        assert 1 < cooling.cop_low_ratio < cooling.cop_high_ratio
        assert cooling.trim_k > 0
    assert (cooling.water_l_per_kwh > 0) == (cooling.rejection in ("tower", "evaporative"))


def test_an_unknown_kind_names_the_nearest() -> None:
    with pytest.raises(CatalogError, match="did you mean 'dlc_dry_30'"):
        catalog.cooling("dlc dry 30")


@pytest.mark.parametrize("project", ["reuse", "new"])
def test_capex_has_every_part_once_and_says_it_is_assumed(project: str) -> None:
    rows = catalog.capex_parts(project)
    assert tuple(row.part for row in rows) == CAPEX_PARTS
    assert {row.fact.grade for row in rows} == {"assumed"}


def test_a_new_building_costs_the_middle_of_the_stated_hard_costs() -> None:
    stated = [benchmark_musd_per_mw("Hut 8 River Bend"), benchmark_musd_per_mw("Cipher Barber Lake")]
    middle = sum(low + high for low, high in stated) / 4
    assert middle == 10.0
    assert bought_usd_per_mw("new", {}) / USD_PER_MUSD == pytest.approx(middle)


def test_plant_is_the_larger_part_of_a_new_building() -> None:
    plant = {"interconnect", "substation", "mv_gear", "power_chain", "cooling"}
    cost = {row.part: row.cost_usd_per_mw for row in catalog.capex_parts("new")}
    assert 0.6 < sum(cost[part] for part in plant) / sum(cost.values()) < 0.8


def test_a_good_building_leaves_what_riot_and_amd_paid() -> None:
    kept = {row.part: 1.0 for row in catalog.capex_parts("reuse") if row.reusable} | {"cooling": 0.5}
    low, high = benchmark_musd_per_mw("Riot and AMD, Rockdale")
    assert low == high == 3.6
    assert bought_usd_per_mw("reuse", kept) / USD_PER_MUSD == pytest.approx(low)


def test_a_new_building_on_the_mining_site_costs_what_terawulf_states() -> None:
    kept = {"land": 1.0, "interconnect": 1.0, "substation": 1.0, "mv_gear": 0.5}
    low, high = benchmark_musd_per_mw("TeraWulf and Fluidstack, Lake Mariner")
    assert low < bought_usd_per_mw("new", kept) / USD_PER_MUSD < high


def test_what_can_survive() -> None:
    new = {row.part for row in catalog.capex_parts("new") if row.reusable}
    reuse = {row.part for row in catalog.capex_parts("reuse") if row.reusable}
    assert reuse - new == {"shell", "cooling"}
    assert new == {"land", "interconnect", "substation", "mv_gear", "fibre"}


def test_an_unknown_project_says_which_there_are() -> None:
    with pytest.raises(CatalogError, match=r"no such conversion project \(value: retrofit\).*reuse or new"):
        catalog.capex_parts("retrofit")


def test_lead_times_wait_for_parts_or_works() -> None:
    for lead in catalog.lead_times():
        assert 0 < lead.low_weeks <= lead.high_weeks
        assert set(lead.needed_for) <= {*CAPEX_PARTS, *WORKS}
    gated = {part for lead in catalog.lead_times() for part in lead.needed_for}
    assert {"interconnect", "substation", "mv_gear", "power_chain", "cooling", "new", "reuse", "refresh"} <= gated


@pytest.mark.parametrize(
    ("item", "stem"),
    [
        ("integrated systems test", "integrated_test"),
        ("construction, new building on the site", "build_new"),
        ("construction, reuse of the building", "build_reuse"),
        ("late change of design", "design_change"),
    ],
)
def test_constants_and_lead_times_say_the_same(item: str, stem: str) -> None:
    (lead,) = (lead for lead in catalog.lead_times() if lead.item == item)
    assert catalog.constant(f"{stem}_low_weeks").value == lead.low_weeks
    assert catalog.constant(f"{stem}_high_weeks").value == lead.high_weeks


def test_asic_delivery_is_the_middle_of_its_range() -> None:
    (lead,) = (lead for lead in catalog.lead_times() if "refresh" in lead.needed_for)
    assert catalog.constant("asic_lead_weeks").value == (lead.low_weeks + lead.high_weeks) / 2
