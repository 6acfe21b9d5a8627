"""What a kWh earns, net of the power its role pays for: a line a role, thin lines for its halls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.report.charts.frame import FONT_PX, FULL_PX, Data, Row, Spec, apart, framed, over, written, year_axis
from repower.report.charts.palette import ROLE_COLOURS, SOFT
from repower.report.letters import text_px

_HEIGHT_PX: Final = 240
_AXIS_PX: Final = 72
_GAP_PX: Final = 16


def earnings(rows: Sequence[Row], halls: Sequence[Row] = ()) -> Spec:
    """Draw the earnings.

    Parameters
    ----------
    rows : rows of role, label, start_years (decimal), net_usd_per_kwh: each role's energy-weighted average.
    halls : rows of role, hall, start_years, net_usd_per_kwh, for roles that several halls play.
    """
    import altair as alt

    roles = list(dict.fromkeys(row["role"] for row in rows))
    ends = [next(row for row in reversed(rows) if row["role"] == role) for role in roles]
    width = FULL_PX - _AXIS_PX - 18 - max(text_px(end["label"], FONT_PX) for end in ends)
    low, high = _domain([row["net_usd_per_kwh"] for row in (*rows, *halls)])
    first = min(row["start_years"] for row in rows)
    last = max(max(row["start_years"] for row in rows), first + 1)
    x = alt.X(
        "start_years:Q",
        title="Calendar year",
        scale={"domain": [first, last], "nice": False, "zero": False},
        axis=year_axis(first, last),
    )
    y = alt.Y(
        "net_usd_per_kwh:Q",
        title="Net of own power, $/kWh at the meter",
        scale={"domain": [low, high], "nice": False},
        axis={"format": "$.2f", "tickCount": 6, "minExtent": _AXIS_PX - 22},
    )
    ink = alt.Color("role:N", scale={"domain": list(ROLE_COLOURS), "range": list(ROLE_COLOURS.values())}, legend=None)
    places = apart(
        [round(_HEIGHT_PX * (high - end["net_usd_per_kwh"]) / (high - low)) for end in ends], _GAP_PX, 4, _HEIGHT_PX - 4
    )
    data: Data = {
        "zero": [{"net_usd_per_kwh": 0}],
        "roles": rows,
        "halls": halls,
        "labels": [
            dict(end) | {"net_usd_per_kwh": high - place * (high - low) / _HEIGHT_PX}
            for end, place in zip(ends, places, strict=True)
        ],
    }
    layers: list[Any] = [
        over("zero", "rule", color=SOFT, strokeWidth=1).encode(y=y),
        over("halls", "line", strokeWidth=1, opacity=0.4).encode(x=x, y=y, color=ink, detail="hall:N"),
        over("roles", "line", strokeWidth=2.5, point={"size": 26} if _few(rows) else False).encode(x=x, y=y, color=ink),
    ]
    layers += [
        layer.encode(x=alt.value(width), y=y, color=ink, text="label:N")
        for layer in written("labels", align="left", dx=8, fontWeight=600)
    ]
    return framed(alt.layer(*layers).properties(width=width, height=_HEIGHT_PX), data)


def _domain(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.08 * (high - low) or 0.01
    return (low - room if low < 0 else 0.0), high + room


def _few(rows: Sequence[Row]) -> bool:
    """Whether some role has so few quarters that its line needs dots to be seen."""
    counts = [sum(1 for row in rows if row["role"] == role) for role in {row["role"] for row in rows}]
    return min(counts) < 3
