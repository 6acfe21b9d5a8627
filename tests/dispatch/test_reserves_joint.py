"""Reserves of loads and battery: by hand, against a second formulation, under a bound that needs no solver."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.battery_sites import random_site, size_usd
from dispatch.reserve_site import best_usd
from repower.base.errors import InfeasibleError, InputError
from repower.dispatch import Battery, DispatchProblem, certify, solve_lp
from repower.dispatch.linear import linear_programme
from repower.dispatch.linear_site import LinearSite
from repower.dispatch.reserve_product import ReserveProduct
from repower.dispatch.reserves import ReserveDispatch, solve_reserves
from repower.dispatch.weak_duality import least_cost_usd

SEEDS = range(80)
MINER = DispatchProblem(
    price_usd_per_mwh=[30.0, 90.0, 70.0],
    block_value_usd_per_mwh=[80.0, 60.0],
    block_mw=[10.0, 20.0],
    import_limit_mw=25.0,
)
"""All it can import, 25 MW, in hour 0; nothing in hour 1; 10 MW in hour 2."""


def product(*price: float, **terms: object) -> ReserveProduct:
    kept = {"sustained_h": 1.0, "battery": False, "blocks": (0, 1)} | terms
    return ReserveProduct(price_usd_per_mw=np.array(price), **kept)  # type: ignore[arg-type]


def test_running_load_is_sold_upwards_and_load_that_is_off_is_not() -> None:
    found = solve_reserves(MINER, [product(5.0, 5.0, 5.0)])
    assert found.award_mw[:, 0] == pytest.approx([25.0, 0.0, 10.0])
    assert found.reserve_usd == pytest.approx(5.0 * 35)
    assert found.profit_usd == pytest.approx(10 * 50 + 15 * 30 + 10 * 10 + 175)
    assert found.bound_usd == pytest.approx(found.profit_usd)


def test_a_reserve_that_pays_enough_keeps_load_running() -> None:
    """In hour 1 the better block loses 10 $/MWh and earns 12; in hour 2 the other loses 10 as well."""
    found = solve_reserves(MINER, [product(0.0, 12.0, 12.0)])
    assert found.block_mw == pytest.approx(np.array([[10.0, 15.0], [10.0, 0.0], [10.0, 15.0]]))
    assert found.award_mw[1:, 0] == pytest.approx([10.0, 25.0])


def test_load_that_stands_still_is_sold_downwards_as_far_as_the_meter_carries() -> None:
    found = solve_reserves(MINER, [product(1.0, 1.0, 1.0, down=True)])
    assert found.award_mw[:, 0] == pytest.approx([0.0, 25.0, 15.0])


def test_a_megawatt_is_sold_once_and_the_dearer_product_gets_it_up_to_its_limit() -> None:
    cheap, dear = product(2.0, 2.0, 2.0), product(4.0, 4.0, 1.0, most_mw=6.0)
    found = solve_reserves(MINER, [cheap, dear])
    assert found.award_mw == pytest.approx(np.array([[19.0, 6.0], [0.0, 0.0], [10.0, 0.0]]))


def test_an_availability_below_one_takes_more_load_for_a_megawatt() -> None:
    found = solve_reserves(MINER, [product(5.0, 5.0, 5.0, available_frac=0.8)])
    assert found.award_mw[:, 0] == pytest.approx([20.0, 0.0, 8.0])
    capped = solve_reserves(MINER, [product(5.0, 5.0, 5.0, available_frac=0.8, most_mw=10.0)])
    assert capped.award_mw[:, 0] == pytest.approx([10.0, 0.0, 8.0])


def test_blocks_that_offer_other_products_are_kept_apart() -> None:
    one, other = product(5.0, 5.0, 5.0, blocks=(0,)), product(7.0, 7.0, 7.0, blocks=(1,))
    found = solve_reserves(MINER, [one, other])
    assert found.award_mw == pytest.approx(np.array([[10.0, 15.0], [0.0, 0.0], [10.0, 0.0]]))


def test_behind_a_meter_that_exports_nothing_all_that_is_sold_is_the_import() -> None:
    """Battery and load sell 25 MW together, not 25 and 5; beside firm load the battery has what that cannot sell."""
    battery = Battery(
        charge_mw=5.0,
        discharge_mw=5.0,
        energy_mwh=10.0,
        charge_efficiency_frac=1.0,
        discharge_efficiency_frac=1.0,
        start_mwh=5.0,
        end_mwh=5.0,
    )
    flat = replace(MINER, price_usd_per_mwh=[30.0, 30.0, 30.0], battery=battery)
    found = solve_reserves(flat, [product(0.5, 0.5, 0.5, battery=True)])
    assert found.award_mw[:, 0] == pytest.approx(found.import_mw)
    firm = replace(flat, firm=[True, False])
    with pytest.raises(InputError, match="is firm load"):
        solve_reserves(firm, [product(0.5, 0.5, 0.5)])
    beside = solve_reserves(firm, [product(0.5, 0.5, 0.5, battery=True, blocks=(1,))])
    assert beside.load_award_mw[:, 0] == pytest.approx([15.0] * 3)
    assert beside.battery_award_mw[:, 0] == pytest.approx([5.0] * 3)


def random_products(problem: DispatchProblem, seed: int) -> list[ReserveProduct]:
    """Up to four, of both directions, capped or not, of all or some of the interruptible blocks."""
    rng = np.random.default_rng(seed + 1000)
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    free = [k for k in range(blocks) if problem.firm is None or not problem.firm[k]]
    found = []
    for _ in range(int(rng.integers(1, 5))):
        chosen = tuple(free) if rng.random() < 0.5 else tuple(k for k in free if rng.random() < 0.5)
        price = np.round(rng.uniform(-2, 30, steps)) if rng.random() < 0.5 else rng.uniform(-2, 30, steps)
        found.append(
            ReserveProduct(
                price_usd_per_mw=price,
                sustained_h=float(rng.choice([0.25, 1.0, 4.0])),
                down=bool(rng.random() < 0.4),
                most_mw=float(rng.choice([np.inf, 3.0, 12.0])),
                battery=bool(rng.random() < 0.8) or not chosen,
                blocks=chosen,
                available_frac=float(rng.choice([1.0, 0.7])),
            )
        )
    return found


def kept(problem: DispatchProblem, products: list[ReserveProduct], found: ReserveDispatch) -> bool:
    """Whether awards stay within what loads draw, could draw, and the meter carries."""
    slack = 1e-5
    width = np.broadcast_to(problem.block_mw, found.block_mw.shape)
    net = found.import_mw - found.export_mw
    sides = []
    for down in (False, True):
        mine = [place for place, one in enumerate(products) if one.down == down]
        shares = np.array([products[place].available_frac for place in mine])
        loads = (found.load_award_mw[:, mine] / shares).sum(axis=1)
        total = loads + (found.battery_award_mw[:, mine] / shares).sum(axis=1)
        offered = sorted({k for place in mine for k in products[place].blocks})
        spare = (width - found.block_mw if down else found.block_mw)[:, offered].sum(axis=1)
        meter = problem.import_limit_mw - net if down else net + problem.export_limit_mw
        sides += [(loads <= spare + slack).all(), (total <= np.asarray(meter) + slack).all()]
    capped = all((found.award_mw[:, place] <= one.most_mw + slack).all() for place, one in enumerate(products))
    return all(sides) and capped and bool((found.award_mw >= 0.0).all())


def test_random_sites_earn_what_a_second_formulation_says_under_a_bound_that_closes() -> None:
    solved = 0
    for seed in SEEDS:
        problem = random_site(seed)
        if problem.price_usd_per_mwh.size > 48:
            continue
        products = random_products(problem, seed)
        best = best_usd(problem, products)
        if best is None:
            with pytest.raises(InfeasibleError):
                solve_reserves(problem, products)
            continue
        found = solve_reserves(problem, products)
        size = size_usd(problem, found) + abs(found.reserve_usd)
        assert found.profit_usd == pytest.approx(best, abs=1e-7 * size), f"seed {seed}"
        assert found.bound_usd is not None
        assert found.profit_usd <= found.bound_usd <= found.profit_usd + 1e-6 * size, f"seed {seed}"
        assert kept(problem, products, found), f"seed {seed}"
        fewer = solve_reserves(problem, products[:1])
        assert fewer.profit_usd <= found.profit_usd + 1e-7 * size, f"seed {seed}"
        free = [replace(one, price_usd_per_mw=np.zeros(one.price_usd_per_mw.size)) for one in products]
        alone = solve_lp(problem).profit_usd
        assert solve_reserves(problem, free).profit_usd == pytest.approx(alone, abs=1e-7 * size), f"seed {seed}"
        solved += 1
    assert solved > 30


def test_loads_alone_need_no_programme_and_earn_the_same() -> None:
    """Sites without battery and plants, all products of the same blocks: by folding, and by the second formulation."""
    solved = 0
    for seed in range(150):
        site = random_site(seed)
        problem = replace(site, battery=None, supply_mw=None, supply_cost_usd_per_mwh=None)
        blocks = problem.block_mw.shape[-1]
        free = tuple(k for k in range(blocks) if problem.firm is None or not problem.firm[k])
        if problem.price_usd_per_mwh.size > 48 or not free:
            continue
        if seed % 3:
            problem = replace(problem, import_limit_mw=np.inf)
        products = [replace(one, battery=False, blocks=free) for one in random_products(problem, seed)]
        best = best_usd(problem, products)
        if best is None:
            with pytest.raises(InfeasibleError):
                solve_reserves(problem, products)
            continue
        found = solve_reserves(problem, products)
        size = size_usd(problem, found) + abs(found.reserve_usd)
        assert found.profit_usd == pytest.approx(best, abs=1e-7 * size), f"seed {seed}"
        assert found.bound_usd is not None
        assert found.profit_usd <= found.bound_usd <= found.profit_usd + 1e-7 * size, f"seed {seed}"
        assert kept(problem, products, found), f"seed {seed}"
        certify(problem, found)
        solved += "folded" in found.method
    assert solved > 30


def test_any_prices_of_rows_bound_a_linear_programme() -> None:
    rng = np.random.default_rng(5)
    for seed in range(25):
        problem = random_site(seed)
        programme = linear_programme(LinearSite(problem=problem))
        try:
            least = -solve_lp(problem).profit_usd
        except InfeasibleError:
            continue
        for _ in range(4):
            price = rng.normal(0.0, 30.0, programme.row_upper.size)
            bound = least_cost_usd(programme, price)
            assert bound <= least + 1e-6 * max(abs(least), 1.0), f"seed {seed}"
            assert np.isfinite(bound)


def test_what_does_not_fit_is_refused_by_name() -> None:
    good = product(1.0, 1.0, 1.0)
    for wrong, words in (
        (replace(good, blocks=()), r"products\[0\].blocks: nobody may provide it"),
        (replace(good, blocks=(0, 2)), "no load block, or named twice"),
        (replace(good, blocks=(1, 1)), "no load block, or named twice"),
        (replace(good, available_frac=0.0), "no such share"),
        (replace(good, most_mw=-1.0), "no amount"),
        (replace(good, price_usd_per_mw=np.array([1.0, np.nan, 1.0])), "does not fit"),
    ):
        with pytest.raises(InputError, match=words):
            solve_reserves(MINER, [wrong])
