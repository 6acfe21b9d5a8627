"""Agreements in force or on offer: pool, lease, GPU rental, hosting.

An agreement with `hall` and `start` is in force there; one without is an offer that an option of a hall may name in
`terms`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from repower.base.units import (
    Frac,
    FracPerYear,
    Mw,
    Ratio,
    UsdPerGpuH,
    UsdPerKwMonth,
    UsdPerMwh,
    UsdPerMwYear,
    Years,
)
from repower.site.bounds import AboveMinusOne, AboveZero, AtLeastZero, AtMostOne, Name, RampMonths, Word


@dataclass(frozen=True)
class Pool:
    """Mining pool: full pay per share less a fee.

    Parameters
    ----------
    name : as printed on the report.
    fee_frac : share of the reward that the pool keeps.
    reject_frac : share of the work that the pool refuses as late or wrong.
    uptime_frac : share of the power drawn that hashes; power of machines that hang or restart is paid for.
    """

    kind: Literal["pool"]
    name: Name
    fee_frac: Annotated[Frac, AtLeastZero, AtMostOne]
    reject_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
    uptime_frac: Annotated[Frac, AboveZero, AtMostOne] = 1.0


@dataclass(frozen=True)
class Lease:
    """Data-centre lease on critical IT power.

    Parameters
    ----------
    name : as printed on the report; options of a hall name the lease by it in `terms`.
    tenant : who pays the rent, as printed on the report.
    basis : ``nnn``: the tenant pays power and operating cost; ``modified_gross``: the tenant pays power, the landlord
        operates; ``gross``: the landlord pays both.
    rent_usd_per_kw_month : first-year rent per kW of critical IT, the same whenever the lease begins.
    term_years : from hand-over; afterwards the space lets at the outlook's colocation rent.
    escalator_frac_per_year : yearly rise of the rent.
    ramp_months : rent and load rise in equal monthly steps from hand-over over this many months.
    operating_usd_per_mw_year : landlord's operating cost per MW of critical IT.
    load_factor_frac : share of critical IT that the tenant draws on average.
    sla_availability_frac, sla_credit_frac, expected_availability_frac : below the promised availability of a month this
        share of its rent is credited; the expected availability is what the plan assumes.
    guarantor, guaranteed_frac : who stands behind the rent, and for how much of it.
    rating : credit rating of whoever pays in the end, in words.
    hall, start, critical_it_mw : where, since when and on how much IT the lease is in force; absent for an offer.
    """

    kind: Literal["lease"]
    name: Name
    tenant: Name
    basis: Literal["nnn", "modified_gross", "gross"]
    rent_usd_per_kw_month: Annotated[UsdPerKwMonth, AboveZero]
    term_years: Annotated[Years, AboveZero]
    escalator_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    ramp_months: RampMonths = 0
    operating_usd_per_mw_year: Annotated[UsdPerMwYear, AtLeastZero] = 0.0
    load_factor_frac: Annotated[Frac, AboveZero, AtMostOne] = 1.0
    sla_availability_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.999
    sla_credit_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.1
    expected_availability_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    guarantor: Word = ""
    guaranteed_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
    rating: Word = ""
    hall: Word = ""
    start: date | None = None
    critical_it_mw: Annotated[Mw, AboveZero] | None = None


@dataclass(frozen=True)
class GpuRental:
    """Renting out our own GPUs.

    Parameters
    ----------
    name : as printed on the report; options of a hall name the rental by it in `terms`.
    customer : who pays, as printed on the report.
    price_usd_per_gpu_h : term price today; the outlook's market rent where absent.
    term_frac : share of the GPUs sold on term; the rest is spot.
    spot_ratio : spot price as a share of the term price.
    term_utilisation_frac, spot_utilisation_frac : paid hours over hours available.
    term_years : length of the term contract; afterwards everything rents at the outlook's market rent.
    ramp_months : GPUs come into use in equal monthly steps from hand-over over this many months.
    operating_usd_per_mw_year : staff, network, support and maintenance per MW of critical IT.
    hall, start : where and since when the rental is in force; absent for an offer.
    """

    kind: Literal["gpu_rental"]
    name: Name
    customer: Name
    term_years: Annotated[Years, AboveZero]
    price_usd_per_gpu_h: Annotated[UsdPerGpuH, AboveZero] | None = None
    term_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    term_utilisation_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    spot_ratio: Annotated[Ratio, AtLeastZero] = 0.42
    spot_utilisation_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.7
    ramp_months: RampMonths = 0
    operating_usd_per_mw_year: Annotated[UsdPerMwYear, AtLeastZero] = 0.0
    hall: Word = ""
    start: date | None = None


@dataclass(frozen=True)
class Hosting:
    """Hosting other people's miners at a price per MWh metered.

    Parameters
    ----------
    name : as printed on the report.
    customer : who pays, as printed on the report.
    hall : hall in which the machines stand.
    load_mw : their load at the meter [MW].
    price_usd_per_mwh : paid on every metered MWh.
    start, end : first day, and the day after the last.
    curtailable : whether the site may switch them off when power is dear.
    """

    kind: Literal["hosting"]
    name: Name
    customer: Name
    hall: Name
    load_mw: Annotated[Mw, AboveZero]
    price_usd_per_mwh: Annotated[UsdPerMwh, AtLeastZero]
    start: date
    end: date
    curtailable: bool = True


Agreement = Pool | Lease | GpuRental | Hosting
