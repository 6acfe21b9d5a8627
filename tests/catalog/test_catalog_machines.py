"""Mining machines, tuning points and GPUs, against the collected files where they are there."""

from __future__ import annotations

import csv
import re

import pytest

from repower import catalog
from repower.base.errors import CatalogError
from repower.base.units import HOURS_PER_YEAR, W_PER_KW
from shared_data import shared


def folded(name: str) -> str:
    """A model's name without stray blanks and without its hash rate."""
    return re.sub(r" \(\d+(\.\d+)?T\)$", "", name.replace(" )", ")"))


def test_every_collected_machine_is_there_unchanged() -> None:
    with shared("data/bitcoin/asic_catalogue.csv").open() as file:
        wanted = list(csv.DictReader(file))
    assert len(wanted) == len(catalog.asics()) == 170
    for row, asic in zip(wanted, catalog.asics(), strict=True):
        assert folded(asic.model) == folded(row["model"])
        assert asic.maker == row["maker"]
        assert (asic.hash_rate_ths, asic.power_w) == (float(row["th_s"]), float(row["watts"]))
        assert asic.efficiency_j_per_th == float(row["j_per_th"])
        assert asic.cooling == row["cooling"]
        assert asic.price_usd == (float(row["price_usd"]) if row["price_usd"] else None)
        assert asic.fact.grade == row["confidence"]
        if len(row["release"]) <= 2:
            assert asic.release_year is None
            assert "without a year" in asic.fact.note
        else:
            assert asic.release_year == int(row["release"][:4])


def test_energy_per_hash_is_power_over_hash_rate_within_a_percent() -> None:
    for asic in catalog.asics():
        assert asic.power_w / asic.hash_rate_ths == pytest.approx(asic.efficiency_j_per_th, rel=0.01), asic.model


def test_a_price_has_a_date() -> None:
    for row in catalog.table("asics").rows:
        assert (row["price_usd"] is None) == (row["price_as_of"] is None)


def test_models_of_the_examples() -> None:
    assert catalog.asic("Antminer S21").efficiency_j_per_th == 17.5
    assert catalog.asic("Antminer S19k Pro").power_w == 2760
    assert catalog.asic("Antminer S19j Pro (104T)").hash_rate_ths == 104
    assert catalog.asic("Antminer S9 (13T)").hash_rate_ths == 13
    assert catalog.asic("Antminer S9 (14T)").hash_rate_ths == 14


@pytest.mark.parametrize(
    ("wrong", "close"),
    [("S19kPro", "Antminer S19k Pro"), ("antminer s21 ", "Antminer S21"), ("Antminer S19j Pro", "Antminer S19j Pro")],
)
def test_a_misspelt_model_names_a_near_one(wrong: str, close: str) -> None:
    with pytest.raises(CatalogError) as caught:
        catalog.asic(wrong)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key, problem.value) == ("asics.csv", "model", wrong)
    assert f"did you mean '{close}" in problem.fix


def test_every_collected_tuning_point_is_there() -> None:
    with shared("data/bitcoin/tuning_profiles.csv").open() as file:
        wanted = sorted((float(row["th_s"]), float(row["watts"])) for row in csv.DictReader(file))
    rows = catalog.table("tuning_points").rows
    assert sorted((row["hash_rate_ths"], row["power_w"]) for row in rows) == wanted
    assert len(rows) == 49


def test_tuning_points_ascend_and_belong_to_machines() -> None:
    for model, count in {"Antminer S19k Pro": 25, "Antminer S19": 12, "Antminer S19 XP": 6}.items():
        points = catalog.tuning_points(model)
        assert len(points) == count
        assert [point.power_w for point in points] == sorted({point.power_w for point in points})
        assert [point.hash_rate_ths for point in points] == sorted({point.hash_rate_ths for point in points})
    assert len(catalog.tuning_points("Antminer S19j Pro (96T)")) == 3
    assert catalog.tuning_points("Antminer S21") == ()
    with pytest.raises(CatalogError, match="did you mean 'Antminer S21'"):
        catalog.tuning_points("Antminer S 21")


def test_tuning_energy_per_hash() -> None:
    for row in catalog.table("tuning_points").rows:
        assert row["power_w"] / row["hash_rate_ths"] == pytest.approx(row["efficiency_j_per_th"], rel=0.01)


def test_gpus_are_complete_or_refused() -> None:
    listed = [row["model"] for row in catalog.table("gpus").rows]
    usable = [gpu.model for gpu in catalog.gpus()]
    assert set(listed) - set(usable) == {"NVIDIA A100 SXM4 80GB"}
    with pytest.raises(CatalogError, match=r"A100.*it_kw_per_gpu.*capital_usd_per_gpu.*plan with one of: NVIDIA H100"):
        catalog.gpu("NVIDIA A100 SXM4 80GB")
    with pytest.raises(CatalogError, match="did you mean 'NVIDIA GB300'"):
        catalog.gpu("gb300")


def test_gpu_power_follows_the_stated_ratio() -> None:
    ratio = catalog.constant("gpu_utility_over_it_ratio").value
    for gpu in catalog.gpus():
        assert gpu.tdp_w / W_PER_KW < gpu.it_kw_per_gpu < gpu.utility_kw_per_gpu
        assert gpu.utility_kw_per_gpu / gpu.it_kw_per_gpu == pytest.approx(ratio, rel=1e-3)


def test_gpu_racks_carry_the_ratio_and_the_power() -> None:
    racks = {row["rack"]: row for row in catalog.table("gpu_racks").rows}
    for rack, model in (("GB200 NVL72", "NVIDIA GB200"), ("GB300 NVL72", "NVIDIA GB300")):
        row = racks[rack]
        middle_kw = (row["low_kw"] + row["high_kw"]) / 2
        assert catalog.gpu(model).it_kw_per_gpu == pytest.approx(middle_kw / row["gpus"], rel=1e-3)
    gb200 = racks["GB200 NVL72"]
    assert catalog.gpu("NVIDIA GB200").capital_usd_per_gpu == pytest.approx(
        gb200["price_usd"] / gb200["gpus"], rel=2e-3
    )


def test_gpu_capital_is_sourced_or_scaled_as_stated() -> None:
    assert catalog.gpu("NVIDIA GB300").capital_usd_per_gpu == pytest.approx(5_800e6 / 76_000, rel=1e-3)
    rows = {row["model"]: row for row in catalog.table("gpus").rows}
    anchor = rows["NVIDIA GB200"]
    years = 3_400_000 / 72 / (anchor["owner_cost_hyperscaler_usd_per_gpu_h"] * HOURS_PER_YEAR)
    for row in rows.values():
        if row["capital_basis"] is not None and "scaled" in str(row["capital_basis"]):
            assert row["grade"] == "assumed"
            scaled = row["owner_cost_hyperscaler_usd_per_gpu_h"] * HOURS_PER_YEAR * years
            assert row["capital_usd_per_gpu"] == pytest.approx(scaled, abs=51)


def test_gpu_facts_are_those_collected() -> None:
    with shared("data/gpu/gpu_specs.csv").open() as file:
        wanted = {row["gpu"].replace(" (per GPU)", ""): row for row in csv.DictReader(file)}
    rows = {row["model"]: row for row in catalog.table("gpus").rows}
    assert set(rows) == set(wanted)
    for model, row in rows.items():
        assert row["tdp_w"] == float(wanted[model]["tdp_w"])
        assert row["release"] == wanted[model]["release_date"]
        if wanted[model]["rental_3yr_usd_h"]:
            assert row["rent_three_year_usd_per_gpu_h"] == float(wanted[model]["rental_3yr_usd_h"])
            assert row["owner_cost_neocloud_usd_per_gpu_h"] == float(wanted[model]["tco_usd_h_neocloud"])


def test_rents_are_those_collected() -> None:
    with shared("data/gpu/gpu_rental_points.csv").open() as file:
        wanted = [(row["gpu"], row["low_usd_h"], row["high_usd_h"]) for row in csv.DictReader(file)]
    rows = catalog.table("gpu_rents").rows
    found = [(row["gpu"], row["low_usd_per_gpu_h"], row["high_usd_per_gpu_h"]) for row in rows]
    assert found == [(gpu, float(low) if low else None, float(high) if high else None) for gpu, low, high in wanted]


def test_power_caps_lose_less_throughput_than_power_in_training_alone() -> None:
    rows = catalog.table("gpu_power_caps").rows
    h200 = [row for row in rows if row["limit_w"] == 500 and "llama2" in str(row["workload"])]
    assert [row["throughput_frac"] for row in h200] == pytest.approx([0.807, 0.791], abs=1e-3)
    for row in rows:
        if row["power_frac"] is not None and row["gpu"] == "1 x V100":
            assert row["throughput_frac"] > row["power_frac"]
