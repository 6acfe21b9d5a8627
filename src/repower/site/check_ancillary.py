"""Whether ancillary services have names of their own, prices that can be read, and somebody who may carry them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Final

from repower.base.errors import Problem
from repower.base.units import HOURS_PER_YEAR
from repower.site.ancillary import AncillaryService
from repower.site.check_outlook import FILE_TYPES
from repower.site.document import Document, placed, whole
from repower.site.refusal import shown

UNIT: Final = "usd_per_mw_h"

UNIT_FIXES: Final[Mapping[str, str]] = {
    "usd_per_kw_h": "multiply the column by 1000",
    "usd_per_mw": "check that it is for an hour, then say so",
    "usd_per_mwh": "check that it is for a MW carried through an hour, not for a MWh delivered, then say so",
    "usd_per_mw_year": f"divide the column by {HOURS_PER_YEAR}, if it is for every hour of the year",
    "usd_per_mw_month": "divide the column by the hours of each month, if it is for every hour of it",
}
"""Unit that prices may come in -> what to do with them."""

LONGEST_H: Final = 24.0
"""Longest time for which any market asks a reserve to last, with room; an assumption of ours."""


def check_ancillary(document: Document) -> Iterator[Problem]:
    """Every service on its own, and no name twice."""
    seen: dict[str, str] = {}
    for key, service in placed(document.ancillary_service, "ancillary_service"):
        if service.name in seen and service.name:
            fix = f"give it a name of its own: {seen[service.name]} has this one"
            yield Problem("two services have the same name", fix, key=f"{key}.name", value=shown(service.name))
        seen.setdefault(service.name, key)
        yield from _providers(document, service, key)
        yield from _prices(service, key)


def _providers(document: Document, service: AncillaryService, key: str) -> Iterator[Problem]:
    if not service.providers:
        fix = 'name who may carry it, such as providers = ["battery", "mining"]'
        yield Problem("nobody may carry this service", fix, key=f"{key}.providers")
    for position, provider in enumerate(service.providers):
        if provider in service.providers[:position]:
            place = f"{key}.providers[{position + 1}]"
            yield Problem("this provider is named twice", "name each once", key=place, value=shown(provider))
    if service.providers == ("battery",) and not document.battery and whole(document.battery):
        fix = "add a [[battery]], or name loads that may carry it"
        yield Problem("only a battery may carry this service, and the site has none", fix, key=f"{key}.providers")
    if service.sustained_h > LONGEST_H:
        fix = "write hours: half an hour is 0.5"
        place = f"{key}.sustained_h"
        yield Problem(
            f"no market asks a reserve for more than {LONGEST_H:g} hours",
            fix,
            key=place,
            value=shown(service.sustained_h),
        )


def _prices(service: AncillaryService, key: str) -> Iterator[Problem]:
    if service.path and PurePath(service.path).suffix.lower() not in FILE_TYPES:
        fix = f"give a file that ends in {' or '.join(FILE_TYPES)}"
        yield Problem("this is not a file type that can be read", fix, key=f"{key}.path", value=shown(service.path))
    if service.unit and service.unit != UNIT:
        how = UNIT_FIXES.get(service.unit.casefold(), "convert it to dollars for a MW carried through an hour")
        fix = f'{how}, then write unit = "{UNIT}"'
        yield Problem("this unit is refused, not converted", fix, key=f"{key}.unit", value=shown(service.unit))
