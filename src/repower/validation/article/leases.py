"""Public leases and rents as this package's claims use them: each counted once, on critical IT."""

from __future__ import annotations

from typing import Final

from repower.base.units import HOURS_PER_YEAR, KWH_PER_MWH, Mw, UsdPerKwh
from repower.catalog import Row, table
from repower.catalog.row import text, value, value_or_none
from repower.validation.article.figures import row

PARTS: Final = frozenset({"CORZ-1", "CORZ-2", "CORZ-3", "CORZ-4"})
"""Leases that the total of CORZ-6 holds."""

PERIODS: Final = ("term_average",)


def average_rents() -> tuple[Row, ...]:
    """Leases with a rent per kW of critical IT, averaged over the term, power not in it."""
    return tuple(
        each
        for each in table("leases").rows
        if each["rent_period"] in PERIODS and value_or_none(each, "rent_usd_per_kw_month") is not None
    )


def counted_once() -> tuple[Row, ...]:
    """Leases of known critical IT, without the parts of a total and without second rows of one lease."""
    deals = set()
    rows = []
    for each in table("leases").rows:
        deal = str(each["deal"])
        if each["deal"] is None or deal in PARTS or deal in deals or value_or_none(each, "critical_it_mw") is None:
            continue
        deals.add(deal)
        rows.append(each)
    return tuple(rows)


def signed(lease: Row) -> str:
    """Day of the announcement of the deal behind a lease."""
    return text(row("deals", "deal", text(lease, "deal")), "announced")


def it_mw(rows: tuple[Row, ...]) -> Mw:
    """Critical IT of some leases."""
    return sum(value(each, "critical_it_mw") for each in rows)


def cloud_contract_usd_per_kwh(deal: str) -> UsdPerKwh:
    """Revenue of a GPU cloud contract per kWh of critical IT at full load over the term."""
    found = row("deals", "deal", deal)
    it_mwh = value(found, "critical_it_mw") * HOURS_PER_YEAR * value(found, "term_years")
    return value(found, "revenue_usd") / it_mwh / KWH_PER_MWH
