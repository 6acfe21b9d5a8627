"""What is paid, by whom, for what: `offers` before the hour, `settle` after it. The one place where MWh meet money."""

from repower.contracts.ancillary import award_usd_per_h, awards_usd_per_h
from repower.contracts.award import Award, ServicePrice
from repower.contracts.bill import allocate_energy_cost
from repower.contracts.book import Book, HallTerms, PeakHistory
from repower.contracts.history import next_history
from repower.contracts.index import export_price_usd_per_mwh
from repower.contracts.lines import Line, totals
from repower.contracts.offers import offers
from repower.contracts.periods import ramp_frac
from repower.contracts.prices import Prices, coincident_weight, coincident_weight_known, watched_weight
from repower.contracts.schedule import Schedule, SupplyBlock
from repower.contracts.settle import settle
from repower.contracts.supply import import_cost_usd_per_mwh, supply_blocks
from repower.contracts.tariff import billed_demand_mw

__all__ = [
    "Award",
    "Book",
    "HallTerms",
    "Line",
    "PeakHistory",
    "Prices",
    "Schedule",
    "ServicePrice",
    "SupplyBlock",
    "allocate_energy_cost",
    "award_usd_per_h",
    "awards_usd_per_h",
    "billed_demand_mw",
    "coincident_weight",
    "coincident_weight_known",
    "export_price_usd_per_mwh",
    "import_cost_usd_per_mwh",
    "next_history",
    "offers",
    "ramp_frac",
    "settle",
    "supply_blocks",
    "totals",
    "watched_weight",
]
