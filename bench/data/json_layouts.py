"""Recognises JSON tables in layouts other than one object per row, and names the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_REMEDY = 'write one object per row: df.to_json(FILE, orient="records", lines=True)'
_SPLIT = {"columns", "data"}
_TABLE = {"schema", "data"}
_BEGINNINGS = ("[", "{", "[{", "[[")


def layout_fault(row: Any, known: Iterable[str], *, by_id: bool = True) -> str | None:
    """The reason why an element of a file is a whole table; None if it may be a row.

    Args:
        row: the element.
        known: keys that rows may have.
        by_id: whether an object of strings or lists may map ids to items.
    """
    if isinstance(row, list):
        if row and all(isinstance(value, dict) for value in row):
            return "an array of rows instead of a row; a file with one array must be named .json"
        return f"an array instead of a row; {_REMEDY}"
    if not isinstance(row, dict) or not row:
        return None
    if row.keys() >= _SPLIT or row.keys() >= _TABLE:
        return f"a table in one object; {_REMEDY}"
    keys = set(known)
    is_of_items = by_id and not keys & row.keys()
    if is_of_items and all(isinstance(value, list) for value in row.values()):
        return _rows_under(row) or _of_items(row)
    return _of_object(row, keys)


def _of_object(row: dict[str, Any], keys: set[str]) -> str | None:
    values, named = list(row.values()), keys & row.keys()
    if all(isinstance(value, dict) for value in values):
        if (named and len(row) > 1) or all(map(_is_numbered, values)):
            return f"a table by column, as df.to_json() writes it by default; {_REMEDY}"
        return f"a table by index; {_REMEDY}" if all(keys & v.keys() for v in values) else None
    if all(isinstance(value, list) for value in values):
        if len(named) > 1 and len(set(map(len, values))) == 1:
            return f"a table by column, each a list; {_REMEDY}"
        return None if named else _rows_under(row)
    return None


def pandas_rows(document: Any, known: Iterable[str]) -> list[dict[str, Any]] | None:
    """The rows of a whole table as ``DataFrame.to_json`` writes it; None for anything else.

    Args:
        document: the only value in a file.
        known: names of columns, one of which a table by column must have.
    """
    if not isinstance(document, dict) or not document:
        return None
    is_split = document.keys() >= _SPLIT and _is_list_of(document["columns"], str)
    if is_split and _is_list_of(document["data"], list):
        return [dict(zip(document["columns"], row, strict=False)) for row in document["data"]]
    if document.keys() >= _TABLE and _is_list_of(document["data"], dict):
        return [{k: v for k, v in row.items() if k != "index"} for row in document["data"]]
    return _rows_by_column(document) if document.keys() & set(known) else None


def _rows_by_column(document: dict[str, Any]) -> list[dict[str, Any]] | None:
    columns = list(document.values())
    if all(isinstance(column, dict) for column in columns):
        if any(column.keys() != columns[0].keys() for column in columns):
            return None
        return [{name: document[name][key] for name in document} for key in columns[0]]
    is_by_list = len(columns) > 1 and all(isinstance(column, list) for column in columns)
    if is_by_list and len(set(map(len, columns))) == 1:
        return [dict(zip(document, row, strict=True)) for row in zip(*columns, strict=True)]
    return None


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)


_ROW_KEYS = ("text", "summary", "questions", "article", "highlights", "document")


def rows_under(document: Any) -> list[Any] | None:
    """The article rows that a whole document wraps; None if it may be a row itself.

    They are under the only key that has a list of objects, or under their ids.

    Args:
        document: the only value in a file.
    """
    if (rows := pandas_rows(document, (*_ROW_KEYS, "id"))) is not None:
        return rows
    if not isinstance(document, dict) or document.keys() & {*_ROW_KEYS, "id"}:
        return None
    lists = [v for v in document.values() if _is_rows(v)]
    if lists:
        return list(lists[0]) if len(lists) == 1 else None
    by_id = list(document.items())
    if by_id and all(isinstance(v, dict) and v.keys() & {*_ROW_KEYS} for _, v in by_id):
        return [v if "id" in v else {"id": key, **v} for key, v in by_id]
    return None


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def spans_lines(first: str) -> bool:
    """Whether the first line of a file starts a document of several lines."""
    return first.strip() in _BEGINNINGS


SPREAD = (
    "one JSON document over several lines; a file of one array must be named .json, and any other"
    f" needs one row per line: {_REMEDY.partition(': ')[2]}"
)
"""The message for such a file."""


def _rows_under(row: dict[str, Any]) -> str | None:
    """The message for an object with the rows under a single key."""
    key, value = next(iter(row.items()))
    if len(row) > 1 or not isinstance(value, list) or not value:
        return None
    if not all(isinstance(inner, dict) for inner in value):
        return None
    return f"rows under the key {key!r:.60}; write the rows themselves, one per line"


def _of_items(row: dict[str, Any]) -> str:
    key = next(iter(row))
    return (
        f"no id under any of the usual names; if its keys are ids (such as {key!r:.60}), write one"
        ' row for each: {"article": ID, "items": [...]}'
    )


def _is_numbered(values: dict[str, Any]) -> bool:
    return bool(values) and all(key.isdecimal() for key in values)
