"""The base case of the Bitcoin network: one deterministic path by month, halvings included.

Blocks come every 600 seconds, which the difficulty holds on average. Price and difficulty grow at their assumed rates;
fees per block stay what they were on the day of the assumptions, so that they do not halve with the subsidy. Difficulty
knows nothing of the halving unless `halving_exit_frac` says what share of the hashrate leaves at one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite

import numpy as np

from repower.base.clock import BLOCKS_PER_HALVING, TARGET_BLOCK_S, month_plus, time_of_height
from repower.base.errors import InputError, Problem
from repower.base.units import SAT_PER_BTC, Array, Btc, Frac, FracPerYear, IntArray, Usd
from repower.markets.bitcoin.consensus import LAST_SHIFT, subsidy_sat
from repower.markets.bitcoin.economics import hashvalue_btc_per_ph_day
from repower.markets.curves import grow


@dataclass(frozen=True)
class NetworkAssumptions:
    """Where the network stands on a day, and how it is assumed to go on.

    Parameters
    ----------
    as_of : day of the levels, taken at 00:00 UTC.
    block_height : chain height then.
    difficulty : network difficulty then.
    difficulty_growth_frac_per_year, btc_growth_frac_per_year : assumed nominal growth [1/year].
    btc_usd : price of one bitcoin then [$].
    fee_frac : fees as a share of the subsidy of that day; the coins this makes per block are held constant.
    halving_exit_frac : assumed share of the hashrate, and so of the difficulty, that leaves at each halving.
    """

    as_of: date
    block_height: int
    difficulty: float
    difficulty_growth_frac_per_year: FracPerYear
    btc_usd: Usd
    btc_growth_frac_per_year: FracPerYear
    fee_frac: Frac
    halving_exit_frac: Frac = 0.0


@dataclass(frozen=True)
class NetworkPath:
    """The network month by month; arrays have shape (months,).

    Parameters
    ----------
    months : first of each month.
    height : chain height at the start of the month.
    subsidy_btc : subsidy of the month's average block: a halving month is split block by block [BTC].
    fees_btc : fees of an average block [BTC].
    difficulty : at the middle of the month.
    btc_usd : at the middle of the month [$].
    hashprice_usd_per_ph_day, hashvalue_btc_per_ph_day : what follows from these.
    halvings : day (UTC) and height of every halving between the first and the last month.
    """

    months: tuple[date, ...]
    height: IntArray
    subsidy_btc: Array
    fees_btc: Array
    difficulty: Array
    btc_usd: Array
    hashprice_usd_per_ph_day: Array
    hashvalue_btc_per_ph_day: Array
    halvings: tuple[tuple[date, int], ...]


def network_path(assumptions: NetworkAssumptions, months: Sequence[date]) -> NetworkPath:
    """The base case over some months.

    Parameters
    ----------
    assumptions : levels and growth rates.
    months : first days of consecutive months; months before `as_of` follow the same curves backwards.

    Raises
    ------
    InputError : where a level is not positive and finite, a share lies outside its range, the months are not
        consecutive, or the path would begin before the first block.
    """
    _check(assumptions, months)
    edges = np.array([height_on(assumptions, month) for month in (*months, month_plus(months[-1], 1))], dtype=np.int64)
    if edges[0] < 0:
        raise _problem("months", months[0], "the path would begin before the first block", "start it later")
    era_share = _era_shares(edges)
    subsidy_btc = era_share @ np.array([_subsidy_btc(era) for era in range(era_share.shape[1])])
    exits = np.maximum(np.arange(era_share.shape[1]) - assumptions.block_height // BLOCKS_PER_HALVING, 0)
    stays_frac = era_share @ (1.0 - assumptions.halving_exit_frac) ** exits
    difficulty = stays_frac * grow(
        assumptions.difficulty, assumptions.difficulty_growth_frac_per_year, assumptions.as_of, months
    )
    btc_usd = grow(assumptions.btc_usd, assumptions.btc_growth_frac_per_year, assumptions.as_of, months)
    fee_btc = assumptions.fee_frac * subsidy_sat(assumptions.block_height) / SAT_PER_BTC
    fees_btc = np.full(len(months), fee_btc)
    hashvalue = hashvalue_btc_per_ph_day(difficulty, subsidy_btc, fees_btc)
    return NetworkPath(
        months=tuple(months),
        height=edges[:-1],
        subsidy_btc=subsidy_btc,
        fees_btc=fees_btc,
        difficulty=difficulty,
        btc_usd=btc_usd,
        hashprice_usd_per_ph_day=hashvalue * btc_usd,
        hashvalue_btc_per_ph_day=hashvalue,
        halvings=_halvings(assumptions, int(edges[0]), int(edges[-1])),
    )


def height_on(assumptions: NetworkAssumptions, day: date) -> int:
    """Chain height expected at 00:00 UTC of a day, at one block in 600 seconds."""
    elapsed = day - assumptions.as_of
    return assumptions.block_height + elapsed // timedelta(seconds=TARGET_BLOCK_S)


def _era_shares(edges: IntArray) -> Array:
    """Share of each month's blocks that falls in each subsidy era, shape (months, eras); a block counts by its height.

    The block at height h is the first of the next month when h is that month's starting height.
    """
    eras = int(edges[-1] - 1) // BLOCKS_PER_HALVING + 1
    starts = BLOCKS_PER_HALVING * np.arange(eras)
    first = np.maximum(edges[:-1, None], starts)
    last = np.minimum(edges[1:, None], starts + BLOCKS_PER_HALVING)
    share: Array = np.maximum(last - first, 0) / (edges[1:] - edges[:-1])[:, None]
    return share


def _subsidy_btc(era: int) -> Btc:
    return subsidy_sat(era * BLOCKS_PER_HALVING) / SAT_PER_BTC if era <= LAST_SHIFT else 0.0


def _halvings(assumptions: NetworkAssumptions, first: int, last: int) -> tuple[tuple[date, int], ...]:
    anchor = datetime(assumptions.as_of.year, assumptions.as_of.month, assumptions.as_of.day, tzinfo=UTC)
    heights = range(-(-first // BLOCKS_PER_HALVING) * BLOCKS_PER_HALVING, last, BLOCKS_PER_HALVING)
    return tuple(
        (time_of_height(height, assumptions.block_height, anchor).date(), height) for height in heights if height > 0
    )


def _check(assumptions: NetworkAssumptions, months: Sequence[date]) -> None:
    if not months:
        raise _problem("months", "none", "a path needs at least one month", "give the first day of each month")
    for index, month in enumerate(months):
        if month != month_plus(months[0], index):
            raise _problem(f"months[{index}]", month, "months must be first days, one after the other", "list them so")
    for name in ("difficulty", "btc_usd"):
        level = getattr(assumptions, name)
        if not (isfinite(level) and level > 0.0):
            raise _problem(name, level, "this level must be above zero and finite", "give the level on the as-of date")
    if assumptions.block_height < 0:
        raise _problem("block_height", assumptions.block_height, "a height cannot be negative", "count from 0")
    if not 0.0 <= assumptions.fee_frac < float("inf"):
        raise _problem("fee_frac", assumptions.fee_frac, "a share cannot be negative", "write 0.7 % as 0.007")
    if not 0.0 <= assumptions.halving_exit_frac < 1.0:
        raise _problem("halving_exit_frac", assumptions.halving_exit_frac, "not all may leave", "give 0 up to below 1")


def _problem(key: str, value: object, message: str, fix: str) -> InputError:
    return InputError(Problem(message, fix, key=key, value=str(value)))
