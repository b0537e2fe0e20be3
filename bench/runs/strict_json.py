"""JSON that somebody else may have written, read without believing any of it."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.errors import RunDirectoryError

LARGEST = 64 << 20
"""Bytes of ``run.json`` and ``results.json``: a run of hundreds of models stays far below."""
_DEEPEST = 64
_LARGEST_INTEGER = 2**53


def regular(file: Path, within: Path, largest: int | None = None) -> Path:
    """The file, if it is one of the run directory and holds data.

    A link that leads out of the directory, a device, a pipe and a folder are not opened.

    Args:
        file: a path that exists.
        within: the run directory.
        largest: bytes that it may have.

    Raises:
        RunDirectoryError: it is something else, or larger.
    """
    try:
        if not file.resolve().is_relative_to(within.resolve()):
            raise RunDirectoryError(f"{file}: is a link that leads out of the run directory")
        found = file.stat()
    except (OSError, RuntimeError, ValueError) as error:
        raise RunDirectoryError(f"{file}: cannot be read: {error}") from error
    if not stat.S_ISREG(found.st_mode):
        raise RunDirectoryError(f"{file}: is not a regular file")
    if largest is not None and found.st_size > largest:
        raise RunDirectoryError(
            f"{file}: has {found.st_size:,} bytes; at most {largest:,} are read"
        )
    return file


def read_json(file: Path, within: Path) -> tuple[bytes, dict[str, Any]]:
    """An object in a file of a run directory: its bytes, and its content.

    Raises:
        RunDirectoryError: no regular file, too large, not JSON, or JSON with a duplicate key, a
            number that is not finite or too large, a lone surrogate or too many levels.
    """
    try:
        data = regular(file, within, LARGEST).read_bytes()
        value = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_no_number)
        _check(value)
    except OSError as error:
        raise RunDirectoryError(f"{file}: cannot be read: {error.strerror}") from error
    except RecursionError as error:
        raise RunDirectoryError(f"{file}: cannot be read: nested too deeply") from error
    except ValueError as error:
        raise RunDirectoryError(f"{file}: cannot be read: {error!s:.200}") from error
    if not isinstance(value, dict):
        raise RunDirectoryError(f"{file}: cannot be read: must be an object")
    return data, value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"duplicate key {twice[:60]!r}")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a finite number")


def _check(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        if not level:
            return
        level = [inner for each in level for inner in _inner(each)]
    raise ValueError(f"more than {_DEEPEST} levels")


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(f"half a character (a lone surrogate) in {value[:40]!r}")
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is not finite")
    elif isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise ValueError("an integer beyond 2**53")
