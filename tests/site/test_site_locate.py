"""Lines of keys in a TOML text: worked cases, and agreement with tomllib on whatever hypothesis writes."""

from __future__ import annotations

import string
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.site.locate import dotted, line_of, locate

TEXT = '''# comment with [brackets] and key = 1
top = 1
a.b."c.d" = 2
[site]  # header
name = "x = [1] # no comment"
long = """
[not.a.table]
still = "text" \\""" and on
"""
literal = \'\'\'
[[nor.this]]\'\'\'
after = 2027-01-01 07:32:00
list = [
  1, # one
  [2, 3],

  { x = 4, y.z = 5 },
]
[[hall]]
name = "A"
[[hall.fleet]]
count = 1
[[hall.fleet]]
count = 2
[hall.reuse]
land_frac = 1.0
[[hall]]
'name' = "B"
fleet = [{ count = 3 },
         { count = 4 }]
'''

LINES = {
    "top": 2,
    "a": 3,
    "a.b": 3,
    'a.b."c.d"': 3,
    "site": 4,
    "site.name": 5,
    "site.long": 6,
    "site.literal": 10,
    "site.after": 12,
    "site.list": 13,
    "site.list[1]": 14,
    "site.list[2]": 15,
    "site.list[2][1]": 15,
    "site.list[2][2]": 15,
    "site.list[3]": 17,
    "site.list[3].x": 17,
    "site.list[3].y": 17,
    "site.list[3].y.z": 17,
    "hall": 19,
    "hall[1]": 19,
    "hall[1].name": 20,
    "hall[1].fleet": 21,
    "hall[1].fleet[1]": 21,
    "hall[1].fleet[1].count": 22,
    "hall[1].fleet[2]": 23,
    "hall[1].fleet[2].count": 24,
    "hall[1].reuse": 25,
    "hall[1].reuse.land_frac": 26,
    "hall[2]": 27,
    "hall[2].name": 28,
    "hall[2].fleet": 29,
    "hall[2].fleet[1]": 29,
    "hall[2].fleet[1].count": 29,
    "hall[2].fleet[2]": 30,
    "hall[2].fleet[2].count": 30,
}


def test_every_key_of_a_worked_text_has_its_line() -> None:
    assert locate(TEXT) == LINES
    assert set(LINES) == keys(tomllib.loads(TEXT))


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("hall[1].fleet[2].count", 24),
        ("hall[1].fleet[2].profile", 23),
        ("hall[1].fleet[2].a.b.c", 23),
        ("hall[2].shell_mw", 27),
        ('site."odd [1].key"', 4),
        ("site.list[9]", 13),
        ("hall[3].name", 19),
        ("owner.crews", None),
        ("", None),
    ],
)
def test_a_missing_key_falls_back_to_the_nearest_table_around_it(key: str, line: int | None) -> None:
    assert line_of(locate(TEXT), key) == line


def test_paths_count_from_one_and_quote_odd_keys() -> None:
    assert dotted(("hall", 1, "fleet", 0, "count")) == "hall[2].fleet[1].count"
    assert dotted(("site", 'a "b".c', "")) == 'site."a \\"b\\".c".""'


@pytest.mark.parametrize(
    "text", ["", "#", "[", "a = [", "a = {", "[[", 'a = "', '"', "a", "=", "]", "a = [1 1]", "\x00"]
)
def test_a_broken_text_ends_the_scan(text: str) -> None:
    assert isinstance(locate(text), dict)


# -- agreement with tomllib --------------------------------------------------------------------------------------------

NAMES = st.one_of(
    st.text(string.ascii_letters + string.digits + "_-", min_size=1, max_size=4),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=4),
)
SCALARS = st.one_of(
    st.integers(0, 99),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False).map(float),
    st.dates(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6),
    st.sampled_from(['a"b', "'", "[x]", "#", "a\nb", "\\", '"""', "=", "'''"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=5)


@given(document=DOCUMENTS, data=st.data())
def test_scanner_finds_the_keys_that_tomllib_sees(document: dict[str, object], data: st.DataObject) -> None:
    lines: list[str] = []
    write_table(document, (), lines, data.draw)
    text = "\n".join(lines)
    parsed = tomllib.loads(text)
    assert parsed == document
    found = locate(text)
    assert set(found) == keys(parsed)
    rows = text.split("\n")
    for key, line in found.items():
        name = key.rpartition(".")[2].partition("[")[0].strip('"')
        if name.isidentifier() and not key.endswith("]"):
            assert name in rows[line - 1]


def keys(value: object, path: tuple[str | int, ...] = ()) -> set[str]:
    """Every dotted key of what tomllib returned."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = set()
    for part, inner in items:
        found |= {dotted((*path, part))} | keys(inner, (*path, part))
    return found


def write_table(table: dict[str, object], path: tuple[str, ...], lines: list[str], draw) -> None:  # type: ignore[no-untyped-def]
    """Write a table in one of the ways that TOML allows, drawn at every turn: values first, then tables below it."""
    below = []
    for name, value in table.items():
        style = draw(st.sampled_from(["inline", "header", "dotted"]))
        if isinstance(value, dict) and style == "header":
            below.append((name, [value], "[", "]"))
        elif isinstance(value, dict) and value and style == "dotted":
            for inner, item in value.items():
                lines.append(f"{quoted(name)} . {quoted(inner)} = {inline(item, draw)}")
        elif value and isinstance(value, list) and all(isinstance(item, dict) for item in value) and style == "header":
            below.append((name, value, "[[", "]]"))
        else:
            lines.append(f"{quoted(name)} = {inline(value, draw)} # {draw(st.sampled_from(['', '[x]', 'a = 1']))}")
    for name, tables, opening, closing in below:
        for item in tables:
            here = (*path, name)
            lines.append(draw(st.sampled_from(["", "# [comment]", "\t"])))
            lines.append(f"{opening} {' . '.join(quoted(part) for part in here)} {closing}")
            write_table(item, here, lines, draw)


def inline(value: object, draw) -> str:  # type: ignore[no-untyped-def]
    """One value on one line, or lists over several."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{quoted(name)} = {inline(item, draw)}" for name, item in value.items()) + " }"
    if isinstance(value, list):
        gap = draw(st.sampled_from([" ", "\n", " # ] [ \n  "]))
        return "[" + gap + "".join(f"{inline(item, draw)},{gap}" for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return text_in(value, draw)
    return str(value)


def text_in(value: str, draw) -> str:  # type: ignore[no-untyped-def]
    style = draw(st.sampled_from(["basic", "literal", "long", "long literal"]))
    if style == "literal" and not {"'", "\n"} & set(value):
        return f"'{value}'"
    if style == "long":
        return '"""\n' + value.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    if style == "long literal" and "'" not in value:
        return f"'''\n{value}'''"
    return in_quotes(value)


def quoted(key: str) -> str:
    """A key, bare where it may be."""
    bare = key and all(character in string.ascii_letters + string.digits + "_-" for character in key)
    return key if bare else in_quotes(key)


def in_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
