"""Random sites for hypothesis, ties and odd corners included."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dispatch.battery_sites import with_ratchet
from repower.dispatch import DispatchProblem


@st.composite
def sites(draw: st.DrawFn, *, peaks: bool | None = None, flat: bool = False, ratchet: bool = False) -> DispatchProblem:
    """A small site; `peaks` False leaves the peak charge out, `flat` keeps blocks, plants and limits constant.

    With `ratchet` true up to twelve billing periods look back.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps, blocks = draw(st.sampled_from([1, 24, 48, 72])), draw(st.integers(0, 5))
    whole = draw(st.booleans())
    varies = (lambda: False) if flat else (lambda: draw(st.booleans()))

    def some(low: float, high: float, *shape: int) -> Any:
        given = rng.uniform(low, high, shape)
        return np.round(given / 5) * 5 if whole else given

    def columns(low: float, high: float, count: int) -> Any:
        return some(low, high, steps, count) if varies() else some(low, high, count)

    price = some(-40, 60, steps) + np.where(rng.random(steps) < 0.1, some(0, 500, steps), 0.0)
    fields: dict[str, Any] = {
        "price_usd_per_mwh": price,
        "step_h": draw(st.sampled_from([1.0, 0.25])),
        "block_value_usd_per_mwh": columns(-20, 150, blocks),
        "block_mw": np.maximum(columns(-10, 30, blocks), 0.0),
        "import_limit_mw": draw(st.sampled_from([np.inf, 0.0, float(some(10, 80))])),
    }
    if varies():
        fields["import_limit_mw"] = some(20, 80, steps)
    if draw(st.booleans()):
        plants = draw(st.integers(1, 3))
        fields["supply_cost_usd_per_mwh"] = columns(-10, 80, plants)
        fields["supply_mw"] = np.maximum(columns(-10, 30, plants), 0.0)
        if varies():
            fields["export_limit_mw"] = some(0, 30, steps) if varies() else float(some(0, 30))
            fields["export_price_usd_per_mwh"] = price - some(0, 20, steps) if varies() else None
    if blocks and draw(st.booleans()):
        fields["firm"] = rng.random(blocks) < 0.4
    if draw(st.booleans()) if peaks is None else peaks:
        fields["billing_period"] = (rng.permutation(steps) if draw(st.booleans()) else np.arange(steps)) * 2 // steps
        periods = int(fields["billing_period"].max()) + 1
        fields["peak_charge_usd_per_mw"] = draw(st.sampled_from([300.0, some(0, 2000, periods)]))
        if draw(st.booleans()):
            fields["peak_floor_mw"] = some(0, 40, periods)
    problem = DispatchProblem(**fields)
    return with_ratchet(problem, rng) if ratchet else problem


def feasible(problem: DispatchProblem) -> DispatchProblem:
    """The same site with enough import for its firm blocks."""
    if problem.firm is None:
        return problem
    firm_mw = np.broadcast_to(problem.block_mw, (problem.price_usd_per_mwh.size, problem.firm.size))[:, problem.firm]
    return replace(problem, import_limit_mw=np.maximum(problem.import_limit_mw, firm_mw.sum(axis=1).max()))
