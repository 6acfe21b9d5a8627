"""Months into quarters and years: nothing is lost, nothing is guessed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import month_plus
from repower.base.errors import InputError
from repower.finance import CashFlow, CashFlowLine, labels, quarterly, total_usd, yearly


def monthly(first: date, rows: list[list[float]]) -> CashFlow:
    months = tuple(month_plus(first, step) for step in range(len(rows[0])))
    return CashFlow(months, tuple(CashFlowLine(f"line {i}", np.array(row)) for i, row in enumerate(rows)))


def test_calendar_periods_by_hand() -> None:
    flow = monthly(date(2026, 11, 1), [[1.0] * 15, [-2.0] * 15])
    assert labels(flow)[:2] == ("2026-11", "2026-12")
    assert labels(quarterly(flow)) == ("2026Q4", "2027Q1", "2027Q2", "2027Q3", "2027Q4", "2028Q1")
    assert quarterly(flow).lines[0].amount_usd.tolist() == [2.0, 3.0, 3.0, 3.0, 3.0, 1.0]
    assert labels(yearly(flow)) == ("2026", "2027", "2028")
    assert yearly(flow).lines[1].amount_usd.tolist() == [-4.0, -24.0, -2.0]
    assert total_usd(yearly(flow)).tolist() == [-2.0, -12.0, -1.0]
    assert yearly(flow).lines[1].name == "line 1"


@given(
    st.dates(date(2020, 1, 1), date(2040, 12, 1)).map(lambda day: day.replace(day=1)),
    st.integers(1, 3).flatmap(
        lambda count: st.integers(1, 60).flatmap(
            lambda size: st.lists(
                st.lists(st.integers(-(10**12), 10**12).map(float), min_size=size, max_size=size),
                min_size=count,
                max_size=count,
            )
        )
    ),
)
def test_whole_dollars_add_up_exactly(first: date, rows: list[list[float]]) -> None:
    flow = monthly(first, rows)
    assert total_usd(yearly(flow)).sum() == total_usd(quarterly(flow)).sum() == sum(map(sum, rows))
    by_quarter = yearly(quarterly(flow))
    assert by_quarter.months == yearly(flow).months
    for one, other in zip(by_quarter.lines, yearly(flow).lines, strict=True):
        assert one.amount_usd.tolist() == other.amount_usd.tolist()


def test_no_lines_is_no_money() -> None:
    assert total_usd(CashFlow((date(2027, 1, 1), date(2027, 2, 1)), ())).tolist() == [0.0, 0.0]


def test_years_cannot_become_quarters() -> None:
    with pytest.raises(InputError, match="start from the monthly one"):
        quarterly(yearly(monthly(date(2026, 1, 1), [[1.0]])))


@pytest.mark.parametrize(
    ("months", "amounts", "words"),
    [
        ([date(2026, 1, 2)], [1.0], "not the first day"),
        ([date(2026, 1, 1), date(2026, 3, 1)], [1.0, 1.0], "2026-03-01 after 2026-01-01"),
        ([date(2026, 1, 1)], [1.0, 2.0], "2 amounts for 1 months"),
        ([date(2026, 1, 1)], [np.nan], "not a number"),
    ],
)
def test_a_malformed_cash_flow_is_refused(months: list[date], amounts: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        CashFlow(tuple(months), (CashFlowLine("rent", np.array(amounts)),))
