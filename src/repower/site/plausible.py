"""Plausible ranges: values that are numbers but almost surely a slip of unit, scale or percent.

One table, to be read. A value outside its range is refused with what it looks like; a real case outside is a reason to
widen the range here, with its source. Ranges are wide on purpose and are assumptions of ours, not facts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any, Final

from repower.base.errors import Problem
from repower.base.units import KW_PER_MW, USD_PER_KUSD, USD_PER_MUSD, unit_of
from repower.site.document import entries, unit_symbol
from repower.site.refusal import shown

AGAIN: Final = "look up the figure and its unit again"
PERCENT: Final = "looks like percent: write 0.08 for 8 %"
PER_KWH: Final = "looks like $/kWh: write dollars per MWh, 1000 times as much"
PER_GWH: Final = "looks like cents or dollars per GWh: write dollars per MWh"
IN_KW: Final = "looks like kW: divide by 1000"
IN_MILLIONS: Final = "looks like millions: write it out, such as 600e6 for $600M"
IN_CENTS: Final = "looks like cents: divide by 100"
PER_KW: Final = "looks like dollars per kW: write dollars per MW, 1000 times as much"
PER_YEAR: Final = "looks like $/kW-year: divide by 12"
RENT_LOW: Final = "looks like $/kW-day or $/kWh: write dollars per kW of critical IT and month"
DSCR: Final = "a coverage ratio: write 1.4 for 1.40x"


@dataclass(frozen=True)
class Range:
    """What a key may plausibly hold.

    Parameters
    ----------
    key : a key of a site file, or ``*`` and the suffix of a unit for every key that states this unit.
    low, high : smallest and largest plausible value, in the key's unit; compared without sign where `low` is above 0.
    below, above : what a smaller and a larger value looks like, and what to write instead.
    zero : True where 0 is plausible too, as "none of it".
    """

    key: str
    low: float
    high: float
    below: str = AGAIN
    above: str = AGAIN
    zero: bool = True


PLAUSIBLE: Final = (
    Range("discount_frac_per_year", 0.0, 1.0, "a hurdle is above zero: write 0.10 for 10 %", PERCENT),
    Range("*_frac_per_year", -1.0, 1.0, above=PERCENT),
    Range("losses_frac", 0.0, 0.2, above="delivery losses are a few percent: write 0.02 for 2 %"),
    Range("sla_availability_frac", 0.5, 1.0, "write 0.999 for 99.9 %"),
    Range("expected_availability_frac", 0.5, 1.0, "write 0.999 for 99.9 %", zero=False),
    Range("charge_efficiency_frac", 0.5, 1.0, "write 0.93 for 93 %", zero=False),
    Range("discharge_efficiency_frac", 0.5, 1.0, "write 0.93 for 93 %", zero=False),
    Range("*_mw", 0.001, 10 * KW_PER_MW, "look up the figure again, in MW", IN_KW),
    Range("*_mwh", 0.001, 100 * KW_PER_MW, "looks like GWh: multiply by 1000", "looks like kWh: divide by 1000"),
    Range("price_usd_per_mwh", 1.0, 1 * USD_PER_KUSD, PER_KWH, PER_GWH),
    Range("energy_cost_usd_per_mwh", 0.5, 1 * USD_PER_KUSD, PER_KWH, PER_GWH),
    Range("*_usd_per_mwh", 0.01, 1 * USD_PER_KUSD, PER_KWH, PER_GWH),
    Range(
        "heat_rate_mmbtu_per_mwh", 3.5, 30.0, "no engine needs so little: look it up", "looks like Btu/kWh: 8500 is 8.5"
    ),
    Range("*_usd_per_mmbtu", 0.01, 100.0, above="look up the price per MMBtu, about that of a thousand cubic feet"),
    Range("rent_usd_per_kw_month", 10.0, 1 * USD_PER_KUSD, RENT_LOW, PER_YEAR),
    Range("colocation_rent_usd_per_kw_month", 10.0, 1 * USD_PER_KUSD, RENT_LOW, PER_YEAR),
    Range("*_usd_per_kw_month", 0.01, 100.0, above=PER_YEAR),
    Range("*_usd_per_kw_year", 0.1, 1 * USD_PER_KUSD, above="looks like $/MW-year: divide by 1000"),
    Range("*_usd_per_gpu_h", 0.05, 100.0, "looks like thousands of dollars: write $/GPU-hour", IN_CENTS),
    Range("*_usd_per_ths", 0.1, 1 * USD_PER_KUSD, above="looks like the price of a machine: divide by its TH/s"),
    Range("*_usd_per_mw", 10 * USD_PER_KUSD, 200 * USD_PER_MUSD, "looks like $M/MW or $/kW: write 7.1e6 for $7.1M/MW"),
    Range("*_usd_per_mw_year", 100.0, 10 * USD_PER_MUSD, PER_KW),
    Range("*_usd_per_year", 1 * USD_PER_KUSD, USD_PER_MUSD * USD_PER_KUSD, IN_MILLIONS),
    Range("capital_limit_usd", 100 * USD_PER_KUSD, USD_PER_MUSD * USD_PER_MUSD, IN_MILLIONS),
    Range("monthly_fixed_usd", 0.0, 10 * USD_PER_MUSD),
    Range("btc_usd", 1 * USD_PER_KUSD, 100 * USD_PER_MUSD, "looks like thousands: write 83213.0 for $83,213", IN_CENTS),
    Range("difficulty", 1e9, 1e18, "looks like trillions: write 124.93e12 for 124.93 T"),
    Range("*_years", 0.25, 50.0, "write years, 1.0 for twelve months", "looks like months: divide by 12"),
    Range("*_weeks", 1.0, 520.0, "write weeks", "looks like days: divide by 7"),
    Range("debt_dscr_ratio", 1.0, 5.0, DSCR, DSCR),
    Range("gpu_debt_dscr_ratio", 1.0, 5.0, DSCR, DSCR),
    Range("spot_ratio", 0.0, 3.0, above="a share of the term price: write 0.42 for 42 %"),
)
"""First match counts, in this order, so that a key's own range stands before that of its unit."""


def check_plausible(document: object) -> Iterator[Problem]:
    """Every number of a document within its plausible range."""
    yield from _walk(document, "")


def _walk(record: Any, prefix: str) -> Iterator[Problem]:
    kind: type = type(record)
    for entry in entries(kind):
        key, value = prefix + entry.key, getattr(record, entry.name)
        if isinstance(value, tuple):
            for position, item in enumerate(value, start=1):
                if is_dataclass(item) and entry.shape == "tables":
                    yield from _walk(item, f"{key}[{position}].")
        elif entry.shape == "table" and value is not None:
            yield from _walk(value, f"{key}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _range(entry.key, value, key, unit_symbol(entry))


def _range(name: str, value: float, key: str, unit: str) -> Iterator[Problem]:
    stated = unit_of(name)
    names = {name, f"*{stated.suffix}" if stated else ""}
    found = next((item for item in PLAUSIBLE if item.key in names), None)
    if found is None or (value == 0 and found.zero):
        return
    size = abs(value) if found.low > 0 else value
    if found.low <= size <= found.high or math.isnan(size):
        return
    fix = found.below if size < found.low else found.above
    side = f"below {found.low:g}" if size < found.low else f"above {found.high:g}"
    yield Problem(f"this is hardly meant: {side}{f' [{unit}]' if unit else ''}", fix, key=key, value=shown(value))
