"""A reader who adds a row and errs is told the file, the line, the column, the value and the fix."""

from __future__ import annotations

import csv
import importlib
import io
import shutil
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower import catalog
from repower.app.cli import run
from repower.base.errors import CatalogError, Problem
from repower.catalog.schema import SCHEMAS
from repower.catalog.table import parse

CASE_TABLES = ("deals", "leases", "financing", "capex_benchmarks", "schedule_slips", "time_to_power", "miner_months")
HUT = {"deal": "HUT-1"}
BEACON = {"lease": "HUT-2"}
RIOT = {"who": "Riot and AMD, Rockdale"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the shipped tables that the catalog reads instead."""
    module = importlib.import_module("repower.catalog.table")
    with as_file(files("repower.catalog").joinpath("tables")) as shipped:
        shutil.copytree(shipped, tmp_path / "tables")
    monkeypatch.setattr(module, "_folder", lambda: tmp_path / "tables")
    module._load.cache_clear()
    yield tmp_path / "tables"
    module._load.cache_clear()


def read(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def refusal(folder: Path, name: str, row: dict[str, str], cells: dict[str, str]) -> tuple[int, tuple[Problem, ...]]:
    """Line of the row, and the problems, after `cells` of that row of the table were overwritten."""
    rows = read(folder, name)
    (index,) = (k for k, each in enumerate(rows) if row.items() <= each.items())
    rows[index] |= cells
    write(folder, name, rows)
    with pytest.raises(CatalogError) as caught:
        catalog.table(name)
    return index + 2, caught.value.problems


@pytest.mark.parametrize(
    ("name", "row", "cells", "column", "message", "fix"),
    [
        ("deals", HUT, {"source": ""}, "source", "required", "fill it in"),
        ("deals", HUT, {"grade": "A+"}, "grade", "not among the values", "A, A-, B, C"),
        (
            "deals",
            HUT,
            {"status": "sure"},
            "status",
            "not among the values",
            "verified, reported, computed, conflicting",
        ),
        ("deals", HUT, {"status": ""}, "status", "required", "fill it in"),
        ("deals", HUT, {"revenue_usd": "7 G$"}, "revenue_usd", "not a number", "plain decimal"),
        ("deals", HUT, {"announced": "17 Dec 2025"}, "announced", "not a date", "YYYY-MM-DD"),
        (
            "deals",
            HUT,
            {"critical_it_mw": "331"},
            "critical_it_mw",
            "331 is above gross_mw 330",
            "both against the source",
        ),
        ("deals", HUT, {"nameplate_mw": "300"}, "gross_mw", "330 is above nameplate_mw 300", "both against the source"),
        (
            "deals",
            HUT,
            {"term_years": ""},
            "term_years",
            "revenue_usd is given but term_years is empty",
            "term not found",
        ),
        ("deals", HUT, {"noi_margin_high_frac": "98.6"}, "noi_margin_high_frac", "between -1 and 1", "0.85 for 85 %"),
        (
            "deals",
            HUT,
            {"it_capex_low_usd_per_mw": "12e6"},
            "it_capex_low_usd_per_mw",
            "is above it_capex_high",
            "check both",
        ),
        ("deals", HUT, {"it_capex_low_usd_per_mw": ""}, "it_capex_low_usd_per_mw", "one end of a range", "fill in"),
        ("deals", HUT, {"revenue_usd": "-7e9"}, "revenue_usd", "not above zero", "leave the cell empty"),
        (
            "deals",
            HUT,
            {"revenue_with_options_usd": "1e9"},
            "revenue_usd",
            "above revenue_with_options_usd",
            "check both",
        ),
        ("deals", HUT, {"grade": "B"}, "status", "grade B verifies nothing", "write reported"),
        (
            "deals",
            HUT,
            {"status": "conflicting", "note": ""},
            "note",
            "conflicting figure without a note",
            "what disagrees",
        ),
        ("leases", BEACON, {"deal": "HUT-9"}, "deal", "deals.csv has no row of that deal", "did you mean 'HUT-"),
        (
            "leases",
            BEACON,
            {"rent_usd_per_kw_month": ""},
            "rent_usd_per_kw_month",
            "neither is given",
            "fill in the one",
        ),
        (
            "leases",
            BEACON,
            {"term_years": ""},
            "term_years",
            "deal is given but term_years is empty",
            "fill in term_years",
        ),
        (
            "financing",
            {"project": "Core Scientific"},
            {"rate_frac_per_year": "7.75"},
            "rate_frac_per_year",
            "share",
            "0.85",
        ),
        ("capex_benchmarks", RIOT, {"it_high_usd_per_mw": "3e6"}, "it_low_usd_per_mw", "is above", "check both"),
        (
            "schedule_slips",
            {"project": "WhiteFiber NC-1"},
            {"low_slip_months": "6"},
            "low_slip_months",
            "above",
            "check",
        ),
        ("time_to_power", {"region": "PJM"}, {"high": "3"}, "low", "low 7 is above high 3", "check both"),
        ("miners", {"metric": "energised_mw"}, {"mw_basis": ""}, "mw_basis", "without their basis", "not_stated"),
        (
            "miners",
            {"metric": "interest_usd"},
            {"mw_basis": "gross"},
            "mw_basis",
            "beside another unit",
            "leave the cell",
        ),
        ("miners", {"metric": "interest_usd"}, {"unit": "M$"}, "unit", "interest_usd is in $", "write $"),
        ("miners", {"metric": "interest_usd"}, {"period": "Q1 2026"}, "period", "not a quarter", "2025-Q3"),
        (
            "miners",
            {"metric": "ai_share_of_revenue_frac", "period": "2025"},
            {"value": "30"},
            "value",
            "-1 and 1",
            "0.53",
        ),
        ("miner_months", {"month": "2024-05"}, {"mined_btc": "0"}, "mined_btc", "not above zero", "leave the cell"),
    ],
)
def test_a_wrong_cell_is_told(
    folder: Path, name: str, row: dict[str, str], cells: dict[str, str], column: str, message: str, fix: str
) -> None:
    line, problems = refusal(folder, name, row, cells)
    (problem,) = problems
    assert (problem.file, problem.line, problem.key) == (f"{name}.csv", line, column)
    assert message in problem.message
    assert fix in problem.fix
    if cells.get(column):
        value = problem.value
        assert value == cells[column] or float(value) == float(cells[column])
    assert str(problem).startswith(f"{name}.csv:{line}: {column}: ")


def test_a_deal_of_unknown_term_says_so() -> None:
    assert "term not found" in catalog.deal("CORZ-0").fact.note
    assert catalog.deal("CORZ-0").term_years is None


def test_the_same_row_twice_is_told(folder: Path) -> None:
    rows = read(folder, "deals")
    write(folder, "deals", [*rows, rows[3]])
    with pytest.raises(CatalogError) as caught:
        catalog.table("deals")
    (twice,) = caught.value.problems
    assert (twice.file, twice.line, twice.key) == ("deals.csv", len(rows) + 2, "deal, source")
    assert "there twice" in twice.message
    assert "line 5" in twice.fix
    assert twice.value.startswith("CORZ-3, ")


def test_sources_that_disagree_are_kept_and_marked(folder: Path) -> None:
    rows = read(folder, "deals")
    (index,) = (k for k, row in enumerate(rows) if row["deal"] == "HUT-1")
    other = rows[index] | {"source": "https://example.com/other", "revenue_usd": "6900000000"}
    write(folder, "deals", [*rows, other])
    with pytest.raises(CatalogError) as caught:
        catalog.table("deals")
    assert [(problem.line, problem.key) for problem in caught.value.problems] == [
        (index + 2, "status"),
        (len(rows) + 2, "status"),
    ]
    assert all("write conflicting in each" in problem.fix for problem in caught.value.problems)
    assert str(len(rows) + 2) in caught.value.problems[0].fix
    for row in (rows[index], other):
        row |= {"status": "conflicting", "note": "7.0 or 6.9 G$"}
    write(folder, "deals", [*rows, other])
    assert len(catalog.table("deals").rows) == len(rows) + 1


def test_everything_wrong_with_a_row_is_told_at_once(folder: Path) -> None:
    _, problems = refusal(folder, "deals", HUT, {"term_years": "", "critical_it_mw": "400", "grade": "C"})
    assert {problem.key for problem in problems} == {"term_years", "critical_it_mw", "status"}
    assert len({problem.line for problem in problems}) == 1


def test_a_bad_cell_does_not_hide_what_is_wrong_elsewhere(folder: Path) -> None:
    rows = read(folder, "deals")
    rows[2]["announced"] = "June"
    rows[0]["grade"], rows[0]["status"] = "C", "verified"
    rows[4]["term_years"] = ""
    write(folder, "deals", rows)
    with pytest.raises(CatalogError) as caught:
        catalog.table("deals")
    told = [(problem.line, problem.key) for problem in caught.value.problems]
    assert told == [(2, "status"), (4, "announced"), (6, "term_years")]


@given(
    st.sampled_from(CASE_TABLES),
    st.data(),
    st.one_of(st.sampled_from(["", "-1", "0", "1e12", "A"]), st.text(max_size=8)),
)
def test_any_cell_is_read_or_told(name: str, data: st.DataObject, cell: str) -> None:
    content = files("repower.catalog").joinpath("tables").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(content.splitlines()))
    line = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[0]) - 1))
    rows[line][column] = cell.replace("\n", " ").replace("\r", " ")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    problems: tuple[Problem, ...] = ()
    read_rows = 0
    try:
        read_rows = len(parse(SCHEMAS[name], text.getvalue()).rows)
    except CatalogError as error:
        problems = error.problems
    assert problems or read_rows == len(rows) - 1
    for problem in problems:
        assert problem.file == f"{name}.csv"
        assert problem.line is not None
        assert problem.fix


def test_the_command_tells_it_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line, _ = refusal(folder, "deals", HUT, {"source": ""})
    code = run(["catalog", "deals"])
    assert code == 2
    assert f"deals.csv:{line}: source: the cell is empty" in capsys.readouterr().err
