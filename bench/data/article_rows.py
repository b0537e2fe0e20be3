"""Converts a row of any file to an article, and explains what is wrong with it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bench.article import Article
from bench.data.json_layouts import layout_fault
from bench.data.lists import bullets_of, questions_of
from bench.errors import DataError
from bench.validation import is_type_fault, plain_reason, shown

_KEYS = tuple(Article.model_fields)
_LISTS = ("summary", "questions")


def checked_article(row: Any, id_column: str | None = None) -> Article:
    """Convert a row to an article.

    Args:
        row: its fields.
        id_column: the column that has its id, for messages; ``id`` by default.

    Raises:
        DataError: one line for each fault, without the location.
    """
    if not isinstance(row, dict):
        layout = layout_fault(row, _KEYS)
        what = f"an article row is a JSON object, not {type(row).__name__}"
        raise DataError(f"{what}: {layout}" if layout else what)
    try:
        context = {"id": id_column} if id_column else None
        return Article.model_validate(_read_as_in_tables(row), context=context)
    except ValidationError as error:
        if layout := layout_fault(row, _KEYS):
            raise DataError(layout) from error
        raise DataError(map(_in_words, error.errors())) from error


def _read_as_in_tables(row: dict[str, Any]) -> dict[str, Any]:
    """Remove nulls, and split strings that hold several items.

    Raises:
        DataError: a string looks like a list, but is ambiguous.
    """
    if None not in row.values() and not any(isinstance(row.get(name), str) for name in _LISTS):
        return row
    row = {name: value for name, value in row.items() if value is not None or name == "id"}
    for name in _LISTS:
        if isinstance(text := row.get(name), str):
            try:
                language = str(row.get("language") or "en")
                split = questions_of(text) if name == "questions" else bullets_of(text, language)
            except DataError as error:
                raise DataError(f"{name}: {fault}" for fault in error.problems) from error
            row[name] = split
    return row


def _in_words(fault: ErrorDetails) -> str:
    """Describe a fault of an article row in one line."""
    location = fault["loc"]
    key = ".".join(map(str, location)) or "row"
    reason = plain_reason(fault)
    name = location[-1] if location else ""
    if name in _LISTS and is_type_fault(fault):
        return f"{key} must be a list of strings, not {shown(fault['input'])}"
    if name == "id" and fault["type"] == "missing":
        return "id: missing; every row needs an id"
    if name == "id" and "blank" in reason:
        return f"id: {reason}; every row needs an id"
    if isinstance(name, int) and "blank" in reason:
        return f"{key}: {reason}; remove it"
    if fault["type"] == "string_type":
        return f"{key}: {reason}; write it in quotation marks"
    return f"{key}: {reason}"
