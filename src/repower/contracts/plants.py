"""On-site gas and run-of-river hydro: what a MWh costs at the margin, and what the plants cost in a month.

Fuel moves by its own escalator and O&M by the book's inflation, both in steps every 1 January after the base year; a
hydro plant's energy cost stays as it is.
"""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.units import MONTHS_PER_YEAR, Array
from repower.contracts.book import Book, inflation
from repower.contracts.lines import Head, Position
from repower.contracts.periods import Periods, by_month, days_by_month, periods
from repower.contracts.schedule import Schedule, SupplyBlock
from repower.site.supply import OnsiteGas, OnsiteHydro


def fuel_usd_per_mwh(plant: OnsiteGas, book: Book, when: Periods) -> Array:
    """Fuel cost of a MWh in every month, shape (months,)."""
    years = np.array([month.year for month in when.months]) - book.base_year
    today = plant.fuel_usd_per_mmbtu * plant.heat_rate_mmbtu_per_mwh
    return np.asarray(today * (1.0 + plant.fuel_escalator_frac_per_year) ** years, dtype=np.float64)


def gas_block(plant: OnsiteGas, book: Book, when: Periods) -> SupplyBlock:
    """Gas plant as a supply block: its average availability at fuel plus variable O&M."""
    cost = fuel_usd_per_mwh(plant, book, when) + plant.variable_om_usd_per_mwh * inflation(book, when)
    capacity_mw = np.full(len(when.month_of), plant.capacity_mw * plant.availability_frac)
    return SupplyBlock(plant.name, "onsite_gas", capacity_mw, cost[when.month_of])


def hydro_block(plant: OnsiteHydro, when: Periods) -> SupplyBlock:
    """Hydro plant as a supply block: its availability of the calendar month at a flat energy cost."""
    monthly = plant.capacity_mw * np.array([plant.monthly_availability_frac[month.month - 1] for month in when.months])
    cost = np.full(len(when.month_of), plant.energy_cost_usd_per_mwh)
    return SupplyBlock(plant.name, "onsite_hydro", monthly[when.month_of], cost)


def gas_positions(plant: OnsiteGas, output_mw: Array, schedule: Schedule, book: Book) -> list[Position]:
    """Fuel, variable and fixed O&M of a gas plant by month; `output_mw` has the shape (T,)."""
    when = periods(schedule.grid)
    made_mwh = by_month(when, output_mw) * step_h(schedule.grid)
    factor = inflation(book, when)
    fuel_usd = made_mwh * fuel_usd_per_mwh(plant, book, when)
    variable_usd = made_mwh * plant.variable_om_usd_per_mwh * factor
    mw_months = plant.capacity_mw * days_by_month(when, np.ones(len(when.day_month)))
    fixed_usd = mw_months * plant.fixed_om_usd_per_mw_year / MONTHS_PER_YEAR * factor
    burnt_mmbtu = made_mwh * plant.heat_rate_mmbtu_per_mwh

    def head(other: str, what: str, quantity_unit: str) -> Head:
        return Head(other, plant.name, what, quantity_unit, f"$/{quantity_unit}", income=False)

    found = (
        Position(head("fuel supplier", "fuel", "MMBtu"), burnt_mmbtu, -fuel_usd, "interval"),
        Position(head("plant operator", "variable O&M", "MWh"), made_mwh, -variable_usd, "interval"),
        Position(head("plant operator", "fixed O&M", "MW-month"), mw_months, -fixed_usd, "capacity"),
    )
    return [position for position in found if position.amount_usd.any()]


def hydro_positions(plant: OnsiteHydro, output_mw: Array, schedule: Schedule) -> list[Position]:
    """Energy cost of a hydro plant by month; `output_mw` has the shape (T,)."""
    when = periods(schedule.grid)
    made_mwh = by_month(when, output_mw) * step_h(schedule.grid)
    head = Head("plant operator", plant.name, "hydro energy", "MWh", "$/MWh", income=False)
    return [Position(head, made_mwh, -made_mwh * plant.energy_cost_usd_per_mwh, "interval")]
