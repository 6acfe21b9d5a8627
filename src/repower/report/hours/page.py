"""The report on hours as one page: HTML that needs nothing but itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from repower.base.clock import local_starts, step_h
from repower.report import figures, words
from repower.report.hours import record, tables
from repower.report.kpis import Kpi
from repower.report.letters import columns
from repower.report.page import LONGEST_HEADLINE, rendered
from repower.report.sections import Section
from repower.report.tidy import USE_ORDER

if TYPE_CHECKING:
    from repower.report.charts.frame import Row
    from repower.report.hours.record import Report
    from repower.report.tables import Table

BINS: Final = 160
"""Points of the duration curve; they widen towards cheap hours."""

SECTIONS: Final = {
    "week": "The week of the dearest hour",
    "hours": "Hours: what runs at which price",
    "audit": "The schedule audited",
    "foresight": "Without knowing prices",
    "worth": "What each part is worth",
    "services": "Ancillary services",
    "loads": "Loads",
    "proof": "Proof",
    "statement": "Statement",
    "inputs": "What it rests on",
}
"""Sections in the order of the page: identifier and heading."""


def page(report: Report, language: str = "en") -> str:
    """The report on hours.

    Parameters
    ----------
    language : BCP 47 tag of the page.

    Returns
    -------
    One HTML document without scripts or requests: the same hours give the same bytes.
    """
    site = report.found.hours.site
    headline = record.headline(report)
    shown = SimpleNamespace(
        site_name=site.name,
        headline=headline,
        notes=site.notes,
        version=report.version,
        source=site.source,
        inputs_hash=report.inputs_hash,
        as_of=site.outlook.as_of,
    )
    return rendered(
        "hours.html.j2",
        plan=shown,
        language=language,
        eyebrow=eyebrow(report),
        crowded=columns(headline) > LONGEST_HEADLINE,
        kpis=kpis(report),
        sections=sections(report),
        answers=report.caveats,
    )


def eyebrow(report: Report) -> str:
    """Site, size, market, days and step in one line."""
    found = report.found
    site, grid = found.hours.site, found.hours.prices.grid
    limit_mw = site.interconnect.import_limit_mw
    size = f"{figures.number(limit_mw)} MW import" if limit_mw else "no grid import"
    steps = f"{grid.count:,} intervals of {figures.number(step_h(grid) * _MINUTES)} minutes"
    return " · ".join((site.name, size, site.market, record.days_text(found), steps))


def kpis(report: Report) -> tuple[Kpi, ...]:
    """Earned, gap, price paid, uptime, and ancillary services or else the battery."""
    found = report.found
    gap = record.gap_frac(found)
    proved = f"bound {figures.money(found.bound_usd)}"
    paid, mean = record.paid_index_usd_per_mwh(found), record.mean_index_usd_per_mwh(found)
    uptime = record.mining_uptime_frac(found)
    marginal = found.dispatch.marginal_usd_per_mwh
    way = None if report.unforeseen is None else record.leading_way(report.unforeseen)
    blind = () if way is None else (f"{figures.money(way.earned_usd)} without knowing prices",)
    shown = [
        Kpi(figures.money(found.earned_usd), "earned after power", (record.days_text(found), *blind)),
        Kpi("0" if gap == 0.0 else figures.share(gap), "gap to the best possible", (proved,)),
        Kpi(
            figures.level(paid, "$/MWh"),
            "index price paid",
            (f"mean of all hours {figures.level(mean, '$/MWh')}",),
        ),
        Kpi(
            figures.NOTHING if uptime is None else figures.share(uptime),
            "mining uptime",
            (f"one more MWh is worth {figures.level(float(np.median(marginal)), '$/MWh')} in the median hour",),
        ),
    ]
    battery, services = record.battery_worth(found), record.services_worth(found)
    if services is not None:
        paid_usd = sum(one.paid_usd for one in found.services)
        shown.append(
            Kpi(figures.money(services.worth_usd), "worth of ancillary services", (f"paid {figures.money(paid_usd)}",))
        )
    elif battery is not None:
        kept = () if way is None else (f"{figures.money(way.battery_usd)} without knowing prices",)
        shown.append(Kpi(figures.money(battery.worth_usd), f"worth of {battery.part}", ("in these hours", *kept)))
    return tuple(shown)


def sections(report: Report) -> tuple[Section, ...]:
    """The sections of the page in order."""
    found = report.found
    made = [_week(report), _duration(report)]
    if report.audit is not None:
        text = record.audit_sentence(report.audit) + (
            " What an interval leaves is counted at the prices that prove the best schedule."
        )
        made.append(_section("audit", text, tables.worst(report.audit)))
    if report.unforeseen is not None:
        made.append(_foresight(report))
    made += [
        _section(
            "worth",
            "The best schedule with a part less the best without it, everything else as it is; parts do not add up.",
            tables.worths(found),
        ),
        *_services(report),
        _section("loads", "Uptime is energy drawn over what could have been drawn.", tables.loads(found)),
        _section(
            "proof",
            f"{_proof(report)} Method: {found.dispatch.method}.",
            tables.proof(found),
        ),
        _section(
            "statement", "Income positive. Months and intervals are in the files beside.", tables.statement(found)
        ),
        _section("inputs", "Prices are known beforehand in every hour.", tables.inputs(found)),
    ]
    made[-2] = Section(**(vars(made[-2]) | {"folded": (tables.by_month(found),)}))
    return tuple(made)


_MINUTES = 60
_HALF = 0.5


def _section(name: str, subtitle: str, *shown: Table, **content: Any) -> Section:
    return Section(name, SECTIONS[name], subtitle, tables=shown, **content)


def _services(report: Report) -> tuple[Section, ...]:
    """Awards and what they pay; nothing where nobody asked for any."""
    if not report.found.services:
        return ()
    text = (
        "Power held back and paid for being there; loads that run carry what goes up, loads that stand still what goes "
        "down, and no MW is sold twice. Being deployed is left out."
    )
    return (_section("services", text, tables.services(report.found)),)


def _proof(report: Report) -> str:
    """How the bound comes about."""
    if report.found.services:
        return (
            "Prices of energy and of every limit on awards bound what any schedule with any awards earns, by weak "
            "duality: at them every power, stored energy and award has a best answer, and the answers' sum is the "
            "bound. No solver's word is taken for it."
        )
    return (
        "The schedule's own prices bound what any schedule earns: at them every load, plant, import and battery has a "
        "best answer, and the answers' sum is the bound."
    )


def _foresight(report: Report) -> Section:
    assert report.unforeseen is not None
    text = record.foresight_sentence(report.unforeseen) + (
        " Each way decides by prices so far and is settled at the true ones, with the peaks that it set. What the "
        "battery brings is counted against the same way without it. Loads, weather and plants count as known."
    )
    if report.found.hours.book.tariff.coincident_peak_usd_per_kw_year:
        text += (
            " An hour is left to the system's peak where its price is among the dearest of the month before, twice as "
            "many as the tariff watches: to wait in vain costs less than to miss a peak."
        )
    text += "".join(f" {words.sentence(one)}" for one in report.unforeseen.omitted)
    return _section("foresight", text, tables.without_foresight(report.found, report.unforeseen))


def _week(report: Report) -> Section:
    from repower.report.charts.week import week

    found = report.found
    grid, inside = found.hours.prices.grid, record.telling_week(found)
    hour, local = step_h(grid), local_starts(grid)[inside]
    at = np.arange(local.size) * hour
    names, first = np.unique(local.astype("datetime64[D]"), return_index=True)
    days = [(float(at[index]), str(name)) for name, index in zip(names, first, strict=True)]
    loads: list[Row] = [
        {"use": use, "label": words.use(use), "hour": float(h), "load_mw": float(mw)}
        for use, series in _uses(report)
        for h, mw in zip(at, series[inside], strict=True)
    ]
    stored = found.dispatch.energy_mwh if found.hours.battery is not None else None
    lines: list[Row] = [
        {
            "hour": float(h),
            "price_usd_per_mwh": float(found.hours.prices.index_usd_per_mwh[inside][i]),
            "import_mw": float(found.schedule.import_mw[inside][i]),
            "stored_mwh": None if stored is None else float(stored[inside][i]),
        }
        for i, h in enumerate(at)
    ]
    if not loads:
        return _section("week", "Nothing draws power in these hours.")
    text = "Areas are what the loads draw, the red line is the import: what lies between is the battery or a plant."
    return _section("week", text, chart=_draw(week(loads, lines, days, hour), "week"))


def _duration(report: Report) -> Section:
    from repower.report.charts.duration import duration

    found = report.found
    price = found.hours.prices.index_usd_per_mwh
    order = np.argsort(-price, kind="stable")
    edges = np.unique(np.round(np.geomspace(1, price.size + 1, BINS)).astype(np.int64)) - 1
    hour = step_h(found.hours.prices.grid)
    starts = [*(edges[:-1] * hour).tolist(), price.size * hour]

    def binned(values: np.ndarray[Any, Any]) -> list[float]:
        mean = (np.add.reduceat(values[order], edges[:-1]) / np.diff(edges)).tolist()
        return [*mean, mean[-1]]

    prices: list[Row] = [{"hour": h, "price_usd_per_mwh": p} for h, p in zip(starts, binned(price), strict=True)]
    rows: list[Row] = []
    sheds: list[Row] = []
    for use, series in _uses(report):
        mean = binned(series)
        rows += [
            {"use": use, "label": words.use(use), "hour": h, "load_mw": mw} for h, mw in zip(starts, mean, strict=True)
        ]
        back = next(i for i, mw in enumerate(mean) if mw >= _HALF * max(mean))
        if back:
            above = figures.level(prices[back]["price_usd_per_mwh"], "$/MWh")
            text = f"{words.use(use)} mostly off above about {above}: {figures.number(starts[back])} hours"
            sheds.append({"hour": starts[back], "text": text})
    if not rows:
        return _section("hours", "Nothing draws power in these hours.")
    text = "Hours sorted by index price, dearest first: above the price, below it the load that still runs."
    return _section("hours", text, chart=_draw(duration(rows, prices, sheds, "Hours, dearest first"), "hours"))


def _uses(report: Report) -> list[tuple[str, np.ndarray[Any, Any]]]:
    loads = record.by_use(report.found)
    return [(use, loads[use]) for use in USE_ORDER if use in loads]


def _draw(spec: dict[str, Any], name: str) -> str:
    from markupsafe import Markup

    from repower.report.charts.render import svg

    return Markup(svg(spec, name, SECTIONS[name]))
