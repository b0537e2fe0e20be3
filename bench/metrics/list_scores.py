"""The result of ``bench.score``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    import pyarrow as pa


class Scores(Displayed, dict[str, float]):
    """Scores over all articles by name: ``scores["rougeL.f1"]`` is a float.

    Args:
        samples: by name, the score of each article and its aggregation.
        articles: ids of the articles, or their positions.
        limits: by name, the lowest and the highest score that there can be.
        clusters: the label of each article's cluster; None if none belong together.
    """

    def __init__(
        self,
        samples: Mapping[str, Sample],
        articles: Sequence[str | int],
        limits: Mapping[str, tuple[float | None, float | None]] | None = None,
        clusters: Sequence[str] | None = None,
    ) -> None:
        super().__init__({name: sample.estimate for name, sample in samples.items()})
        self._samples = samples
        self._limits = limits or {}
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

    def interval(
        self,
        name: str,
        *,
        confidence: float = CONFIDENCE,
        resamples: int | None = None,  # noqa: ARG002 - as below
        seed: int = 0,  # noqa: ARG002 - accepted, since older code passes them
    ) -> Interval | None:
        """The confidence interval of a score, by Student's t over articles or whole clusters.

        Args:
            name: the name of the score.
            confidence: confidence level, between 0 and 1.
            resamples: has no effect: nothing is drawn.
            seed: has no effect.

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
            clusters=self.clusters,
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
        if self.clusters is None:
            return None
        return design_effect(sample.pseudo_values, units_of(len(sample), self.clusters))

    def per_article(self, name: str) -> FloatArray:
        """The score of each article alone, shape (articles,), in the order of ``articles``.

        Raises:
            UnknownNameError: unknown score.
        """
        return self._sample(name).values.copy()

    def to_arrow(self) -> pa.Table:
        """Every score of every article: columns ``metric``, ``article`` and ``value``."""
        import numpy as np
        import pyarrow as pa

        count = len(self.articles)
        values = [sample.values for sample in self._samples.values()]
        names = list(self._samples)
        return pa.table(
            {
                "metric": np.repeat(np.array(names, dtype=object), count),
                "article": pa.array([*self.articles] * len(names)),
                "value": np.concatenate(values) if values else np.array([]),
            }
        )

    def _sample(self, name: str) -> Sample:
        self[name]  # raises an error that lists the scores
        return self._samples[name]
