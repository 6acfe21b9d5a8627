"""Rows of a linear programme in the making: many at a time, by arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from repower.base.units import Array, IntArray

Entry = tuple[IntArray, IntArray, float | Array]
"""Row within the rows that are added, column, coefficient: arrays of one length, or one coefficient for all."""


class Rows:
    """Rows over a fixed number of columns, with their limits and the first row of each named family."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.families: dict[str, int] = {}
        self._count = 0
        self._entries: list[tuple[IntArray, IntArray, Array]] = []
        self._lower: list[Array] = []
        self._upper: list[Array] = []

    def add(self, entries: Sequence[Entry], lower: float | Array, upper: Array, family: str = "") -> None:
        """As many further rows as `upper` is long."""
        if family:
            self.families.setdefault(family, self._count)
        for row, column, coefficient in entries:
            self._entries.append((row + self._count, column, np.broadcast_to(coefficient, column.shape)))
        self._lower.append(np.broadcast_to(lower, upper.shape))
        self._upper.append(upper)
        self._count += upper.size

    def matrix(self) -> Any:
        """All coefficients as a scipy sparse array, shape (M, N)."""
        from scipy.sparse import csr_array

        if not self._entries:
            return csr_array((self._count, self.columns))
        row, column, coefficient = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        return csr_array((coefficient, (row, column)), shape=(self._count, self.columns))

    def lower(self) -> Array:
        """Lower limits, shape (M,)."""
        return np.concatenate([np.zeros(0), *self._lower])

    def upper(self) -> Array:
        """Upper limits, shape (M,)."""
        return np.concatenate([np.zeros(0), *self._upper])
