"""What cells of a row must fulfil together: rules for the schemas, and those that every table is held to."""

from __future__ import annotations

import re
from typing import Final

from repower.base.units import unit_of
from repower.catalog.column import PURE, Breach, Column, Rule
from repower.catalog.row import Row

PERIODS: Final = {
    "day": r"\d{4}-\d{2}-\d{2}",
    "month": r"\d{4}-\d{2}",
    "quarter": r"\d{4}-Q[1-4]",
    "half": r"\d{4}-H[12]",
    "year": r"\d{4}",
    "fiscal_year": r"FY\d{4}",
}
"""Kind of a period -> how it is written."""

VERIFYING_GRADES: Final = ("A", "A-")
NOTED_STATUSES: Final = ("computed", "conflicting")


def not_above(smaller: str, larger: str) -> Rule:
    """`smaller` is at most `larger` where both are there."""

    def rule(row: Row) -> Breach | None:
        low, high = _number(row, smaller), _number(row, larger)
        if low is None or high is None or low <= high:
            return None
        return Breach(smaller, f"{smaller} {low:.12g} is above {larger} {high:.12g}", "check both against the source")

    return rule


def needs(column: str, other: str, unless: str = "") -> Rule:
    """`other` is filled in where `column` is; a note that says `unless` excuses it."""

    def rule(row: Row) -> Breach | None:
        if row[column] is None or row[other] is not None or (unless and unless in str(row["note"])):
            return None
        way_out = f", or write {unless!r} in the note where the source is silent" if unless else ""
        return Breach(other, f"{column} is given but {other} is empty", f"fill in {other}{way_out}")

    return rule


def both_ends(low: str) -> Rule:
    """A range has both ends; a single figure stands at both."""
    high = low.replace("low", "high")

    def rule(row: Row) -> Breach | None:
        if (row[low] is None) == (row[high] is None):
            return None
        empty = low if row[low] is None else high
        return Breach(empty, "one end of a range is empty", f"fill in {low} and {high}, twice the same for one figure")

    return rule


def one_of(first: str, second: str) -> Rule:
    """Exactly one of two columns is filled in."""

    def rule(row: Row) -> Breach | None:
        if (row[first] is None) != (row[second] is None):
            return None
        how = "neither is given" if row[first] is None else "both are given"
        return Breach(
            first, f"of {first} and {second} {how}", "fill in the one that the source states, leave the other"
        )

    return rule


def above_zero(*columns: str) -> Rule:
    """Numbers that have no meaning at or below zero."""

    def rule(row: Row) -> Breach | None:
        for column in columns:
            found = _number(row, column)
            if found is not None and found <= 0:
                return Breach(column, f"{column} is not above zero", "leave the cell empty where nothing is known")
        return None

    return rule


def metric_states_unit(row: Row) -> Breach | None:
    """The unit beside a value is the one that the name of its metric ends in."""
    stated = unit_of(str(row["metric"]))
    if stated is None or stated.symbol == row["unit"]:
        return None
    return Breach("unit", f"{row['metric']} is in {stated.symbol}", f"write {stated.symbol}, and the value in it")


def share_is_fraction(row: Row) -> Breach | None:
    """A pure number is a share."""
    found = _number(row, "value")
    if row["unit"] != PURE or found is None or -1 <= found <= 1:
        return None
    return Breach("value", "a share lies between -1 and 1", "write a fraction: 0.53 for 53 %")


def power_has_basis(row: Row) -> Breach | None:
    """Megawatts say what they are of, and nothing else does."""
    if (row["unit"] == "MW") == (row["mw_basis"] is not None):
        return None
    if row["mw_basis"] is None:
        return Breach("mw_basis", "megawatts without their basis", "say critical_it, gross, nameplate or not_stated")
    return Breach("mw_basis", "a basis of megawatts beside another unit", "leave the cell empty")


def period_fits_kind(row: Row) -> Breach | None:
    """A period is written as its kind asks."""
    if re.fullmatch(PERIODS[str(row["period_kind"])], str(row["period"]), re.ASCII):
        return None
    return Breach("period", f"this is not a {row['period_kind']}", "write 2025, 2025-H1, 2025-Q3, 2025-03 or FY2025")


def rules_of_all(columns: tuple[Column, ...]) -> tuple[Rule, ...]:
    """Rules that follow from the names of columns: ranges, shares, statuses."""
    names = [column.name for column in columns if column.kind in ("number", "integer")]
    ranges = [(name, name.replace("low", "high")) for name in names if "low" in name]
    rules = [not_above(low, high) for low, high in ranges if high in names]
    rules += [_share(name) for name in names if name.endswith(("_frac", "_frac_per_year"))]
    return (*rules, _status) if any(column.name == "status" for column in columns) else tuple(rules)


def _share(name: str) -> Rule:
    """A share is a fraction from 0 to 1; a margin or a yearly rise may be below zero."""
    lowest = -1.0 if "margin" in name or name.endswith("_per_year") else 0.0

    def rule(row: Row) -> Breach | None:
        found = _number(row, name)
        if found is None or lowest <= found <= 1:
            return None
        return Breach(name, f"a share lies between {lowest:g} and 1", "write a fraction: 0.85 for 85 %")

    return rule


def _status(row: Row) -> Breach | None:
    """Only filings and releases verify; what we computed or what is disputed is explained."""
    status = row["status"]
    if status == "verified" and row["grade"] not in VERIFYING_GRADES:
        fix = f"write reported, or give the filing or release and grade {' or '.join(VERIFYING_GRADES)}"
        return Breach("status", f"a source of grade {row['grade']} verifies nothing", fix)
    if status in NOTED_STATUSES and row["note"] is None:
        return Breach("note", f"a {status} figure without a note", "say from what it was computed, or what disagrees")
    return None


def _number(row: Row, column: str) -> float | None:
    found = row[column]
    return float(found) if isinstance(found, int | float) else None
