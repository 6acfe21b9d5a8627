"""Hours of one year, dearest first: the price above, and below it which use still runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.report.charts.frame import (
    FONT_PX,
    FULL_PX,
    Data,
    Row,
    Spec,
    apart,
    framed,
    over,
    per_row,
    written,
)
from repower.report.charts.index_price import AXIS_PX, price_axis
from repower.report.charts.palette import IDLE, INK, LOSS, PAPER, SOFT, USE_COLOURS
from repower.report.letters import text_px

_PRICE_PX: Final = 140
_LOAD_PX: Final = 180
_GAP_PX: Final = 16


def duration(
    rows: Sequence[Row], prices: Sequence[Row], sheds: Sequence[Row], title: str = "Hours of the year, dearest first"
) -> Spec:
    """Draw the duration curve.

    Parameters
    ----------
    rows : rows of use, label, hour, load_mw, in stacking order from the bottom; `hour` counts from the dearest.
    prices : rows of hour, price_usd_per_mwh, dearest first.
    sheds : rows of hour, text: up to this hour a use is mostly off, and the price at which that ends.
    title : of the axis of hours.
    """
    import altair as alt

    label_px = max((text_px(row["label"], FONT_PX) for row in rows), default=0)
    width = FULL_PX - AXIS_PX - 22 - label_px
    last = max(row["hour"] for row in prices)
    scale = {"domain": [0, last], "nice": False}
    marks = [
        dict(shed)
        | {"top": 8 + _GAP_PX * position}
        | (
            {"align": "right", "away": -6}
            if shed["hour"] / last * width + text_px(shed["text"], FONT_PX) + 6 > width
            else {"align": "left", "away": 6}
        )
        for position, shed in enumerate(sheds)
    ]
    loads, load_data = _loads(rows, scale, width, title)
    chart = alt.vconcat(_prices(prices, scale, width), loads, spacing=14)
    return framed(chart, {"prices": prices, "sheds": marks} | load_data)


def _prices(prices: Sequence[Row], scale: Any, width: int) -> Any:
    import altair as alt

    x = alt.X(
        "hour:Q", title=None, scale=scale, axis={"labels": False, "ticks": False, "grid": False, "domainColor": IDLE}
    )
    y = price_axis(prices)
    layers = [
        over("prices", "line", color=INK, strokeWidth=2, interpolate="step-after").encode(x=x, y=y),
        over("sheds", "rule", color=LOSS, strokeDash=[3, 3], y=per_row("top"), y2=_PRICE_PX).encode(x=x),
    ]
    layers += [
        layer.encode(x=x, text="text:N")
        for layer in written("sheds", True, align=per_row("align"), dx=per_row("away"), y=per_row("top"), color=LOSS)
    ]
    return alt.layer(*layers).properties(width=width, height=_PRICE_PX)


def _loads(rows: Sequence[Row], scale: Any, width: int, title: str) -> tuple[Any, Data]:
    import altair as alt

    floors: dict[float, float] = {}
    stacked = []
    for row in rows:
        low = floors.get(row["hour"], 0.0)
        floors[row["hour"]] = low + row["load_mw"]
        colour = USE_COLOURS[row["use"]]
        stacked.append(dict(row) | {"low": low, "high": low + row["load_mw"], "ink": colour})
    high = 1.06 * max(floors.values(), default=1.0)
    x = alt.X("hour:Q", title=title, scale=scale, axis={"grid": False, "format": ",~f", "tickCount": 10})
    y = alt.Y(
        "low:Q",
        title="Load at the meter, MW",
        scale={"domain": [0, high], "nice": False},
        axis={"format": ",~f", "tickCount": 6, "minExtent": AXIS_PX - 22},
    )
    ends = [
        next(row for row in reversed(stacked) if row["use"] == use) for use in dict.fromkeys(r["use"] for r in rows)
    ]
    middles = [round(_LOAD_PX * (1 - (row["low"] + row["high"]) / 2 / high)) for row in ends]
    places = apart(middles, _GAP_PX, 4, _LOAD_PX - 4)
    labels = [
        {"label": row["label"], "low": high * (1 - place / _LOAD_PX), "ink": SOFT if row["ink"] == IDLE else row["ink"]}
        for row, place in zip(ends, places, strict=True)
    ]
    ink = alt.Color("ink:N", scale=None)
    layers = [
        over("loads", "area", interpolate="step-after", stroke=PAPER, strokeWidth=0.5).encode(
            x=x, y=y, y2="high:Q", fill=alt.Fill("ink:N", scale=None), detail="use:N"
        ),
        over("sheds", "rule", color=LOSS, strokeDash=[3, 3], y=0, y2=_LOAD_PX).encode(x=x),
    ]
    layers += [
        layer.encode(x=alt.value(width), y=y, color=ink, text="label:N")
        for layer in written("names", align="left", dx=10, fontWeight=600)
    ]
    return alt.layer(*layers).properties(width=width, height=_LOAD_PX), {"loads": stacked, "names": labels}
