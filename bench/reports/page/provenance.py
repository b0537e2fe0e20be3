"""Data of the provenance section: configs, versions and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.agreement.known import known_line
from bench.comparison.combined import CombinedRuns
from bench.metrics.by_signature import metric_description
from bench.reports.terminal import printable, printable_lines
from bench.runs.finished import FinishedRun

Record = dict[str, Any]


def what_was_run(combined: CombinedRuns, runs: Sequence[FinishedRun]) -> Record:
    """The config and versions of each run, and the description and signature of each metric."""
    return {"runs": [_run(run) for run in runs], "metrics": _metrics(combined)}


def _run(run: FinishedRun) -> Record:
    import yaml

    record = run.record
    config = _given(record.config.model_dump(mode="json")) if run.has_record else None
    return {
        "name": printable(run.name),
        "config": printable_lines(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
        if config is not None
        else "unknown: run.json cannot be read",
        "models": [
            {"name": printable(name), "role": facts.role, "signature": facts.signature}
            for name, facts in record.models.items()
        ],
        "notes": [printable(note) for note in (*record.notes, *record.events)],
        "versions": dict(record.versions),
    }


def _given(value: Any) -> Any:
    """A config without empty values."""
    if isinstance(value, dict):
        kept = {key: _given(inner) for key, inner in value.items()}
        said = {key: inner for key, inner in kept.items() if inner not in (None, {}, [])}
        return said["use"] if said.keys() == {"use"} else said
    return [_given(inner) for inner in value] if isinstance(value, list | tuple) else value


def _metrics(combined: CombinedRuns) -> list[Record]:
    records = []
    for name, facts in combined.results.metrics.items():
        about, source = metric_description(
            facts.signature
        )  # only the name of a user-defined metric
        known = known_line(name, signature=facts.signature) if about else None
        records.append(
            {
                "name": printable(name),
                "signature": printable(facts.signature),
                "higher": facts.higher_is_better,
                "range": facts.range,
                "about": about if known is None else f"{about}; {known}",
                "source": source,
            }
        )
    return records
