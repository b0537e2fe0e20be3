"""Articles that stay in their file and are read on demand."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import pickle
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np

from bench.article import Article
from bench.data.article_rows import checked_article
from bench.data.columns import NO_ROWS
from bench.data.content_kinds import HEAD, not_utf8, refuse_irregular, refuse_other_kind, unreadable
from bench.data.fingerprint import Fingerprint
from bench.data.json_layouts import SPREAD, rows_under, spans_lines
from bench.data.label_column import LabelColumn
from bench.data.local_copy import LocalCopy
from bench.data.nested_rows import has_objects
from bench.data.problems import REPORTED
from bench.data.recognition import needs_recognition
from bench.data.working_copy import PackedArticle, WorkingCopy
from bench.errors import DataError
from bench.ids import article_id
from bench.json_text import InvalidJSONError, parse_json


def to_lines(articles: Iterable[Article]) -> str:
    """Serialise articles, one row per line."""
    return "".join(json.dumps(a.to_row(), ensure_ascii=False) + "\n" for a in articles)


def needs_table(file: Path) -> bool:
    """Whether the first row of JSON lines has other columns than articles, or wraps rows or items.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        with gzip.open(file) if file.name.lower().endswith(".gz") else file.open("rb") as lines:
            first = next((line for line in lines if line.strip()), b"")
        row = _json(first)
    except (DataError, UnicodeDecodeError):
        return False  # which is reported with its line
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(file, error) from error
    if isinstance(row, list):
        return bool(row) and all(isinstance(each, dict) for each in row)
    if not isinstance(row, dict):
        return False
    has_items = has_objects(row.get("summary")) or has_objects(row.get("questions"))
    return has_items or rows_under(row) is not None or needs_recognition(row)


@dataclass(frozen=True)
class ArticleBatch(Sequence[Article]):
    """Some articles of a dataset in the form in which they are cheapest to hand on.

    Attributes:
        rows: the articles, packed where they come from a working copy.
    """

    rows: tuple[Article, ...] | tuple[PackedArticle, ...]

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(index, slice):
            return tuple(map(_unpacked, self.rows[index]))
        return _unpacked(self.rows[index])

    def __len__(self) -> int:
        return len(self.rows)

    def ids(self) -> list[str]:
        """The articles' ids, without unpacking them."""
        return [row.id for row in self.rows]


def _unpacked(row: Article | PackedArticle) -> Article:
    return row if isinstance(row, Article) else row.article()


class StoredArticles(Sequence[Article]):
    """The article rows of a file of JSON lines, each parsed once.

    The file is read once to the end to be checked. What was read stays in a working copy on disk.

    Args:
        file: JSON lines, gzipped if the name ends in ``.gz``.
        limit: use only the first ``limit`` rows.
        source: names the file in messages, if it is a local copy of another.
        cluster: the column of the labels of clusters; the rows' own field by default, none if "".

    Raises:
        ConfigError: no row has the column.
        DataError: unreadable, not UTF-8, empty, not JSON, not an article row, or a duplicate id;
            one line for each fault, with file and line.
    """

    def __init__(
        self,
        file: Path,
        limit: int | None = None,
        source: LocalCopy | None = None,
        *,
        cluster: str | None = None,
    ) -> None:
        refuse_irregular(file)
        self._file = file
        self._limit = limit
        self._source = source or LocalCopy(file)
        self._cluster = cluster
        self._state = _state(file)
        self._copy = WorkingCopy(str(self._source))
        self.fingerprint = self._checked()

    def __len__(self) -> int:
        return len(self._copy)

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        count = len(self)
        if isinstance(index, slice):
            start, stop, step = index.indices(count)
            if step != 1:
                return tuple(self[row] for row in range(start, stop, step))
            return tuple(row.article() for row in self._copy.rows(start, max(start, stop)))
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError(index)
        (row,) = self._copy.rows(index, index + 1)
        return row.article()

    def __iter__(self) -> Iterator[Article]:
        return (row.article() for row in self.packed())

    def packed(self) -> Iterator[PackedArticle]:
        """The articles in the form in which they are stored.

        Raises:
            DataError: the file has changed since it was checked.
        """
        with self._source.errors_renamed():
            if _state(self._file) != self._state:
                raise DataError(f"{self._file}: has changed while it was being read; start again")
            yield from self._copy.rows()

    def __reduce__(self) -> tuple[Any, ...]:
        """In another process the same copy is read; on another machine one is made there."""
        copy = pickle.dumps(self._copy, protocol=5)
        read = (self._source, self._limit, self._cluster)
        return _reopened, (read, self._state, self.fingerprint, copy)

    def _checked(self) -> str:
        """Read all of it once; its fingerprint."""
        faults, ids = _Faults(), array("Q")
        labels = None if self._cluster is None else LabelColumn(self._cluster)
        with Fingerprint() as fingerprint:
            for count, (number, line, offset) in enumerate(self._numbered(), start=1):
                if count == 1 and _begins_document(line):
                    raise DataError(f"{self._file}:{number}: {SPREAD}")
                try:
                    row = _json(line)
                    article = checked_article(labels.labelled(row) if labels else row)
                except UnicodeDecodeError as error:
                    raise not_utf8(self._file, error, offset) from error
                except DataError as error:
                    faults.extend(f"{self._file}:{number}: {fault}" for fault in error.problems)
                    continue
                ids.append(_hash(article.id))
                fingerprint.add(article.digest())
                self._copy.add(article)
            if labels and len(self):
                labels.refuse_unknown(self._file)
            if _repeated(ids):
                faults.extend(self._twice())
            faults.raise_them()
            if not len(self):
                raise DataError(f"{self._file}: {NO_ROWS}")
            return fingerprint.value()

    def _numbered(self) -> Iterator[tuple[int, bytes, int]]:
        """Number, row and first byte of each line that is not blank."""
        offset = count = 0
        zipped = self._file.name.lower().endswith(".gz")
        try:
            with gzip.open(self._file) if zipped else self._file.open("rb") as file:
                refuse_other_kind(self._file, file.read(HEAD))
                file.seek(0)
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        if count == self._limit:
                            return
                        count += 1
                        yield number, line, offset
                    offset += len(line)
        except (OSError, EOFError, zlib.error) as error:
            raise unreadable(self._file, error) from error

    def _twice(self) -> Iterator[str]:
        """A fault for each duplicate id."""
        first: dict[str, int] = {}
        for number, line, _ in self._numbered():
            with contextlib.suppress(DataError, KeyError, TypeError, ValueError):  # reported
                name = article_id(_json(line)["id"])
                if first.setdefault(name, number) != number:
                    again = (
                        f"duplicate id {name!r} (first on line {first[name]}); if each row is one"
                        " question: --group-by id"
                    )
                    yield f"{self._file}:{number}: {again}"


def _reopened(
    read: tuple[LocalCopy, int | None, str | None],
    state: tuple[int, int],
    fingerprint: str,
    copy: bytes,
) -> StoredArticles:
    source, limit, cluster = read
    try:
        opened = pickle.loads(copy)
    except FileNotFoundError:
        with source.errors_renamed():
            stored = StoredArticles(source.path, limit, source, cluster=cluster)
        if stored.fingerprint != fingerprint:
            raise DataError(
                f"{source}: has other articles on this machine; make both the same"
            ) from None
        return stored
    stored = StoredArticles.__new__(StoredArticles)
    stored._source, stored._limit, stored._cluster = read
    stored._file, stored._state = source.path, state
    stored._copy, stored.fingerprint = opened, fingerprint
    return stored


class _Faults:
    """The faults of a file: the first ones in words, the rest as a number."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._count = 0

    def extend(self, faults: Iterable[str]) -> None:
        for fault in faults:
            self._count += 1
            if self._count <= REPORTED:
                self._told.append(fault)

    def raise_them(self) -> None:
        more = self._count - REPORTED
        if self._told:
            raise DataError(self._told + ([f"... and {more} more"] if more > 0 else []))


def _begins_document(line: bytes) -> bool:
    return len(line) < HEAD and spans_lines(line.decode("utf-8-sig", "replace"))


def _json(line: str | bytes) -> Any:
    text = line.decode() if isinstance(line, bytes) else line
    try:
        return parse_json(text.removeprefix("\ufeff"))
    except InvalidJSONError as error:
        raise DataError(error.in_line) from error


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError as error:
        raise unreadable(file, error) from error
    return found.st_size, found.st_mtime_ns


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")


def _repeated(hashes: array[int]) -> bool:
    ordered = np.frombuffer(hashes, dtype=np.uint64)
    ordered.sort()
    return bool((ordered[1:] == ordered[:-1]).any())
