"""`repower catalog` and `repower version`: show the shipped fact tables."""

from __future__ import annotations

import shutil

import repower
from repower import catalog
from repower.app import output
from repower.base.errors import InputError, Problem
from repower.catalog import Column, Row, Table

WIDEST_CELL = 44
FEW_ROWS = 3
GAP = 2
ALWAYS = ("as_of", "grade")


def show(name: str, conditions: tuple[str, ...], *, as_json: bool) -> int:
    """List the tables, or print one, filtered."""
    if not name:
        if conditions:
            raise InputError(Problem("--where needs a table", "name one, such as `repower catalog asics --where ...`"))
        return _show_names(as_json=as_json)
    table = catalog.table(name)
    if conditions:
        table = catalog.where(table, conditions)
    if as_json:
        return output.document(
            "repower.catalog/1",
            {
                "table": table.name,
                "title": table.title,
                "columns": [
                    {"name": column.name, "unit": column.unit, "kind": column.kind, "description": column.description}
                    for column in table.columns
                ],
                "rows": [dict(row) for row in table.rows],
            },
        )
    return output.text(_text(table))


def show_version(*, as_json: bool) -> int:
    """Print the version; as JSON with the hash of the fact tables."""
    if as_json:
        return output.document(
            "repower.version/1", {"version": repower.__version__, "catalog_sha256": catalog.table_hash()}
        )
    return output.text(repower.__version__)


def _show_names(*, as_json: bool) -> int:
    tables = [catalog.table(name) for name in catalog.names()]
    if as_json:
        listed = [{"name": table.name, "title": table.title, "rows": len(table.rows)} for table in tables]
        return output.document("repower.tables/1", {"tables": listed})
    width = max(len(table.name) for table in tables)
    return output.text(
        "\n".join(f"{table.name:<{width}}  {len(table.rows):>5} rows  {table.title}" for table in tables)
    )


def _text(table: Table) -> str:
    """Few rows with every column, one line each; many rows side by side as far as the terminal is wide."""
    counted = f"{len(table.rows)} rows of {table.name}: {table.title}"
    if 0 < len(table.rows) <= FEW_ROWS:
        return "\n\n".join(["\n".join(_lines(table, row)) for row in table.rows] + [counted])
    names = [column.name for column in table.columns]
    cells = {name: [name, *(_cell(row[name]) for row in table.rows)] for name in names}
    widths = {name: max(map(len, texts)) for name, texts in cells.items()}
    shown = _fitting(names, widths, shutil.get_terminal_size((120, 40)).columns)
    lines = [
        "  ".join(f"{cells[name][k]:<{widths[name]}}" for name in shown).rstrip() for k in range(len(table.rows) + 1)
    ]
    hidden = [name for name in names if name not in shown]
    more = (
        [f"more columns with --json, or where {FEW_ROWS} rows or fewer are left: " + ", ".join(hidden)]
        if hidden
        else []
    )
    return "\n".join([*lines, counted, *more])


def _lines(table: Table, row: Row) -> list[str]:
    width = max(len(column.name) for column in table.columns)
    filled = [column for column in table.columns if row[column.name] is not None]
    return [f"{column.name:<{width}}  {_full(row[column.name])}{_unit(column)}" for column in filled]


def _fitting(names: list[str], widths: dict[str, int], room: int) -> list[str]:
    """Leading columns that fit beside date and grade, which are always shown."""
    ends = [name for name in ALWAYS if name in widths]
    used = sum(widths[name] + GAP for name in ends)
    shown: list[str] = []
    for name in names:
        used += widths[name] + GAP
        if shown and used > room:
            break
        if name not in ends:
            shown.append(name)
    return shown + ends


def _unit(column: Column) -> str:
    return f" {column.unit}" if column.unit not in {"", "1"} and " " not in column.unit else ""


def _full(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _cell(value: object) -> str:
    shown = "" if value is None else _full(value)
    return shown if len(shown) <= WIDEST_CELL else shown[: WIDEST_CELL - 1] + "…"
