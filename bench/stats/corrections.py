"""Corrections for multiple testing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from bench.stats.sample import FloatArray


def holm(p_values: ArrayLike) -> FloatArray:
    """Holm's step-down correction, which controls the family-wise error rate (Holm 1979).

    Args:
        p_values: the p-values of all tests in the family, in any order.

    Returns:
        The adjusted values in the same order, at most 1.
    """
    given = np.asarray(p_values, np.float64)
    order = np.argsort(given, kind="stable")
    factors = np.arange(len(given), 0, -1)
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(given[order] * factors))
    return adjusted
