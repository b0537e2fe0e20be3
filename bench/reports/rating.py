"""Renders the ratings of people in a run."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bench.display import count
from bench.rating.findings import (
    DimensionSummary,
    ImportCounts,
    PreferenceSummary,
    RatingEstimate,
    RatingReport,
)
from bench.reports.document import Cell, Column, Document, Row, Section, Table, keyed
from bench.reports.tables import fitted_table
from bench.reports.terminal import printable


def view(report: RatingReport) -> RenderableType:
    """What was imported, raters, agreement, and means or strengths of models."""
    parts: list[RenderableType] = []
    for section in document(report).sections:
        parts.append(Text(printable(section.title), "bold"))
        if section.lead:
            parts.append(Text(printable(section.lead)))
        parts += [fitted_table(table) for table in section.tables]
        parts += [Text(printable(note), "yellow") for note in section.notes]
        parts.append("")
    return Group(*parts[:-1])


def document(report: RatingReport) -> Document:
    """Sections for raters, agreement, each criterion and each comparison."""
    sections = [
        Section(f"ratings · {report.run}", (_sheets(report),), lead=_lead(report)),
        *([_raters(report)] if report.raters else []),
        *([_agreement(report)] if report.dimensions else []),
        *(_dimension(report, one) for one in report.dimensions),
        *(_preference(report, one) for one in report.preferences),
    ]
    if report.notes:
        sections[0] = Section(sections[0].title, sections[0].tables, sections[0].lead, report.notes)
    rows: list[tuple[Cell, ...]] = [
        (
            one.task,
            one.dimension,
            m.model,
            m.mean.value,
            m.mean.low,
            m.mean.high,
            m.articles,
            m.values,
        )
        for one in report.dimensions
        for m in one.models
    ]
    rows += [
        (
            *(one.task, f"{one.dimension} (preferred)", m.model),
            *(m.preferred.value, m.preferred.low, m.preferred.high),
            *(None, m.wins + m.ties + m.losses),
        )
        for one in report.preferences
        for m in one.models
    ]
    keys = ("task", "dimension", "model", "mean", "low", "high", "articles", "values")
    return Document(_record(report), keyed(keys, rows), tuple(sections))


def _record(report: RatingReport) -> dict[str, Any]:
    record: dict[str, Any] = {"version": 1, **asdict(report)}
    for own, one in zip(record["raters"], report.raters, strict=True):
        own["severity"] = [
            {"task": task, "dimension": dimension, **asdict(found)}
            for (task, dimension), found in one.severity.items()
        ]
    for summary in record["preferences"]:
        for own in summary["models"]:
            log = own["log_strength"]
            own["undefeated"] = log is not None and log == math.inf
            own["winless"] = log is not None and log == -math.inf
            own["log_strength"] = None if log is None or math.isinf(log) else log
    return record


def _lead(report: RatingReport) -> str:
    imported = _imported(report.imported) if report.imported else ""
    if not report.raters:
        nothing = "No ratings yet: bench rate RUN --import FILES adds those of returned sheets."
        return imported or nothing
    return imported


def _imported(counts: ImportCounts) -> str:
    parts = [f"{count(counts.files, 'file')}: {count(counts.added, 'new rating')}"]
    if counts.changed:
        parts.append(f"{counts.changed:,} changed")
    if counts.repeated:
        parts.append(f"{counts.repeated:,} known already")
    rows = f"{count(counts.rows, 'row')} rated"
    if counts.partial:
        rows += f", {counts.partial:,} of them in part"
    if counts.untouched:
        rows += f"; {count(counts.untouched, 'row')} left empty"
    return f"{', '.join(parts)} ({rows})."


def _sheets(report: RatingReport) -> Table:
    columns = (
        Column("sheet", "sheet", numeric=False),
        Column("task", "task", numeric=False),
        Column("entries", "entries", ",d"),
        Column("rated", "rated", ",d"),
        Column("values\nasked for", "asked", ",d"),
        Column("given", "given", ",d"),
        Column("of those", "coverage", "z.0%"),
    )
    rows = (
        Row((s.sheet, s.task, s.entries, s.rated, s.asked, s.given, s.given / max(s.asked, 1)))
        for s in report.sheets
    )
    return Table(columns, tuple(rows))


def _raters(report: RatingReport) -> Section:
    names = list(dict.fromkeys(key for one in report.raters for key in one.severity))
    tasks = {task for task, _ in names}
    columns = (
        Column("rater", "rater", numeric=False, folds=True),
        Column("ratings", "values", ",d"),
        Column("articles", "articles", ",d"),
        *(
            Column(f"{dimension}\n{task}" if len(tasks) > 1 else dimension, f"{task}.{dimension}")
            for task, dimension in names
        ),
    )
    rows = tuple(
        Row((one.name, one.values, one.articles, *(_signed(one.severity.get(n)) for n in names)))
        for one in report.raters
    )
    lead = (
        "Severity: how much higher a rater's values are than those of others for the same items."
        if names
        else ""
    )
    return Section("raters", (Table(columns, rows),), lead)


def _signed(found: RatingEstimate | None) -> str:
    if found is None or found.value is None:
        return ""
    return f"{found.value:+z.2f}{_between(found)}"


def _between(found: RatingEstimate, form: str = "z.2f") -> str:
    if found.low is None or found.high is None:
        return ""
    return f" [{found.low:{form}}, {found.high:{form}}]"


def _number(found: RatingEstimate, form: str = "z.2f") -> str:
    return "–" if found.value is None else f"{found.value:{form}}{_between(found, form)}"


def _agreement(report: RatingReport) -> Section:
    columns = (
        Column("task", "task", numeric=False),
        Column("criterion", "dimension", numeric=False),
        Column("raters", "raters", ",d"),
        Column("items", "items", ",d"),
        Column("rated by\nseveral", "shared", ",d"),
        Column("alpha", "alpha"),
    )
    rows = tuple(
        Row((o.task, o.dimension, o.raters, o.items, o.shared, _number(o.alpha)))
        for o in report.dimensions
    )
    reasons: dict[str, list[str]] = {}
    for one in report.dimensions:
        if one.alpha_undefined:
            reasons.setdefault(one.alpha_undefined, []).append(one.dimension)
    notes = tuple(
        f"Agreement is not known ({', '.join(dict.fromkeys(names))}): {reason}."
        for reason, names in reasons.items()
    )
    lead = (
        "Krippendorff's alpha (ordinal): 1 is perfect agreement, 0 is chance; below 0.67 even"
        " tentative conclusions are doubtful."
    )
    return Section("agreement", (Table(columns, rows),), lead, notes)


def _dimension(report: RatingReport, one: DimensionSummary) -> Section:
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column(f"human.{one.dimension}", "mean", "z.2f"),
        Column(f"{report.confidence * 100:g} %\ninterval", "interval"),
        Column("articles", "articles", ",d"),
        Column("values", "values", ",d"),
    )
    rows = tuple(
        Row((m.model, m.mean.value, _between(m.mean).strip(), m.articles, m.values))
        for m in one.models
    )
    several = "articles and raters" if one.shared else "articles"
    return Section(
        f"{one.task} · {one.dimension}", (Table(columns, rows),), f"Intervals are over {several}."
    )


def _preference(report: RatingReport, one: PreferenceSummary) -> Section:
    columns = (
        Column("model", "model", numeric=False, folds=True),
        Column("preferred", "preferred", "z.2f"),
        Column(f"{report.confidence * 100:g} %\ninterval", "interval"),
        Column("log-strength", "log_strength"),
        Column("won", "wins", ",d"),
        Column("tied", "ties", ",d"),
        Column("lost", "losses", ",d"),
    )
    rows = tuple(
        Row(
            (
                *(m.model, m.preferred.value, _between(m.preferred).strip()),
                *(_strength(m.log_strength), m.wins, m.ties, m.losses),
            )
        )
        for m in one.models
    )
    lead = (
        f"{count(one.comparisons, 'comparison')}; preferred: the probability of being preferred"
        " over another model, on average (Bradley-Terry, ties half)."
    )
    notes = [
        f"List A was preferred in {_number(one.first)} of the comparisons that were no tie.",
        f"Agreement of raters (Krippendorff's alpha, nominal):"
        f" {one.alpha_undefined or _number(one.alpha)}.",
    ]
    if one.unconnected:
        groups = "; ".join(", ".join(group) for group in one.unconnected)
        notes.append(f"No comparison connects these groups, so they are not ranked: {groups}.")
    title = f"{one.task} · {one.dimension} · preferences"
    return Section(title, (Table(columns, rows),), lead, tuple(notes))


def _strength(log: float | None) -> str:
    if log is None:
        return "–"
    if math.isinf(log):
        return "undefeated" if log > 0 else "winless"
    return f"{log:+z.2f}"
