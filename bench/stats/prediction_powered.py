"""Means of what people say, estimated with the help of a judge that may be wrong.

Prediction-powered inference with power tuning (PPI++; Angelopoulos, Duchi and Zrnic 2023): the
judge's mean over the unlabelled articles, corrected by how far it is off where people gave labels.
The correction removes the bias of the judge, whatever it is. A judge that agrees with people makes
the interval shorter: one that correlates r with them saves about a share r² of the labels. A judge
that does not agree gets no weight. Differences between two models are means, too: of the
differences on each article.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats.interval import CONFIDENCE, Interval
from bench.stats.means import score_interval
from bench.stats.sample import FloatArray, Sample
from bench.stats.scales import Scale
from bench.stats.students import t_quantile_between
from bench.stats.units import units_of

FEWEST_LABELS = 10
"""Labelled articles, or clusters with labels, from which a judge is given any weight."""
FEWEST_OTHERS = 5
"""Labels that are not the most common one, from which on their spread means anything."""
_MOST = 10_000_000  # labels
_EQUAL = 1e-12  # of the largest value: rounding
_Limits = tuple[float | None, float | None]
_Clusters = Sequence[Hashable] | None


@dataclass(frozen=True)
class CorrectedMean:
    """The mean over all articles of what people would say.

    Attributes:
        estimate: the mean of people's labels, corrected with the help of the judge.
        interval: allows for the errors of the judge; None with fewer than two units.
        weight: of the judge, from 0 (not used) to 1.
        labels: number of articles that people labelled.
        unlabelled: number of articles that only the judge rated.
        people: the mean of the labels alone.
        judge: the mean of the judge alone, over all articles.
        bias: the judge minus people, where both rated.
        correlation: of the judge with people, where both rated; None if either does not vary.
        saved: the share of labels that the judge saves, from 0 to 1: people alone would need
            ``labels / (1 - saved)`` for the same standard error.
    """

    estimate: float
    interval: Interval | None
    weight: float
    labels: int
    unlabelled: int
    people: float
    judge: float
    bias: float
    correlation: float | None
    saved: float


def corrected_mean(  # noqa: PLR0913 - an option each, all by name
    labels: FloatArray,
    judged: FloatArray,
    rest: FloatArray,
    *,
    limits: _Limits = (None, None),
    clusters: _Clusters = None,
    rest_clusters: _Clusters = None,
    confidence: float = CONFIDENCE,
) -> CorrectedMean:
    """Estimate the mean of people's labels over all articles.

    The labelled articles must be a random sample of all, or at least not chosen for their quality.
    With fewer than ten of them, or if fewer than five differ from the most common label, the judge
    gets no weight.

    Args:
        labels: the label of each labelled article, shape (labels,); at least one.
        judged: the value that the judge gives to the same articles, in the same order.
        rest: the values that the judge gives to the other articles.
        limits: the lowest and highest value that there can be.
        clusters: the cluster of each labelled article; None if each stands alone.
        rest_clusters: the cluster of each other article.
        confidence: between 0 and 1.

    Raises:
        ValueError: there is no label, a value is not finite, or lengths differ.
    """
    labels, judged, rest = (np.asarray(given, np.float64) for given in (labels, judged, rest))
    if not len(labels) or len(labels) != len(judged):
        raise ValueError(f"{len(labels)} labels and {len(judged)} values of the judge beside them")
    if not np.isfinite(np.concatenate([labels, judged, rest])).all():
        raise ValueError("labels and values of the judge must be finite numbers")
    alone = score_interval(Sample(labels), limits=limits, clusters=clusters, confidence=confidence)
    units = len(units_of(len(labels), clusters))
    enough = units >= FEWEST_LABELS and uncommon(labels) >= FEWEST_OTHERS
    weight = judge_weight(labels, judged, len(rest)) if enough else 0.0
    people = float(labels.mean())
    estimate, interval, saved = people, alone.interval if alone else None, 0.0
    if weight:
        residuals, weighted = labels - weight * judged, weight * rest
        estimate = float(residuals.mean() + weighted.mean())
        error, freedom = error_of_influences(
            (residuals - residuals.mean()) / len(residuals),
            (weighted - weighted.mean()) / len(weighted),
            clusters,
            rest_clusters,
        )
        half = t_quantile_between(freedom, (1 + confidence) / 2) * error
        estimate, interval = _inside(estimate, half, limits)
        saved = max(0.0, 1 - _variance(_Moments.of(labels, judged, rest), len(labels)))
    return CorrectedMean(
        estimate=estimate,
        interval=interval,
        weight=weight,
        labels=len(labels),
        unlabelled=len(rest),
        people=people,
        judge=float(np.concatenate([judged, rest]).mean()),
        bias=float((judged - labels).mean()),
        correlation=judge_correlation(labels, judged),
        saved=saved,
    )


def judge_weight(labels: FloatArray, judged: FloatArray, others: int) -> float:
    """The weight of the judge with the smallest standard error, between 0 and 1.

    The regression coefficient of people's labels on the judge's values, over one plus the ratio of
    labelled to other articles. Both moments come from the labelled articles, where they err
    together; with the variance over all articles, intervals of skewed labels hold too rarely.

    Args:
        labels: the labels of people.
        judged: the values of the judge for the same articles.
        others: the number of articles without labels.
    """
    if len(labels) < 2 or not others or not _varies(judged):
        return 0.0
    own = judged - judged.mean()
    slope = float(((labels - labels.mean()) * own).sum() / (own**2).sum())
    return min(max(slope / (1 + len(labels) / others), 0.0), 1.0)


def judge_correlation(labels: FloatArray, judged: FloatArray) -> float | None:
    """Pearson's correlation; None if either side does not vary."""
    if len(labels) < 2 or not (_varies(labels) and _varies(judged)):
        return None
    return float(np.clip(np.corrcoef(labels, judged)[0, 1], -1.0, 1.0))


@dataclass(frozen=True)
class MoreLabels:
    """What would halve an interval.

    Attributes:
        labels: further articles to label.
        articles: how many of them are new articles, beyond those that the judge rated.
    """

    labels: int
    articles: int


def labels_to_halve(labels: FloatArray, judged: FloatArray, rest: FloatArray) -> MoreLabels | None:
    """How many more labels would halve the 95 % interval of ``corrected_mean``.

    Assumes that further articles are like those that were labelled.

    Returns:
        None where labels do not vary, are fewer than three, or too many would be needed.
    """
    labels, judged, rest = (np.asarray(given, np.float64) for given in (labels, judged, rest))
    if len(labels) < 3 or not _varies(labels):
        return None
    moments = _Moments.of(labels, judged, rest)

    def width(count: int) -> float:
        quantile = t_quantile_between(count - 2, (1 + CONFIDENCE) / 2)
        return quantile * math.sqrt(_variance(moments, count) / count)

    goal = width(len(labels)) / 2
    low, high = len(labels), 2 * len(labels)
    while width(high) > goal:
        low, high = high, 2 * high
        if high > _MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if width(middle) <= goal else (middle, high)
    return MoreLabels(high - len(labels), max(0, high - moments.articles))


@dataclass(frozen=True)
class _Moments:
    """Variances of people and judge in units of people's variance, and the number of articles."""

    slope: float
    explained: float
    articles: int

    @classmethod
    def of(cls, labels: FloatArray, judged: FloatArray, rest: FloatArray) -> _Moments:
        articles = len(labels) + len(rest)
        if not (_varies(labels) and _varies(judged)):
            return cls(0.0, 0.0, articles)
        covariance = np.cov(labels, judged)
        slope = float(covariance[0, 1] / covariance[1, 1])
        return cls(slope, float(covariance[1, 1] / covariance[0, 0]), articles)


def _variance(moments: _Moments, labels: int) -> float:
    """The variance of the estimate with this number of labels, over that of people alone."""
    others = moments.articles - labels
    if others <= 0:
        return 1.0
    weight = min(max(moments.slope / (1 + labels / others), 0.0), 1.0)
    own = weight * (weight - 2 * moments.slope) * moments.explained
    return max(0.0, 1 + own + weight**2 * moments.explained * labels / others)


def error_of_influences(
    own: FloatArray, other: FloatArray, clusters: _Clusters, rest_clusters: _Clusters
) -> tuple[float, float]:
    """The standard error of an estimate, and its degrees of freedom.

    The weight was estimated from the same labels, which costs a degree of freedom.

    Args:
        own: by how much each labelled article moves the estimate; their sum is 0.
        other: likewise for the other articles; there may be none.
        clusters: the cluster of each labelled article; None if each stands alone.
        rest_clusters: the cluster of each other article.
    """
    count, others = len(own), len(other)
    if clusters is None and rest_clusters is None:
        first = float((own**2).sum()) * count / (count - 2)
        second = float((other**2).sum()) * others / max(others - 1, 1)
        both = first**2 / (count - 2) + second**2 / max(others - 1, 1)
        freedom = (first + second) ** 2 / both if both else count - 2.0  # Welch and Satterthwaite
        return math.sqrt(first + second), freedom
    names: list[Hashable] = [("labelled", index) for index in range(count)]
    names = list(clusters) if clusters is not None else names
    alone = [("rest", index) for index in range(others)]  # never the label of a cluster
    names += rest_clusters if rest_clusters is not None else alone
    units = units_of(count + others, names)
    freedom = max(len(units_of(count, clusters)) - 2.0, 1.0)
    squares = float((units.sums(np.concatenate([own, other])) ** 2).sum())
    return math.sqrt(squares * (freedom + 2) / freedom), freedom


def _inside(estimate: float, half: float, limits: _Limits) -> tuple[float, Interval]:
    """The estimate and its interval, on the scale on which values have no ends."""
    low, high = (
        end if end is not None else side
        for end, side in zip(limits, (-math.inf, math.inf), strict=True)
    )
    estimate = min(max(estimate, low), high)
    return estimate, Interval(*Scale(low, high).around(estimate, half))


def uncommon(labels: FloatArray) -> int:
    """How many labels differ from the most common one."""
    _, counts = np.unique(labels, return_counts=True)
    return len(labels) - int(counts.max(initial=0))


def _varies(values: FloatArray) -> bool:
    return bool(np.ptp(values) > _EQUAL * np.abs(values).max(initial=0.0))
