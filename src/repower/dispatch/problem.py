"""What an hourly dispatch is asked.

All powers are at the meter and every step has the same length. Arrays that may vary in time have the step as their
first axis; the last axis counts load blocks or plants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, BoolArray, Frac, Hours, IntArray, Mw, Mwh, UsdPerMw
from repower.dispatch import checks
from repower.dispatch.slips import slips


@dataclass(frozen=True, kw_only=True)
class Battery:
    """One battery: powers on the grid side, energy inside, one-way efficiencies; `end_mwh` None leaves the end free.

    Raises
    ------
    InputError
        A number is not finite or negative, an efficiency is not above 0 and at most 1, or start or end do not fit in.
    """

    charge_mw: Mw
    discharge_mw: Mw
    energy_mwh: Mwh
    charge_efficiency_frac: Frac
    discharge_efficiency_frac: Frac
    start_mwh: Mwh
    end_mwh: Mwh | None = None

    def __post_init__(self) -> None:
        problems = [*_battery_problems(self)]
        if problems:
            raise InputError(problems)


@dataclass(frozen=True, kw_only=True, eq=False)
class DispatchProblem:
    """A site over T steps: K load blocks and S plants behind one meter.

    Anything array-like is accepted and kept as a read-only float64 copy. A limit may be infinite; nothing else may.

    Parameters
    ----------
    price_usd_per_mwh : shape (T,), all-in marginal cost of an imported MWh.
    block_value_usd_per_mwh : shape (K,) or (T, K), what a MWh at the meter is worth to each load block.
    block_mw : shape (K,) or (T, K), capacity of each block.
    import_limit_mw : number or shape (T,).
    step_h : length of a step [h].
    export_limit_mw : number or shape (T,); only surplus of the plants is exported.
    export_price_usd_per_mwh : shape (T,); None stands for `price_usd_per_mwh`. Never above it where export is possible.
    firm : shape (K,), blocks that are served in full whatever the price; None where there are none.
    supply_cost_usd_per_mwh, supply_mw : shape (S,) or (T, S), plants and blocks on the site's side of the meter (they
        count neither for the import limit nor for the peak), used only as far as it pays; None where there are none.
    battery : None, or one battery.
    peak_charge_usd_per_mw : number or shape (P,), charge on the highest import of each billing period.
    billing_period : shape (T,), whole numbers from 0 to P - 1; None where all steps are one period.
    peak_floor_mw : shape (P,), a peak that is charged in any case (already set, or a minimum bill); None for none.
    ratchet_frac, ratchet_periods : each period is charged for at least this share of the highest import in so many
        billing periods before it, in the order of their numbers; 0 and 0 for no ratchet. Peaks of a time before the
        first step are floors.

    Raises
    ------
    InputError
        Naming every field with NaN, a wrong shape, a negative capacity or charge, an export price above the price, a
        ratchet without a share, a number of periods, or billing periods, or what looks like another unit (`slips`).
    """

    price_usd_per_mwh: Array
    block_value_usd_per_mwh: Array
    block_mw: Array
    import_limit_mw: Mw | Array
    step_h: Hours = 1.0
    export_limit_mw: Mw | Array = 0.0
    export_price_usd_per_mwh: Array | None = None
    firm: BoolArray | None = None
    supply_cost_usd_per_mwh: Array | None = None
    supply_mw: Array | None = None
    battery: Battery | None = None
    peak_charge_usd_per_mw: UsdPerMw | Array = 0.0
    billing_period: IntArray | None = None
    peak_floor_mw: Array | None = None
    ratchet_frac: Frac = 0.0
    ratchet_periods: int = 0

    def __post_init__(self) -> None:
        problems = [*_ratchet_problems(self)]
        kept: dict[str, Any] = {}
        for name, limits in _FLOATS.items():
            if getattr(self, name) is not None:
                kept[name] = checks.floats(name, getattr(self, name), problems, **limits)
        if self.firm is not None:
            kept["firm"] = checks.exactly("firm", self.firm, np.bool_, "true or false", problems)
        if self.billing_period is not None:
            periods = checks.exactly("billing_period", self.billing_period, np.int64, "whole numbers", problems)
            kept["billing_period"] = periods
        for name, value in kept.items():
            object.__setattr__(self, name, value)
        for check in (_shape_problems, _period_problems, _export_problems, _slip_problems):
            problems = problems or [*check(self)]
        if problems:
            raise InputError(problems)

    @cached_property
    def periods(self) -> int:
        """Number of billing periods P."""
        for per_period in (self.peak_charge_usd_per_mw, self.peak_floor_mw):
            if isinstance(per_period, np.ndarray):
                return per_period.size
        return 1 if self.billing_period is None else int(self.billing_period.max()) + 1


def period_count(problem: DispatchProblem) -> int:
    """Number of billing periods P."""
    return problem.periods


def period_index(problem: DispatchProblem) -> IntArray:
    """Billing period of every step, shape (T,)."""
    if problem.billing_period is not None:
        return problem.billing_period
    return np.zeros(problem.price_usd_per_mwh.size, dtype=np.int64)


def _battery_problems(battery: Battery) -> Iterable[Problem]:
    given = {name: value for name, value in vars(battery).items() if not (name == "end_mwh" and value is None)}
    wrong = {
        name: Problem("is not a finite number", "give a number", key=f"battery.{name}", value=repr(value))
        for name, value in given.items()
        if not (isinstance(value, (int, float, np.number)) and np.isfinite(value))
    }
    yield from wrong.values()
    for name, value in given.items():
        key = f"battery.{name}"
        if name in wrong:
            continue
        if name.endswith("_frac") and not 0 < value <= 1:
            yield Problem("is no efficiency", "give more than 0, at most 1", key=key, value=f"{value:g}")
        elif value < 0:
            yield Problem("is negative", "give zero or more", key=key, value=f"{value:g}")
        elif name in {"start_mwh", "end_mwh"} and not wrong and value > battery.energy_mwh * (1.0 + _ROUNDING_FRAC):
            fix = f"give at most energy_mwh, {battery.energy_mwh:g}"
            yield Problem("is more than the battery holds", fix, key=key, value=f"{value:g}")


_ROUNDING_FRAC = 1e-9
"""Share by which a level carried over from another schedule may exceed the battery's size."""

_FLOATS: dict[str, dict[str, bool]] = {
    "price_usd_per_mwh": {},
    "block_value_usd_per_mwh": {},
    "block_mw": {"negative": False},
    "import_limit_mw": {"negative": False, "infinite": True},
    "step_h": {},
    "export_limit_mw": {"negative": False, "infinite": True},
    "export_price_usd_per_mwh": {},
    "supply_cost_usd_per_mwh": {},
    "supply_mw": {"negative": False},
    "peak_charge_usd_per_mw": {"negative": False},
    "peak_floor_mw": {"negative": False},
}


def _shape_problems(problem: DispatchProblem) -> Iterable[Problem]:
    steps = np.size(problem.price_usd_per_mwh)
    if np.shape(problem.price_usd_per_mwh) != (steps,) or steps == 0:
        yield checks.shape("price_usd_per_mwh", problem.price_usd_per_mwh, "(T,), at least one step")
        return
    allowed: dict[str, tuple[list[tuple[int, ...]], str]] = {
        "step_h": ([()], "(), one length"),
        "import_limit_mw": ([(), (steps,)], f"() or ({steps},)"),
        "export_limit_mw": ([(), (steps,)], f"() or ({steps},)"),
        "export_price_usd_per_mwh": ([(steps,)], f"({steps},)"),
        "billing_period": ([(steps,)], f"({steps},)"),
    }
    for name, (shapes, words) in allowed.items():
        given = getattr(problem, name)
        if given is not None and np.shape(given) not in shapes:
            yield checks.shape(name, given, words)
    if np.ndim(problem.step_h) == 0 and problem.step_h <= 0:
        yield Problem("is no length of time", "give hours above zero", key="step_h", value=f"{problem.step_h}")
    yield from _pair_problems(problem, "block_value_usd_per_mwh", "block_mw", "K")
    if problem.firm is not None and problem.firm.shape != problem.block_mw.shape[-1:]:
        yield checks.shape("firm", problem.firm, f"{problem.block_mw.shape[-1:]}, one entry for every load block")
    if problem.supply_mw is not None and problem.supply_cost_usd_per_mwh is not None:
        yield from _pair_problems(problem, "supply_cost_usd_per_mwh", "supply_mw", "S")
    elif problem.supply_mw is not None or problem.supply_cost_usd_per_mwh is not None:
        missing = "supply_mw" if problem.supply_mw is None else "supply_cost_usd_per_mwh"
        yield Problem("is missing", "give both or neither of supply_mw and supply_cost_usd_per_mwh", key=missing)


def _pair_problems(problem: DispatchProblem, first: str, second: str, letter: str) -> Iterable[Problem]:
    """A price and a capacity that must both be (N,) or (T, N) with the same N."""
    steps = problem.price_usd_per_mwh.size
    one, other = np.shape(getattr(problem, first)), np.shape(getattr(problem, second))
    fine = True
    for name, found in ((first, one), (second, other)):
        if len(found) not in (1, 2) or found[:-1] not in {(), (steps,)}:
            fine = False
            yield checks.shape(name, getattr(problem, name), f"({letter},) or ({steps}, {letter})")
    if fine and one[-1] != other[-1]:
        yield checks.shape(second, getattr(problem, second), f"(..., {one[-1]}), as long as {first}")


def _period_problems(problem: DispatchProblem) -> Iterable[Problem]:
    if np.ndim(problem.peak_charge_usd_per_mw) > 1:
        yield checks.shape("peak_charge_usd_per_mw", problem.peak_charge_usd_per_mw, "() or (P,)")
        return
    if problem.peak_floor_mw is not None and np.ndim(problem.peak_floor_mw) != 1:
        yield checks.shape("peak_floor_mw", problem.peak_floor_mw, "(P,), one entry for every billing period")
        return
    periods, index = period_count(problem), period_index(problem)
    stated = isinstance(problem.peak_charge_usd_per_mw, np.ndarray) or problem.peak_floor_mw is not None
    last = periods - 1 if stated else index.size - 1
    if index.min() < 0 or index.max() > last:
        yield Problem(
            f"must number the billing periods from 0 to at most {last}",
            "count them as base.clock.billing_periods does",
            key="billing_period",
            value=f"{index.min()} to {index.max()}",
        )
    if problem.peak_floor_mw is not None and problem.peak_floor_mw.size != periods:
        yield checks.shape("peak_floor_mw", problem.peak_floor_mw, f"({periods},), as peak_charge_usd_per_mw")


def _ratchet_problems(problem: DispatchProblem) -> Iterable[Problem]:
    share, count = problem.ratchet_frac, problem.ratchet_periods
    if not (isinstance(share, (int, float, np.number)) and 0 <= share <= 1):
        yield Problem("is no share", "give 0 to 1", key="ratchet_frac", value=repr(share))
        return
    if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or count < 0:
        fix = "give a whole number, 0 for no ratchet"
        yield Problem("is no number of billing periods", fix, key="ratchet_periods", value=repr(count))
        return
    if (share > 0) != (count > 0):
        missing = "ratchet_periods" if share > 0 else "ratchet_frac"
        yield Problem("is missing", "give both or neither of ratchet_frac and ratchet_periods", key=missing, value="0")
    elif share > 0 and problem.billing_period is None:
        fix = "number the billing period of every step, or leave the ratchet out"
        yield Problem("is missing, and a ratchet looks back on earlier ones", fix, key="billing_period")


def _slip_problems(problem: DispatchProblem) -> Iterable[Problem]:
    return slips(vars(problem))


def _export_problems(problem: DispatchProblem) -> Iterable[Problem]:
    price, paid = problem.price_usd_per_mwh, problem.export_price_usd_per_mwh
    if paid is None:
        return
    above = (paid > price) & (np.asarray(problem.export_limit_mw) > 0)
    if above.any():
        yield checks.at(
            "export_price_usd_per_mwh",
            paid,
            above,
            f"is above the import price of its step, {price[np.argmax(above)]:g}",
            "give at most the import price: one meter does not buy and sell the same MWh",
        )
