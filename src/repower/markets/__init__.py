"""The outside world, base case: Bitcoin's rules and economics, power prices, and rents of computing."""

from repower.markets.bitcoin.network import NetworkAssumptions, NetworkPath, network_path
from repower.markets.compute import ColocationRentPath, GpuRentPath, colocation_rent_path, gpu_rent_path
from repower.markets.power import MonthlyTable, PowerSeries, typical_year

__all__ = [
    "ColocationRentPath",
    "GpuRentPath",
    "MonthlyTable",
    "NetworkAssumptions",
    "NetworkPath",
    "PowerSeries",
    "colocation_rent_path",
    "gpu_rent_path",
    "network_path",
    "typical_year",
]
