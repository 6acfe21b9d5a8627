"""Why, hall by hall: the next best option, and what would have to change to prefer it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repower.base.units import WEEKS_PER_YEAR, Usd
from repower.plan.choose import Limits, Present, binding_limit, choices
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
                _flips_of(scenarios, groups, index, pick, ranked, present, limits),
                options,
                binding,
            )
        )
    return tuple(found)


def _flips_of(
    scenarios: Scenarios,
    groups: Sequence[Sequence[Candidate]],
    index: int,
    pick: Candidate,
    ranked: Sequence[Candidate],
    present: Sequence[Present],
    limits: Limits,
) -> tuple[Flip, ...]:
    """A shared limit where that decides; otherwise the prices and costs at which another option is worth more."""
    others = [one for one in ranked if one.value.feasible and one.option != pick.option]
    if not others:
        return ()
    if others[0].value.value_usd <= pick.value.value_usd:
        return flips(scenarios, pick, others)
    capital_usd = _capital_that_flips(groups, index, pick, present, limits)
    if capital_usd is not None:
        text = f"capital limit above ${number(capital_usd)} (now ${number(limits.capital_usd)}) changes this hall"
        return (Flip("capital limit", "$", limits.capital_usd, capital_usd, text),)
    text = f"with more crews or megawatts than this site has it would be {others[0].value.label}"
    return (Flip("shared limits", "", float(limits.crews), None, text),)


def _capital_that_flips(
    groups: Sequence[Sequence[Candidate]], index: int, pick: Candidate, present: Sequence[Present], limits: Limits
) -> Usd | None:
    """Smallest capital limit, to one part in a thousand, at which the hall takes another option; None without one.

    A choice that is best under a limit is best under the capital that it spends, so each flip found lowers the limit to
    that.
    """
    options = [[one.value for one in group] for group in groups]
    choice = choices(options, present, limits)
    kinds = {id(one.value): one.option for one in groups[index]}

    def spent_on_another(capital_usd: Usd) -> Usd | None:
        found = choice(capital_usd)
        spent_usd = sum(one.capex_usd for one in found)
        return spent_usd if kinds[id(found[index])] != pick.option else None

    low = limits.capital_usd
    high = spent_on_another(max(low, sum(max(one.capex_usd for one in group) for group in options)))
    if high is None or high <= low:
        return None
    while high - low > high / _PARTS:
        middle = (low + high) / 2
        spent_usd = spent_on_another(middle)
        low, high = (middle, high) if spent_usd is None else (low, max(spent_usd, low))
    return high


def flips(scenarios: Scenarios, pick: Candidate, others: Sequence[Candidate]) -> tuple[Flip, ...]:
    """For each driver that touches the options: the level at which the best of the others is worth as much."""
    found = []
    for driver in drivers(scenarios.base.world, (pick, *others)):
        values = np.array([values_at(scenarios, driver, level, (pick, *others)) for level in driver.searched])
        difference = values[:, 0] - values[:, 1:].max(axis=1)
        if np.ptp(difference) < 1.0:
            continue
        start = 0.0 if driver.additive else 1.0

        def gap_usd(level: float, driver: Driver = driver) -> Usd:
            own, *theirs = values_at(scenarios, driver, level, (pick, *others))
            return own - max(theirs)

        level = crossing(driver.searched, difference, start, gap_usd)
        at = values[-1, 1:] if level is None else values_at(scenarios, driver, level, others)
        winner = others[int(np.argmax(at))]
        text = _words(driver, level, winner)
        found.append(Flip(driver.name, driver.unit, driver.base, shown_level(driver, level), text))
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


_PARTS = 1000
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
