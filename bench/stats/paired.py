"""Paired differences between models, described: size, interval, test, articles won and lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.stats.flips import PairedTest
from bench.stats.interval import Interval
from bench.stats.sample import Sample

_EQUAL = 1e-12  # relative difference below which scores are equal


@dataclass(frozen=True)
class Difference:
    """The score of one model minus that of another, over the same articles.

    Attributes:
        difference: the difference of the scores over all articles.
        interval: the differences that the test does not reject; None with fewer than six units.
        p_value: two-sided p-value, not corrected for multiple testing; None with fewer than six
            units (articles or clusters).
        higher: number of articles on which the first model scores higher.
        equal: number of articles on which both score the same.
        lower: number of articles on which the first model scores lower.
        effect_size: Cohen's d_z, the difference in standard deviations of the paired differences
            (of their jackknife pseudo-values if the score is not a mean); None if these do not
            vary.
        conservative: whether the interval allows for changes that were too rare to be seen.
    """

    difference: float
    interval: Interval | None
    p_value: float | None
    higher: int
    equal: int
    lower: int
    effect_size: float | None
    conservative: bool = False


def described(a: Sample, b: Sample, test: PairedTest) -> Difference:
    """Describe a pair of samples over the same articles, given its test."""
    equal = np.isclose(a.values, b.values, rtol=_EQUAL, atol=_EQUAL)
    higher = int(np.count_nonzero((a.values > b.values) & ~equal))
    return Difference(
        difference=test.difference,
        interval=test.interval,
        p_value=test.p_value,
        higher=higher,
        equal=int(equal.sum()),
        lower=len(a) - higher - int(equal.sum()),
        effect_size=_effect_size(test.difference, spread_of_differences(a, b)),
        conservative=test.conservative,
    )


def spread_of_differences(a: Sample, b: Sample) -> float:
    """Standard deviation of the paired differences; 0 for fewer than two articles."""
    if len(a) < 2:
        return 0.0
    deviation = float(np.std(a.pseudo_values - b.pseudo_values, ddof=1))
    scale = max(float(np.abs(a.values).max()), float(np.abs(b.values).max()))
    return deviation if deviation > _EQUAL * scale else 0.0


def _effect_size(difference: float, spread: float) -> float | None:
    return difference / spread if spread > 0 else None
