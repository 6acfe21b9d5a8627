"""Phases: what a hall does month by month under an option, from today's use to the end of the plan.

A phase is one use over whole months. Works begin on the first day of a quarter and hand over on the first day of a
month. In a reuse or a cloud conversion the hall is empty while it is rebuilt; a new building rises beside the old one,
which mines on until hand-over.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from repower import catalog
from repower.base.clock import Quarter, month_plus, months_between, quarter_start
from repower.base.errors import InputError, Problem
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, W_PER_MW, Mw, Ratio, UsdPerKwMonth, Weeks
from repower.plan.conversion import months_of
from repower.plan.result import SpanUse
from repower.site import Fleet, GpuRental, Hall, HallOption, Hosting, Lease, Pool, Site

Kind = TypeVar("Kind", Lease, GpuRental, Hosting)

EMPTIES_FIRST = frozenset({"colocation_reuse", "gpu_cloud"})
"""Options whose works need the hall empty."""


@dataclass(frozen=True)
class Phase:
    """One use of a hall over months `first` up to, not including, `last` of the plan.

    Parameters
    ----------
    hall : name of the hall.
    cooling : kind of cooling while it lasts.
    fleets : ASICs at work, for mining.
    contract : agreement under which it earns; empty for mining and idle.
    critical_it_mw : IT leased or run by GPUs [MW].
    gpu_model, gpu_count : for GPU cloud.
    hand_over : first day of the agreement's term.
    under_construction : True while works go on in an empty hall.
    relet : True for a hall let as colocation at the market's rent after its GPUs are sold.
    """

    hall: str
    use: SpanUse
    first: int
    last: int
    cooling: str
    fleets: tuple[Fleet, ...] = ()
    contract: str = ""
    critical_it_mw: Mw = 0.0
    gpu_model: str = ""
    gpu_count: int = 0
    hand_over: date | None = None
    under_construction: bool = False
    relet: bool = False


@dataclass(frozen=True)
class Change:
    """What an option installs, before it is known when.

    Parameters
    ----------
    use, cooling, fleets, contract, critical_it_mw, gpu_model, gpu_count : of the phase after the change.
    duration_weeks : from the start of works to hand-over.
    """

    use: SpanUse
    cooling: str
    duration_weeks: Weeks
    fleets: tuple[Fleet, ...] = ()
    contract: str = ""
    critical_it_mw: Mw = 0.0
    gpu_model: str = ""
    gpu_count: int = 0


def wall_mw(fleets: tuple[Fleet, ...]) -> Mw:
    """Rated power of fleets at the machines' walls [MW]."""
    return sum(fleet.count * catalog.asic(fleet.model).power_w for fleet in fleets) / W_PER_MW


def refreshed_fleet(hall: Hall, option: HallOption, design_pue_ratio: Ratio) -> tuple[Fleet, ...]:
    """As many new ASICs as the hall's shell carries on the design hour."""
    count = int(hall.shell_mw / design_pue_ratio * W_PER_MW / catalog.asic(option.model).power_w)
    return (Fleet(option.model, count),) if count else ()


def gpu_count(model: str, critical_it_mw: Mw) -> int:
    """Whole GPUs, with their share of server and network, that a critical IT power carries."""
    return int(critical_it_mw * KW_PER_MW / catalog.gpu(model).it_kw_per_gpu)


def lease_in_force(site: Site, hall: Hall) -> Lease | None:
    """The lease that a hall is already under.

    Raises
    ------
    InputError : a GPU rental in force, whose machines a site file cannot describe yet.
    """
    for agreement in site.contracts:
        if isinstance(agreement, GpuRental) and agreement.hall == hall.name:
            fix = "leave out hall and start, and offer it to the hall as an option of kind gpu_cloud"
            message = "a GPU rental that is already in force cannot be planned yet"
            raise InputError(Problem(message, fix, site.source, f"contract {agreement.name!r}", hall.name))
        if isinstance(agreement, Lease) and agreement.hall == hall.name and agreement.start is not None:
            return agreement
    return None


def hosting_phases(site: Site, hall: Hall) -> tuple[Phase, ...]:
    """Hosting in force in a hall, month by month; it runs out, whatever is decided."""
    first_day, months = quarter_start(site.plan_start), plan_months(site)
    found = []
    for agreement in site.contracts:
        if isinstance(agreement, Hosting) and agreement.hall == hall.name:
            first = max(months_between(first_day, agreement.start), 0)
            last = min(months_between(first_day, agreement.end), months)
            if last > first:
                found.append(Phase(hall.name, "hosting", first, last, hall.cooling, contract=agreement.name))
    return tuple(found)


def present(site: Site, hall: Hall) -> tuple[Phase, ...]:
    """What the hall does if nothing is decided: fleets and hosting, its lease from the day it begins, or nothing."""
    months, lease = plan_months(site), lease_in_force(site, hall)
    if lease is None:
        use: SpanUse = "mining" if hall.fleets else "idle"
        return (Phase(hall.name, use, 0, months, hall.cooling, hall.fleets), *hosting_phases(site, hall))
    assert lease.start is not None
    begins = min(max(months_between(quarter_start(site.plan_start), lease.start), 0), months)
    let = Phase(
        hall.name,
        "colocation",
        begins,
        _lease_end(site, lease, lease.start),
        hall.cooling,
        contract=lease.name,
        critical_it_mw=lease.critical_it_mw or 0.0,
        hand_over=lease.start,
    )
    waiting = Phase(hall.name, "idle", 0, begins, hall.cooling, under_construction=True)
    return _filled((waiting, let) if begins else (let,), months)


def changed(site: Site, hall: Hall, change: Change, kind: str, start: Quarter) -> tuple[Phase, ...]:
    """The phases of a hall that makes a change from the first day of a quarter.

    Parameters
    ----------
    kind : option kind, which says whether the hall is empty during the works.
    """
    months, first_day = plan_months(site), quarter_start(site.plan_start)
    begin = min(months_between(first_day, quarter_start(start)), months)
    ready = min(begin + months_of(change.duration_weeks), months) if change.duration_weeks else begin
    stops = begin if kind in EMPTIES_FIRST else ready
    use: SpanUse = "mining" if hall.fleets else "idle"
    phases = [Phase(hall.name, use, 0, stops, hall.cooling, hall.fleets)] if stops else []
    if ready > stops:
        phases.append(Phase(hall.name, "idle", stops, ready, change.cooling, under_construction=True))
    if months > ready:
        phases += _after(site, hall, change, ready)
    return (*_filled(tuple(phases), months), *hosting_phases(site, hall))


def agreement_named(site: Site, name: str, kind: type[Kind]) -> Kind:
    """The agreement of that name; the site's checks have seen that it is there and of that kind."""
    return next(found for found in site.contracts if isinstance(found, kind) and found.name == name)


def lease_of(site: Site, phase: Phase) -> Lease:
    """The lease of a colocation phase: the site file's, or for re-letting the first on offer at the market's rent."""
    if not phase.relet:
        return agreement_named(site, phase.contract, Lease)
    offered = next(found for found in site.contracts if isinstance(found, Lease) and not found.hall)
    assert phase.hand_over is not None
    return replace(
        offered,
        name=phase.contract,
        tenant="next tenant",
        guarantor="",
        guaranteed_frac=0.0,
        rating="",
        rent_usd_per_kw_month=market_rent_usd_per_kw_month(site, phase.hand_over),
        term_years=float(site.horizon_years),
    )


def relet_rent_usd_per_kw_month(site: Site, phase: Phase) -> UsdPerKwMonth | None:
    """Market rent when a lease's term ends; None where the outlook states none."""
    if site.outlook.colocation_rent_usd_per_kw_month is None or phase.hand_over is None:
        return None
    term_months = round(lease_of(site, phase).term_years * MONTHS_PER_YEAR)
    return market_rent_usd_per_kw_month(site, month_plus(phase.hand_over, term_months))


def market_rent_usd_per_kw_month(site: Site, when: date) -> UsdPerKwMonth:
    """The outlook's rent for re-letting on a day, grown from the outlook's date by whole months."""
    rent = site.outlook.colocation_rent_usd_per_kw_month
    assert rent is not None
    years = months_between(site.outlook.as_of, when) / MONTHS_PER_YEAR
    grown: float = rent * (1.0 + site.outlook.colocation_rent_growth_frac_per_year) ** years
    return grown


def pool_name(site: Site) -> str:
    """Name of the site's mining pool; empty where it has none."""
    return next((contract.name for contract in site.contracts if isinstance(contract, Pool)), "")


def plan_months(site: Site) -> int:
    """Months of the plan."""
    return site.horizon_years * MONTHS_PER_YEAR


def _after(site: Site, hall: Hall, change: Change, ready: int) -> list[Phase]:
    """The new use, until its lease or its GPUs run out, and what follows it."""
    months, first_day = plan_months(site), quarter_start(site.plan_start)
    hand_over = month_plus(first_day, ready)
    new = Phase(
        hall.name,
        change.use,
        ready,
        months,
        change.cooling,
        change.fleets,
        change.contract,
        change.critical_it_mw,
        change.gpu_model,
        change.gpu_count,
        hand_over,
    )
    if change.use == "colocation":
        lease = agreement_named(site, change.contract, Lease)
        return [replace(new, last=_lease_end(site, lease, hand_over))]
    if change.use != "gpu_cloud":
        return [new]
    life = round(catalog.constant("gpu_life_years").value * MONTHS_PER_YEAR)
    ends = min(ready + life, months)
    found = [replace(new, last=ends)]
    offered = any(isinstance(contract, Lease) and not contract.hall for contract in site.contracts)
    if ends < months and offered and site.outlook.colocation_rent_usd_per_kw_month is not None:
        let_on = month_plus(first_day, ends)
        again = Phase(hall.name, "colocation", ends, months, change.cooling, hand_over=let_on, relet=True)
        found.append(replace(again, contract=f"re-letting of {hall.name}", critical_it_mw=change.critical_it_mw))
    return found


def _lease_end(site: Site, lease: Lease, hand_over: date) -> int:
    """Plan month in which a lease's hall falls empty: the plan's end where it can be let again."""
    months = plan_months(site)
    if site.outlook.colocation_rent_usd_per_kw_month is not None:
        return months
    ends = month_plus(hand_over, round(lease.term_years * MONTHS_PER_YEAR))
    return min(max(months_between(quarter_start(site.plan_start), ends), 0), months)


def _filled(phases: tuple[Phase, ...], months: int) -> tuple[Phase, ...]:
    """The same phases with an idle one to the plan's end where nothing follows."""
    last = max((phase.last for phase in phases), default=0)
    if last >= months:
        return phases
    return (*phases, Phase(phases[-1].hall, "idle", last, months, phases[-1].cooling))
