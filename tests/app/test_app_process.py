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
