"""`repower cases` and `repower article` as a user meets them: lists of objects, one deal, refusals, no failure."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from repower.app import cli
from repower.base import errors

ASKED = ("id", "expected", "ours", "tolerance", "holds", "source")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert cli.run([*words, "--json"]) == errors.EXIT_OK
    shown = capsys.readouterr()
    assert shown.err == ""
    return json.loads(shown.out)


def test_cases_as_json_are_a_list_of_objects(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "cases")
    assert isinstance(found, list)
    assert len(found) > 60
    for case in found:
        assert case["schema"] == "repower.case/1"
        assert all(key in case for key in ASKED)
        assert case["holds"] is (abs(case["difference"]) <= case["tolerance"])
        assert math.isclose(case["difference"], case["ours"] - case["expected"], abs_tol=1e-12)
        assert isinstance(case["source"], str)
        assert case["tolerance_reason"] or case["id"].startswith("V6")


def test_cases_as_text_count_what_holds_and_name_what_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "cases")
    failing = [case["id"] for case in found if not case["holds"]]
    assert cli.run(["cases"]) == errors.EXIT_OK
    text = capsys.readouterr().out
    assert f"{len(found) - len(failing)} of {len(found)} cases hold; not: {', '.join(failing)}" in text
    for case in found:
        assert case["id"] in text
    assert text.count("does not hold") == len(failing)


def test_the_same_command_prints_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for _ in range(2):
        assert cli.run(["cases", "--json"]) == errors.EXIT_OK
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]


def test_a_deal_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "cases", "--deal", "CORZ-1")
    assert found["schema"] == "repower.deal/1"
    assert found["rent"]["basis"] == "critical_it"
    assert round(found["rent"]["rent_usd_per_mw_year"] / 1e6, 2) == 1.46
    assert round(found["rent"]["rent_usd_per_kwh"], 3) == 0.166
    assert found["debt"] is None
    assert len(found["missing"]) == 3


def test_a_deal_as_text_names_its_megawatts(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["cases", "--deal", "CIFR-3"]) == errors.EXIT_OK
    text = capsys.readouterr().out
    assert "1.22 M$ per MW of gross power" in text
    assert "per MW of critical IT and year" not in text
    assert "missing: critical IT in MW" in text


def test_terms_of_debt_change_the_debt(capsys: pytest.CaptureFixture[str]) -> None:
    at_default = printed(capsys, "cases", "--deal", "HUT-1")["debt"]["carried_usd"]
    lower_cover = printed(capsys, "cases", "--deal", "HUT-1", "--dscr", "1.3")["debt"]["carried_usd"]
    assert lower_cover == pytest.approx(at_default * 1.4 / 1.3)
    shorter = printed(capsys, "cases", "--deal", "HUT-1", "--tenor-years", "10", "--rate", "0.08")["debt"][
        "carried_usd"
    ]
    assert shorter < at_default


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--deal", "CIFR-9"), "CIFR-3"),
        (("--deal", "HUT-1", "--rate", "6.2"), "0.07"),
        (("--rate", "0.06"), "--deal"),
        (("--tenor-years", "15", "--dscr", "1.3"), "--deal"),
        (("--deal",), "Fix:"),
        (("--deal", "HUT-1", "--dscr", "high"), "--dscr"),
        (("--deal", "HUT-1", "--rate", "nan"), "rate_frac_per_year"),
        (("--deal", "HUT-1", "--tenor-years", "2.5"), "tenor_years"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_fix(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["cases", *words]) == errors.EXIT_INPUT
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert "Fix:" in shown.err
    assert "Traceback" not in shown.err


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("cases", "article"):
        assert cli.run([verb, "--help"]) == errors.EXIT_OK
        page = capsys.readouterr().out
        assert "Example:" in page
        assert "--json" in page


def test_a_language_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["article", "--language", "xx"]) == errors.EXIT_INPUT
    assert "ja" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_article_as_json_is_a_list_of_objects(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = printed(capsys, "article", "--language", language)
    assert isinstance(found, list)
    assert found
    assert all(claim["schema"] == "repower.claim/1" for claim in found)
    assert {claim["verdict"] for claim in found} <= {"holds", "conditional", "does_not_hold"}


def test_the_article_writes_its_page_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["article", "--out", str(tmp_path / "page")]) == errors.EXIT_OK
    (page,) = (tmp_path / "page").glob("*.html")
    assert str(page) in capsys.readouterr().out
