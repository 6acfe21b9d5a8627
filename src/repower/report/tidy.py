"""A plan as tidy rows, one function a chart: what `charts` draws."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from repower.base.clock import month_plus, quarter_of, quarters_between
from repower.base.units import (
    HOURS_PER_DAY,
    QUARTERS_PER_YEAR,
    USD_PER_MUSD,
    Array,
    IntArray,
    Usd,
    UsdPerMwh,
)
from repower.report import figures, words
from repower.report.charts.frame import Row, date_years, quarter_years

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repower.finance.debt import Debt
    from repower.plan.result import CapexPart, CashTable, Plan, Sensitivity

USE_ORDER: Final = ("colocation", "gpu_cloud", "hosting", "mining", "idle")
"""From the bottom of a stack: what must run first, what may shed last."""

CATEGORY_ORDER: Final = (
    "colocation",
    "gpu_cloud",
    "hosting",
    "mining",
    "salvage",
    "power",
    "operating",
    "debt",
    "capex",
)

TORNADO_BARS: Final = 5
_HALF: Final = 0.5
_DEAREST: Final = 120
_POINTS: Final = 360


def earnings(plan: Plan) -> tuple[list[Row], list[Row]]:
    """Role averages weighted by energy, and the halls behind them where a role has several."""
    role_rows: list[Row] = []
    hall_rows: list[Row] = []
    for role in words.ROLES:
        chosen = [e for e in plan.earnings if e.role == role and e.energy_mwh > 0 and np.isfinite(e.net_usd_per_kwh)]
        averages: list[Row] = []
        for quarter in sorted({e.quarter for e in chosen}):
            now = [e for e in chosen if e.quarter == quarter]
            energy = sum(e.energy_mwh for e in now)
            net = sum(e.net_usd_per_kwh * e.energy_mwh for e in now) / energy
            averages.append({"role": role, "start_years": quarter_years(quarter), "net_usd_per_kwh": float(net)})
        if averages:
            label = f"{role} {figures.level(averages[-1]['net_usd_per_kwh'], '$/kWh')}"
            role_rows += [{**row, "label": label} for row in averages]
        if len({e.hall for e in chosen}) > 1:
            hall_rows += [
                {
                    "role": role,
                    "hall": e.hall,
                    "start_years": quarter_years(e.quarter),
                    "net_usd_per_kwh": float(e.net_usd_per_kwh),
                }
                for e in chosen
            ]
    return role_rows, hall_rows


def cash(plan: Plan) -> list[Row]:
    """Cash of the plan by quarter and category, in stacking order."""
    position = quarter_index(plan.cash.months)
    first = quarter_of(plan.cash.months[0])
    years = [quarter_years(first) + index / QUARTERS_PER_YEAR for index in range(int(position[-1]) + 1)]
    sums: dict[str, Array] = {}
    for line in plan.cash.lines:
        by_quarter = np.bincount(position, weights=line.amount_usd, minlength=len(years))
        sums[line.category] = sums.get(line.category, np.zeros(len(years))) + by_quarter
    return [
        {
            "category": category,
            "label": words.category(category),
            "start_years": year,
            "amount_musd": float(amount) / USD_PER_MUSD,
        }
        for category in CATEGORY_ORDER
        if category in sums and np.any(sums[category] != 0)
        for year, amount in zip(years, sums[category], strict=True)
    ]


def cumulative(plan: Plan) -> list[Row]:
    """Running total of plan less keep at the end of every month; empty where the plan keeps every hall."""
    difference = difference_usd(plan)
    if not np.any(difference != 0):
        return []
    totals = np.concatenate([[0.0], np.cumsum(difference)])
    ends = (plan.months[0], *(month_plus(month, 1) for month in plan.months))
    return [
        {"start_years": date_years(day), "amount_musd": float(total) / USD_PER_MUSD}
        for day, total in zip(ends, totals, strict=True)
    ]


def cash_marks(plan: Plan) -> list[Row]:
    """Valley, pay-back and end of the cumulative line."""
    rows = cumulative(plan)
    if not rows:
        return []
    marks: list[Row] = []
    if plan.valley.month is not None and plan.valley.amount_usd < 0:
        text = f"valley {figures.money(plan.valley.amount_usd)}, {figures.quarter_of_day(plan.valley.month)}"
        at = date_years(month_plus(plan.valley.month, 1))
        marks.append({"start_years": at, "amount_musd": plan.valley.amount_usd / USD_PER_MUSD, "text": text})
    last = rows[-1]
    text = f"{figures.money(last['amount_musd'] * USD_PER_MUSD)} by {figures.month_text(plan.months[-1])}"
    return [*marks, {**last, "text": text}]


def duration(plan: Plan) -> tuple[list[Row], list[Row], list[Row]]:
    """Loads and prices by hour, dearest first, and where a use that sheds comes back."""
    curve = plan.duration
    points = _sampled(len(curve.hour))
    order = sorted(curve.use_mw, key=lambda pair: _rank(pair[0], USE_ORDER))
    shown = [(use, mw) for use, mw in order if np.any(mw > 0)]
    steps = [(float(curve.hour[i]), i) for i in points]
    if steps:
        # A point holds from its hour to the next, the last one to the end of the year.
        steps.append((max(float(_hours_of(curve.year)), steps[-1][0]), points[-1]))
    loads: list[Row] = [
        {"use": use, "label": words.use(use), "hour": hour, "load_mw": float(mw[i])}
        for use, mw in shown
        for hour, i in steps
    ]
    prices: list[Row] = [{"hour": hour, "price_usd_per_mwh": float(curve.price_usd_per_mwh[i])} for hour, i in steps]
    sheds: list[Row] = []
    for use, _ in shown:
        found = shed_price(plan, use)
        if found is not None:
            hours, price = found
            above = figures.level(price, "$/MWh")
            text = f"{words.use(use)} mostly off above about {above}: {figures.number(hours)} hours"
            sheds.append({"hour": hours, "text": text})
    return loads, prices, sheds


def shed_price(plan: Plan, use: str) -> tuple[float, UsdPerMwh] | None:
    """Dearest hours in which a use runs below half of its most, and the price at their end; None if it never does."""
    curve = plan.duration
    mw = dict(curve.use_mw)[use]
    running = np.flatnonzero(mw >= _HALF * np.max(mw))
    if running[0] == 0:
        return None
    return float(curve.hour[running[0]]), float(curve.price_usd_per_mwh[running[0]])


def tornado(plan: Plan) -> list[Row]:
    """The assumptions that move the value most, two rows each."""
    rows: list[Row] = []
    for item in largest(plan):
        for value_usd, at in ((item.value_at_low_usd, item.low), (item.value_at_high_usd, item.high)):
            rows.append(
                {
                    "assumption": item.assumption,
                    "change_musd": (value_usd - plan.value_over_keep_usd) / USD_PER_MUSD,
                    "level": figures.level(at, item.unit),
                }
            )
    return rows


def swing_usd(plan: Plan, item: Sensitivity) -> Usd:
    """Largest change of the value over keeping, either way, when one assumption moves over its range."""
    base = plan.value_over_keep_usd
    return max(abs(item.value_at_low_usd - base), abs(item.value_at_high_usd - base))


def largest(plan: Plan, most: int = TORNADO_BARS) -> tuple[Sensitivity, ...]:
    """The assumptions with the largest swing, largest first; those that move nothing are left out."""
    moving = [item for item in plan.sensitivities if swing_usd(plan, item) > 0]
    return tuple(sorted(moving, key=lambda item: -swing_usd(plan, item))[:most])


def capex(plan: Plan) -> tuple[list[Row], list[Row]]:
    """Cost of every part over all halls by what happens to it, and what is bought of each in words."""
    parts: dict[str, list[CapexPart]] = {}
    for part in plan.capex:
        parts.setdefault(part.part, []).append(part)
    rows: list[Row] = []
    totals: list[Row] = []
    for name, group in parts.items():
        amounts = {
            "survives": sum(part.survives_usd for part in group),
            "replaced": sum(part.spend_usd for part in group if not part.is_new),
            "new": sum(part.spend_usd for part in group if part.is_new),
        }
        if not any(amounts.values()):
            continue
        label = words.part(name)
        spend = amounts["replaced"] + amounts["new"]
        rows += [
            {"part": label, "fate": fate, "amount_musd": amount / USD_PER_MUSD}
            for fate, amount in amounts.items()
            if amount
        ]
        text = f"spend {figures.money(spend)}" if spend else "nothing to buy"
        totals.append({"part": label, "end_musd": sum(amounts.values()) / USD_PER_MUSD, "text": text})
    return rows, totals


def loans(plan: Plan) -> tuple[tuple[str, Debt], ...]:
    """The loans that lend anything, each with what serves it."""
    named = (("leases", plan.debt), ("GPU rental", plan.gpu_debt))
    return tuple((name, debt) for name, debt in named if debt is not None and debt.size_usd > 0)


def total_usd(table: CashTable) -> Array:
    """Sum of a table's lines, shape (months,)."""
    if not table.lines:
        return np.zeros(len(table.months))
    total: Array = np.sum([line.amount_usd for line in table.lines], axis=0)
    return total


def difference_usd(plan: Plan) -> Array:
    """Cash of the plan less cash of keeping every hall, shape (months,)."""
    return total_usd(plan.cash) - total_usd(plan.keep_cash)


def pays_in_first(plan: Plan) -> bool:
    """Whether the plan brings money before it costs any: a rate of return is then a cost of funds."""
    moving = difference_usd(plan)
    moving = moving[moving != 0.0]
    return moving.size > 0 and bool(moving[0] > 0.0)


def quarter_index(months: Sequence[date]) -> IntArray:
    """For every month the position of its calendar quarter, the first is 0."""
    first = quarter_of(months[0])
    return np.array([quarters_between(first, quarter_of(month)) for month in months], dtype=np.int64)


def _hours_of(year: int) -> int:
    return HOURS_PER_DAY * (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _rank(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)


def _sampled(count: int) -> IntArray:
    """Indices to draw: every one of the dearest, evenly spaced ones of the rest, and the last. Nothing is averaged."""
    if count <= _POINTS:
        return np.arange(count)
    rest = np.linspace(_DEAREST, count - 1, _POINTS - _DEAREST).round().astype(np.int64)
    return np.unique(np.concatenate([np.arange(_DEAREST), rest]))
