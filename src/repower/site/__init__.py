"""What is there: interconnection, supply, halls, fleets, contracts and the owner's terms. Frozen, no verbs."""

from repower.site.agreements import Agreement, GpuRental, Hosting, Lease, Pool
from repower.site.ancillary import AncillaryService
from repower.site.battery import Battery
from repower.site.halls import Fleet, Hall, HallOption, OptionKind, Reuse
from repower.site.interconnect import Interconnect
from repower.site.load import load
from repower.site.outlook import Outlook, SeriesSource
from repower.site.owner import Owner
from repower.site.site import Site
from repower.site.supply import IndexSupply, OnsiteGas, OnsiteHydro, PpaBlock, Supply, TakeOrPay
from repower.site.tariff import Tariff

__all__ = [
    "Agreement",
    "AncillaryService",
    "Battery",
    "Fleet",
    "GpuRental",
    "Hall",
    "HallOption",
    "Hosting",
    "IndexSupply",
    "Interconnect",
    "Lease",
    "OnsiteGas",
    "OnsiteHydro",
    "OptionKind",
    "Outlook",
    "Owner",
    "Pool",
    "PpaBlock",
    "Reuse",
    "SeriesSource",
    "Site",
    "Supply",
    "TakeOrPay",
    "Tariff",
    "load",
]
