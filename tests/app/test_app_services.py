"""Ancillary services as a user meets them: tables of the site file, prices of a file, awards, pay, worth, refusals."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from repower.app import cli
from repower.base import errors
from repower.site import load
from shared_data import shared

BATTERY = Path(__file__).resolve().parents[2] / "examples" / "west_texas_battery.toml"
DAYS = ("--from", "2023-03-10", "--to", "2023-03-14")
ENERGY = "power/ercot_rt_hourly_all_points_2024.parquet"
CAPACITY = "power/ercot_dam_as_mcpc_2024.parquet"

SERVICE = """[[ancillary_service]]
name = "{name}"
direction = "{direction}"
providers = ["battery", "mining"]
sustained_h = {sustained_h}
most_mw = 30.0
path = "{path}"
column = "{name}"
time_column = "ts_utc"
unit = "usd_per_mw_h"

"""
ECRS = {"name": "ECRS", "direction": "up", "sustained_h": 2.0}
REGDN = {"name": "REGDN", "direction": "down", "sustained_h": 1.0}


def site(
    tmp_path: Path,
    *services: dict[str, Any],
    path: str = "services.csv",
    battery: bool = True,
    charge_usd_per_kw_month: float = 0.9,
) -> Path:
    """The battery's example with services and a demand charge, small where it meets a few days alone."""
    text = BATTERY.read_text(encoding="utf-8")
    tables = "".join(SERVICE.format(path=path, **one) for one in services)
    charge = f"demand_charge_usd_per_kw_month = {charge_usd_per_kw_month}\n"
    text = text.replace("[tariff]\n", f"{tables}[tariff]\n{charge}")
    if not battery:
        start, end = text.index("[[battery]]"), text.index("# Ancillary services are sold")
        text = text[:start] + text[end:]
    place = tmp_path / "site.toml"
    place.write_text(text, encoding="utf-8")
    return place


def series(tmp_path: Path, drop: int | None = None, step_s: int = 3600) -> None:
    """Energy and services of some days of March 2023 in two CSV files."""
    start = datetime(2023, 3, 9, 6, tzinfo=UTC)
    energy, capacity = ["ts_utc,lz"], ["ts_utc,ECRS,REGDN"]
    for hour in range(6 * 24):
        when = start + timedelta(hours=hour)
        energy.append(f"{when:%Y-%m-%dT%H:%M:%SZ},{25 + 15 * (hour % 24 > 15) + 150 * (hour % 37 == 0)}")
        for part in range(3600 // step_s):
            if hour != drop:
                at = when + timedelta(seconds=step_s * part)
                capacity.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{2 + 30 * (hour % 31 == 0)},{1 + hour % 3}")
    (tmp_path / "energy.csv").write_text("\n".join(energy) + "\n", encoding="utf-8")
    (tmp_path / "services.csv").write_text("\n".join(capacity) + "\n", encoding="utf-8")


def run(tmp_path: Path, place: Path, *more: str) -> int:
    prices = ("--prices", str(tmp_path / "energy.csv"), "--column", "lz")
    return cli.run(["dispatch", str(place), *prices, *DAYS, "--out", str(tmp_path / "out"), *more])


def test_awards_are_scheduled_paid_proved_and_valued(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series(tmp_path)
    assert run(tmp_path, site(tmp_path, ECRS, REGDN), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["gap_frac"] == 0.0
    assert [one["name"] for one in found["services"]] == ["ECRS", "REGDN"]
    paid = sum(one["paid_usd"] for one in found["services"])
    assert paid > 0.0
    lines = [line for line in found["statement"] if line["contract"] in {"ECRS", "REGDN"}]
    assert sum(line["amount_usd"] for line in lines) == pytest.approx(paid, abs=0.05)
    assert {line["quantity_unit"] for line in lines} == {"MW-h"}
    with (tmp_path / "out" / "statement.csv").open(encoding="utf-8") as file:
        total = sum(float(row["amount_usd"]) for row in csv.DictReader(file))
    bridge = found["earned_usd"] + found["later_usd"] - found["shedding_usd"] + found["rest_usd"]
    assert total == pytest.approx(found["settled_usd"], abs=0.01)
    assert bridge == pytest.approx(found["settled_usd"], abs=0.01)
    table = pl.read_csv(tmp_path / "out" / "schedule.csv")
    for one in found["services"]:
        award = table[f"{one['name']} by loads_award_mw"] + table[f"{one['name']} by battery_award_mw"]
        assert float((award * table[f"{one['name']}_usd_per_mw"]).sum()) == pytest.approx(one["paid_usd"], abs=0.01)
        assert award.max() <= 30.0 + 1e-6  # type: ignore[operator]
        assert float(award.mean()) == pytest.approx(one["mean_mw"])  # type: ignore[arg-type]
    running = table.select([name for name in table.columns if name[:2] in {"A_", "B_", "C_", "D_"}]).sum_horizontal()
    assert (table["ECRS by loads_award_mw"] - running).max() <= 1e-6  # type: ignore[operator]
    worth = {one["part"]: one for one in found["worths"]}
    assert worth["ancillary services"]["kind"] == worth["ECRS"]["kind"] == "service"
    together = worth["ancillary services"]["worth_usd"]
    assert 0.0 < together <= paid + 0.01
    assert all(0.0 <= worth[name]["worth_usd"] <= together + 0.01 for name in ("ECRS", "REGDN"))
    page = (tmp_path / "out" / "dispatch.html").read_text(encoding="utf-8")
    assert "Ancillary services" in page
    assert "weak duality" in page
    assert any("Being deployed" in one["text"] or "being deployed" in one["text"] for one in found["warnings"])
    assert run(tmp_path, site(tmp_path), "--json") == 0
    alone = json.loads(capsys.readouterr().out)
    assert alone["services"] == []
    assert found["earned_usd"] - alone["earned_usd"] == pytest.approx(together)


def test_without_a_battery_loads_carry_what_there_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series(tmp_path)
    assert run(tmp_path, site(tmp_path, ECRS, battery=False)) == 0
    assert "ECRS" in capsys.readouterr().out
    found = json.loads((tmp_path / "out" / "dispatch.json").read_text(encoding="utf-8"))
    assert found["services"][0]["battery_mw"] == 0.0
    assert found["services"][0]["paid_usd"] > 0.0
    assert found["gap_frac"] == 0.0


def test_missing_hours_name_the_service_and_are_filled_where_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series(tmp_path, drop=50)
    place = site(tmp_path, ECRS)
    assert run(tmp_path, place) == errors.EXIT_INPUT
    shown = capsys.readouterr().err
    assert "ancillary service ECRS" in shown
    assert "--fill-gaps" in shown
    assert not (tmp_path / "out").exists()
    assert run(tmp_path, place, "--fill-gaps", "1", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (filled,) = found["filled"]
    assert (filled["series"], filled["hours_h"], filled["first_utc"]) == ("ECRS", 1.0, "2023-03-11T08:00Z")
    assert any("lack 1 hour, in one gap" in one["text"] for one in found["warnings"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("services.csv", "nowhere.csv"), "nowhere.csv"),
        (('column = "ECRS"', 'column = "ECSR"'), "did you mean ECRS"),
        (('"usd_per_mw_h"', '"usd_per_kw_h"'), "multiply the column by 1000"),
        (('["battery", "mining"]', '["battery", "colocation"]'), "no such choice"),
        (('["battery", "mining"]', "[]"), "nobody may carry"),
        (('["battery", "mining"]', '["mining", "mining"]'), "named twice"),
        (("sustained_h = 2.0", "sustained_h = 120.0"), "no market asks"),
        (("services.csv", "services.xlsx"), "file type"),
        (('name = "REGDN"', 'name = "ECRS"'), "same name"),
    ],
)
def test_what_does_not_fit_is_refused_with_key_and_fix(
    change: tuple[str, str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series(tmp_path)
    place = site(tmp_path, ECRS, REGDN)
    text = place.read_text(encoding="utf-8")
    start = text.index("\n[[ancillary_service]]")
    assert change[0] in text[start:]
    place.write_text(text[:start] + text[start:].replace(change[0], change[1], 1), encoding="utf-8")
    assert run(tmp_path, place) == errors.EXIT_INPUT
    shown = capsys.readouterr().err
    assert words in shown
    assert "Fix:" in shown
    assert not (tmp_path / "out").exists()


def test_a_battery_that_is_not_there_carries_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = site(tmp_path, ECRS, battery=False)
    text = place.read_text(encoding="utf-8").replace('["battery", "mining"]', '["battery"]')
    place.write_text(text, encoding="utf-8")
    assert cli.run(["check", str(place)]) == errors.EXIT_INPUT
    assert "the site has none" in capsys.readouterr().err


def test_prices_of_another_step_and_audits_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series(tmp_path, step_s=900)
    place = site(tmp_path, ECRS)
    assert run(tmp_path, place) == errors.EXIT_INPUT
    assert "another step" in capsys.readouterr().err
    series(tmp_path)
    assert run(tmp_path, place, "--audit", "mine.csv") == errors.EXIT_INPUT
    assert "without ancillary services" in capsys.readouterr().err
    assert run(tmp_path, place, "--foresight") == errors.EXIT_INPUT
    assert "about without ancillary services" in capsys.readouterr().err
    assert run(tmp_path, place, "--fill-gaps", "-1") == errors.EXIT_INPUT
    assert "--fill-gaps" in capsys.readouterr().err


def test_the_records_hold_what_the_file_says(tmp_path: Path) -> None:
    (one, other) = load(site(tmp_path, ECRS, REGDN)).services
    assert (one.name, one.direction, one.most_mw, one.available_frac) == ("ECRS", "up", 30.0, 1.0)
    assert other.providers == ("battery", "mining")
    assert load(BATTERY).services == ()


def real(tmp_path: Path, place: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    arguments = ["dispatch", str(place), "--out", str(tmp_path / "out"), "--json", *more]
    assert cli.run(arguments) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["gap_frac"] == 0.0
    total = sum(line["amount_usd"] for line in found["statement"])
    assert total == pytest.approx(found["settled_usd"], abs=1.0)  # cents, line by line
    return found


def test_ercot_days_of_march_2024_with_a_week_of_missing_awards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """LZ_WEST in real time, day-ahead awards; the week after the clock change is missing in the file of awards."""
    services = [ECRS, REGDN | {"sustained_h": 1.0}, {"name": "NSPIN", "direction": "up", "sustained_h": 4.0}]
    energy, capacity = shared(f"data/{ENERGY}"), shared(f"data/{CAPACITY}")
    days = ("--prices", str(energy), "--column", "LZ_WEST", "--from", "2024-03-08", "--to", "2024-03-13")
    place = site(tmp_path, *services, path=str(capacity))
    assert cli.run(["dispatch", str(place), *days, "--out", str(tmp_path / "out")]) == errors.EXIT_INPUT
    assert "--fill-gaps" in capsys.readouterr().err
    days = (*days, "--fill-gaps", "169")
    found = real(tmp_path, place, capsys, *days)
    assert {one["series"] for one in found["filled"]} == {"LZ_WEST", "ECRS", "REGDN", "NSPIN"}
    bare = real(tmp_path, site(tmp_path, *services, path=str(capacity), battery=False), capsys, *days)
    alone = real(tmp_path, site(tmp_path), capsys, *days)
    neither = real(tmp_path, site(tmp_path, battery=False), capsys, *days)
    assert found["earned_usd"] >= max(bare["earned_usd"], alone["earned_usd"])
    assert min(bare["earned_usd"], alone["earned_usd"]) >= neither["earned_usd"]
    worth = {one["part"]: one["worth_usd"] for one in found["worths"]}
    assert worth["two-hour battery"] == pytest.approx(found["earned_usd"] - bare["earned_usd"], abs=0.01)
    assert worth["ancillary services"] == pytest.approx(found["earned_usd"] - alone["earned_usd"], abs=0.01)


def test_february_2021_at_hb_west_with_its_gaps_filled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Days of February at $6,581 a MWh in the mean: nothing mines. The battery is worth what is lost without it."""
    panel = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    prices = ("--prices", str(panel), "--column", "rt_hb_west")
    year = (*prices, "--from", "2021-01-01", "--to", "2022-01-01", "--fill-gaps", "2")
    found = real(tmp_path, site(tmp_path, charge_usd_per_kw_month=9.0), capsys, *year)
    (filled,) = found["filled"]
    assert (filled["hours_h"], filled["longest_h"]) == (11.0, 2.0)
    table = pl.read_parquet(tmp_path / "out" / "schedule.parquet")
    days = (datetime(2021, 2, 15, 6, tzinfo=UTC), datetime(2021, 2, 19, 6, tzinfo=UTC))
    storm = table.filter(pl.col("start_utc").is_between(*days, closed="left"))
    assert storm["index_usd_per_mwh"].mean() > 5_000.0  # type: ignore[operator]
    dear = storm.filter(pl.col("index_usd_per_mwh") > 500.0)
    assert dear["import_mw"].max() == pytest.approx(0.0, abs=1e-6)
    bare = real(tmp_path, site(tmp_path, battery=False, charge_usd_per_kw_month=9.0), capsys, *year)
    worth = {one["part"]: one["worth_usd"] for one in found["worths"]}
    assert worth["two-hour battery"] == pytest.approx(found["earned_usd"] - bare["earned_usd"], abs=0.01)
    assert worth["two-hour battery"] > 0.0
    assert worth["planning for the demand charge"] > 0.0
    assert worth["switching loads off"] > 50e6


def test_a_year_of_lz_west_with_five_services_of_25_mw(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2024 as far as its file goes; a week of awards is missing there and filled here.

    A MW carried all year brings, in $1,000: 53.0 REGUP, 50.0 RRS, 72.5 ECRS, 54.8 NSPIN, by the file's mean prices
    without the week.
    """
    energy, capacity = shared(f"data/{ENERGY}"), shared(f"data/{CAPACITY}")
    year = ("--prices", str(energy), "--column", "LZ_WEST", "--from", "2024-01-01", "--to", "2024-12-31")
    year = (*year, "--fill-gaps", "169")
    names = {"REGUP": 1.0, "REGDN": 1.0, "RRS": 0.5, "ECRS": 2.0, "NSPIN": 4.0}
    services = [
        {"name": name, "direction": "down" if name == "REGDN" else "up", "sustained_h": hours}
        for name, hours in names.items()
    ]
    place = site(tmp_path, *services, path=str(capacity), battery=False, charge_usd_per_kw_month=9.0)
    place.write_text(place.read_text(encoding="utf-8").replace("most_mw = 30.0", "most_mw = 25.0"), encoding="utf-8")
    found = real(tmp_path, place, capsys, *year)
    assert found["intervals"] == 365 * 24
    filled = {one["series"]: (one["hours_h"], one["longest_h"]) for one in found["filled"]}
    assert filled == {"LZ_WEST": (2.0, 1.0)} | dict.fromkeys(names, (170.0, 169.0))
    carried = {one["name"]: one for one in found["services"]}
    for name, usd_per_mw_year in (("REGUP", 53_000.0), ("RRS", 50_000.0), ("ECRS", 72_500.0), ("NSPIN", 54_800.0)):
        one = carried[name]
        assert one["mean_usd_per_mw"] * 8_760 == pytest.approx(usd_per_mw_year, rel=0.015)
        assert one["most_mw"] == pytest.approx(25.0)
        assert 0.0 < one["paid_usd"] <= 25.0 * one["mean_usd_per_mw"] * found["intervals"]
    worth = {one["part"]: one["worth_usd"] for one in found["worths"]}
    together = worth["ancillary services"]
    assert sum(worth[name] for name in names) <= together <= sum(one["paid_usd"] for one in found["services"])
    plain = site(tmp_path, battery=False, charge_usd_per_kw_month=9.0)
    alone = real(tmp_path, plain, capsys, *year)
    assert found["earned_usd"] - alone["earned_usd"] == pytest.approx(together, abs=0.01)
    stored = real(tmp_path, site(tmp_path, charge_usd_per_kw_month=9.0), capsys, *year)
    assert stored["earned_usd"] > alone["earned_usd"]
    assert found["headline"].endswith(".")
    assert "being ready for the grid brings" in found["headline"]
