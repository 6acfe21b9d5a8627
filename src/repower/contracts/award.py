"""Ancillary services beside a schedule: what is carried of each, and at which price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from repower.base.units import Array


@dataclass(frozen=True)
class ServicePrice:
    """Price of one service.

    Parameters
    ----------
    price_usd_per_mw : shape (T,), for a MW carried through an interval, for each hour of it.
    """

    name: str
    price_usd_per_mw: Array


@dataclass(frozen=True)
class Award:
    """What is carried of one service.

    Parameters
    ----------
    provider : the battery, or the loads together.
    award_mw : shape (T,).
    """

    service: str
    provider: Literal["battery", "loads"]
    award_mw: Array
