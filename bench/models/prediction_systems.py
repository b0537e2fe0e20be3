"""Finds the systems in a prediction file: one, one for each column, or one for each value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.data.storage import readable
from bench.errors import ConfigError
from bench.ids import is_missing
from bench.models.harnesses import value_at
from bench.models.prediction_columns import OPTION, SYSTEM, SYSTEMS, listed, named_fields
from bench.models.prediction_layouts import unwrapped
from bench.models.recorded_files import ID, records

Columns = Mapping[str, str] | Sequence[str]
"""Columns by field, or the columns that each have the output of one system."""
_MOST_SYSTEMS = 100


def entries_of(
    name: str, file: str, columns: Columns | None, group_by: str | None
) -> list[dict[str, Any]]:
    """The config entries of the systems in a file, without ``use``.

    Args:
        name: the name of the file, and of its only system.
        file: a path or URL.
        columns: as for ``score_files``.
        group_by: the column of ids, if each row is one item.

    Raises:
        ConfigError: the columns cannot be used.
        DataError: the file cannot be read.
    """
    entry: dict[str, Any] = {"name": name, "file": file}
    entry |= {"group_by": group_by} if group_by else {}
    if columns is not None and not isinstance(columns, Mapping):
        return [
            {**entry, "name": own, "columns": {"prediction": column}}
            for own, column in _of_columns(name, columns)
        ]
    named = named_fields(columns or {})
    entry |= {"columns": named} if named else {}
    column = named.get(SYSTEM)
    systems = (column, _values(file, column)) if column else _recognised(file, named, group_by)
    if not systems:
        return [entry]
    column, values = systems
    if len({system_name(value) for value in values}) < len(values):
        raise ConfigError(f"{file}: two systems of {column!r} get the same name; rename one")
    return [
        {**entry, "name": system_name(v), "system": v, "columns": {**named, SYSTEM: column}}
        for v in values
    ]


def system_name(text: str) -> str:
    """A name that leaderboards and files can show."""
    return re.sub(r"[^\w@.-]+", "-", text).strip("-").lstrip("._@") or "predictions"


def has_column(file: str, column: str) -> bool:
    """Whether the first row of a prediction file has a column."""
    row = next(_rows(file), None)
    return isinstance(row, dict) and value_at(row, column) is not None


def _of_columns(name: str, columns: Sequence[str]) -> list[tuple[str, str]]:
    """The name and column of each system; a single column is that of the file's system."""
    if isinstance(columns, str):
        raise ConfigError(f"{OPTION}: give a list: [{columns!r}]")
    return [(system_name(c), c) for c in columns] if len(columns) > 1 else [(name, columns[0])]


def _rows(file: str) -> Iterator[Any]:
    source = readable(file)
    with source.errors_renamed():
        for record in unwrapped(records(str(source.path)), []):
            yield record.value


def _values(file: str, column: str) -> list[str]:
    """The systems in a column, in order.

    Raises:
        ConfigError: the file has none in this column, or too many.
    """
    found: dict[str, None] = {}
    columns: dict[str, None] = {}
    for row in _rows(file):
        columns |= dict.fromkeys(row) if isinstance(row, Mapping) else {}
        value = value_at(row, column)
        if not is_missing(value):
            found[str(value)] = None
        if len(found) > _MOST_SYSTEMS:
            raise ConfigError(
                f"{file}: {column!r} has more than {_MOST_SYSTEMS} different values; is it the"
                " column of the system?"
            )
    if not found:
        raise ConfigError(
            f"{file}: {OPTION} {SYSTEM}={column}: no row has a system in this column; the columns"
            f" are {listed(columns)}"
        )
    return list(found)


def _recognised(
    file: str, named: Mapping[str, str], group_by: str | None
) -> tuple[str, list[str]] | None:
    """The column with several systems, and their names, if each has a row for an article.

    Such a column is called ``system`` or ``model``, and tells apart rows that have the same id.
    """
    rows = _rows(file)
    first = next(rows, None)
    if not isinstance(first, dict):
        return None
    column = next((c for c in SYSTEMS if isinstance(first.get(c), str) and first[c].strip()), None)
    key = group_by or named.get("article") or next((name for name in ID if name in first), None)
    if column is None or not key:
        return None
    seen: set[str] = set()
    both: set[tuple[str, str]] = set()
    systems: dict[str, None] = {}
    for row in (first, *rows):
        if not isinstance(row, dict) or not isinstance(row.get(column), str):
            return None
        if not row[column].strip():
            return None
        article, system = str(value_at(row, key)), row[column]
        if (article, system) in both and not group_by:
            return None
        seen.add(article)
        both.add((article, system))
        systems[system] = None
    several = len(both) > len(seen) and 1 < len(systems) <= _MOST_SYSTEMS
    return (column, list(systems)) if several else None
