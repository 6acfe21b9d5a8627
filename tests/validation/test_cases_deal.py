"""Deals in figures: against the table worked out from the same sources by hand, and the law of megawatts."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repower.base.errors import CatalogError, InputError
from repower.catalog import Deal, Lease, deal, deals, leases
from repower.validation import DealView, deal_terms, evaluate_deal
from repower.validation.deal import view

TERMS = deal_terms()


def rent_of(found: DealView) -> tuple[str, float, float, float]:
    assert found.rent is not None
    rent = found.rent
    return (
        rent.basis,
        round(rent.rent_usd_per_mw_year / 1e6, 2),
        round(rent.rent_usd_per_kwh, 3),
        round(rent.rent_usd_per_kw_month, 1),
    )


@pytest.mark.parametrize(
    ("name", "basis", "musd_per_mw_year", "usd_per_kwh", "usd_per_kw_month"),
    [
        ("CORZ-1", "critical_it", 1.46, 0.166, 121.5),
        ("IREN-1", "critical_it", 9.70, 1.107, 808.3),
        ("GLXY-1", "critical_it", 2.26, 0.257, 188.0),
        ("HUT-1", "critical_it", 1.90, 0.217, 158.7),
        ("CIFR-3", "gross", 1.22, 0.140, 101.9),
        ("RIOT-1", "critical_it", 1.24, 0.142, 103.7),
        ("WYFI-1", "critical_it", 2.16, 0.247, 180.2),
        ("HUT-2", "critical_it", 1.86, 0.212, 154.7),
        ("WULF-2", "critical_it", 1.85, 0.211, 154.2),
        ("CIFR-1", "critical_it", 1.79, 0.204, 148.8),
    ],
)
def test_rents_are_those_of_the_table(
    name: str, basis: str, musd_per_mw_year: float, usd_per_kwh: float, usd_per_kw_month: float
) -> None:
    found = rent_of(evaluate_deal(name))
    assert found[0] == basis
    assert found[1:] == pytest.approx((musd_per_mw_year, usd_per_kwh, usd_per_kw_month), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "words", "average"),
    [
        ("HUT-1", "critical IT", 0.185),
        ("GLXY-1", "critical IT", 0.169),
        ("GLXY-1", "total", 0.154),
        ("RIOT-1", "critical IT", 0.278),
        ("WULF-2", "critical IT", 0.175),
        ("CIFR-1", "critical IT", 0.147),
    ],
)
def test_yields_on_cost_are_those_of_the_table(name: str, words: str, average: float) -> None:
    (found,) = (each for each in evaluate_deal(name).yields if words in each.cost_words)
    assert found.average_frac == pytest.approx(average, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "musd_per_mw_year"),
    [("GLXY-1", 2.03), ("HUT-1", 1.85), ("RIOT-1", 1.00), ("CIFR-1", 1.47), ("HUT-2", 1.86)],
)
def test_net_operating_income_per_megawatt_is_that_of_the_table(name: str, musd_per_mw_year: float) -> None:
    found = evaluate_deal(name).noi_usd_per_mw_year
    assert found is not None
    assert round(found / 1e6, 2) == pytest.approx(musd_per_mw_year, rel=1e-9)


def test_first_year_of_river_bend_by_hand() -> None:
    found = evaluate_deal("HUT-1")
    assert found.rent is not None
    # 7 G$ over 245 MW at 3 % a year for 15 years: the first is 0.03 / (1.03^15 - 1) of the total.
    first = 7e9 / 245 * 0.03 / (1.03**15 - 1)
    assert found.rent.first_rent_usd_per_mw_year == pytest.approx(first, rel=1e-9)
    (total,) = (each for each in found.yields if each.cost_words == "stated total")
    assert total.first_year_frac == pytest.approx(454e6 * 15 * 0.03 / (1.03**15 - 1) / 2.45e9, rel=1e-9)


def test_debt_of_river_bend_at_its_own_terms_is_the_closed_form() -> None:
    found = evaluate_deal("HUT-1", dscr_ratio=1.3)
    assert found.debt is not None
    first = 454e6 * 15 * 0.03 / (1.03**15 - 1)
    carried = first / 1.3 * (1 - (1.03 / 1.06192) ** 15) / (0.06192 - 0.03)
    assert found.debt.carried_usd == pytest.approx(carried, rel=1e-9)
    assert found.debt.lent_usd == pytest.approx(0.8 * 2.45e9)
    assert found.debt.on_cost_frac == pytest.approx(carried / 2.45e9, rel=1e-9)
    assert found.debt.interest_cover_ratio == pytest.approx(first / (0.06192 * carried), rel=1e-9)
    assert found.debt.least_dscr_ratio == pytest.approx(1.3)


def test_the_first_year_is_not_known_where_growth_is_not() -> None:
    found = evaluate_deal("RIOT-1")
    assert found.yields
    assert all(each.first_year_frac is None for each in found.yields)
    assert any("escalator" in words for words in found.missing)


def test_galaxy_grows_by_what_its_first_year_and_average_imply() -> None:
    found = evaluate_deal("GLXY-1")
    assert found.rent is not None
    assert found.rent.growth_frac_per_year is not None
    growth = found.rent.growth_frac_per_year
    # 150.4 $/kW-month over 133 MW in the first year, 4.5 G$ in fifteen.
    assert 150.4 * 12 * 133_000 * ((1 + growth) ** 15 - 1) / growth == pytest.approx(4.5e9, rel=1e-9)
    assert "implied" in found.rent.growth_words


def test_terms_say_where_they_are_from() -> None:
    assert (TERMS.rate_frac_per_year, TERMS.tenor_years, TERMS.dscr_ratio, TERMS.ltc_frac) == (0.06192, 16, 1.4, 0.8)
    for named in ("Hut 8 River Bend", "Galaxy Helios I"):
        assert named in TERMS.words
    given_terms = deal_terms(0.07, 10, 1.3)
    assert given_terms.words.count("(given)") == 3
    assert evaluate_deal("HUT-1").notes[-1] == TERMS.words


@pytest.mark.parametrize(
    ("rate", "tenor", "cover"), [(6.192, None, None), (None, 0, None), (None, 2.5, None), (None, None, 0.0)]
)
def test_terms_out_of_range_are_refused(rate: float | None, tenor: float | None, cover: float | None) -> None:
    with pytest.raises(InputError, match="Fix:"):
        evaluate_deal("HUT-1", rate, tenor, cover)


def test_a_longer_tenor_than_the_lease_is_cut_to_it_and_dearer_debt_is_smaller() -> None:
    longer, same = evaluate_deal("HUT-1", tenor_years=30).debt, evaluate_deal("HUT-1", tenor_years=15).debt
    dearer = evaluate_deal("HUT-1", rate_frac_per_year=0.09, tenor_years=15).debt
    assert longer is not None
    assert same is not None
    assert dearer is not None
    assert longer.carried_usd == pytest.approx(same.carried_usd)
    assert dearer.carried_usd < same.carried_usd


def test_an_unknown_deal_names_the_nearest() -> None:
    with pytest.raises(CatalogError, match="CIFR-3"):
        evaluate_deal("CIFR-9")


@pytest.mark.parametrize("name", [found.deal for found in deals()])
def test_every_deal_can_be_asked_and_says_what_is_missing(name: str) -> None:
    found = evaluate_deal(name)
    stated = deal(name)
    assert (found.rent is None) <= bool(found.missing)
    assert (stated.critical_it_mw is None) == any("critical IT in MW" in words for words in found.missing)
    if found.debt is not None:
        assert found.noi_usd_per_year is not None
        assert found.debt.carried_usd > 0.0


@given(data=st.data())
def test_no_figure_per_it_megawatt_without_it_megawatts(data: st.DataObject) -> None:
    """Whatever else a row states, without critical IT nothing is per MW of IT, and the campus is no basis at all."""
    base = data.draw(st.sampled_from([found for found in deals() if found.term_years is not None]))
    figure = st.one_of(st.none(), st.floats(1.0, 5e3))
    money = st.one_of(st.none(), st.floats(1e6, 1e11))
    changed = replace(
        base,
        critical_it_mw=None,
        gross_mw=data.draw(figure),
        nameplate_mw=data.draw(figure),
        revenue_usd=data.draw(money),
        noi_usd_per_year=data.draw(money),
        capex_usd=data.draw(money),
        it_capex_low_usd_per_mw=5e6,
        it_capex_high_usd_per_mw=7e6,
    )
    found = view(changed, tuple(lease for lease in leases() if lease.deal == base.deal), TERMS)
    assert all(capacity.basis != "critical_it" for capacity in found.capacities)
    assert any("critical IT" in words for words in found.missing)
    assert all("critical IT" not in each.cost_words for each in found.yields)
    if changed.gross_mw is None:
        assert found.rent is None
        assert found.noi_usd_per_mw_year is None
        assert found.debt is None or found.debt.carried_usd_per_mw is None
    elif found.rent is not None:
        assert (found.rent.basis, found.rent.mw) == ("gross", changed.gross_mw)
        assert any("per MW of gross power" in note for note in found.notes)


@given(st.floats(1.0, 1e3), st.floats(1.01, 3.0), st.floats(1e7, 1e11), st.integers(1, 30))
def test_gross_and_it_are_never_mixed(it_mw: float, ratio: float, revenue: float, years: int) -> None:
    """With both known the rent is per MW of IT and does not see the gross power."""
    base = _bare(critical_it_mw=it_mw, gross_mw=None, revenue_usd=revenue, term_years=float(years))
    alone = view(base, (), TERMS)
    both = view(replace(base, gross_mw=it_mw * ratio, nameplate_mw=it_mw * ratio * 2), (), TERMS)
    assert alone.rent == both.rent
    assert alone.rent is not None
    assert alone.rent.rent_usd_per_mw_year * it_mw * years == pytest.approx(revenue)


def test_a_first_year_alone_needs_an_escalator() -> None:
    base = _bare(critical_it_mw=60.0, term_years=10.0)
    lease = next(lease for lease in leases() if lease.lease == "WULF-1")
    with_escalator, without = (
        view(base, (replace(lease, escalator_frac_per_year=growth),), TERMS) for growth in (0.03, None)
    )
    assert with_escalator.rent is not None
    # 125 $/kW-month in the first year, rising 3 % a year for ten: 1.5 M$ x (1.03^10 - 1) / 0.03 / 10.
    assert with_escalator.rent.rent_usd_per_mw_year == pytest.approx(1.5e6 * (1.03**10 - 1) / 0.03 / 10)
    assert without.rent is None


def _bare(**stated: Any) -> Deal:
    """A deal that states only what is given."""
    empty: dict[str, Any] = dict.fromkeys(asdict(deal("CORZ-1")))
    words = {"deal": "X", "company": "X", "site": "X", "counterparty": "X", "announced": "2026", "model": "lease"}
    return Deal(**{**empty, **words, "status": "reported", "fact": deal("CORZ-1").fact, **stated})


def test_leases_of_no_deal_are_not_used() -> None:
    assert all(isinstance(lease, Lease) for lease in leases())
    assert evaluate_deal("CORZ-4b").rent is None
