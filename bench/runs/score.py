"""The second stage: predictions against references, article by article, then as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.errors import DataError
from bench.metrics import Block
from bench.metrics.base import FloatArray
from bench.models.entrant import Entrant
from bench.runs.plan import Plan
from bench.runs.predictions import Prediction, prediction_file
from bench.runs.results import (
    DatasetFacts,
    MetricFacts,
    ModelResult,
    Results,
    Score,
    TaskResult,
)
from bench.tasks import Task
from bench.text.tokens import tokenizer_named

_BLOCK = 256  # articles whose texts and matrices are in memory at once


@dataclass(frozen=True)
class Scored:
    """The scores of one model on one task, article by article.

    Attributes:
        articles: ids, in the order of the data set.
        statistics: by metric, shape (articles, statistics).
    """

    entrant: Entrant
    task: Task
    articles: tuple[str, ...]
    statistics: dict[str, FloatArray]
    failed: int
    empty: int
    truncated: int


def score_all(plan: Plan, directory: Path) -> list[Scored]:
    """Score every model on every task.

    Raises:
        DataError: a reference that the tokenizer would reduce to nothing.
    """
    _refuse_what_the_tokenizer_drops(plan)
    return [_score(plan, directory, entrant, task) for entrant, task in plan.jobs]


def summarise(plan: Plan, scored: list[Scored]) -> Results:
    """The means over articles, in the form of ``results.json``."""
    return Results(
        on_error=plan.config.on_error,
        dataset=DatasetFacts(
            name=plan.dataset.name,
            fingerprint=plan.dataset.fingerprint,
            articles=len(plan.dataset),
        ),
        metrics={
            name: MetricFacts(
                signature=metric.signature,
                higher_is_better=metric.higher_is_better,
                range=metric.range,
            )
            for name, metric in plan.metrics.items()
        },
        tasks={
            task.name: TaskResult(
                primary=task.primary,
                articles=len(plan.usable(task)),
                left_out=len(plan.dataset) - len(plan.usable(task)),
                items=task.items,
                models={s.entrant.name: _model_result(plan, s) for s in scored if s.task == task},
            )
            for task in plan.tasks
        },
    )


def write_scores(plan: Plan, scored: list[Scored], file: Path) -> None:
    """Write every score of every article as Parquet: task, model, metric, article, value."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[object]] = {
        name: [] for name in ("task", "model", "metric", "article", "value")
    }
    for one in scored:
        for name, metric in plan.metrics.items():
            values = metric.values(one.statistics[name])
            for score, column in zip(metric.scores(name), values.T, strict=True):
                columns["task"] += [one.task.name] * len(column)
                columns["model"] += [one.entrant.name] * len(column)
                columns["metric"] += [score] * len(column)
                columns["article"] += one.articles
                columns["value"] += column.tolist()
    kinds = {name: pa.string() for name in columns} | {"value": pa.float64()}
    table = pa.table({name: pa.array(columns[name], kinds[name]) for name in columns})
    temporary = file.with_name(f".{file.name}.partial")
    pq.write_table(table, temporary, compression="zstd")
    temporary.replace(file)


def _score(plan: Plan, directory: Path, entrant: Entrant, task: Task) -> Scored:
    file = prediction_file(directory, entrant.name, task.name)
    rows = {row.article: row for row in file.read()}
    articles = [plan.dataset[index] for index in plan.usable(task)]
    predictions = [rows[article.id] for article in articles]
    if plan.config.on_error == "skip":
        articles = [a for a, p in zip(articles, predictions, strict=True) if p.status != "error"]
    parts: dict[str, list[FloatArray]] = {name: [] for name in plan.metrics}
    for start in range(0, len(articles), _BLOCK):
        some = articles[start : start + _BLOCK]
        block = Block([rows[a.id].items for a in some], [task.references(a) for a in some])
        for name, metric in plan.metrics.items():
            parts[name].append(metric.statistics(block))
    return Scored(
        entrant=entrant,
        task=task,
        articles=tuple(article.id for article in articles),
        statistics={name: np.concatenate(p) for name, p in parts.items() if p},
        failed=_count(predictions, "error"),
        empty=_count(predictions, "empty"),
        truncated=sum(prediction.truncated != "neither" for prediction in predictions),
    )


def _model_result(plan: Plan, scored: Scored) -> ModelResult:
    scores = {}
    for name, statistics in scored.statistics.items():
        metric = plan.metrics[name]
        for score, mean in zip(metric.scores(name), metric.aggregate(statistics), strict=True):
            scores[score] = Score(mean=float(mean))
    return ModelResult(
        role=scored.entrant.role,
        articles=len(scored.articles),
        failed=scored.failed,
        empty=scored.empty,
        truncated=scored.truncated,
        scores=scores,
    )


def _count(predictions: list[Prediction], status: str) -> int:
    return sum(prediction.status == status for prediction in predictions)


def _refuse_what_the_tokenizer_drops(plan: Plan) -> None:
    if all(getattr(m, "tokenizer", None) != "rouge-score" for m in plan.metrics.values()):
        return
    tokenize = tokenizer_named("rouge-score", stemmer=False).tokenize
    dropped = [
        f"{plan.dataset.name}: {where}: {text[:40]!r} has no letter a-z and no digit, all that the"
        " tokenizer 'rouge-score' knows; set `tokenizer: unicode` in the config"
        for where, text in _references(plan)
        if not tokenize(text) and any(map(str.isalnum, text))
    ]
    if dropped:
        more = len(dropped) - 5
        raise DataError(dropped[:5] + ([f"... and {more} more"] if more > 0 else []))


def _references(plan: Plan) -> Iterator[tuple[str, str]]:
    for task in plan.tasks:
        for article in plan.dataset:
            for number, item in enumerate(task.references(article), start=1):
                yield f"article {article.id!r}, {task.noun} {number}", item
