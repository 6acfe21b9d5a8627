"""Running a year: phases become load blocks, blocks get offers, the merit order schedules them, the bill is settled.

The same steps serve one hall on its own feeder and the whole site; only the `Book` differs. A hall alone has its share
of on-site supply and of take-or-pay blocks by shell, no PPA differences and no customer charge, and pays its coincident
peaks in the year in which they fall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from repower import catalog
from repower.base.clock import month_plus, months_between, step_h
from repower.base.errors import InputError, Problem
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, Array, Frac, Mw, Mwh
from repower.contracts import (
    Book,
    HallTerms,
    Line,
    PeakHistory,
    Prices,
    Schedule,
    export_price_usd_per_mwh,
    import_cost_usd_per_mwh,
    next_history,
    offers,
    settle,
    supply_blocks,
)
from repower.contracts.book import inflation
from repower.contracts.periods import periods
from repower.contracts.tariff import demand_floor_mw
from repower.dispatch import Battery, Dispatch, DispatchProblem, merit_order, solve
from repower.facility import LoadBlock, gpu_blocks, hosting_block, lease_block, mining_blocks
from repower.plan.phases import Phase, agreement_named, lease_of, pool_name, relet_rent_usd_per_kw_month
from repower.plan.world import PlanYear, World
from repower.site import Agreement, GpuRental, Hall, Hosting, OnsiteGas, OnsiteHydro, PpaBlock, Site, Supply, TakeOrPay


@dataclass(frozen=True)
class YearResult:
    """One year, run and settled.

    Parameters
    ----------
    marginal_usd_per_mwh : shape (T,), price that clears each interval.
    """

    year: PlanYear
    schedule: Schedule
    lines: tuple[Line, ...]
    marginal_usd_per_mwh: Array


def run_year(
    world: World, year: PlanYear, phases: Sequence[Phase], book: Book, battery: Battery | None = None
) -> YearResult:
    """Dispatch and settle one calendar year: in merit order, which is exact without storage, or exactly with a battery.

    A demand ratchet is planned for within the year and for peaks of earlier years; what the year's peaks leave to the
    next one is settled there.

    Parameters
    ----------
    phases : of one hall or of all; their months outside the plan do nothing.
    book : contracts, with the halls' terms and the peaks of earlier years.
    battery : the site's, where the year is run with it.

    Raises
    ------
    InfeasibleError : firm load beyond import and on-site supply; the message says when and by how much.
    """
    blocks = tuple(block for phase in phases for block in phase_blocks(world, year, phase))
    ratchet = book.tariff.ratchet_frac > 0.0
    floor_mw = demand_floor_mw(book, periods(year.prices.grid))[0] if ratchet else None
    problem = dispatch_problem(blocks, book, year.prices, battery, floor_mw)
    found = merit_order(problem) if battery is None and not ratchet else solve(problem)
    schedule = schedule_of(found, blocks, book, year.prices)
    return YearResult(year, schedule, settle(schedule, book, year.prices), found.marginal_usd_per_mwh)


def dispatch_problem(
    blocks: Sequence[LoadBlock],
    book: Book,
    prices: Prices,
    battery: Battery | None = None,
    peak_floor_mw: Array | None = None,
) -> DispatchProblem:
    """What the hours ask: offers of the blocks, marginal cost of import and supply, demand charges by month, ratchet.

    Parameters
    ----------
    peak_floor_mw : shape (months,), peaks billed whatever is drawn; None for none.
    """
    supply, when, tariff = supply_blocks(book, prices), periods(prices.grid), book.tariff
    ratchet = tariff.ratchet_frac > 0.0 and tariff.ratchet_months > 0
    import_cost = import_cost_usd_per_mwh(book, prices)
    return DispatchProblem(
        price_usd_per_mwh=import_cost,
        block_value_usd_per_mwh=offers(blocks, book, prices).T,
        block_mw=np.array([block.capacity_mw for block in blocks]).reshape(len(blocks), prices.grid.count).T,
        import_limit_mw=book.interconnect.import_limit_mw,
        step_h=step_h(prices.grid),
        export_limit_mw=book.interconnect.export_limit_mw,
        export_price_usd_per_mwh=np.minimum(export_price_usd_per_mwh(book, prices), import_cost),
        firm=np.array([block.firm for block in blocks], dtype=np.bool_),
        supply_cost_usd_per_mwh=np.array([block.cost_usd_per_mwh for block in supply]).T if supply else None,
        supply_mw=np.array([block.capacity_mw for block in supply]).T if supply else None,
        battery=battery,
        peak_charge_usd_per_mw=tariff.demand_charge_usd_per_kw_month * KW_PER_MW * inflation(book, when),
        billing_period=when.month_of,
        peak_floor_mw=peak_floor_mw,
        ratchet_frac=tariff.ratchet_frac if ratchet else 0.0,
        ratchet_periods=tariff.ratchet_months if ratchet else 0,
    )


def schedule_of(found: Dispatch, blocks: Sequence[LoadBlock], book: Book, prices: Prices) -> Schedule:
    """A dispatch as the schedule that contracts settle."""
    return Schedule(
        prices.grid,
        tuple(blocks),
        found.block_mw.T.copy(),
        supply_blocks(book, prices),
        found.supply_mw.T.copy(),
        found.import_mw,
        found.export_mw,
        found.battery_mw if found.battery_mw.any() else None,
    )


def site_battery(site: Site, stored_mwh: Mwh | None = None) -> Battery | None:
    """The site's battery as the hours see it; None where it has none.

    Parameters
    ----------
    stored_mwh : energy in it at the start and at the end of a span; half of what it holds where None.

    Raises
    ------
    InputError : more than one battery, or an energy that it does not hold.
    """
    if not site.batteries:
        return None
    if len(site.batteries) > 1:
        names = ", ".join(battery.name for battery in site.batteries)
        fix = "state them as one, with their powers and energies added up; they must be alike for that"
        raise InputError(Problem("hours are scheduled with one battery", fix, site.source, "battery", names))
    (one,) = site.batteries
    stored = one.energy_mwh * HALF if stored_mwh is None else stored_mwh
    if not 0.0 <= stored <= one.energy_mwh:
        fix = f"give 0 to {one.energy_mwh:g} MWh"
        raise InputError(Problem("the battery does not hold that", fix, site.source, "stored", f"{stored:g} MWh"))
    return Battery(
        charge_mw=one.charge_mw,
        discharge_mw=one.discharge_mw,
        energy_mwh=one.energy_mwh,
        charge_efficiency_frac=one.charge_efficiency_frac,
        discharge_efficiency_frac=one.discharge_efficiency_frac,
        start_mwh=stored,
        end_mwh=stored,
    )


def plan_battery(site: Site) -> Battery | None:
    """The battery of the years that are settled as a whole site; of several none is run, and the plan says so."""
    return site_battery(site) if len(site.batteries) == 1 else None


HALF = 0.5
"""Share of a battery's energy that is assumed to be in it at the start and at the end of a span."""


def phase_blocks(world: World, year: PlanYear, phase: Phase) -> tuple[LoadBlock, ...]:
    """Load blocks of a phase in one year, with no capacity in months in which it does not run.

    A tenant's load rises with the rent's ramp; GPUs are all on from the first month.
    """
    share = active_frac(world.site, phase, year.months, year.first)
    if phase.use == "idle" or not share.any():
        return ()
    cooling, weather = catalog.cooling(phase.cooling), year.weather
    blocks: tuple[LoadBlock, ...]
    if phase.use == "mining":
        blocks = mining_blocks(phase.hall, phase.fleets, cooling, weather, pool_name(world.site))
        blocks = _within_shell(blocks, next(hall.shell_mw for hall in world.site.halls if hall.name == phase.hall))
    elif phase.use == "colocation":
        drawn_frac = lease_of(world.site, phase).load_factor_frac
        blocks = (lease_block(phase.hall, phase.contract, phase.critical_it_mw, drawn_frac, cooling, weather),)
    elif phase.use == "gpu_cloud":
        rental, gpu = agreement_named(world.site, phase.contract, GpuRental), catalog.gpu(phase.gpu_model)
        blocks = gpu_blocks(phase.hall, phase.contract, gpu, phase.gpu_count, cooling, weather, rental.term_frac)
    else:
        hosting = agreement_named(world.site, phase.contract, Hosting)
        blocks = (hosting_block(phase.hall, phase.contract, hosting.load_mw, hosting.curtailable, cooling, weather),)
    if (share == 1.0).all():
        return blocks
    return tuple(replace(block, capacity_mw=block.capacity_mw * share[year.month_of]) for block in blocks)


def site_book(world: World, phases: Sequence[Phase], history: PeakHistory) -> Book:
    """The contracts of the whole site under a set of phases."""
    site = world.site
    return Book(
        site.interconnect,
        site.supply,
        site.tariff,
        agreements(world, phases),
        site.owner.inflation_frac_per_year,
        site.outlook.as_of.year,
        history,
        hall_terms(world, phases),
    )


def hall_book(world: World, hall: Hall, phases: Sequence[Phase]) -> Book:
    """The contracts of one hall on its own feeder."""
    site = world.site
    share = hall.shell_mw / sum(other.shell_mw for other in site.halls)
    limit = min(hall.shell_mw, site.interconnect.import_limit_mw)
    tariff = replace(
        site.tariff, monthly_fixed_usd=0.0, ratchet_frac=0.0, ratchet_months=0, coincident_peak_lag_years=0
    )
    return Book(
        replace(site.interconnect, import_limit_mw=limit, export_limit_mw=site.interconnect.export_limit_mw * share),
        tuple(_share_of(supply, share) for supply in site.supply if not isinstance(supply, PpaBlock)),
        tariff,
        agreements(world, phases),
        site.owner.inflation_frac_per_year,
        site.outlook.as_of.year,
        PeakHistory(),
        hall_terms(world, phases),
    )


def hall_terms(world: World, phases: Sequence[Phase]) -> tuple[HallTerms, ...]:
    """Leases and rentals in force under a set of phases."""
    return tuple(
        HallTerms(
            phase.hall,
            phase.contract,
            phase.hand_over,
            phase.critical_it_mw,
            phase.gpu_count,
            world.gpu_rent_usd_per_gpu_h,
            relet_rent_usd_per_kw_month(world.site, phase) if phase.use == "colocation" else None,
            month_plus(world.months[0], phase.last) if phase.use == "gpu_cloud" else None,
        )
        for phase in phases
        if phase.hand_over is not None and phase.use in {"colocation", "gpu_cloud"}
    )


def agreements(world: World, phases: Sequence[Phase]) -> tuple[Agreement, ...]:
    """The site file's agreements, and a lease at the market's rent for every hall let after its GPUs are sold."""
    relet = tuple(lease_of(world.site, phase) for phase in phases if phase.use == "colocation" and phase.relet)
    return (*world.site.contracts, *relet)


def history_before(world: World, phases: Sequence[Phase]) -> PeakHistory:
    """Peaks of the year before the plan, taken from running the present phases on the first plan year's hours."""
    first = world.years[0]
    everywhere = [replace(phase, first=min(phase.first, first.first), last=len(world.months)) for phase in phases]
    book = site_book(world, everywhere, PeakHistory())
    result = run_year(world, first, everywhere, book, plan_battery(world.site))
    seen = next_history(result.schedule, book, first.prices)
    monthly = tuple((month_plus(month, -MONTHS_PER_YEAR), peak) for month, peak in seen.monthly_mw)
    return PeakHistory(
        monthly,
        tuple((year - 1, peak) for year, peak in seen.yearly_coincident_mw),
        tuple((year - 1, hall, contract, part) for year, hall, contract, part in seen.yearly_load_mw),
    )


def active_frac(site: Site, phase: Phase, months: Sequence[date], first: int) -> Array:
    """Share of a phase's load in each of some months, shape (months,): 0 outside it, rising with a lease's ramp.

    Parameters
    ----------
    first : index of the first of `months` in the plan's months.
    """
    month = first + np.arange(len(months))
    inside = ((month >= phase.first) & (month < phase.last)).astype(np.float64)
    if phase.use != "colocation" or phase.hand_over is None:
        return inside
    ramp_months = max(lease_of(site, phase).ramp_months, 1)
    since = np.array([months_between(phase.hand_over, month_start) for month_start in months])
    ramp: Array = inside * np.clip((since + 1) / ramp_months, 0.0, 1.0)
    return ramp


def _within_shell(blocks: tuple[LoadBlock, ...], shell_mw: Mw) -> tuple[LoadBlock, ...]:
    """The blocks with the least efficient cut back in hours in which all of them are more than the hall's shell."""
    if (np.sum([block.capacity_mw for block in blocks], axis=0) <= shell_mw).all():
        return blocks
    room = np.full(blocks[0].capacity_mw.size, shell_mw)
    kept: dict[int, LoadBlock] = {}
    for row in sorted(range(len(blocks)), key=lambda k: -float(blocks[k].hash_ph_day_per_mwh.mean())):
        capacity = np.minimum(blocks[row].capacity_mw, room)
        room = room - capacity
        kept[row] = replace(blocks[row], capacity_mw=capacity)
    return tuple(kept[row] for row in range(len(blocks)))


def _share_of(supply: Supply, share_frac: Frac) -> Supply:
    if isinstance(supply, OnsiteGas | OnsiteHydro):
        return replace(supply, capacity_mw=supply.capacity_mw * share_frac)
    if isinstance(supply, TakeOrPay):
        return replace(supply, volume_mw=supply.volume_mw * share_frac)
    return supply
