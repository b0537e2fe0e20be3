"""Quantiles of Student's t, without the start-up time of scipy."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

_MANY = 1000  # degrees of freedom from which the expansion is exact to 12 digits
_STEPS = 100
_LARGEST_SHARE = 1 - 1e-15


@lru_cache(maxsize=4096)
def t_quantile(freedom: int, share: float) -> float:
    """The quantile of Student's t with the given degrees of freedom.

    Args:
        freedom: at least 1.
        share: the probability of a smaller value, between 0.5 and 1.
    """
    share = min(share, _LARGEST_SHARE)
    if freedom == 1:
        return math.tan(math.pi * (share - 0.5))
    found = _expanded(freedom, share)
    if freedom >= _MANY:
        return found
    high = max(found, 1.0)
    while _within(freedom, high) < 2 * share - 1:
        high *= 2
    low = 0.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        if _within(freedom, middle) < 2 * share - 1:
            low = middle
        else:
            high = middle
    return high


def t_quantile_between(freedom: float, share: float) -> float:
    """The same for degrees of freedom that are no whole number, interpolated within 4 %."""
    whole = int(freedom)
    if whole == freedom:
        return t_quantile(whole, share)
    below, above = (max(t_quantile(each, share), 1e-300) for each in (whole, whole + 1))
    weight = whole * (whole + 1) * (1 / freedom - 1 / (whole + 1))
    return math.exp(weight * math.log(below) + (1 - weight) * math.log(above))


def _within(freedom: int, value: float) -> float:
    """The chance of a value between -value and value (Abramowitz and Stegun 26.7.3 and 26.7.4)."""
    angle = math.atan(value / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    if freedom % 2:
        below = np.arange(2, freedom - 2, 2)
        factors = np.concatenate([[cosine], below / (below + 1) * cosine**2])
        return 2 / math.pi * (angle + sine * float(np.cumprod(factors).sum()))
    below = np.arange(2, freedom - 1, 2)
    factors = np.concatenate([[1.0], (below - 1) / below * cosine**2])
    return sine * float(np.cumprod(factors).sum())


def _expanded(freedom: int, share: float) -> float:
    """The expansion in powers of 1 / freedom (Abramowitz and Stegun 26.7.5)."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92_160,
    )
    return z + math.fsum(term / float(freedom) ** power for power, term in enumerate(terms, 1))
