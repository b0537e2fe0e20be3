"""What other programs' models wrote: rows for the model `recorded`, with their source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.data.files import write_atomic
from bench.data.urls import is_url, local_path
from bench.display import count
from bench.errors import ConfigError, DataError
from bench.models.prediction_systems import system_name
from bench.models.recorded_files import ID
from bench.text.characters import whole_characters

FOLDER = "imported"
"""The folder of a run directory with the rows that were imported, a file for each model."""

_LONGEST = 100  # characters of a name
_MOST = 10**6  # samples of an article, or articles that are known by position


@dataclass(frozen=True)
class ImportedRow:
    """What a model wrote for an article, or for one sample of it.

    Attributes:
        article: the id of the article; None if only its position is known.
        position: the position of the article in the dataset, from 0; None if unknown.
        sample: the number of the sample, from 0.
        text: the text of the model; None without one.
        items: its items, where they are lists already; None if the text is parsed.
        error: why there is no text; None if there is.
    """

    article: str | int | None
    position: int | None = None
    sample: int = 0
    text: str | None = None
    items: list[str] | None = None
    error: str | None = None

    def as_recorded(self, article: str | int, *, numbered: bool) -> dict[str, Any]:
        """The row as a file of predictions has it."""
        row: dict[str, Any] = {"article": article}
        row |= {"sample": self.sample} if numbered else {}
        if self.error is not None:
            return {**row, "status": "error", "error": self.error}
        if self.items is None:
            return {**row, "raw": self.text or ""}
        row["items"] = self.items
        return row if self.text is None else {**row, "raw": self.text}


@dataclass(frozen=True)
class ImportedModel:
    """The outputs of a model in a file of another program.

    Attributes:
        name: a name for it.
        source: the facts about the source, by the names of ``bench.runs.sources.FIELDS``.
        rows: what it wrote.
    """

    name: str
    source: dict[str, str]
    rows: list[ImportedRow]


def whole_number(value: Any) -> int | None:
    """A number of a sample or an article; None if the value is none."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value < _MOST else None


def name_of(text: str) -> str:
    """The name of a model in leaderboards and files."""
    return system_name(text[:_LONGEST])


@dataclass
class ImportedFile:
    """A file that is read.

    Attributes:
        path: the file.
        id_field: the field of a sample with the id of its article; None for the usual names.
        unread: why records were skipped, with their locations.
        notes: what else is to be said.
    """

    path: str
    id_field: str | None = None
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def id_in(self, *given: Any) -> str | int | None:
        """The id of an article in the first of some objects that has it; None without one."""
        for one in given:
            for name in (self.id_field,) if self.id_field else ID:
                value = one.get(name) if isinstance(one, Mapping) else None
                is_id = isinstance(value, str | int) and not isinstance(value, bool)
                if is_id and str(value).strip():
                    return value
        return None

    def source(self, program: str, **facts: Any) -> dict[str, str]:
        """The facts about the source of a model, without unknown ones."""
        found = {key: value for key, value in facts.items() if isinstance(value, str) and value}
        return {"program": program, **found, "file": self.path, "sha256": self.digest()}

    def digest(self) -> str:
        """The SHA-256 of the file."""
        with Path(self.path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def all_notes(self, rows: int) -> Iterator[str]:
        """The notes, with the number of records that were skipped.

        Raises:
            DataError: no record could be read.
        """
        yield from (f"{self.path}: {note}" for note in self.notes)
        if self.unread and not rows:
            raise DataError(f"{self.path}: none of its samples can be read: {self.unread[0]}")
        if self.unread:
            samples = count(len(self.unread) + rows, "sample")
            yield (
                f"{self.path}: {len(self.unread)} of {samples} skipped, which cannot be read (the"
                f" first: {self.unread[0]})"
            )


def recorded_text(model: ImportedModel, ids: list[str] | None, file: str) -> str:
    """The rows of a model as JSON lines.

    Args:
        model: the model.
        ids: the ids of the dataset in order, if a row has only a position.
        file: the file, for messages.

    Raises:
        DataError: a position is not in the dataset, or two rows are the same sample.
    """
    seen: set[tuple[str, int]] = set()
    numbered = any(row.sample for row in model.rows)
    lines = []
    for row in model.rows:
        article = row.article
        if article is None and ids is not None and row.position is not None:
            if row.position >= len(ids):
                raise DataError(
                    f"{file}: position {row.position}, from 0, is not in the dataset, which has"
                    f" {count(len(ids), 'article')}; are the samples of another dataset?"
                )
            article = ids[row.position]
        if article is not None:
            if (str(article), row.sample) in seen:
                which = f"sample {row.sample + 1}" if numbered else "output"
                raise DataError(
                    f"{file}: article {str(article)!r:.60} has a second {which} of {model.name};"
                    " keep one, or name the field with the id of the article: --id NAME"
                )
            seen.add((str(article), row.sample))
            recorded = row.as_recorded(article, numbered=numbered)
            lines.append(whole_characters(json.dumps(recorded, ensure_ascii=False)))
    return "".join(f"{line}\n" for line in lines)


class RowFolder:
    """A folder with the rows of imported models, a file for each.

    Args:
        path: the folder, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replaced: dict[Path, bytes | None] = {}

    def write(self, name: str, text: str) -> Path:
        """Write the rows of a model, and remember those that they replace.

        Raises:
            ConfigError: they cannot be written.
        """
        file = self._path / f"{name}.jsonl"
        try:
            former = file.read_bytes() if file.exists() else None
            write_atomic(file, text)
        except OSError as error:
            raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
        self._replaced.setdefault(file, former)
        return file

    def undo(self) -> None:
        """Put back the rows that were replaced, and remove the files that are new."""
        for file, former in self._replaced.items():
            if former is None:
                file.unlink(missing_ok=True)
            else:
                write_atomic(file, former)
        for directory in (self._path, self._path.parent):
            with suppress(OSError):
                directory.rmdir()  # only if it is empty


@contextmanager
def kept_rows(output: str | None) -> Iterator[RowFolder]:
    """Yield a folder for the rows of imported models, which is part of a local run directory.

    After an exception its files are as they were before.
    """
    if output is None or is_url(output):
        with TemporaryDirectory(prefix="bench-") as scratch:
            yield RowFolder(Path(scratch))
        return
    folder = RowFolder(local_path(output) / FOLDER)
    try:
        yield folder
    except BaseException:
        folder.undo()
        raise
