"""Conditions on rows: what they select, and what they refuse."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower import catalog
from repower.base.errors import CatalogError

ASICS = catalog.table("asics")
ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
NUMBERS = [column.name for column in ASICS.columns if column.kind == "number"]
TEXTS = [column.name for column in ASICS.columns if column.kind == "text" and not column.choices]


def models(*conditions: str) -> set[object]:
    return {row["model"] for row in catalog.where(ASICS, conditions).rows}


def test_the_example_of_the_docstring() -> None:
    found = catalog.where("asics", ("efficiency_j_per_th<20", "cooling=air", "model~S21"))
    assert found.columns == ASICS.columns
    assert {row["model"] for row in found.rows} == {
        row["model"]
        for row in ASICS.rows
        if row["efficiency_j_per_th"] < 20 and row["cooling"] == "air" and "S21" in str(row["model"])
    }
    assert "Antminer S21" in models("efficiency_j_per_th<20", "cooling=air", "model~S21")


def test_no_condition_keeps_every_row_and_one_string_is_one_condition() -> None:
    assert catalog.where("asics", ()).rows == ASICS.rows
    assert catalog.where("asics", "cooling=air").rows == catalog.where("asics", ("cooling=air",)).rows


def test_case_and_blanks_do_not_count() -> None:
    assert models("maker=bitmain") == models(" maker = Bitmain ") == models("maker=BITMAIN") != set()
    assert models("cooling=AIR") == models("cooling=air")


def test_empty_cells() -> None:
    without = {row["model"] for row in ASICS.rows if row["price_usd"] is None}
    assert models("price_usd=") == without
    assert models("price_usd!=") == {row["model"] for row in ASICS.rows} - without
    assert not models("price_usd>0") & without
    assert not models("price_usd<=1e9") & without


def test_lists_are_met_by_a_member() -> None:
    items = {row["item"] for row in catalog.where("lead_times", ("needed_for=cooling",)).rows}
    assert "chillers and dry coolers" in items
    assert items == {lead.item for lead in catalog.lead_times() if "cooling" in lead.needed_for}


def test_flags_and_dates() -> None:
    kept = catalog.where("capex_parts", ("project=new", "reusable=yes")).rows
    assert {row["part"] for row in kept} == {row.part for row in catalog.capex_parts("new") if row.reusable}
    late = catalog.where("btc_price_points", ("date>=2026",)).rows
    assert [row["date"] for row in late] == ["2026-01-01", "2026-09-29"]


@given(st.sampled_from(NUMBERS), st.sampled_from(sorted(ORDERS)), st.integers(0, 4000))
def test_orders_agree_with_python(column: str, sign: str, bound: int) -> None:
    expected = [row for row in ASICS.rows if row[column] is not None and ORDERS[sign](row[column], bound)]
    assert list(catalog.where(ASICS, (f"{column}{sign}{bound}",)).rows) == expected


@given(st.sampled_from(NUMBERS), st.integers(0, 10_000))
def test_below_and_at_least_split_the_known_rows(column: str, bound: int) -> None:
    below = catalog.where(ASICS, (f"{column}<{bound}",)).rows
    above = catalog.where(ASICS, (f"{column}>={bound}",)).rows
    unknown = catalog.where(ASICS, (f"{column}=",)).rows
    assert len(below) + len(above) + len(unknown) == len(ASICS.rows)


@given(st.sampled_from(TEXTS), st.sampled_from(["=", "~"]), st.sampled_from(["S21", "a", "bitmain", "(", "2020", ";"]))
def test_not_is_the_rest(column: str, sign: str, wanted: str) -> None:
    met = catalog.where(ASICS, (f"{column}{sign}{wanted}",)).rows
    rest = catalog.where(ASICS, (f"{column}!{sign}{wanted}",)).rows
    assert sorted(row["model"] for row in (*met, *rest)) == sorted(row["model"] for row in ASICS.rows)


@given(st.lists(st.sampled_from(["cooling=air", "power_w>3000", "model~S1", "price_usd!=", "grade=B"]), max_size=4))
def test_conditions_are_joined_by_and(conditions: list[str]) -> None:
    one_by_one = ASICS
    for condition in conditions:
        one_by_one = catalog.where(one_by_one, (condition,))
    assert catalog.where(ASICS, conditions).rows == one_by_one.rows


@given(st.sampled_from([row["model"] for row in ASICS.rows]))
def test_a_key_finds_its_row(model: str) -> None:
    (row,) = catalog.where(ASICS, (f"model={model}",)).rows
    assert row["model"] == model


@given(st.sampled_from(["", "power_w<", "model~", "as_of="]), st.text(max_size=20))
def test_any_text_filters_or_is_refused(start: str, rest: str) -> None:
    fixes: list[str] = []
    found: set[object] = set()
    try:
        found = models(start + rest)
    except CatalogError as error:
        fixes = [problem.fix for problem in error.problems]
    assert all(fixes)
    assert not (found and fixes)
    assert found <= models()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("efficency_j_per_th<20", r"no such column \(value: efficency_j_per_th\).*'efficiency_j_per_th'"),
        ("cooling", r"cannot be read \(value: cooling\).*operators are"),
        ("cooling==air", r"cooling is never '=air'.*air, hydro, immersion"),
        ("cooling=water", r"cooling is never 'water'.*air, hydro, immersion"),
        ("power_w<3kW", r"asics\.csv: power_w: this is not a number \(value: power_w<3kW\).*plain decimal"),
        ("power_w<", r"nothing to compare with"),
        ("model<S19", r"< orders numbers and dates, and model is a text.*use = or ~"),
        ("model~", r"nothing to look for"),
        ("as_of>yesterday", r"not a date.*YYYY"),
    ],
)
def test_a_bad_condition_says_how_to_mend_it(condition: str, text: str) -> None:
    with pytest.raises(CatalogError, match=text):
        catalog.where(ASICS, (condition,))


def test_every_bad_condition_is_listed() -> None:
    with pytest.raises(CatalogError) as caught:
        catalog.where(ASICS, ("colour=red", "cooling=air", "power_w<much"))
    assert [problem.value for problem in caught.value.problems] == ["colour", "power_w<much"]
