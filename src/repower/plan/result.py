"""What a plan says: decisions with their reasons, cash flows, debt, and the evidence behind them.

Everything the report, the workbook and ``plan.json`` show comes from one `Plan`. Arrays run over the plan's months
(`months`, first of each month) unless a docstring says otherwise; amounts are nominal dollars, income positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from repower.base.clock import Quarter
from repower.base.units import (
    Array,
    Frac,
    FracPerYear,
    Mw,
    Mwh,
    Ratio,
    Usd,
    UsdPerKwh,
    UsdPerMwh,
    Weeks,
    Years,
)
from repower.finance.debt import Debt
from repower.finance.irr import Irr
from repower.site.halls import OptionKind

SpanUse = Literal["mining", "colocation", "gpu_cloud", "hosting", "idle"]
Category = Literal["mining", "colocation", "gpu_cloud", "hosting", "power", "operating", "capex", "salvage", "debt"]


@dataclass(frozen=True)
class CapexPart:
    """One part of a conversion: what it costs new, and how much of it survives, is replaced, or is new.

    Parameters
    ----------
    hall, part : where and what, `part` as in the catalog's `capex_parts`.
    survives_usd : value of what is kept and need not be bought.
    spend_usd : what is bought.
    is_new : True where the mining hall had nothing of the kind, False where a part is replaced.
    """

    hall: str
    part: str
    survives_usd: Usd
    spend_usd: Usd
    is_new: bool


@dataclass(frozen=True)
class OptionValue:
    """One hall, one option, one start: its value and what makes it up.

    Parameters
    ----------
    label : words for a reader, such as ``colocation, new building, from 2027Q3``.
    start : quarter in which work begins; for `keep` the plan's start.
    hand_over : first day of the new use; None for `keep` and `stop`.
    hand_over_late : the same if every lead time runs at the top of its range.
    value_usd : net present value of the hall's cash flow over the plan's months, at the owner's hurdle.
    capex_usd : undiscounted spend.
    critical_it_mw : IT sold or run after the change (machine wall MW for mining).
    peak_mw : meter MW of the new use on the design hour.
    cash_usd : shape (months,), everything of this hall.
    capex_cash_usd : shape (months,), the spend in it, negative.
    feasible : False where a limit of the hall rules the option out; `reason` says which.
    """

    hall: str
    kind: OptionKind
    label: str
    start: Quarter
    hand_over: date | None
    hand_over_late: date | None
    value_usd: Usd
    capex_usd: Usd
    critical_it_mw: Mw
    peak_mw: Mw
    cash_usd: Array
    capex_cash_usd: Array
    build_weeks: Weeks = 0.0
    feasible: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Span:
    """One bar of the timeline: a use of a hall from `start` up to `end`."""

    hall: str
    use: SpanUse
    start: date
    end: date
    meter_mw: Mw
    under_construction: bool = False
    note: str = ""


@dataclass(frozen=True)
class Flip:
    """What would have to change to prefer the next best option, all else equal.

    `base` and `needed` are in `unit`; `needed` is None where no value in the searched range is enough, and `text` says
    it in words.
    """

    driver: str
    unit: str
    base: float
    needed: float | None
    text: str


@dataclass(frozen=True)
class Decision:
    """The choice for one hall and why.

    Parameters
    ----------
    options : the best start of every kind the hall may become, best first, infeasible ones last.
    difference_usd : value of `chosen` over `next_best`; negative where a shared limit forced the lesser option.
    """

    hall: str
    chosen: OptionValue
    next_best: OptionValue | None
    difference_usd: Usd
    flips: tuple[Flip, ...]
    options: tuple[OptionValue, ...]
    binding: str = ""


@dataclass(frozen=True)
class CashLine:
    """One line of the cash-flow table: category, wording, and shape-(months,) amounts."""

    category: Category
    name: str
    amount_usd: Array


@dataclass(frozen=True)
class CashTable:
    """Monthly cash of a whole plan before tax and before debt; lines add up to the total."""

    months: tuple[date, ...]
    lines: tuple[CashLine, ...]


@dataclass(frozen=True)
class Valley:
    """Deepest point of the cumulative cash of the conversion."""

    amount_usd: Usd
    month: date | None


@dataclass(frozen=True)
class Earning:
    """What a kWh earns: one role in one quarter, with its basis.

    Parameters
    ----------
    role : miner, landlord or cloud.
    gross_usd_per_kwh : revenue before power over the energy basis.
    net_usd_per_kwh : revenue less the power this role pays for.
    basis : energy basis, load factor and who pays power, in words.
    """

    quarter: Quarter
    role: Literal["miner", "landlord", "cloud"]
    hall: str
    gross_usd_per_kwh: UsdPerKwh
    net_usd_per_kwh: UsdPerKwh
    energy_mwh: Mwh
    basis: str


@dataclass(frozen=True)
class Sensitivity:
    """Value over keeping when one assumption moves and the plan stays as chosen.

    `low`, `base`, `high` and `break_even` are levels of the assumption in `unit`; `break_even` is None where the value
    over keeping does not reach zero in the searched range.
    """

    assumption: str
    unit: str
    base: float
    low: float
    high: float
    value_at_low_usd: Usd
    value_at_high_usd: Usd
    break_even: float | None
    text: str


@dataclass(frozen=True)
class Assumption:
    """One row of assumptions and sources.

    Grades: A filing or source code, B press, C aggregator; `owner`, `assumed` and `modelled` say what is no fact.
    """

    name: str
    value: str
    unit: str
    as_of: str
    grade: str
    source: str


@dataclass(frozen=True)
class Caveat:
    """Something a reader must know, and which section of the report it touches."""

    section: Literal["answer", "timeline", "earnings", "cash", "hours", "why", "risk", "capex", "assumptions"]
    text: str
    fix: str = ""


@dataclass(frozen=True)
class DurationCurve:
    """Site load against price for one year: hours sorted by price, dearest first.

    Parameters
    ----------
    year : local calendar year of the plan that was dispatched.
    price_usd_per_mwh : shape (points,), index price, descending.
    use_mw : one (use, shape-(points,) average MW) pair for every use.
    """

    year: int
    hour: Array
    price_usd_per_mwh: Array
    use_mw: tuple[tuple[str, Array], ...]


@dataclass(frozen=True)
class YearEnergy:
    """Energy and average price of one plan year; uptime is None in a year without miners."""

    year: int
    import_mwh: Mwh
    mining_uptime_frac: Frac | None
    average_price_usd_per_mwh: UsdPerMwh
    energy_bill_usd: Usd


@dataclass(frozen=True)
class Plan:
    """A conversion plan for a site.

    Parameters
    ----------
    headline : the answer in one sentence.
    months : first of each month of the horizon.
    cash, keep_cash : the chosen plan and the plan that keeps every hall, both settled at site level.
    value_usd, keep_value_usd, value_over_keep_usd : net present values at the owner's hurdle.
    irr : of the monthly difference between the two, annualised, before tax and debt; every root or none.
    equity_irr : of the same after debt.
    payback_years : from the first spend; None where it is never paid back.
    valley : deepest cumulative cash of the conversion before debt; equity_valley after debt.
    debt, gpu_debt : sized on contracted cash of the converted halls, yearly from hand-over of the last one, leases and
        GPU rental apart; None where nothing of the kind is converted.
    min_dscr_ratio : lowest yearly DSCR of either; None without debt.
    first_ai, first_ai_late : first AI revenue with lead times at their middle and at their top.
    as_of : date of the outlook.
    inputs_hash : sha256 over the site file, the series used and the catalog's tables.
    """

    site_name: str
    market: str
    import_limit_mw: Mw
    plan_start: Quarter
    horizon_years: int
    as_of: date
    version: str
    inputs_hash: str
    source: str
    notes: str
    headline: str
    months: tuple[date, ...]
    decisions: tuple[Decision, ...]
    timeline: tuple[Span, ...]
    events: tuple[tuple[date, str], ...]
    cash: CashTable
    keep_cash: CashTable
    value_usd: Usd
    keep_value_usd: Usd
    value_over_keep_usd: Usd
    irr: Irr
    equity_irr: Irr
    payback_years: Years | None
    valley: Valley
    equity_valley: Valley
    debt: Debt | None
    gpu_debt: Debt | None
    min_dscr_ratio: Ratio | None
    first_ai: Quarter | None
    first_ai_late: Quarter | None
    earnings: tuple[Earning, ...]
    capex: tuple[CapexPart, ...]
    sensitivities: tuple[Sensitivity, ...]
    duration: DurationCurve
    energy: tuple[YearEnergy, ...]
    assumptions: tuple[Assumption, ...]
    warnings: tuple[Caveat, ...]
    discount_frac_per_year: FracPerYear
