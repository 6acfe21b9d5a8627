"""What a petahash earned in a past month: difficulty by epoch from the catalog, the subsidy, and stated fees.

Fees by block are not in the catalog for these months. Where a month's share was published, that is used; elsewhere the
mean of its quarter, with the lowest and the highest month of that quarter as what it leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from repower.base.clock import BLOCKS_PER_EPOCH, BLOCKS_PER_HALVING, month_plus, quarter_of
from repower.base.errors import InputError, Problem
from repower.base.units import SAT_PER_BTC, BtcPerPhDay, Frac
from repower.catalog import table
from repower.catalog.row import text, value
from repower.markets.bitcoin import hashvalue_btc_per_ph_day, subsidy_sat


@dataclass(frozen=True)
class Fees:
    """Transaction fees as a share of the block reward in a month.

    Parameters
    ----------
    share_frac : the figure used.
    low_frac, high_frac : what its rounding, or the spread of months around it, leaves open.
    words, source : what was taken, and from where.
    """

    share_frac: Frac
    low_frac: Frac
    high_frac: Frac
    words: str
    source: str


MINERMAG: Final = "TheMinerMag, June 2025, https://backend.theminermag.com/?p=9665"
IN_MARCH: Final = (
    "85 M$ beside 1.93 G$ of subsidy, "
    "https://digimagg.com/bitcoin-mining-revenue-reached-an-all-time-high-of-2-billion-in-march"
)
IN_JUNE: Final = (
    "99.62 of 914.43 M$ from 1 to 29 June, "
    "https://insightsanalytica.com/bitcoin-miners-witness-100-eh-s-leaving-network-amid-declining-prices-and-revenues/"
)
PUBLISHED: Final = {
    date(2024, 3, 1): (0.0422, 0.0003, IN_MARCH),
    date(2024, 5, 1): (0.067, 0.0005, MINERMAG),
    date(2024, 6, 1): (0.109, 0.002, IN_JUNE),
    date(2024, 8, 1): (0.02, 0.005, "median share, https://bitbo.io/news/bitcoin-miners-revenue-august-2024"),
    date(2024, 9, 1): (0.017, 0.0005, "https://tokeninsightly.com/?p=4011"),
    date(2025, 5, 1): (0.013, 0.0005, MINERMAG),
}
"""Month -> share of the reward, what its rounding or days left out may change, and who published it."""

LUXOR: Final = "our mean over the quarter of what Luxor's hashprice index implies"
BY_QUARTER: Final = {
    "2024Q1": (0.068, 0.043, 0.105, LUXOR),
    "2024Q2": (0.122, 0.068, 0.164, LUXOR),
    "2024Q3": (0.022, 0.017, 0.027, LUXOR),
    "2024Q4": (0.035, 0.027, 0.046, LUXOR),
    "2025Q1": (0.0135, 0.012, 0.015, LUXOR),
    "2025Q2": (0.0125, 0.0105, 0.0135, LUXOR),
    "2025Q3": (
        0.0069,
        0.006,
        0.0096,
        f"catalog constants: fee_frac, 2025-08 to 2026-02; the high end is June 2025, {MINERMAG}",
    ),
}
"""Quarter -> share of the reward, that of its lowest and of its highest month, and where it is from."""


def fees_of(month: date) -> Fees:
    """The share of fees stated for a month, or for its quarter.

    Raises
    ------
    InputError : none is stated.
    """
    if month in PUBLISHED:
        share, doubt, source = PUBLISHED[month]
        return Fees(share, share - doubt, share + doubt, "published for the month", source)
    name = str(quarter_of(month))
    if name not in BY_QUARTER:
        fix = f"use a month of {', '.join(BY_QUARTER)}"
        raise InputError(Problem("no share of fees is stated for this month", fix, key="month", value=f"{month:%Y-%m}"))
    share, low, high, source = BY_QUARTER[name]
    words = f"not published for the month; months around it run from {low:.1%} to {high:.1%}"
    return Fees(share, low, high, words, source)


def mean_hashvalue_btc_per_ph_day(month: date, fee_share_frac: Frac) -> BtcPerPhDay:
    """Coins that a petahash a second earned per day, on average over a month of UTC time.

    Parameters
    ----------
    month : its first day.
    fee_share_frac : fees over the reward, the same in every block of the month.

    Raises
    ------
    InputError : the difficulty table does not cover the month.
    """
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    following = month_plus(month, 1)
    until = datetime(following.year, following.month, 1, tzinfo=UTC)
    earned, covered = 0.0, timedelta()
    for start, end, difficulty, height in _spans():
        length = min(end, until) - max(start, first)
        if length > timedelta():
            subsidy_btc = subsidy_sat(height) / SAT_PER_BTC
            fees_btc = subsidy_btc * fee_share_frac / (1.0 - fee_share_frac)
            earned += hashvalue_btc_per_ph_day(difficulty, subsidy_btc, fees_btc) * (length / (until - first))
            covered += length
    if covered != until - first:
        fix = "use a month between the first and the last epoch of `repower catalog difficulty`"
        raise InputError(
            Problem("the difficulty of this month is not in the catalog", fix, key="month", value=f"{month:%Y-%m}")
        )
    return earned


@lru_cache(maxsize=1)
def _spans() -> tuple[tuple[datetime, datetime, float, int], ...]:
    """(start, end, difficulty, height) of every whole epoch; that of a halving is two, blocks spread evenly."""
    rows = table("difficulty").rows
    starts = [datetime.fromisoformat(text(row, "start_utc")) for row in rows]
    found = []
    for row, start, end in zip(rows, starts, starts[1:], strict=False):
        height, difficulty = round(value(row, "first_height")), value(row, "difficulty")
        halving = -(-height // BLOCKS_PER_HALVING) * BLOCKS_PER_HALVING
        if height < halving < height + BLOCKS_PER_EPOCH:
            middle = start + (end - start) * ((halving - height) / BLOCKS_PER_EPOCH)
            found += [(start, middle, difficulty, height), (middle, end, difficulty, halving)]
        else:
            found.append((start, end, difficulty, height))
    return tuple(found)
