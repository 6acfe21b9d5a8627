"""Audits of given schedules: what is feasible is valued as settled, what is not is refused with its interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

import plan_sites
from repower.base.errors import InputError
from repower.contracts import settle
from repower.plan.audit import audit
from repower.plan.dispatched import Dispatched, block_names, dispatched, earned_usd
from repower.plan.given import column_names, given_schedule
from repower.plan.hours import Hours, hours_of, typical_prices
from repower.site import Battery

DAYS = (date(2027, 3, 1), date(2027, 4, 1))


@lru_cache(maxsize=2)
def best(battery: bool = True) -> Dispatched:
    site = plan_sites.example()
    tariff = replace(site.tariff, demand_charge_usd_per_kw_month=9.0)
    site = replace(site, tariff=tariff, batteries=(Battery("store", 20.0, 20.0, 40.0),) if battery else ())
    return dispatched(hours_of(site, typical_prices(site, DAYS), (), DAYS))


def columns_of(found: Dispatched) -> dict[str, np.ndarray]:
    """The best schedule as a file has it."""
    names = block_names(found.schedule.blocks)
    columns = {f"{name}_mw": row.copy() for name, row in zip(names, found.schedule.block_mw, strict=True)}
    columns |= {"import_mw": found.schedule.import_mw.copy()}
    if found.hours.battery is not None:
        columns |= {"charge_mw": found.dispatch.charge_mw, "discharge_mw": found.dispatch.discharge_mw}
    return columns


def flat(hours: Hours, share: float) -> dict[str, np.ndarray]:
    """Every hall at a share of its capacity in every hour, the battery idle."""
    halls = dict.fromkeys(block.hall for block in hours.blocks)
    columns = {
        f"{hall}_mw": share * np.sum([block.capacity_mw for block in hours.blocks if block.hall == hall], axis=0)
        for hall in halls
    }
    columns["import_mw"] = np.sum(list(columns.values()), axis=0)
    return columns | ({"battery_mw": np.zeros(hours.prices.grid.count)} if hours.battery else {})


def test_the_best_schedule_leaves_nothing() -> None:
    for battery in (True, False):
        found = best(battery)
        result = audit(found, columns_of(found), "own.csv")
        assert result.earned_usd == pytest.approx(found.earned_usd, rel=1e-9)
        assert result.left_usd <= 1e-6 * found.bound_usd
        assert result.worst == ()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_worse_schedule_leaves_the_difference_to_the_bound(share: float) -> None:
    found = best()
    result = audit(found, flat(found.hours, share), "flat.csv")
    assert result.earned_usd == pytest.approx(earned_usd(found.hours, result.schedule))
    assert result.left_usd == pytest.approx(found.bound_usd - result.earned_usd)
    assert result.left_frac == pytest.approx(result.left_usd / found.bound_usd)
    assert result.left_usd > 0.0
    left = [one.left_usd for one in result.worst]
    assert left == sorted(left, reverse=True)
    assert 0 < result.hours_to_half < found.hours.prices.grid.count / 2
    # The bill agrees: lines that an hour moves differ by what was left.
    lines = settle(result.schedule, found.hours.book, found.hours.prices)
    fixed = {"PPA difference", "customer charge"}
    moved = sum(line.amount_usd for line in lines if line.what not in fixed)
    assert moved == pytest.approx(result.earned_usd, rel=1e-9, abs=1e-3)


def test_running_through_the_dearest_hour_is_the_worst_that_a_miner_does() -> None:
    found = best(battery=False)
    result = audit(found, flat(found.hours, 1.0), "on.csv")
    dearest = int(np.argmax(found.problem.price_usd_per_mwh))
    start = np.datetime64(int(found.hours.prices.grid.start_utc.timestamp()) + 3600 * dearest, "s")
    assert result.worst[0].start_utc == f"{start}"[:16] + "Z"
    assert "all-in" in result.worst[0].text


def test_a_halls_sum_is_laid_to_its_best_loads() -> None:
    """At a quarter of hall D the machines with fewer joules a hash run first."""
    found = best(battery=False)
    schedule, _, _ = given_schedule(found.hours, flat(found.hours, 0.25), "sums.csv")
    rows = [row for row, block in enumerate(schedule.blocks) if block.hall == "D"]
    old, new = rows
    assert "S21" in schedule.blocks[new].label
    assert schedule.block_mw[new].min() > 0.0
    assert schedule.block_mw[old].max() == pytest.approx(0.0, abs=1e-9)


def test_rounded_figures_are_taken_and_settle() -> None:
    found = best(battery=False)
    columns = {name: np.round(values, 2) for name, values in columns_of(found).items()}
    columns["import_mw"] = np.round(sum(columns[f"{name}_mw"] for name in block_names(found.schedule.blocks)), 2)
    result = audit(found, columns, "rounded.csv")
    assert result.left_usd < 1e-3 * found.bound_usd
    assert np.all(result.schedule.block_mw <= [block.capacity_mw for block in result.schedule.blocks])


def test_what_the_site_cannot_do_is_refused_with_its_first_interval() -> None:
    found = best()
    whole = flat(found.hours, 0.5)

    def changed(name: str, at: int, by_mw: float, also: str = "") -> dict[str, np.ndarray]:
        columns = {key: values.copy() for key, values in whole.items()}
        columns[name][at] += by_mw
        if also:
            columns[also][at] += by_mw
        return columns

    cases = {
        "do not balance": changed("import_mw", 7, 1.0),
        "more than is there": changed("A_mw", 8, 40.0, "import_mw"),
        "charges at more": changed("battery_mw", 9, 21.0, "import_mw"),
        "takes out more than is stored": changed("battery_mw", 3, -20.0, "import_mw"),
        "does not end as it begins": changed("battery_mw", 9, 2.0, "import_mw"),
        "below zero": changed("A_mw", 10, -30.0, "import_mw"),
    }
    for words, columns in cases.items():
        with pytest.raises(InputError, match=words) as caught:
            audit(found, columns, "bad.csv")
        assert all(problem.file == "bad.csv" for problem in caught.value.problems)
    full = flat(found.hours, 1.0)
    full["battery_mw"] = np.where(np.arange(full["import_mw"].size) == 0, 15.0, 0.0)
    full["import_mw"] = full["import_mw"] + full["battery_mw"]
    with pytest.raises(InputError, match="above the import limit of 100 MW"):
        audit(found, full, "bad.csv")


def test_missing_columns_are_named() -> None:
    found = best()
    with pytest.raises(InputError) as caught:
        audit(found, {"A_mw": np.zeros(found.hours.prices.grid.count)}, "short.csv")
    assert [problem.key for problem in caught.value.problems] == ["B_mw", "C_mw", "D_mw", "battery_mw", "import_mw"]
    assert {"import_mw", "battery_mw", "A_1_mw", "D_2_mw"} <= set(column_names(found.hours))
