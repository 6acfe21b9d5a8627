"""What the command line sets up in its process."""

from __future__ import annotations

import gc
import os

import pytest

from repower.app import process


def test_a_command_looks_for_garbage_rarely():
    before = gc.get_threshold()
    try:
        process.unhurried()
        assert gc.isenabled()
        assert gc.get_threshold()[0] == process.RARE_COLLECTION > before[0]
    finally:
        gc.set_threshold(*before)


@pytest.mark.parametrize(("columns", "believed"), [("1", "20"), ("19", "20"), ("20", "20"), ("132", "132"), ("x", "x")])
def test_a_terminal_with_next_to_no_columns_is_not_believed(monkeypatch, columns, believed):
    monkeypatch.setenv("COLUMNS", columns)
    process.readable()
    assert os.environ["COLUMNS"] == believed


def test_compiled_loops_older_than_any_source_are_thrown_away(tmp_path):
    kept = tmp_path / "__pycache__"
    kept.mkdir()
    ages = {"outer.py": 100, "inner.py": 300, "__pycache__/outer.nbi": 200, "__pycache__/inner.nbc": 400}
    for name, seconds in (ages | {"__pycache__/outer.cpython.pyc": 100}).items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (seconds, seconds))
    process.current(tmp_path)
    assert sorted(path.name for path in kept.iterdir()) == ["inner.nbc", "outer.cpython.pyc"]
    process.current(tmp_path / "absent")
