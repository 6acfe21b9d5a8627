"""The command line where the screen is not what it should be: pipes, full disks, old alphabets, interrupts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from repower.app import cli, output
from repower.base import errors
from repower.base.errors import OutputError

ROOT = Path(__file__).resolve().parents[2]
GAS = ROOT / "examples" / "crusoe_style_off_grid_gas.toml"
COMMAND = [sys.executable, "-c", "from repower.app.cli import main; main()"]
RESULTS = ["plan.json", "plan.xlsx", "report.html"]

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, which Linux has")


def shell(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """A line of shell in which `repower` is the command under test."""
    words = f'repower() {{ "{sys.executable}" -c "from repower.app.cli import main; main()" "$@"; }}; {line}'
    return subprocess.run(["bash", "-c", words], capture_output=True, env={**os.environ, **env}, timeout=120)


@pytest.mark.parametrize("verb", ["catalog asics", "catalog asics --json", "check --keys", "--help", "plan --help"])
def test_a_reader_that_leaves_is_no_error(verb: str) -> None:
    found = shell(f"repower {verb} | true; exit ${{PIPESTATUS[0]}}")
    assert (found.returncode, found.stderr) == (0, b"")


def test_an_error_keeps_its_code_when_the_reader_has_left() -> None:
    found = shell("repower plan nowhere.toml --json | true; exit ${PIPESTATUS[0]}")
    assert found.returncode == errors.EXIT_INPUT
    assert b"Traceback" not in found.stderr


@needs_full
@pytest.mark.parametrize("verb", ["version", "catalog asics --json", "--help"])
def test_a_full_disk_behind_standard_output_is_said(verb: str) -> None:
    found = shell(f"repower {verb} > /dev/full")
    assert found.returncode == errors.EXIT_OUTPUT
    assert b"standard output cannot be written" in found.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_change_no_code(closed: str) -> None:
    assert shell(f"repower version {closed}").returncode == 0
    assert shell(f"repower plan nowhere.toml --json {closed}").returncode == errors.EXIT_INPUT


@pytest.mark.parametrize("alphabet", ["ascii", "latin-1"])
def test_an_alphabet_without_the_letters_gets_others(alphabet: str, tmp_path: Path) -> None:
    path = tmp_path / "Zürich 漢字.toml"
    path.write_bytes(GAS.read_bytes())
    for verb in ("--help", "plan --help", f"check '{path}'"):
        assert shell(f"repower {verb}", PYTHONIOENCODING=alphabet).returncode == 0
    assert json.loads(shell(f"repower check '{path}' --json", PYTHONIOENCODING=alphabet).stdout)["file"] == path.name
    assert json.loads(shell("repower check '漢.toml' --json", PYTHONIOENCODING=alphabet).stdout)["exit_code"] == 2


@pytest.mark.parametrize("columns", ["0", "1", "2"])
def test_help_ends_in_a_terminal_without_columns(columns: str) -> None:
    found = subprocess.run([*COMMAND, "plan", "--help"], capture_output=True, env={**os.environ, "COLUMNS": columns})
    assert found.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "as_json"), [(["--json=true"], True), (["--json=1"], True), (["--json=false"], False), ([], False)]
)
def test_json_is_one_document_however_it_is_asked_for(
    arguments: list[str], as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["check", "nowhere.toml", *arguments]) == errors.EXIT_INPUT
    printed = capsys.readouterr().out
    assert (json.loads(printed)["exit_code"] == 2) if as_json else printed == ""


def test_an_interrupt_is_one_document_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from repower.app import listing

    def stopped(**_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(listing, "show_version", stopped)
    assert cli.run(["version", "--json"]) == errors.EXIT_INTERRUPTED
    assert json.loads(capsys.readouterr().out)["exit_code"] == errors.EXIT_INTERRUPTED


def test_an_error_after_the_document_adds_no_second_one(capsys: pytest.CaptureFixture[str]) -> None:
    output.begin()
    output.document("repower.check/1", {})
    assert output.failure(OutputError("too late"), as_json=True) == errors.EXIT_OUTPUT
    assert json.loads(capsys.readouterr().out) == {"schema": "repower.check/1"}


def test_an_empty_folder_name_and_conditions_without_a_table_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["plan", str(GAS), "--out", ""]) == errors.EXIT_INPUT
    assert "--out ." in capsys.readouterr().err
    assert cli.run(["catalog", "--where", "cooling=air"]) == errors.EXIT_INPUT
    assert "needs a table" in capsys.readouterr().err


def test_a_folder_that_cannot_hold_results_is_refused_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from repower.app import series

    monkeypatch.setattr(series, "read", lambda *_: pytest.fail("the work had begun"))
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full" / "plan.xlsx").mkdir(parents=True)
    for name in ("file", "file/deeper", "full", "x" * 300):
        assert cli.run(["plan", str(GAS), "--out", str(tmp_path / name)]) == errors.EXIT_OUTPUT


@needs_full
def test_a_starter_that_cannot_be_written_leaves_the_file_before_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    assert cli.run(["init", str(path), "--force"]) == 0
    assert "[site]" in path.read_text(encoding="utf-8")
    assert cli.run(["init", "/dev/full", "--force"]) == errors.EXIT_OUTPUT
    assert [found.name for found in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs POSIX signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_every_way_to_stop_a_command_leaves_nothing_hidden(name: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(
        [*COMMAND, "plan", str(GAS), "--out", str(out), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    reader = threading.Thread(target=process.communicate, daemon=True)
    reader.start()
    while process.poll() is None and not (out.exists() and list(out.iterdir())):
        time.sleep(0.0005)
    process.send_signal(getattr(signal, name))
    process.send_signal(getattr(signal, name))
    reader.join(60)
    left = sorted(path.name for path in out.iterdir()) if out.exists() else []
    assert left in ([], RESULTS)
    assert process.returncode in {errors.EXIT_INTERRUPTED, -getattr(signal, name), 0}
    assert left == RESULTS or not out.exists()
