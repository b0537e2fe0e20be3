"""Takes the labels of clusters from a column of article rows that need no other conversion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.article import Article
from bench.data.drafts import missing_column, value_in
from bench.errors import ConfigError


class LabelColumn:
    """The column that replaces the field ``cluster`` of article rows.

    Args:
        column: its name, ``a.b`` for nested values; an empty name leaves the field empty.
    """

    def __init__(self, column: str) -> None:
        self._column = column
        self._first: dict[str, Any] = {}  # value of each column
        self._is_known = not column

    def labelled(self, row: Any) -> Any:
        """The row with the label in its field ``cluster``; other values than rows as they are."""
        if not isinstance(row, dict):
            return row
        if not self._is_known:
            self._first |= {k: v for k, v in row.items() if self._first.get(k) is None}
            self._is_known = missing_column(row, self._column) is None
        moved = {self._column} - Article.model_fields.keys()
        kept = {name: value for name, value in row.items() if name not in moved}
        return {**kept, "cluster": value_in(row, self._column) if self._column else None}

    def refuse_unknown(self, file: Path) -> None:
        """Raise an error if no row had the column.

        Raises:
            ConfigError: none had; the message has the columns.
        """
        if not self._is_known:
            fault = missing_column(self._first, self._column)
            raise ConfigError(
                f"{file}: {fault or f'column {self._column!r} is empty in every row'}"
            )
