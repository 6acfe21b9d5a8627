"""Where a key stands in a TOML text: a small scanner that gives every key and list item its line.

`tomllib` returns values without places. This scanner reads the same text once it has parsed, follows tables, arrays of
tables, dotted and quoted keys, inline tables, and arrays and strings over several lines, and keeps the line of each.
Keys are written as a person counts: ``hall[2].fleet[1].count`` is the first fleet of the second hall.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys and positions from the root; positions count from 0 as in Python."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PLAIN = re.compile(r"[^,\]}#\n]*")
_STRINGS = tuple(
    (mark, re.compile(pattern, re.DOTALL))
    for mark, pattern in (
        ('"""', r'"""(?:\\.|[^\\])*?"{3,5}(?!")'),
        ("'''", r"'''.*?'{3,5}(?!')"),
        ('"', r'"(?:\\.|[^"\\\n])*"'),
        ("'", r"'[^'\n]*'"),
    )
)


@dataclass
class _Cursor:
    """A text, a position in it, and the lines found so far."""

    text: str
    at: int = 0
    lines: dict[str, int] = field(default_factory=dict)
    lengths: dict[Path, int] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)


def locate(text: str) -> dict[str, int]:
    """The line of every key, table and list item of a TOML text.

    Parameters
    ----------
    text : a TOML document that `tomllib` accepts, line ends as ``\\n``.

    Returns
    -------
    Dotted key (see `dotted`) to line, counted from 1. What stands several times (a table header and its parts) keeps
    its first line.
    """
    cursor = _Cursor(text, breaks=[found.start() for found in re.finditer("\n", text)])
    table: Path = ()
    while (start := _skip(cursor, _GAP)) < len(text):
        if text.startswith("[", cursor.at):
            table = _header(cursor)
        else:
            _pair(cursor, table)
        if cursor.at == start:  # cannot happen in a text that parsed; a lost scanner stops rather than spins
            break
    return cursor.lines


def dotted(path: Path) -> str:
    """A path as text, positions from 1: ``("hall", 1, "shell_mw")`` reads ``hall[2].shell_mw``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            name = part if _BARE.fullmatch(part) else '"' + part.translate(_ESCAPES) + '"'
            text += f".{name}" if text else name
    return text


def line_of(lines: dict[str, int], key: str) -> int | None:
    """The line of a dotted key, or of the nearest table that encloses it; None where nothing of it is in the text."""
    return next((lines[part] for part in _enclosing(key) if part in lines), None)


_ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"'}
_PARTS = re.compile(r'\[\d+\]|\.?"(?:\\.|[^"\\])*"|\.?[^.\["]+', re.DOTALL)


def _enclosing(key: str) -> Iterator[str]:
    """The key itself, then ever shorter heads of it."""
    ends = [found.end() for found in _PARTS.finditer(key)]
    for end in reversed(ends):
        yield key[:end]


def _skip(cursor: _Cursor, pattern: re.Pattern[str]) -> int:
    """Move past what the pattern matches here, if anything, and say where that ends."""
    found = pattern.match(cursor.text, cursor.at)
    cursor.at = found.end() if found else cursor.at
    return cursor.at


def _note(cursor: _Cursor, path: Path, start: int) -> None:
    cursor.lines.setdefault(dotted(path), bisect_right(cursor.breaks, start - 1) + 1)


def _header(cursor: _Cursor) -> Path:
    """Read ``[a.b]`` or ``[[a.b]]`` and return the path that the keys below it belong to."""
    start, double = cursor.at, cursor.text.startswith("[[", cursor.at)
    cursor.at += 2 if double else 1
    keys = _keys(cursor)
    cursor.at += 2 if double else 1
    path: Path = ()
    for position, key in enumerate(keys, start=1):
        path = (*path, key)
        _note(cursor, path, start)
        if double and position == len(keys):
            cursor.lengths[path] = cursor.lengths.get(path, 0) + 1
        if path in cursor.lengths:
            path = (*path, cursor.lengths[path] - 1)
            _note(cursor, path, start)
    return path


def _pair(cursor: _Cursor, table: Path) -> None:
    """Read ``key = value``; a dotted key notes every part."""
    start = cursor.at
    path = table
    for key in _keys(cursor):
        path = (*path, key)
        _note(cursor, path, start)
    cursor.at += 1  # the equals sign
    _skip(cursor, _BLANK)
    _value(cursor, path)


def _keys(cursor: _Cursor) -> list[str]:
    """Read a dotted key up to the sign that ends it."""
    keys = []
    while True:
        _skip(cursor, _BLANK)
        start = cursor.at
        if cursor.text[start : start + 1] in {'"', "'"}:
            keys.append(next(iter(tomllib.loads(_string(cursor) + "=0"))))
        else:
            keys.append(cursor.text[start : _skip(cursor, _BARE)])
        _skip(cursor, _BLANK)
        if not cursor.text.startswith(".", cursor.at):
            return keys
        cursor.at += 1


def _string(cursor: _Cursor) -> str:
    """Read a string with its quotes."""
    start = cursor.at
    pattern = next(pattern for mark, pattern in _STRINGS if cursor.text.startswith(mark, start))
    if _skip(cursor, pattern) == start:  # never closed: nothing more can be read
        cursor.at = len(cursor.text)
        return '""'
    return cursor.text[start : cursor.at]


def _value(cursor: _Cursor, path: Path) -> None:
    """Read one value and note the items inside it."""
    first = cursor.text[cursor.at : cursor.at + 1]
    if first == "[":
        _items(cursor, path)
    elif first == "{":
        _inline(cursor, path)
    elif first in {'"', "'"}:
        _string(cursor)
    else:
        _skip(cursor, _PLAIN)


def _items(cursor: _Cursor, path: Path) -> None:
    cursor.at += 1
    position = 0
    while cursor.at < len(cursor.text) and not cursor.text.startswith("]", _skip(cursor, _GAP)):
        item = (*path, position)
        _note(cursor, item, cursor.at)
        _value(cursor, item)
        if cursor.text.startswith(",", _skip(cursor, _GAP)):
            cursor.at += 1
        position += 1
    cursor.at += 1


def _inline(cursor: _Cursor, path: Path) -> None:
    cursor.at += 1
    while cursor.at < len(cursor.text) and not cursor.text.startswith("}", _skip(cursor, _GAP)):
        _pair(cursor, path)
        if cursor.text.startswith(",", _skip(cursor, _GAP)):
            cursor.at += 1
    cursor.at += 1
