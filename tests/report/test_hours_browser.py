"""The page on hours in a real browser with the network off, what is earned without foresight on it."""

from __future__ import annotations

from datetime import date

import pytest

from report.chromium import CLIPPED, MARKS, OVERLAPPING, opened, requests
from report.test_report_hours import made
from repower.report.hours import page

pytestmark = MARKS


@pytest.fixture(scope="module")
def html():
    return page(made(days=(date(2027, 3, 1), date(2027, 3, 10))))


@pytest.mark.parametrize("width", [1100, 390])
def test_nothing_is_asked_for_nothing_runs_over_and_the_ways_are_shown(browser, tmp_path, html, width):
    path = tmp_path / "dispatch.html"
    path.write_text(html, encoding="utf-8")
    opened(browser, path, width)
    assert browser.get_log("browser") == []
    assert requests(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(CLIPPED) == []
    assert browser.execute_script(OVERLAPPING) == []
    rows = browser.execute_script(
        "return [...document.querySelectorAll('#foresight tbody tr')].map(row => row.children[0].textContent.trim())"
    )
    assert rows == ["Every price known", "Rolling, yesterday's prices", "Rolling, day-ahead prices"]
