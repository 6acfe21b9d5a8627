"""The summary in a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from report.sample_plan import extreme, sample
from repower.plan.result import Caveat
from repower.report import summary
from repower.report.letters import columns

GOLDEN = Path(__file__).with_name("golden_terminal.txt")


def test_the_summary_reads_as_agreed():
    assert summary(sample()) + "\n" == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("plan", [sample(), extreme()], ids=["sample", "extreme"])
def test_the_summary_fits_a_terminal(plan):
    lines = summary(plan).splitlines()
    assert len(lines) <= 40
    assert max(columns(line) for line in lines) <= 100


def test_long_headlines_and_many_warnings_still_fit():
    plan = replace(
        extreme(),
        headline="convert " * 300,
        warnings=tuple(
            Caveat("answer", f"{number} " + "a long word of warning " * 40, "do " * 90) for number in range(30)
        ),
    )
    lines = summary(plan).splitlines()
    assert len(lines) <= 40
    assert "  and 26 more notes in report.html" in lines
    assert "  and 22 more halls in report.html" in lines


def test_a_name_cannot_steer_the_terminal():
    assert "\x1b" not in summary(replace(extreme(), site_name="\x1b[2Jgone", headline="\x1b]0;title\x07"))
