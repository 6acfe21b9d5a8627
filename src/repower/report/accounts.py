"""Tables of money and energy: capex by part, cash by year, energy by year, debt service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from repower.report import figures, tidy, words
from repower.report.tables import Line, Table, head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from repower.finance.debt import Debt
    from repower.plan.result import Plan


def capex(plan: Plan) -> Table:
    """Parts over all halls: survives, replaced, new and spend."""
    sums: dict[str, list[float]] = {}
    for part in plan.capex:
        row = sums.setdefault(part.part, [0.0, 0.0, 0.0])
        row[0] += part.survives_usd
        row[2 if part.is_new else 1] += part.spend_usd
    lines = [_capex_line(words.part(name), row) for name, row in sums.items()]
    if lines:
        totals = [sum(row[column] for row in sums.values()) for column in range(3)]
        lines.append(_capex_line("total", totals, "total"))
    heads = ("Part",), ("Survives, $M", "Replaced, $M", "New, $M", "Spend, $M"), ()
    return Table("Capex by part as a table", head(*heads), tuple(lines))


def cash_by_year(plan: Plan) -> Table:
    """Cash of the plan by calendar year and category, with the total and the running total of plan less keep."""
    years = sorted({month.year for month in plan.months})
    position = np.array([month.year - years[0] for month in plan.months], dtype=np.int64)
    categories = [name for name in tidy.CATEGORY_ORDER if any(line.category == name for line in plan.cash.lines)]
    columns = []
    for name in categories:
        amount = np.sum([line.amount_usd for line in plan.cash.lines if line.category == name], axis=0)
        columns.append(np.bincount(position, weights=amount, minlength=len(years)))
    columns.append(np.bincount(position, weights=tidy.total_usd(plan.cash), minlength=len(years)))
    columns.append(np.cumsum(np.bincount(position, weights=tidy.difference_usd(plan), minlength=len(years))))
    lines = tuple(
        Line((str(year), *(figures.millions(float(column[row])) for column in columns)))
        for row, year in enumerate(years)
    )
    heads = (
        *(words.category(name).capitalize() if name != "gpu_cloud" else "GPU cloud" for name in categories),
        "Total",
    )
    return Table("Cash by year, $M", head(("Year",), (*heads, "Plan less keep, sum"), ()), lines)


def energy(plan: Plan) -> Table:
    """Energy bought, mining uptime, mean price and bill of every year."""
    lines = tuple(
        Line(
            (
                str(year.year),
                figures.fixed(year.import_mwh, 0),
                "" if year.mining_uptime_frac is None else figures.per_cent(year.mining_uptime_frac),
                figures.fixed(year.average_price_usd_per_mwh, 2),
                figures.millions(year.energy_bill_usd),
            )
        )
        for year in plan.energy
    )
    heads = ("Year",), ("Import, MWh", "Mining uptime, %", "Mean price, $/MWh", "Energy bill, $M"), ()
    return Table("Energy by year", head(*heads), lines)


def debt(plan: Plan) -> Table:
    """Debt service of every loan, year by year as long as something is owed."""
    lines = [
        Line(
            (
                name,
                str(index + 1),
                figures.millions(float(loan.service_usd[index])),
                figures.millions(float(loan.interest_usd[index])),
                figures.millions(float(loan.principal_usd[index])),
                figures.millions(float(loan.balance_usd[index])),
                figures.times(float(loan.dscr_ratio[index])),
            )
        )
        for name, loan in tidy.loans(plan)
        for index in range(owed_periods(loan))
    ]
    heads = ("Loan on",), ("Year", "Service, $M", "Interest, $M", "Principal, $M", "Owed after, $M", "DSCR"), ()
    return Table("Debt service from hand-over", head(*heads), tuple(lines))


def owed_periods(loan: Debt) -> int:
    """Periods from hand-over until nothing is due or owed any more."""
    owed = np.flatnonzero((loan.service_usd > 0) | (loan.balance_usd > 0))
    return int(owed[-1]) + 1 if owed.size else 0


def _capex_line(name: str, row: Sequence[float], mark: str = "") -> Line:
    return Line((name, *(figures.millions(amount) for amount in row), figures.millions(row[1] + row[2])), mark)
