"""Claim `core_contract`: Core Scientific's 3.5 G$ contract, signed "this year"."""

from __future__ import annotations

from repower.base.units import HOURS_PER_YEAR, KW_PER_MW, KWH_PER_MWH, MONTHS_PER_YEAR, Frac, Usd
from repower.catalog.row import text, value
from repower.validation.article.figures import computed, plain, read, row, said, source_of, stated
from repower.validation.result import Claim, Figure, Verdict

ROUNDING_FRAC: Frac = 0.02
"""Two amounts rounded to two digits are the same where they differ by no more."""


def core_contract_verdict(signed_year: int, said_year: int, contract_usd: Usd, said_usd: Usd) -> Verdict:
    """Holds where amount and year agree, conditional where the amount alone does."""
    if abs(contract_usd / said_usd - 1.0) > ROUNDING_FRAC:
        return "does_not_hold"
    return "holds" if signed_year == said_year else "conditional"


def core_contract() -> Claim:
    """When it was signed, what it pays per kW, and what it has become."""
    first, today = row("deals", "deal", "CORZ-1"), row("deals", "deal", "CORZ-6")
    signed = text(first, "announced")
    signed_year = int(signed[:4])
    contract_usd, term_years = value(first, "revenue_usd"), value(first, "term_years")
    it_kw = value(first, "critical_it_mw") * KW_PER_MW
    usd_per_year = contract_usd / term_years
    where = "catalog deals: CORZ-1; revenue over term and critical IT"
    figures = (
        Figure("signed_year", signed_year, "year", f"announced {signed}", signed, "source", source_of(first)),
        stated("said_year", "article_core_contract_year"),
        read("contract_usd", first, "revenue_usd", "$", "revenue over the base term"),
        stated("said_contract_usd", "article_core_contract_usd"),
        read("term_years", first, "term_years", "years", "base term"),
        read("critical_it_mw", first, "critical_it_mw", "MW", "critical IT, power passed through"),
        computed("revenue_usd_per_year", usd_per_year, "$/year", "average over the base term", (signed, where)),
        computed(
            "rent_usd_per_kw_month",
            usd_per_year / MONTHS_PER_YEAR / it_kw,
            "$/kW-month",
            "critical IT, average over the base term, tenant pays power",
            (signed, where),
        ),
        computed(
            "rent_usd_per_kwh",
            usd_per_year / (it_kw / KW_PER_MW * HOURS_PER_YEAR) / KWH_PER_MWH,
            "$/kWh",
            "critical IT at full load all year, tenant pays power",
            (signed, where),
        ),
        read("today_usd", today, "revenue_usd", "$", "all contracts with CoreWeave, base terms"),
        read("today_critical_it_mw", today, "critical_it_mw", "MW", "all contracts with CoreWeave, critical IT"),
        computed(
            "grown_ratio",
            value(today, "revenue_usd") / contract_usd,
            "x",
            "all contracts over the first, revenue over the base terms",
            (text(today, "as_of"), "catalog deals: CORZ-6 over CORZ-1"),
        ),
    )
    verdict = core_contract_verdict(
        signed_year, round(said("article_core_contract_year")), contract_usd, said("article_core_contract_usd")
    )
    return Claim("core_contract", verdict, figures, {"contracts": _contracts()})


def _contracts() -> tuple[dict[str, str | float], ...]:
    """Contracts in the order of their signing with running totals of MW and revenue, and the total as reported."""
    rows: list[dict[str, str | float]] = []
    for deal in ("CORZ-1", "CORZ-2", "CORZ-3", "CORZ-4", "CORZ-6"):
        found = row("deals", "deal", deal)
        rows.append(
            {
                "deal": deal,
                "when": text(found, "announced"),
                "what": "all contracts" if deal == "CORZ-6" else "contract",
                "critical_it_mw": value(found, "critical_it_mw"),
                "revenue_usd": value(found, "revenue_usd"),
            }
        )
    return plain(rows)
