"""Exact values without schedules: one site under many price years, from memory or made on the way."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from repower.base.errors import InputError
from repower.base.units import Array, Frac
from repower.dispatch import checks
from repower.dispatch.exact import solve
from repower.dispatch.exact_peaks import horizon_of, new_room, search_peaks
from repower.dispatch.exact_site import Prepared, prepare
from repower.dispatch.problem import DispatchProblem

_MOST_EVALUATIONS = 60


@dataclass(frozen=True, kw_only=True, eq=False)
class Values:
    """What N price years earn.

    Parameters
    ----------
    profit_usd : shape (N,), of a schedule that exists.
    bound_usd : shape (N,), what no schedule exceeds.
    peak_mw : shape (N, P), peak of each billing period that the schedule keeps; at a period without a peak charge the
        highest possible import.
    """

    profit_usd: Array
    bound_usd: Array
    peak_mw: Array


def solve_values(
    problem: DispatchProblem,
    price_usd_per_mwh: Array | Iterable[Array],
    *,
    tolerance_frac: Frac = 1e-8,
    threads: int = 1,
) -> Values:
    """What `solve` would earn under many price series.

    Memory stays at one chunk of prices and a workspace a thread. Threads share the rows of a chunk; values do not
    depend on how many there are.

    Parameters
    ----------
    problem : the site, with a battery; its own price is not used, and an export price of None follows each series.
    price_usd_per_mwh : shape (N, T), or any iterable of such arrays, such as a generator that makes prices.
    tolerance_frac : gap between bound and profit, as a share, at which the search for peaks stops.

    Raises
    ------
    InputError
        A price is not finite, or a shape does not match the problem's steps.
    InfeasibleError
        As `solve`.
    """
    chunks = [price_usd_per_mwh] if isinstance(price_usd_per_mwh, np.ndarray) else price_usd_per_mwh
    keeps_rows = _keeps_rows(problem)
    prepared, rooms = prepare(problem), threading.local()
    parts: list[tuple[Array, Array, Array]] = []
    first_mw: Array | None = None
    with ThreadPoolExecutor(threads) as pool:
        for chunk in chunks:
            prices = _checked(chunk, problem)
            done: list[tuple[float, float, Array]] = []
            if keeps_rows:
                # Price years of one site have like peaks: all others start from those of the first.
                if first_mw is None:
                    first = _value(prepared, rooms, prices[0], tolerance_frac, None)
                    done, prices, first_mw = [first], prices[1:], first[2]
                each = pool.map(
                    partial(_value, prepared, rooms, tolerance_frac=tolerance_frac, first_mw=first_mw), prices
                )
            else:
                each = pool.map(lambda row: _by_schedule(problem, row), prices)
            earned, bound, peak = zip(*done, *each, strict=True)
            parts.append((np.array(earned), np.array(bound), np.stack(peak)))
    profit_usd, bound_usd, peak_mw = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Values(profit_usd=profit_usd, bound_usd=bound_usd, peak_mw=peak_mw)


def _keeps_rows(problem: DispatchProblem) -> bool:
    """Whether a price changes nothing but itself: there is no export that follows it."""
    exports = bool(np.any(problem.export_limit_mw)) and problem.export_price_usd_per_mwh is None
    return problem.battery is not None and not exports


def _checked(chunk: Array, problem: DispatchProblem) -> Array:
    prices = np.ascontiguousarray(chunk, dtype=np.float64)
    steps = problem.price_usd_per_mwh.size
    if prices.ndim != 2 or prices.shape[1] != steps or prices.shape[0] == 0:
        raise InputError(checks.shape("price_usd_per_mwh", prices, f"(N, {steps}), one series a row"))
    unknown = ~np.isfinite(prices)
    if unknown.any():
        fix = "give a number there"
        raise InputError(checks.at("price_usd_per_mwh", prices, unknown, "is not a finite number", fix))
    return prices


def _value(
    prepared: Prepared, rooms: threading.local, price: Array, tolerance_frac: Frac, first_mw: Array | None
) -> tuple[float, float, Array]:
    """Profit, bound and peaks of one price series, its search begun at the peaks of another if there is one."""
    from repower.dispatch.cuts import new_cuts

    if not hasattr(rooms, "room"):
        rooms.horizon, rooms.room = horizon_of(prepared), new_room(prepared)
        rooms.cuts = new_cuts(_MOST_EVALUATIONS, rooms.horizon, 0)
    here = replace(prepared, site=prepared.site._replace(price_usd_per_mwh=price))
    answer = search_peaks(here, rooms.horizon, rooms.room, rooms.cuts, tolerance_frac, first_mw)
    earned_usd = float(rooms.cuts.earned_usd[answer.best])
    bound_usd = max(answer.bound_usd, earned_usd) + prepared.fixed_usd
    return earned_usd + prepared.fixed_usd, bound_usd, rooms.cuts.peak_mw[answer.best].copy()


def _by_schedule(problem: DispatchProblem, price: Array) -> tuple[float, float, Array]:
    schedule = solve(replace(problem, price_usd_per_mwh=price))
    bound_usd = schedule.profit_usd if schedule.bound_usd is None else schedule.bound_usd
    return schedule.profit_usd, bound_usd, schedule.peak_mw
