"""A finished run, as those see it who compare it with others.

It may be anybody's: its files are read as data, each after it was compared with its digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, isclose
from pathlib import Path

from bench.article import Article
from bench.component import full_signature
from bench.data.urls import redact
from bench.errors import ConfigError, RunDirectoryError, UnknownNameError
from bench.metrics import Block, Metric
from bench.metrics.base import FloatArray
from bench.metrics.by_signature import corpus_metric
from bench.runs.fetched import RECORD, REFERENCES, RESULTS, SCORES
from bench.runs.incomplete import UNFINISHED
from bench.runs.predictions import Prediction, prediction_file
from bench.runs.record import RunRecord, read_ending, read_record, unknown_record
from bench.runs.references import read_references
from bench.runs.results import Results, Score, read_results
from bench.runs.scores import ArticleScores, Key, read_scores
from bench.runs.seal import Report, Seal
from bench.stats import Sample

_WITHOUT_RECORD = "its config, models, versions and digests are not known"


class NeedsMetricError(ConfigError):
    """Statistics that only a metric can resample which does not come with this package."""


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A run directory whose run came to its end.

    Attributes:
        path: the directory.
        results: what stands in its ``results.json``.
        shown: the directory that it stands for, if it is that one's predictions scored again.
        seal: compares its files with their digests.
        metrics: by name, those that are at hand because the user ran them.
        has_ending: whether ``run.json`` is there and says how the run ended.
    """

    path: Path
    results: Results
    shown: Path | None = None
    seal: Seal = field(default_factory=Seal)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    has_ending: bool = True

    @property
    def name(self) -> str:
        """What it is called where several runs are shown."""
        return (self.shown or self.path).resolve().name

    @property
    def place(self) -> str:
        """Where it was found: a path or a URL."""
        return redact(str(self.shown or self.path))

    @property
    def record(self) -> RunRecord:
        """What ``run.json`` says; where it is not known, a record without models and versions.

        Raises:
            RunDirectoryError: it is missing or broken, unless that is only to be reported.
        """
        return self._known_record or unknown_record(self.results)

    @property
    def has_record(self) -> bool:
        """Whether ``run.json`` is there and can be read."""
        return self._known_record is not None

    @cached_property
    def _known_record(self) -> RunRecord | None:
        if not self.has_ending:
            return None
        try:
            return read_record(self.path)
        except RunDirectoryError as error:
            self.seal.unreadable(error)
            return None

    def score_named(self, wanted: str) -> str:
        """The score behind a name; a metric's name means its F1, or its only score.

        Raises:
            UnknownNameError: the run has no such score.
        """
        try:
            return self.results.score_named(wanted)
        except UnknownNameError as error:
            raise UnknownNameError(f"{self.path}: {error}") from None

    def scored_articles(self, task: str, model: str, score: str) -> tuple[str, ...]:
        """Ids of the articles that the model has the score on; none where it has no such score."""
        scores = self._scores.get((task, model, score))
        return scores.articles if scores else ()

    def values(self, task: str, model: str, score: str) -> ArticleScores:
        """The score of each article."""
        return self._scores[task, model, score]

    def scores_of(self, score: str) -> dict[Key, ArticleScores]:
        """One score of every model on every task; the others are not read."""
        return self._read(score)[0]

    def sample(self, task: str, model: str, score: str, articles: tuple[str, ...]) -> Sample:
        """The score over some articles, in the form in which it can be resampled.

        Raises:
            NeedsMetricError: it is no mean, and its metric does not come with this package.
        """
        scores = self._scores[task, model, score].on(articles)
        if scores.statistics is None:
            return Sample(scores.values)
        name = self.results.metric_of(score)
        metric = self._metric(name)
        names = metric.scores(name)
        if name not in self.metrics and not _fit(metric, scores.statistics):
            raise RunDirectoryError(
                f"{self.path / SCORES}: {score} has other statistics than its metric; run again"
            )
        return scores.sample(metric, names.index(score))

    def needs_metric(self, score: str) -> str | None:
        """Why the score cannot be resampled without code that only the run names, if so."""
        if all(of.statistics is None for key, of in self._scores.items() if key[2] == score):
            return None
        try:
            self._metric(self.results.metric_of(score))
        except NeedsMetricError as error:
            return str(error)
        return None

    def rows(self, task: str, model: str) -> Iterator[Prediction]:
        """What a model wrote, in the order it was written; nothing where it is not kept.

        Raises:
            RunDirectoryError: the file cannot be read, or is not as the run wrote it.
        """
        file = prediction_file(self.path, model, task)
        self._checked(file.path.relative_to(self.path).as_posix())
        return file.read()

    def has_rows(self, task: str, model: str) -> bool:
        """Whether what a model wrote is kept."""
        return prediction_file(self.path, model, task).path.exists()

    def items(self, task: str, model: str) -> dict[str, tuple[str, ...]] | None:
        """What a model wrote for each article; None where the predictions are not there."""
        if not self.has_rows(task, model):
            file = prediction_file(self.path, model, task).path
            if self.seal.expects(file.relative_to(self.path).as_posix()):
                self.rows(task, model)  # says that it is missing
            return None
        return {row.article: row.items for row in self.rows(task, model) if row.status != "error"}

    @property
    def has_references(self) -> bool:
        """Whether it kept the references; older versions did not."""
        return self.seal.expects(REFERENCES) or (self.path / REFERENCES).exists()

    def references(self) -> Iterator[Article]:
        """The articles with their references and without their texts, in order.

        Raises:
            RunDirectoryError: the file cannot be read, or is not as the run wrote it.
        """
        return read_references(self._checked(REFERENCES), self.results.dataset.articles)

    def check_references(self) -> None:
        """Compare the kept references with what the run wrote, also where others are at hand.

        Raises:
            RunDirectoryError: they are missing, or not as the run wrote them.
        """
        if self.has_references:
            self._checked(REFERENCES)

    @cached_property
    def signatures(self) -> dict[str, str]:
        """Of each model, what its predictions depend on; empty where the run does not say."""
        return {name: model.signature for name, model in self.record.models.items()}

    @property
    def digests(self) -> dict[str, str]:
        """Of each scored article's content."""
        return self._stored[1]

    def _checked(self, name: str) -> Path:
        return self.seal.checked(self.path, name)

    @property
    def _scores(self) -> dict[Key, ArticleScores]:
        return self._stored[0]

    @cached_property
    def _stored(self) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
        return self._read()

    def _read(self, score: str | None = None) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
        file = self._checked(SCORES)
        scores, digests = read_scores(file, score)
        for task, result in self.results.tasks.items():
            for name, model in result.models.items():
                for wanted in model.scores if score is None else {score} & {*model.scores}:
                    found = scores.get((task, name, wanted))
                    if found is None and score is not None:
                        continue  # those who read one score say themselves who has none
                    if found is None or len(found.articles) != model.articles:
                        count = len(found.articles) if found else 0
                        raise RunDirectoryError(
                            f"{file}: does not belong to results.json: {count} of"
                            f" {model.articles} articles have a {wanted} of {name} ({task}); run"
                            " again"
                        )
                    if not _agrees(found, model.scores[wanted]):
                        raise RunDirectoryError(
                            f"{file}: does not belong to results.json: the mean {wanted} of"
                            f" {name} ({task}) is another; run again"
                        )
        return scores, digests

    def _metric(self, name: str) -> Metric:
        """What makes scores of the statistics that are kept; nothing that the run names."""
        signature = self.results.metrics[name].signature
        own = self.metrics.get(name)
        if own and full_signature(own) == signature.removesuffix("|refs:best"):
            return own
        found = corpus_metric(signature)
        if found is None:
            raise NeedsMetricError(
                f"{self.place}: {name}: the means are shown, but resampling it needs the metric's"
                " own code, which is never imported from what a run says; a shipped metric with"
                f" the signature {signature[:200]!r} does not exist; --rescore uses your own code"
            )
        return found


def _fit(metric: Metric, statistics: FloatArray) -> bool:
    """Whether a shipped metric can have counted these."""
    width = metric.statistics(Block([["a"]], [["a"]], ["a"])).shape[1]
    return statistics.shape[1] == width and bool((statistics >= 0).all())


def _agrees(scores: ArticleScores, told: Score) -> bool:
    """Whether the mean that is told is that of the articles' scores, where it is their mean."""
    if scores.statistics is not None:
        return True
    return isclose(fsum(scores.values) / len(scores.values), told.mean, rel_tol=1e-6, abs_tol=1e-6)


def finished_run(
    path: Path, report: Report | None = None, metrics: Mapping[str, Metric] | None = None
) -> FinishedRun:
    """The run in a directory, or the one that a ``results.json`` belongs to.

    Args:
        path: of the directory or the file.
        report: is told of files that are not as the run wrote them; without it that is an error.
        metrics: by name, those that are at hand because the user ran them.

    Raises:
        RunDirectoryError: there is none, it did not finish, or its files do not belong together.
    """
    results = read_results(path)
    directory = path if path.is_dir() else path.parent
    record = directory / RECORD
    seal = Seal(report=report)
    if not record.exists():
        seal.changed(record, "is missing, although the run wrote it", _WITHOUT_RECORD)
        return FinishedRun(directory, results, seal=seal, has_ending=False)
    try:
        found = read_ending(directory)
    except RunDirectoryError as error:
        seal.unreadable(error, _WITHOUT_RECORD)
        return FinishedRun(directory, results, seal=seal, has_ending=False)
    if not found.finished:
        raise RunDirectoryError(f"{directory}: {UNFINISHED}")
    seal = Seal(found.digests, report)
    if found.digests is None and (directory / REFERENCES).exists():
        seal.changed(record, "has lost the digests of the other files")
    seal.checked(directory, RESULTS)
    return FinishedRun(directory, results, seal=seal, metrics=metrics or {})
