"""The article's page in a real browser with the network off."""

from __future__ import annotations

import pytest

from report.chromium import CLIPPED, MARKS, OVERLAPPING, opened, requests
from repower.report.article import article_page
from repower.report.article.languages import words
from repower.report.article.words import LANGUAGES
from repower.validation.article import claims

pytestmark = MARKS


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Paths of the page in both languages."""
    folder = tmp_path_factory.mktemp("article")
    paths = {language: folder / f"{language}.html" for language in LANGUAGES}
    for language, path in paths.items():
        path.write_text(article_page(claims(), language), encoding="utf-8")
    return paths


@pytest.mark.parametrize("width", [1100, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_error_no_request_no_overflow_and_no_clipped_label(browser, pages, language, width):
    opened(browser, pages[language], width)
    assert browser.get_log("browser") == []
    assert requests(browser) == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    browser.execute_script("document.querySelectorAll('details').forEach(found => found.open = true)")
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(CLIPPED) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_of_charts_do_not_overlap(browser, pages, language):
    opened(browser, pages[language], 1100)
    assert browser.execute_script(OVERLAPPING) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_comes_first_and_every_claim_is_one_click_away(browser, pages, language):
    opened(browser, pages[language], 1100)
    headings = browser.execute_script("return [...document.querySelectorAll('h2')].map(found => found.textContent)")
    assert headings == [words(language).claims[claim.id].title for claim in claims()]
    links = browser.execute_script("return [...document.querySelectorAll('.kpi a')].map(found => found.hash)")
    assert sorted(links) == sorted(f"#{claim.id}" for claim in claims())
    top = "return document.querySelector('h1').getBoundingClientRect().top < document.querySelector('h2').offsetTop"
    assert browser.execute_script(top)


def test_on_a_phone_charts_scroll_and_the_page_does_not(browser, pages):
    opened(browser, pages["ja"], 390)
    script = "return [...document.querySelectorAll('figure')].every(f => f.scrollWidth > f.clientWidth)"
    assert browser.execute_script(script)


def test_the_page_prints_with_its_tables_unfolded(browser, pages):
    opened(browser, pages["en"], 1100)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    height = "return document.querySelector('#margins details table').getBoundingClientRect().height"
    assert browser.execute_script(height) > 100
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    pdf = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True, "preferCSSPageSize": True})
    assert len(pdf["data"]) > 50_000
