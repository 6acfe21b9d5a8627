"""The shipped tables: read on first use, checked against their schema, filtered by conditions.

A file that breaks its schema is refused whole, and the error lists every breach with file, line, column, value and fix.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from repower.base.errors import CatalogError, Problem, nearest
from repower.catalog.cell import CellError, read_cell
from repower.catalog.column import Column, Schema
from repower.catalog.condition import Test, read_condition
from repower.catalog.row import Row, Value, pick
from repower.catalog.rule import rules_of_all
from repower.catalog.schema import SCHEMAS

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


@dataclass(frozen=True)
class Table:
    """A fact table.

    Parameters
    ----------
    name, title : key among `names()`, and what it holds in one sentence.
    columns : name, unit, kind and meaning of every column, in the order of the file.
    rows : one read-only mapping per row, column name -> value; None where the cell is empty.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def names() -> tuple[str, ...]:
    """Names of the tables that this version knows."""
    return tuple(SCHEMAS)


def table(name: str) -> Table:
    """The table of that name, checked against its schema.

    Raises
    ------
    CatalogError : no such table, its file is not there, or the file breaks its schema.
    """
    return _load(pick(SCHEMAS, name, "", "table").name)


def where(which: Table | str, conditions: Sequence[str]) -> Table:
    """The rows of a table that meet every condition.

    Parameters
    ----------
    which : a table or its name.
    conditions : such as ``efficiency_j_per_th<20``, ``cooling=air`` or ``model~S21``. ``=`` compares whole values, text
        without regard to case, and a list by its members; ``~`` looks for a part of the text; ``<``, ``<=``, ``>`` and
        ``>=`` order numbers and dates (as text) and are not met by an empty cell; ``column=`` with nothing behind it
        finds empty cells; ``!=`` and ``!~`` find all the other rows.

    Raises
    ------
    CatalogError : a condition cannot be read, names an unknown column, or does not fit its column; all are listed.
    """
    source = table(which) if isinstance(which, str) else which
    tests: list[Test] = []
    problems: list[Problem] = []
    for condition in [conditions] if isinstance(conditions, str) else conditions:
        try:
            tests.append(read_condition(condition, source.columns, source.name))
        except CatalogError as error:
            problems.extend(error.problems)
    if problems:
        raise CatalogError(problems)
    return replace(source, rows=tuple(row for row in source.rows if all(test(row) for test in tests)))


@lru_cache(maxsize=1)
def table_hash() -> str:
    """Hexadecimal sha256 over names and bytes of all shipped CSV files, in the order of their names."""
    digest = hashlib.sha256()
    for file in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".csv"):
            content = file.read_bytes()
            digest.update(f"{file.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def parse(schema: Schema, content: str, others: Callable[[str], Table] = table) -> Table:
    """A table from the text of its CSV file.

    Parameters
    ----------
    others : gives a table by name, for the columns that name rows of other tables.

    Raises
    ------
    CatalogError : every breach of the schema, with file, line, column, value and fix.
    """
    file = f"{schema.name}.csv"
    reader = csv.reader(content.splitlines(), strict=True)
    rows: list[Row] = []
    lines: list[int] = []
    problems: list[Problem] = []
    try:
        header = next(reader, [])
        if header != [column.name for column in schema.columns]:
            raise CatalogError(_header_problem(schema, header))
        for cells in reader:
            row = _read_row(schema, cells, reader.line_num, problems)
            rows.append(MappingProxyType(row))
            lines.append(reader.line_num)
    except csv.Error as error:
        fix = "quote cells that hold commas, double the quotes inside them, and break no line inside a cell"
        raise CatalogError(Problem(f"this is not CSV ({error})", fix, file, line=reader.line_num)) from error
    whole = [index for index, row in enumerate(rows) if len(row) == len(schema.columns)]
    good, places = [rows[index] for index in whole], [lines[index] for index in whole]
    problems += [
        *_double_keys(schema, good, places),
        *_unmarked_conflicts(schema, good, places),
        *_broken_rules(schema, good, places),
        *_broken_references(schema, good, places, others),
    ]
    if problems:
        raise CatalogError(sorted(problems, key=lambda problem: problem.line or 0))
    return Table(schema.name, schema.title, schema.columns, tuple(rows))


def _read_row(schema: Schema, cells: Sequence[str], line: int, problems: list[Problem]) -> dict[str, Value]:
    """One row; what is wrong with it is appended to `problems`."""
    file = f"{schema.name}.csv"
    row: dict[str, Value] = {}
    if len(cells) != len(schema.columns):
        fix = f"give {len(schema.columns)} cells, empty ones where nothing is known"
        problems.append(Problem("wrong number of cells in the row", fix, file, value=str(len(cells)), line=line))
        return row
    for column, cell in zip(schema.columns, cells, strict=True):
        try:
            row[column.name] = read_cell(column, cell)
        except CellError as error:
            problems.append(Problem(error.message, error.fix, file, column.name, cell, line))
    return row


def _double_keys(schema: Schema, rows: Sequence[Row], lines: Sequence[int]) -> list[Problem]:
    first: dict[tuple[object, ...], int] = {}
    problems: list[Problem] = []
    for row, line in zip(rows, lines, strict=True):
        key = tuple(row[name] for name in schema.key)
        if key in first:
            fix = f"make it differ from line {first[key]}"
            shown = ", ".join(str(part) for part in key)
            column = ", ".join(schema.key)
            problems.append(Problem("this key is there twice", fix, f"{schema.name}.csv", column, shown, line))
        first.setdefault(key, line)
    return problems


def _unmarked_conflicts(schema: Schema, rows: Sequence[Row], lines: Sequence[int]) -> list[Problem]:
    """Rows on the same thing from different sources, where one of them does not say that it is disputed."""
    thing = tuple(name for name in schema.key if name != "source")
    if thing == schema.key or not any(column.name == "status" for column in schema.columns):
        return []
    groups: dict[tuple[object, ...], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault(tuple(row[name] for name in thing), []).append(index)
    problems: list[Problem] = []
    for key, found in groups.items():
        for index in found if len({rows[index]["source"] for index in found}) > 1 else ():
            if rows[index]["status"] != "conflicting":
                others = ", ".join(str(lines[other]) for other in found if other != index)
                fix = (
                    f"write conflicting in each of these rows and say in the notes what disagrees (line {others} too), "
                )
                fix += f"or give the new row its own {', '.join(thing)}"
                message = "two sources for the same thing, and this row does not say so"
                shown = ", ".join(str(part) for part in key)
                problems.append(Problem(message, fix, f"{schema.name}.csv", "status", shown, lines[index]))
    return problems


def _broken_rules(schema: Schema, rows: Sequence[Row], lines: Sequence[int]) -> list[Problem]:
    rules = (*schema.rules, *rules_of_all(schema.columns))
    problems: list[Problem] = []
    for row, line in zip(rows, lines, strict=True):
        for breach in filter(None, (rule(row) for rule in rules)):
            cell = row[breach.column]
            shown = "" if cell is None else f"{cell:.12g}" if isinstance(cell, float) else str(cell)
            problems.append(Problem(breach.message, breach.fix, f"{schema.name}.csv", breach.column, shown, line))
    return problems


def _broken_references(
    schema: Schema, rows: Sequence[Row], lines: Sequence[int], others: Callable[[str], Table]
) -> list[Problem]:
    problems: list[Problem] = []
    for reference in schema.references:
        known = {str(row[reference.target]) for row in others(reference.table).rows}
        for row, line in zip(rows, lines, strict=True):
            cell = row[reference.column]
            if cell is None or cell in known:
                continue
            close = nearest(str(cell), sorted(known))
            hint = f"did you mean {close!r}? If not, " if close else ""
            message = f"{reference.table}.csv has no row of that {reference.target}"
            fix = f"{hint}add the row to {reference.table}.csv first"
            problems.append(Problem(message, fix, f"{schema.name}.csv", reference.column, str(cell), line))
    return problems


def _header_problem(schema: Schema, header: Sequence[str]) -> Problem:
    wanted = [column.name for column in schema.columns]
    unknown = next((name for name in header if name not in wanted), "")
    absent = next((name for name in wanted if name not in header), "")
    close = nearest(unknown, wanted) if unknown else None
    hint = f"; for {unknown!r} you may mean {close!r}" if close else ""
    return Problem(
        "the columns are not those of the schema",
        f"write the header as {','.join(wanted)}{hint}",
        f"{schema.name}.csv",
        unknown or absent,
        ",".join(header),
        1,
    )


def _folder() -> Traversable:
    from importlib.resources import files  # slow to import, and not needed for --help

    return files("repower.catalog").joinpath("tables")


@cache
def _load(name: str) -> Table:
    schema = SCHEMAS[name]
    file = _folder().joinpath(f"{schema.name}.csv")
    if not file.is_file():
        fix = "reinstall repower, or put the file among the catalog's tables"
        raise CatalogError(Problem("the table's file is not there", fix, f"{schema.name}.csv"))
    return parse(schema, file.read_text(encoding="utf-8"))
