"""What a kWh earns by role on a logarithmic axis: lines where a role is followed through time, points for contracts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from repower.report.charts.frame import (
    FONT_PX,
    FULL_PX,
    SMALL_PX,
    Data,
    Look,
    Row,
    Spec,
    apart,
    framed,
    over,
    per_row,
    written,
    year_axis,
)
from repower.report.charts.labels import Box, dot, places
from repower.report.charts.palette import PAPER, ROLE_COLOURS
from repower.report.letters import text_px

_HEIGHT_PX: Final = 380
_AXIS_PX: Final = 66
_GAP_PX: Final = 17
_TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_DASH: Final = {"gross": [1, 0], "net": [5, 4]}


def usd_per_kwh(lines: Sequence[Row], points: Sequence[Row], groups: Sequence[Row], texts: Mapping[str, str]) -> Spec:
    """Draw the earnings.

    Parameters
    ----------
    lines : rows of line, label, role, kind (``gross``, or ``net`` of power: dashed), start_years (decimal),
        usd_per_kwh; those at or below zero have no place on the axis and are left out.
    points : rows of role, start_years, usd_per_kwh, text: contracts and rents; a name is written where there is room.
    groups : rows of role, label, usd_per_kwh: the name of a role's points, at the height of their middle.
    texts : titles of both axes, ``year`` and ``usd_per_kwh``.
    """
    import altair as alt

    lines = [row for row in lines if row["usd_per_kwh"] > 0]
    names = list(dict.fromkeys(row["line"] for row in lines))
    ends = [max((row for row in lines if row["line"] == name), key=lambda row: row["start_years"]) for name in names]
    ends += groups
    width = FULL_PX - _AXIS_PX - 20 - max((text_px(end["label"], FONT_PX) for end in ends), default=0)
    years: list[float] = [row["start_years"] for row in (*lines, *points)]
    first, last = math.floor(min(years)), max(years) + 0.08
    low, high = _domain([row["usd_per_kwh"] for row in (*lines, *points)])

    def across_px(row: Row) -> int:
        passed_years: float = row["start_years"] - first
        return round(width * passed_years / (last - first))

    def down_px(row: Row) -> int:
        return round(_HEIGHT_PX * math.log(high / row["usd_per_kwh"]) / math.log(high / low))

    x = alt.X(
        "start_years:Q",
        title=texts["year"],
        scale={"domain": [first, last], "nice": False, "zero": False},
        axis=year_axis(first, last),
    )
    y = alt.Y(
        "usd_per_kwh:Q",
        title=texts["usd_per_kwh"],
        scale={"type": "log", "domain": [low, high], "nice": False},
        axis={
            "values": [tick for tick in _TICKS if low <= tick <= high],
            "format": "$~g",
            "minExtent": _AXIS_PX - 22,
        },
    )
    ink = alt.Color("role:N", scale={"domain": list(ROLE_COLOURS), "range": list(ROLE_COLOURS.values())}, legend=None)
    dash = alt.StrokeDash("kind:N", scale={"domain": list(_DASH), "range": list(_DASH.values())}, legend=None)
    shape = alt.Shape(
        "role:N", scale={"domain": list(ROLE_COLOURS), "range": ["square", "circle", "triangle-up"]}, legend=None
    )
    stood = apart([down_px(end) for end in ends], _GAP_PX, 4, _HEIGHT_PX - 4)
    frame = Box(0, 0, width, _HEIGHT_PX)
    taken = [dot(across_px(row), down_px(row), 3) for row in _dense(lines, across_px)]
    found = places([(across_px(row), down_px(row), row["text"]) for row in points], SMALL_PX, frame, taken)
    data: Data = {
        "lines": lines,
        "points": points,
        "names": [
            dict(row) | {"align": place.align, "away": place.away, "drop": place.drop}
            for row, place in zip(points, found, strict=True)
            if place and row["text"]
        ],
        "ends": [dict(end) | {"down": down} for end, down in zip(ends, stood, strict=True)],
    }
    layers: list[Any] = [
        over("lines", "line", strokeWidth=2.2).encode(x=x, y=y, color=ink, strokeDash=dash, detail="line:N"),
        over("points", "point", filled=True, size=52, opacity=0.9, stroke=PAPER, strokeWidth=0.7).encode(
            x=x, y=y, color=ink, shape=shape
        ),
    ]
    looks: Look = {
        "align": per_row("align"),
        "dx": per_row("away"),
        "dy": per_row("drop"),
        "fontSize": SMALL_PX,
    }
    layers += [layer.encode(x=x, y=y, color=ink, text="text:N") for layer in written("names", **looks)]
    layers += [
        layer.encode(x=alt.value(width), color=ink, text="label:N")
        for layer in written("ends", align="left", dx=10, fontWeight=600, y=per_row("down"))
    ]
    return framed(alt.layer(*layers).properties(width=width, height=_HEIGHT_PX), data)


def _domain(values: Sequence[float]) -> tuple[float, float]:
    return min(values) * 0.8, max(values) * 1.25


def _dense(lines: Sequence[Row], across_px: Any) -> list[Row]:
    """The lines as points so close together that no name fits between them."""
    rows: list[Row] = []
    for name in dict.fromkeys(row["line"] for row in lines):
        along = sorted((row for row in lines if row["line"] == name), key=lambda row: row["start_years"])
        rows += along[:1]
        for before, after in pairwise(along):
            steps = max(1, math.ceil((across_px(after) - across_px(before)) / 5))
            ratio = after["usd_per_kwh"] / before["usd_per_kwh"]
            span = after["start_years"] - before["start_years"]
            rows += [
                dict(before)
                | {
                    "start_years": before["start_years"] + span * step / steps,
                    "usd_per_kwh": before["usd_per_kwh"] * ratio ** (step / steps),
                }
                for step in range(1, steps + 1)
            ]
    return rows
