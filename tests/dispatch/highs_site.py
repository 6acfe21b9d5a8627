"""The same site as a linear programme for HiGHS: the oracle of the dispatch tests and the peer of the benchmark."""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt

from repower.dispatch import DispatchProblem
from repower.dispatch.problem import period_count, period_index

Array = npt.NDArray[np.float64]


def site_lp(problem: DispatchProblem) -> highspy.HighsLp:
    """Columns: blocks, plants, import, export of every step, then peaks. Rows: balances, then import below peak.

    With a ratchet columns of billed demand follow, and rows that keep peaks and shares of earlier peaks below it.
    """
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    each, periods = blocks + plants + 2, period_count(problem)
    paid = problem.price_usd_per_mwh if problem.export_price_usd_per_mwh is None else problem.export_price_usd_per_mwh
    cost, upper = np.zeros((steps, each)), np.zeros((steps, each))
    cost[:, :blocks], upper[:, :blocks] = -problem.block_value_usd_per_mwh, problem.block_mw
    if plants:
        cost[:, blocks:-2], upper[:, blocks:-2] = problem.supply_cost_usd_per_mwh, problem.supply_mw
    cost[:, -2], upper[:, -2] = problem.price_usd_per_mwh, problem.import_limit_mw
    cost[:, -1], upper[:, -1] = -paid, problem.export_limit_mw
    lower = np.zeros_like(upper)
    if problem.firm is not None:
        lower[:, :blocks] = np.where(problem.firm, upper[:, :blocks], 0.0)
    floor = np.zeros(periods) if problem.peak_floor_mw is None else problem.peak_floor_mw
    sign = np.concatenate([np.ones(blocks), -np.ones(plants), [-1.0, 1.0]])
    first = np.arange(steps)[:, None] * each
    peak_rows = np.concatenate([first + each - 2, steps * each + period_index(problem)[:, None]], axis=1)
    lp = highspy.HighsLp()
    pairs, shares = _billing(periods, problem)
    billed, more = periods if pairs.size else 0, pairs.shape[0]
    lp.num_col_, lp.num_row_ = steps * each + periods + billed, 2 * steps + more
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (periods,))
    # What is charged for comes last: billed demand where there is a ratchet, and peaks where there is none.
    lp.col_cost_ = np.concatenate([cost.ravel() * problem.step_h, np.zeros(billed), charge])
    lp.col_lower_ = np.concatenate([lower.ravel(), np.zeros(billed), floor])
    lp.col_upper_ = np.concatenate([upper.ravel(), np.full(periods + billed, np.inf)])
    lp.row_lower_ = np.concatenate([np.zeros(steps), np.full(steps + more, -np.inf)])
    lp.row_upper_ = np.zeros(2 * steps + more)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    counts = np.concatenate([np.full(steps, each), np.full(steps + more, 2)])
    entries = np.concatenate([peak_rows, steps * each + pairs])
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate([(first + np.arange(each)).ravel(), entries.ravel()]).astype(np.int32)
    values = np.stack([shares, -np.ones(more)], axis=1)
    lp.a_matrix_.value_ = np.concatenate([np.tile(sign, steps), np.tile([1.0, -1.0], steps), values.ravel()])
    return lp


def _billing(periods: int, problem: DispatchProblem) -> tuple[npt.NDArray[np.int64], Array]:
    """A peak and the billed demand that it, or a share of it, is below, shape (N, 2), and the share (N,)."""
    if not problem.ratchet_periods:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0)
    back = np.arange(periods)[:, None] - np.arange(periods)
    later, earlier = np.nonzero((back >= 0) & (back <= problem.ratchet_periods))
    share = np.where(later == earlier, 1.0, problem.ratchet_frac)
    return np.stack([earlier, periods + later], axis=1), share


def best_profit_usd(problem: DispatchProblem) -> float | None:
    """Optimal profit by HiGHS; None where it finds the problem infeasible."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-10)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-10)
    solver.passModel(site_lp(problem))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return None
    assert status == highspy.HighsModelStatus.kOptimal, status
    return -float(solver.getInfo().objective_function_value)
