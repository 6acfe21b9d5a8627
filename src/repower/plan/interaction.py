"""What a hall's option is worth to the site beyond its own feeder, where halls share a battery.

A battery is worth little beside miners, who leave dear hours anyway, and much beside the first firm load; the second
firm load adds little. So what it adds to an option depends on the other halls, and is counted around one plan: the
whole site settled with its battery, this hall in another state and all others as in the plan, less the site of the
plan, less the same difference of the hall on its own feeder. Added to the feeder's values, it makes what a single hall
gains by leaving the plan what the settled site gains by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from repower.base.clock import month_plus, months_between
from repower.base.errors import InfeasibleError
from repower.base.units import MONTHS_PER_YEAR, Array, Frac, IntArray
from repower.contracts import Line, PeakHistory
from repower.plan.operate import active_frac, hall_book, plan_battery, run_year, site_book
from repower.plan.phases import Phase, lease_of
from repower.plan.world import PlanYear, World
from repower.site import Hall


@dataclass(frozen=True)
class Running:
    """A phase without its dates, and its share of full load in a month."""

    phase: Phase
    load_frac: Frac


FEWEST_YEARS = 4
"""Of this many years in a row in which no hall of the plan changes, or more, the first, middle and last are run."""

State = tuple[Running, ...]
"""What a hall does in a month; empty where it is idle."""


@dataclass(frozen=True)
class Between:
    """The years run on both sides of a year, and how far it lies from the earlier to the later; 0 where it is run."""

    before: PlanYear
    after: PlanYear
    way_frac: Frac


@dataclass(frozen=True)
class Interaction:
    """Runs of the site around one plan.

    Parameters
    ----------
    plan : phases of every hall, by its name.
    planned : what every hall of the plan does, by its name: shape (months,), index into `states`.
    states : what a hall can do, numbered in the order seen; grows.
    between : by calendar year.
    known : results by what they depend on; grows.
    """

    world: World
    plan: Mapping[str, tuple[Phase, ...]]
    planned: Mapping[str, IntArray]
    states: dict[State, int]
    between: Mapping[int, Between]
    known: dict[tuple[object, ...], Array] = field(default_factory=dict)


def interaction(world: World, plan: Mapping[str, tuple[Phase, ...]], every_year: bool = False) -> Interaction:
    """An empty table of runs around a plan.

    Parameters
    ----------
    every_year : run each year; otherwise years between those run are interpolated, for prices that are one year
        repeated.
    """
    states: dict[State, int] = {}
    planned = {name: _numbered(world, phases, states) for name, phases in plan.items()}
    return Interaction(world, plan, planned, states, _between(world, planned, every_year))


def interaction_usd(around: Interaction, hall: Hall, phases: Sequence[Phase]) -> Array:
    """What the site gains each month, beyond the hall's own feeder, if a hall leaves the plan for these phases.

    Zero in months in which they are what the plan has. A month takes the value of a year in which the hall is in that
    month's state throughout; a lease on its ramp counts by its share, the rest of it as a hall without it.

    Returns
    -------
    shape (months,).
    """
    found = np.zeros(len(around.world.months))
    there = _numbered(around.world, phases, around.states)
    differs = there != around.planned[hall.name]
    states = list(around.states)
    for year in around.world.years:
        inside = slice(max(year.first, 0), year.first + MONTHS_PER_YEAR)
        for index in np.unique(there[inside][differs[inside]]):
            month = np.flatnonzero((there == index) & differs)
            month = month[(month >= year.first) & (month < year.first + MONTHS_PER_YEAR)]
            found[month] = _state_usd(around, hall, states[index], year)[month - year.first]
    return found


def _numbered(world: World, phases: Sequence[Phase], states: dict[State, int]) -> IntArray:
    """What a hall does in every month of the plan, shape (months,), by its number."""
    months = len(world.months)
    busy = [phase for phase in phases if phase.use != "idle"]
    shares = np.array([active_frac(world.site, phase, world.months, 0) for phase in busy]).reshape(len(busy), months)
    begins = np.flatnonzero(np.append(True, (np.diff(shares, axis=1) != 0.0).any(axis=0)))
    undated = [replace(phase, first=0, last=0, hand_over=None, under_construction=False) for phase in busy]
    numbers = []
    for column in shares[:, begins].T:
        state = tuple(Running(phase, float(share)) for phase, share in zip(undated, column, strict=True) if share > 0.0)
        numbers.append(states.setdefault(state, len(states)))
    return np.repeat(np.array(numbers, dtype=np.int64), np.diff(np.append(begins, months)))


def _state_usd(around: Interaction, hall: Hall, state: State, year: PlanYear) -> Array:
    """What the site gains in each month of a year, beyond the feeder, with the hall in a state throughout."""
    full = tuple(one.phase for one in state if one.load_frac == 1.0)
    gain = _year_usd(around, hall, full, year)
    for one in state:
        if one.load_frac < 1.0:
            gain = gain + one.load_frac * (_year_usd(around, hall, (*full, one.phase), year) - gain)
    return gain


def _year_usd(around: Interaction, hall: Hall, full: tuple[Phase, ...], year: PlanYear) -> Array:
    run = around.between[year.year]
    found = _run_usd(around, hall, full, run.before)
    if run.way_frac == 0.0:
        return found
    return found + run.way_frac * (_run_usd(around, hall, full, run.after) - found)


def _run_usd(around: Interaction, hall: Hall, full: tuple[Phase, ...], year: PlanYear) -> Array:
    key = (hall.name, full, year.year)
    if key not in around.known:
        try:
            around.known[key] = _gain_usd(around, hall, full, year)
        except InfeasibleError:
            # A load that the site cannot carry beside the plan is left at what its own feeder says.
            around.known[key] = np.zeros(MONTHS_PER_YEAR)
    return around.known[key]


def _gain_usd(around: Interaction, hall: Hall, full: tuple[Phase, ...], year: PlanYear) -> Array:
    world = around.world
    phases = [_throughout(world, phase, year) for phase in full]
    others = [phase for name, theirs in around.plan.items() if name != hall.name for phase in theirs]
    here = ("plan", hall.name, year.year)
    if here not in around.known:
        around.known[here] = _feeder_usd(world, year, hall, around.plan[hall.name])
    site = ("plan", year.year)
    if site not in around.known:
        around.known[site] = _site_usd(world, year, [*others, *around.plan[hall.name]])
    gain = _site_usd(world, year, [*others, *phases]) - around.known[site]
    return gain - (_feeder_usd(world, year, hall, phases) - around.known[here])


def _site_usd(world: World, year: PlanYear, phases: Sequence[Phase]) -> Array:
    """A year of the whole site with its battery, by month; peaks are paid in the year in which they fall."""
    book = site_book(world, phases, PeakHistory())
    tariff = replace(book.tariff, ratchet_frac=0.0, ratchet_months=0, coincident_peak_lag_years=0)
    return _monthly_usd(
        run_year(world, year, phases, replace(book, tariff=tariff), plan_battery(world.site)).lines, year
    )


def _feeder_usd(world: World, year: PlanYear, hall: Hall, phases: Sequence[Phase]) -> Array:
    """A year of a hall on its own feeder, by month: each phase alone, and nothing while idle, as in `cash`."""
    month = year.first + np.arange(MONTHS_PER_YEAR)
    found = np.zeros(MONTHS_PER_YEAR)
    for phase in phases:
        inside = (month >= phase.first) & (month < phase.last)
        if phase.use != "idle" and inside.any():
            earned = _monthly_usd(run_year(world, year, (phase,), hall_book(world, hall, (phase,))).lines, year)
            found += np.where(inside, earned, 0.0)
    return found


def _monthly_usd(lines: Sequence[Line], year: PlanYear) -> Array:
    found = np.zeros(MONTHS_PER_YEAR)
    for line in lines:
        found[months_between(year.months[0], line.month)] += line.amount_usd
    return found


def _throughout(world: World, phase: Phase, year: PlanYear) -> Phase:
    """A phase that fills a year at its full load; its rent is the same on the site and on the feeder."""
    dated = replace(phase, first=year.first, last=year.first + MONTHS_PER_YEAR)
    if phase.use not in {"colocation", "gpu_cloud"}:
        return dated
    dated = replace(dated, hand_over=year.months[0])
    if phase.use == "gpu_cloud":
        return dated
    return replace(dated, hand_over=month_plus(year.months[0], -lease_of(world.site, dated).ramp_months))


def _between(world: World, planned: Mapping[str, IntArray], every_year: bool) -> dict[int, Between]:
    found: dict[int, Between] = {}
    for stretch in _stretches(world, np.array(list(planned.values()))):
        last = len(stretch) - 1
        few = every_year or len(stretch) < FEWEST_YEARS
        run = range(len(stretch)) if few else (0, last // 2, last)
        for k, year in enumerate(stretch):
            before, after = max(one for one in run if one <= k), min(one for one in run if one >= k)
            way = (k - before) / (after - before) if after > before else 0.0
            found[year.year] = Between(stretch[before], stretch[after], way)
    return found


def _stretches(world: World, planned: IntArray) -> list[list[PlanYear]]:
    """Years in a row in which no hall of the plan, shape (halls, months), changes what it does."""
    found: list[list[PlanYear]] = []
    last = None
    for year in world.years:
        inside = planned[:, max(year.first, 0) : year.first + MONTHS_PER_YEAR]
        steady = (
            inside[:, 0].tolist() if inside.shape[1] == MONTHS_PER_YEAR and not np.ptp(inside, axis=1).any() else None
        )
        if steady is not None and steady == last:
            found[-1].append(year)
        else:
            found.append([year])
        last = steady
    return found
