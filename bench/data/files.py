"""Writing a file so that a reader sees the old one or the new one, never half of one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_atomic(path: Path, data: bytes | str) -> None:
    """Put ``data`` at ``path``, replacing what was there, all at once.

    Missing parent directories are made. Text is written as UTF-8, line ends as they are.

    Raises:
        OSError: the file or its directory cannot be written.
    """
    encoded = data.encode() if isinstance(data, str) else data
    with naming(path), replacing(path) as part:
        part.write_bytes(encoded)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file to be written, which takes the place of ``path`` when that is done.

    Missing parent directories are made. The bytes are on the disk before the name points to them,
    so that not even a power cut leaves a partial file; a failure leaves the old file, and nothing
    new beside it.

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
        with suppress(OSError):  # what went wrong first is what has to be told
            part.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let errors of the operating system name ``path``; that a disk is full names no file itself.

    Raises:
        OSError: what was raised, with the name.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def _sync_directory(directory: Path) -> None:
    """Make the rename itself last; where directories cannot be opened (Windows) it just does."""
    if os.name != "posix":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
