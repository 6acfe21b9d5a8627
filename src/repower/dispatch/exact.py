"""The best schedule of a site with a battery and peak charges: exact, with its proof."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from repower.dispatch.certificate import prices_bound_usd
from repower.dispatch.exact_peaks import Best, best_peaks
from repower.dispatch.exact_site import Prepared, arrays_of, prepare
from repower.dispatch.problem import DispatchProblem, period_count
from repower.dispatch.ratchet import ratchet_of
from repower.dispatch.rules import merit_order
from repower.dispatch.schedule import Dispatch, earned_usd


def solve(problem: DispatchProblem) -> Dispatch:
    """The best schedule of a site, a bound that no schedule exceeds, and the prices that prove it.

    Given the peaks, the year is a dynamic programme whose value functions are sorted lists of slopes: every step merges
    two lists, and no grid rounds anything. Peaks are searched by their exact slopes until bound and profit meet.

    The answer is that of the linear programme. Where the site has energy to burn (a price below zero, no room for more
    load) a battery with losses may charge and discharge in the same step, as in that programme; `charge_mw` and
    `discharge_mw` then show both. Exports pay the export price, never above the import price of their step.

    Parameters
    ----------
    problem : the site and its prices, with or without a battery.

    Returns
    -------
    The schedule, with `profit_usd`, `bound_usd` >= `profit_usd`, and the worth of a MWh on the site and in the battery.

    Raises
    ------
    InfeasibleError
        Firm load cannot be served, or the battery cannot end where it must: says which, when and by how much.
    """
    if problem.battery is None and ratchet_of(problem) is None:
        return _without_battery(problem)
    prepared = prepare(problem)
    best = best_peaks(prepared)
    schedule = _schedule(problem, prepared, best)
    profit_usd = earned_usd(problem, schedule)
    # Where both are the optimum, the bound may fall below it by the rounding of the last bits.
    return replace(schedule, profit_usd=profit_usd, bound_usd=max(best.bound_usd + prepared.fixed_usd, profit_usd))


def _without_battery(problem: DispatchProblem) -> Dispatch:
    """The merit order, which is exact where there is nothing to store, and its proof."""
    schedule = merit_order(problem)
    nothing = np.zeros(problem.price_usd_per_mwh.size)
    bound_usd = prices_bound_usd(arrays_of(problem), schedule.marginal_usd_per_mwh.copy(), nothing)
    return replace(
        schedule,
        bound_usd=max(bound_usd, schedule.profit_usd),
        battery_mw=nothing,
        charge_mw=nothing,
        discharge_mw=nothing,
        energy_mwh=nothing,
        water_value_usd_per_mwh=nothing,
    )


def _schedule(problem: DispatchProblem, prepared: Prepared, best: Best) -> Dispatch:
    """Megawatts of everything under the best peaks; profit is left open."""
    from repower.dispatch.schedule_kernel import fill_rows

    site, path = prepared.site, best.path
    steps, rows = problem.price_usd_per_mwh.size, site.value_usd_per_mwh.shape[1]
    rows_mw = np.empty((steps, rows))
    order = np.array(np.atleast_2d(prepared.order.T), order="C")
    peak_mw = np.zeros(period_count(problem))
    import_mw = fill_rows(site, order, best.caps, path, rows_mw, peak_mw)
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    blocks = problem.block_mw.shape[-1]
    energy_mwh = np.append(path.stored_mwh[1:], best.end_mwh)
    return Dispatch(
        profit_usd=0.0,
        block_mw=rows_mw[:, plants : plants + blocks],
        import_mw=import_mw,
        export_mw=rows_mw[:, plants + blocks] if rows > plants + blocks else np.zeros(steps),
        supply_mw=np.zeros((steps, 0)) if problem.supply_mw is None else problem.supply_mw - rows_mw[:, :plants],
        peak_mw=peak_mw,
        marginal_usd_per_mwh=best.marginal_usd_per_mwh,
        method=f"exact: slopes of stored energy; peaks by {best.evaluations} evaluations",
        battery_mw=path.charge_mw - path.discharge_mw,
        charge_mw=path.charge_mw,
        discharge_mw=path.discharge_mw,
        # A state is a running sum; what it leaves the battery by is the rounding of that sum.
        energy_mwh=np.clip(energy_mwh, 0.0, site.energy_mwh),
        water_value_usd_per_mwh=best.water_usd_per_mwh,
    )
