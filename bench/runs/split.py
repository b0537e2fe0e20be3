"""What metrics have to know of the references of the whole split, whatever ``limit`` says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.article import Article
from bench.data.rows import Dataset
from bench.errors import DataError
from bench.metrics import Metric
from bench.metrics.split_references import ReferencesDigest, SplitReferences
from bench.runs.config import Config
from bench.tasks import TASKS, Task, TaskName

_AT_ONCE = 1000


@dataclass(frozen=True)
class SplitStatistics:
    """The references of a split, as the metrics of a run know them.

    Attributes:
        digest: digest of the references of all tasks.
        learned: by metric and task, what ``Metric.learn`` returned.
    """

    digest: str
    learned: Mapping[str, Mapping[TaskName, Any]]

    def described(self, metrics: Mapping[str, Metric]) -> dict[str, Metric]:
        """The metrics with the signatures of their scores; none of them is ready to score."""
        split = SplitReferences(self.digest)
        return {
            name: metric.with_split(split) if name in self.learned else metric
            for name, metric in metrics.items()
        }

    def told(self, metrics: Mapping[str, Metric], task: Task) -> dict[str, Metric]:
        """The metrics, ready to score a task."""
        return {
            name: metric.with_split(SplitReferences(self.digest, self.learned[name][task.name]))
            if name in self.learned
            else metric
            for name, metric in metrics.items()
        }


def split_statistics(
    metrics: Mapping[str, Metric], whole: Callable[[], Dataset]
) -> SplitStatistics | None:
    """Let the metrics that need it learn from the references of the whole split.

    Args:
        metrics: by name.
        whole: returns the articles of the split; not called if no metric needs them.

    Returns:
        What they learned; None if no metric needs it.

    Raises:
        DataError: an article of the split cannot be read.
    """
    needing = {name: metric for name, metric in metrics.items() if metric.needs_split}
    if not needing:
        return None
    try:
        dataset = whole()
    except DataError as error:
        needed = f"{', '.join(needing)}: needs the references of the whole split, beyond the limit"
        raise DataError([*error.problems, needed]) from error
    digest = ReferencesDigest()
    for article in _articles(dataset):
        for name, task in TASKS.items():
            digest.add(name, task.references(article))
    learned = {
        name: {
            task.name: metric.learn(task.references(article) for article in _articles(dataset))
            for task in TASKS.values()
        }
        for name, metric in needing.items()
    }
    return SplitStatistics(digest.value(), learned)


def is_whole(config: Config, dataset: Dataset) -> bool:
    """Whether the articles of a run are the whole split."""
    declared = len(dataset.declared)
    return dataset.whole is None and (config.limit is None or declared < config.limit)


def whole_split(config: Config, dataset: Dataset) -> Dataset:
    """The articles of the whole split.

    Args:
        config: names the split.
        dataset: the articles that the config selects.

    Raises:
        BenchError: an article after the first ``limit`` cannot be read.
    """
    if is_whole(config, dataset):
        return dataset
    return config.model_copy(update={"limit": None, "shard": None}).articles()


def _articles(dataset: Dataset) -> Iterator[Article]:
    for batch in dataset.batches(_AT_ONCE):
        yield from batch
