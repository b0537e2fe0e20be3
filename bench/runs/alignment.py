"""What a model wrote for an article, matched with what the page says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.display import Displayed
from bench.metrics.sets import Alignment, align
from bench.metrics.similarity import RougeLSimilarity
from bench.runs.excerpt import excerpt
from bench.runs.finished import FinishedRun
from bench.tasks import Task, task_named


@dataclass(frozen=True)
class AlignedItems:
    """What a model wrote for an article; ``error`` says why not, and then there is no alignment."""

    model: str
    task: Task
    article: Article
    items: tuple[str, ...] = ()
    alignment: Alignment | None = None
    error: str = ""
    note: str = ""
    """What of a very long prediction is not shown."""


@dataclass(frozen=True, repr=False)
class Alignments(Displayed):
    """What a model wrote for one or more articles, each matched with the references."""

    articles: tuple[AlignedItems, ...]

    def __repr__(self) -> str:
        shown = ", ".join(f"{one.model} on {one.article.id!r}" for one in self.articles[:3])
        more = f" and {len(self.articles) - 3} more" if len(self.articles) > 3 else ""
        return f"<Alignments: {shown}{more}; print() shows them>"


def written(
    run: FinishedRun, model: str, task_name: str, articles: Sequence[Article]
) -> Iterator[AlignedItems]:
    """What a model wrote for each of the articles, matched by the run's own tokens."""
    task, config = task_named(task_name), run.record.config
    similarity = RougeLSimilarity(tokenizer=config.tokenizer, stemmer=config.stemmer)
    wanted = {article.id for article in articles}
    found = run.rows(task_name, model)
    rows = {row.article: row for row in found if row.article in wanted}
    for article in articles:
        row = rows.get(article.id)
        if row is None or row.status == "error":
            reason = (row.error or "") if row else "no prediction is stored"
            yield AlignedItems(model, task, article, error=reason or "no reason is stored")
        else:
            shown = excerpt(row.items, config.max_items)
            alignment = align(shown.items, task.references(article), similarity)
            yield AlignedItems(model, task, article, shown.items, alignment, note=shown.note)
