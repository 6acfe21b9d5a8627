"""Everything in a site file that is wrong only beside something else: every check, run over one document.

A check is a pure function from a `Document` to problems. It runs where the tables it needs could be read; holes that
unreadable values left behind (see `reader`) make it silent, not wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from repower.base.errors import Problem
from repower.site.check_ancillary import check_ancillary
from repower.site.check_contracts import check_guarantee, check_in_force, check_names, check_pools, check_terms
from repower.site.check_halls import check_machines, check_options, check_present, check_shells, check_site_load
from repower.site.check_lettings import check_lettings
from repower.site.check_outlook import check_dates, check_earliest, check_height, check_series, check_zone
from repower.site.check_owner import check_tenors
from repower.site.check_power import check_batteries, check_blocks, check_supply, check_tariff
from repower.site.document import Document
from repower.site.plausible import check_plausible

Check = Callable[[Document], Iterator[Problem]]

CHECKS: Final[tuple[tuple[Check, tuple[str, ...]], ...]] = (
    (check_zone, ("site",)),
    (check_dates, ("site", "interconnect", "outlook")),
    (check_height, ("outlook",)),
    (check_series, ("outlook",)),
    (check_supply, ("interconnect",)),
    (check_blocks, ()),
    (check_tariff, ("tariff",)),
    (check_batteries, ()),
    (check_ancillary, ()),
    (check_names, ()),
    (check_present, ()),
    (check_machines, ()),
    (check_shells, ()),
    (check_site_load, ("interconnect",)),
    (check_options, ()),
    (check_earliest, ("site",)),
    (check_pools, ()),
    (check_terms, ()),
    (check_in_force, ()),
    (check_lettings, ()),
    (check_guarantee, ()),
    (check_tenors, ("owner",)),
    (check_plausible, ()),
)
"""Each check with the single tables that it cannot do without."""


def check(document: Document) -> tuple[Problem, ...]:
    """Every inconsistency of a document.

    Parameters
    ----------
    document : as `repower.site.reader.read_document` gives it, complete or with holes.

    Returns
    -------
    Problems with key, value and fix, without file and line, in the order of the checks; empty where all fits.
    """
    return tuple(
        problem
        for run, needs in CHECKS
        if all(getattr(document, name) is not None for name in needs)
        for problem in run(document)
    )
