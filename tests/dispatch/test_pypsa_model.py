"""The exported network, solved by PyPSA itself, costs what our own schedules say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest

from dispatch.s100_full import COMMITMENTS, LEAST_COST_COMMITTED_USD, full_site, profit_usd
from repower.base.errors import InputError
from repower.dispatch import Battery, DispatchProblem
from repower.dispatch.commitment import Commitment
from repower.dispatch.linear_site import EnergyCap, LinearSite
from repower.dispatch.lp import solve_lp
from repower.dispatch.pypsa_model import to_pypsa

# PyPSA and what it stands on warn of their own future.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _needs_pypsa(request: pytest.FixtureRequest) -> None:
    if "without_pypsa" not in request.node.name:
        pytest.importorskip("pypsa", reason="needs PyPSA: pip install 'repower[peers]'")


def cost_usd(network: Any, **options: Any) -> float:
    """Least cost by PyPSA."""
    status, condition = network.optimize(solver_name="highs", log_to_console=False, **options)
    assert (status, condition) == ("ok", "optimal")
    return float(network.objective)


def everything() -> LinearSite:
    """Half hours, two billing periods, firm load, a plant that is cut and one that must run, export, two batteries."""
    rng = np.random.default_rng(3)
    steps = 96
    small = Battery(
        charge_mw=3.0,
        discharge_mw=5.0,
        energy_mwh=9.0,
        charge_efficiency_frac=0.9,
        discharge_efficiency_frac=0.95,
        start_mwh=4.0,
        end_mwh=2.0,
    )
    problem = DispatchProblem(
        price_usd_per_mwh=rng.normal(40.0, 40.0, steps),
        block_value_usd_per_mwh=rng.uniform(30.0, 120.0, (steps, 3)),
        block_mw=rng.uniform(2.0, 15.0, (steps, 3)),
        import_limit_mw=rng.uniform(25.0, 40.0, steps),
        step_h=0.5,
        export_limit_mw=6.0,
        export_price_usd_per_mwh=None,
        firm=[True, False, False],
        supply_cost_usd_per_mwh=[35.0, 60.0],
        supply_mw=rng.uniform(0.0, 8.0, (steps, 2)),
        battery=small,
        peak_charge_usd_per_mw=[400.0, 150.0],
        billing_period=np.arange(steps) // 48,
        peak_floor_mw=[0.0, 35.0],
    )
    other = replace(small, end_mwh=None, energy_mwh=4.0, start_mwh=0.0, charge_mw=1.0)
    caps = (EnergyCap(plant=0, most_mwh=90.0), EnergyCap(plant=1, least_mwh=120.0))
    return LinearSite(problem=problem, batteries=(other,), energy_caps=caps)


def test_two_weeks_of_s100_agree() -> None:
    problem = full_site(35.0, 336)
    assert cost_usd(to_pypsa(problem)) == pytest.approx(-solve_lp(problem).profit_usd, rel=1e-9)


@pytest.mark.parametrize(("frac", "count"), [(1.0, 2), (0.7, 1)])
def test_a_ratchet_agrees(frac: float, count: int) -> None:
    """Six billing periods, one free of charge, one floor above every peak."""
    site = everything()
    problem = replace(
        site.problem,
        peak_charge_usd_per_mw=[400.0, 150.0, 0.0, 300.0, 50.0, 900.0],
        peak_floor_mw=[0.0, 35.0, 0.0, 60.0, 0.0, 0.0],
        billing_period=np.arange(96) // 16,
        ratchet_frac=frac,
        ratchet_periods=count,
    )
    site = replace(site, problem=problem)
    ours = solve_lp(site)
    assert (
        ours.profit_usd
        < solve_lp(replace(site, problem=replace(problem, ratchet_frac=0.0, ratchet_periods=0))).profit_usd - 1.0
    )
    assert cost_usd(to_pypsa(site)) == pytest.approx(-ours.profit_usd, rel=1e-9)


def test_a_site_with_everything_agrees() -> None:
    site = everything()
    ours = solve_lp(site)
    network = to_pypsa(site, start=datetime(2026, 3, 1))
    assert cost_usd(network) == pytest.approx(-ours.profit_usd, rel=1e-9)
    assert network.snapshots[1] == datetime(2026, 3, 1, 0, 30)
    peaks = network.generators.p_nom_opt[["import period 0", "import period 1"]]
    assert peaks.to_numpy() == pytest.approx(np.maximum(ours.peak_mw, [0.0, 35.0]), rel=1e-6)
    assert network.generators_t.p["plant 1"].sum() * 0.5 >= 120.0 - 1e-6


def test_commitments_agree() -> None:
    cost = cost_usd(to_pypsa(full_site(35.0, 168), commitments=COMMITMENTS), mip_rel_gap=0.0)
    assert cost == pytest.approx(-profit_usd(LEAST_COST_COMMITTED_USD[35.0, 168], 168), rel=1e-9)


def test_starts_per_day_are_refused() -> None:
    with pytest.raises(InputError, match="starts per day"):
        to_pypsa(full_site(35.0, 24), commitments=[Commitment(block=1, starts_per_day=2)])


def test_without_pypsa_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypsa", None)
    with pytest.raises(InputError, match=r"pip install 'repower\[peers\]'"):
        to_pypsa(full_site(35.0, 24))
