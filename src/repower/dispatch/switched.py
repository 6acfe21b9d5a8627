"""What switched blocks do of their own accord at given prices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repower.base.units import Array, BoolArray, Usd, UsdPerMwh
from repower.dispatch.commitment import Commitment, CommittedDispatch, days, keeps_commitments, started
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.schedule import billed_mw


class Switched:
    """A problem and its switched blocks as arrays over all steps: values and widths (T, K), periods and days (T,)."""

    def __init__(self, problem: DispatchProblem, commitments: Sequence[Commitment]) -> None:
        self.problem, self.commitments = problem, commitments
        self.steps = problem.price_usd_per_mwh.size
        self.period = period_index(problem)
        shape = (self.steps, problem.block_mw.shape[-1])
        self.value = np.broadcast_to(problem.block_value_usd_per_mwh, shape)
        self.width_mw = np.broadcast_to(problem.block_mw, shape)
        self.firm = np.zeros(shape[1], dtype=np.bool_) if problem.firm is None else problem.firm
        self.rest = np.setdiff1d(np.arange(shape[1]), [one.block for one in commitments])
        self.new_day = np.diff(days(problem), prepend=-1) > 0

    def mean_value_usd_per_mwh(self, place: int) -> UsdPerMwh:
        """Mean value of a switched block ."""
        return float(self.value[:, self.commitments[place].block].mean())

    def gain_usd(self, place: int, price: Array) -> Array:
        """Gain of having a switched block on in each step, shape (T,)."""
        one = self.commitments[place]
        each = (self.value[:, one.block] - price) * self.width_mw[:, one.block] * self.problem.step_h
        gain: Array = np.where(each > 0, each, each * one.min_load_frac)
        return gain

    def own_choice(self, place: int, gain_usd: Array, start_cost_usd: Usd) -> tuple[Usd, BoolArray]:
        """Best hours of one switched block, and what they earn."""
        from repower.dispatch.commitment_kernel import best_hours

        one = self.commitments[place]
        on = np.zeros(self.steps, dtype=np.bool_)
        most = -1 if one.starts_per_day is None else one.starts_per_day
        worth = best_hours(
            np.ascontiguousarray(gain_usd),
            start_cost_usd,
            one.min_up_steps,
            one.min_down_steps,
            one.initially_on_steps,
            self.new_day,
            most,
            on,
        )
        return float(worth), on

    def hours(self, price: Array, without: Sequence[int]) -> BoolArray:
        """Hours that every switched block chooses at given prices; some stay off as far as they may."""
        on = np.zeros((self.steps, len(self.commitments)), dtype=np.bool_)
        for place, one in enumerate(self.commitments):
            gain = np.full(self.steps, -1.0) if place in without else self.gain_usd(place, price)
            on[:, place] = self.own_choice(place, gain, one.start_cost_usd)[1]
        return on

    def nearest(self, on: BoolArray) -> BoolArray:
        """The hours that keep every commitment and differ least."""
        near = on.copy()
        for place in np.flatnonzero(~keeps_commitments(self.problem, self.commitments, on)):
            near[:, place] = self.own_choice(int(place), np.where(on[:, place], 1.0, -1.0), 0.0)[1]
        return near

    def by_period(self, each_usd: Array) -> Array:
        """Sums over the steps of each billing period, shape (P,)."""
        return np.bincount(self.period, weights=each_usd, minlength=period_count(self.problem)).astype(np.float64)

    def earned_by_period(self, found: CommittedDispatch) -> Array:
        """Profit of a schedule, period by period, shape (P,)."""
        problem, schedule = self.problem, found.schedule
        each = (schedule.block_mw * self.value).sum(axis=1) + export_price_usd_per_mwh(problem) * schedule.export_mw
        each -= problem.price_usd_per_mwh * schedule.import_mw
        if problem.supply_cost_usd_per_mwh is not None:
            each -= (schedule.supply_mw * problem.supply_cost_usd_per_mwh).sum(axis=1)
        cost = np.array([one.start_cost_usd for one in self.commitments])
        peaks = problem.peak_charge_usd_per_mw * billed_mw(problem, schedule.peak_mw)
        return self.by_period(each * problem.step_h - started(found.on, self.commitments) @ cost) - peaks


def export_price_usd_per_mwh(problem: DispatchProblem) -> Array:
    """What an exported MWh earns in each step, shape (T,)."""
    paid = problem.export_price_usd_per_mwh
    return problem.price_usd_per_mwh if paid is None else paid
