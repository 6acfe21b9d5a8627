"""The command line as a user meets it: help, exit codes, JSON, bad input, and nothing written when it fails."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from repower.app import cli
from repower.base import errors

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
WEST = ROOT / "examples" / "west_texas.toml"
VERBS = ("plan", "dispatch", "check", "init", "catalog", "version")


def small(tmp_path: Path, **changes: str) -> Path:
    """The west Texas example over three years, with some lines replaced: old text -> new text."""
    text = WEST.read_text(encoding="utf-8").replace("horizon_years = 15", "horizon_years = 3")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def with_prices(tmp_path: Path, rows: str, unit: str = "usd_per_mwh", columns: str = "price") -> Path:
    """A site whose prices come from a CSV file beside it."""
    (tmp_path / "prices.csv").write_text(rows, encoding="utf-8")
    old = '[outlook.power]\nkind = "typical"\nname = "ERCOT_LZ_WEST"'
    new = (
        f'[outlook.power]\nkind = "file"\npath = "prices.csv"\ncolumns = ["{columns}"]\n'
        f'time_column = "ts_utc"\nunit = "{unit}"\nyears = [2023]'
    )
    return small(tmp_path, **{old: new})


def hours(drop: int | None = None, double: int | None = None, scale: float = 1.0) -> str:
    """A year of hourly prices around a daily shape, in local 2023 of Chicago, as CSV text."""
    from datetime import UTC, datetime, timedelta

    start = datetime(2023, 1, 1, 6, tzinfo=UTC)
    lines = ["ts_utc,price"]
    for hour in range(8760):
        if hour == drop:
            continue
        row = f"{(start + timedelta(hours=hour)):%Y-%m-%dT%H:%M:%SZ},{(30 + 20 * ((hour % 24) > 15)) * scale:.4f}"
        lines += [row, row] if hour == double else [row]
    return "\n".join(lines) + "\n"


def test_help_names_every_verb_and_every_verb_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    page = capsys.readouterr().out
    assert all(verb in page for verb in VERBS)
    assert "Exit codes" in page
    for verb in VERBS:
        assert cli.run([verb, "--help"]) == 0
        text = capsys.readouterr().out
        assert "Example:" in text
        assert f"repower {verb}" in text
        assert "--json" in text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_sound(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "repower.check/1"
    assert found["problems"] == []
    assert found["halls"] >= 1


def test_there_are_six_examples_and_each_says_what_is_assumed() -> None:
    assert len(EXAMPLES) == 6
    for path in EXAMPLES:
        text = path.read_text(encoding="utf-8")
        assert text.count("assumed") >= 5
        assert "#" in text


def test_plan_writes_three_files_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert cli.run(["plan", str(small(tmp_path)), "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["plan.json", "plan.xlsx", "report.html"]
    shown = capsys.readouterr()
    assert "Report:" in shown.out
    assert shown.err == ""
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert cli.run(["plan", str(small(tmp_path)), "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == json.loads(first["plan.json"])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first


@pytest.mark.parametrize("verb", ["plan", "check"])
@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"count = 7700": "count = -3"}, "count", "Fix:"),
        ({"count = 7700": "count = 9700"}, "shell_mw", "Fix:"),
        ({"Antminer S19j Pro (104T)": "Antminer S19j Pro (140T)"}, "model", "Antminer S19j Pro"),
        ({"shell_mw = 25.0              # assumed": "shel_mw = 25.0"}, "shel_mw", "shell_mw"),
        ({"btc_usd = 83213.0": "btc_usd = nan"}, "btc_usd", "Fix:"),
        ({"energised = 2022-06-01": "energised = 2031-06-01"}, "energised", "Fix:"),
        ({"import_limit_mw = 100.0": "import_limit_mw = 40.0"}, "import_limit_mw", "Fix:"),
        ({"[tariff]": "[tariff"}, "", "Fix:"),
    ],
)
def test_a_bad_site_file_is_refused_with_key_and_fix(
    verb: str, changes: dict[str, str], key: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small(tmp_path, **changes)
    out = tmp_path / "out"
    arguments = [verb, str(path), "--json"] + (["--out", str(out)] if verb == "plan" else [])
    assert cli.run(arguments) == errors.EXIT_INPUT
    shown = capsys.readouterr()
    found = json.loads(shown.out)
    assert found["schema"] == "repower.error/1"
    assert found["exit_code"] == 2
    assert any(key in problem["key"] or key in problem["message"] for problem in found["problems"])
    assert all(problem["fix"] and "site.toml" in problem["file"] for problem in found["problems"])
    assert words in shown.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("rows", "unit", "words"),
    [
        (hours(drop=4000), "usd_per_mwh", "missing"),
        (hours(double=7000), "usd_per_mwh", "twice"),
        (hours(scale=0.001), "usd_per_mwh", "kWh"),
        (hours(), "cents_per_kwh", "usd_per_mwh"),
        (hours(), "usd_per_kwh", "usd_per_mwh"),
        ("ts_utc,price\n2023-01-01T06:00:00Z,not a number\n", "usd_per_mwh", "number"),
        ("", "usd_per_mwh", "Fix:"),
    ],
    ids=["gap", "doubled hour", "dollars per kWh", "cents", "kWh unit", "text", "empty"],
)
def test_bad_prices_are_refused(
    rows: str, unit: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = with_prices(tmp_path, rows, unit), tmp_path / "out"
    assert cli.run(["plan", str(path), "--out", str(out)]) == errors.EXIT_INPUT
    message = capsys.readouterr().err
    assert words in message
    assert "Fix:" in message
    assert "prices.csv" in message or "unit" in message
    assert not out.exists()


def test_sound_prices_from_a_file_are_planned_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert cli.run(["plan", str(with_prices(tmp_path, hours())), "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert "prices.csv" in json.dumps(found["assumptions"])


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "nowhere.toml"],
        ["plan"],
        ["plann"],
        ["catalog", "asic"],
        ["catalog", "asics", "--where", "watts<3000"],
        ["check"],
        ["plan", str(ROOT)],
    ],
)
def test_usage_and_missing_things_exit_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([*arguments, "--json"] if arguments != ["plann"] else arguments) == errors.EXIT_INPUT
    assert "Fix:" in capsys.readouterr().err


def test_the_starter_checks_and_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    assert cli.run(["init", str(path), "--name", "North yard"]) == 0
    assert "North yard" in path.read_text(encoding="utf-8")
    assert cli.run(["check", str(path)]) == 0
    before = path.read_bytes()
    assert cli.run(["init", str(path)]) == errors.EXIT_OUTPUT
    assert path.read_bytes() == before
    capsys.readouterr()
    assert cli.run(["init", str(path), "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "repower.init/1"


def test_keys_and_catalog_have_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["check", "--keys", "--json"]) == 0
    keys = json.loads(capsys.readouterr().out)["keys"]
    assert any(key["key"].endswith("shell_mw") for key in keys)
    assert cli.run(["catalog", "--json"]) == 0
    tables = {table["name"]: table["rows"] for table in json.loads(capsys.readouterr().out)["tables"]}
    assert tables["asics"] == 170
    assert cli.run(["catalog", "asics", "--where", "efficiency_j_per_th<12", "--where", "cooling=hydro", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows
    assert all(row["efficiency_j_per_th"] < 12 and row["cooling"] == "hydro" for row in rows)
    assert all(row["source"] and row["grade"] and row["as_of"] for row in rows)
    assert cli.run(["version", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["catalog_sha256"]) == 64


def test_a_folder_that_cannot_be_written_exits_with_four(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("mine", encoding="utf-8")
    assert cli.run(["plan", str(small(tmp_path)), "--out", str(blocked)]) == errors.EXIT_OUTPUT
    assert "Fix:" in capsys.readouterr().err
    assert blocked.read_text(encoding="utf-8") == "mine"


def test_limits_that_no_plan_fits_exit_with_three(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "examples" / "core_scientific_denton.toml").read_text(encoding="utf-8")
    path = tmp_path / "site.toml"
    path.write_text(text.replace("critical_it_mw = 174.0", "critical_it_mw = 320.0"), encoding="utf-8")
    code = cli.run(["plan", str(path), "--out", str(tmp_path / "out")])
    assert code in {errors.EXIT_INFEASIBLE, errors.EXIT_INPUT}
    assert "MW" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_unforeseen_failure_is_one_and_says_how_to_see_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from repower.app import listing

    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(listing, "show", fail)
    assert cli.run(["catalog"]) == errors.EXIT_INTERNAL
    assert "REPOWER_TRACEBACK" in capsys.readouterr().err


def test_an_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-c", "from repower.app.cli import main; main()", "plan", str(WEST), "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ})
    time.sleep(2.0)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode in {errors.EXIT_INTERRUPTED, -signal.SIGINT, 0}
    left = sorted(path.name for path in out.iterdir()) if out.exists() else []
    assert left in ([], ["plan.json", "plan.xlsx", "report.html"])


def test_the_command_is_installed_and_silent_when_piped() -> None:
    program = shutil.which("repower", path=str(Path(sys.executable).parent))
    assert program, "the console script is missing: reinstall with `make test`"
    found = subprocess.run([program, "version"], capture_output=True, text=True, check=True)
    assert found.stderr == ""
    assert found.stdout.count(".") == 2


def test_light_verbs_do_not_load_heavy_packages() -> None:
    code = (
        "import sys; from repower.app import cli; cli.run(['--help']); "
        "print([name for name in ('numpy', 'scipy', 'numba', 'polars', 'altair', 'pydantic') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip().splitlines()[-1] == "[]"
