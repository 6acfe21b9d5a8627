"""Parts that survive, cost, duration and the S-curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower import catalog
from repower.plan import conversion
from repower.site import Hall, HallOption, Reuse

HALL = Hall("H", 25.0, "mining_air")
NEW = HallOption("colocation_new", cooling="dlc_dry_40", terms="x")
REUSE = HallOption("colocation_reuse", cooling="dlc_dry_40", terms="x")
ALL = Reuse(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
NOTHING = Reuse(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_a_new_building_where_nothing_survives_costs_the_sum_of_the_parts() -> None:
    built = conversion.build(replace(HALL, reuse=NOTHING), NEW, 10.0)
    assert built.spend_usd == pytest.approx(10.0 * sum(row.cost_usd_per_mw for row in catalog.capex_parts("new")))
    assert all(part.survives_usd == 0.0 for part in built.parts)


def test_a_mining_shed_never_serves_a_new_building() -> None:
    built = conversion.build(replace(HALL, reuse=ALL), NEW, 10.0)
    spent = {part.part: part.spend_usd for part in built.parts}
    assert spent["shell"] > 0.0
    assert spent["cooling"] > 0.0
    assert spent["substation"] == 0.0


def test_reuse_costs_less_and_takes_less_time() -> None:
    good = replace(HALL, reuse=ALL)
    reuse, new = conversion.build(good, REUSE, 10.0), conversion.build(good, NEW, 10.0)
    assert reuse.spend_usd < new.spend_usd
    assert reuse.weeks < new.weeks


def test_a_substation_to_buy_sets_the_duration() -> None:
    without = conversion.build(replace(HALL, reuse=replace(ALL, substation_frac=0.0)), REUSE, 10.0)
    assert without.longest == "high-voltage transformer"
    assert without.weeks == pytest.approx((128 + 160) / 2 + (6 + 12) / 2)
    assert without.late_weeks == pytest.approx(160 + 12)


def test_a_stated_cost_and_time_replace_the_catalog() -> None:
    option = replace(NEW, capex_usd_per_mw=9_000_000.0, build_weeks=48.0)
    built = conversion.build(HALL, option, 100.0)
    assert built.spend_usd == pytest.approx(900e6)
    assert built.weeks == 48.0
    assert built.late_weeks > 48.0


@given(st.integers(1, 60))
def test_the_spend_adds_up_and_is_slow_at_both_ends(months: int) -> None:
    profile = conversion.spend_profile(months)
    assert profile.sum() == pytest.approx(1.0)
    assert np.all(profile > 0.0)
    assert profile == pytest.approx(profile[::-1])
    assert profile.max() == pytest.approx(profile[(months - 1) // 2])


@given(st.floats(0.1, 400.0))
def test_months_cover_the_weeks(weeks: float) -> None:
    months = conversion.months_of(weeks)
    assert months * 52 / 12 >= weeks - 1e-6
    assert months == 1 or (months - 1) * 52 / 12 < weeks
