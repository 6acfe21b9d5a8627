"""What a report on hours is made of, and the figures that page, document and terminal share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from repower.base.clock import local_starts, step_h
from repower.base.units import HOURS_PER_DAY, Array, Frac, Mwh, Usd, UsdPerMwh
from repower.report import figures

if TYPE_CHECKING:
    from repower.plan.audit import Audit
    from repower.plan.dispatched import Dispatched, Worth
    from repower.plan.result import Caveat
    from repower.plan.unforeseen import Unforeseen, Way

WEEK_DAYS: Final = 7
CENT_USD: Final = 0.01
CLOSED_FRAC: Final = 1e-9
"""A gap this small is the rounding of sums."""


@dataclass(frozen=True)
class Report:
    """Hours to report on.

    Parameters
    ----------
    found : the best schedule, settled.
    audit : of somebody's schedule, or None.
    version, inputs_hash : of the program, and of everything that went in.
    caveats : what a reader must know, by section.
    unforeseen : the hours without knowing their prices, or None.
    """

    found: Dispatched
    audit: Audit | None
    version: str
    inputs_hash: str
    caveats: tuple[Caveat, ...]
    unforeseen: Unforeseen | None = None


def gap_frac(found: Dispatched) -> Frac:
    """Largest share of the bound that the schedule can have left; zero where both are one number but for rounding."""
    frac = (found.bound_usd - found.earned_usd) / max(abs(found.bound_usd), 1.0)
    return frac if frac > CLOSED_FRAC else 0.0


def days_text(found: Dispatched) -> str:
    """First and last local day."""
    first, last = span(found)
    return f"{first} to {last}"


def span(found: Dispatched) -> tuple[date, date]:
    """First and last local day of the hours."""
    local = local_starts(found.hours.prices.grid)
    first, last = (local[at].astype("datetime64[D]").astype(date) for at in (0, -1))
    return first, last


def headline(report: Report) -> str:
    """The answer in one sentence, and what an audited schedule leaves in another."""
    found, audit = report.found, report.audit
    first, last = span(found)
    proof = (
        "no schedule earns more"
        if gap_frac(found) == 0.0
        else (f"no schedule earns {figures.money(found.bound_usd - found.earned_usd)} more")
    )
    leased = ", leases counted by the hour" if found.shedding_usd else ""
    text = (
        f"From {first} to {last} the best schedule of {found.hours.site.name} earns "
        f"{figures.money(found.earned_usd)} after power{leased}, and {proof}"
    )
    battery = battery_worth(found)
    if battery is not None and battery.worth_usd is not None:
        text += f"; the battery brings {figures.money(battery.worth_usd)} of it"
    services = services_worth(found)
    if services is not None and services.worth_usd is not None:
        text += f"; being ready for the grid brings {figures.money(services.worth_usd)}"
    return f"{text}." + (f" {audit_sentence(audit)}" if audit else "")


def audit_sentence(audit: Audit) -> str:
    """What an audited schedule leaves at most, and where."""
    share = "" if audit.left_frac is None else f" ({figures.share(audit.left_frac)})"
    text = (
        f"The schedule {audit.source} leaves at most {figures.money(audit.left_usd)}{share} against the best possible"
    )
    if not audit.worst or audit.left_usd <= 0.0:
        return f"{text}."
    hours = f"{audit.hours_to_half:,} {'interval' if audit.hours_to_half == 1 else 'intervals'}"
    worst = ", ".join(f"{one.start_utc} ({figures.money(one.left_usd)})" for one in audit.worst[:3])
    return f"{text}; half of what hours leave falls in {hours}, most in {worst}."


def leading_way(unforeseen: Unforeseen) -> Way:
    """The way told first: by day-ahead prices where there are some, not the one that happened to earn most."""
    return next((way for way in unforeseen.ways if way.kind == "day_ahead"), unforeseen.ways[0])


def foresight_sentence(unforeseen: Unforeseen) -> str:
    """What is earned without knowing prices, what knowing them is worth, and what the battery brings then."""
    way = leading_way(unforeseen)
    by = "day-ahead prices" if way.kind == "day_ahead" else "the prices of the day before"
    text = f"Without knowing prices, a rolling schedule by {by} earns {figures.money(way.earned_usd)}"
    if way.foresight_usd < CENT_USD:
        return f"{text}, as much as with every price known."
    if way.of_best_frac is not None:
        text += f", {figures.share(way.of_best_frac)} of the best"
    text += f"; knowing them is worth {figures.money(way.foresight_usd)}"
    if unforeseen.peaks_guessed_usd is not None:
        peaks_usd = way.earned_usd + way.foresight_usd - unforeseen.peaks_guessed_usd
        if CENT_USD <= peaks_usd <= way.foresight_usd:
            text += f" ({figures.money(peaks_usd)} of it for the system's peaks)"
    if way.battery_usd is not None and unforeseen.battery_usd is not None:
        then, known = figures.money(way.battery_usd), figures.money(unforeseen.battery_usd)
        text += f", and the battery brings {then} of {known}"
    return f"{text}."


def battery_worth(found: Dispatched) -> Worth | None:
    """What the battery brings; None where there is none."""
    return next((one for one in found.worths if one.kind == "battery"), None)


def services_worth(found: Dispatched) -> Worth | None:
    """What ancillary services bring together; None where there are none."""
    return next((one for one in found.worths if one.kind == "service"), None)


def mean_index_usd_per_mwh(found: Dispatched) -> UsdPerMwh:
    """Mean index price of the hours."""
    return float(np.mean(found.hours.prices.index_usd_per_mwh))


def paid_index_usd_per_mwh(found: Dispatched) -> UsdPerMwh | None:
    """Mean index price weighted by the import; None where nothing is imported."""
    import_mw = found.schedule.import_mw
    total = float(import_mw.sum())
    return float(np.dot(import_mw, found.hours.prices.index_usd_per_mwh)) / total if total else None


def mining_uptime_frac(found: Dispatched) -> Frac | None:
    """Energy that the miners drew over what they could have drawn; None without miners."""
    rows = [row for row, block in enumerate(found.schedule.blocks) if block.use == "mining"]
    could = float(sum(found.schedule.blocks[row].capacity_mw.sum() for row in rows))
    return float(found.schedule.block_mw[rows].sum()) / could if could else None


def settled_usd(found: Dispatched) -> Usd:
    """Sum of the statement."""
    return sum(line.amount_usd for line in found.lines)


def burnt_mwh(found: Dispatched) -> Mwh:
    """Energy that goes through the battery and back in the same interval, which no real battery does."""
    both = np.minimum(found.dispatch.charge_mw, found.dispatch.discharge_mw) if found.dispatch.charge_mw.size else 0.0
    return float(np.sum(both)) * step_h(found.hours.prices.grid)


def telling_week(found: Dispatched) -> slice:
    """The seven local days around the dearest interval, or all where the hours are fewer."""
    grid = found.hours.prices.grid
    per_day = round(HOURS_PER_DAY / step_h(grid))
    if grid.count <= WEEK_DAYS * per_day:
        return slice(0, grid.count)
    dearest = int(np.argmax(found.hours.prices.index_usd_per_mwh))
    day = local_starts(grid).astype("datetime64[D]")
    first = day[dearest] - np.timedelta64(WEEK_DAYS // 2, "D")
    first = min(max(first, day[0]), day[-1] - np.timedelta64(WEEK_DAYS - 1, "D"))
    inside = np.flatnonzero((day >= first) & (day < first + np.timedelta64(WEEK_DAYS, "D")))
    return slice(int(inside[0]), int(inside[-1]) + 1)


def by_use(found: Dispatched) -> dict[str, Array]:
    """Load of every use that draws anything, shape (T,) [MW]."""
    loads: dict[str, Array] = {}
    for use in dict.fromkeys(block.use for block in found.schedule.blocks):
        rows = [row for row, block in enumerate(found.schedule.blocks) if block.use == use]
        mw = found.schedule.block_mw[rows].sum(axis=0)
        if mw.any():
            loads[use] = mw
    return loads


def until(found: Dispatched) -> date:
    """The day after the last."""
    return span(found)[1] + timedelta(days=1)
