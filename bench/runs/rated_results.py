"""Puts the scores that come from ratings into the results of a run that is being carried out."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.data.ratings import Preference
from bench.metrics.base import MAX_ITEMS
from bench.models.spec import ModelSpec
from bench.runs.added_scores import add_scores
from bench.runs.batching import WINDOW
from bench.runs.files import RATINGS, REFERENCES, SCORES
from bench.runs.human_preferences import preference_scores
from bench.runs.human_ratings import Job, RateableList, human_scores
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.preference_rows import preference_file, rows_of
from bench.runs.rated_units import first_lists, windows
from bench.runs.rating_files import HUMAN_FACTS, rating_file
from bench.runs.rating_index import RatingIndex
from bench.runs.rating_scores import (
    Labels,
    RatedScore,
    article_values,
    facts_of,
    with_ratings,
)
from bench.runs.references import read_clusters
from bench.runs.results import MAX_ITEMS_KEY, MetricFacts, Results
from bench.tasks import Task, task_named

Counts = dict[str, dict[str, dict[str, dict[str, float]]]]
"""By rater, task and model: what its ratings took, for ``run.json``."""
LISTS = "lists"
"""What stands for the model where a rater compares the lists of two models."""


def scores_of_raters(plan: Plan, ratings: Mapping[str, RatingIndex]) -> list[RatedScore]:
    """The scores that come from the ratings of the raters of the config."""
    found = []
    for spec in plan.raters:
        for model, task in plan.jobs:
            if not spec.dimensions(task.name):
                continue
            rows = ratings[spec.name].rows(model.name, task.name)
            values = article_values(rows.values())
            for counts in rows.counts():
                name = spec.score(counts.dimension)
                found.append(
                    RatedScore(
                        task=task.name,
                        model=model.name,
                        name=name,
                        facts=_with_limit(plan, facts_of(spec, counts.dimension)),
                        values=values.get(counts.dimension),
                        failed=counts.failed,
                        unparsed=counts.unparsed,
                        lost_samples=counts.lost_samples,
                        fault=counts.fault,
                    )
                )
    return found


def _with_limit(plan: Plan, facts: MetricFacts) -> MetricFacts:
    """The facts with the limit of items in the signature, if it is not the default."""
    most = plan.config.max_items
    cut = "" if most == MAX_ITEMS else f"|{MAX_ITEMS_KEY}{most}"
    return facts.model_copy(update={"signature": facts.signature + cut})


def scores_of_people(plan: Plan, index: PredictionIndex) -> tuple[list[RatedScore], list[str]]:
    """The scores that come from people's ratings, and notes on ratings that do not count."""
    jobs = (
        ((task.name, model.name), partial(_lists, plan, index, model, task))
        for model, task in plan.jobs
    )
    scores, notes = human_scores(index.directory, jobs)
    models: dict[str, list[str]] = {}
    for model, task in plan.jobs:
        models.setdefault(task.name, []).append(model.name)
    more, others = preference_scores(index.directory, models, partial(_written, plan, index))
    return [*scores, *more], [*notes, *others]


def _written(
    plan: Plan, index: PredictionIndex, task: str, model: str
) -> Iterator[tuple[str, Sequence[str]]]:
    job = next((j for j in plan.jobs if (j[1].name, j[0].name) == (task, model)), None)
    if job is not None:
        yield from first_lists(plan, index, *job)
    else:
        for batch in plan.dataset.batches(WINDOW):
            yield from ((one.id, task_named(task).references(one)) for one in batch)


def _lists(
    plan: Plan, index: PredictionIndex, model: ModelSpec, task: Task
) -> Iterator[RateableList]:
    for window in windows(plan, index, model, task):
        for one in window.lists:
            yield RateableList(one.article.id, one.article.digest(), one.sample, one.items)


def rated_results(
    directory: Path, results: Results, scores: Sequence[RatedScore], labels: Labels
) -> Results:
    """The results with scores that come from ratings, which are added to ``scores.parquet``.

    Args:
        directory: the run directory.
        results: the results without them.
        scores: the scores.
        labels: which articles belong together.
    """
    added = [
        ((one.task, one.model, one.name), one.values) for one in scores if one.values is not None
    ]
    if added:
        add_scores(directory / SCORES, added)
    return with_ratings(results, scores, labels)


def labels_in(directory: Path, results: Results) -> Labels:
    """Which articles of a run directory belong together."""
    labels: dict[str, str] = {}
    if results.dataset.clusters is not None:
        labels = read_clusters(directory / REFERENCES)

    def units(articles: Sequence[str]) -> list[Hashable]:
        return [
            ("article", article) if label is None else ("cluster", label)
            for article, label in ((article, labels.get(article)) for article in articles)
        ]

    return units


def counts_of(plan: Plan, ratings: Mapping[str, RatingIndex]) -> Counts:
    """What the ratings of each rater took, and what failed."""
    found: Counts = {}
    for spec in plan.raters:
        for model, task in plan.jobs:
            counts = ratings[spec.name].rows(model.name, task.name).counts()
            if not counts:
                continue
            own: dict[str, float] = {
                "wanted": sum(one.wanted for one in counts),
                "failed": sum(one.failed for one in counts),
                "unparsed": sum(one.unparsed for one in counts),
            }
            if lost := sum(one.lost_samples for one in counts):
                own["lost_samples"] = lost
            for name in ("tokens_in", "tokens_out", "cost"):
                known = [getattr(one, name) for one in counts if getattr(one, name) is not None]
                own |= {name: sum(known)} if known else {}
            found.setdefault(spec.name, {}).setdefault(task.name, {})[model.name] = own
        for task in plan.tasks:
            if spec.comparisons(task.name):
                rows = rows_of(preference_file(ratings[spec.name].directory, spec.name, task.name))
                found.setdefault(spec.name, {})[task.name] = {LISTS: _counts_of_lists(rows)}
    return found


def _counts_of_lists(rows: Iterable[Preference]) -> dict[str, float]:
    """What the comparisons of a rater took, and what failed."""
    own: dict[str, float] = {"wanted": 0, "failed": 0, "unparsed": 0}
    for row in rows:
        own["wanted"] += 1
        own["failed"] += row.status == "error"
        own["unparsed"] += row.status == "unparsed"
        if row.lost_samples:
            own["lost_samples"] = own.get("lost_samples", 0) + row.lost_samples
        for name in ("tokens_in", "tokens_out", "cost"):
            if getattr(row, name) is not None:
                own[name] = own.get(name, 0) + getattr(row, name)
    return own


def files_to_seal(directory: Path, raters: Iterable[str], jobs: Iterable[Job]) -> list[str]:
    """The files of ratings that belong to a run, relative to its directory.

    Args:
        directory: the run directory.
        raters: the names of the raters, those of people included.
        jobs: the tasks and models of the run.
    """
    pairs = list(jobs)
    files = [
        rating_file(directory, rater, model, task).path for rater in raters for task, model in pairs
    ]
    files += [directory / HUMAN_FACTS, *(directory / RATINGS).glob("*.preferences.jsonl")]
    return sorted(file.relative_to(directory).as_posix() for file in files if file.exists())
