"""What is known before an hour begins, and what can be made of it: forecasts of prices, and rules learnt from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from repower.base.clock import step_h
from repower.base.errors import InputError, Problem
from repower.base.units import HOURS_PER_DAY, Array
from repower.dispatch import DispatchProblem
from repower.dispatch.forecast import Forecast, day_ahead, persistence, publication
from repower.dispatch.guided import day_ahead_policy
from repower.dispatch.policy import Policy, price_state_policy, price_states
from repower.markets.power import PowerSeries
from repower.plan.beliefs import Beliefs, day_steps, level_usd_per_mwh
from repower.plan.hours import Hours

LOOK_AHEAD_H = 36
"""How far a plan sees: beyond a day and a half it gains little, and a day-ahead price is out no further."""

DECIDE_H = 0.25
"""Hours from plan to plan, or an interval where that is longer. The battery follows a plan whatever power turns out to
cost before the next one: in August 2023 quarters of an hour planned an hour ahead lost more than it brings."""

DECIDE_ALONE_H = 12
"""Hours from plan to plan without a battery: only peaks are planned then, loads answer every price as it comes."""

PUBLISHED_HOUR = 14
"""Local hour from which tomorrow's day-ahead prices count as known; ERCOT publishes them by 13:30."""

LEAST_DAYS = 21
"""Days of earlier prices from which a rule is learnt at least."""

Kind = Literal["persistence", "day_ahead", "learnt", "learnt_day_ahead"]
"""Ways to run hours without knowing their prices."""


@dataclass(frozen=True)
class Known:
    """Prices beside those of the hours.

    Parameters
    ----------
    earlier : index prices right before the hours, in the same steps; None where there are none.
    day_ahead : day-ahead prices of the hours, in steps of an hour or of the hours' own; None for none.
    day_ahead_earlier : the same right before the hours.
    """

    earlier: PowerSeries | None = None
    day_ahead: PowerSeries | None = None
    day_ahead_earlier: PowerSeries | None = None


@dataclass(frozen=True)
class NamedForecast:
    """A forecast of the index price, and how it is made in words."""

    kind: Kind
    words: str
    forecast: Forecast


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule for the battery that is learnt from earlier prices.

    Parameters
    ----------
    learn : makes it.
    around_usd_per_mwh : shape (T,), the index price that its states are counted from: zeros, or the day-ahead price.
    """

    kind: Kind
    words: str
    learn: Callable[[], Policy]
    around_usd_per_mwh: Array


def earlier_usd_per_mwh(hours: Hours, known: Known) -> Array:
    """Index prices right before the hours, shape (H,); empty where there are none.

    Raises
    ------
    InputError : they are of other steps, or do not end where the hours begin.
    """
    if known.earlier is None:
        return np.zeros(0)
    grid, own = known.earlier.grid, hours.prices.grid
    ends_s = int(grid.start_utc.timestamp()) + grid.count * grid.step_s
    if grid.step_s != own.step_s or ends_s != int(own.start_utc.timestamp()):
        fix = f"give prices in steps of {own.step_s} s that end where the hours begin"
        value = f"{grid.count} steps of {grid.step_s} s from {grid.start_utc:%Y-%m-%d %H:%M} UTC"
        message = "earlier prices do not stand right before the hours"
        raise InputError(Problem(message, fix, known.earlier.source, known.earlier.node, value))
    return known.earlier.price_usd_per_mwh


def forecasts_of(hours: Hours, known: Known) -> list[NamedForecast]:
    """Yesterday's price, and the day-ahead price where it is known.

    Raises
    ------
    InputError : day-ahead prices of other hours or steps.
    """
    grid = hours.prices.grid
    lag = round(HOURS_PER_DAY / step_h(grid))
    often = "interval" if step_h(grid) >= DECIDE_H else "quarter of an hour"
    often = f"{DECIDE_ALONE_H} hours" if hours.battery is None else often
    plan = f"a new schedule every {often} over {LOOK_AHEAD_H} hours"
    words = f"{plan}, hours to come at the price of the day before"
    found = [NamedForecast("persistence", words, _same_again(lag, earlier_usd_per_mwh(hours, known)))]
    if known.day_ahead is not None:
        words = f"{plan}, at day-ahead prices as far as they are out: tomorrow's from {PUBLISHED_HOUR}:00 on"
        price, published = _on_grid(hours, known.day_ahead), publication(grid, PUBLISHED_HOUR)
        found.append(NamedForecast("day_ahead", words, day_ahead(price, published, lag)))
    return found


def rules_of(hours: Hours, told: Beliefs, problem: DispatchProblem, known: Known) -> tuple[list[Rule], tuple[str, ...]]:
    """Rules that can be learnt from prices before the hours, and why others cannot; none without a battery.

    Parameters
    ----------
    told, problem : what is believed of the cost of import, and the hours as they are believed.
    """
    if hours.battery is None or hours.battery.energy_mwh <= 0.0:
        return [], ()
    days = _days(known.earlier)
    if known.earlier is None or days < LEAST_DAYS:
        return [], (f"No rule is learnt: it takes {LEAST_DAYS} unbroken days of prices before the first, not {days}",)
    grid, price = known.earlier.grid, known.earlier.price_usd_per_mwh
    level = level_usd_per_mwh(told)

    def learnt() -> Policy:
        return price_state_policy(
            told.losses_ratio * price,
            problem,
            day_step=told.day_step,
            train_day_step=day_steps(grid),
            level_usd_per_mwh=level,
        )

    source = "of the same modelled year" if known.earlier.modelled else "before the first"
    words = f"what stored energy is worth by hour and price, learnt from {days} days {source}"
    rules = [Rule("learnt", words, learnt, np.zeros(hours.prices.grid.count))]
    if known.day_ahead is None:
        return rules, ()
    days = min(days, _days(known.day_ahead_earlier))
    if known.day_ahead_earlier is None or days < LEAST_DAYS:
        text = f"No rule is learnt around day-ahead prices: it takes {LEAST_DAYS} days of them before, not {days}"
        return rules, (text,)
    ahead, before = _on_grid(hours, known.day_ahead), _repeated(hours, known.day_ahead_earlier)
    both = min(price.size, before.size)
    strays = told.losses_ratio * (price[price.size - both :] - before[before.size - both :])

    def learnt_day_ahead() -> Policy:
        return day_ahead_policy(
            price_states(strays, day_steps(grid)[price.size - both :]),
            problem,
            told.losses_ratio * ahead + level,
            publication(hours.prices.grid, PUBLISHED_HOUR),
            day_step=told.day_step,
            look_ahead_steps=round(_WINDOW_H / problem.step_h),
            decide_steps=round(_ANEW_H / problem.step_h),
            peak_target_mw=learnt().peak_mw,
        )

    words = f"the same around day-ahead prices, learnt from how real time strayed from them in {days} days before"
    return [*rules, Rule("learnt_day_ahead", words, learnt_day_ahead, ahead)], ()


_WINDOW_H = 48
_ANEW_H = 6


def _days(series: PowerSeries | None) -> int:
    return 0 if series is None else int(series.grid.count * step_h(series.grid) // HOURS_PER_DAY)


def _same_again(lag: int, earlier: Array) -> Forecast:
    """The price of a day ago; as long as none is known that long, the last one."""
    if earlier.size >= lag - 1:
        return persistence(lag, earlier)
    whole = persistence(lag, np.zeros(lag - 1))

    def forecast(known_usd_per_mwh: Array, steps: int) -> Array:
        if known_usd_per_mwh.size < lag:
            return np.full(steps, known_usd_per_mwh[-1])
        return whole(known_usd_per_mwh, steps)

    return forecast


def _on_grid(hours: Hours, ahead: PowerSeries) -> Array:
    """Day-ahead prices on the steps of the hours."""
    found, own = _repeated(hours, ahead), hours.prices.grid
    if ahead.grid.start_utc != own.start_utc or found.size != own.count:
        fix = f"give them from {own.start_utc:%Y-%m-%d %H:%M} UTC for {own.count * step_h(own):g} hours"
        value = f"{found.size} steps from {ahead.grid.start_utc:%Y-%m-%d %H:%M} UTC"
        raise InputError(Problem("the day-ahead prices are of other hours", fix, ahead.source, ahead.node, value))
    return found


def _repeated(hours: Hours, ahead: PowerSeries) -> Array:
    """A price for an hour holds in every step of it."""
    many, rest = divmod(ahead.grid.step_s, hours.prices.grid.step_s)
    if rest or not many:
        fix = "give day-ahead prices in steps of an hour, or of the prices dispatched"
        value = f"{ahead.grid.step_s} s"
        raise InputError(Problem("their steps do not fit the hours", fix, ahead.source, ahead.node, value))
    return np.repeat(ahead.price_usd_per_mwh, many)
