"""`repower dispatch` as a user meets it: files, JSON, prices of a file, audits, and what it refuses."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from repower.app import cli
from repower.base import errors
from repower.report.hours.files import FILES

WEST = Path(__file__).resolve().parents[2] / "examples" / "west_texas.toml"
MARCH = ("--from", "2023-03-01", "--to", "2023-04-01")


def site(tmp_path: Path, battery: bool = True) -> Path:
    """The west Texas example with a demand charge, and with or without a battery."""
    text = WEST.read_text(encoding="utf-8")
    store = '[[battery]]\nname = "store"\ncharge_mw = 20.0\ndischarge_mw = 20.0\nenergy_mwh = 40.0\n\n'
    old = "[tariff]\n"
    assert text.count(old) == 1
    text = text.replace(old, (store if battery else "") + old + "demand_charge_usd_per_kw_month = 9.0\n")
    path = tmp_path / "site.toml"
    path.write_text(text, encoding="utf-8")
    return path


def prices(tmp_path: Path, drop: int | None = None, double: int | None = None, scale: float = 1.0) -> Path:
    """Hours of January to May 2023 in Chicago with a dear evening, as CSV."""
    start = datetime(2023, 1, 1, 6, tzinfo=UTC)
    lines = ["ts_utc,lz"]
    for hour in range(151 * 24 - 1):
        if hour == drop:
            continue
        price = (25 + 15 * (hour % 24 > 15) + 150 * (hour % 97 == 0)) * scale
        row = f"{(start + timedelta(hours=hour)):%Y-%m-%dT%H:%M:%SZ},{price:.3f}"
        lines += [row, row] if hour == double else [row]
    path = tmp_path / "prices.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(tmp_path: Path, *more: str, battery: bool = True, out: str = "out", **file: float) -> int:
    series = prices(tmp_path, **file)  # type: ignore[arg-type]
    named = ("--prices", str(series), "--column", "lz", "--out", str(tmp_path / out))
    return cli.run(["dispatch", str(site(tmp_path, battery)), *named, *more])


def test_five_files_the_same_twice_and_the_json_is_one_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *MARCH) == 0
    out = tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    shown = capsys.readouterr()
    assert "no schedule earns more" in " ".join(shown.out.split())
    assert shown.err == ""
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert run(tmp_path, *MARCH, "--json") == 0
    assert json.loads(capsys.readouterr().out) == json.loads(first["dispatch.json"])
    assert {path.name: path.read_bytes() for path in out.iterdir()} == first
    found = json.loads(first["dispatch.json"])
    assert (found["first_day"], found["last_day"], found["intervals"]) == ("2023-03-01", "2023-03-31", 743)
    table, packed = pl.read_csv(out / "schedule.csv"), pl.read_parquet(out / "schedule.parquet")
    assert table.columns == packed.columns
    assert table.height == packed.height == 743
    assert table["stored_mwh"].max() <= 40.0 + 1e-6  # type: ignore[operator]
    assert table["import_mw"].sum() == pytest.approx(found["import_mwh"], rel=1e-9)
    with (out / "statement.csv").open(encoding="utf-8") as file:
        total = sum(float(row["amount_usd"]) for row in csv.DictReader(file))
    assert total == pytest.approx(found["settled_usd"], abs=0.01)
    bridge = found["earned_usd"] + found["later_usd"] - found["shedding_usd"] + found["rest_usd"]
    assert bridge == pytest.approx(found["settled_usd"], abs=0.05)
    assert found["gap_frac"] == 0.0


def test_the_site_files_own_typical_year_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["dispatch", str(site(tmp_path, battery=False)), "--from", "2027-02-01", "--to", "2027-02-03"]
    assert cli.run([*arguments, "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["intervals"] == 48
    assert "typical year" in found["power"]
    assert found["battery"] is None


def test_the_schedule_written_is_a_schedule_that_can_be_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *MARCH) == 0
    schedule = tmp_path / "out" / "schedule.csv"
    for given in (schedule, schedule.with_suffix(".parquet")):
        capsys.readouterr()
        assert run(tmp_path, *MARCH, "--audit", str(given), "--json", out="again") == 0
        audit = json.loads(capsys.readouterr().out)["audit"]
        assert audit["left_usd"] <= 0.01
        assert audit["worst"] == []
    idle = pl.read_csv(schedule).with_columns(
        battery_mw=pl.lit(0.0), charge_mw=pl.lit(0.0), discharge_mw=pl.lit(0.0), import_mw=pl.lit(50.0)
    )
    loads = [name for name in idle.columns if name[:2] in {"A_", "B_", "C_", "D_"}]
    only_c = idle.with_columns(**{name: pl.lit(0.0) for name in loads if name != "C_1_mw"})
    only_c = only_c.with_columns(import_mw=pl.col("C_1_mw"))
    only_c.write_csv(tmp_path / "mine.csv")
    capsys.readouterr()
    assert run(tmp_path, *MARCH, "--audit", str(tmp_path / "mine.csv")) == 0
    text = capsys.readouterr().out
    assert "leaves at most $" in text
    assert "mine.csv" in text


def test_a_peak_already_billed_costs_no_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The month's demand charge is for what is drawn above it: at the import limit there is none."""
    found = []
    for more in ((), ("--billed-peak", "100")):
        assert run(tmp_path, "--from", "2023-03-11", "--to", "2023-03-18", "--json", *more) == 0
        found.append(json.loads(capsys.readouterr().out))
    billed = [sum(peak["billed_mw"] for peak in one["peaks"]) for one in found]
    assert billed[0] > 0.0
    assert billed[1] == 0.0
    assert found[1]["earned_usd"] > found[0]["earned_usd"]
    assert found[1]["gap_frac"] == 0.0


@pytest.mark.parametrize(
    ("file", "words"),
    [({"drop": 1500}, "missing"), ({"double": 1500}, "twice"), ({"scale": 0.001}, "$/kWh"), ({"scale": 0.08}, "cents")],
)
def test_prices_that_would_have_to_be_guessed_are_refused(
    file: dict[str, float], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *MARCH, **file) == errors.EXIT_INPUT
    shown = capsys.readouterr()
    assert words in shown.err
    assert "Fix:" in shown.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--from", "2023-03-01"), "--to"),
        (("--from", "2023-03-02", "--to", "2023-03-02"), "before it begins"),
        (("--from", "2023-03-01", "--to", "2023-08-01"), "2023-06"),
        (("--stored", "55", *MARCH), "does not hold"),
        (("--billed-peak", "-4", *MARCH), "no such peak"),
        (("--hashprice", "nan", *MARCH), "no such hashprice"),
        (("--unit", "eur_per_mwh", *MARCH), "usd_per_mwh"),
        (("--audit", "nowhere.csv", *MARCH), "nowhere.csv"),
        (("--from", "March", "--to", "2023-04-01"), "March"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_nothing_is_written(
    more: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *more) == errors.EXIT_INPUT
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_schedule_of_other_hours_or_with_a_gap_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *MARCH, battery=False) == 0
    table = pl.read_csv(tmp_path / "out" / "schedule.csv")
    table.head(700).write_csv(tmp_path / "short.csv")
    gap = pl.when(pl.col("index_usd_per_mwh").cum_count() == 5).then(None).otherwise(pl.col("A_1_mw"))
    table.with_columns(A_1_mw=gap).write_csv(tmp_path / "gap.csv")
    for name, words in (("short.csv", "743 intervals"), ("gap.csv", "A_1_mw[4]")):
        capsys.readouterr()
        code = run(tmp_path, *MARCH, "--audit", str(tmp_path / name), battery=False, out="other")
        assert code == errors.EXIT_INPUT
        assert words in capsys.readouterr().err
        assert not (tmp_path / "other").exists()


def test_a_column_without_a_file_and_a_file_without_a_column_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, out = str(site(tmp_path)), str(tmp_path / "out")
    assert cli.run(["dispatch", place, "--column", "lz", "--out", out]) == errors.EXIT_INPUT
    assert "--prices" in capsys.readouterr().err
    assert cli.run(["dispatch", place, "--prices", str(prices(tmp_path)), "--out", out]) == errors.EXIT_INPUT
    assert "--column" in capsys.readouterr().err


def test_a_price_file_of_the_site_is_used_with_its_basis(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --prices the site file's own source: its first year named, or the days asked for."""
    start = datetime(2023, 1, 1, 6, tzinfo=UTC)
    rows = [
        f"{(start + timedelta(hours=hour)):%Y-%m-%dT%H:%M:%SZ},{30 + 20 * (hour % 24 > 15):.1f}" for hour in range(8760)
    ]
    (tmp_path / "year.csv").write_text("ts_utc,price\n" + "\n".join(rows) + "\n", encoding="utf-8")
    path = site(tmp_path, battery=False)
    old = '[outlook.power]\nkind = "typical"\nname = "ERCOT_LZ_WEST"'
    new = (
        '[outlook.power]\nkind = "file"\npath = "year.csv"\ncolumns = ["price"]\ntime_column = "ts_utc"\n'
        'unit = "usd_per_mwh"\nyears = [2023]'
    )
    text = path.read_text(encoding="utf-8")
    assert old in text
    shift = "power_growth_frac_per_year = 0.02"
    assert shift in text
    text = text.replace(old, new).replace(shift, f"power_shift_usd_per_mwh = 4.0\n{shift}")
    path.write_text(text, encoding="utf-8")
    assert cli.run(["dispatch", str(path), "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["intervals"] == 8760
    assert found["mean_index_usd_per_mwh"] == pytest.approx(30 + 20 * 8 / 24 + 4.0)
    days = ("--from", "2023-03-11", "--to", "2023-03-13")
    assert cli.run(["dispatch", str(path), *days, "--out", str(tmp_path / "out"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["intervals"] == 47
    assert found["start_utc"] == "2023-03-11T06:00:00Z"


def test_two_batteries_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = site(tmp_path)
    text = path.read_text(encoding="utf-8")
    store = '[[battery]]\nname = "other"\ncharge_mw = 5.0\ndischarge_mw = 5.0\nenergy_mwh = 10.0\n\n[tariff]\n'
    path.write_text(text.replace("[tariff]\n", store), encoding="utf-8")
    days = ("--from", "2027-02-01", "--to", "2027-02-03")
    assert cli.run(["dispatch", str(path), *days, "--out", str(tmp_path / "out")]) == errors.EXIT_INPUT
    assert "one battery" in capsys.readouterr().err


def test_without_foresight_is_asked_for_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Day-ahead prices stand in the file of the prices, earlier ones too: everything can be tried."""
    table = pl.read_csv(prices(tmp_path)).with_columns(da=pl.col("lz") * 0.9 + 3.0)
    table.write_csv(tmp_path / "both.csv")
    place, out = str(site(tmp_path)), str(tmp_path / "out")
    named = ("dispatch", place, "--prices", str(tmp_path / "both.csv"), "--column", "lz", "--out", out)
    week = ("--from", "2023-03-10", "--to", "2023-03-17")
    assert cli.run([*named, *week, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["foresight"] is None
    assert "--foresight" in " ".join(one["fix"] for one in plain["warnings"])
    assert cli.run([*named, *week, "--day-ahead-column", "da", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    told = found.pop("foresight")
    assert [way["kind"] for way in told["ways"]] == ["persistence", "day_ahead", "learnt", "learnt_day_ahead"]
    assert "68 days" in told["ways"][2]["words"]
    assert told["omitted"] == []
    assert all(way["earned_usd"] <= found["bound_usd"] + 0.01 for way in told["ways"])
    assert found["inputs_hash"] != plain["inputs_hash"]
    changed = {"inputs_hash", "warnings", "foresight"}
    assert {key: value for key, value in found.items() if key not in changed} == {
        key: value for key, value in plain.items() if key not in changed
    }
    assert cli.run([*named, *week, "--foresight"]) == 0
    assert "Without knowing prices" in capsys.readouterr().out
    first = ("--from", "2023-01-01", "--to", "2023-01-04")
    assert cli.run([*named, *first, "--foresight", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["foresight"]
    assert [way["kind"] for way in told["ways"]] == ["persistence"]
    assert "21 unbroken days" in told["omitted"][0]


def test_a_typical_year_is_learnt_from_itself_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    days = ("--from", "2027-02-01", "--to", "2027-02-04")
    assert (
        cli.run(["dispatch", str(site(tmp_path)), *days, "--foresight", "--json", "--out", str(tmp_path / "out")]) == 0
    )
    told = json.loads(capsys.readouterr().out)["foresight"]
    assert [way["kind"] for way in told["ways"]] == ["persistence", "learnt"]
    assert "the same modelled year" in told["ways"][1]["words"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--day-ahead-column", "nowhere"), "nowhere"),
        (("--day-ahead", "ahead.csv"), "--day-ahead-column"),
        (("--day-ahead", "ahead.csv", "--day-ahead-column", "da"), "ahead.csv"),
    ],
)
def test_day_ahead_prices_that_are_not_there_are_refused(
    more: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *MARCH, *more) == errors.EXIT_INPUT
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_column_of_day_ahead_prices_needs_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [
        "dispatch",
        str(site(tmp_path)),
        "--day-ahead-column",
        "da",
        "--from",
        "2027-02-01",
        "--to",
        "2027-02-03",
    ]
    assert cli.run([*arguments, "--out", str(tmp_path / "out")]) == errors.EXIT_INPUT
    assert "--day-ahead FILE" in capsys.readouterr().err
