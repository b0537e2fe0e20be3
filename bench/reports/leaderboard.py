"""Renders leaderboards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.agreement.known import known_line
from bench.display import count
from bench.reports import judges
from bench.reports.bars import Axis
from bench.reports.clusters import articles_in_clusters
from bench.reports.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Named,
    Row,
    Section,
    Table,
    keyed,
)
from bench.reports.fitting import Fitted, room_beside
from bench.reports.remarks import remarks
from bench.reports.terminal import printable
from bench.runs.leaderboard import Leaderboard, best_of, columns_of, ordered, ranked
from bench.runs.results import ModelResult, Results, Score
from bench.tasks import task_named

_WIDEST, _NARROWEST = 24, 10  # columns of a bar
_STYLE = {"model": "", "floor": "dim", "ceiling": "dim italic"}


def view(leaderboard: Leaderboard) -> RenderableType:
    """One table for each task, with remarks below each."""
    results = leaderboard.results
    parts: list[RenderableType] = []
    for task, result in ordered(results):
        parts += [
            title(results, task),
            Fitted(partial(_board, results, task)),
            *remarks(results, result),
            *(Text(printable(line), "dim") for line in _known(results, task)),
            *judges.view([found for found in leaderboard.judges if found.task == task]),
            "",
        ]
    return Group(*parts[:-1])


def document(leaderboard: Leaderboard) -> Document:
    """A section for each task; the flat table has a row for each score, at full precision.

    The JSON is the text of ``results.json``, with ``tokens_per_second`` where it is known, and
    ``judges`` if there are any.
    """
    results = leaderboard.results
    keys = (
        *("task", "model", "role", "articles", "failed", "score"),
        *("mean", "low", "high", "position", "best_rank", "worst_rank"),
    )
    rows: list[tuple[Cell, ...]] = []
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            for score, s in model.scores.items():
                rank = leaderboard.ranks.get((task, score), {}).get(name)
                bounds = (rank.best, rank.worst) if rank else (None, None)
                articles = s.n or model.articles
                what = (task, name, model.role, articles, model.failed, score)
                rows.append((*what, s.mean, s.low, s.high, s.position, *bounds))
    sections = (
        *(_section(leaderboard, task) for task, _ in ordered(results)),
        *judges.sections(leaderboard.judges),
    )
    return Document(_json_text(leaderboard), keyed(keys, rows), sections)


def _json_text(leaderboard: Leaderboard) -> str:
    """The text of ``results.json``, with what is known beyond it."""
    results = leaderboard.results
    speeds = {
        (task, name): model.tokens_per_second
        for task, result in results.tasks.items()
        for name, model in result.models.items()
        if model.tokens_per_second is not None
    }
    if not speeds and not leaderboard.judges:
        return results.to_json()
    record = json.loads(results.to_json())
    for (task, name), speed in speeds.items():
        record["tasks"][task]["models"][name]["tokens_per_second"] = speed
    if leaderboard.judges:
        record["judges"] = judges.record(leaderboard.judges)
    return json.dumps(record, indent=1, sort_keys=True) + "\n"


def _section(leaderboard: Leaderboard, task: str) -> Section:
    results = leaderboard.results
    board = _Board(leaderboard, task)
    notes = [*board.legend(), *(note.plain for note in remarks(results, results.tasks[task]))]
    notes += _known(results, task)
    return Section(title(results, task).plain, (board.table(),), notes=tuple(notes))


class _Board:
    """The leaderboard of one task: competitors first, then floors and ceilings."""

    def __init__(self, leaderboard: Leaderboard, task: str) -> None:
        self._results, self._task, self._all_ranks = leaderboard.results, task, leaderboard.ranks
        self._scores = columns_of(self._results, task)
        rows = ranked(self._results, task)
        self._rows = sorted(rows, key=lambda row: row[1].role != "model")
        self._best = {score: self._best_of(score) for score in self._scores}
        self._ranks = self._all_ranks.get((task, self._results.tasks[task].primary), {})

    def table(self) -> Table:
        """Models with the estimates of their scores."""
        columns = [Column("rank", "rank", numeric=False)] if self._ranks else []
        columns.append(Column("model", "model", numeric=False))
        columns += [self._column(score) for score in self._scores]
        rows = []
        before: ModelResult | None = None
        for name, model in self._rows:
            label = Named(name, "" if model.role == "model" else model.role)
            rank = [self._rank(name)] if self._ranks else []
            apart = before is not None and (before.role == "model") != (model.role == "model")
            rows.append(Row((*rank, label, *self._estimates(name, model)), divided=apart))
            before = model
        return Table(tuple(columns), tuple(rows))

    def legend(self) -> Iterator[str]:
        """Explain the brackets and marks that appear in the table."""
        level = f"{100 * self._results.confidence:g} %"
        scores = (s for _, model in self._rows for s in model.scores.values())
        if any(score.low is not None for score in scores):
            clustered = self._results.tasks[self._task].clusters
            over = "whole clusters of articles" if clustered else "articles"
            yield f"In brackets: {level} intervals over {over}."
        shown = [e for name, model in self._rows for e in self._estimates(name, model) if e]
        marks = {
            f"Rank: the possible ranks of a model, with {level} confidence for all at once.": bool(
                self._ranks
            ),
            "Bold: the best score.": any(estimate.best for estimate in shown),
            "†: no model is significantly better.": any(estimate.marked for estimate in shown),
        }
        if self._ranks:
            yield (
                f"{' '.join(text for text, occurs in marks.items() if occurs)} Tests: paired"
                f" sign flips at {100 - 100 * self._results.confidence:.3g} %, step-down max-T"
                " over the primary scores, and over all scores for the others."
            )

    def _column(self, score: str) -> Column:
        arrow = "↑" if self._results.facts(score).higher_is_better else "↓"
        narrow = re.sub(r"[._](?=[a-zA-Z])", "\n", score)
        return Column(f"{narrow} {arrow}", score, "z.3f", long=f"{score} {arrow}")

    def _best_of(self, score: str) -> float | None:
        """The best score of a competitor; None if all are equal."""
        models = [m for _, m in self._rows if m.role == "model" and score in m.scores]
        alike = len(models) > 1 and len({m.scores[score].mean for m in models}) == 1
        return None if alike else best_of(self._results, self._rows, score)

    def _rank(self, name: str) -> str:
        """The possible ranks of the model by primary score; empty if it is not ranked."""
        rank = self._ranks.get(name)
        if rank is None:
            return ""
        return f"{rank.best}–{rank.worst}" if rank.best != rank.worst else str(rank.best)

    def _estimates(self, name: str, model: ModelResult) -> Iterator[Estimate | None]:
        competes = model.role == "model" and not self._results.is_silent(model)
        for score in self._scores:
            found = model.scores.get(score)
            if found is None:
                yield None
                continue
            best = competes and found.mean == self._best[score]
            rank = self._all_ranks.get((self._task, score), {}).get(name) if competes else None
            first = rank is not None and rank.best == 1 and self._best[score] is not None
            yield Estimate(found.mean, found.low, found.high, best, first and not best)


def title(results: Results, task: str) -> Text:
    """Task, dataset, number of articles and items, and the sorting score."""
    result = results.tasks[task]
    parts = [results.dataset.name, articles_in_clusters(results, result)]
    if result.items is not None:
        parts.append(f"{count(result.items, task_named(task).noun)} asked for")
    parts.append(f"by {result.primary}")
    return Text.assemble((task, "bold"), " · ", printable(" · ".join(parts)))


def _board(
    results: Results, task: str, console: Console, options: ConsoleOptions
) -> Iterator[RenderableType]:
    """The table of a task: with bars if there is room, with fewer scores if it is too wide."""
    every = columns = columns_of(results, task)
    table = _table(results, task, columns)
    room = room_beside(table, console, options)
    needed = options.max_width - room
    while room < 0 and len(columns) > 1:
        columns = _without_one(columns, task)
        table = _table(results, task, columns)
        room = room_beside(table, console, options)
    if options.is_terminal and columns == every and room > _NARROWEST:
        drawing = _drawing(results, task, min(room - 1, _WIDEST), options)
        table = _table(results, task, columns, drawing)
    yield table
    if columns != every:
        dropped = ", ".join(column for column in every if column not in columns)
        line = f"Not shown at this width (all fit in {needed} columns): {printable(dropped)}"
        yield Text(line, "dim")


def _without_one(columns: list[str], task: str) -> list[str]:
    """Drop the last default score of the task, or the last one that the config adds."""
    usual = [column for column in columns[1:] if column in task_named(task).columns]
    dropped = (usual or columns)[-1]
    return [column for column in columns if column != dropped]


def _drawing(
    results: Results, task: str, width: int, options: ConsoleOptions
) -> tuple[str, Callable[[Score], str]]:
    """The primary scores drawn on a common axis, and the heading."""
    result = results.tasks[task]
    found = (model.scores.get(result.primary) for model in result.models.values())
    scores = [score for score in found if score]
    bounds = [b for s in scores for b in (s.mean, s.low, s.high) if b is not None]
    if any(score.low is not None for score in scores):
        axis = Axis.over(bounds, width, ascii_only=options.ascii_only)

        def interval(score: Score) -> str:
            ends = (score.mean if end is None else end for end in (score.low, score.high))
            return axis.interval(score.mean, *ends)

        return axis.ends, interval
    begin = results.facts(result.primary).range[0] or 0.0
    axis = Axis.over([begin, *bounds], width, ascii_only=options.ascii_only)
    return axis.ends, lambda score: axis.bar(score.mean)


def _table(
    results: Results,
    task: str,
    columns: list[str],
    drawing: tuple[str, Callable[[Score], str]] | None = None,
) -> RichTable:
    result = results.tasks[task]
    rows = ranked(results, task)
    best = {column: best_of(results, rows, column) for column in columns}
    table = RichTable(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("model", vertical="bottom", no_wrap=True)
    table.add_column("", vertical="bottom", no_wrap=True)
    intervals = result.articles > 1
    for column in columns:
        table.add_column(_header(column), justify="right", vertical="bottom")
        if column == result.primary and intervals:
            heading = f"{100 * results.confidence:g} %\ninterval"
            table.add_column(heading, vertical="bottom", no_wrap=True)
        if column == result.primary and drawing:
            table.add_column(Text(drawing[0]), vertical="bottom", no_wrap=True)
    placed = any(_position(model, result.primary).plain for _, model in rows)
    if placed:
        table.add_column("floor 0,\nceiling 1", justify="right", vertical="bottom")
    for name, model in rows:
        cells = []
        for column in columns:
            cells.append(_cell(model, column, None if results.is_silent(model) else best[column]))
            if column == result.primary and intervals:
                cells.append(_interval(model, column))
            if column == result.primary and drawing:
                score = model.scores.get(column)
                cells.append(Text(drawing[1](score) if score else "", "cyan"))
        cells += [_position(model, result.primary)] if placed else []
        role = "" if model.role == "model" else model.role
        table.add_row(Text(printable(name)), Text(role), *cells, style=_STYLE[model.role])
    return table


def _cell(model: ModelResult, column: str, best: float | None) -> Text:
    score = model.scores.get(column)
    if score is None:
        return Text("–")
    bold = model.role == "model" and score.mean == best
    return Text(f"{score.mean:z.3f}", style="bold green" if bold else "")


def _interval(model: ModelResult, column: str) -> Text:
    score = model.scores.get(column)
    if score is None or score.low is None or score.high is None:
        return Text("–")
    return Text(f"{score.low:z.3f}–{score.high:z.3f}")


def _position(model: ModelResult, primary: str) -> Text:
    score = model.scores.get(primary)
    return Text("" if score is None or score.position is None else f"{score.position:z.2f}")


def _known(results: Results, task: str) -> list[str]:
    """How far the primary score of a task is known to agree with people."""
    primary = results.tasks[task].primary
    facts = results.metrics.get(primary) or results.metrics.get(primary.rpartition(".")[0])
    line = None if facts is None else known_line(primary, task, facts.signature)
    return [] if line is None else [f"Known agreement: {line}."]


def _header(score: str) -> str:
    return re.sub(r"[_.](?=[a-zA-Z])|(?=@)", "\n", printable(score))
