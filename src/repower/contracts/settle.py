"""After the hour: who owes whom what, line by line and month by month.

Amounts are the site's: income positive, cost negative. Every energy amount is summed interval by interval; nothing is
averaged first. Settling two spans one after the other, with `next_history` in between, gives what settling both at once
gives. Spans of whole months add up in every line. A span that splits a month adds up in every line but two, which go
by the span's part of the month: a lease's service credit, and a pass-through's share of the charges for capacity and
for the month's peak.
"""

from __future__ import annotations

import numpy as np

from repower.contracts.ancillary import award_positions
from repower.contracts.bill import check_inputs, laid_usd, power_bill
from repower.contracts.book import Book
from repower.contracts.hosting import hosting_positions
from repower.contracts.lease import lease_positions, rent_positions
from repower.contracts.lines import Line, Position, monthly_lines
from repower.contracts.periods import periods
from repower.contracts.pool import mining_positions
from repower.contracts.prices import Prices
from repower.contracts.rental import rental_operating_positions, rental_positions
from repower.contracts.schedule import Schedule, groups
from repower.site.agreements import GpuRental


def settle(schedule: Schedule, book: Book, prices: Prices) -> tuple[Line, ...]:
    """The bill of a schedule: what every contract of the book pays and costs.

    Parameters
    ----------
    schedule : on the grid of the prices, balanced; any span of local time.
    book : the contracts in force, and the peaks of earlier spans.

    Returns
    -------
    lines by contract and month: loads first, then leases and rentals by hall, then the site's power bill and its awards
    of ancillary services.

    Raises
    ------
    InputError : a schedule out of shape or balance, a contract that the book does not hold, more GPUs than are there.
    SeriesError : prices of the wrong length or with NaN.
    """
    check_inputs(schedule, prices)
    bill = power_bill(schedule, book, prices)
    found: list[Position] = []
    for rows in groups(schedule, "mining").values():
        found += mining_positions(rows, schedule, book, prices)
    for rows in groups(schedule, "hosting").values():
        found += hosting_positions(rows, schedule, book, prices)
    for rows in groups(schedule, "gpu_cloud").values():
        found += rental_positions(rows, schedule, book, prices)
    tenants = groups(schedule, "colocation")
    laid = laid_usd(bill, schedule, book, prices) if tenants else np.zeros(0)
    for rows in tenants.values():
        found += lease_positions(rows, schedule, book, bill, laid)
    kinds = {agreement.name: agreement for agreement in book.agreements}
    for terms in book.halls:
        if isinstance(kinds.get(terms.contract), GpuRental):
            found += rental_operating_positions(terms, schedule, book)
        else:
            found += rent_positions(terms, schedule, book)
    found += bill.positions
    found += award_positions(schedule, prices)
    months = periods(schedule.grid).months
    return tuple(
        line
        for position in found
        for line in monthly_lines(position.head, months, position.quantity, position.amount_usd)
    )
