"""Tables of a report on hours: loads, parts, statement, proof, and an audited schedule's worst intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repower.report import figures, words
from repower.report.hours.record import gap_frac, settled_usd
from repower.report.tables import Line, Table, head

if TYPE_CHECKING:
    from repower.contracts import Line as BillLine
    from repower.plan.audit import Audit
    from repower.plan.dispatched import Dispatched
    from repower.plan.unforeseen import Unforeseen

WAYS = {
    "persistence": "Rolling, yesterday's prices",
    "day_ahead": "Rolling, day-ahead prices",
    "learnt": "A rule learnt from earlier prices",
    "learnt_day_ahead": "A rule around day-ahead prices",
}
KINDS = {"battery": "battery", "load": "load", "supply": "supply", "service": "service", "planning": "planning"}


def loads(found: Dispatched) -> Table:
    """Energy, uptime and earnings of every fleet and contract."""
    lines = tuple(
        Line(
            (
                load.hall,
                load.words,
                words.use(load.use),
                figures.fixed(load.energy_mwh, 0),
                figures.per_cent(load.uptime_frac),
                figures.NOTHING if load.use == "colocation" else figures.dollars(load.earned_usd),
            )
        )
        for load in found.loads
    )
    heads = ("Hall", "Load", "Use"), ("Energy, MWh", "Uptime, %", "Earned before power"), ()
    return Table("Loads", head(*heads), lines, cards=True)


def worths(found: Dispatched) -> Table:
    """What every part is worth in these hours."""
    lines = tuple(Line((one.part, KINDS[one.kind], figures.dollars(one.worth_usd), one.text)) for one in found.worths)
    return Table("What each part is worth", head(("Part", "Kind"), ("Worth",), ("How it is counted",)), lines, True)


def services(found: Dispatched) -> Table:
    """Awards and pay of every ancillary service."""
    lines = [
        Line(
            (
                one.name,
                one.direction,
                figures.fixed(one.mean_mw, 1),
                figures.fixed(one.battery_mw, 1),
                figures.fixed(one.most_mw, 1),
                figures.level(one.mean_usd_per_mw, "$/MW-h"),
                figures.dollars(one.paid_usd),
            )
        )
        for one in found.services
    ]
    paid_usd = sum(one.paid_usd for one in found.services)
    lines.append(Line(("All", "", "", "", "", "", figures.dollars(paid_usd)), "total"))
    numbers = ("Mean award, MW", "of it battery, MW", "Highest, MW", "Mean price", "Paid")
    return Table("Ancillary services", head(("Service", "Direction"), numbers, ()), tuple(lines), cards=True)


def statement(found: Dispatched) -> Table:
    """Lines summed over the months."""
    lines = [
        Line((contract, words.sentence(what).rstrip("."), quantity, figures.dollars(amount)))
        for contract, what, quantity, amount in _summed(found.lines)
    ]
    lines.append(Line(("", "All lines", "", figures.dollars(settled_usd(found))), "total"))
    return Table("Statement", head(("Contract", "Line"), ("Quantity", "Amount"), ()), tuple(lines))


def by_month(found: Dispatched) -> Table:
    """The statement's total by month."""
    months: dict[str, float] = {}
    for line in found.lines:
        name = figures.month_text(line.month)
        months[name] = months.get(name, 0.0) + line.amount_usd
    lines = tuple(Line((month, figures.dollars(amount))) for month, amount in sorted(months.items()))
    return Table("Statement by month", head(("Month",), ("Amount",), ()), lines)


def proof(found: Dispatched) -> Table:
    """From what the schedule earns to the proof, and to the statement's total."""
    gap = gap_frac(found)
    rows = [
        ("What the schedule earns after power", found.earned_usd, ""),
        ("What no schedule can exceed", found.bound_usd, _PROVED[bool(found.services)]),
        (
            "Gap",
            found.bound_usd - found.earned_usd,
            "none but the rounding of sums" if gap == 0.0 else f"{figures.share(gap)} of the bound",
        ),
    ]
    bridge = [
        (
            "Coincident-peak charges that these hours bring into later bills",
            found.later_usd,
            "earned above, billed later",
        ),
        ("Worth by which leases are ordered", -found.shedding_usd, "no contract pays it by the MWh"),
        ("Lines by which no schedule is made", found.rest_usd, "rent, PPA differences, customer charge and the like"),
    ]
    rows += [row for row in bridge if abs(row[1]) > _CENT_USD]
    lines = [Line((name, figures.dollars(amount), text)) for name, amount, text in rows]
    lines.append(Line(("Sum of the statement", figures.dollars(settled_usd(found)), ""), "total"))
    return Table("Proof, and the way to the statement", head(("What",), ("Amount",), ("Remark",)), tuple(lines), True)


def without_foresight(found: Dispatched, unforeseen: Unforeseen) -> Table:
    """What every way earns without foresight, and what the battery brings in it."""
    battery = unforeseen.battery_usd is not None
    all_of_it = (figures.dollars(unforeseen.battery_usd), figures.per_cent(1.0)) if battery else ()
    best = ("Every price known", figures.dollars(found.earned_usd), figures.per_cent(1.0), "", *all_of_it)
    lines = [Line((*best, "the bound: nobody knows every price"), "soft")]
    guessed_usd = unforeseen.peaks_guessed_usd
    if guessed_usd is not None:
        share = guessed_usd / found.earned_usd if found.earned_usd > 0.0 else None
        cells = (figures.dollars(guessed_usd), figures.per_cent(share), figures.dollars(found.earned_usd - guessed_usd))
        text = "every price but not the system's peaks, which all below guess alike"
        lines.append(Line(("Peaks guessed", *cells, *(("", "") if battery else ()), text), "soft"))
    for way in unforeseen.ways:
        shares = (figures.dollars(way.battery_usd), figures.per_cent(way.of_battery_frac)) if battery else ()
        cells = (
            WAYS[way.kind],
            figures.dollars(way.earned_usd),
            figures.per_cent(way.of_best_frac),
            figures.dollars(way.foresight_usd),
            *shares,
            way.words,
        )
        lines.append(Line(cells))
    more = ("Battery brings", "Of its best, %") if battery else ()
    heads = ("How",), ("Earned", "Of the best, %", "Foresight is worth", *more), ("What it knows",)
    return Table("Without knowing prices", head(*heads), tuple(lines), True)


def worst(audit: Audit) -> Table:
    """Intervals in which an audited schedule left most."""
    lines = tuple(Line((one.start_utc, figures.dollars(one.left_usd), one.text)) for one in audit.worst)
    return Table("Where it was left", head(("Start, UTC",), ("Left",), ("What was done",)), lines, True)


def inputs(found: Dispatched) -> Table:
    """What the hours rest on."""
    hours, site = found.hours, found.hours.site
    hashprice = hours.prices.hashprice_usd_per_ph_day
    low, high = float(hashprice.min()), float(hashprice.max())
    price = figures.level(low, "$/PH/day")
    rows = [
        ("Prices", hours.power_label),
        ("Weather", hours.weather_label),
        ("Hashprice", price if low == high else f"{price} to {figures.level(high, '$/PH/day')}"),
        ("Halls", "as they stand in the site file; contracts by their dates"),
    ]
    if hours.battery is not None:
        (one,) = site.batteries
        both = one.charge_efficiency_frac * one.discharge_efficiency_frac
        text = (
            f"{one.name}: {one.charge_mw:g} MW in, {one.discharge_mw:g} MW out, {one.energy_mwh:g} MWh, "
            f"{figures.share(both)} there and back; begins and ends with {hours.battery.start_mwh:g} MWh"
        )
        rows.append(("Battery", text))
    lines = tuple(Line((name, text)) for name, text in rows)
    return Table("What it rests on", head(("What", "Value"), (), ()), lines)


_CENT_USD = 0.01
_PROVED = {False: "proved by the prices in the schedule's file", True: "proved by prices of all limits, see above"}


def _summed(lines: tuple[BillLine, ...]) -> list[tuple[str, str, str, float]]:
    found: dict[tuple[str, str, str, str], list[float]] = {}
    for line in lines:
        sums = found.setdefault((line.contract, line.hall, line.what, line.quantity_unit), [0.0, 0.0])
        sums[0] += line.quantity
        sums[1] += line.amount_usd
    return [
        (contract, f"{what}, hall {hall}" if hall else what, f"{figures.number(sums[0])} {unit}", sums[1])
        for (contract, hall, what, unit), sums in found.items()
    ]
