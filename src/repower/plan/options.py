"""Options: every kind that a hall may become, at every start quarter, with its cash flow and value.

Works may begin in any of the first `START_QUARTERS` quarters of the plan, and machines may be sold in any of its
quarters. Values are net present at the owner's hurdle, each month's cash at the month's end. Nothing is counted beyond
the plan's last month; machines that still run are sold in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from repower.base.clock import Quarter, month_plus, months_between, quarter_plus, quarter_start
from repower.base.errors import InfeasibleError
from repower.base.units import MONTHS_PER_QUARTER, Array, Mw, Ratio, Usd, Weeks
from repower.finance import monthly_rate_frac, npv_usd
from repower.plan.cash import HallCash, fleet_sale_usd, gpu_residual_frac, phase_cash_usd, shared_cash_usd
from repower.plan.conversion import Build, months_of, spend_profile
from repower.plan.phases import (
    Phase,
    agreement_named,
    changed,
    hosting_phases,
    lease_in_force,
    plan_months,
    present,
    wall_mw,
)
from repower.plan.plant import Plant, plant_of
from repower.plan.result import OptionValue
from repower.plan.world import World, inflation_factor
from repower.site import Hall, HallOption, Hosting

START_QUARTERS = 12

WORDS = {
    "keep": "keep as it is",
    "refresh": "new ASICs",
    "stop": "sell the ASICs and stop",
    "colocation_reuse": "colocation, reuse of the building",
    "colocation_new": "colocation, new building",
    "gpu_cloud": "GPU cloud",
}
"""Option kind -> words for a reader."""

KEEP = HallOption("keep")
STOP = HallOption("stop")


@dataclass(frozen=True)
class Candidate:
    """One option at one start with everything that lets it be valued again.

    Parameters
    ----------
    phases : what the hall does month by month.
    works : the conversion's parts and time; None where nothing is built.
    equipment_usd : ASICs or GPUs bought at hand-over, in money of the outlook's date.
    """

    option: HallOption
    value: OptionValue
    phases: tuple[Phase, ...]
    works: Build | None
    equipment_usd: Usd


@dataclass(frozen=True)
class Adjust:
    """What a scenario changes in the works: their cost, and their duration."""

    capex_ratio: Ratio = 1.0
    delay_weeks: Weeks = 0.0


def candidates(ledger: HallCash, hall: Hall) -> tuple[Candidate, ...]:
    """Every option of a hall at every start, `keep` first; infeasible kinds appear once, with the reason."""
    world = ledger.world
    found = [_keep(ledger, hall)]
    if lease_in_force(world.site, hall) is not None:
        return tuple(found)
    listed = list(hall.options)
    if hall.fleets and not any(option.kind == "stop" for option in listed):
        listed.append(STOP)
    for option in listed:
        if option.kind == "keep" or (option.kind == "stop" and not hall.fleets):
            continue
        plant = plant_of(world, hall, option)
        starts = tuple(_starts(world, hall, option))
        if plant.reason or not starts:
            reason = plant.reason or "no quarter of the plan is left to begin in"
            found.append(_infeasible(world, hall, option, plant, reason))
            continue
        try:
            found += [_candidate(ledger, hall, option, plant, start) for start in starts]
        except InfeasibleError as error:
            found.append(_infeasible(world, hall, option, plant, str(error)))
    return tuple(found)


def candidate_again(ledger: HallCash, hall: Hall, before: Candidate, adjust: Adjust) -> Candidate:
    """The same option at the same start in another world, or with other cost or time."""
    if before.option.kind == "keep" or not before.value.feasible:
        return _keep(ledger, hall)
    plant = plant_of(ledger.world, hall, before.option)
    if plant.works is not None:
        weeks = plant.works.weeks + adjust.delay_weeks
        works = replace(plant.works, spend_usd=plant.works.spend_usd * adjust.capex_ratio, weeks=weeks)
        plant = replace(plant, works=works, change=replace(plant.change, duration_weeks=weeks))
    return _candidate(ledger, hall, before.option, plant, before.value.start)


def value_usd(world: World, cash_usd: Array) -> Usd:
    """Net present value of monthly cash at the owner's hurdle, each month at its end."""
    return npv_usd(monthly_rate_frac(world.site.owner.discount_frac_per_year), cash_usd, 1)


def present_mw(world: World, hall: Hall) -> Mw:
    """Design-hour meter MW of what a hall does today."""
    lease = lease_in_force(world.site, hall)
    design = world.design_pue_ratio[hall.cooling]
    hosted_mw = sum(_hosted_mw(world, phase) for phase in hosting_phases(world.site, hall))
    if lease is not None:
        return (lease.critical_it_mw or 0.0) * design
    return wall_mw(hall.fleets) * design + hosted_mw


def capex_cash_usd(world: World, candidate: Candidate) -> Array:
    """Spend of an option month by month, shape (months,), negative: works on their S-curve, equipment at hand-over."""
    return _capex(world, candidate.works, candidate.equipment_usd, candidate.value.start, candidate.value.hand_over)


def sales_cash_usd(world: World, candidate: Candidate) -> Array:
    """What an option sells month by month, shape (months,): the old fleet when it stops, GPUs when their use ends."""
    hall = next(found for found in world.site.halls if found.name == candidate.value.hall)
    return _sales(world, hall, candidate.phases, candidate.equipment_usd)


def _keep(ledger: HallCash, hall: Hall) -> Candidate:
    world = ledger.world
    phases = present(world.site, hall)
    cash = _sales(world, hall, phases, 0.0)
    for phase in phases:
        cash = cash + phase_cash_usd(ledger, hall, phase)
    cash = cash + shared_cash_usd(ledger, hall, phases)
    lease = lease_in_force(world.site, hall)
    label = "keep the lease in force" if lease else "keep mining" if hall.fleets else "leave it empty"
    critical = (lease.critical_it_mw or 0.0) if lease else wall_mw(hall.fleets)
    value = OptionValue(
        hall.name,
        "keep",
        label,
        world.site.plan_start,
        None,
        None,
        value_usd(world, cash),
        0.0,
        critical,
        present_mw(world, hall),
        cash,
        np.zeros(len(world.months)),
    )
    return Candidate(KEEP, value, phases, None, 0.0)


def _candidate(ledger: HallCash, hall: Hall, option: HallOption, plant: Plant, start: Quarter) -> Candidate:
    world = ledger.world
    phases = changed(world.site, hall, plant.change, option.kind, start)
    works_months = months_of(plant.change.duration_weeks) if plant.change.duration_weeks else 0
    hand_over = month_plus(quarter_start(start), works_months)
    late = month_plus(quarter_start(start), months_of(plant.late_weeks)) if plant.late_weeks else hand_over
    spend = _capex(world, plant.works, plant.equipment_usd, start, hand_over)
    cash = spend + _sales(world, hall, phases, plant.equipment_usd)
    for phase in phases:
        cash = cash + phase_cash_usd(ledger, hall, phase)
    cash = cash + shared_cash_usd(ledger, hall, phases)
    stops = option.kind == "stop"
    value = OptionValue(
        hall.name,
        option.kind,
        label_of(option, start),
        start,
        None if stops else hand_over,
        None if stops else late,
        value_usd(world, cash),
        -float(spend.sum()),
        plant.change.critical_it_mw or wall_mw(plant.change.fleets),
        plant.peak_mw,
        cash,
        spend,
        plant.change.duration_weeks,
    )
    return Candidate(option, value, phases, plant.works, plant.equipment_usd)


def label_of(option: HallOption, start: Quarter) -> str:
    """Words for one option at one start."""
    model = f" ({option.model})" if option.model else ""
    return f"{WORDS[option.kind]}{model}, from {start}"


def _infeasible(world: World, hall: Hall, option: HallOption, plant: Plant, reason: str) -> Candidate:
    none = np.zeros(len(world.months))
    value = OptionValue(
        hall.name,
        option.kind,
        WORDS[option.kind],
        option.earliest or world.site.plan_start,
        None,
        None,
        float("-inf"),
        0.0,
        plant.change.critical_it_mw,
        plant.peak_mw,
        none,
        none,
        plant.change.duration_weeks,
        False,
        reason,
    )
    return Candidate(option, replace(value, value_usd=0.0), (), plant.works, plant.equipment_usd)


def _starts(world: World, hall: Hall, option: HallOption) -> Iterable[Quarter]:
    site = world.site
    first = max(option.earliest or site.plan_start, site.plan_start)
    hosted = max((phase.last for phase in hosting_phases(site, hall)), default=0)
    quarters = plan_months(site) // MONTHS_PER_QUARTER if option.kind == "stop" else START_QUARTERS
    for step in range(quarters):
        start = quarter_plus(first, step)
        begin = months_between(quarter_start(site.plan_start), quarter_start(start))
        if hosted <= begin < plan_months(site):
            yield start


def _capex(world: World, works: Build | None, equipment_usd: Usd, start: Quarter, hand_over: date | None) -> Array:
    spend = np.zeros(len(world.months))
    first = quarter_start(world.site.plan_start)
    if hand_over is None:
        return spend
    begin, ready = months_between(first, quarter_start(start)), months_between(first, hand_over)
    if works is not None:
        profile = spend_profile(ready - begin)
        seen = min(ready, spend.size) - begin
        spend[begin : begin + seen] -= works.spend_usd * profile[:seen]
    spend *= inflation_factor(world)
    if equipment_usd and ready - 1 < spend.size:
        spend[max(ready - 1, 0)] -= equipment_usd
    return spend


def _sales(world: World, hall: Hall, phases: tuple[Phase, ...], equipment_usd: Usd) -> Array:
    """What is sold: ASICs when they stop, GPUs at the end of their use, and what still runs in the plan's last month.

    Without the last, stopping a quarter before the plan's end would always beat mining on.
    """
    sales = np.zeros(len(world.months))
    if lease_in_force(world.site, hall) is not None and phases[0].use != "mining":
        return sales
    stops = phases[0].last if phases[0].use == "mining" else 0
    if hall.fleets and stops < sales.size:
        sales[stops] += fleet_sale_usd(world, hall.fleets, stops)
    for phase in phases:
        if phase.use == "mining" and phase.last == sales.size:
            sales[-1] += fleet_sale_usd(world, phase.fleets, sales.size)
        if phase.use == "gpu_cloud":
            sales[phase.last - 1] += equipment_usd * gpu_residual_frac(phase.last - phase.first)
    return sales


def _hosted_mw(world: World, phase: Phase) -> Mw:
    return agreement_named(world.site, phase.contract, Hosting).load_mw
