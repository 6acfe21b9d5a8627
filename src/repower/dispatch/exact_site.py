"""A dispatch problem as the arrays that compiled loops read, and why it may have no answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from repower.base.errors import InfeasibleError
from repower.base.units import Array, IntArray, Mw, Mwh, Usd
from repower.dispatch import stack as stacks
from repower.dispatch.problem import Battery, DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import Ratchet, ratchet_of

if TYPE_CHECKING:
    from repower.dispatch.slopes import Site

_ROUNDING = 1e-9
_NO_BATTERY = Battery(
    charge_mw=0.0,
    discharge_mw=0.0,
    energy_mwh=0.0,
    charge_efficiency_frac=1.0,
    discharge_efficiency_frac=1.0,
    start_mwh=0.0,
    end_mwh=None,
)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A problem ready for the compiled loops.

    Parameters
    ----------
    site : arrays, rows of the stack in falling value.
    order : shape (M,) or (M, T), row -> plants, load blocks, export.
    battery : the problem's battery, or one without power.
    end_mwh : lowest and highest state allowed at the end.
    charge_usd_per_mw, floor_mw, highest_mw : shape (P,), peak charge (zero where a period has no step), peak charged
        anyway, highest possible import.
    blocks : shape (B + 1,), first steps of runs of steps that share no billing period, and the number of steps.
    block_of : shape (P,), the run in which each billing period lies, -1 where it has no step.
    fixed_usd : what no decision changes: firm load's value, less the cost of all plants at full output, less floors of
        periods that have no step, unless there is a ratchet.
    ratchet : how peak charges look back, None where they do not; it has all charges and floors.
    """

    site: Site
    order: IntArray
    battery: Battery
    end_mwh: tuple[Mwh, Mwh]
    charge_usd_per_mw: Array
    floor_mw: Array
    highest_mw: Array
    blocks: IntArray
    block_of: IntArray
    fixed_usd: Usd
    ratchet: Ratchet | None = None


def prepare(problem: DispatchProblem) -> Prepared:
    """Arrays of a problem that has an answer.

    Raises
    ------
    InfeasibleError
        Firm load cannot be served, or the battery cannot end where it must: says which, when and by how much.
    """
    prepared = arrays_of(problem)
    site = prepared.site
    refuse_infeasible(problem, prepared.battery, site.firm_mw - site.own_mw, site.upto_mw[:, -1] - site.own_mw)
    return prepared


def arrays_of(problem: DispatchProblem) -> Prepared:
    """Arrays of a problem, feasible or not."""
    from repower.dispatch.billing_kernel import scan_periods
    from repower.dispatch.slopes import Site

    steps, periods = problem.price_usd_per_mwh.size, period_count(problem)
    battery = problem.battery or _NO_BATTERY
    stack = stacks.build(problem)
    shape = (max(stack.value_usd_per_mwh.shape[1], stack.width_mw.shape[1]), stack.value_usd_per_mwh.shape[0])
    value = np.array(np.broadcast_to(stack.value_usd_per_mwh.T, shape), order="C")
    width = np.broadcast_to(stack.width_mw.T, shape)
    firm = np.isinf(value)
    firm_mw = np.where(firm, width, 0.0).sum(axis=1)
    upto = np.cumsum(np.concatenate([np.zeros((shape[0], 1)), width], axis=1), axis=1)
    worth = np.where(firm, 0.0, value) * width
    total_mw = upto[:, -1]
    most_mw = total_mw + battery.charge_mw
    limit_mw = np.minimum(problem.import_limit_mw, most_mw) + np.zeros(steps)
    index = np.array(period_index(problem))
    site = Site(
        price_usd_per_mwh=np.array(problem.price_usd_per_mwh),
        limit_mw=limit_mw,
        period=index,
        value_usd_per_mwh=value,
        upto_mw=upto,
        worth_usd_per_h=np.cumsum(np.concatenate([np.zeros((shape[0], 1)), worth], axis=1), axis=1),
        # Plants are rows too, added up in another order: no rounding may put them above all rows together.
        own_mw=np.minimum(stack.own_mw, total_mw),
        firm_mw=firm_mw,
        step_h=float(problem.step_h),
        charge_mw=float(battery.charge_mw),
        discharge_mw=float(battery.discharge_mw),
        energy_mwh=float(battery.energy_mwh),
        charge_efficiency_frac=float(battery.charge_efficiency_frac),
        discharge_efficiency_frac=float(battery.discharge_efficiency_frac),
    )
    highest, block_of, blocks = scan_periods(index, limit_mw, periods)
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,))
    floor = np.zeros(periods) if problem.peak_floor_mw is None else np.array(problem.peak_floor_mw)
    ratchet = ratchet_of(problem)
    empty = (block_of < 0) & (ratchet is None)
    end = (0.0, site.energy_mwh) if battery.end_mwh is None else (float(battery.end_mwh),) * 2
    return Prepared(
        site=site,
        order=stack.order,
        battery=battery,
        end_mwh=end,
        charge_usd_per_mw=np.where(empty, 0.0, charge),
        floor_mw=floor,
        highest_mw=highest,
        blocks=blocks,
        block_of=block_of,
        fixed_usd=_fixed_usd(problem) - float(np.sum((charge * floor)[empty])),
        ratchet=ratchet,
    )


def refuse_infeasible(problem: DispatchProblem, battery: Battery, needed_mw: Array, room_mw: Array) -> None:
    """Raises InfeasibleError where no schedule exists.

    Parameters
    ----------
    needed_mw : shape (1,) or (T,), firm load less on-site supply.
    room_mw : shape (1,) or (T,), what the site can take from the battery.
    """
    if needed_mw.max() <= np.min(problem.import_limit_mw) and battery.end_mwh in {None, battery.start_mwh}:
        # The battery may stand still throughout.
        return
    steps = problem.price_usd_per_mwh.size
    limit = np.broadcast_to(problem.import_limit_mw, (steps,))
    short_mw = np.broadcast_to(needed_mw, (steps,)) - limit
    worst = int(np.argmax(short_mw))
    if short_mw[worst] > battery.discharge_mw + _ROUNDING:
        raise InfeasibleError(_short_of_power(problem, battery, short_mw, worst))
    lowest_mw = np.maximum(short_mw, -battery.charge_mw)
    drawn_mwh = lowest_mw * np.where(lowest_mw > 0, 1.0 / battery.discharge_efficiency_frac, 1.0) * problem.step_h
    drawn_mwh[lowest_mw < 0] *= battery.charge_efficiency_frac
    most, step = _most_stored(battery, drawn_mwh)
    if step is not None:
        lack_mw = -most * battery.discharge_efficiency_frac / problem.step_h
        raise InfeasibleError(
            f"firm load cannot be served: in step {step} it needs {short_mw[step]:g} MW from the battery, and even one "
            f"charged as much as possible before falls {lack_mw:g} MW short there. "
            "Fix: raise the import limit or supply before it, or make a block interruptible"
        )
    if battery.end_mwh is None:
        return
    if most < battery.end_mwh - _ROUNDING:
        raise InfeasibleError(
            f"the battery cannot end at {battery.end_mwh:g} MWh: charged as much as possible through all {steps} steps "
            f"it ends at {most:g} MWh, {battery.end_mwh - most:g} MWh short. Fix: lower end_mwh or raise start_mwh"
        )
    least = battery.start_mwh - float(np.sum(_most_released_mwh(battery, room_mw) + np.zeros(steps)) * problem.step_h)
    if least > battery.end_mwh + _ROUNDING:
        raise InfeasibleError(
            f"the battery cannot end at {battery.end_mwh:g} MWh: discharged as much as possible through all {steps} "
            f"steps it ends at {least:g} MWh, {least - battery.end_mwh:g} MWh above. Fix: raise end_mwh or lower "
            "start_mwh"
        )


def _most_stored(battery: Battery, drawn_mwh: Array) -> tuple[Mwh, int | None]:
    """Highest state after the last step, or the shortage (negative) and the first step where there is one."""
    state = battery.start_mwh
    if drawn_mwh.max() <= 0.0:
        return min(battery.energy_mwh, state - float(drawn_mwh.sum())), None
    for step, drawn in enumerate(drawn_mwh.tolist()):
        state = min(battery.energy_mwh, state - drawn)
        if state < -_ROUNDING:
            return state, step
    return state, None


def _most_released_mwh(battery: Battery, room_mw: Array) -> Array:
    """Most energy an hour can take out of a full battery, where the site has room for so many megawatts.

    What the site cannot take is burnt by charging at the same time.
    """
    output_mw = np.minimum(battery.discharge_mw, room_mw)
    into, out = battery.charge_efficiency_frac, 1.0 / battery.discharge_efficiency_frac
    full_charge = output_mw < battery.discharge_mw - battery.charge_mw
    charge_mw = np.where(full_charge, battery.charge_mw, battery.discharge_mw - output_mw)
    return np.asarray((output_mw + charge_mw) * out - charge_mw * into)


def _short_of_power(problem: DispatchProblem, battery: Battery, short_mw: Array, worst: int) -> str:
    limit: Mw = float(np.broadcast_to(problem.import_limit_mw, short_mw.shape)[worst])
    beyond = short_mw - battery.discharge_mw
    short = int(np.count_nonzero(beyond > _ROUNDING))
    powers = f"the import limit of {limit:g} MW, on-site supply"
    if battery.discharge_mw:
        powers += f" and {battery.discharge_mw:g} MW from the battery"
    return (
        f"firm load cannot be served: in step {worst} it is {beyond[worst]:g} MW above {powers}; "
        f"{short} of {short_mw.size} steps are short, this one by the most. "
        "Fix: raise the import limit or supply there, or make a block interruptible"
    )


def _fixed_usd(problem: DispatchProblem) -> Usd:
    steps = problem.price_usd_per_mwh.size
    hourly = 0.0
    if problem.firm is not None:
        served = problem.block_value_usd_per_mwh * problem.block_mw
        hourly += float(served[..., problem.firm].sum()) * (steps if served.ndim == 1 else 1)
    if problem.supply_cost_usd_per_mwh is not None and problem.supply_mw is not None:
        cost = problem.supply_cost_usd_per_mwh * problem.supply_mw
        hourly -= float(cost.sum()) * (steps if cost.ndim == 1 else 1)
    return hourly * problem.step_h
