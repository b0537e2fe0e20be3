"""Renders the result of ``bench power``."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.comparison.power import PowerReport, ScorePower
from bench.display import count
from bench.reports.document import Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table
from bench.reports.terminal import printable

_WIDEST = 40  # columns of the longest bar


def view(report: PowerReport) -> RenderableType:
    """Pairs, the conclusion for the median pair, and the curve."""
    parts: list[RenderableType] = []
    for one in report.scores:
        task, _, rest = _title(one).partition(" ")
        parts += [Text.assemble((task, "bold"), " ", printable(rest))]
        parts += [fitted_table(power_table(report, one)), ""]
        parts += [Text(line) for line in statements(report, one)]
        parts += ["", _curve(one), ""]
    return Group(*parts, Text(_worth(report), "yellow"))


def document(report: PowerReport) -> Document:
    """A section for each score; the flat table has a row for each pair."""
    record = {"version": 1, **asdict(report)}
    for one in record["scores"]:
        one["curve"] = [{"articles": n, "detectable": d} for n, d in one["curve"]]
    columns = power_table(report, report.scores[0]).columns
    keys = ("task", "score", "articles", *(column.key for column in columns))
    rows = [
        (one.task, one.score, one.articles, *row.cells)
        for one in report.scores
        for row in power_table(report, one).rows
    ]
    sections = tuple(
        Section(_title(one), (power_table(report, one),), notes=tuple(statements(report, one)))
        for one in report.scores
    )
    return Document(record, keyed(keys, rows), sections, (_worth(report),))


def power_table(report: PowerReport, one: ScorePower) -> Table:
    """Each pair of models."""
    effect = "the difference" if report.effect is None else f"{report.effect:g}"
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+.3f"),
        Column("spread", "spread", ".3f", drops=1),
        Column("detectable", "detectable", ".3f"),
        Column(f"articles for\n{effect}", "needed", ",d"),
    )
    rows = [
        Row((p.model, p.other, p.difference, p.spread, p.detectable, p.needed)) for p in one.pairs
    ]
    return Table(columns, tuple(rows))


def statements(report: PowerReport, one: ScorePower) -> list[str]:
    """The conclusions for the median pair."""
    lines = [
        f"{one.articles} articles detect a true difference of {one.detectable:.3f} or more"
        f" {100 * report.power:g} % of the time (median pair)."
    ]
    if report.effect is not None:
        articles = "more than ten million" if one.needed is None else f"{one.needed:,}"
        lines.append(f"A difference of {report.effect:g} needs {articles} articles.")
    return lines


def _curve(one: ScorePower) -> RenderableType:
    widest = max(value for _, value in one.curve) or 1.0
    lines = [Text("articles  smallest detectable difference", "bold")]
    for articles, value in one.curve:
        bar = "█" * max(1, round(_WIDEST * value / widest))
        style = "bold green" if articles == one.articles else ""
        lines.append(Text(f"{articles:>8,}  {value:.4f} {bar}", style))
    return Group(*lines)


def _worth(report: PowerReport) -> str:
    return (
        f"For one comparison at alpha {report.alpha:g}, by the paired t-test with the observed"
        " spread; for k simultaneous comparisons use --alpha"
        f" {report.alpha:g}/k."
    )


def _title(one: ScorePower) -> str:
    return f"{one.task} · {one.score} · {count(one.articles, 'article')}"
