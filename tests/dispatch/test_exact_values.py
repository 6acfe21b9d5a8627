"""Values of many price years against one schedule at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.s100 import prices_usd_per_mwh
from dispatch.s100_full import full_site
from repower.base.errors import InputError
from repower.dispatch import solve, solve_values

STEPS = 24 * 90
PRICES = np.stack([prices_usd_per_mwh(seed, STEPS) for seed in range(1, 6)])


def test_values_are_those_of_schedules() -> None:
    problem = full_site(35.0, STEPS)
    values = solve_values(problem, PRICES)
    for row, price in enumerate(PRICES):
        schedule = solve(replace(problem, price_usd_per_mwh=price))
        assert values.profit_usd[row] == pytest.approx(schedule.profit_usd, rel=2e-8)
        assert values.profit_usd[row] <= schedule.profit_usd * (1 + 1e-10)
        assert values.bound_usd[row] >= schedule.profit_usd * (1 - 1e-12)
        assert values.bound_usd[row] == pytest.approx(schedule.profit_usd, rel=2e-8)
        assert (schedule.peak_mw[:3] <= 100.0).all()
    assert values.peak_mw.shape == (5, 3)


def test_threads_and_chunks_change_nothing() -> None:
    problem = full_site(35.0, STEPS)
    at_once = solve_values(problem, PRICES)
    in_parts = solve_values(problem, (PRICES[part] for part in (slice(0, 2), slice(2, 5))), threads=2)
    for name in ("profit_usd", "bound_usd", "peak_mw"):
        assert getattr(at_once, name).tobytes() == getattr(in_parts, name).tobytes()


def test_exports_at_the_price_of_each_series_follow_it() -> None:
    problem = replace(full_site(35.0, 240), export_limit_mw=5.0)
    values = solve_values(problem, PRICES[:2, :240])
    for row in range(2):
        schedule = solve(replace(problem, price_usd_per_mwh=PRICES[row, :240]))
        assert values.profit_usd[row] == schedule.profit_usd


def test_interleaved_peaks_and_sites_without_a_battery() -> None:
    hours = np.arange(240)
    apart = replace(full_site(35.0, 240), billing_period=hours % 2, peak_charge_usd_per_mw=[900.0, 500.0])
    bare = replace(full_site(35.0, 240), battery=None)
    for problem in (apart, bare):
        values = solve_values(problem, PRICES[:2, :240])
        for row in range(2):
            schedule = solve(replace(problem, price_usd_per_mwh=PRICES[row, :240]))
            assert values.profit_usd[row] == pytest.approx(schedule.profit_usd, rel=2e-8)


def test_bad_prices_are_refused() -> None:
    problem = full_site(35.0, 24)
    with pytest.raises(InputError, match=r"\(N, 24\)"):
        solve_values(problem, PRICES[:, :23])
    hole = PRICES[:2, :24].copy()
    hole[1, 3] = np.nan
    with pytest.raises(InputError, match=r"price_usd_per_mwh\[1, 3\]"):
        solve_values(problem, hole)
