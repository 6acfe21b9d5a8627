"""Cash flows to value, rates of return, debt and ratios, before tax. Knows no megawatts."""

from repower.finance.cashflow import CashFlow, CashFlowLine, labels, quarterly, total_usd, yearly
from repower.finance.construction import Construction, construction, interest_during_construction_usd
from repower.finance.daycount import DayCount, span_years
from repower.finance.debt import Debt, DebtTerms, level, sculpt
from repower.finance.growth import first_year_usd, growing_usd, implied_growth_frac_per_year
from repower.finance.irr import Irr, annual_from_monthly, irr, xirr
from repower.finance.ratios import (
    YieldOnCost,
    debt_yield_frac,
    dscr_ratio,
    interest_cover_ratio,
    llcr_ratio,
    ltc_frac,
    plcr_ratio,
    yield_on_cost,
)
from repower.finance.value import (
    annuity_usd,
    mirr_frac,
    monthly_rate_frac,
    npv_profile_usd,
    npv_usd,
    payback_years,
    present_values_usd,
    valley,
)

__all__ = [
    "CashFlow",
    "CashFlowLine",
    "Construction",
    "DayCount",
    "Debt",
    "DebtTerms",
    "Irr",
    "YieldOnCost",
    "annual_from_monthly",
    "annuity_usd",
    "construction",
    "debt_yield_frac",
    "dscr_ratio",
    "first_year_usd",
    "growing_usd",
    "implied_growth_frac_per_year",
    "interest_cover_ratio",
    "interest_during_construction_usd",
    "irr",
    "labels",
    "level",
    "llcr_ratio",
    "ltc_frac",
    "mirr_frac",
    "monthly_rate_frac",
    "npv_profile_usd",
    "npv_usd",
    "payback_years",
    "plcr_ratio",
    "present_values_usd",
    "quarterly",
    "sculpt",
    "span_years",
    "total_usd",
    "valley",
    "xirr",
    "yearly",
    "yield_on_cost",
]
