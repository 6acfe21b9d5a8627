"""What a conversion buys, what survives it, how long it takes, and when the money goes out.

A hall is a list of parts, each with a share that survives (`site.halls.Reuse`). What does not survive is bought at the
catalog's cost per MW of critical IT; the longest lead time among what is bought, or the building itself, sets the
duration, and an integrated test that cannot be compressed follows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import numpy as np

from repower import catalog
from repower.base.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR, Array, Mw, Usd, Weeks
from repower.catalog import LeadTime
from repower.plan.result import CapexPart
from repower.site import Hall, HallOption, Reuse

PROJECT = {"colocation_reuse": "reuse", "colocation_new": "new", "gpu_cloud": "reuse"}
"""Option kind -> project of the catalog's capex table; a cloud hall goes into the building that stands there."""

ALWAYS_NEW = frozenset({"power_chain", "fit_out", "soft_cost"})
"""Parts of which a mining hall has nothing of the kind."""


@dataclass(frozen=True)
class Build:
    """One conversion: parts, cost and time.

    Parameters
    ----------
    parts : what survives, is replaced or is new.
    spend_usd : what is bought, in money of the outlook's date.
    weeks, late_weeks : works and test, with every lead time at the middle and at the top of its range.
    longest : the item that sets the duration, in words.
    """

    parts: tuple[CapexPart, ...]
    spend_usd: Usd
    weeks: Weeks
    late_weeks: Weeks
    longest: str


def build(hall: Hall, option: HallOption, critical_it_mw: Mw) -> Build:
    """The conversion of a hall to `critical_it_mw` under an option of kind colocation or GPU cloud.

    Parameters
    ----------
    critical_it_mw : IT to be built [MW]; cost and reuse are per MW of it.

    Returns
    -------
    Build without the GPUs themselves.
    """
    project = PROJECT[option.kind]
    parts = _parts(hall, project, critical_it_mw)
    if option.capex_usd_per_mw is not None:
        parts = _scaled(parts, option.capex_usd_per_mw * critical_it_mw)
    bought = {part.part for part in parts if part.spend_usd > 0}
    waits = [item for item in catalog.lead_times() if _waits_for(item, bought, project)]
    test = [item for item in catalog.lead_times() if _is_test(item)]
    longest = max(waits, key=_middle_weeks)
    weeks = _middle_weeks(longest) + sum(_middle_weeks(item) for item in test)
    late_weeks = max(item.high_weeks for item in waits) + sum(item.high_weeks for item in test)
    name = longest.item
    if option.build_weeks is not None:
        late_weeks = option.build_weeks * late_weeks / weeks
        weeks, name = option.build_weeks, "duration stated in the site file"
    return Build(parts, sum(part.spend_usd for part in parts), weeks, late_weeks, name)


def months_of(weeks: Weeks) -> int:
    """Whole calendar months that cover a number of weeks, at least one."""
    return max(1, int(np.ceil(weeks * MONTHS_PER_YEAR / WEEKS_PER_YEAR - _ROUNDING)))


def spend_profile(months: int) -> Array:
    """Share of the spend in each month of the works, shape (months,), adding up to 1.

    Cumulative spend follows 3x² - 2x³: slow start, steepest in the middle, slow end (an assumption, not a contract's
    milestone schedule).
    """
    edges = np.linspace(0.0, 1.0, months + 1)
    return np.diff(edges * edges * (3.0 - 2.0 * edges))


EVERY_WORK = frozenset({"new", "reuse", "gpu_cloud"})
"""A lead time that every kind of work needs comes after the works: it is the integrated test."""

_ROUNDING = 1e-9


def _parts(hall: Hall, project: str, critical_it_mw: Mw) -> tuple[CapexPart, ...]:
    kept = _reuse_frac(hall.reuse)
    parts = []
    for row in catalog.capex_parts(project):
        survives = kept.get(row.part, 0.0) if row.reusable else 0.0
        cost = row.cost_usd_per_mw * critical_it_mw
        parts.append(CapexPart(hall.name, row.part, cost * survives, cost * (1.0 - survives), row.part in ALWAYS_NEW))
    return tuple(parts)


def _reuse_frac(reuse: Reuse) -> dict[str, float]:
    return {name.removesuffix("_frac"): share for name, share in asdict(reuse).items()}


def _scaled(parts: Iterable[CapexPart], total_usd: Usd) -> tuple[CapexPart, ...]:
    """The same parts with their spend scaled to a stated total."""
    listed = tuple(parts)
    factor = total_usd / sum(part.spend_usd for part in listed)
    return tuple(
        CapexPart(part.hall, part.part, part.survives_usd, part.spend_usd * factor, part.is_new) for part in listed
    )


def _waits_for(item: LeadTime, bought: set[str], project: str) -> bool:
    if _is_test(item):
        return False
    return project in item.needed_for or bool(bought & set(item.needed_for))


def _is_test(item: LeadTime) -> bool:
    return set(item.needed_for) >= EVERY_WORK


def _middle_weeks(item: LeadTime) -> Weeks:
    return (item.low_weeks + item.high_weeks) / 2
