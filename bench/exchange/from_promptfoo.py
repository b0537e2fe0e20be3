"""Results of promptfoo, JSON or JSON lines: a model for each provider and prompt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bench.exchange.imported import ImportedFile, ImportedModel, ImportedRow, name_of, whole_number
from bench.models.harnesses import value_at
from bench.models.recorded_files import Record

_NO_TEXT = "the response has no text"
_Key = tuple[str, int]


def is_output(value: Any) -> bool:
    """Whether a record is a document of promptfoo, or one of its rows."""
    return _is_row(value) or _rows_of(value) is not None


def models(file: ImportedFile, documents: Sequence[Record]) -> list[ImportedModel]:
    """The models of a file: a provider, or a provider with one of several prompts."""
    first = documents[0].value
    listed = _rows_of(first)
    document = first if listed is not None else {}
    rows = [(f"row {n}", row) for n, row in enumerate(listed or [], start=1)]
    if listed is None:
        rows = [(record.location(file.path), record.value) for record in documents]
    found: dict[_Key, list[ImportedRow]] = {}
    seen: dict[tuple[_Key, str], int] = {}
    for location, row in rows:
        try:
            key, article = _key(row), _id(file, row)
        except ValueError as error:
            file.unread.append(f"{location}: {error}")
            continue
        sample = seen.get((key, str(article)), 0)  # a test that was repeated
        seen[key, str(article)] = sample + 1
        found.setdefault(key, []).append(_row(row, article, sample))
    prompts = {prompt for _, prompt in found}
    if len(prompts) > 1:
        file.notes.append(f"a model for each of {len(prompts)} prompts of a provider")
    metadata = document.get("metadata")
    description = value_at(document, "config.description")
    dates = [value_at(document, "results.timestamp"), value_at(metadata, "evaluationCreatedAt")]
    return [
        ImportedModel(
            name_of(f"{provider}@prompt{prompt + 1}" if len(prompts) > 1 else provider),
            file.source(
                "promptfoo",
                version=value_at(metadata, "promptfooVersion"),
                model=provider,
                task=description or document.get("evalId"),
                date=next((date for date in dates if isinstance(date, str)), None),
            ),
            own,
        )
        for (provider, prompt), own in found.items()
    ]


def _is_row(value: Any) -> bool:
    return isinstance(value, Mapping) and {"vars", "provider"} <= value.keys()


def _rows_of(value: Any) -> list[Any] | None:
    """The rows of a document; None if it has none."""
    for path in ("results.results", "results"):
        rows = value_at(value, path)
        if isinstance(rows, list) and any(map(_is_row, rows)):
            return rows
    return None


def _key(row: Any) -> _Key:
    """Provider and number of the prompt.

    Raises:
        ValueError: it is not a row of promptfoo.
    """
    if isinstance(row, ValueError):
        raise row
    if not _is_row(row):
        raise ValueError("not a row of promptfoo")
    provider = row["provider"]
    names = [provider, value_at(provider, "label"), value_at(provider, "id")]
    name = next((one for one in names if isinstance(one, str) and one), "promptfoo")
    return name, whole_number(row.get("promptIdx")) or 0


def _id(file: ImportedFile, row: Mapping[str, Any]) -> str | int:
    """The id of the article.

    Raises:
        ValueError: the row has none.
    """
    found = file.id_in(row["vars"], value_at(row, "testCase.metadata"), row.get("metadata"))
    if found is None:
        names = ", ".join(map(str, row["vars"])) if isinstance(row["vars"], Mapping) else ""
        raise ValueError(
            f"vars.{file.id_field or 'id'}: missing; the variables are {names or 'none'}; if one"
            " has the id: --id NAME"
        )
    return found


def _row(row: Mapping[str, Any], article: str | int, sample: int) -> ImportedRow:
    output = value_at(row, "response.output")
    if isinstance(output, list) and all(isinstance(item, str) for item in output):
        return ImportedRow(article, sample=sample, items=output)
    if output is not None and not isinstance(output, str):
        output = json.dumps(output, ensure_ascii=False)
    if output:
        return ImportedRow(article, sample=sample, text=output)
    errors = [value_at(row, "response.error"), row.get("error")]
    error = next((one for one in errors if isinstance(one, str) and one), None)
    if error is None and output is None:
        error = _NO_TEXT
    return ImportedRow(article, sample=sample, text=output, error=error)
