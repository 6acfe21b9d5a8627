"""Margins of mining in three layers through time: a mark and a colour a layer, names where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
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
    framed,
    over,
    per_row,
    written,
    year_axis,
)
from repower.report.charts.labels import Box, dot, places
from repower.report.charts.palette import COLOCATION, LOSS, MINING, PAPER, SOFT
from repower.report.letters import text_px

_HEIGHT_PX: Final = 400
_AXIS_PX: Final = 62
_STEP_FRAC: Final = 0.2
_STEP_PX: Final = 4
_KEY_PX: Final = 24
"""From the frame to the names of the key, its marks between."""

LAYERS: Final = {"power": (MINING, "circle"), "cash": (COLOCATION, "square"), "all_in": (LOSS, "diamond")}
"""Layer -> colour and mark, from the narrowest cost to the widest."""


def margin_layers(rows: Sequence[Row], line: Sequence[Row], texts: Mapping[str, str]) -> Spec:
    """Draw the margins.

    Parameters
    ----------
    rows : rows of layer (a key of `LAYERS`), start_years (decimal), margin_frac, text: whose margin it is.
    line : rows of start_years, margin_frac: one fleet through the years, as a model has it.
    texts : titles of both axes, ``year`` and ``margin``, and the names of every layer and of the line, ``fleet``.
    """
    import altair as alt

    names = [layer for layer in LAYERS if any(row["layer"] == layer for row in rows)]
    width = FULL_PX - _AXIS_PX - _KEY_PX - 20 - max(text_px(texts[name], FONT_PX) for name in (*names, "fleet"))
    both = (*rows, *line)
    first = math.floor(min(row["start_years"] for row in both))
    last = max(row["start_years"] for row in both) + 0.15
    low = min(0.0, math.floor(min(row["margin_frac"] for row in both) / _STEP_FRAC) * _STEP_FRAC)
    high = max(1.0, math.ceil(max(row["margin_frac"] for row in both) / _STEP_FRAC) * _STEP_FRAC)

    def at_px(row: Row) -> tuple[int, int]:
        across = round(width * (row["start_years"] - first) / (last - first))
        return across, round(_HEIGHT_PX * (high - row["margin_frac"]) / (high - low))

    x = alt.X(
        "start_years:Q",
        title=texts["year"],
        scale={"domain": [first, last], "nice": False, "zero": False},
        axis=year_axis(first, last),
    )
    y = alt.Y(
        "margin_frac:Q",
        title=texts["margin"],
        scale={"domain": [low, high], "nice": False},
        axis={"format": "~%", "tickCount": 8, "minExtent": _AXIS_PX - 22},
    )
    colours = [LAYERS[name][0] for name in names]
    ink = alt.Color("layer:N", scale={"domain": names, "range": colours}, legend=None)
    shape = alt.Shape("layer:N", scale={"domain": names, "range": [LAYERS[name][1] for name in names]}, legend=None)
    # The latest points choose the places of their names first.
    ordered = sorted(rows, key=lambda row: -row["start_years"])
    frame = Box(0, 0, width, _HEIGHT_PX)
    found = places([(*at_px(row), row["text"]) for row in ordered], SMALL_PX, frame, _along(line, at_px))
    data: Data = {
        "zero": [{"margin_frac": 0}],
        "line": line,
        "points": ordered,
        "names": [
            dict(row) | {"align": place.align, "away": place.away, "drop": place.drop}
            for row, place in zip(ordered, found, strict=True)
            if place
        ],
        "key": [{"layer": name, "label": texts[name], "down": 8 + 20 * at} for at, name in enumerate(names)],
        "fleet": [{"label": texts["fleet"], "down": down} for down in (8 + 20 * len(names),) if line],
    }
    look: Look = {"align": per_row("align"), "dx": per_row("away"), "dy": per_row("drop"), "fontSize": SMALL_PX}
    layers: list[Any] = [
        over("zero", "rule", color=SOFT, strokeWidth=1).encode(y=y),
        over("line", "line", strokeWidth=1.5, color=SOFT, strokeDash=[5, 4]).encode(x=x, y=y),
        over("points", "point", filled=True, size=60, opacity=0.95, stroke=PAPER, strokeWidth=0.8).encode(
            x=x, y=y, color=ink, shape=shape
        ),
    ]
    layers += [layer.encode(x=x, y=y, color=ink, text="text:N") for layer in written("names", **look)]
    layers += [
        over("key", "point", filled=True, size=60, opacity=1, y=per_row("down")).encode(
            x=alt.value(width + 14), color=ink, shape=shape
        )
    ]
    layers += [
        layer.encode(x=alt.value(width), color=ink, text="label:N")
        for layer in written("key", align="left", dx=_KEY_PX, fontWeight=600, y=per_row("down"))
    ]
    layers.append(
        over("fleet", "text", baseline="middle", align="left", dx=5, text="- -", color=SOFT, y=per_row("down")).encode(
            x=alt.value(width)
        )
    )
    layers += [
        layer.encode(x=alt.value(width), text="label:N")
        for layer in written("fleet", align="left", dx=_KEY_PX, color=SOFT, y=per_row("down"))
    ]
    return framed(alt.layer(*layers).properties(width=width, height=_HEIGHT_PX), data)


def _along(line: Sequence[Row], at_px: Callable[[Row], tuple[int, int]]) -> list[Box]:
    """The room that a line takes, as points close together."""
    placed = sorted(at_px(row) for row in line)
    boxes: list[Box] = []
    for (left, high), (right, low) in pairwise(placed):
        steps = max(1, math.ceil(math.hypot(right - left, low - high) / _STEP_PX))
        boxes += [
            dot(left + (right - left) * step // steps, high + (low - high) * step // steps, 2) for step in range(steps)
        ]
    return boxes
