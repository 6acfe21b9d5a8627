"""Who causes a power bill: each load block's share of capacity, of the month's peak, of the system's peaks.

What keeps the connection there is shared by capacity: what a neighbour does in an hour moves nobody's share. What a
peak costs is shared by what each load draws in it, so that a tenant beside idle miners pays the whole of a peak that is
his alone, and none of the peaks that miners run through.
"""

from __future__ import annotations

import numpy as np

from repower.base.units import Array
from repower.contracts.book import Book
from repower.contracts.history import coincident_mw_by_block, coincident_mw_by_year, load_mw_by_year
from repower.contracts.periods import Periods, month_max, periods, rows_by_month
from repower.contracts.prices import Prices
from repower.contracts.schedule import TOLERANCE_MW, Schedule
from repower.contracts.tariff import billed_demand_mw


def capacity_frac(schedule: Schedule, when: Periods) -> Array:
    """Share of every block in the capacity of a month, shape (K, months); zero in a month without any."""
    return _over_total(rows_by_month(when, [block.capacity_mw for block in schedule.blocks]))


def peak_frac(schedule: Schedule, book: Book) -> Array:
    """Share of every block in the demand charge of a month, shape (K, months).

    By what each block draws in the intervals of the highest import, on average where there are several. The sum is
    below one where a ratchet bills more than the month's own peak: that is left from loads of earlier months.
    """
    when = periods(schedule.grid)
    highest_mw, billed_mw = month_max(when, schedule.import_mw), billed_demand_mw(schedule, book)
    at_peak = schedule.import_mw >= highest_mw[when.month_of] - TOLERANCE_MW
    drawn = rows_by_month(when, schedule.block_mw * at_peak)
    of_bill = np.divide(highest_mw, billed_mw, out=np.ones(billed_mw.size), where=billed_mw > highest_mw)
    return _over_total(drawn) * of_bill


def coincident_frac(schedule: Schedule, book: Book, prices: Prices) -> Array:
    """Share of every block in the coincident-peak charge of a month, shape (K, months).

    By what the block's hall and contract drew in the peaks that the month bills: those of the month itself, or with a
    lag those of the earlier year. The sum is below one where a load of that year is gone.
    """
    when, lag_years = periods(schedule.grid), book.tariff.coincident_peak_lag_years
    if lag_years == 0:
        return _over_total(coincident_mw_by_block(schedule, prices, when))
    total, own = coincident_mw_by_year(schedule, book, prices), load_mw_by_year(schedule, book, prices)
    loads = [(block.hall, block.contract) for block in schedule.blocks]
    capacity, frac = capacity_frac(schedule, when), np.zeros((len(loads), len(when.months)))
    for hall, contract in dict.fromkeys(loads):
        rows = [row for row, load in enumerate(loads) if load == (hall, contract)]
        years = [month.year - lag_years for month in when.months]
        part = [own.get((year, hall, contract), 0.0) / (total.get(year) or 1.0) for year in years]
        frac[rows] = _over_total(capacity[rows]) * np.array(part)
    return frac


def _over_total(mw: Array) -> Array:
    total = mw.sum(axis=0)
    frac: Array = np.divide(mw, total, out=np.zeros_like(mw), where=total > 0.0)
    return frac
