"""Sheet Summary: the answer, the owner's hurdle as an input, and the figures that follow from the other sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from repower.base.units import MONTHS_PER_YEAR
from repower.report import figures
from repower.report.kpis import rates
from repower.report.sheets.book import (
    BOLD,
    DATE,
    INPUT,
    MONEY,
    NOTE,
    NUMBER,
    PRECISE,
    RATIO,
    SHARE,
    TEXT,
    TITLE,
    Cell,
    Formula,
    put,
)

if TYPE_CHECKING:
    from repower.plan.result import Plan
    from repower.report.sheets.book import Book
    from repower.report.sheets.ledger import Ledger

_HURDLE: Final = "Hurdle, a year"
_MONTHLY: Final = "Hurdle, a month"
_VALUE: Final = "Value of the plan, $"
_KEEP: Final = "Value of keeping, $"
_OVER: Final = "Value over keeping, $"
_VALLEY: Final = "Valley of cash, $"
_FIRST: Final = 4
_ORDER: Final = (_HURDLE, _MONTHLY, _VALUE, _KEEP, _OVER, "", "", _VALLEY)
"""Labels of the first rows whose cells other formulas name."""


def over_keep() -> str:
    """The cell of the value over keeping, for formulas of other sheets."""
    return f"Summary!{_cell(_OVER)}"


def overview(to: Book, sheet: Any, plan: Plan, cash: Ledger, keep: Ledger, spend: str, covers: str) -> None:
    """Write the sheet.

    Parameters
    ----------
    sheet : the first sheet, still empty.
    cash, keep : where the monthly sheets have their rows.
    spend : cell of the total capex.
    covers : ranges of DSCR; empty without debt.
    """
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 2, 80)
    put(to, sheet, 0, 0, plan.site_name, TITLE)
    put(to, sheet, 1, 0, plan.headline, BOLD)
    put(to, sheet, 2, 0, "Blue cells are inputs; figures below follow from the sheets. Amounts are before tax.", NOTE)
    rate = f"(1+{_cell(_HURDLE)})^(1/{MONTHS_PER_YEAR})-1"
    monthly = (1.0 + plan.discount_frac_per_year) ** (1.0 / MONTHS_PER_YEAR) - 1.0
    valley_month = Formula(
        f'=IF({_cell(_VALLEY)}<0,INDEX({cash.months},MATCH(MIN({cash.cumulative}),{cash.cumulative},0)),"none")',
        "none" if plan.valley.month is None else _serial(plan.valley.month),
    )
    known: dict[str, tuple[Cell, str, str]] = {
        _HURDLE: (plan.discount_frac_per_year, INPUT, "change it and the values below follow"),
        _MONTHLY: (Formula(f"={rate}", monthly), PRECISE, "compounds to the yearly one"),
        _VALUE: (Formula(f"=NPV({_cell(_MONTHLY)},{cash.total})", plan.value_usd), MONEY, "paid at month ends"),
        _KEEP: (Formula(f"=NPV({_cell(_MONTHLY)},{keep.total})", plan.keep_value_usd), MONEY, "every hall as it is"),
        _OVER: (Formula(f"={_cell(_VALUE)}-{_cell(_KEEP)}", plan.value_over_keep_usd), MONEY, ""),
        "IRR before tax and debt, a year": (_irr(plan, cash), SHARE, plan.irr.status),
        "All rates of return found": (rates(plan.irr), TEXT, "computed by Repower, not by the sheet"),
        _VALLEY: (
            Formula(f"=MIN(0,MIN({cash.cumulative}))", plan.valley.amount_usd),
            MONEY,
            "lowest cumulative cash of plan less keep, before debt",
        ),
        "Month of the valley": (valley_month, DATE, ""),
        "Capex, $": (Formula(f"={spend}", float(sum(p.spend_usd for p in plan.capex))), MONEY, "conversions chosen"),
        "Minimum DSCR": (
            Formula(f"=MIN({covers})", plan.min_dscr_ratio) if covers and plan.min_dscr_ratio else "no debt",
            RATIO,
            "of either loan",
        ),
        "Payback, years": (plan.payback_years, NUMBER, "from the first spend; computed by Repower"),
        "First AI revenue": (figures.quarter_text(plan.first_ai), TEXT, ""),
        "First AI revenue, late": (figures.quarter_text(plan.first_ai_late), TEXT, "every lead time at its top"),
    }
    facts: dict[str, tuple[Cell, str, str]] = {
        "Market": (plan.market, TEXT, ""),
        "Data as of": (plan.as_of, DATE, ""),
        "Repower": (plan.version, TEXT, ""),
        "Site file": (plan.source, TEXT, ""),
        "Inputs": ("sha256", TEXT, plan.inputs_hash),
    }
    for offset, (label, (cell, look, note)) in enumerate((known | facts).items()):
        row = _FIRST + offset
        put(to, sheet, row, 0, label)
        put(to, sheet, row, 1, cell, look)
        put(to, sheet, row, 2, note, NOTE)
    sheet.freeze_panes(_FIRST, 0)


def _cell(label: str) -> str:
    return f"$B${_FIRST + _ORDER.index(label) + 1}"


def _irr(plan: Plan, cash: Ledger) -> Cell:
    """The rate of the sheet's own cash where there is exactly one; else the words."""
    if plan.irr.rate_frac is None:
        return rates(plan.irr)
    guess = (1.0 + plan.irr.rate_frac) ** (1.0 / MONTHS_PER_YEAR) - 1.0
    text = f'=IFERROR((1+IRR({cash.difference},{guess!r}))^{MONTHS_PER_YEAR}-1,"none")'
    return Formula(text, plan.irr.rate_frac)


def _serial(day: Any) -> float:
    """Days since the last day of 1899, which is how a sheet counts dates."""
    return float(day.toordinal() - 693594)
