"""Years: which hall becomes what, when, and what it is worth."""

from repower.plan.make import Stage, make, planning
from repower.plan.result import Plan
from repower.plan.world import Hourly

__all__ = ["Hourly", "Plan", "Stage", "make", "planning"]
