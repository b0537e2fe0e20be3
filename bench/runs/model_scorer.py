"""Scores one model on a batch of articles, whatever it wrote.

A prediction that cannot be scored fails alone: other articles and other models are not affected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from bench.article import Article
from bench.errors import DataError
from bench.metrics import Encoders, Metric
from bench.runs.averaging import averaged, samples_in
from bench.runs.config import Config
from bench.runs.measure import Measured, measure, measure_best
from bench.runs.model_scores import Lines, ModelScores, joined
from bench.runs.predictions import Prediction
from bench.runs.readable import readable, tokenizers_of
from bench.tasks import Task


class ModelScorer:
    """Scores the predictions of models for a task.

    Args:
        config: of the run.
        task: the task.
        metrics: by name.
    """

    def __init__(self, config: Config, task: Task, metrics: Mapping[str, Metric]) -> None:
        self._config = config
        self._task = task
        self._metrics = metrics
        self._tokenizers = tokenizers_of(metrics.values())

    def score(self, articles: Sequence[Article], lines: Lines, encoders: Encoders) -> ModelScores:
        """Score all articles at once; if that fails, each article alone.

        Samples of an article are scored one by one and averaged.

        Args:
            articles: in order of their ids.
            lines: the model's rows.
            encoders: shared by all models.
        """
        parts = [self._score(articles, one, encoders) for one in samples_in(lines)]
        return averaged(parts, self._metrics)

    def _score(self, articles: Sequence[Article], lines: Lines, encoders: Encoders) -> ModelScores:
        with suppress(Exception):  # a prediction must not affect other models
            return self._scored(articles, self._rows(lines), encoders)
        return joined([self._alone(article, lines.get(article.id)) for article in articles])

    def failed(self, articles: Sequence[Article], lines: Lines, reason: str) -> ModelScores:
        """The scores of a model whose scoring killed workers: it failed on the articles."""
        parts = [
            joined([self._failed(article, one.get(article.id), reason) for article in articles])
            for one in samples_in(lines)
        ]
        return averaged(parts, self._metrics)

    def _alone(self, article: Article, line: bytes | None) -> ModelScores:
        try:
            return self._scored([article], self._rows({article.id: line}), Encoders())
        except MemoryError:
            reason = "out of memory while it was scored"
        except DataError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - as above
            reason = f"{type(error).__name__} while it was scored: {error}"
        return self._failed(article, line, reason)

    def _failed(self, article: Article, line: bytes | None, reason: str) -> ModelScores:
        if line is None:
            return self._scored([article], {}, Encoders())
        update = {"status": "error", "items": (), "raw": None, "error": reason}
        try:
            row = Prediction.model_validate_json(line).model_copy(update=update)
        except Exception:  # noqa: BLE001 - a row that is too large to be read
            row = Prediction.model_validate({"article": article.id, "key": "", **update})
        scores = self._scored([article], {article.id: row}, Encoders())
        return replace(scores, reason=f"{article.id!r} for one: {reason}")

    def _rows(self, lines: Lines) -> dict[str, Prediction]:
        """The rows, with no more items in memory than are scored."""
        most = self._config.max_items
        found = {}
        for line in filter(None, lines.values()):
            row = Prediction.model_validate_json(line)
            # One more than is scored, so that the cut can be detected.
            kept = {"items": row.items[: most + 1], "raw": None}
            found[row.article] = row.model_copy(update=kept)
        return found

    def _scored(
        self, articles: Sequence[Article], rows: Mapping[str, Prediction], encoders: Encoders
    ) -> ModelScores:
        most, best = self._config.max_items, self._config.references == "best"
        cut = {article for article, row in rows.items() if len(row.items) > most}
        rows = {
            article: row.model_copy(update={"items": row.items[:most]}) if article in cut else row
            for article, row in rows.items()
        }
        found = readable(articles, rows, self._task, self._tokenizers, best=best)
        own = [found.rows[article.id] for article in articles if article.id in found.rows]
        kept = [article for article in articles if self._counts(found.rows.get(article.id))]
        items = {row.article: row.items for row in own}
        tokens_in = [row.tokens_in for row in own if row.tokens_in is not None]
        tokens_out = [row.tokens_out for row in own if row.tokens_out is not None]
        times = [row.seconds for row in own if row.tokens_out is not None]
        timed = [seconds for seconds in times if seconds is not None]
        how = measure_best if best else measure
        measured = Measured()
        if kept:
            measured = how(self._metrics, self._task, kept, items, encoders)
        return ModelScores(
            articles=tuple(article.id for article in kept),
            statistics=measured.statistics,
            faults=measured.faults,
            failed=sum(row.status == "error" for row in own),
            empty=sum(row.status == "empty" for row in own),
            truncated=sum(row.truncated != "neither" for row in own),
            truncated_input=sum(row.truncated in ("input", "both") for row in own),
            truncated_output=sum(row.truncated in ("output", "both") for row in own),
            seconds=sum(timed) if timed and len(timed) == len(times) else None,
            cut=sum(row.article in cut and row.status != "error" for row in own),
            tokens_in=sum(tokens_in) if tokens_in else None,
            tokens_out=sum(tokens_out) if tokens_out else None,
            reason=found.reason,
            losses=found.losses,
            outputs=len(own),
        )

    def _counts(self, row: Prediction | None) -> bool:
        return row is not None and (row.status != "error" or self._config.on_error != "skip")
