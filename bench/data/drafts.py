"""Reads table rows into drafts of articles, and counts the repairs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.article import Article
from bench.data.lists import bullets_of, listed, questions_of
from bench.data.nested_rows import has_objects, texts_of_objects
from bench.data.problems import raise_problems
from bench.data.shape import FIELDS, Shape, TableRow
from bench.errors import ConfigError, DataError, listing, unknown_name
from bench.ids import article_id, is_missing

_AS_IS = tuple(name for name in Article.model_fields if name not in (*FIELDS, "extra"))


@dataclass
class Draft:
    """An article before it is checked, with its location."""

    location: str
    values: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    """Problems of its rows, each with the location."""


class DraftReader:
    """Reads rows as a shape specifies, and counts the repairs."""

    def __init__(self, shape: Shape, name: str) -> None:
        self._shape = shape
        self._columns = dict(shape.columns)
        self._name = name
        self._repairs: Counter[str] = Counter()
        self._rows = 0
        self._stopped = False

    def drafts(self, rows: Iterable[TableRow]) -> Iterator[Draft]:
        """One draft per row."""
        for number, row in enumerate(self._counted(rows), start=1):
            draft = self._draft(row)
            draft.values.setdefault("id", f"{self._name}-{number}")
            yield draft

    def grouped(
        self, rows: Iterable[TableRow], column: str, enough: int | None = None
    ) -> Iterator[Draft]:
        """One draft for each distinct value of a column, in order of appearance.

        Raises:
            DataError: a row lacks the value; one line for each.
        """
        groups: dict[str, Draft] = {}
        problems: list[str] = []
        for row in self._counted(rows):
            try:
                key = _group(value_in(row.values, column), column)
            except ValueError as error:
                problems.append(f"{row.location}: {error}")
                continue
            draft = self._draft(row)
            if key in groups:
                self._join(groups[key], draft)
            elif len(groups) == enough:
                self._stopped = True
                break
            else:
                draft.values.setdefault("id", f"{self._name}-{len(groups) + 1}")
                groups[key] = draft
        raise_problems(problems)
        yield from groups.values()

    def notes(self) -> list[str]:
        """A line for each kind of repair, and one for the grouping."""
        notes = [f"{what}: {n:,}" for what, n in self._repairs.items()]
        if self._shape.group_by:
            notes.insert(0, f"rows grouped by {self._shape.group_by!r}: {self._rows:,}")
        if self._stopped:
            notes.append("reading stopped at the limit; questions in later rows are missing")
        return [f"{self._name}: {note}" for note in notes]

    def _counted(self, rows: Iterable[TableRow]) -> Iterator[TableRow]:
        for row in rows:
            if not self._rows:
                self._check_columns(row)
            self._rows += 1
            yield row

    def _check_columns(self, row: TableRow) -> None:
        cluster = self._columns.get("cluster")
        if cluster in FIELDS and missing_column(
            row.values, cluster
        ):  # a field that is another column
            self._columns["cluster"] = self._columns.get(cluster) or cluster
        named = [column for column in self._columns.values() if column]
        group = [self._shape.group_by] if self._shape.group_by else []
        missing = (missing_column(row.values, column) for column in dict.fromkeys([*named, *group]))
        problems = [problem for problem in missing if problem]
        if problems:
            raise ConfigError(f"{self._name}: {problem}" for problem in problems)

    def _join(self, draft: Draft, later: Draft) -> None:
        """Add the questions of a later row to the draft of its group, and check common fields."""
        draft.problems.extend(later.problems)
        questions = draft.values.setdefault("questions", [])
        for question in later.values.get("questions", []):
            if question in questions:
                self._repairs["repeated questions dropped"] += 1
            else:
                questions.append(question)
        for name in ("title", "text", "summary", "cluster"):
            if later.values.get(name) != draft.values.get(name):
                self._repairs[f"rows whose {name} differs from the first row of their group"] += 1
        shared, extra = draft.values["extra"], later.values["extra"]
        draft.values["extra"] = {k: v for k, v in shared.items() if k in extra and extra[k] == v}

    def _draft(self, row: TableRow) -> Draft:
        values = self._values(row)
        draft = Draft(row.location, values)
        for name in ("summary", "questions"):
            if name in values:
                language = str(values.get("language") or "en")
                try:
                    values[name] = self._items(name, values[name], language)
                except DataError as error:
                    draft.problems += [
                        f"{row.location}: {name}: {fault}" for fault in error.problems
                    ]
                    values[name] = []
        return draft

    def _values(self, row: TableRow) -> dict[str, Any]:
        """The article fields that a row has, always with ``extra``."""
        columns = self._columns
        values: dict[str, Any] = dict(self._shape.defaults)
        for name in FIELDS:
            column = columns.get(name, name)
            value = value_in(row.values, column) if column else None
            if value is not None:
                values[name] = value
            elif name == "id" and column and not missing_column(row.values, column):
                values[name] = ""
        if self._shape.paragraph and isinstance(values.get("text"), str):
            parts = values["text"].split(self._shape.paragraph)
            values["text"] = "\n\n".join(part.strip() for part in parts if part.strip())
        values |= {name: row.values[name] for name in _AS_IS if row.values.get(name) is not None}
        values["extra"] = self._extra(row.values)
        return values

    def _items(self, name: str, value: Any, language: str) -> list[Any]:
        if isinstance(value, str):
            if name == "summary":
                return bullets_of(value, language)
            if self._shape.group_by:
                items = listed(value)
                return items or [value.strip()] if value.strip() and items != [] else []
            return questions_of(value)
        if has_objects(value):
            value, key = texts_of_objects(name, value)
            self._repairs[f"rows whose {name} were read from {key!r} of objects"] += 1
        if not isinstance(value, list):
            return [value]
        filled = [v for v in value if v is not None and not (isinstance(v, str) and not v.strip())]
        if len(filled) < len(value):
            self._repairs[f"empty items of {name!r} dropped"] += len(value) - len(filled)
        return filled

    def _extra(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The values of unused columns that JSON can represent."""
        read = {self._columns.get(name, name) for name in FIELDS}
        read |= {*_AS_IS, self._shape.group_by or ""}
        own = row.get("extra")
        given = {**row, **own, "extra": None} if isinstance(own, dict) else row
        extra: dict[str, Any] = {}
        for column, value in given.items():
            if column in read or value is None:
                continue
            try:
                json.dumps(value, allow_nan=False)
            except (TypeError, ValueError):
                self._repairs[
                    f"values of {column!r} dropped, since JSON cannot represent them"
                ] += 1
            else:
                extra[column] = value
        return extra


def _group(value: Any, column: str) -> str:
    """The group key of a row: as with ids, an integer equals its decimal string.

    Raises:
        ValueError: rows cannot be grouped by the value.
    """
    is_empty = is_missing(value) or (isinstance(value, str) and not value.strip())
    if is_empty or isinstance(value, list | dict):
        what = "is empty" if is_empty else "is not text"
        raise ValueError(f"cannot group rows by {column!r}: it {what}")
    try:
        return article_id(value, column)
    except ValueError as error:
        raise ValueError(f"cannot group rows by {column!r}: {error}") from error


def value_in(row: Any, column: str) -> Any:
    """The value of a column, possibly nested; of a list of structures, the list of values."""
    if row is None:
        return None
    if isinstance(row, list):
        return [value_in(element, column) for element in row]
    if not isinstance(row, dict):
        return None
    if column in row:
        return row[column]
    head, _, rest = column.partition(".")
    return value_in(row.get(head), rest) if rest else None


def missing_column(row: Any, column: str) -> str | None:
    """The reason why a row lacks a column; None if it has it or cannot tell."""
    if isinstance(row, list):
        row = next((element for element in row if element is not None), None)
    if row is None:
        return None
    if not isinstance(row, dict):
        return f"no column {column!r} inside a {type(row).__name__}"
    if column in row:
        return None
    head, _, rest = column.partition(".")
    if rest and head in row:
        return missing_column(row[head], rest)
    line = unknown_name("column", column, row)
    return line if "; available: " in line else f"{line} (available: {listing(list(row))})"
