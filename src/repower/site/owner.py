"""The owner's terms: hurdle, limits on money and crews, and what a lender would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from annotated_types import Ge, Le

from repower.base.units import Frac, FracPerYear, Ratio, Usd, UsdPerMwYear, UsdPerYear, Years
from repower.site.bounds import AboveMinusOne, AboveZero, AtLeastZero, AtMostOne

MOST_CREWS: Final = 100


@dataclass(frozen=True)
class Owner:
    """Finance terms, nominal and before tax.

    Parameters
    ----------
    discount_frac_per_year : nominal hurdle on unlevered cash flows.
    capital_limit_usd : most that may be spent on conversions in any plan, debt included.
    crews : halls that may be under construction in the same quarter.
    mining_operating_usd_per_mw_year : staff, repairs and site cost per MW of installed ASICs, at the machines.
    overhead_usd_per_year : fixed cost of the site whatever is decided.
    inflation_frac_per_year : escalates operating cost, overhead and wires charges.
    debt_rate_frac_per_year, debt_tenor_years, debt_dscr_ratio, debt_ltc_frac : sculpted term debt on lease cash flow.
    gpu_debt_rate_frac_per_year, gpu_debt_tenor_years, gpu_debt_dscr_ratio, gpu_debt_ltc_frac : the same on GPU rental.
    """

    discount_frac_per_year: Annotated[FracPerYear, AboveMinusOne]
    capital_limit_usd: Annotated[Usd, AtLeastZero]
    crews: Annotated[int, Ge(1), Le(MOST_CREWS)] = 1
    mining_operating_usd_per_mw_year: Annotated[UsdPerMwYear, AtLeastZero] = 0.0
    overhead_usd_per_year: Annotated[UsdPerYear, AtLeastZero] = 0.0
    inflation_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0
    debt_rate_frac_per_year: Annotated[FracPerYear, AtLeastZero] = 0.0725
    debt_tenor_years: Annotated[Years, AboveZero] = 10.0
    debt_dscr_ratio: Annotated[Ratio, AboveZero] = 1.4
    debt_ltc_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.8
    gpu_debt_rate_frac_per_year: Annotated[FracPerYear, AtLeastZero] = 0.09
    gpu_debt_tenor_years: Annotated[Years, AboveZero] = 3.0
    gpu_debt_dscr_ratio: Annotated[Ratio, AboveZero] = 1.3
    gpu_debt_ltc_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.7
