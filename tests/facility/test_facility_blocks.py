"""Load blocks: megawatts at the meter add up to what machines and PUE say, and hashing and GPU-hours with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from repower.base.errors import CatalogError, InputError
from repower.catalog import asic, cooling, coolings, gpu
from repower.facility import (
    design_pue,
    gpu_blocks,
    hashing_ph_day_per_mwh,
    hosting_block,
    lease_block,
    mining_blocks,
    power_curve,
    pue,
    sellable_it_mw,
    typical_weather,
)
from repower.site.halls import Fleet

WEATHER = typical_weather("midland_tx", 2025, "America/Chicago")
AIR, CHILLED, LIQUID = cooling("mining_air"), cooling("air_chiller"), cooling("dlc_dry_40")
S19K = "Antminer S19k Pro"

kinds = st.sampled_from([row.kind for row in coolings()])
fleets = st.lists(
    st.builds(
        Fleet,
        model=st.sampled_from([S19K, "Antminer S19 XP"]),
        count=st.integers(1, 20_000),
        profile=st.sampled_from(["stock", "curve"]),
    ),
    max_size=4,
)


def test_a_stock_fleet_is_one_block_by_hand():
    (block,) = mining_blocks("A", [Fleet("Antminer S21", 1000)], AIR, WEATHER, "pool")
    machine = asic("Antminer S21")
    assert block.it_mw == pytest.approx(machine.power_w / 1000)
    assert_allclose(block.capacity_mw, block.it_mw * 1.05, rtol=1e-12)
    assert block.hash_ph_day_per_mwh[0] == pytest.approx(1000 / 24 / (machine.power_w / machine.hash_rate_ths) / 1.05)
    assert (block.hall, block.use, block.contract, block.firm) == ("A", "mining", "pool", False)
    assert not block.gpu_h_per_mwh.any()


def test_a_full_day_of_a_block_hashes_what_the_machines_hash():
    (block,) = mining_blocks("A", [Fleet("Antminer S21", 1000)], CHILLED, WEATHER, "pool")
    ph_days = (block.capacity_mw * block.hash_ph_day_per_mwh)[:24].sum()
    assert ph_days == pytest.approx(asic("Antminer S21").hash_rate_ths)


def test_one_ph_day_at_one_joule_takes_a_day_of_one_kilowatt():
    assert hashing_ph_day_per_mwh(1.0) == pytest.approx(1000 / 24)
    assert 40.0 * hashing_ph_day_per_mwh(13.5) == pytest.approx(123.5, abs=0.05)


def test_a_tuned_fleet_has_a_block_for_every_step_cheapest_first():
    blocks = mining_blocks("A", [Fleet(S19K, 1000, "curve")], AIR, WEATHER, "pool")
    assert len(blocks) == power_curve(asic(S19K), "curve").power_w.size - 1
    hashing = [block.hash_ph_day_per_mwh[0] for block in blocks]
    assert hashing == sorted(hashing, reverse=True)
    assert len({block.label for block in blocks}) == len(blocks)


@given(kinds, fleets)
def test_mining_blocks_add_up_to_machines_times_pue(kind, owned):
    blocks = mining_blocks("A", owned, cooling(kind), WEATHER, "pool")
    ratio = pue(cooling(kind), WEATHER)
    machine_mw = sum(fleet.count * asic(fleet.model).power_w for fleet in owned) / 1e6
    total_mw = sum((block.capacity_mw for block in blocks), np.zeros(ratio.size))
    assert_allclose(total_mw, machine_mw * ratio, rtol=1e-12)
    curves = [(fleet.count, power_curve(asic(fleet.model), fleet.profile)) for fleet in owned]
    hash_rate_phs = sum(count * curve.hash_rate_ths[-1] for count, curve in curves) / 1000
    hashed = sum((block.capacity_mw * block.hash_ph_day_per_mwh for block in blocks), np.zeros(ratio.size))
    assert_allclose(hashed, hash_rate_phs / 24, rtol=1e-9)
    assert not any(block.firm for block in blocks)


def test_a_fleet_without_a_curve_is_refused():
    with pytest.raises(CatalogError, match="too few for a curve"):
        mining_blocks("A", [Fleet("Antminer S21", 10, "curve")], AIR, WEATHER, "pool")


@given(kinds, st.floats(0.1, 300), st.floats(0.01, 1))
def test_a_lease_on_what_a_shell_sells_fits_the_shell_on_the_design_hour(kind, shell_mw, load_factor):
    parameters = cooling(kind)
    it_mw = sellable_it_mw(shell_mw, parameters, WEATHER)
    block = lease_block("A", "lease", it_mw, load_factor, parameters, WEATHER)
    assert block.firm
    assert block.it_mw == pytest.approx(it_mw * load_factor)
    assert_allclose(block.capacity_mw, block.it_mw * pue(parameters, WEATHER), rtol=1e-12)
    over = block.capacity_mw > shell_mw * (1 + 1e-12)
    assert over.mean() <= 0.01
    worst = lease_block("A", "lease", sellable_it_mw(shell_mw, parameters, WEATHER, 0.0), 1.0, parameters, WEATHER)
    assert worst.capacity_mw.max() <= shell_mw * (1 + 1e-12)


@given(kinds, st.integers(1, 50_000), st.floats(0, 1))
def test_gpu_blocks_add_up_to_all_gpus_at_work_and_offer_each_once(kind, count, term_frac):
    card, parameters = gpu("NVIDIA GB200"), cooling(kind)
    blocks = gpu_blocks("A", "cloud", card, count, parameters, WEATHER, term_frac)
    it_mw = count * card.it_kw_per_gpu / 1000
    assert_allclose(sum(block.capacity_mw for block in blocks), it_mw * pue(parameters, WEATHER), rtol=1e-9)
    assert sum(block.it_mw for block in blocks) == pytest.approx(it_mw)
    offered = sum(block.capacity_mw * block.gpu_h_per_mwh for block in blocks)
    assert_allclose(offered, count, rtol=1e-9)
    firm = blocks[0]
    assert firm.firm
    assert firm.it_mw >= it_mw * card.idle_frac * (1 - 1e-12)
    assert (firm.capacity_mw * firm.gpu_h_per_mwh)[0] == pytest.approx(count * term_frac, abs=1e-6)
    assert all(not block.firm for block in blocks[1:])


def test_gpus_all_on_term_have_no_flexible_block():
    assert len(gpu_blocks("A", "cloud", gpu("NVIDIA GB200"), 72, LIQUID, WEATHER, 1.0)) == 1


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_on_term_that_is_none_is_refused(share):
    with pytest.raises(InputError, match="from 0 to 1"):
        gpu_blocks("A", "cloud", gpu("NVIDIA GB200"), 72, LIQUID, WEATHER, share)


@pytest.mark.parametrize("curtailable", [True, False])
def test_hosting_is_a_constant_load_at_the_meter(curtailable):
    block = hosting_block("A", "host", 25.0, curtailable, CHILLED, WEATHER)
    assert (block.capacity_mw == 25.0).all()
    assert block.firm is not curtailable
    assert block.it_mw * design_pue(CHILLED, WEATHER, 0.0) == pytest.approx(25.0)
    assert not block.hash_ph_day_per_mwh.any()
