"""Figures as either language reads them; the expected texts are written by hand."""

from __future__ import annotations

import pytest

from repower.base.errors import InputError
from repower.report.article.numbers import JPY_PER_USD, shown, when_text
from repower.validation.result import Figure, Source

CASES = [
    # name, value, unit, English, Japanese at 147 yen to the dollar
    ("contract_usd", 3.5e9, "$", "$3.5B", "35億ドル（5,150億円）"),
    ("market_usd", 435.94e9, "$/year", "$436B/year", "年4,360億ドル（64.1兆円）"),
    ("capex_usd_per_mw", 300_000.0, "$/MW", "$300,000/MW", "1MW当たり30万ドル（4,410万円）"),
    ("rent_usd_per_kwh", 0.1665, "$/kWh", "$0.167/kWh", "1kWh当たり0.167ドル（24.5円）"),
    ("cloud_usd_per_kwh", 1.1073, "$/kWh", "$1.11/kWh", "1kWh当たり1.11ドル（163円）"),
    ("hashprice_usd_per_ph_day", 38.24, "$/PH/day", "$38.2/PH/day", "1PH/s・1日当たり38.2ドル（5,620円）"),
    ("cost_usd_per_btc", 137_800.0, "$/BTC", "$138,000/BTC", "1BTC当たり13.8万ドル（2,030万円）"),
    ("gpu_usd_per_gpu", 30_000.0, "$/GPU", "$30,000/GPU", "GPU1基当たり3万ドル（441万円）"),
    ("net_usd_per_kwh", -0.0123, "$/kWh", "\u2212$0.0123/kWh", "1kWh当たり\u22120.0123ドル（\u22121.81円）"),
    ("margin_frac", 0.5346, "1", "53.5\u202f%", "53.5%"),
    ("growth_frac_per_year", 0.406, "1/year", "40.6\u202f% a year", "年率40.6%"),
    ("multiple_ratio", 25.0, "x", "25x", "25倍"),
    ("hall_mw", 243.0, "MW", "243\u202fMW", "243MW"),
    ("fleet_j_per_th", 17.52, "J/TH", "17.5\u202fJ/TH", "17.5J/TH"),
    ("term_years", 1.4423, "years", "1.4 years", "1.4年"),
    ("build_months", 13.0, "months", "13 months", "13カ月"),
    ("term_years", 1.0, "years", "1 year", "1年"),
    ("deal_year", 2025.0, "year", "2025", "2025年"),
    ("sold_modules", 425.0, "modules", "425 modules", "425基"),
]


def figure(name, value, unit, as_of="2025"):
    return Figure(name, value, unit, "", as_of, "source", Source("somewhere", as_of, "A"))


@pytest.mark.parametrize(("name", "value", "unit", "english", "japanese"), CASES)
def test_a_figure_reads_as_people_write_it(name, value, unit, english, japanese):
    assert shown([figure(name, value, unit)], "en") == english
    assert shown([figure(name, value, unit)], "ja") == japanese


def test_a_range_says_its_unit_once():
    ends = [figure("low_usd_per_kwh", 0.14, "$/kWh"), figure("high_usd_per_kwh", 0.2583, "$/kWh")]
    assert shown(ends, "en") == "$0.14 to 0.258/kWh"
    assert shown(ends, "ja") == "1kWh当たり0.14〜0.258ドル（20.6〜38円）"
    shares = [figure("low_frac", -0.4, "1"), figure("high_frac", 0.53, "1")]
    assert shown(shares, "en") == "\u221240 to 53\u202f%"
    capex = [figure("low_usd_per_mw", 0.3e6, "$/MW"), figure("high_usd_per_mw", 1e6, "$/MW")]
    assert shown(capex, "en") == "$0.3 to 1M/MW"
    assert shown(capex, "ja") == "1MW当たり30万〜100万ドル（4,410万〜1.47億円）"


def test_bare_leaves_the_unit_to_the_sentence():
    assert shown([figure("hall_mw", 243.0, "MW")], "en", "bare") == "243"
    assert shown([figure("a_usd", 3.5e9, "$")], "ja", "bare") == "35億"


def test_what_is_not_known_says_so():
    assert shown([figure("a_usd", None, "$")], "en") == "not known"
    assert shown([figure("a_usd", float("nan"), "$")], "ja") == "不明"


def test_a_unit_without_words_and_a_range_in_two_units_are_refused():
    with pytest.raises(InputError, match="furlongs"):
        shown([figure("a", 1.0, "furlongs")], "en")
    with pytest.raises(InputError, match="furlong"):
        shown([figure("a", 1.0, "$/furlong")], "ja")
    with pytest.raises(InputError, match="two units"):
        shown([figure("a_mw", 1.0, "MW"), figure("b_usd", 2.0, "$")], "en")


def test_the_rate_of_the_yen_is_a_figure_with_its_source():
    assert JPY_PER_USD.value == 147.0
    assert JPY_PER_USD.unit == "JPY/$"
    assert "coindeskjapan.com" in JPY_PER_USD.source.where


@pytest.mark.parametrize(
    ("as_of", "english", "japanese"),
    [
        ("2024-06-03", "3 June 2024", "2024年6月3日"),
        ("2025-12", "December 2025", "2025年12月"),
        ("2025", "2025", "2025年"),
        ("2025-Q2", "2025-Q2", "2025-Q2"),
        ("2024-13", "2024-13", "2024-13"),
    ],
)
def test_dates_read_as_dates(as_of, english, japanese):
    assert when_text(as_of, "en") == english
    assert when_text(as_of, "ja") == japanese
