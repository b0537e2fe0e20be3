"""The second stage: predictions against references, a block of articles at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.article import Article
from bench.data.stored import ArticleBlock
from bench.engines import Engine, Lost
from bench.errors import RunFailedError
from bench.faults import Fault
from bench.metrics import Encoders, Metric
from bench.metrics.base import FloatArray
from bench.models.entrant import Entrant
from bench.runs.config import Config
from bench.runs.measure import Measured, measure, measure_best
from bench.runs.named_metrics import named_metrics
from bench.runs.plan import Plan
from bench.runs.predictions import Prediction, prediction_file
from bench.runs.readable import readable, tokenizers_of
from bench.runs.row_index import RowIndex
from bench.tasks import Task
from bench.text.scripts import Losses


@dataclass(frozen=True)
class ToScore:
    """Some articles, and each model's rows for them as they stand in its file, None for none."""

    articles: ArticleBlock
    rows: Mapping[str, Sequence[bytes | None]]


@dataclass(frozen=True)
class ModelBlock:
    """One model on some articles.

    Attributes:
        articles: ids of those it has a score on.
        statistics: by metric, shape (articles, statistics); none without articles.
        faults: by metric, of those that could not score it.
        failed: rows with an error.
        empty: rows without an item.
        truncated: rows of which something was cut.
        tokens_in: read in all; None where nobody counted.
        tokens_out: written in all; likewise.
        reason: why the first of the rows failed that only scoring has found unfit.
        losses: letters that the tokenizers lose of the others.
    """

    articles: tuple[str, ...]
    statistics: dict[str, FloatArray]
    faults: dict[str, Fault]
    failed: int
    empty: int
    truncated: int
    tokens_in: int | None
    tokens_out: int | None
    reason: str | None = None
    losses: Losses = field(default_factory=Losses)


@dataclass(frozen=True)
class ScoredBlock:
    """All models on some articles.

    Attributes:
        digests: of each article's content, by id, in order of the ids.
        models: by name.
    """

    digests: dict[str, str]
    models: dict[str, ModelBlock]


class Scoring:
    """The work of scoring one task, wherever it is done."""

    def __init__(self, config: Config, task: Task) -> None:
        self._config = config
        self._task = task
        self._metrics: dict[str, Metric] = {}

    def begin(self) -> None:
        """Make the metrics."""
        self._metrics = named_metrics(self._config)

    def __call__(self, block: ToScore) -> ScoredBlock:
        """Statistics of every model that has rows, each article of the block on its own."""
        rows = {name: _by_article(lines) for name, lines in block.rows.items()}
        return self._scored(block, rows)

    def lost(self, block: ToScore, reason: str) -> ScoredBlock:
        """What stands for scores that nobody could work out: every model failed there."""
        failed = {
            name: {
                article: row.model_copy(update={"status": "error", "items": (), "error": reason})
                for article, row in _by_article(lines).items()
            }
            for name, lines in block.rows.items()
        }
        self.begin()
        return self._scored(block, failed)

    def _scored(self, block: ToScore, rows: Mapping[str, Mapping[str, Prediction]]) -> ScoredBlock:
        usable = [article for article in block.articles if self._task.references(article)]
        articles = sorted(usable, key=lambda article: article.id)
        encoders = Encoders()  # the block's references are read once for all models
        return ScoredBlock(
            {article.id: article.digest() for article in articles},
            {name: self._model(articles, own, encoders) for name, own in rows.items()},
        )

    def _model(
        self, articles: Sequence[Article], rows: Mapping[str, Prediction], encoders: Encoders
    ) -> ModelBlock:
        best, used = self._config.references == "best", tokenizers_of(self._metrics.values())
        found = readable(articles, rows, self._task, used, best=best)
        rows = found.rows
        own = [rows[article.id] for article in articles if article.id in rows]
        kept = [article for article in articles if self._counts(rows.get(article.id))]
        how = measure_best if best else measure
        items = {row.article: row.items for row in own}
        tokens_in = [row.tokens_in for row in own if row.tokens_in is not None]
        tokens_out = [row.tokens_out for row in own if row.tokens_out is not None]
        measured = Measured()
        if kept:
            measured = how(self._metrics, self._task, kept, items, encoders)
        return ModelBlock(
            articles=tuple(article.id for article in kept),
            statistics=measured.statistics,
            faults=measured.faults,
            failed=sum(row.status == "error" for row in own),
            empty=sum(row.status == "empty" for row in own),
            truncated=sum(row.truncated != "neither" for row in own),
            tokens_in=sum(tokens_in) if tokens_in else None,
            tokens_out=sum(tokens_out) if tokens_out else None,
            reason=found.reason,
            losses=found.losses,
        )

    def _counts(self, row: Prediction | None) -> bool:
        return row is not None and (row.status != "error" or self._config.on_error != "skip")


def score(plan: Plan, directory: Path, task: Task, engine: Engine) -> Iterator[ScoredBlock]:
    """Score every model on one task, block by block in the order of the data set.

    Raises:
        RunFailedError: a block or a prediction cannot be scored and ``on_error`` is ``stop``.
    """
    scoring = Scoring(plan.config, task)
    with ExitStack() as stack:
        indices = {
            entrant: stack.enter_context(
                RowIndex(prediction_file(directory, entrant.name, task.name))
            ).read()
            for entrant, of in plan.jobs
            if of == task
        }
        answers = stack.enter_context(closing(engine.map(scoring, _to_score(plan, task, indices))))
        for answer in answers:
            if isinstance(answer, Lost):
                if plan.config.on_error == "stop":
                    raise RunFailedError(f"{task.name}: scores: {answer.reason}")
                yield scoring.lost(answer.block, answer.reason)
            else:
                if plan.config.on_error == "stop":
                    _stop_at_failures(task, answer)
                yield answer


def _stop_at_failures(task: Task, block: ScoredBlock) -> None:
    reasons = {name: model.reason for name, model in block.models.items() if model.reason}
    if reasons:
        raise RunFailedError(
            f"{task.name}: {name} failed on {why}" for name, why in reasons.items()
        )


def _to_score(plan: Plan, task: Task, indices: Mapping[Entrant, RowIndex]) -> Iterator[ToScore]:
    for block in plan.dataset.blocks(plan.config.block_size):
        ids = block.ids()
        rows = {}
        for entrant, index in indices.items():
            found = index.lines(ids)
            if entrant.selects:  # rows of an earlier run may be of articles it is not made for now
                found = [
                    line if entrant.applies(article, task) else None
                    for article, line in zip(block, found, strict=True)
                ]
            rows[entrant.name] = found
        yield ToScore(block, rows)


def _by_article(lines: Sequence[bytes | None]) -> dict[str, Prediction]:
    rows = (Prediction.model_validate_json(line) for line in lines if line)
    return {row.article: row for row in rows}
