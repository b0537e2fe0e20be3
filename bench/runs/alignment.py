"""Matches what a model wrote for an article with the references."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.article import Article
from bench.display import Displayed
from bench.metrics.alignment import Alignment
from bench.models.base import Truncated
from bench.runs.excerpt import excerpt
from bench.runs.finished import FinishedRun
from bench.runs.judges.shown import ItemRating, ratings_of
from bench.runs.predictions import Prediction
from bench.runs.raw_text import RawText, raw_text
from bench.runs.run_similarity import ROUGE_L, run_similarity
from bench.runs.sample_curve import SampleCurve
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
    sample: int = 0
    samples: int = 1
    """The number of the sample, from 0 on, and how many the article has."""
    truncated: Truncated = "neither"
    raw: RawText | None = None
    """The raw text; None if the model returns items, not text."""
    similarity: str = ROUGE_L
    """How items were compared: ``ROUGE-L``, or the similarity of the primary score (``embed``)."""
    ratings: tuple[ItemRating, ...] = ()
    """What people and raters said of the items."""


@dataclass(frozen=True, repr=False)
class Alignments(Displayed):
    """The aligned items of one or more articles."""

    articles: tuple[AlignedItems, ...]
    """An element for each sample of an article."""
    curves: tuple[SampleCurve, ...] = ()
    """The best and worst of several samples of the model, by the primary score of each task."""
    with_raw: bool = False
    """Whether the raw text is shown beside the items."""

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.model} on {one.article.id!r}" for one in self.articles[:3])
        more = f" and {len(self.articles) - 3} more" if len(self.articles) > 3 else ""
        return f"<Alignments: {shown}{more}; print() shows them>"


def aligned_items(
    run: FinishedRun, model: str, task_name: str, articles: Sequence[Article]
) -> Iterator[AlignedItems]:
    """Align each sample that a model wrote for each of the articles, as the run compares items."""
    task, config = task_named(task_name), run.record.config
    similarity = run_similarity(run, task_name)
    wanted = {article.id for article in articles}
    rows: dict[str, list[Prediction]] = {article.id: [] for article in articles}
    for row in run.rows(task_name, model):
        if row.article in wanted:
            rows[row.article].append(row)
    ratings = ratings_of(run, task_name, model, list(wanted))
    for article in articles:
        own = {row.sample: row for row in rows[article.id]}  # the last row of each
        if not own:
            yield AlignedItems(model, task, article, error="no prediction is stored")
        for row in sorted(own.values(), key=lambda row: row.sample):
            one = AlignedItems(model, task, article, sample=row.sample, samples=len(own))
            one = replace(one, raw=_raw(row, config.max_items))
            if row.status == "error":
                yield replace(one, error=row.error or "no reason is stored")
                continue
            shown = excerpt(row.items, config.max_items)
            yield replace(
                one,
                items=shown.items,
                alignment=similarity.align(shown.items, task.references(article)),
                note="; ".join(filter(None, (shown.note, similarity.note))),
                similarity=similarity.name,
                truncated=row.truncated,
                ratings=ratings.get((article.id, row.sample), ()),
            )


def _raw(row: Prediction, most: int) -> RawText | None:
    return None if row.raw is None else raw_text(row.raw, row.items[:most])
