"""What is wrong in a site file only beside something else: each check on an edited starter file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower import catalog
from repower.base.errors import CatalogError, Problem, SiteError
from repower.base.units import SUFFIXES, W_PER_MW, unit_of
from repower.site import HallOption, check_outlook
from repower.site.check import check
from repower.site.check_halls import OPTION_KEYS, ROUNDING
from repower.site.document import Document, entries
from repower.site.parse import parse
from repower.site.plausible import PLAUSIBLE
from repower.site.reader import read_document
from repower.site.schema import describe_schema
from repower.site.starter import starter_text

Edit = tuple[str, str]


def problems_of(*edits: Edit) -> tuple[Problem, ...]:
    """The problems of the starter file after some edits, each of which must find its place."""
    text = starter_text()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    try:
        parse(text, "site.toml")
    except SiteError as error:
        return error.problems
    return ()


def block(first_line: str) -> Edit:
    """The edit that switches on a commented table of the starter file."""
    text = starter_text()
    start = text.index(f"#{first_line}")
    start = text.rindex("#[[", 0, start)
    commented = text[start : text.index("\n\n", start)]
    return commented, "\n".join(line.removeprefix("#") for line in commented.split("\n"))


def swap(edit: Edit, old: str, new: str) -> Edit:
    """An edit with a part of what it writes changed."""
    assert old in edit[1], old
    return edit[0], edit[1].replace(old, new)


COLO = 'terms = "colocation offer"'
CLOUD = 'terms = "cloud offer"'
OWN_COOLING = ('model = "Antminer S21 Pro"', 'cooling = "mining_air"\nmodel = "Antminer S21 Pro"')
REUSE = 'kind = "colocation_reuse"'
FILED = 'path = "prices.csv"'
TYPICAL = 'name = "ERCOT_LZ_WEST"'
PEAK = "coincident_peak_window = "
MANY = ("coincident_peak_candidates = 20", "coincident_peak_candidates = 31")
RENT = "rent_usd_per_kw_month = "
POOL = starter_text()[
    starter_text().index('[[contract]]\nkind = "pool"') : starter_text().index('[[contract]]\nkind = "lease"')
]
PPA = block('kind = "ppa_block"')
TAKE = block('kind = "take_or_pay"')
GAS = block('kind = "onsite_gas"')
HYDRO = block('kind = "onsite_hydro"')
BATTERY = block('name = "battery"')
HOSTING = block('kind = "hosting"')
NEXT = (
    HOSTING[1].replace("hosted miners", "next").replace("2025-01-01", "2028-01-01").replace("end = 2028", "end = 2030")
)
BESIDE = (
    HOSTING[1]
    .replace("hosted miners", "beside")
    .replace("2025-01-01", "2027-12-31")
    .replace("end = 2028", "end = 2030")
)
EAST = block('name = "East"')
LEASE = block('name = "lease in force"')
SECOND = LEASE[1].replace("lease in force", "second lease")
MINERS = '\n[[hall.fleet]]\nmodel = "Antminer S21 Hyd"\ncount = 10'
STOP = '\n[[hall.option]]\nkind = "stop"'
RENTAL = block('name = "rental in force"')
NO_INDEX = (
    starter_text()[starter_text().index('[[supply]]\nkind = "index"') : starter_text().index("#[[supply]]")],
    "",
)
OFF_GRID = ("import_limit_mw = 40.0", "import_limit_mw = 0.0")
POWER_FILE = (
    'kind = "typical"                  # a modelled year; "file" for hours of your own\nname = "ERCOT_LZ_WEST"',
    'kind = "file"\npath = "prices.csv"\ncolumns = ["price"]\ntime_column = "start"\nunit = "usd_per_mwh" #',
)
WEATHER_FILE = (
    'kind = "typical"\nname = "midland_tx"',
    'kind = "file"\npath = "w.parquet"\ncolumns = ["db", "wb"]\ntime_column = "start"\nunit = "celsius" #',
)
BIG_GAS = swap(GAS, "capacity_mw = 10.0", "capacity_mw = 60.0")

FITS = [
    (PPA,),
    (TAKE,),
    (GAS,),
    (HYDRO,),
    (BATTERY,),
    (HOSTING,),
    (swap(HOSTING, HOSTING[1], HOSTING[1] + "\n" + NEXT),),
    (EAST, LEASE),
    (EAST, swap(LEASE, "start = 2026-01-01", "start = 2041-12-31")),
    (swap(EAST, EAST[1], EAST[1] + '\n[[hall.option]]\nkind = "keep"'), LEASE),
    (POWER_FILE,),
    (WEATHER_FILE,),
    (NO_INDEX, OFF_GRID, BIG_GAS),
    ('rating = "not rated"', 'guarantor = "parent"\nguaranteed_frac = 1.0'),
    (("#demand_charge", "demand_charge"), ("#ratchet_frac", "ratchet_frac"), ("#ratchet_months", "ratchet_months")),
    (('#earliest = "2027Q3"', 'earliest = "2041Q4"'),),
    (("energised = 2022-06-01", "energised = 2027-01-01"),),
    (('cooling = "mining_air"', 'cooling = "mining_evaporative"'),),
    (("Antminer S19j Pro (104T)", "Antminer S21 Hyd"), ("count = 6000", "count = 3000"), ("mining_air", "dlc_dry_40")),
    (("count = 6800", "count = 7246"),),  # 19.999 MW
]


@pytest.mark.parametrize("edits", [edits if isinstance(edits[0], tuple) else (edits,) for edits in FITS])
def test_what_fits_loads(edits: tuple[Edit, ...]) -> None:
    assert problems_of(*edits) == ()


CASES = [
    # key, words of message or fix, edits
    ("site.time_zone", 'did you mean "America/Chicago"?', ("America/Chicago", "America/Chikago")),
    ("site.time_zone", "no such time zone", ("America/Chicago", "localtime")),
    ("site.time_zone", "no such time zone", ("America/Chicago", "Factory")),
    ("site.time_zone", "no such time zone", ("America/Chicago", "Mars/Base")),
    ("site.time_zone", "no such time zone", ("America/Chicago", "../../etc/passwd")),
    ("site.plan_start", 'plan_start = "2027Q3"', ("energised = 2022-06-01", "energised = 2027-04-02")),
    ("site.plan_start", 'plan_start = "2027Q2"', ("energised = 2022-06-01", "energised = 2027-04-01")),
    ("interconnect.energised", "1880 to 2100", ("energised = 2022-06-01", "energised = 0001-01-01")),
    ("outlook.as_of", "after the plan starts (2027Q1)", ("as_of = 2026-09-29", "as_of = 2027-04-01")),
    ("outlook.as_of", "more than 3 years older", ("as_of = 2026-09-29", "as_of = 2023-09-29"), ("968976", "810000")),
    ("outlook.block_height", "near block 932,", ("block_height = 968976", "block_height = 96897")),
    ("hall[1].option[3].earliest", "before the plan starts", ('#earliest = "2027Q3"', 'earliest = "2026Q4"')),
    ("hall[1].option[3].earliest", "after the plan's 15 years", ('#earliest = "2027Q3"', 'earliest = "2042Q1"')),
    # supply and tariff
    ("supply", 'add [[supply]] with kind = "index"', NO_INDEX),
    ("supply[2].kind", "one index only", (PPA[0], '[[supply]]\nkind = "index"\nname = "other"\nnode = "HB_WEST"')),
    ("supply[1].kind", "off-grid", OFF_GRID, BIG_GAS),
    ("supply[1].kind", "cannot buy from the grid", NO_INDEX, OFF_GRID, PPA, BIG_GAS),
    ("supply", "neither an interconnection nor a plant", NO_INDEX, OFF_GRID),
    (
        "interconnect.export_limit_mw",
        "cannot export",
        NO_INDEX,
        OFF_GRID,
        BIG_GAS,
        ("#export_limit_mw = 0.0", "export_limit_mw = 5.0"),
    ),
    ("site.market", "the market says off-grid", ("ERCOT, load zone West", "off-grid")),
    ("supply[2].end", "ends before it starts", swap(PPA, "2030-01-01", "2025-01-01")),
    ("supply[2].end", "ends before it starts", swap(TAKE, "2030-01-01", "2024-01-01")),
    ("supply[2].start", "energised on 2022-06-01", swap(PPA, "2025-01-01", "2022-05-31")),
    ("tariff.coincident_peak_months", "[6, 7, 8, 9]", ("coincident_peak_months = [6, 7, 8, 9]", "")),
    ("tariff.coincident_peak_months[3]", "twice", ("[6, 7, 8, 9]", "[6, 7, 6, 9]")),
    ("tariff.coincident_peak_candidates", "watch at most 30", (PEAK + "[15, 18]", PEAK + "[15, 15]"), MANY),
    ("tariff.coincident_peak_window", "[15, 18]", (PEAK + "[15, 18]", PEAK + "[18, 15]")),
    (
        "tariff.ratchet_months",
        "looks back over no month",
        ("#ratchet_frac", "ratchet_frac"),
        ("#demand_charge", "demand_charge"),
    ),
    (
        "tariff.demand_charge_usd_per_kw_month",
        "no demand charge",
        ("#ratchet_frac", "ratchet_frac"),
        ("#ratchet_months", "ratchet_months"),
    ),
    ("battery[1].discharge_mw", "no use", swap(BATTERY, "discharge_mw = 10.0", "discharge_mw = 0")),
    # machines and halls
    (
        "hall[1].fleet[1].model",
        'did you mean "Antminer S19j Pro (104T)"?',
        ("Antminer S19j Pro (104T)", "S19j Pro 104T"),
    ),
    ("hall[1].fleet[1].model", "no such mining machine", ("Antminer S19j Pro (104T)", "Zyxwv")),
    ("hall[1].option[2].model", "no such mining machine", ('"Antminer S21 Pro"', '"Antminer S99 Quantum"')),
    ("hall[1].option[2].model", "says which machine it buys", ('model = "Antminer S21 Pro"', "")),
    ("hall[2].option[3].model", 'did you mean "NVIDIA GB300"?', ("NVIDIA GB300", "nvidia gb-300")),
    ("hall[2].option[3].model", "says which machine it buys", ('model = "NVIDIA GB300"', "")),
    ("hall[1].cooling", 'did you mean "mining_air"?', ('cooling = "mining_air"', 'cooling = "mining-air"')),
    ("hall[1].option[3].cooling", 'did you mean "dlc_dry_40"?', ('cooling = "dlc_dry_40"', 'cooling = "dlc_dry40"')),
    (
        "hall[1].fleet[1].model",
        "built for hydro cooling",
        ("Antminer S19j Pro (104T)", "Antminer S21 Hyd"),
        ("count = 6000", "count = 100"),
    ),
    (
        "hall[1].fleet[1].model",
        "built for immersion cooling",
        ("Antminer S19j Pro (104T)", "Antminer S21 Immersion (301T)"),
        ("count = 6000", "count = 100"),
    ),
    ("hall[1].option[2].model", "built for hydro cooling", ('"Antminer S21 Pro"', '"Antminer S21 XP Hyd"')),
    (
        "hall[1].fleet[1].model",
        "not mining machines",
        ('cooling = "mining_air"', 'cooling = "air_chiller"'),
        OWN_COOLING,
    ),
    ("hall[1].option[3].cooling", "cannot serve an AI hall", ('cooling = "dlc_dry_40"', "")),
    ("hall[1].option[3].cooling", "cannot serve an AI hall", ('cooling = "dlc_dry_40"', 'cooling = "immersion"')),
    ("hall[1].fleet[1].profile", 'set profile = "stock"', ("count = 6000", 'count = 6000\nprofile = "curve"')),
    ("hall[1].shell_mw", "20.25 MW at the wall", ("count = 6000", "count = 6600")),
    ("hall[1].shell_mw", "20.01 MW at the wall", swap(HOSTING, "load_mw = 1.0", "load_mw = 1.6")),
    ("hall[1].shell_mw", "20.41 MW", swap(HOSTING, HOSTING[1], HOSTING[1] + "\n" + BESIDE)),
    ("interconnect.import_limit_mw", "37.18 MW", ("import_limit_mw = 40.0", "import_limit_mw = 37.0")),
    ("interconnect.import_limit_mw", "at least 27.18", ("import_limit_mw = 40.0", "import_limit_mw = 27.0"), GAS),
    ("hall[1].option[1].model", "does not use this key", ('kind = "stop"', 'kind = "stop"\nmodel = "Antminer S21"')),
    ("hall[1].option[1].build_weeks", "does not use this key", ('kind = "stop"', 'kind = "keep"\nbuild_weeks = 3.0')),
    ("hall[2].option[2].kind", "twice", (REUSE, 'kind = "stop"\n[[hall.option]]\n' + REUSE)),
    ("hall[1].option[3].critical_it_mw", "more IT than the shell", ("#critical_it_mw = 14.0", "critical_it_mw = 30.0")),
    ("hall[2].option[2].critical_it_mw", "more IT than the shell", (REUSE, REUSE + "\ncritical_it_mw = 20.5")),
    ("interconnect.import_limit_mw", "they lack 27.18 MW", NO_INDEX, OFF_GRID, GAS),
    # contracts
    ("hall[2].name", "taken by hall[1]", ('name = "South"', 'name = "North"')),
    ("supply[2].name", "taken by supply[1]", swap(PPA, "wind block", "retail index supply")),
    (
        "contract[4].name",
        "taken by contract[3]",
        (RENTAL[0], RENTAL[1].split("\nhall")[0].replace("rental in force", "cloud offer")),
    ),
    ("contract[3].kind", "one pool", (LEASE[0], '[[contract]]\nkind = "pool"\nname = "second"\nfee_frac = 0.01')),
    ("contract", 'kind = "pool"', (POOL, "")),
    ("hall[1].option[3].terms", "add terms; name one that is: colocation offer", (COLO, "")),
    ("hall[1].option[3].terms", 'did you mean "colocation offer"?', (COLO, 'terms = "colo offer"')),
    ("hall[1].option[3].terms", "needs a lease, but this contract is a gpu_rental", (COLO, CLOUD)),
    ("hall[2].option[3].terms", "needs a gpu_rental, but this contract is a lease", (CLOUD, COLO)),
    ("hall[1].option[3].terms", "in force in a hall already", EAST, LEASE, (COLO, 'terms = "lease in force"')),
    ("contract[3].hall", 'did you mean "East"?', EAST, swap(LEASE, '"East"', '"Eas"')),
    ("contract[4].hall", "name one of the halls: North, South", swap(HOSTING, '"North"', '"Zzz"')),
    ("contract[3].start", "not since when", EAST, swap(LEASE, "start = 2026-01-01", "")),
    ("contract[4].hall", "no hall", swap(RENTAL, 'hall = "South" ', "")),
    ("contract[4].hall", "cannot be planned yet", RENTAL),
    ("contract[3].start", "energised on 2022-06-01", EAST, swap(LEASE, "2026-01-01", "2022-01-01")),
    ("contract[4].start", "energised on 2022-06-01", swap(HOSTING, "2025-01-01", "2022-01-01")),
    ("contract[4].end", "ends before it starts", swap(HOSTING, "2028-01-01", "2024-01-01")),
    (
        "contract[3].critical_it_mw",
        "more IT than the shell",
        EAST,
        swap(LEASE, "critical_it_mw = 5.0", "critical_it_mw = 25.0"),
    ),
    ("contract[3].critical_it_mw", "on how much IT", EAST, swap(LEASE, "critical_it_mw = 5.0", "")),
    ("contract[3].term_years", "ended before the plan", EAST, swap(LEASE, "term_years = 10.0", "term_years = 1.0")),
    ("contract[3].start", "after the plan's 15 years", EAST, swap(LEASE, "2026-01-01", "2042-01-01")),
    ("contract[4].hall", "let already, under", EAST, swap(LEASE, LEASE[1], LEASE[1] + "\n" + SECOND)),
    ("contract[5].hall", "cannot host too", EAST, LEASE, swap(HOSTING, '"North"', '"East"')),
    ("hall[3].fleet[1]", "beside the tenant", swap(EAST, EAST[1], EAST[1] + MINERS), LEASE),
    ("hall[3].option[1]", "after the lease", swap(EAST, EAST[1], EAST[1] + STOP), LEASE),
    ("hall[3].cooling", "mining machines only", swap(EAST, "dlc_dry_40", "mining_air"), LEASE),
    ("contract[2].critical_it_mw", "an offer has no size", ("#guarantor", "critical_it_mw = 3.0\n#guarantor")),
    ("contract[2].guaranteed_frac", "nobody guarantees", ("#guaranteed_frac", "guaranteed_frac")),
    # series
    ("outlook.weather.columns[2]", "named twice", WEATHER_FILE, ('["db", "wb"]', '["db", "db"]')),
    ("outlook.power.name", 'did you mean "ERCOT_LZ_WEST"?', ('"ERCOT_LZ_WEST"', '"ERCOT LZ West"')),
    ("outlook.power.name", "use one of: ", ('"ERCOT_LZ_WEST"', '"qqq"')),
    ("outlook.weather.name", "a typical year needs its name", ('name = "midland_tx"', "")),
    ("outlook.power.path", "does not use this key", (TYPICAL, 'path = "x.csv"\n' + TYPICAL)),
    ("outlook.power.years", "does not use this key", (TYPICAL, "years = [2024]\n" + TYPICAL)),
    ("outlook.power.name", "does not use this key", POWER_FILE, (FILED, 'name = "x"\n' + FILED)),
    ("outlook.power.path", "needs its path", POWER_FILE, (FILED + "\n", "\n")),
    ("outlook.power.path", "ends in .csv or .parquet", POWER_FILE, ('"prices.csv"', '"prices.xlsx"')),
    ("outlook.power.columns", "needs 1 column, not 2", POWER_FILE, ('["price"]', '["price", "other"]')),
    ("outlook.power.columns", "needs 1 column, not 0", POWER_FILE, ('columns = ["price"]', "")),
    ("outlook.weather.columns", "<dry-bulb column>, <wet-bulb column>", WEATHER_FILE, ('["db", "wb"]', '["db"]')),
    ("outlook.power.time_column", "add time_column", POWER_FILE, ('time_column = "start"', "")),
    ("outlook.power.unit", 'add unit = "usd_per_mwh"', POWER_FILE, ('unit = "usd_per_mwh" #', "#")),
    ("outlook.power.unit", "multiply the column by 1000", POWER_FILE, ('"usd_per_mwh" #', '"usd_per_kwh" #')),
    ("outlook.power.unit", "multiplied by 10", POWER_FILE, ('"usd_per_mwh" #', '"cents" #')),
    ("outlook.power.unit", "convert it", POWER_FILE, ('"usd_per_mwh" #', '"bananas" #')),
    ("outlook.weather.unit", "(value - 32) / 1.8", WEATHER_FILE, ('"celsius" #', '"fahrenheit" #')),
    ("outlook.power.years[2]", "twice", POWER_FILE, (FILED, "years = [2023, 2023]\n" + FILED)),
    # slips of unit and scale
    ("contract[2].rent_usd_per_kw_month", "divide by 12", (RENT + "129.8", RENT + "1824.0")),
    ("contract[2].rent_usd_per_kw_month", "$/kWh", (RENT + "129.8", RENT + "0.2")),
    ("supply[2].price_usd_per_mwh", "$/kWh", swap(PPA, "34.0", "0.034")),
    ("supply[2].price_usd_per_mwh", "$/kWh", swap(PPA, "34.0", "-0.034")),
    ("supply[2].price_usd_per_mwh", "per MWh", swap(PPA, "34.0", "3400.0")),
    ("outlook.btc_usd", "83213.0 for $83,213", ("btc_usd = 83213.0", "btc_usd = 83.2")),
    ("outlook.difficulty", "trillions", ("difficulty = 124932866006548.16", "difficulty = 124.93")),
    (
        "owner.discount_frac_per_year",
        "0.10 for 10 %",
        ("discount_frac_per_year = 0.10", "discount_frac_per_year = -0.1"),
    ),
    ("owner.discount_frac_per_year", "percent", ("discount_frac_per_year = 0.10", "discount_frac_per_year = 8")),
    (
        "owner.debt_rate_frac_per_year",
        "percent",
        ("debt_rate_frac_per_year = 0.0725", "debt_rate_frac_per_year = 7.25"),
    ),
    ("owner.capital_limit_usd", "millions", ("capital_limit_usd = 250000000.0", "capital_limit_usd = 250.0")),
    ("hall[1].option[3].capex_usd_per_mw", "$M/MW", ("#capex_usd_per_mw = 10.5e6", "capex_usd_per_mw = 10.5")),
    ("supply[2].heat_rate_mmbtu_per_mwh", "8500 is 8.5", swap(GAS, "8.5 ", "8500.0 ")),
    ("owner.debt_tenor_years", "write 7.0 or 8.0", ("\ndebt_tenor_years = 10.0", "\ndebt_tenor_years = 7.5")),
    ("owner.debt_tenor_years", "write 1.0 or 2.0", ("\ndebt_tenor_years = 10.0", "\ndebt_tenor_years = 0.5")),
    ("owner.debt_tenor_years", "months", ("debt_tenor_years = 10.0", "debt_tenor_years = 120.0")),
]


@pytest.mark.parametrize(("key", "words", "edits"), [(key, words, edits) for key, words, *edits in CASES])
def test_what_does_not_fit_is_told_at_its_key(key: str, words: str, edits: list[Edit]) -> None:
    found = problems_of(*edits)
    assert [problem.key for problem in found] == [key]
    assert words in f"{found[0].message}; {found[0].fix}"
    assert (found[0].line is None) is (key == "supply")


@pytest.mark.parametrize(
    "edits",
    [
        (("[[hall.fleet]]", "[[hall.fleet]]\nmachines = 3"), ("shell_mw = 20.0", "shell_mw = nan")),
        (('name = "colocation offer"', "name = 3"),),
        (('kind = "lease"', 'kind = "leese"'),),
        (('kind = "index"', 'kind = "indexed"'),),
        (("energised = 2022-06-01", "energised = 3"), PPA, EAST, LEASE),
        (('plan_start = "2027Q1"', "plan_start = 3"), EAST, LEASE),
        (EAST, swap(LEASE, "term_years = 10.0", "term_years = nan")),
        (EAST, swap(LEASE, "critical_it_mw = 5.0", "critical_it_mw = nan")),
        (('plan_start = "2027Q1"', "plan_start = 3"),),
        (("coincident_peak_months = [6, 7, 8, 9]", "coincident_peak_months = [0]"),),
        (('name = "North"', "name = []"), HOSTING),
        (("count = 6000", 'count = "many"'),),
    ],
)
def test_a_value_that_cannot_be_read_raises_no_second_problem(edits: tuple[Edit, ...]) -> None:
    found = problems_of(*edits)
    assert found
    assert all(re.search("no such|is not|finite|at least", problem.message) for problem in found), found


def test_a_site_needs_a_hall() -> None:
    raw = tomllib.loads(starter_text())
    raw["hall"] = []
    document, problems = read_document(raw)
    assert problems == []
    assert [problem.key for problem in check(document)] == ["hall"]


def test_wall_power_is_counts_times_catalogue_power() -> None:
    document = starter()
    for counts in ((6518, True), (6519, False)):
        fleet = replace(document.hall[0].fleets[0], count=counts[0])
        hall = replace(document.hall[0], fleets=(fleet,))
        fits = counts[0] * catalog.asic(fleet.model).power_w / W_PER_MW <= hall.shell_mw
        assert fits is counts[1]
        found = check(replace(document, hall=(hall, document.hall[1])))
        assert ([problem.key for problem in found] == []) is fits


def test_a_catalogue_without_typical_years_is_not_the_files_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise CatalogError(Problem("no such table", "reinstall", value=name))

    monkeypatch.setattr(check_outlook.catalog, "table", missing)
    assert problems_of(('"ERCOT_LZ_WEST"', '"SOMEWHERE"')) == ()


@given(st.floats(min_value=0.001, max_value=10_000.0))
def test_a_shell_is_told_exactly_where_its_machines_draw_more(value: float) -> None:
    document = starter()
    hall = replace(document.hall[0], shell_mw=value)
    keys = [problem.key for problem in check(replace(document, hall=(hall, document.hall[1])))]
    load_mw = 6000 * catalog.asic(hall.fleets[0].model).power_w / W_PER_MW
    assert ("hall[1].shell_mw" in keys) is (load_mw > value * (1 + ROUNDING))


def starter() -> Document:
    return parse(starter_text(), "site.toml")


# -- the tables behind the checks --------------------------------------------------------------------------------------


def test_plausible_ranges_are_of_keys_that_exist() -> None:
    keys = {doc.key.rpartition(".")[2] for doc in describe_schema()}
    suffixes = {f"*{unit.suffix}" for key in keys if (unit := unit_of(key))}
    for item in PLAUSIBLE:
        assert item.key in keys | suffixes
        assert item.low < item.high
        assert item.below
        assert item.above
    assert len({item.key for item in PLAUSIBLE}) == len(PLAUSIBLE)
    assert {item.key[1:] for item in PLAUSIBLE if item.key.startswith("*")} <= set(SUFFIXES)


def test_defaults_of_the_records_are_plausible() -> None:
    by_key = {item.key: item for item in PLAUSIBLE}
    checked = 0
    for doc in describe_schema():
        name = doc.key.rpartition(".")[2]
        unit = unit_of(name)
        item = by_key.get(name) or by_key.get(f"*{unit.suffix}" if unit else "")
        if item and doc.default and not doc.type.startswith("list"):
            value = float(doc.default)
            assert value == 0 or item.low <= value <= item.high, doc.key
            checked += 1
    assert checked > 20


def test_every_kind_of_option_says_which_keys_it_uses() -> None:
    kind = next(entry for entry in entries(HallOption) if entry.key == "kind")
    assert set(OPTION_KEYS) == set(kind.hint.__args__)
    names = {field.name for field in fields(HallOption)} - {"kind"}
    assert set().union(*OPTION_KEYS.values()) == names
