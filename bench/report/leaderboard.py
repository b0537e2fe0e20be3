"""Leaderboards for a terminal, a pipe, a pull request and a paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.metrics import STANDARD
from bench.report.tables import Cell, Column, Row, Table, latex, markdown, span
from bench.report.terminal import printable
from bench.runs.results import ModelResult, Results, TaskResult
from bench.tasks import task_named

ENOUGH = 20
"""Articles from which a 95 % interval holds at least 92 % of the time (docs/statistics.md)."""
_STYLE = {"model": "", "floor": "dim", "ceiling": "dim italic"}


def ranked(results: Results, task: str) -> list[tuple[str, ModelResult]]:
    """The models of a task, best first by its primary score; equal ones by name."""
    result = results.tasks[task]
    metric = results.metrics[_metric_of(results, result.primary)]
    sign = -1 if metric.higher_is_better else 1

    def place(item: tuple[str, ModelResult]) -> tuple[bool, float, str]:
        name, model = item
        score = model.scores.get(result.primary)
        return score is None, sign * score.mean if score else 0.0, name

    return sorted(result.models.items(), key=place)


def leaderboards(results: Results) -> RenderableType:
    """One table a task, and below each what its numbers are worth."""
    parts: list[RenderableType] = []
    for task, result in _ordered(results):
        parts += [_heading(results, task), _table(results, task), *_remarks(results, result), ""]
    return Group(*parts[:-1])


def to_csv(results: Results) -> str:
    """One row a score, every digit."""
    keys = (
        "task",
        "model",
        "role",
        "articles",
        "failed",
        "score",
        "mean",
        "low",
        "high",
        "position",
    )
    rows = tuple(
        Row((task, name, model.role, model.articles, model.failed, score, *found))
        for task, result in results.tasks.items()
        for name, model in result.models.items()
        for score, s in model.scores.items()
        for found in [(s.mean, s.low, s.high, s.position)]
    )
    return Table(tuple(Column(key, key) for key in keys), rows).to_csv()


def to_markdown(results: Results) -> str:
    """What a pull request shows: a heading, the table and the remarks of each task."""
    text = ""
    for task, result in _ordered(results):
        text += f"### {markdown(_heading(results, task).plain)}\n\n"
        text += _plain_table(results, task).to_markdown() + "\n"
        text += "".join(f"{markdown(r.plain)}\n\n" for r in _remarks(results, result))
    return text


def to_latex(results: Results) -> str:
    """What a paper shows: a table for each task, headings and remarks in comments."""
    text = ""
    for task, result in _ordered(results):
        text += f"% {latex(_heading(results, task).plain)}\n"
        text += _plain_table(results, task).to_latex()
        text += "".join(f"% {latex(r.plain)}\n" for r in _remarks(results, result)) + "\n"
    return text


FORMS: dict[str, Callable[[Results], str]] = {
    "json": Results.to_json,
    "csv": to_csv,
    "markdown": to_markdown,
    "latex": to_latex,
}
"""By the name of ``--format``."""


def _ordered(results: Results) -> list[tuple[str, TaskResult]]:
    return sorted(results.tasks.items(), key=lambda item: item[0] != "summary")


def _plain_table(results: Results, task: str) -> Table:
    """The columns of the terminal's leaderboard, the best model of each in bold."""
    result = results.tasks[task]
    rows = ranked(results, task)
    names = _columns(results, task)
    best = {name: _best(results, rows, name) for name in names}
    level = f"{100 * results.confidence:g} % interval"
    columns = [Column("model", "model", numeric=False), Column("role", "role", numeric=False)]
    for name in names:
        columns.append(Column(name, name, ".3f"))
        if name == result.primary and result.articles > 1:
            columns.append(Column(level, "interval"))
    made = []
    for model, found in rows:
        cells: list[Cell] = [model, "" if found.role == "model" else found.role]
        bold = []
        for name in names:
            score = found.scores.get(name)
            if found.role == "model" and score and score.mean == best[name]:
                bold.append(len(cells))
            cells.append(score.mean if score else None)
            if name == result.primary and result.articles > 1:
                cells.append(span(score.low, score.high) if score else None)
        made.append(Row(tuple(cells), bold=tuple(bold)))
    return Table(tuple(columns), tuple(made))


def _heading(results: Results, task: str) -> Text:
    result = results.tasks[task]
    articles = _count(result.articles, "article")
    parts = [results.dataset.name, articles]
    if result.items is not None:
        parts.append(f"{_count(result.items, task_named(task).noun)} asked for")
    parts.append(f"best {result.primary} first")
    return Text.assemble((task, "bold"), " · ", printable(" · ".join(parts)))


def _table(results: Results, task: str) -> RichTable:
    result = results.tasks[task]
    rows = ranked(results, task)
    columns = _columns(results, task)
    best = {column: _best(results, rows, column) for column in columns}
    table = RichTable(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("model", vertical="bottom", no_wrap=True)
    table.add_column("", vertical="bottom")
    intervals = result.articles > 1
    for column in columns:
        table.add_column(_header(column), justify="right", vertical="bottom")
        if column == result.primary and intervals:
            heading = f"{100 * results.confidence:g} %\ninterval"
            table.add_column(heading, vertical="bottom", no_wrap=True)
    placed = any(_position(model, result.primary).plain for _, model in rows)
    if placed:
        table.add_column("floor 0,\nceiling 1", justify="right", vertical="bottom")
    for name, model in rows:
        cells = []
        for column in columns:
            cells.append(_cell(model, column, best[column]))
            if column == result.primary and intervals:
                cells.append(_interval(model, column))
        cells += [_position(model, result.primary)] if placed else []
        role = "" if model.role == "model" else model.role
        table.add_row(Text(printable(name)), Text(role), *cells, style=_STYLE[model.role])
    return table


def _columns(results: Results, task: str) -> list[str]:
    """The primary score, the task's usual ones, and what the config asks for beyond the standard.

    Of a metric beyond the standard that has an F1 only that is shown; the rest is in the JSON.
    """
    result = results.tasks[task]
    known = sorted({score for model in result.models.values() for score in model.scores})
    asked = [score for score in known if _metric_of(results, score) not in STANDARD]
    with_f1 = {_metric_of(results, score) for score in asked if score.endswith(".f1")}
    extra = [s for s in asked if s.endswith(".f1") or _metric_of(results, s) not in with_f1]
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


def _best(results: Results, rows: list[tuple[str, ModelResult]], column: str) -> float | None:
    choose = max if results.metrics[_metric_of(results, column)].higher_is_better else min
    means = [m.scores[column].mean for _, m in rows if m.role == "model" and column in m.scores]
    return choose(means, default=None)


def _remarks(results: Results, result: TaskResult) -> Iterator[Text]:
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


def _metric_of(results: Results, score: str) -> str:
    return score if score in results.metrics else score.rpartition(".")[0]


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
