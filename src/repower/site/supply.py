"""Where a megawatt-hour comes from: the index, fixed blocks, and plants on the site.

Amounts are nominal dollars; a price that has no escalator stays flat. The order of use is decided hour by hour in
`repower.dispatch`; what is owed for it in `repower.contracts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from annotated_types import Len

from repower.base.units import Frac, FracPerYear, MmbtuPerMwh, Mw, UsdPerMmbtu, UsdPerMwh, UsdPerMwYear
from repower.site.bounds import AboveMinusOne, AboveZero, AtLeastZero, AtMostOne, Name


@dataclass(frozen=True)
class IndexSupply:
    """Energy at the market index of a node, hour by hour, plus a retail adder.

    Parameters
    ----------
    name : as printed on the report.
    node : settlement point whose price is paid, such as LZ_WEST (loads settle at the load zone, not at the hub).
    adder_usd_per_mwh : supplier's margin and pass-through on every metered MWh.
    """

    kind: Literal["index"]
    name: Name
    node: Name
    adder_usd_per_mwh: UsdPerMwh = 0.0


@dataclass(frozen=True)
class PpaBlock:
    """A fixed volume at a fixed price; the difference to the index is settled in cash, used or not.

    Parameters
    ----------
    name : as printed on the report.
    volume_mw : the same in every hour [MW].
    price_usd_per_mwh : fixed price at the start.
    start, end : first day, and the day after the last.
    escalator_frac_per_year : yearly rise of the price.
    """

    kind: Literal["ppa_block"]
    name: Name
    volume_mw: Annotated[Mw, AboveZero]
    price_usd_per_mwh: UsdPerMwh
    start: date
    end: date
    escalator_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0


@dataclass(frozen=True)
class TakeOrPay:
    """A physical block at a fixed price, of which a share is paid for in every hour even when it is not taken.

    It is delivered at the site bus, as by a plant behind the same meter: it takes no room under the import limit and
    bears no wires charges. Energy bought over the grid at a fixed price is a `PpaBlock` beside the index.

    Parameters
    ----------
    name : as printed on the report.
    volume_mw : most that may be taken in an hour [MW].
    price_usd_per_mwh : fixed price at the start.
    start, end : first day, and the day after the last.
    minimum_take_frac : share of the volume that is paid for in every hour.
    escalator_frac_per_year : yearly rise of the price.
    """

    kind: Literal["take_or_pay"]
    name: Name
    volume_mw: Annotated[Mw, AboveZero]
    price_usd_per_mwh: Annotated[UsdPerMwh, AtLeastZero]
    start: date
    end: date
    minimum_take_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    escalator_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0


@dataclass(frozen=True)
class OnsiteGas:
    """Gas engines or turbines on the site; they run when they are cheaper than the index.

    Parameters
    ----------
    name : as printed on the report.
    capacity_mw : net electrical output at the site bus [MW].
    heat_rate_mmbtu_per_mwh : fuel burnt per MWh of net output, higher heating value.
    fuel_usd_per_mmbtu : delivered price of the fuel; negative where taking it is paid for.
    fuel_escalator_frac_per_year : yearly rise of the fuel price.
    variable_om_usd_per_mwh : upkeep per MWh generated.
    availability_frac : share of the capacity that is there on average (forced and planned outages).
    fixed_om_usd_per_mw_year : paid whether it runs or not.
    """

    kind: Literal["onsite_gas"]
    name: Name
    capacity_mw: Annotated[Mw, AboveZero]
    heat_rate_mmbtu_per_mwh: Annotated[MmbtuPerMwh, AboveZero]
    fuel_usd_per_mmbtu: UsdPerMmbtu
    variable_om_usd_per_mwh: Annotated[UsdPerMwh, AtLeastZero] = 0.0
    fixed_om_usd_per_mw_year: Annotated[UsdPerMwYear, AtLeastZero] = 0.0
    availability_frac: Annotated[Frac, AboveZero, AtMostOne] = 1.0
    fuel_escalator_frac_per_year: Annotated[FracPerYear, AboveMinusOne] = 0.0


@dataclass(frozen=True)
class OnsiteHydro:
    """Run-of-river plant on the site.

    Parameters
    ----------
    name : as printed on the report.
    capacity_mw : net electrical output at the site bus [MW].
    energy_cost_usd_per_mwh : paid on every MWh generated.
    monthly_availability_frac : share of the capacity that the river gives on average, January first, twelve numbers.
    """

    kind: Literal["onsite_hydro"]
    name: Name
    capacity_mw: Annotated[Mw, AboveZero]
    energy_cost_usd_per_mwh: Annotated[UsdPerMwh, AtLeastZero]
    monthly_availability_frac: Annotated[tuple[Annotated[Frac, AtLeastZero, AtMostOne], ...], Len(12, 12)]


Supply = IndexSupply | PpaBlock | TakeOrPay | OnsiteGas | OnsiteHydro
