"""Repayment schedules: what a loan of a given size pays in every period, out of what may be paid.

`capacity_usd` is the most a period may pay: cash available over the lender's cover ratio. In the first `grace` periods
interest may exceed it and is then added to the loan; afterwards the loan only ever falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.errors import InfeasibleError
from repower.base.units import Array, Frac, Usd
from repower.finance.value import npv_usd

_CLOSE = 1e-12
_HALVINGS = 60


@dataclass(frozen=True)
class Repayment:
    """A schedule, every array of shape (periods,): service is interest and principal; the balance is after it."""

    service_usd: Array
    interest_usd: Array
    principal_usd: Array
    balance_usd: Array


def carried_usd(capacity_usd: Array, rate_frac: Frac, grace: int = 0) -> tuple[Usd, int | None]:
    """The largest loan that the capacity repays, and the period whose interest limits it, if one does.

    Parameters
    ----------
    capacity_usd : shape (periods,), the most that may be paid at the end of each, not negative.
    rate_frac : interest per period.
    grace : first periods in which unpaid interest may be added to the loan.

    Returns
    -------
    The loan and None, or the loan and the first period in which interest takes all that may be paid.

    Notes
    -----
    Backward from maturity, where nothing is owed: before a payment no more can be owed than the payment and the next
    balance are worth, and outside grace no more than the payment covers interest on. Each bound can be reached, so the
    last one is the largest loan.
    """
    owed, limiting = 0.0, None
    for period in range(capacity_usd.size - 1, -1, -1):
        capacity = float(capacity_usd[period])
        owed = (owed + capacity) / (1.0 + rate_frac)
        if period >= grace and rate_frac * owed > capacity * (1.0 + _CLOSE):
            owed, limiting = capacity / rate_frac, period
    return owed, limiting


def repayment(size_usd: Usd, capacity_usd: Array, rate_frac: Frac, grace: int = 0) -> Repayment:
    """Service as the same share of capacity in every period, the smallest that repays the loan, but interest at least.

    Parameters
    ----------
    size_usd : owed before the first period, at most what `carried_usd` gives.
    capacity_usd, rate_frac, grace : as in `carried_usd`.

    Raises
    ------
    InfeasibleError : the loan is larger than the capacity repays.
    """
    if size_usd <= 0.0:
        nothing = np.zeros(capacity_usd.size)
        return Repayment(nothing, nothing, nothing, nothing)
    worth = npv_usd(rate_frac, capacity_usd, first_period=1)
    share = min(size_usd / worth, 1.0) if worth > 0.0 else 1.0
    paid = _paid(size_usd, share, capacity_usd, rate_frac, grace)
    if paid is None or np.any(paid.service_usd > share * capacity_usd + _CLOSE * capacity_usd.size * size_usd):
        paid = _least_paid(size_usd, capacity_usd, rate_frac, grace)
    if paid is None:
        raise InfeasibleError(
            f"a loan of ${size_usd:,.0f} is more than ${carried_usd(capacity_usd, rate_frac, grace)[0]:,.0f}, "
            "which is all that the cash available repays"
        )
    return paid


def _least_paid(size: Usd, capacity: Array, rate: Frac, grace: int) -> Repayment | None:
    """The smallest share that repays the loan where interest sets the service of some periods, by bisection."""
    low, high, best = 0.0, 1.0, _paid(size, 1.0, capacity, rate, grace)
    for _ in range(_HALVINGS if best else 0):
        middle = 0.5 * (low + high)
        paid = _paid(size, middle, capacity, rate, grace)
        if paid is None:
            low = middle
        else:
            high, best = middle, paid
    return best


def _paid(size: Usd, share: float, capacity: Array, rate: Frac, grace: int) -> Repayment | None:
    """The schedule of paying a share of capacity; None where interest is more than capacity or a balance is left."""
    dust = _CLOSE * capacity.size * size
    interest, principal, balance = [], [], []
    owed = size
    for period, most in enumerate(capacity.tolist()):
        due = rate * owed
        if period >= grace and due > most + rate * dust:
            return None
        back = max(share * most - due, 0.0 if period >= grace else -due)
        if back >= owed - dust:
            back = owed  # the last instalment clears what rounding leaves, so that a loan ends at zero
        owed -= back
        interest.append(due)
        principal.append(back)
        balance.append(owed)
    if owed > 0.0:
        return None
    rows = np.array((interest, principal, balance))
    return Repayment(rows[0] + rows[1], *rows)
