"""Deals, leases, debt, building costs, miners and delays against the collected files and against each other."""

from __future__ import annotations

import csv
import dataclasses
import re
from itertools import pairwise

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, USD_PER_MUSD, unit_of
from repower.catalog.column import ORIGIN
from repower.catalog.facts import STATUSES
from shared_data import shared

WITH_STATUS = (
    "deals",
    "leases",
    "financing",
    "capex_benchmarks",
    "schedule_slips",
    "time_to_power",
    "miners",
    "miner_months",
)
FACTORS = {"_usd_m": USD_PER_MUSD, "_musd": USD_PER_MUSD, "_pct": 0.01}


def collected(name: str) -> list[dict[str, str]]:
    with shared(f"data/cases/{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


@pytest.mark.parametrize(
    ("record", "name"),
    [
        (catalog.Deal, "deals"),
        (catalog.Lease, "leases"),
        (catalog.Financing, "financing"),
        (catalog.MinerFact, "miners"),
        (catalog.MinerMonth, "miner_months"),
    ],
)
def test_a_record_has_every_column_of_its_table(record: type, name: str) -> None:
    fields = {field.name for field in dataclasses.fields(record)}
    columns = {column.name for column in catalog.table(name).columns}
    assert fields - {"fact"} == columns - {column.name for column in ORIGIN}


@pytest.mark.parametrize("name", WITH_STATUS)
def test_every_row_has_a_status_that_its_grade_allows(name: str) -> None:
    (column,) = (column for column in catalog.table(name).columns if column.name == "status")
    assert column.required
    assert column.choices == tuple(STATUSES)
    for row in catalog.table(name).rows:
        if row["status"] == "verified":
            assert row["grade"] in ("A", "A-"), row
        if row["status"] in ("computed", "conflicting"):
            assert row["note"], row


def test_deals_are_as_collected() -> None:
    wanted = collected("deals")
    rows = catalog.deals()
    assert [row.deal for row in rows] == [row["deal_id"] for row in wanted]
    for row, source in zip(rows, wanted, strict=True):
        money = {
            column: None if (cell := number(source[column])) is None else pytest.approx(cell * USD_PER_MUSD)
            for column in (
                "contract_revenue_usd_m",
                "max_revenue_with_options_usd_m",
                "capex_usd_m_per_mw_low",
                "capex_usd_m_per_mw_high",
                "capex_total_usd_m",
                "noi_usd_m_per_year",
            )
        }
        assert row.critical_it_mw == number(source["critical_it_mw"]), row.deal
        assert number(source["gross_mw"]) == (row.gross_mw or row.nameplate_mw), row.deal
        assert row.term_years == number(source["term_years"]), row.deal
        amount = row.revenue_usd or row.price_usd
        assert (-amount if row.deal == "SLNH-1" and amount else amount) == money["contract_revenue_usd_m"], row.deal
        if row.deal != "CORZ-4":  # collected there: the total of all contracts, which is no revenue of this deal
            assert row.revenue_with_options_usd == money["max_revenue_with_options_usd_m"], row.deal
        low, high = money["capex_usd_m_per_mw_low"], money["capex_usd_m_per_mw_high"]
        assert (row.gross_capex_low_usd_per_mw or row.it_capex_low_usd_per_mw) == low, row.deal
        assert (row.it_capex_high_usd_per_mw or row.gross_capex_high_usd_per_mw) == high, row.deal
        assert row.capex_usd == money["capex_total_usd_m"], row.deal
        assert row.noi_usd_per_year == money["noi_usd_m_per_year"], row.deal
        assert row.fact.grade == source["source_grade"], row.deal
        assert row.fact.as_of == source["fact_date"], row.deal
        for ours, theirs in (
            (row.capex_payer, "capex_payer"),
            (row.power, "power_cost_treatment"),
            (row.promised, "promised_dates"),
            (row.reached, "actual_dates"),
        ):
            assert ours or not source[theirs], (row.deal, theirs)


def test_an_unknown_deal_names_the_nearest() -> None:
    assert catalog.deal("HUT-1").site == "River Bend LA, greenfield"
    with pytest.raises(CatalogError, match=r"deals\.csv: deal: .*no such deal \(value: hut1\).*'HUT-1'"):
        catalog.deal("hut1")


def test_contracted_power_over_it_is_what_such_deals_have() -> None:
    """Cases 3: 1.21 to 1.45 where both are given; twice the IT would be a campus in the wrong column."""
    ratios = {
        row.deal: row.gross_mw / row.critical_it_mw for row in catalog.deals() if row.gross_mw and row.critical_it_mw
    }
    stated = {"CORZ-4b": 1.43, "WULF-4": 1.43, "CIFR-1": 1.45, "CIFR-2": 1.44, "HUT-1": 1.35, "WULF-1": 1.21}
    assert {deal: round(ratios[deal], 2) for deal in stated} == stated
    assert all(1.2 <= ratio <= 1.55 for ratio in ratios.values()), ratios


def test_a_lease_of_the_term_is_revenue_over_term_and_power() -> None:
    found = [lease for lease in catalog.leases() if lease.rent_period == "term_average"]
    assert len(found) == 21
    for lease in found:
        assert lease.status == "computed"
        deal = catalog.deal(lease.deal or "")
        stated_usd_per_kw_month = lease.rent_usd_per_kw_month or lease.gross_rent_usd_per_kw_month
        mw = lease.critical_it_mw if lease.rent_usd_per_kw_month else lease.gross_mw
        assert mw == (deal.critical_it_mw if lease.rent_usd_per_kw_month else deal.gross_mw), lease.lease
        assert deal.revenue_usd
        assert deal.term_years
        rent = deal.revenue_usd / (deal.term_years * MONTHS_PER_YEAR) / (mw * KW_PER_MW)
        assert stated_usd_per_kw_month == pytest.approx(rent, abs=0.051), lease.lease


def test_leases_are_the_derived_ones() -> None:
    leases = {lease.lease: lease for lease in catalog.leases()}
    for row in collected("deals_derived"):
        if row["deal_id"] == "IREN-1":  # GPU cloud, no lease
            continue
        lease = leases[row["deal_id"]]
        ours = lease.rent_usd_per_kw_month if row["mw_basis"] == "IT" else lease.gross_rent_usd_per_kw_month
        assert ours == float(row["usd_per_kw_month"])
        noi = number(row["noi_musd_per_mw_yr"])
        assert lease.noi_usd_per_mw_year == (None if noi is None else pytest.approx(noi * USD_PER_MUSD))


def test_a_first_year_is_below_the_average_of_a_rising_rent() -> None:
    leases = {lease.lease: lease for lease in catalog.leases()}
    first, average = leases["GLXY-1 first year"], leases["GLXY-1"]
    assert first.rent_usd_per_kw_month == pytest.approx(240e6 / MONTHS_PER_YEAR / (133 * KW_PER_MW), abs=0.051)
    assert average.rent_usd_per_kw_month is not None
    assert first.rent_usd_per_kw_month < average.rent_usd_per_kw_month


def test_financing_covers_what_was_collected() -> None:
    rows = catalog.financings()
    for source in collected("financing"):
        cell = number(source["amount_usd_m"])
        (found,) = (row for row in rows if source["source_url"] in row.fact.source and row.amount_usd == _usd(cell))
        per_mw = number(source["debt_per_it_mw_musd"])
        assert found.debt_usd_per_mw == (None if per_mw is None else pytest.approx(per_mw * USD_PER_MUSD))
        rate = source["rate"].removesuffix(" %")
        if rate.replace(".", "").isdigit():
            assert found.rate_frac_per_year == pytest.approx(float(rate) / 100)
    assert all(row.rate_frac_per_year is None or row.rate_frac_per_year <= 0.15 for row in rows)


def _usd(musd: float | None) -> float | None:
    return None if musd is None else musd * USD_PER_MUSD


def test_benchmarks_are_as_collected() -> None:
    wanted = collected("capex_per_mw")
    rows = catalog.table("capex_benchmarks").rows
    for row, source in zip(rows, wanted, strict=True):
        low, high = _usd(number(source["low_musd_per_mw"])), _usd(number(source["high_musd_per_mw"]))
        it = (row["it_low_usd_per_mw"], row["it_high_usd_per_mw"])
        gross = (row["gross_low_usd_per_mw"], row["gross_high_usd_per_mw"])
        assert row["source"] == source["source_url"] or not source["source_url"].startswith("http")
        assert row["grade"] == source["grade"][-1]
        match source["mw_basis"]:
            case "IT":
                assert (it, gross) == (pytest.approx((low, high)), (None, None))
            case "gross":
                assert (it, gross) == ((None, None), pytest.approx((low, high)))
            case "gross / IT":
                assert (it, gross) == (pytest.approx((high, high)), pytest.approx((low, low)))
            case _:
                assert (*it, *gross) == (None,) * 4


def numbers(text: str) -> list[float]:
    """Numbers that a collected text holds, a percentage as a share."""
    found = [float(each) for each in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text.replace("-", " "))]
    return [each / 100 for each in found] if "%" in text else found


def test_slips_are_as_collected() -> None:
    rows = catalog.table("schedule_slips").rows
    for row, source in zip(rows, collected("schedule_slips"), strict=True):
        assert row["source"] == source["source_url"]
        assert row["grade"] == source["grade"][-1]
        assert row["cause"] or not source["cause"].strip("-") or "campus begun" in str(row["note"])
        stated = [] if source["slip_months"] == "not checked" else numbers(source["slip_months"].split(" vs ")[0])
        slips = [row["low_slip_months"], row["high_slip_months"]]
        if ">=" in source["slip_months"] and len(stated) == 1:
            assert slips == [stated[0], None]
        else:
            assert slips == ([stated[0], stated[-1]] if stated else [None, None]), row["project"]


def test_waits_are_as_collected() -> None:
    address = ""
    for row, source in zip(catalog.table("time_to_power").rows, collected("time_to_power"), strict=True):
        address = address if source["source_url"] == "same" else source["source_url"]
        assert row["source"] == address
        stated = numbers(source["value"])
        if row["region"] == "PJM":  # years to the agreement and from there to operation
            assert (row["low"], row["high"]) == (sum(stated), None)
        elif row["kind"] == "law":
            assert (row["low"], row["high"]) == (stated[0], None)
        else:
            assert (row["low"], row["high"]) == (min(stated), max(stated)), row["what"]


def test_every_collected_figure_of_miners_is_there() -> None:
    """But the months of IREN, which have their own table, one rejected row, and shares that are a division."""
    facts = {(fact.company, fact.metric, fact.fact.source, fact.value) for fact in catalog.miner_facts()}
    values = {(fact.metric, fact.value) for fact in catalog.miner_facts()}
    columns = {
        "hashrate_ehs": ("hash_rate_ehs", 1.0),
        "fleet_j_per_th": ("fleet_j_per_th", 1.0),
        "power_price_usd_per_kwh": ("power_price_usd_per_kwh", 1.0),
        "energy_cost_usd_per_btc": ("energy_usd_per_btc", 1.0),
        "cost_per_btc_usd": ("cost_usd_per_btc", 1.0),
        "btc_mined": ("mined_btc", 1.0),
        "revenue_usd_m": ("revenue_usd", USD_PER_MUSD),
        "mining_revenue_usd_m": ("mining_revenue_usd", USD_PER_MUSD),
        "ai_revenue_usd_m": ("ai_revenue_usd", USD_PER_MUSD),
        "gross_margin_pct": ("margin_frac", 0.01),
        "mw_operating": ("operating_mw", 1.0),
        "mw_contracted": ("contracted_mw", 1.0),
        "power_cost_usd_m": ("power_cost_usd", USD_PER_MUSD),
    }
    wanted = collected("miners")
    assert len(wanted) == 106
    kept = [
        row
        for row in wanted
        if row["source_grade"] != "X" and (row["company"], row["period_type"]) != ("IREN", "month")
    ]
    assert len(kept) == 106 - 1 - len(catalog.miner_months())
    for row in kept:
        assert any(fact[2] == row["source_url"] for fact in facts) or "fintool" in row["source_url"], row
        for column, (metric, factor) in columns.items():
            cell = number(row[column])
            if cell is not None:
                assert any(
                    name == metric and value == pytest.approx(cell * factor, abs=1e-9, rel=1e-9)
                    for name, value in values
                ), (row["company"], row["period"], column)
        share, revenue, ai = (number(row[name]) for name in ("ai_share_pct", "revenue_usd_m", "ai_revenue_usd_m"))
        if share is not None and revenue and ai:
            assert share == pytest.approx(100 * ai / revenue, abs=0.3), (row["company"], row["period"])


def test_what_was_rejected_is_not_there() -> None:
    """Cases 1.9 and 9: figures that an issuer's own release contradicts, or that nobody could find."""
    cango = list(catalog.miner_facts(company="Cango"))
    assert all(fact.value != 18_500 for fact in cango)
    assert all(fact.value != 15 for fact in cango if fact.metric == "hash_rate_ehs")
    assert catalog.deal("CIFR-3").announced == "2025-11-03"
    assert catalog.deal("CORZ-1").announced == "2024-06-03"
    core = [row for row in catalog.table("capex_benchmarks").rows if "Core Scientific" in str(row["who"])]
    assert all(1_500_000 not in (row["it_low_usd_per_mw"], row["gross_low_usd_per_mw"]) for row in core)
    sources = [str(row["source"]) for name in WITH_STATUS for row in catalog.table(name).rows]
    assert not [source for source in sources if "cowlpane" in source or "globenewsagency" in source]


def test_energised_and_billing_megawatts_of_core_are_two_facts() -> None:
    (energised,) = catalog.miner_facts(company="Core Scientific", metric="energised_mw")
    billing = {fact.period: fact for fact in catalog.miner_facts(company="Core Scientific", metric="billing_mw")}
    latest = billing["2026-05-06"]
    assert (energised.value, latest.value) == (350, 243)
    assert (energised.mw_basis, latest.mw_basis) == ("not_stated", "critical_it")
    assert energised.status == latest.status == "conflicting"
    assert energised.basis != latest.basis


def test_metrics_state_their_unit() -> None:
    for fact in catalog.miner_facts():
        stated = unit_of(fact.metric)
        assert stated is not None
        assert stated.symbol == fact.unit


def test_facts_of_miners_are_picked_by_name() -> None:
    facts = catalog.miner_facts()
    argo = catalog.miner_facts(company="Argo", metric="margin_frac")
    assert argo == tuple(fact for fact in facts if (fact.company, fact.metric) == ("Argo", "margin_frac"))
    assert max(fact.value for fact in argo) == 0.86
    with pytest.raises(CatalogError, match=r"miners\.csv: company: .*\(value: Riott\).*'Riot'"):
        catalog.miner_facts(company="Riott")
    with pytest.raises(CatalogError, match=r"no row has all of these \(value: Argo, interest_usd\)"):
        catalog.miner_facts(company="Argo", metric="interest_usd")


def test_months_are_those_collected() -> None:
    wanted = [row for row in collected("miners") if (row["company"], row["period_type"]) == ("IREN", "month")]
    months = catalog.miner_months()
    assert len(months) == len(wanted) == 18
    for month, source in zip(months, wanted, strict=True):
        assert (month.month, month.fact.source) == (source["period"], source["source_url"])
        assert month.hash_rate_ehs == float(source["hashrate_ehs"])
        assert month.mined_btc == float(source["btc_mined"])
        assert month.electricity_usd == pytest.approx(float(source["power_cost_usd_m"]) * USD_PER_MUSD)
        assert month.electricity_usd_per_btc == float(source["energy_cost_usd_per_btc"])
        assert month.mining_revenue_usd == pytest.approx(float(source["mining_revenue_usd_m"]) * USD_PER_MUSD)
        assert month.used_mw == number(source["mw_used"])
        assert month.operating_mw == number(source["mw_operating"])
        assert month.fleet_j_per_th == number(source["fleet_j_per_th"])
        released = "computed" not in source["margin_basis"]
        assert month.hardware_margin_frac == (
            pytest.approx(float(source["gross_margin_pct"]) / 100) if released else None
        )


def test_months_agree_with_themselves() -> None:
    """V1 in cases 4: Bitcoin times cost per Bitcoin is the cost, and the margin follows, within their rounding."""
    months = catalog.miner_months()
    assert all(earlier.month < later.month for earlier, later in pairwise(months))
    for month in months:
        ratio = month.mined_btc * month.electricity_usd_per_btc / month.electricity_usd
        assert 0.994 <= ratio <= 1.008, month.month
        if month.hardware_margin_frac is not None:
            margin = 1 - month.electricity_usd / month.mining_revenue_usd
            assert month.hardware_margin_frac == pytest.approx(margin, abs=0.011), month.month
