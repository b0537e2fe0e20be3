"""Predictions on disk: one JSON-lines file for each model and task, appended to during the run.

A row is kept as long as its key matches: the same model with the same parameters, the same task and
the same article. So a run that was killed does not repeat what it has written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bench.article import Article, Text
from bench.display import count
from bench.errors import RunDirectoryError, shortened
from bench.models.base import Truncated, of_sample
from bench.models.spec import ModelSpec
from bench.runs.names import is_name
from bench.runs.row_file import LONGEST_ROW, RowFile
from bench.tasks import TASKS, Task

_MOST_TOKENS = 10**12
_MOST_SAMPLES = 10**6


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


class PredictionFile(RowFile):
    """The rows of one model and task."""

    kind = "prediction"

    def read(self) -> Iterator[Prediction]:
        """The rows in the order of the file; an incomplete last line is skipped.

        Raises:
            RunDirectoryError: a line cannot be read.
        """
        return (row for _, row in self.with_offsets())

    def with_offsets(self) -> Iterator[tuple[int, Prediction]]:
        """The rows, each with the offset of its first byte."""
        return self.parsed(_Stored)

    def articles_with_offsets(self) -> Iterator[tuple[str, int, int]]:
        """Article, sample and offset of each row, in less than half the time that rows take."""
        return ((row.article, row.sample, offset) for offset, row in self.parsed(_ArticleOnly))


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
    if len(line) < LONGEST_ROW:
        return line, row
    error = f"an answer of {len(line):,} bytes; a row of more than {LONGEST_ROW:,} is not read"
    update = {"status": "error", "items": (), "raw": None, "error": error}
    row = row.model_copy(update=update)
    return _dumped(row), row


def _dumped(row: Prediction) -> bytes:
    return row.model_dump_json().encode() + b"\n"
