"""Lines of a terminal: nothing lost, nothing too wide, no closing sign in front."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.report.article.lines import padded, wrapped
from repower.report.letters import columns

LETTERS = st.text(alphabet="abc XYZ 12,.%（）「」、。日本語カタカナー〜$", max_size=120)


@given(LETTERS, st.integers(min_value=4, max_value=40))
def test_nothing_is_lost_and_nothing_is_too_wide(text, width):
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(0 < columns(line) <= width for line in lines)


def test_japanese_breaks_between_letters_and_keeps_signs_with_them():
    assert wrapped("成り立つ。条件付き（一部）です", 10) == ["成り立つ。", "条件付き", "（一部）で", "す"]
    assert wrapped("ハッシュプライス", 6) == ["ハッ", "シュプ", "ライス"]


def test_words_stay_whole_where_they_fit():
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("unbreakable", 4) == ["unbr", "eaka", "ble"]
    assert wrapped("  ", 5) == []


@pytest.mark.parametrize("text", ["abc", "日本"])
def test_padding_counts_columns(text):
    assert columns(padded(text, 9)) == 9
