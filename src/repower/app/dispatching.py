"""`repower dispatch`: hours of a site, scheduled exactly, settled, proved, shown; or somebody's schedule, audited."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from repower.app import output
from repower.base.errors import InputError, Problem, SeriesError
from repower.base.units import Array, Mw, Mwh, UsdPerPhDay
from repower.base.units import Hours as LengthH

if TYPE_CHECKING:
    from repower.contracts import PeakHistory
    from repower.markets.power import PowerSeries
    from repower.plan.audit import Audit
    from repower.plan.dispatched import Dispatched
    from repower.plan.hours import Days, Hours
    from repower.plan.result import Caveat
    from repower.site import Site


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for.

    Parameters
    ----------
    prices, column, time_column, unit : a file of prices instead of the site file's own source.
    fill_gaps_h : gaps in series of prices of at most so long are filled from the day before.
    first, until : local days [first, until); None for all that the source has.
    audit : somebody's schedule, or None.
    hashprice_usd_per_ph_day, stored_mwh : see `plan.hours.Today`.
    billed_peak_mw : highest import already billed in the month in which the hours begin.
    foresight : whether the hours are also run without knowing their prices.
    day_ahead, day_ahead_column : a file and column of day-ahead prices for that; the file of the prices where None.
    """

    prices: Path | None = None
    column: str = ""
    time_column: str = "ts_utc"
    unit: str = "usd_per_mwh"
    fill_gaps_h: LengthH = 0.0
    first: date | None = None
    until: date | None = None
    audit: Path | None = None
    hashprice_usd_per_ph_day: UsdPerPhDay | None = None
    stored_mwh: Mwh | None = None
    billed_peak_mw: Mw | None = None
    foresight: bool = False
    day_ahead: Path | None = None
    day_ahead_column: str = ""


def dispatch_and_save(path: Path, out: Path, wanted: Wanted, *, as_json: bool) -> int:
    """Schedule hours of a site and write page, document, schedule and statement into a folder.

    Everything is computed before the first byte is written; a failure or an interrupt leaves earlier results as they
    were.
    """
    from repower.app import foresight, series, services
    from repower.app.planning import progress
    from repower.plan.dispatched import dispatched
    from repower.plan.hours import Today, hours_of
    from repower.report import hours as report
    from repower.report.hours.files import FILES
    from repower.report.save import check_folder
    from repower.site import load

    days = _days(wanted)
    _check_numbers(wanted)
    foresight.check(wanted)
    site = load(path)
    check_folder(out, FILES)
    with progress() as bar:
        bar("reading series", 0.0)
        power, days = _power(site, path.parent, wanted, days)
        weathers = series.read_weather(site, path.parent)
        today = Today(wanted.hashprice_usd_per_ph_day, wanted.stored_mwh, _history(power, days, wanted.billed_peak_mw))
        hours = hours_of(site, power, weathers, days, today)
        known = foresight.known(site, path.parent, wanted, hours)
        bar("scheduling, and without each part", 0.1)
        hours = services.added(hours, path.parent, wanted.fill_gaps_h, audited=wanted.audit is not None)
        found = dispatched(hours)
        bar("auditing", 0.2)
        audited = None if wanted.audit is None else _audit(found, wanted.audit)
        unforeseen = None if known is None else foresight.run(found, known, bar)
        inputs_hash = _inputs_hash(hours, audited, foresight.series(known))
        made = report.Report(found, audited, _version(), inputs_hash, _caveats(found, wanted), unforeseen)
        bar("writing the report", 0.85)
        report.save(made, out)
    if as_json:
        content = report.document(made)
        return output.document(str(content.pop("schema")), content)
    return output.text(report.summary(made) + f"\n\nReport: {out / FILES[0]}\n")


def _days(wanted: Wanted) -> Days | None:
    if wanted.first is None and wanted.until is None:
        return None
    if wanted.first is None or wanted.until is None:
        fix = "give both: --from is the first local day, --to the day after the last"
        raise InputError(Problem("a span needs its first day and its end", fix, key="--from, --to"))
    if wanted.until <= wanted.first:
        fix = "--to is the day after the last one"
        raise InputError(Problem("the span ends before it begins", fix, key="--to", value=str(wanted.until)))
    return wanted.first, wanted.until


def _check_numbers(wanted: Wanted) -> None:
    hashprice, peak_mw = wanted.hashprice_usd_per_ph_day, wanted.billed_peak_mw
    if hashprice is not None and not 0.0 < hashprice < np.inf:
        fix = "give dollars per PH/s and day, such as 45"
        raise InputError(Problem("no such hashprice", fix, key="--hashprice", value=f"{hashprice:g}"))
    if peak_mw is not None and not 0.0 <= peak_mw < np.inf:
        fix = "give the month's highest import so far in MW"
        raise InputError(Problem("no such peak", fix, key="--billed-peak", value=f"{peak_mw:g}"))
    if not 0.0 <= wanted.fill_gaps_h < np.inf:
        fix = "give the hours of the longest gap that may be filled, such as 2"
        raise InputError(Problem("no such gap", fix, key="--fill-gaps", value=f"{wanted.fill_gaps_h:g}"))


def _history(power: PowerSeries, days: Days | None, billed_peak_mw: Mw | None) -> PeakHistory:
    """What the month in which the hours begin has billed already."""
    from repower.base.clock import billing_periods
    from repower.contracts import PeakHistory

    if billed_peak_mw is None:
        return PeakHistory()
    month = billing_periods(power.grid)[0][0] if days is None else days[0].replace(day=1)
    return PeakHistory(((month, billed_peak_mw),))


def _power(site: Site, folder: Path, wanted: Wanted, days: Days | None) -> tuple[PowerSeries, Days | None]:
    """Prices with what the system's peaks need around the days, and the days to schedule."""
    from repower.markets.feeds import read_prices, read_years
    from repower.markets.power import scaled
    from repower.plan.hours import billed_days, typical_prices

    around = None if days is None else billed_days(site, days)
    if wanted.prices is not None:
        if not wanted.column:
            fix = "name the column of prices: --column NAME"
            raise SeriesError(Problem("which column holds the prices?", fix, str(wanted.prices), "--column"))
        read = read_prices(
            wanted.prices,
            wanted.column,
            wanted.time_column,
            wanted.unit,
            site.zone,
            span=around,
            fill_h=wanted.fill_gaps_h,
        )
        return read, days
    if wanted.column:
        fix = "add --prices FILE, or leave --column out to use the site file's own source"
        raise InputError(Problem("a column without a file", fix, key="--column", value=wanted.column))
    source = site.outlook.power
    if source.kind == "typical":
        year = site.plan_start.year
        whole = (date(year, 1, 1), date(year + 1, 1, 1))
        return typical_prices(site, around or whole), days or whole
    file, column = folder / source.path, source.columns[0]
    if around is not None:
        power = read_prices(
            file, column, source.time_column, source.unit, site.zone, span=around, fill_h=wanted.fill_gaps_h
        )
    else:
        years = read_years(
            file, column, source.time_column, source.unit, site.zone, source.years[:1], wanted.fill_gaps_h
        )
        power = years[-1]
    return scaled(power, 1.0, site.outlook.power_shift_usd_per_mwh), days


def _audit(found: Dispatched, path: Path) -> Audit:
    from repower.app.schedule_file import read_schedule
    from repower.plan.audit import audit

    return audit(found, read_schedule(path, found.hours), path.name)


def _caveats(found: Dispatched, wanted: Wanted) -> tuple[Caveat, ...]:
    """What a reader of these hours must know."""
    from repower.app import foresight, services
    from repower.plan.result import Caveat
    from repower.report.hours.record import burnt_mwh, span

    site, texts = found.hours.site, []
    first, last = span(found)
    text = "Every price is known beforehand here: what can be earned without knowing them is less."
    if foresight.asked(wanted):
        texts.append(Caveat("answer", f"{text} How much less stands under Without knowing prices."))
    else:
        texts.append(Caveat("answer", text, "--foresight says how much less"))
    today = site.outlook.as_of
    if first < today.replace(day=1):
        stated = "the hashprice stated" if wanted.hashprice_usd_per_ph_day is not None else f"the hashprice of {today}"
        text = (
            f"Prices before {today} meet today's halls, {stated} and today's wires charges; "
            "contracts go by their own dates."
        )
        fix = "" if wanted.hashprice_usd_per_ph_day is not None else "state another with --hashprice"
        texts.append(Caveat("answer", text, fix))
    if first < site.interconnect.energised:
        energised = site.interconnect.energised
        text = f"The connection is energised on {energised}; hours before it are scheduled as if it were."
        texts.append(Caveat("answer", text))
    texts += services.caveats(found)
    if found.hours.battery is not None:
        stored = found.hours.battery.start_mwh
        text = f"The battery begins and ends with {stored:g} MWh; wear is not charged."
        texts.append(Caveat("answer", text, "" if wanted.stored_mwh is not None else "state the energy with --stored"))
        burnt = burnt_mwh(found)
        if burnt > _BURNT_MWH:
            text = (
                f"{burnt:,.1f} MWh go into the battery and out of it in the same interval, where power is worth less "
                "than nothing: the bound holds, a real battery earns a little less."
            )
            texts.append(Caveat("answer", text))
    if found.hours.book.tariff.ratchet_frac:
        text = (
            "The ratchet is planned for, and in the bound, within these hours; what their peaks add to bills after "
            "them is not."
        )
        texts.append(Caveat("answer", text))
    if any(block.use == "colocation" for block in found.hours.blocks):
        text = (
            "Tenants' load is firm and served in full. What is earned counts a lease's rent by the hour and its power "
            "at the margin; the statement has rent, pass-through and operating cost as the contract settles them."
        )
        texts.append(Caveat("answer", text))
    if found.hours.book.tariff.coincident_peak_usd_per_kw_year:
        text = (
            "The system's peaks are not known here: the tariff's dearest hours of its window stand in for them, "
            "each as likely as the others."
        )
        texts.append(Caveat("answer", text))
    if last - first < timedelta(days=1) * _SHORT_DAYS and found.hours.book.tariff.demand_charge_usd_per_kw_month:
        text = "A month's demand charge is billed on the highest import of these hours as if no other day counted."
        texts.append(Caveat("answer", text))
    return tuple(texts)


_BURNT_MWH = 0.01
_SHORT_DAYS = 27


def _version() -> str:
    import repower

    return repower.__version__


def _inputs_hash(hours: Hours, audited: Audit | None, more: Sequence[Array] = ()) -> str:
    """Hash of the site file, the catalog, and every series and number that went in."""
    from repower import catalog

    digest = hashlib.sha256(hours.site.sha256.encode())
    digest.update(catalog.table_hash().encode())
    grid, prices = hours.prices.grid, hours.prices
    digest.update(f"{grid.start_utc.isoformat()} {grid.step_s} {grid.count} {grid.zone}".encode())
    for series in (prices.index_usd_per_mwh, prices.hashprice_usd_per_ph_day, prices.coincident_weight, *more):
        digest.update(np.ascontiguousarray(series).tobytes())
    for block in hours.blocks:
        digest.update(np.ascontiguousarray(block.capacity_mw).tobytes())
    if hours.battery is not None:
        digest.update(f"{hours.battery.start_mwh!r}".encode())
    for one in prices.services:
        digest.update(np.ascontiguousarray(one.price_usd_per_mw).tobytes())
    if audited is not None:
        digest.update(np.ascontiguousarray(audited.schedule.block_mw).tobytes())
        digest.update(np.ascontiguousarray(audited.schedule.import_mw).tobytes())
    return digest.hexdigest()
