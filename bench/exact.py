"""Exact dispatch with a battery and monthly peaks: one year, and growth in hours and blocks.

Bars are the project's own. Times are CPU seconds of this process, which a busy machine disturbs least.
Compilation does not count.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from repower.dispatch import DispatchProblem, solve

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dispatch"))

YEAR_BAR_S = {50.0: 1e-3, 35.0: 15e-3}


def measure() -> list[dict[str, Any]]:
    """Rows of the table in `run.py`."""
    return [*years(), *growth()]


def years() -> list[dict[str, Any]]:
    """One schedule of S100 with its proof."""
    from s100_full import full_site

    rows = []
    for hashprice, bar_s in YEAR_BAR_S.items():
        problem = full_site(hashprice)
        span_s = cpu_s(partial(solve, problem))
        found = solve(problem)
        gap = (found.bound_usd or np.inf) / found.profit_usd - 1
        note = f"CPU time; {found.method}; proved to {gap:.0e}"
        rows.append(row(f"exact year with its proof, hashprice ${hashprice:g}", span_s, bar_s, note))
    return rows


def growth() -> Iterator[dict[str, Any]]:
    """CPU time of a schedule as hours and blocks double."""
    from s100_full import full_site

    site = full_site(35.0)
    spans = [cpu_s(partial(solve, longer(site, times))) for times in (1, 2, 4)]
    yield row(
        "exact, 1 -> 4 years of hours", spans[-1], None, f"{spans[1] / spans[0]:.1f}x, {spans[2] / spans[0]:.1f}x"
    )
    spans = [cpu_s(partial(solve, finer(site, times))) for times in (1, 2, 4)]
    yield row("exact, 6 -> 24 blocks", spans[-1], None, f"{spans[1] / spans[0]:.1f}x, {spans[2] / spans[0]:.1f}x")


def longer(site: DispatchProblem, times: int) -> DispatchProblem:
    """The same year after itself, with twelve more billing periods each time."""
    assert site.billing_period is not None
    period = np.concatenate([site.billing_period + 12 * turn for turn in range(times)])
    return replace(site, price_usd_per_mwh=np.tile(site.price_usd_per_mwh, times), billing_period=period)


def finer(site: DispatchProblem, times: int) -> DispatchProblem:
    """The same site with every block in so many of nearly the same value."""
    shade = np.repeat([1.0 - 0.01 * part for part in range(times)], site.block_mw.size)
    return replace(
        site,
        block_value_usd_per_mwh=np.tile(site.block_value_usd_per_mwh, times) * shade,
        block_mw=np.tile(site.block_mw / times, times),
    )


def cpu_s(work: Callable[[], Any]) -> float:
    """Least CPU time of ten runs after a first one [s]."""
    work()
    spans = []
    for _ in range(10):
        start = time.process_time()
        work()
        spans.append(time.process_time() - start)
    return min(spans)


def row(name: str, ours_s: float, bar_s: float | None, note: str) -> dict[str, Any]:
    """One row: ours beside the bar."""
    ratio = None if bar_s is None else bar_s / ours_s
    return {"name": name, "ours_s": ours_s, "peer": "bar", "peer_s": bar_s, "ratio": ratio, "note": note}


if __name__ == "__main__":
    from run import machine, table

    print(machine())
    print(table(measure()))
