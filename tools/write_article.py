"""Writes docs/article.md, in English and Japanese, from the claims of `repower.validation.article`.

    python tools/write_article.py

A test fails where it is out of date.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def article() -> str:
    """The page: both languages, the second behind the first, with links between them."""
    from repower.report.article import document
    from repower.report.article.rows import KEYS
    from repower.validation.article import claims

    found = claims()
    head = [
        "# The article, claim by claim",
        "",
        "Written by `python tools/write_article.py`; `repower article` prints the same, `--out DIR` draws it, `--json`",
        "has every figure.",
        "",
        "[English](#english) · [日本語](#日本語) · [keys of the JSON](#keys-of-repower-article---json)",
        "",
        "",
    ]
    parts = []
    for title, language in (("English", "en"), ("日本語", "ja")):
        parts += [f"## {title}", "", document(found, language)]
    keys = ["## Keys of `repower article --json`", "", "| key | meaning |", "|---|---|"]
    keys += [f"| `{key}` | {meaning} |" for key, meaning in KEYS.items()]
    return "\n".join(head) + "\n".join([*parts, *keys]) + "\n"


def main() -> None:
    """Write the page."""
    (ROOT / "docs" / "article.md").write_text(article(), encoding="utf-8")


if __name__ == "__main__":
    main()
