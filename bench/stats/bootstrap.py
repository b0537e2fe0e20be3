"""Confidence intervals by the bootstrap over articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import NormalDist

import numpy as np

from bench.stats.resampling import bootstrap_sums
from bench.stats.sample import FloatArray, Sample

RESAMPLES = 10_000
CONFIDENCE = 0.95
ENOUGH_FOR_BCA = 10
"""Minimum number of articles for the correction for skewness."""


@dataclass(frozen=True)
class Interval:
    """Bounds of a confidence interval."""

    low: float
    high: float


class Bootstrap:
    """Scores over resampled articles, with shared draws.

    Args:
        samples: scores over the same articles in the same order.
        resamples: number of bootstrap draws.
        seed: seed of the draws; 0 is a valid seed.
    """

    def __init__(
        self, samples: Sequence[Sample], *, resamples: int = RESAMPLES, seed: int = 0
    ) -> None:
        self._samples = samples
        self._replicates: list[FloatArray] = []
        if samples and len(samples[0]) > 1:
            sums = split(bootstrap_sums(stacked(samples), resamples, seed), samples)
            self._replicates = [one.score(own) for one, own in zip(samples, sums, strict=True)]

    def interval(self, index: int, confidence: float = CONFIDENCE) -> Interval | None:
        """The confidence interval of one score; None for fewer than two articles."""
        if not self._replicates:
            return None
        sample = self._samples[index]
        replicates = self._replicates[index]
        return interval(replicates, sample.estimate, sample.pseudo_values, confidence)

    def difference(self, a: int, b: int, confidence: float = CONFIDENCE) -> Interval | None:
        """The interval of the first score minus the second; None for fewer than two articles."""
        if not self._replicates:
            return None
        one, other = self._samples[a], self._samples[b]
        return interval(
            self._replicates[a] - self._replicates[b],
            one.estimate - other.estimate,
            one.pseudo_values - other.pseudo_values,
            confidence,
        )


def intervals(
    samples: Sequence[Sample],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Interval | None]:
    """The confidence interval of each score: BCa, or percentile below ten articles.

    Args:
        samples: scores over the same articles in the same order.
        confidence: confidence level of each interval, between 0 and 1.
        resamples: number of bootstrap draws, shared by all scores.
        seed: seed of the draws; 0 is a valid seed.

    Returns:
        An interval per score; None for all of them for fewer than two articles.

    Sources: Efron 1987 (BCa), as ``scipy.stats.bootstrap`` computes it.
    """
    bootstrap = Bootstrap(samples, resamples=resamples, seed=seed)
    return [bootstrap.interval(index, confidence) for index in range(len(samples))]


def stacked(samples: Sequence[Sample]) -> FloatArray:
    """The concatenated columns of all samples, shape (articles, columns)."""
    if len({len(sample) for sample in samples}) > 1:
        raise ValueError("samples must be of the same articles")
    return np.concatenate([sample.columns for sample in samples], axis=1)


def split(sums: FloatArray, samples: Sequence[Sample]) -> list[FloatArray]:
    """The rows of ``sums`` of each sample."""
    ends = list(accumulate(sample.columns.shape[1] for sample in samples))
    return np.split(sums, ends[:-1])


def interval(
    replicates: FloatArray, estimate: float, pseudo_values: FloatArray, confidence: float
) -> Interval:
    """The interval from bootstrap replicates.

    Args:
        replicates: scores of the resampled articles, in any order.
        estimate: the observed score.
        pseudo_values: pseudo-values of the articles, for the acceleration.
        confidence: between 0 and 1.
    """
    ordered = np.sort(replicates)
    tail = (1 - confidence) / 2
    tails = (tail, 1 - tail)
    if len(pseudo_values) >= ENOUGH_FOR_BCA:
        tails = _corrected(tails, ordered, estimate, pseudo_values)
    low, high = (_quantile(ordered, tail) for tail in tails)
    return Interval(low, high)


def _corrected(
    tails: tuple[float, float], ordered: FloatArray, estimate: float, pseudo_values: FloatArray
) -> tuple[float, float]:
    """The tails corrected for bias and skewness; unchanged if these are undefined."""
    slack = 1e-12 * max(abs(estimate), abs(ordered[0]), abs(ordered[-1]))
    below = np.searchsorted(ordered, estimate - slack, "left")
    not_above = np.searchsorted(ordered, estimate + slack, "right")
    share = float(below + not_above) / (2 * len(ordered))
    deviations = pseudo_values - pseudo_values.mean()
    spread = float((deviations**2).sum())
    if not 0 < share < 1 or spread <= 0:
        return tails
    normal = NormalDist()
    bias = normal.inv_cdf(share)
    acceleration = float((deviations**3).sum()) / (6 * spread**1.5)

    def corrected(tail: float) -> float:
        shifted = bias + normal.inv_cdf(tail)
        return normal.cdf(bias + shifted / (1 - acceleration * shifted))

    return corrected(tails[0]), corrected(tails[1])


def _quantile(ordered: FloatArray, share: float) -> float:
    """The quantile with linear interpolation, as by default in numpy."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (position - below) * (ordered[above] - ordered[below]))
