"""What a site file may say: every key with its type, unit, default and meaning, read from the records themselves."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Len, Lt

from repower.base.clock import Quarter
from repower.site.document import VALUE_WORDS, Document, Entry, bare, entries, kind_of, unit_symbol

_NAMES: Final = re.compile(r"^    ([a-z_]\w*(?:, [a-z_]\w*)*) : ", re.MULTILINE)


@dataclass(frozen=True)
class KeyDoc:
    """One key of a site file.

    Parameters
    ----------
    key : dotted key without positions, such as ``hall.fleet.count``.
    kind : the `kind` of the table that has the key; empty where tables of that name are all alike.
    type : what to write, in words, with its bounds; for a table its brackets.
    unit : symbol of the unit; empty where there is none.
    default : as it would stand in a file; empty where the key is required or stays absent.
    required : whether the table is refused without it.
    meaning : what it is, in a sentence.
    """

    key: str
    kind: str
    type: str
    unit: str
    default: str
    required: bool
    meaning: str


def describe_schema() -> tuple[KeyDoc, ...]:
    """Every table and key of a site file, tables before their keys, in the order of the records."""
    return tuple(_describe(Document, "", ""))


@cache
def meanings(record: type) -> dict[str, str]:
    """Field -> meaning, from the Parameters of a record's docstring; a shared line counts for each of its fields."""
    text = inspect.getdoc(record) or ""
    block = "\n".join(f"    {line}" for line in text.partition("----------\n")[2].splitlines())
    heads = list(_NAMES.finditer(block))
    ends = [head.start() for head in heads[1:]] + [len(block)]
    found: dict[str, str] = {}
    for head, end in zip(heads, ends, strict=True):
        for name in head[1].split(", "):
            found[name] = " ".join(block[head.end() : end].split())
    return found


def _describe(record: type, prefix: str, kind: str) -> list[KeyDoc]:
    found: list[KeyDoc] = []
    for entry in entries(record):
        key = prefix + entry.key
        meaning = meanings(record).get(entry.name, "")
        if entry.key == "kind" and kind:
            meaning = (inspect.getdoc(record) or "").partition("\n\n")[0]
        found.append(
            KeyDoc(key, kind, _words(entry, key), unit_symbol(entry), _default(entry), entry.required, meaning)
        )
        for inner in entry.records:
            found.extend(_describe(inner, f"{key}.", kind_of(inner) or kind))
    return found


def _words(entry: Entry, key: str) -> str:
    """What to write for a key."""
    if entry.shape == "tables":
        return f"[[{key}]]"
    return f"[{key}]" if entry.shape == "table" else _value_words(entry.hint)


def _value_words(hint: Any) -> str:
    base = bare(hint)
    if get_origin(base) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(base))
    if get_origin(base) is tuple:
        arms = [arm for arm in get_args(base) if arm is not Ellipsis]
        lengths = [mark.min_length for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Len)]
        count = lengths[0] if lengths else 0 if Ellipsis in get_args(base) else len(arms)
        return f"list of {f'{count} ' if count else ''}{_value_words(arms[0])}"
    return f"{VALUE_WORDS[base]}{_bounds(hint)}"


def _bounds(hint: Any) -> str:
    words = {Ge: ("≥", "ge"), Gt: (">", "gt"), Le: ("≤", "le"), Lt: ("<", "lt")}
    marks = [mark for mark in getattr(hint, "__metadata__", ()) if type(mark) in words]
    shown = [f"{words[type(mark)][0]} {getattr(mark, words[type(mark)][1])}" for mark in marks]
    return f" {' and '.join(shown)}" if shown else ""


def _default(entry: Entry) -> str:
    """A default as it would stand in a file."""
    value = entry.default
    if entry.required or entry.shape != "value" or value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(str(item) for item in value)}]"
    if isinstance(value, date | Quarter):
        return str(value)
    return f'"{value}"' if isinstance(value, str) else str(value)
