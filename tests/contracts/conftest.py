"""Small sites for the tests of contracts: one index, flat prices, blocks of round numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from repower.base.clock import TimeGrid, local_span
from repower.contracts import Book, Line, PeakHistory, Prices, Schedule, SupplyBlock, supply_blocks, totals
from repower.facility.blocks import LoadBlock
from repower.site.agreements import Pool
from repower.site.interconnect import Interconnect
from repower.site.supply import IndexSupply
from repower.site.tariff import Tariff

ZONE = "America/Chicago"


class Build:
    """Builders with defaults that charge nothing, so that a test states what it is about."""

    index = IndexSupply("index", "index supply", "LZ_WEST")
    pool = Pool("pool", "pool", fee_frac=0.02, reject_frac=0.01, uptime_frac=0.95)

    def span(self, first: date, until: date, zone: str = ZONE, step_s: int = 3600) -> TimeGrid:
        return local_span(first, until, zone, step_s)

    def prices(self, grid: TimeGrid, **series: Any) -> Prices:
        """Flat series of 40 $/MWh, 50 $/PH/day and 2 $/GPU-h unless a number or an array is given."""
        values = {
            "index_usd_per_mwh": 40.0,
            "hashprice_usd_per_ph_day": 50.0,
            "gpu_rent_usd_per_gpu_h": 2.0,
            "coincident_weight": 0.0,
        } | series
        return Prices(grid, **{name: np.ones(grid.count) * value for name, value in values.items()})

    def book(self, *, supply: Sequence[Any] = (), agreements: Sequence[Any] = (), **changes: Any) -> Book:
        """Index supply, one pool, no charges and no inflation; `tariff` is a dict of charges."""
        losses_frac = changes.pop("losses_frac", 0.0)
        limit_mw = changes.pop("import_limit_mw", 1_000.0)
        tariff = Tariff(**changes.pop("tariff", {}))
        return Book(
            Interconnect(limit_mw, date(2000, 1, 1), losses_frac=losses_frac),
            (self.index, *supply) if limit_mw else tuple(supply),
            tariff,
            (self.pool, *agreements),
            changes.pop("inflation_frac_per_year", 0.0),
            changes.pop("base_year", 2025),
            changes.pop("peak_history", PeakHistory()),
            tuple(changes.pop("halls", ())),
            **changes,
        )

    def block(
        self,
        grid: TimeGrid,
        use: str,
        contract: str,
        capacity_mw: Any,
        *,
        hall: str = "A",
        firm: bool = False,
        gpu_h_per_mwh: float = 0.0,
    ) -> LoadBlock:
        """A load block; mining at 20 J/TH, which is 1000 / (24 x 20) = 2.0833 PH-days per MWh."""
        ones = np.ones(grid.count)
        hashing = 1_000 / (24 * 20) if use == "mining" else 0.0
        it_mw = float(np.max(capacity_mw))
        return LoadBlock(
            hall, use, f"{use} {hall}", contract, ones * capacity_mw, it_mw, firm, ones * hashing, ones * gpu_h_per_mwh
        )

    def schedule(
        self,
        grid: TimeGrid,
        blocks: Sequence[LoadBlock],
        block_mw: Sequence[Any] | None = None,
        supply: Sequence[SupplyBlock] = (),
        supply_mw: Sequence[Any] = (),
    ) -> Schedule:
        """Loads as given, at full capacity where not; the meter imports or exports what is left."""
        ones = np.ones(grid.count)
        powers = [block.capacity_mw for block in blocks] if block_mw is None else [ones * mw for mw in block_mw]
        loads = np.array(powers).reshape(len(blocks), grid.count)
        output = np.array([ones * mw for mw in supply_mw]).reshape(len(supply), grid.count)
        net = loads.sum(axis=0) - output.sum(axis=0)
        return Schedule(grid, tuple(blocks), loads, tuple(supply), output, np.maximum(net, 0.0), np.maximum(-net, 0.0))

    def mining(self, grid: TimeGrid, power_mw: Any = 100.0) -> Schedule:
        """One mining hall at a power; its capacity is the highest of it."""
        block = self.block(grid, "mining", "pool", np.max(np.abs(power_mw)))
        return self.schedule(grid, [block], [power_mw])

    def supply(self, book: Book, prices: Prices) -> tuple[SupplyBlock, ...]:
        return supply_blocks(book, prices)

    def amounts(self, lines: Sequence[Line], what: str) -> list[float]:
        """Amounts of one position in order of months."""
        return [line.amount_usd for line in lines if line.what == what]

    def total(self, lines: Sequence[Line], what: str = "") -> float:
        return sum(usd for (named,), usd in totals(lines, by=("what",)).items() if what in ("", named))


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()
