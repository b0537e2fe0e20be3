"""Renders the result of ``bench.score``: scores with intervals."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.metrics.list_scores import Scores
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import span, terminal_table


def view(scores: Scores) -> RenderableType:
    """The table with its title."""
    (section,) = document(scores).sections
    return Group(Text(section.title, "bold"), *map(terminal_table, section.tables))


def document(scores: Scores) -> Document:
    """One section; the flat table has a row for each score."""
    found = {name: scores.score_interval(name) for name in scores}
    bounds = {
        name: (of.interval.low, of.interval.high) if of else (None, None)
        for name, of in found.items()
    }
    rows: list[tuple[Cell, ...]] = [(name, scores[name], *bounds[name]) for name in scores]
    shown = [Row((name, scores[name], span(*bounds[name]))) for name in scores]
    columns = (
        Column("score", "score", numeric=False),
        Column("value", "value", ".3f"),
        Column("95 % interval", "interval"),
    )
    record = {
        "version": 1,
        "articles": len(scores.articles),
        "scores": {
            name: {
                "mean": scores[name],
                "low": low,
                "high": high,
                "conservative": bool((of := found[name]) and of.conservative),
            }
            for name, (low, high) in bounds.items()
        },
    }
    section = Section(count(len(scores.articles), "article"), (Table(columns, tuple(shown)),))
    return Document(record, keyed(("score", "value", "low", "high"), rows), (section,))
