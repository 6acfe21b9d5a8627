"""Every real zero of a sum of exponentials, which is what the rates of return of a cash flow are.

Amounts a_i at times t_i have the present value f(x) = sum a_i exp(-t_i x) at the log rate x = ln(1 + r). Descartes'
rule of signs holds for real times, and its proof is the method: with k between the two times of a sign change,
exp(kx) f(x) is monotone between the zeros of sum a_i (t_i - k) exp(-t_i x), which has one sign change fewer. So the
chain ends in a sum with one sign change, which has exactly one zero, and the way back brackets every zero of every sum.
Inside a bracket Newton's method runs on ln(inflow value / outflow value), nearly straight for any scale of amounts.

References
----------
Descartes' rule for sums of exponentials: Polya and Szego, Problems and Theorems in Analysis II, part V.
Jameson, "Counting zeros of generalised polynomials", The Mathematical Gazette 90 (2006).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from repower.base.units import Array, IntArray

_ROUNDING = 4 * float(np.finfo(np.float64).eps)
_NEARLY = 1e-8
_SMALL = 0.01
_TINY = float(np.finfo(np.float64).tiny)
_STEPS = 200


@dataclass(frozen=True)
class _Sum:
    """A sum of exponentials as logs of its amounts: no product of many time gaps leaves the range of a double."""

    time: Array
    log_size: Array
    positive: Array

    def weights(self) -> Array:
        """Rows that turn terms into inflow, outflow, their first moments in time, and the weight of rounding."""
        columns = np.empty((5, self.time.size))
        columns[0] = self.positive
        columns[1] = 1.0 - self.positive
        columns[2:4] = columns[:2] * self.time
        columns[4] = 3.0 - self.log_size
        return columns


def sign_changes(amount: Array) -> int:
    """How often consecutive non-zero amounts, shape (periods,), differ in sign: the most zeros there can be."""
    signs = np.signbit(amount[amount != 0.0])
    return int(np.count_nonzero(signs[1:] != signs[:-1]))


def log_roots(time: Array, amount: Array) -> Array:
    """All real x with sum amount_i exp(-time_i x) = 0.

    Parameters
    ----------
    time : shape (terms,), strictly ascending [periods].
    amount : shape (terms,), any sign and scale.

    Returns
    -------
    Shape (zeros,), ascending, each as often as its multiplicity; a zero counts as multiple where the sum comes to zero
    within its own rounding error without crossing it.
    """
    held = amount != 0.0
    if sign_changes(amount) == 0:
        return np.empty(0)
    flow = amount[held]
    size = np.abs(flow)
    relative = size / size.max()
    # The quotient keeps more digits, but is zero between the smallest and the largest double.
    log_size = np.log(relative) if relative.min() >= _TINY else np.log(size) - np.log(size.max())
    top = _Sum(time[held], log_size, (flow > 0.0).astype(np.float64))
    points, times = np.empty(0), np.empty(0, dtype=np.int64)
    for level in reversed(_chain(top)):
        points, times = _zeros(level, points, times)
    return np.repeat(points, times)


def _chain(top: _Sum) -> list[_Sum]:
    chain = [top]
    while True:
        last = chain[-1]
        changes = np.flatnonzero(last.positive[1:] != last.positive[:-1])
        if changes.size == 1:
            return chain
        middle = changes[changes.size // 2]
        gap = last.time - 0.5 * (last.time[middle] + last.time[middle + 1])
        size = last.log_size + np.log(np.abs(gap))
        flipped = np.where(gap < 0.0, 1.0 - last.positive, last.positive)
        chain.append(_Sum(last.time, size - size.max(), flipped))


def _zeros(level: _Sum, points: Array, times: IntArray) -> tuple[Array, IntArray]:
    """Zeros of a sum and their multiplicities, from those of the next sum in the chain.

    A point with multiplicity zero is no zero but nearly one: it only divides, so that a pair of zeros that rounding
    might hide is still separated one sum up.
    """
    weights = level.weights()
    edges = [(_highest(level), 2.0 * level.positive[0] - 1.0)]
    found: list[tuple[float, int]] = []
    if points.size:
        sign, near = _signs(level, weights, points)
        found = [(float(point), 0) for point in points[near & (sign != 0.0)]]
        edges = [*zip(points.tolist(), sign.tolist(), strict=True), *edges]
    low, low_sign = _lowest(level), 2.0 * level.positive[-1] - 1.0
    touching: list[int] = []
    for i, (high, high_sign) in enumerate(edges):
        if high_sign == 0.0:
            touching.append(i)
            continue
        crosses = high_sign != low_sign
        if touching:
            count = 1 + int(times[touching].sum())
            if count % 2 != crosses:
                count += -1 if count > 1 else 1
            found.append((float(points[touching].mean()), count))
        elif crosses:
            found.append((_crossing(level, weights, low, high, low_sign), 1))
        low, low_sign, touching = high, high_sign, []
    found.sort()
    return np.array([x for x, _ in found]), np.array([count for _, count in found], dtype=np.int64)


def _signs(level: _Sum, weights: Array, x: Array) -> tuple[Array, Array]:
    """Sign of the sum at every point, zero where rounding hides it; and whether it is nearly zero."""
    inflow, outflow, inflow_time, outflow_time, rounding = _moments(level, weights, x)
    difference, size = np.abs(inflow - outflow), inflow + outflow
    hidden = difference <= _ROUNDING * (rounding + np.abs(x) * (inflow_time + outflow_time))
    return np.where(hidden, 0.0, np.sign(inflow - outflow)), difference <= _NEARLY * size


def _moments(level: _Sum, weights: Array, x: Array) -> Array:
    exponent = level.log_size - x[:, None] * level.time
    moments: Array = weights @ np.exp(exponent - exponent.max(axis=1, keepdims=True)).T
    return moments


def _crossing(level: _Sum, weights: Array, low: float, high: float, low_sign: float) -> float:
    """The one zero between two log rates: Newton steps, bisection where they leave the bracket or dawdle."""
    moments = weights[:4]
    x = 0.0 if low < 0.0 < high else 0.5 * (low + high)
    last = high - low
    for _ in range(_STEPS):
        exponent = level.log_size - x * level.time
        exponent -= exponent.max()
        inflow, outflow, inflow_time, outflow_time = (moments @ np.exp(exponent)).tolist()
        if (inflow > outflow) == (low_sign > 0.0):
            low = x
        else:
            high = x
        step = np.inf
        if inflow > 0.0 and outflow > 0.0:
            excess = math.log(inflow / outflow)
            slope = outflow_time / outflow - inflow_time / inflow
            if abs(2.0 * excess) < abs(last * slope):
                step = -excess / slope
        if not low <= x + step <= high:
            step = 0.5 * (low + high) - x
        x += step
        if abs(step) <= _ROUNDING * max(abs(x), _SMALL):
            break
        last = step
    return x


def _highest(level: _Sum) -> float:
    """A log rate above every zero: there the first term outweighs all others together."""
    gap, excess = level.time[1:] - level.time[0], level.log_size[1:] - level.log_size[0]
    return float(np.max((excess + np.log(level.time.size)) / gap))


def _lowest(level: _Sum) -> float:
    """A log rate below every zero: there the last term outweighs all others together."""
    gap, excess = level.time[-1] - level.time[:-1], level.log_size[:-1] - level.log_size[-1]
    return float(-np.max((excess + np.log(level.time.size)) / gap))
