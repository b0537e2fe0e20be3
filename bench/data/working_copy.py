"""A working copy of checked articles: a temporary file from which none has to be parsed again."""

from __future__ import annotations

import pickle
import shutil
import tempfile
import threading
import weakref
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from bench.article import Article
from bench.errors import DataError

_READ_TOGETHER = 64


class PackedArticle(NamedTuple):
    """A checked article in the form that is cheapest to store and to send to a worker."""

    id: str
    body: bytes

    @classmethod
    def of(cls, article: Article) -> PackedArticle:
        """Pack an article, with its digests if they are known."""
        return cls(article.id, pickle.dumps(article, protocol=5))

    def article(self) -> Article:
        """Unpack it."""
        article: Article = pickle.loads(self.body)
        return article


class WorkingCopy:
    """Packed articles in a file; only the offset of each is kept in memory.

    The file has no name, so that it is gone when the process ends, however it ends. It gets a name
    when the copy is first pickled, because another process has to find it.

    Args:
        source: the file or URL that the articles were read from, for messages.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._offsets = array("Q", [0])
        self._lock = threading.Lock()
        self._path: Path | None = None
        try:
            file = tempfile.TemporaryFile(prefix="bench-")  # noqa: SIM115 - open while this is
        except OSError as error:
            raise self._unwritable(error) from error
        self._keep_open(file)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def add(self, article: Article) -> None:
        """Append an article.

        Raises:
            DataError: there is no room for it.
        """
        record = pickle.dumps(PackedArticle.of(article), protocol=5)
        try:
            self._file.write(record)
        except OSError as error:
            raise self._unwritable(error) from error
        self._offsets.append(self._offsets[-1] + len(record))

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[PackedArticle]:
        """The packed articles from ``start`` up to ``stop``."""
        stop = len(self) if stop is None else stop
        for first in range(start, stop, _READ_TOGETHER):
            last = min(first + _READ_TOGETHER, stop)
            content = memoryview(self._read(self._offsets[first], self._offsets[last]))
            for index in range(first, last):
                begin, end = (self._offsets[i] - self._offsets[first] for i in (index, index + 1))
                yield pickle.loads(content[begin:end])

    def _read(self, begin: int, end: int) -> bytes:
        with self._lock:  # several threads may draw articles
            try:
                self._file.seek(begin)  # which writes what is still in the buffer
                return self._file.read(end - begin)
            except OSError as error:
                raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> DataError:
        return DataError(
            f"{tempfile.gettempdir()}: cannot hold the working copy of {self._source}"
            f" ({error.strerror or error}); set TMPDIR to a folder with more room"
        )

    def __getstate__(self) -> dict[str, Any]:
        """The name of the file, and where each article begins.

        Raises:
            DataError: there is no room for it.
        """
        with self._lock:  # several threads may pickle it
            if self._path is None:
                self._path = self._named()
                weakref.finalize(self, self._path.unlink, missing_ok=True)
        return {"source": self._source, "path": self._path, "offsets": self._offsets}

    def _named(self) -> Path:
        """Copy the file to one with a name, all of it or nothing."""
        path = None
        try:
            with tempfile.NamedTemporaryFile(prefix="bench-", delete=False) as named:
                path = Path(named.name)
                self._file.seek(0)
                shutil.copyfileobj(self._file, named)
        except BaseException as error:
            if path is not None:
                path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise self._unwritable(error) from error
            raise
        return path

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Open the file.

        Raises:
            FileNotFoundError: it is on another machine.
        """
        self._source, self._path = state["source"], state["path"]
        self._offsets = state["offsets"]
        self._lock = threading.Lock()
        self._keep_open(state["path"].open("rb"))

    def _keep_open(self, file: IO[bytes]) -> None:
        self._file = file
        weakref.finalize(self, file.close)
