"""The metric that turns stored statistics into scores."""

from __future__ import annotations

from collections.abc import Mapping

from bench.component import full_signature
from bench.errors import ConfigError
from bench.metrics import Block, Metric
from bench.metrics.base import FloatArray
from bench.metrics.by_signature import corpus_metric
from bench.runs.results import MAX_ITEMS_KEY, Results


class NeedsMetricError(ConfigError):
    """The statistics can only be resampled by a metric that is not part of this package."""


def run_metric(results: Results, name: str, own: Mapping[str, Metric], location: str) -> Metric:
    """The metric of a run, never code that the run names.

    Args:
        results: of the run.
        name: the name of the metric in it.
        own: by name, metrics that the user has run in this process.
        location: of the run, for the message.

    Raises:
        NeedsMetricError: it is not part of this package.
    """
    signature = results.metrics[name].signature
    signature = signature.removesuffix(f"|{MAX_ITEMS_KEY}{results.max_items}")
    used = own.get(name)
    if used and full_signature(used) == signature.removesuffix("|refs:best"):
        return used
    found = corpus_metric(signature)
    if found is None:
        raise NeedsMetricError(
            f"{location}: {name}: the means are shown, but resampling it needs the metric's own"
            " code, which is never imported from what a run says; no shipped metric has the"
            f" signature {signature[:200]!r}; --rescore uses your own code"
        )
    return found


def can_be_of(metric: Metric, statistics: FloatArray) -> bool:
    """Whether stored statistics, shape (articles, statistics), may come from a shipped metric."""
    width = metric.statistics(Block([["a"]], [["a"]], ["a"])).shape[1]
    return statistics.shape[1] == width and bool((statistics >= 0).all())
