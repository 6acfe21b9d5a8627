"""Where power comes from and what a MWh of it costs before the hour: the margins that dispatch decides on."""

from __future__ import annotations

from repower.base.units import Array
from repower.contracts.book import Book
from repower.contracts.index import energy_price_usd_per_mwh
from repower.contracts.periods import periods
from repower.contracts.plants import gas_block, hydro_block
from repower.contracts.prices import Prices, check_prices
from repower.contracts.schedule import SupplyBlock
from repower.contracts.take_or_pay import take_or_pay_blocks
from repower.contracts.tariff import coincident_adder_usd_per_mwh
from repower.site.supply import OnsiteGas, OnsiteHydro, TakeOrPay


def import_cost_usd_per_mwh(book: Book, prices: Prices) -> Array:
    """Marginal cost of an imported MWh: index with losses, adder, delivery, and its part in the coincident peak.

    PPA blocks are settled in cash and monthly peaks are no cost of one MWh, so neither is in it.

    Returns
    -------
    shape (T,).

    Raises
    ------
    InputError : series that do not fit the grid, or a site that may import without an index supply.
    """
    check_prices(prices)
    return energy_price_usd_per_mwh(book, prices) + coincident_adder_usd_per_mwh(book, prices)


def supply_blocks(book: Book, prices: Prices) -> tuple[SupplyBlock, ...]:
    """Supply at the site bus beside the import: take-or-pay blocks, gas and hydro, in the book's order."""
    when = periods(prices.grid)
    blocks: list[SupplyBlock] = []
    for supply in book.supply:
        if isinstance(supply, TakeOrPay):
            blocks += take_or_pay_blocks(supply, when)
        elif isinstance(supply, OnsiteGas):
            blocks.append(gas_block(supply, book, when))
        elif isinstance(supply, OnsiteHydro):
            blocks.append(hydro_block(supply, when))
    return tuple(blocks)
