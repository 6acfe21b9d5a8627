"""Units: one alias per unit, and the law that ties a name's suffix to its alias.

Every public number is named ``<noun>_<unit>`` and annotated with the alias of that unit; arrays carry the unit in
the name alone. ``tests/test_unit_names.py`` fails where a name and its type disagree. Conversion factors live here and
nowhere else, so that no formula contains a bare 8760 or 1e6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Unit:
    """A unit of measure: the symbol people read and the suffix that names carry."""

    symbol: str
    suffix: str


Array = npt.NDArray[np.float64]
"""A float64 array; its name carries the unit and its docstring the shape."""

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

Mw = Annotated[float, Unit("MW", "_mw")]
Mwh = Annotated[float, Unit("MWh", "_mwh")]
Kw = Annotated[float, Unit("kW", "_kw")]
W = Annotated[float, Unit("W", "_w")]
Usd = Annotated[float, Unit("$", "_usd")]
UsdPerMwh = Annotated[float, Unit("$/MWh", "_usd_per_mwh")]
UsdPerKwh = Annotated[float, Unit("$/kWh", "_usd_per_kwh")]
UsdPerMw = Annotated[float, Unit("$/MW", "_usd_per_mw")]
UsdPerMwYear = Annotated[float, Unit("$/MW-year", "_usd_per_mw_year")]
UsdPerKwMonth = Annotated[float, Unit("$/kW-month", "_usd_per_kw_month")]
UsdPerKwYear = Annotated[float, Unit("$/kW-year", "_usd_per_kw_year")]
UsdPerPhDay = Annotated[float, Unit("$/PH/day", "_usd_per_ph_day")]
UsdPerThs = Annotated[float, Unit("$/(TH/s)", "_usd_per_ths")]
UsdPerBtc = Annotated[float, Unit("$/BTC", "_usd_per_btc")]
UsdPerGpuH = Annotated[float, Unit("$/GPU-h", "_usd_per_gpu_h")]
UsdPerGpu = Annotated[float, Unit("$/GPU", "_usd_per_gpu")]
UsdPerYear = Annotated[float, Unit("$/year", "_usd_per_year")]
UsdPerMmbtu = Annotated[float, Unit("$/MMBtu", "_usd_per_mmbtu")]
Btc = Annotated[float, Unit("BTC", "_btc")]
BtcPerPhDay = Annotated[float, Unit("BTC/PH/day", "_btc_per_ph_day")]
JPerTh = Annotated[float, Unit("J/TH", "_j_per_th")]
Ths = Annotated[float, Unit("TH/s", "_ths")]
Phs = Annotated[float, Unit("PH/s", "_phs")]
Ehs = Annotated[float, Unit("EH/s", "_ehs")]
Frac = Annotated[float, Unit("1", "_frac")]
FracPerYear = Annotated[float, Unit("1/year", "_frac_per_year")]
Seconds = Annotated[float, Unit("s", "_s")]
Hours = Annotated[float, Unit("h", "_h")]
Weeks = Annotated[float, Unit("weeks", "_weeks")]
Years = Annotated[float, Unit("years", "_years")]
Celsius = Annotated[float, Unit("°C", "_c")]
Kelvin = Annotated[float, Unit("K", "_k")]
LitrePerKwh = Annotated[float, Unit("L/kWh", "_l_per_kwh")]
MmbtuPerMwh = Annotated[float, Unit("MMBtu/MWh", "_mmbtu_per_mwh")]
KwPerGpu = Annotated[float, Unit("kW/GPU", "_kw_per_gpu")]
GpuHPerMwh = Annotated[float, Unit("GPU-h/MWh", "_gpu_h_per_mwh")]
PhDayPerMwh = Annotated[float, Unit("PH·day/MWh", "_ph_day_per_mwh")]
Ratio = Annotated[float, Unit("x", "_ratio")]

ALIASES: Final = {
    alias.__metadata__[0].suffix: alias
    for alias in list(globals().values())
    if hasattr(alias, "__metadata__") and isinstance(alias.__metadata__[0], Unit)
}
"""Suffix -> alias, in order of definition."""

SUFFIXES: Final = tuple(sorted(ALIASES, key=len, reverse=True))

HOURS_PER_DAY: Final = 24
HOURS_PER_YEAR: Final = 8760
DAYS_PER_YEAR: Final = 365
MONTHS_PER_YEAR: Final = 12
QUARTERS_PER_YEAR: Final = 4
MONTHS_PER_QUARTER: Final = 3
WEEKS_PER_YEAR: Final = 52
SECONDS_PER_HOUR: Final = 3600
SECONDS_PER_DAY: Final = 86400
KW_PER_MW: Final = 1_000.0
KWH_PER_MWH: Final = 1_000.0
W_PER_KW: Final = 1_000.0
W_PER_MW: Final = 1_000_000.0
TH_PER_PH: Final = 1_000.0
PH_PER_EH: Final = 1_000.0
HASHES_PER_PH: Final = 1_000_000_000_000_000
SAT_PER_BTC: Final = 100_000_000
USD_PER_MUSD: Final = 1_000_000.0
USD_PER_KUSD: Final = 1_000.0
KELVIN_AT_ZERO_C: Final = 273.15


def unit_of(name: str) -> Unit | None:
    """The unit that a name's suffix states, longest suffix first; None where it states none."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) or name == suffix[1:]:
            unit: Unit = ALIASES[suffix].__metadata__[0]
            return unit
    return None
