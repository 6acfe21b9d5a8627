"""What is public already, recomputed: deals and filings as cases, an article's claims with a verdict."""

from repower.validation.capacity import Capacity, RentRate, rent_usd_per_kwh, rent_usd_per_year
from repower.validation.result import Case, Claim, Figure, Source
from repower.validation.suite import cases

__all__ = [
    "Capacity",
    "Case",
    "Claim",
    "Figure",
    "RentRate",
    "Source",
    "cases",
    "rent_usd_per_kwh",
    "rent_usd_per_year",
]
