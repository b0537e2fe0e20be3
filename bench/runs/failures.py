"""Messages about failed models and metrics of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.runs.predictions import prediction_file
from bench.runs.remote_read import fetch_run
from bench.runs.results import Results


def failures(results: Results, source: str) -> list[str]:
    """A line for each model that failed on articles: their number, and the first reason."""
    lines: list[str] = []
    directory: Path | None = None
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            if model.failed:
                directory = directory or fetch_run(source)
                rows = prediction_file(directory, name, task).read()
                first = next((row for row in rows if row.status == "error"), None)
                why = model.reason or (
                    f"{first.article!r} for one: {first.error}"
                    if first
                    else "while it was scored: `events` in run.json says more"
                )
                lines.append(
                    f"{name} failed on {model.failed} of {result.articles} articles ({task}), {why}"
                )
    return lines


def broken_metrics(results: Results) -> Iterator[str]:
    """A line for each metric that failed: its first fault, and the number of others."""
    found: dict[str, list[str]] = {}
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            for metric, fault in model.faults.items():
                found.setdefault(metric, []).append(f"{fault} ({name}, {task})")
    for metric, faults in found.items():
        more = f"; and with {len(faults) - 1} more" if len(faults) > 1 else ""
        yield f"{faults[0]}{more}; there is no score by {metric!r} for them"
