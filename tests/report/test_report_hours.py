"""The report on hours: one self-contained page, a document with documented keys, and the words of its answers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np

import plan_sites
from repower.markets.power import Filled
from repower.plan.audit import audit
from repower.plan.dispatched import Dispatched, block_names, dispatched
from repower.plan.hours import Days, hours_of, typical_prices
from repower.plan.known import Known
from repower.plan.result import Caveat
from repower.plan.services import Carried
from repower.plan.unforeseen import Unforeseen, unforeseen
from repower.report.hours import Report, document, document_text, page, summary
from repower.report.hours.files import schedule_table, statement_text
from repower.report.hours.record import burnt_mwh, by_use, foresight_sentence, telling_week
from repower.report.hours.schema import KEYS, markdown
from repower.report.hours.tables import without_foresight
from repower.report.schema import paths
from repower.site import Battery, Hosting, TakeOrPay

ROOT = Path(__file__).resolve().parents[2]
DAYS: Days = (date(2027, 3, 1), date(2027, 4, 1))
CAVEAT = Caveat("answer", "prices are <known> beforehand", "read it so")


@lru_cache(maxsize=4)
def made(battery: bool = True, audited: bool = True, days: Days = DAYS, foresight: bool = True) -> Report:
    site = plan_sites.example()
    hosting = Hosting("hosting", "guests & co", "guest", "A", 5.0, 60.0, date(2027, 1, 1), date(2028, 1, 1))
    fixed = TakeOrPay("take_or_pay", "fixed block", 8.0, 31.0, date(2025, 1, 1), date(2029, 1, 1), 0.5)
    tariff = replace(site.tariff, demand_charge_usd_per_kw_month=9.0)
    site = replace(
        site,
        tariff=tariff,
        batteries=(Battery("store", 20.0, 20.0, 40.0),) if battery else (),
        contracts=(*site.contracts, hosting),
        supply=(*site.supply, fixed),
    )
    found = dispatched(hours_of(site, typical_prices(site, days), (), days))
    columns = {f"{name}_mw": np.zeros(found.hours.prices.grid.count) for name in block_names(found.schedule.blocks)}
    still = np.zeros(found.hours.prices.grid.count)
    columns |= {"import_mw": still, "battery_mw": still, "fixed block_mw": still}
    result = audit(found, columns, "nothing.csv") if audited else None
    return Report(found, result, "0.0", "f" * 64, (CAVEAT,), told(found, days) if foresight else None)


def told(found: Dispatched, days: Days) -> Unforeseen:
    """Day-ahead prices of the typical year, and no prices before the hours."""
    return unforeseen(found, Known(day_ahead=typical_prices(found.hours.site, days)))


def test_every_key_is_documented_and_every_documented_key_is_there() -> None:
    report = made()
    filled = Filled("LZ_WEST", 2.0, 1.0, "2027-03-02T07:00Z")
    service = Carried("ECRS", "up", 10.0, 25.0, 2.0, 5.4, 40_000.0)
    hours = replace(report.found.hours, filled=(filled,))
    found = document(replace(report, found=replace(report.found, hours=hours, services=(service,))))
    assert paths(found) == [key.path for key in KEYS]
    page_text = (ROOT / "docs" / "dispatch_json.md").read_text(encoding="utf-8")
    assert markdown() in page_text
    bare = document(made(battery=False, audited=False, foresight=False))
    assert (bare["battery"], bare["foresight"]) == (None, None)
    assert document_text(made()) == document_text(made())


def test_the_page_needs_nothing_but_itself_and_shows_what_was_found() -> None:
    html = page(made())
    assert html.startswith("<!doctype html>")
    assert not re.search(r"<script|https?://(?!www\.w3\.org)|src=", html)
    assert "prices are &lt;known&gt; beforehand".replace("prices", "Prices") in html
    for heading in ("The week of the dearest hour", "What each part is worth", "Proof", "Statement", "audited"):
        assert heading in html
    assert html.count("<svg") >= 2
    assert "guests &amp; co" in html
    assert "nothing.csv leaves at most $" in html
    assert "store" in html
    assert page(made()) == html
    assert "Rolling, day-ahead prices" in html
    assert "No rule is learnt" in html
    plain = page(made(battery=False, audited=False, foresight=False))
    assert "The schedule audited" not in plain
    assert "Without knowing prices" not in plain
    assert "Battery, MWh" not in plain


def test_the_summary_fits_a_terminal() -> None:
    text = summary(made())
    assert max(map(len, text.splitlines())) <= 100
    assert "no schedule earns more" in " ".join(text.split())
    assert "guests & co" in text
    assert "note: Prices are" in text
    assert "a rolling schedule by day-ahead prices earns" in " ".join(text.split())


def test_where_nothing_waits_for_prices_foresight_is_worth_nothing() -> None:
    """No battery and no peak: every load answers its own price as it comes."""
    site = plan_sites.example()
    days = (date(2027, 3, 1), date(2027, 3, 3))
    found = dispatched(hours_of(site, typical_prices(site, days), (), days))
    sentence = foresight_sentence(unforeseen(found, Known()))
    assert sentence.endswith("as much as with every price known.")
    loss = made().unforeseen
    assert loss is not None
    (way, *_) = loss.ways
    asked = replace(loss, ways=(replace(way, earned_usd=900_000.0, foresight_usd=100_000.0),))
    assert "worth $100,000 ($80,000 of it for" in foresight_sentence(replace(asked, peaks_guessed_usd=920_000.0))
    assert "of it for" not in foresight_sentence(replace(asked, peaks_guessed_usd=None))
    (row,) = without_foresight(found, unforeseen(found, Known())).lines[1:]
    assert row.cells[2:4] == ("100.0", "$0")


def test_columns_balance_and_lines_add_up() -> None:
    found = made().found
    table = schedule_table(found)
    loads = [f"{name}_mw" for name in block_names(found.schedule.blocks)]
    drawn = table.select(loads).sum_horizontal() + table["export_mw"] + table["battery_mw"]
    given = table["import_mw"] + table["fixed block_mw"]
    assert (drawn - given).abs().max() < 1e-6  # type: ignore[operator]
    rows = statement_text(found).splitlines()
    assert len(rows) == len(found.lines) + 1
    assert rows[0].startswith("party,counterparty,contract")


def test_the_week_shown_holds_the_dearest_hour() -> None:
    found = made().found
    inside = telling_week(found)
    assert inside.stop - inside.start in {7 * 24 - 1, 7 * 24}
    assert inside.start <= int(np.argmax(found.hours.prices.index_usd_per_mwh)) < inside.stop
    short = made(audited=False, days=(date(2027, 3, 1), date(2027, 3, 3))).found
    assert telling_week(short) == slice(0, 48)
    assert set(by_use(found)) == {"mining", "hosting"}
    assert burnt_mwh(found) >= 0.0
