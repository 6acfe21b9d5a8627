"""The loader against mutated starter files: a site or a SiteError with problems, never anything else.

Modest by default; ``HYPOTHESIS_PROFILE=fuzz`` runs thousands of examples.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from repower.base.errors import SiteError
from repower.site import Site, load
from repower.site.starter import starter_text

LINES = tuple(starter_text().split("\n"))
VALUED = tuple(number for number, line in enumerate(LINES) if re.match(r"#?[a-z_]+ = ", line))
EXAMPLES = max(150, settings().max_examples)

NASTY = st.one_of(
    st.sampled_from(
        [
            *("nan", "-nan", "inf", "-inf", "-1", "-0.0", "0", "1e308", "-1e308", "1e-320", "1e999", "true", "false"),
            *(str(10**40), "0x" + "f" * 400, "9" * 4400, "1979-05-27", "0001-01-01", "9999-12-31", "07:32:00"),
            *(
                "1979-05-27T07:32:00Z",
                "1979-05-27T07:32:00",
                "[]",
                "{}",
                "[nan]",
                "[[1], [2]]",
                "[{a = 1}]",
                "{a = {b = 1}}",
            ),
            *(
                "[6, 6]",
                "[18, 15]",
                "[1, 2, 3]",
                '""',
                '" "',
                '"\\u0000"',
                '"2027Q1"',
                '"9999Q4"',
                '"0000Q1"',
                '"²027Q1"',
            ),
            *('"../../etc"', '"A\\nB"', '"💥"', '"' + "x" * 3000 + '"', "'''\n\n'''", "[" * 60 + "]" * 60, ""),
        ]
    ),
    st.integers().map(str),
    st.floats().map(str),
    st.dates().map(str),
    st.text(max_size=8).map(lambda text: f'"{text}"'),
    st.lists(st.integers(-20, 20), max_size=14).map(str),
    st.sampled_from([line.partition(" = ")[2] for line in LINES if " = " in line]),
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """The starter file after a few mutations of lines, and sometimes of bytes."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 5))):
        kind = draw(st.sampled_from(["value", "value", "value", "key", "delete", "double", "swap", "switch", "insert"]))
        number = draw(st.sampled_from(VALUED) if kind in {"value", "key"} else st.integers(0, len(lines) - 1))
        number = min(number, len(lines) - 1)
        key, _, value = lines[number].partition(" = ")
        if kind == "value":
            lines[number] = f"{key.removeprefix('#')} = {draw(NASTY)}"
        elif kind == "key":
            lines[number] = (
                f"{draw(st.text(max_size=6) | st.sampled_from(['name', 'kind', 'a.b', key + 's']))} = {value}"
            )
        elif kind == "delete":
            del lines[number : number + draw(st.integers(1, 12))]
            lines = lines or [""]
        elif kind == "double":
            lines.insert(number, lines[number])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[number], lines[other] = lines[other], lines[number]
        elif kind == "switch":
            end = min(len(lines), number + draw(st.integers(1, 8)))
            lines[number:end] = [line.removeprefix("#") for line in lines[number:end]]
        else:
            lines.insert(
                number, draw(st.sampled_from(["[site]", "[[hall]]", "[[supply]]", "[hall]", "[a.b]"]) | st.text())
            )
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 7)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=6)) + content[at + draw(st.integers(0, 40)) :]
    return content


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "site.toml"


@settings(max_examples=EXAMPLES)
@given(content=mutated())
@example(content=b"")
@example(content=b"\xff\xfe\x00")
@example(content=b"x = " + b"[" * 3000)
@example(content=b"x = " + b"[" * 150 + b"]" * 150)
@example(content=b"x.y.z = 1\n[x]\n")
@example(content=starter_text().encode())
def test_a_mutated_file_becomes_a_site_or_a_list_of_problems(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        site = load(path)
    except SiteError as error:
        problems = error.problems
        assert problems
        assert len(set(problems)) == len(problems)
        for problem in problems:
            assert problem.file == str(path)
            assert problem.message
            assert problem.fix
            assert problem.line is None or 1 <= problem.line <= content.count(b"\n") + 1
            assert len(str(problem)) < 1500
        numbers = [problem.line for problem in problems if problem.line is not None]
        assert numbers == sorted(numbers)
    else:
        assert isinstance(site, Site)
        assert site.halls
        assert site.source == "site.toml"


@settings(max_examples=EXAMPLES)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes_are_never_a_site(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(SiteError) as caught:
        load(path)
    assert caught.value.problems
