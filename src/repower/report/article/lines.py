"""Texts of either language broken into lines of a terminal: Japanese has no spaces and two columns a letter."""

from __future__ import annotations

import re
from typing import Final

from repower.report.letters import columns

_NEVER_FIRST: Final = "、。，．・：；？！）」』】〕％ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜,.;:!?)]%"
_NEVER_LAST: Final = "（「『【〔([$"
_PIECES: Final = re.compile(r"\s+|[\u0021-\u024f\u2010-\u2027\u202f-\u205e\u2212]+|.", re.DOTALL)


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, none of them empty; nothing is left out.

    A line never begins with a closing sign nor ends with an opening one, except where a word alone is too wide.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text.strip()):
        if columns(line + piece.rstrip()) > width and line:
            lines.append(line.rstrip())
            line, piece = "", piece.lstrip()
        while columns(piece.rstrip()) > width:
            head = _head(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
        line += piece
    if line.strip():
        lines.append(line.rstrip())
    return lines


def padded(text: str, width: int) -> str:
    """The text with spaces behind it up to `width` columns."""
    return text + " " * (width - columns(text))


def _pieces(text: str) -> list[str]:
    """What stays together on a line: words with the space before them, and letters with signs that cling to them."""
    pieces: list[str] = []
    for found in _PIECES.findall(text):
        joins = bool(pieces) and (
            pieces[-1].isspace() or pieces[-1][-1] in _NEVER_LAST or (found[0] in _NEVER_FIRST and len(found) == 1)
        )
        if joins:
            pieces[-1] += " " if found.isspace() else found
        else:
            pieces.append(" " if found.isspace() else found)
    return pieces


def _head(piece: str, width: int) -> str:
    count = 1
    while count < len(piece) and columns(piece[: count + 1]) <= width:
        count += 1
    return piece[:count]
