"""Debt on a plan: one loan on the leases of the converted halls, one on their GPU rental, and what is left to equity.

A loan is drawn while its halls are built. It is sized and repaid by years from the hand-over of the last of them, out
of contracted cash alone: re-letting after a lease's term, rental after the GPU contract's term, and mining carry no
debt. A year's service is paid at its end and set aside in twelve parts, as lenders ask, so equity lacks it earlier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.clock import month_plus, months_between
from repower.base.units import MONTHS_PER_YEAR, Array, Ratio
from repower.finance import Debt, DebtTerms, sculpt
from repower.plan.cash import HallCash, phase_cash_usd
from repower.plan.options import Candidate, capex_cash_usd
from repower.plan.phases import Phase, agreement_named, lease_of
from repower.plan.world import World
from repower.site import GpuRental


@dataclass(frozen=True)
class Loan:
    """A loan and its place in the plan.

    Parameters
    ----------
    cash_usd : shape (months,), draws less service; what is still owed after the plan's last month is repaid in it.
    first_service : month of the plan in which repayment years begin.
    """

    debt: Debt
    cash_usd: Array
    first_service: int


def lease_loan(ledger: HallCash, chosen: Sequence[Candidate]) -> Loan | None:
    """The loan on new leases; None where no hall is converted to colocation."""
    owner = ledger.world.site.owner
    terms = DebtTerms(owner.debt_rate_frac_per_year, owner.debt_tenor_years, owner.debt_dscr_ratio, owner.debt_ltc_frac)
    return _loan(ledger, [one for one in chosen if one.value.kind.startswith("colocation")], terms, "colocation")


def gpu_loan(ledger: HallCash, chosen: Sequence[Candidate]) -> Loan | None:
    """The loan on GPU rental; None where no hall is converted to GPU cloud."""
    owner = ledger.world.site.owner
    terms = DebtTerms(
        owner.gpu_debt_rate_frac_per_year,
        owner.gpu_debt_tenor_years,
        owner.gpu_debt_dscr_ratio,
        owner.gpu_debt_ltc_frac,
    )
    return _loan(ledger, [one for one in chosen if one.value.kind == "gpu_cloud"], terms, "gpu_cloud")


def min_dscr_ratio(loans: Sequence[Loan | None]) -> Ratio | None:
    """Lowest cover of any loan; None without debt."""
    found = [loan.debt.min_dscr_ratio for loan in loans if loan and loan.debt.min_dscr_ratio is not None]
    return min(found) if found else None


def _loan(ledger: HallCash, halls: Sequence[Candidate], terms: DebtTerms, use: str) -> Loan | None:
    world = ledger.world
    begins = [phase.first for one in halls for phase in _let(one, use)]
    if not begins:
        return None
    count, ready = len(world.months), max(begins)
    spend = -np.sum([capex_cash_usd(world, one) for one in halls], axis=0)
    years = (count - ready) // MONTHS_PER_YEAR
    if years < 1 or not spend[:ready].any():
        return None
    contracted = np.sum([_contracted(ledger, one, use) for one in halls], axis=0)
    yearly = contracted[ready : ready + years * MONTHS_PER_YEAR].reshape(years, MONTHS_PER_YEAR).sum(axis=1)
    first = int(np.flatnonzero(spend)[0])
    debt = sculpt(yearly, terms, float(spend[first:ready].sum()), spend[first:ready])
    cash = np.zeros(count)
    cash[first:ready] += debt.draws_usd
    cash[ready : ready + years * MONTHS_PER_YEAR] -= np.repeat(debt.service_usd / MONTHS_PER_YEAR, MONTHS_PER_YEAR)
    cash[-1] -= float(debt.balance_usd[-1])
    return Loan(debt, cash, ready)


def _let(candidate: Candidate, use: str) -> list[Phase]:
    return [phase for phase in candidate.phases if phase.use == use and not phase.relet]


def _contracted(ledger: HallCash, candidate: Candidate, use: str) -> Array:
    """Cash of the agreement's own term, shape (months,)."""
    world = ledger.world
    hall = next(found for found in world.site.halls if found.name == candidate.value.hall)
    cash = np.zeros(len(world.months))
    for phase in _let(candidate, use):
        ends = _term_end(world, phase)
        inside = np.arange(cash.size) < ends
        cash += np.where(inside, phase_cash_usd(ledger, hall, phase), 0.0)
    return cash


def _term_end(world: World, phase: Phase) -> int:
    assert phase.hand_over is not None
    if phase.use == "colocation":
        years = lease_of(world.site, phase).term_years
    else:
        years = agreement_named(world.site, phase.contract, GpuRental).term_years
    return months_between(world.months[0], month_plus(phase.hand_over, round(years * MONTHS_PER_YEAR)))
