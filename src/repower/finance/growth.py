"""Income that grows at a constant yearly rate: the series, its first year from its total, and the rate from both.

Contracts are announced as a total over the term or as an average year. Debt is repaid out of single years, and the
first is the smallest, so that an average alone sizes no loan.
"""

from __future__ import annotations

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, FracPerYear, Usd
from repower.finance.irr import irr


def growing_usd(first_usd: Usd, growth_frac_per_year: FracPerYear, years: int) -> Array:
    """Income of every year, shape (years,): the first, then each a constant rate above the one before.

    Raises
    ------
    InputError : no year at all, or a rate of -1 or below.
    """
    _check(growth_frac_per_year, years)
    series: Array = first_usd * (1.0 + growth_frac_per_year) ** np.arange(years, dtype=np.float64)
    return series


def first_year_usd(total_usd: Usd, growth_frac_per_year: FracPerYear, years: int) -> Usd:
    """The first year of a growing income that adds up to a total; errors as of `growing_usd`."""
    return total_usd / float(growing_usd(1.0, growth_frac_per_year, years).sum())


def implied_growth_frac_per_year(first_usd: Usd, total_usd: Usd, years: int) -> FracPerYear:
    """The constant rate at which an income of `first_usd` adds up to `total_usd` over some years.

    Raises
    ------
    InputError : fewer than two years, or amounts that no rate above -1 joins.

    Notes
    -----
    The present value of level payments at the rate r is their sum growing at 1 / (1 + r) - 1, so the rate is that of
    an internal rate of return.
    """
    if years < 2 or not 0.0 < first_usd < total_usd:
        fix = "give a first year above zero, a larger total, and at least two years"
        value = f"{first_usd:,.0f} of {total_usd:,.0f} over {years} years"
        raise InputError(
            Problem("no growth joins a first year and a total like these", fix, key="first_usd", value=value)
        )
    flows = np.full(years, first_usd)
    flows[0] -= total_usd
    (rate,) = irr(flows).roots
    return 1.0 / (1.0 + rate) - 1.0


def _check(growth: FracPerYear, years: int) -> None:
    if years < 1:
        raise InputError(Problem("an income has at least one year", "give years >= 1", key="years", value=str(years)))
    if not growth > -1.0:
        fix = "write 3 % a year as 0.03"
        raise InputError(Problem("a growth is above -1", fix, key="growth_frac_per_year", value=str(growth)))
