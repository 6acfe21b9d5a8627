"""Words and figures of the article belong together: neither language may say what no figure says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from repower.base.errors import InputError
from repower.report.article.languages import words
from repower.report.article.numbers import JPY_PER_USD
from repower.report.article.sentences import answer, filled, named, statements
from repower.report.article.words import LANGUAGES
from repower.validation.article import claims

CLAIMS = claims()
IDS = [
    "core_contract",
    "margins",
    "capex",
    "retrofit_time",
    "revenue_per_kwh",
    "gpu_price",
    "halving_2028",
    "market_sizes",
    "asic_to_gpu",
    "crusoe",
    "boom_and_bust",
]
NAMES = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|H[12]00|B200|Hut 8|Sabre56|1(?=kWh|MW|BTC)")
"""Digits that a sentence may hold by itself: years, names, and the one of a Japanese unit."""


def texts(claim, language):
    said = words(language).claims[claim.id]
    return (said.title, said.claim, said.ours, said.basis, said.condition)


def test_the_claims_are_those_that_were_promised():
    assert [claim.id for claim in CLAIMS] == IDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_claim_has_words_and_no_words_are_left_over(language):
    assert set(words(language).claims) == set(IDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_that_words_call_is_there(language):
    strange = [
        f"{claim.id}: {name}"
        for claim in CLAIMS
        for text in texts(claim, language)
        for name in named(text)
        if name not in {figure.name for figure in (*claim.figures, JPY_PER_USD)}
    ]
    assert not strange


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_a_name_in_words_and_no_name_is_left_over(language):
    said = words(language).figures
    assert {claim.id: {figure.name for figure in claim.figures} for claim in CLAIMS} == {
        claim_id: set(of_claim) for claim_id, of_claim in said.items()
    }
    for of_claim in said.values():
        assert len(set(of_claim.values())) == len(of_claim)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_number_is_written_out(language):
    loose = []
    for claim in CLAIMS:
        for text in texts(claim, language):
            left = NAMES.sub("", re.sub(r"\{[^}]*\}", "", text))
            loose += [f"{claim.id}: {found}" for found in re.findall(r".{0,12}\d.{0,12}", left)]
    assert not loose


def test_both_languages_rest_on_the_same_figures():
    for claim in CLAIMS:
        called = [{name for text in texts(claim, language) for name in named(text)} for language in LANGUAGES]
        assert called[0] == called[1], claim.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_decisive_figure_is_told(language):
    for claim in CLAIMS:
        said = words(language).claims[claim.id]
        assert claim.figures[0].name in {*named(said.ours), *named(said.condition)}, claim.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_condition_stands_where_the_verdict_is_conditional_and_nowhere_else(language):
    for claim in CLAIMS:
        assert bool(words(language).claims[claim.id].condition) == (claim.verdict == "conditional"), claim.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_moves_with_its_figures(language):
    said = words(language)
    for claim in CLAIMS:
        (told,) = statements([claim], said)
        shown = re.findall(r"\{([^}:]+)(?::amount|:bare)?\}", said.claims[claim.id].ours)
        for name in {part for field in shown for part in field.split("..")}:
            moved = tuple(
                replace(figure, value=(figure.value or 1.0) * 7.0) if figure.name == name else figure
                for figure in claim.figures
            )
            (other,) = statements([replace(claim, figures=moved)], said)
            assert other.ours != told.ours, f"{claim.id}: {name}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_that_goes_is_missed_by_name(language):
    claim = CLAIMS[0]
    fewer = replace(claim, figures=tuple(figure for figure in claim.figures if figure.name != "contract_usd"))
    statements([fewer], words(language))
    fewer = replace(claim, figures=tuple(figure for figure in claim.figures if figure.name != "today_usd"))
    with pytest.raises(InputError, match="today_usd"):
        statements([fewer], words(language))
    with pytest.raises(InputError, match="unheard_of"):
        statements([replace(claim, id="unheard_of")], words(language))


def test_a_form_that_does_not_exist_is_refused():
    known = {JPY_PER_USD.name: JPY_PER_USD}
    assert filled("{jpy_per_usd}", known, "en") == "147 yen to the dollar"
    with pytest.raises(InputError, match="no such form"):
        filled("{jpy_per_usd:loud}", known, "en")


def test_an_unknown_language_is_refused():
    with pytest.raises(InputError, match="jp"):
        words("jp")


def test_both_languages_have_the_same_words():
    english, japanese = (words(language) for language in LANGUAGES)
    for part in ("labels", "verdicts", "counted", "origins", "grades"):
        assert set(getattr(english, part)) == set(getattr(japanese, part)), part
    # Names of companies are the same in English, so that only Japanese may say them otherwise.
    assert set(english.terms) <= set(japanese.terms)


def test_japanese_is_in_one_style():
    for claim in CLAIMS:
        for text in texts(claim, "ja")[1:]:
            assert not re.search(r"です|ます|でしょう", text), claim.id
            assert text == "" or text.endswith("。"), claim.id
            assert not re.search(r"[,;:!?]\s|[ａ-ｚＡ-Ｚ０-９]", text), claim.id


def test_the_answer_counts_the_verdicts():
    counted = {verdict: sum(claim.verdict == verdict for claim in CLAIMS) for verdict in words("en").verdicts}
    numbers = [len(CLAIMS), counted["holds"], counted["conditional"], counted["does_not_hold"]]
    for language in LANGUAGES:
        assert [int(number) for number in re.findall(r"\d+", answer(CLAIMS, words(language)))] == numbers
    assert "1 holds," in answer([replace(CLAIMS[0], verdict="holds")], words("en"))


def test_what_the_sentences_take_for_granted_is_so():
    """Words such as "not", "before" and "lower" hold no figure: they are held here."""
    values = {claim.id: {figure.name: figure.value for figure in claim.figures} for claim in CLAIMS}
    core, margins, capex = values["core_contract"], values["margins"], values["capex"]
    assert core["contract_usd"] == core["said_contract_usd"]
    assert core["signed_year"] != core["said_year"]
    assert margins["power_margin_2025_frac"] > margins["cash_margin_2025_frac"] > margins["all_in_margin_2025_frac"]
    assert margins["cash_margin_2025_frac"] > margins["thin_margin_frac"] > margins["all_in_margin_2025_frac"]
    assert capex["hall_usd_per_mw"] > capex["mine_usd_per_mw"]
    assert capex["hall_low_usd_per_mw"] < capex["hall_usd_per_mw"] < capex["hall_high_usd_per_mw"]
    time, revenue = values["retrofit_time"], values["revenue_per_kwh"]
    assert time["building_saved_years"] < time["saved_least_years"] < time["grid_wait_years"]
    assert time["fastest_months"] / 12 < time["converted_years"] < time["slowest_months"] / 12
    assert revenue["landlord_over_miner_high_ratio"] < revenue["said_ratio"] / 2
    assert revenue["net_ratio_high"] < revenue["said_ratio"] / 2
    assert revenue["cloud_over_miner_high_ratio"] < revenue["said_ratio"]
    assert min(revenue["chip_over_miner_ratio"], revenue["cloud_net_ratio"]) > revenue["said_ratio"]
    halving, market = values["halving_2028"], values["market_sizes"]
    assert halving["after_j_per_th"] < halving["fleet_j_per_th"] < halving["exit_j_per_th"] < halving["today_j_per_th"]
    assert halving["difficulty_after_2024_ratio"] > 1
    assert market["subsidy_usd"] > market["wrong_ratio"] * market["crypto_2025_usd"]
    assert abs(market["kbv_over_ore_ratio"] - 1) < market["same_frac"]
    assert values["asic_to_gpu"]["swapped_frac"] < values["asic_to_gpu"]["most_frac"]
    assert values["asic_to_gpu"]["survives_shed_frac"] < values["asic_to_gpu"]["survives_building_frac"]
    assert values["crusoe"]["converted_mw"] == 0 < values["crusoe"]["sold_mw"]
    boom = values["boom_and_bust"]
    assert boom["rent_swing_ratio"] < min(boom["mining_swing_ratio"], boom["gpu_rent_swing_ratio"])
    assert boom["largest_tenant_frac"] > boom["large_frac"]
    assert boom["worst_year_frac"] < 0
