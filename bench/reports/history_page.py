"""Writes the history as a self-contained HTML page: drawings without scripts or a network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

from bench.display import count
from bench.histories.findings import History, ScoreHistory, ScorePoint
from bench.reports.document import Table
from bench.reports.history import (
    break_lines,
    changes_table,
    conclusions,
    day,
    drifts_table,
    name_of,
    scores_table,
    title_of,
    without_column,
)
from bench.reports.tables import plain_cell, span
from bench.reports.terminal import printable

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_COLUMNS = 400  # of a drawing; more runs share columns
_DOTS = 120  # runs up to which each has a dot
_WIDTH, _HEIGHT = 1000.0, 100.0


def history_page(history: History) -> str:
    """The page.

    Args:
        history: what it shows.
    """
    from jinja2 import Environment, StrictUndefined

    names = ", ".join(dict.fromkeys(one.dataset for one in history.scores))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    scores = without_column(scores_table(history), "over_time")
    tables = [_shown(scores, "Scores", links=True)]
    if history.changes:
        better = [one.is_better(change.difference) for one, change in history.changes]
        tables.append(_shown(changes_table(history), "Changes", better))
    if history.drifts:
        better = [one.is_better(drift.difference) for one, drift in history.drifts]
        tables.append(_shown(drifts_table(history), "Slow drift", better))
    return environment.from_string(_part("history.html.jinja")).render(
        title=printable(f"History of {names}"),
        lead=printable(title_of(history)),
        style=_part("history.css"),
        policy=POLICY,
        tables=tables,
        breaks=list(map(printable, break_lines(history))),
        notes=[printable(line) for line in (*conclusions(history), *history.notes)],
        charts=[_chart(history, one, number) for number, one in enumerate(history.scores)],
    )


def _part(name: str) -> str:
    return files("bench.reports.page").joinpath(name).read_text(encoding="utf-8")


def _shown(
    table: Table,
    title: str,
    better: Sequence[bool] = (),
    *,
    links: bool = False,
) -> dict[str, Any]:
    """A table for the template; the model links to its drawing, changes have a colour."""
    rows = []
    for number, row in enumerate(table.rows):
        cells = []
        for index, column in enumerate(table.columns):
            kind = "" if column.numeric else "text" if column.folds else "left"
            if column.key == "difference" and better:
                kind = "better" if better[number] else "worse"
            shown = printable(plain_cell(row.cells[index], column))
            link = f"score-{number}" if links and column.key == "model" else ""
            cells.append({"shown": shown, "kind": kind, "link": link})
        rows.append(cells)
    heads = [
        {"name": column.line or "mark", "left": not column.numeric} for column in table.columns
    ]
    return {"title": title, "heads": heads, "rows": rows}


def _chart(history: History, one: ScoreHistory, number: int) -> dict[str, Any]:
    """The drawing of one score."""
    values = [v for p in one.points for v in (p.mean, p.low, p.high, p.level) if v is not None]
    scale = _DrawingScale(min(values), max(values), one.points[0].run, one.points[-1].run)
    last = one.points[-1]
    bounds = "" if last.low is None else f" {span(last.low, last.high)}"
    lead = f"now {last.mean:z.3f}{bounds}; {count(len(one.points), 'run')}"
    lead += f", {count(len(one.changes), 'change')}" if one.changes else ""
    lead += ", slow drift" if one.drifts else "" if one.changes else ", no change"
    shown = [history.runs[p.run] for p in (one.points[0], one.points[len(one.points) // 2], last)]
    return {
        "id": f"score-{number}",
        "name": printable(name_of(history, one)),
        "lead": lead,
        "high": f"{scale.high:z.3f}",
        "low": f"{scale.low:z.3f}",
        "parts": [_drawn(history, part, scale, len(one.points)) for part in _parts(one)],
        "marks": list(_marks(history, one, scale)),
        "dates": [day(run) for run in (shown if len(one.points) > 2 else shown[::2])],
        "happened": [printable(line) for line in _happened(history, one)],
    }


class _DrawingScale:
    """Where runs and values are in a drawing."""

    def __init__(self, low: float, high: float, first: int, last: int) -> None:
        self.low, self.high = low, high
        self._first, self._last = first, last

    def x(self, run: float) -> float:
        if self._last == self._first:
            return _WIDTH / 2
        return _WIDTH * (run - self._first) / (self._last - self._first)

    def y(self, value: float) -> float:
        if self.high == self.low:
            return _HEIGHT / 2
        return _HEIGHT * (self.high - value) / (self.high - self.low)

    def at(self, run: float, value: float) -> str:
        return f"{self.x(run):z.1f},{self.y(value):z.2f}"


def _parts(one: ScoreHistory) -> Iterator[list[ScorePoint]]:
    """The runs between breaks."""
    breaks = {each.run for each in one.breaks}
    part: list[ScorePoint] = []
    for point in one.points:
        if point.run in breaks and part:
            yield part
            part = []
        part.append(point)
    yield part


def _drawn(
    history: History, part: Sequence[ScorePoint], scale: _DrawingScale, runs: int
) -> dict[str, Any]:
    size = max(1, math.ceil(runs / _COLUMNS))
    groups = [part[start : start + size] for start in range(0, len(part), size)]
    line, lows, highs = [], [], []
    for group in groups:
        run = group[len(group) // 2].run
        line.append(scale.at(run, math.fsum(p.mean for p in group) / len(group)))
        bounded = [(p.low, p.high) for p in group if p.low is not None and p.high is not None]
        if bounded:
            lows.append(scale.at(run, math.fsum(low for low, _ in bounded) / len(bounded)))
            highs.append(scale.at(run, math.fsum(high for _, high in bounded) / len(bounded)))
    level = [
        scale.at(p.run, p.level)
        for n, p in enumerate(part)
        if n in (0, len(part) - 1) or p.level != part[n - 1].level or p.level != part[n + 1].level
    ]
    dots = part if runs <= _DOTS or len(part) == 1 else ()
    return {
        "line": " ".join(line),
        "band": " ".join([*highs, *lows[::-1]]) if len(lows) > 1 else "",
        "level": " ".join(level),
        "dots": [
            {"at": scale.at(p.run, p.mean).replace(",", " "), "title": _words(history, p)}
            for p in dots
        ],
    }


def _words(history: History, point: ScorePoint) -> str:
    run = history.runs[point.run]
    bounds = "" if point.low is None else f" {span(point.low, point.high)}"
    return printable(f"{run.label}, {day(run)}: {point.mean:z.4f}{bounds}")


def _marks(history: History, one: ScoreHistory, scale: _DrawingScale) -> Iterator[dict[str, str]]:
    before = {
        point.run: earlier.run for earlier, point in zip(one.points, one.points[1:], strict=False)
    }
    for change in one.changes:
        kind = "rise" if one.is_better(change.difference) else "fall"
        run = history.runs[change.run]
        words = f"{run.label}, {day(run)}: {change.difference:+z.4f}"
        middle = (change.last + change.run) / 2
        yield {"kind": kind, "x": f"{scale.x(middle):z.1f}", "title": printable(words)}
    for each in one.breaks:
        middle = (before.get(each.run, each.run) + each.run) / 2
        yield {"kind": "break", "x": f"{scale.x(middle):z.1f}", "title": printable(each.reason)}


def _happened(history: History, one: ScoreHistory) -> Iterator[str]:
    for change in one.changes:
        run = history.runs[change.run]
        said = f"{run.label} ({day(run)}): {change.before:z.3f} → {change.after:z.3f}"
        said += f" ({change.difference:+z.3f})"
        if change.changed is not None:
            said += f"; {change.changed} of {count(change.articles, 'article')} changed"
        yield said
    for drift in one.drifts:
        start, end = history.runs[drift.start], history.runs[drift.end]
        yield (
            f"drifts from {day(start)} to {day(end)}: {drift.first:z.3f} → {drift.last:z.3f}"
            f" ({drift.difference:+z.3f})"
        )
    for each in one.breaks:
        run = history.runs[each.run]
        yield f"{run.label} ({day(run)}): not comparable: {each.reason}"
