"""A real browser with the network off, and what is asked of a page in it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="needs Chromium and its driver: apt-get install chromium chromium-driver, or Chrome and chromedriver",
    ),
]

CLIPPED = """
const found = [];
for (const figure of document.querySelectorAll('figure')) {
  const svg = figure.querySelector('svg'), box = svg.getBoundingClientRect();
  for (const text of svg.querySelectorAll('text')) {
    const at = text.getBoundingClientRect();
    const beside = at.left < box.left - 1 || at.right > box.right + 1;
    if (at.width && (beside || at.top < box.top - 1 || at.bottom > box.bottom + 1))
      found.push(figure.getAttribute('aria-label') + ': ' + text.textContent);
  }
}
return found;
"""
"""Texts of charts that reach out of their picture."""

OVERLAPPING = """
const found = [];
for (const svg of document.querySelectorAll('figure svg')) {
  const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim());
  const boxes = texts.map(t => t.getBoundingClientRect());
  for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
    const a = boxes[i], b = boxes[j];
    const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const same = texts[i].textContent === texts[j].textContent && Math.abs(a.left - b.left) < 1;
    if (w > 2 && h > 4 && !same) found.push(texts[i].textContent + ' | ' + texts[j].textContent);
  }
}
return found;
"""
"""Pairs of texts of a chart that lie on each other."""


def driver(profile: Path) -> Any:
    """Chromium without windows, hosts or updates, keeping what pages write to the console and ask of the network."""
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service(DRIVER))


def opened(browser: Any, path: Path, width: int, height: int = 1000) -> None:
    """Open a page in a window of this width, with the logs emptied before."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get("about:blank")
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(path.as_uri())


def requests(browser: Any) -> list[str]:
    """Addresses that the page asked for, itself left out."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [m["params"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    return [
        s["request"]["url"] for s in sent if s.get("type") != "Document" and not s["request"]["url"].startswith("data:")
    ]
