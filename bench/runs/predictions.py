"""Predictions on disk: one JSON-lines file a model and task, appended to as the run goes.

A row is kept for as long as its key matches: the same model with the same parameters, asked the
same of the same article. What a killed run has written is therefore never asked for again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bench.article import Article, Text
from bench.data.files import write_atomic
from bench.data.rows import Dataset
from bench.errors import RunDirectoryError
from bench.models.base import Truncated
from bench.models.entrant import Entrant
from bench.tasks import Task


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


def prediction_key(entrant: Entrant, task: Task, article: Article, dataset: Dataset) -> str:
    """SHA-256 of all that the prediction depends on.

    That is the model's signature, the task, how many items are asked for, and what the model is
    shown: the article, with its references or the whole data set where it sees those.
    """
    shown = article if entrant.sees_references else article.without_references()
    parts = [entrant.signature, task.name, str(task.items), shown.digest()]
    if entrant.sees_dataset:
        parts.append(dataset.fingerprint)
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
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return  # the process died while writing it
                try:
                    yield Prediction.model_validate_json(line)
                except ValidationError as error:
                    raise RunDirectoryError(
                        f"{self.path}:{number}: not a prediction row"
                        f" ({error.errors()[0]['msg'].lower()}); delete the file to write it anew"
                    ) from error

    def keep(self, keys: dict[str, str]) -> set[str]:
        """Drop the rows that this run cannot use, and say which articles are done.

        Args:
            keys: article id to the key its row must have. Rows of other articles are kept.

        Returns:
            Ids of the articles that have a row with the right key and without an error.
        """
        rows = list(self.read())
        good: dict[str, Prediction] = {}
        for row in rows:
            wanted = keys.get(row.article, row.key)
            if row.key == wanted and row.status != "error" and row.article not in good:
                good[row.article] = row
        if self.path.exists() and (len(good) < len(rows) or _is_torn(self.path)):
            write_atomic(self.path, "".join(_line(row) for row in good.values()))
        return set(good) & set(keys)

    def append(self, rows: Iterable[Prediction]) -> None:
        """Add whole lines and have them on the disk before returning."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write("".join(_line(row) for row in rows).encode())
            file.flush()
            os.fsync(file.fileno())


def prediction_file(directory: Path, entrant_name: str, task_name: str) -> PredictionFile:
    """Where a run directory keeps the rows of one model and task."""
    return PredictionFile(directory / "predictions" / f"{entrant_name}.{task_name}.jsonl")


def _line(row: Prediction) -> str:
    return row.model_dump_json() + "\n"


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
