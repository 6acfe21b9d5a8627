"""The trap of megawatts: 350 called energised and 243 called billing, one rent per MW of critical IT."""

from __future__ import annotations

from typing import get_args

import pytest

from repower.base.errors import InputError
from repower.validation import Capacity, RentRate, rent_usd_per_kwh, rent_usd_per_year
from repower.validation.capacity import DUE_ON, WORDS, MwBasis

PER_IT_MW = RentRate(1.44e6, "critical_it")


def test_rent_on_the_megawatts_billed_is_what_the_issuer_says() -> None:
    assert rent_usd_per_year(PER_IT_MW, Capacity(243.0, "billed_it")) == pytest.approx(350e6, abs=0.5e6)


def test_rent_per_it_megawatt_is_refused_on_energised_megawatts() -> None:
    # 350 x 1.44 would be 504 M$, 44 % more than is billed.
    with pytest.raises(InputError) as refused:
        rent_usd_per_year(PER_IT_MW, Capacity(350.0, "energised"))
    message = str(refused.value)
    assert "critical_it" in message
    assert "energised" in message
    assert "350 MW" in message
    assert "Fix:" in message


@pytest.mark.parametrize("due", get_args(MwBasis))
@pytest.mark.parametrize("given", get_args(MwBasis))
def test_a_rent_is_due_on_its_own_kind_alone(due: MwBasis, given: MwBasis) -> None:
    rate, capacity = RentRate(1.0, due), Capacity(2.0, given)
    if due == given or (due, given) == ("critical_it", "billed_it"):
        assert rent_usd_per_year(rate, capacity) == 2.0
        return
    with pytest.raises(InputError) as refused:
        rent_usd_per_year(rate, capacity)
    assert due in str(refused.value)
    assert given in str(refused.value)


def test_every_kind_of_megawatt_has_words_and_a_rule() -> None:
    assert set(WORDS) == set(DUE_ON) == set(get_args(MwBasis))


def test_a_year_of_a_kilowatt_is_8760_kwh() -> None:
    assert rent_usd_per_kwh(RentRate(876_000.0, "gross")) == pytest.approx(0.1)
