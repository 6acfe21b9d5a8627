"""Fact tables shipped with the package: every row has its unit, source, as-of date and grade."""

from repower.catalog.column import Column
from repower.catalog.constants import Constant, constant, constants
from repower.catalog.deals import (
    Deal,
    Financing,
    Lease,
    MinerFact,
    MinerMonth,
    deal,
    deals,
    financings,
    leases,
    miner_facts,
    miner_months,
)
from repower.catalog.facts import GRADES, STATUSES, Fact
from repower.catalog.machines import Asic, Gpu, TuningPoint, asic, asics, gpu, gpus, tuning_points
from repower.catalog.plant import CapexRow, Cooling, LeadTime, capex_parts, cooling, coolings, lead_times
from repower.catalog.row import Row
from repower.catalog.table import Table, names, table, table_hash, where

__all__ = [
    "GRADES",
    "STATUSES",
    "Asic",
    "CapexRow",
    "Column",
    "Constant",
    "Cooling",
    "Deal",
    "Fact",
    "Financing",
    "Gpu",
    "LeadTime",
    "Lease",
    "MinerFact",
    "MinerMonth",
    "Row",
    "Table",
    "TuningPoint",
    "asic",
    "asics",
    "capex_parts",
    "constant",
    "constants",
    "cooling",
    "coolings",
    "deal",
    "deals",
    "financings",
    "gpu",
    "gpus",
    "lead_times",
    "leases",
    "miner_facts",
    "miner_months",
    "names",
    "table",
    "table_hash",
    "tuning_points",
    "where",
]
