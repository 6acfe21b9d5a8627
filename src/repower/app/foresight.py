"""Prices that are known before and beside the hours of `repower dispatch`, and the hours run with no others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from repower.base.errors import InputError, Problem
from repower.base.units import Array, UsdPerMwh

if TYPE_CHECKING:
    from repower.app.planning import Bar
    from repower.markets.power import PowerSeries
    from repower.plan.dispatched import Dispatched
    from repower.plan.hours import Hours
    from repower.plan.known import Known
    from repower.plan.unforeseen import Unforeseen
    from repower.site import Site

EARLIER_DAYS = 365
"""How far back prices before the hours are learnt from at most."""

BEGUN_FRAC, DONE_FRAC = 0.25, 0.85
"""Where on the bar the hours are run without foresight."""


class Asked(Protocol):
    """What of `dispatching.Wanted` is read here."""

    @property
    def prices(self) -> Path | None:
        """File of the hours' prices."""

    @property
    def column(self) -> str:
        """Its column."""

    @property
    def time_column(self) -> str:
        """Its column of interval starts."""

    @property
    def unit(self) -> str:
        """Its unit."""

    @property
    def foresight(self) -> bool:
        """Whether the hours are run without it."""

    @property
    def day_ahead(self) -> Path | None:
        """File of day-ahead prices."""

    @property
    def day_ahead_column(self) -> str:
        """Its column."""


def asked(wanted: Asked) -> bool:
    """Whether the hours are to be run without foresight; naming day-ahead prices asks for it."""
    return wanted.foresight or bool(wanted.day_ahead_column) or wanted.day_ahead is not None


def check(wanted: Asked) -> None:
    """Refuse a file of day-ahead prices without its column.

    Raises
    ------
    InputError : as said.
    """
    if wanted.day_ahead is not None and not wanted.day_ahead_column:
        fix = "name the column of day-ahead prices: --day-ahead-column NAME"
        raise InputError(Problem("which column holds the prices?", fix, str(wanted.day_ahead), "--day-ahead-column"))


def known(site: Site, folder: Path, wanted: Asked, hours: Hours) -> Known | None:
    """What is known before the hours and of the day ahead; None where foresight is not asked about.

    Raises
    ------
    InputError : a column of day-ahead prices without a file that could hold it, or a site with ancillary services,
        whose awards no way decides.
    SeriesError : a file that cannot be read, or day-ahead prices that do not hold the hours.
    """
    from repower.base.clock import local_starts
    from repower.markets.feeds import read_before, read_prices
    from repower.markets.power import scaled
    from repower.plan.hours import typical_prices
    from repower.plan.known import Known

    if not asked(wanted):
        return None
    if site.services:
        names = ", ".join(service.name for service in site.services)
        fix = "take the [[ancillary_service]] tables out of a copy of the site file, and ask about energy alone"
        raise InputError(Problem("foresight is asked about without ancillary services", fix, site.source, value=names))
    grid = hours.prices.grid
    first, last = (local_starts(grid)[at].astype("datetime64[D]").astype(date) for at in (0, -1))
    until = last + timedelta(days=1)
    own = _own(site, folder, wanted)
    ahead = ahead_earlier = None
    if wanted.day_ahead_column:
        file = wanted.day_ahead or (None if own is None else own[0])
        if file is None:
            fix = "add --day-ahead FILE"
            raise InputError(
                Problem("a column without a file", fix, key="--day-ahead-column", value=wanted.day_ahead_column)
            )
        time_column, unit, shift = wanted.time_column, wanted.unit, 0.0
        if own is not None and wanted.day_ahead is None:
            _, _, time_column, unit, shift = own
        column = wanted.day_ahead_column
        ahead = scaled(read_prices(file, column, time_column, unit, site.zone, span=(first, until)), 1.0, shift)
        before = read_before(file, column, time_column, unit, grid.start_utc, site.zone, EARLIER_DAYS)
        ahead_earlier = None if before is None else scaled(before, 1.0, shift)
    earlier: PowerSeries | None
    if own is None:
        earlier = typical_prices(site, (first - timedelta(days=EARLIER_DAYS), first))
    else:
        path, column, time_column, unit, shift = own
        before = read_before(path, column, time_column, unit, grid.start_utc, site.zone, EARLIER_DAYS)
        earlier = None if before is None else scaled(before, 1.0, shift)
    return Known(earlier, ahead, ahead_earlier)


def run(found: Dispatched, given: Known, bar: Bar) -> Unforeseen:
    """The hours without foresight, with the bar moving."""
    from repower.plan.unforeseen import unforeseen

    return unforeseen(
        found, given, lambda name, done_frac: bar(name, BEGUN_FRAC + (DONE_FRAC - BEGUN_FRAC) * done_frac)
    )


def series(given: Known | None) -> tuple[Array, ...]:
    """Every series that is known beside those of the hours."""
    if given is None:
        return ()
    named = (given.earlier, given.day_ahead, given.day_ahead_earlier)
    return tuple(one.price_usd_per_mwh for one in named if one is not None)


def _own(site: Site, folder: Path, wanted: Asked) -> tuple[Path, str, str, str, UsdPerMwh] | None:
    """File, column, time column, unit and shift of the hours' prices; None where they are a typical year's."""
    if wanted.prices is not None:
        return wanted.prices, wanted.column, wanted.time_column, wanted.unit, 0.0
    source = site.outlook.power
    if source.kind == "typical":
        return None
    shift = site.outlook.power_shift_usd_per_mwh
    return folder / source.path, source.columns[0], source.time_column, source.unit, shift
