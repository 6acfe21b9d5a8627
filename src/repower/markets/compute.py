"""What computing rents for: the market rent of a GPU-hour and of a kilowatt of data centre, by month.

The base case is a level with a trend, and is labelled as an assumption. GPU rent has two parts that do not move
together: the market's level for machines of one tier, and what a machine loses against it as it ages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from repower.base.errors import InputError, Problem
from repower.base.units import Array, FracPerYear, UsdPerGpuH, UsdPerKwMonth
from repower.markets.curves import grow


@dataclass(frozen=True)
class GpuRentPath:
    """Market rent of a GPU-hour by month.

    Parameters
    ----------
    months : first of each month.
    rent_usd_per_gpu_h : shape (months,).
    label : what was assumed, in words.
    """

    months: tuple[date, ...]
    rent_usd_per_gpu_h: Array
    label: str


@dataclass(frozen=True)
class ColocationRentPath:
    """Market rent of a kilowatt of critical IT by month.

    Parameters
    ----------
    months : first of each month.
    rent_usd_per_kw_month : shape (months,).
    label : what was assumed, in words.
    """

    months: tuple[date, ...]
    rent_usd_per_kw_month: Array
    label: str


def gpu_rent_path(
    rent_usd_per_gpu_h: UsdPerGpuH,
    growth_frac_per_year: FracPerYear,
    as_of: date,
    months: Sequence[date],
    vintage_frac_per_year: FracPerYear = 0.0,
) -> GpuRentPath:
    """Market rent of one GPU as it ages.

    Parameters
    ----------
    rent_usd_per_gpu_h : rent of this GPU on `as_of` [$/GPU-h], above zero.
    growth_frac_per_year : trend of the market's level [1/year], above -1.
    as_of : day on which the rent holds.
    months : first of each month.
    vintage_frac_per_year : what the GPU loses each year against that level because newer ones exist; 0 where the trend
        already describes an ageing GPU.

    Raises
    ------
    InputError : where the rent is not above zero, the growth is -1 or less, or the loss lies outside 0 to 1.
    """
    _positive("rent_usd_per_gpu_h", rent_usd_per_gpu_h)
    if not 0.0 <= vintage_frac_per_year < 1.0:
        raise InputError(
            Problem(
                "a yearly loss lies between 0 and 1",
                "write 15 % a year as 0.15",
                key="vintage_frac_per_year",
                value=str(vintage_frac_per_year),
            )
        )
    ageing = (1.0 + growth_frac_per_year) * (1.0 - vintage_frac_per_year) - 1.0
    label = f"assumed: ${rent_usd_per_gpu_h:,.2f}/GPU-h on {as_of}, {ageing:+.1%} a year"
    return GpuRentPath(tuple(months), grow(rent_usd_per_gpu_h, ageing, as_of, months), label)


def colocation_rent_path(
    rent_usd_per_kw_month: UsdPerKwMonth, growth_frac_per_year: FracPerYear, as_of: date, months: Sequence[date]
) -> ColocationRentPath:
    """Market rent of leased critical IT power, for re-letting after a lease ends.

    Parameters
    ----------
    rent_usd_per_kw_month : rent on `as_of` [$/kW-month], above zero.
    growth_frac_per_year : trend [1/year], above -1.
    as_of : day on which the rent holds.
    months : first of each month.

    Raises
    ------
    InputError : where the rent is not above zero or the growth is -1 or less.
    """
    _positive("rent_usd_per_kw_month", rent_usd_per_kw_month)
    label = f"assumed: ${rent_usd_per_kw_month:,.0f}/kW-month on {as_of}, {growth_frac_per_year:+.1%} a year"
    return ColocationRentPath(tuple(months), grow(rent_usd_per_kw_month, growth_frac_per_year, as_of, months), label)


def _positive(name: str, level: float) -> None:
    if not 0.0 < level < float("inf"):
        raise InputError(Problem("a rent must be above zero", "give the market rent today", key=name, value=str(level)))
