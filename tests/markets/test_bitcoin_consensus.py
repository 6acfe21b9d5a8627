"""Consensus arithmetic against Bitcoin Core's own vectors, mainnet's history, and its invariants."""

from __future__ import annotations

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from repower.base.errors import InputError
from repower.base.units import SAT_PER_BTC
from repower.markets.bitcoin.consensus import (
    EPOCH_SPAN_S,
    LARGEST_SPAN_S,
    POW_LIMIT,
    SMALLEST_SPAN_S,
    compact,
    difficulty,
    next_bits,
    permitted_transition,
    subsidy_sat,
    target,
)
from shared_data import shared

CORE_RETARGETS = [
    (1261130161, 1262152739, 32255, 0x1D00FFFF, 0x1D00D86A),
    (1231006505, 1233061996, 2015, 0x1D00FFFF, 0x1D00FFFF),
    (1279008237, 1279297671, 68543, 0x1C05A3F4, 0x1C0168FD),
    (1263163443, 1269211443, 46367, 0x1C387F6F, 0x1D00E1FD),
]
"""pow_tests.cpp: get_next_work, pow_limit, lower_limit_actual, upper_limit_actual."""

CORE_COMPACTS = [
    (0, 0),
    (0x12, 0x01120000),
    (0x80, 0x02008000),
    (0x1234, 0x02123400),
    (0x123456, 0x03123456),
    (0x12345600, 0x04123456),
    (0x92345600, 0x05009234),
    (0x1234560000 << 216, 0x20123456),
]
"""arith_uint256_tests.cpp: bignum_SetCompact, the values that are targets."""

EASIEST = 0x1D00FFFF
canonical_bits = st.integers(min_value=1, max_value=target(EASIEST)).map(compact)


@pytest.mark.parametrize(("first", "last", "height", "old", "new"), CORE_RETARGETS)
def test_retargets_of_core(first: int, last: int, height: int, old: int, new: int) -> None:
    assert next_bits(first, last, old) == new
    assert permitted_transition(height + 1, old, new)


def test_transitions_beyond_the_clamp_are_not_permitted() -> None:
    assert not permitted_transition(68544, 0x1C05A3F4, 0x1C0168FC)
    assert not permitted_transition(46368, 0x1C387F6F, 0x1D00E1FE)


def test_bits_change_at_epoch_boundaries_alone() -> None:
    assert not permitted_transition(68545, 0x1C05A3F4, 0x1C0168FD)
    assert permitted_transition(68545, 0x1C05A3F4, 0x1C05A3F4)


def test_retargets_of_mainnet() -> None:
    with shared("data/bitcoin/retarget_vectors.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 24
    for row in rows:
        old, new = int(row["nbits_old"], 16), int(row["nbits_new"], 16)
        assert next_bits(int(row["first_time"]), int(row["last_time"]), old) == new, row["epoch"]
        assert permitted_transition(int(row["last_height"]) + 1, old, new), row["epoch"]


def test_every_epoch_of_mainnet_has_its_difficulty_and_follows_from_the_last() -> None:
    with shared("data/bitcoin/retargets.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    bits = [int(row["nbits"], 16) for row in rows]
    assert len(rows) >= 400
    for row, this in zip(rows, bits, strict=True):
        assert difficulty(this) == pytest.approx(float(row["difficulty"]), abs=1e-6, rel=1e-15)
    assert all(
        permitted_transition(int(row["first_height"]), old, new)
        for row, old, new in zip(rows[1:], bits[:-1], bits[1:], strict=True)
    )


@pytest.mark.parametrize(("number", "bits"), CORE_COMPACTS)
def test_compact_form_of_core(number: int, bits: int) -> None:
    assert compact(number) == bits


@pytest.mark.parametrize(
    ("bits", "shown"),
    [(0x1D00FFFF, 1.0), (0x1B0404CB, 16307.420938523983), (0x1701F303, 144398401518100.9)],
)
def test_known_difficulties(bits: int, shown: float) -> None:
    assert difficulty(bits) == pytest.approx(shown, rel=1e-15)


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        (0x1D80FFFF, "negative"),
        (0x01FEDCBA, "negative"),
        (0x04923456, "negative"),
        (~0x00800000 & 0xFFFFFFFF, "overflow"),
        (0x22123456, "overflow"),
        (0xFF123456, "overflow"),
        (0, "zero"),
        (0x1D000000, "zero"),
        (0x01003456, "zero"),
        (compact(POW_LIMIT * 2), "above"),
        (0x1D010000, "above"),
        (-1, "four bytes"),
        (1 << 32, "four bytes"),
    ],
)
def test_bits_that_mainnet_refuses(bits: int, reason: str) -> None:
    for use in (target, difficulty):
        with pytest.raises(InputError, match=reason):
            use(bits)
    with pytest.raises(InputError, match=hex(bits)):
        next_bits(0, EPOCH_SPAN_S, bits)
    with pytest.raises(InputError, match="Fix"):
        permitted_transition(2016, 0x1D00FFFF, bits)


@pytest.mark.parametrize("number", [-1, 1 << 256])
def test_numbers_that_are_no_targets(number: int) -> None:
    with pytest.raises(InputError, match="256 bits"):
        compact(number)


@given(canonical_bits)
def test_canonical_bits_survive_the_round_trip(bits: int) -> None:
    assert compact(target(bits)) == bits


@given(st.integers(min_value=1, max_value=POW_LIMIT))
@example(POW_LIMIT)
def test_compact_truncates_downwards_by_less_than_one_part_in_2_to_15(number: int) -> None:
    kept = target(compact(number))
    assert kept <= number
    assert (number - kept) * 2**15 < number


@given(canonical_bits, st.integers(min_value=-(2**40), max_value=2**40))
def test_a_retarget_stays_within_four_either_way(bits: int, span_s: int) -> None:
    new = next_bits(0, span_s, bits)
    old = target(bits)
    if new:
        assert target(new) <= min(4 * old, POW_LIMIT)
    quarter = next_bits(0, SMALLEST_SPAN_S, bits)
    most = next_bits(0, LARGEST_SPAN_S, bits)
    assert quarter == compact(old // 4)
    assert most == compact(min(4 * old, POW_LIMIT))
    if span_s <= SMALLEST_SPAN_S:
        assert new == quarter
    if span_s >= LARGEST_SPAN_S:
        assert new == most


@given(
    st.integers(min_value=2**64, max_value=target(EASIEST)).map(compact),
    st.integers(min_value=0, max_value=2**23),
    st.integers(min_value=0, max_value=2**23),
)
def test_slower_blocks_never_make_mining_harder(bits: int, one_s: int, other_s: int) -> None:
    short_s, long_s = sorted((one_s, other_s))
    assert target(next_bits(0, short_s, bits)) <= target(next_bits(0, long_s, bits))
    assert permitted_transition(2016, bits, next_bits(0, one_s, bits))


def test_an_epoch_on_time_keeps_its_bits() -> None:
    assert next_bits(1_700_000_000, 1_700_000_000 + EPOCH_SPAN_S, 0x1701F303) == 0x1701F303


@pytest.mark.parametrize(
    ("height", "btc"),
    [
        (0, 50),
        (209_999, 50),
        (210_000, 25),
        (420_000, 12.5),
        (630_000, 6.25),
        (839_999, 6.25),
        (840_000, 3.125),
        (1_050_000, 1.5625),
    ],
)
def test_subsidy_halves(height: int, btc: float) -> None:
    assert subsidy_sat(height) == btc * SAT_PER_BTC


def test_subsidy_ends() -> None:
    assert subsidy_sat(6_930_000 - 1) == 1
    assert subsidy_sat(6_930_000) == 0
    assert subsidy_sat(64 * 210_000) == 0
    assert subsidy_sat(10**12) == 0


def test_subsidy_limit_test_of_core() -> None:
    assert sum(subsidy_sat(height) * 1000 for height in range(0, 14_000_000, 1000)) == 2_099_999_997_690_000


def test_no_block_before_the_first() -> None:
    with pytest.raises(InputError, match=r"height.*-1"):
        subsidy_sat(-1)
