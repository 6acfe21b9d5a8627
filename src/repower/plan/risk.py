"""What could break it: the assumptions that move value over keeping most, one at a time, each with its break-even."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from repower.base.units import Usd
from repower.plan.options import Candidate
from repower.plan.reasons import shown_level, with_unit
from repower.plan.result import Sensitivity
from repower.plan.scenario import Driver, Scenarios, crossing, drivers, values_at

MOST = 5


def sensitivities(
    scenarios: Scenarios, chosen: Sequence[Candidate], keeping: Sequence[Candidate], value_over_keep_usd: Usd
) -> tuple[Sensitivity, ...]:
    """The assumptions that move value most, largest first.

    Parameters
    ----------
    keeping : the candidate `keep` of every hall.
    value_over_keep_usd : of the plan as settled; scenario values are moved by what settling together adds to the halls
        alone, which is taken as the same in every scenario.

    Notes
    -----
    The plan stays as chosen: an owner who could choose again would lose less and gain more.
    """
    found = []
    for driver in drivers(scenarios.base.world, chosen):
        levels = sorted({*driver.searched, driver.low, driver.high})
        start = 0.0 if driver.additive else 1.0
        over_keep = {level: _over_keep(scenarios, driver, level, chosen, keeping) for level in levels}
        gap = value_over_keep_usd - over_keep[start]
        difference = np.array([over_keep[level] + gap for level in levels])
        if np.ptp(difference) < 1.0:
            continue

        def gap_usd(level: float, driver: Driver = driver, gap: Usd = gap) -> Usd:
            return _over_keep(scenarios, driver, level, chosen, keeping) + gap

        level = crossing(levels, difference, start, gap_usd)
        found.append(
            Sensitivity(
                driver.name,
                driver.unit,
                driver.base,
                _shown(driver, driver.low),
                _shown(driver, driver.high),
                over_keep[driver.low] + gap,
                over_keep[driver.high] + gap,
                shown_level(driver, level),
                _words(driver, level),
            )
        )
    return tuple(sorted(found, key=_swing, reverse=True)[:MOST])


def _over_keep(
    scenarios: Scenarios, driver: Driver, level: float, chosen: Sequence[Candidate], keeping: Sequence[Candidate]
) -> Usd:
    moved = [(pick, keep) for pick, keep in zip(chosen, keeping, strict=True) if pick.value.kind != "keep"]
    values = values_at(scenarios, driver, level, [one for pair in moved for one in pair])
    return sum(values[0::2]) - sum(values[1::2])


def _shown(driver: Driver, level: float) -> float:
    shown = shown_level(driver, level)
    assert shown is not None
    return shown


def _swing(found: Sensitivity) -> Usd:
    return abs(found.value_at_high_usd - found.value_at_low_usd)


def _words(driver: Driver, level: float | None) -> str:
    if level is None:
        low, high = with_unit(driver, driver.searched[0]), with_unit(driver, driver.searched[-1])
        return f"none from {low} to {high}"
    return f"worth no more than keeping at {with_unit(driver, level)}"
