"""The article's charts: axes as their titles say, nothing off the frame, and colours that mean one thing."""

from __future__ import annotations

import pytest

from repower.report.charts.break_even_map import break_even_map
from repower.report.charts.margin_layers import LAYERS, margin_layers
from repower.report.charts.usd_per_kwh import usd_per_kwh

TEXTS = {
    "year": "Year",
    "usd_per_kwh": "$/kWh (log)",
    "margin": "Margin",
    "power_price": "Price",
    "efficiency": "J/TH",
    "earns": "earns",
    "loses": "loses",
    "power": "power",
    "cash": "cash",
    "all_in": "all in",
    "fleet": "fleet",
}


def hyperbola(name, kind, hashprice):
    prices = [cents / 100 for cents in range(2, 11)]
    return [
        {"line": name, "label": name, "kind": kind, "usd_per_kwh": price, "j_per_th": hashprice / 24 / price}
        for price in prices
    ]


def encodings(spec, channel, field):
    return [
        layer["encoding"][channel]
        for layer in spec["layer"]
        if layer.get("encoding", {}).get(channel, {}).get("field") == field
    ]


def test_earnings_stand_on_a_logarithmic_axis_and_losses_are_left_out():
    lines = [
        {"line": kind, "label": kind, "role": "miner", "kind": kind, "start_years": 2024.0 + at, "usd_per_kwh": value}
        for kind, values in {"gross": (0.2, 0.05), "net": (0.1, -0.02)}.items()
        for at, value in enumerate(values)
    ]
    points = [{"role": "cloud", "start_years": 2025.2, "usd_per_kwh": 2.0, "text": "one"}]
    spec = usd_per_kwh(lines, points, [{"role": "cloud", "label": "cloud", "usd_per_kwh": 2.0}], TEXTS)
    scales = [found["scale"] for found in encodings(spec, "y", "usd_per_kwh")]
    assert scales
    assert all(scale["type"] == "log" for scale in scales)
    drawn = [row["usd_per_kwh"] for row in spec["datasets"]["lines"]]
    assert sorted(drawn) == [0.05, 0.1, 0.2]
    low, high = scales[0]["domain"]
    assert low < min(drawn)
    assert high > 2.0
    assert [row["text"] for row in spec["datasets"]["names"]] == ["one"]
    assert {row["label"] for row in spec["datasets"]["ends"]} == {"gross", "net", "cloud"}


def test_margins_keep_zero_and_every_point_in_the_frame():
    rows = [
        {"layer": layer, "start_years": 2021.5 + at, "margin_frac": margin, "text": "who"}
        for at, (layer, margin) in enumerate([("power", 0.9), ("cash", 0.2), ("all_in", -0.73)])
    ]
    spec = margin_layers(rows, [{"start_years": 2021.0, "margin_frac": 0.4}], TEXTS)
    low, high = encodings(spec, "y", "margin_frac")[0]["scale"]["domain"]
    assert low <= -0.73
    assert high >= 1
    assert "type" not in encodings(spec, "y", "margin_frac")[0]["scale"]
    assert {row["layer"] for row in spec["datasets"]["key"]} == set(LAYERS)


def test_the_band_is_what_pays_today_and_not_after_the_halving():
    lines = [*hyperbola("now", "now", 42.0), *hyperbola("after", "halved", 21.0)]
    machines = [{"text": "in", "j_per_th": 20.0}, {"text": "off the map", "j_per_th": 95.0}]
    spec = break_even_map(lines, machines, [{"text": "fleet", "usd_per_kwh": 0.05, "j_per_th": 20.0}], TEXTS)
    assert [row["text"] for row in spec["datasets"]["machines"]] == ["in"]
    drawn = spec["datasets"]["lines"]
    assert all(5 <= row["j_per_th"] <= 40 for row in drawn)
    for row in drawn:
        # Between the prices that were given the curve is the hyperbola itself.
        hashprice = 42.0 if row["kind"] == "now" else 21.0
        assert row["j_per_th"] * row["usd_per_kwh"] * 24 == pytest.approx(hashprice)
    for row in spec["datasets"]["band"]:
        assert row["j_per_th"] * row["usd_per_kwh"] * 24 == pytest.approx(21.0)
        assert row["until_j_per_th"] == pytest.approx(min(42.0 / 24 / row["usd_per_kwh"], 40.0))
