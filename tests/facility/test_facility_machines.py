"""Convex power curves of mining machines and power caps of GPUs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import CatalogError, InputError
from repower.catalog import asic, asics, gpu, table, tuning_points
from repower.facility import (
    cap_curve,
    convex_curve,
    gpu_it_mw,
    gpu_throughput_frac,
    hashing_ph_day_per_mwh,
    power_curve,
    steps,
)

HASHPRICE_USD_PER_PH_DAY = 40.0
S19K = "Antminer S19k Pro"


def tuned_models() -> list[str]:
    known = {machine.model for machine in asics()}
    return [model for model in dict.fromkeys(row["model"] for row in table("tuning_points").rows) if model in known]


def break_even_usd_per_mwh(efficiency_j_per_th: float) -> float:
    return HASHPRICE_USD_PER_PH_DAY * hashing_ph_day_per_mwh(efficiency_j_per_th)


def test_the_last_joule_of_an_s19k_pro_is_worth_less_than_its_average():
    points = tuning_points(S19K)
    curve = convex_curve([p.power_w for p in points], [p.hash_rate_ths for p in points], limit_w=2794.0)
    average = curve.power_w[-1] / curve.hash_rate_ths[-1]
    last = steps(curve).marginal_j_per_th[-1]
    assert average == pytest.approx(22.94, abs=0.01)
    assert last == pytest.approx(30.2, abs=0.1)
    assert break_even_usd_per_mwh(average) == pytest.approx(72.7, abs=0.1)
    assert break_even_usd_per_mwh(last) == pytest.approx(55.2, abs=0.2)


def test_the_first_step_leads_from_off_to_the_most_efficient_point():
    first = steps(power_curve(asic(S19K), "curve"))
    assert (first.power_w[0], first.hash_rate_ths[0]) == (1080.0, 54.7)
    assert first.marginal_j_per_th[0] == pytest.approx(min(p.power_w / p.hash_rate_ths for p in tuning_points(S19K)))


def test_a_curve_ends_at_rated_power():
    machine = asic(S19K)
    curve = power_curve(machine, "curve")
    assert curve.power_w[-1] == machine.power_w
    assert curve.hash_rate_ths[-1] == pytest.approx(machine.hash_rate_ths, rel=0.01)


def test_a_limit_on_an_operating_point_keeps_the_point_once():
    curve = convex_curve([1000.0, 2200.0], [50.0, 100.0], limit_w=1000.0)
    assert curve.power_w.tolist() == [0.0, 1000.0]
    assert curve.hash_rate_ths.tolist() == [0.0, 50.0]


def test_stock_is_the_rated_point_alone():
    machine = asic("Antminer S21")
    taken = steps(power_curve(machine, "stock"))
    assert taken.power_w.tolist() == [machine.power_w]
    assert taken.marginal_j_per_th[0] == pytest.approx(machine.efficiency_j_per_th, rel=0.01)


def test_a_curve_is_lent_to_no_other_variant():
    with pytest.raises(CatalogError, match=r'use profile "stock", or a model that has a curve: Antminer S19k Pro$'):
        power_curve(asic("Antminer S19k Pro (110T)"), "curve")


def test_one_operating_point_is_no_curve():
    assert len(tuning_points("Antminer S21 Pro")) == 1
    with pytest.raises(CatalogError, match="1 operating points"):
        power_curve(asic("Antminer S21 Pro"), "curve")


def test_points_of_a_model_come_from_one_firmware():
    for model in tuned_models():
        assert len({point.firmware for point in tuning_points(model)}) == 1, model


@pytest.mark.parametrize("model", [model for model in tuned_models() if len(tuning_points(model)) > 1])
def test_every_tuned_model_of_the_catalog_has_a_convex_curve(model):
    machine = asic(model)
    curve = power_curve(machine, "curve")
    assert curve.power_w[0] == curve.hash_rate_ths[0] == 0
    assert curve.power_w[-1] <= machine.power_w
    assert (np.diff(steps(curve).marginal_j_per_th) > 0).all()


points = st.lists(
    st.tuples(st.floats(500, 6000), st.floats(10, 400)), min_size=1, max_size=20, unique_by=lambda point: point[1]
)


@given(points, st.floats(0, 1))
def test_a_curve_is_convex_below_every_point_and_reaches_the_limit(pairs, share):
    watts, ths = np.array(pairs).T
    best_w = watts[np.argmin(watts / ths)]
    limit_w = best_w + share * (watts.max() - best_w)
    curve = convex_curve(watts, ths, limit_w)
    taken = steps(curve)
    assert (taken.power_w > 0).all()
    assert (taken.hash_rate_ths > 0).all()
    assert (np.diff(taken.marginal_j_per_th) >= -1e-9 * taken.marginal_j_per_th[:-1]).all()
    assert curve.power_w[-1] <= limit_w * (1 + 1e-12)
    assert taken.power_w.sum() == pytest.approx(curve.power_w[-1])
    for power_w, hash_rate_ths in pairs:
        if hash_rate_ths <= curve.hash_rate_ths[-1]:
            assert np.interp(hash_rate_ths, curve.hash_rate_ths, curve.power_w) <= power_w * (1 + 1e-9)


@given(points)
def test_the_hull_is_the_least_power_that_two_points_can_mix(pairs):
    watts, ths = np.array([(0.0, 0.0), *pairs]).T
    curve = convex_curve(watts[1:], ths[1:], limit_w=watts.max())
    for wanted in np.linspace(0, curve.hash_rate_ths[-1], 7):
        best = min(
            watts[a] + (watts[b] - watts[a]) * (wanted - ths[a]) / (ths[b] - ths[a])
            for a, b in itertools.permutations(range(watts.size), 2)
            if ths[a] <= wanted <= ths[b]
        )
        assert np.interp(wanted, curve.hash_rate_ths, curve.power_w) == pytest.approx(best, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("watts", "ths"), [([], []), ([0.0], [10.0]), ([1000.0], [-1.0]), ([np.nan], [10.0])])
def test_operating_points_that_cannot_be_are_refused(watts, ths):
    with pytest.raises(CatalogError, match="not usable"):
        convex_curve(watts, ths, limit_w=3000.0)


def test_a_limit_below_the_best_point_is_refused():
    with pytest.raises(CatalogError, match="more than the rated 900 W"):
        convex_curve([1000.0], [50.0], limit_w=900.0)


def test_idle_gpus_draw_their_idle_share_and_absent_ones_nothing():
    card = gpu("NVIDIA GB200")
    full_mw = gpu_it_mw(card, 72)
    assert full_mw == pytest.approx(72 * card.it_kw_per_gpu / 1000)
    assert gpu_it_mw(card, 72, busy_frac=0.0) == pytest.approx(full_mw * card.idle_frac)
    assert gpu_it_mw(card, 0) == 0


def test_caps_cost_serving_more_than_training():
    serving = gpu_throughput_frac(cap_curve("8 x H200 SXM", "llama2-70b-99", "server"), 0.7143)
    assert serving == pytest.approx(0.79, abs=0.005)
    workload = next(row["workload"] for row in table("gpu_power_caps").rows if row["gpu"] == "1 x V100")
    training = cap_curve("1 x V100", str(workload), "training")
    assert gpu_throughput_frac(training, 0.7) == pytest.approx(0.96, abs=0.01)
    assert gpu_throughput_frac(training, 1.0) == 1.0
    assert (np.diff(training.throughput_frac) > 0).all()


def test_a_cap_that_nobody_measured_is_refused():
    curve = cap_curve("8 x H200 SXM", "llama2-70b-99", "server")
    with pytest.raises(InputError, match=r"from 0.7143 to 1"):
        gpu_throughput_frac(curve, 0.5)
    with pytest.raises(CatalogError, match="llama2-70b-99"):
        cap_curve("8 x H200 SXM", "llama9", "server")
