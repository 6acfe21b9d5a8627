"""What a cash flow is worth: present values, modified return, payback and the valley of cash; all before tax.

Amount 0 stands at the valuation date and amount t lies t periods later, as in the textbook. Monthly plans pay at the
end of the month and are valued at the start of the first one: `first_period=1` and `monthly_rate_frac` say that.
Shifting every amount by the same time moves no internal rate of return.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, Frac, FracPerYear, Usd, Years
from repower.finance.cashflow import amounts_usd

_EPS = float(np.finfo(np.float64).eps)


def present_values_usd(rate_frac: Frac, cash_flow_usd: Sequence[Usd] | Array, first_period: int = 0) -> Array:
    """Each amount discounted to the valuation date.

    Parameters
    ----------
    rate_frac : discount rate per period, above -1.
    cash_flow_usd : shape (periods,).
    first_period : how many periods after the valuation date the first amount is paid: 0 at once, 1 at the period's end.

    Returns
    -------
    Shape (periods,) [$].

    Raises
    ------
    InputError : the rate is -1 or below or not finite, or an amount is not a finite number.
    """
    amount = amounts_usd(cash_flow_usd)
    _check_rate(rate_frac, "rate_frac")
    values: Array = amount * np.exp(-np.log1p(rate_frac) * (first_period + np.arange(amount.size)))
    return values


def npv_usd(rate_frac: Frac, cash_flow_usd: Sequence[Usd] | Array, first_period: int = 0) -> Usd:
    """Net present value; parameters and errors as of `present_values_usd`."""
    return float(present_values_usd(rate_frac, cash_flow_usd, first_period).sum())


def npv_profile_usd(rates_frac: Array, cash_flow_usd: Sequence[Usd] | Array, first_period: int = 0) -> Array:
    """Net present value over a range of rates: what to read where there is more than one internal rate of return.

    Parameters
    ----------
    rates_frac : shape (rates,), each above -1 per period.
    cash_flow_usd, first_period : as in `present_values_usd`.

    Returns
    -------
    Shape (rates,) [$].
    """
    return np.array([npv_usd(float(rate), cash_flow_usd, first_period) for rate in rates_frac])


def monthly_rate_frac(rate_frac_per_year: FracPerYear) -> Frac:
    """The monthly rate that compounds to a yearly one: (1 + r)^(1/12) - 1.

    A discount or hurdle rate compounds like this. A loan's quoted rate does not: it is charged as rate / 12.
    """
    _check_rate(rate_frac_per_year, "rate_frac_per_year")
    return float(np.expm1(np.log1p(rate_frac_per_year) / MONTHS_PER_YEAR))


def mirr_frac(cash_flow_usd: Sequence[Usd] | Array, finance_rate_frac: Frac, reinvest_rate_frac: Frac) -> Frac | None:
    """Modified rate of return per period: outflows financed at one rate, inflows reinvested at another.

    Parameters
    ----------
    cash_flow_usd : shape (periods,), at least two.
    finance_rate_frac, reinvest_rate_frac : per period, above -1.

    Returns
    -------
    The rate; -1 where nothing comes back; None where nothing is spent or there is one period alone.
    """
    amount = amounts_usd(cash_flow_usd)
    spent = -npv_usd(finance_rate_frac, np.minimum(amount, 0.0))
    last = amount.size - 1
    if spent == 0.0 or last == 0:
        return None
    returned = npv_usd(reinvest_rate_frac, np.maximum(amount, 0.0))
    if returned == 0.0:
        return -1.0
    return float(np.expm1(np.log1p(reinvest_rate_frac) + np.log(returned / spent) / last))


def payback_years(cash_flow_usd: Sequence[Usd] | Array, periods_per_year: int = MONTHS_PER_YEAR) -> Years | None:
    """Years from the first spend until cumulative cash is back at zero and stays there.

    Parameters
    ----------
    cash_flow_usd : shape (periods,); inside a period cash is taken to come evenly.
    periods_per_year : 12 for months, 1 for years.

    Returns
    -------
    Zero where cumulative cash never goes below zero; None where it is below zero at the end. A second spend that takes
    it below zero again postpones the payback.
    """
    amount = amounts_usd(cash_flow_usd)
    total = np.cumsum(amount)
    below = np.flatnonzero(total < -_EPS * amount.size * np.cumsum(np.abs(amount)))
    if below.size == 0:
        return 0.0
    last = int(below[-1])
    if last == amount.size - 1:
        return None
    first_spend = int(np.flatnonzero(amount < 0.0)[0])
    return float(last - first_spend - total[last] / amount[last + 1]) / periods_per_year


def valley(cash_flow_usd: Sequence[Usd] | Array) -> tuple[Usd, int | None]:
    """The deepest cumulative cash, at most zero, and the index of its period; (0, None) where it never is below zero.

    Parameters
    ----------
    cash_flow_usd : shape (periods,).
    """
    total = np.cumsum(amounts_usd(cash_flow_usd))
    deepest = int(np.argmin(total))
    return (float(total[deepest]), deepest) if total[deepest] < 0.0 else (0.0, None)


def annuity_usd(principal_usd: Usd, rate_frac: Frac, periods: int) -> Usd:
    """The level payment at the end of every period that repays a principal with interest.

    Parameters
    ----------
    principal_usd : borrowed at once.
    rate_frac : interest per period, above -1.
    periods : number of payments, at least one.
    """
    _check_rate(rate_frac, "rate_frac")
    if periods < 1:
        raise InputError(
            Problem("a loan has at least one payment", "give periods >= 1", key="periods", value=str(periods))
        )
    if rate_frac == 0.0:
        return principal_usd / periods
    return float(-principal_usd * rate_frac / np.expm1(-periods * np.log1p(rate_frac)))


def _check_rate(rate: Frac, key: str) -> None:
    if not (np.isfinite(rate) and rate > -1.0):
        raise InputError(
            Problem("a rate must be a number above -1", "write 8 percent as 0.08", key=key, value=str(rate))
        )
