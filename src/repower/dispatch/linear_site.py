"""What a general solver takes beyond a dispatch problem: further batteries, and limits on energy over the horizon."""

from __future__ import annotations

from dataclasses import dataclass

from repower.base.errors import InputError, Problem
from repower.base.units import Mwh
from repower.dispatch.problem import Battery, DispatchProblem


@dataclass(frozen=True, kw_only=True)
class EnergyCap:
    """What one plant may and must give over all steps: a take-or-pay below, a fuel or contract limit above.

    Parameters
    ----------
    plant : which plant, counted from 0.
    least_mwh, most_mwh : energy over all steps; `most_mwh` may be infinite.
    """

    plant: int
    least_mwh: Mwh = 0.0
    most_mwh: Mwh = float("inf")


@dataclass(frozen=True, kw_only=True, eq=False)
class LinearSite:
    """A dispatch problem with what only a general solver takes: further batteries, and energy limits over the horizon.

    Parameters
    ----------
    problem : the site; its own battery, where it has one, comes before `batteries`.
    batteries : further batteries.
    energy_caps : at most one for each plant.

    Raises
    ------
    InputError
        An energy cap names no plant, one twice, or limits that cross.
    """

    problem: DispatchProblem
    batteries: tuple[Battery, ...] = ()
    energy_caps: tuple[EnergyCap, ...] = ()

    def __post_init__(self) -> None:
        plants = plant_count(self.problem)
        problems = []
        seen: set[int] = set()
        for place, cap in enumerate(self.energy_caps):
            key = f"energy_caps[{place}]"
            if not 0 <= cap.plant < plants or cap.plant in seen:
                fix = f"give each of the {plants} plants one cap at most, counted from 0"
                problems.append(Problem("names no plant, or one twice", fix, key=f"{key}.plant", value=f"{cap.plant}"))
            if not (0 <= cap.least_mwh <= cap.most_mwh and cap.least_mwh < float("inf")):
                fix = "give 0 <= least_mwh <= most_mwh, least_mwh finite"
                value = f"{cap.least_mwh:g} to {cap.most_mwh:g}"
                problems.append(Problem("has limits that cross", fix, key=key, value=value))
            seen.add(cap.plant)
        if problems:
            raise InputError(problems)


def batteries_of(site: LinearSite) -> tuple[Battery, ...]:
    """All batteries of a site, its problem's own first."""
    own = site.problem.battery
    return site.batteries if own is None else (own, *site.batteries)


def plant_count(problem: DispatchProblem) -> int:
    """Number of plants S."""
    return 0 if problem.supply_mw is None else int(problem.supply_mw.shape[-1])


def site_of(site: DispatchProblem | LinearSite) -> LinearSite:
    """The site as one that a general solver takes."""
    return LinearSite(problem=site) if isinstance(site, DispatchProblem) else site
