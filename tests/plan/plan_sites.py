"""Small sites for the tests of the plan, built from the shipped example so that they stay loadable."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from repower.plan.world import Hourly, World, build_world
from repower.site import Hall, Site, load

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@lru_cache(maxsize=8)
def example(name: str = "west_texas") -> Site:
    """One of the shipped examples."""
    return load(EXAMPLES / f"{name}.toml")


@lru_cache(maxsize=8)
def short(years: int = 3, halls: tuple[str, ...] = ("A", "B", "C", "D")) -> Site:
    """The west Texas example over fewer years and halls."""
    site = example()
    kept: tuple[Hall, ...] = tuple(hall for hall in site.halls if hall.name in halls)
    return replace(site, horizon_years=years, halls=kept)


@lru_cache(maxsize=8)
def world_of(site: Site) -> World:
    """The world of a site without files."""
    return build_world(site, Hourly())
