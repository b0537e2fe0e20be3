"""Sums without rounding, so that how rows are cut into blocks never shows in a result."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray

_MANTISSA = 53
_HALF = 26
_LOW = (1 << _HALF) - 1


class ExactSums:
    """Sums of columns, added up block by block: equal to ``math.fsum`` of each whole column.

    Args:
        columns: how many.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._by_exponent: dict[int, list[int]] = {}

    def add(self, rows: FloatArray) -> None:
        """Add a block of rows, shape (rows, columns), at most 2**36 of them; finite numbers."""
        fractions, exponents = np.frexp(rows)
        whole = np.ldexp(fractions, _MANTISSA).astype(np.int64)
        high, low = whole >> _HALF, whole & _LOW  # so that no sum overflows
        for exponent in np.unique(exponents).tolist():
            there = exponents == exponent
            tops, rests = _totals(high, there), _totals(low, there)
            sums = self._by_exponent.setdefault(exponent, [0] * self._columns)
            for column, (top, rest) in enumerate(zip(tops, rests, strict=True)):
                sums[column] += (top << _HALF) + rest

    def totals(self) -> FloatArray:
        """The sums, each rounded once, shape (columns,)."""
        exact = [Fraction(0)] * self._columns
        for exponent, sums in self._by_exponent.items():
            unit = Fraction(2) ** (exponent - _MANTISSA)
            exact = [total + unit * one for total, one in zip(exact, sums, strict=True)]
        return np.array([float(total) for total in exact])


def _totals(parts: NDArray[np.int64], there: NDArray[np.bool_]) -> list[int]:
    totals: list[int] = np.where(there, parts, 0).sum(axis=0).tolist()
    return totals
