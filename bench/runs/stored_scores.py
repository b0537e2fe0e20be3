"""The stored scores of a run in the form in which a run adds them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.component import Identity
from bench.metrics import Block, Metric
from bench.metrics.base import FloatArray
from bench.runs.finished import FinishedRun
from bench.runs.model_scores import ModelScores
from bench.runs.results import MetricFacts


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


def stored_scores(
    run: FinishedRun, task: str, model: str, metrics: Mapping[str, Metric], order: Sequence[str]
) -> ModelScores:
    """The scores of a model as scoring its outputs gave them.

    Args:
        run: the run.
        task: the task.
        model: the model.
        metrics: by name.
        order: the ids of the articles of the run, in the order of the dataset.
    """
    result = run.results.tasks[task].models[model]
    # Where every output failed and failures are skipped, nothing was scored.
    usable = {
        name: metric
        for name, metric in metrics.items()
        if result.articles and name not in result.faults
    }
    columns = {
        name: [run.values(task, model, score) for score in metric.scores(name)]
        for name, metric in usable.items()
    }
    scored = {article for own in columns.values() for one in own[:1] for article in one.articles}
    articles = tuple(article for article in order if article in scored)
    statistics: dict[str, FloatArray] = {}
    values: dict[str, tuple[FloatArray | None, ...]] = {}
    for name, unordered in columns.items():
        own = [column.on(articles) for column in unordered]
        held = own[0].statistics
        statistics[name] = np.stack([c.values for c in own], axis=1) if held is None else held
        if any(column.samples for column in own):
            values[name] = tuple(
                np.stack(each, axis=1) if len(each[0]) > 1 else None
                for each in zip(*(column.by_sample for column in own), strict=True)
            )
    return ModelScores(
        articles=articles,
        statistics=statistics,
        faults={},
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
        values=values,
    )
