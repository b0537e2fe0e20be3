"""The one index of a run: where each row of each article begins in which prediction file.

Generation asks it which articles are done, scoring reads rows through it, and rows are indexed when
they are written. It lives in a temporary database, so that memory does not grow with the articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Protocol, Self

from bench.data.files import replacing
from bench.runs.predictions import PredictionFile, prediction_file
from bench.runs.temporary_database import TemporaryDatabase, in_queries, temporary_table

_TABLE = (
    "CREATE TABLE row (file INTEGER, article TEXT, sample INTEGER, offset INTEGER,"
    " usable INTEGER, PRIMARY KEY (file, article, sample)) WITHOUT ROWID"
)
Wanted = tuple[str, int, str | None]
"""An article, the number of a sample, and the key that its row must have; None for any."""


class Append(Protocol):
    """Appends rows."""

    def __call__(self, rows: Mapping[str, bytes], sample: int = 0) -> None:
        """Append the rows of a sample, by article."""


class PredictionIndex(TemporaryDatabase):
    """The index of all prediction files of a run; a context manager that deletes it at the end.

    Args:
        directory: the run directory.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__([_TABLE])
        self.directory = directory
        self._files: dict[tuple[str, str], PredictionRows] = {}

    def rows(self, model: str, task: str) -> PredictionRows:
        """The rows of a model and task; the same object each time.

        Raises:
            RunDirectoryError: a name cannot be part of a file name.
        """
        if (model, task) not in self._files:
            file = prediction_file(self.directory, model, task)
            self._files[model, task] = PredictionRows(file, self._database, len(self._files))
        return self._files[model, task]


class PredictionRows:
    """The indexed rows of one prediction file.

    One of ``read``, ``select`` and ``prune`` indexes the rows that the file has already.

    Args:
        file: the file, which need not exist.
        database: of the index.
        number: of the file in the index.
    """

    def __init__(self, file: PredictionFile, database: sqlite3.Connection, number: int) -> None:
        self.file = file
        self._database = database
        self._number = number
        self._indexed = False
        self.complete = False
        """Whether ``prune`` found every row that was wanted."""
        self.discarded = 0
        """The number of outputs that ``prune`` dropped, because their keys differ."""

    def __len__(self) -> int:
        """How many rows are usable: one for each sample of each article."""
        query = "SELECT COUNT(*) FROM row WHERE file = ? AND usable"
        count: int = self._database.execute(query, (self._number,)).fetchone()[0]
        return count

    def read(self, samples: int | None = None) -> Self:
        """Index every row, the last one of each sample, unless the file is indexed already.

        Args:
            samples: only the first samples of each article; None for all.
        """
        if not self._indexed:
            self._start()
            rows = self.file.articles_with_offsets()
            self._insert(row for row in rows if samples is None or row[1] < samples)
        return self

    def select(self, keys: Iterable[Wanted]) -> Self:
        """Index the rows that have the right key, the last one of each sample.

        Args:
            keys: article ids, numbers of samples, and the key that the row must have; None for any.
        """
        self._start()
        found = (
            (row.article, row.sample, row.key, offset) for offset, row in self.file.with_offsets()
        )
        with self._matching(found, keys):
            self._database.execute(
                "INSERT INTO row SELECT ?, article, sample, MAX(offset), 1 FROM found"
                " JOIN wanted USING (article, sample)"
                " WHERE wanted.key IS NULL OR wanted.key = found.key GROUP BY article, sample",
                (self._number,),
            )
        return self

    def prune(self, keys: Iterable[Wanted], before_change: Callable[[], None]) -> Self:
        """Drop the rows that the run cannot use from the file, and index the others.

        A row of an article of the run is kept if it has the right key and no error, the first of
        several. Rows of other articles and samples are kept in the file, but they are not usable.

        Args:
            keys: article ids, numbers of samples, and the key that the row must have.
            before_change: called just before the file is rewritten, if it is.
        """
        self._start()
        count = 0

        def without_errors() -> Iterator[tuple[str, int, str, int]]:
            nonlocal count
            for offset, row in self.file.with_offsets():
                count += 1
                if row.status != "error":
                    yield row.article, row.sample, row.key, offset

        with self._matching(without_errors(), keys):
            kept = self._database.execute(
                "INSERT INTO row SELECT ?, article, sample, MIN(offset), wanted.key IS NOT NULL"
                " FROM found LEFT JOIN wanted USING (article, sample)"
                " WHERE wanted.key IS NULL OR wanted.key = found.key GROUP BY article, sample",
                (self._number,),
            ).rowcount
            wanted = self._database.execute("SELECT COUNT(*) FROM wanted").fetchone()[0]
            found = "SELECT COUNT(*) FROM (SELECT DISTINCT article, sample FROM found)"
            self.discarded = self._database.execute(found).fetchone()[0] - kept
        if kept < count or self.file.is_torn():
            before_change()
            self._rewrite("SELECT article, sample, offset FROM row WHERE file = ? ORDER BY offset")
        self.complete = len(self) == int(wanted)
        return self

    @contextmanager
    def appending(self) -> Iterator[Append]:
        """A function that appends rows to the file and to the index."""
        self._indexed = True
        path = self.file.path
        offset = path.stat().st_size if path.exists() else 0
        with self.file.appending() as write:

            def append(rows: Mapping[str, bytes], sample: int = 0) -> None:
                nonlocal offset
                write(b"".join(rows.values()))
                placed = []
                for article, line in rows.items():
                    placed.append((article, sample, offset))
                    offset += len(line)
                self._insert(placed)

            yield append

    def done(self, articles: Sequence[str], sample: int = 0) -> frozenset[str]:
        """Which of these articles have a usable row of the sample."""
        return frozenset(
            a for (a, number), _ in self._offsets(articles).items() if number == sample
        )

    def lines(self, articles: Sequence[str]) -> list[bytes | None]:
        """The rows of each of these articles as the file holds them, in order of their samples.

        None for an article without rows; usually each has one.
        """
        offsets = self._offsets(articles)
        if not offsets:
            return [None] * len(articles)
        read: dict[tuple[str, int], bytes] = {}
        with self.file.path.open("rb") as file:
            for row, offset in sorted(offsets.items(), key=lambda item: item[1]):
                file.seek(offset)
                read[row] = file.readline()
        found: dict[str, bytes] = {}
        for article, sample in sorted(read):
            found[article] = found.get(article, b"") + read[article, sample]
        return [found.get(article) for article in articles]

    def sort(self, articles: Iterable[str]) -> None:
        """Sort the rows of each sample like these articles, behind the rows of other articles."""
        ranks = ((article, rank) for rank, article in enumerate(articles))
        order = (
            "SELECT article, sample, offset FROM row LEFT JOIN ranks USING (article)"
            " WHERE file = ? ORDER BY rank IS NOT NULL, sample, rank, offset"
        )
        with temporary_table(self._database, "ranks (article TEXT PRIMARY KEY, rank INTEGER)"):
            self._database.executemany("INSERT OR IGNORE INTO ranks VALUES (?, ?)", ranks)
            with closing(self._database.execute(order, (self._number,))) as rows:
                is_sorted = all(one < other for (*_, one), (*_, other) in pairwise(rows))
            if not is_sorted:
                self._rewrite(order)

    def _start(self) -> None:
        self._indexed = True
        self._database.execute("DELETE FROM row WHERE file = ?", (self._number,))

    def _insert(self, rows: Iterable[tuple[str, int, int]]) -> None:
        self._database.executemany(
            f"INSERT OR REPLACE INTO row VALUES ({self._number}, ?, ?, ?, 1)", rows
        )

    def _offsets(self, articles: Sequence[str]) -> dict[tuple[str, int], int]:
        found: dict[tuple[str, int], int] = {}
        for some, marks in in_queries(articles):
            query = (
                "SELECT article, sample, offset FROM row"
                f" WHERE file = ? AND usable AND article IN ({marks})"
            )
            for article, sample, offset in self._database.execute(query, (self._number, *some)):
                found[article, sample] = offset
        return found

    def _rewrite(self, order: str) -> None:
        """Write the indexed rows anew, in the order of a query for articles, samples, offsets."""
        offset = 0
        move = "INSERT INTO moved VALUES (?, ?, ?)"
        key = "PRIMARY KEY (article, sample)"
        with temporary_table(
            self._database, f"moved (article TEXT, sample INTEGER, offset INTEGER, {key})"
        ):
            with (
                replacing(self.file.path) as part,
                part.open("wb") as new,
                self.file.path.open("rb") as old,
                closing(self._database.execute(order, (self._number,))) as rows,
            ):
                for article, sample, former in rows:
                    old.seek(former)
                    line = old.readline()
                    new.write(line)
                    self._database.execute(move, (article, sample, offset))
                    offset += len(line)
            self._database.execute(
                "UPDATE row SET offset = (SELECT moved.offset FROM moved"
                " WHERE moved.article = row.article AND moved.sample = row.sample)"
                " WHERE file = ?",
                (self._number,),
            )

    @contextmanager
    def _matching(
        self, found: Iterable[tuple[str, int, str, int]], wanted: Iterable[Wanted]
    ) -> Iterator[None]:
        """Temporary tables of rows that were found and of keys that are wanted."""
        with (
            temporary_table(
                self._database, "found (article TEXT, sample INTEGER, key TEXT, offset INTEGER)"
            ),
            temporary_table(
                self._database,
                "wanted (article TEXT, sample INTEGER, key TEXT, PRIMARY KEY (article, sample))",
            ),
        ):
            self._database.executemany("INSERT INTO found VALUES (?, ?, ?, ?)", found)
            self._database.executemany("INSERT INTO wanted VALUES (?, ?, ?)", wanted)
            yield
