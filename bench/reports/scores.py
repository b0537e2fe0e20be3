"""Renders the result of ``bench.score``: scores with intervals."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.metrics.list_scores import Scores
from bench.reports.clusters import in_clusters
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import span, terminal_table
from bench.reports.terminal import printable
from bench.stats import DesignEffect


def view(scores: Scores) -> RenderableType:
    """The table with its title."""
    (section,) = document(scores).sections
    notes = (Text(printable(note), "yellow") for note in section.notes)
    return Group(Text(section.title, "bold"), *map(terminal_table, section.tables), *notes)


def document(scores: Scores) -> Document:
    """One section; the flat table has a row for each score."""
    found = {name: scores.score_interval(name) for name in scores}
    bounds = {
        name: (of.interval.low, of.interval.high) if of else (None, None)
        for name, of in found.items()
    }
    clusters = len(set(scores.clusters)) if scores.clusters else None
    rows: list[tuple[Cell, ...]] = [(name, scores[name], *bounds[name]) for name in scores]
    fewer = {name: n for name in scores if (n := scores.number(name)) < len(scores.articles)}
    effects = {name: scores.design_effect(name) for name in scores}
    alike = [(round(e.effective),) if (e := effects[n]) else (None,) for n in scores]
    tells = alike if scores.clusters else [()] * len(scores)
    shown = [
        Row((name, scores[name], span(*bounds[name]), *told))
        for name, told in zip(scores, tells, strict=True)
    ]
    columns = (
        Column("score", "score", numeric=False),
        Column("value", "value", "z.3f"),
        Column("95 % interval", "interval"),
        *([Column("as informative as", "effective", ",d")] if scores.clusters else []),
    )
    record = {
        "version": 1,
        "articles": len(scores.articles),
        **({"clusters": clusters} if clusters else {}),
        "scores": {
            name: {
                "mean": scores[name],
                "low": low,
                "high": high,
                "conservative": bool((of := found[name]) and of.conservative),
                **({"n": fewer[name]} if name in fewer else {}),
                **_design(effects[name]),
            }
            for name, (low, high) in bounds.items()
        },
    }
    title = in_clusters(len(scores.articles), clusters, None, "")
    total = count(len(scores.articles), "article")
    notes = tuple(f"{name}: {number:,} of {total} with a text" for name, number in fewer.items())
    section = Section(title, (Table(columns, tuple(shown)),), notes=notes)
    return Document(record, keyed(("score", "value", "low", "high"), rows), (section,))


def _design(effect: DesignEffect | None) -> dict[str, float]:
    if effect is None:
        return {}
    return {"design_effect": effect.factor, "effective": effect.effective}
