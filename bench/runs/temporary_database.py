"""A database that is deleted when its owner is done, so that memory does not grow with its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

_IDS_PER_QUERY = 500


class TemporaryDatabase:
    """A database without a name, which lives in a temporary file; a context manager.

    Args:
        tables: what creates its tables and indexes, in SQL.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        # Whoever draws articles may do so in another thread than the one that writes rows.
        self._database = sqlite3.connect("", check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = OFF")
        for statement in tables:
            self._database.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()


@contextmanager
def temporary_table(database: sqlite3.Connection, definition: str) -> Iterator[None]:
    """Create a table, such as ``found (article TEXT)``, and drop it at the end."""
    database.execute(f"CREATE TABLE {definition}")
    try:
        yield
    finally:
        database.execute(f"DROP TABLE {definition.partition(' ')[0]}")


def in_queries(ids: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Some of the ids at a time, with the marks that stand for them in a query."""
    for start in range(0, len(ids), _IDS_PER_QUERY):
        some = ids[start : start + _IDS_PER_QUERY]
        yield some, ", ".join("?" * len(some))
