"""Internal rates of return: 40-digit oracles, Sturm's theorem, and what must hold for every cash flow."""

from __future__ import annotations

import importlib
import json
import math
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import repower.finance
from repower.base.errors import InputError
from repower.finance import annual_from_monthly, irr, mirr_frac, npv_usd, span_years, xirr
from repower.finance.irr import Irr
from shared_data import shared

ROOTS = {
    "two roots": ([-100, 230, -132], [0.1, 0.2]),
    "three roots": ([-1, 6, -11, 6], [0.0, 1.0, 2.0]),
    "oil pump of Lorie and Savage": ([-1600, 10000, -10000], [0.25, 4.0]),
    "double root": ([-100, 220, -121], [0.1, 0.1]),
    "triple root": ([-1, 3, -3, 1], [0.0, 0.0, 0.0]),
    "no root, Teichroew": ([1000, -3000, 2500], []),
    "a hair below a double root": ([-100, 220, -121.0000001], []),
    "near total loss": ([-1e6, 1e-3, 1e-3], [-0.9999683767234]),
    "the smallest and the largest amounts there are": ([-1e308, *[0] * 99, 5e-324], [5e-324**0.01 / 1e308**0.01 - 1]),
    "leading and trailing zeros": ([0, 0, -100, 110, 0], [0.1]),
    "a loan": ([100, -110], [0.1]),
    "one root in spite of three sign changes": (
        [-300, 120, 110, 90, 70, -900, 180, 185, 190, 196, 202, 208, 214, 221, 227, 1200],
        [0.1980533555914],
    ),
}
DATED = {
    "worked example of Excel's XIRR": (
        ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01"],
        [-10000, 2750, 4250, 3250, 2750],
        {"actual/365f": [0.3733625335188], "actual/actual": [0.3744466966], "30/360": [0.3733661079]},
    ),
    "a leap year": (
        ["2023-12-31", "2024-12-31"],
        [-100, 110],
        {"actual/365f": [0.0997135859341], "actual/actual": [0.0999992152], "30/360": [0.1]},
    ),
    "two roots": (
        ["2020-01-01", "2021-01-01", "2022-01-01"],
        [-100, 230, -132],
        {"actual/365f": [0.1033979277, 0.1925857863]},
    ),
    "three years, nearly all lost": (["2020-01-01", "2023-01-01"], [-1e6, 1], {"actual/365f": [-0.9899578936246]}),
}
amounts = st.lists(st.integers(-9, 9), min_size=1, max_size=12)
DAY_COUNTS = {"ACT_365F": "actual/365f", "ACT_ACT_ISDA": "actual/actual", "THIRTY_360_ISDA": "30/360"}


def oracle() -> dict[str, Any]:
    cases: dict[str, Any] = json.loads(shared("oracles/irr.json").read_text(encoding="utf-8"))
    return cases


def flow_of(case: dict[str, Any]) -> list[float]:
    if isinstance(case["cf"], str):
        first, rest = case["cf"].split("+")
        repeated, times = rest.split("*")
        return [*json.loads(first), *(json.loads(repeated) * int(times))]
    return [float(amount) for amount in case["cf"]]


def zeros_by_sturm(flow: list[int]) -> int:
    """How many distinct rates above -1 there are, in exact fractions: sign changes of the chain at 0 and infinity."""
    chain = [trimmed([Fraction(amount) for amount in flow])]
    while chain[0] and chain[0][0] == 0:
        chain[0].pop(0)
    if len(chain[0]) < 2:
        return 0
    chain.append([power * amount for power, amount in enumerate(chain[0])][1:])
    while rest := remainder(chain[-2], chain[-1]):
        chain.append([-amount for amount in rest])
    at_zero, at_infinity = [p[0] for p in chain if p[0]], [p[-1] for p in chain]
    return changes(at_zero) - changes(at_infinity)


def remainder(over: list[Fraction], under: list[Fraction]) -> list[Fraction]:
    over = list(over)
    while len(over) >= len(under):
        factor = over[-1] / under[-1]
        for position, amount in enumerate(under, start=len(over) - len(under)):
            over[position] -= factor * amount
        over.pop()
    return trimmed(over)


def trimmed(polynomial: list[Fraction]) -> list[Fraction]:
    while polynomial and polynomial[-1] == 0:
        polynomial.pop()
    return polynomial


def changes(signed: list[Fraction]) -> int:
    return sum((a > 0) != (b > 0) for a, b in pairwise(signed))


def close(found: tuple[float, ...], wanted: list[float], tolerance: float = 1e-9) -> bool:
    return len(found) == len(wanted) and all(
        abs(a - b) <= tolerance * max(1.0, abs(b)) for a, b in zip(found, wanted, strict=True)
    )


@pytest.mark.parametrize("name", ROOTS)
def test_known_roots(name: str) -> None:
    flow, wanted = ROOTS[name]
    assert close(irr(flow).roots, wanted), irr(flow)


@pytest.mark.parametrize("name", DATED)
def test_known_dated_roots(name: str) -> None:
    days, flow, wanted = DATED[name]
    dates = [date.fromisoformat(day) for day in days]
    for day_count, roots in wanted.items():
        assert close(xirr(flow, dates, day_count).roots, roots), day_count


def test_every_case_of_the_oracle() -> None:
    cases = oracle()
    assert len(cases) >= 22
    for name, case in cases.items():
        flow = flow_of(case)
        if "dates" not in case:
            assert close(irr(flow).roots, case["all_real_roots"]), name
            if isinstance(case["mirr_8_10"], float) and len(flow) < 40:
                assert mirr_frac(flow, 0.08, 0.10) == pytest.approx(case["mirr_8_10"], rel=1e-12), name
            assert npv_usd(0.10, flow) == pytest.approx(case["npv_10"], rel=1e-12, abs=1e-12), name
            continue
        dates = [date.fromisoformat(day) for day in case["dates"]]
        assert close(xirr(flow, dates).roots, case["roots_act365"]), name
        for theirs, day_count in DAY_COUNTS.items():
            # The oracle's other rates are an iterative solver's, good to its own 1e-11.
            wanted = [] if case[theirs] == -1.0 else [case[theirs]]
            assert close(xirr(flow, dates, day_count).roots, wanted, 1e-11), (name, day_count)


@given(amounts)
def test_as_many_roots_as_sturm_counts(flow: list[int]) -> None:
    found = irr(flow)
    assert len(set(found.roots)) == zeros_by_sturm(flow)
    assert len(found.roots) <= found.sign_changes
    assert (found.sign_changes - len(found.roots)) % 2 == 0  # Descartes: multiplicities counted


@given(st.lists(st.integers(-40, 200), min_size=1, max_size=4, unique=True))
def test_a_flow_built_from_rates_gives_them_back(percent: list[int]) -> None:
    wanted = sorted(p / 100 for p in percent)
    flow = np.array([1.0])
    for rate in wanted:
        flow = np.convolve(flow, [-1.0, 1.0 + rate])
    assert close(irr(flow).roots, wanted, 1e-7), (irr(flow), wanted)


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=60))
def test_present_value_is_zero_at_every_root(flow: list[float]) -> None:
    for rate in irr(flow).roots:
        if -0.9 < rate < 1e6:
            terms = np.array(flow) * (1.0 + rate) ** -np.arange(len(flow))
            assert abs(terms.sum()) <= 1e-10 * np.abs(terms).sum()


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30), st.integers(-200, 200))
def test_roots_do_not_depend_on_the_scale_of_money(flow: list[float], power: int) -> None:
    scaled = [math.ldexp(amount, power) for amount in flow]
    if all(abs(amount) > 1e-100 or amount == 0.0 for amount in flow):
        assert close(irr(scaled).roots, list(irr(flow).roots))


@given(amounts, st.integers(1, 5))
def test_roots_do_not_depend_on_when_the_first_period_is(flow: list[int], shift: int) -> None:
    assert close(irr([0] * shift + flow).roots, list(irr(flow).roots))


@given(amounts)
def test_reversed_time_inverts_the_growth(flow: list[int]) -> None:
    forward, backward = irr(flow).roots, irr(flow[::-1]).roots
    assert close(tuple(sorted(1.0 / (1.0 + rate) - 1.0 for rate in backward)), list(forward), 1e-7)


@pytest.mark.parametrize(("months", "seeds"), [(121, 4), (361, 2), (481, 1)])
def test_long_noisy_flows_lose_no_root(months: int, seeds: int) -> None:
    time = np.arange(months)
    for seed in range(seeds):
        flow = np.random.default_rng(seed).normal(size=months) * 1e9
        signs = []
        for rates in np.array_split(np.linspace(-2.0, 2.0, 10_001), 20):
            exponent = -rates[:, None] * time
            signs.append(np.sign(np.exp(exponent - exponent.max(axis=1, keepdims=True)) @ flow))
        crossings = np.count_nonzero(np.diff(np.concatenate(signs)))
        logs = np.log1p(irr(flow).roots)
        assert np.count_nonzero(np.abs(logs) < 2.0) == crossings


def test_a_rate_stands_alone_or_not_at_all() -> None:
    assert irr([-100, 110]).rate_frac == pytest.approx(0.1)
    assert irr([-100, 230, -132]).rate_frac is None
    assert irr([-100, 220, -121]).rate_frac is None
    assert irr([100, 50]).rate_frac is None


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        ([-100, 110], "one root"),
        ([100, -110], "one root: money comes in first, so it is a cost of funds"),
        ([-100, 230, -132], "two roots: use the NPV profile"),
        ([-100, 220, -121], "two equal roots: use the NPV profile"),
        ([100, 50, 20], "no real rate: money only comes in"),
        ([-100, 0, 0], "no real rate: money only goes out"),
        ([0, 0], "no real rate: no money moves"),
        ([-100, 220, -130], "no real rate: the net present value is below zero at every rate"),
        ([1000, -3000, 2500], "no real rate: the net present value is above zero at every rate"),
        ([-1, 0, 1e300, -1], "one of two roots stated: to rounding the other is a total loss"),
    ],
)
def test_status_says_what_there_is(flow: list[float], words: str) -> None:
    assert irr(flow).status == words


def test_a_rate_that_rounds_to_a_total_loss_is_not_given() -> None:
    found = xirr([-1000, 10], [date(2020, 1, 1), date(2020, 2, 1)])
    assert found.roots == ()
    assert found.status == "no rate can be stated: to rounding it is a total loss"


def test_order_of_dates_and_amounts_of_one_day_do_not_matter() -> None:
    whole = xirr([-150, 165], [date(2020, 1, 1), date(2021, 1, 1)])
    mixed = xirr([165, -100, -50], [date(2021, 1, 1), date(2020, 1, 1), date(2020, 1, 1)])
    assert mixed == whole


def test_annual_from_monthly_compounds() -> None:
    monthly = irr([-1_000_000.0] + [8_000.0] * 360)
    annual = annual_from_monthly(monthly)
    assert annual.rate_frac == pytest.approx((1.0 + 0.0074464124626) ** 12 - 1.0, abs=1e-11)
    assert (annual.sign_changes, annual.status) == (monthly.sign_changes, monthly.status)
    assert annual_from_monthly(irr([1.0, 1.0])).roots == ()
    assert annual_from_monthly(irr([-1.0, 1e40])).roots == ()


@pytest.mark.parametrize(
    ("flow", "shown"),
    [([-1.0, math.nan], "nan"), ([-1.0, math.inf], "inf"), ([], "[]"), ([[1.0, -1.0]], "[["), (["a", 1], "'a'")],
)
def test_bad_amounts_are_refused_with_their_value(flow: Any, shown: str) -> None:
    with pytest.raises(InputError, match="Fix: give") as caught:
        irr(flow)
    assert shown in caught.value.problems[0].value


def test_a_bad_amount_is_named_by_its_position() -> None:
    with pytest.raises(InputError) as caught:
        irr([-1.0, 2.0, math.nan, -math.inf])
    assert [problem.key for problem in caught.value.problems] == ["cash_flow_usd[2]", "cash_flow_usd[3]"]


def test_dates_must_match_amounts_and_day_counts_exist() -> None:
    with pytest.raises(InputError, match="one date an amount"):
        xirr([-1, 2], [date(2020, 1, 1)])
    with pytest.raises(InputError, match="no such day count"):
        xirr([-1, 2], [date(2020, 1, 1), date(2021, 1, 1)], "act/act")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="backwards"):
        span_years(date(2021, 1, 1), date(2020, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "day_count", "years"),
    [
        ("2024-01-31", "2024-02-29", "30/360", 29 / 360),
        ("2024-01-30", "2024-03-31", "30/360", 60 / 360),
        ("2024-01-29", "2024-03-31", "30/360", 62 / 360),
        ("2023-12-31", "2024-12-31", "actual/actual", 1 / 365 + 365 / 366),
        ("2023-12-31", "2024-12-31", "actual/365f", 366 / 365),
    ],
)
def test_day_counts_worked_by_hand(first: str, last: str, day_count: Any, years: float) -> None:
    assert span_years(date.fromisoformat(first), date.fromisoformat(last), day_count) == pytest.approx(years, rel=1e-15)


def test_the_module_and_the_function_share_a_name_in_peace() -> None:
    module = importlib.import_module("repower.finance.irr")
    assert module.Irr is Irr is repower.finance.Irr
    assert repower.finance.irr is irr is module.irr
    assert isinstance(repower.finance.irr([-1.0, 2.0]), Irr)
