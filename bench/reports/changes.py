"""Renders the changes between two runs, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.comparison.changes import ArticleChange, Changes, ModelChanges, RunOutput
from bench.comparison.rewrites import Line, changed_words
from bench.display import count
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.terminal import printable

_SHOWN = 5  # articles shown per model
_CONTEXT = 2  # consecutive kept items that are shown; others are only counted


def view(found: Changes) -> RenderableType:
    """Each model with different items, and its articles with the largest changes."""
    limit = found.limit or _SHOWN
    parts: list[RenderableType] = [
        Text(f"{printable(found.before)} → {printable(found.now)}", "bold"),
        *(Text(printable(note), "yellow") for note in found.notes),
    ]
    for one in found.models:
        if one.rows:
            parts += ["", _heading(one), *_articles(one, limit)]
    return Group(*parts, *_unchanged(found))


def document(found: Changes) -> Document:
    """A section for each model; the flat table has a row for each item of an article."""
    record = {
        "version": 1,
        "before": found.before,
        "now": found.now,
        "models": [
            {
                "task": one.task,
                "model": one.model,
                "score": one.score,
                "articles": one.articles,
                "changed": len(one.rows),
                "mean_before": one.means[0],
                "mean_now": one.means[1],
                "changes": [_record(row) for row in one.rows[: found.limit]],
            }
            for one in found.models
        ],
        "notes": list(found.notes),
    }
    keys = ("task", "model", "article", "change", "before", "now", "score_before", "score_now")
    rows: list[tuple[Cell, ...]] = [
        (
            *(one.task, one.model, row.article, _kind(line), line.before, line.now),
            *(row.before.score, row.now.score),
        )
        for one in found.models
        for row in one.rows[: found.limit]
        for line in row.difference
    ]
    sections = tuple(_section(one, found.limit) for one in found.models)
    return Document(record, keyed(keys, rows), sections, found.notes)


def _section(one: ModelChanges, limit: int | None) -> Section:
    columns = (
        Column("article", "article", numeric=False),
        Column("before", "score_before", "z.3f"),
        Column("now", "score_now", "z.3f"),
        Column("change", "change", "+z.3f"),
        Column("items before", "before", numeric=False),
        Column("items now", "now", numeric=False),
    )
    rows = tuple(
        Row(
            (
                row.article,
                row.before.score,
                row.now.score,
                row.change,
                " / ".join(line.before for line in row.difference if line.before and not line.kept),
                " / ".join(line.now for line in row.difference if line.now and not line.kept),
            )
        )
        for row in one.rows[: limit or _SHOWN]
    )
    means = " → ".join(_number(mean) for mean in one.means)
    differing = f"{len(one.rows)} of {count(one.articles, 'article')} with different items"
    title = f"{one.model} · {one.task} · {differing} · {one.score} {means}"
    return Section(title, (Table(columns, rows),) if rows else ())


def _kind(line: Line) -> str:
    if line.kept:
        return "kept"
    if line.before is None:
        return "added"
    return "removed" if line.now is None else "rewritten"


def _record(row: ArticleChange) -> dict[str, Any]:
    difference = row.difference
    return {
        **({"note": row.note} if row.note else {}),
        "article": row.article,
        "score_before": row.before.score,
        "score_now": row.now.score,
        "change": row.change,
        "status_before": row.before.status,
        "status_now": row.now.status,
        "kept": [line.now for line in difference if line.kept],
        "rewritten": [
            {"before": line.before, "now": line.now}
            for line in difference
            if line.before is not None and line.now is not None and not line.kept
        ],
        "removed": [line.before for line in difference if line.now is None],
        "added": [line.now for line in difference if line.before is None],
    }


def _unchanged(found: Changes) -> Iterator[RenderableType]:
    """The models with unchanged items, by task."""
    whole = not any(one.rows for one in found.models)
    yield ""
    if whole:
        yield Text("no differences", "bold")
    same = [one for one in found.models if not one.rows]
    for task in dict.fromkeys(one.task for one in same):
        names = ", ".join(one.model for one in same if one.task == task)
        yield Text(f"the same items in both runs: {printable(names)} ({task})")


def _heading(one: ModelChanges) -> Text:
    means = " → ".join(_number(mean) for mean in one.means)
    counted = f"{len(one.rows)} of {count(one.articles, 'article')} with different items"
    start = (f"{printable(one.model)} · {one.task}", "bold")
    return Text.assemble(start, f" · {counted} · {printable(one.score)} {means}")


def _articles(one: ModelChanges, limit: int) -> Iterator[RenderableType]:
    for row in one.rows[:limit]:
        yield ""
        yield Text.assemble((f"  {printable(row.article)}", "bold"), "  ", _scores(row))
        yield _difference(row)
    if len(one.rows) > limit:
        left = len(one.rows) - limit
        yield ""
        articles = count(left, "more article")
        yield Text(f"  {articles}; --worst {len(one.rows)} shows all", "dim")


def _scores(row: ArticleChange) -> Text:
    text = Text(f"{_number(row.before.score)} → {_number(row.now.score)}")
    if row.change is not None:
        text.append(f"  {row.change:+z.3f}", "dim")
    return text


def _difference(row: ArticleChange) -> RichTable:
    table = RichTable.grid(padding=(0, 1, 0, 0))
    table.add_column(width=3, justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for mark, side in (("-", row.before), ("+", row.now)):
        if side.status != "ok":
            table.add_row(mark, Text(_status_of(side), "red"))
    if row.note:
        table.add_row("", Text(row.note, "yellow"))
    difference = row.difference
    if row.before.items and all(line.kept for line in difference):
        table.add_row("", Text("the same items in a different order", "yellow"))
    for kept, group in groupby(difference, key=lambda line: line.kept):
        several = list(group)
        if kept and len(several) > _CONTEXT:
            table.add_row("", Text(f"… {len(several)} kept", "dim"))
            continue
        for line in several:
            for cells in _shown(line):
                table.add_row(*cells)
    return table


def _status_of(side: RunOutput) -> str:
    return "wrote nothing" if side.status == "empty" else f"failed: {printable(side.error or '')}"


def _shown(line: Line) -> Iterator[tuple[Text, Text]]:
    """The old and the new line, with the changed words highlighted."""
    before, now = (None if side is None else printable(side) for side in (line.before, line.now))
    if now is not None and line.kept:
        yield Text(" "), Text(now, "dim")
        return
    old, new = [(before or "", False)], [(now or "", False)]
    if before is not None and now is not None:
        old, new = changed_words(before, now)
    if before is not None:
        yield Text("-", "red"), _pieces(old, "red")
    if now is not None:
        yield Text("+", "green"), _pieces(new, "green")


def _pieces(pieces: list[tuple[str, bool]], style: str) -> Text:
    return Text.assemble(
        *((text, f"bold reverse {style}" if set_off else style) for text, set_off in pieces)
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:z.3f}"
