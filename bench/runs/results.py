"""``results.json``, which ``show``, ``compare`` and ``report`` read.

The same inputs give the same bytes: it holds no time, no host name and no order of the inputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
)

from bench.errors import RunDirectoryError, UnknownNameError, unknown_name
from bench.metrics.base import MAX_ITEMS
from bench.models.base import Role
from bench.strict_model import StrictModel

MAX_ITEMS_KEY = "max_items:"
"""The prefix of the part of a signature that holds a changed limit of items."""


def _without_none(record: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The record without those of some keys that are null."""
    return {k: value for k, value in record.items() if value is not None or k not in keys}


class DatasetFacts(StrictModel):
    """The dataset of a run."""

    name: str
    fingerprint: str
    articles: int
    clusters: int | None = None
    """The number of clusters of articles that belong together, single articles included; the key
    is missing if every article is one of its own."""
    clustered_by: str | None = None
    """The column of the clusters' labels, or `identical texts`; the key is missing without."""
    unlabelled: int | None = None
    """The number of articles without a label, each a cluster of its own; the key is missing
    without."""

    @model_serializer(mode="wrap")
    def _without_clusters(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without_none(serialize(self), "clusters", "clustered_by", "unlabelled")


class MetricFacts(StrictModel):
    """How to read the scores of a metric."""

    signature: str
    higher_is_better: bool
    range: tuple[float | None, float | None]
    ranges: dict[str, tuple[float | None, float | None]] = Field(default_factory=dict)
    """The range of each score whose range is narrower; the key is missing without any."""
    rater: str | None = None
    """The rater whose ratings the score comes from, `human` for people; the key is missing for
    metrics."""
    advisory: str = ""
    """Why the score is only shown, never primary and never gated; the key is missing if it may be
    both."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = serialize(self)
        unsaid = {key for key in ("ranges", "rater", "advisory") if not record.get(key)}
        return {key: value for key, value in record.items() if key not in unsaid}


class Score(StrictModel):
    """A score over articles; the bounds are null without an interval."""

    mean: float
    low: float | None = None
    high: float | None = None
    position: float | None = None
    """The position of the mean between the best floor (0) and ceiling (1); null without either."""
    conservative: bool = False
    """Whether the interval allows for scores too rare to be seen; the key is missing if not."""
    sd_between_articles: float | None = None
    """Standard deviation of the articles' own scores, without the chance of sampling; the key is
    missing unless articles have several samples."""
    sd_between_samples: float | None = None
    """Standard deviation of the samples of one article; missing likewise."""
    n: int | None = None
    """The number of articles that have the score; the key is missing if all of the model's do."""
    failed: int = 0
    """The number of ratings behind it that the rater failed on; the key is missing if 0."""
    unparsed: int = 0
    """The number of answers of the rater that are not ratings; the key is missing if 0."""
    lost_samples: int = 0
    """The number of samples that are missing from averaged answers of the rater; the key is missing
    if 0."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record = _without_none(serialize(self), "sd_between_articles", "sd_between_samples", "n")
        counted = ("conservative", "failed", "unparsed", "lost_samples")
        unsaid = {key for key in counted if not record[key]}
        return {key: value for key, value in record.items() if key not in unsaid}

    def share_of_sampling(self, samples: float) -> float:
        """The part of the variance of the articles' means that is chance of sampling, 0 to 1."""
        articles, luck = self.sd_between_articles or 0.0, self.sd_between_samples or 0.0
        noise = luck**2 / samples
        return noise / (articles**2 + noise) if noise else 0.0


class ModelResult(StrictModel):
    """One model on one task."""

    role: Role
    articles: int
    """The number of scored articles."""
    samples: int = 1
    """The largest number of samples of an article; the key is missing if 1. With several, the
    counts that follow are of outputs, one for each sample of each article."""
    outputs: int | None = None
    """The number of outputs; the key is missing unless an article has several samples."""
    failed: int
    empty: int
    truncated: int
    truncated_input: int | None = None
    """How many of the truncated have a truncated input; null if unknown, and the key is missing
    without truncated ones."""
    truncated_output: int | None = None
    """How many of the truncated have a truncated output; likewise."""
    cut: int = 0
    """The number of lists with more items than are scored; the key is missing if 0."""
    tokens_in: int | None = None
    """The total number of input tokens; null if unknown."""
    tokens_out: int | None = None
    """The total number of output tokens; null if unknown."""
    cost: float | None = None
    """The cost of the tokens in the currency of the configured prices; null without prices."""
    seconds: float | None = Field(default=None, exclude=True)
    """The time in which the output tokens were written; null if unknown. It is in ``run.json``,
    because it differs from run to run."""
    scores: dict[str, Score]
    faults: dict[str, str] = Field(default={})
    """By metric, why it could not score the model; the key is missing without faults."""
    reason: str | None = Field(default=None, exclude=True)
    """Why the first article that could not be scored failed; not written to the file."""

    @model_serializer(mode="wrap")
    def _without_nothing(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        record: dict[str, Any] = serialize(self)
        unsaid = {key for key in ("faults", "cut", "outputs") if not record.get(key)}
        unsaid |= {"samples"} if self.samples == 1 else set()
        unsaid |= {"truncated_input", "truncated_output"} if not self.truncated else set()
        return {key: value for key, value in record.items() if key not in unsaid}

    @property
    def tokens_per_second(self) -> float | None:
        """The number of output tokens in a second; None if unknown."""
        if not self.tokens_out or not self.seconds:
            return None
        return self.tokens_out / self.seconds

    def without_score(self, articles: int, on_error: str) -> int:
        """How many of the task's articles it does not apply to, as far as the counts tell."""
        if on_error == "skip":
            return articles - self.articles - self.failed if self.outputs is None else 0
        return articles - self.articles

    @property
    def counted(self) -> str:
        """What its counts are of."""
        return "article" if self.outputs is None else "output"

    def is_silent(self, on_error: str) -> bool:
        """Whether it wrote nothing for any article, so that its scores mean nothing.

        Such a model is perfect where lower is better: an empty list repeats nothing.
        """
        asked = self.articles + (self.failed if on_error == "skip" else 0)
        asked = asked if self.outputs is None else self.outputs
        return asked > 0 and self.empty + self.failed >= asked


class TaskResult(StrictModel):
    """One task."""

    primary: str
    articles: int
    """The number of articles with references."""
    left_out: int
    """The number of articles without references."""
    items: int | None
    """The number of items that models were asked for; null if none was asked."""
    clusters: int | None = None
    """The number of clusters of its articles; the key is missing if every article is one."""
    design_effect: float | None = None
    """The variance of the primary score of clusters over that of unrelated articles, the mean of
    all models; the key is missing without clusters."""
    effective: float | None = None
    """The number of unrelated articles that would tell as much about the primary score; the key is
    missing without clusters."""
    models: dict[str, ModelResult]

    @model_serializer(mode="wrap")
    def _without_clusters(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without_none(serialize(self), "clusters", "design_effect", "effective")

    def by(self, score: str) -> Self:
        """The task with another primary score, whose design effect is not known."""
        known = {} if score == self.primary else {"design_effect": None, "effective": None}
        return self.model_copy(update={"primary": score, **known})


class Results(StrictModel):
    """The results of a run."""

    version: int = Field(default=1, ge=1, le=1)
    on_error: str
    confidence: float
    """The confidence level of the intervals."""
    resamples: int
    """The ``resamples`` of the config; intervals of scores no longer need any."""
    dataset: DatasetFacts
    metrics: dict[str, MetricFacts]
    tasks: dict[str, TaskResult]

    def is_silent(self, model: ModelResult) -> bool:
        """Whether a model wrote nothing at all; it is never marked as the best."""
        return model.is_silent(self.on_error)

    @property
    def max_items(self) -> int:
        """The maximum number of items of a prediction that are scored."""
        for facts in self.metrics.values():
            for part in facts.signature.split("|"):
                number = part.removeprefix(MAX_ITEMS_KEY)
                if number != part and number.isdecimal():
                    return int(number)
        return MAX_ITEMS

    @property
    def scores(self) -> set[str]:
        """The names of all scores that a model has on a task."""
        models = (model for task in self.tasks.values() for model in task.models.values())
        return set[str]().union(*(model.scores for model in models))

    def score_named(self, wanted: str) -> str:
        """The full name of a score; the name of a metric or rater means its F1 or only score.

        Raises:
            UnknownNameError: no model has the score.
        """
        known = self.scores
        found = wanted if wanted in known else f"{wanted}.f1"
        rated = [score for score, facts in self.metrics.items() if facts.rater == wanted]
        if found not in known and len(rated) == 1:
            found = rated[0]
        if found in known:
            return found
        if wanted in self.metrics:
            own = sorted(score for score in known if self.metric_of(score) == wanted)
            raise UnknownNameError(
                f"the metric {wanted!r} has several scores: {', '.join(own)}; name one of them"
                if own
                else f"no model has a score of the metric {wanted!r}"
            )
        metrics = {self.metric_of(score) for score in known}
        raise UnknownNameError(unknown_name("score", wanted, known | metrics))

    def metric_of(self, score: str) -> str:
        """The name of the metric that a score belongs to."""
        return score if score in self.metrics else score.rpartition(".")[0]

    def facts(self, score: str) -> MetricFacts:
        """The facts about the metric of a score."""
        return self.metrics[self.metric_of(score)]

    def range_of(self, score: str) -> tuple[float | None, float | None]:
        """The lowest and highest possible value of a score; None where it has no end."""
        facts = self.facts(score)
        return facts.ranges.get(score, facts.range)

    def with_seconds(self, seconds: Mapping[tuple[str, str], float | None]) -> Self:
        """The results with the time of each task and model."""
        tasks = {
            name: task.model_copy(
                update={
                    "models": {
                        m: r.model_copy(update={"seconds": seconds.get((name, m))})
                        for m, r in task.models.items()
                    }
                }
            )
            for name, task in self.tasks.items()
        }
        return self.model_copy(update={"tasks": tasks})

    def only(self, jobs: Iterable[tuple[str, str]]) -> Self:
        """The results of some models only, by model and task."""
        wanted = set(jobs)
        tasks = {
            name: task.model_copy(
                update={"models": {m: r for m, r in task.models.items() if (m, name) in wanted}}
            )
            for name, task in self.tasks.items()
        }
        return self.model_copy(update={"tasks": tasks})

    def to_json(self) -> str:
        """The text of ``results.json``."""
        record = self.model_dump(mode="json")
        return json.dumps(record, indent=1, sort_keys=True) + "\n"


def with_positions(
    models: Mapping[str, ModelResult], higher_is_better: Mapping[str, bool], on_error: str
) -> dict[str, ModelResult]:
    """The results with the position of each score between the best floor and ceiling.

    Where lower is better, a model that wrote nothing has no position and is not a floor or ceiling.

    Args:
        models: by name.
        higher_is_better: by score, whether higher is better; other scores stay as they are.
        on_error: what happened to articles that a model failed on.
    """

    def counts(model: ModelResult, score: str) -> bool:
        return higher_is_better[score] or not model.is_silent(on_error)

    def best(role: Role, score: str) -> float | None:
        choose = max if higher_is_better[score] else min
        own = (m.scores for m in models.values() if m.role == role and counts(m, score))
        return choose((scores[score].mean for scores in own if score in scores), default=None)

    ends = {score: (best("floor", score), best("ceiling", score)) for score in higher_is_better}
    return {
        name: model.model_copy(
            update={
                "scores": {
                    s: _with_position(v, *(ends[s] if counts(model, s) else (None, None)))
                    if s in ends
                    else v
                    for s, v in model.scores.items()
                }
            }
        )
        for name, model in models.items()
    }


def _with_position(score: Score, floor: float | None, ceiling: float | None) -> Score:
    if floor is None or ceiling is None or floor == ceiling:
        return score.model_copy(update={"position": None})
    return score.model_copy(update={"position": (score.mean - floor) / (ceiling - floor)})


def read_results(run: Path) -> Results:
    """The results of a run directory.

    Raises:
        RunDirectoryError: the directory does not exist or has no finished run, or a file is broken.
    """
    from bench.runs.files import RESULTS
    from bench.runs.incomplete import reason_of_missing
    from bench.runs.received import first_fault
    from bench.runs.strict_json import damaged, read_json

    directory = run if run.is_dir() else run.parent
    file = run / RESULTS if run.is_dir() else run
    if not run.exists():
        raise RunDirectoryError(f"{run}: no such run; `bench run` makes one")
    if file.name != RESULTS and (directory / RESULTS).exists():
        raise RunDirectoryError(f"{run}: is one file of a run; give its directory: {directory}")
    if not file.exists():
        raise RunDirectoryError(f"{run}: {reason_of_missing(directory)}")
    data, _ = read_json(file, directory)
    try:
        results = Results.model_validate_json(data, strict=True)
    except ValidationError as error:
        lines = str(error).splitlines()
        reason = ": ".join(line.strip()[:200] for line in lines[:3])
        raise damaged(file, reason, "cannot be read as results") from error
    if fault := first_fault(results):
        raise damaged(file, fault, "cannot be read as results")
    return results
