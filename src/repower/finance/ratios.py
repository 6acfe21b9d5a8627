"""Ratios that lenders and owners read, each with one definition; all before tax.

A ratio that divides by nothing is missing: NaN in an array, None alone. It is never zero and never a huge number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Frac, Ratio, Usd, UsdPerYear
from repower.finance.cashflow import amounts_usd
from repower.finance.value import npv_usd


@dataclass(frozen=True)
class YieldOnCost:
    """Net operating income over all-in cost; escalating rent makes the two differ, so both are always given."""

    first_year_frac: Frac
    average_frac: Frac


def dscr_ratio(cash_available_usd: Sequence[Usd] | Array, service_usd: Sequence[Usd] | Array) -> Array:
    """Debt service cover: cash available over interest and principal due, period by period.

    Parameters
    ----------
    cash_available_usd, service_usd : shape (periods,).

    Returns
    -------
    Shape (periods,); NaN where no service is due.
    """
    cash, service = amounts_usd(cash_available_usd, "cash_available_usd"), amounts_usd(service_usd, "service_usd")
    if cash.size != service.size:
        raise InputError(
            Problem(
                "cash and debt service differ in length",
                "give both for the same periods",
                key="service_usd",
                value=f"{service.size} for {cash.size}",
            )
        )
    cover: Array = np.divide(cash, service, out=np.full(cash.size, np.nan), where=service > 0.0)
    return cover


def llcr_ratio(
    cash_available_usd: Sequence[Usd] | Array, rate_frac: Frac, loan_periods: int, balance_usd: Usd
) -> Ratio | None:
    """Loan life cover: present value of the cash available until maturity, at the loan's rate, over the balance.

    Parameters
    ----------
    cash_available_usd : shape (periods,), each at the end of its period.
    rate_frac : the loan's rate per period.
    loan_periods : periods until maturity.
    balance_usd : owed now.

    Returns
    -------
    None where nothing is owed.
    """
    cash = amounts_usd(cash_available_usd, "cash_available_usd")
    if not balance_usd > 0.0 or loan_periods < 1:
        return None
    return npv_usd(rate_frac, cash[:loan_periods], first_period=1) / balance_usd


def plcr_ratio(cash_available_usd: Sequence[Usd] | Array, rate_frac: Frac, balance_usd: Usd) -> Ratio | None:
    """Project life cover: as `llcr_ratio`, over all the cash there is, the tail after maturity included."""
    return llcr_ratio(cash_available_usd, rate_frac, len(cash_available_usd), balance_usd)


def ltc_frac(debt_usd: Usd, cost_usd: Usd) -> Frac | None:
    """Loan to cost, all-in; None where there is no cost."""
    return debt_usd / cost_usd if cost_usd > 0.0 else None


def debt_yield_frac(income_usd_per_year: UsdPerYear, debt_usd: Usd) -> Frac | None:
    """Net operating income of a year over the debt; None without debt."""
    return income_usd_per_year / debt_usd if debt_usd > 0.0 else None


def interest_cover_ratio(income_usd_per_year: UsdPerYear, interest_usd_per_year: UsdPerYear) -> Ratio | None:
    """Net operating income over interest of the same year; None without interest."""
    return income_usd_per_year / interest_usd_per_year if interest_usd_per_year > 0.0 else None


def yield_on_cost(income_usd: Sequence[Usd] | Array, cost_usd: Usd) -> YieldOnCost | None:
    """Net operating income over all-in cost, in the first year and on average.

    Parameters
    ----------
    income_usd : shape (years,), full years from hand-over.
    cost_usd : everything spent until hand-over, financing included.

    Returns
    -------
    None where there is no cost.
    """
    income = amounts_usd(income_usd, "income_usd")
    return YieldOnCost(float(income[0] / cost_usd), float(income.mean() / cost_usd)) if cost_usd > 0.0 else None
