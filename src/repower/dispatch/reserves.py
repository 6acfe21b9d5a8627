"""Energy and reserves at once, of loads and battery together, by one linear programme.

An award is power held back: up is what could be given to the grid (load that runs and can be dropped, charging that
can stop, discharge that is not used), down what could be taken more (load that stands still, charge that is not used).
Being deployed is not in it, neither its energy nor its pay: prices of awards are what markets pay for being there.

A megawatt is sold once. In every step

* all that loads hold back up stays within what their blocks draw, and down within what they could draw more;
* what the battery holds back and its output stay within its powers, and what is stored at the step's start and at its
  end covers its awards for as long as they must last;
* the meter could give all upward, and take all downward awards within its limits: where nothing may be exported, what
  is sold upwards in all is at most the import.

Whether a deployment would set a new peak is not asked. Plants hold nothing back. Where loads alone provide reserves no
programme is needed (`reserve_stack`): a year takes milliseconds, with a battery about half a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from repower.base.errors import InfeasibleError, RepowerError
from repower.base.units import Array, Usd
from repower.dispatch.linear import linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.lp import LinearDispatch, run_highs, schedule_of, why_infeasible
from repower.dispatch.problem import DispatchProblem
from repower.dispatch.reserve_product import ReserveProduct, refuse_products
from repower.dispatch.reserve_rows import held_back, with_held
from repower.dispatch.reserve_stack import Folded, folded
from repower.dispatch.schedule import earned_usd
from repower.dispatch.weak_duality import least_cost_usd


@dataclass(frozen=True, kw_only=True, eq=False)
class ReserveDispatch(LinearDispatch):
    """A schedule and the reserves beside it; `profit_usd` and `bound_usd` are of both.

    The bound is that of the linear programme by weak duality: the solver's prices give it, whatever they are.

    Parameters
    ----------
    battery_award_mw, load_award_mw : shape (T, R), award of each product by who carries it.
    reserve_usd : what they pay.
    """

    battery_award_mw: Array
    load_award_mw: Array
    reserve_usd: Usd

    @property
    def award_mw(self) -> Array:
        """Award of each product, shape (T, R)."""
        return self.battery_award_mw + self.load_award_mw


def solve_reserves(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> ReserveDispatch:
    """The best schedule of a site together with its reserves; see the module for what limits them.

    Parameters
    ----------
    problem : the site, with or without a battery.
    products : one or more.

    Raises
    ------
    InputError
        No product, one that nobody may provide, or one that does not fit the problem.
    InfeasibleError
        The site has no answer.
    """
    refuse_products(problem, products)
    alone = folded(problem, products)
    return _by_programme(problem, products) if alone is None else _of_loads(problem, products, alone)


def _of_loads(problem: DispatchProblem, products: Sequence[ReserveProduct], alone: Folded) -> ReserveDispatch:
    """The answer of loads alone as one with a battery that is not there."""
    nothing = np.zeros((problem.price_usd_per_mwh.size, 0))
    reserve_usd = _paid_usd(problem, products, alone.award_mw)
    profit_usd = earned_usd(problem, alone.schedule) + reserve_usd
    assert alone.schedule.bound_usd is not None
    return ReserveDispatch(
        **vars(alone.schedule)
        | {
            "profit_usd": profit_usd,
            "bound_usd": max(alone.schedule.bound_usd, profit_usd),
            "method": f"merit order with {_counted(products)} folded into what loads are worth",
            "each_charge_mw": nothing,
            "each_discharge_mw": nothing,
            "each_stored_mwh": nothing,
            "battery_award_mw": np.zeros(alone.award_mw.shape),
            "load_award_mw": alone.award_mw,
            "reserve_usd": reserve_usd,
        }
    )


def _by_programme(problem: DispatchProblem, products: Sequence[ReserveProduct]) -> ReserveDispatch:
    """The answer of HiGHS."""
    site = LinearSite(problem=problem)
    programme = linear_programme(site)
    held = held_back(problem, products, programme.cost.size)
    wide = with_held(problem, programme, products, held)
    found, duals = run_highs(wide)
    if found.status == _INFEASIBLE:
        raise InfeasibleError(why_infeasible(programme, site))
    if found.x is None:
        raise RepowerError(f"HiGHS found no optimum of the linear programme: {found.message}")
    own = programme.cost.size
    method = f"linear programme by HiGHS with {_counted(products)}"
    schedule = schedule_of(site, programme, found.x[:own], duals[: programme.row_upper.size], method)
    steps = programme.layout.steps
    awards = {True: np.zeros((steps, len(products))), False: np.zeros((steps, len(products)))}
    for one in held:
        award_mw = np.maximum(found.x[one.first : one.first + steps], 0.0) * products[one.product].available_frac
        awards[one.blocks is None][:, one.product] += award_mw
    reserve_usd = _paid_usd(problem, products, awards[True] + awards[False])
    profit_usd = schedule.profit_usd + reserve_usd
    return ReserveDispatch(
        **vars(schedule)
        | {
            "profit_usd": profit_usd,
            # At the optimum both are the same number, summed up in another order.
            "bound_usd": max(-least_cost_usd(wide, duals), profit_usd),
            "battery_award_mw": awards[True],
            "load_award_mw": awards[False],
            "reserve_usd": reserve_usd,
        }
    )


_INFEASIBLE = 2


def _paid_usd(problem: DispatchProblem, products: Sequence[ReserveProduct], award_mw: Array) -> Usd:
    return sum(float(one.price_usd_per_mw @ award_mw[:, place]) for place, one in enumerate(products)) * problem.step_h


def _counted(products: Sequence[ReserveProduct]) -> str:
    return f"{len(products)} reserve{'s' if len(products) > 1 else ''}"
