"""Building on borrowed money: interest added to the loan, and the cost that contains it.

Spend is paid at the end of its month, the loan pays its share of every month's spend, and its interest, charged monthly
at a twelfth of the yearly rate, is added to it until the last month. Fees are drawn with the first spend. The all-in
cost contains the interest and the fees, and both grow with the loan: everything is linear in it, so the circle closes
in one line, without iteration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array, Frac, FracPerYear, Usd
from repower.finance.cashflow import amounts_usd


@dataclass(frozen=True)
class Construction:
    """How a loan of a given size pays for construction.

    Parameters
    ----------
    draws_usd : shape (construction months,), what the loan pays of each month's spend; equity pays the rest.
    interest_usd : interest added to the loan until hand-over.
    fees_usd : lender's fees, drawn with the first spend.
    cost_usd : spend, interest and fees.
    equity_usd : spend that the loan does not pay.
    """

    draws_usd: Array
    interest_usd: Usd
    fees_usd: Usd
    cost_usd: Usd
    equity_usd: Usd


def interest_during_construction_usd(draws_usd: Sequence[Usd] | Array, rate_frac_per_year: FracPerYear) -> Usd:
    """Interest on monthly draws that is added to the loan until the end of the last month.

    Parameters
    ----------
    draws_usd : shape (months,), each drawn at the end of its month.
    rate_frac_per_year : quoted yearly rate; a twelfth is charged every month.
    """
    draws = amounts_usd(draws_usd, "draws_usd")
    return float(draws @ (_growth(draws.size, rate_frac_per_year) - 1.0))


def largest_loan_usd(spend_usd: Array, rate_frac_per_year: FracPerYear, fee_frac: Frac, ltc_frac: Frac) -> Usd:
    """The loan that is a given share of an all-in cost containing its own interest and fees.

    Parameters
    ----------
    spend_usd : shape (months,), construction spend before financing, not negative.
    rate_frac_per_year : as in `interest_during_construction_usd`.
    fee_frac : fees over loan.
    ltc_frac : loan over all-in cost, at most one.

    Notes
    -----
    A loan D pays the share u of the spend S, and with its fees f D it grows to D = u A + f D g, with A the spend grown
    to the last month and g the growth of its first draw. The all-in cost is D + (1 - u) S, so D = l (D + (1 - u) S)
    gives D = l S / (1 - l (1 - (1 - f g) S / A)). As S <= A and f g < 1, the denominator is positive for l <= 1.
    """
    total, unit = float(spend_usd.sum()), _spend_per_loan(spend_usd, rate_frac_per_year, fee_frac)
    return ltc_frac * total / (1.0 - ltc_frac * (1.0 - unit * total)) if total > 0.0 else 0.0


def construction(spend_usd: Array, rate_frac_per_year: FracPerYear, fee_frac: Frac, loan_usd: Usd) -> Construction:
    """Draws, interest, fees, cost and equity of a loan that has a given size at hand-over; parameters as above."""
    draws = loan_usd * _spend_per_loan(spend_usd, rate_frac_per_year, fee_frac) * spend_usd
    fees = fee_frac * loan_usd
    borrowed = draws.copy()
    borrowed[0] += fees
    interest = interest_during_construction_usd(borrowed, rate_frac_per_year)
    total = float(spend_usd.sum())
    return Construction(draws, interest, fees, total + fees + interest, total - float(draws.sum()))


def _spend_per_loan(spend: Array, rate: FracPerYear, fee_frac: Frac) -> float:
    """Share of the spend that one dollar of loan at hand-over has paid."""
    growth = _growth(spend.size, rate)
    grown_fee = fee_frac * float(growth[0])
    if not grown_fee < 1.0:
        raise InputError(
            Problem("fees and their interest use up the loan", "give lower fees", key="fee_frac", value=str(fee_frac))
        )
    grown = float(spend @ growth)
    return (1.0 - grown_fee) / grown if grown > 0.0 else 0.0


def _growth(months: int, rate: FracPerYear) -> Array:
    growth: Array = (1.0 + rate / MONTHS_PER_YEAR) ** np.arange(months - 1, -1, -1, dtype=np.float64)
    return growth
