"""Lines of a bill: who pays whom, for what, how much of it, at what price. Site income is positive."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Usd

SITE = "site"
"""Name of the site's owner as a party."""


@dataclass(frozen=True)
class Line:
    """One position of one month.

    Parameters
    ----------
    party, counterparty : who pays whom under the contract while the unit price is positive; one of them is ``site``.
    contract : name of the agreement or supply, ``tariff`` for wires charges.
    what : the position in words.
    month : first of the local billing month.
    hall : where it arises; empty for the site's power bill, which `allocate_energy_cost` shares out.
    use : mining, colocation, gpu_cloud or hosting; ``power`` for the site's power bill.
    quantity, unit_price : their product is the size of the amount; where the price varies within the month it is the
        average, and the amount is the exact sum over the intervals.
    amount_usd : what the site earns; negative where it pays.
    """

    party: str
    counterparty: str
    contract: str
    what: str
    month: date
    hall: str
    use: str
    quantity: float
    quantity_unit: str
    unit_price: float
    unit_price_unit: str
    amount_usd: Usd


@dataclass(frozen=True)
class Head:
    """What the monthly lines of one position share; `income` says whether a positive price is the site's income."""

    other: str
    contract: str
    what: str
    quantity_unit: str
    unit_price_unit: str
    income: bool
    hall: str = ""
    use: str = "power"


Share = Literal["interval", "capacity", "peak", "coincident", "own"]
"""How a position of the power bill is shared out to loads; see `repower.contracts.bill`."""


@dataclass(frozen=True)
class Position:
    """A head with its quantity and amount in every month, shape (months,), and the pool that shares it out."""

    head: Head
    quantity: Array
    amount_usd: Array
    pool: Share = "own"


def monthly_lines(head: Head, months: Sequence[date], quantity: Array, amount_usd: Array) -> list[Line]:
    """One line a month from its quantity and amount, leaving out months without either.

    Parameters
    ----------
    quantity, amount_usd : shape (months,); the unit price follows from them.
    """
    sign = 1.0 if head.income else -1.0
    party, counterparty = (head.other, SITE) if head.income else (SITE, head.other)
    price = np.divide(sign * amount_usd, quantity, out=np.zeros(len(months)), where=quantity != 0.0)
    shared = {
        "party": party,
        "counterparty": counterparty,
        "contract": head.contract,
        "what": head.what,
        "hall": head.hall,
        "use": head.use,
        "quantity_unit": head.quantity_unit,
        "unit_price_unit": head.unit_price_unit,
    }
    return [
        _line({**shared, "month": month, "quantity": how_much, "unit_price": each, "amount_usd": amount})
        for month, how_much, each, amount in zip(
            months, quantity.tolist(), price.tolist(), amount_usd.tolist(), strict=True
        )
        if how_much or amount
    ]


def totals(lines: Iterable[Line], by: Sequence[str] = ("month",)) -> dict[tuple[object, ...], Usd]:
    """Sum of the amounts by the values of some fields, such as ``by=("hall", "use")``.

    Returns
    -------
    a total [$] for every combination that occurs, keyed by the tuple of field values, in order of first appearance.

    Raises
    ------
    InputError : a name that is no field of a line.
    """
    known = [field.name for field in fields(Line)]
    for name in by:
        if name not in known:
            raise InputError(
                Problem("lines have no such field", f"use some of: {', '.join(known)}", key="by", value=name)
            )
    sums: dict[tuple[object, ...], Usd] = {}
    for line in lines:
        key = tuple(getattr(line, name) for name in by)
        sums[key] = sums.get(key, 0.0) + line.amount_usd
    return sums


def _line(values: dict[str, object]) -> Line:
    # A frozen record's constructor sets field by field, four times as slow; a settlement makes hundreds of lines.
    line = object.__new__(Line)
    line.__dict__.update(values)
    return line
