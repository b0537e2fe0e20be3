"""The layout of lm-eval: ``results_DATE.json`` and ``samples_TASK_DATE.jsonl`` for each model.

A sample has the items beside the text in ``filtered_resps``, so that ``bench import`` reads the
same lists back whatever a parser makes of the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from bench.exchange.exported import Export, ExportedModel
from bench.exchange.texts import folder_name, folders_of, json_text, output_text
from bench.runs.predictions import Prediction
from bench.tasks import task_named

FILTER = "none"
"""The filter that lm-eval names where none was applied."""


def files(export: Export) -> dict[str, str]:
    """The results and samples of each model, by path."""
    date = export.date.strftime("%Y-%m-%dT%H-%M-%S.%f")
    found: dict[str, str] = {}
    for name, folder in folders_of(export.names).items():
        for model in export.of(name):
            rows = "".join(f"{json_text(row)}\n" for row in _samples(export, model))
            if rows:
                found[f"{folder}/samples_{model.task}_{date}.jsonl"] = rows
        results = json_text(_results(export, export.of(name)), indent=2)
        found[f"{folder}/results_{date}.json"] = results + "\n"
    return found


def _results(export: Export, models: list[ExportedModel]) -> dict[str, Any]:
    first = models[0]
    by_task = {model.task: model for model in models}
    total = export.run.results.dataset.articles
    return {
        "results": {task: _scores(model) for task, model in by_task.items()},
        "group_subtasks": {task: [] for task in by_task},
        "configs": {task: _config(export, model) for task, model in by_task.items()},
        "versions": dict.fromkeys(by_task, 1),
        "n-shot": dict.fromkeys(by_task, 0),
        "higher_is_better": {
            task: {name: score.facts.higher_is_better for name, score in model.scores.items()}
            for task, model in by_task.items()
        },
        "n-samples": {
            task: {"original": total, "effective": model.result.articles}
            for task, model in by_task.items()
        },
        "config": {"model": "qgbench", "model_args": first.signature, "limit": None},
        "date": export.timestamp,
        "model_source": "qgbench",
        "model_name": first.shown_id,
        "model_name_sanitized": folder_name(first.name),
        "qgbench": {
            "version": export.version,
            "versions": export.versions,
            "dataset": export.dataset,
            "fingerprint": export.fingerprint,
            "confidence": export.run.results.confidence,
            "source": first.source,
            "scores": {
                task: {name: score.described for name, score in model.scores.items()}
                for task, model in by_task.items()
            },
        },
    }


def _scores(model: ExportedModel) -> dict[str, Any]:
    found: dict[str, Any] = {"alias": model.task, "sample_len": model.result.articles}
    for name, score in model.scores.items():
        found[f"{name},{FILTER}"] = score.mean
        found[f"{name}_stderr,{FILTER}"] = "N/A" if score.error is None else score.error
    return found


def _config(export: Export, model: ExportedModel) -> dict[str, Any]:
    return {
        "task": model.task,
        "dataset_path": export.dataset_id or export.dataset,
        "output_type": "generate_until",
        "repeats": model.result.samples,
        "metric_list": [
            {
                "metric": name,
                "aggregation": "mean",
                "higher_is_better": score.facts.higher_is_better,
            }
            for name, score in model.scores.items()
        ],
        "metadata": {"version": 1, "fingerprint": export.fingerprint, "items": model.items},
    }


def _samples(export: Export, model: ExportedModel) -> Iterator[dict[str, Any]]:
    """A row for each output, in the order of the articles."""
    run = export.run
    if not run.has_rows(model.task, model.name):
        return
    numbers = {article: number for number, article in enumerate(export.references)}
    known = [row for row in run.rows(model.task, model.name) if row.article in numbers]
    values: dict[str, dict[str, float]] = {}
    for name in model.scores:
        scores = run.values(model.task, model.name, name)
        for article, value in zip(scores.articles, scores.values, strict=True):
            values.setdefault(article, {})[name] = float(value)
    for row in sorted(known, key=lambda row: (numbers[row.article], row.sample)):
        yield _sample(export, model, row, numbers[row.article], values.get(row.article, {}))


def _sample(
    export: Export, model: ExportedModel, row: Prediction, number: int, values: dict[str, float]
) -> dict[str, Any]:
    article = export.references[row.article]
    document = {"id": article.id, "title": article.title}
    target = "\n".join(task_named(model.task).references(article))
    text = output_text(row)
    return {
        "doc_id": number,
        "doc": document,
        "target": target,
        "arguments": [],
        "resps": [[text]],
        "filtered_resps": [text],
        "filter": FILTER,
        "metrics": list(values),
        "doc_hash": _digest(json_text(document)),
        "prompt_hash": _digest(""),
        "target_hash": _digest(target),
        **({"sample": row.sample} if model.result.samples > 1 else {}),
        "items": list(row.items),
        "error": row.error,
        **{name: value for name, value in values.items() if name not in _KEYS},
    }


_KEYS = frozenset({"doc_id", "doc", "target", "filter", "sample", "items", "error", "metrics"})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
