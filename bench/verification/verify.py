"""A run's scores against those of the reference packages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.article import Article
from bench.display import Displayed
from bench.errors import ConfigError, RunDirectoryError
from bench.runs.finished import FinishedRun
from bench.runs.predictions import Prediction
from bench.tasks import Task, task_named
from bench.verification.reference import Reference, reference_of

TOLERANCE = 1e-9
"""The largest difference that counts as equal: above it the scores are wrong."""
SAMPLE = 20
"""Articles of each model and task that are scored again by default."""

Scores = Mapping[tuple[str, str, str], Mapping[str, float]]
"""By task, model and score: the value of each article."""


@dataclass(frozen=True)
class VerifiedMetric:
    """One metric of a run.

    Attributes:
        metric: its name in the run.
        packages: those that computed it again; empty if none defines it.
        scores: how many scores were compared.
        largest: the largest difference.
        location: task, model, article and score of the largest difference.
    """

    metric: str
    packages: str
    scores: int = 0
    largest: float = 0.0
    location: str = ""

    @property
    def is_right(self) -> bool:
        """Whether no difference is above the tolerance."""
        return self.largest <= TOLERANCE


@dataclass(frozen=True, repr=False)
class Verification(Displayed):
    """What was compared, and the largest difference of each metric.

    Attributes:
        run: the directory or URL.
        articles: how many articles of each model were scored again at most; None for all.
        metrics: an entry for each metric of the run.
    """

    run: str
    articles: int | None
    metrics: tuple[VerifiedMetric, ...]

    @property
    def is_right(self) -> bool:
        """Whether no difference is above the tolerance."""
        return all(metric.is_right for metric in self.metrics)


@dataclass
class _LargestDifference:
    """The largest difference of one metric so far."""

    found: VerifiedMetric

    def add(self, difference: float, location: str) -> None:
        largest = self.found
        if difference > largest.largest or math.isnan(difference):
            largest = replace(largest, largest=difference, location=location)
        self.found = replace(largest, scores=largest.scores + 1)


def verify(
    run: FinishedRun,
    *,
    articles: int | None = SAMPLE,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Compute scores of a run again with the packages that define them.

    From the stored predictions and reference lists, for a random sample of the articles of each
    model and task. (That means in ``results.json`` are those of the stored scores is checked
    whenever the scores are read.)

    Args:
        run: a finished run.
        articles: how many articles of each model and task; None for all.
        seed: of the sample.
        progress: called with the number of models done.

    Raises:
        RunDirectoryError: the predictions or references are not there, or files have changed.
        ConfigError: no package defines any of the run's metrics.
    """
    facts = run.results.metrics
    references = {name: reference_of(of.signature) for name, of in facts.items()}
    known = {name: reference for name, reference in references.items() if reference}
    if not known:
        raise ConfigError(f"{run.location}: no reference package defines any of its metrics")
    largest_of = {
        name: _LargestDifference(VerifiedMetric(name, reference.packages))
        for name, reference in known.items()
    }
    if not run.has_references:
        raise RunDirectoryError(
            f"{run.location}: references.parquet is missing; run again to write it"
        )
    run.check_ratings()
    scores = _stored(run, known)
    for name, result in run.results.tasks.items():
        task = task_named(name)
        for model in result.models:
            rows = _sampled(run, task, model, articles, seed)
            for article, row in _with_articles(run, rows):
                _compare(run, task, (model, row), article, known, scores, largest_of)
            progress(1)
    verified = [
        largest_of[name].found if name in largest_of else VerifiedMetric(name, "") for name in facts
    ]
    return Verification(run.location, articles, tuple(verified))


def _stored(run: FinishedRun, known: Mapping[str, Reference]) -> Scores:
    """The values of the metrics that can be verified, of the first sample of each article."""
    return {
        key: dict(zip(found.articles, (float(own[0]) for own in found.by_sample), strict=True))
        for key, found in run.all_scores.items()
        if run.results.metric_of(key[2]) in known
    }


def _sampled(
    run: FinishedRun, task: Task, model: str, articles: int | None, seed: int
) -> dict[str, Prediction]:
    """Rows of a random sample of the articles that a model wrote for, by article."""
    if not run.has_rows(task.name, model):
        missing = f"the predictions of {model} ({task.name}) are missing"
        raise RunDirectoryError(f"{run.location}: {missing}")
    found = run.rows(task.name, model)
    rows = {row.article: row for row in found if row.status != "error" and row.sample == 0}
    if articles is None or len(rows) <= articles:
        return rows
    chosen = Random(f"{seed} {task.name} {model}").sample(sorted(rows), articles)
    return {name: rows[name] for name in chosen}


def _with_articles(
    run: FinishedRun, rows: Mapping[str, Prediction]
) -> Iterator[tuple[Article, Prediction]]:
    return ((one, rows[one.id]) for one in run.references() if one.id in rows)


def _compare(  # noqa: PLR0913, PLR0917 - one call site
    run: FinishedRun,
    task: Task,
    written: tuple[str, Prediction],
    article: Article,
    known: Mapping[str, Reference],
    scores: Scores,
    largest_of: Mapping[str, _LargestDifference],
) -> None:
    model, row = written
    items = row.items[: run.results.max_items]
    for name, reference in known.items():
        lists = _reference_lists(run, name, task, article)
        fields = [key[2] for key in scores if key[:2] == (task.name, model)]
        own = [field for field in fields if run.results.metric_of(field) == name]
        stored = {
            field: scores[task.name, model, field][article.id]
            for field in own
            if article.id in scores[task.name, model, field]
        }
        if not stored or not lists:
            continue
        candidates = (_differences(stored, name, reference, items, one) for one in lists)
        found = min(candidates, key=_worst)
        for score, difference in found.items():
            largest_of[name].add(difference, f"{task.name}, {model}, {article.id}, {score}")


def _reference_lists(
    run: FinishedRun, metric: str, task: Task, article: Article
) -> list[Sequence[str]]:
    """The page's own list; with ``references: best`` any list of the page."""
    best = run.results.metrics[metric].signature.endswith("|refs:best")
    others: Iterable[Sequence[str]] = task.alternatives(article) if best else ()
    return [items for items in (task.references(article), *others) if items]


def _differences(
    stored: Mapping[str, float],
    metric: str,
    reference: Reference,
    items: Sequence[str],
    wanted: Sequence[str],
) -> dict[str, float]:
    """How far each stored score is from the reference's."""
    found = reference.score(items, wanted)
    return {
        score: abs(value - found[score.removeprefix(metric).removeprefix(".")])
        for score, value in stored.items()
    }


def _worst(differences: Mapping[str, float]) -> float:
    return max(differences.values())
