"""What was run: of which numbers a reader speaks, and how they came about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.compare.gather import Gathered
from bench.errors import BenchError
from bench.metrics.base import Metric
from bench.report.terminal import printable
from bench.runs.directory import config_of
from bench.runs.finished import FinishedRun
from bench.runs.named_metrics import configured_metric

Record = dict[str, Any]


def what_was_run(gathered: Gathered, runs: Sequence[FinishedRun]) -> Record:
    """Of each run its config and versions, of each metric its meaning and signature."""
    return {"runs": [_run(run) for run in runs], "metrics": _metrics(gathered, runs)}


def _run(run: FinishedRun) -> Record:
    import yaml

    record = json.loads((run.path / "run.json").read_bytes())
    config = _said(config_of(run.path).model_dump(mode="json"))
    models = record.get("models", {})
    return {
        "name": printable(run.name),
        "config": printable_lines(yaml.safe_dump(config, sort_keys=False, allow_unicode=True)),
        "models": [
            {"name": printable(name), "role": facts["role"], "signature": facts["signature"]}
            for name, facts in models.items()
        ],
        "notes": [
            printable(str(note)) for key in ("notes", "events") for note in record.get(key, ())
        ],
        "versions": {str(k): str(v) for k, v in record.get("versions", {}).items()},
    }


def printable_lines(text: str) -> str:
    """Text of several lines, each as a terminal may show it."""
    return "\n".join(map(printable, text.split("\n")))


def _said(value: Any) -> Any:
    """A config without what it does not say."""
    if isinstance(value, dict):
        kept = {key: _said(inner) for key, inner in value.items()}
        said = {key: inner for key, inner in kept.items() if inner not in (None, {}, [])}
        return said["use"] if said.keys() == {"use"} else said
    return [_said(inner) for inner in value] if isinstance(value, list | tuple) else value


def _metrics(gathered: Gathered, runs: Sequence[FinishedRun]) -> list[Record]:
    known = {name: metric for run in runs for name, metric in _configured(run).items()}
    return [
        {
            "name": printable(name),
            "signature": printable(facts.signature),
            "higher": facts.higher_is_better,
            "range": facts.range,
            "about": known[name].description if name in known else "",
            "source": known[name].source if name in known else "",
        }
        for name, facts in gathered.results.metrics.items()
    ]


def _configured(run: FinishedRun) -> dict[str, Metric]:
    """The metrics that can be made here; of those of somebody else's module only names are left."""
    found = {}
    config = config_of(run.path)
    for entry in config.metrics:
        try:
            metric = configured_metric(entry, config)
        except BenchError:
            continue
        found[entry.name or metric.name] = metric
    return found
