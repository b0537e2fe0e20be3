"""The result of ``bench.score``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress
from typing import TYPE_CHECKING

from bench.display import Displayed, count
from bench.errors import UnknownNameError, unknown_name
from bench.metrics.base import FloatArray
from bench.stats import (
    CONFIDENCE,
    DesignEffect,
    Interval,
    Sample,
    ScoreInterval,
    design_effect,
    score_interval,
    units_of,
)

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Scores(Displayed, dict[str, float]):
    """Scores over all articles by name: ``scores["rougeL.f1"]`` is a float.

    Args:
        samples: by name, the score of each article and its aggregation.
        articles: ids of the articles, or their positions.
        limits: by name, the lowest and the highest score that there can be.
        clusters: the label of each article's cluster; None if none belong together.
        known: by name, which articles have the score, shape (articles,); without names of scores
            that all have.
    """

    def __init__(
        self,
        samples: Mapping[str, Sample],
        articles: Sequence[str | int],
        limits: Mapping[str, tuple[float | None, float | None]] | None = None,
        clusters: Sequence[str] | None = None,
        known: Mapping[str, NDArray[np.bool_]] | None = None,
    ) -> None:
        super().__init__({name: sample.estimate for name, sample in samples.items()})
        self._samples = samples
        self._limits = limits or {}
        self._known = known or {}
        is_shared = clusters is not None and len(set(clusters)) < len(clusters)
        self.clusters = tuple(clusters) if clusters is not None and is_shared else None
        """The label of each article's cluster; None if every article is one of its own."""
        self.articles = tuple(articles)
        """Ids of the articles in the order of ``per_article``; their positions without ids."""

    def __missing__(self, name: str) -> float:
        raise UnknownNameError(unknown_name("score", str(name), self))

    def __repr__(self) -> str:
        some = dict(list(self.items())[:3])
        more = f", and {len(self) - 3} more" if len(self) > 3 else ""
        shown = ", ".join(f"{name}={value:.4f}" for name, value in some.items())
        return (
            f"<Scores of {count(len(self.articles), 'article')}: {shown}{more}; print() shows all>"
        )

    def interval(self, name: str, *, confidence: float = CONFIDENCE) -> Interval | None:
        """The confidence interval of a score, by Student's t over articles or whole clusters.

        Args:
            name: the name of the score.
            confidence: confidence level, between 0 and 1.

        Returns:
            Bounds ``low`` and ``high`` in the unit of the score; None with fewer than two articles
            or clusters.

        Raises:
            UnknownNameError: unknown score.
        """
        found = self.score_interval(name, confidence=confidence)
        return found.interval if found else None

    def score_interval(self, name: str, *, confidence: float = CONFIDENCE) -> ScoreInterval | None:
        """The confidence interval of a score, and whether it is conservative.

        Raises:
            UnknownNameError: unknown score.
        """
        return score_interval(
            self._sample(name),
            limits=self._limits.get(name, (None, None)),
            clusters=self._clusters_of(name),
            confidence=confidence,
        )

    def design_effect(self, name: str) -> DesignEffect | None:
        """How much less the clusters tell about a score than as many unrelated articles.

        Returns:
            ``factor``, ``clusters`` and ``effective``, the number of unrelated articles that tell
            as much; None without clusters, with a single one, and where nothing varies.

        Raises:
            UnknownNameError: unknown score.
        """
        sample = self._sample(name)
        clusters = self._clusters_of(name)
        if clusters is None:
            return None
        return design_effect(sample.pseudo_values, units_of(len(sample), clusters))

    def number(self, name: str) -> int:
        """How many articles have a score: not those without the text that its metric needs.

        Raises:
            UnknownNameError: unknown score.
        """
        return len(self._sample(name))

    def _clusters_of(self, name: str) -> tuple[str, ...] | None:
        """The label of the cluster of each article that has a score."""
        if self.clusters is None or name not in self._known:
            return self.clusters
        return tuple(compress(self.clusters, self._known[name]))

    def per_article(self, name: str) -> FloatArray:
        """The score of each article alone, shape (articles,), in the order of ``articles``.

        NaN for an article without the text that the metric needs.

        Raises:
            UnknownNameError: unknown score.
        """
        values = self._sample(name).values
        if name not in self._known:
            return values.copy()
        import numpy as np

        every: FloatArray = np.full(len(self.articles), np.nan)
        every[self._known[name]] = values
        return every

    def to_arrow(self) -> pa.Table:
        """Every score of every article: columns ``metric``, ``article`` and ``value``.

        The value is null for an article without the text that the metric needs.
        """
        import numpy as np
        import pyarrow as pa

        count = len(self.articles)
        names = list(self._samples)
        values = [self.per_article(name) for name in names]
        return pa.table(
            {
                "metric": np.repeat(np.array(names, dtype=object), count),
                "article": pa.array([*self.articles] * len(names)),
                "value": pa.array(np.concatenate(values or [np.array([])]), from_pandas=True),
            }
        )

    def _sample(self, name: str) -> Sample:
        self[name]  # raises an error that lists the scores
        return self._samples[name]
