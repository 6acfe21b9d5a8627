"""Importing the report costs nothing that a summary does not need."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("altair", "jinja2", "xlsxwriter", "vl_convert", "polars", "scipy", "numba", "highspy", "pydantic", "rich")


def test_heavy_libraries_are_not_imported():
    code = f"import sys, repower.report; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
