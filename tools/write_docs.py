"""Writes the documents that follow from the code: docs/site_file.md and tests/golden/public_names.txt.

    python tools/write_docs.py

A test fails where they are out of date.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def site_file() -> str:
    """The page of every key of a site file."""
    from repower.site.schema import describe_schema

    lines = [
        "# Keys of a site file",
        "",
        "Written by `python tools/write_docs.py` from the records of `repower.site`; see also `repower check --keys`.",
        "Unknown keys are refused. Shares are fractions, money is nominal dollars, power is megawatts.",
        "",
        "| key | type | unit | default | meaning |",
        "|---|---|---|---|---|",
    ]
    for key in describe_schema():
        cells = (f"`{key.key}`", key.type, key.unit, key.default, key.meaning)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both files."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_public_names import public_names

    (ROOT / "docs" / "site_file.md").write_text(site_file(), encoding="utf-8")
    (ROOT / "tests" / "golden" / "public_names.txt").write_text("\n".join(public_names()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
