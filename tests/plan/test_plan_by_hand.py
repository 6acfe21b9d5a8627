"""Plans worked by hand: tiny sites with two price levels and constant weather, against plain arithmetic.

Nothing of `repower.plan`, `contracts`, `dispatch`, `facility` or `finance` makes an expected value here: prices, hours,
halvings, ramps, S-curves and bills are written out from the documented rules, as a lender's model auditor would.
"""

from __future__ import annotations

import csv
import math
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np
import pytest

import repower
from repower.app import series
from repower.contracts import PeakHistory
from repower.plan.cash import HallCash
from repower.plan.operate import history_before
from repower.plan.options import Candidate, candidates
from repower.plan.phases import present
from repower.plan.result import CashTable
from repower.plan.settled import settle_plan
from repower.plan.world import World, build_world
from repower.site import load

TABLES = Path(repower.__file__).parent / "catalog" / "tables"
ZONE = ZoneInfo("America/Chicago")
EXACT = {"rel": 1e-9, "abs": 1e-6}

BTC, DIFFICULTY, HEIGHT, FEE = 83213.0, 124932866006548.16, 968976, 0.0069
AS_OF = date(2026, 9, 29)
HIGH, LOW, SOURCE_YEAR = 70.0, 30.0, 2025
HIGH_DAYS = 10
INFLATION, HURDLE, POWER_GROWTH = 0.025, 0.10, 0.02
ESCALATOR, RAMP, CREDIT, LEASE_OPEX, RENT = 0.03, 3, 0.1, 270000.0, 150.0
MARKET_RENT, MARKET_GROWTH = 120.0, 0.01
KEPT = 0.98 * (1 - 0.002) * (1 - 0.01)
AIR_PUE = 1.0 + 0.02 + 0.03

SITE = """
[site]
name = "By hand"
time_zone = "America/Chicago"
market = "by hand"
plan_start = "2027Q1"
horizon_years = {years}
[interconnect]
import_limit_mw = 20.0
energised = 2022-06-01
losses_frac = {losses}
[[supply]]
kind = "index"
name = "index"
node = "NODE"
adder_usd_per_mwh = {adder}
{supply}
[tariff]
{tariff}
{halls}
[[contract]]
kind = "pool"
name = "pool"
fee_frac = 0.01
reject_frac = 0.002
uptime_frac = 0.98
{contracts}
[owner]
discount_frac_per_year = 0.10
capital_limit_usd = 900000000.0
crews = 2
mining_operating_usd_per_mw_year = 70000.0
overhead_usd_per_year = 120000.0
inflation_frac_per_year = 0.025
[outlook]
as_of = 2026-09-29
btc_usd = {btc}
btc_growth_frac_per_year = 0.08
difficulty = 124932866006548.16
difficulty_growth_frac_per_year = 0.02
block_height = 968976
fee_frac = 0.0069
power_growth_frac_per_year = 0.02
gpu_rent_growth_frac_per_year = -0.08
{outlook}
[outlook.power]
kind = "file"
path = "prices.csv"
columns = ["price"]
time_column = "start_utc"
unit = "usd_per_mwh"
years = [2025]
[outlook.weather]
kind = "file"
path = "weather.csv"
columns = ["dry", "wet"]
time_column = "start_utc"
unit = "celsius"
years = [2025]
"""

HALL = """
[[hall]]
name = "{name}"
shell_mw = {shell}
cooling = "mining_air"
[[hall.fleet]]
model = "Antminer S21"
count = {count}
{options}
"""

LEASE = """
[[contract]]
kind = "lease"
name = "offer"
tenant = "tenant"
basis = "{basis}"
rent_usd_per_kw_month = 150.0
escalator_frac_per_year = 0.03
term_years = {term}
ramp_months = 3
operating_usd_per_mw_year = 270000.0
load_factor_frac = 0.8
sla_availability_frac = 0.999
sla_credit_frac = 0.1
expected_availability_frac = {available}
{more}
"""

RENTAL = """
[[contract]]
kind = "gpu_rental"
name = "rental"
customer = "lab"
term_years = {term}
price_usd_per_gpu_h = 2.91
term_frac = {term_frac}
term_utilisation_frac = 0.9
spot_ratio = 0.42
spot_utilisation_frac = 0.7
ramp_months = 3
operating_usd_per_mw_year = 600000.0
"""

MARKET = "colocation_rent_usd_per_kw_month = 120.0\ncolocation_rent_growth_frac_per_year = 0.01"

REUSE = """[[hall.option]]
kind = "colocation_reuse"
cooling = "dlc_dry_40"
terms = "offer"
capex_usd_per_mw = 5000000.0
build_weeks = 30.0
"""

NEW = """[[hall.option]]
kind = "colocation_new"
cooling = "dlc_dry_40"
terms = "offer"
critical_it_mw = 3.0
capex_usd_per_mw = 10000000.0
build_weeks = 52.0
"""

GPU = """[[hall.option]]
kind = "gpu_cloud"
model = "NVIDIA GB300"
cooling = "dlc_dry_40"
terms = "rental"
critical_it_mw = 3.0
capex_usd_per_mw = 4000000.0
build_weeks = 26.0
"""

REFRESH = """[[hall.option]]
kind = "refresh"
model = "Antminer S21 Pro"
price_usd_per_ths = 18.9
"""


def write_series(folder: Path) -> None:
    """Local year 2025 by hours: $70 on the first ten days of every month, $30 on the others; 15 °C all the time."""
    start = datetime(SOURCE_YEAR, 1, 1, tzinfo=ZONE).astimezone(UTC)
    rows, air = ["start_utc,price"], ["start_utc,dry,wet"]
    for step in range(8760):
        when = start + timedelta(hours=step)
        price = HIGH if when.astimezone(ZONE).day <= HIGH_DAYS else LOW
        rows.append(f"{when:%Y-%m-%dT%H:%M:%SZ},{price}")
        air.append(f"{when:%Y-%m-%dT%H:%M:%SZ},15.0,10.0")
    (folder / "prices.csv").write_text("\n".join(rows) + "\n")
    (folder / "weather.csv").write_text("\n".join(air) + "\n")


@lru_cache(maxsize=1)
def series_folder() -> TemporaryDirectory[str]:
    folder = TemporaryDirectory()
    write_series(Path(folder.name))
    return folder


@lru_cache(maxsize=32)
def world(
    halls: str,
    contracts: str = "",
    years: int = 3,
    outlook: str = "",
    tariff: str = "",
    supply: str = "",
    losses: float = 0.0,
    adder: float = 0.0,
    btc: float = BTC,
) -> World:
    folder = Path(series_folder().name)
    text = SITE.format(
        years=years,
        losses=losses,
        adder=adder,
        supply=supply,
        tariff=tariff,
        halls=halls,
        contracts=contracts,
        outlook=outlook,
        btc=btc,
    )
    path = folder / "site.toml"
    path.write_text(text)
    site = load(path)
    return build_world(site, series.read(site, folder).hourly)


def one_hall(options: str, count: int = 1000) -> str:
    return HALL.format(name="H", shell=4.0, count=count, options=options)


def row_of(table: str, key: str, value: str) -> dict[str, str]:
    with (TABLES / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row[key] == value)


def constant(name: str) -> float:
    return float(row_of("constants", "name", name)["value"])


# --- the outside world, by hand


def month(index: int) -> date:
    return date(2027 + index // 12, index % 12 + 1, 1)


def after(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def inflation(day: date) -> float:
    return (1 + INFLATION) ** (day.year - 2026)


def hours(day: date) -> float:
    """Hours of a local month: 743 in March, 721 in November."""
    first, last = (datetime(one.year, one.month, 1, tzinfo=ZONE).astimezone(UTC) for one in (day, after(day, 1)))
    return (last - first) / timedelta(hours=1)


def levels(day: date) -> tuple[tuple[float, float], tuple[float, float]]:
    """(hours, index price) of the dear and of the cheap hours; in 2025 the clock changes on 9 March and 2 November."""
    dear = {3: 239.0, 11: 241.0}.get(day.month, 240.0)
    grown = (1 + POWER_GROWTH) ** (day.year - 2026)
    return (dear, HIGH * grown), (hours(day) - dear, LOW * grown)


def years_to_middle(day: date) -> float:
    return ((day.year - 2026) * 12 + day.month - 9 + 0.5 - 28 / 30) / 12


def hashprice(day: date, btc: float = BTC) -> float:
    """Dollars per PH/s and day: subsidy by blocks, which halves at height 1,050,000 in April 2028."""
    first, last = (HEIGHT + (one - AS_OF).days * 144 for one in (day, after(day, 1)))
    old = min(max(1_050_000 - first, 0), last - first) / (last - first)
    subsidy = 3.125 * old + 1.5625 * (1 - old)
    fees = FEE * 3.125
    time = years_to_middle(day)
    return 86400e15 / (DIFFICULTY * 1.02**time * 2**32) * (subsidy + fees) * btc * 1.08**time


def discounted(cash: np.ndarray) -> float:
    return float(sum(amount / (1 + HURDLE) ** ((k + 1) / 12) for k, amount in enumerate(cash)))


def liquid_pue() -> float:
    """dlc_dry_40 at 15 °C: the liquid side cools free, the air side is 3 K of 10 above its limit of 12 °C."""
    liquid, air = 0.85 * 1.005, 0.15 * 1.045
    liquid_fan = 0.012 * max((8 / (40 - 15)) ** 3, 0.15)
    air_fan = 0.012 * 1.0
    evaporating, condensing = 18 - 4, 15 + 12
    cop = 0.5 * (evaporating + 273.15) / (condensing - evaporating)
    chiller = 0.3 / min(max(cop, 2.5), 14)
    fixed = 1 + 0.055 + 0.012 + 0.85 * 0.005 + 0.15 * 0.045
    return fixed + liquid * liquid_fan + air * (air_fan + chiller)


def mining(
    day: date, count: int, ths: float = 200.0, watts: float = 3500.0, btc: float = BTC
) -> tuple[float, float, float]:
    """Reward after rejects and fee, index cost and MWh of a month; machines stop where power costs more."""
    meter_mw = count * watts / 1e6 * AIR_PUE
    per_mwh = hashprice(day, btc) * 1000 / (24 * watts / ths) / AIR_PUE * KEPT
    runs = [(h, price) for h, price in levels(day) if per_mwh > price]
    mwh = meter_mw * sum(h for h, _ in runs)
    return per_mwh * mwh, meter_mw * sum(h * price for h, price in runs), mwh


def mine_cash(day: date, count: int, ths: float = 200.0, watts: float = 3500.0) -> float:
    reward, power, _ = mining(day, count, ths, watts)
    return reward - power - 70000.0 * count * watts / 1e6 / 12 * inflation(day)


def sale(count: int, day: date) -> float:
    """S21 at $4,830 in the catalog as of 2025: half of it is left each year, 15 % goes in the sale."""
    years = ((day.year - 2025) * 12 + day.month - 1) / 12
    return count * 4830.0 * 0.5**years * 0.85


def sale_of_new(count: int, day: date) -> float:
    """S21 Pro has no price in the catalog: the used price of $8.4/TH of 2025-02 stands for it."""
    years = ((day.year - 2025) * 12 + day.month - 2) / 12
    return count * 234.0 * 8.4 * 0.5**years * 0.85


def months_of(weeks: float) -> int:
    return max(1, math.ceil(weeks * 12 / 52 - 1e-9))


def works(cash: np.ndarray, spend: float, begin: int, months: int) -> None:
    """Cumulative 3x² - 2x³, each month's part in its own money, the part beyond the plan left out."""
    for k in range(months):
        a, b = k / months, (k + 1) / months
        if begin + k < cash.size:
            share = 3 * b**2 - 2 * b**3 - (3 * a**2 - 2 * a**3)
            cash[begin + k] -= spend * share * inflation(month(begin + k))


def lease_cash(
    kw: float,
    hand_over: date,
    day: date,
    term_months: int,
    market: bool,
    basis: str = "modified_gross",
    sla: bool = True,
) -> float:
    """Rent less credit and operating cost of a month; zero where the hall is empty."""
    k = (day.year - hand_over.year) * 12 + day.month - hand_over.month
    if k < 0 or (k >= term_months and not market):
        return 0.0
    if k < term_months:
        rate = RENT * (1 + ESCALATOR) ** (k // 12)
    else:
        again = after(hand_over, term_months)
        years = ((again.year - 2026) * 12 + again.month - 9) / 12
        rate = MARKET_RENT * (1 + MARKET_GROWTH) ** years * (1 + ESCALATOR) ** ((k - term_months) // 12)
    rent = kw * rate * min((k + 1) / RAMP, 1.0) * (1 - (CREDIT if sla else 0.0))
    opex = kw / 1000 * LEASE_OPEX / 12 * inflation(day)
    if basis == "nnn":
        return rent
    power = 0.0
    if basis == "gross":
        mwh = kw / 1000 * 0.8 * liquid_pue() * min((k + 1) / RAMP, 1.0)
        power = sum(mwh * h * price for h, price in levels(day))
    return rent - opex - power


def by_kind(found: tuple[Candidate, ...], kind: str) -> list[Candidate]:
    chosen = [one for one in found if one.value.kind == kind]
    assert chosen
    assert all(one.value.feasible for one in chosen)
    return chosen


def begin_of(one: Candidate) -> int:
    return (one.value.start.year - 2027) * 12 + (one.value.start.number - 1) * 3


def same(one: Candidate, expected: np.ndarray) -> None:
    assert one.value.cash_usd == pytest.approx(expected, **EXACT), one.value.label
    assert one.value.value_usd == pytest.approx(discounted(expected), **EXACT), one.value.label


# --- one hall, option by option


def test_keeping_is_hashing_less_power_and_operating_cost() -> None:
    here = world(one_hall(""))
    keep = candidates(HallCash(here), here.site.halls[0])[0]
    expected = np.array([mine_cash(month(k), 1000) for k in range(36)])
    expected[35] += sale(1000, month(36))
    same(keep, expected)
    before, later = mining(month(0), 1000), mining(month(30), 1000)
    assert before[2] == pytest.approx(3.675 * 744), "before the halving the machines run at both prices"
    assert later[2] == pytest.approx(3.675 * 504), "after it they leave the dear hours"


def test_stopping_sells_the_machines_in_the_month_after() -> None:
    here = world(one_hall(""))
    stops = by_kind(candidates(HallCash(here), here.site.halls[0]), "stop")
    assert len(stops) == 12
    for one in stops:
        begin = begin_of(one)
        expected = np.array([mine_cash(month(k), 1000) if k < begin else 0.0 for k in range(36)])
        expected[begin] += sale(1000, month(begin))
        same(one, expected)


def test_new_machines_are_paid_before_they_run_and_old_ones_sold_as_they_stop() -> None:
    here = world(one_hall(REFRESH))
    fitted = int(4.0 / AIR_PUE * 1e6 / 3510)
    for one in by_kind(candidates(HallCash(here), here.site.halls[0]), "refresh"):
        begin = begin_of(one)
        ready = begin + months_of(12)
        expected = np.array(
            [mine_cash(month(k), 1000) if k < ready else mine_cash(month(k), fitted, 234.0, 3510.0) for k in range(36)]
        )
        expected[ready - 1] -= fitted * 234.0 * 18.9
        expected[min(ready, 35)] += sale(1000, month(ready))
        if ready < 36:
            expected[35] += sale_of_new(fitted, month(36))
            assert one.value.hand_over == month(ready)
        same(one, expected)
        assert one.value.capex_usd == pytest.approx(fitted * 234.0 * 18.9)


@pytest.mark.parametrize("available", [0.9995, 0.99])
@pytest.mark.parametrize(("term", "market"), [(10.0, True), (1.0, True), (1.0, False)])
def test_reuse_empties_the_hall_builds_and_lets(term: float, market: bool, available: float) -> None:
    here = world(
        one_hall(REUSE),
        LEASE.format(basis="modified_gross", term=term, available=available, more=""),
        3,
        MARKET if market else "",
    )
    critical = 4.0 / liquid_pue()
    for one in by_kind(candidates(HallCash(here), here.site.halls[0]), "colocation_reuse"):
        begin = begin_of(one)
        ready = begin + 7
        expected = np.array([mine_cash(month(k), 1000) if k < begin else 0.0 for k in range(36)])
        expected[begin] += sale(1000, month(begin))
        works(expected, 5e6 * critical, begin, 7)
        for k in range(36):
            expected[k] += lease_cash(
                critical * 1000, month(ready), month(k), round(term * 12), market, sla=available < 0.999
            )
        same(one, expected)
        assert one.value.hand_over == month(ready)
        assert one.value.critical_it_mw == pytest.approx(critical)


@pytest.mark.parametrize("basis", ["modified_gross", "nnn", "gross"])
def test_a_new_building_mines_until_hand_over(basis: str) -> None:
    here = world(one_hall(NEW), LEASE.format(basis=basis, term=1.0, available=0.9995, more=""))
    for one in by_kind(candidates(HallCash(here), here.site.halls[0]), "colocation_new"):
        begin = begin_of(one)
        ready = begin + 12
        expected = np.array([mine_cash(month(k), 1000) if k < ready else 0.0 for k in range(36)])
        expected[min(ready, 35)] += sale(1000, month(min(ready, 36)))
        works(expected, 10e6 * 3.0, begin, 12)
        for k in range(36):
            expected[k] += lease_cash(3000.0, month(ready), month(k), 12, False, basis, sla=False)
        same(one, expected)


def gpu_rent(day: date) -> float:
    return float(row_of("gpus", "model", "NVIDIA GB300")["rent_usd_per_gpu_h"]) * 0.92 ** years_to_middle(day)


def gpu_cash(day: date, hand_over: date, count: int, kw: float, term_months: int, term_frac: float) -> float:
    """Term and spot rent less power of all GPUs, which are all on from the first day, less operating cost."""
    k = (day.year - hand_over.year) * 12 + day.month - hand_over.month
    ramp = min((k + 1) / RAMP, 1.0)
    price = 2.91 if k < term_months else gpu_rent(day)
    rent = hours(day) * ramp * count * (0.9 * term_frac * price + 0.7 * (1 - term_frac) * 0.42 * gpu_rent(day))
    power = sum(count * kw / 1000 * liquid_pue() * h * index for h, index in levels(day))
    return rent - power - 3.0 * 600000.0 / 12 * inflation(day)


@pytest.mark.parametrize("term_frac", [1.0, 0.7])
def test_a_gpu_cloud_buys_runs_and_resells(term_frac: float) -> None:
    here = world(one_hall(GPU), RENTAL.format(term=1.0, term_frac=term_frac))
    gpu = row_of("gpus", "model", "NVIDIA GB300")
    kw, price = float(gpu["it_kw_per_gpu"]), float(gpu["capital_usd_per_gpu"])
    count = int(3000.0 / kw)
    left = [1.0] + [constant(f"gpu_residual_frac_year_{year}") for year in range(1, 7)]
    for one in by_kind(candidates(HallCash(here), here.site.halls[0]), "gpu_cloud"):
        begin = begin_of(one)
        ready = begin + 6
        expected = np.array([mine_cash(month(k), 1000) if k < begin else 0.0 for k in range(36)])
        expected[begin] += sale(1000, month(begin))
        works(expected, 4e6 * 3.0, begin, 6)
        if ready <= 36:
            expected[ready - 1] -= count * price
        for k in range(ready, 36):
            expected[k] += gpu_cash(month(k), month(ready), count, kw, 12, term_frac)
        if ready < 36:
            expected[35] += count * price * float(np.interp((36 - ready) / 12, range(7), left))
        same(one, expected)


def test_gpus_are_sold_at_the_end_of_their_life_and_the_hall_is_let() -> None:
    contracts = RENTAL.format(term=5.0, term_frac=1.0) + LEASE.format(
        basis="modified_gross", term=10.0, available=0.9995, more=""
    )
    here = world(one_hall(GPU), contracts, 8, MARKET)
    gpu = row_of("gpus", "model", "NVIDIA GB300")
    kw, price = float(gpu["it_kw_per_gpu"]), float(gpu["capital_usd_per_gpu"])
    count = int(3000.0 / kw)
    life = round(constant("gpu_life_years")) * 12
    one = by_kind(candidates(HallCash(here), here.site.halls[0]), "gpu_cloud")[0]
    expected = np.zeros(96)
    expected[0] += sale(1000, month(0))
    works(expected, 4e6 * 3.0, 0, 6)
    expected[5] -= count * price
    for k in range(6, 6 + life):
        expected[k] += gpu_cash(month(k), month(6), count, kw, 60, 1.0)
    expected[5 + life] += count * price * constant("gpu_residual_frac_year_6")
    again = month(6 + life)
    years = ((again.year - 2026) * 12 + again.month - 9) / 12
    for k in range(6 + life, 96):
        since = k - 6 - life
        rate = MARKET_RENT * (1 + MARKET_GROWTH) ** years * (1 + ESCALATOR) ** (since // 12)
        expected[k] += 3000.0 * rate * min((since + 1) / RAMP, 1.0) - 3.0 * LEASE_OPEX / 12 * inflation(month(k))
    same(one, expected)


# --- the whole site

TARIFF = """
delivery_usd_per_mwh = 2.0
monthly_fixed_usd = 5000.0
demand_charge_usd_per_kw_month = {demand}
ratchet_frac = 0.8
ratchet_months = 5
coincident_peak_usd_per_kw_year = {coincident}
coincident_peak_months = [6, 7, 8, 9]
coincident_peak_window = [15, 18]
coincident_peak_candidates = {watched}
coincident_peak_lag_years = 1
"""

PPA = """
[[supply]]
kind = "ppa_block"
name = "block"
volume_mw = 1.0
price_usd_per_mwh = 35.0
start = 2026-01-01
end = 2028-07-01
escalator_frac_per_year = 0.02
"""

LET_HALL = """
[[hall]]
name = "L"
shell_mw = 3.0
cooling = "dlc_dry_40"
"""

IN_FORCE = 'hall = "L"\nstart = 2025-07-01\ncritical_it_mw = 2.0'


def let_site(demand: float = 4.0, coincident: float = 20.0, watched: int = 5, btc: float = BTC) -> World:
    """A hall of 1,000 S21 beside a hall let since 2025-07-01."""
    return world(
        HALL.format(name="M", shell=4.0, count=1000, options="") + LET_HALL,
        LEASE.format(basis="modified_gross", term=10.0, available=0.9995, more=IN_FORCE),
        tariff=TARIFF.format(demand=demand, coincident=coincident, watched=watched),
        supply=PPA,
        losses=0.02,
        adder=1.5,
        btc=btc,
    )


def settled(here: World, kind: str = "keep", begin: int = 0) -> CashTable:
    ledger = HallCash(here)
    groups = [candidates(ledger, hall) for hall in here.site.halls]
    mine = next(one for one in groups[0] if one.value.kind == kind and begin_of(one) == begin)
    history = history_before(here, [phase for hall in here.site.halls for phase in present(here.site, hall)])
    return settle_plan(here, (mine, groups[1][0]), history).cash


def lines_of(cash: CashTable) -> dict[tuple[str, str], np.ndarray]:
    return {(line.category, line.name): line.amount_usd for line in cash.lines}


TENANT_MW = 2.0 * 0.8


def watched_hours(day: date, watched: int) -> tuple[float, float]:
    """Dear and cheap hours of the 20 of a summer month that may be the system's peak: the dear days come first."""
    return (float(watched), 0.0) if day.month in {6, 7, 8, 9} else (0.0, 0.0)


@pytest.mark.parametrize("stop", [None, 15])
def test_every_line_of_a_site_with_a_tenant(stop: int | None) -> None:
    """Miners leave the watched hours (a MWh there adds $1,000 to later bills), and the tenant is in all of them."""
    here = let_site()
    found = lines_of(settled(here) if stop is None else settled(here, "stop", stop))
    pue = liquid_pue()
    tenant = TENANT_MW * pue
    miner = 3.5 * AIR_PUE
    peaks = [tenant + miner] * 12  # the year before the plan, from its first year's hours
    names = ["reward", "rejected", "fee", "opex", "energy", "losses", "adder", "delivery", "fixed", "demand", "cp"]
    names += ["ppa", "passed", "rent", "lease opex", "overhead"]
    want = {name: np.zeros(36) for name in names}
    for k in range(36):
        day, up = month(k), inflation(month(k))
        mines = stop is None or k < stop
        per_mwh = hashprice(day) * 1000 / (24 * 17.5) / AIR_PUE
        mwh, index = 0.0, 0.0
        peak = tenant
        for (h, price), gone in zip(levels(day), watched_hours(day, 5), strict=True):
            cost = price * 1.02 + 1.5 + 2.0 * up
            runs = miner * (h - gone) if mines and per_mwh * KEPT > cost else 0.0
            mwh += runs
            index += (runs + tenant * h) * price
            want["passed"][k] += tenant * h * cost
            peak = max(peak, tenant + miner if runs else 0.0)
        hashed = per_mwh * mwh * 0.98
        want["reward"][k] = hashed
        want["rejected"][k] = -hashed * 0.002
        want["fee"][k] = -hashed * 0.998 * 0.01
        want["opex"][k] = -70000.0 * 3.5 / 12 * up if mines else 0.0
        total_mwh = mwh + tenant * hours(day)
        want["energy"][k] = -index
        want["losses"][k] = -index * 0.02
        want["adder"][k] = -total_mwh * 1.5
        want["delivery"][k] = -total_mwh * 2.0 * up
        want["fixed"][k] = -5000.0 * up
        billed = max(peak, 0.8 * max(peaks[-5:]))
        peaks.append(peak)
        want["demand"][k] = -billed * 1000 * 4.0 * up
        want["cp"][k] = -tenant * 1000 * 20.0 / 12 * up
        share = tenant / (tenant + (miner if mines else 0.0))
        want["passed"][k] += share * (5000.0 + peak * 1000 * 4.0) * up + tenant * 1000 * 20.0 / 12 * up
        if day < date(2028, 7, 1):
            fixed = 35.0 * 1.02 ** (day.year - 2026)
            want["ppa"][k] = sum(h * (price - fixed) for h, price in levels(day))
        since = (day.year - 2025) * 12 + day.month - 7
        want["rent"][k] = 2000.0 * RENT * 1.03 ** (since // 12)
        want["lease opex"][k] = -2.0 * LEASE_OPEX / 12 * up
        want["overhead"][k] = -10000.0 * up
    sold = np.zeros(36)
    sold[35 if stop is None else stop] = sale(1000, month(36 if stop is None else stop))
    pairs = {
        ("mining", "mining reward"): want["reward"],
        ("mining", "rejected shares"): want["rejected"],
        ("mining", "pool fee"): want["fee"],
        ("operating", "mining staff and repairs"): want["opex"],
        ("operating", "overhead"): want["overhead"],
        ("power", "index energy"): want["energy"],
        ("power", "losses"): want["losses"],
        ("power", "retail adder"): want["adder"],
        ("power", "delivery"): want["delivery"],
        ("power", "customer charge"): want["fixed"],
        ("power", "demand charge"): want["demand"],
        ("power", "coincident-peak charge"): want["cp"],
        ("power", "PPA difference"): want["ppa"],
        ("colocation", "power pass-through"): want["passed"],
        ("colocation", "rent"): want["rent"],
        ("colocation", "operating cost"): want["lease opex"],
        ("salvage", "machines sold, hall M"): sold,
    }
    assert set(found) == set(pairs)
    for key, expected in pairs.items():
        assert found[key] == pytest.approx(expected, **EXACT), key


def own_bill(k: int, demand: float, coincident: float) -> float:
    """What the tenant's load costs alone, without the customer charge: energy, wires, its own peak and its own 4CP."""
    day, up, tenant = month(k), inflation(month(k)), TENANT_MW * liquid_pue()
    energy = sum(tenant * h * (price * 1.02 + 1.5 + 2.0 * up) for h, price in levels(day))
    return energy + tenant * 1000 * up * (demand + coincident / 12)


def test_a_tenant_beside_running_miners_pays_his_own_load_and_his_part_of_the_customer_charge() -> None:
    """While miners run at the monthly peak too, shares by capacity are shares of the peak."""
    passed = lines_of(settled(let_site()))["colocation", "power pass-through"]
    tenant = TENANT_MW * liquid_pue()
    part = tenant / (tenant + 3.675)
    for k in range(15):
        assert passed[k] == pytest.approx(own_bill(k, 4.0, 20.0) + part * 5000.0 * inflation(month(k)), **EXACT)


def test_a_tenant_does_not_pay_for_the_peaks_of_miners() -> None:
    """With 120 watched hours a month a MWh there adds $42, and before the halving miners run on in all of them."""
    passed = lines_of(settled(let_site(watched=120)))["colocation", "power pass-through"]
    part = TENANT_MW * liquid_pue() / (TENANT_MW * liquid_pue() + 3.675)
    expected = [own_bill(k, 4.0, 20.0) + part * 5000.0 * inflation(month(k)) for k in range(12)]
    assert passed[:12] == pytest.approx(expected, **EXACT)


def test_a_tenant_beside_idle_miners_pays_the_peak_that_is_his_alone() -> None:
    """At $30,000 a coin no machine runs at either price, and the whole demand charge is the tenant's."""
    here = let_site(btc=30000.0)
    found = lines_of(settled(here))
    assert ("mining", "mining reward") not in found
    own = np.array([own_bill(k, 4.0, 20.0) for k in range(36)])
    assert np.all(found["colocation", "power pass-through"] >= own - 1e-6)


def test_a_shell_limits_its_miners_in_the_settled_plan_too() -> None:
    """1,140 S21 draw 3.99 MW at the wall and 4.19 MW at the meter, in a shell of 4 MW."""
    here = world(one_hall("", count=1140))
    keep = candidates(HallCash(here), here.site.halls[0])[0]
    drawn = settle_plan(here, (keep,), PeakHistory()).uses["mining"].energy_mwh
    most = [4.0 * hours(month(k)) for k in range(36)]
    assert np.all(drawn <= np.array(most) + 1e-6)
