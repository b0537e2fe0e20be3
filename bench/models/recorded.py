"""Predictions that another program wrote, read from a file."""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, from_json

from bench.article import Article, NonBlank, Text
from bench.errors import DataError
from bench.models.base import Model, Output
from bench.tasks import Task
from bench.text.items import items_from

_REPORTED = 20  # faults shown of a broken file; the rest are counted
_RAW = ("raw", "prediction", "output")
_MESSAGES = {
    ("", "list_type"): "input should be a valid array",
    ("", "model_type"): "a row has named values, article and items",
    ("items", "missing"): f"field required, or one of {', '.join(_RAW)}",
}
_COLUMNS = ("article", "id", "article_id", "items", *_RAW)
_GAP = re.compile(r"\s*[\[,]\s*(?!\]|\s)")  # what stands before an element of an array
_DELIMITERS = {".csv": ",", ".tsv": "\t"}

Record = tuple[int, Any]
"""Line or row number, and what stands there; a ``ValueError`` where it cannot be read."""


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

    raw: Text = Field(validation_alias=AliasChoices(*_RAW))

    def prediction(self) -> Output:
        """What the model wrote, taken apart, or that it failed."""
        return self.output(items_from(self.raw), self.raw)


@dataclass
class Recorded(Model):
    """A file with a row for each article: its id, and what was written for it.

    The id is called ``article`` (or ``id``, or ``article_id``). What was written is either
    ``items``, a list of strings, or one string called ``raw``, ``prediction`` or ``output``, which
    ``bench.text.items`` takes apart; ``items`` count where a row has both. The rows of a run
    directory's ``predictions`` are such rows, and fail where their ``status`` is ``error``.

    A file is JSON lines, unless its name ends in ``.csv`` or ``.tsv`` (with a header; ``items`` is
    a JSON array in its cell), ``.parquet``, or ``.json`` and it is one array. ``.gz`` may follow.

    An article that the file does not have counts as failed.
    """

    description = "what another program wrote: a file with rows of article and items, or raw text"
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
    def rows(self) -> dict[str, tuple[int, Output]]:
        """Line (of Parquet: row, from 1) and output of each article.

        Raises:
            DataError: the file cannot be read or has no rows; or one line for each row that cannot
                be used and each repeated article.
        """
        found: dict[str, tuple[int, Output]] = {}
        problems = []
        for number, record in self._records():
            place = f"{self.file}:{number}"
            try:
                row = _row(record)
            except ValidationError as error:
                problems += [f"{place}: {_plain(fault)}" for fault in error.errors()]
                continue
            except ValueError as error:
                problems.append(f"{place}: {error}")
                continue
            if row.article in found:
                first = f"{self._unit} {found[row.article][0]}"
                problems.append(f"{place}: article {row.article!r} stands in {first} already")
            else:
                found[row.article] = (number, row.prediction())
        if problems:
            more = len(problems) - _REPORTED
            raise DataError(problems[:_REPORTED] + ([f"... and {more} more"] if more > 0 else []))
        if not found:
            raise DataError(f"{self.file}: no prediction rows in it")
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
                f" data set does not have and are left out (the first: {first!r} in"
                f" {self._unit} {line})"
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
                yield self.rows[article.id][1]
            else:
                yield Output((), error=f"{self.file} has no row for it")

    @cached_property
    def _content(self) -> bytes:
        try:
            return Path(self.file).read_bytes()
        except OSError as error:
            raise DataError(f"{self.file}: cannot be read: {error.strerror}") from error

    @property
    def _format(self) -> str:
        return Path(self.file.lower().removesuffix(".gz")).suffix

    @property
    def _unit(self) -> str:
        return "row" if self._format == ".parquet" else "line"

    def _records(self) -> Iterator[Record]:
        try:
            content = self._content
            if self.file.lower().endswith(".gz"):
                content = gzip.decompress(content)
            content = content.removeprefix(codecs.BOM_UTF8)
            if self._format == ".parquet":
                return _of_parquet(content)
            if self._format in _DELIMITERS:
                return _of_table(content.decode(), _DELIMITERS[self._format])
            if self._format == ".json" and content.lstrip().startswith(b"["):
                return _of_array(content.decode())
            return _of_lines(content)
        except UnicodeDecodeError as error:
            raise DataError(
                f"{self.file}: byte {error.start} is not UTF-8; convert the file"
            ) from error
        except (OSError, EOFError, zlib.error, ValueError) as error:
            raise DataError(f"{self.file}: cannot be read: {error}") from error


def _row(record: Any) -> ItemsRow | RawRow:
    if isinstance(record, ValueError):
        raise record
    is_raw = (
        isinstance(record, dict)
        and record.get("items") is None
        and any(record.get(name) is not None for name in _RAW)
    )
    return (RawRow if is_raw else ItemsRow).model_validate(record)


def _of_lines(content: bytes) -> Iterator[Record]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, _json(line)


def _of_array(text: str) -> Iterator[Record]:
    try:
        json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        yield getattr(error, "lineno", 1), ValueError(f"invalid json: {error}")
        return
    decoder = json.JSONDecoder()
    number, at = 1, 0
    while gap := _GAP.match(text, at):
        number += text.count("\n", at, gap.end())
        row, end = decoder.raw_decode(text, gap.end())
        yield number, row
        number += text.count("\n", gap.end(), end)
        at = end


def _of_table(text: str, delimiter: str) -> Iterator[Record]:
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    number = 1
    try:
        for cells in reader:
            if header and cells:
                yield number, _cells(header, cells)
            header = header or cells
            number = reader.line_num + 1
    except csv.Error as error:
        yield number, ValueError(error)


def _cells(header: list[str], cells: list[str]) -> Any:
    if len(cells) != len(header):
        return ValueError(f"{len(cells)} cells where the header has {len(header)}")
    twice = [name for name in _COLUMNS if header.count(name) > 1]
    if twice:
        return ValueError(f"the header has {twice[0]!r} more than once")
    row: dict[str, Any] = dict(zip(header, cells, strict=True))
    items = row.pop("items", "").strip()
    if items:
        parsed = _json(items)
        row["items"] = items if isinstance(parsed, ValueError) else parsed
    return row


def _of_parquet(content: bytes) -> Iterator[Record]:
    from pyarrow import parquet

    return enumerate(parquet.read_table(BytesIO(content)).to_pylist(), start=1)


def _json(text: str | bytes) -> Any:
    try:
        return from_json(text)
    except ValueError as error:
        return ValueError(f"invalid json: {error}")


def _plain(fault: ErrorDetails) -> str:
    key = ".".join(map(str, fault["loc"]))
    message = _MESSAGES.get((key, fault["type"])) or _MESSAGES.get(("", fault["type"]))
    return f"{key + ': ' if key else ''}{message or fault['msg'].lower()}"
