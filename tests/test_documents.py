"""Documents that follow from the code are up to date, and the README tells what is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from repower.app.cli import app

ROOT = Path(__file__).resolve().parents[1]


def test_the_keys_of_a_site_file_are_documented_as_they_are() -> None:
    """Run `python tools/write_docs.py` where this fails."""
    spec = importlib.util.spec_from_file_location("write_docs", ROOT / "tools" / "write_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.site_file() == (ROOT / "docs" / "site_file.md").read_text(encoding="utf-8")


def test_the_readme_names_every_verb_and_every_link_leads_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    verbs = [name for name in app if not name.startswith("-")]
    assert len(verbs) == 8
    assert all(f"repower {verb}" in text for verb in verbs)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / target).exists(), target


def test_the_readme_shows_the_library_as_it_is() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    compile(code, "README.md", "exec")
    for line in code.splitlines():
        if line.startswith("from "):
            exec(line, {})
