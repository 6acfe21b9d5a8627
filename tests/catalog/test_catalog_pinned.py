"""No fact changes without a look at the expected values that stand on it."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
from pathlib import Path
from types import MappingProxyType, ModuleType

import pytest

from repower import catalog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def pin_facts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pin_facts", ROOT / "tools" / "pin_facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_fact_changes_unnoticed(pin_facts: ModuleType) -> None:
    """Where this fails, read tests/validation and src/repower/validation for the rows named, then pin them anew."""
    changed = pin_facts.changes(pin_facts.GOLDEN.read_text(encoding="utf-8").splitlines(), pin_facts.pinned())
    assert not changed, (
        "these fact rows are not the ones that expected values were checked against:\n  "
        + "\n  ".join(changed)
        + "\nLook at every case, claim and example that uses them (grep src/repower/validation, tests/validation and"
        " examples for the name), set their expected values again from the source, then run: python tools/pin_facts.py"
    )


def test_every_table_with_a_status_is_pinned(pin_facts: ModuleType) -> None:
    stated = {
        name for name in catalog.names() if any(column.name == "status" for column in catalog.table(name).columns)
    }
    assert stated <= set(pin_facts.TABLES)
    assert len(pin_facts.pinned()) == sum(len(catalog.table(name).rows) for name in pin_facts.TABLES)


def test_a_moved_figure_a_new_row_and_a_lost_one_are_named(
    pin_facts: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pin_facts.pinned()
    assert pin_facts.changes(before, before) == []
    deals = catalog.table("deals")
    rows = [dict(row) for row in deals.rows]
    rows[0]["critical_it_mw"] = 17.0
    rows[1]["deal"] = "CORZ-1b"
    edited = dataclasses.replace(deals, rows=tuple(MappingProxyType(row) for row in rows))
    read = catalog.table
    monkeypatch.setattr(catalog, "table", lambda name: edited if name == "deals" else read(name))
    found = pin_facts.changes(before, pin_facts.pinned())
    assert [line.split(" | ")[0] for line in found] == [
        "changed deals: CORZ-0",
        "new deals: CORZ-1b",
        "gone deals: CORZ-1",
    ]
