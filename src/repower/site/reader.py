"""From the tables of a TOML file to records, with everything that is wrong on the way.

Reading never stops at the first problem. A value that cannot be used leaves a hole in the record (NaN, an empty text,
None), so that what else the file says can still be checked against the rest: no comparison with NaN is ever true. A
document with holes is for checking alone; `repower.site.load` raises before anybody else sees it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from repower.base.clock import Quarter, quarter
from repower.base.errors import InputError, Problem, nearest
from repower.site.bounds import FIRST_YEAR, LAST_YEAR
from repower.site.document import Document, Entry, bare, entries, kind_of, unit_symbol
from repower.site.locate import Path, dotted
from repower.site.refusal import explain, no_choice, shown, wrong_kind

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def read_document(raw: Mapping[str, object]) -> tuple[Document, list[Problem]]:
    """The document that a parsed TOML file describes, and every problem with its keys and values.

    Parameters
    ----------
    raw : the mapping that `tomllib` returns.

    Returns
    -------
    document : complete where there is no problem; with holes otherwise.
    problems : each with its key and value, without file and line, in no order.
    """
    problems: list[Problem] = []
    return _record(Document, raw, (), problems), problems


def _record(record: type, raw: Mapping[str, object], path: Path, problems: list[Problem]) -> Any:
    """One record from one table."""
    known = entries(record)
    absent = {entry.key for entry in known if entry.key not in raw}
    names = {entry.key for entry in known}
    problems += [_unknown(key, raw[key], record, absent, path) for key in raw if key not in names]
    problems += [_missing(entry, path) for entry in known if entry.required and entry.key in absent]
    return record(**{entry.name: _entry(entry, raw, path, problems) for entry in known})


def _entry(entry: Entry, raw: Mapping[str, object], path: Path, problems: list[Problem]) -> object:
    """What a key holds; its default where it is absent, a hole where it cannot be used."""
    if entry.key not in raw:
        return _hole(entry) if entry.required else entry.default
    value, here = raw[entry.key], (*path, entry.key)
    if entry.shape == "tables":
        return _tables(entry, value, here, problems)
    if entry.shape == "table":
        return _table(entry, value, here, problems)
    if bare(entry.hint) is Quarter:
        return _quarter(entry, value, here, problems)
    return _value(entry, value, here, problems)


def _tables(entry: Entry, value: object, path: Path, problems: list[Problem]) -> tuple[object, ...]:
    name = ".".join(part for part in path if isinstance(part, str))
    if not isinstance(value, list):
        fix = f"write [[{name}]] in double brackets above each of them"
        problems.append(Problem("this is not a list of tables", fix, key=dotted(path), value=shown(value)))
        return (None,)
    return tuple(_table(entry, item, (*path, position), problems) for position, item in enumerate(value))


def _table(entry: Entry, value: object, path: Path, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        name = ".".join(part for part in path if isinstance(part, str))
        brackets = f"[[{name}]] in double brackets" if entry.shape == "tables" else f"[{name}] in single brackets, once"
        fix = f"write {brackets}, and its keys below"
        problems.append(Problem("this is not a table", fix, key=dotted(path), value=shown(value)))
        return None
    if len(entry.records) == 1:
        return _record(entry.records[0], value, path, problems)
    kinds = {kind_of(record): record for record in entry.records}
    kind = value.get("kind")
    if isinstance(kind, str) and kind in kinds:
        return _record(kinds[kind], value, path, problems)
    message, fix = no_choice(kinds, kind)
    if "kind" not in value:
        message, fix = "this table does not say its kind", f"add kind = one of: {', '.join(kinds)}"
    shown_kind = shown(kind) if "kind" in value else ""
    problems.append(Problem(message, fix, key=dotted((*path, "kind")), value=shown_kind))
    return None


def _quarter(entry: Entry, value: object, path: Path, problems: list[Problem]) -> Quarter | None:
    message, fix = wrong_kind(entry.hint, entry.key, value)
    if isinstance(value, str):
        try:
            found = quarter(value)
        except InputError:
            found = None
        if found and FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
        if found:
            message, fix = "this quarter is out of range", f"give a year from {FIRST_YEAR} to {LAST_YEAR}"
    problems.append(Problem(message, fix, key=dotted(path), value=shown(value)))
    return None


def _value(entry: Entry, value: object, path: Path, problems: list[Problem]) -> object:
    from pydantic import ValidationError

    try:
        return _adapter(entry.hint).validate_python(_tuples(value))
    except ValidationError as error:
        for found in error.errors(include_url=False):
            message, fix = explain(found, entry)
            place = path if found["type"] == "missing" else (*path, *found["loc"])  # items that are not there
            problems.append(Problem(message, fix, key=dotted(place), value=shown(found.get("input"))))
    return _hole(entry)


def _hole(entry: Entry) -> object:
    """What stands for a value that could not be read: nothing compares as wrong against it."""
    if entry.shape != "value":
        return (None,) if entry.shape == "tables" else None
    base = bare(entry.hint)
    if base in {float, int}:
        return math.nan
    if base is bool:
        return False
    if base in {date, Quarter}:
        return None
    return () if str(base).startswith("tuple") else ""


def _tuples(value: object, depth: int = 2) -> object:
    """Lists as tuples, as records hold them; no value of a site file is nested deeper than `depth`."""
    if isinstance(value, list) and depth:
        return tuple(_tuples(item, depth - 1) for item in value)
    return value


@cache
def _adapter(hint: Any) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter

    return TypeAdapter(hint, config=ConfigDict(strict=True, allow_inf_nan=False))


def _unknown(key: str, value: object, record: type, absent: set[str], path: Path) -> Problem:
    """A key that the table does not have; a required key that it was surely meant to be is no longer called missing."""
    known = {entry.key: entry for entry in entries(record)}
    close = nearest(key, tuple(name for name in known if name in absent)) or nearest(key, tuple(known))
    place = "a site file" if record is Document else f"[{'.'.join(part for part in path if isinstance(part, str))}]"
    fix = f"take it away; the keys of {place} are: {', '.join(known)}"
    if close and close in absent:
        absent.discard(close)
        unit = unit_symbol(known[close])
        fix = f"did you mean {close}{f' [{unit}]' if unit else ''}?"
    elif close:
        fix = f"take it away; {close} is there already"
    message = f"{place} has no such key" if record is not Document else "a site file has no such table"
    return Problem(message, fix, key=dotted((*path, key)), value=shown(value))


def _missing(entry: Entry, path: Path) -> Problem:
    name = ".".join([*(part for part in path if isinstance(part, str)), entry.key])
    if entry.shape == "value":
        message, fix = "this key is missing", f"add {entry.key} = {_example(entry)}"
    elif entry.shape == "table":
        message, fix = "this table is missing", f"add [{name}] and its keys (`repower init` writes an example)"
    else:
        message, fix = (
            "there is none of these tables",
            f"add at least one [[{name}]] (`repower init` writes an example)",
        )
    return Problem(message, fix, key=dotted((*path, entry.key)))


def _example(entry: Entry) -> str:
    """What to write for a missing value, in the form of the file."""
    base, unit = bare(entry.hint), unit_symbol(entry)
    if get_origin(base) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(base))
    if base in {float, int}:
        return f"<number in {unit}>" if unit else "<number>"
    return {str: '"<text>"', date: "<year-month-day>", Quarter: '"<year>Q<1 to 4>"'}.get(base, "<value>")
