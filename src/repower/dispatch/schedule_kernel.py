"""Megawatts of every load from a forward pass, and what prices prove.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, IntArray
from repower.dispatch.slopes import SLIVER, Site


@njit(cache=True, nogil=True)
def fill_rows(
    site: Site, order: IntArray, peak_mw: Array, over_usd_per_mwh: Array, output_mw: Array, rows_mw: Array
) -> Array:
    """What every row of the stack draws, given the battery's output, and the import [MW].

    Import serves rows worth more than its price up to the peak, and beyond it rows worth more than the price and a
    whole peak charge.

    Parameters
    ----------
    order : shape (1 or T, M), column of `rows_mw` for every row.
    rows_mw : shape (T, M), written.
    """
    steps, rows = rows_mw.shape
    import_mw = np.empty(steps)
    for step in range(steps):
        at = step if site.value_usd_per_mwh.shape[0] > 1 else 0
        at_order = step if order.shape[0] > 1 else 0
        own = site.own_mw[step if site.own_mw.size > 1 else 0]
        price, limit = site.price_usd_per_mwh[step], site.limit_mw[step]
        cap = min(peak_mw[site.period[step]], limit)
        over_price = price + over_usd_per_mwh[site.period[step]]
        wanted, urgent = 0.0, 0.0
        for row in range(rows):
            value = site.value_usd_per_mwh[at, row]
            if value <= price:
                break
            wanted += site.width_mw[at, row]
            if value > over_price:
                urgent = wanted
        free = own + output_mw[step]
        absorbed = max(free, min(wanted, free + cap), min(urgent, free + limit))
        left = absorbed
        for row in range(rows):
            width = site.width_mw[at, row]
            drawn = width if left >= width - SLIVER else max(left, 0.0)
            rows_mw[step, order[at_order, row]] = drawn
            left -= drawn
        import_mw[step] = min(max(absorbed - free, 0.0), limit)
    return import_mw


@njit(cache=True, nogil=True)
def step_bounds(site: Site, marginal_usd_per_mwh: Array, water_usd_per_mwh: Array, rent_usd_per_mwh: Array) -> Array:
    """What each step can earn at most at these prices, whatever is done [$], shape (T,).

    Import pays its price and `rent_usd_per_mwh`; what is stored is paid the water value of its step, and released at
    it. Peaks and the store itself are not in it.
    """
    steps, rows = marginal_usd_per_mwh.size, site.value_usd_per_mwh.shape[1]
    bounds = np.empty(steps)
    for step in range(steps):
        at = step if site.value_usd_per_mwh.shape[0] > 1 else 0
        price, water = marginal_usd_per_mwh[step], water_usd_per_mwh[step]
        total = price * site.own_mw[step if site.own_mw.size > 1 else 0]
        for row in range(rows):
            value = site.value_usd_per_mwh[at, row]
            if value == np.inf:
                total -= price * site.width_mw[at, row]
            elif value > price:
                total += (value - price) * site.width_mw[at, row]
            else:
                break
        total += max(price - site.price_usd_per_mwh[step] - rent_usd_per_mwh[step], 0.0) * site.limit_mw[step]
        total += max(site.charge_efficiency_frac * water - price, 0.0) * site.charge_mw
        total += max(price - water / site.discharge_efficiency_frac, 0.0) * site.discharge_mw
        bounds[step] = total * site.step_h
    return bounds
