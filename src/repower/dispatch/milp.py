"""Which blocks run when, where switching has a price: unit commitment by mixed-integer programming.

HiGHS through `scipy.optimize.milp`: proved to any gap, in minutes for a year. `lagrange.commit` is the fast way.

References
----------
Rajan and Takriti (2005), Minimum up/down polytopes of the unit commitment problem with start-up costs, IBM RC23628.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from repower.base.errors import InfeasibleError, RepowerError
from repower.base.units import Array, BoolArray, Frac, IntArray, Seconds, Usd
from repower.dispatch.commitment import (
    Commitment,
    CommittedDispatch,
    check_commitments,
    committed,
    days,
    forced,
    with_hours,
)
from repower.dispatch.linear import LinearProgramme, linear_programme
from repower.dispatch.linear_site import LinearSite, site_of
from repower.dispatch.lp import solve_lp
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.rows import Entry, Rows

_INFEASIBLE = 2


def solve_commitment(
    site: DispatchProblem | LinearSite,
    commitments: Sequence[Commitment],
    *,
    gap_frac: Frac = 1e-6,
    time_limit_s: Seconds = 600.0,
) -> CommittedDispatch:
    """The best schedule of a site some of whose blocks have minimum loads and times, restart costs or daily starts.

    Parameters
    ----------
    site : a dispatch problem, or one with further batteries and energy caps.
    commitments : one for each block that is on or off; other blocks run at any load.
    gap_frac : how far below the bound the schedule may stay, as a share of the objective.
    time_limit_s : when the search stops with what it has.

    Returns
    -------
    Hours, schedule, and a bound that no schedule exceeds. `gap_frac` says how good it is where time ran out.

    Raises
    ------
    InputError
        A commitment does not fit the site.
    InfeasibleError
        No schedule keeps every limit.
    RepowerError
        No schedule was found in time.
    """
    given = site_of(site)
    check_commitments(given.problem, commitments)
    if not commitments:
        return finished(
            given,
            (),
            np.zeros((given.problem.price_usd_per_mwh.size, 0), np.bool_),
            -np.inf,
            "linear programme by HiGHS",
        )
    found = _search(given, commitments, gap_frac, time_limit_s)
    if found.status == _INFEASIBLE:
        solve_lp(given)
        raise InfeasibleError(
            "no hours keep the commitments: minimum loads and times of the blocks contradict the site's limits. "
            "Fix: lower min_load_frac or min_up_steps, or raise the import limit"
        )
    if found.x is None:
        raise RepowerError(f"no schedule was found within {time_limit_s:g} s: {found.message}. Fix: raise time_limit_s")
    first = linear_programme(given).layout.columns
    steps, count = given.problem.price_usd_per_mwh.size, len(commitments)
    on = found.x[first : first + steps * count].reshape(count, steps).T > _HALF
    return finished(given, commitments, on, -float(found.mip_dual_bound), "unit commitment by HiGHS")


def finished(
    site: LinearSite, commitments: Sequence[Commitment], on: BoolArray, bound_usd: Usd, method: str
) -> CommittedDispatch:
    """The best schedule with these hours by linear programming, with its distance to a bound."""
    hours = replace(site, problem=with_hours(site.problem, commitments, on))
    return committed(site.problem, commitments, on, solve_lp(hours), bound_usd, method)


_HALF = 0.5


def _search(site: LinearSite, commitments: Sequence[Commitment], gap_frac: Frac, time_limit_s: Seconds) -> Any:
    """What scipy's HiGHS finds; columns of the site, then on/off, then starts, each commitment by commitment."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, vstack

    programme, steps, count = linear_programme(site), site.problem.price_usd_per_mwh.size, len(commitments)
    columns = programme.layout.columns
    rows = Rows(columns + 2 * steps * count)
    lower, upper = np.zeros((2, count, steps)), np.ones((2, count, steps))
    capacity = np.broadcast_to(site.problem.block_mw, (steps, programme.layout.blocks))
    for place, one in enumerate(commitments):
        must, must_not = forced(one, steps)
        lower[0, place, must], upper[0, place, must_not] = 1.0, 0.0
        on = columns + place * steps + np.arange(steps)
        _unit_rows(rows, one, on, on + count * steps, programme, capacity[:, one.block])
        _daily_rows(rows, one, on + count * steps, days(site.problem))
    wide = csr_array(
        (programme.matrix.data, programme.matrix.indices, programme.matrix.indptr),
        shape=(programme.matrix.shape[0], rows.columns),
    )
    start_cost = np.repeat([one.start_cost_usd for one in commitments], steps)
    return milp(
        np.concatenate([programme.cost, np.zeros(steps * count), start_cost]),
        constraints=LinearConstraint(
            vstack([wide, rows.matrix()]).tocsc(),
            np.concatenate([programme.row_lower, rows.lower()]),
            np.concatenate([programme.row_upper, rows.upper()]),
        ),
        integrality=np.concatenate([np.zeros(columns), np.ones(steps * count), np.zeros(steps * count)]),
        bounds=Bounds(
            np.concatenate([programme.lower, lower.ravel()]), np.concatenate([programme.upper, upper.ravel()])
        ),
        options={"mip_rel_gap": gap_frac, "time_limit": time_limit_s},
    )


def _unit_rows(
    rows: Rows, one: Commitment, on: IntArray, start: IntArray, programme: LinearProgramme, capacity_mw: Array
) -> None:
    """Draw between minimum and capacity while on; starts; minimum times as sums of recent starts."""
    steps, was_on = on.size, one.initially_on_steps > 0
    every, zeros, free = np.arange(steps), np.zeros(steps), np.full(steps, np.inf)
    draw = programme.layout.column(one.block)
    rows.add([(every, draw, 1.0), (every, on, -capacity_mw)], -np.inf, zeros)
    if one.min_load_frac > 0:
        rows.add([(every, draw, 1.0), (every, on, -one.min_load_frac * capacity_mw)], 0.0, free)
    before = zeros.copy()
    before[0] = -1.0 if was_on else 0.0
    rows.add([(every, start, 1.0), (every, on, -1.0), (every[1:], on[:-1], 1.0)], before, free)
    if one.min_up_steps > 1:
        rows.add([*_recent(start, one.min_up_steps), (every, on, -1.0)], -np.inf, zeros)
    if one.min_down_steps > 1:
        down = min(one.min_down_steps, steps)
        most = np.ones(steps)
        most[:down] = 0.0 if was_on else 1.0
        rows.add([*_recent(start, down), (every[down:], on[: steps - down], 1.0)], -np.inf, most)


def _recent(start: IntArray, span: int) -> list[Entry]:
    """Starts of each step and of those before it, `span` steps in all."""
    every = np.arange(start.size)
    return [(every[back:], start[: start.size - back], 1.0) for back in range(min(span, start.size))]


def _daily_rows(rows: Rows, one: Commitment, start: IntArray, day: IntArray) -> None:
    """Starts of a day within their number."""
    if one.starts_per_day is not None:
        rows.add([(day, start, 1.0)], -np.inf, np.full(int(day[-1]) + 1, float(one.starts_per_day)))
