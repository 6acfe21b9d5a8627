"""Term debt before tax: the smaller of what cash available carries and what the lender gives on cost, never below zero.

Sculpted debt serves a constant share of each period's cash available, so the cover ratio is the same in every period.
The loan never owes interest that it cannot pay: where a period's share of cash is below the interest due, the loan is
made smaller, unless that period is one of grace, and `Debt.status` says so. Reserve accounts, sweeps, covenants and tax
are not here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Frac, FracPerYear, Ratio, Usd, Years
from repower.finance.cashflow import amounts_usd
from repower.finance.construction import construction, largest_loan_usd
from repower.finance.ratios import dscr_ratio, llcr_ratio
from repower.finance.schedule import carried_usd, repayment

Binding = Literal["dscr", "ltc", "none"]
_CLOSE = 1e-9


@dataclass(frozen=True)
class DebtTerms:
    """What a lender offers.

    Parameters
    ----------
    rate_frac_per_year : quoted yearly rate; a period is charged rate / periods_per_year.
    tenor_years : from hand-over to maturity, a whole number of periods.
    dscr_ratio : least cover of debt service by cash available, in every period.
    ltc_frac : most the loan may be of the all-in cost, which contains its fees and its interest during construction.
    fee_frac : upfront fees over loan.
    grace_years : first years in which interest that cash does not cover is added to the loan instead of limiting it.
    periods_per_year : 1 for yearly, 4 for quarterly cash available.
    """

    rate_frac_per_year: FracPerYear
    tenor_years: Years
    dscr_ratio: Ratio
    ltc_frac: Frac
    fee_frac: Frac = 0.0
    grace_years: Years = 0.0
    periods_per_year: int = 1

    def __post_init__(self) -> None:
        limits = (
            (
                "rate_frac_per_year",
                0.0 <= self.rate_frac_per_year < 1.0,
                "a rate is from 0 to below 1",
                "write 7 % as 0.07",
            ),
            ("tenor_years", self.tenor_years > 0.0, "a loan has a tenor above 0", "give the years from hand-over"),
            ("dscr_ratio", self.dscr_ratio > 0.0, "a cover ratio is above 0", "write 1.30x as 1.3"),
            ("ltc_frac", 0.0 <= self.ltc_frac <= 1.0, "a loan is between 0 and 1 of its cost", "write 80 % as 0.8"),
            ("fee_frac", 0.0 <= self.fee_frac < 1.0, "fees are between 0 and 1 of the loan", "write 2 % as 0.02"),
            ("grace_years", self.grace_years >= 0.0, "grace is at least 0 years", "give years from hand-over"),
            ("periods_per_year", self.periods_per_year >= 1, "a year has at least one period", "use 1, 2, 4 or 12"),
        )
        problems = [
            Problem(message, fix, key=key, value=str(getattr(self, key)))
            for key, holds, message, fix in limits
            if not (holds and math.isfinite(getattr(self, key)))
        ]
        for key in ("tenor_years", "grace_years"):
            periods = getattr(self, key) * self.periods_per_year
            if math.isfinite(periods) and abs(periods - round(periods)) > _CLOSE * max(1.0, abs(periods)):
                fix = f"change it or periods_per_year ({self.periods_per_year})"
                problems.append(
                    Problem("this is no whole number of periods", fix, key=key, value=str(getattr(self, key)))
                )
        if problems:
            raise InputError(problems)


@dataclass(frozen=True)
class Debt:
    """A term loan, period by period.

    Arrays have the shape of the cash available, (periods,), from the first period after hand-over; they are zero after
    maturity, except `dscr_ratio`, which is NaN wherever no service is due.

    Parameters
    ----------
    size_usd : owed at hand-over, fees and interest during construction included.
    dscr_size_usd, ltc_cap_usd : what cash available carries, and what cost allows; the size is the smaller.
    binding : which of the two it is; ``none`` where there is no debt.
    status : the same in words, with everything a reader should know about the size.
    service_usd, interest_usd, principal_usd : due at the end of every period.
    balance_usd : owed after it.
    dscr_ratio, min_dscr_ratio, average_dscr_ratio : cash available over service; None without debt.
    llcr_ratio : present value of cash available over the loan's life over its size; None without debt.
    draws_usd : shape (construction months,), what the loan pays of each month's spend.
    interest_during_construction_usd, fees_usd : part of size and cost.
    cost_usd : all-in: spend, fees and interest during construction.
    equity_usd : cost less debt.
    """

    size_usd: Usd
    dscr_size_usd: Usd
    ltc_cap_usd: Usd
    binding: Binding
    status: str
    rate_frac_per_year: FracPerYear
    periods_per_year: int
    service_usd: Array
    interest_usd: Array
    principal_usd: Array
    balance_usd: Array
    dscr_ratio: Array
    min_dscr_ratio: Ratio | None
    average_dscr_ratio: Ratio | None
    llcr_ratio: Ratio | None
    draws_usd: Array
    interest_during_construction_usd: Usd
    fees_usd: Usd
    cost_usd: Usd
    equity_usd: Usd


def sculpt(
    cash_available_usd: Sequence[Usd] | Array,
    terms: DebtTerms,
    cost_usd: Usd,
    spend_usd: Sequence[Usd] | Array | None = None,
) -> Debt:
    """The largest loan whose service is a constant share of cash available.

    Parameters
    ----------
    cash_available_usd : shape (periods,), cash available for debt service at the end of every period after hand-over.
    terms : what the lender offers.
    cost_usd : construction spend before fees and interest.
    spend_usd : shape (construction months,), the same by month, for interest during construction; None where all of it
        is paid at hand-over, so that there is no such interest.

    Returns
    -------
    The loan; its cover ratio is the lender's in every period where cash binds, and uniformly higher where cost does.

    Raises
    ------
    InputError : an amount is not finite, a spend is negative, or the monthly spend is not the cost.

    References
    ----------
    Yescombe, Principles of Project Finance, 2nd ed. (2014), on sculpted repayment and cover ratios.
    """
    cash = amounts_usd(cash_available_usd, "cash_available_usd")
    periods = min(round(terms.tenor_years * terms.periods_per_year), cash.size)
    return _loan(cash, np.maximum(cash[:periods], 0.0) / terms.dscr_ratio, terms, _spend(cost_usd, spend_usd))


def level(
    cash_available_usd: Sequence[Usd] | Array,
    terms: DebtTerms,
    cost_usd: Usd,
    spend_usd: Sequence[Usd] | Array | None = None,
) -> Debt:
    """The largest loan with the same service in every period: the worst period limits it; otherwise as `sculpt`."""
    cash = amounts_usd(cash_available_usd, "cash_available_usd")
    periods = min(round(terms.tenor_years * terms.periods_per_year), cash.size)
    worst = max(float(cash[:periods].min()), 0.0) / terms.dscr_ratio
    return _loan(cash, np.full(periods, worst), terms, _spend(cost_usd, spend_usd))


def _loan(cash: Array, capacity: Array, terms: DebtTerms, spend: Array) -> Debt:
    """Size and schedule of a loan whose service is at most `capacity`, shape (loan periods,)."""
    rate = terms.rate_frac_per_year / terms.periods_per_year
    grace = round(terms.grace_years * terms.periods_per_year)
    carried, limiting = carried_usd(capacity, rate, grace)
    cap = largest_loan_usd(spend, terms.rate_frac_per_year, terms.fee_frac, terms.ltc_frac)
    size = min(carried, cap)
    binding: Binding = "none" if size <= 0.0 else "dscr" if carried <= cap else "ltc"
    built = construction(spend, terms.rate_frac_per_year, terms.fee_frac, size)
    plan = repayment(size, capacity, rate, grace)
    after = (0, cash.size - capacity.size)
    service, interest, principal, balance = (
        np.pad(row, after) for row in (plan.service_usd, plan.interest_usd, plan.principal_usd, plan.balance_usd)
    )
    cover = dscr_ratio(cash, service)
    covers = cover[np.isfinite(cover)]
    least = float(covers.min()) if covers.size else None
    life = int(np.flatnonzero(service)[-1]) + 1 if size > 0.0 else 0
    debt = Debt(
        size_usd=size,
        dscr_size_usd=carried,
        ltc_cap_usd=cap,
        binding=binding,
        status="",
        rate_frac_per_year=terms.rate_frac_per_year,
        periods_per_year=terms.periods_per_year,
        service_usd=service,
        interest_usd=interest,
        principal_usd=principal,
        balance_usd=balance,
        dscr_ratio=cover,
        min_dscr_ratio=least,
        average_dscr_ratio=float(covers.mean()) if covers.size else None,
        llcr_ratio=llcr_ratio(cash, rate, life, size),
        draws_usd=built.draws_usd,
        interest_during_construction_usd=built.interest_usd,
        fees_usd=built.fees_usd,
        cost_usd=built.cost_usd,
        equity_usd=built.equity_usd,
    )
    return replace(debt, status=_words(debt, terms, limiting, capacity.size))


def _spend(cost_usd: Usd, spend_usd: Sequence[Usd] | Array | None) -> Array:
    spend = amounts_usd([cost_usd] if spend_usd is None else spend_usd, "spend_usd")
    if spend.min() < 0.0:
        fix = "give what is paid as positive amounts"
        raise InputError(Problem("a construction cost is below zero", fix, key="spend_usd", value=str(spend.min())))
    if not abs(float(spend.sum()) - cost_usd) <= _CLOSE * abs(cost_usd):
        shown = f"{spend.sum():,.2f} by month, {cost_usd:,.2f} in all"
        fix = "give the monthly spend before fees and interest"
        raise InputError(Problem("monthly spend does not add up to cost", fix, key="spend_usd", value=shown))
    return spend


def _words(debt: Debt, terms: DebtTerms, limiting: int | None, periods: int) -> str:
    """Why the loan has its size, and what is unusual about it."""
    name = {1: "year", 2: "half-year", 4: "quarter", 12: "month"}.get(terms.periods_per_year, "period")
    said = []
    if debt.ltc_cap_usd <= 0.0:
        said.append("no debt: there is no cost to lend on, or the lender lends nothing on it")
    elif debt.dscr_size_usd <= 0.0:
        why = "no cash is available" if limiting is None else f"{name} {limiting + 1} has no cash to pay interest"
        said.append(f"no debt: {why}")
    elif debt.binding == "dscr":
        said.append(f"cash available limits the loan: cover is {debt.min_dscr_ratio:.2f}x at least")
        if limiting is not None:
            said.append(f"interest due in {name} {limiting + 1} takes all that may be paid and makes the loan smaller")
    else:
        said.append(f"cost limits the loan to {terms.ltc_frac:.0%} of it: cover is {debt.min_dscr_ratio:.2f}x at least")
    added = -float(debt.principal_usd[debt.principal_usd < 0.0].sum())
    if added > 0.0:
        said.append(f"${added:,.0f} of interest in grace is added to the loan")
    tenor = round(terms.tenor_years * terms.periods_per_year)
    if periods < tenor:
        said.append(f"cash available is given for {periods} {name}s, so the tenor of {tenor} is cut to that")
    return "; ".join(said)
