"""A finished run, read from its directory.

The directory may come from anybody: its files are read as data, after their digests are checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import TypeVar

from bench.article import Article
from bench.data.local_copy import LocalCopy
from bench.data.ratings import Preference, Rating
from bench.errors import RunDirectoryError, UnknownNameError
from bench.metrics import Metric
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.files import RATINGS, REFERENCES, SCORES
from bench.runs.predictions import Prediction, PredictionFile, prediction_file
from bench.runs.preference_rows import preference_file, rows_of
from bench.runs.rating_files import rating_file
from bench.runs.record import RunRecord, read_record, unknown_record
from bench.runs.references import read_clusters, read_references
from bench.runs.results import Results
from bench.runs.run_metric import NeedsMetricError, can_be_of, run_metric
from bench.runs.score_checks import check_count, check_mean
from bench.runs.scores import names_with_statistics, read_score_blocks, read_scores
from bench.runs.seal import Seal
from bench.stats import Sample

_Row = TypeVar("_Row")


@dataclass(frozen=True, eq=False)
class FinishedRun:
    """The directory of a finished run.

    Attributes:
        path: the directory.
        results: the content of ``results.json``.
        shown: the original directory, if this one holds its predictions scored again.
        seal: checks the digests of its files.
        metrics: by name, metrics that the user has run in this process.
        has_ending: whether ``run.json`` says how the run ended.
        fetch: fetches a file of the run by its path relative to the directory, if the run is remote
            and has such a file.
        copy: the local copy of a remote run, by which errors name its URL.
    """

    path: Path
    results: Results
    shown: Path | None = None
    seal: Seal = field(default_factory=Seal)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    has_ending: bool = True
    fetch: Callable[[str], None] = lambda _: None
    copy: LocalCopy | None = None

    def file(self, name: str) -> Path:
        """A file of the run, by its path from the directory; it need not exist."""
        self.fetch(name)
        return self.path / name

    @property
    def name(self) -> str:
        """The name of the run beside other runs."""
        return (self.shown or self.path).resolve().name

    @property
    def location(self) -> str:
        """The path or URL of the run, without secrets."""
        return self._copy.renamed(str(self.shown or self.path))

    @property
    def _copy(self) -> LocalCopy:
        return self.copy or LocalCopy(self.path)

    @property
    def record(self) -> RunRecord:
        """The content of ``run.json``; if unknown, a record without models and versions.

        Raises:
            RunDirectoryError: it is missing or broken, unless that is only reported.
        """
        return self._known_record or unknown_record(self.results)

    @property
    def has_record(self) -> bool:
        """Whether ``run.json`` can be read."""
        return self._known_record is not None

    @cached_property
    def _known_record(self) -> RunRecord | None:
        if not self.has_ending:
            return None
        with self._copy.errors_renamed():
            try:
                return read_record(self.path)
            except RunDirectoryError as error:
                self.seal.unreadable(error)
                return None

    def score_named(self, wanted: str) -> str:
        """The full name of a score; the name of a metric means its F1 or its only score.

        Raises:
            UnknownNameError: the run does not have the score.
        """
        try:
            return self.results.score_named(wanted)
        except UnknownNameError as error:
            raise UnknownNameError(f"{self.location}: {error}") from None

    def scored_articles(self, task: str, model: str, score: str) -> tuple[str, ...]:
        """Ids of the articles on which the model has the score."""
        scores = self._scores.get((task, model, score))
        return scores.articles if scores else ()

    def values(self, task: str, model: str, score: str) -> ArticleScores:
        """The score of each article."""
        return self._scores[task, model, score]

    def score_blocks(
        self, is_whole: Callable[[dict[Key, ArticleScores]], bool]
    ) -> Iterator[tuple[dict[Key, ArticleScores], dict[str, str]]]:
        """The scores and digests of some articles at a time; see ``read_score_blocks``."""
        return self._renaming(read_score_blocks(self._checked(SCORES), is_whole))

    @property
    def all_scores(self) -> dict[Key, ArticleScores]:
        """Every score of every model on every task."""
        return self._scores

    def scores_of(self, score: str) -> dict[Key, ArticleScores]:
        """One score of every model on every task, without reading the others."""
        return self._read(score)[0]

    def units(self, articles: Sequence[str]) -> list[str]:
        """The unit that each article belongs to: the label of its cluster, or its own id.

        With clusters a prefix keeps the label of one article from meeting the id of another.

        Raises:
            RunDirectoryError: the labels cannot be read or have changed since the run.
        """
        labels = self.cluster_labels
        if not labels:
            return list(articles)
        return [
            f"article {article}" if label is None else f"cluster {label}"
            for article, label in ((article, labels.get(article)) for article in articles)
        ]

    @cached_property
    def cluster_labels(self) -> dict[str, str]:
        """The label of each article that shares a cluster, by id; empty if none do.

        Raises:
            RunDirectoryError: the labels cannot be read or have changed since the run.
        """
        if self.results.dataset.clusters is None:
            return {}
        return read_clusters(self._checked(REFERENCES))

    def sample(self, task: str, model: str, score: str, articles: tuple[str, ...]) -> Sample:
        """The sample of a score over some articles, to be resampled.

        Raises:
            NeedsMetricError: it is not a mean, and its metric is not part of this package.
        """
        scores = self._scores[task, model, score].on(articles)
        if scores.statistics is None:
            return Sample(scores.values)
        name = self.results.metric_of(score)
        metric = self.metric(name)
        names = metric.scores(name)
        if name not in self.metrics and not can_be_of(metric, scores.statistics):
            raise RunDirectoryError(
                f"{self.location}/{SCORES}: {score} has other statistics than its metric; run again"
            )
        return scores.sample(metric, names.index(score))

    def is_mean(self, score: str) -> bool:
        """Whether a score of the run is the mean of those of its articles."""
        return all(of.statistics is None for key, of in self._scores.items() if key[2] == score)

    @cached_property
    def summed_scores(self) -> frozenset[str]:
        """The scores that are not such means, without keeping those of the articles."""
        path = self._checked(SCORES)
        with self._copy.errors_renamed():
            return names_with_statistics(path)

    def needs_metric(self, score: str) -> str | None:
        """Why the score cannot be resampled without code that the run names; None if it can."""
        if self.is_mean(score):
            return None
        try:
            self.metric(self.results.metric_of(score))
        except NeedsMetricError as error:
            return str(error)
        return None

    def rows(self, task: str, model: str) -> Iterator[Prediction]:
        """The predictions of a model, in the order of the file; empty without a file.

        One for each sample that was scored: the file may hold further samples of an earlier run.

        Raises:
            RunDirectoryError: the file cannot be read or has changed since the run.
        """
        file = self.prediction_file(task, model)
        self._checked(file.path.relative_to(self.path).as_posix())
        scored = self._samples_of(task, model)
        return self._renaming(row for row in file.read() if row.sample < scored)

    def checked_rows(self, task: str, model: str) -> Path:
        """The file of what a model wrote, after its digest is checked.

        Raises:
            RunDirectoryError: it is missing or has changed since the run.
        """
        file = self.prediction_file(task, model).path
        self._checked(file.relative_to(self.path).as_posix())
        if not file.exists():
            raise RunDirectoryError(f"{self.location}: the predictions of {model} are missing")
        return file

    def prediction_file(self, task: str, model: str) -> PredictionFile:
        """The file of what a model wrote; it need not exist."""
        file = prediction_file(self.path, model, task)
        self.fetch(file.path.relative_to(self.path).as_posix())
        return file

    def has_rows(self, task: str, model: str) -> bool:
        """Whether the predictions of a model are stored."""
        return self.prediction_file(task, model).path.exists()

    def _samples_of(self, task: str, model: str) -> int:
        result = self.results.tasks.get(task)
        found = result.models.get(model) if result else None
        return found.samples if found else 1

    @property
    def raters(self) -> tuple[str, ...]:
        """The names of the raters whose ratings are scores of the run; ``human`` for people."""
        return tuple(sorted({of.rater for of in self.results.metrics.values() if of.rater}))

    def ratings(self, rater: str, task: str, model: str) -> Iterator[Rating]:
        """The ratings of a rater of what a model wrote, in the order of the file.

        Rows about items that have changed since then, and about articles that are not part of the
        run, are among them.

        Raises:
            RunDirectoryError: the file cannot be read or has changed since the run.
        """
        file = rating_file(self.path, rater, model, task)
        self._checked(file.path.relative_to(self.path).as_posix())
        return self._renaming(row for _, row in file.parsed(Rating))

    def preferences(self, rater: str, task: str) -> Iterator[Preference]:
        """The preferences of a rater between the lists of two models, in the order of the file.

        Raises:
            RunDirectoryError: the file cannot be read or has changed since the run.
        """
        file = preference_file(self.path, rater, task)
        name = file.path.relative_to(self.path).as_posix()
        if not self.seal.expects(name):
            return iter(())
        self._checked(name)
        return self._renaming(rows_of(file))

    def check_ratings(self) -> None:
        """Check the digests of the files of ratings.

        Raises:
            RunDirectoryError: one is missing or has changed since the run.
        """
        for name in self.seal.written(RATINGS):
            self._checked(name)

    def items(self, task: str, model: str) -> dict[str, tuple[str, ...]] | None:
        """The items of a model by article, of the first sample; None if they are missing."""
        found = self.items_of_samples(task, model)
        return None if found is None else {a: own[0] for a, own in found.items() if 0 in own}

    def items_of_samples(
        self, task: str, model: str
    ) -> dict[str, dict[int, tuple[str, ...]]] | None:
        """The items of a model by article and sample; None if the predictions are missing."""
        if not self.has_rows(task, model):
            file = self.prediction_file(task, model).path
            if self.seal.expects(file.relative_to(self.path).as_posix()):
                self.rows(task, model)  # raises or reports that it is missing
            return None
        found: dict[str, dict[int, tuple[str, ...]]] = {}
        for row in self.rows(task, model):
            if row.status != "error":
                found.setdefault(row.article, {})[row.sample] = row.items
        return found

    @property
    def has_references(self) -> bool:
        """Whether it stored the references; older versions did not."""
        return self.seal.expects(REFERENCES) or self.file(REFERENCES).exists()

    def references(self) -> Iterator[Article]:
        """The articles with their references but without their texts, in order.

        Raises:
            RunDirectoryError: the file cannot be read or has changed since the run.
        """
        file = self._checked(REFERENCES)
        return self._renaming(read_references(file, self.results.dataset.articles))

    def check_references(self) -> None:
        """Check the digest of the stored references.

        Raises:
            RunDirectoryError: they are missing or have changed since the run.
        """
        if self.has_references:
            self._checked(REFERENCES)

    @cached_property
    def signatures(self) -> dict[str, str]:
        """The signature of each model; empty if unknown."""
        return {name: model.signature for name, model in self.record.models.items()}

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each scored article."""
        return self._stored[1]

    def stored(self, name: str) -> Path:
        """A file of the run, by its path from the directory; it need not exist.

        Raises:
            RunDirectoryError: it has changed since the run, or is missing although the run wrote
                it.
        """
        return self._checked(name)

    def _checked(self, name: str) -> Path:
        self.fetch(name)
        with self._copy.errors_renamed():
            return self.seal.checked(self.path, name)

    def _renaming(self, rows: Iterator[_Row]) -> Iterator[_Row]:
        """The rows of a file; errors name the URL of a remote run."""
        with self._copy.errors_renamed():
            yield from rows

    @property
    def _scores(self) -> dict[Key, ArticleScores]:
        return self._stored[0]

    @cached_property
    def _stored(self) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
        return self._read()

    def _read(self, score: str | None = None) -> tuple[dict[Key, ArticleScores], dict[str, str]]:
        path = self._checked(SCORES)
        with self._copy.errors_renamed():
            scores, digests = read_scores(path, score)
        file = f"{self.location}/{SCORES}"
        for task, result in self.results.tasks.items():
            for name, model in result.models.items():
                for wanted in model.scores if score is None else {score} & {*model.scores}:
                    found = scores.get((task, name, wanted))
                    if found is None and score is not None:
                        continue  # the caller handles models without the score
                    key, stated = (task, name, wanted), model.scores[wanted]
                    articles = len(found.articles) if found else 0
                    check_count(file, key, articles, stated.n or model.articles)
                    if found and found.statistics is None:
                        check_mean(file, key, fsum(found.values) / articles, stated.mean)
        return scores, digests

    def metric(self, name: str) -> Metric:
        """The metric that turns stored statistics into scores, never code that the run names.

        Raises:
            NeedsMetricError: it is not part of this package.
        """
        return run_metric(self.results, name, self.metrics, self.location)
