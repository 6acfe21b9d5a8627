"""Before the hour: what a MWh at the meter is worth to each load block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from repower.base.units import Array
from repower.contracts.book import Book
from repower.contracts.hosting import hosting_value_usd_per_mwh
from repower.contracts.lease import lease_value_usd_per_mwh
from repower.contracts.pool import mining_value_usd_per_mwh
from repower.contracts.prices import Prices, check_prices
from repower.contracts.rental import rental_value_usd_per_mwh
from repower.contracts.schedule import check_blocks
from repower.facility.blocks import LoadBlock

_VALUES: Final[dict[str, Callable[[LoadBlock, Book, Prices], Array]]] = {
    "mining": mining_value_usd_per_mwh,
    "colocation": lease_value_usd_per_mwh,
    "gpu_cloud": rental_value_usd_per_mwh,
    "hosting": hosting_value_usd_per_mwh,
}


def offers(blocks: Sequence[LoadBlock], book: Book, prices: Prices) -> Array:
    """What each block earns for one more metered MWh [$/MWh], before the cost of power.

    Mining, hosting and GPU blocks (term and spot) offer exactly what `settle` will pay them for that MWh, so that offer
    less marginal cost of supply is the change of the bill. A lease does not earn by the MWh: it offers the assumed
    cost of an interruption (see `repower.contracts.lease`), and its block is firm.

    With on-site supply beside a tenant who pays for power, one more MWh of another load also moves the average cost of
    the interval that the tenant is billed. That second-order effect is settled and is not in the offers.

    Parameters
    ----------
    blocks : K load blocks on the grid of the prices.

    Returns
    -------
    shape (K, T).

    Raises
    ------
    InputError : a block whose contract or hall terms the book does not hold, or whose arrays do not fit the grid.
    """
    check_prices(prices)
    check_blocks(blocks, prices.grid)
    values = np.zeros((len(blocks), prices.grid.count))
    for row, block in enumerate(blocks):
        values[row] = _VALUES[block.use](block, book, prices)
    return values
