"""The rows of a prediction file by article, on disk if there are many."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bench.models.id_readings import id_parts, normalized_id
from bench.models.recorded_files import MISSING

IdAndLine = tuple[str, int]
"""The id of a row, and the number of its line."""
EXAMPLES = 3
_TRIED = 10_000  # maximum number of ids on either side whose prefixes and suffixes are tried


@dataclass(frozen=True)
class Match:
    """The matches between the rows of a file and a dataset.

    Attributes:
        rows: the number of rows.
        unknown: the first rows whose articles are not in the dataset.
        unknown_count: the number of such rows.
        articles: the number of articles in the dataset.
        missing: the first articles without a row, by id.
        missing_count: the number of such articles.
        near: the first unknown rows whose id resembles that of an article without a row, with
            that article.
        absent: the first unknown rows whose id is a marker for missing values.
    """

    rows: int
    unknown: tuple[IdAndLine, ...]
    unknown_count: int
    articles: int
    missing: tuple[str, ...]
    missing_count: int
    near: tuple[tuple[IdAndLine, str], ...]
    absent: tuple[IdAndLine, ...]


class RowTable:
    """The predictions by article."""

    def __init__(self) -> None:
        # In a temporary file if there are many. Any thread may collect the table, and so close it.
        self._rows = sqlite3.connect("", check_same_thread=False)
        weakref.finalize(self, self._rows.close)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute(
            "CREATE TABLE row (article TEXT, sample INTEGER, number INTEGER, output TEXT,"
            " known INTEGER DEFAULT 0, PRIMARY KEY (article, sample))"
        )
        self._rows.create_function("normalized_id", 1, normalized_id, deterministic=True)

    def __len__(self) -> int:
        return self._count("row")

    def add(self, article: str, number: int, output: str, sample: int = 0) -> int | None:
        """Add a row; if the article already has the sample, return its line number instead."""
        try:
            values = (article, sample, number, output)
            self._rows.execute(
                "INSERT INTO row (article, sample, number, output) VALUES (?, ?, ?, ?)", values
            )
        except sqlite3.IntegrityError:
            query = "SELECT number FROM row WHERE article = ? AND sample = ?"
            first: int = self._rows.execute(query, (article, sample)).fetchone()[0]
            return first
        return None

    def replace(self, article: str, output: str) -> None:
        """Replace the prediction of an article that has a row."""
        self._rows.execute("UPDATE row SET output = ? WHERE article = ?", (output, article))

    def remove(self, article: str) -> None:
        """Remove the row of an article."""
        self._rows.execute("DELETE FROM row WHERE article = ?", (article,))

    def positions(self, mark: str) -> list[int]:
        """The positions in the dataset that stand for ids, behind a mark."""
        query = "SELECT DISTINCT article FROM row"
        names = (name for (name,) in self._rows.execute(query))
        return [int(name.removeprefix(mark)) for name in names if name.startswith(mark)]

    def rename(self, names: Iterable[tuple[str, str]]) -> None:
        """Rename articles, each given with its new name."""
        query = "UPDATE row SET article = ?2 WHERE article = ?1"
        self._rows.executemany(query, names)

    def output(self, article: str, sample: int = 0) -> str | None:
        """The prediction for an article, by the rank of its sample; None without a row."""
        query = "SELECT output FROM row WHERE article = ? ORDER BY sample LIMIT 1 OFFSET ?"
        found = self._rows.execute(query, (article, sample)).fetchone()
        return found[0] if found else None

    @property
    def samples(self) -> int:
        """The largest number of rows of an article."""
        query = "SELECT MAX(rows) FROM (SELECT COUNT(*) AS rows FROM row GROUP BY article)"
        return int(self._rows.execute(query).fetchone()[0] or 1)

    def match(self, articles: Iterable[str]) -> Match:
        """Match the rows with the ids of a dataset."""
        self._rows.execute("UPDATE row SET known = 0")
        self._rows.execute("DROP TABLE IF EXISTS missing")
        self._rows.execute("CREATE TABLE missing (article TEXT)")
        count = 0
        for article in articles:
            count += 1
            found = "UPDATE row SET known = 1 WHERE article = ?"
            if not self._rows.execute(found, (article,)).rowcount:
                self._rows.execute("INSERT INTO missing VALUES (?)", (article,))
        unknown = "SELECT article, number FROM row WHERE NOT known ORDER BY number LIMIT ?"
        missing = "SELECT article FROM missing ORDER BY article LIMIT ?"
        words = ", ".join(f"'{word.lower()}'" for word in MISSING)
        absent = (
            f"SELECT article, number FROM row WHERE NOT known AND lower(article) IN ({words})"
            " ORDER BY number LIMIT ?"
        )
        return Match(
            rows=len(self),
            unknown=tuple(self._rows.execute(unknown, (EXAMPLES,))),
            unknown_count=self._count("row WHERE NOT known"),
            articles=count,
            missing=tuple(name for (name,) in self._rows.execute(missing, (EXAMPLES,))),
            missing_count=self._count("missing"),
            near=tuple(islice(self._near(), EXAMPLES)),
            absent=tuple(self._rows.execute(absent, (EXAMPLES,))),
        )

    def _near(self) -> Iterator[tuple[IdAndLine, str]]:
        """Unknown rows, each with the article without a row that it resembles."""
        if not self._count("missing") or not self._count("row WHERE NOT known"):
            return
        self._keep_plain("loose", "article, number", "row WHERE NOT known ORDER BY number")
        self._keep_plain("lacking", "article", "missing ORDER BY article")
        alike = (
            "SELECT loose.article, number, MIN(lacking.article) FROM loose JOIN lacking USING"
            " (plain) GROUP BY loose.article ORDER BY number LIMIT ?"
        )
        found = self._rows.execute(alike, (EXAMPLES,)).fetchall() or self._by_parts()
        for row, number, article in found:
            yield (row, number), article

    def _keep_plain(self, table: str, columns: str, source: str) -> None:
        self._rows.execute(f"DROP TABLE IF EXISTS {table}")
        self._rows.execute(
            f"CREATE TABLE {table} AS SELECT {columns}, normalized_id(article) AS plain"
            f" FROM {source}"
        )
        self._rows.execute(f"CREATE INDEX {table}_plain ON {table} (plain)")

    def _by_parts(self) -> Iterator[tuple[str, int, str]]:
        """Those that are equal without a prefix or suffix of one of them."""
        loose = f"SELECT article, number FROM loose ORDER BY number LIMIT {_TRIED}"
        for row, number in self._rows.execute(loose).fetchall():
            for part, cut in id_parts(row).items():
                lacking = "SELECT article FROM lacking WHERE plain = ?"
                found = self._rows.execute(lacking, (part,)).fetchone()
                if found and not self._is_usual(cut):
                    yield row, number, found[0]
                    break
        lacking = f"SELECT article FROM lacking ORDER BY article LIMIT {_TRIED}"
        for (article,) in self._rows.execute(lacking).fetchall():
            for part in id_parts(article):
                loose = "SELECT article, number FROM loose WHERE plain = ? ORDER BY number"
                if found := self._rows.execute(loose, (part,)).fetchone():
                    yield *found, article

    def _is_usual(self, cut: str) -> bool:
        """Whether matched rows have this prefix or suffix, which is then part of ids."""
        matched = (
            "SELECT 1 FROM row WHERE known AND (substr(article, 1, ?1) = ?2"
            " OR substr(article, -?1) = ?2) LIMIT 1"
        )
        return self._rows.execute(matched, (len(cut), cut)).fetchone() is not None

    def _count(self, what: str) -> int:
        number: int = self._rows.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0]
        return number
