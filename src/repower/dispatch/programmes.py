"""Programmes that pay a site for what it does not draw, as prices, limits and values of an ordinary dispatch problem.

Each of them leaves the problem concave, so that `solve` stays exact:

* a call: import below a baseline is paid by the MWh, under a limit or not;
* a coincident peak (4CP and its like): each step's chance of being billed is an adder to its price;
* a reserve carried by running load: a MW that may be interrupted earns the reserve price in each hour in which it runs.

A baseline counts both ways: where nothing limits import, what is drawn above it pays the same price. A payment for
reductions alone would reward drawing far above the baseline as much as staying at it, and is no concave problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from repower.base.clock import TimeGrid
from repower.base.errors import InputError, Problem
from repower.base.units import Array, Hours, Mw, Usd, UsdPerMw, UsdPerMwh
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.schedule import Dispatch


@dataclass(frozen=True, kw_only=True)
class Call:
    """A demand-response event or a curtailment under contract.

    Parameters
    ----------
    first_step, end_step : from this step up to, not including, that one (`call_steps`).
    limit_mw : import allowed during the call; None where the response is voluntary.
    baseline_mw : import from which reductions are counted.
    payment_usd_per_mwh : for each MWh below the baseline; the same is owed for each MWh above it.
    availability_usd_per_mw : for each MW between baseline and limit, once a call, paid for keeping the limit.
    """

    first_step: int
    end_step: int
    limit_mw: Mw | None = None
    baseline_mw: Mw = 0.0
    payment_usd_per_mwh: UsdPerMwh = 0.0
    availability_usd_per_mw: UsdPerMw = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class ReserveOffer:
    """Interruptible load that is sold as a reserve while it runs.

    Being deployed is not in it: a deployment that is known beforehand is a `Call`.

    Parameters
    ----------
    block : which load block; a MW is sold in one product only, so each block has one offer at most.
    price_usd_per_mw : shape (T,), for carrying a MW through a step, for each hour of it.
    most_mw : most that is accepted; infinite for the whole block.
    """

    block: int
    price_usd_per_mw: Array
    most_mw: Mw = float("inf")


def call_steps(grid: TimeGrid, first: datetime, until: datetime) -> tuple[int, int]:
    """First step of a dated call, and the step after its last; parts before or after the grid are left out.

    Parameters
    ----------
    first, until : aware, on borders of steps.

    Raises
    ------
    InputError
        A time without zone or within a step, or no time between the two.
    """
    problems, steps = [], []
    for name, when in (("first", first), ("until", until)):
        if when.tzinfo is None:
            problems.append(Problem("has no time zone", "give an aware time", key=name, value=when.isoformat()))
            continue
        since_s = when.timestamp() - grid.start_utc.timestamp()
        if since_s % grid.step_s:
            fix = f"begin and end calls on borders of the {grid.step_s} s steps, or use shorter steps"
            problems.append(Problem("falls within a step", fix, key=name, value=when.isoformat()))
        steps.append(round(min(max(since_s / grid.step_s, 0), grid.count)))
    if not problems and first >= until:
        problems.append(Problem("the call has no length", "let it end later", key="until", value=until.isoformat()))
    if problems:
        raise InputError(problems)
    return steps[0], steps[1]


def with_adder(problem: DispatchProblem, adder_usd_per_mwh: Array) -> DispatchProblem:
    """The same site where an imported MWh costs this much more; what an exported one earns stays as it is.

    Parameters
    ----------
    adder_usd_per_mwh : shape (T,), not below zero where export is possible.
    """
    price, paid = problem.price_usd_per_mwh, problem.export_price_usd_per_mwh
    return replace(
        problem,
        price_usd_per_mwh=price + adder_usd_per_mwh,
        export_price_usd_per_mwh=price if paid is None else paid,
    )


def coincident_peak(problem: DispatchProblem, weight_frac: Array, charge_usd_per_mw: UsdPerMw) -> DispatchProblem:
    """The same site with a charge on its import in the system's peaks, known or expected.

    Parameters
    ----------
    weight_frac : shape (T,), share of the billed demand that import in each step makes: 1/4 in each of four known
        peaks, or that times the chance that the step is one. `contracts.prices` makes both.
    charge_usd_per_mw : for a MW of billed demand, a year's charge where the weights add up to 1 over a year.

    Raises
    ------
    InputError
        Weights of another shape, or below zero.
    """
    weight = np.asarray(weight_frac, dtype=np.float64)
    if weight.shape != problem.price_usd_per_mwh.shape or not (weight >= 0.0).all():
        fix = f"give {problem.price_usd_per_mwh.size} shares of 0 or more"
        raise InputError(Problem("does not fit the problem", fix, key="weight_frac", value=f"shape {weight.shape}"))
    return with_adder(problem, weight * charge_usd_per_mw / problem.step_h)


def with_calls(problem: DispatchProblem, calls: Sequence[Call]) -> DispatchProblem:
    """The same site under calls: their limits on import, and a MWh not drawn earning their payment.

    What the site earns in all is the profit of this problem's schedule plus `baseline_usd`; or the profit of the
    schedule in the problem without calls plus `calls_usd`, which is the same.

    Raises
    ------
    InputError
        Calls outside the steps, overlapping, below zero, or with an availability payment and no limit.
    """
    steps = problem.price_usd_per_mwh.size
    _refuse_calls(calls, steps)
    adder, limit_mw = np.zeros(steps), np.broadcast_to(problem.import_limit_mw, (steps,)).copy()
    for call in calls:
        during = slice(call.first_step, call.end_step)
        adder[during] = call.payment_usd_per_mwh
        if call.limit_mw is not None:
            limit_mw[during] = np.minimum(limit_mw[during], call.limit_mw)
    return replace(with_adder(problem, adder), import_limit_mw=limit_mw)


def baseline_usd(calls: Sequence[Call], step_h: Hours) -> Usd:
    """What calls would pay for drawing nothing at all, and for being available."""
    return float(
        sum(
            call.payment_usd_per_mwh * call.baseline_mw * (call.end_step - call.first_step) * step_h
            + _availability(call)
            for call in calls
        )
    )


def calls_usd(calls: Sequence[Call], schedule: Dispatch, step_h: Hours) -> Usd:
    """What calls pay a schedule, from its import; an availability payment only where the limit is kept throughout."""
    total = 0.0
    for call in calls:
        drawn_mw = schedule.import_mw[call.first_step : call.end_step]
        total += call.payment_usd_per_mwh * float(np.sum(call.baseline_mw - drawn_mw)) * step_h
        if call.limit_mw is not None and (drawn_mw <= call.limit_mw + _ROUNDING_MW).all():
            total += _availability(call)
    return total


def with_reserves(problem: DispatchProblem, offers: Sequence[ReserveOffer]) -> DispatchProblem:
    """The same site whose interruptible blocks also earn reserve prices while they run.

    A block of which only a part is accepted is cut in two: the accepted part keeps its place, the rest becomes one more
    block at the end, in the order of the offers (`joined_mw` puts them together again).

    Raises
    ------
    InputError
        An offer of a firm block, of one that is no block or is sold already, or with prices of another shape.
    """
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    _refuse_offers(problem, offers)
    value = np.broadcast_to(problem.block_value_usd_per_mwh, (steps, blocks)).copy()
    width = np.broadcast_to(problem.block_mw, (steps, blocks)).copy()
    rest_value, rest_mw = [], []
    for offer in _cut(offers):
        rest_value.append(value[:, offer.block].copy())
        rest_mw.append(np.maximum(width[:, offer.block] - offer.most_mw, 0.0))
        width[:, offer.block] = np.minimum(width[:, offer.block], offer.most_mw)
    for offer in offers:
        value[:, offer.block] += offer.price_usd_per_mw
    firm = None if problem.firm is None else np.append(problem.firm, np.zeros(len(rest_mw), dtype=np.bool_))
    return replace(
        problem,
        block_value_usd_per_mwh=np.column_stack([value, *rest_value]),
        block_mw=np.column_stack([width, *rest_mw]),
        firm=firm,
    )


def joined_mw(block_mw: Array, offers: Sequence[ReserveOffer]) -> Array:
    """Draw of the blocks of `with_reserves` as draw of the blocks of the site, shape (T, K)."""
    cut = _cut(offers)
    blocks = block_mw.shape[1] - len(cut)
    whole = block_mw[:, :blocks].copy()
    for place, offer in enumerate(cut):
        whole[:, offer.block] += block_mw[:, blocks + place]
    return whole


def reserves_usd(offers: Sequence[ReserveOffer], block_mw: Array, step_h: Hours) -> Usd:
    """What reserves pay for the draw of the site's blocks, shape (T, K)."""
    return float(
        sum(np.dot(offer.price_usd_per_mw, np.minimum(block_mw[:, offer.block], offer.most_mw)) for offer in offers)
        * step_h
    )


_ROUNDING_MW = 1e-6


def _availability(call: Call) -> Usd:
    return 0.0 if call.limit_mw is None else call.availability_usd_per_mw * (call.baseline_mw - call.limit_mw)


def _cut(offers: Sequence[ReserveOffer]) -> list[ReserveOffer]:
    return [offer for offer in offers if np.isfinite(offer.most_mw)]


def _refuse_calls(calls: Sequence[Call], steps: int) -> None:
    problems = [
        replace(found, key=f"calls[{place}].{found.key}")
        for place, call in enumerate(calls)
        for found in _wrong(call, steps)
    ]
    taken = np.zeros(steps, dtype=np.int64)
    if not problems:
        for call in calls:
            taken[call.first_step : call.end_step] += 1
    if (taken > 1).any():
        fix = "let one call at a time say what a step pays"
        problems.append(Problem("two of them overlap", fix, key="calls", value=f"step {np.argmax(taken > 1)}"))
    if problems:
        raise InputError(problems)


def _wrong(call: Call, steps: int) -> Iterable[Problem]:
    if not 0 <= call.first_step < call.end_step <= steps:
        value = f"{call.first_step} to {call.end_step}"
        yield Problem("lies outside the steps", f"count steps from 0 to {steps}", key="first_step", value=value)
    for name in ("limit_mw", "baseline_mw", "payment_usd_per_mwh", "availability_usd_per_mw"):
        given = getattr(call, name)
        if given is not None and not 0.0 <= given < np.inf:
            yield Problem("is no amount", "give 0 or more", key=name, value=f"{given:g}")
    if call.availability_usd_per_mw and (call.limit_mw is None or call.limit_mw > call.baseline_mw):
        fix = "give a limit_mw at most as high as baseline_mw"
        yield Problem("pays for no reduction", fix, key="availability_usd_per_mw", value=f"{call.limit_mw}")


def _refuse_offers(problem: DispatchProblem, offers: Sequence[ReserveOffer]) -> None:
    problems, blocks = [], problem.block_mw.shape[-1]
    for place, offer in enumerate(offers):
        key, value = f"offers[{place}].block", f"{offer.block}"
        if not 0 <= offer.block < blocks:
            problems.append(Problem("is no load block", f"count the {blocks} blocks from 0", key=key, value=value))
        elif problem.firm is not None and problem.firm[offer.block]:
            problems.append(Problem("is firm load", "offer interruptible blocks only", key=key, value=value))
        if offer.block in [other.block for other in offers[:place]]:
            fix = "sell a MW in one product only: take the dearer one in each step"
            problems.append(Problem("is sold already", fix, key=key, value=value))
        price = np.asarray(offer.price_usd_per_mw)
        if price.shape != problem.price_usd_per_mwh.shape or not ((price >= 0.0) & np.isfinite(price)).all():
            fix = f"give {problem.price_usd_per_mwh.size} finite prices of 0 or more"
            key = f"offers[{place}].price_usd_per_mw"
            problems.append(Problem("does not fit the problem", fix, key=key, value=f"shape {price.shape}"))
        if not offer.most_mw >= 0.0:
            key = f"offers[{place}].most_mw"
            problems.append(Problem("is no amount", "give 0 or more", key=key, value=f"{offer.most_mw:g}"))
    if problems:
        raise InputError(problems)
