"""Predictions that another program wrote, read from a file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import weakref
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from bench.article import Article, NonBlank, Text
from bench.data.storage import readable
from bench.data.urls import told, told_by_url
from bench.errors import DataError
from bench.models.base import Model, Output
from bench.models.recorded_files import RAW, kind, records
from bench.tasks import Task
from bench.text.items import items_from
from bench.text.literals import UncertainListError, opened

_REPORTED = 20  # faults shown of a broken file; the rest are counted
_MESSAGES = {
    ("", "list_type"): "input should be a valid array",
    ("", "model_type"): "a row has named values, article and items",
    ("items", "missing"): f"field required, or one of {', '.join(RAW)}",
}


class _Row(BaseModel):
    """What every row has; keys that are not fields are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    article: NonBlank = Field(validation_alias=AliasChoices("article", "id", "article_id"))
    status: Any = None
    error: Any = None

    def output(self, items: Sequence[str], raw: str | None) -> Output:
        if self.status == "error":
            return Output((), raw, error=str(self.error or "failed"))
        return Output(tuple(items), raw)


class ItemsRow(_Row):
    """A row that has the items."""

    items: list[Text]
    raw: Any = None

    def prediction(self) -> Output:
        """What the model wrote, or that it failed."""
        return self.output(self.items, self.raw if isinstance(self.raw, str) else None)


class RawRow(_Row):
    """A row that has the text as the model wrote it."""

    raw: Text = Field(validation_alias=AliasChoices(*RAW))

    def prediction(self) -> Output:
        """What the model wrote, taken apart, or that it failed."""
        return self.output(items_from(self.raw), self.raw)


@dataclass
class Recorded(Model):
    """A file with a row for each article: its id, and what was written for it.

    The id is called ``article`` (or ``id``, or ``article_id``). What was written is either
    ``items``, a list of strings, or one string called ``raw``, ``prediction`` or ``output``, which
    ``bench.text.items`` takes apart; ``items`` count where a row has both. ``items`` may be a list
    in a string, as pandas writes lists to CSV; one that is not certain is an error. The rows of a
    run directory's ``predictions`` are such rows, and fail where their ``status`` is ``error``.

    A file is JSON lines, unless its name ends in ``.csv`` or ``.tsv`` (with a header; ``items`` is
    a JSON array in its cell), ``.parquet``, or ``.json`` and it is one array. ``.gz`` may follow.
    It may lie in another store, by its URL.

    An article that the file does not have counts as failed.
    """

    description = "what another program wrote: a file with rows of article and items, or raw text"
    tasks = ("summary", "questions")
    heeds_items = False
    spread = False

    file: str

    def __post_init__(self) -> None:
        self._copy = readable(self.file)
        self._shown = told(self.file)
        self._rows = sqlite3.connect("")  # in a temporary file once there are many
        weakref.finalize(self, self._rows.close)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute(
            "CREATE TABLE row (article TEXT PRIMARY KEY, number INTEGER, output TEXT,"
            " known INTEGER DEFAULT 0)"
        )
        self._read()  # a broken file is an error now, with all its faults, not in mid-run

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, for the signature."""
        with self._copy.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:16]

    @told_by_url()
    def _read(self) -> None:
        """Take in all rows.

        Raises:
            DataError: the file cannot be read or has no rows; or one line for each row that cannot
                be used and each repeated article.
        """
        problems: list[str] = []
        count = 0
        for number, record in records(str(self._copy)):
            place = f"{self._shown}:{number}"
            try:
                row = _row(record)
                self._take_in(number, row.article, row.prediction())
            except ValidationError as error:
                faults = [f"{place}: {_plain(fault)}" for fault in error.errors()]
            except ValueError as error:
                faults = [f"{place}: {error}"]
            else:
                continue
            count += len(faults)
            problems += faults[: max(0, _REPORTED - len(problems))]
        if problems:
            more = count - len(problems)
            raise DataError(problems + ([f"... and {more} more"] if more > 0 else []))
        if not self._number("COUNT(*)"):
            raise DataError(f"{self._shown}: no prediction rows in it")

    def _take_in(self, number: int, article: str, output: Output) -> None:
        written = json.dumps([output.items, output.raw, output.error])
        try:
            values = (article, number, written)
            self._rows.execute("INSERT INTO row (article, number, output) VALUES (?, ?, ?)", values)
        except sqlite3.IntegrityError:
            first = self._number("number", "WHERE article = ?", article)
            raise ValueError(
                f"article {article!r} stands in {self._unit} {first} already"
            ) from None

    def _number(self, what: str, where: str = "", *values: Any) -> int:
        number: int = self._rows.execute(f"SELECT {what} FROM row {where}", values).fetchone()[0]
        return number

    def notes(self, dataset: Iterable[Article]) -> list[str]:
        """What does not fit the data set, for people to know."""
        self._rows.execute("UPDATE row SET known = 0")
        articles = missing = 0
        least: str | None = None
        for article in dataset:
            articles += 1
            found = "UPDATE row SET known = 1 WHERE article = ?"
            if not self._rows.execute(found, (article.id,)).rowcount:
                missing += 1
                least = min(least or article.id, article.id)
        unknown = self._number("COUNT(*)", "WHERE NOT known")
        notes = []
        if unknown:
            query = "SELECT number, article FROM row WHERE NOT known ORDER BY number LIMIT 1"
            line, first = self._rows.execute(query).fetchone()
            notes.append(
                f"{self._shown}: {unknown} of {self._number('COUNT(*)')} rows are of articles that"
                f" the data set does not have and are left out (the first: {first!r} in"
                f" {self._unit} {line})"
            )
        if missing:
            notes.append(
                f"{self._shown}: {missing} of {articles} articles have no row and count as"
                f" failed (one of them: {least!r})"
            )
        return notes

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:  # noqa: ARG002 - part of the contract
        for article in articles:
            query = "SELECT output FROM row WHERE article = ?"
            found = self._rows.execute(query, (article.id,)).fetchone()
            if found:
                items, raw, error = json.loads(found[0])
                yield Output(tuple(items), raw, error=error)
            else:
                yield Output((), error=f"{self._shown} has no row for it")

    @property
    def _unit(self) -> str:
        return "row" if kind(str(self._copy)) == ".parquet" else "line"


def _row(record: Any) -> ItemsRow | RawRow:
    if isinstance(record, ValueError):
        raise record
    is_raw = (
        isinstance(record, dict)
        and record.get("items") is None
        and any(record.get(name) is not None for name in RAW)
    )
    # Rows of a run, which have a status, hold items that were taken apart already.
    if isinstance(record, dict) and "items" in record and "status" not in record:
        record = {**record, "items": _opened(record["items"])}
    return (RawRow if is_raw else ItemsRow).model_validate(record)


def _opened(items: Any) -> Any:
    """Items that came as a list in a string, or as a list that holds one.

    Raises:
        ValueError: they look like such a list, but cannot be taken apart for certain.
    """
    try:
        return opened(items)
    except UncertainListError as error:
        raise ValueError(f"items: {error}, or put the model's own text under 'raw'") from error


def _plain(fault: ErrorDetails) -> str:
    key = ".".join(map(str, fault["loc"]))
    message = _MESSAGES.get((key, fault["type"])) or _MESSAGES.get(("", fault["type"]))
    return f"{key + ': ' if key else ''}{message or fault['msg'].lower()}"
