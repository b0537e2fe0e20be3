"""Predictions that another program wrote, read from a file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from bench.article import Article, NonBlank, Text
from bench.errors import DataError
from bench.models.base import Model, Output
from bench.tasks import Task

_REPORTED = 20  # faults shown of a broken file; the rest are counted


class RecordedRow(BaseModel):
    """One line of the file; other keys are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    article: NonBlank
    items: list[Text]


@dataclass
class Recorded(Model):
    """Rows of JSON with ``article`` (an id) and ``items`` (a list of strings), one a line.

    An article that the file does not have counts as failed.
    """

    description = "what another program wrote: rows of article and items in a JSON-lines file"
    tasks = ("summary", "questions")
    heeds_items = False

    file: str

    def __post_init__(self) -> None:
        _ = self.rows  # a broken file is an error now, with all its faults, not in mid-run

    @property
    def digest(self) -> str:
        """SHA-256 of the file, for the signature."""
        return hashlib.sha256(self._content).hexdigest()[:16]

    @cached_property
    def rows(self) -> dict[str, tuple[int, list[str]]]:
        """Line and items of each article.

        Raises:
            DataError: one line for each row that cannot be used and each repeated article.
        """
        found: dict[str, tuple[int, list[str]]] = {}
        problems = []
        for number, line in enumerate(self._content.split(b"\n"), start=1):
            if not line.strip():
                continue
            place = f"{self.file}:{number}"
            try:
                row = RecordedRow.model_validate_json(line)
            except ValidationError as error:
                problems += [f"{place}: {_plain(fault)}" for fault in error.errors()]
                continue
            if row.article in found:
                first = found[row.article][0]
                problems.append(f"{place}: article {row.article!r} stands in line {first} already")
            found.setdefault(row.article, (number, row.items))
        if problems:
            more = len(problems) - _REPORTED
            raise DataError(problems[:_REPORTED] + ([f"... and {more} more"] if more > 0 else []))
        return found

    def notes(self, dataset: Sequence[Article]) -> list[str]:
        """What does not fit the data set, for people to know."""
        ids = {article.id for article in dataset}
        unknown = [(line, i) for i, (line, _) in self.rows.items() if i not in ids]
        missing = [i for i in ids if i not in self.rows]
        notes = []
        if unknown:
            line, first = unknown[0]
            notes.append(
                f"{self.file}: {len(unknown)} of {len(self.rows)} rows are of articles that the"
                f" data set does not have and are left out (the first: {first!r} in line {line})"
            )
        if missing:
            notes.append(
                f"{self.file}: {len(missing)} of {len(ids)} articles have no row and count as"
                f" failed (one of them: {min(missing)!r})"
            )
        return notes

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:  # noqa: ARG002
        for article in articles:
            if article.id in self.rows:
                yield Output(tuple(self.rows[article.id][1]))
            else:
                yield Output((), error=f"{self.file} has no row for it")

    @cached_property
    def _content(self) -> bytes:
        try:
            return Path(self.file).read_bytes()
        except OSError as error:
            raise DataError(f"{self.file}: cannot be read: {error.strerror}") from error


def _plain(fault: ErrorDetails) -> str:
    key = ".".join(map(str, fault["loc"]))
    return f"{key + ': ' if key else ''}{fault['msg'].lower()}"
