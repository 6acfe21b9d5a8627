"""All claims of the article, in the order in which a reader meets them."""

from __future__ import annotations

from repower.validation.article.boom import boom_and_bust
from repower.validation.article.building import capex, retrofit_time
from repower.validation.article.contract import core_contract
from repower.validation.article.conversion import asic_to_gpu, crusoe
from repower.validation.article.halving import halving_2028
from repower.validation.article.margins import margins
from repower.validation.article.market import market_sizes
from repower.validation.article.prices import gpu_price
from repower.validation.article.revenue import revenue_per_kwh
from repower.validation.result import Claim


def claims() -> tuple[Claim, ...]:
    """Every claim of the article with our figures and the verdict; the same on every call.

    References
    ----------
    CoinDesk, GPU Gold Rush: Why Bitcoin Miners Are Powering AI's Expansion (2025).
    """
    return (
        core_contract(),
        margins(),
        capex(),
        retrofit_time(),
        revenue_per_kwh(),
        gpu_price(),
        halving_2028(),
        market_sizes(),
        asic_to_gpu(),
        crusoe(),
        boom_and_bust(),
    )
