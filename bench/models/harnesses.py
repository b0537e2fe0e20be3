"""Reads the rows of other evaluation programs: lm-eval, inspect, promptfoo, batches of OpenAI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.models.recorded_files import ID

POSITION = "\0"
"""The beginning of an id that is a position in the dataset, from 0."""


@dataclass(frozen=True)
class Harness:
    """The rows of a program.

    Attributes:
        name: the program and its file.
        keys: the keys that its rows have.
        reads: the columns that are read, for the note.
        row: converts a row; None if it has another form after all. Raises a ``ValueError`` if it
            lacks something.
    """

    name: str
    keys: frozenset[str]
    reads: str
    row: Callable[[Mapping[str, Any]], dict[str, Any] | None]


def harness_of(row: Mapping[str, Any]) -> Harness | None:
    """The program that wrote a row; None if unknown."""
    return next((h for h in HARNESSES if h.keys <= row.keys() and _is_of(row, h)), None)


def _is_of(row: Mapping[str, Any], harness: Harness) -> bool:
    try:
        return harness.row(row) is not None
    except ValueError:
        return True  # which is reported with the row


def value_at(value: Any, path: str) -> Any:
    """The value under a dotted path, with numbers for elements of lists; None without one."""
    if isinstance(value, Mapping) and path in value:
        return value[path]
    head, _, rest = path.partition(".")
    if isinstance(value, list) and head.isdecimal() and int(head) < len(value):
        inner = value[int(head)]
    elif isinstance(value, Mapping):
        inner = value.get(head)
    else:
        return None
    return value_at(inner, rest) if rest else inner


def _lm_eval(row: Mapping[str, Any]) -> dict[str, Any] | None:
    text = row["filtered_resps"]
    while isinstance(text, list) and len(text) == 1:
        text = text[0]
    if isinstance(text, list) and text and all(isinstance(one, str) for one in text):
        raise ValueError(
            f"{len(text)} responses in 'filtered_resps'; choose the first with --prediction-columns"
            " article=doc.id,prediction=filtered_resps.0, or keep one in the file"
        )
    if not isinstance(text, str):
        return None
    document, number = row.get("doc"), row["doc_id"]
    own = [document[name] for name in ID if name in document] if isinstance(document, dict) else []
    if own:
        return {"article": own[0], "raw": text}
    if not isinstance(number, int):
        return None
    if isinstance(number, bool) or number < 0:
        raise ValueError(
            f"doc_id: {number!r} is not a position in the dataset, from 0; put the id of the"
            " article into 'doc'"
        )
    return {"article": f"{POSITION}{number}", "raw": text}


def _at(
    article: str, answer: str, *texts: str
) -> Callable[[Mapping[str, Any]], dict[str, Any] | None]:
    """Take the id and the text from nested columns; the text may be missing beside an error."""

    def row(given: Mapping[str, Any]) -> dict[str, Any] | None:
        name, error, outer = value_at(given, article), given.get("error") or None, given[answer]
        found = [text for path in texts if isinstance(text := value_at(outer, path), str)]
        if name is None or not (found or (error and not isinstance(outer, str | list))):
            return None
        return {"article": name, "raw": found[0] if found else None, "error": error}

    return row


def _promptfoo(given: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(given["vars"], Mapping):
        return None
    for name in ID:
        if found := _at(f"vars.{name}", "response", "output")(given):
            return found
    if not isinstance(given["response"], Mapping) or set(ID) & given["vars"].keys():
        return None
    names = ", ".join(f"vars.{name}" for name in given["vars"]) or "none"
    raise ValueError(
        f"vars.id: missing; the variables are {names}; if one has the id: --prediction-columns"
        " article=vars.NAME,prediction=response.output"
    )


def _in_order(given: Mapping[str, Any]) -> dict[str, Any] | None:
    if given.keys() - {"prompt", "label", "predict"}:
        return None
    return {"raw": given["predict"]}


HARNESSES = (
    Harness(
        "lm-eval samples",
        frozenset({"doc_id", "filtered_resps"}),
        "ids from 'doc', else from the order of the dataset ('doc_id'); text from 'filtered_resps'",
        _lm_eval,
    ),
    Harness(
        "OpenAI batch results",
        frozenset({"custom_id", "response"}),
        "ids from 'custom_id', text from the first choice",
        _at(
            "custom_id",
            "response",
            "body.choices.0.message.content",
            "body.output.0.content.0.text",
            "body.choices.0.text",
        ),
    ),
    Harness(
        "inspect samples",
        frozenset({"id", "output"}),
        "ids from 'id', text from 'output.completion'",
        _at("id", "output", "completion", "choices.0.message.content"),
    ),
    Harness(
        "promptfoo results",
        frozenset({"vars", "response"}),
        "ids from 'vars.id' (or 'vars.article'), text from 'response.output'",
        _promptfoo,
    ),
    Harness(
        "LLaMA-Factory predictions",
        frozenset({"prompt", "predict"}),
        "text from 'predict'",
        _in_order,
    ),
)
