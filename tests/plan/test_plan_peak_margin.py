"""Margins under a demand charge, against every peak that could be best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.units import Array
from repower.plan.peak_margin import peak_margins

DOLLARS, MEGAWATTS = st.integers(-20, 60), st.integers(0, 9)


@st.composite
def months(draw: st.DrawFn) -> tuple[Array, Array, Array, float]:
    """Cost, values and capacities of a few blocks in a few hours, and a charge."""
    steps, blocks = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    cost = np.array([draw(DOLLARS) for _ in range(steps)], dtype=np.float64)
    value = np.array([[draw(DOLLARS) for _ in range(steps)] for _ in range(blocks)], dtype=np.float64)
    width = np.array([[draw(MEGAWATTS) for _ in range(steps)] for _ in range(blocks)], dtype=np.float64)
    return cost, value, width, float(draw(st.integers(0, 120)))


def best_of_all_peaks(cost: Array, value: Array, width: Array, charge: float) -> float:
    """The most that any peak earns: profit is piecewise linear in it, with kinks where blocks of an hour are full."""
    gain = np.maximum(value - cost, 0.0)
    earned = [0.0]
    orders = np.argsort(-gain, axis=0, kind="stable")
    peaks = {float(width[orders[: k + 1, t], t].sum()) for t in range(cost.size) for k in range(value.shape[0])}
    for peak in peaks:
        total = -charge * peak
        for t in range(cost.size):
            room = peak
            for k in orders[:, t]:
                run = min(width[k, t], room)
                total, room = total + gain[k, t] * run, room - run
        earned.append(total)
    return max(earned)


@given(months())
def test_no_peak_earns_more(given_month: tuple[Array, Array, Array, float]) -> None:
    cost, value, width, charge = given_month
    month_of = np.zeros(cost.size, dtype=np.int64)
    (found,) = peak_margins(cost, value, width, month_of, 1.0, np.array([charge]))
    assert found == pytest.approx(best_of_all_peaks(cost, value, width, charge), abs=1e-9)


def test_a_month_by_hand() -> None:
    """Two hours at $20: 3 MW worth 50 and 2 MW worth 30. The first gain 60 a MW and the second 20, the charge is 25."""
    value, width = np.array([[30.0, 30.0], [50.0, 50.0]]), np.array([[2.0, 2.0], [3.0, 3.0]])
    cost, month_of = np.array([20.0, 20.0, 20.0, 20.0]), np.array([0, 0, 1, 1])
    twice = [np.concatenate([one, one], axis=1) for one in (value, width)]
    assert peak_margins(cost, *twice, month_of, 1.0, np.array([25.0, 0.0])) == pytest.approx([105.0, 220.0])
    assert peak_margins(cost, *twice, month_of, 0.5, np.array([25.0, 40.0])) == pytest.approx([15.0, 0.0])
