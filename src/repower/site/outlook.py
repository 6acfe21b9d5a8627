"""The owner's base case for the outside world, and where its hourly series come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from annotated_types import Ge, Le

from repower.base.clock import BLOCKS_PER_HALVING
from repower.base.units import Frac, FracPerYear, Usd, UsdPerGpuH, UsdPerKwMonth, UsdPerMwh
from repower.site.bounds import AboveMinusOne, AboveZero, AtLeastZero, AtMostOne, BelowOne, Name, Word, Year

MOST_BLOCKS: Final = 33 * BLOCKS_PER_HALVING
"""Height from which Bitcoin pays no subsidy: after 33 halvings it is less than a satoshi."""


@dataclass(frozen=True)
class SeriesSource:
    """Where an hourly series comes from.

    Parameters
    ----------
    kind : ``typical`` for a modelled year of the catalog, ``file`` for a CSV or Parquet file.
    name : typical year, from the catalog's `power_shapes` or `weather_shapes`.
    path : file, relative to the site file.
    columns : value columns; one for prices, dry-bulb and wet-bulb for weather.
    time_column : column of interval starts.
    unit : ``usd_per_mwh`` for prices, ``celsius`` for weather; anything else is refused, not converted.
    years : local calendar years to use, in the order in which the plan's years cycle through them; all full years where
        empty.
    """

    kind: Literal["typical", "file"]
    name: Word = ""
    path: Word = ""
    columns: tuple[Name, ...] = ()
    time_column: Word = ""
    unit: Word = ""
    years: tuple[Year, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """Deterministic base case; growth rates are assumptions and are shown as such.

    Parameters
    ----------
    as_of : date of the levels below.
    btc_usd : price of one bitcoin [$].
    btc_growth_frac_per_year, difficulty_growth_frac_per_year : nominal growth of price and of difficulty.
    difficulty : network difficulty at `as_of`.
    block_height : chain height at `as_of`; halvings follow from it.
    halving_exit_frac : assumed share of the network's hashrate that leaves at each halving, and does not come back.
    fee_frac : transaction fees as a share of the subsidy before the 2028 halving; fees per block stay constant after.
    power : hourly price source.
    power_growth_frac_per_year : scales that price year by year from `as_of`.
    power_shift_usd_per_mwh : added to every hour (basis to the load zone, for example).
    weather : hourly dry-bulb and wet-bulb source.
    gpu_rent_usd_per_gpu_h : market rent today of the GPU the site would buy; the catalog's latest where absent.
    gpu_rent_growth_frac_per_year : trend of that rent for an ageing GPU.
    colocation_rent_usd_per_kw_month, colocation_rent_growth_frac_per_year : for re-letting after a lease ends.
    """

    as_of: date
    btc_usd: Annotated[Usd, AboveZero]
    difficulty: Annotated[float, AboveZero]
    block_height: Annotated[int, Ge(0), Le(MOST_BLOCKS)]
    power: SeriesSource
    weather: SeriesSource
    btc_growth_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    difficulty_growth_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    fee_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.007
    halving_exit_frac: Annotated[Frac, AtLeastZero, BelowOne] = 0.0
    power_growth_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    power_shift_usd_per_mwh: UsdPerMwh = 0.0
    gpu_rent_usd_per_gpu_h: Annotated[UsdPerGpuH, AboveZero] | None = None
    gpu_rent_growth_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    colocation_rent_usd_per_kw_month: Annotated[UsdPerKwMonth, AboveZero] | None = None
    colocation_rent_growth_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
