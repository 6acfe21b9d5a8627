"""Why, hall by hall: the next best option, and what would have to change to prefer it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repower.base.units import WEEKS_PER_YEAR
from repower.plan.choose import Limits, Present, binding_limit
from repower.plan.options import Candidate
from repower.plan.result import Decision, Flip, OptionValue
from repower.plan.scenario import Driver, Scenarios, crossing, drivers, values_at
from repower.site import HallOption

MOST_FLIPS = 3
"""Drivers named per hall, the nearest first; those that cannot flip it are named only where none can."""


def best_of_each_option(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The most valuable start of every option, best first, infeasible ones last."""
    best: dict[HallOption, Candidate] = {}
    for one in candidates:
        if one.option not in best or one.value.value_usd > best[one.option].value.value_usd:
            best[one.option] = one
    return tuple(sorted(best.values(), key=lambda one: (not one.value.feasible, -one.value.value_usd)))


def decisions(
    scenarios: Scenarios,
    groups: Sequence[Sequence[Candidate]],
    chosen: Sequence[Candidate],
    present: Sequence[Present],
    limits: Limits,
) -> tuple[Decision, ...]:
    """The decision of every hall with its next best option, what binds, and what would flip it."""
    found = []
    values = [one.value for one in chosen]
    for index, (group, pick) in enumerate(zip(groups, chosen, strict=True)):
        ranked = best_of_each_option(group)
        others = [one for one in ranked if one.value.feasible and one.option != pick.option]
        runner = others[0] if others else None
        binding = _binding(values, index, pick, runner, present, limits)
        if not binding:
            binding = _later_than_best(values, index, pick, ranked, present, limits)
        difference = pick.value.value_usd - runner.value.value_usd if runner else 0.0
        options = tuple(pick.value if one.option == pick.option else one.value for one in ranked)
        found.append(
            Decision(
                pick.value.hall,
                pick.value,
                runner.value if runner else None,
                difference,
                _flips_of(scenarios, values, pick, runner, limits),
                options,
                binding,
            )
        )
    return tuple(found)


def _flips_of(
    scenarios: Scenarios,
    values: Sequence[OptionValue],
    pick: Candidate,
    runner: Candidate | None,
    limits: Limits,
) -> tuple[Flip, ...]:
    """A shared limit where that is what decides; otherwise the prices and costs at which the two are worth the same."""
    if runner is None:
        return ()
    if runner.value.value_usd <= pick.value.value_usd:
        return flips(scenarios, pick, runner)
    spend = sum(value.capex_usd for value in values) - pick.value.capex_usd + runner.value.capex_usd
    if spend > limits.capital_usd:
        text = f"capital limit above ${number(spend)} (now ${number(limits.capital_usd)}) makes it {runner.value.label}"
        return (Flip("capital limit", "$", limits.capital_usd, spend, text),)
    text = f"with more crews or megawatts than this site has it would be {runner.value.label}"
    return (Flip("shared limits", "", float(limits.crews), None, text),)


def flips(scenarios: Scenarios, pick: Candidate, runner: Candidate) -> tuple[Flip, ...]:
    """For each driver that touches the two options: the level at which they are worth the same."""
    found = []
    for driver in drivers(scenarios.base.world, (pick, runner)):
        pairs = [values_at(scenarios, driver, level, (pick, runner)) for level in driver.searched]
        difference = np.array([one - other for one, other in pairs])
        if np.ptp(difference) < 1.0:
            continue
        start = 0.0 if driver.additive else 1.0
        level = crossing(driver.searched, difference, start)
        found.append(
            Flip(driver.name, driver.unit, driver.base, shown_level(driver, level), _words(driver, level, runner))
        )
    reached = sorted((flip for flip in found if flip.needed is not None), key=_distance)
    return tuple(reached or found)[:MOST_FLIPS]


def shown_level(driver: Driver, level: float | None) -> float | None:
    """A searched level in the driver's own unit."""
    if level is None:
        return None
    return driver.base + level if driver.additive else driver.base * level


def _words(driver: Driver, level: float | None, runner: Candidate) -> str:
    other = runner.value.label
    if level is None:
        low, high = (with_unit(driver, edge) for edge in (driver.searched[0], driver.searched[-1]))
        return f"no {driver.name} from {low} to {high} makes it {other}"
    if driver.additive:
        return f"{driver.name} {with_unit(driver, level)} makes it {other}"
    way = "above" if level > 1.0 else "below"
    return f"{driver.name} {way} {with_unit(driver, level)} (now {with_unit(driver, 1.0)}) makes it {other}"


def with_unit(driver: Driver, level: float) -> str:
    """A searched level in words: ``$123/kW-month``, ``26 weeks late``."""
    shown = shown_level(driver, level)
    assert shown is not None
    if driver.additive:
        return f"{number(abs(shown))} weeks {'early' if shown < 0 else 'late'}"
    return f"${number(shown)}{driver.unit.removeprefix('$')}" if driver.unit.startswith("$") else number(shown)


def number(value: float) -> str:
    """A level with three significant digits; large amounts in millions and billions."""
    for size, word in ((_BILLION, " billion"), (_MILLION, " million")):
        if abs(value) >= size:
            return f"{value / size:,.3g}{word}"
    return f"{value:,.3g}" if abs(value) < _THOUSAND else f"{value:,.0f}"


_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9


def _distance(flip: Flip) -> float:
    if flip.needed is None:
        return float("inf")
    return abs(flip.needed - flip.base) / abs(flip.base) if flip.base else abs(flip.needed) / WEEKS_PER_YEAR


def _binding(
    values: Sequence[OptionValue],
    index: int,
    pick: Candidate,
    runner: Candidate | None,
    present: Sequence[Present],
    limits: Limits,
) -> str:
    if runner is None or runner.value.value_usd <= pick.value.value_usd:
        return ""
    return binding_limit(values, index, runner.value, present, limits) or "what the other halls need"


def _later_than_best(
    values: Sequence[OptionValue],
    index: int,
    pick: Candidate,
    ranked: Sequence[Candidate],
    present: Sequence[Present],
    limits: Limits,
) -> str:
    """The limit that makes the chosen option start later than it would alone."""
    alone = next((one for one in ranked if one.option == pick.option), None)
    if alone is None or alone.value.value_usd <= pick.value.value_usd + 1.0:
        return ""
    limit = binding_limit(values, index, alone.value, present, limits)
    return f"waits for {limit}" if limit else ""
