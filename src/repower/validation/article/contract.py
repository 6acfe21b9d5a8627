"""Claim `core_contract`: Core Scientific's 3.5 G$ contract, signed "this year"."""

from __future__ import annotations

from typing import Final

from repower.base.units import KW_PER_MW, MONTHS_PER_YEAR, Frac, Usd
from repower.catalog import deal
from repower.validation.article.figures import Point, computed, plain, read, said, stated
from repower.validation.capacity import RentRate, rent_usd_per_kwh
from repower.validation.figures import stated as filled
from repower.validation.result import Claim, Verdict

ROUNDING_FRAC: Final[Frac] = 0.02
"""Two amounts rounded to two digits are the same where they differ by no more."""

CONTRACTS: Final = ("CORZ-1", "CORZ-2", "CORZ-3", "CORZ-4", "CORZ-6")


def core_contract_verdict(signed_year: int, said_year: int, contract_usd: Usd, said_usd: Usd) -> Verdict:
    """Holds where amount and year agree, conditional where the amount alone does."""
    if abs(contract_usd / said_usd - 1.0) > ROUNDING_FRAC:
        return "does_not_hold"
    return "holds" if signed_year == said_year else "conditional"


def core_contract() -> Claim:
    """When it was signed, what it pays per kW, and what it has become."""
    first, today = deal("CORZ-1"), deal("CORZ-6")
    signed_year = int(first.announced[:4])
    contract_usd, term_years = filled(first.revenue_usd), filled(first.term_years)
    it_mw = filled(first.critical_it_mw)
    usd_per_year = contract_usd / term_years
    origin = (first.announced, "rent_usd_per_kwh; catalog deals: CORZ-1, revenue over term and critical IT")
    power = "average over the base term, critical IT, tenant pays power"
    figures = (
        read("signed_year", signed_year, ("year", f"announced {first.announced}"), first.fact, first.company),
        stated("said_year", "article_core_contract_year"),
        read("contract_usd", contract_usd, ("$", "revenue over the base term"), first.fact, first.company),
        stated("said_contract_usd", "article_core_contract_usd"),
        read("term_years", term_years, ("years", "base term"), first.fact, first.company),
        read("critical_it_mw", it_mw, ("MW", "critical IT, power passed through"), first.fact, first.company),
        computed("revenue_usd_per_year", usd_per_year, "$/year", "average over the base term", origin),
        computed(
            "rent_usd_per_kw_month", usd_per_year / MONTHS_PER_YEAR / (it_mw * KW_PER_MW), "$/kW-month", power, origin
        ),
        computed(
            "rent_usd_per_kwh",
            rent_usd_per_kwh(RentRate(usd_per_year / it_mw, "critical_it")),
            "$/kWh",
            f"{power}, full load all year",
            origin,
        ),
        read(
            "today_usd", today.revenue_usd, ("$", "all contracts with CoreWeave, base terms"), today.fact, today.company
        ),
        read(
            "today_critical_it_mw",
            today.critical_it_mw,
            ("MW", "all contracts with CoreWeave, critical IT"),
            today.fact,
            today.company,
        ),
        computed(
            "grown_ratio",
            filled(today.revenue_usd) / contract_usd,
            "x",
            "all contracts over the first, revenue over the base terms",
            (today.fact.as_of, "catalog deals: CORZ-6 over CORZ-1"),
        ),
    )
    verdict = core_contract_verdict(
        signed_year,
        round(said("article_core_contract_year").value),
        contract_usd,
        said("article_core_contract_usd").value,
    )
    return Claim("core_contract", verdict, figures, {"contracts": plain(_contract(name) for name in CONTRACTS)})


def _contract(name: str) -> Point:
    found = deal(name)
    return {
        "deal": name,
        "when": found.announced,
        "what": "all contracts" if name == CONTRACTS[-1] else "contract",
        "critical_it_mw": filled(found.critical_it_mw),
        "revenue_usd": filled(found.revenue_usd),
    }
