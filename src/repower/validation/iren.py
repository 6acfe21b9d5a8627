"""Cases V1 to V3: eighteen months that IREN released, against `markets.bitcoin` and the difficulty of those days.

V1 asks whether the released figures agree with each other through our formulas: cost of power per Bitcoin, and margin.
V2 asks whether difficulty, subsidy and fees give the Bitcoin that a hash rate was released to have earned: here the
expected value comes from IREN and ours from the chain. V3 holds the one month with power and a stated fleet efficiency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from repower.base.clock import days_in_month
from repower.base.units import HOURS_PER_DAY, PH_PER_EH, USD_PER_KUSD, USD_PER_MUSD, Frac, JPerTh, Mw, UsdPerMwh
from repower.catalog import MinerMonth, constant, cooling, miner_months
from repower.markets.bitcoin import cost_to_mine_usd_per_btc, ph_day_per_mwh, revenue_usd_per_mwh
from repower.validation.chain import Fees, fees_of, mean_hashvalue_btc_per_ph_day
from repower.validation.result import Case, Source

ISSUER: Final = "IREN"
ANY_EFFICIENCY_J_PER_TH: Final = 16.0
"""It turns hashing into energy and back in V1, and cancels."""

EHS_UNITS: Final = (0.001, 0.1)
USD_UNITS: Final = (USD_PER_KUSD, USD_PER_MUSD / 10)
"""The units in which releases state hash rate and money: fine until July 2024, coarse since."""

BTC_ROUNDING: Final = 0.5
FRAC_ROUNDING: Final[Frac] = 0.005
FLEET_ROUNDING_J_PER_TH: Final = 0.5
POWER_ROUNDING_MW: Final = 0.5


@dataclass(frozen=True)
class _Month:
    """A row of `miner_months` with what its rounding leaves open, as shares."""

    released: MinerMonth
    month: date
    ph_days: float
    hash_rate_frac: Frac
    btc_frac: Frac
    cost_frac: Frac
    revenue_frac: Frac


def iren_cases() -> tuple[Case, ...]:
    """V1 cost and margin, V2 yield of hashing, V3 efficiency."""
    months = [_month(released) for released in miner_months() if released.company == ISSUER]
    found = [_cost(month) for month in months]
    found += [
        _margin(month, month.released.hardware_margin_frac)
        for month in months
        if month.released.hardware_margin_frac is not None
    ]
    found += [_yield(month) for month in months]
    found += [
        _efficiency(month, month.released.used_mw, month.released.fleet_j_per_th)
        for month in months
        if month.released.used_mw is not None and month.released.fleet_j_per_th is not None
    ]
    return tuple(found)


def _month(released: MinerMonth) -> _Month:
    year, number = (int(part) for part in released.month.split("-"))
    month = date(year, number, 1)
    rate, btc = released.hash_rate_ehs, released.mined_btc
    cost, revenue = released.electricity_usd, released.mining_revenue_usd
    return _Month(
        released,
        month,
        rate * PH_PER_EH * days_in_month(month),
        _half_unit(rate, EHS_UNITS) / rate,
        BTC_ROUNDING / btc,
        _half_unit(cost, USD_UNITS) / cost,
        _half_unit(revenue, USD_UNITS) / revenue,
    )


def _half_unit(figure: float, units: tuple[float, float]) -> float:
    """Half of the unit to which a release rounded: the coarse one where the figure is a multiple of it."""
    fine, coarse = units
    multiple = figure / coarse
    return 0.5 * (coarse if abs(multiple - round(multiple)) < fine / coarse / 2 else fine)


def _cost(month: _Month) -> Case:
    released = month.released.electricity_usd_per_btc
    ours = cost_to_mine_usd_per_btc(
        _power_usd_per_mwh(month), ANY_EFFICIENCY_J_PER_TH, month.released.mined_btc / month.ph_days
    )
    return Case(
        id=f"V1 cost {month.released.month}",
        title="IREN: electricity per Bitcoin mined",
        expected=released,
        ours=ours,
        unit="$/BTC",
        tolerance=0.5 + released * (month.btc_frac + month.cost_frac),
        tolerance_reason=f"rounding is {month.cost_frac:.2%} of electricity, {month.btc_frac:.2%} of Bitcoin mined",
        basis=f"electricity of mining, {month.released.electricity_basis}",
        functions=("repower.markets.bitcoin.cost_to_mine_usd_per_btc", "repower.markets.bitcoin.ph_day_per_mwh"),
        source=_source(month.released),
        note="the efficiency of the fleet cancels",
    )


def _margin(month: _Month, stated_frac: Frac) -> Case:
    revenue = revenue_usd_per_mwh(month.released.mining_revenue_usd / month.ph_days, ANY_EFFICIENCY_J_PER_TH)
    share = _power_usd_per_mwh(month) / revenue
    return Case(
        id=f"V1 margin {month.released.month}",
        title="IREN: margin of mining after electricity",
        expected=stated_frac,
        ours=1.0 - share,
        unit="1",
        tolerance=FRAC_ROUNDING + share * (month.cost_frac + month.revenue_frac),
        tolerance_reason="the margin is rounded to 1 %, its two amounts to a half unit each",
        basis=f"mining revenue less electricity ({month.released.electricity_basis}) over mining revenue",
        functions=("repower.markets.bitcoin.revenue_usd_per_mwh", "repower.markets.bitcoin.ph_day_per_mwh"),
        source=_source(month.released),
        note="the efficiency of the fleet cancels",
    )


def _yield(month: _Month) -> Case:
    fees = fees_of(month.month)
    days = days_in_month(month.month)
    expected = month.released.mined_btc / (month.released.hash_rate_ehs * days)
    pool = constant("pool_fee_frac")
    roundings = month.btc_frac + month.hash_rate_frac
    ours = PH_PER_EH * mean_hashvalue_btc_per_ph_day(month.month, fees.share_frac)
    return Case(
        id=f"V2 {month.released.month}",
        title="IREN: Bitcoin per EH/s and day, from difficulty, subsidy and fees",
        expected=expected,
        ours=ours,
        unit="BTC/EH/day",
        tolerance=expected * (roundings + pool.value + _fee_doubt_frac(fees)),
        tolerance_reason=f"rounding is {roundings:.2%} of hash rate and Bitcoin together; the pool's fee is not stated "
        f"({pool.value:.0%} here); fees: {fees.words}",
        basis="average operating hash rate; before any pool fee",
        functions=(
            "repower.markets.bitcoin.hashvalue_btc_per_ph_day",
            "repower.markets.bitcoin.subsidy_sat",
            "repower.catalog.table('difficulty')",
        ),
        source=_source(month.released),
        note=f"fees are {fees.share_frac:.1%} of the reward: {fees.source}",
    )


def _fee_doubt_frac(fees: Fees) -> Frac:
    """How far the reward may be off, since a reward is the subsidy over one less the share of fees."""
    kept = 1.0 - fees.share_frac
    return max(kept / (1.0 - fees.high_frac) - 1.0, 1.0 - kept / (1.0 - fees.low_frac))


def _efficiency(month: _Month, used_mw: Mw, stated_j_per_th: JPerTh) -> Case:
    used_mwh = used_mw * days_in_month(month.month) * HOURS_PER_DAY
    ours = ph_day_per_mwh(1.0) * used_mwh / month.ph_days
    air = cooling("mining_air")
    overhead = 1.0 + air.electrical_loss_frac + air.fan_frac
    return Case(
        id=f"V3 {month.released.month}",
        title="IREN: energy per hash, from power used and hash rate",
        expected=stated_j_per_th,
        ours=ours,
        unit="J/TH",
        tolerance=FLEET_ROUNDING_J_PER_TH + ours * (POWER_ROUNDING_MW / used_mw + month.hash_rate_frac),
        tolerance_reason="the fleet is stated to 1 J/TH, power to 1 MW, hash rate to 0.1 EH/s",
        basis="expected: the fleet installed, at its plugs; ours: the average of the month, plugs or meter not stated",
        functions=("repower.markets.bitcoin.ph_day_per_mwh",),
        source=_source(month.released),
        note="probably not the same fleet: the hash rate is half above that of the month before, so the average "
        "machine is older than the fleet at the month's end; were power read at the meter of an air-cooled mine as "
        f"in the catalog, ours would be {ours / overhead:.1f} J/TH; other months with power used state no fleet",
    )


def _power_usd_per_mwh(month: _Month) -> UsdPerMwh:
    return month.released.electricity_usd / (month.ph_days / ph_day_per_mwh(ANY_EFFICIENCY_J_PER_TH))


def _source(released: MinerMonth) -> Source:
    where = f"catalog miner_months: {released.company} {released.month} ({released.fact.source})"
    return Source(where, released.fact.as_of, released.fact.grade)
