"""What a schedule earns when prices are not known in advance: perfect foresight is a bound, not an income.

`rolling` decides as time goes on: it plans over a window at forecast prices, does the first steps at the true ones, and
plans again. Every profit here is `earned_usd` on true prices with the peaks really set; no forecast enters it. Besides
prices everything is taken as known: loads, what they are worth, limits, plants, calls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Frac, IntArray, Mwh, Usd
from repower.dispatch.exact import solve
from repower.dispatch.exact_site import prepare
from repower.dispatch.forecast import Forecast, expected
from repower.dispatch.policy import Policy, follow
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import free_mw
from repower.dispatch.reaction import fields_between, reachable_mwh, react, set_peaks_mw, within_mwh
from repower.dispatch.schedule import Dispatch, billed_mw, earned_usd


@dataclass(frozen=True, kw_only=True)
class Rolled:
    """What was done as time went on.

    Parameters
    ----------
    schedule : on true prices. Its clearing prices and water values are those of the plans that decided each step: what
        was believed then, no proof.
    plans : how many plans were made.
    """

    schedule: Dispatch
    plans: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """One way to know the future, and what it earns.

    Parameters
    ----------
    knowledge : in words.
    profit_usd : on true prices, with the peaks really set.
    of_battery_frac : share of what the battery adds under perfect foresight that is left; NaN where it adds nothing.
    schedule : how it is earned.
    """

    knowledge: str
    profit_usd: Usd
    of_battery_frac: Frac
    schedule: Dispatch


def rolling(
    problem: DispatchProblem,
    forecast: Forecast,
    look_ahead_steps: int,
    decide_steps: int = 1,
    *,
    peak_target_mw: Array | None = None,
) -> Rolled:
    """Plan, do, and plan again, with what is known at the time.

    When a plan is made the price of its first step is known, later ones are forecast. Until the next plan the battery
    follows this one; loads and import answer the true price of their step. Stored energy and the peak already set go on
    into the next plan.

    A plan that sees a part of a billing period bears that part of its peak charge: the share that the window covers of
    the steps left in the period. Otherwise no day could ever pay for a month's peak. `peak_target_mw` counts as paid
    for from the start. A plan leaves the battery's end free, as long as the end of the last step can still be met. With
    a ratchet the share of peaks already set counts as paid for too, and a plan sees what its peaks cost its periods.

    Parameters
    ----------
    problem : the site at true prices, with or without a battery.
    forecast : see `forecast`.
    look_ahead_steps : length of a plan.
    decide_steps : steps from plan to plan, at most a plan's length.
    peak_target_mw : shape (P,), None for none.

    Raises
    ------
    InputError
        Numbers of steps that make no plan.
    SeriesError
        A forecast that is no price for every step.
    InfeasibleError
        The problem has no answer.
    """
    _refuse_steps(look_ahead_steps, decide_steps)
    prepare(problem)
    steps, battery = problem.price_usd_per_mwh.size, problem.battery
    reach = None if battery is None else reachable_mwh(problem)
    stored = 0.0 if battery is None else battery.start_mwh
    peak_mw = np.zeros(period_count(problem))
    target_mw = np.zeros(peak_mw.size) if peak_target_mw is None else np.asarray(peak_target_mw, dtype=np.float64)
    believed, done = [], []
    for now in range(0, steps, decide_steps):
        end, until = min(now + look_ahead_steps, steps), min(now + decide_steps, steps)
        known = problem.price_usd_per_mwh[: now + 1]
        price = np.concatenate([known[now:], expected(forecast, known, end - now - 1)])
        paid_mw = np.maximum(billed_mw(problem, peak_mw), target_mw)
        plan = _plan(_window(problem, now, price, stored, paid_mw), None if reach is None else reach[end])
        did = plan
        if until > now + 1:
            planned_mw = peak_mw.copy()
            here = _periods_between(problem, now, end)
            planned_mw[here] = np.maximum(planned_mw[here], plan.peak_mw)
            cap_mw = free_mw(problem, np.maximum(billed_mw(problem, planned_mw), target_mw))
            true = _true(problem, now, until, stored)
            did = react(true, plan.charge_mw[: until - now], plan.discharge_mw[: until - now], cap_mw)
        parts = {name: getattr(did, name)[: until - now] for name in _BY_STEP}
        done.append(parts)
        believed.append((plan.marginal_usd_per_mwh[: until - now], plan.water_value_usd_per_mwh[: until - now]))
        np.maximum.at(peak_mw, period_index(problem)[now:until], parts["import_mw"])
        if reach is not None:
            stored = within_mwh(parts["energy_mwh"][-1], reach[until])
    return Rolled(schedule=_joined(problem, done, believed), plans=len(done))


def foresight_value(
    problem: DispatchProblem,
    forecasts: Mapping[str, Forecast],
    look_ahead_steps: int,
    decide_steps: int = 1,
    *,
    policies: Mapping[str, Policy] | None = None,
    peak_target_mw: Array | None = None,
) -> tuple[Outlook, ...]:
    """The same site under perfect foresight, rolling with each forecast, by each policy, and without its battery.

    Without its battery it still knows its peaks beforehand, so that where peaks are charged a forecast can do worse.

    Parameters
    ----------
    problem : the site at true prices, with a battery.
    forecasts : by what each is called in the table.
    look_ahead_steps, decide_steps, peak_target_mw : as `rolling` takes them.
    policies : rules from prices of another time (`price_state_policy`, `guided.day_ahead_policy`), by name.

    Returns
    -------
    Perfect foresight first, no battery last.
    """
    found = {"perfect foresight": solve(problem)}
    for name, forecast in forecasts.items():
        rolled = rolling(problem, forecast, look_ahead_steps, decide_steps, peak_target_mw=peak_target_mw)
        found[name] = rolled.schedule
    for name, policy in (policies or {}).items():
        found[name] = follow(policy, problem)
    found["no battery"] = solve(replace(problem, battery=None))
    most, least = found["perfect foresight"].profit_usd, found["no battery"].profit_usd
    return tuple(
        Outlook(
            knowledge=name,
            profit_usd=schedule.profit_usd,
            of_battery_frac=(schedule.profit_usd - least) / (most - least) if most > least else float("nan"),
            schedule=schedule,
        )
        for name, schedule in found.items()
    )


def _refuse_steps(look_ahead_steps: int, decide_steps: int) -> None:
    problems = []
    if decide_steps < 1:
        problems.append(Problem("is no step", "give 1 or more", key="decide_steps", value=f"{decide_steps}"))
    if look_ahead_steps < decide_steps:
        fix = f"give decide_steps, {decide_steps}, or more"
        problems.append(
            Problem("does not cover what is decided", fix, key="look_ahead_steps", value=f"{look_ahead_steps}")
        )
    if problems:
        raise InputError(problems)


def _window(problem: DispatchProblem, first: int, price: Array, stored: Mwh, paid_mw: Array) -> DispatchProblem:
    """The problem that a plan solves: steps from `first` on at these prices, from a state and peaks paid for.

    Billing periods are those of the window, each charged by the share it covers of the steps left in it. What exports
    pay keeps its distance to the import price, which counts as known.
    """
    end = first + price.size
    index = period_index(problem)
    here = _periods_between(problem, first, end)
    local = np.searchsorted(here, index[first:end])
    left = np.maximum(np.bincount(index[first:], minlength=paid_mw.size)[here], 1)
    count = np.bincount(local, minlength=here.size)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, paid_mw.shape)[here] * count / left
    if problem.ratchet_periods:
        # A period that never has a step is billed by what others leave to it, all at once.
        never = np.bincount(index, minlength=paid_mw.size)[here] == 0
        charge = np.where(never, np.broadcast_to(problem.peak_charge_usd_per_mw, paid_mw.shape)[here], charge)
    paid = problem.export_price_usd_per_mwh
    if paid is not None:
        paid = price - (problem.price_usd_per_mwh - paid)[first:end]
    fields = _cut(problem, first, end, stored) | {
        "price_usd_per_mwh": price,
        "export_price_usd_per_mwh": paid,
        "billing_period": local,
        "peak_charge_usd_per_mw": charge,
        "peak_floor_mw": paid_mw[here],
    }
    return replace(problem, **fields)


def _periods_between(problem: DispatchProblem, first: int, end: int) -> IntArray:
    """Billing periods of some steps, in order.

    With a ratchet those between them too, as periods look back by number, and those after them that have no step.
    """
    index = period_index(problem)
    here = np.unique(index[first:end])
    if not problem.ratchet_periods:
        return here
    following = int(np.min(index[index > here[-1]], initial=period_count(problem)))
    return np.arange(here[0], following)


def _true(problem: DispatchProblem, first: int, end: int, stored: Mwh) -> DispatchProblem:
    """Steps `first` to `end` as they come true, from a state."""
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (period_count(problem),))
    fields = _cut(problem, first, end, stored) | {
        "billing_period": period_index(problem)[first:end],
        "peak_charge_usd_per_mw": charge,
        "peak_floor_mw": None,
    }
    return replace(problem, **fields)


def _cut(problem: DispatchProblem, first: int, end: int, stored: Mwh) -> dict[str, Any]:
    """Fields that vary in time from `first` to `end`, and the battery from a state to a free end."""
    fields = fields_between(problem, first, end)
    if problem.battery is not None:
        fields["battery"] = replace(problem.battery, start_mwh=stored, end_mwh=None)
    return fields


def _plan(window: DispatchProblem, reach_mwh: Array | None) -> Dispatch:
    """The best plan that ends where the rest of time can still be served.

    Profit is concave in the state at the end: where the best end lies outside the range, the nearest within is best.
    """
    if reach_mwh is None or window.battery is None:
        return solve(window)
    low, high = reach_mwh
    if low < high:
        plan = solve(window)
        end_mwh = plan.energy_mwh[-1]
        if low <= end_mwh <= high:
            return plan
    else:
        end_mwh = low
    return solve(replace(window, battery=replace(window.battery, end_mwh=within_mwh(end_mwh, reach_mwh))))


def _joined(problem: DispatchProblem, done: list[dict[str, Array]], believed: list[tuple[Array, Array]]) -> Dispatch:
    """All that was done as one schedule, earning what the whole problem pays."""
    arrays: dict[str, Any] = {name: np.concatenate([one[name] for one in done]) for name in _BY_STEP}
    marginal, water = (np.concatenate(parts) for parts in zip(*believed, strict=True))
    schedule = Dispatch(
        profit_usd=0.0,
        peak_mw=set_peaks_mw(problem, arrays["import_mw"]),
        marginal_usd_per_mwh=marginal,
        water_value_usd_per_mwh=water,
        method=f"rolling horizon: {len(done)} plans",
        **arrays,
    )
    return replace(schedule, profit_usd=earned_usd(problem, schedule))


_BY_STEP = (
    "block_mw",
    "import_mw",
    "export_mw",
    "supply_mw",
    "battery_mw",
    "charge_mw",
    "discharge_mw",
    "energy_mwh",
)
