"""The sections of the page: what each shows and says, in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from repower.report import accounts, figures, spans, tables, tidy, words
from repower.report.tables import Table

if TYPE_CHECKING:
    from repower.finance.debt import Debt
    from repower.plan.result import Caveat, Plan


SECTIONS: Final = {
    "timeline": "Halls over time",
    "earnings": "What a kWh earns",
    "cash": "Cash by quarter",
    "hours": "Hours: what runs at which price",
    "why": "Why, hall by hall",
    "risk": "What could break it",
    "capex": "Capex by part",
    "energy": "Energy by year",
    "debt": "Debt",
    "assumptions": "Assumptions and sources",
}
"""Sections in the order of the page: identifier, which is also the one that a `Caveat` names, and heading."""


@dataclass(frozen=True)
class Section:
    """One section: heading, a line that says what is shown, and its contents in order.

    Parameters
    ----------
    chart : an SVG, or empty.
    key : swatches of the chart as (words, SVG); `key_narrow` shows them only where direct labels scroll out of sight.
    tables, folded : tables shown, and tables behind a summary.
    caveats : warnings that touch this section.
    """

    name: str
    title: str
    subtitle: str
    chart: str = ""
    key: tuple[tuple[str, str], ...] = ()
    key_narrow: bool = False
    tables: tuple[Table, ...] = ()
    folded: tuple[Table, ...] = ()
    caveats: tuple[Caveat, ...] = field(default=())


def sections(plan: Plan) -> tuple[Section, ...]:
    """The sections of the page in order; one without content says so in its subtitle."""
    hurdle = figures.share(plan.discount_frac_per_year)
    return (
        _timeline(plan),
        _earnings(plan),
        _cash(plan),
        _hours(plan),
        _section(
            plan,
            "why",
            f"Value is the net present value of a hall's cash flow at the owner's hurdle of {hurdle} a year, in $M.",
            tables=(tables.why(plan),),
            folded=(tables.options(plan),),
        ),
        _risk(plan),
        _capex(plan),
        _section(
            plan,
            "energy",
            "Import at the meter; uptime is the share of hours, weighted by power, in which installed ASICs run."
            if plan.energy
            else "No year was dispatched.",
            tables=(accounts.energy(plan),),
        ),
        _debt(plan),
        _section(
            plan,
            "assumptions",
            "Grade A is a filing or source code, B press, C an aggregator; rows in italics are modelled or assumed "
            "and state no fact.",
            tables=(tables.assumptions(plan),),
        ),
    )


def _timeline(plan: Plan) -> Section:
    from repower.report.charts.palette import USE_COLOURS, hatch
    from repower.report.charts.timeline import timeline

    bars = spans.spans(plan)
    if not bars:
        return _section(plan, "timeline", "The plan has no halls.")
    fills = {
        words.use(use): colour
        for use, colour in USE_COLOURS.items()
        if any(row["use"] == use and not row["building"] for row in bars)
    }
    building = [row["use"] for row in bars if row["building"]]
    if building:
        fills["under construction for that use"] = hatch(USE_COLOURS[building[0]])
    return _section(
        plan,
        "timeline",
        "MW beside a name is the hall's largest load at the meter. A dot is the hand-over as planned, the tick after "
        "it the hand-over if every lead time runs late. Dotted rules are halvings and contract dates.",
        chart=_draw(timeline(bars, spans.hand_overs(plan), spans.events(plan), spans.until_years(plan)), "timeline"),
        key=_key("timeline", fills),
    )


def _earnings(plan: Plan) -> Section:
    from repower.report.charts.earnings import earnings
    from repower.report.charts.palette import ROLE_COLOURS

    rows, halls = tidy.earnings(plan)
    if not rows:
        return _section(plan, "earnings", "No hall earns anything in this plan.")
    return _section(
        plan,
        "earnings",
        "$/kWh of energy at the meter, net of the power that the role itself pays for, by quarter; the mean over "
        "halls is weighted by energy, thin lines are single halls, figures at the ends are the last quarter's. "
        "Capital is not in it. Who pays power, and at which load factor, is in the table.",
        chart=_draw(earnings(rows, halls), "earnings"),
        key=_key("earnings", {row["role"]: ROLE_COLOURS[row["role"]] for row in rows}),
        key_narrow=True,
        tables=(tables.earnings(plan),),
    )


def _cash(plan: Plan) -> Section:
    from repower.report.charts.cash import cash
    from repower.report.charts.palette import CATEGORY_FILLS

    rows = tidy.cash(plan)
    if not rows:
        return _section(plan, "cash", "No money moves in this plan.")
    cumulative = tidy.cumulative(plan)
    line = (
        "Line: running total of plan less keeping every hall; its lowest point is the valley."
        if cumulative
        else "The plan keeps every hall, so there is no conversion to pay back."
    )
    return _section(
        plan,
        "cash",
        f"$M, nominal, before tax and debt. Bars: cash of the whole site by category. {line}",
        chart=_draw(cash(rows, cumulative, tidy.cash_marks(plan)), "cash"),
        key=_key("cash", {row["label"]: CATEGORY_FILLS[row["category"]] for row in rows}),
        key_narrow=True,
        folded=(accounts.cash_by_year(plan),),
    )


def _hours(plan: Plan) -> Section:
    from repower.report.charts.duration import duration
    from repower.report.charts.palette import USE_COLOURS

    loads, prices, sheds = tidy.duration(plan)
    if not loads:
        return _section(plan, "hours", "Nothing draws power in the year that was dispatched.")
    return _section(
        plan,
        "hours",
        f"Hours of {plan.duration.year} sorted by index price, dearest first: above the price, below it the load that "
        "still runs.",
        chart=_draw(duration(loads, prices, sheds), "hours"),
        key=_key("hours", {row["label"]: USE_COLOURS[row["use"]] for row in loads}),
        key_narrow=True,
    )


def _risk(plan: Plan) -> Section:
    from repower.report.charts.tornado import tornado

    rows = tidy.tornado(plan)
    if not rows:
        return _section(plan, "risk", "No assumption moves the value of this plan over keeping.")
    return _section(
        plan,
        "risk",
        "Change in value over keeping, $M, when one assumption moves to the level written at the bar, the plan stays "
        "as chosen and nothing else moves. The five largest are drawn.",
        chart=_draw(tornado(rows, -plan.value_over_keep_usd), "risk"),
        tables=(tables.break_evens(plan),),
    )


def _capex(plan: Plan) -> Section:
    from repower.report.charts.capex import capex
    from repower.report.charts.palette import FATE_FILLS

    rows, totals = tidy.capex(plan)
    if not rows:
        return _section(plan, "capex", "Nothing is bought for a conversion.")
    spend = figures.money(sum(part.spend_usd for part in plan.capex))
    kept = figures.money(sum(part.survives_usd for part in plan.capex))
    return _section(
        plan,
        "capex",
        f"{spend} is spent; parts worth {kept} survive and need not be bought. Replaced: the mining hall had one that "
        "does not serve. New: it had nothing of the kind. Undiscounted.",
        chart=_draw(capex(rows, totals), "capex"),
        key=_key("capex", {fate: fill for fate, fill in FATE_FILLS.items() if any(r["fate"] == fate for r in rows)}),
        folded=(accounts.capex(plan),),
    )


def _debt(plan: Plan) -> Section:
    loans = tidy.loans(plan)
    if not loans:
        refused = [words.sentence(loan.status) for loan in (plan.debt, plan.gpu_debt) if loan is not None]
        text = " ".join(("No debt: there is no contracted AI cash flow that would carry it.", *refused))
        return _section(plan, "debt", text)
    return _section(plan, "debt", " ".join(loan_text(*loan) for loan in loans), tables=(accounts.debt(plan),))


def loan_text(name: str, loan: Debt) -> str:
    """A loan in words: size, rate, cost, what binds."""
    return (
        f"Loan on {name}: {figures.money(loan.size_usd)} at {figures.share(loan.rate_frac_per_year)}, of an all-in "
        f"cost of {figures.money(loan.cost_usd)} that holds {figures.money(loan.interest_during_construction_usd)} of "
        f"interest during construction and {figures.money(loan.fees_usd)} of fees; equity "
        f"{figures.money(loan.equity_usd)}. Cash flow would carry {figures.money(loan.dscr_size_usd)}, cost allows "
        f"{figures.money(loan.ltc_cap_usd)}: {words.sentence(loan.status)}"
    )


def _section(plan: Plan, name: str, subtitle: str, **content: Any) -> Section:
    return Section(name, SECTIONS[name], subtitle, caveats=caveats(plan, name), **content)


def _key(section: str, fills: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Swatches of a chart: words and a small drawing each."""
    from markupsafe import Markup

    from repower.report.charts.render import swatch

    return tuple(
        (text, Markup(swatch(f"{section}-key-{position}", fill))) for position, (text, fill) in enumerate(fills.items())
    )


def caveats(plan: Plan, section: str) -> tuple[Caveat, ...]:
    """Warnings that touch one section; ``answer`` is the head of the page."""
    return tuple(caveat for caveat in plan.warnings if caveat.section == section)


def _draw(spec: dict[str, Any], name: str) -> str:
    from markupsafe import Markup

    from repower.report.charts.render import svg

    return Markup(svg(spec, name, SECTIONS[name]))
