"""Wires charges: what the meter costs beside the energy. Rules are data, so that 4CP to 12CP is a change of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le

from repower.base.units import Frac, Usd, UsdPerKwMonth, UsdPerKwYear, UsdPerMwh
from repower.site.bounds import AtLeastZero, AtMostOne


@dataclass(frozen=True)
class Tariff:
    """Charges of one point of delivery.

    Parameters
    ----------
    delivery_usd_per_mwh : volumetric wires charge on metered import.
    monthly_fixed_usd : customer charge per billing month.
    demand_charge_usd_per_kw_month : on the highest import of the billing month.
    ratchet_frac, ratchet_months : billed demand is at least this share of the highest of the preceding months.
    coincident_peak_usd_per_kw_year : on the average import in the system's peak intervals (ERCOT 4CP).
    coincident_peak_months : calendar months with one peak each, such as [6, 7, 8, 9].
    coincident_peak_window : local hours [first, last] in which that peak can fall.
    coincident_peak_candidates : how many hours a month the operator must watch; each is given the same probability.
    coincident_peak_lag_years : the charge is billed in the calendar year this much later, in twelve parts.
    """

    delivery_usd_per_mwh: UsdPerMwh = 0.0
    monthly_fixed_usd: Annotated[Usd, AtLeastZero] = 0.0
    demand_charge_usd_per_kw_month: Annotated[UsdPerKwMonth, AtLeastZero] = 0.0
    ratchet_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
    ratchet_months: Annotated[int, Ge(0), Le(24)] = 0
    coincident_peak_usd_per_kw_year: Annotated[UsdPerKwYear, AtLeastZero] = 0.0
    coincident_peak_months: tuple[Annotated[int, Ge(1), Le(12)], ...] = ()
    coincident_peak_window: tuple[Annotated[int, Ge(0), Le(23)], Annotated[int, Ge(0), Le(23)]] = (15, 18)
    coincident_peak_candidates: Annotated[int, Ge(1), Le(120)] = 20
    coincident_peak_lag_years: Annotated[int, Ge(0), Le(1)] = 1
