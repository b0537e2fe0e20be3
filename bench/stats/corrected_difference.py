"""A test of a mean difference that a judge helps to estimate (PPI++).

The estimate is that of ``corrected_mean``. A gate acts on its error, so the error is that of a
jackknife, which estimates the weight of the judge anew without each label: with few labels, the
error for a weight that is taken as known is too small.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from bench.stats.interval import Interval
from bench.stats.prediction_powered import (
    FEWEST_LABELS,
    FEWEST_OTHERS,
    error_of_influences,
    judge_weight,
    uncommon,
)
from bench.stats.sample import FloatArray
from bench.stats.students import t_quantile_between
from bench.stats.units import units_of

_EQUAL = 1e-12  # of the largest square: rounding
_Clusters = Sequence[Hashable] | None


@dataclass(frozen=True)
class CorrectedDifference:
    """The mean over all articles of a difference that people would see.

    Attributes:
        estimate: the mean.
        error: its standard error.
        freedom: the degrees of freedom of the error.
        weight: of the judge, from 0 (not used) to 1.
        labels: the number of labelled articles.
        units: the number of labelled articles, or of clusters with labels.
    """

    estimate: float
    error: float
    freedom: float
    weight: float
    labels: int
    units: int

    def interval(self, level: float) -> Interval:
        """The interval outside of which a value is rejected at a two-sided level."""
        half = t_quantile_between(self.freedom, 1 - level / 2) * self.error
        return Interval(self.estimate - half, self.estimate + half)

    def p_value(self, value: float) -> float:
        """Two-sided, of the true mean being this value."""
        distance = abs(self.estimate - value)
        if not distance:
            return 1.0
        return float(2 * stdtr(self.freedom, -distance / self.error)) if self.error else 0.0


def corrected_difference(
    labels: FloatArray,
    judged: FloatArray,
    rest: FloatArray,
    *,
    clusters: _Clusters = None,
    rest_clusters: _Clusters = None,
) -> CorrectedDifference | None:
    """Estimate the mean of differences that people see, with an error that allows for the judge.

    Args:
        labels: the difference that people see on each labelled article, shape (labels,).
        judged: the difference that the judge sees on the same articles, in the same order.
        rest: the differences that the judge sees on the other articles.
        clusters: the cluster of each labelled article; None if each stands alone.
        rest_clusters: the cluster of each other article.

    Returns:
        None where labels are too few for a test: fewer than ten labelled articles or clusters, or
        fewer than five labels that differ from the most common one.
    """
    labels, judged, rest = (np.asarray(given, np.float64) for given in (labels, judged, rest))
    units = units_of(len(labels), clusters) if len(labels) else ()
    if len(units) < FEWEST_LABELS or uncommon(labels) < FEWEST_OTHERS:
        return None
    weight = judge_weight(labels, judged, len(rest))
    own, other = labels - weight * judged, weight * rest
    estimate = float(own.mean()) + (float(other.mean()) if len(rest) else 0.0)
    without = _without_each(labels, judged, rest)
    influences = (without.mean() - without) * (len(labels) - 1) / len(labels)
    others = (other - other.mean()) / len(rest) if len(rest) else other
    error, freedom = error_of_influences(influences, others, clusters, rest_clusters)
    return CorrectedDifference(estimate, error, freedom, weight, len(labels), len(units))


def _without_each(labels: FloatArray, judged: FloatArray, rest: FloatArray) -> FloatArray:
    """The estimate without each label, whose weight is estimated anew, too; shape (labels,)."""
    count, others = len(labels) - 1, len(rest)
    people, judge = labels - labels.mean(), judged - judged.mean()  # so that no digits are lost
    means = -people / count, -judge / count
    products = (people * judge).sum() - people * judge - count * means[0] * means[1]
    squares = (judge**2).sum() - judge**2 - count * means[1] ** 2
    varies = squares > _EQUAL * max(float((judge**2).sum()), float(judged.max() ** 2))
    weights = np.zeros(len(labels))
    if others:
        np.divide(products, squares * (1 + count / others), out=weights, where=varies)
    weights = weights.clip(0.0, 1.0)
    aside = float(rest.mean() - judged.mean()) if others else 0.0
    found: FloatArray = labels.mean() + means[0] - weights * (means[1] - aside)
    return found
