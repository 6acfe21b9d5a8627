"""Dispatch by rules against raw HiGHS, on the same arrays in the same run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from repower.dispatch import DispatchProblem, merit_order, merit_order_values

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dispatch"))

PRICE_YEARS = 8
YEARS = 512
US_PER_S = 1e6
GB = 1e9


def measure() -> list[dict[str, Any]]:
    """S100 without its battery, hashprice $35/PH/day: one schedule, and values of many price years."""
    from s100 import prices_usd_per_mwh, site

    prices = np.tile(
        np.stack([prices_usd_per_mwh(seed) for seed in range(1, PRICE_YEARS + 1)]), (YEARS // PRICE_YEARS, 1)
    )
    roof_s = _best_s(prices.max) / YEARS
    rows = []
    for charge, words in ((0.0, "no peak charge"), (10_000.0, "12 monthly peaks")):
        problem = site(1, 35.0, peak_charge_usd_per_mw=charge)
        peer_s, peer_usd = _highs(problem)
        values = merit_order_values(prices, problem)
        one_s = _best_s(lambda site=problem: merit_order_values(prices, site)) / YEARS
        two_s = _best_s(lambda site=problem: merit_order_values(prices, site, threads=2)) / YEARS
        note = (
            f"{YEARS} years from memory; {two_s * US_PER_S:.1f} us by two threads; memory roof (prices read once at "
            f"{prices[0].nbytes / roof_s / GB:.1f} GB/s) {roof_s * US_PER_S:.1f} us; "
            f"off by {abs(values[0] / peer_usd - 1):.0e}"
        )
        rows.append(_row(f"value of a site-year, {words}", one_s, peer_s, note))
        for shape, each in (("constant", problem), ("hourly", _hourly(problem))):
            schedule_s = _best_s(lambda site=each: merit_order(site))
            solver_s, solver_usd = (peer_s, peer_usd) if each is problem else _highs(each)
            note = f"off by {abs(merit_order(each).profit_usd / solver_usd - 1):.0e}"
            rows.append(_row(f"schedule of a site-year, {shape} blocks, {words}", schedule_s, solver_s, note))
    return rows


def _hourly(problem: DispatchProblem) -> DispatchProblem:
    """The same site with values and capacities that follow a daily wave, as weather makes them."""
    wave = 1.0 + 0.04 * np.cos(2 * np.pi * np.arange(problem.price_usd_per_mwh.size) / 24)[:, None]
    return replace(
        problem,
        block_value_usd_per_mwh=problem.block_value_usd_per_mwh / wave,
        block_mw=problem.block_mw * wave,
    )


def _highs(problem: DispatchProblem) -> tuple[float, float]:
    """Seconds from arrays to optimum, and the optimum [$], by HiGHS with its own settings."""
    from highs_site import site_lp

    start = time.perf_counter()
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(site_lp(problem))
    solver.run()
    return time.perf_counter() - start, -float(solver.getInfo().objective_function_value)


def _best_s(work: Callable[[], object]) -> float:
    """Shortest wall time of the runs that fit into a second [s], after one that is not counted."""
    work()
    spans: list[float] = []
    while sum(spans) < 1.0:
        start = time.perf_counter()
        work()
        spans.append(time.perf_counter() - start)
    return min(spans)


def _row(name: str, ours_s: float, peer_s: float, note: str) -> dict[str, Any]:
    return {"name": name, "ours_s": ours_s, "peer": "HiGHS", "peer_s": peer_s, "ratio": peer_s / ours_s, "note": note}
