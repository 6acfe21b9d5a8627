"""Figures as a reader sees them."""

from __future__ import annotations

import math
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import Quarter
from repower.report import figures, letters


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (1_234_567.0, "$1.23M"),
        (-12_345_678.0, "−$12.3M"),
        (999_600.0, "$1M"),
        (999_400.0, "$999,000"),
        (850_000.0, "$850,000"),
        (2.5e9, "$2.5B"),
        (0.0, "$0"),
        (12.3, "$12.3"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_money_reads_with_three_digits(usd, text):
    assert figures.money(usd) == text


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_money_never_shows_more_than_three_significant_digits_and_keeps_the_amount(usd):
    text = figures.money(usd)
    digits = re.sub(r"[^0-9.]", "", text).replace(".", "").lstrip("0").rstrip("0")
    assert len(digits) <= 3
    scale = {"M": 1e6, "B": 1e9}.get(text[-1], 1.0)
    shown = float(re.sub(r"[^0-9.]", "", text)) * scale * (-1 if text.startswith("−") else 1)
    assert shown == pytest.approx(usd, rel=0.0051, abs=1e-300)


def test_dollars_are_whole_with_separators():
    assert figures.dollars(1_234_567.4) == "$1,234,567"
    assert figures.dollars(-0.2) == "$0"
    assert figures.dollars(-1_500.6) == "−$1,501"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12, "frac", "12\u202f%"),
        (-0.05, "frac/year", "−5\u202f% a year"),
        (136.0, "$/kW-month", "$136/kW-month"),
        (2.9, "$/GPU-h", "$2.90/GPU-h"),
        (-4.0, "$/MWh", "−$4.00/MWh"),
        (0.1413, "$/kWh", "$0.141/kWh"),
        (1.4, "x", "1.40x"),
        (26.0, "weeks", "26\u202fweeks"),
        (550e6, "$", "$550M"),
        (-8.0, "weeks late", "8\u202fweeks early"),
        (None, "weeks", "–"),
    ],
)
def test_a_level_carries_its_unit(value, unit, text):
    assert figures.level(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text", "rest"),
    [
        (2.9, "$/GPU-h", "2.90", "$/GPU-h"),
        (0.08, "1/year", "8\u202f%", "a year"),
        (0.8, "1", "80\u202f%", ""),
        (562e6, "$", "$562M", ""),
        (1.3, "x", "1.30x", ""),
        (26.0, "weeks late", "26", "weeks late"),
        (None, "$", "–", ""),
    ],
)
def test_a_bare_level_and_its_unit_say_it_all(value, unit, text, rest):
    assert figures.bare(value, unit) == text
    assert figures.unit_words(unit) == rest


def test_a_column_of_millions_has_no_minus_zero():
    assert figures.millions(-1.0) == "0.00"
    assert figures.millions(-12_345_678.0) == "−12.35"
    assert figures.millions(None) == "–"


def test_dates_read_the_same_in_every_language():
    assert figures.month_text(date(2028, 4, 1)) == "2028-04"
    assert figures.quarter_text(Quarter(2028, 2)) == "2028\u202fQ2"
    assert figures.quarter_of_day(date(2028, 4, 1)) == "2028\u202fQ2"
    assert figures.quarter_of_day(None) == "–"


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_cut_text_fits_its_columns(text, width):
    assert letters.columns(letters.cut(text, width)) <= width


def test_a_name_is_cut_in_its_middle_so_that_its_end_still_tells_it_apart():
    short = letters.shortened("North yard, building number 17", 120, 12)
    assert short.startswith("North")
    assert "…" in short
    assert short.endswith("17")


def test_a_japanese_letter_counts_for_two():
    assert letters.columns("採掘場A") == 7
    assert letters.text_px("採", 10) == 10


def test_control_signs_are_replaced():
    assert letters.printable("a\x1b[31mb\x00\u202ec") == "a\ufffd[31mb\ufffd\ufffdc"
