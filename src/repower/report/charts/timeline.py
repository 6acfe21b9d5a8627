"""Halls over time: one row a hall, colour by use, construction hatched, hand-over with its late end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.base.units import Years
from repower.report.charts.frame import (
    FONT_PX,
    FULL_PX,
    SMALL_PX,
    Data,
    Look,
    Row,
    Spec,
    framed,
    lanes,
    name_axis,
    over,
    per_row,
    written,
    year_ticks,
)
from repower.report.charts.palette import INK, PAPER, SOFT, USE_COLOURS, hatch, text_on
from repower.report.letters import shortened, text_px

_LABEL_PX: Final = 250
_ROW_PX: Final = 46
_SLIM_ROW_PX: Final = 34
_BAR_PX: Final = 22
_STRIP_PX: Final = 9
_LIFT_PX: Final = -5
_DROP_PX: Final = 14
_LANE_PX: Final = 15
_INSET_PX: Final = 5


def timeline(spans: Sequence[Row], hand_overs: Sequence[Row], events: Sequence[Row], until_years: Years) -> Spec:
    """Draw the timeline.

    Parameters
    ----------
    spans : rows of hall, use, start_years, end_years (decimal), building (bool), overlaps (bool), text.
    hand_overs : rows of hall, start_years, end_years, text.
    events : rows of start_years, text: halvings and contract dates.
    until_years : end of the axis.
    """
    import altair as alt

    halls = list(dict.fromkeys(row["hall"] for row in spans))
    names, label_px = name_axis(halls, _LABEL_PX, labelOffset=_LIFT_PX)
    width = FULL_PX - label_px - 30
    first = min(row["start_years"] for row in spans)
    px_per_year = width / (until_years - first)
    height = (_ROW_PX if hand_overs else _SLIM_ROW_PX) * len(halls)
    x = alt.X(
        "start_years:Q",
        title="Calendar year",
        scale={"domain": [first, until_years], "nice": False, "zero": False},
        axis={"values": year_ticks(first, until_years), "format": "d", "grid": False, "labelFlush": False},
    )
    y = alt.Y(
        "hall:N",
        title=None,
        sort=halls,
        scale={"domain": halls, "paddingInner": 0, "paddingOuter": 0},
        axis=names,
    )
    bars = [dict(row) | {"fill": _fill(row)} for row in spans]
    data: Data = {
        "bars": [row for row in bars if not row["overlaps"]],
        "strips": [row for row in bars if row["overlaps"]],
        "names": _names(bars, px_per_year),
        "rules": _rules(events, first, until_years, width),
        "ranges": _ranges(hand_overs, until_years, px_per_year),
    }
    data["hatched"] = [row for row in data["names"] if row["building"]]
    layers: list[Any] = []
    for name, size, shift in (
        ("bars", _BAR_PX, _LIFT_PX),
        ("strips", _STRIP_PX, _LIFT_PX + (_BAR_PX - _STRIP_PX) // 2),
    ):
        bar = over(name, "bar", size=size, yOffset=shift, stroke=PAPER, strokeWidth=1)
        layers.append(bar.encode(x=x, x2="end_years:Q", y=y, fill=alt.Fill("fill:N", scale=None)))
    rule = over("rules", "rule", strokeDash=[2, 3], color=INK, strokeWidth=1, y=per_row("top"), y2=height)
    layers.append(rule.encode(x=x))
    for layer in written(
        "rules", True, align=per_row("align"), dx=per_row("away"), y=per_row("top"), fontSize=SMALL_PX, color=SOFT
    ):
        layers += [layer.encode(x=x, text="text:N")]
    inside: Look = {"align": "left", "dy": _LIFT_PX}
    for layer in (*written("hatched", True, **inside)[:1], *written("names", **inside)):
        ink = alt.Color("ink:N", scale=None)
        layers.append(layer.encode(x=alt.X("text_years:Q"), y=y, text="text:N", color=ink))
    line: Look = {"yOffset": _DROP_PX, "strokeWidth": 1.5, "color": INK}
    end = alt.X("end_years:Q")
    layers += [
        over("ranges", "rule", y2Offset=_DROP_PX, **line).encode(x=x, x2="end_years:Q", y=y),
        over("ranges", "point", shape="stroke", angle=90, size=60, **line).encode(x=end, y=y),
        over("ranges", "point", filled=True, size=38, opacity=1, **line).encode(x=x, y=y),
    ]
    texts: Look = {
        "align": per_row("align"),
        "dx": per_row("away"),
        "dy": _DROP_PX,
        "fontSize": SMALL_PX,
        "color": SOFT,
    }
    for layer in written("ranges", True, **texts):
        layers.append(layer.encode(x=alt.X("text_years:Q"), y=y, text="text:N"))
    return framed(alt.layer(*layers).properties(width=width, height=height), data)


def _fill(row: Row) -> str:
    colour = USE_COLOURS[row["use"]]
    return hatch(colour) if row["building"] else colour


def _names(bars: Sequence[Row], px_per_year: float) -> list[Row]:
    """The use written on its bar where it fits."""
    inset_years = _INSET_PX / px_per_year
    return [
        dict(row)
        | {
            "ink": INK if row["building"] else text_on(USE_COLOURS[row["use"]]),
            "text_years": row["start_years"] + inset_years,
        }
        for row in bars
        if not row["overlaps"]
        and text_px(row["text"], FONT_PX) + 2 * _INSET_PX <= (row["end_years"] - row["start_years"]) * px_per_year
    ]


def _ranges(hand_overs: Sequence[Row], until_years: Years, px_per_year: float) -> list[Row]:
    """From hand-over as planned to hand-over if late, with the dates in words behind it or, at the edge, before it."""
    rows: list[Row] = []
    for row in hand_overs:
        end = min(row["end_years"], until_years)
        fits = (until_years - end) * px_per_year > text_px(row["text"], SMALL_PX) + 2 * _INSET_PX
        place = {"text_years": end, "align": "left", "away": 8}
        if not fits:
            place = {"text_years": row["start_years"], "align": "right", "away": -8}
        rows.append(dict(row) | {"end_years": end} | place)
    return rows


def _rules(events: Sequence[Row], first_years: Years, until_years: Years, plot_px: int) -> list[Row]:
    """Thin rules for halvings and contract dates, their names above in as many lanes as they need."""
    px_per_year = plot_px / (until_years - first_years)
    shown = [row for row in events if first_years <= row["start_years"] <= until_years]
    shown.sort(key=lambda row: (row["start_years"], row["text"]))
    rows, spans = [], []
    for row in shown:
        text = shortened(row["text"], plot_px // 2, SMALL_PX)
        at = round((row["start_years"] - first_years) * px_per_year)
        width = text_px(text, SMALL_PX) + 2 * _INSET_PX
        right = at + width > plot_px
        spans.append((at - width, at) if right else (at, at + width))
        place = {"align": "right", "away": -4} if right else {"align": "left", "away": 4}
        rows.append({"start_years": row["start_years"], "text": text} | place)
    return [row | {"top": -8 - _LANE_PX * lane} for row, lane in zip(rows, lanes(spans), strict=True)]
