"""Hours, scheduled exactly and settled: what they earn, the proof, what each part is worth, and the statement.

What a schedule earns is counted as its offers less its power: loads by the MWh, index, losses, wires, plants, the
demand charge as contracts bill it, and what the hours add to later coincident-peak charges. Rent, operating cost, power
passed through to tenants, customer charge and PPA differences are not what a schedule is made by; they stand in the
statement and in `rest_usd`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from repower.base.clock import step_h
from repower.base.errors import InfeasibleError
from repower.base.units import KW_PER_MW, Array, Frac, Mw, Mwh, Usd
from repower.contracts import (
    Line,
    Schedule,
    awards_usd_per_h,
    billed_demand_mw,
    export_price_usd_per_mwh,
    offers,
    settle,
)
from repower.contracts.book import inflation
from repower.contracts.periods import periods
from repower.contracts.supply import import_cost_usd_per_mwh
from repower.contracts.tariff import coincident_adder_usd_per_mwh, demand_floor_mw
from repower.dispatch import Dispatch, DispatchProblem
from repower.facility import LoadBlock
from repower.plan.hours import Hours
from repower.plan.operate import dispatch_problem, schedule_of
from repower.plan.services import Carried, awards_of, carried, solved

ALWAYS_ON_USD_PER_MWH = 100_000.0
"""Added to every load's worth where all are to run; above any price a market prints."""


@dataclass(frozen=True)
class Load:
    """What one fleet or contract did.

    Parameters
    ----------
    hall, words, use : which.
    energy_mwh : drawn at the meter.
    uptime_frac : that over what it could have drawn; None where it had no capacity.
    earned_usd : its offers on what it drew, before power.
    """

    hall: str
    words: str
    use: str
    energy_mwh: Mwh
    uptime_frac: Frac | None
    earned_usd: Usd


@dataclass(frozen=True)
class Worth:
    """What one part is worth in these hours: the best schedule with it less the best without.

    Parameters
    ----------
    kind : of the part; ``planning`` for knowing a charge beforehand, with the same contracts in force.
    worth_usd : None where the hours cannot be served without the part.
    """

    kind: Literal["battery", "load", "supply", "service", "planning"]
    part: str
    worth_usd: Usd | None
    text: str


@dataclass(frozen=True)
class Dispatched:
    """Hours, scheduled and settled.

    Parameters
    ----------
    problem, dispatch, schedule : what was asked and answered.
    earned_usd : offers less power of the schedule; see the module.
    bound_usd : what no schedule earns more than, proved by prices.
    lines : the statement: who owes whom what, by contract and month.
    later_usd : what the hours add to coincident-peak charges of later bills, in `earned_usd` and not in `lines`.
    shedding_usd : in `earned_usd`, the worth by which leases are ordered; no contract pays it by the MWh.
    rest_usd : lines by which no schedule is made. earned + later - shedding + rest is the sum of the lines.
    loads, worths : by fleet or contract, and by part.
    services : what ancillary services brought; in `earned_usd` and in `lines`.
    """

    hours: Hours
    problem: DispatchProblem
    dispatch: Dispatch
    schedule: Schedule
    earned_usd: Usd
    bound_usd: Usd
    lines: tuple[Line, ...]
    later_usd: Usd
    shedding_usd: Usd
    rest_usd: Usd
    loads: tuple[Load, ...]
    worths: tuple[Worth, ...]
    services: tuple[Carried, ...] = ()


def dispatched(hours: Hours) -> Dispatched:
    """The best schedule of some hours, settled, proved, and its parts valued.

    Raises
    ------
    InfeasibleError : firm load beyond import, supply and battery; the message says when and by how much.
    """
    problem, found, schedule, earned_usd = best(hours)
    book, prices = hours.book, hours.prices
    hour = step_h(prices.grid)
    lines = settle(schedule, book, prices)
    later_usd = 0.0
    if book.tariff.coincident_peak_lag_years:
        later_usd = float(np.dot(coincident_adder_usd_per_mwh(book, prices), schedule.import_mw)) * hour
    value = offers(hours.blocks, book, prices)
    leased = [row for row, block in enumerate(hours.blocks) if block.use == "colocation"]
    shedding_usd = float(np.sum(value[leased] * schedule.block_mw[leased])) * hour
    settled_usd = sum(line.amount_usd for line in lines)
    return Dispatched(
        hours,
        problem,
        found,
        schedule,
        earned_usd,
        max(bound_usd(hours, found), earned_usd),
        lines,
        later_usd,
        shedding_usd,
        settled_usd - (earned_usd + later_usd - shedding_usd),
        _loads(hours, schedule, value),
        _worths(hours, earned_usd),
        carried(hours, schedule),
    )


def best(hours: Hours) -> tuple[DispatchProblem, Dispatch, Schedule, Usd]:
    """Problem, answer, schedule and what it earns.

    A ratchet bills a share of earlier peaks whatever is drawn: of peaks of the history as floors of the problem, of
    peaks of the span as its own ratchet.
    """
    book, prices = hours.book, hours.prices
    floor_mw, _ = demand_floor_mw(book, periods(prices.grid))
    problem = dispatch_problem(hours.blocks, book, prices, hours.battery, floor_mw)
    found = solved(hours, problem)
    schedule = _scheduled(hours, found)
    return problem, found, schedule, earned_usd(hours, schedule)


def _scheduled(hours: Hours, found: Dispatch) -> Schedule:
    return replace(schedule_of(found, hours.blocks, hours.book, hours.prices), awards=awards_of(hours, found))


def earned_usd(hours: Hours, schedule: Schedule) -> Usd:
    """What any schedule of the hours earns: offers and awards less power, the demand charge as contracts bill it."""
    book, prices = hours.book, hours.prices
    hourly = served_usd_per_h(hours, schedule) - power_usd_per_h(hours, schedule) + awards_usd_per_h(schedule, prices)
    charges = demand_rate_usd_per_mw(hours) * billed_demand_mw(schedule, book)
    return float(hourly.sum()) * step_h(prices.grid) - float(charges.sum())


def served_usd_per_h(hours: Hours, schedule: Schedule) -> Array:
    """What the loads of a schedule earn in every interval before power, shape (T,)."""
    value: Array = np.sum(offers(schedule.blocks, hours.book, hours.prices) * schedule.block_mw, axis=0)
    return value


def power_usd_per_h(hours: Hours, schedule: Schedule) -> Array:
    """What import and plants cost less what export earns in every interval, shape (T,); demand charges left out."""
    book, prices = hours.book, hours.prices
    cost = import_cost_usd_per_mwh(book, prices) * schedule.import_mw
    cost = cost - export_price_usd_per_mwh(book, prices) * schedule.export_mw
    for block, output_mw in zip(schedule.supply, schedule.supply_mw, strict=True):
        cost = cost + block.cost_usd_per_mwh * output_mw
    return cost


def demand_rate_usd_per_mw(hours: Hours) -> Array:
    """Demand charge of every month, shape (months,)."""
    rate = hours.book.tariff.demand_charge_usd_per_kw_month * KW_PER_MW
    return rate * inflation(hours.book, periods(hours.prices.grid))


def bound_usd(hours: Hours, found: Dispatch) -> Usd:
    """What no schedule of the hours earns more than; what an earlier bill has charged already is not charged again."""
    assert found.bound_usd is not None
    _, already_mw = demand_floor_mw(hours.book, periods(hours.prices.grid))
    return found.bound_usd + float(np.dot(demand_rate_usd_per_mw(hours), already_mw))


def without(hours: Hours, rows: set[int]) -> Hours:
    """The same hours without some of their load blocks."""
    kept = [row for row in range(len(hours.blocks)) if row not in rows]
    return replace(
        hours, blocks=tuple(hours.blocks[row] for row in kept), loads=tuple(hours.loads[row] for row in kept)
    )


def rows_of(hours: Hours) -> dict[tuple[str, str], list[int]]:
    """Rows of the blocks of every fleet or contract, in order of the halls."""
    found: dict[tuple[str, str], list[int]] = {}
    for row, load in enumerate(hours.loads):
        found.setdefault(load, []).append(row)
    return found


def highest_mw(hours: Hours) -> Mw:
    """Most that all loads draw together in an interval."""
    return float(np.sum([block.capacity_mw for block in hours.blocks], axis=0).max()) if hours.blocks else 0.0


def _loads(hours: Hours, schedule: Schedule, value: Array) -> tuple[Load, ...]:
    hour = step_h(hours.prices.grid)
    found = []
    for (hall, words), rows in rows_of(hours).items():
        drawn = float(schedule.block_mw[rows].sum())
        could = float(sum(hours.blocks[row].capacity_mw.sum() for row in rows))
        earned = float(np.sum(value[rows] * schedule.block_mw[rows])) * hour
        use = hours.blocks[rows[0]].use
        found.append(Load(hall, words, use, drawn * hour, drawn / could if could else None, earned))
    return tuple(found)


def _worths(hours: Hours, earned: Usd) -> tuple[Worth, ...]:
    found: list[Worth] = []
    if hours.battery is not None:
        (name,) = (battery.name for battery in hours.site.batteries)
        text = "the best schedule with it less the best without"
        found.append(_worth("battery", name, earned, replace(hours, battery=None), text))
    for (hall, words), rows in rows_of(hours).items():
        if hours.blocks[rows[0]].use != "colocation":
            text = "after the power it draws; the best schedule with it less the best without"
            found.append(_worth("load", f"{hall}: {words}", earned, without(hours, set(rows)), text))
    for name in dict.fromkeys(supply.name for supply in hours.book.supply if supply.kind not in {"index", "ppa_block"}):
        kept = tuple(supply for supply in hours.book.supply if supply.name != name)
        text = "what it saves against the best schedule without it; what is paid for it anyway is left out"
        rest = replace(hours, book=replace(hours.book, supply=kept))
        found.append(_worth("supply", name, earned, rest, text))
    return (*found, *_services(hours, earned), *_plannings(hours, earned))


def _services(hours: Hours, earned: Usd) -> list[Worth]:
    """What all ancillary services are worth together, and each of them beside the others."""
    text, found = "the best schedule that sells them less the best without", []
    if hours.services:
        found.append(_worth("service", "ancillary services", earned, replace(hours, services=()), text))
    for service in hours.services if len(hours.services) > 1 else ():
        kept = tuple(other for other in hours.services if other != service)
        text = "against the best that sells the other services alone"
        found.append(_worth("service", service.name, earned, replace(hours, services=kept), text))
    return found


def _worth(
    kind: Literal["battery", "load", "supply", "service"], part: str, earned: Usd, rest: Hours, text: str
) -> Worth:
    """What is lost without a part, to the cent; the hours without it may not be served at all."""
    try:
        return Worth(kind, part, round(earned - best(rest)[-1], 2), text)
    except InfeasibleError:
        return Worth(kind, part, None, "firm load cannot be served without it")


def _plannings(hours: Hours, earned: Usd) -> list[Worth]:
    """What it is worth to schedule by a charge rather than to be surprised by it, and to switch loads off at all."""
    tariff, found = hours.book.tariff, []
    if tariff.demand_charge_usd_per_kw_month:
        book = replace(hours.book, tariff=replace(tariff, demand_charge_usd_per_kw_month=0.0))
        text = "against the best schedule made as if there were none, billed with it"
        worth_usd = earned - _billed_usd(hours, replace(hours, book=book))
        found.append(Worth("planning", "planning for the demand charge", worth_usd, text))
    if hours.prices.coincident_weight.any():
        calm = replace(hours.prices, coincident_weight=np.zeros(hours.prices.grid.count))
        text = "against the best schedule made as if there were none, billed with them"
        worth_usd = earned - _billed_usd(hours, replace(hours, prices=calm))
        found.append(Worth("planning", "leaving the system's peaks", worth_usd, text))
    if any(not block.firm for block in hours.blocks):
        problem = dispatch_problem(hours.blocks, hours.book, hours.prices, hours.battery)
        raised = replace(problem, block_value_usd_per_mwh=problem.block_value_usd_per_mwh + ALWAYS_ON_USD_PER_MWH)
        always = _scheduled(hours, solved(hours, raised))
        text = "against running every load in every hour, as far as the connection carries it"
        found.append(Worth("planning", "switching loads off", earned - earned_usd(hours, always), text))
    return found


def _billed_usd(hours: Hours, planned: Hours) -> Usd:
    """What the best schedule of some hours earns when others come true."""
    return earned_usd(hours, best(planned)[2])


def block_names(blocks: tuple[LoadBlock, ...]) -> tuple[str, ...]:
    """A short name for every block, unique and fit for a column: its hall, and its number there."""
    seen: dict[str, int] = {}
    names = []
    for block in blocks:
        seen[block.hall] = seen.get(block.hall, 0) + 1
        names.append(f"{block.hall}_{seen[block.hall]}")
    return tuple(names)
