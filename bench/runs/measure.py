"""Statistics of predictions against references, for a block of articles at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.article import Article
from bench.errors import DataError
from bench.metrics import Block, Encoders, Metric
from bench.metrics.base import FloatArray
from bench.tasks import Task
from bench.text.encoder import TooManyTokensError

Items = Mapping[str, Sequence[str]]


def measure(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    items: Items,
    encoders: Encoders,
) -> dict[str, FloatArray]:
    """Statistics of what one model wrote for some articles, by metric, a row an article.

    Args:
        metrics: by name.
        task: which references.
        articles: in the order of the rows.
        items: what it wrote, by article.
        encoders: shared by all models.

    Raises:
        DataError: a single article is too long to be scored.
    """
    block = Block(
        predictions=[items[article.id] for article in articles],
        references=[task.references(article) for article in articles],
        texts=[f"{article.title}\n{article.text}" for article in articles],
        encoders=encoders,
    )
    try:
        return {name: metric.statistics(block) for name, metric in metrics.items()}
    except TooManyTokensError as error:
        if len(articles) == 1:
            raise DataError(f"article {articles[0].id!r} is too long to score: {error}") from error
    middle = len(articles) // 2
    halves = (articles[:middle], articles[middle:])
    first, second = (measure(metrics, task, half, items, Encoders()) for half in halves)
    return {name: np.concatenate([first[name], second[name]]) for name in metrics}


def measure_best(
    metrics: Mapping[str, Metric],
    task: Task,
    articles: Sequence[Article],
    items: Items,
    encoders: Encoders,
) -> dict[str, FloatArray]:
    """The same against the reference list of each article that gives the best score.

    The best F1 decides, as in ``rouge_score``'s ``score_multi``, or a metric's only score; each
    metric decides for itself.
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
    found = {}
    for name, metric in metrics.items():
        values = metric.values(measured[name])
        column = values[:, metric.fields.index("f1") if "f1" in metric.fields else 0]
        ranked = column if metric.higher_is_better else -column
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        best = [start + int(np.argmax(ranked[start:end])) for start, end in spans]
        found[name] = measured[name][best]
    return found
