"""The articles of several runs, in a temporary database so that memory does not grow with them."""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence

from bench.errors import RunDirectoryError
from bench.runs.finished import FinishedRun
from bench.runs.temporary_database import TemporaryDatabase, in_queries


class MergedArticles(TemporaryDatabase):
    """The position of each article among those of all runs; a context manager."""

    def __init__(self) -> None:
        super().__init__(
            ["CREATE TABLE article (id TEXT PRIMARY KEY, number INTEGER) WITHOUT ROWID"]
        )
        self._runs: list[FinishedRun] = []
        self._starts: list[int] = []
        self._count = 0

    def begin(self, run: FinishedRun) -> None:
        """Let the articles that are added from now on be those of a run."""
        self._runs.append(run)
        self._starts.append(self._count)

    def add(self, article: str) -> None:
        """Add an article of the last run.

        Raises:
            RunDirectoryError: it was added before.
        """
        try:
            self._database.execute("INSERT INTO article VALUES (?, ?)", (article, self._count))
        except sqlite3.IntegrityError:
            (number,) = self.numbers([article])
            first = self._runs[bisect_right(self._starts, number) - 1]
            raise RunDirectoryError(
                f"article {article!r} is in {first.location} and in {self._runs[-1].location};"
                " runs of disjoint articles can be merged"
            ) from None
        self._count += 1

    def numbers(self, articles: Sequence[str]) -> list[int]:
        """The positions of some articles, in any order; those that were not added have none."""
        found: list[int] = []
        for ids, marks in in_queries(articles):
            query = f"SELECT number FROM article WHERE id IN ({marks})"
            found += [number for (number,) in self._database.execute(query, ids)]
        return found
