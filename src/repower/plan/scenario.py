"""Scenarios: the same choice under another assumption, one at a time, with the plan held as chosen.

Each driver turns a level into a world, and into other works; candidates are then made again from scratch, so that a
scenario goes through the same dispatch and settlement as the base case. Only results that the driver cannot touch are
taken over, and what an option adds to a site whose halls share a battery keeps its central value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from repower.base.units import Array, Ratio, Usd
from repower.plan.cash import HallCash
from repower.plan.options import Adjust, Candidate, candidate_again, value_usd
from repower.plan.world import World, with_prices
from repower.site import Agreement, GpuRental, Lease

Kind = TypeVar("Kind", Lease, GpuRental)

NO_CHANGE = Adjust()


@dataclass(frozen=True)
class Driver:
    """One assumption that can be moved.

    Parameters
    ----------
    name, unit : words for a reader; levels are shown as base times ratio, or as weeks added.
    base : level today.
    low, high : ratios (or weeks) of the stated range.
    searched : levels at which a break-even is looked for, ascending.
    apply : level -> world and works.
    keeps : which cached results the driver leaves as they are.
    additive : True where levels are added (weeks of delay), False where they multiply the base.
    """

    name: str
    unit: str
    base: float
    low: float
    high: float
    searched: tuple[float, ...]
    apply: Callable[[World, float], tuple[World, Adjust]]
    keeps: Callable[[tuple[object, ...]], bool]
    additive: bool = False


def drivers(world: World, chosen: Sequence[Candidate]) -> tuple[Driver, ...]:
    """The assumptions that can matter to a choice of candidates."""
    kinds = {one.value.kind for one in chosen}
    site, outlook = world.site, world.site.outlook
    months = world.path.months.index(world.months[0])
    hashprice = float(world.path.hashprice_usd_per_ph_day[months])
    power = float(np.mean(world.years[0].prices.index_usd_per_mwh))
    ratios = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)
    few = (0.4, 0.7, 1.0, 1.3, 2.0, 3.0)
    found = [
        Driver("hashprice", "$/PH/day", hashprice, 0.7, 1.3, few, _hashprice, _no_mining),
        Driver("power price", "$/MWh, yearly mean", power, 0.7, 1.3, few, _power, _rents),
    ]
    rents = [_offered(site.contracts, one.option.terms, Lease) for one in chosen]
    lease = next((rent for rent in rents if rent is not None), None)
    if lease is not None and kinds & {"colocation_reuse", "colocation_new"}:
        rent = lease.rent_usd_per_kw_month
        found.append(Driver("colocation rent", "$/kW-month", rent, 0.9, 1.1, ratios, _rent, _mining))
    works = [one.works.spend_usd for one in chosen if one.works is not None]
    if works:
        musd = sum(works)
        found.append(Driver("building cost", "$", musd, 0.85, 1.25, ratios, _capex, _everything))
        weeks = (-8.0, 0.0, 26.0, 52.0, 104.0, 156.0)
        found.append(Driver("delivery", "weeks late", 0.0, -8.0, 26.0, weeks, _delay, _everything, additive=True))
    rentals = [_offered(site.contracts, one.option.terms, GpuRental) for one in chosen]
    rental = next((one for one in rentals if one is not None), None)
    if rental is not None and "gpu_cloud" in kinds:
        level = rental.price_usd_per_gpu_h or world.gpu_rent_usd_per_gpu_h or outlook.gpu_rent_usd_per_gpu_h or 0.0
        found.append(Driver("GPU rent", "$/GPU-h", level, 0.75, 1.25, ratios, _gpu_rent, _mining))
    return tuple(found)


@dataclass(frozen=True)
class Scenarios:
    """Ledgers of scenarios already entered, so that reasons and risks share them."""

    base: HallCash
    moved: dict[tuple[str, float], tuple[HallCash, Adjust]] = field(default_factory=dict)


def values_at(scenarios: Scenarios, driver: Driver, level: float, candidates: Sequence[Candidate]) -> tuple[Usd, ...]:
    """Value of candidates at a level of a driver, in the world of that level, each as a hall alone."""
    if level == (0.0 if driver.additive else 1.0):
        return tuple(one.value.value_usd for one in candidates)
    key = (driver.name, level)
    if key not in scenarios.moved:
        base = scenarios.base
        world, adjust = driver.apply(base.world, level)
        known = {key: cash for key, cash in base.known.items() if driver.keeps(key)}
        scenarios.moved[key] = (HallCash(world, known, base.blocks, base.around), adjust)
    ledger, adjust = scenarios.moved[key]
    halls = {hall.name: hall for hall in ledger.world.site.halls}
    return tuple(
        value_usd(ledger.world, candidate_again(ledger, halls[one.value.hall], one, adjust).value.cash_usd)
        for one in candidates
    )


def crossing(
    levels: Sequence[float], difference_usd: Array, from_level: float, gap_usd: Callable[[float], Usd]
) -> float | None:
    """The level nearest to `from_level` at which a difference changes sign; None without one.

    Parameters
    ----------
    levels : ascending.
    difference_usd : shape (levels,).
    gap_usd : the same difference at any level, by which the sign change is narrowed down (regula falsi, Illinois form).
    """
    found = []
    for k in range(len(levels) - 1):
        left, right = float(difference_usd[k]), float(difference_usd[k + 1])
        if left == 0.0 or left * right < 0.0:
            share = left / (left - right) if left != right else 0.0
            found.append((levels[k] + (levels[k + 1] - levels[k]) * share, k))
    if not found:
        return None
    level, k = min(found, key=lambda one: abs(one[0] - from_level))
    ends = [(levels[k], float(difference_usd[k])), (levels[k + 1], float(difference_usd[k + 1]))]
    close = _CLOSE * max(abs(gap) for _, gap in ends)
    last = None
    for _ in range(_MOST_STEPS):
        gap = gap_usd(level)
        if abs(gap) <= close:
            break
        side = 0 if gap * ends[0][1] > 0.0 else 1
        ends[side] = (level, gap)
        if side == last:
            ends[1 - side] = (ends[1 - side][0], ends[1 - side][1] / 2)
        last = side
        (low, below), (high, above) = ends
        level = low + (high - low) * below / (below - above)
    return level


_CLOSE = 1e-3
_MOST_STEPS = 6


def _hashprice(world: World, ratio: Ratio) -> tuple[World, Adjust]:
    return with_prices(world, hashprice_ratio=ratio), NO_CHANGE


def _power(world: World, ratio: Ratio) -> tuple[World, Adjust]:
    return with_prices(world, power_ratio=ratio), NO_CHANGE


def _rent(world: World, ratio: Ratio) -> tuple[World, Adjust]:
    contracts = tuple(
        replace(one, rent_usd_per_kw_month=one.rent_usd_per_kw_month * ratio)
        if isinstance(one, Lease) and not one.hall
        else one
        for one in world.site.contracts
    )
    market = world.site.outlook.colocation_rent_usd_per_kw_month
    outlook = replace(world.site.outlook, colocation_rent_usd_per_kw_month=None if market is None else market * ratio)
    return replace(world, site=replace(world.site, contracts=contracts, outlook=outlook)), NO_CHANGE


def _gpu_rent(world: World, ratio: Ratio) -> tuple[World, Adjust]:
    contracts = tuple(
        replace(one, price_usd_per_gpu_h=one.price_usd_per_gpu_h * ratio)
        if isinstance(one, GpuRental) and one.price_usd_per_gpu_h is not None
        else one
        for one in world.site.contracts
    )
    market = world.gpu_rent_usd_per_gpu_h
    years = tuple(
        replace(year, prices=replace(year.prices, gpu_rent_usd_per_gpu_h=year.prices.gpu_rent_usd_per_gpu_h * ratio))
        for year in world.years
    )
    moved = replace(world, site=replace(world.site, contracts=contracts), years=years)
    return replace(moved, gpu_rent_usd_per_gpu_h=None if market is None else market * ratio), NO_CHANGE


def _capex(world: World, ratio: Ratio) -> tuple[World, Adjust]:
    return world, Adjust(capex_ratio=ratio)


def _delay(world: World, weeks: float) -> tuple[World, Adjust]:
    return world, Adjust(delay_weeks=weeks)


def _offered(contracts: Sequence[Agreement], name: str, kind: type[Kind]) -> Kind | None:
    return next((one for one in contracts if isinstance(one, kind) and one.name == name), None)


def _no_mining(key: tuple[object, ...]) -> bool:
    return key[0] != "mining"


def _rents(key: tuple[object, ...]) -> bool:
    return key[0] == "rent"


def _mining(key: tuple[object, ...]) -> bool:
    return key[0] == "mining"


def _everything(key: tuple[object, ...]) -> bool:
    return bool(key)
