"""Laws of the functions behind the claims: energy bases, break-even, leases counted once, prices by period."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.catalog import leases
from repower.validation.article.break_even import (
    EXIT_FRAC,
    break_even_usd_per_kwh,
    flat_path,
    hashprices,
    limit_j_per_th,
    needed_usd_per_ph_day,
    newest_fleets,
)
from repower.validation.article.energy import BASES, CLOUD, contracted, it_over_chip_ratio, letting, mining, renting
from repower.validation.article.leases import average_rents, counted_once, it_mw, signed
from repower.validation.article.roles import best_asic, best_j_per_th, h100_rent_usd_per_gpu_h

hashprice = st.floats(1.0, 500.0)
efficiency = st.floats(5.0, 100.0)
power = st.floats(0.005, 0.5)
H100 = "NVIDIA H100 SXM5 80GB"


@given(hashprice, power)
def test_the_limit_is_where_break_even_meets_the_power_price(price: float, usd_per_kwh: float) -> None:
    assert break_even_usd_per_kwh(price, limit_j_per_th(price, usd_per_kwh)) == pytest.approx(usd_per_kwh)


@given(efficiency, power)
def test_the_needed_hashprice_breaks_even(j_per_th: float, usd_per_kwh: float) -> None:
    needed = needed_usd_per_ph_day(j_per_th, usd_per_kwh)
    assert break_even_usd_per_kwh(needed, j_per_th) == pytest.approx(usd_per_kwh)


@given(hashprice, efficiency)
def test_break_even_is_what_a_kwh_earns_less_fee_and_cooling(price: float, j_per_th: float) -> None:
    """Pool fee of 1 %, PUE 1.05."""
    expected = price / (24 * j_per_th) * 0.99 / 1.05
    assert break_even_usd_per_kwh(price, j_per_th) == pytest.approx(expected)


@given(st.floats(50.0, 300.0), st.floats(0.5, 10.0))
def test_the_same_revenue_is_less_the_more_energy_is_counted(rent: float, gpu_rent: float) -> None:
    for earnings in ([letting(rent, basis) for basis in BASES], [renting(gpu_rent, H100, basis) for basis in BASES]):
        chip, it, meter = (earning.usd_per_kwh for earning in earnings)
        assert chip > it > meter
    chip, it = (renting(gpu_rent, H100, basis).usd_per_kwh for basis in ("chip", "it"))
    assert chip / it == pytest.approx(it_over_chip_ratio(H100)) == pytest.approx(1.442 / 0.7)


@given(hashprice, efficiency)
def test_a_miner_keeps_more_than_nothing_exactly_above_its_break_even(price: float, j_per_th: float) -> None:
    """Without pool fee: what is left after 5 ct/kWh at the meter is positive where revenue per kWh exceeds 5.25 ct."""
    left = mining(price, j_per_th, "it").net_usd_per_kwh
    assert left == pytest.approx(price / 24 / j_per_th - 0.0525)


def test_a_contracted_cloud_keeps_its_revenue_less_power() -> None:
    """IREN and Microsoft: 9.7 G$, five years, 200 MW."""
    earning = contracted(CLOUD, "it")
    assert earning.usd_per_kwh == pytest.approx(9.7e9 / 5 / 200 / 8_760_000)
    assert 0.05 < earning.usd_per_kwh - earning.net_usd_per_kwh < 0.06


def test_the_halving_halves_what_is_not_fees_and_the_exit_gives_it_back() -> None:
    prices, path = hashprices(), flat_path()
    assert [(day.isoformat(), height) for day, height in path.halvings] == [("2028-04-13", 1_050_000)]
    fees = 3.125 * 0.0069 / 0.9931
    expected = (1.5625 + fees) / (3.125 + fees)
    assert prices.after_usd_per_ph_day / prices.before_usd_per_ph_day == pytest.approx(expected)
    assert prices.exit_usd_per_ph_day == pytest.approx(prices.after_usd_per_ph_day / (1 - EXIT_FRAC))


def test_no_lease_is_counted_twice() -> None:
    rows = counted_once()
    assert len({row.deal for row in rows}) == len(rows)
    assert it_mw(rows) == pytest.approx(sum(row.critical_it_mw or 0.0 for row in rows))
    assert "CORZ-6" in {row.deal for row in rows}
    assert signed(next(row for row in rows if row.deal == "HUT-1")) == "2025-12-17"


def test_average_rents_hold_no_power_and_are_of_critical_it() -> None:
    kept = {row.lease for row in average_rents()}
    assert "WULF-1" not in kept
    assert "CIFR-3" not in kept
    assert len(kept) >= 15
    assert kept < {row.lease for row in leases()}


def test_the_best_machine_only_gets_better() -> None:
    best = [best_j_per_th(year) for year in range(2020, 2027)]
    assert best == sorted(best, reverse=True)
    assert best_asic(2024).model == "Antminer S21 XP Hyd"
    assert best[-1] == 9.45


def test_the_rent_of_an_h100_is_the_newest_contract() -> None:
    """SemiAnalysis: 1.70 $ in October 2025, 2.35 $ in March 2026."""
    assert h100_rent_usd_per_gpu_h() == 2.35


def test_a_company_s_newest_fleet_stands_for_it() -> None:
    """IREN 15 J/TH, Core Scientific 23.6 in June 2024 and not 26.85 in March."""
    fleets = {company: efficiency for company, (_, efficiency) in newest_fleets().items()}
    assert fleets["IREN"] == 15
    assert fleets["Core Scientific"] == 23.6
