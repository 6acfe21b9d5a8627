"""Physics of a hall: weather, cooling, machines, and the load blocks they make. Megawatts, no money."""

from repower.facility.blocks import (
    LoadBlock,
    Use,
    gpu_blocks,
    hashing_ph_day_per_mwh,
    hosting_block,
    lease_block,
    mining_blocks,
)
from repower.facility.cooling import (
    design_pue,
    design_pue_ratio,
    free_cooling_frac,
    pue,
    sellable_it_mw,
    water_l_per_kwh,
)
from repower.facility.machines import (
    CapCurve,
    PowerCurve,
    Profile,
    Steps,
    cap_curve,
    convex_curve,
    gpu_it_mw,
    gpu_throughput_frac,
    power_curve,
    steps,
)
from repower.facility.typical import stations, typical_weather
from repower.facility.weather import Weather, measured_weather, wet_bulb_c

__all__ = [
    "CapCurve",
    "LoadBlock",
    "PowerCurve",
    "Profile",
    "Steps",
    "Use",
    "Weather",
    "cap_curve",
    "convex_curve",
    "design_pue",
    "design_pue_ratio",
    "free_cooling_frac",
    "gpu_blocks",
    "gpu_it_mw",
    "gpu_throughput_frac",
    "hashing_ph_day_per_mwh",
    "hosting_block",
    "lease_block",
    "measured_weather",
    "mining_blocks",
    "power_curve",
    "pue",
    "sellable_it_mw",
    "stations",
    "steps",
    "typical_weather",
    "water_l_per_kwh",
    "wet_bulb_c",
]
