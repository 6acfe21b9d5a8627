"""A whole plan, settled: every calendar year of all halls together, and the monthly cash that comes of it.

This is where the plan's reported money comes from. Halls meet the site's import limit, its fixed blocks, its ratchets
and the peaks of the year before; years are settled in order, each with the history that the last one left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.clock import months_between, step_h
from repower.base.units import MONTHS_PER_YEAR, Array, Usd
from repower.contracts import PeakHistory, allocate_energy_cost, next_history
from repower.contracts.periods import by_month, periods
from repower.finance import monthly_rate_frac, npv_usd
from repower.plan.cash import mining_operating_usd
from repower.plan.operate import YearResult, plan_battery, run_year, site_book
from repower.plan.options import Candidate, capex_cash_usd, sales_cash_usd
from repower.plan.phases import Phase
from repower.plan.result import CashLine, CashTable, Category
from repower.plan.world import World, inflation_factor

USES: tuple[Category, ...] = ("mining", "colocation", "gpu_cloud", "hosting")


@dataclass(frozen=True)
class MonthlyUse:
    """What one use drew, earned and paid for power, all shape (months,).

    Parameters
    ----------
    energy_mwh, capacity_mwh : drawn at the meter, and what would be drawn at full capacity in every hour.
    revenue_usd : income under its contracts, fees deducted, power passed through to tenants left out.
    power_usd : its share of the power bill, PPA differences and other dealing of the site left out, less what tenants
        are billed for it.
    """

    energy_mwh: Array
    capacity_mwh: Array
    revenue_usd: Array
    power_usd: Array


@dataclass(frozen=True)
class Settled:
    """A plan run through all its years.

    Parameters
    ----------
    cash : monthly lines before tax and debt.
    value_usd : net present value at the owner's hurdle.
    uses : by use.
    years : the last result of every calendar year, in order.
    """

    cash: CashTable
    value_usd: Usd
    uses: dict[str, MonthlyUse]
    years: tuple[YearResult, ...]


def settle_plan(world: World, chosen: Sequence[Candidate], history: PeakHistory) -> Settled:
    """Run and settle every year of a choice of one candidate per hall.

    Parameters
    ----------
    history : peaks of the year before the plan (`operate.history_before`).
    """
    phases = [phase for candidate in chosen for phase in candidate.phases]
    count = len(world.months)
    lines: dict[tuple[Category, str], Array] = {}
    sums: dict[str, Array] = {use: np.zeros((4, count)) for use in USES}
    years = []
    for year in world.years:
        book = site_book(world, phases, history)
        result = run_year(world, year, phases, book, plan_battery(world.site))
        history = next_history(result.schedule, book, year.prices)
        _gather_lines(world, result, lines, sums)
        cost_usd = allocate_energy_cost(result.schedule, book, year.prices, own_dealing=False)
        _gather_energy(world, result, cost_usd, sums)
        years.append(result)
    found = [CashLine(category, name, amount) for (category, name), amount in lines.items() if amount.any()]
    found += _owner_lines(world, chosen, phases)
    cash = CashTable(world.months, tuple(sorted(found, key=lambda line: ORDER.index(line.category))))
    rate = monthly_rate_frac(world.site.owner.discount_frac_per_year)
    uses = {use: MonthlyUse(*rows) for use, rows in sums.items()}
    return Settled(cash, npv_usd(rate, total_usd(cash), 1), uses, tuple(years))


def total_usd(cash: CashTable) -> Array:
    """Sum of all lines by month, shape (months,)."""
    return np.sum([line.amount_usd for line in cash.lines], axis=0) if cash.lines else np.zeros(len(cash.months))


def category_usd(cash: CashTable, categories: Sequence[str]) -> Array:
    """Sum of the lines of some categories by month, shape (months,)."""
    chosen = [line.amount_usd for line in cash.lines if line.category in categories]
    return np.sum(chosen, axis=0) if chosen else np.zeros(len(cash.months))


ORDER: tuple[Category, ...] = (*USES, "power", "operating", "capex", "salvage", "debt")

PASS_THROUGH = "power pass-through"


def _gather_lines(
    world: World, result: YearResult, lines: dict[tuple[Category, str], Array], sums: dict[str, Array]
) -> None:
    count = len(world.months)
    for line in result.lines:
        month = months_between(world.months[0], line.month)
        if not 0 <= month < count:
            continue
        category: Category = next((use for use in USES if use == line.use), "power")
        lines.setdefault((category, line.what), np.zeros(count))[month] += line.amount_usd
        if category in sums:
            row = 3 if line.what == PASS_THROUGH else 2
            sums[category][row, month] += -line.amount_usd if row == 3 else line.amount_usd


def _gather_energy(world: World, result: YearResult, cost_usd: Array, sums: dict[str, Array]) -> None:
    when, hours = periods(result.schedule.grid), step_h(result.schedule.grid)
    month = result.year.first + np.arange(MONTHS_PER_YEAR)
    inside = (month >= 0) & (month < len(world.months))
    for row, block in enumerate(result.schedule.blocks):
        use = sums[block.use]
        use[0, month[inside]] += (by_month(when, result.schedule.block_mw[row]) * hours)[inside]
        use[1, month[inside]] += (by_month(when, block.capacity_mw) * hours)[inside]
        use[3, month[inside]] += cost_usd[row][inside]


def _owner_lines(world: World, chosen: Sequence[Candidate], phases: Sequence[Phase]) -> list[CashLine]:
    months = np.arange(len(world.months))
    operating = np.zeros(months.size)
    for phase in phases:
        if phase.use == "mining":
            inside = (months >= phase.first) & (months < phase.last)
            operating -= np.where(inside, mining_operating_usd(world, phase.fleets), 0.0)
    overhead = -world.site.owner.overhead_usd_per_year / MONTHS_PER_YEAR * inflation_factor(world)
    found = [CashLine("operating", "mining staff and repairs", operating), CashLine("operating", "overhead", overhead)]
    for candidate in chosen:
        hall = candidate.value.hall
        found.append(CashLine("capex", f"hall {hall}", capex_cash_usd(world, candidate)))
        found.append(CashLine("salvage", f"machines sold, hall {hall}", sales_cash_usd(world, candidate)))
    return [line for line in found if line.amount_usd.any()]
