"""Recognises the columns of articles under other names, and rows with one question each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.data.shape import FIELDS, Shape
from bench.errors import DataError, shortened
from bench.ids import is_missing

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("article_id", "doc_id", "document_id", "uid", "guid", "key"),
    "title": ("headline",),
    "text": (
        *("article", "document", "dialogue", "context", "body", "content", "passage", "story"),
        *("article_text", "full_text", "articleBody", "article_body"),
    ),
    "summary": ("highlights", "bullets", "abstract", "key_points", "summaries", "tldr"),
    "questions": ("question",),
}
"""Other names of each field. A field is read from one of them if it has no column of its own."""
_OF_PREDICTIONS = ("items", "raw", "prediction", "output")
"""Names of columns that prediction files have, in which ``article`` is an id."""
_REFERENCES = ("summary", "questions")
_SHOWN = 12  # columns in a message


def recognised(rows: Sequence[Mapping[str, Any]], shape: Shape) -> tuple[Shape, list[str]]:
    """Complete a shape whose columns the user did not name.

    Args:
        rows: the rows of the table; all have the same columns.
        shape: what the user gave, at most ``group_by``.

    Returns:
        The shape to use, and a note that names each column chosen.

    Raises:
        DataError: neither a text nor references would be read.
    """
    if shape.columns or not rows:
        return shape, []
    first = rows[0]
    columns = {name: column for name in FIELDS if (column := _column(name, first))}
    known = columns.keys() | (set(FIELDS) & first.keys())
    has_text = "text" in known or "questions" in columns
    is_dataset = bool(known & set(_REFERENCES)) and not set(_OF_PREDICTIONS) & first.keys()
    if not columns or not has_text or not is_dataset:
        if not shape.group_by:
            _refuse_unknown(first)
        return shape, []
    group_by = shape.group_by
    if "questions" in columns and not group_by:
        group_by = _group(rows, columns)
    chosen = [f"{name}={column}" for name, column in columns.items()]
    option = f"--columns {','.join(chosen)}"
    option += f" --group-by {group_by}" if group_by != shape.group_by else ""
    notes = [f"columns recognised: {option}"]
    if not {"id"} & known:
        notes.append("rows have no id; articles are numbered")
    return Shape(columns, group_by), notes


def needs_recognition(row: Mapping[str, Any]) -> bool:
    """Whether columns of a row are recognised under other names, or none is known."""
    try:
        return bool(recognised([row], Shape())[1])
    except DataError:
        return True


def _column(name: str, row: Mapping[str, Any]) -> str | None:
    """The only column with another name of the field; None if the field has its own."""
    if name in row:
        return None
    same = [column for column in row if column.strip().casefold() == name]
    if len(same) == 1:
        return same[0]
    found = [column for column in _NAMES.get(name, ()) if column in row]
    if name == "text":
        found = [column for column in found if isinstance(row[column], str | None)]
    return found[0] if len(found) == 1 else None


def _group(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """The column that identifies articles: the id if it repeats, else the text."""
    own = columns.get("id", "id")
    text = columns.get("text", "text")
    ids = [str(row[own]) for row in rows if not is_missing(row.get(own))]
    return own if len(set(ids)) < len(ids) or text not in rows[0] else text


def _refuse_unknown(row: Mapping[str, Any]) -> None:
    is_read = set(FIELDS) & row.keys() - {"id", "title", "source", "license", "language"}
    if is_read or not row.keys() - set(FIELDS):
        return
    names = [repr(shortened(name)) for name in row]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise DataError(
        f"no column `text`, `summary` or `questions`; its columns are {', '.join(names[:_SHOWN])}"
        f"{more}; name those of the fields with --columns text=COLUMN,summary=COLUMN"
    )
