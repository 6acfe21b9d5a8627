"""The best schedule of a site with a battery and peak charges: exact, with its proof."""

from __future__ import annotations

import numpy as np

from repower.base.units import Array
from repower.dispatch.exact_peaks import search
from repower.dispatch.exact_site import Prepared, prepare
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.schedule import Dispatch


def solve(problem: DispatchProblem) -> Dispatch:
    """The best schedule of a site, a bound that no schedule exceeds, and the prices that prove it.

    Given the peaks, the year is a dynamic programme whose value functions are sorted lists of slopes, so that every step
    merges two lists and nothing is rounded to a grid. Peaks are searched by their exact slopes until the bound says stop.

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
    prepared = prepare(problem)
    found = search(prepared)
    return _schedule(problem, prepared, found)


def _schedule(problem: DispatchProblem, prepared: Prepared, found) -> Dispatch:
    from repower.dispatch.schedule_kernel import fill_rows

    site, path = prepared.site, found.path
    steps, rows = problem.price_usd_per_mwh.size, site.value_usd_per_mwh.shape[1]
    rows_mw = np.empty((steps, rows))
    order = np.array(np.atleast_2d(prepared.order.T), order="C")
    import_mw = fill_rows(site, order, found.peak_mw, found.over_usd_per_mwh, path.output_mw, rows_mw)
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    blocks = problem.block_mw.shape[-1]
    peak_mw = np.zeros(period_count(problem))
    np.maximum.at(peak_mw, period_index(problem), import_mw)
    supply_mw = np.zeros((steps, 0)) if problem.supply_mw is None else problem.supply_mw - rows_mw[:, :plants]
    export_mw = rows_mw[:, plants + blocks] if rows > plants + blocks else np.zeros(steps)
    energy_mwh = np.append(path.stored_mwh[1:], found.end_mwh)
    schedule = Dispatch(
        profit_usd=0.0,
        block_mw=rows_mw[:, plants : plants + blocks],
        import_mw=import_mw,
        export_mw=export_mw,
        supply_mw=supply_mw,
        peak_mw=peak_mw,
        marginal_usd_per_mwh=found.marginal_usd_per_mwh,
        method=found.method,
        bound_usd=found.bound_usd,
        battery_mw=-path.output_mw,
        charge_mw=path.charge_mw,
        discharge_mw=path.discharge_mw,
        energy_mwh=np.clip(energy_mwh, 0.0, site.energy_mwh),
        water_value_usd_per_mwh=found.water_usd_per_mwh,
    )
    from dataclasses import replace

    from repower.dispatch.schedule import earned_usd

    return replace(schedule, profit_usd=earned_usd(problem, schedule))
