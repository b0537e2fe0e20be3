"""Messages about failed models and metrics of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bench.display import count
from bench.runs.predictions import Prediction
from bench.runs.results import Results

Rows = Callable[[str, str], Iterable[Prediction]]
"""By task and model, what it wrote."""


def failures(results: Results, rows: Rows) -> list[str]:
    """A line for each model that failed on articles: their number, and the first reason."""
    lines: list[str] = []
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            if model.failed:
                first = next((row for row in rows(task, name) if row.status == "error"), None)
                why = model.reason or (
                    f"{first.article!r} for one: {first.error}"
                    if first
                    else "while it was scored: `events` in run.json says more"
                )
                outputs = count(model.outputs or result.articles, model.counted)
                lines.append(f"{name} failed on {model.failed} of {outputs} ({task}), {why}")
    return lines


def broken_metrics(results: Results) -> Iterator[str]:
    """A line for each metric or rater that failed: its first fault, and the number of others."""
    found: dict[str, list[str]] = {}
    for task, result in results.tasks.items():
        for name, model in result.models.items():
            for metric, fault in model.faults.items():
                found.setdefault(metric, []).append(f"{fault} ({name}, {task})")
            for score, rated in model.scores.items():
                if rated.failed:
                    failed = count(rated.failed, "rating")
                    why = "`notes` in run.json say why"
                    yield f"{score}: {failed} of {name} failed ({task}); {why}"
    for metric, faults in found.items():
        more = f"; and with {len(faults) - 1} more" if len(faults) > 1 else ""
        yield f"{faults[0]}{more}; there is no score by {metric!r} for them"
