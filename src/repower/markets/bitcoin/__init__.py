"""Bitcoin: consensus arithmetic, mining economics, and the network's base case."""

from repower.markets.bitcoin.consensus import compact, difficulty, next_bits, permitted_transition, subsidy_sat, target
from repower.markets.bitcoin.economics import (
    break_even_usd_per_mwh,
    cost_to_mine_usd_per_btc,
    hashprice_usd_per_ph_day,
    hashvalue_btc_per_ph_day,
    ph_day_per_mwh,
    revenue_usd_per_mwh,
)
from repower.markets.bitcoin.network import NetworkAssumptions, NetworkPath, network_path

__all__ = [
    "NetworkAssumptions",
    "NetworkPath",
    "break_even_usd_per_mwh",
    "compact",
    "cost_to_mine_usd_per_btc",
    "difficulty",
    "hashprice_usd_per_ph_day",
    "hashvalue_btc_per_ph_day",
    "network_path",
    "next_bits",
    "permitted_transition",
    "ph_day_per_mwh",
    "revenue_usd_per_mwh",
    "subsidy_sat",
    "target",
]
