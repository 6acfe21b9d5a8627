"""How long one internal rate of return takes, beside pyxirr where it is installed."""

from __future__ import annotations

import importlib
import timeit
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from repower.base.units import Array
from repower.finance.irr import irr

_REPEATS = 5
_SHORTEST_S = 0.1


def flows() -> dict[str, Array]:
    """Cash flows by name: a lease by year and month, a conversion with late capex, and noise with many sign changes."""
    noise = np.random.default_rng(1).normal(size=361)
    conversion = [-300, 120, 110, 90, 70, -900, 180, 185, 190, 196, 202, 208, 214, 221, 227, 1200]
    return {
        "20 years, one sign change": np.array([-1000.0] + [120.0] * 20),
        "15 years, three sign changes": np.array(conversion, dtype=np.float64),
        "360 months, one sign change": np.array([-1_000_000.0] + [8_000.0] * 360),
        "361 months, 180 sign changes": noise,
    }


def measure() -> list[dict[str, Any]]:
    """One row a cash flow: name, ours_s, peer, peer_s, ratio (peer over ours), note; peer None without pyxirr."""
    try:
        peer = importlib.import_module("pyxirr")
    except ImportError:
        peer = None
    rows = []
    for name, flow in flows().items():
        found = irr(flow)
        ours = _seconds(partial(irr, flow))
        theirs = _seconds(partial(peer.irr, flow.tolist())) if peer else None
        rows.append(
            {
                "name": f"irr, {name}",
                "ours_s": ours,
                "peer": f"pyxirr {peer.__version__}" if peer else None,
                "peer_s": theirs,
                "ratio": theirs / ours if theirs else None,
                "note": f"ours proves how many roots there are ({len(found.roots)} here); pyxirr gives one or none",
            }
        )
    return rows


def _seconds(call: Callable[[], object]) -> float:
    """Best mean of several runs, each long enough for the clock."""
    timer = timeit.Timer(call)
    count, taken = timer.autorange()
    count = max(1, round(count * _SHORTEST_S / taken))
    return min(timer.repeat(_REPEATS, count)) / count


if __name__ == "__main__":
    for row in measure():
        print(row)
