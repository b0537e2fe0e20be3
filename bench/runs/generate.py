"""The first stage: every model reads every article it has not read yet."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from bench.article import Article
from bench.errors import BenchError, RunFailedError
from bench.models.base import Output
from bench.models.entrant import Entrant
from bench.runs.plan import Plan
from bench.runs.predictions import Prediction, prediction_file, prediction_key
from bench.tasks import Task

_LONGEST_ERROR = 500  # characters of a model's own message that are kept


def generate(plan: Plan, directory: Path, entrant: Entrant, task: Task) -> Iterator[int]:
    """Write the predictions that are missing, batch by batch.

    Yields:
        How many more articles are done: first those found done, then each batch.

    Raises:
        RunFailedError: the model failed on an article and ``on_error`` is ``stop``.
    """
    articles = plan.articles_for(entrant, task)
    keys = {a.id: prediction_key(entrant, task, a, plan.dataset) for a in articles}
    file = prediction_file(directory, entrant.name, task.name)
    done = file.keep(keys)
    yield len(done)
    batches = _batches(plan, entrant, articles, done)
    fault = _prepared(plan, entrant) if batches else None
    for batch in batches:
        if fault:
            rows = [_failed(article, fault, keys) for article in batch]
        else:
            rows = _predict(entrant, task, batch, keys)
        missing = [row for row in rows if row.article not in done]
        file.append(missing)
        _stop_if_told(plan, entrant, task, missing)
        yield len(missing)


def _batches(
    plan: Plan, entrant: Entrant, articles: Sequence[Article], done: Collection[str]
) -> list[Sequence[Article]]:
    """Batches that hold an article which is not done."""
    if entrant.batched:
        articles = sorted(articles, key=lambda a: (-len(a.text), a.id))
    else:
        articles = [article for article in articles if article.id not in done]
    size = plan.config.batch_size
    batches = [articles[start : start + size] for start in range(0, len(articles), size)]
    return [batch for batch in batches if any(article.id not in done for article in batch)]


def _prepared(plan: Plan, entrant: Entrant) -> Exception | None:
    """What went wrong while the model was loaded, if anything did."""
    try:
        entrant.prepare(plan.dataset)
    except Exception as error:  # noqa: BLE001 - a model may raise anything; it is recorded
        return error
    return None


def _predict(
    entrant: Entrant, task: Task, batch: Sequence[Article], keys: dict[str, str]
) -> list[Prediction]:
    """Predictions for a batch; where it fails as a whole, each article gets a try of its own."""
    start = time.perf_counter()
    try:
        outputs = list(entrant.predict(batch, task))
        seconds = (time.perf_counter() - start) / len(batch)
        return [
            _row(article, output, seconds, keys[article.id])
            for article, output in zip(batch, outputs, strict=True)
        ]
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a model may raise anything
        if len(batch) > 1:
            return [row for article in batch for row in _predict(entrant, task, [article], keys)]
        return [_failed(article, error, keys) for article in batch]


def _failed(article: Article, error: BaseException, keys: dict[str, str]) -> Prediction:
    name = "" if isinstance(error, BenchError) else f"{type(error).__name__}: "
    message = f"{name}{error}"[:_LONGEST_ERROR].encode(errors="replace").decode()
    return Prediction(
        article=article.id, items=(), status="error", error=message, key=keys[article.id]
    )


def _row(article: Article, output: Output, seconds: float, key: str) -> Prediction:
    try:
        return Prediction(
            article=article.id,
            items=output.items,
            raw=output.raw,
            status="error" if output.error else "ok" if output.items else "empty",
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
        raise TypeError(f"the model's {place}: {fault['msg'].lower()}") from error


def _stop_if_told(plan: Plan, entrant: Entrant, task: Task, rows: Sequence[Prediction]) -> None:
    failed = [row for row in rows if row.status == "error"]
    if failed and plan.config.on_error == "stop":
        raise RunFailedError(
            f"{entrant.name} failed on article {failed[0].article!r} ({task.name}):"
            f" {failed[0].error}"
        )
