"""S100: a seeded reference site of 100 MW. Its price path can be recreated in any language (SplitMix64, Box-Muller)."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from repower.base.units import HOURS_PER_YEAR
from repower.dispatch import DispatchProblem

YEAR_STEPS = HOURS_PER_YEAR
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PERIODS = np.repeat(np.arange(12), np.array(MONTH_DAYS) * 24)
_MASK = (1 << 64) - 1


def prices_usd_per_mwh(seed: int, steps: int = YEAR_STEPS) -> npt.NDArray[np.float64]:
    """Daily and seasonal shape, autocorrelated noise and evening spikes, in whole cents from -20 to 2000."""
    noise, left, spike = 0.0, 0, 0.0
    path = np.empty(steps)
    for step in range(steps):
        hour, day = step % 24, step // 24
        draw = math.sqrt(-2.0 * math.log(_uniform(seed, 1, step))) * math.cos(2 * math.pi * _uniform(seed, 2, step))
        noise = 0.93 * noise + math.sqrt(1 - 0.93**2) * draw
        daily = 9.0 * math.cos(2 * math.pi * (hour - 18.5) / 24) - 6.0 * math.exp(-(((hour - 12.5) / 2.5) ** 2))
        season = 6.0 * math.cos(2 * math.pi * (day - 212) / 365)
        if left == 0 and _uniform(seed, 3, step) < (0.008 if 17 <= hour <= 21 else 0.0015):
            spike = 120.0 * _uniform(seed, 4, step) ** (-1 / 1.1)
            left = 1 + int(4 * _uniform(seed, 5, step))
        path[step] = round(min(2000.0, max(-20.0, 36.3 + daily + season + 13.0 * noise + (spike if left else 0.0))), 2)
        left = max(left - 1, 0)
    return path


def site(
    seed: int, hashprice_usd_per_ph_day: float, steps: int = YEAR_STEPS, peak_charge_usd_per_mw: float = 10_000.0
) -> DispatchProblem:
    """S100 without its battery: 50 MW of colocation at $2,400, cloud at $1,200, four generations of miners.

    Values and megawatts at the meter: PUE 1.25 for AI, 1.10 for mining.
    """
    efficiency_j_per_th, miner_it_mw = np.array([15.0, 18.5, 21.5, 29.5]), np.array([8.0, 8.0, 8.0, 10.0])
    return DispatchProblem(
        price_usd_per_mwh=prices_usd_per_mwh(seed, steps),
        block_value_usd_per_mwh=np.concatenate(
            [[3000 / 1.25, 1500 / 1.25], hashprice_usd_per_ph_day / (0.024 * efficiency_j_per_th) / 1.1]
        ),
        block_mw=np.concatenate([[50.0, 12.5], miner_it_mw * 1.1]),
        import_limit_mw=100.0,
        peak_charge_usd_per_mw=peak_charge_usd_per_mw,
        billing_period=PERIODS[:steps],
    )


def _uniform(seed: int, stream: int, count: int) -> float:
    return ((_split_mix((seed * 1000003 + stream) * 1000000007 + count) >> 11) + 0.5) / 9007199254740992.0


def _split_mix(state: int) -> int:
    state = (state * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
    return state ^ (state >> 31)
