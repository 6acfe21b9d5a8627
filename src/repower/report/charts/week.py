"""A week of hours: the price above, loads and import in the middle, what the battery holds below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.base.units import Hours
from repower.report.charts.frame import FONT_PX, FULL_PX, Data, Look, Row, Spec, apart, framed, over, written
from repower.report.charts.index_price import AXIS_PX, price_axis
from repower.report.charts.palette import IDLE, INK, LOSS, PAPER, POWER, SOFT, USE_COLOURS
from repower.report.letters import text_px

_PRICE_PX: Final = 130
_LOAD_PX: Final = 180
_STORE_PX: Final = 80
_GAP_PX: Final = 16
IMPORT: Final = "import"


def week(loads: Sequence[Row], lines: Sequence[Row], days: Sequence[tuple[Hours, str]], step_h: Hours) -> Spec:
    """Draw the week.

    Parameters
    ----------
    loads : rows of use, label, hour, load_mw, in stacking order from the bottom; `hour` from the week's start.
    lines : rows of hour, price_usd_per_mwh, import_mw, stored_mwh (None without a battery).
    days : the hour at which each local day begins, and its name.
    step_h : length of an interval.
    """
    import altair as alt

    names = [IMPORT, *(row["label"] for row in loads)]
    width = FULL_PX - AXIS_PX - 22 - max(text_px(name, FONT_PX) for name in names)
    last = max(row["hour"] for row in lines) + step_h
    ends = [*lines, dict(lines[-1]) | {"hour": last}]
    scale = {"domain": [0, last], "nice": False}
    ticks = [hour for hour, _ in days]
    named = " : ".join(f"datum.value == {hour:g} ? '{name}'" for hour, name in days) + " : ''"
    bottom: Look = {"values": ticks, "labelExpr": named, "grid": True, "labelAlign": "left"}
    bare: Look = {"values": ticks, "labels": False, "ticks": False, "grid": True, "domainColor": IDLE}
    stored = any(row["stored_mwh"] is not None for row in lines)
    x = alt.X("hour:Q", title=None, scale=scale, axis=bare)
    x_last = alt.X("hour:Q", title="Local day", scale=scale, axis=bottom)
    stack, data = _loads(loads, x if stored else x_last, width, last)
    panels = [_prices(ends, x, width), stack]
    if stored:
        panels.append(_store(x_last, width))
    return framed(alt.vconcat(*panels, spacing=14), {"lines": ends} | data)


def _prices(lines: Sequence[Row], x: Any, width: int) -> Any:

    y = price_axis(lines)
    line = over("lines", "line", color=INK, strokeWidth=1.5, interpolate="step-after").encode(x=x, y=y)
    return line.properties(width=width, height=_PRICE_PX)


def _loads(loads: Sequence[Row], x: Any, width: int, last_h: Hours) -> tuple[Any, Data]:
    import altair as alt

    floors: dict[float, float] = {}
    stacked: list[Row] = []
    for row in loads:
        low = floors.get(row["hour"], 0.0)
        floors[row["hour"]] = low + row["load_mw"]
        stacked.append(dict(row) | {"low": low, "high": low + row["load_mw"], "ink": USE_COLOURS[row["use"]]})
    uses = list(dict.fromkeys(row["use"] for row in loads))
    final = [next(row for row in reversed(stacked) if row["use"] == use) for use in uses]
    stacked += [dict(row) | {"hour": last_h} for row in final]
    high = 1.12 * max(floors.values(), default=1.0) or 1.0
    y = alt.Y(
        "low:Q",
        title="At the meter, MW",
        scale={"nice": False, "zero": True},
        axis={"format": ",~f", "tickCount": 6, "minExtent": AXIS_PX - 22},
    )
    middles = [round(_LOAD_PX * (1 - (row["low"] + row["high"]) / 2 / high)) for row in final]
    places = apart([*middles, 6], _GAP_PX, 4, _LOAD_PX - 4)
    texts = [*((row["label"], row["ink"]) for row in final), (IMPORT, LOSS)]
    labels = [
        {"label": label, "at_px": place, "ink": SOFT if ink == IDLE else ink}
        for (label, ink), place in zip(texts, places, strict=True)
    ]
    layers = [
        over("loads", "area", interpolate="step-after", stroke=PAPER, strokeWidth=0.5).encode(
            x=x, y=y, y2="high:Q", fill=alt.Fill("ink:N", scale=None), detail="use:N"
        ),
        over("lines", "line", color=LOSS, strokeWidth=1.2, interpolate="step-after").encode(
            x=x, y=alt.Y("import_mw:Q")
        ),
    ]
    ink = alt.Color("ink:N", scale=None)
    layers += [
        layer.encode(x=alt.value(width), color=ink, text="label:N")
        for layer in written("names", align="left", dx=10, fontWeight=600, y={"expr": "datum.at_px"})
    ]
    return alt.layer(*layers).properties(width=width, height=_LOAD_PX), {"loads": stacked, "names": labels}


def _store(x: Any, width: int) -> Any:
    import altair as alt

    y = alt.Y(
        "stored_mwh:Q",
        title="Battery, MWh",
        scale={"nice": False, "zero": True},
        axis={"format": ",~f", "tickCount": 3, "minExtent": AXIS_PX - 22},
    )
    look: Look = {"interpolate": "step-after", "line": {"color": POWER}, "color": POWER, "fillOpacity": 0.25}
    return over("lines", "area", **look).encode(x=x, y=y).properties(width=width, height=_STORE_PX)
