"""Exact dispatch against the linear programme on random sites with batteries, peak charges and ratchets.

300 sites in a normal run, 10,000 by `make fuzz`. A site is its seed: `random_site(seed)` makes it again.
"""

from __future__ import annotations

import os
import sys

import numpy as np
import pytest

from dispatch.battery_sites import broken_limits, random_site, size_usd
from repower.base.errors import InfeasibleError
from repower.dispatch import DispatchProblem, solve
from repower.dispatch.lp import LinearDispatch, solve_lp

NORMAL, MANY = 300, 10_000
SITES = MANY if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else NORMAL
CLOSE = 1e-9
FOUND_BEFORE = (182, 242, 349, 377, 448, 513, 519, 586, 612, 614, 778, 817, 866, 5246)
"""Seeds on which some version of the exact solver was wrong."""


def by_highs(problem: DispatchProblem) -> LinearDispatch | None:
    """The optimum by linear programming; None where there is none."""
    try:
        return solve_lp(problem)
    except InfeasibleError:
        return None


def difference(seed: int, *, ratchet: bool | None = None) -> tuple[float, float] | None:
    """How far profit and bound of the exact solver are from the optimum, as shares of the money that moves."""
    problem = random_site(seed, ratchet=ratchet)
    best = by_highs(problem)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(problem)
        return None
    found = solve(problem)
    assert found.bound_usd is not None
    size = size_usd(problem, best)
    assert not broken_limits(problem, found), f"seed {seed}"
    off, above = (found.profit_usd - best.profit_usd) / size, (found.bound_usd - best.profit_usd) / size
    assert abs(off) <= CLOSE, f"seed {seed}: profit {found.profit_usd!r}, HiGHS {best.profit_usd!r}"
    assert above >= -CLOSE, f"seed {seed}: bound {found.bound_usd!r} below the optimum of HiGHS {best.profit_usd!r}"
    return abs(off), above


def test_random_sites_match_highs_and_their_bounds_hold(capsys: pytest.CaptureFixture[str]) -> None:
    found = [pair for seed in range(SITES) if (pair := difference(seed)) is not None]
    assert len(found) > SITES / 2, "most sites are feasible"
    profits, bounds = (max(column) for column in zip(*found, strict=True))
    if SITES > NORMAL:
        with capsys.disabled():
            sys.stdout.write(
                f"\n{SITES} random sites, {len(found)} feasible. Largest difference from HiGHS: {profits:.1e} of the "
                f"money that moves; loosest bound: {bounds:.1e} above\n"
            )
    assert bounds <= 1e-6


@pytest.mark.parametrize("seed", FOUND_BEFORE)
def test_what_was_wrong_once_is_right(seed: int) -> None:
    found = difference(seed, ratchet=False)
    assert found is not None
    assert found[1] <= 1e-6


def test_ratchets_leave_no_gap() -> None:
    """With a ratchet the bound of nearly every site is that of the optimum itself."""
    found = [pair for seed in range(SITES // 4) if (pair := difference(seed, ratchet=True)) is not None]
    assert len(found) > SITES / 8
    assert max(bound for _, bound in found) <= 1e-6
    assert sum(bound > CLOSE for _, bound in found) <= 0.01 * len(found)


def test_solved_again_it_is_the_same_to_the_last_bit() -> None:
    for seed in (*range(40), *FOUND_BEFORE):
        problem = random_site(seed)
        if by_highs(problem) is None:
            continue
        once = solve(problem)
        solve(random_site(17))
        again = solve(problem)
        for name in ("profit_usd", "bound_usd", "import_mw", "marginal_usd_per_mwh", "energy_mwh", "peak_mw"):
            assert np.asarray(getattr(once, name)).tobytes() == np.asarray(getattr(again, name)).tobytes(), seed


def test_the_oracle_keeps_its_own_limits() -> None:
    checked = 0
    for seed in range(60):
        problem = random_site(seed)
        best = by_highs(problem)
        if best is not None:
            assert not broken_limits(problem, best, slack=1e-6), f"seed {seed}"
            checked += 1
    assert checked > 30
