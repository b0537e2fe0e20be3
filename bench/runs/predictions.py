"""Predictions on disk: one JSON-lines file a model and task, appended to as the run goes.

A row is kept for as long as its key matches: the same model with the same parameters, asked the
same of the same article. What a killed run has written is therefore never asked for again.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bench.article import Article, Text
from bench.data.files import naming
from bench.errors import RunDirectoryError
from bench.models.base import Truncated
from bench.models.spec import ModelSpec
from bench.runs.names import is_name
from bench.runs.strict_json import regular
from bench.tasks import TASKS, Task
from bench.validation import plain_reason

_LONGEST_ROW = 1 << 26  # bytes
_MOST_TOKENS = 10**12
_SYNC = 1.0  # seconds between two waits for the disk, each of which costs as much as many rows


class Prediction(BaseModel):
    """What one model wrote for one article, and how that went."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    article: str
    items: tuple[Text, ...]
    raw: Text | None = None
    """What the model said before parsing; null where it makes items, not text."""
    status: Literal["ok", "empty", "error"]
    error: str | None = None
    truncated: Truncated = "neither"
    seconds: float | None = None
    """Its share of the batch's wall time."""
    tokens_in: int | None = None
    tokens_out: int | None = None
    key: str


class _Stored(Prediction):
    """The same as it is read, of whomever."""

    error: str | None = Field(default=None, max_length=100_000)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    tokens_in: int | None = Field(default=None, ge=0, le=_MOST_TOKENS)
    tokens_out: int | None = Field(default=None, ge=0, le=_MOST_TOKENS)


class _Owner(BaseModel):
    """As much of a prediction as says whose it is."""

    article: str


_Row = TypeVar("_Row", bound=BaseModel)


def prediction_key(entrant: ModelSpec, task: Task, article: Article, fingerprint: str) -> str:
    """SHA-256 of all that the prediction depends on.

    That is the model's signature, the task, how many items are asked for, and what the model is
    shown: the article, with its references or the whole data set where it sees those.
    """
    shown = article if entrant.model.sees_references else article.without_references()
    parts = [entrant.signature, entrant.nonce, task.name, str(task.items), shown.digest()]
    if entrant.model.sees_dataset:
        parts.append(fingerprint)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class PredictionFile:
    """The rows of one model and task."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Iterator[Prediction]:
        """The rows, in the order they were written; a torn last line is passed over.

        Raises:
            RunDirectoryError: another line than the last cannot be read.
        """
        return (row for _, row in self.placed())

    def placed(self) -> Iterator[tuple[int, Prediction]]:
        """The same, each with the byte at which it begins."""
        return self._parsed(_Stored)

    def places(self) -> Iterator[tuple[str, int]]:
        """Whose each row is and where it begins; for less than half the time that rows take."""
        return ((row.article, place) for place, row in self._parsed(_Owner))

    def _parsed(self, kind: type[_Row]) -> Iterator[tuple[int, _Row]]:
        if not self.path.exists():
            return
        place = number = 0
        with self._regular().open("rb") as file:
            while line := file.readline(_LONGEST_ROW):
                number += 1
                if len(line) == _LONGEST_ROW:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: a row of more than {_LONGEST_ROW:,} bytes; delete"
                        " the file to write it anew"
                    )
                if not line.endswith(b"\n"):
                    return  # the process died while writing it
                try:
                    yield place, kind.model_validate_json(line)
                except ValidationError as error:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: not a prediction row"
                        f" ({plain_reason(error.errors()[0])}); delete the file to write it anew"
                    ) from error
                place += len(line)

    def _regular(self) -> Path:
        """The path, if the file is missing or a regular one in the run directory."""
        directory = self.path.parent.parent
        if self.path.exists() or self.path.is_symlink() or self.path.parent.is_symlink():
            return regular(self.path, directory)
        return self.path

    @contextmanager
    def appending(self) -> Iterator[Callable[[bytes], None]]:
        """What adds whole lines.

        A line that was added survives the death of the process; that of the machine too, but for
        those of the last second.
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
                        # Unbuffered: what a full disk has refused is not tried again at the end.
                        file = stack.enter_context(self.path.open("ab", buffering=0))
                    _write_all(file, lines)
                    if time.monotonic() > synced + _SYNC:
                        os.fsync(file.fileno())
                        synced = time.monotonic()

            try:
                yield add
            finally:
                if file is not None:
                    with naming(self.path):
                        os.fsync(file.fileno())


def _write_all(file: FileIO, lines: bytes) -> None:
    rest = memoryview(lines)
    while rest:  # one call writes as much as the disk or a signal lets it
        rest = rest[file.write(rest) :]


def prediction_file(directory: Path, entrant_name: str, task_name: str) -> PredictionFile:
    """Where a run directory keeps the rows of one model and task.

    Raises:
        RunDirectoryError: a file cannot be called so.
    """
    if not is_name(entrant_name) or task_name not in TASKS:
        raise RunDirectoryError(
            f"{directory}: {entrant_name[:60]!r} cannot be the name of a model, or"
            f" {task_name[:60]!r} of a task: they name files"
        )
    return PredictionFile(directory / "predictions" / f"{entrant_name}.{task_name}.jsonl")


def files_of_predictions(directory: Path) -> list[Path]:
    """Every file of predictions in a run directory, and those of their origins."""
    folder = directory / "predictions"
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.origin.json")])


def to_line(row: Prediction) -> tuple[bytes, Prediction]:
    """A row as it stands in the file, and the row: failed if it is too long to be read again."""
    line = _dumped(row)
    if len(line) < _LONGEST_ROW:
        return line, row
    error = f"an answer of {len(line):,} bytes; a row of more than {_LONGEST_ROW:,} is not read"
    update = {"status": "error", "items": (), "raw": None, "error": error}
    row = row.model_copy(update=update)
    return _dumped(row), row


def _dumped(row: Prediction) -> bytes:
    return row.model_dump_json().encode() + b"\n"
