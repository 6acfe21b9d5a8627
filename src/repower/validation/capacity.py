"""Megawatts with what they are of, so that a rent per MW of one kind is never multiplied by MW of another.

A site reports contracted critical IT, the part of it that is billed, the power drawn gross, what is energised, and what
machines are rated at. Gross over IT is about 1.4 in the public contracts: a product across kinds is wrong by that much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from repower.base.errors import InputError, Problem
from repower.base.units import HOURS_PER_YEAR, KWH_PER_MWH, Mw, UsdPerKwh, UsdPerMwYear, UsdPerYear

MwBasis = Literal["critical_it", "billed_it", "gross", "energised", "nameplate"]

WORDS: Final[dict[MwBasis, str]] = {
    "critical_it": "critical IT, as contracted",
    "billed_it": "critical IT that is billed",
    "gross": "gross power, as contracted or delivered",
    "energised": "energised power, IT or gross not said",
    "nameplate": "power of a whole campus or interconnection, or rating of machines",
}
"""Basis -> what it means."""

DUE_ON: Final[dict[MwBasis, tuple[MwBasis, ...]]] = {
    "critical_it": ("critical_it", "billed_it"),
    "billed_it": ("billed_it",),
    "gross": ("gross",),
    "energised": ("energised",),
    "nameplate": ("nameplate",),
}
"""Basis of a rent -> bases of the megawatts on which it is due."""


@dataclass(frozen=True)
class Capacity:
    """Megawatts and what they are of."""

    mw: Mw
    basis: MwBasis


@dataclass(frozen=True)
class RentRate:
    """Yearly rent per megawatt, and of which megawatts."""

    rent_usd_per_mw_year: UsdPerMwYear
    basis: MwBasis


def rent_usd_per_year(rate: RentRate, capacity: Capacity) -> UsdPerYear:
    """A year's rent on a capacity.

    Raises
    ------
    InputError : the capacity is of another kind than the rent is due on; the message names both.
    """
    if capacity.basis not in DUE_ON[rate.basis]:
        fix = f"give the megawatts as {' or '.join(DUE_ON[rate.basis])}, or the rent per MW of {capacity.basis}"
        what = f"a rent per MW of {rate.basis} ({WORDS[rate.basis]}) is not due on MW of {capacity.basis}"
        value = f"{capacity.mw:g} MW of {capacity.basis} ({WORDS[capacity.basis]})"
        raise InputError(Problem(what, fix, key="capacity.basis", value=value))
    return rate.rent_usd_per_mw_year * capacity.mw


def rent_usd_per_kwh(rate: RentRate) -> UsdPerKwh:
    """The rent over the energy of a year in which every contracted kW of that basis runs in every hour."""
    return rate.rent_usd_per_mw_year / (HOURS_PER_YEAR * KWH_PER_MWH)
