"""What a settled span leaves for later bills: monthly peaks, and demand in the system's peaks by year and load."""

from __future__ import annotations

import numpy as np

from repower.base.units import Array, Mw
from repower.contracts.book import Book, PeakHistory
from repower.contracts.periods import Periods, by_month, month_max, periods, rows_by_month
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule

Load = tuple[int, str, str]
"""Local year, hall and contract."""


def next_history(schedule: Schedule, book: Book, prices: Prices) -> PeakHistory:
    """The history that the span after this schedule needs: monthly peaks, and coincident demand by local year."""
    when = periods(schedule.grid)
    monthly = dict(book.peak_history.monthly_mw)
    for month, peak_mw in zip(when.months, month_max(when, schedule.import_mw).tolist(), strict=True):
        monthly[month] = max(peak_mw, monthly.get(month, 0.0))
    yearly = coincident_mw_by_year(schedule, book, prices)
    loads = load_mw_by_year(schedule, book, prices)
    return PeakHistory(
        tuple(sorted(monthly.items())),
        tuple(sorted(yearly.items())),
        tuple((*load, part_mw) for load, part_mw in sorted(loads.items())),
    )


def coincident_mw_by_year(schedule: Schedule, book: Book, prices: Prices) -> dict[int, Mw]:
    """Average import in the system's peaks by local year: the history's, plus what this schedule adds."""
    when = periods(schedule.grid)
    yearly = dict(book.peak_history.yearly_coincident_mw)
    for month, part_mw in zip(when.months, by_month(when, schedule.import_mw * prices.coincident_weight), strict=True):
        yearly[month.year] = yearly.get(month.year, 0.0) + float(part_mw)
    return yearly


def load_mw_by_year(schedule: Schedule, book: Book, prices: Prices) -> dict[Load, Mw]:
    """The same by hall and contract; parts that nobody drew are left out."""
    when = periods(schedule.grid)
    found = {(year, hall, contract): part_mw for year, hall, contract, part_mw in book.peak_history.yearly_load_mw}
    for block, row in zip(schedule.blocks, coincident_mw_by_block(schedule, prices, when), strict=True):
        for month, part_mw in zip(when.months, row.tolist(), strict=True):
            if part_mw:
                load = (month.year, block.hall, block.contract)
                found[load] = found.get(load, 0.0) + part_mw
    return found


def coincident_mw_by_block(schedule: Schedule, prices: Prices, when: Periods) -> Array:
    """Part of the year's coincident demand that every block causes in a month [MW], shape (K, months).

    An interval's import is laid to its loads by what they draw in it.
    """
    drawn = schedule.block_mw.sum(axis=0)
    weighted = schedule.import_mw * prices.coincident_weight
    per_mw = np.divide(weighted, drawn, out=np.zeros(drawn.size), where=drawn > 0.0)
    return rows_by_month(when, schedule.block_mw * per_mw)
