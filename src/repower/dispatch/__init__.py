"""Hours: which load runs in which step at this price, exactly."""

from repower.dispatch.certificate import Certificate, bound_usd, certify
from repower.dispatch.checkpoint import TrainedDispatch, TrainingRun, solve_training
from repower.dispatch.commitment import Commitment, CommittedDispatch
from repower.dispatch.exact import solve
from repower.dispatch.exact_values import Values, solve_values
from repower.dispatch.feasible import schedule_of
from repower.dispatch.flexible import FlexibleDispatch, Job, solve_jobs
from repower.dispatch.foresight import Outlook, Rolled, foresight_value, rolling
from repower.dispatch.guided import day_ahead_policy
from repower.dispatch.lagrange import commit
from repower.dispatch.linear_site import EnergyCap, LinearSite
from repower.dispatch.lp import LinearDispatch, solve_lp
from repower.dispatch.milp import solve_commitment
from repower.dispatch.policy import Policy, follow, price_state_policy, price_states
from repower.dispatch.problem import Battery, DispatchProblem
from repower.dispatch.programmes import Call, ReserveOffer, with_calls, with_reserves
from repower.dispatch.pypsa_model import to_pypsa
from repower.dispatch.reserve_product import ReserveProduct
from repower.dispatch.reserves import ReserveDispatch, solve_reserves
from repower.dispatch.rules import merit_order
from repower.dispatch.schedule import Dispatch, earned_usd
from repower.dispatch.sweeps import merit_order_values, monthly_margins

__all__ = [
    "Battery",
    "Call",
    "Certificate",
    "Commitment",
    "CommittedDispatch",
    "Dispatch",
    "DispatchProblem",
    "EnergyCap",
    "FlexibleDispatch",
    "Job",
    "LinearDispatch",
    "LinearSite",
    "Outlook",
    "Policy",
    "ReserveDispatch",
    "ReserveOffer",
    "ReserveProduct",
    "Rolled",
    "TrainedDispatch",
    "TrainingRun",
    "Values",
    "bound_usd",
    "certify",
    "commit",
    "day_ahead_policy",
    "earned_usd",
    "follow",
    "foresight_value",
    "merit_order",
    "merit_order_values",
    "monthly_margins",
    "price_state_policy",
    "price_states",
    "rolling",
    "schedule_of",
    "solve",
    "solve_commitment",
    "solve_jobs",
    "solve_lp",
    "solve_reserves",
    "solve_training",
    "solve_values",
    "to_pypsa",
    "with_calls",
    "with_reserves",
]
