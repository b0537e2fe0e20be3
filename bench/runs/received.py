"""Validates the results of a run directory, which anybody may have written."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bench.runs.names import is_name
from bench.tasks import TASKS

if TYPE_CHECKING:
    from bench.runs.results import ModelResult, Results, TaskResult

_MOST = 10**12  # articles, tokens, draws
_LARGEST = 1e15  # of a score
_LONGEST = 10_000  # characters of a name or a signature


def first_fault(results: Results) -> str | None:
    """The first value that no run can have written, as one line; None without one."""
    return next(_faults(results), None)


def _faults(results: Results) -> Iterator[str]:
    if not 0 < results.confidence < 1:
        yield f"confidence: {results.confidence:g} is not between 0 and 1"
    yield from _counts("", resamples=results.resamples, articles=results.dataset.articles)
    yield from _long("dataset", results.dataset.name, results.dataset.fingerprint)
    yield from _long("dataset", results.dataset.clustered_by or "")
    yield from _clusters("dataset", results.dataset.clusters, results.dataset.articles)
    yield from _long("on_error", results.on_error)
    for name, metric in results.metrics.items():
        yield from _long("metrics", name, metric.signature, metric.rater or "", metric.advisory)
        ranges = [metric.range, *metric.ranges.values()]
        ends = [[end for end in one if end is not None] for one in ranges]
        if not name or any(sorted(one) != one for one in ends):
            yield f"metrics: {name[:60]!r} cannot be the name of a metric or has no such range"
    for name, task in results.tasks.items():
        if name not in TASKS:
            yield f"tasks: unknown task {name[:60]!r}"
            return
        yield from _in_task(f"tasks.{name}", results, task)


def _in_task(path: str, results: Results, task: TaskResult) -> Iterator[str]:
    yield from _counts(path, articles=task.articles, left_out=task.left_out, items=task.items)
    if task.articles > results.dataset.articles:
        yield f"{path}.articles: more than the dataset has"
    yield from _clusters(path, task.clusters, task.articles)
    for name in ("design_effect", "effective"):
        value = getattr(task, name)
        if value is not None and not 0 <= value <= _LARGEST:
            yield f"{path}.{name}: {value:g} is not a number of articles"
    if results.metric_of(task.primary) not in results.metrics:
        yield f"{path}.primary: no metric of the run has a score {task.primary[:60]!r}"
    for name, model in task.models.items():
        if not is_name(name):
            yield f"{path}: {name[:60]!r} cannot be the name of a model: it names files"
            return
        yield from _in_model(f"{path}.models.{name}", results, task, model)


def _in_model(path: str, results: Results, task: TaskResult, model: ModelResult) -> Iterator[str]:
    counted = {"articles": model.articles, "failed": model.failed, "empty": model.empty}
    counted["truncated"] = model.truncated
    counted["truncated_input"] = model.truncated_input or 0
    counted["truncated_output"] = model.truncated_output or 0
    yield from _counts(path, **counted, tokens_in=model.tokens_in, tokens_out=model.tokens_out)
    yield from _counts(path, samples=model.samples, outputs=model.outputs)
    for what, count in counted.items():
        if count > task.articles * (1 if what == "articles" else model.samples):
            yield f"{path}.{what}: more than the task has {model.counted}s"
    if model.cost is not None and not (math.isfinite(model.cost) and model.cost >= 0):
        yield f"{path}.cost: is not an amount of money"
    if model.scores and not model.articles:
        yield f"{path}.scores: there is no article to have them on"
    for name, score in model.scores.items():
        values = [score.mean, score.low, score.high, score.position]
        values += [score.sd_between_articles, score.sd_between_samples]
        lost = {key: getattr(score, key) for key in ("failed", "unparsed", "lost_samples")}
        yield from _counts(f"{path}.scores", **lost)
        if score.n is not None and not 0 < score.n <= model.articles:
            yield f"{path}.scores.{name[:60]}.n: {score.n} is not a number of its articles"
        if any(abs(value) > _LARGEST for value in values if value):
            yield f"{path}.scores.{name[:60]}: beyond {_LARGEST:g}"
        if results.metric_of(name) not in results.metrics:
            yield f"{path}.scores: no metric of the run has a score {name[:60]!r}"
            return
        if score.low is not None and score.high is not None and score.low > score.high:
            yield f"{path}.scores.{name[:60]}: the interval ends before it begins"


def _clusters(path: str, clusters: int | None, articles: int) -> Iterator[str]:
    if clusters is not None and not 0 < clusters <= articles:
        yield f"{path}.clusters: {clusters} is not a number of clusters of {articles} articles"


def _counts(path: str, **counts: int | None) -> Iterator[str]:
    for name, count in counts.items():
        if count is not None and not 0 <= count <= _MOST:
            yield f"{path + '.' if path else ''}{name}: {count} is not a number of things"


def _long(path: str, *texts: str) -> Iterator[str]:
    if any(len(text) > _LONGEST for text in texts):
        yield f"{path}: a text of more than {_LONGEST:,} characters"
