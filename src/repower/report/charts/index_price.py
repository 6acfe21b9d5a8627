"""The axis of index prices: logarithmic far from zero, linear near it, since prices go below zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.report.charts.frame import Row

AXIS_PX: Final = 72
"""Room left of a chart of hours for its axis; charts that stand below each other share it."""

_LOG_ABOVE: Final = 10
_TICKS: Final = (-1000, -300, -100, -30, -10, 0, 10, 30, 100, 300, 1000, 3000, 10000)


def price_axis(rows: Sequence[Row]) -> Any:
    """The vertical channel of `price_usd_per_mwh` over some rows; zero and 1 $/MWh are always on it."""
    import altair as alt

    levels = [row["price_usd_per_mwh"] for row in rows]
    low, high = min(0.0, *levels), max(1.0, *levels)
    return alt.Y(
        "price_usd_per_mwh:Q",
        title="Index, $/MWh (log)",
        scale={"type": "symlog", "constant": _LOG_ABOVE, "domain": [low * 1.1, high * 1.1], "nice": False},
        axis={
            "values": [tick for tick in _TICKS if low <= tick <= high],
            "format": ",~f",
            "minExtent": AXIS_PX - 22,
        },
    )
