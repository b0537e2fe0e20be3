"""Renders what raters said of items: beside the items, and where people and judges disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.display import count
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.terminal import printable
from bench.runs.judges.shown import Disagreement, Disagreements, ItemRating

_NOTHING = (
    "No item has ratings of both people and a judge. `bench rate` makes rating sheets, and"
    " `bench rate RUN --import` adds what people say."
)


def view(result: Disagreements) -> RenderableType:
    """The items, one below the other."""
    if not result.items:
        return Text(_NOTHING)
    parts: list[RenderableType] = []
    for one in result.items:
        what = f"{one.judge}.{one.dimension} {one.value:z.2f}, people {one.people:z.2f}"
        parts.append(
            Text.assemble(
                (f"{one.size:+z.2f}  ", "bold red"),
                printable(f"{what} · {one.model} · {one.task} · {one.title or one.article}"),
            )
        )
        parts.append(Text(f"       {printable(one.text)}", "bold"))
        if one.reason:
            parts.append(Text(printable(f"       {one.judge}: {one.reason}")))
    return Group(*parts, "", Text(_summary(result), "dim"))


def document(result: Disagreements) -> Document:
    """A table of the items."""
    columns = (
        Column("judge − people", "size", "+z.2f"),
        Column("judge", "judge", numeric=False),
        Column("its value", "value", "z.2f"),
        Column("people", "people", "z.2f"),
        Column("model", "model", numeric=False),
        Column("article", "article", numeric=False),
        Column("item", "item", numeric=False),
        Column("reason", "reason", numeric=False),
    )
    keys = ("task", "judge", "dimension", "article", "model", "item", "value", "people", "reason")
    rows: list[tuple[Cell, ...]] = [
        (o.task, o.judge, o.dimension, o.article, o.model, o.text, o.value, o.people, o.reason)
        for o in result.items
    ]
    notes = (_summary(result) if result.items else _NOTHING,)
    table = Table(columns, tuple(Row(_cells(one)) for one in result.items))
    section = Section("disagreements between judges and people", (table,), notes=notes)
    record = {"version": 1, **asdict(result)}
    return Document(record, keyed(keys, rows), (section,))


def ratings_view(ratings: Sequence[ItemRating]) -> RenderableType:
    """What raters said of the items of one list."""
    table = RichTable(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    before: int | None = -1
    for one in ratings:
        label = "list" if one.item is None else f"{one.item + 1}."
        value = "–" if one.value is None else f"{one.value:z.2f}".rstrip("0").rstrip(".")
        table.add_row(
            "" if one.item == before else label,
            Text(printable(f"{one.rater}.{one.dimension}"), "bold" if one.is_person else ""),
            value,
            Text(printable(one.reason or "")),
        )
        before = one.item
    return Group(Text("ratings", "bold"), table)


def ratings_table(ratings: Sequence[ItemRating]) -> Table:
    """The same as a table; items are counted from 1."""
    columns = (
        Column("item", "item"),
        Column("rater", "rater", numeric=False),
        Column("criterion", "dimension", numeric=False),
        Column("value", "value", "z.2f"),
        Column("reason", "reason", numeric=False),
    )
    return Table(columns, tuple(Row(cells) for cells in _rating_cells(ratings)))


def ratings_record(ratings: Sequence[ItemRating]) -> list[dict[str, Any]]:
    """The same as JSON data; items are counted from 0."""
    return [asdict(one) for one in ratings]


def _rating_cells(ratings: Sequence[ItemRating]) -> Iterator[tuple[Cell, ...]]:
    for one in ratings:
        item = None if one.item is None else one.item + 1
        yield item, one.rater, one.dimension, one.value, one.reason


def _cells(one: Disagreement) -> tuple[Cell, ...]:
    name = f"{one.judge}.{one.dimension}"
    article = one.title or one.article
    return one.size, name, one.value, one.people, one.model, article, one.text, one.reason


def _summary(result: Disagreements) -> str:
    return f"{len(result.items)} of {count(result.of, 'item')} that both people and a judge rated."
