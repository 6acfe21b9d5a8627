"""The plan as a workbook with live formulas: change the hurdle and its values follow."""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from repower.plan.result import Plan

SHEETS = (
    "Summary",
    "Cash",
    "Cash by year",
    "Keep",
    "Decisions",
    "Options",
    "Capex",
    "Debt",
    "Sensitivities",
    "Energy",
    "Assumptions",
    "Warnings",
)


def write_workbook(plan: Plan, path: str | PathLike[str] | IO[bytes]) -> None:
    """Write the workbook of a plan.

    Parameters
    ----------
    plan : what to write.
    path : file to write, or an open binary stream.

    Notes
    -----
    Sums, values, valley, DSCR and the rate of return are formulas; each carries the plan's own value for viewers that
    do not calculate. The date of making is the plan's, so the same plan gives the same bytes.
    """
    import xlsxwriter

    from repower.report.sheets import ledger, lists, loans, overview
    from repower.report.sheets.book import book

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(path, options)
    made = datetime(plan.as_of.year, plan.as_of.month, plan.as_of.day)  # noqa: DTZ001 - the format has no zone
    workbook.set_properties({"title": "Conversion plan", "comments": f"Repower {plan.version}", "created": made})
    to = book(workbook)
    front = to.sheet("Summary")
    keep = ledger.keep_ledger(plan)
    cash = ledger.cash(to, plan, keep)
    ledger.cash_by_year(to, plan, cash)
    ledger.keep(to, plan)
    lists.decisions(to, plan)
    lists.options(to, plan)
    spend = lists.capex(to, plan)
    covers = loans.debt(to, plan)
    lists.sensitivities(to, plan, overview.over_keep())
    lists.energy(to, plan)
    lists.assumptions(to, plan)
    lists.warnings(to, plan)
    overview.overview(to, front, plan, cash, keep, spend, covers)
    workbook.close()
