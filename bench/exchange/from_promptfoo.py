"""Results of promptfoo, JSON or JSON lines: a model for each provider and prompt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.exchange.imported import ImportedFile, ImportedModel, ImportedRow, name_of, whole_number
from bench.models.harnesses import value_at
from bench.models.recorded_files import Record

_NO_TEXT = "the response has no text"
_FAILED_ASSERTION = 1  # as opposed to an error, in `failureReason`
_Key = tuple[str, int]
"""A provider, and the number of its column: promptfoo counts prompts over all providers."""


def is_output(value: Any) -> bool:
    """Whether a record is a document of promptfoo, or one of its rows."""
    return _is_row(value) or _rows_of(value) is not None


def models(file: ImportedFile, documents: Sequence[Record]) -> list[ImportedModel]:
    """The models of a file: a column for each provider, or provider and prompt."""
    first = documents[0].value
    listed = _rows_of(first)
    document = first if listed is not None else {}
    rows = [(f"row {n}", row) for n, row in enumerate(listed or [], start=1)]
    if listed is None:
        rows = [(record.location(file.path), record.value) for record in documents]
    found: dict[_Key, list[ImportedRow]] = {}
    prompts: dict[_Key, str] = {}
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
        prompts.setdefault(key, _prompt(row, key))
    names = _names(prompts)
    count = len(set(prompts.values()))
    if count > 1:
        file.notes.append(f"a model for each of {count} prompts of a provider")
    metadata = document.get("metadata")
    description = value_at(document, "config.description")
    dates = [value_at(document, "results.timestamp"), value_at(metadata, "evaluationCreatedAt")]
    return [
        ImportedModel(
            name_of(names[key]),
            file.source(
                "promptfoo",
                version=value_at(metadata, "promptfooVersion"),
                model=key[0],
                task=description or document.get("evalId"),
                date=next((date for date in dates if isinstance(date, str)), None),
            ),
            own,
        )
        for key, own in found.items()
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


def _prompt(row: Mapping[str, Any], key: _Key) -> str:
    """What the prompts of several providers are equal by."""
    known = [row.get("promptId"), value_at(row, "prompt.label")]
    return next((one for one in known if isinstance(one, str) and one), f"{key[1]}")


def _names(prompts: Mapping[_Key, str]) -> dict[_Key, str]:
    """The name of each column: the provider, with the number of the prompt if there are several.

    A provider that is there twice, with other settings, has a number, too.
    """
    order = sorted(prompts, key=lambda key: key[1])  # rows come as they are done
    numbers = {prompt: n for n, prompt in enumerate(dict.fromkeys(map(prompts.get, order)), 1)}
    found: dict[_Key, str] = {}
    uses: Counter[str] = Counter()
    for key in order:
        name = f"{key[0]}@prompt{numbers[prompts[key]]}" if len(numbers) > 1 else key[0]
        uses[name] += 1
        found[key] = f"{name}-{uses[name]}" if uses[name] > 1 else name
    return found


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
    asserted = row.get("failureReason") == _FAILED_ASSERTION
    errors = [value_at(row, "response.error"), None if asserted else row.get("error")]
    error = next((one for one in errors if isinstance(one, str) and one), None)
    if error is None and output is None:
        error = _NO_TEXT
    return ImportedRow(article, sample=sample, text=output, error=error)
