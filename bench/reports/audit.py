"""Renders the result of ``bench validate``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bench.data.audit import Audit, Finding, Spread
from bench.reports.clusters import in_clusters
from bench.reports.document import Column, Document, Row, Section, Table, keyed
from bench.reports.tables import terminal_table
from bench.reports.terminal import printable

_STYLES = {"error": "red", "warning": "yellow", "info": ""}


def view(audit: Audit) -> RenderableType:
    """The facts, and below them the findings."""
    languages = ", ".join(f"{name or 'none'} {n:,}" for name, n in audit.languages.items())
    facts = f" · {_articles(audit)}"
    heading = Text.assemble((printable(audit.dataset), "bold"), facts)
    lines = [heading, Text(printable(f"language {languages}")), Text(audit.fingerprint, "dim")]
    parts: list[RenderableType] = [*lines, "", terminal_table(_facts_table(audit)), ""]
    if audit.findings:
        return Group(*parts, _findings_table(audit))
    return Group(*parts, Text("No problems found.", "green"))


def document(audit: Audit) -> Document:
    """Facts and findings. The JSON has the fields of ``Audit``; ``repeats`` only if not empty."""
    record: dict[str, Any] = {"version": 1, **asdict(audit)}
    for finding in record["findings"]:
        if not finding["repeats"]:
            del finding["repeats"]
    rows = [(f.severity, f.code, f.count, f.message, _examples(f)) for f in audit.findings]
    findings = keyed(("severity", "code", "count", "message", "examples"), list(rows))
    title = f"{audit.dataset} · {_articles(audit)}"
    tables = (_facts_table(audit), *((findings,) if rows else ()))
    notes = () if rows else ("No problems found.",)
    return Document(record, findings, (Section(title, tables, notes=notes),))


def _articles(audit: Audit) -> str:
    return in_clusters(audit.articles, audit.clusters, None, audit.clustered_by or "")


def error_lines(audit: Audit) -> list[str]:
    """One line for each finding that would make a run fail."""
    return [
        f"{audit.dataset}: {found.count:,} {found.message} ({_examples(found)})"
        for found in audit.errors
    ]


def _facts_table(audit: Audit) -> Table:
    columns = (
        Column("", "part", numeric=False),
        Column("articles", "articles", ",d"),
        Column("without", "without", ",d"),
        Column("second\nlists", "alternatives", ",d"),
        Column("items per article\nmin, quartiles, max", "items", folds=True),
        Column("words per item\nmin, quartiles, max", "words", folds=True),
    )
    rows = [
        Row((name, t.articles, t.missing, t.alternatives, _numbers(t.items), _numbers(t.words)))
        for name, t in audit.tasks.items()
    ]
    missing = sum(found.count for found in audit.findings if found.code == "text.missing")
    text = ("text", audit.articles - missing, missing, None, None, _numbers(audit.words))
    return Table(columns, (*rows, Row(text)))


def _findings_table(audit: Audit) -> RichTable:
    """Each finding with its examples below it, so that long ids fit."""
    table = RichTable(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("severity", no_wrap=True)
    table.add_column("count", justify="right", no_wrap=True)
    table.add_column("finding, examples", overflow="fold")
    for found in audit.findings:
        examples = (f"\n{printable(_examples(found))}", "dim")
        style = _STYLES[found.severity]
        text = Text.assemble((printable(found.message), style), examples)
        table.add_row(Text(found.severity, style), Text(f"{found.count:,}"), text)
    return table


def _examples(finding: Finding) -> str:
    shown = list(finding.examples)
    if finding.repeats:
        pairs = zip(finding.examples, finding.repeats, strict=True)
        shown = [f"{later} repeats {earlier}" for later, earlier in pairs]
    return ", ".join(shown)


def _numbers(spread: Spread | None) -> str | None:
    if spread is None:
        return None
    return " ".join(map(_short, asdict(spread).values()))


def _short(value: float) -> str:
    """One decimal below 100, none above and where it is 0."""
    return f"{value:z,.0f}" if value >= 100 else f"{value:z.1f}".removesuffix(".0")
