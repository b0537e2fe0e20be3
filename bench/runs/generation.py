"""The work of a model: articles in, rows of a prediction file out, in whatever process it runs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bench.article import Article
from bench.data.rows import Dataset
from bench.errors import BenchError, RunFailedError
from bench.faults import ANYTHING
from bench.imports import location_of_fault
from bench.models.base import Output
from bench.models.spec import ModelSpec
from bench.runs.batching import GenerateRequest
from bench.runs.loaded_work import LoadedWork
from bench.runs.predictions import Prediction, prediction_key, to_line
from bench.runs.samples import applicable
from bench.tasks import Task
from bench.validation import plain_reason

_LONGEST_ERROR = 500  # characters of a model's own message that are kept


@dataclass(frozen=True)
class GenerateResult:
    """What a model wrote for a request.

    Attributes:
        rows: lines of the prediction file, by article.
        failure: the first article that the model failed on, and why.
        batches: the number of batches in the request.
        seconds: the time that they took.
        events: what the model reported meanwhile.
        batch_size: the number of articles that it reads at once next; None for that of the run.
    """

    rows: Mapping[str, bytes]
    failure: tuple[str, str] | None = None
    batches: int = 0
    seconds: float = 0
    batch_size: int | None = None
    events: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, predictions: Sequence[Prediction], batches: int = 0, seconds: float = 0
    ) -> GenerateResult:
        """The result that holds these predictions."""
        lines = [to_line(row) for row in predictions]
        failures = ((row.article, row.error or "") for _, row in lines if row.status == "error")
        rows = {row.article: line for line, row in lines}
        return cls(rows, next(failures, None), batches, seconds)


class Generation(LoadedWork):
    """The work of one model on all its tasks.

    Args:
        spec: the model.
        dataset: the articles of the run.
    """

    def __init__(self, spec: ModelSpec, dataset: Dataset) -> None:
        super().__init__()
        self._spec = spec
        declared = dataset.declared
        self._fingerprint = declared.fingerprint
        self._dataset: Sequence[Article] = declared if spec.model.sees_dataset else ()

    def _load(self) -> None:
        self._spec.prepare(self._dataset)

    def _unload(self) -> None:
        self._spec.unload()

    def __call__(self, request: GenerateRequest) -> GenerateResult:
        """The rows of the articles that are not done."""
        began = time.perf_counter()
        predictions = [
            row
            for articles in request.batches
            for row in self._predict_batch(request.task, articles, request.done)
            if row.article not in request.done
        ]
        seconds = time.perf_counter() - began
        result = GenerateResult.of(predictions, len(request.batches), seconds)
        size = self._spec.articles_per_batch(0) or None
        return replace(result, events=tuple(self._spec.events()), batch_size=size)

    def stream(self, task: Task, articles: Iterator[Article]) -> Iterator[GenerateResult]:
        """The row of each article as soon as the model yields its output, in any order."""
        self.begin()
        waiting: dict[str, Article] = {}
        while True:
            error: BaseException | None = self._fault
            results = self._stream(task, _remember(articles, waiting), waiting)
            while not error:  # no `yield` in `try`: what closes this generator is no fault
                try:
                    result = next(results)
                except StopIteration:
                    break
                except ANYTHING as raised:
                    error = raised
                else:
                    yield result
            if not waiting:
                following = next(articles, None) if error else None
                if following is None:
                    yield GenerateResult({}, events=tuple(self._spec.events()))
                    return
                waiting[following.id] = following
            error = error or TypeError("the model gave no output")
            rows = [failed(a, error, self._key(task, a), task.sample) for a in waiting.values()]
            waiting.clear()
            yield GenerateResult.of(rows)

    def _stream(
        self, task: Task, articles: Iterator[Article], waiting: dict[str, Article]
    ) -> Iterator[GenerateResult]:
        began = time.perf_counter()
        for name, output in self._spec.stream(articles, task):
            article = waiting[name]
            now = time.perf_counter()
            key = self._key(task, article)
            try:
                row = _succeeded(article, output, now - began, key, task.sample)
            except TypeError as error:
                row = failed(article, error, key, task.sample)
            del waiting[name]
            began = now
            yield replace(GenerateResult.of([row]), events=tuple(self._spec.events()))

    def lost(self, request: GenerateRequest, reason: str) -> GenerateResult:
        """The result of a request on which workers died: the model failed on its articles."""
        error = RunFailedError(reason)
        rows = [
            failed(article, error, self._key(request.task, article), request.task.sample)
            for articles in request.batches
            for article in applicable(articles, self._spec, request.task)
            if article.id not in request.done
        ]
        return GenerateResult.of(rows, len(request.batches))

    def _key(self, task: Task, article: Article) -> str:
        return prediction_key(self._spec, task, article, self._fingerprint)

    def _predict_batch(
        self, task: Task, articles: Sequence[Article], done: frozenset[str]
    ) -> Sequence[Prediction]:
        """The rows of one batch; a model that reads batches reads articles that are done, too."""
        batch = [
            article
            for article in applicable(articles, self._spec, task)
            if self._spec.model.batched or article.id not in done
        ]
        keys = {article.id: self._key(task, article) for article in batch}
        if self._fault:
            return [
                failed(article, self._fault, keys[article.id], task.sample) for article in batch
            ]
        return self._predict(task, batch, keys) if batch else []

    def _predict(
        self, task: Task, batch: Sequence[Article], keys: Mapping[str, str]
    ) -> list[Prediction]:
        """The rows of some articles; if the model fails on them together, of each one alone."""
        start = time.perf_counter()
        process = os.getpid()
        try:
            outputs = list(self._spec.predict(batch, task))
            seconds = (time.perf_counter() - start) / len(batch)
            return [
                _succeeded(article, output, seconds, keys[article.id], task.sample)
                for article, output in zip(batch, outputs, strict=True)
            ]
        except ANYTHING as error:
            if os.getpid() != process:
                os._exit(1)  # a child that the model forked must not go on as a second driver
            if len(batch) > 1:
                return [row for a in batch for row in self._predict(task, [a], keys)]
            return [failed(article, error, keys[article.id], task.sample) for article in batch]


def failed(article: Article, error: BaseException, key: str, sample: int = 0) -> Prediction:
    """The row of an article, or of one sample of it, that a model failed on."""
    name = "" if isinstance(error, BenchError) else f"{type(error).__name__}: "
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a model's own error may fail in any way
        text = "(no error message)"
    message = f"{name}{text}"[:_LONGEST_ERROR].encode(errors="replace").decode()
    where = Path(location_of_fault(error)).name if name else ""
    message += f" ({where})" if where else ""
    return Prediction(
        article=article.id, sample=sample, items=(), status="error", error=message, key=key
    )


def _succeeded(
    article: Article, output: Output, seconds: float, key: str, sample: int
) -> Prediction:
    """The row of an output.

    Raises:
        TypeError: a field of the output has the wrong type.
    """
    status: Literal["ok", "empty"] = "ok" if any(str(i).strip() for i in output.items) else "empty"
    try:
        return Prediction(
            article=article.id,
            sample=sample,
            items=output.items,
            raw=output.raw,
            status="error" if output.error else status,
            error=output.error,
            truncated=output.truncated,
            seconds=round(seconds, 6),
            tokens_in=output.tokens_in,
            tokens_out=output.tokens_out,
            dropped=output.dropped,
            key=key,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"]))
        raise TypeError(f"the model's {field}: {plain_reason(fault)}") from error


def _remember(articles: Iterator[Article], waiting: dict[str, Article]) -> Iterator[Article]:
    for article in articles:
        waiting[article.id] = article
        yield article
