"""From a metric's statistics to samples that can be resampled."""

from __future__ import annotations

from bench.metrics.base import FloatArray, Metric
from bench.stats import Sample


def sample_of(
    metric: Metric, column: int, values: FloatArray, statistics: FloatArray | None
) -> Sample:
    """One score of a metric over some articles.

    Args:
        metric: the metric.
        column: which of its scores.
        values: of each article alone, shape (articles,).
        statistics: shape (articles, statistics); None where the score of many articles is the
            mean of theirs.
    """
    if statistics is None:
        return Sample(values)
    return Sample(values, statistics, lambda sums, n: metric.of_sums(sums, n)[..., column])
