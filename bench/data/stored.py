"""Articles that stay in their file and are read on demand."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import shutil
import tempfile
import weakref
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, overload

import numpy as np

from bench.article import Article
from bench.data.article_rows import checked_article
from bench.data.columns import NO_ROWS
from bench.data.content_kinds import HEAD, not_utf8, refuse_irregular, refuse_other_kind, unreadable
from bench.data.fingerprint import Fingerprint
from bench.data.json_layouts import SPREAD, spans_lines
from bench.data.problems import REPORTED
from bench.errors import DataError
from bench.ids import article_id
from bench.json_text import InvalidJSONError, parse_json

_STEP = 64  # rows between two offsets that are kept


def parse_row(line: str | bytes) -> Article:
    """Parse an article from a line of JSON.

    Raises:
        DataError: one line for each fault, without a offset.
    """
    return checked_article(_json(line))


def to_lines(articles: Iterable[Article]) -> str:
    """Serialise articles, one row per line."""
    return "".join(json.dumps(a.to_row(), ensure_ascii=False) + "\n" for a in articles)


@dataclass(frozen=True)
class ArticleBlock(Sequence[Article]):
    """Some articles of a data set, in the form that is cheapest to pass on.

    Attributes:
        rows: the articles, or their lines in a file.
    """

    rows: tuple[Article, ...] | tuple[bytes, ...]

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(index, slice):
            return tuple(map(_article, self.rows[index]))
        return _article(self.rows[index])

    def __len__(self) -> int:
        return len(self.rows)

    def ids(self) -> list[str]:
        """The ids of the articles, without parsing whole lines."""
        return [row.id if isinstance(row, Article) else _id(row) for row in self.rows]


class StoredArticles(Sequence[Article]):
    """The article rows of a file of JSON lines.

    It is read once to the end to be checked; what is kept of it is a offset for every 64th row.

    Args:
        file: JSON lines, gzipped if the name ends in ``.gz``.
        limit: use only the first ``limit`` rows.

    Raises:
        DataError: unreadable, not UTF-8, empty, not JSON, not an article row, or a duplicate id;
            one line for each fault, with file and line.
    """

    def __init__(self, file: Path, limit: int | None = None) -> None:
        refuse_irregular(file)
        self._name = file
        self._file = _unzipped(file) if file.name.lower().endswith(".gz") else file
        if self._file is not file:
            weakref.finalize(self, self._file.unlink, missing_ok=True)
        self._state = _state(self._file)
        self._offsets = array("Q")
        self._count = 0
        self.fingerprint = self._checked(limit)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, index: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count)
            if step != 1:
                return tuple(self[offset] for offset in range(start, stop, step))
            return tuple(map(_article, islice(self.lines(start), max(0, stop - start))))
        if index < 0:
            index += self._count
        if not 0 <= index < self._count:
            raise IndexError(index)
        return _article(next(self.lines(index)))

    def __iter__(self) -> Iterator[Article]:
        return map(_article, self.lines())

    def lines(self, start: int = 0) -> Iterator[bytes]:
        """The raw rows from ``start`` on.

        Raises:
            DataError: the file has changed since it was checked.
        """
        if start >= self._count:
            return
        if _state(self._file) != self._state:
            raise DataError(f"{self._name}: changed while it was being read; start again")
        with self._file.open("rb") as file:
            file.seek(self._offsets[start // _STEP])
            rows = (line for line in file if line.strip())
            yield from islice(rows, start % _STEP, self._count - start + start % _STEP)

    def _checked(self, limit: int | None) -> str:
        """Read and check the whole file; return its fingerprint."""
        faults, ids = _Faults(), array("Q")
        with self._file.open("rb") as file:
            refuse_other_kind(self._name, file.read(HEAD))
        with Fingerprint() as fingerprint:
            for number, line, offset in self._numbered(limit):
                if self._count == 1 and _begins_document(line):
                    raise DataError(f"{self._name}:{number}: {SPREAD}")
                try:
                    article = parse_row(line)
                except UnicodeDecodeError as error:
                    raise not_utf8(self._name, error, offset) from error
                except DataError as error:
                    faults.extend(f"{self._name}:{number}: {fault}" for fault in error.problems)
                    continue
                ids.append(_hash(article.id))
                fingerprint.add(article.digest())
            if _repeated(ids):
                faults.extend(self._twice(limit))
            faults.raise_them()
            if not self._count:
                raise DataError(f"{self._name}: {NO_ROWS}")
            return fingerprint.value()

    def _numbered(self, limit: int | None) -> Iterator[tuple[int, bytes, int]]:
        """Number, row and offset of each line that is not blank; records offsets."""
        offset = 0
        self._offsets, self._count = array("Q"), 0
        with self._file.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    if self._count == limit:
                        return
                    if self._count % _STEP == 0:
                        self._offsets.append(offset)
                    self._count += 1
                    yield number, line, offset
                offset += len(line)

    def _twice(self, limit: int | None) -> Iterator[str]:
        """A fault for each duplicate id."""
        first: dict[str, int] = {}
        for number, line, _ in self._numbered(limit):
            with contextlib.suppress(
                DataError, KeyError, TypeError, ValueError
            ):  # reported already
                name = _id(line)
                if first.setdefault(name, number) != number:
                    yield (
                        f"{self._name}:{number}: duplicate id {name!r} (first on line"
                        f" {first[name]})"
                    )


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


def _article(row: Article | bytes) -> Article:
    return row if isinstance(row, Article) else parse_row(row)


def _id(line: bytes) -> str:
    return article_id(_json(line)["id"])


def _json(line: str | bytes) -> Any:
    text = line.decode() if isinstance(line, bytes) else line
    try:
        return parse_json(text.removeprefix("\ufeff"))
    except InvalidJSONError as error:
        raise DataError(error.in_line) from error


def _unzipped(file: Path) -> Path:
    """A copy that can be read from any offset on."""
    with tempfile.NamedTemporaryFile(prefix="bench-", suffix=".jsonl", delete=False) as copy:
        try:
            with gzip.open(file) as zipped:
                shutil.copyfileobj(zipped, copy)
        except (OSError, EOFError, zlib.error) as error:
            Path(copy.name).unlink()
            raise unreadable(file, error) from error
    return Path(copy.name)


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
