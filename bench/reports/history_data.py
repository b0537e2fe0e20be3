"""Histories as data for programs: JSON, and the rows of a spreadsheet."""

from __future__ import annotations

from typing import Any

from bench.histories.findings import History, LevelChange, LevelDrift, RunOfHistory, ScoreHistory
from bench.reports.document import Cell, Table, keyed


def flat_table(history: History) -> Table:
    """A row for each run and score."""
    keys = ("run", "commit", "date", "outcome", "dataset", "task", "model", "score")
    rows: list[tuple[Cell, ...]] = [
        (
            *(history.runs[p.run].run, history.runs[p.run].commit),
            *(_time(history.runs[p.run]), history.runs[p.run].outcome),
            *(one.dataset, one.task, one.model, one.score),
            *(p.mean, p.low, p.high, p.level),
            *_happened(one, p.run),
        )
        for one in history.scores
        for p in one.points
    ]
    return keyed((*keys, "mean", "low", "high", "level", "change", "break"), rows)


def _happened(one: ScoreHistory, run: int) -> tuple[float | None, str | None]:
    change = next((c.difference for c in one.changes if c.run == run), None)
    reason = next((each.reason for each in one.breaks if each.run == run), None)
    return change, reason


def _time(run: RunOfHistory) -> str:
    return run.date.isoformat(timespec="seconds").replace("+00:00", "Z")


def record(history: History) -> dict[str, Any]:
    """The whole history as JSON data."""
    return {
        "version": 1,
        "confidence": history.confidence,
        "tests": history.tests,
        "runs": [
            {"run": r.run, "commit": r.commit, "date": _time(r), "outcome": r.outcome}
            for r in history.runs
        ],
        "scores": [_score_record(one) for one in history.scores],
        "notes": list(history.notes),
    }


def _score_record(one: ScoreHistory) -> dict[str, Any]:
    return {
        "dataset": one.dataset,
        "task": one.task,
        "model": one.model,
        "score": one.score,
        **({"advisory": one.advisory} if one.advisory else {}),
        "role": one.role,
        "higher_is_better": one.higher_is_better,
        "noise": one.noise,
        "correlation": one.correlation,
        "points": [
            {"run": p.run, "mean": p.mean, "low": p.low, "high": p.high, "level": p.level}
            for p in one.points
        ],
        "breaks": [{"run": each.run, "reason": each.reason} for each in one.breaks],
        "changes": [_change_record(change) for change in one.changes],
        "drifts": [_drift_record(drift) for drift in one.drifts],
    }


def _change_record(change: LevelChange) -> dict[str, Any]:
    return {
        "run": change.run,
        "last": change.last,
        "before": change.before,
        "after": change.after,
        "difference": change.difference,
        "method": change.method,
        "p": change.p_value,
        "low": change.interval.low if change.interval else None,
        "high": change.interval.high if change.interval else None,
        "p_articles": change.p_articles,
        "significant": change.significant,
        "changed": change.changed,
        "articles": change.articles,
    }


def _drift_record(drift: LevelDrift) -> dict[str, Any]:
    return {
        "start": drift.start,
        "end": drift.end,
        "first": drift.first,
        "last": drift.last,
        "difference": drift.difference,
        "p": drift.p_value,
    }
