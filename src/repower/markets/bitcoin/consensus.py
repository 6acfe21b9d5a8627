"""Bitcoin's own arithmetic, bit for bit: compact targets, the retarget, and the block subsidy.

A target is a 256-bit integer that a block hash must not exceed. Headers carry it in compact form ("bits"): one byte of
exponent and three of mantissa, so that every retarget truncates. Everything here is in integers, as in the network.

References
----------
Bitcoin Core, https://github.com/bitcoin/bitcoin: ``src/pow.cpp`` (retarget, permitted transition),
``src/arith_uint256.cpp`` (compact form), ``src/validation.cpp`` (subsidy), ``src/rpc/blockchain.cpp`` (difficulty),
``src/kernel/chainparams.cpp`` (mainnet parameters).
"""

from __future__ import annotations

from typing import Final

from repower.base.clock import BLOCKS_PER_EPOCH, BLOCKS_PER_HALVING, TARGET_BLOCK_S
from repower.base.errors import InputError, Problem
from repower.base.units import SAT_PER_BTC

POW_LIMIT: Final = 2**224 - 1
EPOCH_SPAN_S: Final = BLOCKS_PER_EPOCH * TARGET_BLOCK_S
SMALLEST_SPAN_S: Final = EPOCH_SPAN_S // 4
LARGEST_SPAN_S: Final = EPOCH_SPAN_S * 4
FIRST_SUBSIDY_SAT: Final = 50 * SAT_PER_BTC
LAST_SHIFT: Final = 63

_MANTISSA: Final = 0x7FFFFF
_SIGN: Final = 0x800000
_WORD: Final = 2**32


def target(bits: int) -> int:
    """The 256-bit target that a compact form stands for.

    Parameters
    ----------
    bits : compact form as in a block header, such as ``0x1d00ffff``.

    Raises
    ------
    InputError : where mainnet would refuse it: negative, overflowing, zero, or above the proof-of-work limit.

    References
    ----------
    ``arith_uint256::SetCompact`` and ``DeriveTarget`` of Bitcoin Core.
    """
    if not 0 <= bits < _WORD:
        raise _refused(bits, "compact bits are four bytes")
    value = _decode(bits)
    mantissa, size = bits & _MANTISSA, bits >> 24
    if mantissa and bits & _SIGN:
        raise _refused(bits, "these bits stand for a negative target")
    if mantissa and (size > 34 or (mantissa > 0xFF and size > 33) or (mantissa > 0xFFFF and size > 32)):
        raise _refused(bits, "these bits overflow 256 bits")
    if value == 0:
        raise _refused(bits, "these bits stand for a target of zero")
    if value > POW_LIMIT:
        raise _refused(bits, "this target is above the proof-of-work limit")
    return value


def compact(target: int) -> int:
    """The compact form of a target: its three leading bytes, truncated, and its length.

    Parameters
    ----------
    target : non-negative integer of at most 256 bits.

    Raises
    ------
    InputError : where `target` is negative or longer than 256 bits.

    References
    ----------
    ``arith_uint256::GetCompact`` of Bitcoin Core.
    """
    if target < 0 or target.bit_length() > 256:
        raise InputError(
            Problem("a target is an integer of 0 to 256 bits", "give a block target", key="target", value=hex(target))
        )
    size = (target.bit_length() + 7) // 8
    mantissa = target << (8 * (3 - size)) if size <= 3 else target >> (8 * (size - 3))
    if mantissa & _SIGN:
        mantissa >>= 8
        size += 1
    return mantissa | size << 24


def difficulty(bits: int) -> float:
    """How many times harder than the easiest target: 0xffff * 2**208 / target, in the double that Core prints.

    Parameters
    ----------
    bits : compact form as in a block header.

    Raises
    ------
    InputError : where `target` refuses the bits.

    References
    ----------
    ``GetDifficulty`` of Bitcoin Core: one division, then exact powers of 256.
    """
    target(bits)
    return 0xFFFF / (bits & 0xFFFFFF) * 256.0 ** (29 - (bits >> 24))


def next_bits(first_time_s: int, last_time_s: int, bits: int) -> int:
    """Compact target of the next difficulty epoch.

    The time between the first and the last block of an epoch (2,015 intervals, measured against 2,016) scales the
    target, within a factor of four either way and never above the proof-of-work limit.

    Parameters
    ----------
    first_time_s, last_time_s : header times of the epoch's first and last block, Unix seconds [s].
    bits : compact form in force during the epoch.

    Raises
    ------
    InputError : where `target` refuses the bits.

    References
    ----------
    ``CalculateNextWorkRequired`` of Bitcoin Core.
    """
    span_s = min(max(last_time_s - first_time_s, SMALLEST_SPAN_S), LARGEST_SPAN_S)
    return _scaled(bits, span_s)


def permitted_transition(height: int, old_bits: int, new_bits: int) -> bool:
    """Whether the block at `height` may carry `new_bits` after `old_bits`, whatever the times were.

    Parameters
    ----------
    height : height of the block that carries `new_bits`.
    old_bits, new_bits : compact forms.

    Raises
    ------
    InputError : where `target` refuses either.

    References
    ----------
    ``PermittedDifficultyTransition`` of Bitcoin Core.
    """
    observed = target(new_bits)
    if height % BLOCKS_PER_EPOCH:
        return old_bits == new_bits
    return _decode(_scaled(old_bits, SMALLEST_SPAN_S)) <= observed <= _decode(_scaled(old_bits, LARGEST_SPAN_S))


def subsidy_sat(height: int) -> int:
    """New coins in the block at a height [satoshi]: 50 BTC, halved every 210,000 blocks, zero in the end.

    Parameters
    ----------
    height : block height, 0 for the first block.

    Raises
    ------
    InputError : where `height` is negative.

    References
    ----------
    ``GetBlockSubsidy`` of Bitcoin Core.
    """
    if height < 0:
        raise InputError(Problem("a block height cannot be negative", "count from 0", key="height", value=str(height)))
    halvings = height // BLOCKS_PER_HALVING
    return FIRST_SUBSIDY_SAT >> halvings if halvings <= LAST_SHIFT else 0


def _scaled(bits: int, span_s: int) -> int:
    return compact(min(target(bits) * span_s // EPOCH_SPAN_S, POW_LIMIT))


def _decode(bits: int) -> int:
    mantissa, size = bits & _MANTISSA, bits >> 24
    return mantissa >> (8 * (3 - size)) if size <= 3 else mantissa << (8 * (size - 3))


def _refused(bits: int, reason: str) -> InputError:
    return InputError(
        Problem(
            reason, "use the nBits field of a mainnet block header, such as 0x1d00ffff", key="bits", value=hex(bits)
        )
    )
