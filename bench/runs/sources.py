"""Where the outputs of imported models come from, as ``run.json`` says it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.errors import shortened
from bench.runs.record import RunRecord

SOURCE = "source"
"""The parameter of a `recorded` model with the facts about its source."""
FIELDS = ("program", "version", "model", "task", "date", "file", "sha256")
"""The facts that ``bench import`` records, each a string and missing if unknown."""


def source_of(record: RunRecord, model: str) -> dict[str, str]:
    """The facts about the source of a model; empty unless it was imported."""
    for entry in record.config.models:
        given: Any = (entry.model_extra or {}).get(SOURCE)
        if entry.label == model and isinstance(given, Mapping):
            found = {name: given[name] for name in FIELDS if isinstance(given.get(name), str)}
            return {name: shortened(text) for name, text in found.items() if text}
    return {}


def source_lines(record: RunRecord, model: str | None = None) -> Iterator[str]:
    """A line for each imported model, or for one of them, with its source."""
    labels = dict.fromkeys(entry.label for entry in record.config.models)
    for name in labels if model is None else [model]:
        source = source_of(record, name)
        if source:
            program = f"{source.get('program', '?')} {source.get('version', '')}".strip()
            parts = [f"{name}: imported from {program}", f"model {source.get('model', 'unknown')}"]
            parts += [f"{key} {source[key]}" for key in ("task", "date", "file") if key in source]
            digest = source.get("sha256", "")
            parts += [f"sha256 {digest[:12]}"] if digest else []
            yield ", ".join(parts)
