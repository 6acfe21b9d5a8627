"""How an array is refused: by name, with the first bad entry and how many follow."""

from __future__ import annotations

from typing import Any

import numpy as np

from repower.base.errors import Problem
from repower.base.units import Array, BoolArray

_SHOWN = 60


def floats(
    name: str, given: object, problems: list[Problem], *, infinite: bool = False, negative: bool = True
) -> float | Array:
    """A read-only float64 copy, or a float where a number is given; what is wrong with it goes to `problems`."""
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "iuf":
            raise TypeError
    except (TypeError, ValueError):
        problems.append(Problem("is not made of numbers", "give real numbers", key=name, value=_short(given)))
        return np.zeros(0)
    array = array.astype(np.float64)
    unknown = np.isnan(array) if infinite else ~np.isfinite(array)
    if unknown.any():
        problems.append(at(name, array, unknown, "is not a finite number", "give a number for every entry"))
    if not negative and (array < 0).any():
        problems.append(at(name, array, array < 0, "is negative", "give zero or more"))
    return float(array) if array.ndim == 0 else _sealed(array)


def exactly(name: str, given: object, dtype: type[np.generic], words: str, problems: list[Problem]) -> Any:
    """A read-only copy as `dtype`, refused where entries would have to be rounded to fit."""
    array = np.asarray(given)
    if array.size and not np.can_cast(array.dtype, dtype, "same_kind"):
        problems.append(Problem(f"is not made of {words}", f"give {words}", key=name, value=_short(given)))
        return np.zeros(0, dtype)
    return _sealed(array.astype(dtype))


def at(name: str, array: Array, bad: BoolArray, message: str, fix: str) -> Problem:
    """A problem at the first bad entry of an array."""
    first = tuple(int(axis[0]) for axis in np.nonzero(np.atleast_1d(bad)))
    place = f"{name}[{', '.join(map(str, first))}]" if np.ndim(array) else name
    more = int(np.count_nonzero(bad)) - 1
    note = f" (and {more} more like it)" if more else ""
    return Problem(message + note, fix, key=place, value=f"{np.atleast_1d(array)[first]:g}")


def shape(name: str, given: Any, wanted: str) -> Problem:
    """A problem with the shape of an array."""
    return Problem(f"must be of shape {wanted}", "give one entry for each", key=name, value=f"shape {np.shape(given)}")


def _sealed(array: Any) -> Any:
    array.setflags(write=False)
    return array


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
