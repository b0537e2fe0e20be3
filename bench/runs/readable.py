"""Rejects predictions that the tokenizers of a run cannot read well enough to score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from bench.article import Article
from bench.metrics import Metric
from bench.metrics.base import own_tokenizer
from bench.runs.predictions import Prediction
from bench.tasks import Task
from bench.text.scripts import REMEDY, Losses, false_match, loss_of


@dataclass(frozen=True)
class Readable:
    """The rows of one model for some articles.

    Attributes:
        rows: by article; rows that cannot be read are failures.
        reason: why the first of these cannot be read, with its article.
        losses: the letters that are dropped from the others.
    """

    rows: Mapping[str, Prediction]
    reason: str | None = None
    losses: Losses = field(default_factory=Losses)


def tokenizers_of(metrics: Iterable[Metric]) -> frozenset[str]:
    """The tokenizers of the metrics."""
    own = (getattr(metric, "tokenizers", own_tokenizer(metric)) for metric in metrics)
    return frozenset[str]().union(*own)


def readable(
    articles: Sequence[Article],
    rows: Mapping[str, Prediction],
    task: Task,
    tokenizers: Set[str],
    *,
    best: bool = False,
) -> Readable:
    """Replace rows that would get a meaningless score by failures.

    Args:
        articles: the articles.
        rows: the rows by article.
        task: the task.
        tokenizers: the tokenizers of the metrics.
        best: whether second lists are references, too.
    """
    kept, reason, losses, clean = dict(rows), None, Losses(), 0
    for article in articles:
        row = rows.get(article.id)
        if row is None or row.status == "error":
            continue
        loss = loss_of(row.items, tokenizers)
        why = f"{loss}; {loss.remedy}" if loss and loss.is_most else None
        why = why or _mistaken(article, row, task, tokenizers, best)
        if why:
            failed = {"status": "error", "items": (), "error": why}
            kept[article.id] = row.model_copy(update=failed)
            reason = reason or f"{article.id!r} for one: {why}"
        elif loss is None:
            clean += 1
        else:
            losses += Losses.of(loss, f"article {article.id!r}, {task.name}", article.language)
    return Readable(kept, reason, losses + Losses(clean))


def _mistaken(
    article: Article, row: Prediction, task: Task, tokenizers: Set[str], best: bool
) -> str | None:
    """Why a prediction would wrongly count as equal to a reference; None if it would not."""
    for references in (task.references(article), *(task.alternatives(article) if best else ())):
        found = false_match(row.items, references, tokenizers)
        if found:
            return (
                f"{found[0][:60]!r} and the reference {found[1][:60]!r} differ only in letters that"
                f" the tokenizer 'rouge-score' drops, so that they would count as equal; {REMEDY}"
            )
    return None
