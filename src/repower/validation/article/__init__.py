"""The article on miners and AI, claim by claim: our figures beside what was said, and a verdict by a rule in code."""

from repower.validation.article.claims import claims
from repower.validation.article.hashprice import HashpricePoint, hashprice_points

__all__ = ["HashpricePoint", "claims", "hashprice_points"]
