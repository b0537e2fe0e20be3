"""The first stage: every model reads every article it has not read yet."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bench.article import Article
from bench.data.rows import Dataset
from bench.data.stored import ArticleBlock
from bench.engines import Engine, Lost, Resources
from bench.errors import BenchError, RunFailedError, WorkersDiedError
from bench.faults import ANYTHING
from bench.models.base import Output
from bench.models.spec import ModelSpec
from bench.runs.directory import withdraw_results
from bench.runs.origins import OriginRecord
from bench.runs.plan import Plan
from bench.runs.predictions import Prediction, prediction_file, prediction_key, to_line
from bench.runs.row_index import RowIndex
from bench.tasks import Task
from bench.validation import plain_reason

WINDOW = 1024
"""Articles among which a model that reads batches gets those of like length together."""
_LONGEST_ERROR = 500  # characters of a model's own message that are kept
_BUSY = 0.25  # seconds of work that a worker is handed at a time, where its batches are that short


@dataclass(frozen=True)
class Asked:
    """What a worker is handed: batches that a model is to read for a task.

    Attributes:
        task: what it is to write.
        batches: the articles that it is given together, one batch after the other.
        done: ids of those among them that it has read already.
    """

    task: Task
    batches: tuple[ArticleBlock, ...]
    done: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Written:
    """What it wrote.

    Attributes:
        lines: rows of a prediction file.
        articles: how many rows that is.
        failure: the first article it failed on, and why.
        batches: how many it was handed.
        seconds: how long it was busy with them.
        events: what the model found out meanwhile.
    """

    lines: bytes
    articles: int
    failure: tuple[str, str] | None
    batches: int
    seconds: float
    events: tuple[str, ...] = ()


class Pace:
    """How many batches a worker is handed at a time: so many as keep it busy for a moment.

    Handing over costs milliseconds, on a cluster above all, and a fast model has read a batch in
    less. What a model writes does not depend on it, only how much is lost with a worker.

    Args:
        most: batches at a time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 1

    def learn(self, written: Written) -> None:
        """Take in how long some batches took."""
        enough = int(_BUSY * written.batches / max(written.seconds, 1e-9))
        self._now = max(1, min(enough, 2 * written.batches, self._most))

    def be_careful(self) -> None:
        """One batch at a time from now on: the model is the death of workers."""
        self._most = self._now = 1

    def hands(self, batches: Iterator[Asked]) -> Iterator[Asked]:
        """The batches, put together."""
        while hand := list(islice(batches, self._now)):
            done = frozenset[str]().union(*(asked.done for asked in hand))
            yield Asked(hand[0].task, tuple(b for asked in hand for b in asked.batches), done)


class Generation:
    """The work of one model, wherever it is done."""

    def __init__(self, entrant: ModelSpec, dataset: Dataset) -> None:
        self._entrant = entrant
        self._fingerprint = dataset.fingerprint
        self._dataset: Sequence[Article] = dataset if entrant.model.sees_dataset else ()
        self._fault: BaseException | None = None
        self._begun = False

    def begin(self) -> None:
        """Load the model; if that fails, it fails on every article."""
        try:
            self._entrant.prepare(self._dataset)
        except ANYTHING as error:  # it is recorded
            self._fault = error

    def __call__(self, asked: Asked) -> Written:
        """The rows of the articles that are not done."""
        began = time.perf_counter()
        rows = [
            row
            for articles in asked.batches
            for row in self._rows(asked.task, articles, asked.done)
            if row.article not in asked.done
        ]
        written = _written(rows, len(asked.batches), time.perf_counter() - began)
        return replace(written, events=tuple(self._entrant.events()))

    def stream(self, task: Task, articles: Iterator[Article]) -> Iterator[Written]:
        """The row of each article as soon as the model has an output for it, in any order."""
        if not self._begun:
            self._begun = True
            self.begin()
        waiting: dict[str, Article] = {}
        while True:
            error: BaseException | None = self._fault
            if not error:
                try:
                    yield from self._streamed(task, _remembered(articles, waiting), waiting)
                except ANYTHING as raised:
                    error = raised
            if not waiting:
                following = next(articles, None) if error else None
                if following is None:
                    yield Written(b"", 0, None, 0, 0, tuple(self._entrant.events()))
                    return
                waiting[following.id] = following
            error = error or TypeError("the model gave no output")
            rows = [failed(a, error, self._key(task, a)) for a in waiting.values()]
            waiting.clear()
            yield _written(rows, 0, 0)

    def _streamed(
        self, task: Task, articles: Iterator[Article], waiting: dict[str, Article]
    ) -> Iterator[Written]:
        began = time.perf_counter()
        for name, output in self._entrant.stream(articles, task):
            article = waiting[name]
            now = time.perf_counter()
            key = self._key(task, article)
            try:
                row = _row(article, output, now - began, key)
            except TypeError as error:
                row = failed(article, error, key)
            del waiting[name]
            began = now
            yield replace(_written([row], 0, 0), events=tuple(self._entrant.events()))

    def lost(self, asked: Asked, reason: str) -> Written:
        """What stands for rows that nobody could write."""
        error = RunFailedError(reason)
        rows = [
            failed(article, error, self._key(asked.task, article))
            for articles in asked.batches
            for article in _made_for(articles, self._entrant, asked.task)
            if article.id not in asked.done
        ]
        return _written(rows, len(asked.batches), 0)

    def _key(self, task: Task, article: Article) -> str:
        return prediction_key(self._entrant, task, article, self._fingerprint)

    def _rows(
        self, task: Task, articles: Iterable[Article], done: frozenset[str]
    ) -> Sequence[Prediction]:
        """What one batch gives; a model that reads batches reads those that are done too."""
        batch = [
            article
            for article in _made_for(articles, self._entrant, task)
            if self._entrant.model.batched or article.id not in done
        ]
        keys = {article.id: self._key(task, article) for article in batch}
        if self._fault:
            return [failed(article, self._fault, keys[article.id]) for article in batch]
        return self._predict(task, batch, keys) if batch else []

    def _predict(
        self, task: Task, batch: Sequence[Article], keys: dict[str, str]
    ) -> list[Prediction]:
        """Predictions for a batch; where it fails as a whole, each article gets its own try."""
        start = time.perf_counter()
        process = os.getpid()
        try:
            outputs = list(self._entrant.predict(batch, task))
            seconds = (time.perf_counter() - start) / len(batch)
            return [
                _row(article, output, seconds, keys[article.id])
                for article, output in zip(batch, outputs, strict=True)
            ]
        except ANYTHING as error:
            if os.getpid() != process:
                os._exit(1)  # a child that the model forked must not go on as a second driver
            if len(batch) > 1:
                return [row for a in batch for row in self._predict(task, [a], keys)]
            return [failed(article, error, keys[article.id]) for article in batch]


def generate(
    plan: Plan, directory: Path, generation: Generation, job: tuple[ModelSpec, Task], engine: Engine
) -> Iterator[int]:
    """Write the predictions that are missing, batch by batch.

    Yields:
        How many more articles are done: first those found done, then each batch.

    Raises:
        RunFailedError: the model failed on an article and ``on_error`` is ``stop``.
    """
    entrant, task = job
    file = prediction_file(directory, entrant.name, task.name)
    withdraw = partial(withdraw_results, directory, (task.name, entrant.name))
    with RowIndex(file) as done:
        if file.path.exists():
            done.sift(_keys(plan, entrant, task), withdraw)
        yield len(done)
        if len(done) == plan.count_for(entrant, task):
            return
        withdraw()
        record = OriginRecord(directory, entrant, task, fresh=not len(done))
        with (
            closing(_answers(plan, job, generation, done, engine)) as answers,
            file.appending() as append,
        ):
            for written in answers:
                append(written.lines)
                record.look()
                for event in written.events:
                    engine.tell(f"{entrant.name}: {event}")
                if written.failure and plan.config.on_error == "stop":
                    article, reason = written.failure
                    raise RunFailedError(
                        f"{entrant.name} failed on article {article!r} ({task.name}): {reason}"
                    )
                yield written.articles
    if entrant.streams:
        with RowIndex(file).read() as rows:
            rows.arrange(name for block in plan.dataset.blocks(WINDOW) for name in block.ids())


def _answers(
    plan: Plan, job: tuple[ModelSpec, Task], generation: Generation, done: RowIndex, engine: Engine
) -> Generator[Written, None, None]:
    """What is written, block by block; failures from where on no worker survives the model."""
    if job[0].streams:
        yield from generation.stream(job[1], _missing(plan, *job, done))
        return
    answered = 0  # batches
    pace = Pace(max(1, plan.config.block_size // plan.config.batch_size))
    while True:
        rest = islice(_asked(plan, *job, done), answered, None)
        try:
            hands = engine.map(generation, pace.hands(rest), resources(plan, job[0]))
            with closing(hands) as answers:
                for answer in answers:
                    if isinstance(answer, Lost) and len(answer.block.batches) > 1:
                        pace.be_careful()
                        break  # and hand these out again, one by one: most are innocent
                    if isinstance(answer, Lost):
                        written = generation.lost(answer.block, answer.reason)
                    else:
                        written = answer
                        pace.learn(written)
                    yield written
                    answered += written.batches
                else:
                    return
        except WorkersDiedError as death:
            for asked in islice(_asked(plan, *job, done), answered, None):
                yield generation.lost(asked, str(death))
            return


def resources(plan: Plan, entrant: ModelSpec) -> Resources:
    """What a model needs where it runs."""
    entry = next(entry for entry in plan.config.models if entry.label == entrant.name)
    return entry.resources.declared() if entry.resources else Resources()


def _keys(plan: Plan, entrant: ModelSpec, task: Task) -> Iterator[tuple[str, str]]:
    for article in _made_for(plan.dataset, entrant, task):
        yield article.id, prediction_key(entrant, task, article, plan.dataset.fingerprint)


def _made_for(articles: Iterable[Article], entrant: ModelSpec, task: Task) -> Iterator[Article]:
    return (a for a in articles if task.references(a) and entrant.applies(a, task))


def _asked(plan: Plan, entrant: ModelSpec, task: Task, done: RowIndex) -> Iterator[Asked]:
    """One by one the batches that hold an article which is not done."""
    size = plan.config.batch_size
    blocks = (
        _by_length(_made_for(plan.dataset, entrant, task), size)
        if entrant.model.batched
        else plan.dataset.blocks(size)
    )
    fresh = not len(done)
    for block in blocks:
        if fresh:
            yield Asked(task, (block,))
            continue
        ids = block.ids()
        found = done.among(ids)
        if len(found) < len(ids):
            yield Asked(task, (block,), found)


def _missing(plan: Plan, entrant: ModelSpec, task: Task, done: RowIndex) -> Iterator[Article]:
    """One by one the articles that are not done."""
    for asked in _asked(plan, entrant, task, done):
        for block in asked.batches:
            yield from (a for a in _made_for(block, entrant, task) if a.id not in asked.done)


def _remembered(articles: Iterator[Article], waiting: dict[str, Article]) -> Iterator[Article]:
    for article in articles:
        waiting[article.id] = article
        yield article


def _by_length(articles: Iterator[Article], size: int) -> Iterator[ArticleBlock]:
    """Batches of like length, the same ones in every run."""
    while window := sorted(islice(articles, WINDOW), key=lambda a: (-len(a.text), a.id)):
        for start in range(0, len(window), size):
            yield ArticleBlock(tuple(window[start : start + size]))


def _written(rows: Sequence[Prediction], batches: int, seconds: float) -> Written:
    lines = [to_line(row) for row in rows]
    failures = [(row.article, row.error or "") for _, row in lines if row.status == "error"]
    failure = failures[0] if failures else None
    written = b"".join(line for line, _ in lines)
    return Written(written, len(rows), failure, batches, seconds)


def failed(article: Article, error: BaseException, key: str) -> Prediction:
    """The row of an article that a model failed on."""
    name = "" if isinstance(error, BenchError) else f"{type(error).__name__}: "
    try:
        told = str(error)
    except Exception:  # noqa: BLE001 - a model's own error may fail in any way
        told = "it has no words"
    message = f"{name}{told}"[:_LONGEST_ERROR].encode(errors="replace").decode()
    return Prediction(article=article.id, items=(), status="error", error=message, key=key)


def _row(article: Article, output: Output, seconds: float, key: str) -> Prediction:
    written: Literal["ok", "empty"] = "ok" if any(str(i).strip() for i in output.items) else "empty"
    try:
        return Prediction(
            article=article.id,
            items=output.items,
            raw=output.raw,
            status="error" if output.error else written,
            error=output.error,
            truncated=output.truncated,
            seconds=round(seconds, 6),
            tokens_in=output.tokens_in,
            tokens_out=output.tokens_out,
            key=key,
        )
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"]))
        raise TypeError(f"the model's {place}: {plain_reason(fault)}") from error
