"""Options beside a battery: by hand, against settled sites, and against every combination."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import plan_sites
from repower.contracts import PeakHistory, offers
from repower.plan.cash import HallCash
from repower.plan.choose import Limits, Present, choose
from repower.plan.interaction import interaction, interaction_usd
from repower.plan.operate import hall_book, phase_blocks
from repower.plan.options import Candidate, candidates, present_mw, value_usd
from repower.plan.phases import present
from repower.plan.settled import settle_plan
from repower.plan.together import search
from repower.plan.world import World
from repower.site import Battery, Tariff

Groups = Sequence[Sequence[Candidate]]

STORE = Battery("store", 5.0, 5.0, 10.0, 1.0, 1.0)


def lone_mine(operating_usd_per_mw_year: float) -> World:
    """Hall A for a year in which power is free in even hours and above all worth in odd ones, with a lossless store."""
    site = plan_sites.short(1, ("A",))
    site = replace(
        site,
        batteries=(STORE,),
        tariff=Tariff(),
        supply=tuple(one for one in site.supply if one.kind == "index"),
        owner=replace(site.owner, mining_operating_usd_per_mw_year=operating_usd_per_mw_year),
    )
    site = replace(site, supply=(replace(site.supply[0], adder_usd_per_mwh=0.0),))
    world = plan_sites.world_of(site)
    (year,) = world.years
    index = np.where(np.arange(year.grid.count) % 2 == 0, 0.0, 10_000.0)
    return replace(world, years=(replace(year, prices=replace(year.prices, index_usd_per_mwh=index)),))


def shifted_usd(world: World) -> float:
    """By hand: 5 MW of the mine's first machines run through every odd hour on power of the hour before."""
    (hall,), (year,) = world.site.halls, world.years
    (phase,) = present(world.site, hall)
    blocks = phase_blocks(world, year, phase)
    value = offers(blocks, hall_book(world, hall, (phase,)), year.prices).max(axis=0)
    return 5.0 * float(value[1::2].sum())


def test_a_store_needs_a_load_and_what_it_adds_is_counted_by_hand() -> None:
    """Without export a store beside a stopped mine is worth nothing, so stopping costs what it would have shifted."""
    world = lone_mine(70_000.0)
    (hall,) = world.site.halls
    group = candidates(HallCash(world), hall)
    keep, stop = group[0], next(one for one in group if one.value.kind == "stop")
    around_keep = interaction(world, {"A": keep.phases})
    assert interaction_usd(around_keep, hall, stop.phases).sum() == pytest.approx(-shifted_usd(world), rel=1e-9)
    assert not interaction_usd(around_keep, hall, keep.phases).any()
    around_stop = interaction(world, {"A": stop.phases})
    assert interaction_usd(around_stop, hall, keep.phases).sum() == pytest.approx(shifted_usd(world), rel=1e-9)


def test_a_store_turns_the_choice_of_a_mine_that_hardly_pays() -> None:
    """Operating cost between what the mine earns alone and what it earns with the store: the one stops, the other
    mines on."""
    free = lone_mine(0.0)
    keep, *others = candidates(HallCash(free), free.site.halls[0])
    first = next(one for one in others if one.value.kind == "stop")
    alone_usd = keep.value.cash_usd.sum() - first.value.cash_usd.sum()
    machines_mw = 7700 * 3068e-6
    world = lone_mine((alone_usd + shifted_usd(free) / 2.0) / machines_mw)
    groups = [candidates(HallCash(world), world.site.halls[0])]
    picks = alone(world, groups)
    assert groups[0][picks[0]].value.kind == "stop"
    assert groups[0][beside(world, groups)[0]].value.kind == "keep"


def limits(world: World) -> tuple[list[Present], Limits]:
    site = world.site
    held = Limits(
        site.interconnect.import_limit_mw, site.owner.capital_limit_usd, site.owner.crews, site.plan_start, 60
    )
    return [Present(present_mw(world, hall), False) for hall in site.halls], held


def alone(world: World, groups: Groups) -> tuple[int, ...]:
    """The choice by what options are worth on their own feeders."""
    picked = choose([[one.value for one in group] for group in groups], *limits(world))
    return tuple(
        next(k for k, one in enumerate(group) if one.value is value)
        for group, value in zip(groups, picked, strict=True)
    )


def settled_usd(world: World, groups: Groups, picks: Sequence[int]) -> float:
    chosen = [group[index] for group, index in zip(groups, picks, strict=True)]
    return settle_plan(world, chosen, PeakHistory()).value_usd


def beside(world: World, groups: Groups) -> tuple[int, ...]:
    """The choice by what options are worth beside the battery."""
    picks = alone(world, groups)
    chosen = [group[index] for group, index in zip(groups, picks, strict=True)]
    settled = settle_plan(world, chosen, PeakHistory())
    return search(world, groups, picks, settled, *limits(world), PeakHistory()).picks


def test_leaving_the_plan_gains_what_the_settled_site_gains() -> None:
    """One hall at a time, with peak charges, a wire too thin for all and a fixed block that halls share."""
    site = plan_sites.short(3, ("B", "C"))
    tariff = replace(site.tariff, demand_charge_usd_per_kw_month=6.0)
    wire = replace(site.interconnect, import_limit_mw=45.0)
    site = replace(site, batteries=(STORE,), tariff=tariff, interconnect=wire)
    world = plan_sites.world_of(site)
    groups = [candidates(HallCash(world), hall) for hall in site.halls]
    plan = [next(one for one in groups[0] if one.value.kind == "colocation_reuse"), groups[1][0]]
    around = interaction(world, {"B": plan[0].phases, "C": plan[1].phases})
    settled = settle_plan(world, plan, PeakHistory()).value_usd
    for index, hall in enumerate(site.halls):
        for kind in ("keep", "stop", "colocation_new"):
            other = next((one for one in groups[index] if one.value.kind == kind), groups[index][0])
            trial = [other if k == index else one for k, one in enumerate(plan)]
            gain = settle_plan(world, trial, PeakHistory()).value_usd - settled
            beyond = value_usd(world, interaction_usd(around, hall, other.phases))
            assert other.value.value_usd + beyond - plan[index].value.value_usd == pytest.approx(gain, abs=40e3)


def test_the_choice_beside_a_battery_is_the_best_of_all_combinations() -> None:
    """Two halls of three options: one conversion pays for the battery's sake, a second does not."""
    site = plan_sites.short(3, ("A", "D"))
    halls = tuple(
        replace(hall, options=tuple(replace(one, capex_usd_per_mw=2e6) for one in hall.options)) for hall in site.halls
    )
    world = plan_sites.world_of(replace(site, halls=halls, batteries=(Battery("store", 40.0, 40.0, 160.0),)))
    groups = []
    for hall in world.site.halls:
        found = candidates(HallCash(world), hall)
        let = next(one for one in found if one.value.kind.startswith("colocation"))
        groups.append((found[0], let, next(one for one in found if one.value.kind == "stop")))
    settled = {picks: settled_usd(world, groups, picks) for picks in itertools.product(range(3), repeat=2)}
    best = max(settled, key=lambda picks: settled[picks])
    assert best == (0, 1)
    assert settled[alone(world, groups)] < settled[best] - 0.5e6
    assert beside(world, groups) == best


def test_a_first_plan_is_never_left_for_a_worse_one() -> None:
    """Whatever plan the search begins with, what it returns settles at least as high."""
    site = plan_sites.short(2, ("B", "C"))
    world = plan_sites.world_of(replace(site, batteries=(STORE,)))
    groups = [candidates(HallCash(world), hall) for hall in site.halls]
    best = settled_usd(world, groups, beside(world, groups))
    for picks in ((0, 0), (1, 0), (len(groups[0]) - 1, len(groups[1]) - 1)):
        chosen = [group[index] for group, index in zip(groups, picks, strict=True)]
        settled = settle_plan(world, chosen, PeakHistory())
        found = search(world, groups, picks, settled, *limits(world), PeakHistory())
        assert settled.value_usd <= found.settled.value_usd <= best * (1.0 + 1e-9)
        assert found.settled.value_usd == pytest.approx(settled_usd(world, groups, found.picks))


def test_years_between_those_run_are_interpolated_closely() -> None:
    """Six years after a conversion, with a halving among them: three runs say nearly what six would."""
    site = plan_sites.short(8, ("C", "D"))
    world = plan_sites.world_of(replace(site, batteries=(STORE,)))
    groups = [candidates(HallCash(world), hall) for hall in site.halls]
    let = next(one for one in groups[1] if one.value.kind == "colocation_reuse")
    plan = {"C": groups[0][0].phases, "D": let.phases}
    few, every = interaction(world, plan), interaction(world, plan, every_year=True)
    stop = next(one for one in groups[0] if one.value.kind == "stop")
    for hall, other in zip(site.halls, (stop, groups[1][0]), strict=True):
        expected = interaction_usd(every, hall, other.phases)
        found = interaction_usd(few, hall, other.phases)
        assert found != pytest.approx(expected, rel=1e-9)
        assert value_usd(world, found) == pytest.approx(value_usd(world, expected), rel=0.06)


def test_a_site_without_shared_terms_leaves_nothing_to_add() -> None:
    """No battery, no fixed block, no customer charge, room for all: what a hall does on its feeder is what the site
    gains."""
    site = plan_sites.short(2, ("B", "C"))
    tariff = replace(site.tariff, monthly_fixed_usd=0.0)
    site = replace(site, tariff=tariff, supply=tuple(one for one in site.supply if one.kind == "index"))
    world = plan_sites.world_of(site)
    groups = [candidates(HallCash(world), hall) for hall in site.halls]
    around = interaction(world, {group[0].value.hall: group[0].phases for group in groups})
    for hall, group in zip(site.halls, groups, strict=True):
        for one in group[::4]:
            nothing = np.zeros(len(world.months))
            assert interaction_usd(around, hall, one.phases) == pytest.approx(nothing, abs=1e-3)
