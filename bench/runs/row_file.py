"""JSON lines of a run directory: read as data, and appended to so that whole lines survive."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import BaseModel, ValidationError

from bench.data.files import naming
from bench.errors import RunDirectoryError
from bench.runs.strict_json import regular
from bench.validation import plain_reason

LONGEST_ROW = 1 << 26
"""Bytes of a row; longer ones are not read."""
_SYNC = 1.0  # seconds between two calls of fsync, each as slow as many rows
_Row = TypeVar("_Row", bound=BaseModel)


class RowFile:
    """A file of rows in a folder of a run directory, one JSON object a line.

    Args:
        path: the file, which need not exist.
    """

    kind: ClassVar[str]
    """What messages call a row."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def parsed(self, kind: type[_Row]) -> Iterator[tuple[int, _Row]]:
        """The rows with the offset of each; an incomplete last line is skipped.

        Raises:
            RunDirectoryError: a line cannot be read.
        """
        if not self.path.exists():
            return
        offset = number = 0
        with self._regular().open("rb") as file:
            while line := file.readline(LONGEST_ROW):
                number += 1
                if len(line) == LONGEST_ROW:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: a row of more than {LONGEST_ROW:,} bytes; delete"
                        " the file to write it anew"
                    )
                if not line.endswith(b"\n"):
                    return  # the process died while writing it
                try:
                    yield offset, kind.model_validate_json(line)
                except ValidationError as error:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: not a {self.kind} row"
                        f" ({plain_reason(error.errors()[0])}); delete the file to write it anew"
                    ) from error
                offset += len(line)

    @contextmanager
    def appending(self, *, syncs: bool = True) -> Iterator[Callable[[bytes], None]]:
        """A function that appends whole lines.

        A line survives the death of the process, and after a second that of the machine.

        Args:
            syncs: False if lines need not survive that of the machine.
        """
        with ExitStack() as stack:
            file: FileIO | None = None
            synced = 0.0

            def add(lines: bytes) -> None:
                nonlocal file, synced
                with naming(self.path):
                    if file is None:
                        self.path.parent.mkdir(parents=True, exist_ok=True)
                        self._regular()
                        # Unbuffered: lines that a full disk refused are not tried again at the end.
                        file = stack.enter_context(self.path.open("ab", buffering=0))
                    _write_all(file, lines)
                    if syncs and time.monotonic() > synced + _SYNC:
                        os.fsync(file.fileno())
                        synced = time.monotonic()

            try:
                yield add
            finally:
                if syncs and file is not None:
                    with naming(self.path):
                        os.fsync(file.fileno())

    def is_torn(self) -> bool:
        """Whether a process died while it wrote the last line."""
        if not self.path.exists():
            return False
        with self.path.open("rb") as stream:
            if stream.seek(0, os.SEEK_END) == 0:
                return False
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) != b"\n"

    def _regular(self) -> Path:
        """The path of a file that is missing or a regular file in the run directory."""
        directory = self.path.parent.parent
        if self.path.exists() or self.path.is_symlink() or self.path.parent.is_symlink():
            return regular(self.path, directory)
        return self.path


def _write_all(file: FileIO, lines: bytes) -> None:
    rest = memoryview(lines)
    while rest:  # one call may write only a part
        rest = rest[file.write(rest) :]
