"""Making a plan: from a site and its hours to decisions, cash, debt, risks and evidence.

`planning` yields the stages it goes through, so that an app can show progress, and returns the plan; `make` runs it
through. The order is the way of data: world, options by hall, choice, settlement of the choice and of keeping, debt,
reasons, risks, evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np

import repower
from repower import catalog
from repower.base.clock import quarter_of
from repower.base.units import MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Array, Frac, Mw
from repower.finance import annual_from_monthly, irr, payback_years, valley
from repower.plan import assumptions, evidence, reasons, risk, story, together
from repower.plan.cash import HallCash
from repower.plan.choose import Limits, Present, choose
from repower.plan.loan import gpu_loan, lease_loan, min_dscr_ratio
from repower.plan.operate import history_before, plan_battery
from repower.plan.options import Candidate, candidates, present_mw
from repower.plan.phases import lease_in_force, present
from repower.plan.result import CapexPart, Plan, Valley
from repower.plan.scenario import Scenarios
from repower.plan.settled import settle_plan, total_usd
from repower.plan.world import Hourly, World, build_world
from repower.site import Hall, OnsiteGas, OnsiteHydro, Site, Supply, TakeOrPay


@dataclass(frozen=True)
class Stage:
    """How far a plan is: what is being done, and the share that is behind."""

    name: str
    done_frac: Frac


def make(site: Site, hourly: Hourly) -> Plan:
    """The plan of a site; see `planning`."""
    stages = planning(site, hourly)
    while True:
        try:
            next(stages)
        except StopIteration as finished:
            plan: Plan = finished.value
            return plan


def planning(site: Site, hourly: Hourly) -> Generator[Stage, None, Plan]:
    """Plan a site, yielding each stage before it begins.

    Parameters
    ----------
    hourly : series read from files where the site file names some.

    Raises
    ------
    InputError : series or site that do not fit together.
    InfeasibleError : no choice fits the limits, or firm load exceeds what the site can take.
    """
    yield Stage("prices, weather and network", 0.0)
    world = build_world(site, hourly)
    ledger = HallCash(world)
    groups = []
    for index, hall in enumerate(site.halls):
        yield Stage(f"options of hall {hall.name}", 0.1 + 0.3 * index / len(site.halls))
        groups.append(candidates(ledger, hall))
    yield Stage("choosing", 0.4)
    today = tuple(_today(world, hall) for hall in site.halls)
    limits = _limits(world)
    chosen = _chosen(groups, today, limits)
    keeping = tuple(group[0] for group in groups)
    yield Stage("settling the plan and keeping", 0.45)
    history = history_before(world, [phase for hall in site.halls for phase in present(site, hall)])
    kept = settle_plan(world, keeping, history)
    settled = settle_plan(world, chosen, history)
    kept_instead = settled.value_usd < kept.value_usd
    if kept_instead:
        chosen, settled = keeping, kept
    if plan_battery(site) is not None:
        yield Stage("options beside the battery", 0.5)
        picks = [
            next(k for k, one in enumerate(group) if one is pick) for group, pick in zip(groups, chosen, strict=True)
        ]
        every_year = max(len(hourly.power), len(hourly.weather)) > 1
        found = together.search(world, groups, picks, settled, today, limits, history, every_year)
        groups, chosen, settled = list(found.groups), found.chosen, found.settled
        keeping = tuple(group[0] for group in groups)
        ledger = replace(ledger, around=found.around)
        kept_instead = kept_instead and settled.value_usd <= kept.value_usd
    yield Stage("reasons", 0.6)
    scenarios = Scenarios(ledger)
    decisions = reasons.decisions(scenarios, groups, chosen, today, limits)
    yield Stage("what could break it", 0.8)
    over_keep = settled.value_usd - kept.value_usd
    risks = risk.sensitivities(scenarios, chosen, keeping, over_keep)
    yield Stage("debt and evidence", 0.95)
    alone = sum(one.value.value_usd for one in chosen) - sum(one.value.value_usd for one in keeping)
    difference = total_usd(settled.cash) - total_usd(kept.cash)
    loans = (lease_loan(ledger, chosen), gpu_loan(ledger, chosen))
    equity = difference + sum((loan.cash_usd for loan in loans if loan), np.zeros(difference.size))
    ready = [one for one in chosen if one.value.kind in AI_KINDS and one.value.hand_over is not None]
    changes = [one.value.hand_over for one in chosen if one.value.hand_over is not None]
    first = min(ready, key=lambda one: one.value.hand_over or world.months[-1], default=None)
    return Plan(
        site_name=site.name,
        market=site.market,
        import_limit_mw=site.interconnect.import_limit_mw,
        plan_start=site.plan_start,
        horizon_years=site.horizon_years,
        as_of=site.outlook.as_of,
        version=repower.__version__,
        inputs_hash=_inputs_hash(world, hourly),
        source=site.source,
        notes=site.notes,
        headline=story.headline(decisions),
        months=world.months,
        decisions=decisions,
        timeline=story.timeline(world, chosen),
        events=story.events(world, chosen),
        cash=settled.cash,
        keep_cash=kept.cash,
        value_usd=settled.value_usd,
        keep_value_usd=kept.value_usd,
        value_over_keep_usd=over_keep,
        irr=annual_from_monthly(irr(difference)),
        equity_irr=annual_from_monthly(irr(equity)),
        payback_years=payback_years(difference, MONTHS_PER_YEAR) if difference.any() else None,
        valley=_valley(world, difference),
        equity_valley=_valley(world, equity),
        debt=loans[0].debt if loans[0] else None,
        gpu_debt=loans[1].debt if loans[1] else None,
        min_dscr_ratio=min_dscr_ratio(loans),
        first_ai=quarter_of(first.value.hand_over) if first and first.value.hand_over else None,
        first_ai_late=quarter_of(first.value.hand_over_late) if first and first.value.hand_over_late else None,
        earnings=evidence.earnings(world, settled),
        capex=_capex(chosen),
        sensitivities=risks,
        duration=evidence.duration_curve(world, settled, changes),
        energy=evidence.yearly_energy(settled),
        assumptions=assumptions.assumptions(world, chosen),
        warnings=story.caveats(world, decisions, over_keep, over_keep - alone, kept_instead),
        discount_frac_per_year=site.owner.discount_frac_per_year,
    )


AI_KINDS = frozenset({"colocation_reuse", "colocation_new", "gpu_cloud"})


def _limits(world: World) -> Limits:
    site = world.site
    onsite_mw = sum(_held_mw(supply) for supply in site.supply)
    quarters = site.horizon_years * MONTHS_PER_YEAR // MONTHS_PER_QUARTER
    return Limits(
        site.interconnect.import_limit_mw + onsite_mw,
        site.owner.capital_limit_usd,
        site.owner.crews,
        site.plan_start,
        quarters,
    )


def _held_mw(supply: Supply) -> Mw:
    """Power at the site bus that can be counted on in every month."""
    if isinstance(supply, OnsiteGas):
        return supply.capacity_mw * supply.availability_frac
    if isinstance(supply, OnsiteHydro):
        return supply.capacity_mw * min(supply.monthly_availability_frac)
    return supply.volume_mw if isinstance(supply, TakeOrPay) else 0.0


def _today(world: World, hall: Hall) -> Present:
    return Present(present_mw(world, hall), lease_in_force(world.site, hall) is not None)


def _chosen(groups: Sequence[Sequence[Candidate]], today: Sequence[Present], limits: Limits) -> tuple[Candidate, ...]:
    picked = choose([[one.value for one in group] for group in groups], today, limits)
    return tuple(next(one for one in group if one.value is value) for group, value in zip(groups, picked, strict=True))


def _valley(world: World, cash: Array) -> Valley:
    amount, index = valley(cash)
    return Valley(amount, None if index is None else world.months[index])


def _capex(chosen: Sequence[Candidate]) -> tuple[CapexPart, ...]:
    parts: list[CapexPart] = []
    for one in chosen:
        if one.works is not None:
            parts += one.works.parts
        if one.equipment_usd:
            name = "gpus" if one.value.kind == "gpu_cloud" else "asics"
            parts.append(CapexPart(one.value.hall, name, 0.0, one.equipment_usd, is_new=one.value.kind == "gpu_cloud"))
    return tuple(parts)


def _inputs_hash(world: World, hourly: Hourly) -> str:
    """Hash of the site file, of the series that files gave, and of the catalog."""
    digest = hashlib.sha256(world.site.sha256.encode())
    digest.update(catalog.table_hash().encode())
    for series in hourly.power:
        digest.update(np.ascontiguousarray(series.price_usd_per_mwh).tobytes())
    for weather in hourly.weather:
        digest.update(np.ascontiguousarray(weather.drybulb_c).tobytes())
        digest.update(np.ascontiguousarray(weather.wetbulb_c).tobytes())
    return digest.hexdigest()
