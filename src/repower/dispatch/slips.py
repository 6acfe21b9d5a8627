"""Numbers that would be right in another unit: minutes for hours, kilowatts for megawatts, $/kWh for $/MWh.

The levels are no limits of physics but assumptions of ours, set far above what a site or a market should reach, so that
what exceeds them is taken for a slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from repower.base.errors import Problem
from repower.base.units import Hours, Mw, Mwh, UsdPerMwh
from repower.dispatch import checks

LONGEST_STEP_H: Hours = 24.0
MOST_MW: Mw = 20_000.0
MOST_MWH: Mwh = 2_000_000.0
MOST_USD_PER_MWH: UsdPerMwh = 1_000_000.0
LEAST_USD_PER_MWH: UsdPerMwh = 1.0
"""Prices that never reach this within `SURE_H` hours are taken for $/kWh."""
SURE_H: Hours = 168.0


def slips(problem: Mapping[str, Any]) -> Iterable[Problem]:
    """What looks like another unit among the fields of a problem, by name."""
    step_h, price = problem["step_h"], np.abs(problem["price_usd_per_mwh"])
    if step_h > LONGEST_STEP_H:
        fix = "give hours, 0.25 for a quarter of one"
        yield Problem("is longer than a day: minutes or seconds?", fix, key="step_h", value=f"{step_h:g}")
    for name in ("block_mw", "import_limit_mw", "export_limit_mw", "supply_mw", "peak_floor_mw"):
        yield from _above(name, problem[name], MOST_MW, "is more than any site has: kilowatts?", "give megawatts")
    if problem["battery"] is not None:
        for name, most in (("charge_mw", MOST_MW), ("discharge_mw", MOST_MW), ("energy_mwh", MOST_MWH)):
            fix = f"give {'megawatt-hours' if name == 'energy_mwh' else 'megawatts'}"
            given = getattr(problem["battery"], name)
            yield from _above(f"battery.{name}", given, most, "is more than any battery has: kilowatts?", fix)
    words = "is beyond any market's cap: another currency or unit?"
    yield from _above("price_usd_per_mwh", price, MOST_USD_PER_MWH, words, "give $/MWh")
    if price.size * step_h >= SURE_H and 0.0 < (top := float(price.max())) < LEAST_USD_PER_MWH:
        fix = "give $/MWh: a price in $/kWh times 1,000"
        yield Problem("never reaches $1/MWh: $/kWh?", fix, key="price_usd_per_mwh", value=f"at most {top:g}")


def _above(name: str, given: object, most: float, words: str, fix: str) -> Iterable[Problem]:
    array = np.asarray(0.0 if given is None else given)
    above = np.isfinite(array) & (array > most)
    if above.any():
        yield checks.at(name, array, above, words, fix)
