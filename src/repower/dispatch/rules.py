"""Merit order: which load runs in which step, by comparing prices. No solver; what a reader can check by hand.

Exact for a site without a battery, with or without a peak charge per billing period; a ratchet is left to `solve`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repower.base.errors import InfeasibleError, InputError, Problem
from repower.base.units import Array
from repower.dispatch import stack as stacks
from repower.dispatch.peaks import best_peaks
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import ratchet_of
from repower.dispatch.schedule import Dispatch, earned_usd
from repower.dispatch.stack import Stack

_ROUNDING_MW = 1e-9


def merit_order(problem: DispatchProblem) -> Dispatch:
    """The best schedule of a site without a battery.

    In every step firm blocks come first, then load blocks by value; on-site plants by cost and import at its price
    serve them as far as each gains; surplus of the plants is exported where that pays. Import stops at its limit and
    at the billing period's best peak. A block runs only where it gains: at equal prices it stays off.

    Parameters
    ----------
    problem : the site and its prices; `battery` must be None, and no period may look back on an earlier one.

    Returns
    -------
    The schedule, its profit, and the price that clears each step.

    Raises
    ------
    InputError
        The problem has a battery, or a ratchet that couples its billing periods.
    InfeasibleError
        Firm blocks exceed import limit plus on-site supply; says when and by how much.
    """
    refuse_battery(problem)
    if ratchet_of(problem) is not None:
        words = f"{problem.ratchet_frac:g} of {problem.ratchet_periods} periods"
        what = "couples billing periods, which a merit order takes one by one"
        raise InputError(Problem(what, "use repower.dispatch.solve", key="ratchet_frac", value=words))
    stack = stacks.build(problem)
    price, value = problem.price_usd_per_mwh, stack.value_usd_per_mwh
    forced_mw = firm_import_mw(problem, stack)
    limit_mw = np.maximum(problem.import_limit_mw, forced_mw)
    peak_mw, shadow, closed = best_peaks(problem, stack, limit_mw, forced_mw)
    cap_mw = np.minimum(limit_mw, peak_mw[period_index(problem)])
    wanted_mw = np.where(value > price, stack.upto_mw, 0.0).max(axis=0, initial=0.0)
    absorbed_mw = np.clip(wanted_mw, stack.own_mw, stack.own_mw + cap_mw)
    above_mw = stacks.before(stack)
    filled_mw = np.where(
        absorbed_mw >= stack.upto_mw, stack.width_mw, np.clip(absorbed_mw - above_mw, 0.0, stack.width_mw)
    )
    import_mw = np.minimum(absorbed_mw - stack.own_mw, cap_mw)
    real = stack.width_mw > _ROUNDING_MW
    open_rows = (absorbed_mw < stack.upto_mw - _ROUNDING_MW) & real
    begun_rows = (absorbed_mw > above_mw + _ROUNDING_MW) & real
    next_value = np.where(open_rows, value, -np.inf).max(axis=0, initial=-np.inf)
    last_value = np.where(begun_rows, value, np.inf).min(axis=0, initial=np.inf)
    block_mw, export_mw, supply_mw = _parts(problem, stacks.unsorted(stack, filled_mw))
    schedule = Dispatch(
        profit_usd=0.0,
        block_mw=block_mw,
        import_mw=import_mw,
        export_mw=export_mw,
        supply_mw=supply_mw,
        peak_mw=_peak_mw(problem, import_mw),
        marginal_usd_per_mwh=np.clip(price + shadow, next_value, last_value),
        method=_method(problem, closed),
    )
    return replace(schedule, profit_usd=earned_usd(problem, schedule))


def firm_import_mw(problem: DispatchProblem, stack: Stack) -> Array:
    """Import that firm blocks force in every step [MW], shape (T,).

    Raises
    ------
    InfeasibleError
        It is above the import limit; names the worst step and by how much.
    """
    firm_mw = np.where(np.isinf(stack.value_usd_per_mwh), stack.upto_mw, 0.0).max(axis=0, initial=0.0)
    steps = problem.price_usd_per_mwh.size
    forced_mw = np.broadcast_to(np.maximum(firm_mw - stack.own_mw, 0.0), (steps,))
    short_mw = forced_mw - problem.import_limit_mw
    if (short_mw > _ROUNDING_MW).any():
        worst = int(np.argmax(short_mw))
        limit, own = (np.broadcast_to(given, (steps,))[worst] for given in (problem.import_limit_mw, stack.own_mw))
        raise InfeasibleError(
            f"firm load cannot be served: in step {worst} it draws {forced_mw[worst] + own:g} MW, "
            f"{short_mw[worst]:g} MW above the import limit of {limit:g} MW and on-site supply of {own:g} MW; "
            f"{np.count_nonzero(short_mw > _ROUNDING_MW)} of {steps} steps are short, this one by the most. "
            "Fix: raise the import limit or supply there, or make a block interruptible"
        )
    return forced_mw


def refuse_battery(problem: DispatchProblem) -> None:
    """Raises InputError where the problem has a battery."""
    if problem.battery is not None:
        raise InputError(
            Problem(
                "the rules do not dispatch batteries: a merit order compares prices within one step",
                "leave the battery out",
                key="battery",
                value=f"{problem.battery.energy_mwh:g} MWh",
            )
        )


def _parts(problem: DispatchProblem, rows_mw: Array) -> tuple[Array, Array, Array]:
    """Block draw (T, K), export (T,) and supply (T, S) from the filled rows in their own order."""
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    blocks = problem.block_mw.shape[-1]
    steps = problem.price_usd_per_mwh.size
    rows = np.broadcast_to(rows_mw, (rows_mw.shape[0], steps))
    supply = np.zeros((steps, 0)) if problem.supply_mw is None else problem.supply_mw - rows[:plants].T
    export = rows[plants + blocks] if rows.shape[0] > plants + blocks else np.zeros(steps)
    return rows[plants : plants + blocks].T, export, supply


def _peak_mw(problem: DispatchProblem, import_mw: Array) -> Array:
    peak_mw = np.zeros(period_count(problem))
    np.maximum.at(peak_mw, period_index(problem), import_mw)
    return peak_mw


def _method(problem: DispatchProblem, closed: bool) -> str:
    if not np.any(problem.peak_charge_usd_per_mw):
        return "merit order"
    how = "closed form" if closed else "search over row ends"
    return f"merit order; peaks by {how}, exact"
