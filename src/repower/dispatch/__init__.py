"""Hours: which load runs in which step at this price, exactly."""

from repower.dispatch.exact import solve
from repower.dispatch.problem import Battery, DispatchProblem
from repower.dispatch.rules import merit_order
from repower.dispatch.schedule import Dispatch, earned_usd
from repower.dispatch.sweeps import merit_order_values, monthly_margins

__all__ = [
    "Battery",
    "Dispatch",
    "DispatchProblem",
    "earned_usd",
    "merit_order",
    "merit_order_values",
    "monthly_margins",
    "solve",
]
