"""Evidence from the settled hours: what a kWh earns by role, who runs at which price, and the energy bill by year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from repower.base.clock import quarter_of, step_h
from repower.base.units import KWH_PER_MWH, MONTHS_PER_QUARTER, MONTHS_PER_YEAR, Array
from repower.contracts.periods import by_month, periods
from repower.plan.operate import YearResult
from repower.plan.result import DurationCurve, Earning, YearEnergy
from repower.plan.settled import USES, Settled
from repower.plan.world import World

ROLES = {"mining": "miner", "colocation": "landlord", "gpu_cloud": "cloud"}

BASES = {
    "mining": "reward less pool fee per kWh at the meter that the miners drew; the miner pays the power",
    "colocation": "rent less credits and operating cost per kWh at the meter that the tenant drew; "
    "the tenant pays the power unless the lease is gross",
    "gpu_cloud": "rental less operating cost per kWh at the meter that the GPUs drew; the cloud pays the power",
}
"""Energy basis and who pays, in words, by use."""

BINS = 160


def earnings(world: World, settled: Settled) -> tuple[Earning, ...]:
    """Gross and net earnings per kWh by quarter and role, over the energy drawn at the meter.

    Quarters in which a role draws less than a thousandth of its busiest quarter are left out: ratios of a ramp's first
    days mean nothing.
    """
    found = []
    for use, role in ROLES.items():
        flows = settled.uses[use]
        energy = _quarterly(flows.energy_mwh)
        revenue, power_cost = _quarterly(flows.revenue_usd), _quarterly(flows.power_usd)
        for index in np.flatnonzero(energy > energy.max(initial=0.0) * _WORTH_SHOWING):
            kwh = energy[index] * KWH_PER_MWH
            found.append(
                Earning(
                    quarter_of(world.months[index * MONTHS_PER_QUARTER]),
                    role,  # type: ignore[arg-type]
                    "",
                    float(revenue[index] / kwh),
                    float((revenue[index] - power_cost[index]) / kwh),
                    float(energy[index]),
                    BASES[use],
                )
            )
    return tuple(found)


def duration_curve(world: World, settled: Settled, changes: Sequence[date]) -> DurationCurve:
    """Load by use against price in one whole year, dearest hours first: the year in which most uses run side by
    side.

    Hours are ranked by the index price and gathered into bins that widen towards cheap hours, so that the dearest hour
    stands alone; a bin shows its mean price and mean load.
    """
    result = _telling_year(world, settled, changes)
    price = result.year.prices.index_usd_per_mwh
    order = np.argsort(-price, kind="stable")
    edges = np.unique(np.round(np.geomspace(1, price.size + 1, BINS)).astype(np.int64)) - 1
    width = np.diff(edges)
    hours = step_h(result.schedule.grid)

    def binned(values: Array) -> Array:
        mean: Array = np.add.reduceat(values[order], edges[:-1]) / width
        return mean

    loads = []
    for use in USES:
        rows = [row for row, block in enumerate(result.schedule.blocks) if block.use == use]
        if rows and (load := result.schedule.block_mw[rows].sum(axis=0)).any():
            loads.append((use, binned(load)))
    return DurationCurve(
        result.year.year, np.asarray(edges[:-1] * hours, dtype=np.float64), binned(price), tuple(loads)
    )


def yearly_energy(settled: Settled) -> tuple[YearEnergy, ...]:
    """Import, mining uptime, average index price paid and power bill of every calendar year of the plan.

    Uptime is mining energy drawn over what its blocks could draw; a year without miners has none.
    """
    found = []
    for result in settled.years:
        when, hours = periods(result.schedule.grid), step_h(result.schedule.grid)
        import_mwh = by_month(when, result.schedule.import_mw) * hours
        paid = by_month(when, result.schedule.import_mw * result.year.prices.index_usd_per_mwh) * hours
        mining = [row for row, block in enumerate(result.schedule.blocks) if block.use == "mining"]
        drawn = float(result.schedule.block_mw[mining].sum())
        could = float(sum(result.schedule.blocks[row].capacity_mw.sum() for row in mining))
        total = float(import_mwh.sum())
        found.append(
            YearEnergy(
                result.year.year,
                total,
                drawn / could if could else None,
                float(paid.sum()) / total if total else 0.0,
                -sum(line.amount_usd for line in result.lines if line.use == "power"),
            )
        )
    return tuple(found)


def _telling_year(world: World, settled: Settled, changes: Sequence[date]) -> YearResult:
    """The first whole plan year in which most uses run all the year; with one use, the first after the last change."""
    whole = [one for one in settled.years if 0 <= one.year.first <= len(world.months) - MONTHS_PER_YEAR]
    if not whole:
        return settled.years[-1]
    counts = [len(_all_year_uses(one)) for one in whole]
    if max(counts) > 1:
        return whole[counts.index(max(counts))]
    last = max(changes, default=world.months[0])
    return next((one for one in whole if date(one.year.year, 1, 1) >= last), whole[-1])


def _all_year_uses(result: YearResult) -> set[str]:
    """Uses with capacity in every interval; none in a year in which a hall changes its use."""
    held = [block.capacity_mw > 0.0 for block in result.schedule.blocks]
    if any(mw.any() and not mw.all() for mw in held):
        return set()
    return {block.use for block, mw in zip(result.schedule.blocks, held, strict=True) if mw.all()}


def _quarterly(monthly: Array) -> Array:
    total: Array = monthly.reshape(-1, MONTHS_PER_QUARTER).sum(axis=1)
    return total


_WORTH_SHOWING = 1 / KWH_PER_MWH
