"""Words for what is wrong with a single value: the message and the fix that a person needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, Final, get_args, get_origin

from repower.base.clock import Quarter
from repower.base.errors import nearest
from repower.site.document import Entry, bare, unit_symbol

LONGEST_SHOWN: Final = 60
PERCENT: Final = 100

_WANTED: Mapping[Any, tuple[str, str]] = {
    float: ("a number", "write digits without quotes, such as {key} = {example}"),
    int: ("a whole number", "write digits without quotes or decimals, such as {key} = 2"),
    str: ("text", 'write it in double quotes, such as {key} = "name"'),
    bool: ("true or false", "write {key} = true or {key} = false, without quotes"),
    date: ("a date", "write year, month and day without quotes, such as {key} = 2027-01-31"),
    Quarter: ("a quarter", 'write year and quarter in quotes, such as {key} = "2027Q1"'),
    tuple: ("a list", "write it in square brackets, items separated by commas"),
}
_BOUNDS = {
    "greater_than": ("gt", "must be greater than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}
_NUMBER = re.compile(r"\s*([+-]?\d{1,15}(?:\.\d{1,15})?)\s*(%?)\s*")
_LENGTHS = {"too_short", "too_long"}


def shown(value: object) -> str:
    """A value of a TOML file as a short text on one line."""
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value.bit_length() > LONGEST_SHOWN * 3:  # about as many decimal digits as are shown
        return "a number with very many digits"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    text = repr(value) if isinstance(value, str) else f"{value}"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def wrong_kind(hint: Any, key: str, value: object, unit: str = "") -> tuple[str, str]:
    """Message and fix for a value of the wrong type."""
    wanted, fix = _WANTED.get(_base(hint), ("something else", "see `repower check --keys` for what this key holds"))
    message = f"this is not {wanted}" + (f" [{unit}]" if unit else "")
    if isinstance(value, str) and _base(hint) in {float, int} and (found := _NUMBER.fullmatch(value)):
        number = f"{float(found[1]) / PERCENT:g}" if found[2] else found[1]
        return message, f"take the quotes away: {key} = {number}"
    if isinstance(value, float) and value.is_integer() and _base(hint) is int:
        return message, f"take the decimals away: {key} = {value:.0f}"
    if isinstance(value, str) and _base(hint) is date:
        return message, f"take the quotes away: {key} = {shown(value)[1:-1]}, written as year-month-day"
    return message, fix.format(key=key, example="0.1" if "_frac" in key else "25.0")


def no_choice(known: Iterable[str], value: object) -> tuple[str, str]:
    """Message and fix for a word that is not among those allowed."""
    choices = tuple(known)
    close = nearest(value, choices) if isinstance(value, str) else None
    hint = f'did you mean "{close}"? ' if close else ""
    return "no such choice", hint + "use one of: " + ", ".join(f'"{choice}"' for choice in choices)


def explain(error: Mapping[str, Any], entry: Entry) -> tuple[str, str]:
    """Message and fix for what pydantic found wrong with the value of a key.

    Parameters
    ----------
    error : one item of ``ValidationError.errors()``.
    entry : the key that the value belongs to.
    """
    kind, value, context = str(error["type"]), error.get("input"), error.get("ctx", {})
    hint = _inside(entry.hint, error["loc"])
    unit = unit_symbol(entry)
    if kind == "finite_number":
        return (
            "this is no finite number",
            f"write a number{f' in {unit}' if unit else ''}; nan and inf mean nothing here",
        )
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{words} {context[name]:g}{f' [{unit}]' if unit else ''}", _bound_fix(entry, kind, context[name], value)
    if kind == "missing":
        wanted = len(get_args(bare(entry.hint)))
        return f"this list does not hold {wanted} items", f"give {wanted} items"
    if kind in _LENGTHS:
        wanted = context.get("min_length") if kind == "too_short" else context.get("max_length")
        return f"this list holds {context.get('actual_length')} items, not {wanted}", f"give {wanted} items"
    if kind == "string_too_short":
        return "this text is empty", "write something between the quotes, or take the key away if it may be absent"
    if kind == "predicate_failed":
        return "this text has blanks at its ends or characters that do not print", "write it on one line, without them"
    if kind == "literal_error":
        return no_choice(get_args(hint), value)
    return wrong_kind(hint, entry.key, value, unit)


def _bound_fix(entry: Entry, kind: str, bound: float, value: object) -> str:
    too_much = kind.startswith("less")
    if too_much and bound == 1 and entry.key.endswith("_frac"):
        if isinstance(value, int | float) and value <= PERCENT:
            return f"a share lies between 0 and 1: write {value / PERCENT:g} for {value:g} %"
        return "a share lies between 0 and 1"
    side = "at or below" if kind == "less_than_equal" else "below"
    if not too_much:
        side = "at or above" if kind == "greater_than_equal" else "above"
    return f"give a value {side} {bound:g}"


def _base(hint: Any) -> Any:
    found = bare(hint)
    return get_origin(found) or found


def _inside(hint: Any, loc: tuple[str | int, ...]) -> Any:
    """The annotation of an item of a list, where the error lies inside one."""
    for position in loc:
        arms = get_args(bare(hint))
        if _base(hint) is tuple and isinstance(position, int) and arms:
            hint = arms[0] if arms[-1] is Ellipsis else arms[min(position, len(arms) - 1)]
    return hint
