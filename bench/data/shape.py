"""How table rows become articles: the columns of each field, and grouping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from bench.errors import ConfigError, unknown_name

ArticleField = Literal[
    "id", "title", "text", "summary", "questions", "source", "license", "language", "cluster"
]
FIELDS: tuple[str, ...] = get_args(ArticleField)


@dataclass(frozen=True)
class TableRow:
    """One row of a table.

    Attributes:
        location: its location for messages: ``file:3`` or ``file: row 3``.
        values: the values by column; every row of a table has the same columns.
        note: how it was read, if not as it is.
    """

    location: str
    values: dict[str, Any]
    note: str | None = None


@dataclass(frozen=True)
class Shape:
    """How to convert the rows of a table to articles.

    Attributes:
        columns: the column of each article field, ``a.b`` for nested values; an empty name leaves
            the field empty. By default a field is read from the column of the same name.
        group_by: the column that identifies articles, if each row is one question.
        paragraph: the separator of paragraphs in the text; a blank line by default.
        defaults: values of fields without a column.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    group_by: str | None = None
    paragraph: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = [
            unknown_name("article field", f, FIELDS) for f in self.columns if f not in FIELDS
        ]
        if problems:
            raise ConfigError(problems)
