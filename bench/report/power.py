"""What ``bench power`` found, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.compare.power import PowerReport, ScorePower
from bench.report.tables import Column, Row, Table, join_csv
from bench.report.terminal import printable

_WIDEST = 40  # columns of the longest bar


def power_view(report: PowerReport) -> RenderableType:
    """Pairs, the sentence that matters, and the curve."""
    parts: list[RenderableType] = []
    for one in report.scores:
        heading = printable(f" · {one.score} · {one.articles} articles")
        parts += [Text.assemble((one.task, "bold"), heading)]
        parts += [pairs_table(report, one).fitted(), ""]
        parts += [Text(line) for line in sentences(report, one)]
        parts += ["", _curve(one), ""]
    return Group(*parts, Text(_worth(report), "yellow"))


def to_json(report: PowerReport) -> str:
    """All of it, every digit."""
    record = {"version": 1, **asdict(report)}
    for one in record["scores"]:
        one["curve"] = [{"articles": n, "detectable": d} for n, d in one["curve"]]
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def to_csv(report: PowerReport) -> str:
    """One row a pair."""
    keys = ("task", "score", "articles")
    tables = []
    for one in report.scores:
        table = pairs_table(report, one)
        rows = (Row((one.task, one.score, one.articles, *row.cells)) for row in table.rows)
        columns = (*(Column(key, key) for key in keys), *table.columns)
        tables.append(Table(columns, tuple(rows)))
    return join_csv(tables)


def to_markdown(report: PowerReport) -> str:
    """A heading, a table and its sentences for each score."""
    text = ""
    for one in report.scores:
        text += f"### {one.task} · {one.score} · {one.articles} articles\n\n"
        text += pairs_table(report, one).to_markdown() + "\n"
        text += "".join(f"{line}\n" for line in sentences(report, one)) + "\n"
    return text + _worth(report) + "\n"


def to_latex(report: PowerReport) -> str:
    """A table for each score, its heading in a comment."""
    return "\n".join(
        f"% {one.task} · {one.score} · {one.articles} articles\n"
        + pairs_table(report, one).to_latex()
        for one in report.scores
    )


def pairs_table(report: PowerReport, one: ScorePower) -> Table:
    """Each pair of models."""
    effect = "the difference" if report.effect is None else f"{report.effect:g}"
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("against", "other", numeric=False, folds=True),
        Column("difference", "difference", "+.3f"),
        Column("spread", "spread", ".3f"),
        Column("detectable", "detectable", ".3f"),
        Column(f"articles for\n{effect}", "needed", ",d"),
    )
    rows = [
        Row((p.model, p.other, p.difference, p.spread, p.detectable, p.needed)) for p in one.pairs
    ]
    return Table(columns, tuple(rows))


def sentences(report: PowerReport, one: ScorePower) -> list[str]:
    """What the median pair says."""
    lines = [
        f"{one.articles} articles show a true difference of {one.detectable:.3f} or more"
        f" {100 * report.power:g} % of the time (median pair)."
    ]
    if report.effect is not None:
        articles = "more articles than anyone has" if one.needed is None else f"{one.needed:,}"
        lines.append(f"A difference of {report.effect:g} needs {articles} articles.")
    return lines


def _curve(one: ScorePower) -> RenderableType:
    widest = max(value for _, value in one.curve) or 1.0
    lines = [Text("articles  smallest difference they show", "bold")]
    for articles, value in one.curve:
        bar = "█" * max(1, round(_WIDEST * value / widest))
        style = "bold green" if articles == one.articles else ""
        lines.append(Text(f"{articles:>8,}  {value:.4f} {bar}", style))
    return Group(*lines)


def _worth(report: PowerReport) -> str:
    return (
        f"For one comparison at alpha {report.alpha:g}, by the paired t-test on the spread observed"
        " here; where k comparisons are made at once, ask with --alpha"
        f" {report.alpha:g}/k."
    )


FORMS: dict[str, Callable[[PowerReport], str]] = {
    "json": to_json,
    "csv": to_csv,
    "markdown": to_markdown,
    "latex": to_latex,
}
"""By the name of ``--format``."""
