"""S100 with its battery, its five days of curtailment and its switching costs, and what HiGHS finds for them.

The reference minimises a cost that leaves out 40 MW of colocation at $3,000 a MWh; `profit_usd` puts it back.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.commitment import Commitment
from s100 import YEAR_STEPS, site

BATTERY = Battery(
    charge_mw=20.0,
    discharge_mw=20.0,
    energy_mwh=40.0,
    charge_efficiency_frac=math.sqrt(0.88),
    discharge_efficiency_frac=math.sqrt(0.88),
    start_mwh=20.0,
    end_mwh=20.0,
)
MINER_IT_MW = (8.0, 8.0, 8.0, 10.0)
COMMITMENTS = (
    Commitment(block=1, min_load_frac=0.2, min_up_steps=6, start_cost_usd=1500 * 10.0),
    *(
        Commitment(block=2 + place, min_load_frac=0.5, min_up_steps=4, start_cost_usd=20 * it_mw)
        for place, it_mw in enumerate(MINER_IT_MW)
    ),
)
"""Cloud: at least 6 h, 20 % load, $1,500 per IT-MW; miners: at least 4 h, 50 % load, $20 per IT-MW."""

LEAST_COST_USD = {
    (50.0, 168): -1622545.2050180188,
    (50.0, 744): -10599400.190340972,
    (35.0, 168): -1555991.8750000005,
    (35.0, 744): -9841248.62845329,
}
"""HiGHS 1.16.0, seed 1, by hashprice and steps; PyPSA and linopy agree to 1e-15."""

LEAST_COST_COMMITTED_USD = {
    (50.0, 168): -1621698.7049609942,
    (50.0, 744): -10597360.190340972,
    (35.0, 168): -1537607.125452907,
    (35.0, 744): -9837467.35679233,
}
"""The same with `COMMITMENTS`, solved by PyPSA 1.4 with HiGHS to gap 0."""

LEAST_COST_CUT_YEAR_USD = -108066551.93077454
"""Hashprice $35/PH/day, seed 1, the whole year with five days of curtailment."""


def full_site(hashprice_usd_per_ph_day: float, steps: int = YEAR_STEPS, *, seed: int = 1) -> DispatchProblem:
    """S100 with its battery."""
    return replace(site(seed, hashprice_usd_per_ph_day, steps), battery=BATTERY)


def cut_site(hashprice_usd_per_ph_day: float, *, seed: int = 1) -> DispatchProblem:
    """The same, its import cut to 40 MW from 17:00 to 21:00 on days 220 to 224."""
    limit_mw = np.full(YEAR_STEPS, 100.0)
    for day in range(220, 225):
        limit_mw[24 * day + 17 : 24 * day + 21] = 40.0
    return replace(full_site(hashprice_usd_per_ph_day, seed=seed), import_limit_mw=limit_mw)


def profit_usd(least_cost_usd: float, steps: int) -> float:
    """What Repower calls profit, from the least cost of the reference."""
    return 3000.0 * 40.0 * steps - least_cost_usd
