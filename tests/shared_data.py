"""Where the project's reference data lie when they are there; tests that need them skip with a sentence otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(relative: str) -> Path:
    """Path of a reference file; skips the test where the reference data are not beside the repository."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"needs the reference file {relative} in ../shared, which is not beside this checkout")
    return path
