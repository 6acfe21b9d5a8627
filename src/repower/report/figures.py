"""Figures as a reader sees them: three significant digits, money as $1.23M, and a dash where there is nothing."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

from repower.base.clock import Quarter, quarter_of
from repower.base.units import USD_PER_KUSD, USD_PER_MUSD, Frac, Ratio, Usd, Weeks, Years

NOTHING: Final = "–"
MINUS: Final = "\u2212"
THIN: Final = "\u202f"
PERCENT: Final = 100
SHARE_UNITS: Final = frozenset({"frac", "1"})
YEARLY_SHARE_UNITS: Final = frozenset({"frac/year", "1/year"})
_USD_PER_BUSD: Final = USD_PER_MUSD * USD_PER_KUSD


def number(value: float | None, digits: int = 3) -> str:
    """A number with at most `digits` significant digits and thousands separators."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, decimals)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS if rounded < 0 else ''}{text}"


def fixed(value: float | None, decimals: int) -> str:
    """A number with a fixed count of decimals, for columns that a reader adds up."""
    if value is None or not math.isfinite(value):
        return NOTHING
    text = f"{abs(value):,.{decimals}f}"
    return f"{MINUS if value < 0 and float(text.replace(',', '')) else ''}{text}"


def money(usd: Usd | None) -> str:
    """Money in three significant digits: $1.23M, $850,000, −$12.3M."""
    if usd is None or not math.isfinite(usd):
        return NOTHING
    size = abs(usd)
    for scale, letter in ((_USD_PER_BUSD, "B"), (USD_PER_MUSD, "M")):
        # 999,600 reads $1M, not $1,000,000: what counts is the figure after rounding to three digits.
        if float(f"{size:.2e}") >= scale:
            text = number(size / scale) + letter
            break
    else:
        text = number(size)
    return f"{MINUS if usd < 0 and text != '0' else ''}${text}"


def dollars(usd: Usd | None) -> str:
    """Money to the dollar: $1,234,567."""
    if usd is None or not math.isfinite(usd):
        return NOTHING
    return f"{MINUS if round(usd) < 0 else ''}${abs(usd):,.0f}"


def millions(usd: Usd | None) -> str:
    """Millions of dollars for a table column, two decimals, no sign of currency (the header has it)."""
    return fixed(None if usd is None else usd / USD_PER_MUSD, 2)


def per_cent(part_frac: Frac | None) -> str:
    """A share in per cent to one decimal, for a column whose header has the sign."""
    return fixed(None if part_frac is None else part_frac * PERCENT, 1)


def share(part_frac: Frac | None) -> str:
    """A share as per cent."""
    text = number(None if part_frac is None else part_frac * PERCENT)
    return text if text == NOTHING else f"{text}{THIN}%"


def times(value_ratio: Ratio | None) -> str:
    """A ratio such as a DSCR: 1.40x, always two decimals, because covenants are written so."""
    text = fixed(value_ratio, 2)
    return text if text == NOTHING else f"{text}x"


def level(value: float | None, unit: str) -> str:
    """A level of an assumption with its unit: $105/kW-month, 12 %, 26 weeks."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit in SHARE_UNITS or unit == "%":
        return share(value if unit != "%" else value / PERCENT)
    if unit in YEARLY_SHARE_UNITS:
        return f"{share(value)} a year"
    if unit == "$":
        return money(value)
    if unit == "$/kWh":
        return f"{MINUS if round(value, 3) < 0 else ''}${abs(value):.3f}/kWh"
    if unit.startswith("$/"):
        size = abs(value)
        # Prices below ten dollars are quoted to the cent.
        return f"{MINUS if value < 0 else ''}${fixed(size, 2) if 0.1 <= size < 10 else number(size)}{unit[1:]}"
    if unit == "x":
        return times(value)
    if unit.endswith(" late") and value < 0:
        return f"{number(-value)}{THIN}{unit.removesuffix('late')}early"
    return f"{number(value)}{THIN}{unit}" if unit else number(value)


def bare(value: float | None, unit: str) -> str:
    """A level without its unit, for a column beside `unit_words`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if unit in SHARE_UNITS | YEARLY_SHARE_UNITS:
        return share(value)
    if unit in {"$", "x", "%"}:
        return level(value, unit)
    if unit.startswith("$/") and 0.1 <= abs(value) < 10:
        return fixed(value, 2)
    return number(value)


def unit_words(unit: str) -> str:
    """What is left to say of a unit beside `bare` levels."""
    if unit in YEARLY_SHARE_UNITS:
        return "a year"
    return "" if unit in SHARE_UNITS | {"$", "x", "%"} else unit


def years(span_years: Years | None) -> str:
    """A span of years in words."""
    return NOTHING if span_years is None else f"{number(span_years, 2)} years"


def weeks(span_weeks: Weeks | None) -> str:
    """A span of weeks in words."""
    return NOTHING if span_weeks is None else f"{span_weeks:,.0f} weeks"


def quarter_text(when: Quarter | None) -> str:
    """A quarter as 2027 Q3."""
    return NOTHING if when is None else f"{when.year}{THIN}Q{when.number}"


def quarter_of_day(day: date | None) -> str:
    """The quarter of a date as 2027 Q3."""
    return quarter_text(None if day is None else quarter_of(day))


def month_text(day: date | None) -> str:
    """A month as 2027-09, the same in every language."""
    return NOTHING if day is None else f"{day.year}-{day.month:02d}"
