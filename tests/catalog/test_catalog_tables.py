"""Every shipped table keeps its schema, its units and its sources."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import unit_of
from repower.catalog.column import ORIGIN, PER_ROW, Schema
from repower.catalog.schema import SCHEMAS

FOLDER = files("repower.catalog").joinpath("tables")
NAMES = catalog.names()


def test_files_and_schemas_are_the_same_set() -> None:
    shipped = {file.name for file in FOLDER.iterdir()}
    assert shipped == {f"{name}.csv" for name in SCHEMAS}


@pytest.mark.parametrize("name", NAMES)
def test_a_table_loads_with_rows_sources_dates_and_grades(name: str) -> None:
    table = catalog.table(name)
    assert table.name == name
    assert table.rows
    assert table.columns[-len(ORIGIN) :] == ORIGIN
    for row in table.rows:
        assert row["source"]
        assert row["as_of"]
        assert row["grade"] in catalog.GRADES
        assert tuple(row) == tuple(column.name for column in table.columns)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=list(SCHEMAS))
def test_a_column_states_the_unit_of_its_name(schema: Schema) -> None:
    for column in schema.columns:
        assert column.description
        stated = unit_of(column.name)
        if column.kind == "number" and stated is not None:
            assert column.unit == stated.symbol, column.name
        if column.kind in ("number", "integer"):
            assert column.unit, column.name
    assert set(schema.key) <= {column.name for column in schema.columns}


@pytest.mark.parametrize(
    "schema", [s for s in SCHEMAS.values() if any(c.unit == PER_ROW for c in s.columns)], ids=lambda s: s.name
)
def test_a_unit_per_row_has_its_column(schema: Schema) -> None:
    unit = next(column for column in schema.columns if column.name == "unit")
    assert unit.required


@pytest.mark.parametrize("name", NAMES)
def test_low_is_not_above_high(name: str) -> None:
    columns = [column.name for column in catalog.table(name).columns if column.kind == "number"]
    pairs = [(low, low.replace("low", "high")) for low in columns if low.replace("low", "high") in columns]
    for row in catalog.table(name).rows:
        for low, high in pairs:
            if low != high and row[low] is not None and row[high] is not None:
                assert row[low] <= row[high], row


@pytest.mark.parametrize("name", NAMES)
def test_shares_are_shares(name: str) -> None:
    for row in catalog.table(name).rows:
        for column, cell in row.items():
            if column.endswith("_frac") and cell is not None:
                assert (-1 if "margin" in column else 0) <= cell <= 1, (column, row)


def test_as_of_is_not_in_the_future_of_the_release() -> None:
    late = [(name, row["as_of"]) for name in NAMES for row in catalog.table(name).rows if str(row["as_of"]) > "2026-12"]
    assert not late


def test_sources_name_no_machine_of_ours() -> None:
    local = re.compile(r"\.\./|file:|/home/|/tmp/|/work/|index id|localhost")
    for name in NAMES:
        content = FOLDER.joinpath(f"{name}.csv").read_text(encoding="utf-8")
        assert not local.search(content), name


def test_files_are_plain_text() -> None:
    for file in FOLDER.iterdir():
        content = file.read_bytes()
        assert content.endswith(b"\n")
        assert b"\r" not in content
        assert content.decode("utf-8").count("\n") == 1 + len(catalog.table(file.name.removesuffix(".csv")).rows)


def test_the_hash_is_over_every_byte_shipped() -> None:
    digest = hashlib.sha256()
    for name in sorted(f"{name}.csv" for name in NAMES):
        content = FOLDER.joinpath(name).read_bytes()
        digest.update(name.encode() + b" " + str(len(content)).encode() + b"\n" + content)
    assert catalog.table_hash() == digest.hexdigest()


def test_rows_are_read_only_and_read_once() -> None:
    table = catalog.table("cooling")
    with pytest.raises(TypeError):
        table.rows[0]["kind"] = "other"  # type: ignore[index]
    assert catalog.table("cooling") is table


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(CatalogError, match=r"no such table \(value: asic\).*'asics'"):
        catalog.table("asic")
