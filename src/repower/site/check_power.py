"""Whether supply, interconnection, tariff and batteries fit together."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from typing import Final

from repower.base.errors import Problem
from repower.base.units import MONTHS_PER_YEAR, Mw
from repower.site.document import Document, placed, whole
from repower.site.refusal import shown
from repower.site.supply import IndexSupply, OnsiteGas, OnsiteHydro, PpaBlock, TakeOrPay
from repower.site.tariff import Tariff

COMMON_YEAR: Final = 2027
"""A year without a leap day: what fits its months fits those of every year."""


def onsite_mw(document: Document) -> Mw:
    """Power that reaches the site bus beside the meter [MW]: plants and take-or-pay blocks; NaN where one is unread."""
    supplies = [supply for _, supply in placed(document.supply, "supply")]
    plants = sum(one.capacity_mw for one in supplies if isinstance(one, OnsiteGas | OnsiteHydro))
    blocks = sum(one.volume_mw for one in supplies if isinstance(one, TakeOrPay))
    return plants + blocks if whole(document.supply) else float("nan")


def check_supply(document: Document) -> Iterator[Problem]:
    """A grid site buys at exactly one index; an off-grid site has plants and buys nothing."""
    limit_mw = document.interconnect.import_limit_mw
    indices = [key for key, supply in placed(document.supply, "supply") if isinstance(supply, IndexSupply)]
    for key in indices[1:]:
        yield Problem(
            "a site buys at one index only",
            "keep one [[supply]] of kind index; write fixed volumes as ppa_block or take_or_pay",
            key=f"{key}.kind",
            value="index",
        )
    if limit_mw == 0:
        yield from _off_grid(document)
    elif limit_mw > 0 and not indices and whole(document.supply):
        yield Problem(
            "the site imports from the grid but no supply of kind index says at which price",
            'add [[supply]] with kind = "index" and its node, or set import_limit_mw = 0 for an off-grid site',
            key="supply",
        )
    if document.site is not None and limit_mw > 0 and document.site.market.casefold() == "off-grid":
        yield Problem(
            "the market says off-grid, but the site imports from the grid",
            f"name the power market, or set import_limit_mw = 0 (it is {limit_mw:g} MW)",
            key="site.market",
            value=shown(document.site.market),
        )


def check_blocks(document: Document) -> Iterator[Problem]:
    """Fixed blocks end after they start, and start once the interconnection is energised."""
    energised = document.interconnect.energised if document.interconnect is not None else None
    for key, block in placed(document.supply, "supply"):
        if not isinstance(block, PpaBlock | TakeOrPay) or block.start is None:
            continue
        if block.end is not None and block.end <= block.start:
            fix = f"give an end after {block.start}"
            yield Problem("the block ends before it starts", fix, key=f"{key}.end", value=shown(block.end))
        if energised is not None and block.start < energised:
            yield Problem(
                f"the block starts before the interconnection is energised on {energised}",
                f"start it on {energised} or later, or correct interconnect.energised",
                key=f"{key}.start",
                value=shown(block.start),
            )


def check_tariff(document: Document) -> Iterator[Problem]:
    """A coincident-peak charge names its months, a ratchet how far it looks back, and a peak window runs forward."""
    tariff = document.tariff
    months = tariff.coincident_peak_months
    if tariff.coincident_peak_usd_per_kw_year > 0 and not months:
        yield Problem(
            "there is a coincident-peak charge but no month in which its peak can fall",
            "add coincident_peak_months, such as [6, 7, 8, 9] for ERCOT's 4CP",
            key="tariff.coincident_peak_months",
        )
    for position, month in enumerate(months):
        if month in months[:position]:
            key = f"tariff.coincident_peak_months[{position + 1}]"
            yield Problem("this month is named twice", "name each month once", key=key, value=str(month))
    window = tariff.coincident_peak_window
    if window and window[0] > window[1]:
        yield Problem(
            "the peak window ends before it starts",
            f"write the first and the last local hour of one day, such as [{window[1]}, {window[0]}]",
            key="tariff.coincident_peak_window",
            value=f"[{window[0]}, {window[1]}]",
        )
    yield from _candidates(tariff)
    if tariff.ratchet_frac > 0 and tariff.ratchet_months == 0:
        yield Problem(
            "there is a ratchet but it looks back over no month",
            "add ratchet_months, such as 11, or set ratchet_frac = 0.0",
            key="tariff.ratchet_months",
        )
    if tariff.ratchet_frac > 0 and tariff.demand_charge_usd_per_kw_month == 0:
        yield Problem(
            "there is a ratchet but no demand charge that it could raise",
            "add demand_charge_usd_per_kw_month, or set ratchet_frac = 0.0",
            key="tariff.demand_charge_usd_per_kw_month",
        )


def check_batteries(document: Document) -> Iterator[Problem]:
    """A battery can both charge and discharge."""
    for key, battery in placed(document.battery, "battery"):
        for name in ("charge_mw", "discharge_mw"):
            if getattr(battery, name) == 0:
                fix = f"give {name} above 0, or take the battery away"
                yield Problem("a battery that moves no power one way is of no use", fix, key=f"{key}.{name}", value="0")


def _candidates(tariff: Tariff) -> Iterator[Problem]:
    """An operator cannot watch more hours a month than the peak window has."""
    months, window = tariff.coincident_peak_months, tariff.coincident_peak_window
    days = [monthrange(COMMON_YEAR, month)[1] for month in months if 1 <= month <= MONTHS_PER_YEAR]
    if tariff.coincident_peak_usd_per_kw_year > 0 and days and window and window[0] <= window[1]:
        most = (window[1] - window[0] + 1) * min(days)
        if tariff.coincident_peak_candidates > most:
            yield Problem(
                f"the peak window has {most} hours in the shortest of its months, fewer than are watched",
                f"widen coincident_peak_window, or watch at most {most}",
                key="tariff.coincident_peak_candidates",
                value=str(tariff.coincident_peak_candidates),
            )


def _off_grid(document: Document) -> Iterator[Problem]:
    for key, supply in placed(document.supply, "supply"):
        if isinstance(supply, IndexSupply | PpaBlock):
            yield Problem(
                "an off-grid site (import_limit_mw = 0) cannot buy from the grid",
                "take this supply away, or give import_limit_mw what the interconnection carries",
                key=f"{key}.kind",
                value=supply.kind,
            )
    if whole(document.supply) and onsite_mw(document) == 0:
        yield Problem(
            "the site has neither an interconnection nor a plant",
            "add [[supply]] of kind onsite_gas or onsite_hydro, or give import_limit_mw above 0",
            key="supply",
        )
    if document.interconnect.export_limit_mw > 0:
        yield Problem(
            "an off-grid site (import_limit_mw = 0) cannot export",
            "set export_limit_mw = 0.0, or give import_limit_mw what the interconnection carries",
            key="interconnect.export_limit_mw",
            value=shown(document.interconnect.export_limit_mw),
        )
