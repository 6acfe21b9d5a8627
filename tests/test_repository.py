"""Rules of the house that a tool can hold: sizes, names, paths, constraints, documents."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "repower").rglob("*.py"))
VAGUE = {"utils", "helpers", "common", "core", "misc"}
LONGEST_MODULE = 320
MOST_PARAMETERS = 8


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("needs a git checkout: run the tests in a clone, not in an unpacked archive")
    return [ROOT / name for name in listing.stdout.split() if (ROOT / name).is_file()]


def test_a_module_is_one_noun_of_bearable_length() -> None:
    too_long = {str(path.relative_to(ROOT)): n for path in SOURCES if (n := _lines(path)) > LONGEST_MODULE}
    excused = (ROOT / "design" / "violations.md").read_text(encoding="utf-8")
    assert not {path: n for path, n in too_long.items() if path not in excused}
    assert not [path for path in SOURCES if path.stem in VAGUE or VAGUE & set(path.parts)]


def test_every_module_and_public_function_says_what_it_is() -> None:
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            silent.append(str(path))
        silent += [
            f"{path}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
            and not _is_overload(node)
        ]
    assert not silent, "\n".join(silent)


def test_signatures_are_short() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and len(node.args.posonlyargs + node.args.args + node.args.kwonlyargs) > MOST_PARAMETERS
    ]
    excused = (ROOT / "design" / "violations.md").read_text(encoding="utf-8")
    assert not [place for place in wide if place.split()[-1] not in excused], "\n".join(wide)


def test_nothing_of_one_machine_is_committed() -> None:
    local = re.compile(r"(?<![\w.])/(?:work|tmp|root|home|farm)/[a-z]|index-url|extra-index|" + "resolved" + '":')
    found = []
    for path in tracked():
        if path.suffix in {".png", ".xlsx", ".parquet"} or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if local.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


def test_constraints_pin_every_package_and_name_no_index() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 30
    assert all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9][\w.+!]*", line) for line in lines)


def test_ci_calls_what_the_readme_names() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("make test", "make check"):
        assert command in ci
        assert command in readme
    assert "make demo" in readme


@pytest.mark.parametrize(
    "name",
    ["LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "design/rules.md", "design/violations.md", "docs/exit_codes.md"],
)
def test_documents_are_there(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 200


def _is_overload(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in node.decorator_list)


def _lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
