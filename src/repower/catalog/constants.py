"""Single numbers that a plan needs, each with its origin, from the table `constants`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from repower.catalog.facts import Fact, fact_of
from repower.catalog.row import pick, text, value
from repower.catalog.table import table


@dataclass(frozen=True)
class Constant:
    """One number with its unit and meaning.

    Parameters
    ----------
    name : key of the row; ends in the suffix of its unit where it has one.
    value : the number, in `unit`.
    unit : symbol of the unit, ``1`` for a pure number.
    meaning : what it is, in one sentence.
    """

    name: str
    value: float
    unit: str
    meaning: str
    fact: Fact


def constant(name: str) -> Constant:
    """One row of the table `constants`.

    Raises
    ------
    CatalogError : no such constant; the message names the nearest one.
    """
    return pick(_by_name(), name, "constants", "name")


def constants() -> tuple[Constant, ...]:
    """Every constant, in the order of the table."""
    return tuple(_by_name().values())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Constant]:
    return {
        text(row, "name"): Constant(
            name=text(row, "name"),
            value=value(row, "value"),
            unit=text(row, "unit"),
            meaning=text(row, "meaning"),
            fact=fact_of(row),
        )
        for row in table("constants").rows
    }
