"""Renders the articles with the worst scores, and the distribution of scores."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.display import count
from bench.reports import alignment
from bench.reports.bars import Axis
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.fitting import Fitted, room_beside
from bench.reports.terminal import printable
from bench.runs.alignment import Alignments
from bench.runs.worst import Worst, WorstArticle, WorstArticles, models_of

_BAR = 12  # columns of a bar
_SPREAD = 20  # columns of a distribution
_LONGEST = 40  # columns of an id or name before it is folded
_SHORTEST = 12  # minimum columns of a title


@dataclass(frozen=True)
class _TextColumn:
    heading: str
    cells: list[Text]
    right: bool = False
    width: int | None = None
    """The width at which it is folded; None if it is not."""


def view(result: WorstArticles) -> RenderableType:
    """For each task the worst articles, the distribution of scores, and the alignments."""
    parts: list[RenderableType] = []
    for found in result.tasks:
        parts += [_task_view(found), ""]
        if found.task in result.alignments:
            parts.append(alignment.view(result.alignments[found.task]))
    return Group(*parts)


def document(result: WorstArticles) -> Document:
    """A section for each task; the flat table has a row for each task, article and model."""
    record = {
        "version": 1,
        "tasks": {found.task: _record(found, result.alignments) for found in result.tasks},
    }
    keys = ("task", "score", "rank", "article", "title", "mean", "model", "value", "state")
    rows: list[tuple[Cell, ...]] = [
        (f.task, f.score, rank, row.article, row.title, row.score, n, value, row.states.get(n))
        for f in result.tasks
        for rank, row in enumerate(f.rows, 1)
        for n, value in row.scores.items()
    ]
    sections = tuple(Section(title_of(found), (worst_table(found),)) for found in result.tasks)
    return Document(record, keyed(keys, rows), sections)


def worst_table(found: Worst) -> Table:
    """One row per article, with one model and the best other, or with every model."""
    heads = [Column("rank", "rank"), Column("article", "article", numeric=False)]
    heads += [Column("title", "title", numeric=False)]
    if found.model:
        heads += [
            Column(found.score, "score", "z.3f"),
            Column("state", "state", numeric=False),
            Column("best other", "best_other", numeric=False),
            Column("its score", "best_other_score", "z.3f"),
        ]
    else:
        heads += [Column("mean", "mean", "z.3f"), *(Column(n, n, "z.3f") for n in models_of(found))]
    rows = []
    for rank, row in enumerate(found.rows, 1):
        cells: list[Cell] = [rank, row.article, row.title, row.score]
        if found.model:
            other = row.best_other(found.model, higher_is_better=found.higher_is_better)
            cells += [row.states.get(found.model, ""), *(other or (None, None))]
        else:
            cells += [row.scores[n] for n in models_of(found)]
        rows.append(Row(tuple(cells)))
    return Table(tuple(heads), tuple(rows))


def title_of(found: Worst) -> str:
    """The title of the table."""
    whose = f"where {found.model} is worst" if found.model else "worst on average"
    better = "higher" if found.higher_is_better else "lower"
    shown = f"{len(found.rows)} of {count(found.articles, 'article')} {whose}"
    return f"{found.task} · {shown} · {found.score} ({better} is better)"


def _record(found: Worst, alignments: Mapping[str, Alignments]) -> dict[str, Any]:
    aligned = alignments.get(found.task)
    records: dict[str, dict[str, Any]] = {}  # of each article that of its first sample
    for one in aligned.articles if aligned else ():
        records.setdefault(one.article.id, alignment.record(one))
    return {
        "score": found.score,
        "higher_is_better": found.higher_is_better,
        "model": found.model,
        "articles": found.articles,
        "unscored": dict(found.unscored),
        "worst": [
            {
                "article": row.article,
                "title": row.title,
                "score": row.score,
                "scores": dict(row.scores),
                "states": dict(row.states),
                **({"alignment": records[row.article]} if row.article in records else {}),
            }
            for row in found.rows
        ],
    }


def _task_view(found: Worst) -> RenderableType:
    task, *rest = title_of(found).split(" · ")
    return Group(
        Text.assemble((task, "bold"), " · ", printable(" · ".join(rest))),
        Fitted(lambda console, options: [_articles(found, console, options)]),
        "",
        Fitted(lambda _, options: [_spread(found, options)]),
        *_remarks(found),
    )


def _articles(found: Worst, console: Console, options: ConsoleOptions) -> RichTable:
    """As many columns, and as much of the titles, as fit."""
    for named, drawn in ((True, True), (False, True), (False, False)):
        columns = list(_columns(found, options, named=named, drawn=drawn and options.is_terminal))
        if room_beside(_table(columns), console, options) >= 0:
            break
    room = room_beside(_table(columns), console, options) - 2
    if room >= _SHORTEST and any(row.title for row in found.rows):
        titles = [Text(printable(row.title)) for row in found.rows]
        for title in titles:
            title.truncate(room, overflow="ellipsis")
        columns.insert(2, _TextColumn("title", titles))
    return _table(columns)


def _columns(
    found: Worst, options: ConsoleOptions, *, named: bool, drawn: bool
) -> Iterator[_TextColumn]:
    """All columns but the titles; models by name or number, with or without bars."""
    rows = found.rows
    yield _TextColumn("#", [Text(str(rank)) for rank in range(1, len(rows) + 1)], right=True)
    yield _TextColumn("article", [Text(printable(row.article)) for row in rows], width=_LONGEST)
    yield _TextColumn(
        "score" if found.model else "mean", [_own(found, row) for row in rows], right=True
    )
    if drawn:
        axis = _axis(found, _BAR, options)
        yield _TextColumn(axis.ends, [Text(axis.bar(row.score), "cyan") for row in rows])
    if found.model:
        yield _TextColumn("best other", [_other(found, row) for row in rows], width=_LONGEST)
        return
    for number, name in enumerate(models_of(found), 1):
        heading = printable(name) if named else f"({number})"
        yield _TextColumn(heading, [_score(row, name) for row in rows], right=True)


def _own(found: Worst, row: WorstArticle) -> Text:
    state = row.states.get(found.model or "")
    return Text.assemble((f"{state} " if state else "", "red"), f"{row.score:z.3f}")


def _other(found: Worst, row: WorstArticle) -> Text:
    other = row.best_other(found.model or "", higher_is_better=found.higher_is_better)
    return Text(f"{other[1]:z.3f} {printable(other[0])}" if other else "–")


def _score(row: WorstArticle, model: str) -> Text:
    value, state = row.scores[model], row.states.get(model)
    if state:
        return Text(state, "red")
    return Text("–" if value is None else f"{value:z.3f}")


def _spread(found: Worst, options: ConsoleOptions) -> RichTable:
    """The distribution of scores on a common axis for all models."""
    models = models_of(found)
    values = [found.values[name] for name in models]
    axis = _axis(found, _SPREAD, options)
    columns = [
        _TextColumn("", [Text(f"({number})") for number in range(1, len(models) + 1)], right=True),
        _TextColumn("model", [Text(printable(name)) for name in models], width=_LONGEST),
        _TextColumn(axis.ends, [Text(axis.distribution(of), "cyan") for of in values]),
    ]
    for heading, take in (("lowest", min), ("median", statistics.median), ("highest", max)):
        columns.append(
            _TextColumn(heading, [Text(f"{take(of):z.3f}") for of in values], right=True)
        )
    return _table(
        [*columns, _TextColumn("articles", [Text(str(len(of))) for of in values], right=True)]
    )


def _axis(found: Worst, width: int, options: ConsoleOptions) -> Axis:
    every = (value for values in found.values.values() for value in values)
    return Axis.over([0.0, *every], width, ascii_only=options.ascii_only)


def _table(columns: list[_TextColumn]) -> RichTable:
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(
            Text(column.heading),
            justify="right" if column.right else "left",
            no_wrap=column.width is None,
            max_width=column.width,
            overflow="fold",
        )
    for cells in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*cells)
    return table


def _remarks(found: Worst) -> Iterator[Text]:
    for name, number in sorted(found.unscored.items()):
        articles = count(number, "article")
        yield Text(printable(f"{name}: {articles} without {found.score}, not included."), "red")
