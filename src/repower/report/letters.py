"""How wide a text stands, and how to shorten it: East Asian letters are twice as wide as Latin ones."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_LATIN_EM: Final = 0.6
_CAPITAL_EM: Final = 0.78
_WIDE_EM: Final = 1.0
_BROAD: Final = frozenset("MWmw@%&—…")
"""Latin letters and signs about as wide as they are high."""


def printable(text: str) -> str:
    """The text with a replacement sign for every letter that a page, a cell or a terminal must not be given."""
    return _UNPRINTABLE.sub("\ufffd", text)


def columns(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(2 if _wide(letter) else 0 if unicodedata.combining(letter) else 1 for letter in text)


def text_px(text: str, font_px: int) -> int:
    """Pixels that a text takes, estimated wide enough for any sans font."""
    return math.ceil(font_px * sum(_em(letter) for letter in text))


def cut(text: str, width: int) -> str:
    """The text, cut at its end with an ellipsis where it takes more than `width` columns."""
    if columns(text) <= width:
        return text
    while text and columns(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def shortened(text: str, width_px: int, font_px: int) -> str:
    """The text, with an ellipsis in its middle where it is wider than `width_px`: names often differ at the end."""
    if text_px(text, font_px) <= width_px:
        return text
    kept = len(text)
    while kept > 2 and text_px(_without_middle(text, kept), font_px) > width_px:
        kept -= 1
    return _without_middle(text, kept)


def _em(letter: str) -> float:
    if letter in _BROAD or _wide(letter):
        return _WIDE_EM
    return _CAPITAL_EM if letter.isupper() else _LATIN_EM


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _without_middle(text: str, kept: int) -> str:
    tail = kept // 3
    return f"{text[: kept - tail].rstrip()}…{text[len(text) - tail :].lstrip()}"
