"""What is public already, recomputed: deals and filings as cases, an article's claims with a verdict."""

from repower.validation.capacity import Capacity, RentRate, rent_usd_per_kwh, rent_usd_per_year
from repower.validation.deal import DealView, DealYield, evaluate_deal
from repower.validation.deal_debt import DealDebt, DealTerms, deal_terms
from repower.validation.deal_rent import DealRent
from repower.validation.result import Case, Claim, Figure, Source
from repower.validation.suite import cases

__all__ = [
    "Capacity",
    "Case",
    "Claim",
    "DealDebt",
    "DealRent",
    "DealTerms",
    "DealView",
    "DealYield",
    "Figure",
    "RentRate",
    "Source",
    "cases",
    "deal_terms",
    "evaluate_deal",
    "rent_usd_per_kwh",
    "rent_usd_per_year",
]
