"""Renders models by a label of the reference items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table, span
from bench.reports.terminal import printable
from bench.runs.by_label import FOUND, ByLabel, ModelByLabel

_ONE = 1  # models that are shown with intervals


def view(result: ByLabel) -> RenderableType:
    """The values as rows; a column a model, or the intervals of a single model."""
    parts: list[RenderableType] = [Text(printable(_title(result)), "bold")]
    parts.append(fitted_table(_table(result)))
    parts += [Text(note, "dim") for note in _notes(result)]
    return Group(*parts)


def document(result: ByLabel) -> Document:
    """One section with a table; the flat table has a row for each model and value."""
    keys = (
        *("task", "label", "model", "role", "value", "items", "articles"),
        *("similarity", "low", "high", "found", "found_low", "found_high"),
    )
    rows: list[tuple[Cell, ...]] = []
    for model in result.models:
        for s in model.scores:
            of, share = s.interval, s.found_interval
            bounds = (of.low, of.high) if of else (None, None)
            shares = (share.low, share.high) if share else (None, None)
            what = (result.task, result.label, model.name, model.role, s.value, s.items)
            rows.append((*what, s.articles, s.similarity, *bounds, s.found, *shares))
    section = Section(_title(result), (_table(result),), notes=tuple(_notes(result)))
    return Document({"version": 1, **asdict(result)}, keyed(keys, rows), (section,))


def _table(result: ByLabel) -> Table:
    return _of_one(result.models[0]) if len(result.models) == _ONE else _of_all(result)


def _of_one(model: ModelByLabel) -> Table:
    columns = (
        Column("value", "value", numeric=False, folds=True),
        Column("items", "items", ",d"),
        Column("similarity", "similarity", "z.3f"),
        Column("interval", "interval"),
        Column("found", "found", "z.0%"),
        Column("its interval", "found_interval"),
    )
    rows = []
    for s in model.scores:
        of, share = s.interval, s.found_interval
        low, high = (of.low, of.high) if of else (None, None)
        shares = span(share.low, share.high, "z.0%") if share else span(None, None)
        rows.append(Row((s.value, s.items, s.similarity, span(low, high), s.found, shares)))
    return Table(columns, tuple(rows))


def _of_all(result: ByLabel) -> Table:
    values = list(dict.fromkeys(s.value for model in result.models for s in model.scores))
    items = {s.value: s.items for model in result.models for s in model.scores}
    columns = [Column("value", "value", numeric=False, folds=True), Column("items", "items", ",d")]
    for number, model in enumerate(result.models):
        heading = "\n".join(model.name.split("-"))
        columns.append(Column(heading, model.name, "z.3f", drops=number, long=model.name))
    rows = []
    for value in values:
        cells: list[Cell] = [value, items[value]]
        for model in result.models:
            found = next((s for s in model.scores if s.value == value), None)
            cells.append(found.similarity if found else None)
        rows.append(Row(tuple(cells)))
    return Table(tuple(columns), tuple(rows))


def _title(result: ByLabel) -> str:
    names = [result.task, f"by {result.label}", f"{result.similarity} of matched items"]
    if len(result.models) == _ONE:
        names.insert(1, result.models[0].name)
    return " · ".join(names)


def _notes(result: ByLabel) -> Iterator[str]:
    if len(result.models) == _ONE:
        level = f"{100 * result.confidence:g} %"
        yield f"Found: similarity of {FOUND:g} or more. Intervals: {level}, over articles."
    else:
        yield "Intervals: --model NAME, or --format json."
    if result.unlabelled:
        yield f"Not counted: {count(result.unlabelled, 'article')} without this label."
