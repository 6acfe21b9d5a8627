"""A rule for the battery that knows the past alone: what stored energy is worth, by step of time and state of price.

A price is in one of K states, quantile bins of the training prices of its hour of the day. From hour to hour states
follow each other with the frequencies of the training prices. Going back from the end, the value of stored energy in
each state is the best of this step plus what is expected of the next; it is kept as slopes over equal cells of the
battery. Acting, the true price of the step is used, and only what comes after is expected.

References
----------
Zheng, Jaworski and Xu (2021), Arbitraging variable efficiency energy storage using analytical stochastic dynamic
programming, arXiv 2108.06000: the same idea with price states by hour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import HOURS_PER_DAY, Array, Frac, IntArray
from repower.dispatch.exact import solve
from repower.dispatch.exact_site import arrays_of, prepare
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.ratchet import free_mw, peak_cost_usd_per_mw
from repower.dispatch.reaction import reachable_mwh, react, repriced
from repower.dispatch.schedule import Dispatch, billed_mw

QUANTILES_FRAC = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 0.99)
"""Bounds between price states by default: eight, narrow where prices are high."""

_CELLS = 100


@dataclass(frozen=True, eq=False)
class PriceStates:
    """States of the price by step of the day (D of them) and how they follow each other.

    Parameters
    ----------
    bounds_usd_per_mwh : shape (D, K - 1).
    price_usd_per_mwh : shape (D, K), mean of the training prices of each state.
    chance_frac : shape (D, K, K), from a state to each state of the next step; rows add up to 1.
    """

    bounds_usd_per_mwh: Array
    price_usd_per_mwh: Array
    chance_frac: Array


@dataclass(frozen=True, eq=False)
class Policy:
    """What one more stored MWh is expected to be worth after each step.

    Parameters
    ----------
    states : states of the price.
    day_step : shape (T,), step of the day of every step.
    water_value_usd_per_mwh : shape (T, K, N), in each of N equal cells of the battery.
    peak_mw : shape (P,), import that counts as paid for in each billing period.
    level_usd_per_mwh : shape (T,), what the states' prices come on top of; zeros, or the day-ahead price.
    """

    states: PriceStates
    day_step: IntArray
    water_value_usd_per_mwh: Array
    peak_mw: Array
    level_usd_per_mwh: Array


def price_states(
    price_usd_per_mwh: Array, day_step: IntArray, quantiles_frac: tuple[Frac, ...] = QUANTILES_FRAC
) -> PriceStates:
    """States of the price from a series without gaps.

    Parameters
    ----------
    price_usd_per_mwh : shape (N,).
    day_step : shape (N,), step of the day from 0; each must occur.
    quantiles_frac : bounds between states, rising, within 0 to 1.

    Raises
    ------
    InputError
        A step of the day without a price, or bounds that do not rise.
    """
    bounds_frac = np.asarray(quantiles_frac, dtype=np.float64)
    inside = bounds_frac.size == 0 or (bounds_frac[0] > 0.0 and bounds_frac[-1] < 1.0)
    if not inside or (np.diff(bounds_frac) <= 0.0).any():
        fix = "give rising shares between 0 and 1"
        raise InputError(Problem("does not rise within 0 to 1", fix, key="quantiles_frac", value=f"{quantiles_frac}"))
    count = np.bincount(day_step)
    if not count.all():
        fix = "train on at least one whole day"
        raise InputError(Problem("has no price in the training series", fix, value=f"step {np.argmin(count)} of a day"))
    days, many = count.size, bounds_frac.size + 1
    bounds, price = np.empty((days, many - 1)), np.empty((days, many))
    state = np.empty(day_step.size, dtype=np.int64)
    for step in range(days):
        sample = price_usd_per_mwh[day_step == step]
        bounds[step] = np.quantile(sample, bounds_frac)
        found = np.searchsorted(bounds[step], sample, side="right")
        state[day_step == step] = found
        number = np.bincount(found, minlength=many)
        # A state that equal prices leave empty is never entered; it gets the price of the bound that makes it empty.
        empty = np.append(bounds[step], sample.max())
        price[step] = np.where(
            number > 0, np.bincount(found, weights=sample, minlength=many) / np.maximum(number, 1), empty
        )
    chance = np.zeros((days, many, many))
    np.add.at(chance, (day_step[:-1], state[:-1], state[1:]), 1.0)
    total = chance.sum(axis=2, keepdims=True)
    everyday = np.bincount(day_step * many + state, minlength=days * many).reshape(days, many)
    following = np.roll(everyday / everyday.sum(axis=1, keepdims=True), -1, axis=0)[:, None, :]
    return PriceStates(bounds, price, np.where(total > 0.0, chance / np.maximum(total, 1.0), following))


def price_state_policy(
    train_price_usd_per_mwh: Array,
    problem: DispatchProblem,
    *,
    day_step: IntArray | None = None,
    train_day_step: IntArray | None = None,
    quantiles_frac: tuple[Frac, ...] = QUANTILES_FRAC,
    cells: int = _CELLS,
    peak_target_mw: Array | None = None,
    level_usd_per_mwh: Array | None = None,
) -> Policy:
    """What stored energy is worth by step and price state, learnt from earlier prices; the problem's own are not read.

    An export price keeps its distance to the import price, which counts as known. Import up to a billing period's
    target counts as paid for, beyond it as costing the whole peak charge.

    Parameters
    ----------
    train_price_usd_per_mwh : shape (N,), prices of an earlier time in steps as long as the problem's.
    problem : the site, with a battery.
    day_step, train_day_step : shapes (T,) and (N,), step of the day; None counts from 0 in days of 24 hours.
    quantiles_frac : bounds between price states.
    cells : into how many cells of equal energy the battery is cut.
    peak_target_mw : shape (P,); None takes the best peaks of the training prices, laid on the problem's steps in order.
    level_usd_per_mwh : shape (T,), a known part of the problem's prices that those trained on leave out; None for none.

    Raises
    ------
    InputError
        No battery, no cells, or training prices that give no states.
    InfeasibleError
        The problem has no answer.
    """
    from repower.dispatch.policy_kernel import expected_water_usd_per_mwh
    from repower.dispatch.slopes import new_pieces

    battery, steps = problem.battery, problem.price_usd_per_mwh.size
    if battery is None or battery.energy_mwh <= 0.0 or cells < 1:
        fix = "give a battery with energy_mwh above 0, and at least one cell"
        raise InputError(Problem("there is no stored energy to value", fix, key="battery", value=f"{cells} cells"))
    prepare(problem)
    train = np.asarray(train_price_usd_per_mwh, dtype=np.float64)
    day = day_steps(problem, steps) if day_step is None else np.asarray(day_step, dtype=np.int64)
    train_day = day_steps(problem, train.size) if train_day_step is None else np.asarray(train_day_step, np.int64)
    states = price_states(train, train_day, quantiles_frac)
    level = np.zeros(steps) if level_usd_per_mwh is None else np.asarray(level_usd_per_mwh, dtype=np.float64)
    if peak_target_mw is None:
        laid = np.resize(np.roll(train, -int(np.argmax(train_day == day[0]))), steps)
        peak_target_mw = paid_mw(problem, solve(repriced(problem, laid + level)).peak_mw)
    cap_mw = paid_mw(problem, np.asarray(peak_target_mw, dtype=np.float64))
    site = arrays_of(by_state(problem, level + states.price_usd_per_mwh[day].T)).site
    water = expected_water_usd_per_mwh(
        site,
        caps(problem, cap_mw),
        states.chance_frac,
        day,
        reachable_mwh(problem),
        new_pieces(site.value_usd_per_mwh.shape[1]),
        cells,
    )
    return Policy(states, day, water, cap_mw, level)


def follow(policy: Policy, problem: DispatchProblem) -> Dispatch:
    """What a policy does at true prices: each step by its own price and what the policy expects after it.

    Parameters
    ----------
    problem : the site at true prices, otherwise that of the policy.

    Returns
    -------
    The schedule; its water value is what one more MWh is expected to be worth after the step.

    Raises
    ------
    InputError
        A policy of other length, or a problem without battery.
    InfeasibleError
        The problem has no answer.
    """
    from repower.dispatch.policy_kernel import follow_water
    from repower.dispatch.slopes import new_pieces

    steps = problem.price_usd_per_mwh.size
    if problem.battery is None or policy.day_step.size != steps:
        fix = "make the policy for this problem"
        raise InputError(Problem("does not fit the problem", fix, key="policy", value=f"{policy.day_step.size} steps"))
    prepared = prepare(problem)
    bounds = policy.states.bounds_usd_per_mwh[policy.day_step]
    state = (bounds <= (problem.price_usd_per_mwh - policy.level_usd_per_mwh)[:, None]).sum(axis=1)
    now = policy.water_value_usd_per_mwh[np.arange(steps), state]
    pieces = new_pieces(prepared.site.value_usd_per_mwh.shape[1])
    charge_mw, discharge_mw, water = follow_water(
        prepared.site, caps(problem, policy.peak_mw), now, reachable_mwh(problem), problem.battery.start_mwh, pieces
    )
    schedule = react(problem, charge_mw, discharge_mw, policy.peak_mw)
    return replace(
        schedule,
        energy_mwh=np.clip(schedule.energy_mwh, 0.0, problem.battery.energy_mwh),
        water_value_usd_per_mwh=water,
        method=f"price-state policy: {now.shape[1]} cells, {policy.states.price_usd_per_mwh.shape[1]} states an hour",
    )


def day_steps(problem: DispatchProblem, steps: int) -> IntArray:
    """Step of the day of so many steps, counted from the first in days of 24 hours."""
    day = round(HOURS_PER_DAY / problem.step_h)
    if abs(day * problem.step_h - HOURS_PER_DAY) > _WHOLE_H:
        fix = "give day_step and train_day_step"
        raise InputError(Problem("does not divide a day", fix, key="step_h", value=f"{problem.step_h:g}"))
    found: IntArray = np.arange(steps, dtype=np.int64) % day
    return found


_WHOLE_H = 1e-9


def paid_mw(problem: DispatchProblem, peak_mw: Array) -> Array:
    """Peaks that count as paid for: as far as no bill is higher than with these and the floors."""
    return free_mw(problem, billed_mw(problem, peak_mw))


def caps(problem: DispatchProblem, cap_mw: Array) -> Array:
    """Peaks and what import beyond them costs more, shape (2, P), as the compiled loops read them."""
    charge = peak_cost_usd_per_mw(problem)
    return np.stack([np.where(charge > 0.0, cap_mw, np.inf), charge / problem.step_h])


def by_state(problem: DispatchProblem, price_usd_per_mwh: Array) -> DispatchProblem:
    """The problem once for each state, one after the other; `price_usd_per_mwh` has shape (K, T)."""
    many, paid = price_usd_per_mwh.shape[0], problem.export_price_usd_per_mwh
    repeated: dict[str, Any] = {
        name: np.concatenate([given] * many)
        for name in ("block_value_usd_per_mwh", "block_mw", "supply_cost_usd_per_mwh", "supply_mw")
        if (given := getattr(problem, name)) is not None and np.ndim(given) > 1
    }
    repeated |= {
        name: np.tile(given, many)
        for name in ("import_limit_mw", "export_limit_mw", "billing_period")
        if (given := getattr(problem, name)) is not None and np.ndim(given) == 1
    }
    if paid is not None:
        repeated["export_price_usd_per_mwh"] = (price_usd_per_mwh - (problem.price_usd_per_mwh - paid)).ravel()
    return replace(problem, price_usd_per_mwh=price_usd_per_mwh.ravel(), **repeated)
