"""Capex by part: what survives the conversion, what is replaced, and what is new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.report.charts.frame import FONT_PX, FULL_PX, SMALL_PX, Look, Row, Spec, framed, name_axis, over, written
from repower.report.charts.palette import FATE_FILLS, INK, PAPER, text_on
from repower.report.letters import text_px

_LABEL_PX: Final = 230
_ROW_PX: Final = 30
_BAR_PX: Final = 20


def capex(rows: Sequence[Row], totals: Sequence[Row]) -> Spec:
    """Draw the capex.

    Parameters
    ----------
    rows : rows of part, fate (survives, replaced, new), amount_musd; parts in order.
    totals : rows of part, end_musd, text: the words behind each bar.
    """
    import altair as alt

    parts = list(dict.fromkeys(row["part"] for row in rows))
    names, label_px = name_axis(parts, _LABEL_PX)
    width = FULL_PX - label_px - 30
    bars = _stack(rows)
    label = max(text_px(row["text"], FONT_PX) for row in totals) + 12
    high = max(row["high"] for row in bars) * width / max(width - label, width // 2)
    x = alt.X(
        "low:Q",
        title="Cost of the part over all halls, $M",
        scale={"domain": [0, high], "nice": False},
        axis={"format": ",~f", "tickCount": 8},
    )
    y = alt.Y(
        "part:N",
        title=None,
        sort=parts,
        scale={"domain": parts, "paddingInner": 0, "paddingOuter": 0},
        axis=names,
    )
    px = width / high
    named = [row for row in bars if text_px(row["fate"], SMALL_PX) + 12 <= (row["high"] - row["low"]) * px]
    hatched = [row for row in named if row["fate"] == "new"]
    layers: list[Any] = [
        over("bars", "bar", size=_BAR_PX, stroke=PAPER, strokeWidth=1).encode(
            x=x, x2="high:Q", y=y, fill=alt.Fill("fill:N", scale=None)
        )
    ]
    inside: Look = {"align": "left", "dx": 6, "fontSize": SMALL_PX}
    layers += [
        layer.encode(x=x, y=y, text="fate:N", color=alt.Color("ink:N", scale=None))
        for layer in (*written("hatched", True, **inside)[:1], *written("named", **inside))
    ]
    layers += [
        layer.encode(x=alt.X("end_musd:Q"), y=y, text="text:N") for layer in written("totals", align="left", dx=6)
    ]
    chart = alt.layer(*layers).properties(width=width, height=_ROW_PX * len(parts))
    return framed(chart, {"bars": bars, "hatched": hatched, "named": named, "totals": totals})


def _stack(rows: Sequence[Row]) -> list[Row]:
    ends: dict[str, float] = {}
    bars: list[Row] = []
    for row in rows:
        low = ends.get(row["part"], 0.0)
        ends[row["part"]] = low + row["amount_musd"]
        fill = FATE_FILLS[row["fate"]]
        ink = INK if row["fate"] == "new" else text_on(fill)
        bars.append(dict(row) | {"low": low, "high": ends[row["part"]], "fill": fill, "ink": ink})
    return bars
