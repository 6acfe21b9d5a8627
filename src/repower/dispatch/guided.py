"""A rule for the battery that knows the day-ahead price and how far real time strays from it.

As `policy`, but the states are those of the difference between real-time and day-ahead price. What stored energy is
worth is worked out anew as day-ahead prices come out, over a window: published prices, then their last day again, each
with its chances of straying.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, IntArray
from repower.dispatch.exact_site import arrays_of, prepare
from repower.dispatch.forecast import day_ahead
from repower.dispatch.policy import Policy, PriceStates, by_state, caps, day_steps, paid_mw
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.reaction import fields_between, reachable_mwh

_CELLS = 100


def day_ahead_policy(
    states: PriceStates,
    problem: DispatchProblem,
    day_ahead_usd_per_mwh: Array,
    published_steps: IntArray,
    *,
    day_step: IntArray | None = None,
    look_ahead_steps: int = 48,
    decide_steps: int = 6,
    peak_target_mw: Array | None = None,
) -> Policy:
    """What stored energy is worth by step and state, given day-ahead prices as they come out.

    The problem's own prices are not read, but for the distance of an export price to the import price.

    Parameters
    ----------
    states : `price_states` of real-time less day-ahead prices of an earlier time.
    problem : the site, with a battery.
    day_ahead_usd_per_mwh, published_steps : shape (T,), as `forecast.day_ahead` takes them.
    day_step : shape (T,), step of the day; None counts from 0 in days of 24 hours.
    look_ahead_steps : length of the window; what is stored at its end is worth nothing beyond what must be met.
    decide_steps : steps after which it is worked out anew.
    peak_target_mw : shape (P,), import that counts as paid for; asked for where peaks are charged.

    Raises
    ------
    InputError
        No battery, no peak target where one is needed, or windows shorter than what they decide.
    InfeasibleError
        The problem has no answer.
    """
    from repower.dispatch.policy_kernel import expected_water_usd_per_mwh
    from repower.dispatch.slopes import new_pieces

    _refuse(problem, look_ahead_steps, decide_steps, peak_target_mw)
    prepare(problem)
    steps, reach = problem.price_usd_per_mwh.size, reachable_mwh(problem)
    price = np.asarray(day_ahead_usd_per_mwh, dtype=np.float64)
    forecast = day_ahead(price, published_steps)
    day = day_steps(problem, steps) if day_step is None else np.asarray(day_step, dtype=np.int64)
    none = np.zeros(period_count(problem))
    cap_mw = paid_mw(problem, none if peak_target_mw is None else np.asarray(peak_target_mw, dtype=np.float64))
    period, strays = period_index(problem), states.price_usd_per_mwh
    water = np.empty((steps, strays.shape[1], _CELLS))
    for now in range(0, steps, decide_steps):
        end, until = min(now + look_ahead_steps, steps), min(now + decide_steps, steps)
        level = np.concatenate([price[now : now + 1], forecast(price[: now + 1], end - now - 1)])
        window = replace(
            problem,
            **fields_between(problem, now, end),
            billing_period=period[now:end],
            peak_charge_usd_per_mw=np.broadcast_to(problem.peak_charge_usd_per_mw, cap_mw.shape),
            peak_floor_mw=None,
        )
        site = arrays_of(by_state(window, level + strays[day[now:end]].T)).site
        found = expected_water_usd_per_mwh(
            site,
            caps(problem, cap_mw),
            states.chance_frac,
            day[now:end],
            reach[now : end + 1],
            new_pieces(site.value_usd_per_mwh.shape[1]),
            _CELLS,
        )
        water[now:until] = found[: until - now]
    return Policy(states, day, water, cap_mw, price)


def _refuse(problem: DispatchProblem, look_ahead_steps: int, decide_steps: int, peak_target_mw: Array | None) -> None:
    problems = []
    if problem.battery is None or problem.battery.energy_mwh <= 0.0:
        fix = "give a battery with energy_mwh above 0"
        problems.append(Problem("there is no stored energy to value", fix, key="battery"))
    if np.any(problem.peak_charge_usd_per_mw) and peak_target_mw is None:
        fix = "give peaks to pay for, for example those of price_state_policy"
        problems.append(Problem("is missing although peaks are charged", fix, key="peak_target_mw"))
    if not 1 <= decide_steps <= look_ahead_steps:
        fix = "give 1 <= decide_steps <= look_ahead_steps"
        value = f"{decide_steps} of {look_ahead_steps}"
        problems.append(Problem("does not fit the window", fix, key="decide_steps", value=value))
    if problems:
        raise InputError(problems)
