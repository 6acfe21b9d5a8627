"""Exact dispatch with a battery and monthly peaks: one year, ten thousand price years, and growth in hours and blocks.

Bars are the project's own. Times are CPU seconds of this process, which a busy machine disturbs least; rates count
prices that are made on the way. Compilation does not count.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from repower.dispatch import DispatchProblem, solve, solve_values

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dispatch"))

YEAR_BAR_S = {50.0: 1e-3, 35.0: 15e-3}
MANY, MANY_BAR_S, MOST_MB = 10_000, 60.0, 200
SAMPLE, CHUNK, CORES = 96, 8, 2
KB_PER_MB = 1024


def measure() -> list[dict[str, Any]]:
    """Rows of the table in `run.py`."""
    return [*years(), many_years(), *growth()]


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


def many_years() -> dict[str, Any]:
    """Values of mixed price years: half with peaks at the limit, half with nine peaks inside it."""
    from s100_full import full_site

    sites = [full_site(hashprice) for hashprice in YEAR_BAR_S]
    for site in sites:
        solve_values(site, np.stack([site.price_usd_per_mwh] * 2))
    start, gaps = time.process_time(), []
    for site in sites:
        values = solve_values(site, noisy(site.price_usd_per_mwh, SAMPLE // 2), threads=CORES)
        gaps.append(values.bound_usd / values.profit_usd - 1)
    each_s = (time.process_time() - start) / SAMPLE
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB
    gap = np.concatenate(gaps)
    note = (
        f"{each_s * MANY / CORES:.0f} s for {MANY:,} on {CORES} cores at the CPU time of {SAMPLE}; proved to "
        f"{np.quantile(gap, 0.9):.0e} in 90 %, {gap.max():.0e} at worst; peak {peak_mb:.0f} MB, bar {MOST_MB} MB"
    )
    return row("value of a mixed year, prices made on the way", each_s, MANY_BAR_S * CORES / MANY, note)


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


def noisy(price_usd_per_mwh: np.ndarray, years: int) -> Iterator[np.ndarray]:
    """Chunks of price years: the given one with noise of its own in every hour, seeded."""
    rng = np.random.default_rng(1)
    for _ in range(0, years, CHUNK):
        yield price_usd_per_mwh + rng.normal(0.0, 5.0, (CHUNK, price_usd_per_mwh.size))


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
