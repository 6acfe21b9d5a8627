"""Charts: valid Vega-Lite with titled axes, drawn as SVG that stands alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import altair as alt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report.sample_plan import extreme, sample
from repower.base.clock import month_plus
from repower.base.units import USD_PER_MUSD
from repower.plan.result import Span
from repower.report import spans, tidy
from repower.report.charts.capex import capex
from repower.report.charts.cash import cash
from repower.report.charts.duration import duration
from repower.report.charts.earnings import earnings
from repower.report.charts.frame import apart, date_years, lanes, year_ticks
from repower.report.charts.palette import HATCHED, USE_COLOURS, hatch
from repower.report.charts.render import svg
from repower.report.charts.timeline import timeline
from repower.report.charts.tornado import tornado
from repower.report.letters import text_px

PLAN = sample()


def specs(plan):
    found = {
        "timeline": timeline(spans.spans(plan), spans.hand_overs(plan), spans.events(plan), spans.until_years(plan)),
        "cash": cash(tidy.cash(plan), tidy.cumulative(plan), tidy.cash_marks(plan)),
        "hours": duration(*tidy.duration(plan)),
    }
    rows, halls = tidy.earnings(plan)
    if rows:
        found["earnings"] = earnings(rows, halls)
    if tidy.tornado(plan):
        found["risk"] = tornado(tidy.tornado(plan), -plan.value_over_keep_usd)
    if plan.capex:
        found["capex"] = capex(*tidy.capex(plan))
    return found


SPECS = specs(PLAN)
AXES = {
    "timeline": ["Calendar year"],
    "earnings": ["Calendar year", "Net of own power, $/kWh at the meter"],
    "cash": ["Cash of the quarter, $M", "Calendar year", "Plan less keep, sum, $M"],
    "hours": ["Index, $/MWh (log)", "Hours of the year, dearest first", "Load at the meter, MW"],
    "risk": ["Change in value over keeping, $M"],
    "capex": ["Cost of the part over all halls, $M"],
}


@pytest.fixture(scope="module")
def drawings():
    return {name: svg(spec, name, name) for name, spec in SPECS.items()}


@pytest.mark.parametrize("name", AXES)
def test_a_chart_is_valid_vega_lite(name):
    kind = alt.VConcatChart if "vconcat" in SPECS[name] else alt.LayerChart
    assert kind.from_dict(SPECS[name]).to_dict(validate=True)["datasets"] == SPECS[name]["datasets"]


@pytest.mark.parametrize("name", AXES)
def test_axes_have_titles_with_units(drawings, name):
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawings[name])
    for title in AXES[name]:
        assert texts.count(title) == 1


def test_an_extreme_plan_draws_too():
    for name, spec in specs(extreme()).items():
        drawing = svg(spec, name, name)
        assert "<script" not in drawing
        assert drawing.count("<svg") == 1


def test_ids_of_charts_on_one_page_do_not_collide(drawings):
    ids = [found for drawing in drawings.values() for found in re.findall(r'\bid="([^"]+)"', drawing)]
    assert ids
    assert len(ids) == len(set(ids))
    for name, drawing in drawings.items():
        for reference in re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', drawing):
            assert (reference[0] or reference[1]).startswith(f"{name}-")
            assert f'id="{reference[0] or reference[1]}"' in drawing


def test_a_drawing_refers_to_nothing_outside_itself(drawings):
    for drawing in drawings.values():
        assert not re.search(r"(?:href|src)=\"(?!#)", drawing)
        assert "@import" not in drawing


def test_construction_is_hatched_in_the_colour_of_what_is_built(drawings):
    for use in ("colocation", "gpu_cloud"):
        assert f'fill="url(#timeline-hatch-{USE_COLOURS[use][1:]})"' in drawings["timeline"]
    for drawing in drawings.values():
        assert not any(f'fill="{sentinel}"' in drawing for sentinel in HATCHED)


def test_a_sentinel_is_no_colour_of_the_report():
    assert not set(HATCHED) & set(HATCHED.values())
    assert all(hatch(hatch(colour)) == colour for colour in HATCHED.values())


def test_the_same_rows_give_the_same_drawing(drawings):
    assert svg(specs(sample())["timeline"], "timeline", "timeline") == drawings["timeline"]


def test_bars_of_capex_start_at_zero_and_add_up():
    bars = SPECS["capex"]["datasets"]["bars"]
    assert min(bar["low"] for bar in bars) == 0
    spend = sum(bar["high"] - bar["low"] for bar in bars if bar["fate"] != "survives")
    assert spend == pytest.approx(sum(part.spend_usd for part in PLAN.capex) / USD_PER_MUSD)


def test_stacked_cash_adds_up_to_the_plan():
    stack = SPECS["cash"]["vconcat"] and SPECS["cash"]["datasets"]["stack"]
    total = sum((bar["high"] - bar["low"]) * (1 if bar["amount_musd"] > 0 else -1) for bar in stack)
    assert total == pytest.approx(float(tidy.total_usd(PLAN.cash).sum()) / USD_PER_MUSD)


def test_the_valley_is_marked_on_the_line():
    mark = tidy.cash_marks(PLAN)[0]
    assert mark["text"].startswith("valley −$")
    line = {row["start_years"]: row["amount_musd"] for row in tidy.cumulative(PLAN)}
    assert line[mark["start_years"]] == pytest.approx(mark["amount_musd"])
    assert mark["amount_musd"] == pytest.approx(min(line.values()))


def test_the_tornado_shows_the_five_largest_swings_from_zero():
    bars = SPECS["risk"]["datasets"]["bars"]
    assert list(dict.fromkeys(row["assumption"] for row in tidy.tornado(PLAN))) == [
        "GPU rent",
        "colocation rent",
        "capex",
        "delivery",
        "hashprice growth",
    ]
    assert {bar["from_musd"] for bar in bars} == {0.0}


def test_a_building_that_rises_beside_a_mining_hall_is_a_strip():
    strips = [row for row in spans.spans(PLAN) if row["overlaps"]]
    assert [(row["hall"], row["building"], row["use"]) for row in strips] == [("C · 25 MW", True, "colocation")]


def test_idle_construction_takes_the_use_that_follows():
    changed = tuple(replace(s, use="idle") if s.under_construction and s.hall == "D" else s for s in PLAN.timeline)
    rows = [
        row for row in spans.spans(replace(PLAN, timeline=changed)) if row["hall"].startswith("D") and row["building"]
    ]
    assert [row["use"] for row in rows] == ["gpu_cloud"]


def test_works_without_a_bar_of_their_own_are_drawn_from_the_decision():
    changed = tuple(span for span in PLAN.timeline if not span.under_construction)
    rows = [row for row in spans.spans(replace(PLAN, timeline=changed)) if row["building"]]
    assert {row["hall"][0]: (row["start_years"], row["end_years"]) for row in rows} == {
        "B": (2027.0 + 90 / 365, 2028.0 + 91 / 366),
        "C": (2028.0, 2029.0 + 181 / 365),
        "D": (2027.0, 2028.0),
    }


def test_shedding_names_the_price_at_which_a_use_comes_back():
    hours, price = tidy.shed_price(PLAN, "mining")
    curve = PLAN.duration
    mining = dict(curve.use_mw)["mining"]
    at = int((curve.hour == hours).nonzero()[0][0])
    assert curve.price_usd_per_mwh[at] == price
    assert max(mining[:at]) < max(mining) / 2 <= mining[at]
    assert tidy.shed_price(PLAN, "colocation") is None


def test_a_long_curve_is_thinned_by_leaving_hours_out_never_by_averaging():
    import numpy as np

    hour = np.arange(8760.0)
    price = 5000.0 * 0.99**hour
    curve = replace(PLAN.duration, hour=hour, price_usd_per_mwh=price, use_mw=(("mining", np.full(8760, 10.0)),))
    _, prices, _ = tidy.duration(replace(PLAN, duration=curve))
    assert len(prices) <= 400
    assert [row["price_usd_per_mwh"] for row in prices[:100]] == list(price[:100])
    assert {row["price_usd_per_mwh"] for row in prices} <= set(price)
    assert [row["hour"] for row in prices[-2:]] == [8759, 8760]


def test_decimal_years():
    assert date_years(date(2027, 1, 1)) == 2027.0
    assert date_years(date(2028, 7, 1)) == pytest.approx(2028 + 182 / 366)
    assert year_ticks(2027.0, 2039.0) == list(range(2027, 2040))
    assert len(year_ticks(2027.0, 2067.0)) <= 16


@given(st.lists(st.integers(-50, 300), min_size=1, max_size=8))
def test_labels_stand_apart_and_inside(places):
    placed = apart(places, 16, 4, 236)
    ordered = sorted(placed)
    assert all(later - earlier >= 16 - 1e-6 for earlier, later in pairwise(ordered))
    assert ordered[0] >= 4 - 1e-6
    assert ordered[-1] <= 236 + 1e-6
    assert sorted(range(len(places)), key=lambda i: (places[i], i)) == sorted(
        range(len(places)), key=lambda i: (placed[i], i)
    )


def test_hosting_stands_in_an_idle_hall_and_as_a_strip_beside_machines():
    start, end = PLAN.months[0], month_plus(PLAN.months[-1], 1)
    middle, later = month_plus(start, 24), month_plus(start, 60)
    hosted = (Span("H", "idle", start, end, 0.0), Span("H", "hosting", middle, later, 20.0))
    rows = spans.spans(replace(PLAN, timeline=hosted))
    assert [(row["use"], row["start_years"], row["end_years"], row["overlaps"]) for row in rows] == [
        ("idle", date_years(start), date_years(middle), False),
        ("idle", date_years(later), date_years(end), False),
        ("hosting", date_years(middle), date_years(later), False),
    ]
    beside = (replace(hosted[0], use="mining"), hosted[1])
    assert [row["overlaps"] for row in spans.spans(replace(PLAN, timeline=beside))] == [False, True]


def test_capitals_take_more_room_than_small_letters():
    assert text_px("nnnn", 10) == 24
    assert text_px("NNNN", 10) > text_px("nnnn", 10)
    assert text_px("WWWW", 10) == text_px("漢字漢字", 10) == 40


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 30)), max_size=12))
def test_spans_of_one_lane_never_touch(spans):
    spans = [(start, start + width) for start, width in spans]
    placed = lanes(spans)
    for index, (start, end) in enumerate(spans):
        for other in range(index):
            if placed[other] == placed[index]:
                assert end <= spans[other][0] or start >= spans[other][1]
