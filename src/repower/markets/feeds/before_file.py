"""Prices right before a time, from a file: what was known when the hours began."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from repower.base.clock import TimeGrid, step_h
from repower.base.units import SECONDS_PER_DAY
from repower.markets.feeds.plausible import PRICE_UNIT, check_prices, check_unit
from repower.markets.feeds.table_file import read_columns
from repower.markets.feeds.time_axis import local_days
from repower.markets.power import PowerSeries


def read_before(
    path: str | Path, column: str, time_column: str, unit: str, start_utc: datetime, zone: str, most_days: int
) -> PowerSeries | None:
    """Prices right before a time, as far back as they are unbroken; what lies before a gap is left.

    Parameters
    ----------
    path, column, time_column, unit, zone : as for `read_prices`.
    start_utc : the first interval that is not read any more.
    most_days : how far back at most.

    Returns
    -------
    None where the interval right before is not there.

    Raises
    ------
    SeriesError : a file, column or unit that cannot be read, or numbers that are no prices.
    """
    check_unit(unit, (PRICE_UNIT,), str(path), column)
    table = read_columns(path, time_column, (column,))
    end_s = int(start_utc.timestamp())
    inside = (table.start_s < end_s) & (table.start_s >= end_s - most_days * SECONDS_PER_DAY)
    inside &= np.isfinite(table.values[0])
    start_s, first = np.unique(table.start_s[inside], return_index=True)
    later = np.unique(table.start_s[table.start_s >= end_s])
    if start_s.size == 0 or later.size == 0 or later[0] != end_s:
        return None
    step_s = end_s - int(start_s[-1])
    if later.size > 1 and step_s != later[1] - later[0]:
        return None
    broken = np.flatnonzero(np.diff(start_s) != step_s)
    whole = slice(int(broken[-1]) + 1 if broken.size else 0, None)
    price = table.values[0][inside][first][whole]
    grid = TimeGrid(datetime.fromtimestamp(int(start_s[whole][0]), UTC), step_s, price.size, zone)
    check_prices(price, grid.count * step_h(grid), str(path), column)
    return PowerSeries(grid, price, column, f"{column}, {local_days(grid)}", Path(path).name, modelled=False)
