"""The west Texas plan audited: finance from plan.json alone, the choice by enumeration, flips by planning again.

Expected values are plain arithmetic; `repower.plan` gives the inputs (option values, the plan's document) alone.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

import plan_sites
from repower.plan.cash import HallCash
from repower.plan.make import make
from repower.plan.options import candidates
from repower.plan.result import Decision, Flip, OptionValue, Plan
from repower.plan.world import Hourly, build_world
from repower.report.document import document
from repower.site import Lease, Site

BUILDING = {"colocation_reuse", "colocation_new", "gpu_cloud"}
EMPTY_FIRST = {"colocation_reuse", "gpu_cloud", "stop"}
CENT = 0.01
QUARTERS = 60


@lru_cache(maxsize=4)
def plan_of(name: str = "west_texas") -> Plan:
    return make(plan_sites.example(name), Hourly())


@lru_cache(maxsize=1)
def paper() -> dict[str, Any]:
    """What a reader of plan.json has."""
    found: dict[str, Any] = json.loads(json.dumps(document(plan_of())))
    return found


@lru_cache(maxsize=1)
def owner() -> dict[str, float]:
    text = (plan_sites.EXAMPLES / "west_texas.toml").read_text(encoding="utf-8")
    found: dict[str, float] = tomllib.loads(text)["owner"]
    return found


def lines_total(table: dict[str, Any]) -> np.ndarray:
    return np.sum([line["amount_usd"] for line in table["lines"]], axis=0)


def conversion() -> np.ndarray:
    return lines_total(paper()["cash"]) - lines_total(paper()["keep_cash"])


def present_value(cash: np.ndarray, rate_a_year: float) -> float:
    return float(sum(amount * (1 + rate_a_year) ** (-(k + 1) / 12) for k, amount in enumerate(cash)))


# --- finance from plan.json


def test_values_are_the_lines_discounted_from_the_end_of_each_month() -> None:
    found = paper()
    rate = owner()["discount_frac_per_year"]
    assert found["discount_frac_per_year"] == rate
    for table, value in (("cash", "value_usd"), ("keep_cash", "keep_value_usd")):
        assert found[table]["total_usd"] == pytest.approx(lines_total(found[table]), abs=CENT * 20)
        assert found[value] == pytest.approx(present_value(lines_total(found[table]), rate), abs=5.0)
    assert found["value_over_keep_usd"] == pytest.approx(present_value(conversion(), rate), abs=10.0)


@pytest.mark.parametrize("which", ["irr", "equity_irr"])
def test_rates_of_return_are_yearly_and_bring_the_monthly_cash_to_zero(which: str) -> None:
    """(1 + r)^(1/12) a month, not r / 12; the rate below 100 % found again by halving."""
    cash = conversion() if which == "irr" else equity_cash()
    (root,) = [rate for rate in paper()[which]["roots"] if rate < 1.0]
    low, high = root - 0.05, root + 0.05
    assert present_value(cash, low) > 0 > present_value(cash, high)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if present_value(cash, middle) > 0 else (low, middle)
    assert root == pytest.approx(low, abs=1e-7)


def test_payback_runs_from_the_first_spend_and_the_valley_is_the_deepest_sum() -> None:
    total = np.cumsum(conversion())
    last = int(np.flatnonzero(total < 0)[-1])
    first = int(np.flatnonzero(conversion() < 0)[0])
    months = last + 1 - first + -total[last] / conversion()[last + 1] - 1
    assert paper()["payback_years"] == pytest.approx(months / 12, abs=1e-6)
    assert paper()["valley"]["amount_usd"] == pytest.approx(total.min(), abs=1.0)
    assert paper()["valley"]["month"] == paper()["months"][int(total.argmin())]
    after_debt = np.cumsum(equity_cash())
    assert paper()["equity_valley"]["amount_usd"] == pytest.approx(after_debt.min(), abs=1.0)
    assert paper()["equity_valley"]["month"] == paper()["months"][int(after_debt.argmin())]


def leases() -> list[dict[str, Any]]:
    return [one["chosen"] for one in paper()["decisions"] if one["chosen"]["kind"].startswith("colocation")]


def month_index(day: str) -> int:
    return paper()["months"].index(day)


def spend_and_cover() -> tuple[np.ndarray, np.ndarray, int, int]:
    """Monthly spend, yearly contracted cash after the last hand-over, first month of spend, month of that hand-over.

    Contracted is the lease's own ten years; selling machines and letting again are not.
    """
    ready = max(month_index(one["hand_over"]) for one in leases())
    spend = -np.sum([one["capex_cash_usd"] for one in leases()], axis=0)
    cash = np.zeros(len(paper()["months"]))
    for one in leases():
        ends = month_index(one["hand_over"]) + 120
        running = np.array(one["cash_usd"]) - np.array(one["capex_cash_usd"])
        running -= np.sum(
            [
                line["amount_usd"]
                for line in paper()["cash"]["lines"]
                if line["name"] == f"machines sold, hall {one['hall']}"
            ],
            axis=0,
        )
        cash[ready:ends] += running[ready:ends]
    years = (cash.size - ready) // 12
    return spend, cash[ready : ready + 12 * years].reshape(years, 12).sum(axis=1), int(np.flatnonzero(spend)[0]), ready


def test_the_loan_is_the_smaller_of_cover_and_cost() -> None:
    spend, yearly, first, ready = spend_and_cover()
    debt, terms = paper()["debt"], owner()
    rate, tenor = terms["debt_rate_frac_per_year"], int(terms["debt_tenor_years"])
    carried = sum(yearly[t] / terms["debt_dscr_ratio"] / (1 + rate) ** (t + 1) for t in range(tenor))
    built = spend[first:ready]
    share = 0.0  # of every month's spend that the loan pays, until the loan is its share of the all-in cost
    for _ in range(200):
        owed = 0.0
        for paid in built:
            owed = owed * (1 + rate / 12) + share * paid
        interest = owed - share * built.sum()
        share *= terms["debt_ltc_frac"] * (built.sum() + interest) / owed if owed else 1.0
        share = share or 0.5
    size = min(carried, owed)
    assert debt["dscr_size_usd"] == pytest.approx(carried, rel=1e-8)
    assert debt["ltc_cap_usd"] == pytest.approx(owed, rel=1e-8)
    assert debt["size_usd"] == pytest.approx(size, rel=1e-8)
    assert debt["binding"] == ("ltc" if owed < carried else "dscr")
    assert debt["interest_during_construction_usd"] == pytest.approx(interest * size / owed, rel=1e-7)
    assert debt["draws_usd"] == pytest.approx(built * share * size / owed, rel=1e-7, abs=1.0)


def test_service_is_a_constant_share_of_contracted_cash_and_repays_the_loan() -> None:
    _, yearly, _, _ = spend_and_cover()
    debt, terms = paper()["debt"], owner()
    rate, tenor = terms["debt_rate_frac_per_year"], int(terms["debt_tenor_years"])
    owed = debt["size_usd"]
    worth = sum(yearly[t] / (1 + rate) ** (t + 1) for t in range(tenor))
    cover = worth / owed
    assert debt["min_dscr_ratio"] == pytest.approx(cover, rel=1e-8)
    assert paper()["min_dscr_ratio"] == pytest.approx(cover, rel=1e-8)
    for t in range(len(yearly)):
        service = yearly[t] / cover if t < tenor else 0.0
        interest = owed * rate if t < tenor else 0.0
        owed = owed + interest - service
        assert debt["service_usd"][t] == pytest.approx(service, rel=1e-8, abs=1.0)
        assert debt["interest_usd"][t] == pytest.approx(interest, rel=1e-8, abs=5.0)
        assert debt["balance_usd"][t] == pytest.approx(owed, rel=1e-8, abs=20.0)
    assert owed == pytest.approx(0.0, abs=20.0)


def equity_cash() -> np.ndarray:
    _, yearly, first, ready = spend_and_cover()
    debt = paper()["debt"]
    cash = conversion()
    cash[first:ready] += debt["draws_usd"]
    for t in range(len(yearly)):
        cash[ready + 12 * t : ready + 12 * t + 12] -= debt["service_usd"][t] / 12
    return cash


# --- the choice, by enumeration


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[OptionValue, ...], ...]:
    ledger = HallCash(plan_sites.world_of(plan_sites.example()))
    return tuple(
        tuple(one.value for one in candidates(ledger, hall) if one.value.feasible)
        for hall in plan_sites.example().halls
    )


def first_month(option: OptionValue) -> int:
    return (option.start.year - 2027) * 12 + (option.start.number - 1) * 3


def ready_month(option: OptionValue) -> int:
    return (
        QUARTERS * 3 if option.hand_over is None else (option.hand_over.year - 2027) * 12 + option.hand_over.month - 1
    )


def quarter_range(first: int, last: int) -> np.ndarray:
    """One in every quarter that holds a month from `first` up to, not including, `last`."""
    starts = 3 * np.arange(QUARTERS)
    return ((starts + 3 > first) & (starts < last)).astype(float)


def crews(option: OptionValue) -> np.ndarray:
    """A crew stays until the day before hand-over, and that quarter is its own to the end."""
    if option.kind not in BUILDING:
        return np.zeros(QUARTERS)
    return quarter_range(first_month(option), ready_month(option))


def firm_mw(option: OptionValue) -> np.ndarray:
    """Meter MW of tenants and GPUs on the design hour, from the quarter of hand-over on; no hall has any today."""
    held = 3 * (ready_month(option) // 3)
    return option.peak_mw * quarter_range(held, QUARTERS * 3) * (option.kind in BUILDING)


def all_mw(option: OptionValue, before_mw: float) -> np.ndarray:
    """With what runs before: until works begin where the building is emptied, else until the quarter of hand-over."""
    until = first_month(option) if option.kind in EMPTY_FIRST else 3 * (ready_month(option) // 3)
    mined = option.kind == "refresh" and option.hand_over is not None
    after = option.peak_mw * quarter_range(3 * (ready_month(option) // 3), QUARTERS * 3) if mined else firm_mw(option)
    return before_mw * quarter_range(0, QUARTERS * 3 if option.kind == "keep" else until) + after


def best_choice(capital_usd: float) -> tuple[float, tuple[OptionValue, ...]]:
    """All combinations under crews, megawatts and capital."""
    site = plan_sites.example()
    present = [one.peak_mw for one in plan_of().decisions for one in one.options if one.kind == "keep"]
    halls = [undominated(group) for group in groups()]
    most_mw = max(site.interconnect.import_limit_mw, sum(present))
    uses = [
        np.array([np.concatenate([crews(one), firm_mw(one), all_mw(one, before)]) for one in hall])
        for hall, before in zip(halls, present, strict=True)
    ]
    limit = np.repeat([site.owner.crews, site.interconnect.import_limit_mw, most_mw], QUARTERS) * (1 + 1e-9)
    cost = [np.array([one.capex_usd for one in hall]) for hall in halls]
    worth = [np.array([one.value_usd for one in hall]) for hall in halls]
    best: tuple[float, tuple[OptionValue, ...]] = (-np.inf, ())
    for i, j in np.ndindex(len(halls[0]), len(halls[1])):
        room = limit - uses[0][i] - uses[1][j]
        left = capital_usd * (1 + 1e-9) - cost[0][i] - cost[1][j]
        if left < 0 or room.min() < 0:
            continue
        if worth[0][i] + worth[1][j] + worth[2].max() + worth[3].max() <= best[0]:
            continue
        for k in np.flatnonzero(worth[0][i] + worth[1][j] + worth[2] + worth[3].max() > best[0]):
            fits = (uses[3] <= room - uses[2][k]).all(axis=1) & (cost[3] <= left - cost[2][k])
            total = np.where(fits, worth[0][i] + worth[1][j] + worth[2][k] + worth[3], -np.inf)
            at = int(total.argmax())
            if total[at] > best[0]:
                best = (float(total[at]), (halls[0][i], halls[1][j], halls[2][k], halls[3][at]))
    return best


def undominated(group: tuple[OptionValue, ...]) -> list[OptionValue]:
    """Best first; what needs no crew, no capital and no megawatts is there with its best start alone."""
    free = [one for one in group if one.kind == "stop"]
    kept = [max(free, key=lambda one: one.value_usd), *(one for one in group if one.kind != "stop")]
    return sorted(kept, key=lambda one: -one.value_usd)


def test_the_choice_is_the_best_of_all_combinations() -> None:
    best_usd, picked = best_choice(plan_sites.example().owner.capital_limit_usd)
    chosen = [one.chosen for one in plan_of().decisions]
    assert sum(one.value_usd for one in chosen) == pytest.approx(best_usd, rel=1e-12)
    assert [(one.hall, one.kind, one.start) for one in picked] == [(one.hall, one.kind, one.start) for one in chosen]


def test_no_more_halls_are_under_construction_in_a_quarter_than_there_are_crews() -> None:
    building = np.zeros(QUARTERS)
    for one in plan_of().decisions:
        if one.chosen.kind in BUILDING:
            building[first_month(one.chosen) // 3 : -(-ready_month(one.chosen) // 3)] += 1
    assert building.max() <= plan_sites.example().owner.crews


# --- next best and flips


def test_the_next_best_is_the_best_start_of_any_other_option() -> None:
    for one, group in zip(plan_of().decisions, groups(), strict=True):
        others = [other for other in group if other.kind != one.chosen.kind]
        assert one.next_best is not None
        assert one.next_best.value_usd == max(other.value_usd for other in others)
        assert one.difference_usd == pytest.approx(one.chosen.value_usd - one.next_best.value_usd)


def moved(site: Site, hall: str, flip: Flip, level: float) -> Site | None:
    """The site of one hall with the flip's input at a level; None where the input is no number of the site file."""
    ratio = level / flip.base if flip.base else 1.0
    site = replace(site, halls=tuple(one for one in site.halls if one.name == hall))
    if flip.driver == "hashprice":
        return replace(site, outlook=replace(site.outlook, btc_usd=site.outlook.btc_usd * ratio))
    if flip.driver == "colocation rent":
        market = site.outlook.colocation_rent_usd_per_kw_month
        relet = None if market is None else market * ratio
        contracts = tuple(
            replace(one, rent_usd_per_kw_month=one.rent_usd_per_kw_month * ratio) if isinstance(one, Lease) else one
            for one in site.contracts
        )
        outlook = replace(site.outlook, colocation_rent_usd_per_kw_month=relet)
        return replace(site, contracts=contracts, outlook=outlook)
    return None


def values(site: Site) -> list[OptionValue]:
    (hall,) = site.halls
    return [one.value for one in candidates(HallCash(build_world(site, Hourly())), hall) if one.value.feasible]


def lead(found: list[OptionValue], one: Decision) -> tuple[float, str]:
    """Chosen over the best of every other option, each at its start of the base case, and the label of that other."""
    at_start = {value.label: value.value_usd for value in found}
    others = {option.label: at_start[option.label] for option in one.options if option.feasible}
    own_usd = others.pop(one.chosen.label)
    best = max(others, key=lambda label: others[label])
    return own_usd - others[best], best


def test_a_flip_of_building_cost_is_the_lead_over_the_discounted_spend() -> None:
    """Spend is linear in its level, so the level follows from the option's own cash."""
    for one in plan_of().decisions:
        for flip in one.flips:
            if flip.driver != "building cost" or flip.needed is None:
                continue
            assert one.next_best is not None
            assert one.next_best.kind not in BUILDING
            spend = -present_value(one.chosen.capex_cash_usd, owner()["discount_frac_per_year"])
            assert flip.needed / flip.base == pytest.approx(1 + one.difference_usd / spend, rel=1e-6)


def test_a_capital_limit_that_flips_is_the_lowest_that_does() -> None:
    (one,) = [decision for decision in plan_of().decisions if decision.binding == "capital limit"]
    (flip,) = one.flips
    assert flip.needed is not None
    for share, changes in ((0.99, False), (1.0, True)):
        _, picked = best_choice(flip.needed * share)
        (found,) = [option for option in picked if option.hall == one.hall]
        assert (found.kind != one.chosen.kind) == changes


def test_prices_that_flip_a_hall_flip_it_when_planned_again() -> None:
    """A per cent short of the level the choice leads every other option; a per cent beyond it one of them leads."""
    seen = 0
    for name in ("west_texas", "crusoe_style_off_grid_gas", "hut8_river_bend"):
        site = plan_sites.example(name)
        for one in plan_of(name).decisions:
            for flip in one.flips:
                if flip.needed is None or flip.driver not in {"hashprice", "colocation rent"}:
                    continue
                way = 1.0 if flip.needed > flip.base else -1.0
                for step, leads in ((-0.01, True), (0.01, False)):
                    level = flip.needed * (1 + way * step)
                    changed = moved(site, one.hall, flip, level)
                    assert changed is not None
                    lead_usd, other = lead(values(changed), one)
                    assert (lead_usd > 0) == leads, (name, one.hall, flip, step)
                    assert leads or flip.text.endswith(f"makes it {other}")
                seen += 1
    assert seen >= 3
