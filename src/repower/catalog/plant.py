"""What a hall is built of: rows of `cooling`, `capex_parts` and `lead_times`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from repower.base.errors import CatalogError, Problem
from repower.base.units import Celsius, Frac, Kelvin, LitrePerKwh, Ratio, UsdPerMw, Weeks
from repower.catalog.facts import Fact, fact_of
from repower.catalog.row import flag, members, pick, text, value
from repower.catalog.schemas.plant import CAPEX_PROJECTS
from repower.catalog.table import table


@dataclass(frozen=True)
class Cooling:
    """Parameters of one kind of cooling; shares are of the critical IT load unless stated.

    Parameters
    ----------
    kind, title : key of the row, and words for a reader.
    serves : ``asic``, ``ai`` or ``both``.
    rejection : how heat leaves the site: ``fans`` (outside air through the machines), ``evaporative`` (wetted outside
        air), ``dry`` (dry cooler) or ``tower`` (wet cooling tower).
    electrical_loss_frac : UPS, transformers, distribution, lights and auxiliaries.
    liquid_frac : share of the heat that goes into the liquid loop; the rest goes into air.
    supply_c : set point of the liquid loop [°C]; equal to `air_supply_c` where `liquid_frac` is 0.
    approach_k : liquid set point less the outside temperature up to which it is met without a chiller [K]
        (dry-bulb for ``dry``, wet-bulb for ``tower``).
    air_supply_c : set point of the air side [°C]; for ``fans`` the hottest inlet the machines bear, for
        ``evaporative`` the dry-bulb above which air is wetted.
    air_approach_k : the same as `approach_k` for the loop that serves the air side.
    fan_frac : fans of the dry cooler or tower at full flow, as a share of the heat; for ``fans`` and ``evaporative``
        the fans that move air through the hall.
    fan_floor_frac : lowest fan power as a share of full, below which the cube law is not followed.
    pump_frac : pumps of all loops.
    air_handler_frac : fans of air handlers, as a share of the heat that goes into air.
    cdu_frac : pumps of the coolant distribution units, as a share of the heat that goes into liquid.
    carnot_frac : chiller efficiency as a share of Carnot's; 0 where there is no chiller.
    cop_low_ratio, cop_high_ratio : bounds of the chiller's coefficient of performance.
    condenser_lift_k : condensing temperature above outside dry-bulb (``dry``) or above wet-bulb plus approach
        (``tower``) [K].
    evaporator_drop_k : evaporating temperature below the set point [K].
    trim_k : degrees above the free-cooling limit over which the chiller takes over the whole load [K].
    water_l_per_kwh : water used per kWh of heat while water evaporates, blowdown included [L/kWh].
    """

    kind: str
    title: str
    serves: str
    rejection: str
    electrical_loss_frac: Frac
    liquid_frac: Frac
    supply_c: Celsius
    approach_k: Kelvin
    air_supply_c: Celsius
    air_approach_k: Kelvin
    fan_frac: Frac
    fan_floor_frac: Frac
    pump_frac: Frac
    air_handler_frac: Frac
    cdu_frac: Frac
    carnot_frac: Frac
    cop_low_ratio: Ratio
    cop_high_ratio: Ratio
    condenser_lift_k: Kelvin
    evaporator_drop_k: Kelvin
    trim_k: Kelvin
    water_l_per_kwh: LitrePerKwh
    fact: Fact


@dataclass(frozen=True)
class CapexRow:
    """One part of a conversion project.

    Parameters
    ----------
    part : land, interconnect, substation, mv_gear, shell, power_chain, cooling, fibre, fit_out or soft_cost.
    cost_usd_per_mw : cost of the part bought new, per MW of critical IT [$/MW].
    reusable : whether the mining hall's own can survive under this project.
    """

    part: str
    cost_usd_per_mw: UsdPerMw
    reusable: bool
    fact: Fact


@dataclass(frozen=True)
class LeadTime:
    """How long one thing takes from order to ready.

    Parameters
    ----------
    needed_for : parts (as in `capex_parts`) that wait for it where they are bought, or the kinds of work that always
        do: ``new``, ``reuse``, ``refresh``, ``gpu_cloud``, ``all``; empty where the row is evidence only.
    """

    item: str
    low_weeks: Weeks
    high_weeks: Weeks
    needed_for: tuple[str, ...]
    fact: Fact


def cooling(kind: str) -> Cooling:
    """The parameters of one kind of cooling.

    Raises
    ------
    CatalogError : no such kind; the message names the nearest one.
    """
    return pick(_coolings(), kind, "cooling", "kind")


def coolings() -> tuple[Cooling, ...]:
    """Every kind of cooling, in the order of the table."""
    return tuple(_coolings().values())


def capex_parts(project: str) -> tuple[CapexRow, ...]:
    """Cost by part of a conversion that keeps the building (``reuse``) or puts up a new one (``new``).

    Raises
    ------
    CatalogError : `project` is neither.
    """
    if project not in CAPEX_PROJECTS:
        raise CatalogError(
            Problem(
                "no such conversion project",
                f"use {' or '.join(CAPEX_PROJECTS)}",
                file="capex_parts.csv",
                key="project",
                value=project,
            )
        )
    return tuple(
        CapexRow(text(row, "part"), value(row, "cost_usd_per_mw"), flag(row, "reusable"), fact_of(row))
        for row in table("capex_parts").rows
        if row["project"] == project
    )


@lru_cache(maxsize=1)
def lead_times() -> tuple[LeadTime, ...]:
    """Every lead time, in the order of the table."""
    return tuple(
        LeadTime(
            text(row, "item"),
            value(row, "low_weeks"),
            value(row, "high_weeks"),
            members(row, "needed_for"),
            fact_of(row),
        )
        for row in table("lead_times").rows
    )


@lru_cache(maxsize=1)
def _coolings() -> dict[str, Cooling]:
    return {
        text(row, "kind"): Cooling(
            kind=text(row, "kind"),
            title=text(row, "title"),
            serves=text(row, "serves"),
            rejection=text(row, "rejection"),
            electrical_loss_frac=value(row, "electrical_loss_frac"),
            liquid_frac=value(row, "liquid_frac"),
            supply_c=value(row, "supply_c"),
            approach_k=value(row, "approach_k"),
            air_supply_c=value(row, "air_supply_c"),
            air_approach_k=value(row, "air_approach_k"),
            fan_frac=value(row, "fan_frac"),
            fan_floor_frac=value(row, "fan_floor_frac"),
            pump_frac=value(row, "pump_frac"),
            air_handler_frac=value(row, "air_handler_frac"),
            cdu_frac=value(row, "cdu_frac"),
            carnot_frac=value(row, "carnot_frac"),
            cop_low_ratio=value(row, "cop_low_ratio"),
            cop_high_ratio=value(row, "cop_high_ratio"),
            condenser_lift_k=value(row, "condenser_lift_k"),
            evaporator_drop_k=value(row, "evaporator_drop_k"),
            trim_k=value(row, "trim_k"),
            water_l_per_kwh=value(row, "water_l_per_kwh"),
            fact=fact_of(row),
        )
        for row in table("cooling").rows
    }
