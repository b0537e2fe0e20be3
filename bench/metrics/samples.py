"""Converts statistics of a metric to samples for resampling."""

from __future__ import annotations

from bench.metrics.base import FloatArray, Metric
from bench.stats import Sample


def sample_of(
    metric: Metric, column: int, values: FloatArray, statistics: FloatArray | None
) -> Sample:
    """Create the sample of one score over some articles.

    Args:
        metric: the metric.
        column: the index of the score.
        values: the score of each article, shape (articles,).
        statistics: shape (articles, statistics); None if the overall score is the mean.
    """
    if statistics is None:
        return Sample(values)
    return Sample(values, statistics, lambda sums, n: metric.of_sums(sums, n)[..., column])
