"""`repower catalog` and `repower version`: show the shipped fact tables."""

from __future__ import annotations

import shutil

import repower
from repower import catalog
from repower.app import output
from repower.catalog import Table

WIDEST_CELL = 44


def show(name: str, conditions: tuple[str, ...], *, as_json: bool) -> int:
    """List the tables, or print one, filtered."""
    if not name:
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
    """Columns side by side as far as the terminal is wide; the rest are named below."""
    width = shutil.get_terminal_size((120, 40)).columns
    cells = [[_cell(row[column.name]) for column in table.columns] for row in table.rows]
    headers = [column.name for column in table.columns]
    widths = [
        max([len(headers[i]), *(len(line[i]) for line in cells)]) if cells else len(headers[i])
        for i in range(len(headers))
    ]
    shown, used = 0, 0
    while shown < len(headers) and (shown == 0 or used + widths[shown] <= width):
        used += widths[shown] + 2
        shown += 1
    lines = ["  ".join(f"{headers[i]:<{widths[i]}}" for i in range(shown)).rstrip()]
    lines += ["  ".join(f"{line[i]:<{widths[i]}}" for i in range(shown)).rstrip() for line in cells]
    lines.append(f"{len(table.rows)} rows of {table.name}: {table.title}")
    if shown < len(headers):
        lines.append("more columns with --json: " + ", ".join(headers[shown:]))
    return "\n".join(lines)


def _cell(value: object) -> str:
    shown = "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return shown if len(shown) <= WIDEST_CELL else shown[: WIDEST_CELL - 1] + "…"
