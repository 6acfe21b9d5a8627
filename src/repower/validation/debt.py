"""Cases V4 and V6: two financings that were closed, sized again by `repower.finance`.

River Bend: notes of 3,250 M$ on a triple-net lease that Google guarantees. Galaxy: a loan of 1,400 M$ on a lease to
CoreWeave that nobody guarantees.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from repower.base.units import USD_PER_MUSD, Frac, FracPerYear, Ratio, Usd
from repower.catalog import deal
from repower.finance import (
    Debt,
    DebtTerms,
    annuity_usd,
    dscr_ratio,
    first_year_usd,
    growing_usd,
    implied_growth_frac_per_year,
    interest_cover_ratio,
    ltc_frac,
    sculpt,
)
from repower.validation.figures import financing, stated
from repower.validation.result import Case, Source

YEARS: Final = 15
NOI_GROWTH: Final[FracPerYear] = 0.03
NOI_USD: Final[Usd] = 6.9e9
NOI_ROUNDING_USD: Final[Usd] = 0.05e9
AVERAGE_ROUNDING_USD: Final[Usd] = 0.5 * USD_PER_MUSD
COVER: Final[Ratio] = 1.3
COVER_ROUNDING: Final[Ratio] = 0.005
COVER_WORDS: Final = "the cover asked for is not public: 1.30x is assumed, to two decimals"

GALAXY_FIRST_RENT_USD: Final[Usd] = 240 * USD_PER_MUSD
GALAXY_EQUITY_USD: Final[Usd] = 350 * USD_PER_MUSD
SOFR_FLOOR: Final[FracPerYear] = 0.025


def debt_cases() -> tuple[Case, ...]:
    """V4 (three on River Bend's notes) and V6 (three on Galaxy's loan)."""
    return (*_river_bend(), *_galaxy())


def _river_bend() -> tuple[Case, ...]:
    row = financing("Hut 8 River Bend", "senior secured notes")
    issued, rate = stated(row.amount_usd), stated(row.rate_frac_per_year)
    average = stated(deal("HUT-1").noi_usd_per_year)
    first_year = first_year_usd(NOI_USD, NOI_GROWTH, YEARS)
    from_average_year = first_year_usd(YEARS * average, NOI_GROWTH, YEARS)
    loan, from_average = _sculpted(first_year, rate), _sculpted(from_average_year, rate)
    service = annuity_usd(issued, rate, YEARS)
    level_cover = dscr_ratio(growing_usd(first_year, NOI_GROWTH, YEARS), np.full(YEARS, service))
    where = f"catalog financing: Hut 8 River Bend, senior secured notes ({row.fact.source})"
    simplified = "15 yearly periods from hand-over; the amortisation table of the notes was not readable"
    total = Case(
        id="V4 total",
        title="River Bend notes, from 6.9 G$ of income over the term",
        expected=issued / USD_PER_MUSD,
        ours=loan.size_usd / USD_PER_MUSD,
        unit="M$",
        tolerance=_tolerance_usd(loan, NOI_ROUNDING_USD / NOI_USD) / USD_PER_MUSD,
        tolerance_reason=f"6.9 G$ is rounded to 0.1 G$ (0.7 %), and {COVER_WORDS}",
        basis="before tax; net operating income of the lease, 245 MW of critical IT, triple net",
        functions=("repower.finance.first_year_usd", "repower.finance.growing_usd", "repower.finance.sculpt"),
        source=Source(where, row.fact.as_of, row.fact.grade),
        note=f"sculpted at 1.30x; first year {first_year / USD_PER_MUSD:.0f} M$, 3 % a year; {simplified}",
    )
    of_average = replace(
        total,
        id="V4 average",
        title="River Bend notes, from 454 M$ of income in an average year",
        ours=from_average.size_usd / USD_PER_MUSD,
        tolerance=_tolerance_usd(from_average, AVERAGE_ROUNDING_USD / average) / USD_PER_MUSD,
        tolerance_reason=f"454 M$ is rounded to 1 M$, and {COVER_WORDS}",
        note=f"sculpted at 1.30x; first year {from_average_year / USD_PER_MUSD:.0f} M$, 3 % a year; {simplified}; "
        "15 years of 454 M$ are 6.81 G$, while the total is stated as 6.9 G$",
    )
    level = replace(
        total,
        id="V4 level",
        title="River Bend notes in level instalments: cover in the first year",
        expected=1.095,
        ours=float(level_cover[0]),
        unit="x",
        tolerance=0.008,
        tolerance_reason="6.9 G$ is rounded to 0.1 G$ (0.7 %)",
        functions=("repower.finance.annuity_usd", "repower.finance.dscr_ratio", "repower.finance.growing_usd"),
        source=Source(
            "worked by hand: 3,250 M$ x 0.06192 / (1 - 1.06192^-15) = 338.8 M$ a year; 371 / 338.8",
            row.fact.as_of,
            "modelled",
        ),
        note="far below 1.30x: at that cover the notes can only be repaid in instalments that rise with the rent",
    )
    return total, of_average, level


def _galaxy() -> tuple[Case, ...]:
    row, lease = financing("Galaxy Helios I", "term loan of Deutsche Bank"), deal("GLXY-1")
    lent, ltc, cover = stated(row.amount_usd), stated(row.ltc_frac), stated(row.dscr_ratio)
    margin, revenue = stated(lease.noi_margin_low_frac), stated(lease.revenue_usd)
    rate = stated(row.spread_low_frac_per_year) + SOFR_FLOOR
    income = margin * GALAXY_FIRST_RENT_USD
    growth = implied_growth_frac_per_year(GALAXY_FIRST_RENT_USD, revenue, YEARS)
    terms = DebtTerms(rate, YEARS, cover, ltc)
    loan = sculpt(growing_usd(income, growth, YEARS), terms, lent + GALAXY_EQUITY_USD)
    share = ltc_frac(lent, lent + GALAXY_EQUITY_USD)
    interest_cover = interest_cover_ratio(income, rate * lent)
    where = f"catalog financing: Galaxy Helios I ({row.fact.source})"
    size = Case(
        id="V6 loan",
        title="Galaxy Helios I loan: the smaller of 1.40x cover and 80 % of cost",
        expected=lent / USD_PER_MUSD,
        ours=loan.size_usd / USD_PER_MUSD,
        unit="M$",
        tolerance=0.5,
        tolerance_reason="",
        basis="before tax; net operating income is 90 % of rent, 133 MW of critical IT, triple net",
        functions=(
            "repower.finance.implied_growth_frac_per_year",
            "repower.finance.growing_usd",
            "repower.finance.sculpt",
        ),
        source=Source(where, row.fact.as_of, row.fact.grade),
        note=f"cost binds: cash alone would carry {loan.dscr_size_usd / USD_PER_MUSD:,.0f} M$ over 15 years; rent of "
        f"240 M$ in the first year and 4.5 G$ in all mean {growth:.1%} a year; the loan itself runs three "
        "years and is to be replaced, which is not modelled",
    )
    of_cost = replace(
        size,
        id="V6 cost",
        title="Galaxy Helios I: loan over all-in cost",
        expected=ltc,
        ours=math.nan if share is None else share,
        unit="1",
        tolerance=0.005,
        basis="all-in cost is the loan and 350 M$ of equity",
        functions=("repower.finance.ltc_frac",),
        note="",
    )
    of_interest = replace(
        size,
        id="V6 interest",
        title="Galaxy Helios I: first-year income over interest",
        expected=2.13,
        ours=math.nan if interest_cover is None else interest_cover,
        unit="x",
        tolerance=0.005,
        functions=("repower.finance.interest_cover_ratio",),
        source=Source(
            "worked by hand from the filing: 240 M$ x 0.90 over 1,400 M$ x (2.5 % + 4.75 %) = 216 / 101.5",
            row.fact.as_of,
            "modelled",
        ),
        note="SOFR at its floor of 2.5 %: cover is lower where SOFR is higher; the covenant is 1.40x of debt service",
    )
    return size, of_cost, of_interest


def _sculpted(first_year: Usd, rate: FracPerYear) -> Debt:
    income = growing_usd(first_year, NOI_GROWTH, YEARS)
    terms = DebtTerms(rate, YEARS, COVER, ltc_frac=1.0)
    # The notes are larger than the stated hard cost; what cost allows is no part of this case.
    return sculpt(income, terms, cost_usd=float(income.sum()))


def _tolerance_usd(loan: Debt, income_rounding_frac: Frac) -> Usd:
    """A loan is proportional to income and to one over its cover, so the relative roundings add up."""
    return loan.size_usd * (income_rounding_frac + COVER_ROUNDING / COVER)
