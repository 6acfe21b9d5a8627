"""Cooling: hourly power usage effectiveness (PUE) and water by kind of cooling, and the IT power a shell can carry.

All powers are shares of the IT power of the same hour. A hall rejects the heat of its IT and of the fans and pumps
inside, on up to two sides: a liquid loop and air. Each side has a set point and a free-cooling limit, the outside
temperature up to which the set point is met without a compressor: dry-bulb for a dry cooler, wet-bulb for a tower.
Below the limit fans slow down and their power follows the cube of the flow; above it they run at full speed and a trim
chiller takes a growing share of the heat, at a coefficient of performance that is a share of Carnot's over the lift.
Losses are proportional to load: the fixed part of a half-empty hall is not modelled.

Trap: fans inside servers and mining machines count as IT power. Liquid cooling removes the servers' fans, so the same
computing needs less IT power and PUE understates what is gained; a machine's rated J/TH includes its fans.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.errors import CatalogError, InputError, Problem
from repower.base.units import KELVIN_AT_ZERO_C, Array, Celsius, Frac, Kelvin, Mw, Ratio
from repower.catalog import Cooling, constant
from repower.facility.weather import Weather

OUTSIDE_AIR = ("fans", "evaporative")
REJECTIONS = (*OUTSIDE_AIR, "dry", "tower")


@dataclass(frozen=True)
class _Side:
    """Heat that leaves by one medium, its set point, and the approach at full fan speed."""

    heat_frac: Frac
    set_point_c: Celsius
    approach_k: Kelvin


@dataclass(frozen=True)
class _Rejection:
    """Per unit of heat and hour: fan power, compressor power, share of the heat on compressors, share evaporated."""

    fan_frac: Array
    chiller_frac: Array
    chilled_frac: Array
    wet_frac: Array


def pue(cooling: Cooling, weather: Weather) -> Array:
    """Power usage effectiveness of every hour: meter power over IT power.

    Parameters
    ----------
    cooling : a row of the catalog's `cooling` table.
    weather : outside dry-bulb and wet-bulb.

    Returns
    -------
    shape (weather.grid.count,), at least 1 plus the electrical losses; never falls when the dry-bulb (``dry``) or the
    wet-bulb (``tower``) rises.

    Raises
    ------
    CatalogError : a way of heat rejection that is not known here.
    """
    ratio = np.full(weather.grid.count, 1.0 + cooling.electrical_loss_frac + cooling.pump_frac)
    ratio += cooling.liquid_frac * cooling.cdu_frac + (1.0 - cooling.liquid_frac) * cooling.air_handler_frac
    for side in _sides(cooling):
        rejection = _rejection(cooling, side, weather)
        ratio += side.heat_frac * (rejection.fan_frac + rejection.chiller_frac)
    return ratio


def water_l_per_kwh(cooling: Cooling, weather: Weather) -> Array:
    """Water used on site per kWh of IT energy in every hour, blowdown included [L/kWh], shape (weather.grid.count,).

    A tower evaporates the heat of the hall and of its compressors; outside air is wetted only as far as the set point
    asks and the wet-bulb allows.
    """
    water = np.zeros(weather.grid.count)
    for side in _sides(cooling):
        water += side.heat_frac * cooling.water_l_per_kwh * _rejection(cooling, side, weather).wet_frac
    return water


def free_cooling_frac(cooling: Cooling, weather: Weather) -> Array:
    """Share of the heat that leaves without a compressor in every hour [1], shape (weather.grid.count,)."""
    sides = _sides(cooling)
    chilled = sum(side.heat_frac * _rejection(cooling, side, weather).chilled_frac for side in sides)
    return np.asarray(1.0 - chilled / sum(side.heat_frac for side in sides), dtype=np.float64)


def design_pue_ratio(cooling: Cooling, weather: Weather, exceedance_frac: Frac | None = None) -> Ratio:
    """PUE on the design hour: exceeded in at most a given share of the hours.

    Parameters
    ----------
    exceedance_frac : share of the hours that may be worse; the catalog's `design_hour_exceedance_frac` where absent,
        0 for the worst hour of all.

    Raises
    ------
    InputError : the share is not in [0, 1).
    """
    if exceedance_frac is None:
        exceedance_frac = constant("design_hour_exceedance_frac").value
    if not 0.0 <= exceedance_frac < 1.0:
        fix = "give a share of the hours from 0 (the worst hour) up to, not including, 1"
        raise InputError(Problem("no design hour", fix, key="exceedance_frac", value=f"{exceedance_frac:g}"))
    hours = pue(cooling, weather)
    rank = hours.size - 1 - int(exceedance_frac * hours.size)
    return float(np.partition(hours, rank)[rank])


design_pue = design_pue_ratio
"""Short name, as the field says it."""


def sellable_it_mw(shell_mw: Mw, cooling: Cooling, weather: Weather, exceedance_frac: Frac | None = None) -> Mw:
    """Critical IT power [MW] that a shell can sell: what its meter limit carries on the design hour.

    Parameters
    ----------
    shell_mw : largest load at the meter [MW].
    exceedance_frac : as in `design_pue_ratio`.
    """
    return shell_mw / design_pue_ratio(cooling, weather, exceedance_frac)


def _sides(cooling: Cooling) -> tuple[_Side, ...]:
    if cooling.rejection not in REJECTIONS:
        fix = f"use one of: {', '.join(REJECTIONS)}"
        raise CatalogError(Problem("no such heat rejection", fix, "cooling.csv", "rejection", cooling.rejection))
    liquid, air = cooling.liquid_frac, 1.0 - cooling.liquid_frac
    sides = (
        _Side(liquid * (1.0 + cooling.cdu_frac), cooling.supply_c, cooling.approach_k),
        _Side(air * (1.0 + cooling.air_handler_frac), cooling.air_supply_c, cooling.air_approach_k),
    )
    return tuple(side for side in sides if side.heat_frac > 0.0)


def _rejection(cooling: Cooling, side: _Side, weather: Weather) -> _Rejection:
    if cooling.rejection in OUTSIDE_AIR:
        return _outside_air(cooling, side, weather)
    wet = cooling.rejection == "tower"
    sink_c = weather.wetbulb_c if wet else weather.drybulb_c
    limit_c = side.set_point_c - side.approach_k
    flow = side.approach_k / np.maximum(side.set_point_c - sink_c, side.approach_k)
    fan = cooling.fan_frac * np.maximum(flow * flow * flow, cooling.fan_floor_frac)
    chilled = _share(sink_c - limit_c, cooling)
    condensing_c = sink_c + cooling.condenser_lift_k + (side.approach_k if wet else 0.0)
    chiller = _compressor(cooling, side, chilled, condensing_c)
    return _Rejection(fan, chiller, chilled, 1.0 + chiller if wet else np.zeros_like(fan))


def _outside_air(cooling: Cooling, side: _Side, weather: Weather) -> _Rejection:
    """Outside air straight through the hall, wetted where it is too warm, by fans of constant speed.

    Where `trim_k` is 0 the wall has no control: it evaporates at the full rate whenever it is wetted.
    """
    drybulb_c = weather.drybulb_c
    excess_k = np.maximum(drybulb_c - side.set_point_c, 0.0)
    cooled_k = np.zeros_like(excess_k)
    if cooling.rejection == "evaporative":
        reach_k = np.maximum(drybulb_c - weather.wetbulb_c - side.approach_k, 0.0)
        cooled_k = np.minimum(excess_k, reach_k)
    wet = np.clip(cooled_k / cooling.trim_k, 0.0, 1.0) if cooling.trim_k > 0.0 else np.sign(cooled_k)
    chilled = _share(excess_k - cooled_k, cooling)
    chiller = _compressor(cooling, side, chilled, drybulb_c + cooling.condenser_lift_k)
    return _Rejection(np.full_like(excess_k, cooling.fan_frac), chiller, chilled, wet)


def _share(above_limit_k: Array, cooling: Cooling) -> Array:
    """Share of a side's heat that the trim chiller takes, from how far the outside is above the free-cooling limit."""
    if cooling.carnot_frac <= 0.0:
        return np.zeros_like(above_limit_k)
    return np.clip(above_limit_k / cooling.trim_k, 0.0, 1.0)


def _compressor(cooling: Cooling, side: _Side, chilled: Array, condensing_c: Array) -> Array:
    """Compressor power per unit of a side's heat: a share of Carnot's coefficient of performance, within bounds."""
    if cooling.carnot_frac <= 0.0:
        return np.zeros_like(chilled)
    evaporating_c = side.set_point_c - cooling.evaporator_drop_k
    lift_k = np.maximum(condensing_c - evaporating_c, 1.0)
    cop = cooling.carnot_frac * (evaporating_c + KELVIN_AT_ZERO_C) / lift_k
    return np.asarray(chilled / np.clip(cop, cooling.cop_low_ratio, cooling.cop_high_ratio), dtype=np.float64)
