"""Exact sums, so that results do not depend on the division into blocks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from bench.stats.sample import FloatArray

_MANTISSA = 53
_HALF = 26
_LOW = (1 << _HALF) - 1


class ExactSums:
    """Sums of columns over blocks, equal to ``math.fsum`` of each whole column.

    Args:
        columns: the number of columns.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._by_exponent: dict[int, list[int]] = {}

    def add(self, rows: FloatArray) -> None:
        """Add a block of rows, shape (rows, columns), at most 2**26 of them; finite numbers."""
        if not rows.size:
            return
        fractions, exponents = np.frexp(rows)
        whole = np.ldexp(fractions, _MANTISSA).astype(np.int64)
        high, low = whole >> _HALF, whole & _LOW  # so that no sum exceeds the bits of a float
        lowest = int(exponents.min())
        cells = (exponents - lowest) * self._columns + np.arange(self._columns)
        tops, rests = (
            np.bincount(cells.ravel(), part.ravel(), (np.ptp(exponents) + 1) * self._columns)
            for part in (high, low)
        )
        for cell in np.flatnonzero((tops != 0) | (rests != 0)).tolist():
            above, column = divmod(cell, self._columns)
            sums = self._by_exponent.setdefault(lowest + above, [0] * self._columns)
            sums[column] += (int(tops[cell]) << _HALF) + int(rests[cell])

    def totals(self) -> FloatArray:
        """The sums, each rounded once, shape (columns,)."""
        exact = [Fraction(0)] * self._columns
        for exponent, sums in self._by_exponent.items():
            unit = Fraction(2) ** (exponent - _MANTISSA)
            exact = [total + unit * one for total, one in zip(exact, sums, strict=True)]
        return np.array([float(total) for total in exact])
