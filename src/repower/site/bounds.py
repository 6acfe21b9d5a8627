"""Bounds that a site file's values keep, written beside each field and enforced at the edge.

The records of this package are plain frozen dataclasses that check nothing themselves; the edge (`reader`, through
pydantic) refuses what breaks a bound when it builds them from a file.
"""

from __future__ import annotations

from typing import Annotated, Final

from annotated_types import Ge, Gt, Le, Lt, MinLen, Predicate

AtLeastZero: Final = Ge(0)
AboveZero: Final = Gt(0)
AboveMinusOne: Final = Gt(-1)
AtMostOne: Final = Le(1)
BelowOne: Final = Lt(1)

FIRST_YEAR: Final = 2009
"""Bitcoin's first block; no plan, outlook or quarter lies before it."""
LAST_YEAR: Final = 2100

MOST_MACHINES: Final = 10_000_000
LONGEST_RAMP_MONTHS: Final = 120


def is_tidy(text: str) -> bool:
    """Whether a text prints on one line without blanks at its ends."""
    return text.isprintable() and text == text.strip()


Name = Annotated[str, MinLen(1), Predicate(is_tidy)]
Word = Annotated[str, Predicate(is_tidy)]
"""A name that may be left empty."""
Count = Annotated[int, Gt(0), Le(MOST_MACHINES)]
Year = Annotated[int, Ge(FIRST_YEAR), Le(LAST_YEAR)]
RampMonths = Annotated[int, Ge(0), Le(LONGEST_RAMP_MONTHS)]
