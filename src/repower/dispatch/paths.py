"""What a pass forward through time writes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from repower.base.units import Array


class Path(NamedTuple):
    """Shape (T,) each.

    `stored_mwh` is the state at the start of a step, `water_usd_per_mwh` the worth of a MWh stored during it,
    `rent_usd_per_mwh` what one more MW of the period's peak earns in it. `last_` and `next_usd_per_mwh` are the slopes
    beside what the site does, `lowest_` and `highest_usd_per_mwh` bounds of the worth of a MWh stored.
    """

    charge_mw: Array
    discharge_mw: Array
    stored_mwh: Array
    marginal_usd_per_mwh: Array
    water_usd_per_mwh: Array
    rent_usd_per_mwh: Array
    last_usd_per_mwh: Array
    next_usd_per_mwh: Array
    lowest_usd_per_mwh: Array
    highest_usd_per_mwh: Array


def new_path(steps: int) -> Path:
    """Room for a forward pass."""
    return Path(*(np.empty(steps) for _ in Path._fields))
