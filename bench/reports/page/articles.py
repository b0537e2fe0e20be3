"""The article pages: texts, references, and what each model wrote, aligned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.article import Article
from bench.comparison.combined import CombinedRuns
from bench.comparison.compared_models import ComparedModel
from bench.metrics.alignment import Alignment, align_matrices
from bench.metrics.base import Block, Encoders, FloatArray
from bench.metrics.sets import reaches
from bench.reports.page.judges import item_ratings
from bench.reports.page.matched_words import MatchedWords
from bench.runs.excerpt import excerpt
from bench.runs.judges.shown import ItemRating, ratings_of
from bench.runs.leaderboard import ordered, ranked
from bench.runs.predictions import Prediction
from bench.runs.raw_text import RawText, raw_text
from bench.runs.run_similarity import RunSimilarity, run_similarity
from bench.tasks import Task, task_named
from bench.text.tokens import TokenizerName

BLOCK = 50
"""Articles that the browser unpacks at a time."""

CLOSE = 0.5
"""Minimum similarity of a match that covers its reference item, as in coverage@0.5."""
Record = dict[str, Any]
_KINDS = (
    *("status", "error", "truncated", "seconds", "tokens", "note"),
    *("items", "matches", "marks", "repeats", "groups", "matrix", "words", "raw", "rawNote"),
    "ratings",
)


@dataclass(frozen=True)
class _ModelOnTask:
    """A model on a task: the similarities that its run used, and its predictions by article."""

    task: Task
    coding: tuple[TokenizerName, bool]
    similarity: RunSimilarity
    rows: Mapping[str, Prediction]
    notes: Mapping[str, str]
    raw: Mapping[str, RawText]
    ratings: Mapping[str, tuple[ItemRating, ...]]


class ArticlePages:
    """Data of the article pages, in blocks of articles.

    Args:
        combined: the runs.
        articles: the articles with a page.
    """

    def __init__(self, combined: CombinedRuns, articles: Sequence[Article]) -> None:
        self._articles = articles
        wanted = {article.id for article in articles}
        self._tasks = [
            (
                task_named(name),
                [
                    self._writer(combined.compared_models[label], name, wanted)
                    for label, _ in ranked(combined.results, name)
                ],
            )
            for name, _ in ordered(combined.results)
        ]

    def _writer(self, compared_model: ComparedModel, task: str, wanted: set[str]) -> _ModelOnTask:
        config = compared_model.run.record.config
        several = compared_model.run.results.tasks[task].models[compared_model.name].samples > 1
        rows, notes, raw = {}, {}, {}
        for row in compared_model.run.rows(task, compared_model.name):
            if row.article in wanted and row.sample == 0:
                shown = excerpt(row.items, config.max_items)
                rows[row.article] = row.model_copy(update={"items": shown.items, "raw": None})
                first = "the first of several samples" if several else ""
                notes[row.article] = "; ".join(filter(None, (shown.note, first)))
                if row.raw is not None:
                    raw[row.article] = raw_text(row.raw, row.items[: config.max_items])
        rated = ratings_of(compared_model.run, task, compared_model.name, list(rows))
        ratings = {article: own for (article, sample), own in rated.items() if sample == 0}
        coding = (config.tokenizer, config.stemmer)
        similarity = run_similarity(compared_model.run, task)
        return _ModelOnTask(task_named(task), coding, similarity, rows, notes, raw, ratings)

    def blocks(self) -> Iterator[tuple[int, Record]]:
        """Yield the number of articles, at most ``BLOCK``, with the data of their pages."""
        for start in range(0, len(self._articles), BLOCK):
            part = self._articles[start : start + BLOCK]
            yield len(part), self._block(part)

    def _block(self, articles: Sequence[Article]) -> Record:
        """Data of some articles and their predictions, grouped by kind for better compression.

        ``written[kind][article][task][model]``, tasks and models in the order of the overview.
        """
        encoders = Encoders()
        columns = [
            [_written(writer, articles, encoders) for writer in writers]
            for _, writers in self._tasks
        ]
        return {
            "articles": [
                {
                    "text": article.text,
                    "source": article.source,
                    "license": article.license,
                    "references": [list(task.references(article)) for task, _ in self._tasks],
                    "others": [len(task.alternatives(article)) for task, _ in self._tasks],
                }
                for article in articles
            ],
            "written": {
                kind: [
                    [[(column[row] or {}).get(kind) for column in models] for models in columns]
                    for row in range(len(articles))
                ]
                for kind in _KINDS
            },
        }


def _written(
    writer: _ModelOnTask, articles: Sequence[Article], encoders: Encoders
) -> list[Record | None]:
    """The predictions of one model for each article; None where it has none."""
    tokenizer, stemmer = writer.coding
    rows = [writer.rows.get(article.id) for article in articles]
    block = Block(
        predictions=[row.items if row else () for row in rows],
        references=[writer.task.references(article) for article in articles],
        encoders=encoders,
    )
    matrices = writer.similarity.alike.matrices(block)
    inside = writer.similarity.repeated.matrices(block, inside=True)
    predicted = block.encoded("predictions", tokenizer, stemmer)
    wanted = block.encoded("references", tokenizer, stemmer)
    words = MatchedWords(tokenizer)
    records: list[Record | None] = []
    for number, row in enumerate(rows):
        if row is None:
            records.append(None)
            continue
        alignment = align_matrices(matrices[number], inside[number])
        spans = [
            words.spans(
                (block.references[number][reference], row.items[match[0]]),
                (wanted[number][reference], predicted[number][match[0]]),
            )
            if match and match[1]
            else None
            for reference, match in enumerate(alignment.matches)
        ]
        note = writer.notes[row.article]
        record = _record(row, matrices[number], alignment, spans, note)
        ratings = writer.ratings.get(row.article)
        rated = {"ratings": item_ratings(ratings)} if ratings else {}
        records.append(record | _raw(writer.raw.get(row.article)) | rated)
    return records


def _record(
    row: Prediction, matrix: FloatArray, alignment: Alignment, spans: Sequence[Any], note: str
) -> Record:
    """One prediction as the page's script reads it.

    ``matrix`` has a row per item with one character per similarity, whose code is 40 plus the
    hundredths; ``matches`` has the index of the match of each reference item, or -1, and ``marks``
    whether the match is close (2), weak (1) or missing (0); ``repeats`` has an item, the earlier
    one and their similarity; ``groups`` has the items that say the same.
    """
    record: Record = {"status": row.status}
    optional = {
        "error": row.error,
        "truncated": None if row.truncated == "neither" else row.truncated,
        "seconds": row.seconds,
        "tokens": row.tokens_out,
        "note": note or None,
    }
    record |= {key: value for key, value in optional.items() if value is not None}
    if row.items:
        record |= {
            "items": list(row.items),
            "matrix": (np.rint(100 * matrix).astype(np.uint8) + 40).tobytes().decode("latin-1"),
            "matches": [-1 if match is None else match[0] for match in alignment.matches],
            "marks": [0 if m is None else _mark(m[1]) for m in alignment.matches],
            "repeats": [
                [item, of, round(100 * similarity)]
                for item, (of, similarity) in alignment.repeats.items()
            ],
            "groups": alignment.groups,
            "words": spans,
        }
    return record


def _raw(raw: RawText | None) -> Record:
    """The parts of a raw text, each with the index of its item, or -1 where it was dropped."""
    if raw is None or not raw.text:
        return {}
    parts = [[part.text, -1 if part.item is None else part.item] for part in raw.segments]
    return {"raw": parts, **({"rawNote": raw.note} if raw.note else {})}


def _mark(similarity: float) -> int:
    return 2 if reaches(similarity, CLOSE) else 1 if similarity > 0 else 0
