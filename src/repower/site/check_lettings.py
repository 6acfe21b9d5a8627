"""Whether what is let today can be planned with: a hall under a lease is let once, wholly, and within the plan.

What a site file cannot describe yet is refused here, with its line, and not left out of the plan in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from repower import catalog
from repower.base.errors import Problem
from repower.base.units import MONTHS_PER_QUARTER, MONTHS_PER_YEAR
from repower.site.agreements import GpuRental, Hosting, Lease
from repower.site.document import Document, placed
from repower.site.halls import Hall
from repower.site.refusal import shown

Let = tuple[str, Lease]
"""A lease in force with its key."""


def check_lettings(document: Document) -> Iterator[Problem]:
    """Leases and rentals in force are such that the plan can count with them."""
    found = tuple(placed(document.contract, "contract"))
    let = [(key, deal) for key, deal in found if isinstance(deal, Lease) and deal.hall and deal.start is not None]
    for key, lease in let:
        if lease.critical_it_mw is None:
            yield Problem(
                "a lease in force says on how much IT",
                "add critical_it_mw = <number in MW>",
                key=f"{key}.critical_it_mw",
            )
        yield from _outside(document, key, lease)
    for key, deal in found:
        if isinstance(deal, GpuRental) and deal.hall and deal.start is not None:
            yield Problem(
                "a GPU rental that is already in force cannot be planned yet",
                "take hall and start away, and offer it to the hall as an option of kind gpu_cloud",
                key=f"{key}.hall",
                value=shown(deal.hall),
            )
    for place, hall in placed(document.hall, "hall"):
        mine = [(key, lease) for key, lease in let if hall.name and lease.hall == hall.name]
        if mine:
            yield from _hall(document, hall, place, mine)


def _outside(document: Document, key: str, lease: Lease) -> Iterator[Problem]:
    """A lease that has ended before the plan starts, or starts after it ends, is nothing to keep."""
    if document.site is None or document.site.plan_start is None or lease.start is None:
        return
    first = document.site.plan_start.year * MONTHS_PER_YEAR + (document.site.plan_start.number - 1) * MONTHS_PER_QUARTER
    start = lease.start.year * MONTHS_PER_YEAR + lease.start.month - 1
    if start + lease.term_years * MONTHS_PER_YEAR <= first:
        yield Problem(
            f"this lease has ended before the plan starts ({document.site.plan_start})",
            "describe the lease in force by then, or take it away and let options say what becomes of the hall",
            key=f"{key}.term_years",
            value=shown(lease.term_years),
        )
    if start >= first + document.site.horizon_years * MONTHS_PER_YEAR:
        yield Problem(
            f"this lease starts after the plan's {document.site.horizon_years} years",
            "take it away, or raise horizon_years",
            key=f"{key}.start",
            value=shown(lease.start),
        )


def _hall(document: Document, hall: Hall, place: str, let: list[Let]) -> Iterator[Problem]:
    """A hall under a lease holds nothing else: no second agreement, no machines of the owner, no mining cooling."""
    first = let[0][1].name
    for key, lease in let[1:]:
        yield Problem(
            f'hall {hall.name} is let already, under "{first}"',
            "a hall has one lease in force: split the hall in two, or leave out the later lease",
            key=f"{key}.hall",
            value=shown(lease.hall),
        )
    for key, deal in placed(document.contract, "contract"):
        if isinstance(deal, Hosting) and deal.hall == hall.name:
            message = f'hall {hall.name} is let under "{first}" and cannot host too'
            yield Problem(message, "split the hall in two", key=f"{key}.hall", value=shown(deal.hall))
    if hall.fleets:
        yield Problem(
            f'hall {hall.name} is let under "{first}": machines of your own in it cannot be planned beside the tenant',
            "take the fleet away, split the hall in two, or make the lease an offer to an option of the hall",
            key=f"{place}.fleet[1]",
        )
    if any(option.kind != "keep" for _, option in placed(hall.options, f"{place}.option")):
        yield Problem(
            f'hall {hall.name} is let under "{first}": what becomes of it after the lease cannot be planned yet',
            "take its options away",
            key=f"{place}.option[1]",
        )
    if any(row.kind == hall.cooling and row.serves == "asic" for row in catalog.coolings()):
        kinds = ", ".join(row.kind for row in catalog.coolings() if row.serves != "asic")
        yield Problem(
            f'hall {hall.name} is let under "{first}", but its cooling serves mining machines only',
            f"name the cooling that the tenant has: {kinds}",
            key=f"{place}.cooling",
            value=shown(hall.cooling),
        )
