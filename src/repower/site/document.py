"""The layout of a site file: which tables it has, which record each becomes, and what each key may hold.

The records are the only schema. This module reads their annotations once, so that the reader, the key list and the
error messages agree: a field that is a record is a ``[table]``, a tuple of records is a list of ``[[tables]]``, and
everything else is a value.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Le

from repower.base.clock import Quarter
from repower.base.units import Unit, unit_of
from repower.site.agreements import Agreement
from repower.site.ancillary import AncillaryService
from repower.site.battery import Battery
from repower.site.bounds import Name
from repower.site.halls import Hall
from repower.site.interconnect import Interconnect
from repower.site.outlook import Outlook
from repower.site.owner import Owner
from repower.site.supply import Supply
from repower.site.tariff import Tariff

Item = TypeVar("Item")

LONGEST_HORIZON_YEARS: Final = 40

FILE_KEYS: Final = {"fleets": "fleet", "options": "option"}
"""Fields whose key in the file differs: a file names one item where a record names the list."""

VALUE_WORDS: Final = {
    float: "number",
    int: "whole number",
    str: "text",
    bool: "true or false",
    date: "date",
    Quarter: "quarter",
}
"""How a value's type is called in messages and in the list of keys."""


@dataclass(frozen=True)
class Header:
    """What the site is called, where its clock stands, and which years are planned.

    Parameters
    ----------
    name : as printed on the report.
    time_zone : IANA time zone in which months and hours of the day are read, such as America/Chicago.
    market : power market or ``off-grid``, for the reader.
    plan_start : first quarter in which the plan may act.
    horizon_years : whole years from `plan_start` over which cash is counted.
    notes : free text for the report, such as what the site is modelled after.
    """

    name: Name
    time_zone: Name
    market: Name
    plan_start: Quarter
    horizon_years: Annotated[int, Ge(1), Le(LONGEST_HORIZON_YEARS)]
    notes: str = ""


@dataclass(frozen=True)
class Document:
    """A site file, table by table.

    Parameters
    ----------
    site : name, clock and years.
    interconnect : the grid connection.
    hall : buildings or yards, what stands in them, and what each may become.
    owner : hurdle, limits on money and crews, lender's terms.
    outlook : base case for the outside world, and where hourly series come from.
    tariff : wires charges.
    supply : where a megawatt-hour comes from.
    battery : batteries at the site bus.
    contract : agreements in force and on offer.
    ancillary_service : reserves that hours may sell.
    """

    site: Header
    interconnect: Interconnect
    hall: tuple[Hall, ...]
    owner: Owner
    outlook: Outlook
    tariff: Tariff = field(default_factory=Tariff)
    supply: tuple[Supply, ...] = ()
    battery: tuple[Battery, ...] = ()
    contract: tuple[Agreement, ...] = ()
    ancillary_service: tuple[AncillaryService, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One key of a table.

    Parameters
    ----------
    key, name : as the file and as the record call it.
    shape : ``value``, ``table`` for one record, ``tables`` for a list of them.
    hint : annotation of the value; None taken out of it, `optional` says whether it was there.
    records : records that a table can become; more than one where `kind` tells them apart.
    required : True where the key must be given; `default` counts otherwise.
    """

    key: str
    name: str
    shape: Literal["value", "table", "tables"]
    hint: Any
    optional: bool
    records: tuple[type, ...]
    required: bool
    default: object


@cache
def entries(record: type) -> tuple[Entry, ...]:
    """The keys of the table that becomes `record`, in the order of its fields."""
    hints = get_type_hints(record, include_extras=True)
    return tuple(_entry(item, hints[item.name]) for item in fields(record))


def kind_of(record: type) -> str:
    """The `kind` that a table must state to become `record`; empty where the table needs none."""
    kinds = [get_args(entry.hint) for entry in entries(record) if entry.key == "kind"]
    return str(kinds[0][0]) if kinds and len(kinds[0]) == 1 else ""


def unit_symbol(entry: Entry) -> str:
    """Symbol of a key's unit, from its annotation or, for a whole number, from its name; empty where it has none."""
    carried = [item for item in getattr(entry.hint, "__metadata__", ()) if isinstance(item, Unit)]
    stated = carried[0] if carried else unit_of(entry.name)
    return stated.symbol if stated is not None and stated.symbol != "1" else ""


def bare(hint: Any) -> Any:
    """An annotation without its bounds and units: ``Annotated[float, ...]`` is ``float``."""
    return get_args(hint)[0] if get_origin(hint) is Annotated else hint


def _entry(item: Any, hint: Any) -> Entry:
    optional = type(None) in get_args(hint)
    if optional:
        hint = Union[tuple(arm for arm in get_args(hint) if arm is not type(None))]  # noqa: UP007
    records, shape = _records(hint), "table"
    if not records and get_origin(hint) is tuple:
        records, shape = _records(get_args(hint)[0]), "tables"
    factory = item.default_factory
    default = item.default if factory is MISSING else factory()
    return Entry(
        key=FILE_KEYS.get(item.name, item.name),
        name=item.name,
        shape=shape if records else "value",  # type: ignore[arg-type]
        hint=hint,
        optional=optional,
        records=records,
        required=default is MISSING,
        default=None if default is MISSING else default,
    )


def _records(hint: Any) -> tuple[type, ...]:
    """The records that an annotation stands for; empty where it is a value. A quarter is written as a value."""
    arms = get_args(hint) if get_origin(hint) in {Union, types.UnionType} else (hint,)
    return tuple(arm for arm in arms if is_dataclass(arm) and isinstance(arm, type) and arm is not Quarter)


def whole(items: Iterable[object]) -> bool:
    """Whether every table of a list could be read; only then may a check say that something is not there."""
    return all(item is not None for item in items)


def placed(items: Iterable[Item], key: str) -> Iterator[tuple[str, Item]]:
    """The tables of a list that could be read, each with its dotted key, ``hall[2]`` being the second hall."""
    for position, item in enumerate(items, start=1):
        if item is not None:
            yield f"{key}[{position}]", item
