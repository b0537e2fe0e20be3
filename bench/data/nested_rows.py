"""Reads items that are objects, and articles that hold paragraphs with questions (SQuAD)."""

from __future__ import annotations

from typing import Any

from bench.errors import DataError, shortened

_TEXTS = ("question", "bullet", "point", "highlight", "sentence", "q", "text", "content", "value")
"""Names under which an object has the text of an item, the clearest first."""
_SHOWN = 8  # keys in a message
NESTED = "paragraphs of SQuAD's nesting (data, paragraphs, qas) read as articles"
"""The note on such a file."""


def has_objects(value: Any) -> bool:
    """Whether a value is a list of objects, or an object of lists as ``datasets`` writes it."""
    if isinstance(value, dict):
        return bool(value) and all(isinstance(v, list) for v in value.values())
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def texts_of_objects(
    name: str, items: list[dict[str, Any]] | dict[str, list[Any]]
) -> tuple[list[Any], str]:
    """The text of each object, and the key that it was read from.

    Args:
        name: the field of the article.
        items: its items, for which ``has_objects`` holds.

    Raises:
        DataError: no known key has a text in every object.
    """
    objects = items if isinstance(items, list) else _rows(items)
    for key in _TEXTS:
        if all(isinstance(each.get(key), str) for each in objects):
            return [each[key] for each in objects], key
    keys = list(dict.fromkeys(key for each in objects for key in each))
    named = ", ".join(repr(shortened(key)) for key in keys[:_SHOWN]) or "none"
    raise DataError(
        f"objects instead of texts; name the key of the text with --columns {name}={name}.KEY"
        f" (their keys: {named})"
    )


def _rows(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=False)]


def paragraph_rows(row: Any) -> list[dict[str, Any]] | None:
    """The rows of the paragraphs of an article in SQuAD's nesting; None for any other row."""
    if not isinstance(row, dict) or not isinstance(row.get("paragraphs"), list):
        return None
    if not has_objects(row["paragraphs"]):
        return None
    if not all(
        isinstance(part.get("context"), str) and isinstance(part.get("qas"), list)
        for part in row["paragraphs"]
    ):
        return None
    around = {key: value for key, value in row.items() if key not in {"paragraphs", "id"}}
    return [
        {**around, "text": part["context"], "questions": part["qas"]} for part in row["paragraphs"]
    ]
