"""Measures of this package, computed on the items that people rated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.agreement.ratings import RatedItem
from bench.article import Article
from bench.display import count
from bench.errors import ConfigError, DataError, UnknownNameError, unknown_name
from bench.faults import ComponentError
from bench.metrics import AnyMetric, Metric, as_metric, listed_metrics
from bench.metrics.adapter import checked_statistics
from bench.metrics.base import BLOCK, Block
from bench.metrics.labels import labelled
from bench.stats.sample import FloatArray
from bench.tasks import Task, task_named

_ANY = ("",)  # stands for the references of a metric that does not read them


def computed_measures(
    items: Sequence[RatedItem],
    articles: Sequence[Article],
    task: str,
    metrics: Sequence[AnyMetric] = (),
) -> tuple[dict[str, FloatArray], list[str]]:
    """Compute scores of each item, as a list of one, or of each rated list.

    Args:
        items: what was rated.
        articles: the dataset.
        task: which references count.
        metrics: metrics (their headline: F1), or names of scores such as ``rougeL.recall``; the
            primary score of the task if empty.

    Returns:
        By name of the score, shape (items,), NaN where there is no value; and notes.

    Raises:
        ConfigError: no text of the items is known, articles have no references for the task, or
            two metrics cannot be told apart.
        DataError: a metric fails.
        UnknownNameError: unknown task, metric or score.
    """
    chosen = task_named(task)
    by_id = {article.id: article for article in articles}
    known = [n for n, item in enumerate(items) if item.article in by_id]
    written = [n for n in known if items[n].texts is not None]
    if not written:
        raise ConfigError(
            "the ratings have no texts of the items, which --metric needs; name an item by its"
            " text, or add a column items"
        )
    notes = []
    if len(written) < len(items):
        gaps = count(len(items) - len(written), "rated item")
        notes.append(f"{gaps} without a text or an article in the dataset: no computed measures")
    found: dict[str, FloatArray] = {}
    wanted = [_named(spec) for spec in listed_metrics(metrics) or (chosen.primary,)]
    references = [*filter(None, map(chosen.references, articles))]
    told_apart = labelled([metric.with_references(references) for metric, _ in wanted])
    for (label, metric), (_, scores) in zip(told_apart, wanted, strict=True):
        usable = _usable(metric, [(n, by_id[items[n].article]) for n in written], chosen)
        if not usable:
            lacking = f"references of the task {task}"
            if metric.needs_text and not any(by_id[items[n].article].text.strip() for n in written):
                lacking = "a text"
            raise ConfigError(f"{metric.name}: no rated article has {lacking}")
        if len(usable) < len(written) and metric.needs_text:
            gaps = count(len(written) - len(usable), "rated item")
            notes.append(f"{metric.name}: {gaps} of articles without a text: no value")
        rows = _values(metric, items, [(n, by_id[items[n].article]) for n in usable], chosen)
        names = metric.scores(metric.name)
        for score in scores:
            column = np.full(len(items), np.nan)
            column[usable] = rows[:, names.index(score)]
            found[metric.scores(label)[names.index(score)]] = column
    return found, notes


def _named(spec: AnyMetric) -> tuple[Metric, tuple[str, ...]]:
    """A metric, and which of its scores are wanted."""
    if not isinstance(spec, str) or "." not in spec:
        metric = as_metric(spec)
        return metric, (metric.headline(metric.name),)
    try:
        metric = as_metric(spec)  # such as coverage@0.5 or module.sub:Class
    except UnknownNameError:
        name, _, field = spec.rpartition(".")
        metric = as_metric(name)
        if field not in metric.fields:
            scores = metric.scores(metric.name)
            raise UnknownNameError(unknown_name("score", spec, scores)) from None
        return metric, (f"{metric.name}.{field}",)
    return metric, (metric.headline(metric.name),)


def _usable(metric: Metric, rows: Sequence[tuple[int, Article]], task: Task) -> list[int]:
    """The items whose articles have what the metric reads."""

    def has_what_it_reads(article: Article) -> bool:
        if metric.needs_text and not article.text.strip():
            return False
        return metric.reference_free or bool(task.references(article))

    return [n for n, article in rows if has_what_it_reads(article)]


def _values(
    metric: Metric,
    items: Sequence[RatedItem],
    rows: Sequence[tuple[int, Article]],
    task: Task,
) -> FloatArray:
    """The scores of each row, shape (rows, scores)."""
    parts = []
    for start in range(0, len(rows), BLOCK):
        some = rows[start : start + BLOCK]
        block = Block(
            [items[n].texts or () for n, _ in some],
            [task.references(article) or _ANY for _, article in some],
            [f"{article.title}\n{article.text}" for _, article in some],
        )
        try:
            parts.append(metric.values(checked_statistics(metric, block)))
        except ComponentError as error:
            raise DataError(str(error)) from error
    return np.concatenate(parts)


def clusters_of(articles: Sequence[Article]) -> Mapping[str, str]:
    """The cluster of each article that has one."""
    return {article.id: article.cluster for article in articles if article.cluster}
