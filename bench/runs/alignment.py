"""Matches what a model wrote for an article with the references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.display import Displayed
from bench.metrics.sets import Alignment, align
from bench.metrics.similarity import RougeLSimilarity
from bench.models.base import Truncated
from bench.runs.excerpt import excerpt
from bench.runs.finished import FinishedRun
from bench.runs.predictions import Prediction
from bench.runs.raw_text import RawText, raw_text
from bench.tasks import Task, task_named


@dataclass(frozen=True)
class AlignedItems:
    """The items of a model for an article, aligned with the references, or an ``error``."""

    model: str
    task: Task
    article: Article
    items: tuple[str, ...] = ()
    alignment: Alignment | None = None
    error: str = ""
    note: str = ""
    """The part of a very long prediction that is not shown."""
    truncated: Truncated = "neither"
    raw: RawText | None = None
    """The raw text; None if the model returns items, not text."""


@dataclass(frozen=True, repr=False)
class Alignments(Displayed):
    """The aligned items of one or more articles."""

    articles: tuple[AlignedItems, ...]
    with_raw: bool = False
    """Whether the raw text is shown beside the items."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.model} on {one.article.id!r}" for one in self.articles[:3])
        more = f" and {len(self.articles) - 3} more" if len(self.articles) > 3 else ""
        return f"<Alignments: {shown}{more}; print() shows them>"


def aligned_items(
    run: FinishedRun, model: str, task_name: str, articles: Sequence[Article]
) -> Iterator[AlignedItems]:
    """Align what a model wrote for each of the articles, with the tokenizer of the run."""
    task, config = task_named(task_name), run.record.config
    similarity = RougeLSimilarity(tokenizer=config.tokenizer, stemmer=config.stemmer)
    wanted = {article.id for article in articles}
    found = run.rows(task_name, model)
    rows = {row.article: row for row in found if row.article in wanted}
    for article in articles:
        row = rows.get(article.id)
        if row is None or row.status == "error":
            reason = (row.error or "") if row else "no prediction is stored"
            raw = _raw(row, config.max_items)
            yield AlignedItems(model, task, article, error=reason or "no reason is stored", raw=raw)
        else:
            shown = excerpt(row.items, config.max_items)
            alignment = align(shown.items, task.references(article), similarity)
            yield AlignedItems(
                model,
                task,
                article,
                shown.items,
                alignment,
                note=shown.note,
                truncated=row.truncated,
                raw=_raw(row, config.max_items),
            )


def _raw(row: Prediction | None, most: int) -> RawText | None:
    return None if row is None or row.raw is None else raw_text(row.raw, row.items[:most])
