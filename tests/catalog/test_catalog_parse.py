"""A file that breaks its schema is refused, and the message says where, what and how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import CatalogError, Problem
from repower.catalog import table as read_table
from repower.catalog.column import Column, date_column, integer_column, list_column, number_column, schema, text_column
from repower.catalog.table import parse

MACHINES = schema(
    "machines",
    "machines for tests",
    ("model",),
    text_column("model", "name"),
    number_column("power_w", "power"),
    integer_column("release_year", "year", required=False),
    Column("air", "", "flag", True, "cooled by air"),
    text_column("cooling", "kind", ("air", "hydro"), required=False),
    list_column("parts", "parts", ("fan", "hood", "board")),
    date_column("seen", "when", required=False),
)
HEADER = ",".join(column.name for column in MACHINES.columns)
GOOD = "S1,3250,2020,yes,air,fan;board,2020-03,somebody,2020,B,"


def breach(*lines: str, header: str = HEADER) -> tuple[Problem, ...]:
    with pytest.raises(CatalogError) as caught:
        parse(MACHINES, "\n".join([header, *lines]) + "\n")
    return caught.value.problems


def test_a_good_row_is_typed() -> None:
    (row,) = parse(MACHINES, f"{HEADER}\n{GOOD}\n").rows
    assert dict(row) == {
        "model": "S1",
        "power_w": 3250.0,
        "release_year": 2020,
        "air": True,
        "cooling": "air",
        "parts": ("fan", "board"),
        "seen": "2020-03",
        "source": "somebody",
        "as_of": "2020",
        "grade": "B",
        "note": None,
    }


def test_empty_cells_are_none() -> None:
    (row,) = parse(MACHINES, f"{HEADER}\nS1,3250,,no,,,,somebody,2020,A,\n").rows
    assert [row[name] for name in ("release_year", "cooling", "parts", "seen", "note")] == [None] * 5


@pytest.mark.parametrize(
    ("good", "bad", "key", "message"),
    [
        ("3250", "3 250", "power_w", "not a number"),
        ("3250", '"3,250"', "power_w", "not a number"),
        ("3250", "nan", "power_w", "not a number"),
        ("3250", "inf", "power_w", "not a number"),
        ("3250", "1e999", "power_w", "not a number"),
        ("3250", "3250W", "power_w", "not a number"),
        ("3250", "٣", "power_w", "not a number"),
        ("3250", "", "power_w", "required"),
        ("3250", " 3250", "power_w", "blanks"),
        (",2020,yes", ",2020.5,yes", "release_year", "whole number"),
        ("yes", "true", "air", "yes nor no"),
        ("air", "water", "cooling", "not among the values"),
        ("fan;board", "fan;bord", "parts", "not among the values"),
        ("2020-03", "03/2020", "seen", "not a date"),
        ("2020-03", "2020-13", "seen", "not a date"),
        ("somebody", "", "source", "required"),
        (",B,", ",D,", "grade", "not among the values"),
    ],
)
def test_a_bad_cell_is_named(good: str, bad: str, key: str, message: str) -> None:
    (problem,) = breach(GOOD, GOOD.replace("S1", "S2").replace(good, bad, 1))
    assert (problem.file, problem.key, problem.line) == ("machines.csv", key, 3)
    assert message in problem.message
    assert problem.value in bad
    assert problem.fix
    assert str(problem).startswith(f"machines.csv:3: {key}: ")


def test_every_breach_is_listed() -> None:
    problems = breach("S1,x,2020,maybe,air,,,somebody,2020,B,", "S2,1,2020,yes,air,,,,2020,Z,")
    assert [(problem.line, problem.key) for problem in problems] == [
        (2, "power_w"),
        (2, "air"),
        (3, "source"),
        (3, "grade"),
    ]


def test_a_short_row_says_how_many_cells() -> None:
    (problem,) = breach("S1,3250")
    assert (problem.value, problem.line) == ("2", 2)
    assert "11 cells" in problem.fix


def test_a_key_is_unique() -> None:
    (problem,) = breach(GOOD, GOOD.replace("S1", "S2"), GOOD)
    assert (problem.key, problem.value, problem.line) == ("model", "S1", 4)
    assert "line 2" in problem.fix


def test_a_wrong_header_names_the_nearest_column() -> None:
    (problem,) = breach(GOOD, header=HEADER.replace("power_w", "power_kw"))
    assert (problem.key, problem.line) == ("power_kw", 1)
    assert "'power_w'" in problem.fix
    assert HEADER in problem.fix


def test_a_missing_column_is_named() -> None:
    (problem,) = breach(GOOD, header=HEADER.replace(",power_w", ""))
    assert problem.key == "power_w"


@pytest.mark.parametrize("content", ["", '"', f'{HEADER}\n"S1" x,1'])
def test_what_is_not_csv_is_refused(content: str) -> None:
    with pytest.raises(CatalogError, match=r"machines\.csv"):
        parse(MACHINES, content)


@given(st.sampled_from(["", HEADER + "\n", f"{HEADER}\n{GOOD}\n"]), st.text(max_size=200))
def test_any_text_is_parsed_or_refused(start: str, content: str) -> None:
    problems: tuple[Problem, ...] = ()
    rows = 0
    try:
        rows = len(parse(MACHINES, start + content).rows)
    except CatalogError as error:
        problems = error.problems
    assert problems or rows == (start + content).count("S1,3250")
    assert all(problem.file == "machines.csv" and problem.fix for problem in problems)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1990, 2100))
def test_numbers_come_back_exactly(power_w: float, year: int) -> None:
    (row,) = parse(MACHINES, f"{HEADER}\nS1,{power_w!r},{year},yes,,,,somebody,2020,A,\n").rows
    assert (row["power_w"], row["release_year"]) == (power_w, year)


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from repower.catalog import schema as registry

    monkeypatch.setitem(registry.SCHEMAS, "machines", MACHINES)
    with pytest.raises(CatalogError, match=r"machines\.csv: the table's file is not there.*Fix: reinstall"):
        read_table("machines")
