"""Renders how many more ratings are needed, and which."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.rating.outlook import Decision, ItemToRate, RatingOutlook
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table
from bench.reports.terminal import printable

_SHOWN = 80  # characters of an item


def view(outlook: RatingOutlook) -> RenderableType:
    """The decisions, and the items to rate again."""
    parts: list[RenderableType] = []
    for section in document(outlook).sections:
        parts.append(Text(printable(section.title), "bold"))
        if section.lead:
            parts.append(Text(printable(section.lead)))
        parts += [fitted_table(table) for table in section.tables]
        parts += [Text(printable(note), "yellow") for note in section.notes]
        parts.append("")
    return Group(*parts[:-1])


def document(outlook: RatingOutlook) -> Document:
    """A section for the decisions, and one for the items."""
    rows: list[tuple[Cell, ...]] = [
        (
            *(one.task, one.dimension, one.model, one.other, one.difference, one.low, one.high),
            *(one.articles, one.needed, one.needed_low, one.needed_high, one.more_values),
        )
        for one in outlook.decisions
    ]
    keys = ("task", "dimension", "model", "other", "difference", "low", "high", "articles")
    flat = keyed((*keys, "needed", "needed_low", "needed_high", "more_values"), rows)
    sections = [_decisions(outlook), *([_items(outlook)] if outlook.items else [])]
    return Document({"version": 1, **asdict(outlook)}, flat, tuple(sections))


def _decisions(outlook: RatingOutlook) -> Section:
    several = len({one.task for one in outlook.decisions}) > 1
    columns = (
        *([Column("task", "task", numeric=False)] if several else []),
        Column("criterion", "dimension", numeric=False),
        Column("models", "models", numeric=False, folds=True),
        Column("difference", "difference", "+z.2f"),
        Column(f"{(1 - outlook.alpha) * 100:g} %\ninterval", "interval"),
        Column("decided", "decided", numeric=False),
        Column("articles", "articles", ",d"),
        Column("needed", "needed"),
        Column("more\nratings", "more", ",d"),
        Column("noise", "noise", "z.0%", drops=1),
    )
    rows = tuple(Row((*([one.task] if several else []), *_cells(one))) for one in outlook.decisions)
    what = "the observed difference" if outlook.effect is None else f"{outlook.effect:g}"
    lead = (
        f"Articles needed to detect {what} with {outlook.power:z.0%} probability at level"
        f" {outlook.alpha:g}, and the ratings that these take at as many for each article."
    )
    return Section(f"more ratings · {outlook.run}", (Table(columns, rows),), lead, _notes(outlook))


def _notes(outlook: RatingOutlook) -> tuple[str, ...]:
    undecided = [one for one in outlook.decisions if not one.decided]
    notes = []
    if undecided and outlook.effect is None:
        notes.append(
            "An observed difference is uncertain, and so is what it would take to detect it: name"
            " the smallest difference that matters with --effect."
        )
    known = [one.noise for one in undecided if one.noise is not None]
    if known:
        typical = sorted(known)[len(known) // 2]
        notes.append(
            f"Noise: about {typical:z.0%} of the variance comes from items and raters, which more"
            " ratings of the same articles lower; the rest only more articles do."
        )
    if undecided:
        notes.append(
            "More articles: bench rate RUN --articles N with a larger N continues the same random"
            " order."
        )
    elif outlook.decisions:
        notes.append("Every difference is decided.")
    return tuple(notes)


def _cells(one: Decision) -> tuple[Cell, ...]:
    interval = "" if one.low is None or one.high is None else f"[{one.low:+z.2f}, {one.high:+z.2f}]"
    if one.needed is None:
        needed = "–"
    else:
        needed = f"{one.needed:,}"
        if one.needed_low is not None:
            low, high = f"{one.needed_low:z,.0f}", one.needed_high
            needed += f" ({low} or more)" if high is None else f" ({low}–{high:z,.0f})"
    return (
        *(one.dimension, f"{one.model} > {one.other}", one.difference, interval),
        *("yes" if one.decided else "no", one.articles, needed, one.more_values, one.noise),
    )


def _named(one: ItemToRate) -> str:
    """The text of an item, or its index and model; for a whole list, its model."""
    if isinstance(one.item, str):
        return one.item[:_SHOWN]
    what = "the whole list" if one.item is None else f"item {one.item + 1}"
    return f"{what} of {', '.join(one.models)}"


def _items(outlook: RatingOutlook) -> Section:
    columns = (
        Column("criterion", "dimension", numeric=False),
        Column("article", "article", numeric=False, folds=True),
        Column("item", "item", numeric=False, folds=True),
        Column("ratings", "values", numeric=False),
        Column("gain", "gain", "z.2f"),
    )
    rows = tuple(
        Row(
            (
                *(one.dimension, one.article, _named(one)),
                *(", ".join(f"{value:g}" for value in one.values), one.gain),
            )
        )
        for one in outlook.items
    )
    lead = (
        f"{count(len(rows), 'item')} worth another rater first: few ratings, or ratings that"
        " disagree, of models whose order is undecided."
    )
    return Section("items to rate again", (Table(columns, rows),), lead)
