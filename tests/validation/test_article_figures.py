"""The figures behind the claims, worked out again by hand from what filings, releases and the press print."""

from __future__ import annotations

from statistics import median

import pytest

from repower.catalog import table
from repower.validation.article import claims, hashprice_points
from repower.validation.article.energy import letting, mining, renting
from repower.validation.article.leases import counted_once

CLAIMS = {claim.id: claim for claim in claims()}


def figure(claim: str, name: str) -> float:
    (value,) = (figure.value for figure in CLAIMS[claim].figures if figure.name == name)
    assert value is not None
    return value


def rows(claim: str, series: str) -> tuple[dict[str, str | float], ...]:
    return CLAIMS[claim].series[series]


def test_core_scientific_is_paid_122_usd_a_kw_month() -> None:
    """Release of 2024-06-03: 3.5 G$ over 12 years for 200 MW; 10.2 G$ for 590 MW in 2026."""
    assert figure("core_contract", "rent_usd_per_kw_month") == pytest.approx(3.5e9 / 144 / 200_000)
    assert figure("core_contract", "rent_usd_per_kwh") == pytest.approx(0.166, abs=5e-4)
    assert figure("core_contract", "revenue_usd_per_year") == pytest.approx(290e6, rel=0.01)
    assert figure("core_contract", "grown_ratio") == pytest.approx(10.2 / 3.5)


def test_margins_of_2025_are_53_24_and_minus_40_percent() -> None:
    """JPMorgan 53 % after power and 98,500 $ a coin; CoinShares 74,600 $ cash and 137,800 $ all-in, 2025 Q2."""
    assert figure("margins", "power_margin_2025_frac") == 0.53
    assert figure("margins", "cash_margin_2025_frac") == pytest.approx(1 - 74_600 / 98_500)
    assert round(figure("margins", "cash_margin_2025_frac"), 2) == 0.24
    assert round(figure("margins", "all_in_margin_2025_frac"), 2) == -0.40


def test_90_percent_in_2021_follows_from_hashprice_alone() -> None:
    october = next(point for point in hashprice_points() if point.key == "Argo 2021-10")
    revenue_usd_per_kwh = october.hashprice_usd_per_ph_day / 24 / 34
    assert figure("margins", "modelled_power_margin_2021_frac") == pytest.approx(1 - 0.045 / revenue_usd_per_kwh)
    assert 0.84 <= figure("margins", "modelled_power_margin_2021_frac") <= 0.92


def test_layers_are_sorted_below_each_other_where_one_source_gives_several() -> None:
    layers = rows("margins", "margin_layers")
    assert {row["layer"] for row in layers} == {"power", "cash", "all_in"}
    assert min(str(row["when"]) for row in layers).startswith("2021")
    assert max(str(row["when"]) for row in layers).startswith("2026")
    coinshares = [row for row in layers if "CoinShares" in str(row["basis"])]
    for period in {row["period"] for row in coinshares if row["layer"] == "all_in"}:
        by_layer = {row["layer"]: row["margin_frac"] for row in coinshares if row["period"] == period}
        assert by_layer["all_in"] < by_layer["cash"]
    (cango,) = (row for row in layers if row["who"] == "Cango" and row["period"] == "2026-Q1")
    assert cango["margin_frac"] == pytest.approx(1 - 76_928 / (98.4e6 / 1266))


def test_iren_lost_on_power_in_july_2024_and_kept_77_percent_in_december() -> None:
    """Monthly updates: 13.674 M$ of power on 13.592 M$ of coins; 12.1 on 52.1."""
    layers = {row["period"]: row["margin_frac"] for row in rows("margins", "margin_layers") if row["who"] == "IREN"}
    assert layers["2024-07"] == pytest.approx(1 - 13.674 / 13.592, abs=1e-4)
    assert layers["2024-12"] == pytest.approx(1 - 12.1 / 52.1, abs=1e-3)


def test_five_of_seven_mines_cost_what_the_article_says() -> None:
    """0.2, 0.30-0.35, 0.39, 0.43, 0.458, 0.7-1.0 and 1.0 M$/MW against 0.3 to 0.8."""
    assert figure("capex", "agreeing_frac") == pytest.approx(5 / 7)
    assert figure("capex", "mine_usd_per_mw") == median([0.2e6, 0.325e6, 0.39e6, 0.43e6, 0.458e6, 0.85e6, 1.0e6])
    assert figure("capex", "hall_low_usd_per_mw") == 3.6e6
    ratio = figure("capex", "hall_usd_per_mw") / ((1.21 + 1.5) / 2) / 430_000
    assert figure("capex", "hall_over_mine_ratio") == pytest.approx(ratio)


def test_conversions_take_thirteen_months_and_a_powered_greenfield_twelve() -> None:
    assert figure("retrofit_time", "converted_years") * 12 == pytest.approx(median([5, 11, 13, 13, 23]))
    assert figure("retrofit_time", "building_saved_years") * 12 == pytest.approx(-1)
    assert figure("retrofit_time", "grid_wait_years") == 4
    assert figure("retrofit_time", "planned_reuse_years") < figure("retrofit_time", "planned_new_years")


def test_colocation_earns_one_to_four_times_and_a_gpu_cloud_eleven_to_eighteen() -> None:
    """Riot and AMD 311 M$, 25 MW, 10 years; Abernathy 9.5 G$, 168 MW, 25 years; IREN 9.7 G$, 200 MW, 5 years."""
    low, high = (usd / years / mw / 8_760_000 for usd, years, mw in ((311e6, 10, 25), (9.5e9, 25, 168)))
    cloud = 9.7e9 / 5 / 200 / 8_760_000
    at_50, at_30 = (hashprice / (24 * 20) for hashprice in (50, 30))
    assert figure("revenue_per_kwh", "landlord_over_miner_low_ratio") == pytest.approx(low / at_50, rel=1e-3)
    assert figure("revenue_per_kwh", "landlord_over_miner_high_ratio") == pytest.approx(high / at_30, rel=1e-3)
    assert figure("revenue_per_kwh", "cloud_over_miner_low_ratio") == pytest.approx(cloud / at_50)
    assert figure("revenue_per_kwh", "cloud_over_miner_high_ratio") == pytest.approx(cloud / at_30)
    assert round(figure("revenue_per_kwh", "landlord_low_usd_per_kwh"), 2) == 0.14
    assert round(figure("revenue_per_kwh", "landlord_high_usd_per_kwh"), 2) == 0.26
    assert round(figure("revenue_per_kwh", "cloud_usd_per_kwh"), 2) == 1.11


def test_an_h100_beats_the_best_asic_18_times_by_the_chip_and_not_by_the_meter() -> None:
    """2.35 $/h over 0.7 kW of chip or 1.442 kW of server; SEALMINER A4 at 9.45 J/TH."""
    hashprice = figure("revenue_per_kwh", "hashprice_today_usd_per_ph_day")
    asic = hashprice / (24 * 9.45)
    assert figure("revenue_per_kwh", "h100_over_best_chip_ratio") == pytest.approx(2.35 / 0.7 / asic)
    assert figure("revenue_per_kwh", "h100_over_best_it_ratio") == pytest.approx(2.35 / 1.442 / asic)
    assert figure("revenue_per_kwh", "h100_over_best_meter_ratio") < figure(
        "revenue_per_kwh", "h100_over_best_it_ratio"
    )
    assert figure("revenue_per_kwh", "chip_over_miner_ratio") == pytest.approx(2.35 / 0.7 / (30 / 24 / 20))


def test_the_25_is_the_quotient_of_two_figures_that_no_machine_earned() -> None:
    assert figure("revenue_per_kwh", "bpi_quotient_ratio") == pytest.approx(5 / 0.2)
    assert figure("revenue_per_kwh", "implied_j_per_th") < figure("revenue_per_kwh", "best_2024_j_per_th")


@pytest.mark.parametrize(
    ("hashprice", "low", "high"),
    [(57, 1.7, 3.3), (33, 6, 12)],
)
def test_leases_after_power_over_a_miner_after_power(hashprice: float, low: float, high: float) -> None:
    """Leases leave 0.11 to 0.23 $/kWh (Riot, Galaxy); 20 J/TH keeps 0.069 and 0.019 $/kWh at 5 ct without cooling."""
    left = mining(hashprice, 20, "it").usd_per_kwh - 0.05
    assert 0.114 / left == pytest.approx(low, rel=0.05)
    assert 0.232 / left == pytest.approx(high, rel=0.05)


def test_what_a_role_keeps_after_power_is_what_it_earns_less_what_it_buys() -> None:
    miner, landlord, cloud = (
        mining(40, 20, "meter"),
        letting(150, "it"),
        renting(2.35, "NVIDIA H100 SXM5 80GB", "meter"),
    )
    assert miner.usd_per_kwh - miner.net_usd_per_kwh == pytest.approx(0.05)
    assert cloud.usd_per_kwh - cloud.net_usd_per_kwh == pytest.approx(0.05)
    assert landlord.usd_per_kwh == landlord.net_usd_per_kwh == pytest.approx(150 * 12 / 8760)
    assert mining(40, 20, "it").usd_per_kwh == pytest.approx(miner.usd_per_kwh * 1.05)


def test_the_multiple_falls_as_hashprice_rises() -> None:
    points = [row for row in rows("revenue_per_kwh", "multiple_by_hashprice") if row["case"] == "dearest lease"]
    ratios = [row["ratio"] for row in points]
    assert ratios == sorted(ratios, reverse=True)
    products = [float(row["ratio"]) * float(row["hashprice_usd_per_ph_day"]) for row in points]
    assert max(products) == pytest.approx(min(products))


def test_roles_through_time_cover_2021_to_2026_on_stated_bases() -> None:
    points = rows("revenue_per_kwh", "usd_per_kwh_by_role")
    assert {row["role"] for row in points} == {"miner", "landlord", "cloud"}
    assert {row["basis"] for row in points} <= {"chip", "it", "meter"}
    years = {str(row["when"])[:4] for row in points if row["role"] == "miner"}
    assert years == {"2021", "2022", "2023", "2024", "2025", "2026"}
    assert all(float(row["usd_per_kwh_net_of_power"]) <= float(row["usd_per_kwh"]) for row in points)


def test_gpus_cost_tens_of_thousands() -> None:
    """5,800 M$ over about 76,000 GB300 (IREN, 2025-11-03)."""
    assert figure("gpu_price", "dearest_usd_per_gpu") == pytest.approx(5.8e9 / 76_000, rel=1e-3)
    assert figure("gpu_price", "dearest_usd_per_mw") == pytest.approx(76_300 / 1.903 * 1000)


def hashprice_by_hand(subsidy_btc: float) -> float:
    """Difficulty of 2026-06-14 and price of 2026-09-29, fees of 0.69 % of today's reward held in coins."""
    fees = 3.125 * 0.0069 / (1 - 0.0069)
    return 86_400e15 / (124932866006548.15625 * 2**32) * (subsidy_btc + fees) * 83_212.64


def test_the_halving_takes_break_even_from_33_to_17_joules() -> None:
    """Pool fee of 1 %, PUE of a mine 1.05 (2 % losses and 3 % fans), 5 ct/kWh."""
    for name, hashprice in (
        ("today_j_per_th", hashprice_by_hand(3.125)),
        ("after_j_per_th", hashprice_by_hand(1.5625)),
    ):
        assert figure("halving_2028", name) == pytest.approx(hashprice / 24 * 0.99 / 1.05 / 0.05, rel=1e-6)
    assert figure("halving_2028", "exit_j_per_th") == pytest.approx(figure("halving_2028", "after_j_per_th") / 0.7)
    assert figure("halving_2028", "halving_height") == 1_050_000
    needed = figure("halving_2028", "needed_price_ratio")
    assert needed == pytest.approx(20 / figure("halving_2028", "after_j_per_th"))
    assert figure("halving_2028", "needed_exit_frac") == pytest.approx(1 - 1 / needed)


def test_the_map_agrees_with_its_lines() -> None:
    lines = {
        (row["line"], row["power_usd_per_kwh"]): row["efficiency_j_per_th"]
        for row in rows("halving_2028", "break_even_lines")
    }
    for row in rows("halving_2028", "break_even_map"):
        power, efficiency = row["power_usd_per_kwh"], float(row["efficiency_j_per_th"])
        after, today = float(lines["after_2028", power]), float(lines["today", power])
        state = "both" if efficiency <= after else "today_only" if efficiency <= today else "neither"
        assert row["state"] == state
        assert float(row["margin_after_usd_per_kwh"]) < float(row["margin_today_usd_per_kwh"])


def test_difficulty_fell_lastingly_after_no_halving() -> None:
    """Blocks 630,000 and 840,000 lie in epochs 312 and 416 of 2,016 blocks; 13 epochs are half a year."""
    level = {row["epoch"]: float(str(row["difficulty"])) for row in table("difficulty").rows}
    assert figure("halving_2028", "difficulty_after_2020_ratio") == pytest.approx(level[325] / level[312])
    assert figure("halving_2028", "difficulty_after_2024_ratio") == pytest.approx(level[429] / level[416])
    assert all(figure("halving_2028", f"difficulty_after_{year}_ratio") > 1 for year in (2012, 2016, 2020, 2024))


def test_market_sizes_go_back_to_bases_that_measure_something_else() -> None:
    assert figure("market_sizes", "crypto_2024_usd") == pytest.approx(3.3e9 / 1.069**6)
    assert round(figure("market_sizes", "crypto_2022_usd") / 1e9, 2) == 1.94
    for year, expected in ((2025, 40.1), (2024, 28.5), (2023, 20.3)):
        assert round(figure("market_sizes", f"kbv_{year}_usd") / 1e9, 1) == expected
    assert figure("market_sizes", "subsidy_btc_per_year") == 365 * 144 * 3.125
    assert figure("market_sizes", "subsidy_usd") == pytest.approx(164_250 * 107_321.47)
    assert 5 <= figure("market_sizes", "subsidy_over_market_ratio") <= 8


def test_hut_8_and_terawulf_let_halls_and_most_of_them_are_on_new_sites() -> None:
    """Lake Mariner 60, 200, 160; Abernathy 168; River Bend 245; Beacon Point 352 MW, the last three greenfield."""
    assert figure("asic_to_gpu", "leased_mw") == 60 + 200 + 160 + 168 + 245 + 352
    assert figure("asic_to_gpu", "new_site_frac") == pytest.approx((168 + 245 + 352) / 1185)


def test_an_open_shed_keeps_an_eighth_of_the_value_and_a_good_building_half() -> None:
    """Of 10 M$/MW: land 0.1, line 0.3, substation 0.6, half of 0.6 of gear; a good building keeps 3.8 of 7.4."""
    assert figure("asic_to_gpu", "survives_shed_frac") == pytest.approx(1.3 / 10)
    assert figure("asic_to_gpu", "survives_building_frac") == pytest.approx(3.8 / 7.4)
    for project, share in (("new", 0.13), ("reuse", 3.8 / 7.4)):
        parts = [row for row in rows("asic_to_gpu", "parts") if row["project"] == project]
        kept, bought = (sum(float(row[key]) for row in parts) for key in ("survives_usd_per_mw", "bought_usd_per_mw"))
        assert kept / (kept + bought) == pytest.approx(share)


def test_crusoe_sold_425_modules_of_some_600_kw() -> None:
    assert figure("crusoe", "mw_per_module") == pytest.approx(270 / 425)
    assert figure("crusoe", "sold_mw") == 270


def test_one_tenant_has_nearly_half_of_the_leased_power() -> None:
    """CoreWeave: Core 590, Helios 133 and 393, Polaris Forge 250 and 150 MW."""
    leased = {lease.deal: lease.critical_it_mw or 0.0 for lease in counted_once()}
    assert figure("boom_and_bust", "largest_tenant_frac") == pytest.approx(
        (590 + 133 + 393 + 250 + 150) / sum(leased.values())
    )
    assert sum(float(row["share_frac"]) for row in rows("boom_and_bust", "tenants")) == pytest.approx(1)
    assert not {"CORZ-1", "CORZ-2", "CORZ-3", "CORZ-4"} & set(leased)


def test_mining_swings_more_than_rent_by_far() -> None:
    assert figure("boom_and_bust", "rent_swing_ratio") == pytest.approx(1.03**5)
    prices = [point.hashprice_usd_per_ph_day for point in hashprice_points()]
    assert 5 < figure("boom_and_bust", "mining_swing_ratio") < max(prices) / min(prices)
    assert figure("boom_and_bust", "gpu_rent_swing_ratio") == pytest.approx(10 / 1.7)
    assert figure("boom_and_bust", "term_shortest_years") == 10
