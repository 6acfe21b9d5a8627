"""The same hours without knowing their prices: what is earned then, and so what foresight is worth.

Every way decides by prices so far, and by forecasts made of them; what it does is settled at the true ones, with the
peaks that it really set. Beside prices everything counts as known: loads, weather, limits, plants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InfeasibleError
from repower.base.units import Array, Frac, Usd
from repower.contracts import Schedule
from repower.dispatch import Dispatch, DispatchProblem, solve
from repower.dispatch.forecast import Forecast
from repower.dispatch.foresight import rolling
from repower.dispatch.policy import follow
from repower.dispatch.reaction import react
from repower.plan.beliefs import beliefs, believed_forecast, believed_problem
from repower.plan.dispatched import Dispatched, earned_usd
from repower.plan.known import (
    DECIDE_ALONE_H,
    DECIDE_H,
    LOOK_AHEAD_H,
    Kind,
    Known,
    earlier_usd_per_mwh,
    forecasts_of,
    rules_of,
)
from repower.plan.operate import schedule_of

Shown = Callable[[str, Frac], None]
"""Is told the way that is being run, and the share of the work behind it."""


@dataclass(frozen=True)
class Way:
    """One way to run the hours without knowing their prices.

    Parameters
    ----------
    kind, words : which, and how it decides.
    earned_usd : at true prices and billed peaks.
    of_best_frac : that over what is earned with foresight; None where that is not above zero.
    foresight_usd, foresight_frac : what foresight earns more, and its share of what is earned without it.
    battery_usd : what the battery adds, run in this way; None without a battery, or where nothing runs without it.
    of_battery_frac : that over what it adds with foresight; None where that is nothing.
    schedule : what is done.
    """

    kind: Kind
    words: str
    earned_usd: Usd
    of_best_frac: Frac | None
    foresight_usd: Usd
    foresight_frac: Frac | None
    battery_usd: Usd | None
    of_battery_frac: Frac | None
    schedule: Schedule


@dataclass(frozen=True)
class Unforeseen:
    """What the hours earn without foresight.

    Parameters
    ----------
    ways : one or more.
    omitted : ways that could not be tried, each with its reason.
    battery_usd : what the battery adds with foresight; None without a battery, or where nothing runs without it.
    peaks_guessed_usd : earned where every price is known, but hours to leave to the system's peak are guessed from
        prices so far, as in the ways; None where the tariff has no such peak in the hours.
    """

    ways: tuple[Way, ...]
    omitted: tuple[str, ...]
    battery_usd: Usd | None
    peaks_guessed_usd: Usd | None


def unforeseen(found: Dispatched, known: Known, shown: Shown = lambda _name, _done_frac: None) -> Unforeseen:
    """Run the hours in every way that the known prices allow.

    Parameters
    ----------
    found : the hours with foresight.
    known : prices before the hours, and day-ahead prices.
    shown : is told how far the work is.

    Raises
    ------
    InputError : prices that do not stand right before the hours, or day-ahead prices of other hours.
    """
    told = beliefs(found.hours, earlier_usd_per_mwh(found.hours, known))
    problem = believed_problem(told, found.problem)
    forecasts = forecasts_of(found.hours, known)
    rules, omitted = rules_of(found.hours, told, problem, known)
    ways: list[Way] = []
    total = len(forecasts) + len(rules)
    for one in forecasts:
        forecast = believed_forecast(told, one.forecast)
        telling = _telling(forecast, told.day_step.size, shown, _TITLES[one.kind], len(ways), total)
        ways.append(_way(found, one.kind, one.words, *_rolled(problem, telling, forecast)))
    for rule in rules:
        shown(_TITLES[rule.kind], len(ways) / total)
        policy = rule.learn()
        # In each step its own price is known, and by it whether the hour is watched.
        on_top = problem.price_usd_per_mwh - told.losses_ratio * (told.index_usd_per_mwh - rule.around_usd_per_mwh)
        done = follow(replace(policy, level_usd_per_mwh=on_top), problem)
        ways.append(_way(found, rule.kind, rule.words, done, _alone(problem, policy.peak_mw)))
    guessed_usd = _settled(found, solve(problem))[1] if told.watched_usd_per_mwh.any() else None
    return Unforeseen(tuple(ways), omitted, _battery_usd(found), guessed_usd)


_TITLES: dict[Kind, str] = {
    "persistence": "without foresight: yesterday's prices",
    "day_ahead": "without foresight: day-ahead prices",
    "learnt": "without foresight: a rule learnt",
    "learnt_day_ahead": "without foresight: a rule on day-ahead",
}


def _way(
    found: Dispatched,
    kind: Kind,
    words: str,
    done: Dispatch,
    alone: Dispatch | None,
) -> Way:
    """One way, with what it earns beside what foresight does."""
    best_usd = found.earned_usd
    schedule, mine_usd = _settled(found, done)
    battery_usd = None if alone is None or found.hours.battery is None else mine_usd - _settled(found, alone)[1]
    most_usd = _battery_usd(found)
    share = None if battery_usd is None or most_usd is None or most_usd <= _CENT_USD else battery_usd / most_usd
    return Way(
        kind,
        words,
        mine_usd,
        mine_usd / best_usd if best_usd > 0.0 else None,
        best_usd - mine_usd,
        (best_usd - mine_usd) / mine_usd if mine_usd > 0.0 else None,
        battery_usd,
        share,
        schedule,
    )


_CENT_USD = 0.01


def _settled(found: Dispatched, done: Dispatch) -> tuple[Schedule, Usd]:
    """What was decided, at true prices and billed peaks."""
    hours = found.hours
    schedule = schedule_of(done, hours.blocks, hours.book, hours.prices)
    return schedule, earned_usd(hours, schedule)


def _battery_usd(found: Dispatched) -> Usd | None:
    return next((worth.worth_usd for worth in found.worths if worth.kind == "battery"), None)


def _rolled(problem: DispatchProblem, telling: Forecast, forecast: Forecast) -> tuple[Dispatch, Dispatch | None]:
    """Rolling with the battery, telling how far it is, and without it."""
    look, alone = (max(round(hours / problem.step_h), 1) for hours in (LOOK_AHEAD_H, DECIDE_ALONE_H))
    decide = alone if problem.battery is None else max(round(DECIDE_H / problem.step_h), 1)
    done = rolling(problem, telling, look, decide).schedule
    if problem.battery is None:
        return done, None
    try:
        return done, rolling(replace(problem, battery=None), forecast, look, alone).schedule
    except InfeasibleError:
        return done, None


def _alone(problem: DispatchProblem, peak_mw: Array) -> Dispatch | None:
    """Loads by price with the rule's peaks, without the battery."""
    still = np.zeros(problem.price_usd_per_mwh.size)
    try:
        return react(replace(problem, battery=None), still, still, peak_mw)
    except InfeasibleError:
        return None


def _telling(forecast: Forecast, steps: int, shown: Shown, title: str, done: int, total: int) -> Forecast:
    """The same forecast, telling how far it has been asked."""

    def told(known_usd_per_mwh: Array, ahead: int) -> Array:
        if known_usd_per_mwh.size % _TOLD_STEPS == 1:
            shown(title, (done + known_usd_per_mwh.size / steps) / total)
        return forecast(known_usd_per_mwh, ahead)

    return told


_TOLD_STEPS = 96
