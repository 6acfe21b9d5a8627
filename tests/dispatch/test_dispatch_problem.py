"""What a dispatch problem refuses, and how it says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from repower.base.errors import InputError
from repower.dispatch import Battery, DispatchProblem

FINE: dict[str, Any] = {
    "price_usd_per_mwh": [20.0, 30.0, 40.0],
    "block_value_usd_per_mwh": [50.0, 60.0],
    "block_mw": [5.0, 5.0],
    "import_limit_mw": 10.0,
}
RATCHET: dict[str, Any] = {"billing_period": [0, 1, 2], "ratchet_frac": 0.8, "ratchet_periods": 11}
BATTERY: dict[str, Any] = {
    "charge_mw": 5,
    "discharge_mw": 4.0,
    "energy_mwh": 10.0,
    "charge_efficiency_frac": 0.95,
    "discharge_efficiency_frac": 1.0,
    "start_mwh": 10.0,
    "end_mwh": 0.0,
}
PLANT: dict[str, Any] = {"supply_mw": [1.0], "supply_cost_usd_per_mwh": [5.0]}


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"price_usd_per_mwh": [20.0, np.nan, 40.0]}, "price_usd_per_mwh[1]", "not a finite number"),
        ({"price_usd_per_mwh": [20.0, np.inf, np.inf]}, "price_usd_per_mwh[1]", "and 1 more like it"),
        ({"price_usd_per_mwh": ["cheap", "dear", "dear"]}, "price_usd_per_mwh", "not made of numbers"),
        ({"price_usd_per_mwh": [[1.0], [2.0, 3.0]]}, "price_usd_per_mwh", "not made of numbers"),
        ({"price_usd_per_mwh": []}, "price_usd_per_mwh", "at least one step"),
        ({"price_usd_per_mwh": 5.0}, "price_usd_per_mwh", "at least one step"),
        ({"block_value_usd_per_mwh": [50.0, np.nan]}, "block_value_usd_per_mwh[1]", "not a finite number"),
        ({"block_value_usd_per_mwh": [50.0]}, "block_mw", "as long as block_value_usd_per_mwh"),
        ({"block_value_usd_per_mwh": np.ones((2, 3))}, "block_value_usd_per_mwh", "(K,) or (3, K)"),
        ({"block_mw": [5.0, -1.0]}, "block_mw[1]", "negative"),
        ({"block_mw": 5.0}, "block_mw", "(K,) or (3, K)"),
        ({"block_mw": [True, False]}, "block_mw", "not made of numbers"),
        ({"import_limit_mw": -1.0}, "import_limit_mw", "negative"),
        ({"import_limit_mw": np.nan}, "import_limit_mw", "not a finite number"),
        ({"import_limit_mw": [1.0, 2.0]}, "import_limit_mw", "(3,)"),
        ({"step_h": 0.0}, "step_h", "hours above zero"),
        ({"step_h": [1.0, 1.0, 1.0]}, "step_h", "one length"),
        ({"export_limit_mw": -2.0}, "export_limit_mw", "negative"),
        ({"export_price_usd_per_mwh": [20.0, 30.0]}, "export_price_usd_per_mwh", "(3,)"),
        (
            {"export_limit_mw": [0.0, 0.0, 1.0], "export_price_usd_per_mwh": [90.0, 90.0, 90.0]},
            "export_price_usd_per_mwh[2]",
            "above the import price of its step, 40",
        ),
        ({"firm": [True]}, "firm", "(2,)"),
        ({"firm": [1, 0]}, "firm", "true or false"),
        ({"supply_mw": [1.0]}, "supply_cost_usd_per_mwh", "both or neither"),
        ({"supply_cost_usd_per_mwh": [1.0]}, "supply_mw", "both or neither"),
        (PLANT | {"supply_mw": [-1.0]}, "supply_mw[0]", "negative"),
        (PLANT | {"supply_cost_usd_per_mwh": [1.0, 2.0]}, "supply_mw", "as long as supply_cost_usd_per_mwh"),
        ({"step_h": 60.0}, "step_h", "minutes or seconds"),
        ({"block_mw": [5.0, 25_000.0]}, "block_mw[1]", "kilowatts"),
        ({"import_limit_mw": 100_000.0}, "import_limit_mw", "kilowatts"),
        (PLANT | {"supply_mw": [30_000.0]}, "supply_mw[0]", "kilowatts"),
        ({"battery": Battery(**BATTERY | {"charge_mw": 50_000.0})}, "battery.charge_mw", "kilowatts"),
        ({"price_usd_per_mwh": [20.0, -4e6, 40.0]}, "price_usd_per_mwh[1]", "another currency or unit"),
        ({"price_usd_per_mwh": [0.02, 0.03, 0.9] * 80}, "price_usd_per_mwh", "$/kWh"),
        ({"peak_charge_usd_per_mw": -1.0}, "peak_charge_usd_per_mw", "negative"),
        ({"peak_charge_usd_per_mw": [[1.0]]}, "peak_charge_usd_per_mw", "(P,)"),
        ({"peak_floor_mw": 3.0}, "peak_floor_mw", "(P,)"),
        ({"peak_floor_mw": [-3.0]}, "peak_floor_mw[0]", "negative"),
        ({"peak_floor_mw": [1.0], "peak_charge_usd_per_mw": [1.0, 2.0]}, "peak_floor_mw", "(2,)"),
        ({"billing_period": [0, 1]}, "billing_period", "(3,)"),
        ({"billing_period": [0.0, 0.5, 1.0]}, "billing_period", "whole numbers"),
        ({"billing_period": [-1, 0, 1]}, "billing_period", "number the billing periods from 0"),
        ({"billing_period": [24300, 24300, 24301]}, "billing_period", "number the billing periods from 0"),
        ({"billing_period": [0, 1, 2], "peak_charge_usd_per_mw": [1.0, 2.0]}, "billing_period", "at most 1"),
        (RATCHET | {"ratchet_frac": 1.2}, "ratchet_frac", "give 0 to 1"),
        (RATCHET | {"ratchet_frac": -0.1}, "ratchet_frac", "give 0 to 1"),
        (RATCHET | {"ratchet_frac": np.nan}, "ratchet_frac", "give 0 to 1"),
        (RATCHET | {"ratchet_frac": [0.8]}, "ratchet_frac", "give 0 to 1"),
        (RATCHET | {"ratchet_frac": 0.0}, "ratchet_frac", "give both or neither"),
        (RATCHET | {"ratchet_periods": -1}, "ratchet_periods", "give a whole number"),
        (RATCHET | {"ratchet_periods": 1.5}, "ratchet_periods", "give a whole number"),
        (RATCHET | {"ratchet_periods": True}, "ratchet_periods", "give a whole number"),
        (RATCHET | {"ratchet_periods": 0}, "ratchet_periods", "give both or neither"),
        (RATCHET | {"billing_period": None}, "billing_period", "a ratchet looks back"),
    ],
)
def test_bad_input_is_refused_by_name(change: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        DispatchProblem(**(FINE | change))
    keys = [problem.key for problem in caught.value.problems]
    assert key in keys
    assert words in str(caught.value.problems[keys.index(key)])


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        DispatchProblem(**(FINE | {"block_mw": [-1.0, 1.0], "import_limit_mw": np.nan, "step_h": np.inf}))
    assert {problem.key for problem in caught.value.problems} == {"block_mw[0]", "import_limit_mw", "step_h"}


def test_arrays_are_read_only_copies() -> None:
    price = np.array([20.0, 30.0, 40.0])
    problem = DispatchProblem(**(FINE | {"price_usd_per_mwh": price}))
    with pytest.raises(ValueError, match="read-only"):
        problem.price_usd_per_mwh[0] = 1.0
    price[0] = 21.0
    assert problem.price_usd_per_mwh[0] == 20.0


def test_whole_numbers_and_lists_are_accepted() -> None:
    problem = DispatchProblem(
        price_usd_per_mwh=[20, 30],
        block_value_usd_per_mwh=[[50], [60]],
        block_mw=[5],
        import_limit_mw=10,
        firm=[False],
        billing_period=[0, 1],
        peak_charge_usd_per_mw=[1, 2],
        peak_floor_mw=[0, 3],
    )
    assert problem.block_value_usd_per_mwh.dtype == np.float64
    assert problem.billing_period is not None
    assert problem.billing_period.dtype == np.int64


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"charge_mw": -1.0}, "battery.charge_mw", "is negative"),
        ({"discharge_mw": np.inf}, "battery.discharge_mw", "not a finite number"),
        ({"energy_mwh": "10"}, "battery.energy_mwh", "not a finite number"),
        ({"charge_efficiency_frac": 0.0}, "battery.charge_efficiency_frac", "no efficiency"),
        ({"discharge_efficiency_frac": 95.0}, "battery.discharge_efficiency_frac", "no efficiency"),
        ({"start_mwh": 10.1}, "battery.start_mwh", "more than the battery holds"),
        ({"start_mwh": None}, "battery.start_mwh", "not a finite number"),
        ({"end_mwh": 11.0}, "battery.end_mwh", "more than the battery holds"),
    ],
)
def test_a_battery_that_cannot_be_is_refused(change: dict[str, Any], key: str, words: str) -> None:
    Battery(**BATTERY)
    with pytest.raises(InputError, match=words) as caught:
        Battery(**(BATTERY | change))
    assert [problem.key for problem in caught.value.problems] == [key]
