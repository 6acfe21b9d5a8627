"""Hashprice on dated points: difficulty from the chain, coin prices from what listed miners earned on their coins.

No index of a third party is shipped. The price of a point is the revenue of a miner's coins over the coins of that
month or quarter, as its release has them, or a dated price of the catalog; difficulty is the catalog's, by epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from repower.base.clock import month_plus
from repower.base.units import SAT_PER_BTC, Array, Btc, Usd, UsdPerPhDay
from repower.catalog import constant, table
from repower.catalog.row import text, value
from repower.markets.bitcoin import hashprice_usd_per_ph_day, subsidy_sat
from repower.validation.article.figures import FACTS, row, said, source_of
from repower.validation.result import Source

REPORTS: Final = (
    ("argo_2021_08", date(2021, 8, 1), 1),
    ("argo_2021_09", date(2021, 9, 1), 1),
    ("argo_2021_10", date(2021, 10, 1), 1),
    ("argo_2022_01", date(2022, 1, 1), 1),
    ("argo_2022_02", date(2022, 2, 1), 1),
    ("argo_2022_03", date(2022, 3, 1), 1),
    ("bitfarms_2022_q2", date(2022, 4, 1), 3),
    ("argo_2022_12", date(2022, 12, 1), 1),
    ("mara_2023_q1", date(2023, 1, 1), 3),
    ("hive_2023_q2", date(2023, 4, 1), 3),
    ("hive_2023_q3", date(2023, 7, 1), 3),
    ("hive_2023_q4", date(2023, 10, 1), 3),
    ("iren_2024_02", date(2024, 2, 1), 1),
    ("iren_2024_05", date(2024, 5, 1), 1),
    ("iren_2024_08", date(2024, 8, 1), 1),
    ("iren_2024_11", date(2024, 11, 1), 1),
    ("iren_2025_02", date(2025, 2, 1), 1),
    ("cango_2025_q2", date(2025, 4, 1), 3),
    ("riot_2025_q3", date(2025, 7, 1), 3),
    ("cango_2026_q1", date(2026, 1, 1), 3),
)
"""Key of the miner's two rows in `article_facts`, first month, months."""

SINGLE_DAYS: Final = ("2026-09-29",)
"""Rows of `btc_price_points` that close the series."""

BASIS: Final = (
    "before pool fee; fees held at the catalog's share of the reward in 2025-08 to 2026-02, below that of 2021 and 2023"
)


@dataclass(frozen=True)
class HashpricePoint:
    """Hashprice of a month, a quarter or a day.

    Parameters
    ----------
    key : of its rows in `article_facts`, or the day of its price.
    first, until : first day, and the day after the last.
    btc_usd : revenue over coins, or the price of the day [$].
    subsidy_btc : new coins of a block on the first day [BTC].
    hashprice_usd_per_ph_day : mean over the period [$/PH/day].
    source : of the price.
    """

    key: str
    first: date
    until: date
    btc_usd: Usd
    subsidy_btc: Btc
    hashprice_usd_per_ph_day: UsdPerPhDay
    source: Source

    @property
    def when(self) -> str:
        """Middle of the period, as a date in ISO form."""
        return (self.first + (self.until - self.first) / 2).isoformat()


@lru_cache(maxsize=1)
def hashprice_points() -> tuple[HashpricePoint, ...]:
    """Every point, by date. The last pairs a later price with the last difficulty of the catalog."""
    points = []
    for key, first, months in REPORTS:
        btc_usd = said(f"mining_revenue_{key}_usd") / said(f"mined_{key}_btc")
        source = source_of(row(FACTS, "fact", f"mining_revenue_{key}_usd"))
        points.append(_point(key, first, month_plus(first, months), btc_usd, source))
    for day in SINGLE_DAYS:
        found = row("btc_price_points", "date", day)
        first = date.fromisoformat(day)
        points.append(
            _point(day, first, first + timedelta(days=1), value(found, "price_usd_per_btc"), source_of(found))
        )
    return tuple(points)


def point(key: str) -> HashpricePoint:
    """The point of that key."""
    return next(each for each in hashprice_points() if each.key == key)


def _point(key: str, first: date, until: date, btc_usd: Usd, source: Source) -> HashpricePoint:
    difficulty, subsidy_btc, weight = _epochs(first, until)
    share = constant("fee_frac").value
    hashprice = hashprice_usd_per_ph_day(difficulty, subsidy_btc, subsidy_btc * share / (1.0 - share), btc_usd)
    return HashpricePoint(key, first, until, btc_usd, float(subsidy_btc[0]), float(weight @ hashprice), source)


def _epochs(first: date, until: date) -> tuple[Array, Array, Array]:
    """Difficulty, subsidy and share of the time of every epoch in a period; the subsidy is that of its first block."""
    rows = table("difficulty").rows
    starts = np.array([_seconds(text(each, "start_utc")) for each in rows])
    ends = np.append(starts[1:], np.inf)
    edges = [_seconds(f"{day.isoformat()}T00:00:00Z") for day in (first, until)]
    overlap = np.minimum(ends, edges[1]) - np.maximum(starts, edges[0])
    inside = np.flatnonzero(overlap > 0.0)
    difficulty = np.array([value(rows[index], "difficulty") for index in inside])
    subsidy_btc = np.array([subsidy_sat(int(value(rows[index], "first_height"))) / SAT_PER_BTC for index in inside])
    return difficulty, subsidy_btc, overlap[inside] / overlap[inside].sum()


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(UTC).timestamp()
