"""What hashing earns: hashprice, hashvalue, break-even power price, and the power cost of a coin.

A petahash a second at j joules a terahash draws j kilowatts, so a megawatt-hour at the machine's wall carries
1000/(24 j) petahash-days. All functions take plain numbers or arrays; arrays broadcast, and where one argument is an
array the result is one.

References
----------
Expected hashes per block are difficulty * 2**32 (https://en.bitcoin.it/wiki/Difficulty). Hashprice and its units:
https://docs.luxor.tech/hashrateindex/hashprice.
"""

from __future__ import annotations

from typing import Final, overload

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import (
    HASHES_PER_PH,
    HOURS_PER_DAY,
    KW_PER_MW,
    SECONDS_PER_DAY,
    TH_PER_PH,
    W_PER_KW,
    Array,
    Btc,
    BtcPerPhDay,
    Frac,
    JPerTh,
    PhDayPerMwh,
    Ratio,
    Usd,
    UsdPerBtc,
    UsdPerMwh,
    UsdPerPhDay,
)

HASHES_PER_DIFFICULTY: Final = 2**32


@overload
def hashvalue_btc_per_ph_day(difficulty: float, subsidy_btc: Btc, fees_btc: Btc) -> BtcPerPhDay: ...
@overload
def hashvalue_btc_per_ph_day(difficulty: Array, subsidy_btc: Btc | Array, fees_btc: Btc | Array) -> Array: ...
def hashvalue_btc_per_ph_day(
    difficulty: float | Array, subsidy_btc: Btc | Array, fees_btc: Btc | Array
) -> BtcPerPhDay | Array:
    """Coins that one petahash a second earns in a day, before any pool fee.

    Parameters
    ----------
    difficulty : network difficulty, above zero.
    subsidy_btc, fees_btc : new coins and transaction fees of an average block [BTC].

    Returns
    -------
    hashvalue [BTC/PH/day].

    Raises
    ------
    InputError : where `difficulty` is not above zero.
    """
    _above_zero("difficulty", difficulty)
    blocks_per_ph_day = SECONDS_PER_DAY * HASHES_PER_PH / (difficulty * HASHES_PER_DIFFICULTY)
    return blocks_per_ph_day * (subsidy_btc + fees_btc)


@overload
def hashprice_usd_per_ph_day(difficulty: float, subsidy_btc: Btc, fees_btc: Btc, btc_usd: Usd) -> UsdPerPhDay: ...
@overload
def hashprice_usd_per_ph_day(
    difficulty: Array, subsidy_btc: Btc | Array, fees_btc: Btc | Array, btc_usd: Usd | Array
) -> Array: ...
def hashprice_usd_per_ph_day(
    difficulty: float | Array, subsidy_btc: Btc | Array, fees_btc: Btc | Array, btc_usd: Usd | Array
) -> UsdPerPhDay | Array:
    """Dollars that one petahash a second earns in a day, before any pool fee.

    Parameters
    ----------
    difficulty : network difficulty, above zero.
    subsidy_btc, fees_btc : new coins and transaction fees of an average block [BTC].
    btc_usd : price of one bitcoin [$].

    Returns
    -------
    hashprice [$/PH/day].

    Raises
    ------
    InputError : where `difficulty` is not above zero.
    """
    _above_zero("difficulty", difficulty)
    blocks_per_ph_day = SECONDS_PER_DAY * HASHES_PER_PH / (difficulty * HASHES_PER_DIFFICULTY)
    return blocks_per_ph_day * (subsidy_btc + fees_btc) * btc_usd


@overload
def ph_day_per_mwh(efficiency_j_per_th: JPerTh) -> PhDayPerMwh: ...
@overload
def ph_day_per_mwh(efficiency_j_per_th: Array) -> Array: ...
def ph_day_per_mwh(efficiency_j_per_th: JPerTh | Array) -> PhDayPerMwh | Array:
    """Hashing that a megawatt-hour at the machine's wall carries.

    Parameters
    ----------
    efficiency_j_per_th : energy per hash [J/TH], above zero.

    Returns
    -------
    petahash-days per megawatt-hour [PH·day/MWh].

    Raises
    ------
    InputError : where `efficiency_j_per_th` is not above zero.
    """
    _above_zero("efficiency_j_per_th", efficiency_j_per_th)
    kw_per_phs = efficiency_j_per_th * (TH_PER_PH / W_PER_KW)
    return KW_PER_MW / HOURS_PER_DAY / kw_per_phs


@overload
def revenue_usd_per_mwh(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: JPerTh) -> UsdPerMwh: ...
@overload
def revenue_usd_per_mwh(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: Array) -> Array: ...
@overload
def revenue_usd_per_mwh(hashprice_usd_per_ph_day: Array, efficiency_j_per_th: JPerTh | Array) -> Array: ...
def revenue_usd_per_mwh(
    hashprice_usd_per_ph_day: UsdPerPhDay | Array, efficiency_j_per_th: JPerTh | Array
) -> UsdPerMwh | Array:
    """Mining revenue of a megawatt-hour at the machine's wall, before pool fee and cooling.

    Parameters
    ----------
    hashprice_usd_per_ph_day : what a petahash a second earns in a day [$/PH/day].
    efficiency_j_per_th : energy per hash [J/TH], above zero.

    Returns
    -------
    revenue [$/MWh].

    Raises
    ------
    InputError : where `efficiency_j_per_th` is not above zero.
    """
    return hashprice_usd_per_ph_day * ph_day_per_mwh(efficiency_j_per_th)


@overload
def break_even_usd_per_mwh(
    hashprice_usd_per_ph_day: UsdPerPhDay,
    efficiency_j_per_th: JPerTh,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio = 1.0,
) -> UsdPerMwh: ...
@overload
def break_even_usd_per_mwh(
    hashprice_usd_per_ph_day: UsdPerPhDay,
    efficiency_j_per_th: Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio = 1.0,
) -> Array: ...
@overload
def break_even_usd_per_mwh(
    hashprice_usd_per_ph_day: Array,
    efficiency_j_per_th: JPerTh | Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio | Array = 1.0,
) -> Array: ...
def break_even_usd_per_mwh(
    hashprice_usd_per_ph_day: UsdPerPhDay | Array,
    efficiency_j_per_th: JPerTh | Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio | Array = 1.0,
) -> UsdPerMwh | Array:
    """Power price at the meter at which mining at this efficiency earns nothing.

    Parameters
    ----------
    hashprice_usd_per_ph_day : what a petahash a second earns in a day [$/PH/day].
    efficiency_j_per_th : energy per hash [J/TH], above zero.
    pool_fee_frac, reject_frac : share of the revenue that the pool keeps, and share of the work that it refuses.
    pue_ratio : energy at the meter over energy at the machines' wall, at least 1.

    Returns
    -------
    break-even all-in power price [$/MWh at the meter].

    Raises
    ------
    InputError : where `efficiency_j_per_th` is not above zero, a share lies outside 0 to 1, or `pue_ratio` is below 1.
    """
    kept_frac = _kept_frac(pool_fee_frac, reject_frac)
    _pue(pue_ratio)
    return hashprice_usd_per_ph_day * ph_day_per_mwh(efficiency_j_per_th) * kept_frac / pue_ratio


@overload
def cost_to_mine_usd_per_btc(
    power_usd_per_mwh: UsdPerMwh,
    efficiency_j_per_th: JPerTh,
    hashvalue_btc_per_ph_day: BtcPerPhDay,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio = 1.0,
) -> UsdPerBtc: ...
@overload
def cost_to_mine_usd_per_btc(
    power_usd_per_mwh: UsdPerMwh,
    efficiency_j_per_th: JPerTh,
    hashvalue_btc_per_ph_day: Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio = 1.0,
) -> Array: ...
@overload
def cost_to_mine_usd_per_btc(
    power_usd_per_mwh: Array,
    efficiency_j_per_th: JPerTh | Array,
    hashvalue_btc_per_ph_day: BtcPerPhDay | Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio | Array = 1.0,
) -> Array: ...
def cost_to_mine_usd_per_btc(
    power_usd_per_mwh: UsdPerMwh | Array,
    efficiency_j_per_th: JPerTh | Array,
    hashvalue_btc_per_ph_day: BtcPerPhDay | Array,
    pool_fee_frac: Frac = 0.0,
    reject_frac: Frac = 0.0,
    pue_ratio: Ratio | Array = 1.0,
) -> UsdPerBtc | Array:
    """Power bought for one bitcoin received; no wages, repairs or capital.

    Parameters
    ----------
    power_usd_per_mwh : all-in price of energy at the meter [$/MWh].
    efficiency_j_per_th : energy per hash [J/TH], above zero.
    hashvalue_btc_per_ph_day : coins that a petahash a second earns in a day [BTC/PH/day], above zero.
    pool_fee_frac, reject_frac : share of the revenue that the pool keeps, and share of the work that it refuses.
    pue_ratio : energy at the meter over energy at the machines' wall, at least 1.

    Returns
    -------
    power cost of a coin [$/BTC].

    Raises
    ------
    InputError : where `efficiency_j_per_th` or `hashvalue_btc_per_ph_day` is not above zero, a share lies outside 0 to
        1, or `pue_ratio` is below 1.
    """
    _above_zero("hashvalue_btc_per_ph_day", hashvalue_btc_per_ph_day)
    kept_frac = _kept_frac(pool_fee_frac, reject_frac)
    _above_zero("(1 - pool_fee_frac) * (1 - reject_frac)", kept_frac)
    _pue(pue_ratio)
    btc_per_mwh = ph_day_per_mwh(efficiency_j_per_th) * hashvalue_btc_per_ph_day * kept_frac / pue_ratio
    return power_usd_per_mwh / btc_per_mwh


def _kept_frac(pool_fee_frac: Frac, reject_frac: Frac) -> Frac:
    for name, share in (("pool_fee_frac", pool_fee_frac), ("reject_frac", reject_frac)):
        if not 0.0 <= share <= 1.0:
            raise InputError(Problem("a share lies between 0 and 1", "write 2 % as 0.02", key=name, value=str(share)))
    return (1.0 - pool_fee_frac) * (1.0 - reject_frac)


def _above_zero(name: str, value: float | Array) -> None:
    if not np.all(np.asarray(value) > 0.0):
        raise InputError(Problem("must be above zero", "give a positive number", key=name, value=str(np.min(value))))


def _pue(pue_ratio: Ratio | Array) -> None:
    if not np.all(np.asarray(pue_ratio) >= 1.0):
        raise InputError(
            Problem(
                "energy at the meter cannot be less than energy at the machines",
                "give the power usage effectiveness, 1.0 or more",
                key="pue_ratio",
                value=str(np.min(pue_ratio)),
            )
        )
