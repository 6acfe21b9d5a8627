"""The site: one frozen record of all that a site file says."""

from __future__ import annotations

from dataclasses import dataclass

from repower.base.clock import Quarter
from repower.site.agreements import Agreement
from repower.site.ancillary import AncillaryService
from repower.site.battery import Battery
from repower.site.halls import Hall
from repower.site.interconnect import Interconnect
from repower.site.outlook import Outlook
from repower.site.owner import Owner
from repower.site.supply import Supply
from repower.site.tariff import Tariff


@dataclass(frozen=True)
class Site:
    """A powered site and its owner.

    Parameters
    ----------
    name : as printed on the report.
    zone : IANA time zone in which months and hours of the day are read.
    market : power market or ``off-grid``, for the reader.
    plan_start : first quarter in which the plan may act.
    horizon_years : whole years from `plan_start` over which cash is counted.
    contracts : agreements in force and on offer.
    source, sha256 : file name (without folders) and hash of the bytes that were read.
    notes : free text for the report, such as what the example is modelled after.
    services : ancillary services that hours may sell.
    """

    name: str
    zone: str
    market: str
    plan_start: Quarter
    horizon_years: int
    interconnect: Interconnect
    supply: tuple[Supply, ...]
    tariff: Tariff
    batteries: tuple[Battery, ...]
    halls: tuple[Hall, ...]
    contracts: tuple[Agreement, ...]
    owner: Owner
    outlook: Outlook
    source: str
    sha256: str
    notes: str = ""
    services: tuple[AncillaryService, ...] = ()
