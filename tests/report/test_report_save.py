"""Saving: all three files or none, and no trace of a failure."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest

from report.sample_plan import extreme, sample
from repower.base.errors import OutputError
from repower.report import document_text, page, save

NAMES = {"report.html", "plan.json", "plan.xlsx"}
PLAN = extreme()
save_module = sys.modules["repower.report.save"]


def listing(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def earlier(tmp_path):
    """A folder with results of an earlier run and a file of the user's."""
    for name in NAMES:
        (tmp_path / name).write_text(f"earlier {name}")
    (tmp_path / "mine.txt").write_text("mine")
    return tmp_path


@pytest.fixture
def quick(monkeypatch):
    """Saving without drawing: what is in the page does not matter to how it is saved."""
    monkeypatch.setattr(save_module, "page", lambda *_: "<!doctype html>")


def untouched(folder: Path) -> bool:
    kept = all((folder / name).read_text() == f"earlier {name}" for name in NAMES)
    return kept and listing(folder) == NAMES | {"mine.txt"}


def test_three_files_and_nothing_else(tmp_path):
    out = tmp_path / "new" / "folder"
    paths = save(sample(), out)
    assert [path.name for path in paths] == ["report.html", "plan.json", "plan.xlsx"]
    assert listing(out) == NAMES
    assert paths[0].read_text(encoding="utf-8") == page(sample())
    assert json.loads(paths[1].read_text(encoding="utf-8")) == json.loads(document_text(sample()))
    assert paths[2].read_bytes()[:2] == b"PK"


def test_saving_twice_gives_the_same_bytes(tmp_path):
    first = {path.name: path.read_bytes() for path in save(PLAN, tmp_path)}
    second = {path.name: path.read_bytes() for path in save(PLAN, tmp_path)}
    assert first == second
    assert listing(tmp_path) == NAMES


@pytest.mark.usefixtures("quick")
def test_earlier_results_are_replaced_and_other_files_stay(earlier):
    save(PLAN, earlier)
    assert listing(earlier) == NAMES | {"mine.txt"}
    assert (earlier / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.usefixtures("quick")
def test_files_get_the_rights_that_the_user_gives_new_files(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("")
    for path in save(PLAN, tmp_path / "out"):
        assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError, SystemExit])
@pytest.mark.parametrize("step", ["page", "document_text", "write_workbook"])
@pytest.mark.usefixtures("quick")
def test_a_stop_while_making_leaves_everything(earlier, monkeypatch, stop, step):
    def broken(*_):
        raise stop

    monkeypatch.setattr(save_module, step, broken)
    with pytest.raises(stop):
        save(PLAN, earlier)
    assert untouched(earlier)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("place", ["write", "replace"])
@pytest.mark.usefixtures("quick")
def test_a_stop_while_writing_or_moving_brings_everything_back(earlier, monkeypatch, stop, call, place):
    calls = {"count": 0}
    genuine = Path.replace if place == "replace" else os.fsync

    def broken(*arguments):
        calls["count"] += 1
        if calls["count"] == call:
            raise stop
        return genuine(*arguments)

    if place == "replace":
        monkeypatch.setattr(Path, "replace", broken)
    else:
        monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(KeyboardInterrupt if stop is KeyboardInterrupt else OutputError):
        save(PLAN, earlier)
    assert calls["count"] >= call
    assert untouched(earlier)


@pytest.mark.usefixtures("quick")
def test_a_stop_removes_folders_that_were_made(tmp_path, monkeypatch):
    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(save_module, "write_workbook", broken)
    with pytest.raises(KeyboardInterrupt):
        save(PLAN, tmp_path / "a" / "b")
    assert listing(tmp_path) == set()


@pytest.mark.usefixtures("quick")
def test_a_stop_at_the_last_move_removes_new_results_where_there_were_none(tmp_path, monkeypatch):
    genuine, calls = Path.replace, []

    def broken(self, target):
        calls.append(target)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return genuine(self, target)

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(KeyboardInterrupt):
        save(PLAN, tmp_path)
    assert listing(tmp_path) == set()


@pytest.mark.usefixtures("quick")
def test_where_links_are_unknown_a_copy_keeps_the_earlier_result(earlier, monkeypatch):
    def unknown(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(Path, "hardlink_to", unknown)
    save(PLAN, earlier)
    assert listing(earlier) == NAMES | {"mine.txt"}


@pytest.mark.usefixtures("quick")
def test_a_file_in_place_of_the_folder_is_refused_with_a_fix(tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    for out in (taken, taken / "below"):
        with pytest.raises(OutputError, match=r"not a folder.*Fix: name a folder"):
            save(PLAN, out)
    assert taken.read_text() == "mine"


@pytest.mark.usefixtures("quick")
def test_a_folder_in_place_of_a_result_is_refused_with_a_fix(tmp_path):
    (tmp_path / "plan.json").mkdir()
    with pytest.raises(OutputError, match=r"plan\.json: a folder stands.*Fix: move it away"):
        save(PLAN, tmp_path)
    assert listing(tmp_path) == {"plan.json"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: run the tests as another user to see this one")
@pytest.mark.usefixtures("quick")
def test_a_folder_without_write_rights_is_refused_with_a_fix(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Fix:"):
        save(PLAN, tmp_path)


@pytest.mark.usefixtures("quick")
def test_a_refused_write_says_where_and_what_to_do(tmp_path, monkeypatch):
    def refused(path, _content):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(save_module, "_write", refused)
    with pytest.raises(OutputError, match=r"Permission denied.*Fix:"):
        save(PLAN, tmp_path)
    assert listing(tmp_path) == set()
