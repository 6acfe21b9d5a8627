"""The grid connection: how much may flow, since when, and what is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from repower.base.units import Frac, Mw
from repower.site.bounds import AtLeastZero, AtMostOne


@dataclass(frozen=True)
class Interconnect:
    """One point of delivery.

    Parameters
    ----------
    import_limit_mw : largest import at the meter [MW]; 0 for an off-grid site.
    energised : first day on which that import is allowed.
    export_limit_mw : largest export at the meter [MW].
    losses_frac : delivery losses that the supplier bills on top of metered index energy.
    """

    import_limit_mw: Annotated[Mw, AtLeastZero]
    energised: date
    export_limit_mw: Annotated[Mw, AtLeastZero] = 0.0
    losses_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
