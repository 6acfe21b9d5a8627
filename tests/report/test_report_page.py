"""The page: complete, in order, self-contained, and safe against what a site file says."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from report.sample_plan import extreme, sample
from repower.finance import Irr
from repower.plan.result import CashLine, CashTable, Caveat
from repower.report import page
from repower.report.kpis import kpis
from repower.report.sections import SECTIONS, sections
from repower.report.tables import Linked, linked

PLAN = sample()


class Reader(HTMLParser):
    """What a browser would see: tags in order, their attributes, and the text of headings."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.words, self._open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        opened = self._open.pop()
        assert opened == tag, f"<{opened}> is closed by </{tag}>"

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self._open and self._open[-1] in {"h1", "h2"}:
            self.headings.append(data)
        elif self._open and self._open[-1] != "style":
            self.words.append(data)


@pytest.fixture(scope="module")
def html():
    return page(PLAN)


@pytest.fixture(scope="module")
def hostile():
    return page(extreme())


@pytest.fixture(scope="module")
def reader(html):
    return Reader(html)


def test_sections_stand_in_order(reader):
    assert reader.headings == [PLAN.headline, *SECTIONS.values()]


def test_the_page_asks_for_nothing(html, reader):
    for tag, attributes in reader.tags:
        assert tag not in {"script", "iframe", "img", "object", "embed", "form", "base"}
        assert "src" not in attributes
        assert not any(name.startswith("on") for name in attributes)
        if tag == "link":
            assert attributes["href"] == "data:,"
        elif "href" in attributes:
            assert tag == "a"
            assert attributes["href"].startswith("https://")
    assert "url(" not in re.sub(r"url\(#[^)]+\)", "", html)
    assert "@import" not in html
    assert "default-src 'none'" in html


def test_the_page_is_small_and_the_same_every_time(html):
    assert len(html.encode()) < 600_000
    assert page(sample()) == html


def test_five_figures_with_their_spread(html):
    shown = {kpi.label: kpi for kpi in kpis(PLAN)}
    assert list(shown) == [
        "value over keeping",
        "IRR before tax and debt",
        "valley of cash",
        "minimum DSCR",
        "first AI revenue",
    ]
    assert "one assumption at a time" in shown["value over keeping"].notes[0]
    assert "P10" not in html
    assert "P90" not in html
    for kpi in shown.values():
        assert f"<b>{kpi.value}</b>" in html
    assert shown["first AI revenue"].notes == ("2028\u202fQ3 if every lead time runs late",)


def test_every_root_of_the_irr_is_told_or_why_there_is_none():
    two = replace(PLAN, irr=Irr((0.08, 0.31), 2, "two roots: use the NPV profile"))
    figure = kpis(two)[1]
    assert figure.value == "2 roots"
    assert figure.notes == ("8\u202f% and 31\u202f%", "two roots: use the NPV profile")
    none = kpis(replace(PLAN, irr=Irr((), 0, "no real rate: money only goes out")))[1]
    assert (none.value, none.notes) == ("none", ("no real rate: money only goes out",))


def test_a_rate_that_nobody_earns_is_not_printed_in_full():
    two = replace(PLAN, irr=Irr((0.08, 2.8e15), 2, "two roots: use the NPV profile"))
    assert kpis(two)[1].notes[0] == "8\u202f% and over 10,000\u202f%"


def test_money_that_comes_in_first_has_no_return():
    months = len(PLAN.months)
    amounts = np.where(np.arange(months) < 3, 5.0e6, -1.0e5)
    lines = (*PLAN.keep_cash.lines, CashLine("salvage", "machines sold", amounts))
    status = "one root: money comes in first, so it is a cost of funds"
    sold = replace(PLAN, cash=CashTable(PLAN.months, lines), irr=Irr((-0.97,), 1, status), payback_years=0.0)
    figure = kpis(sold)[1]
    assert (figure.value, figure.notes) == ("none", ("money comes in before any goes out",))


def test_one_year_is_one_year():
    assert "over 1 year \u00b7" in page(replace(PLAN, horizon_years=1))


def test_words_and_headlines_beyond_any_column_are_broken(html):
    assert "class=w" not in html
    assert "class=crowded" not in html
    name = "N" * 200
    decisions = tuple(replace(one, hall=name) for one in PLAN.decisions)
    long = page(replace(PLAN, decisions=decisions, headline=f"Keep {name} and {name} mining."))
    assert f'<td class=w data-head="Hall"><span>{name}</span>' in long
    assert "<h1 class=crowded>" in long


def test_warnings_stand_in_the_section_they_touch(html):
    for caveat in PLAN.warnings:
        at = html.index(caveat.text)
        before = re.findall(r'<section id="(\w+)"', html[:at])
        assert (before[-1] if before else "answer") == caveat.section


def test_a_warning_of_every_section_of_a_plan_has_a_place():
    from typing import get_args, get_type_hints

    names = get_args(get_type_hints(Caveat)["section"])
    assert set(names) - {"answer"} <= set(SECTIONS)
    text = page(replace(PLAN, warnings=tuple(Caveat(name, f"caveat about {name}") for name in names)))
    for name in names:
        assert f"Caveat about {name}." in text


def test_what_a_user_wrote_is_text_and_nothing_else(hostile):
    assert "<script" not in hostile
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in hostile
    assert 'href="javascript' not in hostile
    assert "採掘場" in hostile
    Reader(hostile)


def test_a_plan_that_keeps_everything_says_so(hostile):
    assert Reader(hostile).headings[1:] == list(SECTIONS.values())
    for text in (
        "every hall stays as it is",
        "no hall is converted to AI",
        "Nothing is bought for a conversion.",
        "No assumption moves the value",
        "No debt:",
        "No hall earns anything",
        "The plan keeps every hall, so there is no conversion to pay back.",
    ):
        assert text in hostile
    assert hostile.count("<figure") == 3


@pytest.mark.parametrize("word", ["nan", "NaN", "None", "inf", "undefined", "Quarter("])
def test_nothing_unfinished_is_printed(reader, hostile, word):
    for words in (reader.words, Reader(hostile).words):
        assert not re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", " ".join(words))


def test_controls_and_broken_letters_do_not_reach_the_page():
    text = page(replace(extreme(), site_name="a\x00b\x1bc\x85d", notes="\ufffe"))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe]", text.replace("\n", ""))


def test_language_is_told_and_escaped():
    assert page(extreme(), "ja").startswith('<!doctype html>\n<html lang="ja">')
    assert '<html lang="&#34;&gt;&lt;b">' in page(extreme(), '"><b')


def test_footer_names_version_inputs_and_date_but_no_time_of_making(html):
    footer = html[html.index("<footer>") :]
    assert PLAN.version in footer
    assert PLAN.inputs_hash in footer
    assert "data as of 2026-11-01" in footer
    assert not re.search(r"\d\d:\d\d", html.replace("font:16px", ""))


def test_what_is_modelled_or_assumed_is_marked(html):
    assert len(re.findall(r'<tr class="soft"><td data-head="What"><span>(?:power prices|resale of ASICs)', html)) == 2


def test_numbers_of_tables_stand_right_with_their_unit_in_the_head(html):
    heads = re.findall(r"<th scope=\"col\" class=n>([^<]*)</th>", html)
    assert "Difference, $M" in heads
    assert "Mean price, $/MWh" in heads
    assert html.count("<td class=n") > 100


def test_the_note_on_options_marks_the_chosen_and_the_impossible():
    options = sections(PLAN)[4].folded[0]
    notes = {(line.cells[0], line.cells[1]): (line.cells[-1], line.mark) for line in options.lines}
    assert notes["B", "colocation, reuse, from 2027Q2"] == ("chosen", "chosen")
    assert notes["A", "colocation, new building, from 2030Q1"][1] == "soft"
    assert len(options.lines) == sum(len(decision.options) for decision in PLAN.decisions)


def test_only_web_addresses_become_links():
    assert linked("see https://example.org/a?b=1, and javascript:alert(1)") == Linked(
        (("see ", ""), ("example.org", "https://example.org/a?b=1"), (", and javascript:alert(1)", ""))
    )
    assert linked("") == Linked(())


def test_a_plan_without_halls_still_makes_a_page():
    empty = replace(extreme(), timeline=(), decisions=(), warnings=())
    assert "The plan has no halls." in page(empty)


def test_a_year_in_which_nothing_runs_still_makes_a_page():
    nothing = replace(PLAN.duration, use_mw=(("mining", np.zeros(len(PLAN.duration.hour))),))
    assert "Nothing draws power" in page(replace(extreme(), duration=nothing))
