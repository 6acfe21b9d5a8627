"""What every chart shares: its width, axes, time as decimal years, and labels that keep clear of each other."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from repower.base.clock import Quarter
from repower.base.units import QUARTERS_PER_YEAR, Years
from repower.report.charts.palette import INK, PAPER, RULE, SOFT
from repower.report.letters import shortened, text_px

Row = Mapping[str, Any]
Spec = dict[str, Any]
Look = dict[str, Any]
Data = dict[str, Sequence[Row]]

FULL_PX: Final = 932
"""Width of the report's column, which a chart fills."""

FONT_PX: Final = 12
SMALL_PX: Final = 11
_NAME_PX: Final = 13
HALO: Final = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}


def date_years(day: date) -> Years:
    """A date as a decimal year: 2027-07-02 is about 2027.5."""
    first = date(day.year, 1, 1)
    return day.year + (day - first).days / (date(day.year + 1, 1, 1) - first).days


def quarter_years(when: Quarter) -> Years:
    """Start of a quarter as a decimal year."""
    return when.year + (when.number - 1) / QUARTERS_PER_YEAR


def year_axis(first_years: Years, last_years: Years) -> dict[str, Any]:
    """An axis of calendar years: whole years, no grid."""
    return {"values": year_ticks(first_years, last_years), "format": "d", "grid": False, "labelFlush": False}


def year_ticks(first_years: Years, last_years: Years, most: int = 16) -> list[int]:
    """Whole years between two decimal years, thinned evenly to at most `most`."""
    ticks = list(range(math.ceil(first_years - 1e-9), math.floor(last_years + 1e-9) + 1))
    return ticks[:: max(1, math.ceil(len(ticks) / most))]


def name_axis(names: Sequence[str], most: int, **look: Any) -> tuple[Look, int]:
    """An axis of names left of a chart, cut where they are wider than `most` pixels, and the width that it takes."""
    short = {name: shortened(name, most - 12, _NAME_PX) for name in names}
    width = max(text_px(name, _NAME_PX) for name in short.values()) + 12
    axis = {
        "domain": False,
        "ticks": False,
        "labelFontSize": _NAME_PX,
        "labelColor": INK,
        "labelLimit": 0,
        "labelExpr": f"({json.dumps(short)})[datum.value]",
        "minExtent": width,
    }
    return axis | look, width


def lanes(spans: Sequence[tuple[int, int]]) -> list[int]:
    """For each (start, end) in pixels, in order, the lowest lane where it touches none placed before it."""
    taken: list[list[tuple[int, int]]] = []
    result = []
    for start, end in spans:
        free = (
            lane for lane, others in enumerate(taken) if all(end <= left or start >= right for left, right in others)
        )
        lane = next(free, len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((start, end))
        result.append(lane)
    return result


def apart(places: Sequence[int], gap: int, low: int, high: int) -> list[int]:
    """Places in pixels, moved so that neighbours stand at least `gap` apart and all within [low, high]."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    placed = [0] * len(places)
    floor = low
    for index in order:
        placed[index] = max(places[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def over(data: str, mark: str, **look: Any) -> Any:
    """An Altair layer of one mark over a named data set.

    `framed` supplies the rows, and looks, axes and scales are plain dicts, because Altair copies whatever it holds once
    for every layer that it combines.
    """
    import altair as alt

    described: Any = {"type": mark, **look}
    return alt.Chart(alt.NamedData(name=data), mark=described)


def per_row(name: str) -> dict[str, str]:
    """A mark's property read from a column of its rows."""
    return {"expr": f"datum.{name}"}


def written(data: str, halo: bool = False, **look: Any) -> list[Any]:
    """Text marks over a data set, on a white halo where they cross other marks."""
    text = over(data, "text", baseline="middle", **look)
    return [over(data, "text", baseline="middle", **(look | HALO)), text] if halo else [text]


def framed(chart: Any, data: Data) -> Spec:
    """The chart with the report's type, axes and rules, and its data sets, as a Vega-Lite dict."""
    spec: Spec = chart.to_dict(validate=False)
    datasets = {name: [dict(row) for row in rows] for name, rows in data.items()}
    return spec | {"config": _CONFIG, "datasets": datasets}


_CONFIG: Final = {
    "font": "sans-serif",
    "padding": 4,
    "aria": False,
    "background": "transparent",
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "labelFontSize": FONT_PX,
        "titleFontSize": FONT_PX,
        "titleFontWeight": "normal",
        "gridColor": RULE,
        "domainColor": SOFT,
        "tickColor": SOFT,
        "labelPadding": 6,
        "titlePadding": 8,
    },
    "text": {"fontSize": FONT_PX, "color": INK},
    "legend": {"disable": True},
}
