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
        batch_size: the number of articles in a batch.

    Attributes:
        batch_size: the number of articles in the next batch.
    """

    def __init__(self, most: int, batch_size: int) -> None:
        self._most = most
        self._now = 1
        self.batch_size = batch_size

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
    plan: Plan, spec: ModelSpec, task: Task, rows: PredictionRows, pacer: BatchPacer
) -> Iterator[GenerateRequest]:
    """A request for each batch that holds an article without a prediction."""
    batches = (
        _by_length(applicable(plan.dataset, spec, task), pacer)
        if spec.model.batched
        else plan.dataset.batches(pacer.batch_size)
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
    for request in requests(plan, spec, task, rows, pacer_for(plan, spec)):
        for batch in request.batches:
            yield from (a for a in applicable(batch, spec, task) if a.id not in request.done)


def pacer_for(plan: Plan, spec: ModelSpec) -> BatchPacer:
    """The pacer of a model at its beginning."""
    size = spec.articles_per_batch(plan.config.batch_size)
    return BatchPacer(max(1, plan.config.block_size // size), size)


def _by_length(articles: Iterator[Article], pacer: BatchPacer) -> Iterator[ArticleBatch]:
    """Batches of similar length, the same ones in every run unless the model changes their size."""
    while window := sorted(islice(articles, WINDOW), key=lambda a: (-len(a.text), a.id)):
        while window:
            batch, window = window[: pacer.batch_size], window[pacer.batch_size :]
            yield ArticleBatch(tuple(batch))
