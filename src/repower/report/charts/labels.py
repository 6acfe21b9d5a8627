"""Names beside points: each on the side where it touches nothing, or left out where there is no room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from repower.report.letters import text_px

_AWAY_PX: Final = 8
_LIFT_PX: Final = 13
_DOT_PX: Final = 4
_HALF_LINE: Final = 0.62


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: int
    top: int
    right: int
    bottom: int

    def touches(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        beside = self.right <= other.left or other.right <= self.left
        return not (beside or self.bottom <= other.top or other.bottom <= self.top)

    def within(self, other: Box) -> bool:
        """Whether this one lies inside the other."""
        inside = other.left <= self.left and self.right <= other.right
        return inside and other.top <= self.top and self.bottom <= other.bottom


@dataclass(frozen=True)
class Place:
    """Where a name stands against its point: how it is aligned, how far it is moved, and the room that it takes."""

    align: str
    away: int
    drop: int
    box: Box


def dot(x_px: int, y_px: int, radius_px: int = _DOT_PX) -> Box:
    """The room that a point takes."""
    return Box(x_px - radius_px, y_px - radius_px, x_px + radius_px, y_px + radius_px)


def places(
    points: Sequence[tuple[int, int, str]], font_px: int, frame: Box, taken: Sequence[Box] = ()
) -> list[Place | None]:
    """A place for the name of every point, or None where each side is taken; earlier points choose first.

    Parameters
    ----------
    points : (x, y, name) in pixels; an empty name takes no place.
    font_px : size of the names.
    frame : where names may stand.
    taken : other marks and texts that names keep clear of.
    """
    full = [*taken, *(dot(x, y) for x, y, _ in points)]
    result: list[Place | None] = []
    for x, y, name in points:
        sides = _sides(x, y, name, font_px) if name else []
        chosen = next((place for place in sides if _free(place.box, frame, full)), None)
        if chosen:
            full.append(chosen.box)
        result.append(chosen)
    return result


def _sides(x: int, y: int, name: str, font_px: int) -> list[Place]:
    width, half = text_px(name, font_px), math.ceil(font_px * _HALF_LINE)
    found = []
    for drop in (0, -_LIFT_PX, _LIFT_PX):
        top, bottom = y + drop - half, y + drop + half
        found.append(Place("left", _AWAY_PX, drop, Box(x + _AWAY_PX, top, x + _AWAY_PX + width, bottom)))
        found.append(Place("right", -_AWAY_PX, drop, Box(x - _AWAY_PX - width, top, x - _AWAY_PX, bottom)))
        if drop:
            found.append(Place("center", 0, drop, Box(x - math.ceil(width / 2), top, x + math.ceil(width / 2), bottom)))
    return found


def _free(box: Box, frame: Box, taken: Sequence[Box]) -> bool:
    return box.within(frame) and not any(box.touches(other) for other in taken)
