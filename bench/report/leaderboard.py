"""Leaderboards: what stands in them, and how a terminal shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.metrics import STANDARD
from bench.report.bars import Axis
from bench.report.fitting import Fitted, room_beside
from bench.report.terminal import printable
from bench.runs.results import ModelResult, Results, Score, TaskResult
from bench.tasks import task_named

ENOUGH = 20
"""Articles from which a 95 % interval holds at least 92 % of the time (docs/statistics.md)."""
_WIDEST, _NARROWEST = 24, 10  # columns of a bar
_STYLE = {"model": "", "floor": "dim", "ceiling": "dim italic"}


def ranked(results: Results, task: str) -> list[tuple[str, ModelResult]]:
    """The models of a task, best first by its primary score; equal ones by name.

    Models that wrote nothing come after those that did, those without the score last.
    """
    result = results.tasks[task]
    metric = results.facts(result.primary)
    sign = -1 if metric.higher_is_better else 1

    def place(item: tuple[str, ModelResult]) -> tuple[bool, bool, float, str]:
        name, model = item
        score = model.scores.get(result.primary)
        mean = sign * score.mean if score else 0.0
        return score is None, results.is_silent(model), mean, name

    return sorted(result.models.items(), key=place)


def leaderboards(results: Results) -> RenderableType:
    """One table a task, and below each what its numbers are worth."""
    parts: list[RenderableType] = []
    for task, result in ordered(results):
        parts += [
            title(results, task),
            Fitted(partial(_board, results, task)),
            *remarks(results, result),
            "",
        ]
    return Group(*parts[:-1])


def ordered(results: Results) -> list[tuple[str, TaskResult]]:
    """The tasks that any model was run on, in the order they are shown in."""
    shown = (item for item in results.tasks.items() if item[1].models)
    return sorted(shown, key=lambda item: item[0] != "summary")


def title(results: Results, task: str) -> Text:
    """What is shown: the task, the articles, what was asked for, what the order is by."""
    result = results.tasks[task]
    articles = _count(result.articles, "article")
    parts = [results.dataset.name, articles]
    if result.items is not None:
        parts.append(f"{_count(result.items, task_named(task).noun)} asked for")
    parts.append(f"best {result.primary} first")
    return Text.assemble((task, "bold"), " · ", printable(" · ".join(parts)))


def _board(
    results: Results, task: str, console: Console, options: ConsoleOptions
) -> Iterator[RenderableType]:
    """The table of a task: with bars where there is room, with fewer scores where there is not."""
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
        more = _count(len(every) - len(columns), "more score")
        yield Text(f"{more} where there are {needed} columns; all with --format csv.", "dim")


def _without_one(columns: list[str], task: str) -> list[str]:
    """Without the last of the task's usual scores, or of those that the config asks for."""
    usual = [column for column in columns[1:] if column in task_named(task).columns]
    dropped = (usual or columns)[-1]
    return [column for column in columns if column != dropped]


def _drawing(
    results: Results, task: str, width: int, options: ConsoleOptions
) -> tuple[str, Callable[[Score], str]]:
    """What the primary score looks like on an axis that all models share, and its heading."""
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


def columns_of(results: Results, task: str) -> list[str]:
    """The primary score, the task's usual ones, and what the config asks for beyond the standard.

    Of a metric beyond the standard that has an F1 only that is shown; the rest is in the JSON.
    """
    result = results.tasks[task]
    known = sorted({score for model in result.models.values() for score in model.scores})
    asked = [score for score in known if results.metric_of(score) not in STANDARD]
    with_f1 = {results.metric_of(score) for score in asked if score.endswith(".f1")}
    extra = [s for s in asked if s.endswith(".f1") or results.metric_of(s) not in with_f1]
    wanted = dict.fromkeys([result.primary, *task_named(task).columns, *extra])
    return [column for column in wanted if column in known]


def _cell(model: ModelResult, column: str, best: float | None) -> Text:
    score = model.scores.get(column)
    if score is None:
        return Text("–")
    bold = model.role == "model" and score.mean == best
    return Text(f"{score.mean:.3f}", style="bold green" if bold else "")


def _interval(model: ModelResult, column: str) -> Text:
    score = model.scores.get(column)
    if score is None or score.low is None or score.high is None:
        return Text("–")
    return Text(f"{score.low:.3f}–{score.high:.3f}")


def _position(model: ModelResult, primary: str) -> Text:
    score = model.scores.get(primary)
    return Text("" if score is None or score.position is None else f"{score.position:.2f}")


def best_of(results: Results, rows: list[tuple[str, ModelResult]], column: str) -> float | None:
    """The best score of a competitor that wrote anything."""
    choose = max if results.facts(column).higher_is_better else min
    own = (m for _, m in rows if m.role == "model" and not results.is_silent(m))
    means = [m.scores[column].mean for m in own if column in m.scores]
    return choose(means, default=None)


def remarks(results: Results, result: TaskResult) -> Iterator[Text]:
    """What the numbers are worth: few articles, failures, what they cost."""
    if result.articles == 1:
        yield Text("1 article: no intervals, no tests; a difference here may be chance.", "yellow")
    elif result.articles < ENOUGH:
        articles = _count(result.articles, "article")
        yield Text(f"{articles}: too few for intervals to be as wide as they should.", "yellow")
    if result.left_out:
        left_out = _count(result.left_out, "article")
        yield Text(f"{left_out} without references left out.", "yellow")
    for name, model in sorted(result.models.items()):
        apart = (
            result.articles - model.articles - (model.failed if results.on_error == "skip" else 0)
        )
        if apart:
            yield Text(
                f"{printable(name)}: made for {model.articles} of {result.articles} articles."
            )
        if model.tokens_in is not None and model.tokens_out is not None:
            cost = "" if model.cost is None else f", cost {model.cost:.4g}"
            tokens = f"{model.tokens_in:,} tokens read, {model.tokens_out:,} written{cost}"
            yield Text(f"{printable(name)}: {tokens}")
        counts = {"failed": model.failed, "empty": model.empty, "truncated": model.truncated}
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        policy = f" (failed: {results.on_error})" if model.failed else ""
        if told:
            yield Text(f"{printable(name)}: {told} of {result.articles}{policy}", "red")
        if model.cut:
            most = results.max_items
            items = f"{most:,} item{'' if most == 1 else 's'}"
            yield Text(f"{printable(name)}: {_count(model.cut, 'list')} cut to {items}", "red")


def _header(score: str) -> str:
    lines = re.sub(r"[_.](?=[a-zA-Z])|(?=@)", "\n", score).split("\n")
    return "\n".join(_HYPHENATED.get(line, line) for line in lines)


_HYPHENATED = {
    "rougeLsum": "rouge-\nLsum",
    "precision": "preci-\nsion",
    "coverage": "cover-\nage",
    "duplicates": "dupli-\ncates",
    "difference": "differ-\nence",
}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
