"""Values without schedules: many price years of one site, and margins of many blocks.

A value is what `rules.merit_order` would earn, or `solve` where a ratchet couples billing periods. One site-year there
takes milliseconds and gives every step; here it takes microseconds and gives one number.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Hours, IntArray, Mw, Usd
from repower.dispatch import checks
from repower.dispatch import stack as stacks
from repower.dispatch.exact import solve
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import ratchet_of
from repower.dispatch.rules import firm_import_mw, merit_order, refuse_battery

_RUN_STEPS = 1024


def merit_order_values(price_usd_per_mwh: Array, problem: DispatchProblem, threads: int = 1) -> Array:
    """Profit of one site under many price series, by merit order.

    Where blocks, plants and limits are the same in every step and nothing is exported, each series takes a few passes
    over its prices and no sorting: block k earns MW * A_k, or MW * (A_k - charge)+ above the peak floor, with
    A_k = sum_t (v_k - p_t)+ over a billing period. Otherwise every series is dispatched in full.

    Parameters
    ----------
    price_usd_per_mwh : shape (Y, T), one price series a row.
    problem : the site; its own price is not used, and an export price of None follows each series.
    threads : how many threads share the rows; the values do not depend on it.

    Returns
    -------
    shape (Y,), profit of each series [$].

    Raises
    ------
    InputError
        The problem has a battery, a price is not finite, or the shape does not match the problem's steps.
    InfeasibleError
        Firm blocks exceed import limit plus on-site supply.
    """
    refuse_battery(problem)
    prices = np.ascontiguousarray(price_usd_per_mwh, dtype=np.float64)
    steps = problem.price_usd_per_mwh.size
    if prices.ndim != 2 or prices.shape[1] != steps:
        raise InputError(checks.shape("price_usd_per_mwh", prices, f"(Y, {steps}), one series a row"))
    if _is_flat(problem):
        return _flat_values(prices, problem, threads)
    dispatch = merit_order if ratchet_of(problem) is None else solve
    rows = (dispatch(replace(problem, price_usd_per_mwh=row)).profit_usd for row in prices)
    return np.fromiter(rows, dtype=np.float64, count=prices.shape[0])


def monthly_margins(
    price_usd_per_mwh: Array,
    block_value_usd_per_mwh: Array,
    block_mw: Array,
    period: IntArray,
    step_h: Hours = 1.0,
) -> Array:
    """Energy margin of load blocks in every billing period, as if nothing limited them.

    For sweeps over many blocks and prices: no import limit, no peak charge, no schedule. Where a limit or a charge
    binds, the margin is an upper bound.

    Parameters
    ----------
    price_usd_per_mwh : shape (T,).
    block_value_usd_per_mwh, block_mw : shape (K,), or (K, T) with one row for each block.
    period : shape (T,), whole numbers from 0 to P - 1, as `base.clock.billing_periods` gives them.
    step_h : length of a step [h].

    Returns
    -------
    shape (P,), sum over steps and blocks of MW * (value - price)+ [$].

    Raises
    ------
    InputError
        Shapes disagree, a number is not finite, or a capacity is negative.
    """
    problems: list[Problem] = []
    price = np.asarray(checks.floats("price_usd_per_mwh", price_usd_per_mwh, problems))
    value = np.asarray(checks.floats("block_value_usd_per_mwh", block_value_usd_per_mwh, problems))
    width = np.asarray(checks.floats("block_mw", block_mw, problems, negative=False))
    steps = price.size
    for name, given in (("block_value_usd_per_mwh", value), ("block_mw", width)):
        if given.shape not in {value.shape[:1], (*value.shape[:1], steps)}:
            problems.append(checks.shape(name, given, f"(K,) or (K, {steps}), the same K for value and capacity"))
    index = checks.exactly("period", period, np.int64, "whole numbers", problems)
    if index.shape != price.shape:
        problems.append(checks.shape("period", period, f"({steps},)"))
    elif index.min(initial=0) < 0:
        problems.append(checks.at("period", index, index < 0, "is negative", "count billing periods from 0"))
    if problems:
        raise InputError(problems)
    gain = np.maximum((value[:, None] if value.ndim == 1 else value) - price, 0.0)
    hourly = width @ gain if width.ndim == 1 else np.einsum("kt,kt->t", width, gain)
    return np.bincount(index, weights=hourly).astype(np.float64) * step_h


@dataclass(frozen=True, eq=False)
class _FlatSite:
    """A site whose stack is the same in every step: its rows (N,) of interruptible import, and the rest in two numbers.

    `free_mw` and `charged_mw`, shape (P, N), are the parts of each row below and above the peak that is charged anyway.
    """

    value_usd_per_mwh: Array
    free_mw: Array
    charged_mw: Array
    charge_usd_per_mw: Array
    fixed_usd: Usd
    forced_mw: Mw


def _is_flat(problem: DispatchProblem) -> bool:
    per_step = (
        problem.block_value_usd_per_mwh,
        problem.block_mw,
        problem.supply_cost_usd_per_mwh,
        problem.supply_mw,
    )
    return (
        all(given is None or given.ndim == 1 for given in per_step)
        and np.unique(problem.import_limit_mw).size == 1
        and not np.any(problem.export_limit_mw)
        and ratchet_of(problem) is None
    )


def _flat_site(problem: DispatchProblem) -> _FlatSite:
    stack = stacks.build(problem)
    value, upto, own = stack.value_usd_per_mwh[:, 0], stack.upto_mw[:, 0], float(stack.own_mw[0])
    above = stacks.before(stack)[:, 0]
    forced = float(firm_import_mw(problem, stack)[0])
    limit = max(float(np.max(problem.import_limit_mw)), forced)
    lower, upper = np.clip(above - own, forced, limit), np.clip(upto - own, forced, limit)
    periods = period_count(problem)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,)).copy()
    base = np.maximum(0.0 if problem.peak_floor_mw is None else problem.peak_floor_mw, np.full(periods, forced))
    free = np.clip(base[:, None], lower, upper) - lower
    used = upper > lower
    always = np.clip(own + forced - above, 0.0, stack.width_mw[:, 0])
    hourly = float(np.sum(always[np.isfinite(value)] * value[np.isfinite(value)]))
    if problem.firm is not None:
        hourly += float(np.sum((problem.block_value_usd_per_mwh * problem.block_mw)[problem.firm]))
    if problem.supply_cost_usd_per_mwh is not None and problem.supply_mw is not None:
        hourly -= float(np.sum(problem.supply_cost_usd_per_mwh * problem.supply_mw))
    return _FlatSite(
        value_usd_per_mwh=value[used].copy(),
        free_mw=np.ascontiguousarray(free[:, used]),
        charged_mw=np.ascontiguousarray((upper - lower - free)[:, used]),
        charge_usd_per_mw=charge,
        fixed_usd=hourly * problem.step_h * problem.price_usd_per_mwh.size - float(np.sum(charge * base)),
        forced_mw=forced,
    )


def _flat_values(prices: Array, problem: DispatchProblem, threads: int) -> Array:
    from repower.dispatch.kernels import site_years

    site = _flat_site(problem)
    runs = _runs(period_index(problem))
    earned, price_sum = np.empty(prices.shape[0]), np.empty(prices.shape[0])

    def fill(rows: slice) -> None:
        site_years(
            prices[rows],
            runs,
            site.value_usd_per_mwh,
            site.free_mw,
            site.charged_mw,
            site.charge_usd_per_mw,
            problem.step_h,
            earned[rows],
            price_sum[rows],
        )

    if threads > 1:
        bounds = np.linspace(0, prices.shape[0], threads + 1).astype(int)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(fill, map(slice, bounds[:-1], bounds[1:])))
    else:
        fill(slice(None))
    if not np.isfinite(price_sum).all():
        bad = ~np.isfinite(prices)
        raise InputError(checks.at("price_usd_per_mwh", prices, bad, "is not a finite number", "give a number there"))
    values: Array = earned + site.fixed_usd - price_sum * (site.forced_mw * problem.step_h)
    return values


def _runs(period: IntArray) -> IntArray:
    """First step, end step and period of runs within one period, short enough to stay in the first-level cache."""
    changes = np.flatnonzero(np.diff(period)) + 1
    starts = np.union1d(np.concatenate([[0], changes]), np.arange(0, period.size, _RUN_STEPS))
    ends = np.append(starts[1:], period.size)
    return np.stack([starts, ends, period[starts]], axis=1).astype(np.int64)
