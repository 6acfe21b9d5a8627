"""Cash by quarter, stacked by category, over the cumulative cash of the conversion with its valley marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.base.units import QUARTERS_PER_YEAR, Years
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
    year_axis,
)
from repower.report.charts.palette import CATEGORY_FILLS, HATCHED, INK, LOSS, OPERATING, PAPER, SOFT
from repower.report.letters import text_px

_BARS_PX: Final = 260
_LINE_PX: Final = 170
_AXIS_PX: Final = 72
_GAP_PX: Final = 15
_QUARTER_YEARS: Final = 1 / QUARTERS_PER_YEAR
_INSET_YEARS: Final = 0.08 * _QUARTER_YEARS
_AT_ITS_BAR: Final = frozenset({"capex", "salvage"})


def cash(rows: Sequence[Row], cumulative: Sequence[Row], marks: Sequence[Row]) -> Spec:
    """Draw the cash.

    Parameters
    ----------
    rows : rows of category, label, start_years (decimal, start of the quarter), amount_musd, in stacking order.
    cumulative : rows of start_years, amount_musd: running total of plan less keep; empty leaves that panel out.
    marks : rows of start_years, amount_musd, text: points on the cumulative line worth naming.
    """
    import altair as alt

    width = FULL_PX - _AXIS_PX - 22 - max(text_px(row["label"], FONT_PX) for row in rows)
    first = min(row["start_years"] for row in rows)
    last = max(row["start_years"] for row in rows) + _QUARTER_YEARS
    x = alt.X(
        "start_years:Q",
        title=None if cumulative else "Calendar year",
        scale={"domain": [first, last], "nice": False, "zero": False},
        axis=year_axis(first, last),
    )
    bars, bar_data = _bars(rows, x, width, first, last)
    if not cumulative:
        return framed(bars, bar_data)
    line, line_data = _line(cumulative, marks, x.title("Calendar year"), width, first, last)
    return framed(alt.vconcat(bars, line, spacing=24), bar_data | line_data)


def _bars(rows: Sequence[Row], x: Any, width: int, first_years: Years, last_years: Years) -> tuple[Any, Data]:
    import altair as alt

    stacked = _stack(rows)
    low = min(0.0, *(row["low"] for row in stacked))
    high = max(0.0, *(row["high"] for row in stacked))
    room = 0.1 * (high - low) or 1.0
    low, high = low - (room if low < 0 else 0), high + room
    y = alt.Y(
        "low:Q",
        title="Cash of the quarter, $M",
        scale={"domain": [low, high], "nice": False},
        axis={"format": ",~f", "tickCount": 7, "minExtent": _AXIS_PX - 22},
    )
    px, px_per_year = _BARS_PX / (high - low), width / (last_years - first_years)
    beside = _beside(stacked, high, px)
    named = {row["category"] for row in beside}
    outside = _outside(stacked, named, px, px_per_year, first_years, last_years)
    layers = [
        over("stack", "rect", stroke=PAPER, strokeWidth=0.5).encode(
            x=x, x2="end_years:Q", y=y, y2="high:Q", fill=alt.Fill("fill:N", scale=None)
        ),
        over("zero", "rule", color=INK, strokeWidth=1).encode(y=y),
    ]
    ink = alt.Color("ink:N", scale=None)
    layers += [
        layer.encode(x=alt.value(width), y=y, color=ink, text="label:N")
        for layer in written("beside", align="left", dx=10, fontWeight=600)
    ]
    layers += [
        layer.encode(x=x, y=y, color=ink, text="label:N")
        for layer in written("outside", True, align="center", dy=per_row("away"), fontWeight=600)
    ]
    data: Data = {"stack": stacked, "zero": [{"low": 0}], "beside": beside, "outside": outside}
    return alt.layer(*layers).properties(width=width, height=_BARS_PX), data


def _stack(rows: Sequence[Row]) -> list[Row]:
    """Income piled upwards from zero and spending downwards, in the order of the rows."""
    tops: dict[tuple[Years, bool], float] = {}
    stacked: list[Row] = []
    for row in rows:
        amount, at = row["amount_musd"], row["start_years"]
        if amount == 0:
            continue
        start = tops.get((at, amount > 0), 0.0)
        tops[at, amount > 0] = start + amount
        low, high = sorted((start, start + amount))
        place = {"start_years": at + _INSET_YEARS, "end_years": at + _QUARTER_YEARS - _INSET_YEARS}
        fill = CATEGORY_FILLS[row["category"]]
        stacked.append(dict(row) | place | {"low": low, "high": high, "fill": fill, "ink": _ink(fill)})
    return stacked


def _beside(stacked: Sequence[Row], high: float, px: float) -> list[Row]:
    """Names right of the last bar for what still runs then."""
    last = max(row["start_years"] for row in stacked)
    rows = [row for row in stacked if row["start_years"] == last and row["category"] not in _AT_ITS_BAR]
    places = apart([round((high - (row["low"] + row["high"]) / 2) * px) for row in rows], _GAP_PX, 6, _BARS_PX - 6)
    return [dict(row) | {"low": high - place / px} for row, place in zip(rows, places, strict=True)]


def _outside(
    stacked: Sequence[Row], named: set[str], px: float, px_per_year: float, first_years: Years, last_years: Years
) -> list[Row]:
    """Names at the largest bar of what ends before, or happens once: above income, below spending."""
    largest: dict[str, Row] = {}
    for row in stacked:
        known = largest.get(row["category"])
        if row["category"] not in named and (known is None or abs(row["amount_musd"]) > abs(known["amount_musd"])):
            largest[row["category"]] = row
    names: list[Row] = []
    for row in largest.values():
        half = (text_px(row["label"], FONT_PX) / 2 + 4) / px_per_year
        centre = min(max((row["start_years"] + row["end_years"]) / 2, first_years + half), last_years - half)
        up = row["amount_musd"] > 0
        near = [
            other
            for other in stacked
            if (other["amount_musd"] > 0) is up
            and other["start_years"] < centre + half
            and other["end_years"] > centre - half
        ]
        edge = max(other["high"] for other in near) if up else min(other["low"] for other in near)
        step = _GAP_PX / px * (1 if up else -1)
        while any(
            abs(edge - n["low"]) < abs(step) and abs(centre - n["start_years"]) < half + n["half"] for n in names
        ):
            edge += step
        names.append(
            {
                "label": row["label"],
                "ink": row["ink"],
                "start_years": centre,
                "low": edge,
                "half": half,
                "away": -9 if up else 10,
            }
        )
    return names


def _ink(fill: str) -> str:
    colour = HATCHED.get(fill, fill)
    return SOFT if colour == OPERATING else colour


def _line(
    cumulative: Sequence[Row], marks: Sequence[Row], x: Any, width: int, first_years: Years, last_years: Years
) -> tuple[Any, Data]:
    import altair as alt

    amounts = [row["amount_musd"] for row in (*cumulative, *marks)]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    room = 0.16 * (high - low) or 1.0
    low, high = low - room, high + room
    y = alt.Y(
        "amount_musd:Q",
        title="Plan less keep, sum, $M",
        scale={"domain": [low, high], "nice": False},
        axis={"format": ",~f", "tickCount": 5, "minExtent": _AXIS_PX - 22},
    )
    points = []
    for mark in marks:
        at = (mark["start_years"] - first_years) / (last_years - first_years) * width
        flip = at + text_px(mark["text"], FONT_PX) + 12 > width
        place = {"align": "right", "away": -10} if flip else {"align": "left", "away": 10}
        loss = mark["amount_musd"] < 0
        points.append(dict(mark) | place | {"drop": 13 if loss else -11, "ink": LOSS if loss else INK})
    ink = alt.Color("ink:N", scale=None)
    layers = [
        over("nil", "rule", color=SOFT, strokeWidth=1).encode(y=y),
        over("cumulative", "line", color=INK, strokeWidth=2).encode(x=x, y=y),
        over("marks", "point", filled=True, size=70, opacity=1).encode(x=x, y=y, color=ink),
    ]
    layers += [
        layer.encode(x=x, y=y, color=ink, text="text:N")
        for layer in written(
            "marks", True, align=per_row("align"), dx=per_row("away"), dy=per_row("drop"), fontWeight=600
        )
    ]
    data: Data = {"nil": [{"amount_musd": 0}], "cumulative": cumulative, "marks": points}
    return alt.layer(*layers).properties(width=width, height=_LINE_PX), data
