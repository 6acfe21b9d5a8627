"""Sculpted and level debt: public deals, NREL's model, and what must hold for every loan."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InfeasibleError, InputError
from repower.finance import Debt, DebtTerms, annuity_usd, level, npv_usd, sculpt
from repower.finance.construction import construction, interest_during_construction_usd, largest_loan_usd
from repower.finance.schedule import carried_usd, repayment
from shared_data import shared

RIVER_BEND_NOI_USD = 371e6 * 1.03 ** np.arange(15)
RIVER_BEND_TERMS = DebtTerms(rate_frac_per_year=0.06192, tenor_years=15, dscr_ratio=1.30, ltc_frac=1.0)

cash_flows = st.lists(st.integers(-300, 1000).map(float), min_size=1, max_size=20)
offers = st.builds(
    DebtTerms,
    rate_frac_per_year=st.sampled_from([0.0, 0.01, 0.0725, 0.15]),
    tenor_years=st.integers(1, 20),
    dscr_ratio=st.sampled_from([1.0, 1.3, 1.85]),
    ltc_frac=st.sampled_from([0.0, 0.5, 0.85, 1.0]),
    fee_frac=st.sampled_from([0.0, 0.02]),
    grace_years=st.integers(0, 3),
)
spends = st.lists(st.integers(0, 400).map(float), min_size=1, max_size=24)


def sam(case: str) -> tuple[dict[str, Any], dict[str, Any]]:
    cases = json.loads(shared("oracles/sam_single_owner.json").read_text(encoding="utf-8"))
    return cases[case]["outputs"], cases[case]["computed_by_us"]


def loan_rows(debt: Debt) -> tuple[list[float], ...]:
    return tuple(row.tolist() for row in (debt.service_usd, debt.interest_usd, debt.principal_usd, debt.balance_usd))


def test_river_bend_borrows_what_was_issued_only_when_sculpted() -> None:
    # Public lease of 245 MW, 3 % a year, 6.192 % notes of 3,250 M$; simplified to 15 yearly payments.
    sculpted = sculpt(RIVER_BEND_NOI_USD, RIVER_BEND_TERMS, cost_usd=4e9)
    assert round(sculpted.size_usd / 1e6) == 3284
    assert sculpted.binding == "dscr"
    assert sculpted.dscr_ratio.tolist() == pytest.approx([1.30] * 15)
    level_cover = RIVER_BEND_NOI_USD[0] / annuity_usd(sculpted.size_usd, 0.06192, 15)
    assert 1.05 < level_cover < 1.10
    flat = level(RIVER_BEND_NOI_USD, RIVER_BEND_TERMS, cost_usd=4e9)
    assert flat.size_usd < 3.25e9 < sculpted.size_usd
    assert flat.min_dscr_ratio == pytest.approx(1.30)
    assert flat.service_usd.tolist() == pytest.approx([RIVER_BEND_NOI_USD[0] / 1.30] * 15)


@pytest.mark.parametrize("case", ["A_minimal", "F_frac60", "H_lease"])
def test_schedules_equal_nrel_single_owner(case: str) -> None:
    theirs, computed = sam(case)
    terms, cost = {
        "A_minimal": (DebtTerms(0.07, 18, 1.3, 1.0), 700e6),
        "F_frac60": (DebtTerms(0.07, 18, 1.3, 0.6), 700e6),
        # Their cap is a share of spend, construction finance and a fee on the whole spend, taken before sizing.
        "H_lease": (DebtTerms(0.0625, 14, 1.3, 0.85), 1080e6),
    }[case]
    cash = theirs["cf_cash_for_ds"][1:]
    ours = sculpt(cash, terms, cost) if case != "F_frac60" else level(cash, terms, cost)
    assert ours.size_usd == pytest.approx(theirs["size_of_debt"], rel=1e-11)
    assert ours.min_dscr_ratio == pytest.approx(theirs["min_dscr"], rel=1e-11)
    assert ours.llcr_ratio == pytest.approx(computed["LLCR"], rel=1e-11)
    names = ("cf_debt_payment_total", "cf_debt_payment_interest", "cf_debt_payment_principal", "cf_debt_balance")
    for row, name in zip(loan_rows(ours), names, strict=True):
        assert row == pytest.approx(theirs[name][1:], rel=1e-9, abs=0.01), name


def test_cost_binds_and_lifts_cover_uniformly() -> None:
    theirs, _ = sam("H_lease")
    debt = sculpt(theirs["cf_cash_for_ds"][1:], DebtTerms(0.0625, 14, 1.3, 0.85), cost_usd=1080e6)
    assert (debt.binding, debt.size_usd) == ("ltc", pytest.approx(918e6, rel=1e-12))
    assert debt.dscr_ratio[:14].tolist() == pytest.approx([1.766251317] * 14, rel=1e-9)
    assert math.isnan(debt.dscr_ratio[14])
    assert round(debt.dscr_size_usd / 1e6) == 1247
    assert debt.status == "cost limits the loan to 85% of it: cover is 1.77x at least"


@given(cash_flows, offers, spends)
def test_what_holds_for_every_loan(cash: list[float], terms: DebtTerms, spend: list[float]) -> None:
    for lend in (sculpt, level):
        debt = lend(cash, terms, sum(spend), spend)
        service, _, principal, balance = map(np.array, loan_rows(debt))
        small = 1e-9 * max(1.0, debt.size_usd)
        assert 0.0 <= debt.size_usd == min(debt.dscr_size_usd, debt.ltc_cap_usd)
        assert abs(principal.sum() - debt.size_usd) <= small
        assert np.all(service >= -small)
        assert np.all(balance >= 0.0)
        assert balance[-1] == 0.0
        assert np.allclose(np.concatenate(([debt.size_usd], balance[:-1])) - principal, balance, atol=small)
        assert np.all(principal[int(terms.grace_years) :] >= -small)
        assert np.all(service * terms.dscr_ratio <= np.maximum(cash, 0.0) + 1e-8 * max(1.0, debt.size_usd))
        assert abs(debt.cost_usd - debt.equity_usd - debt.size_usd) <= 1e-9 * max(1.0, debt.cost_usd)
        assert abs(npv_usd(terms.rate_frac_per_year, service, first_period=1) - debt.size_usd) <= 10 * small
        assert debt.size_usd <= terms.ltc_frac * debt.cost_usd * (1 + 1e-12)
        assert (debt.binding == "none") == (debt.size_usd == 0.0) == (debt.min_dscr_ratio is None)
        assert debt.binding == "none" or debt.min_dscr_ratio >= terms.dscr_ratio * (1 - 1e-7)
        assert debt.status.startswith("no debt") == (debt.binding == "none")


@given(cash_flows, offers, st.floats(0.1, 3.0))
def test_money_has_no_scale(cash: list[float], terms: DebtTerms, scale: float) -> None:
    one = sculpt(cash, terms, 1000.0)
    other = sculpt([scale * amount for amount in cash], terms, 1000.0 * scale)
    assert other.size_usd == pytest.approx(scale * one.size_usd, rel=1e-9, abs=1e-9)
    assert other.service_usd.tolist() == pytest.approx((scale * one.service_usd).tolist(), rel=1e-6, abs=1e-6)


@given(cash_flows, offers, st.integers(0, 19), st.floats(0.0, 100.0))
def test_more_cash_never_lowers_the_size(cash: list[float], terms: DebtTerms, where: int, more: float) -> None:
    richer = list(cash)
    richer[where % len(cash)] += more
    assert sculpt(richer, terms, 1e4).size_usd >= sculpt(cash, terms, 1e4).size_usd * (1 - 1e-12)


@given(st.lists(st.integers(0, 100).map(float), min_size=1, max_size=7), st.sampled_from([0.02, 0.1]))
def test_the_size_is_the_largest_by_linear_programming(capacity: list[float], rate: float) -> None:
    from scipy.optimize import linprog

    # Variables: size, then service of every period. Balances fall and end at zero; service is within capacity.
    periods = len(capacity)
    grown = np.array([[(1 + rate) ** (t - s) if s <= t else 0.0 for s in range(periods)] for t in range(-1, periods)])
    balance = [np.concatenate(([(1 + rate) ** (t + 1)], -grown[t + 1])) for t in range(-1, periods)]
    falls = [after - before for before, after in pairwise(balance)]
    found = linprog(
        np.eye(periods + 1)[0] * -1.0,
        A_ub=np.array(falls),
        b_ub=np.zeros(periods),
        A_eq=np.array([balance[-1]]),
        b_eq=[0.0],
        bounds=[(0.0, None), *((0.0, most) for most in capacity)],
    )
    assert found.status == 0
    assert carried_usd(np.array(capacity), rate)[0] == pytest.approx(-found.fun, rel=1e-7, abs=1e-7)


def test_a_year_without_cash_ends_the_loan_before_it() -> None:
    debt = sculpt([100.0, 100.0, -20.0, 100.0], DebtTerms(0.07, 4, 1.25, 1.0), cost_usd=1000.0)
    assert debt.size_usd == pytest.approx(80 / 1.07 + 80 / 1.07**2)
    assert debt.service_usd.tolist() == pytest.approx([80.0, 80.0, 0.0, 0.0])
    assert "interest due in year 3 takes all that may be paid" in debt.status
    assert debt.llcr_ratio == pytest.approx(1.25)


def test_a_ramp_limits_the_loan_by_its_interest_unless_there_is_grace() -> None:
    cash = [5.0, 100.0, 100.0, 100.0, 100.0, 100.0]
    strict = sculpt(cash, DebtTerms(0.07, 6, 1.25, 1.0), cost_usd=1000.0)
    assert strict.size_usd == pytest.approx(5.0 / 1.25 / 0.07)
    assert strict.principal_usd[0] == pytest.approx(0.0, abs=1e-9)
    assert strict.dscr_ratio[1:].tolist() == pytest.approx([strict.dscr_ratio[1]] * 5, rel=1e-7)
    eased = sculpt(cash, DebtTerms(0.07, 6, 1.25, 1.0, grace_years=1), cost_usd=1000.0)
    assert eased.size_usd == pytest.approx(npv_usd(0.07, np.array(cash) / 1.25, first_period=1))
    assert eased.principal_usd[0] < 0.0
    assert f"${-eased.principal_usd[0]:,.0f} of interest in grace is added to the loan" in eased.status


@pytest.mark.parametrize(
    ("cash", "cost", "words"),
    [
        ([-5.0, -5.0], 100.0, "no debt: no cash is available"),
        ([-5.0, 50.0], 100.0, "no debt: year 1 has no cash to pay interest"),
        ([10.0, 10.0], 0.0, "no debt: there is no cost to lend on"),
    ],
)
def test_no_debt_says_so_and_has_no_ratios(cash: list[float], cost: float, words: str) -> None:
    debt = sculpt(cash, DebtTerms(0.07, 2, 1.3, 1.0), cost)
    assert debt.binding == "none"
    assert debt.status.startswith(words)
    assert (debt.size_usd, debt.min_dscr_ratio, debt.average_dscr_ratio, debt.llcr_ratio) == (0.0, None, None, None)
    assert np.isnan(debt.dscr_ratio).all()
    assert debt.equity_usd == cost


def test_a_tenor_longer_than_the_cash_is_cut_and_said() -> None:
    debt = sculpt([100.0] * 3, DebtTerms(0.07, 10, 1.25, 1.0), cost_usd=1000.0)
    assert debt.size_usd == pytest.approx(npv_usd(0.07, [80.0] * 3, first_period=1))
    assert "given for 3 years, so the tenor of 10 is cut" in debt.status


def test_quarters_charge_a_quarter_of_the_quoted_rate() -> None:
    debt = sculpt([30.0] * 8, DebtTerms(0.08, 2, 1.5, 1.0, periods_per_year=4), cost_usd=1000.0)
    assert debt.size_usd == pytest.approx(npv_usd(0.02, [20.0] * 8, first_period=1))
    assert debt.interest_usd[0] == pytest.approx(0.02 * debt.size_usd)


def test_interest_during_construction_by_hand() -> None:
    # Drawn at month ends: the first 100 bear interest for two months, the second for one, the last for none.
    assert interest_during_construction_usd([100.0, 100.0, 100.0], 0.12) == pytest.approx(100 * 0.0201 + 100 * 0.01)
    assert interest_during_construction_usd([100.0], 0.12) == 0.0


@given(
    spends,
    st.sampled_from([0.0, 0.06, 0.12, 0.5]),
    st.sampled_from([0.0, 0.02, 0.1]),
    st.sampled_from([0.3, 0.85, 1.0]),
)
def test_the_circle_of_cost_and_interest_is_closed(spend: list[float], rate: float, fee: float, ltc: float) -> None:
    outlay = np.array(spend)
    loan = largest_loan_usd(outlay, rate, fee, ltc)
    built = construction(outlay, rate, fee, loan)
    small = 1e-10 * max(1.0, outlay.sum())
    assert abs(loan - ltc * built.cost_usd) <= small
    assert abs(built.cost_usd - built.equity_usd - loan) <= small
    assert built.equity_usd >= -small
    assert np.all(built.draws_usd <= outlay + small)
    # The same by going round: each round guesses a cost, lends on it and adds up what that loan costs.
    cost = float(outlay.sum())
    for _ in range(100):
        cost = construction(outlay, rate, fee, ltc * cost).cost_usd
    assert cost == pytest.approx(built.cost_usd, rel=1e-6, abs=1e-6)


def test_fees_and_interest_are_part_of_debt_and_cost() -> None:
    spend = np.full(24, 3e9 / 24)
    debt = sculpt(RIVER_BEND_NOI_USD, DebtTerms(0.06192, 15, 1.3, 0.8, fee_frac=0.02), 3e9, spend)
    assert debt.binding == "ltc"
    assert debt.size_usd == pytest.approx(0.8 * debt.cost_usd, rel=1e-12)
    assert debt.cost_usd == pytest.approx(3e9 + debt.fees_usd + debt.interest_during_construction_usd, rel=1e-12)
    assert debt.fees_usd == pytest.approx(0.02 * debt.size_usd)
    assert debt.draws_usd.sum() + debt.equity_usd == pytest.approx(3e9, rel=1e-12)
    assert 0.0 < debt.interest_during_construction_usd < 0.06192 * 2 * debt.size_usd


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"rate_frac_per_year": -0.01}, "rate_frac_per_year"),
        ({"rate_frac_per_year": 7.25}, "rate_frac_per_year"),
        ({"tenor_years": 0.0}, "tenor_years"),
        ({"tenor_years": 4.5}, "tenor_years"),
        ({"tenor_years": math.inf}, "tenor_years"),
        ({"dscr_ratio": 0.0}, "dscr_ratio"),
        ({"ltc_frac": 80.0}, "ltc_frac"),
        ({"ltc_frac": math.nan}, "ltc_frac"),
        ({"fee_frac": 1.0}, "fee_frac"),
        ({"grace_years": -1.0}, "grace_years"),
        ({"periods_per_year": 0}, "periods_per_year"),
    ],
)
def test_terms_that_no_lender_gives_are_refused(change: dict[str, float], key: str) -> None:
    good = {"rate_frac_per_year": 0.07, "tenor_years": 10, "dscr_ratio": 1.3, "ltc_frac": 0.8}
    with pytest.raises(InputError) as caught:
        DebtTerms(**(good | change))  # type: ignore[arg-type]
    assert [problem.key for problem in caught.value.problems] == [key]


def test_spend_must_be_the_cost_and_not_negative() -> None:
    terms = DebtTerms(0.07, 10, 1.3, 0.8)
    with pytest.raises(InputError, match=r"90\.00 by month, 100\.00 in all"):
        sculpt([10.0], terms, 100.0, [45.0, 45.0])
    with pytest.raises(InputError, match="below zero"):
        sculpt([10.0], terms, 100.0, [150.0, -50.0])
    with pytest.raises(InputError, match="not a number"):
        sculpt([math.nan], terms, 100.0)


def test_a_loan_beyond_its_capacity_is_infeasible() -> None:
    capacity = np.array([10.0, 10.0])
    most, _ = carried_usd(capacity, 0.07)
    assert repayment(most, capacity, 0.07).balance_usd[-1] == 0.0
    for size in (1000.0, 1.001 * most):
        with pytest.raises(InfeasibleError, match="is more than"):
            repayment(size, capacity, 0.07)
