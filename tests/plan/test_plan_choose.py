"""The MILP against enumeration, and what it says when nothing fits."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.clock import Quarter, quarter_plus, quarter_start
from repower.base.errors import InfeasibleError
from repower.plan.choose import Limits, Present, binding_limit, choose, usage
from repower.plan.result import OptionValue

START = Quarter(2027, 1)
NONE = np.zeros(1)
MINE, SMALL = Present(25.0, False), Present(10.0, False)


def option(
    hall: str, kind: str, value: float, capex: float = 0.0, peak: float = 0.0, begin: int = 0, works: int = 0
) -> OptionValue:
    start = quarter_plus(START, begin)
    hand_over: date | None = quarter_start(quarter_plus(start, works)) if works else None
    return OptionValue(hall, kind, f"{kind} {begin}", start, hand_over, hand_over, value, capex, peak, peak, NONE, NONE)  # type: ignore[arg-type]


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[OptionValue]], list[Present], Limits]:
    halls, before = [], []
    for name in "ABC"[: draw(st.integers(1, 3))]:
        before.append(Present(draw(st.sampled_from([5.0, 10.0])), draw(st.booleans())))
        group = [option(name, "keep", draw(st.integers(0, 20)), peak=before[-1].peak_mw)]
        for _ in range(draw(st.integers(0, 4))):
            kind = draw(st.sampled_from(["stop", "colocation_new", "colocation_reuse", "gpu_cloud", "refresh"]))
            works = 0 if kind == "stop" else draw(st.integers(1, 4))
            group.append(
                option(
                    name,
                    kind,
                    draw(st.integers(-20, 60)),
                    draw(st.sampled_from([0.0, 50.0, 90.0])),
                    draw(st.sampled_from([0.0, 8.0, 14.0])),
                    draw(st.integers(0, 3)),
                    works,
                )
            )
        halls.append(group)
    limits = Limits(
        draw(st.sampled_from([20.0, 30.0, 40.0])),
        draw(st.sampled_from([60.0, 150.0])),
        draw(st.integers(1, 2)),
        START,
        8,
    )
    return halls, before, limits


def fits(pick: tuple[OptionValue, ...], before: list[Present], limits: Limits) -> bool:
    uses = [usage(one, now, limits) for one, now in zip(pick, before, strict=True)]
    held_mw = max(limits.site_mw, sum(now.peak_mw for now in before))
    return (
        sum(use.capital_usd for use in uses) <= limits.capital_usd
        and bool(np.all(np.sum([use.peak_mw for use in uses], axis=0) <= held_mw))
        and bool(np.all(np.sum([use.firm_mw for use in uses], axis=0) <= limits.site_mw))
        and bool(np.all(np.sum([use.crew_count for use in uses], axis=0) <= limits.crews))
    )


@given(problems())
def test_it_finds_what_enumeration_finds(problem: tuple[list[list[OptionValue]], list[Present], Limits]) -> None:
    groups, before, limits = problem
    feasible = [pick for pick in itertools.product(*groups) if fits(pick, before, limits)]
    if not feasible:
        with pytest.raises(InfeasibleError, match="Fix"):
            choose(groups, before, limits)
        return
    best = max(sum(one.value_usd for one in pick) for pick in feasible)
    chosen = choose(groups, before, limits)
    assert fits(chosen, before, limits)
    assert sum(one.value_usd for one in chosen) == pytest.approx(best)
    keep = tuple(group[0] for group in groups)
    if fits(keep, before, limits):
        assert best >= sum(one.value_usd for one in keep)


def test_a_new_building_mines_on_until_hand_over_and_reuse_does_not() -> None:
    limits = Limits(100.0, 1e9, 1, START, 6)
    new = usage(option("A", "colocation_new", 1.0, 5.0, 20.0, 1, 2), MINE, limits)
    assert new.peak_mw.tolist() == [25.0, 25.0, 25.0, 20.0, 20.0, 20.0]
    assert new.crew_count.tolist() == [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    reuse = usage(option("A", "colocation_reuse", 1.0, 5.0, 20.0, 1, 2), MINE, limits)
    assert new.firm_mw.tolist() == [0.0, 0.0, 0.0, 20.0, 20.0, 20.0]
    assert reuse.peak_mw.tolist() == [25.0, 0.0, 0.0, 20.0, 20.0, 20.0]


def test_the_limit_in_the_way_is_named() -> None:
    keep, wanted = option("A", "keep", 1.0, peak=10.0), option("A", "colocation_new", 9.0, 90.0, 10.0, 0, 2)
    other = option("B", "colocation_new", 9.0, 90.0, 10.0, 0, 2)
    for site_mw, capital_usd, crews, named in (
        (50.0, 100.0, 2, "capital limit"),
        (50.0, 500.0, 1, "construction crews"),
        (15.0, 500.0, 2, "site MW"),
        (50.0, 500.0, 2, ""),
    ):
        limits = Limits(site_mw, capital_usd, crews, START, 4)
        assert binding_limit([keep, other], 0, wanted, [SMALL, SMALL], limits) == named


def test_a_site_too_small_for_what_stands_there_says_by_how_much() -> None:
    with pytest.raises(InfeasibleError, match=r"25\.0 MW.*20\.0 MW"):
        choose([[option("A", "keep", 1.0, peak=25.0)]], [Present(25.0, True)], Limits(20.0, 0.0, 1, START, 4))
