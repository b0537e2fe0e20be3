"""The scores of articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.metrics import Metric
from bench.metrics.base import FloatArray
from bench.metrics.samples import sample_of
from bench.stats import Sample

Key = tuple[str, str, str]
"""Task, model and name of a score."""
Samples = tuple[FloatArray | None, ...]
"""The scores of the samples of each article; None for an article with one."""


@dataclass(frozen=True, eq=False)
class ArticleScores:
    """One score of one model on one task.

    Attributes:
        articles: ids, in order of the ids.
        values: of each article alone, shape (articles,).
        statistics: summed where the aggregate is not a mean, shape (articles, statistics).
        samples: of each article; None if no article has several.
    """

    articles: tuple[str, ...]
    values: FloatArray
    statistics: FloatArray | None
    samples: Samples | None = None

    @property
    def by_sample(self) -> list[FloatArray]:
        """The scores of the samples of each article, one or more."""
        return [
            self.values[row : row + 1] if own is None else own
            for row, own in enumerate(self.samples or [None] * len(self.articles))
        ]

    def columns(self, *, samples: bool) -> dict[str, Any]:
        """The columns ``article`` and ``value``; with samples a row for each, and ``sample``."""
        if not samples:
            return {"article": list(self.articles), "value": self.values}
        groups = self.by_sample
        sizes = [len(own) for own in groups]
        return {
            "article": np.repeat(np.array(self.articles, object), sizes).tolist(),
            "sample": np.concatenate([np.arange(size) for size in sizes]),
            "value": np.concatenate(groups),
        }

    def on(self, articles: Sequence[str]) -> ArticleScores:
        """The scores of some of the articles, in the given order."""
        row_of = {article: row for row, article in enumerate(self.articles)}
        rows = np.array([row_of[article] for article in articles], dtype=np.intp)
        chosen = None if self.statistics is None else self.statistics[rows]
        samples = self.samples and tuple(self.samples[row] for row in rows)
        return ArticleScores(tuple(articles), self.values[rows], chosen, samples)

    def sample(self, metric: Metric, column: int) -> Sample:
        """The sample to be resampled; ``column`` is the column of the score in its metric."""
        return sample_of(metric, column, self.values, self.statistics)


def article_scores(
    metric: Metric,
    articles: tuple[str, ...],
    statistics: FloatArray,
    samples: Sequence[FloatArray | None] = (),
) -> list[ArticleScores]:
    """Each score of a metric, from the statistics of some articles, in order of their ids.

    Args:
        metric: the metric.
        articles: their ids.
        statistics: shape (articles, statistics).
        samples: the scores of each article's samples, shape (samples, scores); empty or None for
            articles with one.
    """
    kept = None if metric.is_mean else statistics
    return [
        ArticleScores(articles, column, kept, _column(samples, number))
        for number, column in enumerate(metric.values(statistics).T)
    ]


def _column(samples: Sequence[FloatArray | None], number: int) -> Samples | None:
    if not any(own is not None for own in samples):
        return None
    return tuple(None if own is None else own[:, number] for own in samples)


def joined_scores(parts: Sequence[ArticleScores]) -> ArticleScores:
    """The scores of several batches of articles, in order of the ids."""
    if len(parts) == 1:
        return parts[0]
    articles = tuple(article for part in parts for article in part.articles)
    order = sorted(range(len(articles)), key=articles.__getitem__)
    values = np.concatenate([part.values for part in parts])[order]
    held = [part.statistics for part in parts if part.statistics is not None]
    statistics = np.concatenate(held)[order] if held else None
    samples: Samples | None = None
    if any(part.samples for part in parts):
        each = [own for p in parts for own in p.samples or [None] * len(p.articles)]
        samples = tuple(each[row] for row in order)
    return ArticleScores(tuple(articles[row] for row in order), values, statistics, samples)
