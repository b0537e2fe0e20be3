"""Reads JSON that anybody may have written, without trusting it."""

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
_MOST_DIGITS = 400
_MOST_VALUES = 500_000
_LARGEST_INTEGER = 2**53
_REMEDIES = {
    "run.json": "restore the file, or delete it and run again: predictions are kept",
    "results.json": "restore the file, or run again: predictions are kept",
}


def regular(file: Path, within: Path, largest: int | None = None) -> Path:
    """Check that a file is a regular file in the run directory, and return it.

    Links out of the directory, devices, pipes and folders are not opened.

    Args:
        file: a path that exists.
        within: the run directory.
        largest: the maximum size in bytes.

    Raises:
        RunDirectoryError: it is not such a file, or too large.
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
    """Read a JSON object of a run directory: its bytes and its content.

    Raises:
        RunDirectoryError: not a regular file, too large, not JSON, or JSON with a duplicate key, a
            number that is not finite or too large, a lone surrogate or too many levels.
    """
    try:
        data = regular(file, within, LARGEST).read_bytes()
        value = _parsed(data)
    except OSError as error:
        raise RunDirectoryError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise damaged(file, f"{error!s:.200}") from error
    if not isinstance(value, dict):
        raise damaged(file, "must be an object")
    return data, value


def damaged(file: Path, reason: str, what: str = "cannot be read") -> RunDirectoryError:
    """The error for a damaged file of a run directory.

    Args:
        file: the file.
        reason: what is wrong with its content.
        what: what cannot be done.
    """
    remedy = _REMEDIES.get(file.name, "restore the file, or run again")
    return RunDirectoryError(f"{file}: {what}: {reason}; the run directory is damaged; {remedy}")


def _parsed(data: bytes) -> Any:
    """The value of a JSON document.

    Raises:
        ValueError: it is invalid, or exceeds a limit.
    """
    if not data.strip():
        raise ValueError("the file is empty")
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise ValueError(f"more than {_MOST_VALUES:,} values")
    try:
        value = json.loads(
            data.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"invalid JSON: byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        location = f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"invalid JSON: {error.msg} ({location})") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise ValueError(f"duplicate key {key[:60]!r}")
            seen.add(key)
    return found


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of more than {_MOST_DIGITS} digits")
    return int(digits)


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
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"half a character (a lone surrogate) in {value[:40]!r}") from None
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is not finite")
    elif isinstance(value, int) and abs(value) > _LARGEST_INTEGER:
        raise ValueError("an integer beyond 2**53")
