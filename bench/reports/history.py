"""Renders the result of ``bench history``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.histories.findings import (
    History,
    LevelChange,
    RunOfHistory,
    ScoreHistory,
)
from bench.reports.advisory import only_shown
from bench.reports.document import Column, Document, Row, Section, Table
from bench.reports.fitting import Fitted
from bench.reports.history_chart import chart_lines, spark_line
from bench.reports.history_data import flat_table, record
from bench.reports.tables import fitted_table, p_value, span
from bench.reports.terminal import printable

_LINE = 24  # characters of the line in a table
_CHARTS = 6  # scores that have a chart of their own in a terminal
_WIDEST = 100


def view(history: History) -> RenderableType:
    """The table of scores, charts, changes, drifts and breaks, for a terminal."""
    parts: list[RenderableType] = [Text(title_of(history), "bold"), ""]
    parts += [Fitted(lambda _, options: _scores(history, options)), ""]
    for one in _charted(history):
        parts += [Text(printable(name_of(history, one)), "bold"), _chart(one), ""]
    if history.changes:
        parts += [Text("Changes", "bold"), fitted_table(changes_table(history)), ""]
    if history.drifts:
        parts += [Text("Slow drift", "bold"), fitted_table(drifts_table(history)), ""]
    parts += [Text(printable(line)) for line in break_lines(history)]
    parts += [Text(printable(line)) for line in conclusions(history)]
    parts += [Text(printable(note), "yellow") for note in history.notes]
    return Group(*parts)


def document(history: History) -> Document:
    """The flat table has a row for each run and score."""
    return Document(
        record(history),
        flat_table(history),
        tuple(_sections(history)),
        (*conclusions(history), *history.notes),
    )


def _scores(history: History, options: ConsoleOptions) -> Iterator[RenderableType]:
    yield fitted_table(scores_table(history, ascii_only=_is_ascii(options)))


def _is_ascii(options: ConsoleOptions) -> bool:
    return not (options.encoding or "utf-8").lower().startswith("utf")


def scores_table(history: History, *, ascii_only: bool = False) -> Table:
    """A row for each score."""
    several = len({one.dataset for one in history.scores}) > 1
    columns = (
        *([Column("dataset", "dataset", numeric=False, folds=True)] if several else []),
        Column("task", "task", numeric=False),
        Column("model", "model", numeric=False, folds=True),
        Column("score", "score", numeric=False, folds=True),
        Column("first", "first", "z.3f", drops=3),
        Column("now", "now", "z.3f"),
        Column("interval", "interval", drops=2),
        Column("over time", "over_time", numeric=False),
        Column("changes", "changes", drops=1),
        Column("runs", "runs", drops=4),
    )
    rows = []
    for one in history.scores:
        first, last = one.points[0], one.points[-1]
        cells = (
            *([one.dataset] if several else []),
            one.task,
            one.model,
            one.score,
            first.mean,
            last.mean,
            None if last.low is None else span(last.low, last.high),
            spark_line(one, _LINE, ascii_only=ascii_only),
            len(one.changes),
            len(one.points),
        )
        rows.append(Row(cells))
    return Table(columns, tuple(rows))


def changes_table(history: History) -> Table:
    """A row for each change, in order of time."""
    columns = (
        Column("from", "from", numeric=False, folds=True),
        Column("date", "date", numeric=False, drops=2),
        Column("model", "model", numeric=False, folds=True),
        Column("score", "score", numeric=False, folds=True),
        Column("before", "before", "z.3f", drops=4),
        Column("after", "after", "z.3f"),
        Column("change", "difference", "+z.3f"),
        Column("interval", "interval", drops=1),
        Column("p", "p", numeric=False, drops=3),
        Column("", "significant", numeric=False),
    )
    rows = [
        Row(
            (
                history.runs[change.run].label,
                day(history.runs[change.run]),
                one.model,
                one.score,
                change.before,
                change.after,
                change.difference,
                span(change.interval.low, change.interval.high, "+z.3f")
                if change.interval
                else None,
                p_value(change.p_articles) if change.p_articles is not None else None,
                _mark(change),
            ),
            "" if one.is_better(change.difference) else "red",
        )
        for one, change in history.changes
    ]
    return Table(columns, tuple(rows))


def drifts_table(history: History) -> Table:
    """A row for each drift, in order of time."""
    columns = (
        Column("from", "from", numeric=False),
        Column("to", "to", numeric=False),
        Column("model", "model", numeric=False, folds=True),
        Column("score", "score", numeric=False, folds=True),
        Column("before", "before", "z.3f", drops=3),
        Column("after", "after", "z.3f"),
        Column("change", "difference", "+z.3f"),
        Column("runs", "runs", drops=2),
        Column("p", "p", numeric=False, drops=1),
    )
    rows = [
        Row(
            (
                day(history.runs[drift.start]),
                day(history.runs[drift.end]),
                one.model,
                one.score,
                drift.first,
                drift.last,
                drift.difference,
                drift.end - drift.start + 1,
                p_value(drift.p_value),
            ),
            "" if one.is_better(drift.difference) else "red",
        )
        for one, drift in history.drifts
    ]
    return Table(columns, tuple(rows))


def break_lines(history: History) -> list[str]:
    """A line for each reason why lines break, with the run and the scores."""
    found: dict[tuple[int, str], list[str]] = {}
    for one in history.scores:
        for each in one.breaks:
            found.setdefault((each.run, each.reason), []).append(f"{one.model} {one.score}")
    lines = []
    for (run, reason), names in sorted(found.items()):
        at = history.runs[run]
        of = names[0] if len(names) == 1 else f"{len(names)} scores"
        lines.append(f"not comparable from {at.label} ({day(at)}) on: {of}: {reason}")
    return lines


def conclusions(history: History) -> list[str]:
    """How the changes were found, and what the marks mean."""
    level = f"{100 * (1 - history.confidence):.3g} %"
    lines = list(only_shown((one.score, one.advisory) for one in history.scores))
    if len(history.runs) == 1:
        lines.append("One run: nothing to compare.")
    elif not history.changes and not history.drifts:
        lines.append("No score changed, and none drifts.")
    if any(change.significant for _, change in history.changes):
        lines.append(
            f"* significant over articles, too: by chance alone at most {level} of such tables have"
            " one (paired test, Holm)"
        )
    if any(change.method == "exact" for _, change in history.changes):
        lines.append("= exact: the model repeats its scores, so that any other score is a change")
    if any(change.method == "runs" for _, change in history.changes) or history.drifts:
        lines.append(
            f"Without any change at most {level} of such histories show one beyond the chance of"
            " their runs."
        )
    if any(change.method == "articles" for _, change in history.changes):
        lines.append(
            "~ too few runs to know how much they differ by chance: found over articles alone"
        )
    return lines


def _sections(history: History) -> Iterator[Section]:
    yield Section(title_of(history), (without_column(scores_table(history), "over_time"),))
    if history.changes:
        yield Section("Changes", (changes_table(history),))
    if history.drifts:
        yield Section("Slow drift", (drifts_table(history),))
    lines = break_lines(history)
    if lines:
        yield Section("Runs that are not comparable", notes=tuple(lines))


def without_column(table: Table, key: str) -> Table:
    """The table without one of its columns."""
    kept = [index for index, column in enumerate(table.columns) if column.key != key]
    return table.with_columns(kept)


def _mark(change: LevelChange) -> str:
    how = {"exact": "=", "articles": "~", "runs": ""}[change.method]
    return ("*" if change.significant else "") + how


def title_of(history: History) -> str:
    """The number of runs, and from when to when they are."""
    first, last = history.runs[0], history.runs[-1]
    days = dict.fromkeys((day(first), day(last)))
    return f"{count(len(history.runs), 'run')} · {' to '.join(days)}"


def name_of(history: History, one: ScoreHistory) -> str:
    """Task, model and score, with the dataset if there are several."""
    several = len({each.dataset for each in history.scores}) > 1
    better = "higher" if one.higher_is_better else "lower"
    dataset = f"{one.dataset} · " if several else ""
    return f"{dataset}{one.name} ({better} is better)"


def day(run: RunOfHistory) -> str:
    """The day of a run."""
    return run.date.date().isoformat()


def _charted(history: History) -> Sequence[ScoreHistory]:
    """The scores with a chart: those that changed first."""
    several = [one for one in history.scores if len(one.points) > 1]
    several.sort(key=lambda one: not (one.changes or one.drifts or one.breaks))
    chosen = {id(one) for one in several[:_CHARTS]}
    return [one for one in history.scores if id(one) in chosen]


def _chart(one: ScoreHistory) -> RenderableType:
    def make(_: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        width = min(options.max_width, _WIDEST)
        for line in chart_lines(one, width, ascii_only=_is_ascii(options)):
            yield Text(line, no_wrap=True)

    return Fitted(make)
