"""Turns a finished run into a row of a history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

import numpy as np

from bench.histories.dates import (
    checked_commit,
    checked_date,
    current_commit,
    date_of_directory,
    shown_date,
)
from bench.histories.row import (
    MOST_ARTICLES,
    HistoryRow,
    ModelRow,
    Outcome,
    TaskRow,
    packed_values,
)
from bench.runs.files import RECORD, RESULTS
from bench.runs.finished import FinishedRun


def row_of(
    run: FinishedRun,
    *,
    commit: str | None = None,
    date: str | None = None,
    outcome: Outcome | None = None,
    scores: Iterable[str] = (),
) -> HistoryRow:
    """The row of a run.

    Args:
        run: the run.
        commit: of what was run; from CI or git if None, unknown if empty.
        date: of the run; from its directory if None.
        outcome: the verdict of the gate.
        scores: those of which the score of each article is kept, besides the primary ones.

    Raises:
        ConfigError: the commit or date cannot be one.
        RunDirectoryError: the scores of the run cannot be read.
    """
    known = current_commit() if commit is None else checked_commit(commit) if commit else None
    when = date_of_directory(run.path) if date is None else checked_date(date)
    articles = sorted(run.digests) if run.results.dataset.articles <= MOST_ARTICLES else None
    units = run.units(articles) if articles and run.cluster_labels else None
    results = run.results
    tasks = {
        name: TaskRow(
            primary=task.primary,
            articles=task.articles,
            items=task.items,
            models={
                model: _model_row(run, name, model, articles, {task.primary, *scores})
                for model in task.models
            },
        )
        for name, task in results.tasks.items()
    }
    return HistoryRow(
        id=run_id(run, known, when),
        run=run.name,
        commit=known,
        date=shown_date(when),
        outcome=outcome,
        on_error=results.on_error,
        confidence=results.confidence,
        resamples=results.resamples,
        dataset=results.dataset,
        metrics=results.metrics,
        tasks=tasks,
        articles=articles,
        clusters=units,
    )


def run_id(run: FinishedRun, commit: str | None, date: datetime) -> str:
    """The identity of a run: its files, its commit and its date."""
    whole = hashlib.sha256()
    for name in (RECORD, RESULTS):
        file = run.path / name
        whole.update(hashlib.sha256(file.read_bytes() if file.exists() else b"").digest())
    whole.update(f"{commit or ''}\n{shown_date(date)}".encode())
    return f"sha256:{whole.hexdigest()}"


def _model_row(
    run: FinishedRun, task: str, model: str, articles: list[str] | None, kept: set[str]
) -> ModelRow:
    result = run.results.tasks[task].models[model]
    values: dict[str, str] = {}
    statistics: dict[str, str] = {}
    scored: dict[str, list[int]] = {}
    index = {article: number for number, article in enumerate(articles or ())}
    for score in sorted(kept & result.scores.keys()) if articles is not None else ():
        found = run.values(task, model, score)
        scored[score] = [index[article] for article in found.articles]
        values[score] = packed_values(found.values)
        if found.statistics is not None:
            statistics[score] = packed_values(np.ravel(found.statistics))
    every = list(index.values())
    on = scored.get(run.results.tasks[task].primary, every)
    return ModelRow(
        role=result.role,
        signature=run.signatures.get(model, ""),
        articles=result.articles,
        failed=result.failed,
        scores={name: (s.mean, s.low, s.high) for name, s in result.scores.items()},
        values=values,
        statistics=statistics,
        on=on if on != every else None,
        indices={score: own for score, own in scored.items() if own != on},
    )
