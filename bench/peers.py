"""Exact dispatch and switched blocks against HiGHS and PyPSA: S100 with its battery and twelve monthly peaks.

Every peer gets the same arrays in the same run and the formulation that suits it best: HiGHS finite upper limits of the
peaks, PyPSA one import generator and the peaks as a custom constraint. Imports and compilation do not count.
"""

from __future__ import annotations

import importlib
import logging
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import highspy
import numpy as np

from repower.dispatch import DispatchProblem, solve
from repower.dispatch.lagrange import commit
from repower.dispatch.linear import linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import solve_lp
from repower.dispatch.milp import solve_commitment

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "dispatch"))

HASHPRICES_USD_PER_PH_DAY = {50.0: "peaks at the limit", 35.0: "nine peaks inside it"}
MONTH_STEPS = 744
T = TypeVar("T")


def measure() -> list[dict[str, Any]]:
    """Rows for one site-year by linear programming and one by unit commitment."""
    return [*linear_rows(), *committed_rows()]


def linear_rows() -> list[dict[str, Any]]:
    """Exact dispatch of a year beside raw HiGHS, HiGHS in scipy, and PyPSA where it is installed."""
    from s100_full import full_site

    rows = []
    for hashprice_usd_per_ph_day, words in HASHPRICES_USD_PER_PH_DAY.items():
        problem = full_site(hashprice_usd_per_ph_day)
        ours_s, ours = best(partial(solve, problem))
        peers: dict[str, Callable[[DispatchProblem], tuple[float, float]]] = {
            f"HiGHS {highspy.Highs().version()}": by_highs,
            "scipy linprog": by_scipy,
        }
        pypsa = installed("pypsa")
        if pypsa is not None:
            peers[f"PyPSA {pypsa.__version__}"] = by_pypsa
        for peer, run in peers.items():
            peer_s, peer_usd = run(problem)
            note = f"{words}; off by {abs(ours.profit_usd / peer_usd - 1):.0e}"
            rows.append(row("exact year, battery and 12 peaks", ours_s, peer, peer_s, note))
    return rows


def committed_rows() -> list[dict[str, Any]]:
    """Switched blocks: a month and a year by Lagrangian bound and repair, and by HiGHS to the same gap or better."""
    from s100 import YEAR_STEPS
    from s100_full import COMMITMENTS, full_site

    rows = []
    for steps, span in ((MONTH_STEPS, "month"), (YEAR_STEPS, "year")):
        problem = full_site(50.0, steps)
        ours_s, ours = best(partial(commit, problem, COMMITMENTS, gap_frac=0.0))
        start = time.perf_counter()
        theirs = solve_commitment(problem, COMMITMENTS, gap_frac=ours.gap_frac, time_limit_s=300.0)
        peer_s = time.perf_counter() - start
        note = f"proved gaps {ours.gap_frac:.1e} and {theirs.gap_frac:.1e} of the profit; {len(COMMITMENTS)} blocks"
        rows.append(row(f"switched blocks, one {span}", ours_s, "HiGHS MILP", peer_s, note))
    return rows


def by_highs(problem: DispatchProblem) -> tuple[float, float]:
    """Seconds from the problem to its optimum, and the optimum [$], by HiGHS with its own settings."""

    def run() -> float:
        programme = linear_programme(LinearSite(problem=problem))
        lp = highspy.HighsLp()
        lp.num_row_, lp.num_col_ = programme.matrix.shape
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = programme.cost, programme.lower, programme.upper
        lp.row_lower_, lp.row_upper_ = programme.row_lower, programme.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = programme.matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = programme.matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = programme.matrix.data
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.passModel(lp)
        solver.run()
        return -float(solver.getInfo().objective_function_value)

    return best(run)


def by_scipy(problem: DispatchProblem) -> tuple[float, float]:
    """The same by `solve_lp`, which calls HiGHS through scipy."""
    span_s, found = best(partial(solve_lp, problem))
    return span_s, found.profit_usd


def by_pypsa(problem: DispatchProblem) -> tuple[float, float]:
    """The same by PyPSA: building the network, its model, and solving it."""
    import pandas as pd
    import xarray as xr

    from repower.dispatch.pypsa_model import to_pypsa

    assert problem.billing_period is not None
    charge = float(np.max(problem.peak_charge_usd_per_mw))

    def peaks(network: Any, snapshots: Any) -> None:
        model = network.model
        index = pd.RangeIndex(int(problem.billing_period.max()) + 1, name="period")
        peak = model.add_variables(lower=0, upper=float(np.max(problem.import_limit_mw)), coords=[index], name="peak")
        period = xr.DataArray(problem.billing_period, dims="snapshot", coords={"snapshot": snapshots})
        model.add_constraints(model["Link-p"].sel(name="import") - peak.sel(period=period) <= 0, name="peaks")
        model.objective += charge * peak.sum()

    def run() -> float:
        network = to_pypsa(replace(problem, peak_charge_usd_per_mw=0.0))
        network.optimize(solver_name="highs", io_api="direct", log_to_console=False, extra_functionality=peaks)
        return -float(network.objective)

    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        span_s, profit_usd = best(run)
    logging.disable(logging.NOTSET)
    return span_s, profit_usd


def installed(name: str) -> Any:
    """A module, or None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def best(work: Callable[[], T]) -> tuple[float, T]:
    """Shortest wall time of the runs that fit into a second, two at least, so that compilation is left out [s]."""
    spans: list[float] = []
    while sum(spans) < 1.0 or len(spans) < 2:
        start = time.perf_counter()
        found = work()
        spans.append(time.perf_counter() - start)
    return min(spans), found


def row(name: str, ours_s: float, peer: str, peer_s: float, note: str) -> dict[str, Any]:
    """One row of the table in `run.py`."""
    return {"name": name, "ours_s": ours_s, "peer": peer, "peer_s": peer_s, "ratio": peer_s / ours_s, "note": note}


if __name__ == "__main__":
    from run import machine, table

    print(machine())
    print(table(measure()))
