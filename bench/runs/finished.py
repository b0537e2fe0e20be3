"""A finished run, as those see it who compare it with others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.data.urls import told
from bench.errors import UnknownNameError
from bench.metrics import Metric
from bench.runs.directory import config_of, signatures_of
from bench.runs.named_metrics import named_metrics
from bench.runs.predictions import prediction_file
from bench.runs.results import Results, read_results
from bench.runs.scores import ArticleScores, Key, read_scores
from bench.stats import Sample


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A run directory whose run came to its end.

    Attributes:
        path: the directory.
        results: what stands in its ``results.json``.
        shown: the directory that it stands for, if it is that one's predictions scored again.
    """

    path: Path
    results: Results
    shown: Path | None = None

    @property
    def name(self) -> str:
        """What it is called where several runs are shown."""
        return (self.shown or self.path).resolve().name

    @property
    def place(self) -> str:
        """Where it was found: a path or a URL."""
        return told(str(self.shown or self.path))

    def score_named(self, wanted: str) -> str:
        """The score behind a name; a metric's name means its F1, or its only score.

        Raises:
            UnknownNameError: the run has no such score.
        """
        try:
            return self.results.score_named(wanted)
        except UnknownNameError as error:
            raise UnknownNameError(f"{self.path}: {error}") from None

    def articles(self, task: str, model: str, score: str) -> tuple[str, ...]:
        """Ids of the articles that the model has the score on; none where it has no such score."""
        scores = self._scores.get((task, model, score))
        return scores.articles if scores else ()

    def values(self, task: str, model: str, score: str) -> ArticleScores:
        """The score of each article."""
        return self._scores[task, model, score]

    def sample(self, task: str, model: str, score: str, articles: tuple[str, ...]) -> Sample:
        """The score over some articles, in the form in which it can be resampled."""
        scores = self._scores[task, model, score].on(articles)
        if scores.statistics is None:
            return Sample(scores.values)
        name = self.results.metric_of(score)
        metric = self._metrics[name]
        return scores.sample(metric, metric.scores(name).index(score))

    def items(self, task: str, model: str) -> dict[str, tuple[str, ...]] | None:
        """What a model wrote for each article; None where the predictions are not there."""
        file = prediction_file(self.path, model, task)
        if not file.path.exists():
            return None
        return {row.article: row.items for row in file.read() if row.status != "error"}

    @cached_property
    def signatures(self) -> dict[str, str]:
        """Of each model, what its predictions depend on; empty where the run does not say."""
        return signatures_of(self.path)

    @property
    def digests(self) -> dict[str, str]:
        """Of each scored article's content."""
        return self._stored[1]

    @property
    def _scores(self) -> dict[Key, ArticleScores]:
        return self._stored[0]

    @cached_property
    def _stored(self) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
        return read_scores(self.path / "scores.parquet")

    @cached_property
    def _metrics(self) -> dict[str, Metric]:
        return named_metrics(config_of(self.path))


def finished_run(path: Path) -> FinishedRun:
    """The run in a directory, or the one that a ``results.json`` belongs to.

    Raises:
        RunDirectoryError: there is none, or it did not finish.
    """
    results = read_results(path)
    return FinishedRun(path if path.is_dir() else path.parent, results)
