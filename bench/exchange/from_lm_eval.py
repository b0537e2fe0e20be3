"""Results of lm-eval: ``samples_TASK_DATE.jsonl``, with ``results_DATE.json`` beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.errors import DataError
from bench.exchange.imported import ImportedFile, ImportedModel, ImportedRow, name_of, whole_number
from bench.histories.dates import shown_date
from bench.models.recorded_files import Record, records

_NAME = re.compile(r"samples_(.+?)(?:_(\d{4}-\d\d-\d\dT[\d.-]+))?\.jsonl(?:\.gz)?")


def is_sample(value: Any) -> bool:
    """Whether a record is a sample of lm-eval."""
    return isinstance(value, Mapping) and {"doc_id", "filtered_resps"} <= value.keys()


def models(file: ImportedFile, rows: Sequence[Record]) -> list[ImportedModel]:
    """The model of a file, or one for each filter of its responses."""
    found: dict[str, list[ImportedRow]] = {}
    for record in rows:
        try:
            samples = _rows(file, record.value)
        except ValueError as error:
            file.unread.append(f"{record.location(file.path)}: {error}")
            continue
        own = record.value.get("filter")
        found.setdefault(own if isinstance(own, str) else "none", []).extend(samples)
    source = _source(file)
    name = name_of(source.get("model", "") or Path(file.path).stem)
    if len(found) > 1:
        file.notes.append(f"a model for each filter of responses: {', '.join(found)}")
    return [
        ImportedModel(name_of(f"{name}@{of}") if len(found) > 1 else name, dict(source), own)
        for of, own in found.items()
    ]


def _rows(file: ImportedFile, value: Any) -> list[ImportedRow]:
    """The rows of a sample, one for each response.

    Raises:
        ValueError: it is not a sample of text.
    """
    if isinstance(value, ValueError):
        raise value
    if not is_sample(value):
        raise ValueError("not a sample of lm-eval")
    position = whole_number(value["doc_id"])
    article = file.id_in(value.get("doc"))
    if article is None and (position is None or file.id_field):
        raise ValueError(f"doc.{file.id_field or 'id'}: missing")
    items, first = value.get("items"), whole_number(value.get("sample")) or 0
    error = value.get("error")
    if isinstance(error, str):
        return [ImportedRow(article, position, first, error=error)]
    texts = _texts(value["filtered_resps"])
    if isinstance(items, list) and len(texts) == 1 and all(isinstance(i, str) for i in items):
        text = None if texts[0] == "\n".join(items) else texts[0]
        return [ImportedRow(article, position, first, text, items)]
    return [ImportedRow(article, position, first + n, text) for n, text in enumerate(texts)]


def _texts(responses: Any) -> list[str]:
    """The responses to a request; several if it was repeated.

    Raises:
        ValueError: they are not texts.
    """
    while isinstance(responses, list) and len(responses) == 1 and isinstance(responses[0], list):
        responses = responses[0]
    given = [responses] if isinstance(responses, str) else responses
    if not isinstance(given, list) or not given or not all(isinstance(t, str) for t in given):
        raise ValueError("filtered_resps: not text; the task must generate text")
    return list(given)


def _source(file: ImportedFile) -> dict[str, str]:
    path = Path(file.path)
    matched = _NAME.fullmatch(path.name)
    task, date = matched.groups() if matched else ("", None)
    results = _results_beside(path, date)
    settings = results.get("config")
    model = results.get("model_name")
    own = results.get("qgbench")
    if isinstance(settings, Mapping) and own is None:
        arguments = settings.get("model_args")
        drawn = arguments is not None and str(model) not in str(arguments)
        # Without the name of a checkpoint lm-eval draws one at random.
        model = settings.get("model") if drawn or not model else model
    if not results:
        file.notes.append("no results_*.json beside it: model and version of lm-eval are unknown")
        owner, double, name = path.parent.name.partition("__")  # as lm-eval names its folders
        model = f"{owner}/{name}" if double and name else None
    given = own.get("version") if isinstance(own, Mapping) else None
    return file.source(
        "qgbench" if given else "lm-eval",
        version=given or results.get("lm_eval_version"),
        model=model,
        task=task,
        date=_date(results.get("date"), date),
    )


def _results_beside(path: Path, date: str | None) -> Mapping[str, Any]:
    """The results of the same evaluation; empty without any."""
    known = sorted(path.parent.glob("results*.json"))
    own = [one for one in known if date and one.name == f"results_{date}.json"]
    chosen = own or (known if len(known) == 1 else [])
    try:
        value = next(records(str(chosen[0]))).value if chosen else {}
    except (DataError, StopIteration):
        return {}
    return value if isinstance(value, Mapping) else {}


def _date(seconds: Any, named: str | None) -> str | None:
    if isinstance(seconds, int | float) and not isinstance(seconds, bool):
        try:
            return shown_date(datetime.fromtimestamp(seconds, UTC))
        except (OverflowError, ValueError, OSError):
            return None
    if named is None:
        return None
    day, _, time = named.partition("T")
    return f"{day}T{time.replace('-', ':')}"
