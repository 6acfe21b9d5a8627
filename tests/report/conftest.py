"""A browser for the tests that look at pages."""

from __future__ import annotations

import pytest

from report.chromium import driver


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = driver(tmp_path_factory.mktemp("profile"))
    yield opened
    opened.quit()
