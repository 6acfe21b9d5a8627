"""Loading a site file: what a good one becomes, and what a bad one is told."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from repower.base.clock import Quarter
from repower.base.errors import EXIT_INPUT, InputError, Problem, SiteError
from repower.site import GpuRental, IndexSupply, Lease, Pool, Site, load
from repower.site.load import LARGEST_BYTES, site_text_sha256
from repower.site.parse import parse
from repower.site.starter import starter_text


def problems_of(text: str) -> tuple[Problem, ...]:
    """The problems of a text; none where it loads."""
    try:
        parse(text, "site.toml")
    except SiteError as error:
        return error.problems
    return ()


def edited(old: str, new: str) -> str:
    """The starter file with its first `old` replaced, which must be there."""
    text = starter_text()
    assert old in text, old
    return text.replace(old, new, 1)


def line_holding(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if part in line)


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "site.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# -- a good file -------------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_site(tmp_path: Path) -> None:
    text = starter_text("Permian 1")
    site = load(written(tmp_path, text))
    assert isinstance(site, Site)
    assert (site.name, site.zone, site.plan_start, site.horizon_years) == (
        "Permian 1",
        "America/Chicago",
        Quarter(2027, 1),
        15,
    )
    assert site.source == "site.toml"
    assert site.sha256 == hashlib.sha256(text.encode()).hexdigest() == site_text_sha256(text.encode())
    assert site.interconnect.energised == date(2022, 6, 1)
    assert site.interconnect.export_limit_mw == 0.0
    assert isinstance(site.supply[0], IndexSupply)
    assert site.supply[0].node == "LZ_WEST"
    assert site.tariff.coincident_peak_months == (6, 7, 8, 9)
    assert [hall.name for hall in site.halls] == ["North", "South"]
    assert site.halls[0].fleets[0].count == 6000
    assert site.halls[1].fleets[0].profile == "curve"
    assert [option.kind for option in site.halls[0].options] == ["stop", "refresh", "colocation_new"]
    assert site.halls[0].options[2].earliest is None
    assert site.halls[0].reuse.fibre_frac == 0.2
    assert [type(contract) for contract in site.contracts] == [Pool, Lease, GpuRental]
    assert site.batteries == ()
    assert site.outlook.power.name == "ERCOT_LZ_WEST"
    assert site.outlook.weather.kind == "typical"


def test_whole_numbers_and_text_paths_and_other_line_ends_are_read_alike(tmp_path: Path) -> None:
    text = edited("import_limit_mw = 40.0", "import_limit_mw = 40")
    unix = load(str(written(tmp_path, text)))
    windows = load(written(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))
    assert unix.interconnect == windows.interconnect
    assert unix.halls == windows.halls
    assert unix.sha256 != windows.sha256


def test_an_option_keeps_its_quarter() -> None:
    document = parse(edited('#earliest = "2027Q3"', 'earliest = "2027q3"'), "site.toml")
    assert document.hall[0].options[2].earliest == Quarter(2027, 3)


def test_the_example_of_west_texas_loads() -> None:
    example = Path(__file__).parents[2] / "examples" / "west_texas.toml"
    site = load(example)
    assert len(site.halls) == 4
    assert sum(fleet.count for hall in site.halls for fleet in hall.fleets) == 7700 + 8500 + 6700 + 3800 + 3300


def test_importing_the_package_does_not_import_pydantic() -> None:
    code = "import sys, repower.site; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- files that cannot be read -----------------------------------------------------------------------------------------


def refused(path: str | Path) -> Problem:
    with pytest.raises(SiteError) as caught:
        load(path)
    assert isinstance(caught.value, InputError)
    assert caught.value.exit_code == EXIT_INPUT
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].fix
    return caught.value.problems[0]


def test_a_missing_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    problem = refused(tmp_path / "nowhere.toml")
    assert problem.file == str(tmp_path / "nowhere.toml")
    assert "no such file" in problem.message
    assert "repower init" in problem.fix


def test_a_folder_is_no_site_file(tmp_path: Path) -> None:
    assert "folder" in refused(tmp_path).message


@pytest.mark.parametrize("path", ["a\0b", "/dev/null/site.toml", "x" * 5000])
def test_an_impossible_path_is_refused(path: str) -> None:
    assert refused(path).file


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, starter_text())
    monkeypatch.setattr(Path, "open", denied)
    assert "may not be read" in refused(path).message


def test_a_huge_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    assert "larger" in refused(written(tmp_path, b"#" * (LARGEST_BYTES + 1))).message


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path) -> None:
    content = edited("Starter file", "Zürich").encode("latin-1", errors="replace")
    problem = refused(written(tmp_path, content))
    assert "UTF-8" in problem.message
    assert problem.value == "byte 0xfc"
    assert problem.line == line_holding(starter_text(), "Starter file")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("losses_frac = 0.015", "losses_frac = 0,015"),
        ("losses_frac = 0.015", "losses_frac 0.015"),
        ("energised = 2022-06-01", "energised = 2022-13-01"),
        ("[interconnect]", "[interconnect"),
        ('node = "LZ_WEST"', 'node = "LZ_WEST'),
        ("losses_frac = 0.015", "losses_frac = 0.015\nlosses_frac = 0.02"),
    ],
)
def test_a_syntax_error_names_its_line(tmp_path: Path, old: str, new: str) -> None:
    text = edited(old, new)
    problem = refused(written(tmp_path, text))
    assert problem.message.startswith("this is not TOML")
    assert problem.line is not None
    assert abs(problem.line - line_holding(text, new.split("\n")[-1])) <= 1


def test_a_text_that_ends_too_early_names_its_last_line() -> None:
    text = "[site]\nname = "
    assert [(problem.line, problem.value) for problem in problems_of(text)] == [(2, "name =")]


@pytest.mark.parametrize("text", ["x = " + "[" * 5000 + "]" * 5000, "x = " + "9" * 5000, "x = 0x" + "f" * 9000])
def test_absurd_nesting_and_numbers_are_refused(text: str) -> None:
    assert problems_of(text)


# -- values and keys ---------------------------------------------------------------------------------------------------

WRONG_VALUES = [
    # old, new, key, words of the message or the fix
    ("shell_mw = 20.0", "shell_mw = nan", "hall[1].shell_mw", "finite"),
    ("shell_mw = 20.0", "shell_mw = -inf", "hall[1].shell_mw", "finite"),
    ("shell_mw = 20.0", "shell_mw = 1e999", "hall[1].shell_mw", "finite"),
    ("shell_mw = 20.0", "shell_mw = 0", "hall[1].shell_mw", "greater than 0 [MW]"),
    ("shell_mw = 20.0", 'shell_mw = "20"', "hall[1].shell_mw", "take the quotes away: shell_mw = 20"),
    ("shell_mw = 20.0", 'shell_mw = "20 MW"', "hall[1].shell_mw", "not a number [MW]"),
    ("fee_frac = 0.01 ", 'fee_frac = "1 %" ', "contract[1].fee_frac", "take the quotes away: fee_frac = 0.01"),
    ("crews = 1 ", "crews = 1.0 ", "owner.crews", "take the decimals away: crews = 1"),
    ("shell_mw = 20.0", "shell_mw = true", "hall[1].shell_mw", "not a number"),
    ("shell_mw = 20.0", "shell_mw = [20.0]", "hall[1].shell_mw", "not a number"),
    ("shell_mw = 20.0", "shell_mw = { mw = 20 }", "hall[1].shell_mw", "not a number"),
    ("count = 6000", "count = -6000", "hall[1].fleet[1].count", "greater than 0"),
    ("count = 6000", "count = 6000.5", "hall[1].fleet[1].count", "whole number"),
    ("count = 6000", "count = 0x" + "f" * 5000, "hall[1].fleet[1].count", "at most"),
    ("losses_frac = 0.015", "losses_frac = 1.5", "interconnect.losses_frac", "0.015 for 1.5 %"),
    ("energised = 2022-06-01", 'energised = "2022-06-01"', "interconnect.energised", "energised = 2022-06-01"),
    ("energised = 2022-06-01", "energised = 2022", "interconnect.energised", "without quotes"),
    ("energised = 2022-06-01", "energised = 2022-06-01T05:00:00Z", "interconnect.energised", "not a date"),
    ('plan_start = "2027Q1"', 'plan_start = "2027Q5"', "site.plan_start", "2027Q1"),
    ('plan_start = "2027Q1"', "plan_start = 2027-01-01", "site.plan_start", "not a quarter"),
    ('plan_start = "2027Q1"', 'plan_start = "1927Q1"', "site.plan_start", "2009 to 2100"),
    ('plan_start = "2027Q1"', 'plan_start = "²027Q1"', "site.plan_start", "quarter"),
    ("horizon_years = 15", "horizon_years = 0", "site.horizon_years", "at least 1"),
    ("horizon_years = 15", "horizon_years = 41", "site.horizon_years", "at most 40"),
    ("name = <name>", "name = 7", "site.name", "double quotes"),
    ("name = <name>", 'name = ""', "site.name", "empty"),
    ("name = <name>", 'name = "a\\nb"', "site.name", "one line"),
    ("name = <name>", 'name = " a"', "site.name", "one line"),
    ('profile = "curve"', 'profile = "curves"', "hall[2].fleet[1].profile", 'did you mean "curve"?'),
    ('kind = "stop"', 'kind = "sell"', "hall[1].option[1].kind", '"keep", "refresh", "stop"'),
    ('kind = "pool"', 'kind = "poool"', "contract[1].kind", 'did you mean "pool"?'),
    ('kind = "pool"', "kind = 3", "contract[1].kind", '"pool", "lease"'),
    (
        "coincident_peak_months = [6, 7, 8, 9]",
        "coincident_peak_months = [6, 13]",
        "tariff.coincident_peak_months[2]",
        "12",
    ),
    ("coincident_peak_months = [6, 7, 8, 9]", "coincident_peak_months = 6", "tariff.coincident_peak_months", "list"),
    (
        "coincident_peak_window = [15, 18]",
        "coincident_peak_window = [15]",
        "tariff.coincident_peak_window",
        "give 2 items",
    ),
    (
        "coincident_peak_window = [15, 18]",
        "coincident_peak_window = [15, 18, 19]",
        "tariff.coincident_peak_window",
        "2",
    ),
    ("block_height = 968976", "block_height = -1", "outlook.block_height", "at least 0"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), WRONG_VALUES)
def test_a_wrong_value_is_told_with_key_line_and_fix(old: str, new: str, key: str, words: str) -> None:
    text = edited(old.replace("<name>", '"My site"'), new)
    found = problems_of(text)
    assert [problem.key for problem in found] == [key]
    assert words in f"{found[0].message}; {found[0].fix}"
    assert found[0].file == "site.toml"
    assert found[0].line == line_holding(text, new.split("\n")[0])
    assert len(found[0].value) <= 100


WRONG_KEYS = [
    ("shell_mw = 20.0", "shel_mw = 20.0", "hall[1].shel_mw", "did you mean shell_mw [MW]?"),
    ("shell_mw = 20.0", "shell_mw = 20.0\nshell_kw = 20000", "hall[1].shell_kw", "shell_mw is there already"),
    ("shell_mw = 20.0", "shell_mw = 20.0\nqqq = 1", "hall[1].qqq", "the keys of [hall] are: name, shell_mw"),
    ("count = 6000", "cuont = 6000", "hall[1].fleet[1].cuont", "did you mean count?"),
    ("[tariff]", "[tarrif]", "tarrif", "did you mean tariff?"),
    ("[[hall.fleet]]", "[[hall.fleets]]", "hall[1].fleets", "did you mean fleet?"),
    ("crews = 1", "crew = 1", "owner.crew", "did you mean crews?"),
    ("[outlook.power]", "[outlook.powr]", "outlook.powr", "did you mean power?"),
    ("fee_frac = 0.01 ", '"fee.frac" = 0.01 ', 'contract[1]."fee.frac"', "did you mean fee_frac?"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), WRONG_KEYS)
def test_an_unknown_key_is_named_with_the_nearest_known_one(old: str, new: str, key: str, words: str) -> None:
    text = edited(old, new)
    found = problems_of(text)
    assert [problem.key for problem in found] == [key]
    assert words in found[0].fix
    assert found[0].line == line_holding(text, new.split("\n")[-1])


@pytest.mark.parametrize(
    ("old", "key", "words", "first"),
    [
        ("shell_mw = 20.0", "hall[1].shell_mw", "add shell_mw = <number in MW>", 'name = "North"'),
        ("horizon_years = 15", "site.horizon_years", "add horizon_years = <number in years>", 'name = "My site"'),
        ("energised = 2022-06-01", "interconnect.energised", "add energised = <year-month-day>", "import_limit_mw"),
        ('time_zone = "America/Chicago"', "site.time_zone", 'add time_zone = "<text>"', 'name = "My site"'),
        ('plan_start = "2027Q1"', "site.plan_start", 'add plan_start = "<year>Q<1 to 4>"', 'name = "My site"'),
        ('basis = "modified_gross"', "contract[2].basis", '"nnn" or "modified_gross" or "gross"', 'kind = "lease"'),
        ("as_of = 2026-09-29", "outlook.as_of", "add as_of = <year-month-day>", "# date of the levels"),
    ],
)
def test_a_missing_key_is_told_at_its_table(old: str, key: str, words: str, first: str) -> None:
    text = edited(old, "")
    found = problems_of(text)
    assert [problem.key for problem in found] == [key]
    assert words in found[0].fix
    assert found[0].line == line_holding(text, first) - 1


def test_a_table_without_its_kind_is_told_at_its_header() -> None:
    text = edited('kind = "pool"\n', "")
    found = problems_of(text)
    assert [problem.key for problem in found] == ["contract[1].kind"]
    assert "add kind = one of: pool, lease, gpu_rental, hosting" in found[0].fix
    assert found[0].line == line_holding(text, 'name = "FPPS pool"') - 1


def test_an_empty_file_is_told_every_table_it_lacks() -> None:
    found = {problem.key: problem.fix for problem in problems_of("# nothing yet\n")}
    assert set(found) == {"site", "interconnect", "hall", "owner", "outlook"}
    assert "[[hall]]" in found["hall"]
    assert "[owner]" in found["owner"]


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("[hall]\nname = 'A'", "hall", "[[hall]] in double brackets"),
        ("[[owner]]\ncrews = 1", "owner", "[owner] in single brackets"),
        ("owner = 3", "owner", "[owner] in single brackets"),
        ("hall = [3]", "hall[1]", "[[hall]] in double brackets"),
        ("[[hall]]\nfleet = {model = 'x'}", "hall[1].fleet", "[[hall.fleet]] in double brackets"),
        ("[[hall]]\nreuse = 1.0", "hall[1].reuse", "[hall.reuse] in single brackets"),
        ("[[supply]]\nkind = 'index'\n[[supply]]\nnode='x'", "supply[2].kind", "index, ppa_block"),
    ],
)
def test_a_table_of_the_wrong_shape_is_told_its_brackets(text: str, key: str, words: str) -> None:
    found = [problem for problem in problems_of(text) if problem.key == key]
    assert len(found) == 1
    assert words in found[0].fix


def test_all_problems_of_a_file_come_at_once_sorted_by_line() -> None:
    text = starter_text()
    for old, new in [
        ("America/Chicago", "America/Chicargo"),
        ("losses_frac = 0.015", "losses_frac = nan"),
        ("count = 6000", "count = -6000"),
        ("Antminer S19j Pro (104T)", "Antminer S19j Pro 104"),
        ("fibre_frac = 0.5", "fiber_frac = 0.5"),
        ("count = 6800", "count = 9000"),
        ("basis = ", "baisis = "),
        ('terms = "cloud offer"', 'terms = "clod offer"'),
        ("discount_frac_per_year = 0.10", "discount_frac_per_year = 10"),
        ("energised = 2022-06-01", "energised = 2027-06-01"),
    ]:
        assert old in text
        text = text.replace(old, new, 1)
    found = problems_of(text)
    assert {problem.key for problem in found} == {
        "site.time_zone",
        "interconnect.losses_frac",
        "hall[1].fleet[1].count",
        "hall[1].fleet[1].model",
        "hall[2].reuse.fiber_frac",
        "hall[2].shell_mw",
        "contract[2].baisis",
        "hall[2].option[3].terms",
        "owner.discount_frac_per_year",
        "site.plan_start",
    }
    lines = [problem.line or 0 for problem in found]
    assert lines == sorted(lines)
    assert min(lines) > 0
    assert all(problem.file == "site.toml" and problem.message and problem.fix for problem in found)
    assert str(SiteError(found)).count("\n") == len(found) - 1


def test_a_key_is_not_reported_twice() -> None:
    found = problems_of(edited('terms = "colocation offer"', "terms = 3"))
    assert [problem.key for problem in found] == ["hall[1].option[3].terms"]
