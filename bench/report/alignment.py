"""What a model wrote for one article, beside what the page says: matched, missed, extra."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.article import Article
from bench.metrics.sets import Alignment, align, reaches
from bench.metrics.similarity import RougeLSimilarity
from bench.report.excerpt import excerpt
from bench.report.terminal import printable
from bench.runs.finished import FinishedRun
from bench.tasks import Task, task_named

_CLOSE = 0.5  # similarity from which a match covers its reference item, as in coverage@0.5


@dataclass(frozen=True)
class WrittenItems:
    """What a model wrote for an article; ``error`` says why not, and then there is no alignment."""

    model: str
    task: Task
    article: Article
    items: tuple[str, ...] = ()
    alignment: Alignment | None = None
    error: str = ""
    note: str = ""
    """What of a very long prediction is not shown."""


def written(
    run: FinishedRun, model: str, task_name: str, articles: Sequence[Article]
) -> Iterator[WrittenItems]:
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
            yield WrittenItems(model, task, article, error=reason or "no reason is stored")
        else:
            shown = excerpt(row.items, config.max_items)
            alignment = align(shown.items, task.references(article), similarity)
            yield WrittenItems(model, task, article, shown.items, alignment, note=shown.note)


def written_view(one: WrittenItems) -> RenderableType:
    """The article's title and the alignment, or why there is none."""
    title = printable(one.article.title or one.article.id)
    heading = Text(f"{printable(one.model)} · {one.task.name} · {title}", "bold")
    if one.alignment is None:
        return Group(heading, "", Text(f"failed: {printable(one.error)}", "red"))
    references = one.task.references(one.article)
    note: list[RenderableType] = [Text(one.note, "yellow"), ""] if one.note else []
    view = alignment_view(one.items, references, one.alignment, one.task.noun)
    return Group(heading, "", *note, view)


def to_record(one: WrittenItems) -> dict[str, Any]:
    """The same as data: of each reference item the place of its match, counted from 0."""
    record: dict[str, Any] = {"references": list(one.task.references(one.article))}
    if one.alignment is None:
        return {**record, "error": one.error}
    matches = (match or (None, None) for match in one.alignment.matches)
    repeats = one.alignment.repeats.items()
    return {
        **record,
        **({"note": one.note} if one.note else {}),
        "items": list(one.items),
        "matches": [{"item": item, "similarity": similarity} for item, similarity in matches],
        "extra": list(one.alignment.extra),
        "repeats": [{"item": i, "of": of, "similarity": s} for i, (of, s) in repeats],
    }


def alignment_view(
    predictions: Sequence[str], references: Sequence[str], alignment: Alignment, noun: str
) -> RenderableType:
    """Every reference item with its match and their similarity; then what was left over."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, (reference, match) in enumerate(zip(references, alignment.matches, strict=True), 1):
        table.add_row("", f"page {number}", Text(printable(reference), "bold"))
        if match is None:
            table.add_row("", "", Text("missed: nothing that is like it was left", "red"))
        else:
            index, similarity = match
            written = _written(predictions, index, alignment)
            close = reaches(similarity, _CLOSE)
            style, mark = ("green", "matched") if close else ("yellow", "weak")
            table.add_row(Text(f"{similarity:.2f}", style), Text(mark, style), written)
    for index in alignment.extra:
        table.add_row("", Text("extra", "magenta"), _written(predictions, index, alignment))
    return Group(table, "", _summary(references, alignment, noun))


def _written(predictions: Sequence[str], index: int, alignment: Alignment) -> Text:
    text = Text(f"{index + 1}. {printable(predictions[index])}")
    if index in alignment.repeats:
        earlier, similarity = alignment.repeats[index]
        text.append(f"  [repeats {earlier + 1}, {similarity:.2f}]", "magenta")
    return text


def _summary(references: Sequence[str], alignment: Alignment, noun: str) -> Text:
    similarities = [match[1] for match in alignment.matches if match]
    close = sum(reaches(similarity, _CLOSE) for similarity in similarities)
    weak = len(similarities) - close
    parts = (
        f"{len(references)} {noun}s on the page: {close} matched (similarity >= {_CLOSE:g})",
        f"{weak} weakly",
        f"{len(references) - close - weak} missed",
        f"{len(alignment.extra)} extra",
        f"{len(alignment.repeats)} repeated",
    )
    return Text(", ".join(parts))
