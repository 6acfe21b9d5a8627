"""What no answer of a linear programme is cheaper than, from any prices of its rows: no solver is believed."""

from __future__ import annotations

import numpy as np

from repower.base.units import Array, Usd
from repower.dispatch.linear import LinearProgramme


def least_cost_usd(programme: LinearProgramme, price: Array) -> Usd:
    """A bound from below on the cost of every feasible answer, by weak duality.

    For any prices y of the rows, cost @ x = y @ (matrix @ x) + (cost - y @ matrix) @ x; each of the two sums is least
    at limits of rows and of columns. Good prices give a tight bound, any prices a valid one.

    Parameters
    ----------
    price : shape (M,), what one more unit on the right-hand side of each row costs. Where a price leans on a limit that
        a row does not have it counts as zero.

    Returns
    -------
    minus infinity where a column without limit would be bought for ever.
    """
    leans = np.where(price > 0.0, programme.row_lower, programme.row_upper)
    kept = np.where(np.isfinite(leans), price, 0.0)
    rows_usd = float(np.sum(kept * np.where(np.isfinite(leans), leans, 0.0)))
    reduced = programme.cost - programme.matrix.T @ kept
    limit = np.where(reduced > 0.0, programme.lower, programme.upper)
    return rows_usd + float(np.sum(np.where(reduced == 0.0, 0.0, reduced) * np.where(reduced == 0.0, 0.0, limit)))
