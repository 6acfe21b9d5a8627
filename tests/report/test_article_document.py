"""docs/article.md is what the claims say today."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from repower.report.article import document, json_rows
from repower.validation.article import claims

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_up_to_date():
    """Run `python tools/write_article.py` where this fails."""
    spec = importlib.util.spec_from_file_location("write_article", ROOT / "tools" / "write_article.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.article() == (ROOT / "docs" / "article.md").read_text(encoding="utf-8")


def test_the_document_says_what_the_rows_say():
    found = claims()
    for language in ("en", "ja"):
        text = document(found, language)
        for row in json_rows(found, language):
            assert f"### {row['title']}: {row['verdict_text']}" in text
            for key in ("claim", "ours", "basis", "condition"):
                assert row[key] in text
            assert all(source["where"].replace("|", "\\|") in text for source in row["sources"])


def test_every_table_row_has_the_cells_of_its_head():
    for language in ("en", "ja"):
        wide = 0
        for line in document(claims(), language).splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line))
            if cells and wide:
                assert cells == wide
            wide = cells
