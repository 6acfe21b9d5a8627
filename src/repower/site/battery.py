"""A battery at the site bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from repower.base.units import Frac, Mw, Mwh
from repower.site.bounds import AboveZero, AtLeastZero, AtMostOne, Name


@dataclass(frozen=True)
class Battery:
    """Powers on the grid side, energy inside, one-way efficiencies.

    Parameters
    ----------
    name : as printed on the report.
    charge_mw, discharge_mw : largest powers on the grid side [MW].
    energy_mwh : energy that can be stored [MWh].
    charge_efficiency_frac, discharge_efficiency_frac : one way each.
    """

    name: Name
    charge_mw: Annotated[Mw, AtLeastZero]
    discharge_mw: Annotated[Mw, AtLeastZero]
    energy_mwh: Annotated[Mwh, AboveZero]
    charge_efficiency_frac: Annotated[Frac, AboveZero, AtMostOne] = 0.93
    discharge_efficiency_frac: Annotated[Frac, AboveZero, AtMostOne] = 0.93
