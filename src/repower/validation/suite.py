"""Every case, in one order, each from the public functions that a user calls."""

from __future__ import annotations

from functools import lru_cache

from repower.validation.cloud import cloud_cases
from repower.validation.debt import debt_cases
from repower.validation.fleets import fleet_cases
from repower.validation.iren import iren_cases
from repower.validation.leases import lease_cases
from repower.validation.result import Case


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """Public deals and filings, with expected value, ours, tolerance and source; the ones that do not hold as well."""
    return (*iren_cases(), *debt_cases(), *lease_cases(), *fleet_cases(), *cloud_cases())
