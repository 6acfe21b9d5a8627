"""The three to five figures under the headline, each with its spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from repower.report import figures, tidy

if TYPE_CHECKING:
    from repower.finance.irr import Irr
    from repower.plan.result import Plan


_LIMITS: Final = {"dscr": "cover ratio", "ltc": "loan to cost", "none": "nothing"}

_MOST: Final = 100.0
"""A rate beyond this a year is a root of the equation, and no return that anybody earns."""


@dataclass(frozen=True)
class Kpi:
    """One figure: what stands large, what it is, and lines of spread or context under it."""

    value: str
    label: str
    notes: tuple[str, ...] = ()


def kpis(plan: Plan) -> tuple[Kpi, ...]:
    """Value over keeping, IRR, valley of cash, least DSCR and first AI revenue of a plan."""
    return (_value(plan), _irr(plan), _valley(plan), _dscr(plan), _first_ai(plan))


def rates(result: Irr) -> str:
    """All roots as per cent, or the word none."""
    shown = [figures.share(root) if root <= _MOST else f"over {figures.share(_MOST)}" for root in result.roots]
    return " and ".join(shown) if shown else "none"


def _value(plan: Plan) -> Kpi:
    kept = all(decision.chosen.kind == "keep" for decision in plan.decisions)
    notes: tuple[str, ...] = ("every hall stays as it is",) if kept else ()
    if plan.sensitivities:
        ends = [value for item in plan.sensitivities for value in (item.value_at_low_usd, item.value_at_high_usd)]
        spread = f"{figures.money(min(ends))} to {figures.money(max(ends))}, one assumption at a time"
        largest = tidy.largest(plan, 1)
        notes = (spread, f"widest: {largest[0].assumption}") if largest else (spread,)
    return Kpi(figures.money(plan.value_over_keep_usd), "value over keeping", notes)


def _irr(plan: Plan) -> Kpi:
    if len(plan.irr.roots) > 1:
        return Kpi(f"{len(plan.irr.roots)} roots", "IRR before tax and debt", (rates(plan.irr), plan.irr.status))
    if plan.irr.roots and tidy.pays_in_first(plan):
        return Kpi("none", "IRR before tax and debt", ("money comes in before any goes out",))
    hurdle = f"hurdle {figures.share(plan.discount_frac_per_year)}"
    notes = [hurdle if plan.irr.rate_frac is not None else plan.irr.status]
    if plan.payback_years is not None and plan.irr.roots:
        notes.append(f"payback {figures.years(plan.payback_years)}")
    return Kpi(rates(plan.irr), "IRR before tax and debt", tuple(notes))


def _valley(plan: Plan) -> Kpi:
    if plan.valley.month is None:
        return Kpi("$0", "valley of cash", ("plan less keep never falls below zero",))
    notes = [figures.quarter_of_day(plan.valley.month) + ", before debt"]
    if tidy.loans(plan):
        when = figures.quarter_of_day(plan.equity_valley.month)
        after = figures.money(plan.equity_valley.amount_usd)
        notes.append(f"after debt {after}" + ("" if plan.equity_valley.month is None else f", {when}"))
    return Kpi(figures.money(plan.valley.amount_usd), "valley of cash", tuple(notes))


def _dscr(plan: Plan) -> Kpi:
    loans = tidy.loans(plan)
    if plan.min_dscr_ratio is None or not loans:
        return Kpi("no debt", "minimum DSCR", ("no contracted AI cash flow to lend on",))
    size = figures.money(sum(loan.size_usd for _, loan in loans))
    limits = sorted({_LIMITS[loan.binding] for _, loan in loans})
    return Kpi(figures.times(plan.min_dscr_ratio), "minimum DSCR", (f"debt {size}", f"sized by {' and '.join(limits)}"))


def _first_ai(plan: Plan) -> Kpi:
    if plan.first_ai is None:
        return Kpi("none", "first AI revenue", ("no hall is converted to AI",))
    late = f"{figures.quarter_text(plan.first_ai_late)} if every lead time runs late"
    return Kpi(figures.quarter_text(plan.first_ai), "first AI revenue", (late,) if plan.first_ai_late else ())
