"""Plants: what an option installs in a hall and what it costs, before it is known when."""

from __future__ import annotations

from dataclasses import dataclass

from repower import catalog
from repower.base.units import Mw, Usd, Weeks
from repower.plan.conversion import Build, build
from repower.plan.phases import Change, gpu_count, refreshed_fleet, wall_mw
from repower.plan.world import World
from repower.site import Hall, HallOption


@dataclass(frozen=True)
class Plant:
    """What an option installs and what that costs.

    Parameters
    ----------
    works : the conversion's parts and time; None where nothing is built.
    equipment_usd : ASICs or GPUs bought at hand-over, in money of the outlook's date.
    peak_mw : meter MW of the new use on the design hour.
    late_weeks : duration with every lead time at the top of its range.
    reason : why the hall cannot have it; empty where it can.
    """

    change: Change
    works: Build | None
    equipment_usd: Usd
    peak_mw: Mw
    late_weeks: Weeks
    reason: str = ""


def plant_of(world: World, hall: Hall, option: HallOption) -> Plant:
    """What an option installs in a hall: IT that the design hour allows, machines, works."""
    cooling = option.cooling or hall.cooling
    design = world.design_pue_ratio[cooling]
    sellable_mw = hall.shell_mw / design
    if option.kind == "stop":
        return Plant(Change("idle", hall.cooling, 0.0), None, 0.0, 0.0, 0.0)
    if option.kind == "refresh":
        return _refresh(world, hall, option, cooling)
    critical_it_mw = sellable_mw if option.critical_it_mw is None else option.critical_it_mw
    works = build(hall, option, critical_it_mw)
    equipment_usd, count = 0.0, 0
    if option.kind == "gpu_cloud":
        count = gpu_count(option.model, critical_it_mw)
        equipment_usd = count * catalog.gpu(option.model).capital_usd_per_gpu
    reason = ""
    if critical_it_mw > sellable_mw * (1 + _ROUNDING):
        reason = (
            f"{critical_it_mw:.1f} MW of critical IT asked; the shell's {hall.shell_mw:g} MW carry {sellable_mw:.1f} "
            f"MW at a PUE of {design:.2f} on the design hour"
        )
    use: Change = Change(
        "gpu_cloud" if option.kind == "gpu_cloud" else "colocation",
        cooling,
        works.weeks,
        (),
        option.terms,
        critical_it_mw,
        option.model,
        count,
    )
    return Plant(use, works, equipment_usd, critical_it_mw * design, works.late_weeks, reason)


def _refresh(world: World, hall: Hall, option: HallOption, cooling: str) -> Plant:
    design = world.design_pue_ratio[cooling]
    fleets = refreshed_fleet(hall, option, design)
    machine = catalog.asic(option.model)
    weeks = option.build_weeks or catalog.constant("asic_lead_weeks").value
    late = max(weeks, *(item.high_weeks for item in catalog.lead_times() if "refresh" in item.needed_for))
    price = option.price_usd_per_ths
    if price is None and machine.price_usd is not None:
        price = machine.price_usd / machine.hash_rate_ths
    if price is None:
        price = catalog.constant("asic_new_price_usd_per_ths").value
    count = sum(fleet.count for fleet in fleets)
    reason = "" if fleets else f"the shell's {hall.shell_mw:g} MW do not carry one {option.model}"
    change = Change("mining", cooling, weeks, fleets)
    cost = count * machine.hash_rate_ths * price
    return Plant(change, None, cost, wall_mw(fleets) * design, late, reason)


_ROUNDING = 1e-9
