"""Differences between models on the same articles: how large, how sure, and could it be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats.bootstrap import CONFIDENCE, RESAMPLES, Bootstrap, Interval, split, stacked
from bench.stats.resampling import resolution, swap_sums
from bench.stats.sample import FloatArray, Sample

_EQUAL = 1e-12  # scores that differ by less, relative to the larger, are the same score
Pair = tuple[int, int]


@dataclass(frozen=True)
class Difference:
    """One model's score less another's, over the same articles.

    Attributes:
        difference: of the scores over all articles.
        interval: around it; None with fewer than two articles.
        p_value: how often chance alone gives a difference as large, two-sided, not corrected for
            other tests; None with fewer than two articles.
        higher: articles on which the first model's own score is the higher one.
        equal: articles on which they are the same.
        lower: articles on which it is the lower one.
        effect_size: Cohen's d_z, the difference in standard deviations of the paired differences
            (of their jackknife pseudo-values where the score is no mean); None where these do not
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
    """Each pair's difference with its bootstrap interval and randomisation test.

    The draws are made once and shared, so that many pairs cost little more than one, and what a
    pair gets does not depend on the others.

    Args:
        samples: scores over the same articles in the same order.
        pairs: indices of the samples to be compared, the first less the second.
        confidence: of each interval.
        resamples: draws of the bootstrap, and of the test.
        seed: of both; 0 is a seed.
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

    If two models were alike, either's score on an article could have been the other's. The p-value
    is the share of random exchanges that give a difference as large as the observed one, itself
    counted among them; with few articles every exchange is tried, and the test is exact.

    Args:
        samples: scores over the same articles in the same order.
        pairs: indices of the samples to be compared.
        resamples: random exchanges, shared by all pairs.
        seed: of these; 0 is a seed.

    Returns:
        One p-value a pair; None for all of them if there are fewer than two articles.
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
    # Twice the kept less all: for means, what an exchange leaves of each side, subtracted at once.
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
    """What there is to say of a pair, given its interval and its p-value."""
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
    """The standard deviation of what articles add to the difference; 0 with fewer than two."""
    if len(a) < 2:
        return 0.0
    deviation = float(np.std(a.pseudo_values - b.pseudo_values, ddof=1))
    scale = max(float(np.abs(a.values).max()), float(np.abs(b.values).max()))
    return deviation if deviation > _EQUAL * scale else 0.0


def _effect_size(difference: float, spread: float) -> float | None:
    return difference / spread if spread > 0 else None
