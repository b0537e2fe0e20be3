"""Renders the verdicts of ``bench check``."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text

from bench.gate.verdict import GateReport, Outcome, Verdict
from bench.reports.document import Column, Document, Row, Section, Table
from bench.reports.tables import fitted_table, p_value, span
from bench.reports.terminal import printable

_STYLE: dict[Outcome, str] = {"fail": "red", "inconclusive": "yellow", "pass": ""}
MARK: dict[Outcome, str] = {"fail": "❌", "inconclusive": "❔", "pass": "✅"}


def view(report: GateReport) -> RenderableType:
    """The table, the reasons of failures, and the summary line, for a terminal."""
    title = Text(printable(f"{report.run} against {report.baseline}"), "bold")
    bad = [
        Text(
            printable(f"{v.outcome}: {v.task}, {v.model}, {v.score}: {v.reason}"), _STYLE[v.outcome]
        )
        for v in report.verdicts
        if v.outcome != "pass"
    ]
    notes = [Text(printable(note), "yellow") for note in report.notes]
    last = Text(report.summary, f"bold {_STYLE[report.outcome] or 'green'}")
    table = verdicts_table(report)
    shown = [
        i for i, column in enumerate(table.columns) if column.key not in ("articles", "reason")
    ]
    return Group(title, fitted_table(table.with_columns(shown)), "", *bad, *notes, last)


def verdicts_table(report: GateReport, *, exact: bool = False) -> Table:
    """One row per verdict, worst first.

    Args:
        report: the verdicts.
        exact: show p-values at full precision, for programs.
    """

    def shown(value: float | None) -> float | str | None:
        return value if exact or value is None else p_value(value)

    tested = exact or any(v.p_value is not None for v in report.verdicts)
    bounded = exact or any(v.interval for v in report.verdicts)
    together = exact or (tested and not report.per_check)
    columns = (
        Column("verdict", "verdict", numeric=False),
        Column("task", "task", numeric=False),
        Column("model", "model", numeric=False, folds=True),
        Column("score", "score", numeric=False),
        Column("articles", "articles"),
        Column("before", "before", "z.3f", drops=1),
        Column("now", "now", "z.3f"),
        Column("change", "difference", "+z.3f"),
        *(
            [Column(f"{100 * report.confidence:.4g} %\ninterval", "interval", drops=2)]
            if bounded
            else []
        ),
        Column("margin", "margin", "z.3f", drops=3),
        *([Column("p", "p", drops=5)] if tested else []),
        *([Column("adjusted\np", "p_adjusted", drops=4)] if together else []),
        Column("why", "reason", numeric=False),
    )
    rows = [
        Row(
            (
                v.outcome,
                v.task,
                v.model,
                v.score,
                v.articles,
                v.before,
                v.now,
                v.difference,
                *([_span(v)] if bounded else []),
                v.margin,
                *([shown(v.p_value)] if tested else []),
                *([shown(v.p_adjusted)] if together else []),
                v.reason,
            ),
            _STYLE[v.outcome],
        )
        for v in report.verdicts
    ]
    return Table(columns, tuple(rows))


def _span(verdict: Verdict) -> str | None:
    found = verdict.interval
    return span(found.low, found.high, "+z.3f") if found else None


def document(report: GateReport) -> Document:
    """The document for pull requests and job summaries; passed checks are collapsed."""
    record = {
        "version": 1,
        "run": report.run,
        "baseline": report.baseline,
        "verdict": report.outcome,
        "confidence": report.confidence,
        "per_check": report.per_check,
        "counts": {o: report.count(o) for o in ("pass", "fail", "inconclusive")},
        "checks": [_record(verdict) for verdict in report.verdicts],
        "notes": list(report.notes),
    }
    bad = [v for v in report.verdicts if v.outcome != "pass"]
    good = [v for v in report.verdicts if v.outcome == "pass"]
    title = f"{MARK[report.outcome]} bench check: {report.summary}"
    lead = f"{report.run} against {report.baseline}"
    sections = [Section(title, (_table(report, bad),) if bad else (), lead)]
    if good:
        sections.append(Section(f"{len(good)} passed", (_table(report, good),), folded=True))
    return Document(record, verdicts_table(report, exact=True), tuple(sections), report.notes)


def _table(report: GateReport, verdicts: list[Verdict]) -> Table:
    return verdicts_table(replace(report, verdicts=tuple(verdicts)))


def _record(v: Verdict) -> dict[str, object]:
    return {
        "task": v.task,
        "model": v.model,
        "score": v.score,
        "verdict": v.outcome,
        "method": v.method,
        "reason": v.reason,
        "articles": v.articles,
        "before": v.before,
        "now": v.now,
        "difference": v.difference,
        "low": v.interval.low if v.interval else None,
        "high": v.interval.high if v.interval else None,
        "margin": v.margin,
        "p": v.p_value,
        "p_adjusted": v.p_adjusted,
        "conservative": v.conservative,
        "units": v.units,
        "changed": v.changed,
        **({} if v.labels is None else {"labels": v.labels}),
    }
