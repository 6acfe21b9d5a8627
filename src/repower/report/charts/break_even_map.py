"""Which machine pays its power at which price: break-even lines by hashprice, before and after the next halving."""

from __future__ import annotations

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
)
from repower.report.charts.palette import GAIN, INK, LOSS, MINING, SOFT
from repower.report.letters import text_px

_HEIGHT_PX: Final = 380
_AXIS_PX: Final = 58
_GAP_PX: Final = 17
_MACHINE_GAP_PX: Final = 13
_ROOM_USD_PER_KWH: Final = 0.012
"""Left of the cheapest power, where machines are named."""

_LEAST_J_PER_TH: Final = 5.0
_MOST_J_PER_TH: Final = 40.0
_STEPS: Final = 12
COLOURS: Final = {"now": MINING, "halved": LOSS, "other": SOFT}
"""Kind of line -> colour: today's hashprice, the same after the halving, and what else is shown."""


def break_even_map(
    lines: Sequence[Row], machines: Sequence[Row], example: Sequence[Row], texts: Mapping[str, str]
) -> Spec:
    """Draw the map; the band between today's line and that after the halving is tinted.

    Parameters
    ----------
    lines : rows of line, label, kind (a key of `COLOURS`), usd_per_kwh, j_per_th: the efficiency at which revenue pays
        for power alone, at several prices; machines above a line lose.
    machines : rows of text, j_per_th: known machines, as thin rules.
    example : rows of text, usd_per_kwh, j_per_th: a fleet to point at.
    texts : titles of both axes, ``power_price`` and ``efficiency``, and the names of both sides, ``earns`` and
        ``loses``.
    """
    import altair as alt

    names = list(dict.fromkeys(row["line"] for row in lines))
    first = min(row["usd_per_kwh"] for row in lines) - _ROOM_USD_PER_KWH
    last = max(row["usd_per_kwh"] for row in lines)
    drawn = [row for name in names for row in _curve([row for row in lines if row["line"] == name])]
    ends = [max((row for row in drawn if row["line"] == name), key=lambda row: row["usd_per_kwh"]) for name in names]
    width = FULL_PX - _AXIS_PX - 24 - max(text_px(end["label"], FONT_PX) for end in ends)

    def down_px(j_per_th: float) -> int:
        return round(_HEIGHT_PX * (_MOST_J_PER_TH - j_per_th) / (_MOST_J_PER_TH - _LEAST_J_PER_TH))

    x = alt.X(
        "usd_per_kwh:Q",
        title=texts["power_price"],
        scale={"domain": [first, last], "nice": False, "zero": False},
        axis={"format": "$.2f", "grid": False, "tickCount": 10, "labelFlush": False},
    )
    y = alt.Y(
        "j_per_th:Q",
        title=texts["efficiency"],
        scale={"domain": [_LEAST_J_PER_TH, _MOST_J_PER_TH], "nice": False},
        axis={"tickCount": 8, "grid": False, "minExtent": _AXIS_PX - 22},
    )
    ink = alt.Color("kind:N", scale={"domain": list(COLOURS), "range": list(COLOURS.values())}, legend=None)
    shown = [row for row in machines if _LEAST_J_PER_TH <= row["j_per_th"] <= _MOST_J_PER_TH]
    heights = apart([down_px(row["j_per_th"]) - 7 for row in shown], _MACHINE_GAP_PX, 4, _HEIGHT_PX - 4)
    stood = apart([down_px(end["j_per_th"]) for end in ends], _GAP_PX, 4, _HEIGHT_PX - 4)
    data: Data = {
        "band": _band(drawn),
        "lines": drawn,
        "machines": shown,
        "machine_names": [dict(row) | {"down": down} for row, down in zip(shown, heights, strict=True)],
        "ends": [dict(end) | {"down": down} for end, down in zip(ends, stood, strict=True)],
        "example": example,
        "sides": [
            {"text": texts["loses"], "across": width - 8, "down": 14, "align": "right", "side": LOSS},
            {"text": texts["earns"], "across": width // 3, "down": _HEIGHT_PX - 16, "align": "left", "side": GAIN},
        ],
    }
    layers: list[Any] = [
        over("band", "area", color=LOSS, opacity=0.1).encode(x=x, y=y, y2="until_j_per_th:Q"),
        over("machines", "rule", color=SOFT, strokeWidth=0.8, strokeDash=[2, 3]).encode(y=y),
        over("lines", "line", strokeWidth=2.4).encode(x=x, y=y, color=ink, detail="line:N"),
        over("example", "point", filled=True, size=70, color=INK, opacity=1).encode(x=x, y=y),
    ]
    small: Look = {"align": "left", "fontSize": SMALL_PX, "color": SOFT}
    layers += [layer.encode(text="text:N") for layer in written("machine_names", True, x=4, y=per_row("down"), **small)]
    layers += [
        layer.encode(x=x, y=y, text="text:N")
        for layer in written("example", True, align="left", dx=9, dy=-9, fontSize=SMALL_PX)
    ]
    layers += [
        layer.encode(text="text:N", color=alt.Color("side:N", scale=None))
        for layer in written("sides", True, align=per_row("align"), x=per_row("across"), y=per_row("down"))
    ]
    layers += [
        layer.encode(x=alt.value(width), color=ink, text="label:N")
        for layer in written("ends", align="left", dx=10, fontWeight=600, y=per_row("down"))
    ]
    return framed(alt.layer(*layers).properties(width=width, height=_HEIGHT_PX), data)


def _curve(rows: Sequence[Row]) -> list[Row]:
    """A line with points between those given, from where it enters the frame; 1/(J/TH) is linear in the price."""
    along = sorted(rows, key=lambda row: row["usd_per_kwh"])
    dense: list[Row] = []
    for before, after in pairwise(along):
        for step in range(_STEPS):
            share = step / _STEPS
            inverse = (1 - share) / before["j_per_th"] + share / after["j_per_th"]
            price = (1 - share) * before["usd_per_kwh"] + share * after["usd_per_kwh"]
            dense.append(dict(before) | {"usd_per_kwh": price, "j_per_th": 1 / inverse})
    return [row for row in (*dense, *along[-1:]) if _LEAST_J_PER_TH <= row["j_per_th"] <= _MOST_J_PER_TH]


def _band(drawn: Sequence[Row]) -> list[Row]:
    """What pays its power today and not after the halving, price by price, cut at the frame."""
    now = {round(row["usd_per_kwh"], 9): row["j_per_th"] for row in drawn if row["kind"] == "now"}
    halved = [row for row in drawn if row["kind"] == "halved"]
    return [
        {
            "usd_per_kwh": row["usd_per_kwh"],
            "j_per_th": row["j_per_th"],
            "until_j_per_th": now.get(round(row["usd_per_kwh"], 9), _MOST_J_PER_TH),
        }
        for row in halved
    ]
