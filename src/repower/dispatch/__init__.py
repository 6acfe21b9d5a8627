"""Hours: which load runs in which step at this price, exactly."""

from repower.dispatch.certificate import Certificate, bound_usd, certify
from repower.dispatch.commitment import Commitment, CommittedDispatch
from repower.dispatch.exact import solve
from repower.dispatch.exact_values import Values, solve_values
from repower.dispatch.feasible import schedule_of
from repower.dispatch.lagrange import commit
from repower.dispatch.linear_site import EnergyCap, LinearSite
from repower.dispatch.lp import LinearDispatch, solve_lp
from repower.dispatch.milp import solve_commitment
from repower.dispatch.problem import Battery, DispatchProblem
from repower.dispatch.pypsa_model import to_pypsa
from repower.dispatch.rules import merit_order
from repower.dispatch.schedule import Dispatch, earned_usd
from repower.dispatch.sweeps import merit_order_values, monthly_margins

__all__ = [
    "Battery",
    "Certificate",
    "Commitment",
    "CommittedDispatch",
    "Dispatch",
    "DispatchProblem",
    "EnergyCap",
    "LinearDispatch",
    "LinearSite",
    "Values",
    "bound_usd",
    "certify",
    "commit",
    "earned_usd",
    "merit_order",
    "merit_order_values",
    "monthly_margins",
    "schedule_of",
    "solve",
    "solve_commitment",
    "solve_lp",
    "solve_values",
    "to_pypsa",
]
