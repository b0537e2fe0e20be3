"""Splits the articles of a run into batches, and groups batches for a worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bench.article import Article
from bench.data.stored import ArticleBatch
from bench.models.spec import ModelSpec
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionRows
from bench.runs.samples import applicable
from bench.tasks import Task

WINDOW = 1024
"""The number of articles among which batches of similar length are formed."""
_BUSY = 0.25  # seconds of work in a request, if the batches are that short


@dataclass(frozen=True)
class GenerateRequest:
    """Batches that a model is to read for a task.

    Attributes:
        task: the task, with the number of the sample.
        batches: the articles that the model reads together, one batch after the other.
        done: ids of articles among them that need no new prediction.
    """

    task: Task
    batches: tuple[ArticleBatch, ...]
    done: frozenset[str] = frozenset()


class BatchPacer:
    """Decides how many batches a request holds: enough to keep a worker busy for a moment.

    Sending a request takes milliseconds, above all on a cluster, and a fast model reads a batch in
    less. The output of the model does not depend on it, only how much is lost with a worker.

    Args:
        most: the maximum number of batches in a request.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 1

    def observe(self, batches: int, seconds: float) -> None:
        """Adapt to the time that some batches took."""
        enough = int(_BUSY * batches / max(seconds, 1e-9))
        self._now = max(1, min(enough, 2 * batches, self._most))

    def one_at_a_time(self) -> None:
        """Send single batches from now on, because the model kills workers."""
        self._most = self._now = 1

    def group(self, requests: Iterator[GenerateRequest]) -> Iterator[GenerateRequest]:
        """Join requests of single batches."""
        while some := list(islice(requests, self._now)):
            done = frozenset[str]().union(*(request.done for request in some))
            batches = tuple(batch for request in some for batch in request.batches)
            yield GenerateRequest(some[0].task, batches, done)


def requests(
    plan: Plan, spec: ModelSpec, task: Task, rows: PredictionRows
) -> Iterator[GenerateRequest]:
    """A request for each batch that holds an article without a prediction."""
    size = plan.config.batch_size
    batches = (
        _by_length(applicable(plan.dataset, spec, task), size)
        if spec.model.batched
        else plan.dataset.batches(size)
    )
    fresh = not len(rows)
    for batch in batches:
        if fresh:
            yield GenerateRequest(task, (batch,))
            continue
        ids = batch.ids()
        done = rows.done(ids, task.sample)
        if len(done) < len(ids):
            yield GenerateRequest(task, (batch,), done)


def missing(plan: Plan, spec: ModelSpec, task: Task, rows: PredictionRows) -> Iterator[Article]:
    """The articles without a prediction, one by one."""
    for request in requests(plan, spec, task, rows):
        for batch in request.batches:
            yield from (a for a in applicable(batch, spec, task) if a.id not in request.done)


def _by_length(articles: Iterator[Article], size: int) -> Iterator[ArticleBatch]:
    """Batches of similar length, the same ones in every run."""
    while window := sorted(islice(articles, WINDOW), key=lambda a: (-len(a.text), a.id)):
        for start in range(0, len(window), size):
            yield ArticleBatch(tuple(window[start : start + size]))
