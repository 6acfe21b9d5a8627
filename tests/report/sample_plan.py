"""Made-up plans for the tests of the report. No figure in them means anything; they only have to add up."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np

from repower.base.clock import Quarter, month_plus, quarter_of, quarter_plus, quarter_start, quarters_between
from repower.finance import Debt, Irr, annual_from_monthly, irr, monthly_rate_frac, npv_usd, payback_years, valley
from repower.plan.result import (
    Assumption,
    CapexPart,
    CashLine,
    CashTable,
    Caveat,
    Decision,
    DurationCurve,
    Earning,
    Flip,
    OptionValue,
    Plan,
    Sensitivity,
    Span,
    Valley,
    YearEnergy,
)

START = Quarter(2027, 1)
YEARS = 12
MONTHS = tuple(month_plus(quarter_start(START), step) for step in range(12 * YEARS))
END = month_plus(MONTHS[-1], 1)
RATE = 0.12
M = 1e6


def npv(amounts) -> float:
    """Amounts belong to the end of their month."""
    return npv_usd(monthly_rate_frac(RATE), np.asarray(amounts), first_period=1)


def deepest(amounts) -> Valley:
    amount, month = valley(amounts)
    return Valley(amount, None if month is None else MONTHS[month])


def from_month(day: date) -> np.ndarray:
    """1 from the month of `day` on, 0 before."""
    return np.array([1.0 if month >= day.replace(day=1) else 0.0 for month in MONTHS])


def spread(start: date, end: date, total: float) -> np.ndarray:
    """A total over the months from start to end."""
    share = from_month(start) * (1 - from_month(end))
    return total * share / share.sum()


WAVE = 1 + 0.12 * np.sin(np.arange(len(MONTHS)) * 2 * math.pi / 12)
HALVING = np.where(np.array([month >= date(2028, 4, 1) for month in MONTHS]), 0.62, 1.0)
GROWTH = 1.02 ** (np.arange(len(MONTHS)) / 12)


def option(hall, kind, label, value, *, hand_over=None, late=None, capex=0.0, it=18.0, peak=25.0, start=START, **rest):
    cash = np.zeros(len(MONTHS))
    spend = np.zeros(len(MONTHS))
    if capex:
        spend = -spread(quarter_start(start), hand_over, capex)
    return OptionValue(hall, kind, label, start, hand_over, late, value, capex, it, peak, cash + spend, spend, **rest)


def sample() -> Plan:
    """Four halls of 25 MW: one keeps mining, one is reused, one gets a new building, one becomes a GPU cloud."""
    b_done, b_late = date(2028, 4, 1), date(2028, 10, 1)
    c_done, c_late = date(2029, 7, 1), date(2030, 4, 1)
    d_done, d_late = date(2028, 1, 1), date(2028, 7, 1)
    a_on = np.ones(len(MONTHS))
    b_mine = 1 - from_month(date(2027, 4, 1))
    c_mine = 1 - from_month(c_done)
    d_mine = 1 - from_month(date(2027, 1, 1))
    mining_each = 1.15 * M * WAVE * HALVING
    power_each = -0.78 * M * WAVE * GROWTH
    mining_on = a_on + b_mine + c_mine + d_mine
    cloud = 13.5 * M * from_month(d_done) * 0.985 ** np.maximum(np.arange(len(MONTHS)) - 12, 0)
    salvage = np.zeros(len(MONTHS))
    salvage[3], salvage[-1] = 1.9 * M, 24 * M
    lines = (
        CashLine("mining", "Hash revenue less pool fee", mining_each * mining_on),
        CashLine("colocation", "Rent of hall B", 2.45 * M * from_month(b_done) * GROWTH),
        CashLine("colocation", "Rent of hall C", 2.9 * M * from_month(c_done) * GROWTH),
        CashLine("gpu_cloud", "GPU rental of hall D", cloud),
        CashLine(
            "power", "Energy at index, with losses and adder", power_each * (mining_on + 0.9 * from_month(d_done))
        ),
        CashLine("power", "Coincident peak", -0.12 * M * np.ones(len(MONTHS))),
        CashLine("operating", "Staff and repairs", -0.31 * M * GROWTH * 2),
        CashLine("operating", "Overhead", -0.1 * M * GROWTH),
        CashLine("capex", "Hall B", -spread(date(2027, 4, 1), b_done, 92 * M)),
        CashLine("capex", "Hall C", -spread(date(2028, 1, 1), c_done, 148 * M)),
        CashLine("capex", "Hall D", -spread(date(2027, 1, 1), d_done, 305 * M)),
        CashLine("salvage", "ASICs and GPUs", salvage),
    )
    keep_lines = (
        CashLine("mining", "Hash revenue less pool fee", mining_each * 4),
        CashLine("power", "Energy at index, with losses and adder", power_each * 4),
        CashLine("power", "Coincident peak", -0.05 * M * np.ones(len(MONTHS))),
        CashLine("operating", "Staff and repairs", -0.2 * M * GROWTH),
        CashLine("operating", "Overhead", -0.1 * M * GROWTH),
    )
    cash, keep = CashTable(MONTHS, lines), CashTable(MONTHS, keep_lines)
    total = np.sum([line.amount_usd for line in lines], axis=0)
    keep_total = np.sum([line.amount_usd for line in keep_lines], axis=0)
    difference = total - keep_total
    over = npv(difference)
    debt = _debt(10, 118 * M, 31.5 * M, 0.0725)
    gpu_debt = _debt(3, 160 * M, 128 * M, 0.09)
    decisions = _decisions(b_done, b_late, c_done, c_late, d_done, d_late)
    return Plan(
        site_name="Test Mesa (made up)",
        market="ERCOT West",
        import_limit_mw=100.0,
        plan_start=START,
        horizon_years=YEARS,
        as_of=date(2026, 11, 1),
        version="0.1.0",
        inputs_hash="5f3a9c0d" * 8,
        source="test_mesa.toml",
        notes="Made-up numbers for tests.",
        headline=(
            "Convert D to GPU cloud by 2028 Q1, B to colocation by 2028 Q2 and C by 2029 Q3 in a new building; "
            "keep A mining."
        ),
        months=MONTHS,
        decisions=decisions,
        timeline=_timeline(b_done, c_done, d_done),
        events=(
            (date(2028, 4, 10), "2028 halving"),
            (date(2028, 6, 30), "PPA block ends"),
            (date(2032, 3, 20), "2032 halving"),
            (date(2036, 2, 25), "2036 halving"),
            (date(2038, 4, 1), "lease of hall B ends"),
        ),
        cash=cash,
        keep_cash=keep,
        value_usd=npv(total),
        keep_value_usd=npv(keep_total),
        value_over_keep_usd=over,
        irr=annual_from_monthly(irr(difference)),
        equity_irr=Irr((0.231,), 1, "one rate"),
        payback_years=payback_years(difference),
        valley=deepest(difference),
        equity_valley=Valley(
            deepest(difference).amount_usd + debt.size_usd + gpu_debt.size_usd, deepest(difference).month
        ),
        debt=debt,
        gpu_debt=gpu_debt,
        min_dscr_ratio=min(debt.min_dscr_ratio, gpu_debt.min_dscr_ratio),
        first_ai=quarter_of(d_done),
        first_ai_late=quarter_of(d_late),
        earnings=_earnings(b_done, c_done, d_done),
        capex=_capex(),
        sensitivities=_sensitivities(over),
        duration=_duration(),
        energy=tuple(
            YearEnergy(
                2027 + k,
                812_345.6 - 9_000 * k,
                0.934 - 0.004 * k if k < 9 else None,
                38.12 + 0.6 * k,
                31.2 * M + 0.3 * M * k,
            )
            for k in range(YEARS)
        ),
        assumptions=_assumptions(),
        warnings=(
            Caveat("answer", "Tax is not in these figures", "read value and IRR as before tax"),
            Caveat(
                "hours", "Prices are a modelled typical year: scarcity of a single year is not in them", "give a file"
            ),
            Caveat("risk", "The rent of hall C has no signed contract behind it"),
            Caveat("capex", "Cost of the new building is assumed from public projects", "ask for a bid"),
        ),
        discount_frac_per_year=RATE,
    )


def _debt(years: int, size: float, first: float, rate: float) -> Debt:
    """A sculpted loan: service in proportion to cash, its present value the size."""
    cfads = first * 1.02 ** np.arange(years)
    service = cfads * size / np.sum(cfads / (1 + rate) ** np.arange(1, years + 1))
    balance = np.zeros(years)
    interest = np.zeros(years)
    before = size
    for year in range(years):
        interest[year] = before * rate
        balance[year] = before = before * (1 + rate) - service[year]
    dscr = cfads / service
    return Debt(
        size_usd=size,
        dscr_size_usd=1.3 * size,
        ltc_cap_usd=size,
        binding="ltc",
        status="sized by loan to cost",
        rate_frac_per_year=rate,
        periods_per_year=1,
        service_usd=service,
        interest_usd=interest,
        principal_usd=service - interest,
        balance_usd=balance,
        dscr_ratio=dscr,
        min_dscr_ratio=float(dscr.min()),
        average_dscr_ratio=float(dscr.mean()),
        llcr_ratio=1.88,
        draws_usd=np.array([size / 2, size / 2]),
        interest_during_construction_usd=6.4 * M,
        fees_usd=1.2 * M,
        cost_usd=1.25 * size,
        equity_usd=0.25 * size,
    )


def _decisions(b_done, b_late, c_done, c_late, d_done, d_late) -> tuple[Decision, ...]:
    def group(*rows):
        return tuple(sorted(rows, key=lambda row: (not row.feasible, -row.value_usd)))

    b_start, c_start = Quarter(2027, 2), Quarter(2028, 1)
    a = group(
        option("A", "keep", "keep mining", 21.4 * M),
        option("A", "refresh", "refresh with S21, from 2028Q2", 17.9 * M, hand_over=date(2028, 7, 1), capex=9.5 * M),
        option("A", "stop", "sell ASICs and stop, from 2027Q1", 2.2 * M),
        option(
            "A",
            "colocation_new",
            "colocation, new building, from 2030Q1",
            -3.3 * M,
            hand_over=date(2031, 7, 1),
            capex=160 * M,
            feasible=False,
            reason="cooling on the design hour allows 11.2 MW of the 18 MW the lease asks for",
        ),
    )
    b = group(
        option("B", "keep", "keep mining", 11.2 * M),
        option(
            "B",
            "colocation_reuse",
            "colocation, reuse, from 2027Q2",
            64.1 * M,
            hand_over=b_done,
            late=b_late,
            capex=92 * M,
            start=b_start,
            build_weeks=52.0,
        ),
        option("B", "gpu_cloud", "GPU cloud, from 2027Q1", 58.8 * M, hand_over=d_done, late=d_late, capex=305 * M),
    )
    c = group(
        option("C", "keep", "keep mining", 9.7 * M),
        option(
            "C",
            "colocation_new",
            "colocation, new building, from 2028Q1",
            41.0 * M,
            hand_over=c_done,
            late=c_late,
            capex=148 * M,
            start=c_start,
            build_weeks=78.0,
        ),
        option("C", "gpu_cloud", "GPU cloud, from 2027Q3", 47.5 * M, hand_over=d_done, late=d_late, capex=305 * M),
    )
    d = group(
        option("D", "keep", "keep mining", 9.7 * M),
        option(
            "D",
            "gpu_cloud",
            "GPU cloud, from 2027Q1",
            71.3 * M,
            hand_over=d_done,
            late=d_late,
            capex=305 * M,
            build_weeks=52.0,
        ),
    )
    rent = "$/kW-month"
    return (
        Decision("A", a[0], a[1], a[0].value_usd - a[1].value_usd, (
            Flip("hashprice growth", "frac/year", -0.05, 0.031, "hashprice grows by more than 3.1 % a year"),
            Flip("price of new ASICs", "$/(TH/s)", 16.0, 11.2, "new ASICs cost less than $11.2/(TH/s)"),
        ), a),
        Decision("B", b[0], b[1], b[0].value_usd - b[1].value_usd, (
            Flip("rent", rent, 136.0, 121.0, "rent falls below $121/kW-month"),
            Flip("GPU rent", "$/GPU-h", 2.9, 3.12, "GPU rent rises above $3.12/GPU-h"),
        ), b),
        Decision("C", c[1], c[0], c[1].value_usd - c[0].value_usd, (
            Flip("capital limit", "$", 550 * M, 760 * M, "the capital limit rises above $760M"),
        ), c, binding="capital limit"),
        Decision("D", d[0], d[1], d[0].value_usd - d[1].value_usd, (
            Flip("GPU rent", "$/GPU-h", 2.9, None, "no GPU rent between $1.45 and $5.8/GPU-h is low enough"),
        ), d),
    )  # fmt: skip


def _timeline(b_done, c_done, d_done) -> tuple[Span, ...]:
    begin = MONTHS[0]
    return (
        Span("A", "mining", begin, END, 25.0),
        Span("B", "mining", begin, date(2027, 4, 1), 25.0),
        Span("B", "colocation", date(2027, 4, 1), b_done, 0.0, True),
        Span("B", "colocation", b_done, END, 23.4),
        Span("C", "mining", begin, c_done, 25.0),
        Span("C", "colocation", date(2028, 1, 1), c_done, 0.0, True),
        Span("C", "colocation", c_done, END, 24.1),
        Span("D", "gpu_cloud", begin, d_done, 0.0, True),
        Span("D", "gpu_cloud", d_done, END, 22.8),
    )


def _earnings(b_done, c_done, d_done) -> tuple[Earning, ...]:
    rows = []
    miner = "per metered kWh, mean of the hours run; the miner pays power"
    landlord = "per metered kWh at a load factor of 0.85; the tenant pays power (NNN)"
    cloud = "per metered kWh at 0.92 utilisation; the owner pays power"
    for step in range(4 * YEARS):
        quarter = quarter_plus(START, step)
        day = quarter_start(quarter)
        halved = 0.62 if day >= date(2028, 4, 1) else 1.0
        wave = 1 + 0.12 * math.sin(step * math.pi / 2)
        rows.append(Earning(quarter, "miner", "A", 0.083 * halved * wave, 0.083 * halved * wave - 0.041, 5e4, miner))
        if day < c_done:
            rows.append(
                Earning(quarter, "miner", "C", 0.075 * halved * wave, 0.075 * halved * wave - 0.041, 5e4, miner)
            )
        growth = 1.02 ** (step / 4)
        if day >= b_done:
            rows.append(Earning(quarter, "landlord", "B", 0.171 * growth, 0.171 * growth, 4.4e4, landlord))
        if day >= c_done:
            rows.append(Earning(quarter, "landlord", "C", 0.189 * growth, 0.189 * growth, 4.5e4, landlord))
        if day >= d_done:
            gross = 1.06 * 0.985 ** (3 * max(quarters_between(Quarter(2028, 1), quarter), 0))
            rows.append(Earning(quarter, "cloud", "D", gross, gross - 0.043, 4.6e4, cloud))
    return tuple(rows)


def _capex() -> tuple[CapexPart, ...]:
    colo = {
        "land": (0.4, 0.0, False),
        "interconnect": (4.1, 0.0, False),
        "substation": (7.9, 0.0, False),
        "mv_gear": (3.5, 3.5, False),
        "shell": (0.0, 15.4, False),
        "cooling": (0.0, 19.7, False),
        "power_chain": (0.0, 31.0, True),
        "fibre": (0.2, 1.3, False),
        "fit_out": (0.0, 12.6, True),
        "soft_cost": (0.0, 8.5, True),
    }
    rows = [
        CapexPart(hall, part, survives * scale * M, spend * scale * M, new)
        for hall, scale in (("B", 1.0), ("C", 1.6))
        for part, (survives, spend, new) in colo.items()
    ]
    return (*rows, CapexPart("D", "gpus", 0.0, 250 * M, True), CapexPart("D", "cooling", 0.0, 55 * M, False))


def _sensitivities(over: float) -> tuple[Sensitivity, ...]:
    def row(name, unit, base, low, high, down, up, even, text):
        return Sensitivity(name, unit, base, low, high, over + down * M, over + up * M, even, text)

    return (
        row("GPU rent", "$/GPU-h", 2.9, 2.2, 3.6, -88, 91, 2.31, "below $2.31/GPU-h keeping is worth more"),
        row("colocation rent", "$/kW-month", 136.0, 110.0, 160.0, -61, 55, 104.0, "below $104/kW-month"),
        row("delivery", "weeks", 0.0, 0.0, 40.0, 0.0, -38, 79.0, "79 weeks late on every hall"),
        row("capex", "x", 1.0, 0.85, 1.3, 27, -54, 1.42, "42 % over budget"),
        row("hashprice growth", "frac/year", -0.05, -0.15, 0.1, 12, -33, None, "never within the range searched"),
        row("power price", "$/MWh", 38.0, 28.0, 55.0, -4, 7, None, "never within the range searched"),
        row("inflation", "frac/year", 0.02, 0.0, 0.04, 1.5, -2.0, None, "never within the range searched"),
    )


def _duration() -> DurationCurve:
    points = 300
    hour = np.concatenate([[0.0], np.geomspace(4, 8760, points - 1)])
    price = 4600 * np.exp(-hour / 18) + 130 * np.exp(-hour / 420) + 36 - 0.0034 * hour - 18 * (hour > 8300)
    old, new = np.where(price > 58, 0.0, 24.8), np.where(price > 96, 0.0, 24.9)
    return DurationCurve(
        2030,
        hour,
        price,
        (
            ("mining", new + 0.2 * old),
            ("colocation", np.full(points, 44.2)),
            ("gpu_cloud", np.full(points, 21.7)),
        ),
    )


def _assumptions() -> tuple[Assumption, ...]:
    return (
        Assumption("bitcoin price", "81,000", "$/BTC", "2026-11-01", "owner", "test_mesa.toml, outlook.btc_usd"),
        Assumption("colocation rent, hall B", "136", "$/kW-month, critical IT", "2026-10", "owner", "test_mesa.toml"),
        Assumption("S21 efficiency", "17.5", "J/TH at the wall", "2024-02", "A", "https://example.org/s21/specification"),
        Assumption("capex of building shell", "0.85", "$M/MW, critical IT", "2025-12", "B", "Press, https://example.com/a?b=1&c=2"),
        Assumption("power prices", "38.1", "$/MWh, mean", "2026-11", "modelled", "typical year of LZ_WEST, fitted"),
        Assumption("resale of ASICs", "30", "%/year lost", "2026-11", "assumed", "no quoted market; assumed"),
    )  # fmt: skip


def extreme() -> Plan:
    """Nothing is converted: no debt, no IRR, no sensitivities, long and hostile names, thirty halls."""
    name = "<script>alert('x')</script> & =HYPERLINK(\"http://example.org\") 採掘場 "
    halls = [f"{name}{number:02d} with a name that is much too long for any chart" for number in range(30)]
    amounts = -0.4 * M * np.ones(len(MONTHS))
    table = CashTable(MONTHS, (CashLine("power", f"{name}", amounts), CashLine("mining", "=1+1", 0.5 * M * WAVE)))
    decisions = []
    for hall in halls:
        keep = option(hall, "keep", f"keep {name}", -1.0e5)
        gone = option(
            hall, "gpu_cloud", "GPU cloud", math.nan, feasible=False, reason=f"no cooling for {name}", start=START
        )
        decisions.append(Decision(hall, keep, None, 0.0, (), (keep, gone)))
    value = npv(np.sum([line.amount_usd for line in table.lines], axis=0))
    points = 2
    return replace(
        sample(),
        site_name=name,
        notes=name,
        headline=f"Keep every hall of {name} mining.",
        decisions=tuple(decisions),
        timeline=tuple(Span(hall, "mining", MONTHS[0], END, 3.3) for hall in halls),
        events=tuple((date(2028, 1 + step, 1), f"contract {step} of {name}") for step in range(9)),
        cash=table,
        keep_cash=table,
        value_usd=value,
        keep_value_usd=value,
        value_over_keep_usd=0.0,
        irr=Irr((), 0, "the cash flow is zero throughout"),
        equity_irr=Irr((), 0, "the cash flow is zero throughout"),
        payback_years=None,
        valley=Valley(0.0, None),
        equity_valley=Valley(0.0, None),
        debt=None,
        gpu_debt=None,
        min_dscr_ratio=None,
        first_ai=None,
        first_ai_late=None,
        earnings=(),
        capex=(),
        sensitivities=(),
        duration=DurationCurve(
            2027, np.array([0.0, 8760.0]), np.array([30.0, -5.0]), (("mining", np.full(points, 99.0)),)
        ),
        energy=(),
        assumptions=(Assumption(name, name, name, name, "assumed", f"javascript:alert(1) {name}"),),
        warnings=(Caveat("answer", f"{name} " * 12), Caveat("assumptions", name, name)),
    )
