"""Monthly cash of a hall under an option: what its phases earn, what the owner pays, what works cost, what is sold.

A hall is valued alone, on its own feeder (`operate.hall_book`). A tenant who pays for power leaves the landlord with
rent, credits and operating cost, which need no hours; everything else is dispatched and settled hour by hour. Results
are kept in a `HallCash` while one plan is made, because many options share their years of mining.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from repower import catalog
from repower.base.clock import TimeGrid, local_span, month_plus, months_between, quarter_start, step_h
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, SECONDS_PER_DAY, Array, Frac, Usd, UsdPerThs
from repower.contracts import Book, PeakHistory, Prices, Schedule, import_cost_usd_per_mwh, offers, settle
from repower.contracts.book import inflation
from repower.contracts.periods import periods
from repower.dispatch import monthly_margins
from repower.facility import LoadBlock
from repower.plan.interaction import Interaction, interaction_usd
from repower.plan.operate import agreements, hall_book, hall_terms, phase_blocks, run_year
from repower.plan.peak_margin import peak_margins
from repower.plan.phases import Phase, lease_of, plan_months, wall_mw
from repower.plan.world import PlanYear, World, inflation_factor
from repower.site import Fleet, Hall, Interconnect, OnsiteGas, OnsiteHydro, TakeOrPay, Tariff

PASSES_POWER_ON = frozenset({"nnn", "modified_gross"})
"""Lease bases under which power is the tenant's."""

STEPS_PER_DAY = 2
"""Rent is settled on a coarse grid; half a day meets every local date also where clocks change."""


@dataclass(frozen=True)
class HallCash:
    """Cash of phases already run in one world, by what they depend on; blocks know no prices and serve every world.

    A key begins with ``mining``, ``rent`` (leases that need no hours) or ``hours`` (all else that is dispatched).

    Parameters
    ----------
    around : what options add to a site whose halls share a battery; None where they are valued on their own feeders.
    """

    world: World
    known: dict[tuple[object, ...], Array] = field(default_factory=dict)
    blocks: dict[tuple[object, ...], tuple[LoadBlock, ...]] = field(default_factory=dict)
    around: Interaction | None = None


def phase_cash_usd(ledger: HallCash, hall: Hall, phase: Phase) -> Array:
    """What a phase earns less its power and operating cost, shape (months,); zero outside its months."""
    world = ledger.world
    months = np.arange(plan_months(world.site))
    inside = (months >= phase.first) & (months < phase.last)
    if phase.use == "idle":
        return np.zeros(months.size)
    if phase.use == "mining":
        earned = _mining(ledger, hall, replace(phase, first=0, last=months.size))
        return np.where(inside, earned - mining_operating_usd(world, phase.fleets), 0.0)
    key = (hall.name, phase)
    if phase.use == "colocation" and lease_of(world.site, phase).basis in PASSES_POWER_ON:
        return np.where(inside, _rent(ledger, phase, ("rent", *key)), 0.0)
    return np.where(inside, _run(ledger, hall, phase, ("hours", *key)), 0.0)


def shared_cash_usd(ledger: HallCash, hall: Hall, phases: Sequence[Phase]) -> Array:
    """What the phases of an option add to the site beyond the hall's own feeder, shape (months,)."""
    if ledger.around is None:
        return np.zeros(plan_months(ledger.world.site))
    return interaction_usd(ledger.around, hall, phases)


def mining_operating_usd(world: World, fleets: tuple[Fleet, ...]) -> Array:
    """The owner's cost of running fleets, shape (months,), by the machines' wall power."""
    yearly = world.site.owner.mining_operating_usd_per_mw_year * wall_mw(fleets)
    return yearly / MONTHS_PER_YEAR * inflation_factor(world)


def fleet_sale_usd(world: World, fleets: tuple[Fleet, ...], month: int) -> Usd:
    """What fleets bring when they are sold in a month of the plan (an assumption in the catalog's constants).

    A price falls by the same share every year from the date of its source, and a whole fleet sells below it.
    """
    when = month_plus(world.months[0], month)
    keeps = catalog.constant("asic_resale_frac_per_year").value
    after_cost = 1.0 - catalog.constant("asic_resale_haircut_frac").value
    total = 0.0
    for fleet in fleets:
        machine = catalog.asic(fleet.model)
        price, as_of = _price_usd_per_ths(fleet.model)
        years = max(months_between(as_of, when), 0) / MONTHS_PER_YEAR
        total += fleet.count * machine.hash_rate_ths * price * keeps**years * after_cost
    return total


def gpu_residual_frac(age_months: int) -> Frac:
    """Resale value over price of a GPU by age, linear between the catalog's yearly points, nothing beyond them."""
    life = round(catalog.constant("gpu_life_years").value)
    points = [1.0] + [catalog.constant(f"gpu_residual_frac_year_{year}").value for year in range(1, life + 1)]
    return float(np.interp(age_months / MONTHS_PER_YEAR, np.arange(life + 1), points, right=0.0))


def rent_grid(world: World) -> TimeGrid:
    """Half days over the whole plan."""
    first = world.months[0]
    return local_span(first, month_plus(first, len(world.months)), world.site.zone, SECONDS_PER_DAY // STEPS_PER_DAY)


def mines_alone(world: World, hall: Hall, phase: Phase) -> bool:
    """Whether a hall's miners meet nothing but prices and peak charges: no plant, no limit below their load."""
    site = world.site
    own = any(isinstance(supply, OnsiteGas | OnsiteHydro | TakeOrPay) for supply in site.supply)
    load_mw = wall_mw(phase.fleets) * world.design_pue_ratio[phase.cooling]
    room_mw = min(hall.shell_mw, site.interconnect.import_limit_mw)
    return not own and load_mw <= room_mw


def _mining(ledger: HallCash, hall: Hall, phase: Phase) -> Array:
    """Reward less power of miners that run all the plan; where only prices decide, without writing out the schedule.

    Where miners meet prices alone the month's margin is the sum of what each block gains in each hour, and under a
    demand charge what they gain below the month's best peak. Dispatching and settling the hours gives the same; a test
    holds the two together.
    """
    key = ("mining", hall.name, phase.cooling, phase.fleets)
    if key in ledger.known:
        return ledger.known[key]
    if not mines_alone(ledger.world, hall, phase):
        return _run(ledger, hall, phase, key)
    world = ledger.world
    book = hall_book(world, hall, (phase,))
    cash = np.zeros(plan_months(world.site))
    for year in world.years:
        blocks = ledger.blocks.get((*key, year.year))
        if blocks is None:
            everywhere = replace(phase, first=year.first, last=year.first + MONTHS_PER_YEAR)
            blocks = ledger.blocks[(*key, year.year)] = phase_blocks(world, year, everywhere)
        value, cost = offers(blocks, book, year.prices), import_cost_usd_per_mwh(book, year.prices)
        capacity = np.array([block.capacity_mw for block in blocks])
        margin = _margins(book, year, cost, value, capacity)
        month = year.first + np.arange(MONTHS_PER_YEAR)
        inside = (month >= 0) & (month < cash.size)
        cash[month[inside]] = margin[inside]
    ledger.known[key] = cash
    return cash


def _margins(
    book: Book, year: PlanYear, cost_usd_per_mwh: Array, value_usd_per_mwh: Array, capacity_mw: Array
) -> Array:
    hour, rate = step_h(year.grid), book.tariff.demand_charge_usd_per_kw_month * KW_PER_MW
    if rate == 0.0:
        return monthly_margins(cost_usd_per_mwh, value_usd_per_mwh, capacity_mw, year.month_of, hour)
    charge = rate * inflation(book, periods(year.grid))
    return peak_margins(cost_usd_per_mwh, value_usd_per_mwh, capacity_mw, year.month_of, hour, charge)


def _run(ledger: HallCash, hall: Hall, phase: Phase, key: tuple[object, ...]) -> Array:
    if key not in ledger.known:
        world = ledger.world
        book = hall_book(world, hall, (phase,))
        cash = np.zeros(plan_months(world.site))
        for year in world.years:
            if phase.last <= year.first or phase.first >= year.first + MONTHS_PER_YEAR:
                continue
            for line in run_year(world, year, (phase,), book).lines:
                month = months_between(world.months[0], line.month)
                if 0 <= month < cash.size:
                    cash[month] += line.amount_usd
        ledger.known[key] = cash
    return ledger.known[key]


def _rent(ledger: HallCash, phase: Phase, key: tuple[object, ...]) -> Array:
    if key not in ledger.known:
        world, site = ledger.world, ledger.world.site
        grid = rent_grid(world)
        none = np.zeros(grid.count)
        rows = np.zeros((0, grid.count))
        book = Book(
            Interconnect(0.0, site.interconnect.energised),
            (),
            Tariff(),
            agreements(world, (phase,)),
            site.owner.inflation_frac_per_year,
            site.outlook.as_of.year,
            PeakHistory(),
            hall_terms(world, (phase,)),
        )
        lines = settle(Schedule(grid, (), rows, (), rows, none, none), book, Prices(grid, none, none, none, none))
        cash = np.zeros(plan_months(site))
        for line in lines:
            cash[months_between(quarter_start(site.plan_start), line.month)] += line.amount_usd
        ledger.known[key] = cash
    return ledger.known[key]


def _price_usd_per_ths(model: str) -> tuple[UsdPerThs, date]:
    machine = catalog.asic(model)
    if machine.price_usd is not None:
        year = next((int(part) for part in _years_in(machine.fact.as_of)), None)
        if year is not None:
            return machine.price_usd / machine.hash_rate_ths, date(year, 1, 1)
    used = catalog.constant("asic_used_price_usd_per_ths")
    return used.value, date.fromisoformat(used.fact.as_of)


def _years_in(text: str) -> list[str]:
    return [text[k : k + 4] for k in range(len(text) - 3) if text[k : k + 4].isdigit()]
