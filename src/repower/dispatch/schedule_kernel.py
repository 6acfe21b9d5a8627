"""Megawatts of every load from a forward pass, and what prices prove.

Compiled code: import this module only where a loop is about to run.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy import uintp as nth

from repower.base.units import Array, IntArray
from repower.dispatch.paths import Path
from repower.dispatch.slopes import SLIVER, Site


@njit(cache=True, nogil=True, error_model="numpy")
def fill_rows(site: Site, order: IntArray, caps: Array, path: Path, rows_mw: Array, peak_mw: Array) -> Array:
    """What every row of the stack draws, given what the battery does, and the import [MW].

    Import serves rows worth more than its price up to the peak, and beyond it rows worth more than the price and a
    whole peak charge.

    Parameters
    ----------
    order : shape (1 or T, M), column of `rows_mw` for every row.
    caps : shape (2, P), as `backward` takes them.
    rows_mw, peak_mw : shape (T, M) and (P,), written.
    """
    steps, rows = rows_mw.shape
    values, uptos, owns = site.value_usd_per_mwh, site.upto_mw, site.own_mw
    many_rows, many_orders, many_own = values.shape[0] > 1, order.shape[0] > 1, owns.size > 1
    import_mw = np.empty(steps)
    for step in range(steps):
        at, at_order = step if many_rows else 0, step if many_orders else 0
        price, limit, period = site.price_usd_per_mwh[step], site.limit_mw[step], nth(site.period[step])
        cap = min(caps[0, period], limit)
        wanted = uptos[at, nth(_worth_more(site, at, price))]
        free = owns[step if many_own else 0] + path.discharge_mw[step] - path.charge_mw[step]
        absorbed = max(free, min(wanted, free + cap))
        if cap < limit:
            urgent = uptos[at, nth(_worth_more(site, at, price + caps[1, period]))]
            absorbed = max(absorbed, min(urgent, free + limit))
        for row in range(rows):
            above = uptos[at, row]
            width, drawn = uptos[at, row + 1] - above, absorbed - above
            rows_mw[step, nth(order[at_order, row])] = width if drawn >= width - SLIVER else max(drawn, 0.0)
        drawn = min(max(absorbed - free, 0.0), limit)
        import_mw[step] = drawn
        peak_mw[period] = max(peak_mw[period], drawn)
    return import_mw


@njit(cache=True, nogil=True, error_model="numpy")
def _worth_more(site: Site, at: int, price: float) -> int:
    """How many rows are worth more than a price."""
    values = site.value_usd_per_mwh
    row: int = values.shape[1]
    while row > 0 and values[at, nth(row - 1)] <= price:
        row -= 1
    return row


@njit(cache=True, nogil=True, error_model="numpy")
def step_bound_usd(site: Site, step: int, price: float, water: float, rent: float) -> float:
    """What a step can earn at most at these prices, whatever is done [$].

    Import pays its price and a rent; what is stored is paid the water value of its step, and released at it. Peaks and
    the store itself are not in it.
    """
    at = step if site.value_usd_per_mwh.shape[0] > 1 else 0
    row = nth(_worth_more(site, at, price))
    total: float = price * (site.own_mw[step if site.own_mw.size > 1 else 0] - site.upto_mw[at, row])
    total += site.worth_usd_per_h[at, row]
    total += max(price - site.price_usd_per_mwh[step] - rent, 0.0) * site.limit_mw[step]
    total += max(site.charge_efficiency_frac * water - price, 0.0) * site.charge_mw
    total += max(price - water * (1.0 / site.discharge_efficiency_frac), 0.0) * site.discharge_mw
    total *= site.step_h
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def free_bound_usd(site: Site, marginal_usd_per_mwh: Array, water_usd_per_mwh: Array) -> float:
    """What all steps and the store between them earn at most at these prices, import at the marginal price [$]."""
    total, before = 0.0, water_usd_per_mwh[0]
    for step in range(marginal_usd_per_mwh.size):
        water = water_usd_per_mwh[step]
        total += step_bound_usd(site, step, marginal_usd_per_mwh[step], water, np.inf)
        total += max(water - before, 0.0) * site.energy_mwh
        before = water
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def step_bounds_usd(
    site: Site, marginal_usd_per_mwh: Array, water_usd_per_mwh: Array, rent_usd_per_mwh: Array
) -> Array:
    """`step_bound_usd` of every step, shape (T,)."""
    bounds = np.empty(marginal_usd_per_mwh.size)
    for step in range(bounds.size):
        bounds[step] = step_bound_usd(
            site, step, marginal_usd_per_mwh[step], water_usd_per_mwh[step], rent_usd_per_mwh[step]
        )
    return bounds


@njit(cache=True, nogil=True, error_model="numpy")
def period_rents(site: Site, marginal_usd_per_mwh: Array, periods: int) -> tuple[Array, Array, Array]:
    """Rent of one MW of import in every period, and of all that its limit allows (2, P); lowest and highest limit (P,).

    A rent is what import gains above its price [$/MW].
    """
    rents, lowest, highest = np.zeros((2, periods)), np.full(periods, np.inf), np.zeros(periods)
    for step in range(marginal_usd_per_mwh.size):
        period, limit = site.period[step], site.limit_mw[step]
        rent = max(marginal_usd_per_mwh[step] - site.price_usd_per_mwh[step], 0.0) * site.step_h
        rents[0, period] += rent
        rents[1, period] += rent * limit
        lowest[period], highest[period] = min(lowest[period], limit), max(highest[period], limit)
    return rents, lowest, highest
