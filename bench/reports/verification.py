"""What ``bench verify`` found."""

from __future__ import annotations

from dataclasses import asdict

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table
from bench.reports.terminal import printable
from bench.verification.verify import TOLERANCE, Verification, VerifiedMetric


def view(verification: Verification) -> RenderableType:
    """The table, and below it the verdict."""
    style = "bold green" if verification.is_right else "bold red"
    return Group(
        Text(printable(_title(verification)), "bold"),
        fitted_table(_table(verification)),
        "",
        *(Text(printable(line), style) for line in _verdict(verification)),
    )


def document(verification: Verification) -> Document:
    """One section; the flat table has a row for each metric."""
    record = {
        "version": 1,
        "run": verification.run,
        "tolerance": TOLERANCE,
        "verdict": "pass" if verification.is_right else "fail",
        "metrics": [asdict(metric) for metric in verification.metrics],
    }
    rows: list[tuple[Cell, ...]] = [
        (m.metric, m.packages, m.scores, m.largest, m.location) for m in verification.metrics
    ]
    flat = keyed(("metric", "packages", "scores", "largest_difference", "location"), rows)
    notes = tuple(_verdict(verification))
    section = Section(_title(verification), (_table(verification),), notes=notes)
    return Document(record, flat, (section,))


def _title(verification: Verification) -> str:
    few = verification.articles
    which = "all articles" if few is None else f"up to {count(few, 'article')} of each model"
    return f"{verification.run} · {which}"


def _table(verification: Verification) -> Table:
    columns = (
        Column("metric", "metric", numeric=False, folds=True),
        Column("computed by", "packages", numeric=False),
        Column("scores", "scores", ",d"),
        Column("largest\ndifference", "largest", ".1e"),
    )
    return Table(columns, tuple(_row(metric) for metric in verification.metrics))


def _row(metric: VerifiedMetric) -> Row:
    if not metric.packages:
        return Row((metric.metric, "no reference package", None, None), "dim")
    cells = (metric.metric, metric.packages, metric.scores, metric.largest)
    return Row(cells, "" if metric.is_right else "red")


def _verdict(verification: Verification) -> list[str]:
    checked = [metric for metric in verification.metrics if metric.packages]
    wrong = [metric for metric in checked if not metric.is_right]
    scores = count(sum(metric.scores for metric in checked), "score")
    if not wrong:
        return [f"PASS: {scores} equal to those of the reference packages within {TOLERANCE:g}"]
    lines = [f"{m.metric}: differs by {m.largest:.3g} ({m.location})" for m in wrong]
    return [*lines, f"FAIL: {count(len(wrong), 'metric')} of {len(checked)} above {TOLERANCE:g}"]
