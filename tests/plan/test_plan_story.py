"""The answer in one sentence: what waits, and for what."""

from __future__ import annotations

from dataclasses import replace

import pytest

import plan_sites
from repower.plan.choose import Limits, Present, binding_limit
from repower.plan.make import make
from repower.plan.result import Decision, Plan
from repower.plan.story import HOLDS, headline
from repower.plan.world import Hourly


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make(plan_sites.short(12), Hourly())


def held(one: Decision, limit: str) -> Decision:
    """The same decision with a better option that a limit keeps from it."""
    assert one.next_best is not None
    return replace(one, binding=limit, difference_usd=-1.0)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("capital limit", "; the capital limit keeps hall A from "),
        ("construction crews", "; too few construction crews keep hall A from "),
        ("site MW", "; the site's MW keep hall A from "),
        ("what the other halls need", "; what the other halls need keeps hall A from "),
    ],
)
def test_each_limit_is_a_sentence(plan: Plan, limit: str, words: str) -> None:
    first, *others = (replace(one, binding="") for one in plan.decisions)
    assert words in headline((held(first, limit), *others))


def test_every_limit_that_binds_has_its_words(plan: Plan) -> None:
    site = plan_sites.short(12)
    chosen = [one.chosen for one in plan.decisions]
    building = next(k for k, one in enumerate(chosen) if one.capex_usd > 0)
    present = [Present(1.0, False)] * len(chosen)
    quarters = 4 * site.horizon_years
    found = set()
    for megawatts, capital, crews in ((1e9, 0.0, 99), (1e9, 1e12, 0), (0.0, 1e12, 99)):
        limits = Limits(megawatts, capital, crews, site.plan_start, quarters)
        found.add(binding_limit(chosen, building, chosen[building], present, limits))
    assert found == set(HOLDS) - {"what the other halls need"}
