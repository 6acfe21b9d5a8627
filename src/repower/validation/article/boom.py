"""Claim `boom_and_bust`: contracts with hyperscalers instead of boom and bust; what they fix, and what they do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np

from repower.base.units import HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR, Frac, JPerTh, Ratio, UsdPerMwYear, Years
from repower.catalog import constant, table
from repower.catalog.row import value_or_none
from repower.markets.bitcoin import revenue_usd_per_mwh
from repower.validation.article.figures import Point, assumed, computed, plain, stated
from repower.validation.article.hashprice import BASIS, hashprice_points
from repower.validation.article.leases import counted_once, it_mw, rents_usd_per_kw_month
from repower.validation.figures import stated as filled
from repower.validation.result import Claim, Verdict

FLEET_J_PER_TH: Final[JPerTh] = 30.0
"""One fleet through all years, that of 2021: what changes is hashprice alone."""

SPAN_YEARS: Final[Years] = 5.0
LARGE_FRAC: Final[Frac] = 0.25
GPU_PEAK: Final = "on-demand and spot at the peak"
GPU_RENT: Final = "one-year contract"


def boom_and_bust_verdict(mining_swing_ratio: Ratio, rent_swing_ratio: Ratio, largest_tenant_frac: Frac) -> Verdict:
    """Holds where rent swings less than mining and no tenant is large, conditional where one is.

    Parameters
    ----------
    mining_swing_ratio, rent_swing_ratio : highest over lowest revenue per MW-year in the same span of years.
    largest_tenant_frac : share of one tenant in the leased IT.
    """
    if rent_swing_ratio >= mining_swing_ratio:
        return "does_not_hold"
    return "conditional" if largest_tenant_frac > LARGE_FRAC else "holds"


def boom_and_bust() -> Claim:
    """Swing of mining revenue per MW against a fixed rent, terms, tenants, and the rent of GPUs, which is not fixed."""
    means = _yearly_usd_per_mw_year()
    mining_ratio = max(means.values()) / min(means.values())
    years = sorted(means)
    span = f"{hashprice_points()[0].when} to {hashprice_points()[-1].when}"
    falls = {later: means[later] / means[year] for year, later in pairwise(years)}
    worst_year = min(falls, key=lambda year: falls[year])
    rent_ratio = (1.0 + constant("lease_escalator_frac_per_year").value) ** SPAN_YEARS
    rows = counted_once()
    shares = _tenant_shares_frac()
    tenant = max(shares, key=lambda name: shares[name])
    terms = [(filled(each.term_years), filled(each.critical_it_mw)) for each in rows]
    backed_mw = it_mw(each for each in rows if each.guarantor is not None)
    peak, low = _gpu_rent(GPU_PEAK), _gpu_rent(GPU_RENT)
    hashes = "hashprice_usd_per_ph_day, revenue_usd_per_mwh; catalog difficulty, miners, miner_months, btc_price_points"
    leases = "catalog leases, each IT MW once"
    figures = (
        computed(
            "mining_swing_ratio",
            mining_ratio,
            "x",
            f"best over worst year of revenue per MW of one fleet, {span}, {BASIS}",
            ("2026-09", hashes),
        ),
        computed(
            "rent_swing_ratio",
            rent_ratio,
            "x",
            "last over first year of a lease in five years, at the escalator of leases that state one",
            ("2025-12", "catalog constants: lease_escalator_frac_per_year"),
        ),
        computed(
            "worst_year_frac",
            falls[worst_year] - 1.0,
            "1",
            f"largest change of mining revenue per MW over a year, of {worst_year} on the year before; {span}",
            (worst_year, hashes),
        ),
        computed(
            "largest_tenant_frac",
            shares[tenant],
            "1",
            f"share of {tenant} in the leased critical IT of listed miners",
            ("2026-06", leases),
        ),
        computed(
            "backed_frac",
            backed_mw / it_mw(rows),
            "1",
            "leased critical IT that a guarantor backs, at least in part",
            ("2026-06", leases),
        ),
        computed(
            "term_years",
            sum(term * mw for term, mw in terms) / sum(mw for _, mw in terms),
            "years",
            "mean base term, weighted by critical IT",
            ("2026-06", leases),
        ),
        computed(
            "term_shortest_years", min(term for term, _ in terms), "years", "shortest base term", ("2026-06", leases)
        ),
        computed(
            "gpu_rent_swing_ratio",
            peak / low,
            "x",
            "H100 per hour, middle of the peak of 2023 over the lowest one-year contract: a GPU cloud without a term",
            ("2025-10", "catalog gpu_rents"),
        ),
        stated("delivered_frac", "delivered_ai_frac"),
        assumed("fleet_j_per_th", FLEET_J_PER_TH, "J/TH", "one fleet through all years"),
        assumed("large_frac", LARGE_FRAC, "1", "share of one tenant that makes it a condition"),
    )
    verdict = boom_and_bust_verdict(mining_ratio, rent_ratio, shares[tenant])
    series = {
        "revenue_usd_per_mw_year": plain(_revenue_rows()),
        "tenants": plain(
            [{"tenant": name, "share_frac": share} for name, share in sorted(shares.items(), key=lambda pair: -pair[1])]
        ),
    }
    return Claim("boom_and_bust", verdict, figures, series)


def _usd_per_mw_year(hashprice: float) -> UsdPerMwYear:
    return revenue_usd_per_mwh(hashprice, FLEET_J_PER_TH) * HOURS_PER_YEAR


def _yearly_usd_per_mw_year() -> dict[str, UsdPerMwYear]:
    """Mean of each calendar year along straight lines between points; the first and the last year only in part."""
    points = hashprice_points()
    days = np.array([date.fromisoformat(each.when).toordinal() for each in points])
    revenue = np.array([_usd_per_mw_year(each.hashprice_usd_per_ph_day) for each in points])
    every_day = np.arange(days[0], days[-1] + 1)
    daily = np.interp(every_day, days, revenue)
    years = np.array([date.fromordinal(int(day)).year for day in every_day])
    return {str(year): float(daily[years == year].mean()) for year in np.unique(years)}


def _tenant_shares_frac() -> dict[str, Frac]:
    rows = counted_once()
    total = it_mw(rows)
    shares: dict[str, Frac] = {}
    for each in rows:
        name = each.tenant.split(",")[0]
        shares[name] = shares.get(name, 0.0) + filled(each.critical_it_mw) / total
    return shares


def _gpu_rent(what: str) -> float:
    """Middle of a quote for the H100; the lowest where several are."""
    middles = []
    for each in table("gpu_rents").rows:
        low, high = value_or_none(each, "low_usd_per_gpu_h"), value_or_none(each, "high_usd_per_gpu_h")
        if each["gpu"] == "H100" and each["what"] == what and low is not None and high is not None:
            middles.append((low + high) / 2)
    return min(middles)


def _revenue_rows() -> Iterator[Point]:
    for each in hashprice_points():
        revenue = _usd_per_mw_year(each.hashprice_usd_per_ph_day)
        yield {"when": each.when, "role": "miner", "case": f"{FLEET_J_PER_TH:g} J/TH", "usd_per_mw_year": revenue}
    growth = 1.0 + constant("lease_escalator_frac_per_year").value
    rent = median(rents_usd_per_kw_month()) * KW_PER_MW * MONTHS_PER_YEAR
    first = hashprice_points()[0].first.year
    for year in range(round(SPAN_YEARS) + 1):
        grown = rent * growth**year
        yield {"when": f"{first + year}-07-01", "role": "landlord", "case": "median lease", "usd_per_mw_year": grown}
