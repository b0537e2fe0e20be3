"""Which row of a prediction file is an article's, kept in a file of its own and not in memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from types import TracebackType
from typing import Self

from bench.data.files import replacing
from bench.runs.predictions import PredictionFile

_CHUNK = 500  # ids asked for at a time


class RowIndex:
    """Where each article's row begins in a prediction file as it stands now.

    Args:
        file: the file; it need not be there.
    """

    def __init__(self, file: PredictionFile) -> None:
        self._file = file
        # A database without a name lives in a temporary file and is gone when it is closed.
        self._places = sqlite3.connect("")
        self._places.execute("PRAGMA journal_mode = OFF")
        self._places.execute("CREATE TABLE row (article TEXT, key TEXT, place INTEGER)")
        self._places.execute("CREATE TABLE done (article TEXT PRIMARY KEY, place INTEGER)")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._places.close()

    def __len__(self) -> int:
        """How many articles have a row."""
        count: int = self._places.execute("SELECT COUNT(*) FROM done").fetchone()[0]
        return count

    def read(self) -> Self:
        """Take in every row; of several rows of one article the last."""
        self._places.executemany("INSERT OR REPLACE INTO done VALUES (?, ?)", self._file.places())
        return self

    def match(self, keys: Iterable[tuple[str, str | None]]) -> Self:
        """Take in the row of each of these articles that has the key; the file stays as it is.

        Of several the last, as ``read`` does. Without a key any row of the article will do.
        """
        self._places.executemany(
            "INSERT INTO row VALUES (?, ?, ?)",
            ((row.article, row.key, place) for place, row in self._file.placed()),
        )
        self._places.execute("CREATE TABLE wanted (article TEXT PRIMARY KEY, key TEXT)")
        self._places.executemany("INSERT INTO wanted VALUES (?, ?)", keys)
        self._places.execute(
            "INSERT INTO done SELECT article, MAX(place) FROM row JOIN wanted USING (article)"
            " WHERE wanted.key IS NULL OR wanted.key = row.key GROUP BY article"
        )
        return self

    def sift(self, keys: Iterable[tuple[str, str]], before_change: Callable[[], None]) -> Self:
        """Drop the rows that a run cannot use from the file, and take in the others.

        Of an article that the run has, a row without an error and with the right key is kept, the
        first of several; of other articles every row, but they are not taken in.

        Args:
            keys: article id and the key its row must have.
            before_change: called if the file has to be written anew, just before it is.
        """
        rows = 0
        for place, row in self._file.placed():
            rows += 1
            if row.status != "error":
                values = (row.article, row.key, place)
                self._places.execute("INSERT INTO row VALUES (?, ?, ?)", values)
        self._places.execute("CREATE TABLE wanted (article TEXT PRIMARY KEY, key TEXT)")
        self._places.executemany("INSERT INTO wanted VALUES (?, ?)", keys)
        self._places.execute(
            "CREATE TABLE kept AS SELECT article, MIN(place) AS place, wanted.key IS NOT NULL"
            " AS usable FROM row LEFT JOIN wanted USING (article)"
            " WHERE wanted.key IS NULL OR wanted.key = row.key GROUP BY article"
        )
        kept = self._places.execute("SELECT COUNT(*) FROM kept").fetchone()[0]
        if kept < rows or _is_torn(self._file):
            before_change()
            self._rewrite()
        else:
            self._places.execute("INSERT INTO done SELECT article, place FROM kept WHERE usable")
        return self

    def among(self, articles: Sequence[str]) -> frozenset[str]:
        """Which of these articles have a row."""
        return frozenset(article for article, _ in self._found(articles))

    def lines(self, articles: Sequence[str]) -> list[bytes | None]:
        """The row of each of these articles as it stands in the file; None where there is none."""
        places = dict(self._found(articles))
        if not places:
            return [None] * len(articles)
        found: dict[str, bytes] = {}
        with self._file.path.open("rb") as file:
            for article, place in sorted(places.items(), key=lambda item: item[1]):
                file.seek(place)
                found[article] = file.readline()
        return [found.get(article) for article in articles]

    def arrange(self, articles: Iterable[str]) -> None:
        """Put the rows into the order of these articles, behind those of others, if they are not.

        Of several rows of one article the last is kept.
        """
        self._places.execute("CREATE TABLE rank (article TEXT PRIMARY KEY, number INTEGER)")
        numbered = ((article, number) for number, article in enumerate(articles))
        self._places.executemany("INSERT OR IGNORE INTO rank VALUES (?, ?)", numbered)
        order = "SELECT place FROM done LEFT JOIN rank USING (article) ORDER BY number, place"
        with closing(self._places.execute(order)) as found:
            if all(one < other for (one,), (other,) in pairwise(found)):
                return
        with (
            replacing(self._file.path) as part,
            part.open("wb") as new,
            self._file.path.open("rb") as old,
            closing(self._places.execute(order)) as found,
        ):
            for (place,) in found:
                old.seek(place)
                new.write(old.readline())

    def _found(self, articles: Sequence[str]) -> Iterator[tuple[str, int]]:
        for start in range(0, len(articles), _CHUNK):
            some = articles[start : start + _CHUNK]
            marks = ", ".join("?" * len(some))
            yield from self._places.execute(
                f"SELECT article, place FROM done WHERE article IN ({marks})",
                some,
            )

    def _rewrite(self) -> None:
        """The file without the rows that are not kept."""
        place = 0
        with (
            replacing(self._file.path) as part,
            part.open("wb") as new,
            self._file.path.open("rb") as old,
            closing(self._places.cursor()) as kept,
        ):
            kept.execute("SELECT article, place, usable FROM kept ORDER BY place")
            for article, former, usable in kept:
                old.seek(former)
                line = old.readline()
                new.write(line)
                if usable:
                    self._places.execute("INSERT INTO done VALUES (?, ?)", (article, place))
                place += len(line)


def _is_torn(file: PredictionFile) -> bool:
    if not file.path.exists():
        return False
    with file.path.open("rb") as stream:
        if stream.seek(0, os.SEEK_END) == 0:
            return False
        stream.seek(-1, os.SEEK_END)
        return stream.read(1) != b"\n"
