"""Claims `capex` and `retrofit_time`: what a MW of mine and of AI hall costs, and how long either takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from repower.base.units import MONTHS_PER_YEAR, WEEKS_PER_YEAR, Frac, UsdPerMw, Years
from repower.catalog import Row, constant, table
from repower.catalog.facts import fact_of
from repower.catalog.row import text, value, value_or_none
from repower.plan.conversion import build
from repower.site import Hall, HallOption, Reuse
from repower.validation.article.figures import FACTS, Point, assumed, computed, plain, read, row, said, stated
from repower.validation.result import Claim, Figure, Verdict

ARTICLE: Final = "CoinDesk, GPU Gold Rush"
BUILDING: Final = ("reuse", "new", "greenfield", "any")
"""Kinds of AI building in `capex_benchmarks`; GPUs are not in them."""

HALF: Final[Frac] = 0.5
SAVED_LEAST_YEARS: Final[Years] = 0.5
"""Time saved that counts: half a year."""

CONVERSIONS: Final = ("rockdale", "lake_mariner", "helios", "washington", "core")
GREENFIELD: Final = "abilene"
"""Keys of `months_` rows in `article_facts`."""


def capex_verdict(agreeing_frac: Frac) -> Verdict:
    """Holds where more than half of the other figures for a mine overlap the article's range."""
    return "holds" if agreeing_frac > HALF else "conditional" if agreeing_frac > 0.0 else "does_not_hold"


def capex() -> Claim:
    """Mining per gross MW against AI halls per critical IT MW, both without machines."""
    claimed = row("capex_benchmarks", "who", ARTICLE)
    low, high = value(claimed, "gross_low_usd_per_mw"), value(claimed, "gross_high_usd_per_mw")
    mines = [each for each in table("capex_benchmarks").rows if each["project"] == "mining" and each["who"] != ARTICLE]
    agreeing = [
        each
        for each in mines
        if value(each, "gross_low_usd_per_mw") <= high and value(each, "gross_high_usd_per_mw") >= low
    ]
    halls = [
        each
        for each in table("capex_benchmarks").rows
        if each["project"] in BUILDING and value_or_none(each, "it_low_usd_per_mw") is not None
    ]
    middles = sorted((value(each, "it_low_usd_per_mw") + value(each, "it_high_usd_per_mw")) / 2 for each in halls)
    hall_usd_per_mw = median(middles)
    mine_usd_per_mw = median(
        sorted((value(each, "gross_low_usd_per_mw") + value(each, "gross_high_usd_per_mw")) / 2 for each in mines)
    )
    gross_over_it = sum(constant(f"gross_over_it_{end}_ratio").value for end in ("low", "high")) / 2
    where = "catalog capex_benchmarks"
    figures = (
        computed(
            "agreeing_frac",
            len(agreeing) / len(mines),
            "1",
            "mines built or bought whose cost per gross MW overlaps the article's range, without machines",
            ("2026-03", where),
        ),
        _cell("said_mine_low_usd_per_mw", claimed, "gross_low_usd_per_mw", ("$/MW", "mine without machines, gross MW")),
        _cell(
            "said_mine_high_usd_per_mw", claimed, "gross_high_usd_per_mw", ("$/MW", "mine without machines, gross MW")
        ),
        computed("mine_usd_per_mw", mine_usd_per_mw, "$/MW", "median of the other mines, gross MW", ("2026-03", where)),
        computed(
            "hall_usd_per_mw",
            hall_usd_per_mw,
            "$/MW",
            "median AI building, critical IT MW, without GPUs, financing and land where the source leaves it out",
            ("2026-06", where),
        ),
        computed(
            "hall_low_usd_per_mw", middles[0], "$/MW", "cheapest, critical IT: a building reused", ("2026-01", where)
        ),
        computed("hall_high_usd_per_mw", middles[-1], "$/MW", "dearest, critical IT: a new campus", ("2025-08", where)),
        computed(
            "hall_over_mine_ratio",
            hall_usd_per_mw / gross_over_it / mine_usd_per_mw,
            "x",
            f"AI building over mine, both per gross MW at {gross_over_it:g} gross MW per critical IT MW",
            ("2026-06", f"{where}, constants: middle of gross_over_it_low_ratio and gross_over_it_high_ratio"),
        ),
        _cell(
            "gpus_usd_per_mw",
            row("capex_benchmarks", "project", "gpu"),
            "it_high_usd_per_mw",
            ("$/MW", "GPUs and what goes with them, critical IT MW, without the building"),
        ),
        _cell(
            "asics_usd_per_mw",
            row("capex_benchmarks", "project", "asic"),
            "it_high_usd_per_mw",
            ("$/MW", "mining machines alone, MW at the machines' wall"),
        ),
    )
    return Claim("capex", capex_verdict(len(agreeing) / len(mines)), figures, {"capex": plain(_capex_rows())})


def retrofit_verdict(
    said_years: Years, converted_years: Sequence[Years], greenfield_years: Years, grid_years: Years
) -> Verdict:
    """Holds where the usual conversion is as fast as said and faster than a greenfield that has power.

    Conditional where the fastest conversion is as fast as said and what is saved is the wait for the grid.

    Parameters
    ----------
    said_years : the article's time for a conversion.
    converted_years : times of conversions, shape (projects,).
    greenfield_years : a new site that had power, ground-break to energised.
    grid_years : wait for power of a new site.
    """
    usual = median(converted_years)
    if usual <= said_years and greenfield_years - usual >= SAVED_LEAST_YEARS:
        return "holds"
    fast = min(converted_years) <= said_years
    return "conditional" if fast and grid_years >= SAVED_LEAST_YEARS else "does_not_hold"


def retrofit_time() -> Claim:
    """Years of building with and without a mine, and of waiting for power."""
    conversions = [said(f"months_{key}").value / MONTHS_PER_YEAR for key in CONVERSIONS]
    converted = median(conversions)
    greenfield = said(f"months_{GREENFIELD}").value / MONTHS_PER_YEAR
    grid = row("time_to_power", "what", "utility power, average")
    longest = row("time_to_power", "region", "Northern Virginia")
    vendor = row("time_to_power", "what", "suitable mine to GPUs against greenfield")
    grid_years = value(grid, "low")
    where = "catalog article_facts: months of conversions"
    figures = (
        computed(
            "building_saved_years",
            greenfield - converted,
            "years",
            "greenfield that had power, less the median conversion; below zero the conversion took longer",
            ("2026-05", f"{where} and of Abilene"),
        ),
        _cell("grid_wait_years", grid, "low", ("years", "utility power for a new site in the USA, average"), "JLL"),
        _cell(
            "grid_wait_longest_years", longest, "low", ("years", "utility power for 100 MW, Northern Virginia"), "JLL"
        ),
        stated("said_years", "article_retrofit_years"),
        computed(
            "converted_years",
            converted,
            "years",
            f"median of {len(conversions)} conversions of mines, power on site; two of them are plans",
            ("2026-05", where),
        ),
        stated("fastest_months", "months_rockdale"),
        stated("slowest_months", "months_core"),
        stated("greenfield_months", f"months_{GREENFIELD}"),
        _cell("vendor_mine_years", vendor, "low", ("years", "suitable mine to GPUs, upper end"), "VanEck"),
        _cell("vendor_greenfield_years", vendor, "high", ("years", "greenfield, lower end"), "VanEck"),
        *_modelled(),
        assumed("saved_least_years", SAVED_LEAST_YEARS, "years", "time saved that counts in the verdict"),
    )
    verdict = retrofit_verdict(said("article_retrofit_years").value, conversions, greenfield, grid_years)
    return Claim("retrofit_time", verdict, figures, {"building_months": plain(_months_rows(grid_years))})


def _modelled() -> Iterator[Figure]:
    """Time that the plan of this package gives a hall of the catalog's defaults."""
    shells = {"new": Reuse(), "reuse": Reuse(mv_gear_frac=1.0, shell_frac=1.0, cooling_frac=0.5, fibre_frac=1.0)}
    for project, reuse in shells.items():
        option = HallOption("colocation_new" if project == "new" else "colocation_reuse")
        works = build(Hall("hall", 1.0, "mining_air", reuse=reuse), option, 1.0)
        yield computed(
            f"planned_{project}_years",
            works.weeks / WEEKS_PER_YEAR,
            "years",
            f"works and test of a conversion, power on site; the longest item is {works.longest}",
            ("2026-11", "plan.conversion.build; catalog capex_parts, lead_times"),
        )


def _cell(name: str, found: Row, column: str, unit_and_basis: tuple[str, str], said_by: str = "") -> Figure:
    """A cell of a table as a figure; `said_by` where the row does not name who says so."""
    return read(
        name, value_or_none(found, column), unit_and_basis, fact_of(found), said_by or str(found.get("who", ""))
    )


def _capex_rows() -> Iterator[Point]:
    for each in table("capex_benchmarks").rows:
        for basis in ("it", "gross"):
            low = value_or_none(each, f"{basis}_low_usd_per_mw")
            high = value_or_none(each, f"{basis}_high_usd_per_mw")
            if low is not None and high is not None:
                yield _range(each, basis, low, high)


def _range(found: Row, basis: str, low: UsdPerMw, high: UsdPerMw) -> Point:
    return {
        "who": text(found, "who"),
        "scope": text(found, "scope"),
        "project": text(found, "project"),
        "basis": basis,
        "low_usd_per_mw": low,
        "high_usd_per_mw": high,
        "as_of": text(found, "as_of"),
    }


def _months_rows(grid_years: Years) -> Iterator[Point]:
    for key in (*CONVERSIONS, GREENFIELD):
        found = row(FACTS, "fact", f"months_{key}")
        yield {
            "project": key,
            "who": text(found, "said_by"),
            "basis": text(found, "basis"),
            "building_months": value(found, "value"),
            "grid_wait_months": grid_years * MONTHS_PER_YEAR if key == GREENFIELD else 0.0,
        }
