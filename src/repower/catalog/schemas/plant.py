"""Tables of cooling, building cost and time."""

from __future__ import annotations

from typing import Final

from repower.catalog.column import PER_ROW, STATUS, Column, date_column, list_column, number_column, schema, text_column
from repower.catalog.rule import both_ends

CAPEX_PARTS: Final = (
    "land",
    "interconnect",
    "substation",
    "mv_gear",
    "shell",
    "power_chain",
    "cooling",
    "fibre",
    "fit_out",
    "soft_cost",
)
"""Parts of a conversion, from the plot to the paperwork."""

CAPEX_PROJECTS: Final = ("reuse", "new")
BENCHMARKS: Final = ("mining", "asic", "reuse", "new", "greenfield", "any", "gpu", "split")
WORKS: Final = ("new", "reuse", "refresh", "gpu_cloud", "all")

SCHEMAS: Final = (
    schema(
        "cooling",
        "Parameters of each kind of cooling for the hourly PUE model",
        ("kind",),
        text_column("kind", "name used in site files"),
        text_column("title", "the kind in words"),
        text_column("serves", "machines it suits", ("asic", "ai", "both")),
        text_column("rejection", "how heat leaves the site", ("dry", "tower", "evaporative", "fans")),
        number_column("electrical_loss_frac", "UPS, transformers, distribution, lights and auxiliaries over IT"),
        number_column("liquid_frac", "share of the heat that goes into liquid"),
        number_column("supply_c", "set point of the liquid loop; that of the air where no heat goes into liquid"),
        number_column("approach_k", "set point less outside temperature at the limit of free cooling, liquid loop"),
        number_column("air_supply_c", "set point of the air; hottest inlet (fans) or start of wetting (evaporative)"),
        number_column("air_approach_k", "as approach_k, for the loop behind the air"),
        number_column("fan_frac", "fans at full flow over heat rejected"),
        number_column("fan_floor_frac", "lowest fan power over full"),
        number_column("pump_frac", "pumps of all loops over IT"),
        number_column("air_handler_frac", "air handler fans over heat that goes into air"),
        number_column("cdu_frac", "coolant distribution units over heat that goes into liquid"),
        number_column("carnot_frac", "chiller efficiency over Carnot's; 0 without a chiller"),
        number_column("cop_low_ratio", "lower bound of the chiller's coefficient of performance"),
        number_column("cop_high_ratio", "upper bound of the chiller's coefficient of performance"),
        number_column("condenser_lift_k", "condensing temperature over dry-bulb, or over wet-bulb plus approach"),
        number_column("evaporator_drop_k", "evaporating temperature below the set point"),
        number_column("trim_k", "span over which the chiller takes the whole load"),
        number_column("water_l_per_kwh", "water per kWh of heat while it evaporates, blowdown included"),
    ),
    schema(
        "capex_parts",
        "Cost by part of a conversion, per MW of critical IT",
        ("project", "part"),
        text_column("project", "keep the building, or put up a new one on the mining site", CAPEX_PROJECTS),
        text_column("part", "what is built or bought", CAPEX_PARTS),
        number_column("cost_usd_per_mw", "cost of the part bought new"),
        Column("reusable", "", "flag", True, "whether the mining hall's own can survive"),
    ),
    schema(
        "capex_benchmarks",
        "Stated and paid building costs per MW, mining and AI",
        ("who", "scope", "source"),
        text_column("who", "project or author"),
        text_column("scope", "what the figure covers"),
        text_column(
            "project", "kind of project", ("mining", "asic", "reuse", "new", "greenfield", "any", "gpu", "split")
        ),
        number_column("it_low_usd_per_mw", "low end, per MW of critical IT", required=False),
        number_column("it_high_usd_per_mw", "high end, per MW of critical IT", required=False),
        number_column("gross_low_usd_per_mw", "low end, per MW of contracted power", required=False),
        number_column("gross_high_usd_per_mw", "high end, per MW of contracted power", required=False),
        STATUS,
        rules=(both_ends("it_low_usd_per_mw"), both_ends("gross_low_usd_per_mw")),
    ),
    schema(
        "lead_times",
        "Weeks from order to ready, and what waits for it",
        ("item",),
        text_column("item", "what is ordered or built"),
        number_column("low_weeks", "low end"),
        number_column("high_weeks", "high end"),
        list_column(
            "needed_for",
            "parts that wait for it where they are bought, or works that always do; empty: evidence only",
            (*CAPEX_PARTS, *WORKS),
        ),
    ),
    schema(
        "schedule_slips",
        "Milestones of public projects: promised, reached, and why late",
        ("project", "milestone", "source"),
        text_column("project", "company and site"),
        text_column("milestone", "what was promised"),
        text_column("promised", "when it was to be reached", required=False),
        date_column("promised_on", "when the promise was made", required=False),
        text_column("reached", "what happened"),
        number_column("low_slip_months", "delay, low end", "months", required=False),
        number_column("high_slip_months", "delay, high end", "months", required=False),
        text_column("cause", "stated or apparent reason", required=False),
        STATUS,
    ),
    schema(
        "time_to_power",
        "How long power, equipment and sites take, by region",
        ("region", "what", "source"),
        text_column("region", "market, state or country"),
        text_column("what", "what is waited for"),
        text_column("kind", "whose wait it is", ("load", "generation", "equipment", "site", "law")),
        number_column("low", "low end", PER_ROW),
        number_column("high", "high end; empty where open", PER_ROW, required=False),
        text_column("unit", "unit of the row", ("weeks", "months", "years", "GW", "MW", "1")),
        STATUS,
    ),
)
