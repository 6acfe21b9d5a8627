"""plan.json: stable, documented, and nothing but plain values."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from report.sample_plan import extreme, sample
from repower.report import document, document_text
from repower.report.schema import KEYS, markdown, paths

PLAN = sample()
DOCS = Path(__file__).resolve().parents[2] / "docs" / "plan_json.md"


def test_keys_are_those_of_the_schema_in_its_order():
    assert paths(document(PLAN)) == [key.path for key in KEYS]


def test_a_plan_that_keeps_everything_has_no_other_keys():
    assert set(paths(document(extreme()))) <= {key.path for key in KEYS}


def test_the_documentation_prints_the_schema():
    text = DOCS.read_text(encoding="utf-8")
    assert text.endswith(markdown()), "write repower.report.schema.markdown() at the end of docs/plan_json.md"


def kind_of(value):
    if value is None:
        return "null"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number"), (str, "string"), (dict, "object")):
        if isinstance(value, kind):
            return name
    return "list"


def values_at(found, path):
    if not path:
        return [found]
    head, _, rest = path.partition(".")
    inner = found.get(head.removesuffix("[]")) if isinstance(found, dict) else None
    if inner is None:
        return [] if rest or head.endswith("[]") else [None]
    return [v for item in (inner if head.endswith("[]") else [inner]) for v in values_at(item, rest)]


@pytest.mark.parametrize("plan", [PLAN, extreme()], ids=["sample", "extreme"])
def test_every_value_has_the_type_that_the_schema_tells(plan):
    found = document(plan)
    for key in KEYS:
        for value in values_at(found, key.path):
            kind = kind_of(value)
            if kind == "null":
                assert key.kind.endswith("or null"), key.path
            elif key.kind.startswith("list"):
                assert kind == "list", key.path
                inner = {kind_of(item) for item in value}
                if "numbers" in key.kind:
                    assert inner <= {"number", "integer"} | ({"null"} if "or null" in key.kind else set()), key.path
            elif key.kind.startswith(("date", "quarter", "string")):
                assert kind == "string", key.path
            elif key.kind.startswith("number"):
                assert kind in {"number", "integer"}, key.path
            else:
                assert kind == key.kind.split(" ")[0], key.path


def test_the_text_is_json_of_the_document_and_the_same_every_time():
    text = document_text(PLAN)
    assert json.loads(text) == document(PLAN)
    assert document_text(sample()) == text


def test_what_is_no_number_is_null():
    debt = replace(PLAN.debt, dscr_ratio=np.array([1.4, np.nan]), llcr_ratio=float("inf"))
    found = document(replace(PLAN, debt=debt))
    assert found["debt"]["dscr_ratio"] == [1.4, None]
    assert found["debt"]["llcr_ratio"] is None
    assert "NaN" not in document_text(extreme())


def test_dollars_are_rounded_to_the_cent_and_add_up():
    found = document(PLAN)
    assert found["value_over_keep_usd"] == round(PLAN.value_over_keep_usd, 2)
    for month, total in enumerate(found["cash"]["total_usd"]):
        parts = sum(line["amount_usd"][month] for line in found["cash"]["lines"])
        assert total == pytest.approx(parts, abs=0.005 * (len(found["cash"]["lines"]) + 1))


def test_dates_and_quarters_read_as_documented():
    found = document(PLAN)
    assert found["plan_start"] == "2027Q1"
    assert found["months"][:2] == ["2027-01-01", "2027-02-01"]
    assert found["decisions"][1]["chosen"]["hand_over"] == "2028-04-01"
    assert found["events"][0] == {"date": "2028-04-10", "text": "2028 halving"}
