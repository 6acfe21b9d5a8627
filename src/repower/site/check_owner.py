"""Whether the owner's terms are such that debt can be sized on them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from repower.base.errors import Problem
from repower.site.document import Document


def check_tenors(document: Document) -> Iterator[Problem]:
    """Loans are repaid by years, so their tenors are whole years."""
    owner = document.owner
    for name in ("debt_tenor_years", "gpu_debt_tenor_years"):
        years = getattr(owner, name)
        if math.isfinite(years) and years != int(years):
            fix = f"write {max(math.floor(years), 1):.1f} or {math.ceil(years) + (years < 1):.1f}"
            yield Problem("a loan runs over whole years", fix, key=f"owner.{name}", value=f"{years:g}")
