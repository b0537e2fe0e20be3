"""Text graphics of a score over time: a line of levels, and a chart with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.histories.findings import ScoreHistory, ScorePoint
from bench.reports.bars import level_character

_HEIGHT = 8
_WIDEST_STEP = 4  # characters from a run to the next


@dataclass(frozen=True)
class _Bin:
    """The runs that share a column.

    Attributes:
        mean, low, high: of the runs; low and high are those of the widest interval.
        runs: their indices, from the first to the last.
    """

    mean: float
    low: float
    high: float
    runs: range

    def has(self, runs: Sequence[int]) -> bool:
        """Whether one of the runs is in the column."""
        return any(run in self.runs for run in runs)


def spark_line(one: ScoreHistory, width: int, *, ascii_only: bool = False) -> str:
    """``▅▅▅▅▂▂|▃▃``: the mean of the runs in each column; a bar where the line breaks."""
    bins = _bins(one.points, width)
    means = [column.mean for column in bins]
    low, high = min(means), max(means)
    breaks = [each.run for each in one.breaks]
    shown = ""
    for column in bins:
        share = 0.5 if high == low else (column.mean - low) / (high - low)
        broken = "|" if column.has(breaks) else ""
        shown += broken + level_character(share, ascii_only=ascii_only)
    return shown


def chart_lines(one: ScoreHistory, width: int, *, ascii_only: bool = False) -> list[str]:
    """A chart with the intervals as vertical lines, and marks below it where the score changed.

    Args:
        one: the score.
        width: characters, at least 30.
        ascii_only: draw with ASCII characters only.
    """
    gutter = 8
    room = max(10, width - gutter - 1)
    bins = _bins(one.points, room)
    between = " " * (min(_WIDEST_STEP, room // len(bins)) - 1)
    low = min(min(column.low, column.mean) for column in bins)
    high = max(max(column.high, column.mean) for column in bins)
    height = _HEIGHT if high > low else 1
    dot, line, edge = ("*", ":", "|") if ascii_only else ("●", "│", "┤")
    rows = [[" "] * len(bins) for _ in range(height)]

    def row(value: float) -> int:
        share = 0.0 if high == low else (value - low) / (high - low)
        return height - 1 - min(int(share * height), height - 1)

    for index, column in enumerate(bins):
        for each in range(row(column.high), row(column.low) + 1):
            rows[each][index] = line
        rows[row(column.mean)][index] = dot
    labels = {0: f"{high:z.3f}", height - 1: f"{low:z.3f}"}
    shown = [
        f"{labels.get(number, ''):>{gutter - 1}}{edge}{between.join(cells)}".rstrip()
        for number, cells in enumerate(rows)
    ]
    marks = between.join(_marks(one, bins, ascii_only=ascii_only)).rstrip()
    return [*shown, *([" " * gutter + marks] if marks else [])]


def _marks(one: ScoreHistory, bins: Sequence[_Bin], *, ascii_only: bool) -> str:
    up, down, broken = ("^", "v", "|") if ascii_only else ("▲", "▼", "┊")
    shown = ""
    for column in bins:
        changes = [change for change in one.changes if change.run in column.runs]
        if column.has([each.run for each in one.breaks]):
            shown += broken
        elif changes:
            shown += up if changes[-1].difference > 0 else down
        else:
            shown += " "
    return shown


def _bins(points: Sequence[ScorePoint], width: int) -> list[_Bin]:
    columns = min(width, len(points))
    found = []
    for column in range(columns):
        start, end = (math.ceil(len(points) * each / columns) for each in (column, column + 1))
        own = points[start:end]
        mean = math.fsum(point.mean for point in own) / len(own)
        low = math.fsum(p.mean if p.low is None else p.low for p in own) / len(own)
        high = math.fsum(p.mean if p.high is None else p.high for p in own) / len(own)
        first = 0 if start == 0 else points[start - 1].run + 1
        found.append(_Bin(mean, low, high, range(first, own[-1].run + 1)))
    return found
