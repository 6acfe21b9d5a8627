"""Proof that no schedule earns more: a bound from prices, whoever found them."""

from __future__ import annotations

import numpy as np

from repower.base.units import Array, Usd
from repower.dispatch.exact_site import Prepared, arrays_of
from repower.dispatch.problem import DispatchProblem


def bound_usd(
    problem: DispatchProblem, marginal_usd_per_mwh: Array, water_value_usd_per_mwh: Array | None = None
) -> Usd:
    """What no schedule can earn more than, from any price of a MWh on the site in each step.

    Loads, plants, import, export and battery each answer the prices on their own; what they then earn together is never
    less than what a schedule earns that must keep them in balance. Good prices give a tight bound, others a valid one.

    Parameters
    ----------
    marginal_usd_per_mwh : shape (T,).
    water_value_usd_per_mwh : shape (T,), worth of a MWh in the battery; None finds the best for these prices.
    """
    prepared = arrays_of(problem)
    return prices_bound_usd(prepared, np.array(marginal_usd_per_mwh), np.array(water_value_usd_per_mwh))


def prices_bound_usd(prepared: Prepared, marginal_usd_per_mwh: Array, water_usd_per_mwh: Array) -> Usd:
    """`bound_usd` of a problem that is prepared already."""
    from repower.dispatch.schedule_kernel import free_bound_usd

    site, steps = prepared.site, marginal_usd_per_mwh.size
    total = free_bound_usd(site, marginal_usd_per_mwh, water_usd_per_mwh)
    total += water_usd_per_mwh[0] * prepared.battery.start_mwh
    total += max(-water_usd_per_mwh[-1] * end_mwh for end_mwh in prepared.end_mwh)
    rent = np.maximum(marginal_usd_per_mwh - site.price_usd_per_mwh, 0.0) * site.step_h
    full = np.bincount(site.period, weights=rent * site.limit_mw, minlength=prepared.charge_usd_per_mw.size)
    total += float(full[prepared.charge_usd_per_mw == 0.0].sum())
    order = np.argsort(site.period, kind="stable")
    bounds = np.searchsorted(site.period[order], np.arange(prepared.charge_usd_per_mw.size + 1))
    for period in np.flatnonzero(prepared.charge_usd_per_mw > 0.0):
        inside = order[bounds[period] : bounds[period + 1]]
        total += _peak_bound_usd(
            rent[inside], site.limit_mw[inside], prepared.charge_usd_per_mw[period], prepared.floor_mw[period]
        )
    return float(total) + prepared.fixed_usd


def _peak_bound_usd(rent_usd_per_mw: Array, limit_mw: Array, charge: float, floor: float) -> Usd:
    """The most that import of a period earns above its price, less the charge on its best peak."""
    peaks = np.unique(np.append(limit_mw[limit_mw > floor], floor))
    order = np.argsort(limit_mw)
    limits, rents = limit_mw[order], rent_usd_per_mw[order]
    below = np.searchsorted(limits, peaks, side="right")
    earned = np.append(0.0, np.cumsum(limits * rents))[below]
    above = np.append(np.cumsum(rents[::-1])[::-1], 0.0)[below]
    return float(np.max(earned + above * peaks - charge * peaks))
