"""The index of one rater's answers: which values are wanted, and which rows hold them.

It lives in a temporary database, so that memory does not grow with the articles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench.data.files import replacing
from bench.data.ratings import Rating
from bench.runs.rated_units import WHOLE_LIST, RatedUnit, UnitId
from bench.runs.rating_files import RatingFile, rating_file, to_rating_line
from bench.runs.temporary_database import TemporaryDatabase, in_queries, temporary_table

_SAME = "USING (file, article, sample, position, dimension)"
_UNIT = "file INTEGER, article TEXT, sample INTEGER, position INTEGER, dimension TEXT"
_ANSWER = (
    "key TEXT, offset INTEGER, value REAL, status TEXT, tokens_in INTEGER, tokens_out INTEGER,"
    " cost REAL, lost_samples INTEGER"
)
_PRIMARY = "PRIMARY KEY (file, article, sample, position, dimension)"
_TABLES = (
    f"CREATE TABLE wanted ({_UNIT}, key TEXT, length INTEGER, {_PRIMARY}) WITHOUT ROWID",
    f"CREATE TABLE answer ({_UNIT}, {_ANSWER}, {_PRIMARY}) WITHOUT ROWID",
    "CREATE INDEX by_key ON answer (key)",
)
_MARKS = ", ".join("?" * 13)


@dataclass(frozen=True)
class AnswerCounts:
    """What became of the values that a rater was asked for, of one model, task and dimension.

    Attributes:
        dimension: the dimension.
        wanted: how many there should be.
        failed: how many the rater failed on.
        unparsed: how many of its answers are not ratings.
        fault: why the first of them failed, in order of articles; "" without one.
        tokens_in: the sum over the answers; None if unknown.
        tokens_out: likewise.
        cost: likewise.
        lost_samples: how many samples of averaged answers are missing from these.
    """

    dimension: str
    wanted: int
    failed: int
    unparsed: int
    fault: str
    tokens_in: int | None
    tokens_out: int | None
    cost: float | None
    lost_samples: int


class RatingIndex(TemporaryDatabase):
    """The index of all files of a rater; a context manager that deletes it at the end.

    Args:
        directory: the run directory.
        rater: the name of the rater.
    """

    def __init__(self, directory: Path, rater: str) -> None:
        super().__init__(_TABLES)
        self.directory, self.rater = directory, rater
        self._files: dict[tuple[str, str], RatingRows] = {}

    def rows(self, model: str, task: str) -> RatingRows:
        """The rows about a model and task; the same object each time.

        Raises:
            RunDirectoryError: a name cannot be part of a file name.
        """
        if (model, task) not in self._files:
            file = rating_file(self.directory, self.rater, model, task)
            self._files[model, task] = RatingRows(file, self._database, len(self._files))
        return self._files[model, task]

    def unanswered(self) -> tuple[int, int]:
        """The number of different questions without an answer, and of characters in them."""
        query = (
            "SELECT COUNT(*), SUM(length) FROM (SELECT MIN(wanted.length) AS length"
            f" FROM wanted LEFT JOIN answer {_SAME} WHERE answer.key IS NULL"
            " AND wanted.key NOT IN (SELECT key FROM answer WHERE status <> 'error')"
            " GROUP BY wanted.key)"
        )
        questions, characters = self._database.execute(query).fetchone()
        return questions, characters or 0

    def answer_to(self, key: str) -> Rating | None:
        """A row of any file with the answer to a question; None if none has one."""
        query = "SELECT file, offset FROM answer WHERE key = ? AND status <> 'error' LIMIT 1"
        found = self._database.execute(query, (key,)).fetchone()
        if found is None:
            return None
        number, offset = found
        rows: RatingRows = list(self._files.values())[number]
        return rows.row_at(offset)


class RatingRows:
    """The indexed rows of one file.

    Args:
        file: the file, which need not exist.
        database: of the index.
        number: of the file in the index.
    """

    def __init__(self, file: RatingFile, database: sqlite3.Connection, number: int) -> None:
        self.file = file
        self._database = database
        self._number = number
        self.discarded = 0
        """The number of rows that ``settle`` dropped because their questions have changed."""

    def __len__(self) -> int:
        """How many of the wanted values have a row."""
        query = "SELECT COUNT(*) FROM answer WHERE file = ?"
        count: int = self._database.execute(query, (self._number,)).fetchone()[0]
        return count

    @property
    def wanted(self) -> int:
        """How many values are wanted."""
        query = "SELECT COUNT(*) FROM wanted WHERE file = ?"
        count: int = self._database.execute(query, (self._number,)).fetchone()[0]
        return count

    def settle(
        self,
        wanted: Iterable[tuple[Sequence[str], Iterable[RatedUnit]]],
        samples: int,
        before_change: Callable[[], None],
    ) -> Self:
        """Drop the rows that the run cannot use from the file, and index the others.

        A row about an article of the run is kept if it has the right key and no error. Rows about
        other articles, and about further samples, are kept in the file, but they are not used.

        Args:
            wanted: ids of articles of the run, and the values that are wanted of them.
            samples: the number of samples that are rated.
            before_change: called just before the file is rewritten, if it is.
        """
        with (
            temporary_table(self._database, "covered (article TEXT PRIMARY KEY)"),
            temporary_table(self._database, f"found ({_UNIT}, {_ANSWER}, used INTEGER DEFAULT 0)"),
        ):
            for articles, units in wanted:
                self._many("covered VALUES (?)", ((article,) for article in articles))
                own = ((self._number, *u.id, u.key, u.request.length) for u in units)
                self._many("wanted VALUES (?, ?, ?, ?, ?, ?, ?)", own)
            self._many(f"found VALUES ({_MARKS}, 0)", self._stored())
            self._database.execute(
                "INSERT OR IGNORE INTO answer SELECT file, article, sample, position, dimension,"
                " key, offset, value, status, tokens_in, tokens_out, cost, lost_samples"
                f" FROM found JOIN wanted {_SAME[:-1]}, key) WHERE status <> 'error'"
                " ORDER BY offset"
            )
            self._database.execute(
                "UPDATE found SET used = 1 WHERE offset IN"
                " (SELECT offset FROM answer WHERE file = ?)"
                " OR sample >= ? OR article NOT IN (SELECT article FROM covered)",
                (self._number, samples),
            )
            unused = "SELECT COUNT(*), COUNT(CASE WHEN status <> 'error' THEN 1 END) FROM found"
            dropped, self.discarded = self._database.execute(f"{unused} WHERE NOT used").fetchone()
            if dropped or self.file.is_torn():
                before_change()
                self._rewrite()
        return self

    def missing(self, articles: Sequence[str]) -> set[UnitId]:
        """The wanted values of some articles that have no row."""
        found: set[UnitId] = set()
        for some, marks in in_queries(articles):
            query = (
                "SELECT wanted.article, wanted.sample, wanted.position, wanted.dimension"
                f" FROM wanted LEFT JOIN answer {_SAME} WHERE wanted.file = ?"
                f" AND answer.key IS NULL AND wanted.article IN ({marks})"
            )
            found.update(self._database.execute(query, (self._number, *some)))
        return found

    @contextmanager
    def appending(self) -> Iterator[Callable[[Sequence[tuple[UnitId, Rating]]], None]]:
        """A function that appends rows to the file and to the index."""
        path = self.file.path
        offset = path.stat().st_size if path.exists() else 0
        with self.file.appending() as write:

            def append(rows: Sequence[tuple[UnitId, Rating]]) -> None:
                nonlocal offset
                lines = [to_rating_line(row) for _, row in rows]
                write(b"".join(lines))
                indexed = []
                for (unit, row), line in zip(rows, lines, strict=True):
                    indexed.append((self._number, *unit, *_facts(row, offset)))
                    offset += len(line)
                self._many(f"answer VALUES ({_MARKS})", indexed)

            yield append

    def values(self) -> Iterator[tuple[UnitId, float]]:
        """The wanted values that there are, in order of article, dimension, sample, position."""
        query = (
            "SELECT article, sample, position, dimension, value FROM answer"
            " WHERE file = ? AND value IS NOT NULL"
            " ORDER BY article, dimension, sample, position"
        )
        with closing(self._database.execute(query, (self._number,))) as rows:
            for article, sample, position, dimension, value in rows:
                yield (article, sample, position, dimension), value

    def counts(self) -> list[AnswerCounts]:
        """What became of the wanted values of each dimension, in order of their names."""
        query = (
            "SELECT dimension, COUNT(*), SUM(answer.status = 'error'),"
            " SUM(answer.status = 'unparsed'),"
            " SUM(tokens_in), SUM(tokens_out), SUM(cost), IFNULL(SUM(lost_samples), 0)"
            f" FROM wanted LEFT JOIN answer {_SAME}"
            " WHERE wanted.file = ? GROUP BY dimension ORDER BY dimension"
        )
        found = []
        for dimension, wanted, failed, unparsed, *used in self._database.execute(
            query, (self._number,)
        ):
            counted = (dimension, wanted, failed or 0, unparsed or 0)
            fault = self._fault(dimension, wanted, failed) if failed else ""
            found.append(AnswerCounts(*counted, fault, *used))
        return found

    def _fault(self, dimension: str, wanted: int, failed: int) -> str:
        """The first failure in order of articles, whatever the order in which they were rated."""
        query = (
            f"SELECT offset FROM wanted JOIN answer {_SAME} WHERE wanted.file = ?"
            " AND dimension = ? AND status = 'error' ORDER BY article, sample, position LIMIT 1"
        )
        (first,) = self._database.execute(query, (self._number, dimension)).fetchone()
        return fault_of(self.row_at(first), wanted, failed)

    def row_at(self, offset: int) -> Rating:
        """The row that begins at an offset."""
        with self.file.path.open("rb") as file:
            file.seek(offset)
            return Rating.model_validate_json(file.readline())

    def _stored(self) -> Iterator[tuple[object, ...]]:
        """The rows of the file that may be answers: those that name an item by its position."""
        for offset, row in self.file.parsed(Rating):
            position = WHOLE_LIST if row.item is None else row.item
            where = (self._number, row.article, row.sample, position, row.dimension)
            yield *where, *_facts(row, offset)

    def _many(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        self._database.executemany(f"INSERT OR REPLACE INTO {table}", rows)

    def _rewrite(self) -> None:
        """Write the used rows anew, in their order."""
        offset = 0
        with (
            replacing(self.file.path) as part,
            part.open("wb") as new,
            self.file.path.open("rb") as old,
            closing(
                self._database.execute("SELECT offset FROM found WHERE used ORDER BY offset")
            ) as rows,
        ):
            moved = []
            for (former,) in rows:
                old.seek(former)
                line = old.readline()
                new.write(line)
                moved.append((offset, self._number, former))
                offset += len(line)
        # Rows move towards the beginning, so that no new offset is an old one that is still needed.
        self._database.executemany(
            "UPDATE answer SET offset = ? WHERE file = ? AND offset = ?", moved
        )


def _facts(row: Rating, offset: int) -> tuple[object, ...]:
    used = row.tokens_in, row.tokens_out, row.cost
    return (row.key, offset, row.value, row.status, *used, row.lost_samples)


def fault_of(row: Rating, wanted: int, failed: int) -> str:
    """Why a rater failed on some of the wanted values, of which the row is the first."""
    number = f"{failed} of {wanted} ratings"
    return f"rater {row.rater!r} failed on {number}, {row.article!r} for one: {row.error}"
