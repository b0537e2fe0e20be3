"""Computes the statistics of predictions against references for a batch of articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bench.article import Article
from bench.component import is_foreign
from bench.errors import DataError
from bench.faults import ANYTHING, Fault, fault_of
from bench.metrics import Block, Encoders, Metric
from bench.metrics.adapter import checked_statistics, label_of, statistics_with_text
from bench.metrics.base import FloatArray, is_much
from bench.runs.references import ReferencesOnly
from bench.tasks import Task
from bench.text.encoder import TooManyTokensError

Items = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Measured:
    """The statistics of one model on some articles.

    Attributes:
        statistics: by metric, one row per article, of NaN where the article lacks the text that the
            metric needs; none for a metric that failed on any article.
        faults: by metric, the fault on the first article that it failed on.
    """

    statistics: dict[str, FloatArray] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)


def measure(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    items: Items,
    encoders: Encoders,
) -> Measured:
    """Compute the statistics of what one model wrote for some articles.

    A metric that raises an exception or returns an invalid value fails alone. Articles with very
    long lists are measured a few at a time, or one by one, which bounds the memory.

    Args:
        metrics: by name.
        task: the task.
        articles: in the order of the rows.
        items: the predicted items, by article.
        encoders: shared by all models.

    Raises:
        DataError: a single article is too long to be scored.
        MemoryError: a single article needs too much memory.
    """
    written, wanted = (items[a.id] for a in articles), map(task.references, articles)
    if is_much(written, wanted):
        if len(articles) > 1:
            return _halves(metrics, task, articles, items)
        encoders = Encoders()  # released after this call

    def block(start: int, end: int) -> Block:
        some = articles[start:end]
        return Block(
            predictions=[items[article.id] for article in some],
            references=[task.references(article) for article in some],
            texts=None
            if any(isinstance(article, ReferencesOnly) for article in some)
            else [f"{article.title}\n{article.text}" for article in some],
            encoders=encoders,
        )

    textless = np.array([not article.text.strip() for article in articles], np.bool_)
    whole, fresh = block(0, len(articles)), not encoders  # other models may have filled them
    measured = Measured()
    try:
        for name, metric in metrics.items():
            try:
                own = whole.copied() if is_foreign(metric) else whole
                measured.statistics[name] = statistics_with_text(metric, own, textless)
            except TooManyTokensError:
                raise
            except ANYTHING as error:
                if isinstance(error, MemoryError) and any(whole.predictions):
                    raise  # it is not the metric's fault
                usable = [
                    row for row in range(len(articles)) if not (metric.needs_text and textless[row])
                ]
                measured.faults[name] = _on_article(metric, error, articles, usable, block)
    except TooManyTokensError as error:
        if len(articles) == 1 and fresh:
            raise DataError(f"too long to score: {error}") from error
    else:
        return measured
    return _halves(metrics, task, articles, items)


def _halves(
    metrics: Mapping[str, Metric], task: Task, articles: Sequence[Article], items: Items
) -> Measured:
    """Measure each half of the articles with its own encoders."""
    middle = len(articles) // 2
    halves = [half for half in (articles[:middle], articles[middle:]) if half]
    parts = [measure(metrics, task, half, items, Encoders()) for half in halves]
    faults: dict[str, Fault] = {}
    for part in parts:
        faults = {**part.faults, **faults}
    return Measured(
        {
            name: np.concatenate([part.statistics[name] for part in parts])
            for name in metrics
            if name not in faults
        },
        faults,
    )


def _on_article(
    metric: Metric,
    error: BaseException,
    articles: Sequence[Article],
    rows: Sequence[int],
    block: Callable[[int, int], Block],
) -> Fault:
    """The fault of a metric that failed on a batch, with the first article that it fails on."""
    for row in rows:
        try:
            checked_statistics(metric, block(row, row + 1))
        except ANYTHING as alone:
            fault = fault_of(alone, label_of(metric), metric, "statistics")
            return replace(fault, article=articles[row].id)
    return fault_of(
        error, label_of(metric), metric, "statistics"
    )  # it fails on several articles together only


def measure_best(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    items: Items,
    encoders: Encoders,
) -> Measured:
    """Compute the statistics against the best reference list of each article.

    The best list has the highest F1, as in ``score_multi`` of ``rouge_score``, or the best value of
    the only score. Each metric chooses for itself.
    """
    lists = [[task.references(a), *task.alternatives(a)] for a in articles]
    key = "summary" if task.name == "summary" else "questions"
    versions = [
        article.model_copy(update={key: references})
        for article, own in zip(articles, lists, strict=True)
        for references in own
    ]
    measured = measure(metrics, task, versions, items, encoders)
    ends = np.cumsum([len(own) for own in lists])
    starts = ends - [len(own) for own in lists]
    found = Measured(faults=measured.faults)
    for name, statistics in measured.statistics.items():
        metric = metrics[name]
        values = metric.values(statistics)
        column = values[:, metric.fields.index("f1") if "f1" in metric.fields else 0]
        ranked = column if metric.higher_is_better else -column
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        best = [start + int(np.argmax(ranked[start:end])) for start, end in spans]
        found.statistics[name] = statistics[best]
    return found
