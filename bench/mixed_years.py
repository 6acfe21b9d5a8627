"""Ten thousand price years of S100, made and valued in one process: how long, how well proved, in how much memory.

Half of them have peaks at the import limit (hashprice $50/PH/day), half nine peaks inside it ($35). Run by `run.py` as
a command of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from repower.dispatch import solve_values

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dispatch"))

YEARS, CHUNK, CORES = 10_000, 8, 2
HASHPRICES_USD_PER_PH_DAY = (50.0, 35.0)
NOISE_USD_PER_MWH = 5.0


def main() -> None:
    """Value all years and say in one line what came out."""
    from s100_full import full_site

    years = int(sys.argv[1]) if len(sys.argv) > 1 else YEARS
    parts, gaps = [], []
    for hashprice in HASHPRICES_USD_PER_PH_DAY:
        site = full_site(hashprice)
        start = time.process_time()
        made = noisy(site.price_usd_per_mwh, years // len(HASHPRICES_USD_PER_PH_DAY))
        values = solve_values(site, made, threads=CORES)
        each_ms = (time.process_time() - start) / values.profit_usd.size * 1e3
        parts.append(f"{each_ms:.2g} ms CPU each at hashprice ${hashprice:g}")
        gaps.append(values.bound_usd / values.profit_usd - 1)
    gap = np.concatenate(gaps)
    print(
        f"{gap.size:,} years: {', '.join(parts)}; proved to {np.quantile(gap, 0.9):.0e} in 90 %, {gap.max():.0e} worst"
    )


def noisy(price_usd_per_mwh: np.ndarray, years: int) -> Iterator[np.ndarray]:
    """Chunks of price years: the given one with noise of its own in every hour, seeded."""
    rng = np.random.default_rng(1)
    for first in range(0, years, CHUNK):
        noise = rng.normal(0.0, NOISE_USD_PER_MWH, (min(CHUNK, years - first), price_usd_per_mwh.size))
        yield price_usd_per_mwh + noise


if __name__ == "__main__":
    main()
