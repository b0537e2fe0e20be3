"""Ratios of sums over units: shares of pairs, and slopes within articles, with their intervals.

By linearisation: what a unit adds to the numerator beyond the ratio times what it adds to the
denominator has mean zero, and Student's t over the units gives the interval. So items of one
article, and articles of one cluster, need not be independent.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats.interval import CONFIDENCE, Interval
from bench.stats.sample import FloatArray
from bench.stats.scales import Scale
from bench.stats.students import t_quantile
from bench.stats.units import codes_of

_EQUAL = 1e-12  # of the largest value: rounding


@dataclass(frozen=True)
class Ratio:
    """A ratio of sums.

    Attributes:
        value: the ratio.
        interval: over units; None with fewer than two.
        count: the sum of the denominators, such as the number of pairs.
    """

    value: float
    interval: Interval | None
    count: float


def ratio(
    numerators: FloatArray,
    denominators: FloatArray,
    units: Sequence[Hashable],
    *,
    limits: tuple[float, float] | None = None,
    confidence: float = CONFIDENCE,
) -> Ratio | None:
    """The sum of numerators over the sum of denominators.

    Args:
        numerators: shape (parts,).
        denominators: not negative, shape (parts,).
        units: the article or cluster of each part.
        limits: the lowest and highest possible ratio.
        confidence: between 0 and 1.

    Returns:
        None if the denominators sum to 0.
    """
    total = float(np.sum(denominators))
    if total <= 0:
        return None
    codes = codes_of(units)
    above, below = (np.bincount(codes, weights=part) for part in (numerators, denominators))
    used = below > 0
    above, below = above[used], below[used]
    value = float(above.sum() / total)
    count = len(above)
    if count < 2:
        return Ratio(value, None, total)
    residuals = above - value * below
    quantile = t_quantile(count - 1, (1 + confidence) / 2)
    error = math.sqrt(float((residuals**2).sum()) * count / (count - 1)) / total
    largest = max(float(np.abs(above).max()), abs(value) * float(below.max()))
    if error * total > _EQUAL * largest:
        scale = Scale(*limits) if limits else Scale()
        return Ratio(value, Interval(*scale.around(value, quantile * error)), total)
    return Ratio(value, _of_equal_units(value, count, limits, confidence), total)


def within_slope(
    x: FloatArray,
    y: FloatArray,
    articles: Sequence[Hashable],
    units: Sequence[Hashable],
    *,
    confidence: float = CONFIDENCE,
) -> Ratio | None:
    """The slope of y on x within articles (least squares with a constant for each article).

    Args:
        x: of each item, shape (items,).
        y: of each item.
        articles: of each item.
        units: the article or cluster of each item.
        confidence: between 0 and 1.

    Returns:
        None if x does not vary within any article; ``count`` is the sum of its squared deviations.
    """
    codes = codes_of(articles)
    sizes = np.bincount(codes)
    own = [part - (np.bincount(codes, weights=part) / sizes)[codes] for part in (x, y)]
    return ratio(own[0] * own[1], own[0] ** 2, units, confidence=confidence)


def _of_equal_units(
    value: float, count: int, limits: tuple[float, float] | None, confidence: float
) -> Interval:
    """Units that are all alike may be so by chance: the exact bound for none of so many."""
    if limits is None:
        return Interval(value, value)
    unseen = 1 - ((1 - confidence) / 2) ** (1 / count)
    low, high = limits
    return Interval(value - unseen * (value - low), value + unseen * (high - value))
