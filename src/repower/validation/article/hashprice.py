"""Hashprice on dated points: difficulty from the chain, coin prices from what listed miners earned on their coins.

No index of a third party is shipped. The price of a point is the revenue of a miner's coins over the coins of that
month or quarter, as its release has them, or a dated price of the catalog; difficulty is the catalog's, by epoch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from repower.base.clock import month_plus, quarter, quarter_start
from repower.base.units import MONTHS_PER_QUARTER, SAT_PER_BTC, Array, Btc, Usd, UsdPerPhDay
from repower.catalog import constant, miner_facts, miner_months, table
from repower.catalog.facts import fact_of
from repower.catalog.row import text, value
from repower.markets.bitcoin import hashprice_usd_per_ph_day, subsidy_sat
from repower.validation.article.figures import row, source_of
from repower.validation.result import Source

REPORTS: Final = (
    ("Argo", "2021-08", "revenue_usd"),
    ("Argo", "2021-09", "revenue_usd"),
    ("Argo", "2021-10", "revenue_usd"),
    ("Argo", "2022-01", "revenue_usd"),
    ("Argo", "2022-02", "revenue_usd"),
    ("Argo", "2022-03", "revenue_usd"),
    ("Bitfarms", "2022-Q2", "revenue_usd"),
    ("Argo", "2022-12", "revenue_usd"),
    ("MARA", "2023-Q1", "revenue_usd"),
    ("HIVE", "2023-Q2", "revenue_usd"),
    ("HIVE", "2023-Q3", "revenue_usd"),
    ("HIVE", "2023-Q4", "mining_revenue_usd"),
    ("Cango", "2025-Q2", "mining_revenue_usd"),
    ("Riot", "2025-Q3", "mining_revenue_usd"),
    ("Cango", "2026-Q1", "mining_revenue_usd"),
)
"""Company, period and revenue of its rows in `miners`: those whose revenue is of coins, or almost."""

SPLIT_MONTHS: Final = ("2024-04",)
"""Months of `miner_months` in which the subsidy halved."""

SINGLE_DAYS: Final = ("2026-09-29",)
"""Rows of `btc_price_points` that close the series."""

BASIS: Final = (
    "before pool fee; fees at the catalog's share of the reward in 2025-08 to 2026-02, less than in 2021 and 2023"
)


@dataclass(frozen=True)
class HashpricePoint:
    """Hashprice of a month, a quarter or a day.

    Parameters
    ----------
    key : company and period of the price, or its day.
    first, until : first day, and the day after the last.
    btc_usd : revenue over coins, or the price of the day [$].
    hashprice_usd_per_ph_day : mean over the period [$/PH/day].
    source : of the price.
    """

    key: str
    first: date
    until: date
    btc_usd: Usd
    hashprice_usd_per_ph_day: UsdPerPhDay
    source: Source

    @property
    def when(self) -> str:
        """Middle of the period, as a date in ISO form."""
        return (self.first + (self.until - self.first) / 2).isoformat()


@lru_cache(maxsize=1)
def hashprice_points() -> tuple[HashpricePoint, ...]:
    """Every point, by date. The last pairs a later price with the last difficulty of the catalog."""
    return tuple(sorted(_points(), key=lambda each: (each.when, each.key)))


def hashprice_point(key: str) -> HashpricePoint:
    """The point of a company and period, such as ``Argo 2021-10``."""
    return {each.key: each for each in hashprice_points()}[key]


def period(name: str) -> tuple[date, date]:
    """First day of a month (``2021-10``), a quarter (``2025-Q2``) or a year, and the day after its last."""
    if "Q" in name:
        first = quarter_start(quarter(name.replace("-", "")))
        return first, month_plus(first, MONTHS_PER_QUARTER)
    if "-" not in name:
        return date(int(name), 1, 1), date(int(name) + 1, 1, 1)
    first = date.fromisoformat(f"{name}-01")
    return first, month_plus(first, 1)


def middle(name: str) -> str:
    """Middle day of a period, in ISO form."""
    first, until = period(name)
    return (first + (until - first) / 2).isoformat()


def _points() -> Iterator[HashpricePoint]:
    for company, name, metric in REPORTS:
        (revenue,) = miner_facts(company, metric, name)
        (coins,) = miner_facts(company, "mined_btc", name)
        yield _point(f"{company} {name}", period(name), revenue.value / coins.value, source_of(revenue.fact))
    for month in miner_months():
        if month.month not in SPLIT_MONTHS:
            price = month.mining_revenue_usd / month.mined_btc
            yield _point(f"{month.company} {month.month}", period(month.month), price, source_of(month.fact))
    for day in SINGLE_DAYS:
        found = row("btc_price_points", "date", day)
        first = date.fromisoformat(day)
        price = value(found, "price_usd_per_btc")
        yield _point(day, (first, first + timedelta(days=1)), price, source_of(fact_of(found)))


def _point(key: str, span: tuple[date, date], btc_usd: Usd, source: Source) -> HashpricePoint:
    difficulty, subsidy_btc, weight = _epochs(*span)
    share = constant("fee_frac").value
    hashprice = hashprice_usd_per_ph_day(difficulty, subsidy_btc, subsidy_btc * share / (1.0 - share), btc_usd)
    return HashpricePoint(key, *span, btc_usd, float(weight @ hashprice), source)


def _epochs(first: date, until: date) -> tuple[Array, Array, Array]:
    """Difficulty, subsidy and share of the time of every epoch in a period; the subsidy is that of its first block."""
    starts, difficulty, subsidy_btc = _chain()
    edges = [datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in (first, until)]
    overlap = np.minimum(np.append(starts[1:], np.inf), edges[1]) - np.maximum(starts, edges[0])
    inside = np.flatnonzero(overlap > 0.0)
    return difficulty[inside], subsidy_btc[inside], overlap[inside] / overlap[inside].sum()


@lru_cache(maxsize=1)
def _chain() -> tuple[Array, Array, Array]:
    """Start [s since 1970], difficulty and subsidy [BTC] of every epoch."""
    rows = table("difficulty").rows
    starts: list[float] = []
    subsidies: list[Btc] = []
    for each in rows:
        starts.append(datetime.fromisoformat(text(each, "start_utc").replace("Z", "+00:00")).timestamp())
        subsidies.append(subsidy_sat(int(value(each, "first_height"))) / SAT_PER_BTC)
    return np.array(starts), np.array([value(each, "difficulty") for each in rows]), np.array(subsidies)
