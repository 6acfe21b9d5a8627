"""Writes tests/golden/fact_hashes.txt: one line for every fact row that expected values stand on.

    python tools/pin_facts.py

A test fails where a row changed and the file did not: look at the expected values that use the row, then run this.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden" / "fact_hashes.txt"
TABLES = (
    "deals",
    "leases",
    "financing",
    "capex_benchmarks",
    "miners",
    "miner_months",
    "schedule_slips",
    "time_to_power",
    "article_facts",
    "gpu_rents",
)
SHOWN_DIGITS = 12


def pinned() -> list[str]:
    """``table: key | key: hash`` of every row, in the order of the tables; empty cells do not count."""
    from repower import catalog
    from repower.catalog.schema import SCHEMAS

    lines = []
    for name in TABLES:
        for row in catalog.table(name).rows:
            key = " | ".join(str(row[column]) for column in SCHEMAS[name].key)
            cells = "\n".join(f"{column}={cell!r}" for column, cell in sorted(row.items()) if cell is not None)
            lines.append(f"{name}: {key}: {hashlib.sha256(cells.encode()).hexdigest()[:SHOWN_DIGITS]}")
    return lines


def changes(before: list[str], now: list[str]) -> list[str]:
    """``changed``, ``new`` or ``gone`` and the row, for every line that differs."""
    old, new = (dict(line.rsplit(": ", 1) for line in lines) for lines in (before, now))
    return [
        *(f"changed {row}" for row in new if row in old and old[row] != new[row]),
        *(f"new {row}" for row in new if row not in old),
        *(f"gone {row}" for row in old if row not in new),
    ]


def main() -> None:
    """Write the file, and print what changed."""
    before = GOLDEN.read_text(encoding="utf-8").splitlines() if GOLDEN.exists() else []
    now = pinned()
    GOLDEN.write_text("\n".join(now) + "\n", encoding="utf-8")
    print("\n".join(changes(before, now)) or "nothing changed")


if __name__ == "__main__":
    main()
