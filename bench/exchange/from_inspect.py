"""Logs of inspect: ``.json`` files, or ``.eval`` archives that ``eval_archive`` opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.exchange.imported import ImportedFile, ImportedModel, ImportedRow, name_of, whole_number
from bench.models.harnesses import value_at
from bench.models.recorded_files import Record

_NO_TEXT = "the output has no text"


def is_log(value: Any) -> bool:
    """Whether a document is a log of inspect."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("eval"), Mapping)
        and ("samples" in value or "plan" in value or "status" in value)
    )


def models(file: ImportedFile, documents: Sequence[Record]) -> list[ImportedModel]:
    """The model of a log; its epochs are samples."""
    log = next(record.value for record in documents if is_log(record.value))
    samples = log.get("samples")
    rows = []
    for number, sample in enumerate(samples if isinstance(samples, list) else [], start=1):
        try:
            rows.append(_row(file, sample))
        except ValueError as error:
            file.unread.append(f"sample {number}: {error}")
    facts = log["eval"]
    status = log.get("status")
    if status not in (None, "success"):
        file.notes.append(f"the log's status is {str(status)[:40]!r}, so samples may be missing")
    total = value_at(log, "results.total_samples")
    if isinstance(total, int) and total > len(rows) + len(file.unread):
        file.notes.append(f"{len(rows)} of {total} samples are in the log")
    model, task = facts.get("model"), facts.get("task")
    named = model if isinstance(model, str) and model else Path(file.path).stem
    source = file.source(
        "inspect",
        version=value_at(facts, "packages.inspect_ai"),
        model=model,
        task=task,
        date=facts.get("created"),
    )
    return [ImportedModel(name_of(named), source, rows)]


def _row(file: ImportedFile, sample: Any) -> ImportedRow:
    """The row of a sample.

    Raises:
        ValueError: it has no id.
    """
    if not isinstance(sample, Mapping):
        raise ValueError("not an object")  # noqa: TRY004 - of a file
    article = file.id_in(*([sample.get("metadata")] if file.id_field else []), sample)
    if article is None:
        raise ValueError(f"{file.id_field or 'id'}: missing")
    number = max(0, (whole_number(sample.get("epoch")) or 1) - 1)
    text = _text(sample.get("output"))
    error = sample.get("error")
    if text:
        return ImportedRow(article, sample=number, text=text)
    if error:
        message = error.get("message") if isinstance(error, Mapping) else error
        return ImportedRow(article, sample=number, error=str(message or "failed"))
    if text is None:
        return ImportedRow(article, sample=number, error=_NO_TEXT)
    return ImportedRow(article, sample=number, text=text)


def _text(output: Any) -> str | None:
    """The text of an output; None without one."""
    completion = value_at(output, "completion")
    if isinstance(completion, str) and completion:
        return completion
    content = value_at(output, "choices.0.message.content")
    if isinstance(content, list):  # parts, of which some may be reasoning or images
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        texts = [part for part in parts if isinstance(part, str)]
        content = "\n".join(texts) if texts else None
    if isinstance(content, str):
        return content
    return completion if isinstance(completion, str) else None
