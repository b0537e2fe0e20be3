"""Local copies of remote files, which errors name by URL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError


@dataclass(frozen=True)
class LocalCopy:
    """A local copy of a file or folder in a remote store, or a path that is local already.

    Attributes:
        path: where the copy is.
        url: the URL of the original, without secrets; None for a path that is no copy.
    """

    path: Path
    url: str | None = None

    def __str__(self) -> str:
        """Its name in messages."""
        return self.renamed(str(self.path))

    def inside(self, path: Path) -> LocalCopy:
        """The copy of a file or folder in it."""
        return LocalCopy(path, self.renamed(str(path)) if self.url else None)

    def renamed(self, text: str) -> str:
        """The text with the URL of the original wherever it has the path of the copy."""
        return text.replace(str(self.path), self.url) if self.url else text

    @contextmanager
    def errors_renamed(self) -> Iterator[None]:
        """Let errors name the URL of the original."""
        try:
            yield
        except BenchError as error:
            error.problems = tuple(map(self.renamed, error.problems))
            error.args = ("\n".join(error.problems),)
            raise
        except OSError as error:
            if isinstance(error.filename, str):
                error.filename = self.renamed(error.filename)
            raise
