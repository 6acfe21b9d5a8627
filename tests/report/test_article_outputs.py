"""Table, rows and page of the article: complete, of one mind, and safe to open."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from repower.base.errors import InputError, OutputError
from repower.report.article import article_page, json_rows, save_article, terminal
from repower.report.article.charts import SERIES, decimal_years
from repower.report.article.languages import words
from repower.report.article.rows import KEYS
from repower.report.article.words import LANGUAGES
from repower.report.letters import columns
from repower.validation.article import claims

CLAIMS = claims()
PROMISED = {"schema", "id", "claim", "ours", "basis", "condition", "verdict", "sources", "figures"}
PAGES = {language: article_page(CLAIMS, language) for language in LANGUAGES}


class Reader(HTMLParser):
    """Tags with their attributes, and the text of what is not style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text, self._open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.text.append(data)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_fits_its_terminal_and_names_every_claim(language, width):
    text = terminal(CLAIMS, language, width)
    assert max(columns(line) for line in text.splitlines()) <= width
    joined = re.sub(r"\s", "", text)
    for claim in CLAIMS:
        said = words(language)
        assert re.sub(r"\s", "", said.claims[claim.id].title) in joined
    verdicts = [words(language).verdicts[claim.verdict] for claim in CLAIMS]
    begun = [line for line in text.splitlines() if line.startswith(tuple(verdicts))]
    assert len(begun) == len(CLAIMS)
    assert all(line.startswith(verdict) for line, verdict in zip(begun, verdicts, strict=True))


def test_the_table_is_eighty_columns_wide_unless_told_otherwise():
    assert terminal(CLAIMS, "en") == terminal(CLAIMS, "en", 80)
    assert max(columns(line) for line in terminal(CLAIMS, "en", 10).splitlines()) <= 60


def test_a_claim_cannot_steer_the_terminal():
    claim = CLAIMS[0]
    moved = tuple(
        replace(figure, as_of="\x1b[2Jgone") if figure.name == "signed_year" else figure for figure in claim.figures
    )
    assert "\x1b" not in terminal([replace(claim, figures=moved)], "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_are_complete_and_plain(language):
    rows = json_rows(CLAIMS, language)
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert [row["id"] for row in rows] == [claim.id for claim in CLAIMS]
    for row, claim in zip(rows, CLAIMS, strict=True):
        assert set(row) == set(KEYS) > PROMISED
        assert row["schema"] == "repower.claim/1"
        assert row["verdict"] == claim.verdict
        assert all(row[key] for key in ("claim", "ours", "basis", "sources", "figures"))
        assert {source["grade"] for source in row["sources"]} <= {"A", "A-", "B", "C", "assumed", "modelled", "owner"}
        assert set(row["series"]) == set(claim.series)
        values = {figure["name"]: figure["value"] for figure in row["figures"]}
        for figure in claim.figures:
            assert values[figure.name] == pytest.approx(figure.value, rel=1e-9)


def test_yen_come_with_their_rate_in_japanese_alone():
    for row in json_rows(CLAIMS, "ja"):
        names = [figure["name"] for figure in row["figures"]]
        assert ("円" in row["claim"] + row["ours"] + row["basis"]) <= ("jpy_per_usd" in names)
    assert not any(figure["name"] == "jpy_per_usd" for row in json_rows(CLAIMS, "en") for figure in row["figures"])
    assert "147円/ドル" in PAGES["ja"]
    assert "yen" not in PAGES["en"]


def test_table_rows_and_page_say_the_same():
    for language in LANGUAGES:
        joined = re.sub(r"\s", "", "".join(Reader(PAGES[language]).text))
        for row in json_rows(CLAIMS, language):
            for key in ("title", "claim", "ours", "basis", "condition", "verdict_text"):
                assert re.sub(r"\s", "", row[key]) in joined


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_for_nothing_and_closes_what_it_opens(language):
    reader = Reader(PAGES[language])
    ids = {attributes["id"] for _, attributes in reader.tags if "id" in attributes}
    for tag, attributes in reader.tags:
        assert tag not in {"script", "iframe", "img", "object", "embed", "form", "base"}
        assert not any(name == "src" or name.startswith("on") for name in attributes)
        if tag == "a":
            target = attributes["href"]
            assert target.startswith(("https://", "http://")) or target.removeprefix("#") in ids
        elif "href" in attributes:
            assert attributes["href"] == "data:,"
    assert "url(" not in re.sub(r"url\(#[^)]+\)", "", PAGES[language])
    assert f'<html lang="{language}">' in PAGES[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_drawn_with_its_axes(language):
    labels = words(language).labels
    assert PAGES[language].count("<figure") == len(SERIES) == 3
    drawn = "".join(Reader(PAGES[language]).text)
    for axis in ("year", "usd_per_kwh", "margin", "power_price", "efficiency"):
        assert labels[axis] in drawn
    found = re.findall(r'\bid="([^"]+)"', PAGES[language])
    assert len(found) == len(set(found))


def test_every_series_that_a_chart_needs_is_there():
    have = {name for claim in CLAIMS for name in claim.series}
    assert set(SERIES) | {"break_even_lines", "machines", "modelled_margin", "usd_per_kwh_today"} <= have


def test_names_in_charts_are_told_in_both_languages_or_are_names_of_companies():
    (margins,) = (claim for claim in CLAIMS if claim.id == "margins")
    named = {row["who"] for row in margins.series["margin_layers"]}
    companies = {"Argo", "Bitfarms", "Cango", "Cipher", "CleanSpark", "HIVE", "IREN", "MARA", "Riot", "TeraWulf"}
    assert named - companies <= set(words("ja").terms)
    (halving,) = (claim for claim in CLAIMS if claim.id == "halving_2028")
    for language in LANGUAGES:
        assert {row["line"] for row in halving.series["break_even_lines"]} <= set(words(language).terms)


@pytest.mark.parametrize(
    ("when", "years"),
    [
        ("2025", 2025.5),
        ("2025-01", 2025 + 0.5 / 12),
        ("2025-Q2", 2025.375),
        ("2025Q4", 2025.875),
        ("2024-07-01", 2024.497),
    ],
)
def test_a_period_stands_at_its_middle(when, years):
    assert decimal_years(when) == pytest.approx(years, abs=1e-3)


def test_a_point_without_a_date_is_refused():
    with pytest.raises(InputError, match="soon"):
        decimal_years("soon")


def test_the_same_claims_give_the_same_page():
    assert article_page(CLAIMS, "ja") == PAGES["ja"]


def test_one_file_is_written_and_nothing_else(tmp_path):
    out = tmp_path / "new" / "folder"
    path = save_article(CLAIMS, out, "ja")
    assert path == out / "article.html"
    assert [found.name for found in out.iterdir()] == ["article.html"]
    assert path.read_text(encoding="utf-8") == PAGES["ja"]


def test_a_failure_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "article.html").write_text("earlier")
    with pytest.raises(InputError):
        save_article(CLAIMS, tmp_path, "fr")
    with pytest.raises(InputError):
        save_article(CLAIMS, tmp_path / "made", "fr")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="Fix:"):
        save_article(CLAIMS, tmp_path, "en")
    assert [found.name for found in tmp_path.iterdir()] == ["article.html"]
    assert (tmp_path / "article.html").read_text() == "earlier"


def test_a_file_in_place_of_the_folder_and_a_folder_in_place_of_the_page_are_refused(tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        save_article(CLAIMS, tmp_path / "taken", "en")
    (tmp_path / "article.html").mkdir()
    with pytest.raises(OutputError, match="Fix:"):
        save_article(CLAIMS, tmp_path, "en")
    assert sorted(found.name for found in tmp_path.iterdir()) == ["article.html", "taken"]


def test_the_package_imports_no_library_that_a_table_does_not_need():
    heavy = ("altair", "jinja2", "xlsxwriter", "vl_convert", "polars", "rich", "markupsafe")
    code = f"import sys, repower.report.article; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
