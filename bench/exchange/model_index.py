"""Metadata of model cards: the key ``model-index``, in a card of its own for each model."""

from __future__ import annotations

from typing import Any

from bench.exchange.exported import Export, ExportedModel, ExportedScore
from bench.exchange.texts import folders_of, yaml_text

_TASK_TYPES = {"summary": "summarization", "questions": "text-generation"}
"""The hub's own name of each task."""


def files(export: Export) -> dict[str, str]:
    """A model card with nothing but the metadata, by path."""
    folders = folders_of(export.names)
    return {f"{folder}/README.md": _card(export, name) for name, folder in folders.items()}


def _card(export: Export, name: str) -> str:
    results = [_result(export, model) for model in export.of(name)]
    metadata = {"model-index": [{"name": export.of(name)[0].shown_id, "results": results}]}
    return f"---\n{yaml_text(metadata)}---\n"


def _result(export: Export, model: ExportedModel) -> dict[str, Any]:
    record = export.run.record.config if export.run.has_record else None
    reading = {
        "config": record and record.subset,
        "split": record and record.split,
        "revision": record and record.revision,
    }
    return {
        "task": {"type": _TASK_TYPES[model.task], "name": model.task},
        "dataset": {
            "name": export.dataset,
            "type": export.dataset_id or export.dataset,
            **{key: value for key, value in reading.items() if value},
            "args": {
                "fingerprint": export.fingerprint,
                "articles": export.run.results.dataset.articles,
            },
        },
        "metrics": [_metric(export, score) for score in model.scores.values()],
    }


def _metric(export: Export, score: ExportedScore) -> dict[str, Any]:
    facts = {**score.described, "confidence": export.run.results.confidence}
    return {
        "type": score.name,
        "value": score.mean,
        "name": score.name,
        "args": {**facts, "qgbench": export.version},
    }
