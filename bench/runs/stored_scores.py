"""The stored scores of a run in the form in which a run adds them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bench.component import Identity
from bench.metrics import Block, Metric
from bench.metrics.base import FloatArray
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.model_scores import ModelScores
from bench.runs.results import MetricFacts, ModelResult


class StoredMetric(Metric):
    """Stands for a metric whose score of a run is the mean of the scores of its articles.

    Args:
        facts: what the run says of it.
        names: the full names of its scores.
    """

    def __init__(self, facts: MetricFacts, names: Sequence[str]) -> None:
        self._facts, self._names = facts, tuple(names)
        # Other metrics declare for their class what is a fact of this one only.
        vars(self).update(higher_is_better=facts.higher_is_better, range=facts.range)

    @property
    def identity(self) -> Identity:
        """Its signature."""
        return Identity(self._facts.signature)

    def scores(self, name: str) -> tuple[str, ...]:  # noqa: ARG002 - the contract
        """The full names of its scores."""
        return self._names

    def range_of(self, score: str) -> tuple[float | None, float | None]:
        """The lowest and highest possible value of a score."""
        return self._facts.ranges.get(score, self._facts.range)

    def statistics(self, block: Block) -> FloatArray:
        """Not known.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("only its stored scores are known")


def scores_of_articles(
    scores: Mapping[Key, ArticleScores], task: str, model: str, metrics: Mapping[str, Metric]
) -> ModelScores | None:
    """The scores of a model on some articles as scoring its outputs gave them.

    Args:
        scores: of these articles.
        task: the task.
        model: the model.
        metrics: by name, those that did not fail on any article.

    Returns:
        None if none of the articles has a score.
    """
    columns = {
        name: own
        for name, metric in metrics.items()
        if (
            own := [scores[key] for s in metric.scores(name) if (key := (task, model, s)) in scores]
        )
    }
    if not columns:
        return None
    # Of a metric that needs texts, articles without one have no value.
    articles = max((own[0].articles for own in columns.values()), key=len)
    statistics: dict[str, FloatArray] = {}
    values: dict[str, tuple[FloatArray | None, ...]] = {}
    for name, metric in metrics.items():
        own = columns.get(name, [])
        if not own:
            statistics[name] = np.full((len(articles), len(metric.scores(name))), np.nan)
            continue
        there = set(own[0].articles)
        known = np.array([article in there for article in articles], np.bool_)
        held = own[0].statistics
        found = np.stack([c.values for c in own], axis=1) if held is None else held
        statistics[name] = np.full((len(articles), found.shape[1]), np.nan)
        statistics[name][known] = found
        if any(column.samples for column in own):
            each = zip(*(column.by_sample for column in own), strict=True)
            samples = (np.stack(one, axis=1) if len(one[0]) > 1 else None for one in each)
            values[name] = tuple(next(samples) if there else None for there in known.tolist())
    return replace(_NOTHING, articles=articles, statistics=statistics, values=values)


def counts_of_outputs(result: ModelResult) -> ModelScores:
    """What a run says of the outputs of a model besides the scores."""
    return replace(
        _NOTHING,
        failed=result.failed,
        empty=result.empty,
        truncated=result.truncated,
        truncated_input=result.truncated_input or 0,
        truncated_output=result.truncated_output or 0,
        cut=result.cut,
        tokens_in=result.tokens_in,
        tokens_out=result.tokens_out,
        seconds=result.seconds,
        outputs=result.outputs or 0,
        samples=result.samples,
    )


_NOTHING = ModelScores(
    articles=(),
    statistics={},
    faults={},
    failed=0,
    empty=0,
    truncated=0,
    tokens_in=None,
    tokens_out=None,
)
