"""What could break it: change in value when one assumption moves over its range, largest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from repower.base.units import USD_PER_MUSD, Usd
from repower.report.charts.frame import (
    FONT_PX,
    FULL_PX,
    SMALL_PX,
    Data,
    Row,
    Spec,
    framed,
    name_axis,
    over,
    per_row,
    written,
)
from repower.report.charts.palette import GAIN, INK, LOSS, SOFT
from repower.report.letters import text_px

_LABEL_PX: Final = 230
_ROW_PX: Final = 38
_BAR_PX: Final = 20
_BREAK_EVEN: Final = "worth no more than keeping"


def tornado(rows: Sequence[Row], break_even_usd: Usd) -> Spec:
    """Draw the tornado.

    Parameters
    ----------
    rows : rows of assumption, change_musd, level (text of the assumption's level at this end), largest swing first;
        two rows an assumption.
    break_even_usd : change at which the plan is worth no more than keeping.
    """
    import altair as alt

    break_even_musd = break_even_usd / USD_PER_MUSD
    order = list(dict.fromkeys(row["assumption"] for row in rows))
    names, label_px = name_axis(order, _LABEL_PX)
    width = FULL_PX - label_px - 30
    height = _ROW_PX * len(order)
    low, high = _domain(rows, break_even_musd, width)
    x = alt.X(
        "change_musd:Q",
        title="Change in value over keeping, $M",
        scale={"domain": [low, high], "nice": False},
        axis={"format": "+,~f", "tickCount": 8},
    )
    y = alt.Y(
        "assumption:N",
        title=None,
        sort=order,
        scale={"domain": order, "paddingInner": 0, "paddingOuter": 0},
        axis=names,
    )
    px = width / (high - low)
    right = (break_even_musd - low) * px + text_px(_BREAK_EVEN, SMALL_PX) > width
    place = {"align": "right", "away": 2} if right else {"align": "left", "away": -2}
    within = low <= break_even_musd <= high
    data: Data = {
        "bars": _bars(rows),
        "zero": [{"change_musd": 0}],
        "even": [{"change_musd": break_even_musd, "text": _BREAK_EVEN} | place] if within else [],
    }
    layers: list[Any] = [
        over("bars", "bar", size=_BAR_PX).encode(x=x, x2="from_musd:Q", y=y, color=alt.Color("ink:N", scale=None)),
        over("zero", "rule", color=INK, strokeWidth=1).encode(x=x),
        over("even", "rule", color=INK, strokeDash=[5, 3], strokeWidth=1.5, y=-6, y2=height).encode(x=x),
    ]
    layers += [
        layer.encode(x=x, y=y, text="level:N")
        for layer in written("bars", True, align=per_row("align"), dx=per_row("away"))
    ]
    layers += [
        layer.encode(x=x, text="text:N")
        for layer in written("even", align=per_row("align"), dx=per_row("away"), fontSize=SMALL_PX, color=SOFT, y=-14)
    ]
    return framed(alt.layer(*layers).properties(width=width, height=height), data)


def _bars(rows: Sequence[Row]) -> list[Row]:
    """Bars from zero with their level behind the end; where both ends move the same way, the shorter is not written."""
    bars = []
    for row in rows:
        change = row["change_musd"]
        twin = [r["change_musd"] for r in rows if r["assumption"] == row["assumption"] and r is not row]
        hidden = any(other * change > 0 and abs(other) > abs(change) for other in twin)
        gain = change >= 0
        place = {"align": "left", "away": 6} if gain else {"align": "right", "away": -6}
        level = "" if hidden else row["level"]
        bars.append(dict(row) | place | {"from_musd": 0.0, "level": level, "ink": GAIN if gain else LOSS})
    return sorted(bars, key=lambda bar: -abs(bar["change_musd"]))


def _domain(rows: Sequence[Row], break_even_musd: float, width: int) -> tuple[float, float]:
    """Room for every bar with its label, and for the break-even where it is within reach of the bars."""
    low = min(0.0, *(row["change_musd"] for row in rows))
    high = max(0.0, *(row["change_musd"] for row in rows))
    reach = high - low or 1.0
    if low - reach <= break_even_musd <= high + reach:
        low, high = min(low, break_even_musd), max(high, break_even_musd)
    span = high - low or 1.0
    label = max(text_px(row["level"], FONT_PX) for row in rows) + 10
    room = span * label / max(width - 2 * label, label)
    return low - room, high + room
