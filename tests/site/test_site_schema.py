"""The list of keys, and the starter file that shows every one of them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import InputError, SiteError
from repower.base.units import unit_of
from repower.site.document import Document, entries
from repower.site.parse import parse
from repower.site.reader import read_document
from repower.site.schema import KeyDoc, describe_schema
from repower.site.starter import starter_text


def doc(key: str, kind: str = "") -> KeyDoc:
    return next(item for item in describe_schema() if (item.key, item.kind) == (key, kind))


def test_a_key_is_described_from_its_record() -> None:
    assert doc("hall.shell_mw") == KeyDoc(
        key="hall.shell_mw",
        kind="",
        type="number > 0",
        unit="MW",
        default="",
        required=True,
        meaning="largest load at the meter that feeders, transformers and cooling of this hall carry [MW].",
    )
    assert doc("supply.minimum_take_frac", "take_or_pay").default == "1.0"
    assert doc("supply.kind", "index").type == '"index"'
    assert doc("tariff.coincident_peak_window").default == "[15, 18]"
    assert doc("supply.monthly_availability_frac", "onsite_hydro").type.startswith("list of 12 ")
    assert doc("hall.option.earliest").type == "quarter"
    assert doc("hall.fleet").type == "[[hall.fleet]]"
    assert doc("outlook.power").type == "[outlook.power]"
    assert doc("contract.curtailable", "hosting").default == "true"


def test_every_key_has_a_meaning_and_the_unit_of_its_name() -> None:
    docs = describe_schema()
    assert len({(item.key, item.kind) for item in docs}) == len(docs)
    for item in docs:
        assert item.meaning, item.key
        assert item.type, item.key
        stated = unit_of(item.key.rpartition(".")[2])
        assert item.unit == (stated.symbol if stated and stated.symbol != "1" else ""), item.key


def test_every_field_of_every_record_is_listed() -> None:
    listed = {(item.key, item.kind) for item in describe_schema()}

    def walk(record: Any, prefix: str) -> int:
        assert is_dataclass(record)
        assert len(entries(record)) == len(fields(record))
        count = 0
        for entry in entries(record):
            assert any(key == prefix + entry.key for key, _ in listed)
            count += 1 + sum(walk(inner, f"{prefix}{entry.key}.") for inner in entry.records)
        return count

    assert walk(Document, "") == len(describe_schema())


def test_the_starter_file_loads_and_says_its_name() -> None:
    document = parse(starter_text("Rockdale"), "site.toml")
    assert document.site.name == "Rockdale"
    assert parse(starter_text(), "site.toml").site.name == "My site"


@given(st.text(min_size=1, max_size=12))
def test_any_name_comes_back_or_is_refused(name: str) -> None:
    try:
        text = starter_text(name)
    except InputError:
        assert name != name.strip() or not name.isprintable()
    else:
        assert tomllib.loads(text.partition("[interconnect]")[0])["site"]["name"] == name


@pytest.mark.parametrize("name", ["", " ", " a", "a\n", "a\tb", "\x7f"])
def test_a_name_that_does_not_print_is_refused(name: str) -> None:
    with pytest.raises(InputError):
        starter_text(name)


def switched_on() -> str:
    """The starter file with every key that it keeps behind a ``#``; prices come from the file that it describes."""
    text = re.sub(r"^#(?=\[|[a-z_]+ = )", "", starter_text(), flags=re.MULTILINE)
    start = text.index("[outlook.power]")
    end = text.index("# Hours of your own", start)
    return text[:start] + "[outlook.power]\n" + text[end:]


def test_every_key_of_the_schema_stands_in_the_starter_file() -> None:
    raw = tomllib.loads(switched_on())
    raw["outlook"]["power"]["name"] = "stands in the file for the typical year"
    assert raw["outlook"]["weather"]["kind"] == "typical"
    shown = keys(raw, "", "")
    wanted = {(item.key, item.kind) for item in describe_schema()}
    wanted -= {("outlook.weather." + name, "") for name in ("path", "columns", "time_column", "unit", "years")}
    assert wanted - shown == set()
    assert shown - wanted == set()


def test_the_starter_file_fits_with_every_key_switched_on() -> None:
    with pytest.raises(SiteError) as caught:
        parse(switched_on(), "site.toml")
    assert [problem.message for problem in caught.value.problems] == [
        "a GPU rental that is already in force cannot be planned yet"
    ]
    document = parse(re.sub(r'\nhall = "South".*?\nstart = .*', "", switched_on()), "site.toml")
    assert len(document.supply) == 5
    assert len(document.contract) == 6
    assert document.outlook.power.columns == ("price",)


def test_a_good_file_leaves_no_hole_in_its_document() -> None:
    document, problems = read_document(tomllib.loads(starter_text()))
    assert problems == []
    assert document == document  # no NaN anywhere
    assert document == parse(starter_text(), "site.toml")


def keys(table: dict[str, Any], prefix: str, kind: str) -> set[tuple[str, str]]:
    """Every key of a parsed file with the kind of the table it stands in, as the schema lists them."""
    found: set[tuple[str, str]] = set()
    for name, value in table.items():
        found.add((prefix + name, kind))
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                tagged = str(item["kind"]) if prefix + name in {"supply", "contract"} else ""
                found |= keys(item, f"{prefix}{name}.", tagged)
    return found
