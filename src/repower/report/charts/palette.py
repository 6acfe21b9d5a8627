"""Colours of the report, and the hatches that stand for construction where a colour alone would not do.

Vega-Lite fills with plain colours only. A hatch is therefore drawn as its own sentinel colour (the target colour with
the last bit turned), which `render` replaces by an SVG pattern; a viewer that skips that step still shows the colour.
"""

from __future__ import annotations

from typing import Final

MINING: Final = "#c77f16"
COLOCATION: Final = "#2b6cb0"
GPU_CLOUD: Final = "#6b46c1"
HOSTING: Final = "#2c7a7b"
IDLE: Final = "#a0aec0"
LOSS: Final = "#c53030"
GAIN: Final = "#2f855a"
INK: Final = "#1a202c"
SOFT: Final = "#4a5568"
RULE: Final = "#e2e8f0"
POWER: Final = "#2d3748"
OPERATING: Final = "#cbd5e0"
PAPER: Final = "#ffffff"

USE_COLOURS: Final = {
    "mining": MINING,
    "colocation": COLOCATION,
    "gpu_cloud": GPU_CLOUD,
    "hosting": HOSTING,
    "idle": IDLE,
}

ROLE_COLOURS: Final = {"miner": MINING, "landlord": COLOCATION, "cloud": GPU_CLOUD}

_LIGHT: Final = frozenset({MINING, IDLE, OPERATING, PAPER})


def hatch(colour: str) -> str:
    """The sentinel colour that stands for a hatch in `colour`."""
    return f"#{int(colour[1:], 16) ^ 1:06x}"


def text_on(colour: str) -> str:
    """Ink or paper: what is readable on `colour`."""
    return INK if colour in _LIGHT else PAPER


HATCHED: Final = {hatch(colour): colour for colour in (*USE_COLOURS.values(), LOSS, POWER)}
"""Sentinel -> the colour it hatches."""

CATEGORY_FILLS: Final = {
    "mining": MINING,
    "hosting": HOSTING,
    "colocation": COLOCATION,
    "gpu_cloud": GPU_CLOUD,
    "salvage": GAIN,
    "power": POWER,
    "operating": OPERATING,
    "capex": hatch(LOSS),
    "debt": IDLE,
}
"""Category of cash -> fill; capex is hatched so that it reads in grey."""

FATE_FILLS: Final = {"survives": OPERATING, "replaced": COLOCATION, "new": hatch(COLOCATION)}
"""What happens to a part -> fill."""
