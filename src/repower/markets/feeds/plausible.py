"""Whether numbers can be in the unit they claim. A doubt is refused with its evidence, never converted.

Limits stand well outside what markets print: over 271 zone-years of hourly and 15-minute prices in North America and
Sweden (2016-2024) the lowest median size of a year was 12 per MWh and of a month 4.6, the highest of a month 303.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from repower.base.errors import Problem, SeriesError
from repower.base.units import HOURS_PER_DAY, Array, Celsius, Hours, UsdPerMwh

PRICE_UNIT: Final = "usd_per_mwh"
RESERVE_UNIT: Final = "usd_per_mw_h"
TEMPERATURE_UNIT: Final = "celsius"

KWH_LIKE_USD_PER_MWH: Final[UsdPerMwh] = 1.0
KWH_LIKE_FRAC: Final = 0.99
LOWEST_MEDIANS: Final = ((300, 8.0), (28, 4.0))
"""(days covered at least, $/MWh): a median below this looks like cents per kWh."""
HIGHEST_USD_PER_MWH: Final[UsdPerMwh] = 50_000.0
"""More than twice the highest cap of any market known to us, Australia's of about 20,000 a MWh."""
HIGHEST_MEDIAN_USD_PER_MWH: Final[UsdPerMwh] = 1_500.0
HIGHEST_MEDIAN_DAYS: Final = 28
HOTTEST_C: Final[Celsius] = 60.0
COLDEST_C: Final[Celsius] = -95.0

_CONVERSIONS: Final = {
    "usdperkwh": "multiply the column by 1000",
    "$/kwh": "multiply the column by 1000",
    "centsperkwh": "multiply the column by 10",
    "centperkwh": "multiply the column by 10",
    "cents/kwh": "multiply the column by 10",
    "c/kwh": "multiply the column by 10",
    "¢/kwh": "multiply the column by 10",
    "centspermwh": "divide the column by 100",
    "eurpermwh": "multiply the column by the $ price of a euro in each interval",
    "cadpermwh": "multiply the column by the US$ price of a Canadian dollar in each interval",
    "fahrenheit": "write (F - 32) / 1.8",
    "kelvin": "subtract 273.15",
}


def check_unit(unit: str, known: Sequence[str], file: str, key: str) -> None:
    """Refuse a unit that is not among those known, and say how to convert.

    Raises
    ------
    SeriesError : `unit` is not one of `known`.
    """
    if unit in known:
        return
    how = _CONVERSIONS.get(unit.lower().replace(" ", "").replace("_", ""))
    say = "say unit = " + " or ".join(f'"{name}"' for name in known)
    fix = f"{how}, then {say}" if how else f"{say} if the numbers are in it"
    message = "units are not converted for you" if unit else "the unit is not stated"
    raise SeriesError(Problem(message, fix, file, key, unit))


def check_prices(price_usd_per_mwh: Array, covered_h: Hours, file: str, key: str) -> None:
    """Refuse prices that look like another unit.

    Parameters
    ----------
    price_usd_per_mwh : finite prices as they claim to be [$/MWh], shape (intervals,).
    covered_h : length of the series; short series are judged less.
    file, key : for the message.

    Raises
    ------
    SeriesError : they look like $/kWh, cents/kWh, or no price at all, or one of them does; the message shows why.
    """
    size = np.abs(price_usd_per_mwh)
    if not size.any():
        raise SeriesError(Problem("every price is zero", "name the column that holds the prices", file, key, "0"))
    small_frac = float((size < KWH_LIKE_USD_PER_MWH).mean())
    if small_frac >= KWH_LIKE_FRAC:
        raise SeriesError(
            Problem(
                f"these look like $/kWh, not $/MWh: {small_frac:.1%} of the values are below 1",
                'multiply the column by 1000 and keep unit = "usd_per_mwh"',
                file,
                key,
                f"median {np.median(size):.4g}",
            )
        )
    days = covered_h / HOURS_PER_DAY
    median = float(np.median(size))
    lowest = next((limit for least, limit in LOWEST_MEDIANS if days >= least), 0.0)
    if median < lowest:
        raise SeriesError(
            Problem(
                f"these look like cents/kWh, not $/MWh: over {days:,.0f} days the median size is below {lowest:g}",
                'multiply the column by 10 and keep unit = "usd_per_mwh"',
                file,
                key,
                f"median {median:.4g}",
            )
        )
    if median > HIGHEST_MEDIAN_USD_PER_MWH and days >= HIGHEST_MEDIAN_DAYS:
        raise SeriesError(
            Problem(
                f"these are no $/MWh: over {days:,.0f} days the median size is above {HIGHEST_MEDIAN_USD_PER_MWH:,.0f}",
                "name the price column; loads are in MW, and cents/MWh are divided by 100",
                file,
                key,
                f"median {median:,.4g}",
            )
        )
    _check_extremes(price_usd_per_mwh, "$/MWh", file, key)


def check_reserve_prices(price_usd_per_mw: Array, file: str, key: str) -> None:
    """Refuse prices of reserves that no market prints; hours without any price are common among them.

    Parameters
    ----------
    price_usd_per_mw : finite prices for a MW carried through an hour, shape (intervals,).
    file, key : for the message.

    Raises
    ------
    SeriesError : all of them are zero, or one is beyond what any market pays.
    """
    if not price_usd_per_mw.any():
        raise SeriesError(Problem("every price is zero", "name the column that holds the prices", file, key, "0"))
    _check_extremes(price_usd_per_mw, "$/MW-h", file, key)


def _check_extremes(price_usd_per_mwh: Array, unit: str, file: str, key: str) -> None:
    """Single values that no market prints are fill values or slips; one of them would be most of a bill."""
    strange = np.abs(price_usd_per_mwh) > HIGHEST_USD_PER_MWH
    if strange.any():
        often = int(strange.sum())
        raise SeriesError(
            Problem(
                f"no market prints such a price: it is beyond {HIGHEST_USD_PER_MWH:,.0f} {unit} ({often:,} values)",
                "take fill values such as 999999 out, and complete the series from its source",
                file,
                key,
                f"{price_usd_per_mwh[int(np.argmax(strange))]:g}",
            )
        )


def check_temperatures(value_c: Array, file: str, key: str) -> None:
    """Refuse temperatures that no weather station has measured.

    Parameters
    ----------
    value_c : finite temperatures as they claim to be [°C], shape (intervals,).
    file, key : for the message.

    Raises
    ------
    SeriesError : a value is above 60 °C or below -95 °C.
    """
    for worst, outside in (
        (float(value_c.max()), value_c.max() > HOTTEST_C),
        (float(value_c.min()), value_c.min() < COLDEST_C),
    ):
        if outside:
            raise SeriesError(
                Problem(
                    "this is no outdoor temperature in °C",
                    "convert: from Fahrenheit (F - 32) / 1.8, from Kelvin K - 273.15; or remove the fill values",
                    file,
                    key,
                    f"{worst:g}",
                )
            )
