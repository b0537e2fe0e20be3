"""The worst articles in a terminal: a table, bars, and how each model's scores are spread."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.report.bars import Axis
from bench.report.fitting import Fitted, room_beside
from bench.report.terminal import printable
from bench.report.worst import Worst, WorstArticle, models_of, title_of

_BAR = 12  # columns of a bar
_SPREAD = 20  # columns of a distribution
_LONGEST = 40  # columns of an id or a name before it is folded
_SHORTEST = 12  # columns of a title that says anything


@dataclass(frozen=True)
class _Column:
    heading: str
    cells: list[Text]
    right: bool = False
    width: int | None = None
    """What it is folded at; None where it is not."""


def worst_view(found: Worst) -> RenderableType:
    """The worst articles, the spread of each model's scores, and what is missing."""
    task, *rest = title_of(found).split(" · ")
    return Group(
        Text.assemble((task, "bold"), " · ", printable(" · ".join(rest))),
        Fitted(lambda console, options: [_articles(found, console, options)]),
        "",
        Fitted(lambda _, options: [_spread(found, options)]),
        *_remarks(found),
    )


def _articles(found: Worst, console: Console, options: ConsoleOptions) -> Table:
    """As many columns and as much of the titles as there is room for."""
    for named, drawn in ((True, True), (False, True), (False, False)):
        columns = list(_columns(found, options, named=named, drawn=drawn and options.is_terminal))
        if room_beside(_table(columns), console, options) >= 0:
            break
    room = room_beside(_table(columns), console, options) - 2
    if room >= _SHORTEST and any(row.title for row in found.rows):
        titles = [Text(printable(row.title)) for row in found.rows]
        for title in titles:
            title.truncate(room, overflow="ellipsis")
        columns.insert(2, _Column("title", titles))
    return _table(columns)


def _columns(
    found: Worst, options: ConsoleOptions, *, named: bool, drawn: bool
) -> Iterator[_Column]:
    """All but the titles; models by name or by number, with bars or without."""
    rows = found.rows
    yield _Column("#", [Text(str(rank)) for rank in range(1, len(rows) + 1)], right=True)
    yield _Column("article", [Text(printable(row.article)) for row in rows], width=_LONGEST)
    yield _Column(
        "score" if found.model else "mean", [_own(found, row) for row in rows], right=True
    )
    if drawn:
        axis = _axis(found, _BAR, options)
        yield _Column(axis.ends, [Text(axis.bar(row.score), "cyan") for row in rows])
    if found.model:
        yield _Column("best other", [_other(found, row) for row in rows], width=_LONGEST)
        return
    for number, name in enumerate(models_of(found), 1):
        heading = printable(name) if named else f"({number})"
        yield _Column(heading, [_score(row, name) for row in rows], right=True)


def _own(found: Worst, row: WorstArticle) -> Text:
    state = row.states.get(found.model or "")
    return Text.assemble((f"{state} " if state else "", "red"), f"{row.score:.3f}")


def _other(found: Worst, row: WorstArticle) -> Text:
    other = row.best_other(found.model or "", higher_is_better=found.higher_is_better)
    return Text(f"{other[1]:.3f} {printable(other[0])}" if other else "–")


def _score(row: WorstArticle, model: str) -> Text:
    value, state = row.scores[model], row.states.get(model)
    if state:
        return Text(state, "red")
    return Text("–" if value is None else f"{value:.3f}")


def _spread(found: Worst, options: ConsoleOptions) -> Table:
    """How many articles score what, on one axis for all models."""
    models = models_of(found)
    values = [found.values[name] for name in models]
    axis = _axis(found, _SPREAD, options)
    columns = [
        _Column("", [Text(f"({number})") for number in range(1, len(models) + 1)], right=True),
        _Column("model", [Text(printable(name)) for name in models], width=_LONGEST),
        _Column(axis.ends, [Text(axis.distribution(of), "cyan") for of in values]),
    ]
    for heading, take in (("lowest", min), ("median", statistics.median), ("highest", max)):
        columns.append(_Column(heading, [Text(f"{take(of):.3f}") for of in values], right=True))
    return _table(
        [*columns, _Column("articles", [Text(str(len(of))) for of in values], right=True)]
    )


def _axis(found: Worst, width: int, options: ConsoleOptions) -> Axis:
    every = (value for values in found.values.values() for value in values)
    return Axis.over([0.0, *every], width, ascii_only=options.ascii_only)


def _table(columns: list[_Column]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
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
    for name, count in sorted(found.unscored.items()):
        articles = f"{count} article{'' if count == 1 else 's'}"
        yield Text(
            f"{printable(name)}: {articles} without {found.score}, not counted there.", "red"
        )
