"""Writes files atomically: a reader sees the old file or the new one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write ``data`` to ``path``, atomically replacing an existing file.

    Creates missing parent directories. Text is written as UTF-8, with line ends unchanged.

    Raises:
        OSError: the file or its directory cannot be written.
    """
    encoded = data.encode() if isinstance(data, str) else data
    with naming(path), replacing(path) as part:
        part.write_bytes(encoded)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a new file to write, which replaces ``path`` on exit.

    Creates missing parent directories. The data is flushed to disk before the rename, so that not
    even a power failure leaves a partial file; an exception leaves the old file and nothing else.

    Raises:
        OSError: the file or its directory cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target: a rename is atomic only within one file system. Not `tempfile`, which
    # makes files that only their owner can read.
    part = path.with_name(f".{path.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        part.touch(exist_ok=False)
        yield part
        with part.open("rb+") as stream:
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Make errors of the operating system name ``path``; "disk full" names no file itself.

    Raises:
        OSError: the original error, with the name.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def _sync_directory(directory: Path) -> None:
    """Flush the rename to disk; does nothing where directories cannot be opened (Windows)."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
