"""Choosing where halls share a battery: options valued around a plan, the best choice by these values, settled.

What a battery adds to an option depends on the other halls (`interaction`), so options are valued around a plan; a
better plan found by these values is settled before it is believed, and the options are then valued around that one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from repower.contracts import PeakHistory
from repower.plan.choose import Limits, Present, binding_limit, choose
from repower.plan.interaction import Interaction, interaction, interaction_usd
from repower.plan.options import Candidate, value_usd
from repower.plan.settled import Settled, settle_plan
from repower.plan.world import World

MOST_PLANS = 3
"""Plans around which options are valued at most."""

Groups = tuple[tuple[Candidate, ...], ...]


@dataclass(frozen=True)
class Together:
    """A plan, settled, and every hall's options valued around it; `picks` are their indices."""

    groups: Groups
    picks: tuple[int, ...]
    settled: Settled
    around: Interaction

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """The plan's option of every hall."""
        return tuple(group[index] for group, index in zip(self.groups, self.picks, strict=True))


def search(
    world: World,
    groups: Sequence[Sequence[Candidate]],
    picks: Sequence[int],
    settled: Settled,
    present: Sequence[Present],
    limits: Limits,
    history: PeakHistory,
    every_year: bool = False,
) -> Together:
    """The best plan found from a first one; once settled, it is never worth less than that.

    Tried is the best choice by the values around the plan, and where that settles lower, the one hall of it that gains
    most by itself.

    Parameters
    ----------
    groups : per hall, its options as they are worth on its own feeder.
    picks, settled : the first plan, by index in the groups, and what it settles at.
    every_year : as `interaction.interaction`.
    """
    found = _valued(world, groups, tuple(picks), settled, every_year)
    for _ in range(MOST_PLANS - 1):
        wanted = choose([[one.value for one in group] for group in found.groups], present, limits)
        trial = tuple(
            next(index for index, one in enumerate(group) if one.value is value)
            for group, value in zip(found.groups, wanted, strict=True)
        )
        better = None
        for other in (trial, _one_step(found, trial, present, limits)):
            if other == found.picks or better is not None:
                continue
            chosen = [group[index] for group, index in zip(found.groups, other, strict=True)]
            settled = settle_plan(world, chosen, history)
            if settled.value_usd > found.settled.value_usd:
                better = _valued(world, groups, other, settled, every_year)
        if better is None:
            break
        found = better
    return found


def _valued(
    world: World, groups: Sequence[Sequence[Candidate]], picks: tuple[int, ...], settled: Settled, every_year: bool
) -> Together:
    """Every option with what the site gains by it while the other halls do what the plan says."""
    plan = {group[index].value.hall: group[index].phases for group, index in zip(groups, picks, strict=True)}
    around = interaction(world, plan, every_year)
    valued = tuple(tuple(_beside(around, one) for one in group) for group in groups)
    return Together(valued, picks, settled, around)


def _beside(around: Interaction, one: Candidate) -> Candidate:
    if not one.value.feasible:
        return one
    hall = next(found for found in around.world.site.halls if found.name == one.value.hall)
    cash_usd = one.value.cash_usd + interaction_usd(around, hall, one.phases)
    return replace(one, value=replace(one.value, cash_usd=cash_usd, value_usd=value_usd(around.world, cash_usd)))


def _one_step(found: Together, trial: tuple[int, ...], present: Sequence[Present], limits: Limits) -> tuple[int, ...]:
    """The plan with the one hall of another choice that gains most within the limits; the plan itself where none."""
    values = [one.value for one in found.chosen]
    gains = []
    for hall, index in enumerate(trial):
        wanted = found.groups[hall][index].value
        gain_usd = wanted.value_usd - values[hall].value_usd
        if gain_usd > 0.0 and not binding_limit(values, hall, wanted, present, limits):
            gains.append((gain_usd, hall))
    if not gains:
        return found.picks
    _, best = max(gains, key=lambda gain: gain[0])
    return tuple(trial[hall] if hall == best else index for hall, index in enumerate(found.picks))
