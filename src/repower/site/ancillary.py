"""What a site is paid for being ready: ancillary services of a power market, as the owner sells them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from repower.base.units import Frac, Hours, Mw
from repower.site.bounds import AboveZero, AtMostOne, Name

Provider = Literal["battery", "mining", "hosting", "gpu_cloud"]


@dataclass(frozen=True)
class AncillaryService:
    """A reserve with a price in every hour, co-optimised with energy by `repower dispatch`; plans leave it out.

    Parameters
    ----------
    name : as printed on the report, such as ECRS.
    direction : ``up`` gives to the grid (load that can be dropped, charging that can stop, discharge in hand), ``down``
        takes more.
    providers : who may carry it: ``battery``, or the interruptible loads of ``mining``, ``hosting``, ``gpu_cloud``;
        firm load never does.
    sustained_h : how long an award must last from what the battery holds.
    path : CSV or Parquet file of prices, relative to the site file; none are shipped.
    column, time_column : its columns of prices and of interval starts.
    unit : ``usd_per_mw_h``, dollars for a MW carried through an hour; anything else is refused, not converted.
    most_mw : most that is accepted of the site in an hour; no limit where absent.
    available_frac : share of what is held back that counts as an award.
    """

    name: Name
    direction: Literal["up", "down"]
    providers: tuple[Provider, ...]
    sustained_h: Annotated[Hours, AboveZero]
    path: Name
    column: Name
    time_column: Name
    unit: Name
    most_mw: Annotated[Mw, AboveZero] | None = None
    available_frac: Annotated[Frac, AboveZero, AtMostOne] = 1.0
