"""Predictions on disk: one JSON-lines file for each model and task, appended to during the run.

A row is kept as long as its key matches: the same model with the same parameters, the same task and
the same article. So a run that was killed does not repeat what it has written.
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
from bench.display import count
from bench.errors import RunDirectoryError, shortened
from bench.models.base import Truncated, of_sample
from bench.models.spec import ModelSpec
from bench.runs.names import is_name
from bench.runs.strict_json import regular
from bench.tasks import TASKS, Task
from bench.validation import plain_reason

_LONGEST_ROW = 1 << 26  # bytes
_MOST_TOKENS = 10**12
_MOST_SAMPLES = 10**6
_SYNC = 1.0  # seconds between two calls of fsync, each as slow as many rows


class Prediction(BaseModel):
    """What one model wrote for one article, or for one sample of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    article: str
    sample: int = 0
    """The number of the sample, from 0 on; 0 unless the model was asked for several."""
    items: tuple[Text, ...]
    raw: Text | None = None
    """The text of the model before parsing; null if the model returns items."""
    status: Literal["ok", "empty", "error"]
    error: str | None = None
    truncated: Truncated = "neither"
    seconds: float | None = None
    """The wall time of the batch divided by its articles."""
    tokens_in: int | None = None
    tokens_out: int | None = None
    dropped: int = 0
    """The number of items that the token limit cut off, which are not among ``items``."""
    key: str

    def __repr__(self) -> str:
        return f"<Prediction of {shortened(self.article)!r}: {count(len(self.items), 'item')}>"


class _Stored(Prediction):
    """A row as it is read from a file, which may be anybody's."""

    sample: int = Field(default=0, ge=0, lt=_MOST_SAMPLES)
    error: str | None = Field(default=None, max_length=100_000)
    seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    tokens_in: int | None = Field(default=None, ge=0, le=_MOST_TOKENS)
    tokens_out: int | None = Field(default=None, ge=0, le=_MOST_TOKENS)
    dropped: int = Field(default=0, ge=0, le=_MOST_TOKENS)


class _ArticleOnly(BaseModel):
    """A prediction of which only the article and the number of the sample are read."""

    article: str
    sample: int = Field(default=0, ge=0, lt=_MOST_SAMPLES)


_Row = TypeVar("_Row", bound=BaseModel)


def prediction_key(spec: ModelSpec, task: Task, article: Article, fingerprint: str) -> str:
    """SHA-256 of all that the prediction depends on.

    These are the signature of the model for the task, the task, the requested number of items, and
    what the model sees: the article, with its references or the whole dataset if it sees those; and
    the number of the sample, unless it is the first.
    """
    sees_all = spec.model.sees_references
    shown = article.digest() if sees_all else article.digest_without_references()
    parts = [spec.signature_for(task.name), spec.nonce, task.name, str(task.items), shown]
    if spec.model.sees_dataset:
        parts.append(fingerprint)
    parts += of_sample(task.sample)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


class PredictionFile:
    """The rows of one model and task."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> Iterator[Prediction]:
        """The rows in the order of the file; an incomplete last line is skipped.

        Raises:
            RunDirectoryError: a line cannot be read.
        """
        return (row for _, row in self.with_offsets())

    def with_offsets(self) -> Iterator[tuple[int, Prediction]]:
        """The rows, each with the offset of its first byte."""
        return self._parsed(_Stored)

    def articles_with_offsets(self) -> Iterator[tuple[str, int, int]]:
        """Article, sample and offset of each row, in less than half the time that rows take."""
        return ((row.article, row.sample, offset) for offset, row in self._parsed(_ArticleOnly))

    def _parsed(self, kind: type[_Row]) -> Iterator[tuple[int, _Row]]:
        if not self.path.exists():
            return
        offset = number = 0
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
                    yield offset, kind.model_validate_json(line)
                except ValidationError as error:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: not a prediction row"
                        f" ({plain_reason(error.errors()[0])}); delete the file to write it anew"
                    ) from error
                offset += len(line)

    def _regular(self) -> Path:
        """The path of a file that is missing or a regular file in the run directory."""
        directory = self.path.parent.parent
        if self.path.exists() or self.path.is_symlink() or self.path.parent.is_symlink():
            return regular(self.path, directory)
        return self.path

    @contextmanager
    def appending(self) -> Iterator[Callable[[bytes], None]]:
        """A function that appends whole lines.

        A line survives the death of the process, and after a second that of the machine.
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
    while rest:  # one call may write only a part
        rest = rest[file.write(rest) :]


def prediction_file(directory: Path, model_name: str, task_name: str) -> PredictionFile:
    """The prediction file of one model and task in a run directory.

    Raises:
        RunDirectoryError: a name cannot be part of a file name.
    """
    if not is_name(model_name) or task_name not in TASKS:
        raise RunDirectoryError(
            f"{directory}: {model_name[:60]!r} cannot be the name of a model, or"
            f" {task_name[:60]!r} of a task: they name files"
        )
    return PredictionFile(directory / "predictions" / f"{model_name}.{task_name}.jsonl")


def files_of_predictions(directory: Path) -> list[Path]:
    """The prediction files in a run directory, and the files of their origins."""
    folder = directory / "predictions"
    return sorted([*folder.glob("*.jsonl"), *folder.glob("*.origin.json")])


def to_line(row: Prediction) -> tuple[bytes, Prediction]:
    """A row as a line of the file, and the row, marked as failed if it is too long to be read."""
    line = _dumped(row)
    if len(line) < _LONGEST_ROW:
        return line, row
    error = f"an answer of {len(line):,} bytes; a row of more than {_LONGEST_ROW:,} is not read"
    update = {"status": "error", "items": (), "raw": None, "error": error}
    row = row.model_copy(update=update)
    return _dumped(row), row


def _dumped(row: Prediction) -> bytes:
    return row.model_dump_json().encode() + b"\n"
