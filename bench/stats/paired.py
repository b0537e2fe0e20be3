"""Paired differences between models: size, interval and significance test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats.bootstrap import CONFIDENCE, RESAMPLES, Bootstrap, Interval, split, stacked
from bench.stats.resampling import resolution, swap_sums
from bench.stats.sample import FloatArray, Sample

_EQUAL = 1e-12  # relative difference below which scores are equal
Pair = tuple[int, int]


@dataclass(frozen=True)
class Difference:
    """The score of one model minus that of another, over the same articles.

    Attributes:
        difference: the difference of the scores over all articles.
        interval: its confidence interval; None for fewer than two articles.
        p_value: two-sided p-value, not corrected for multiple testing; None for fewer than two
            articles.
        higher: number of articles on which the first model scores higher.
        equal: number of articles on which both score the same.
        lower: number of articles on which the first model scores lower.
        effect_size: Cohen's d_z, the difference in standard deviations of the paired differences
            (of their jackknife pseudo-values if the score is not a mean); None if these do not
            vary.
    """

    difference: float
    interval: Interval | None
    p_value: float | None
    higher: int
    equal: int
    lower: int
    effect_size: float | None


def differences(
    samples: Sequence[Sample],
    pairs: Sequence[Pair],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Difference]:
    """Compute the difference, bootstrap interval and randomisation test of each pair.

    The draws are shared, so that many pairs cost little more than one, and the result of a pair
    does not depend on the others.

    Args:
        samples: scores over the same articles in the same order.
        pairs: indices of the samples to compare, first minus second.
        confidence: confidence level of each interval.
        resamples: number of draws of the bootstrap and of the test.
        seed: seed of both; 0 is a valid seed.
    """
    tested = randomisation_p_values(samples, pairs, resamples=resamples, seed=seed)
    bootstrap = Bootstrap(samples, resamples=resamples, seed=seed)
    return [
        difference(samples[a], samples[b], bootstrap.difference(a, b, confidence), p_value)
        for (a, b), p_value in zip(pairs, tested, strict=True)
    ]


def randomisation_p_values(
    samples: Sequence[Sample],
    pairs: Sequence[Pair],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[float | None]:
    """Two-sided p-values of the approximate randomisation test (Noreen 1989).

    Under the null hypothesis the scores of two models on an article are exchangeable. The p-value
    is the share of random exchanges with a difference as large as the observed one, which is
    included; with few articles all exchanges are tried, and the test is exact.

    Args:
        samples: scores over the same articles in the same order.
        pairs: indices of the samples to compare.
        resamples: number of random exchanges, shared by all pairs.
        seed: seed of these; 0 is a valid seed.

    Returns:
        A p-value per pair; None for all of them for fewer than two articles.
    """
    if not pairs or len(samples[0]) < 2:
        return [None] * len(pairs)
    columns = stacked(samples)
    sums, exact = swap_sums(columns, resamples, seed)
    rounded = resolution(columns)
    totals = np.rint(columns / rounded).sum(axis=0) * rounded
    kept = split(sums, samples)
    whole = split(totals[:, None], samples)
    units = [float(own.max()) for own in split(rounded[:, None], samples)]
    # Twice the kept minus all: for means, the difference of both sides after an exchange.
    left = [2 * k[0] - w[0] for k, w in zip(kept, whole, strict=True)]
    p_values: list[float | None] = []
    for a, b in pairs:
        one, other = samples[a], samples[b]
        slack = units[a] + units[b]
        if one.of_sums is None and other.of_sums is None:
            exchanged, observed = left[a] - left[b], (whole[a] - whole[b]).item()
            slack *= len(one)
        else:
            exchanged = one.score(kept[a] + whole[b] - kept[b])
            exchanged = exchanged - other.score(kept[b] + whole[a] - kept[a])
            observed = (one.score(whole[a]) - other.score(whole[b])).item()
        p_values.append(_p_value(exchanged, observed, slack, exact=exact))
    return p_values


def _p_value(exchanged: FloatArray, observed: float, slack: float, *, exact: bool) -> float:
    """The share of differences as large as the observed one, up to rounding."""
    least = abs(observed) - slack - _EQUAL * abs(observed)
    as_large = int(np.count_nonzero(np.abs(exchanged) >= least))
    share = as_large / len(exchanged) if exact else (as_large + 1) / (len(exchanged) + 1)
    return float(share)


def difference(
    a: Sample, b: Sample, interval: Interval | None, p_value: float | None
) -> Difference:
    """Describe a pair, given its interval and p-value."""
    equal = np.isclose(a.values, b.values, rtol=_EQUAL, atol=_EQUAL)
    higher = int(np.count_nonzero((a.values > b.values) & ~equal))
    estimate = a.estimate - b.estimate
    return Difference(
        difference=estimate,
        interval=interval,
        p_value=p_value,
        higher=higher,
        equal=int(equal.sum()),
        lower=len(a) - higher - int(equal.sum()),
        effect_size=_effect_size(estimate, spread_of_differences(a, b)),
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
