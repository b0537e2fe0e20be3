"""A history file: JSON lines that are only ever appended to.

Several processes may append at once. A last line that was torn by a crash is left out when the file
is read, and cut off before the next line is appended.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from bench.data.storage import readable
from bench.data.urls import is_url, local_path, masked
from bench.errors import ConfigError, DataError, RunDirectoryError
from bench.histories.notes import Note
from bench.histories.row import HistoryRow
from bench.runs.record import reason_of

_LONGEST = 1 << 26  # bytes of a line
_MARKERS = (b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>")
_WAIT = 60.0  # seconds for other writers


def read_rows(location: str, note: Note = lambda _: None) -> list[HistoryRow]:
    """The rows of a history file, each run once, in the order of the file.

    Args:
        location: its path or URL.
        note: called with a line for each thing that is left out.

    Raises:
        DataError: a line cannot be used.
        StorageError: the URL cannot be read.
    """
    copy = readable(location)
    with copy.errors_renamed():
        try:
            data = copy.path.read_bytes()
        except FileNotFoundError:
            fix = (
                "`bench check RUN ... --record FILE` or `bench history RUN --record FILE` makes one"
            )
            raise DataError(f"{copy.path}: no such history; {fix}") from None
        except OSError as error:
            raise DataError(f"{copy.path}: cannot be read: {error.strerror}") from None
        return _rows(data, str(copy.path), note)


def _rows(data: bytes, shown: str, note: Note) -> list[HistoryRow]:
    found: dict[str, HistoryRow] = {}
    faults: list[str] = []
    repeated = 0
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    last = len(lines)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if line.startswith(_MARKERS):
            faults.append(
                f"{shown}:{number}: a marker of a merge conflict; keep the lines of both sides and"
                " delete the markers"
            )
            continue
        try:
            row = parsed_row(line)
        except ValueError as error:
            if number == last:
                note(f"{shown}:{number}: skipped: the line is incomplete ({error})")
            else:
                faults.append(f"{shown}:{number}: {error}; restore or delete the line")
            continue
        if row.id in found:
            repeated += 1
        else:
            found[row.id] = row
    if faults:
        raise DataError(faults)
    if repeated:
        note(f"{shown}: {repeated} of the rows are repeated; each run counts once")
    return list(found.values())


def parsed_row(line: bytes) -> HistoryRow:
    """The row of a line.

    Raises:
        ValueError: it is none.
    """
    if len(line) > _LONGEST:
        raise ValueError(f"a line of {len(line):,} bytes; at most {_LONGEST:,} are read")
    try:
        return HistoryRow.model_validate_json(line, strict=True)
    except ValidationError as error:
        raise ValueError(reason_of(error)) from None


def append_row(location: str | Path, row: HistoryRow) -> bool:
    """Append a row to a history file; a missing file is made.

    Returns:
        Whether it was appended; False if the file has the run already.

    Raises:
        ConfigError: it is a URL.
        DataError: a line of the file cannot be used.
        RunDirectoryError: the file cannot be written.
    """
    from filelock import FileLock, Timeout

    if is_url(str(location)):
        raise ConfigError(
            f"{masked(str(location))}: a history is appended to, which URLs do not support; record"
            " into a file and upload it"
        )
    path = local_path(str(location))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_WAIT):
            return _append(path, row)
    except Timeout:
        raise RunDirectoryError(f"{path}: another process is writing to it; try again") from None
    except OSError as error:
        raise RunDirectoryError(f"{path}: cannot be written: {error.strerror}") from None


def _append(path: Path, row: HistoryRow) -> bool:
    data = path.read_bytes() if path.exists() else b""
    if any(known.id == row.id for known in _rows(data, str(path), lambda _: None)):
        return False
    end = data.rfind(b"\n") + 1
    tail, line = data[end:], row.line().encode()
    if tail and _is_row(tail):
        end, tail, line = len(data), b"", b"\n" + line
    with path.open("ab") as stream:
        if tail:
            stream.truncate(end)
        try:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                stream.truncate(end)
            raise
    return True


def _is_row(line: bytes) -> bool:
    try:
        parsed_row(line)
    except ValueError:
        return False
    return True
