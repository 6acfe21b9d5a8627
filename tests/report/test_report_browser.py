"""The page in a real browser with the network off."""

from __future__ import annotations

from pathlib import Path

import pytest

from report.chromium import CLIPPED, MARKS, OVERLAPPING, opened, requests
from report.sample_plan import extreme, sample
from repower.report import page
from repower.report.sections import SECTIONS

pytestmark = MARKS

AXES = {
    "timeline": {"Calendar year"},
    "earnings": {"Calendar year", "Net of own power, $/kWh at the meter"},
    "cash": {"Calendar year", "Cash of the quarter, $M", "Plan less keep, sum, $M"},
    "hours": {"Hours of the year, dearest first", "Index, $/MWh (log)", "Load at the meter, MW"},
    "risk": {"Change in value over keeping, $M"},
    "capex": {"Cost of the part over all halls, $M"},
}


def shown(browser, folder: Path, html: str, width: int, height: int = 1000) -> None:
    """Open a page in a window of this width, with the logs emptied before."""
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    opened(browser, path, width, height)


@pytest.fixture(scope="module")
def html():
    return page(sample())


@pytest.mark.parametrize("width", [1100, 390])
@pytest.mark.parametrize("plan", ["sample", "extreme"])
def test_no_error_no_request_and_no_overflow(browser, tmp_path, html, plan, width):
    shown(browser, tmp_path, html if plan == "sample" else page(extreme(), "ja"), width)
    assert browser.get_log("browser") == []
    assert requests(browser) == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_script("document.querySelectorAll('details').forEach(found => found.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(CLIPPED) == []


def test_headings_stand_in_order_and_axes_have_titles(browser, tmp_path, html):
    shown(browser, tmp_path, html, 1100)
    headings = browser.execute_script("return [...document.querySelectorAll('h1, h2')].map(found => found.textContent)")
    assert headings == [sample().headline, *SECTIONS.values()]
    for section, titles in AXES.items():
        script = f"return [...document.querySelectorAll('#{section} figure svg text')].map(found => found.textContent)"
        assert titles <= set(browser.execute_script(script))


def test_texts_of_charts_do_not_overlap(browser, tmp_path, html):
    shown(browser, tmp_path, html, 1100)
    assert browser.execute_script(OVERLAPPING) == []


def test_on_a_phone_charts_scroll_and_keys_appear(browser, tmp_path, html):
    shown(browser, tmp_path, html, 390)
    figure = "const f = document.querySelector('#cash figure');"
    assert browser.execute_script(figure + "return f.scrollWidth > f.clientWidth")
    key = "return getComputedStyle(document.querySelector('#cash .key')).display"
    assert browser.execute_script(key) == "flex"
    shown(browser, tmp_path, html, 1100)
    assert browser.execute_script(key) == "none"


def test_the_page_prints_with_its_tables_unfolded(browser, tmp_path, html):
    shown(browser, tmp_path, html, 1100)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    height = "return document.querySelector('#why details table').getBoundingClientRect().height"
    assert browser.execute_script(height) > 100
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    assert len(pdf["data"]) > 50_000


def test_a_name_with_a_script_in_it_runs_nothing(browser, tmp_path):
    shown(browser, tmp_path, page(extreme()), 1100)
    assert browser.execute_script("return document.scripts.length") == 0
    title = browser.execute_script("return document.querySelector('h1').textContent")
    assert "<script>alert('x')</script>" in title
