"""Reads predictions of other programs from a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pydantic import ValidationError

from bench.article import Article
from bench.data.storage import readable
from bench.display import count
from bench.errors import DataError
from bench.models.base import Model, Output
from bench.models.id_readings import explain_mismatch
from bench.models.recorded_files import ID, kind, records
from bench.models.recorded_rows import faults_of, row_of
from bench.models.recorded_table import IdAndLine, Match, RowTable
from bench.tasks import Task

_REPORTED = 20  # faults of a file that are reported; the rest are counted
_SEARCHED = 100  # articles whose values are compared with unmatched ids


@dataclass
class Recorded(Model):
    """A file with a row per article: its id, and the prediction.

    The id is in ``article`` (or ``id``, or ``article_id``); an integer is converted to its decimal
    string. The prediction is either ``items``, a list of strings, or a string ``raw``,
    ``prediction`` or ``output``, which ``bench.text.items`` parses; ``items`` takes precedence.
    ``items`` may be a list in a string, as pandas writes lists to CSV; an ambiguous one is an
    error. A null or NaN prediction is an empty list. Rows of the ``predictions`` of a run directory
    have this form; a row fails if its ``status`` says so.

    The format is JSON lines, unless the name ends in ``.csv`` or ``.tsv`` (with a header; ``items``
    is a JSON array in a cell), ``.parquet``, or ``.json`` for a single array, optionally with
    ``.gz``. It may be a URL of a remote store.

    An article without a row counts as failed. It is an error if no row matches an article of the
    dataset, or if an unmatched id resembles that of an article without a row.

    Attributes:
        file: the path or URL of the file.
    """

    description = "what another program wrote: a file with rows of article and items, or raw text"
    tasks = ("summary", "questions")
    honors_item_count = False
    distributable = False
    excluded_from_signature = frozenset({"file"})  # its content counts, not its path
    parses_text = True
    version = 2

    file: str

    def __post_init__(self) -> None:
        self._source = readable(self.file)
        self._shown = self._source.url or self.file
        self._rows = RowTable()
        self._nulls = 0
        self._column = ID[0]
        with self._source.errors_renamed():
            self._read()  # so that a broken file is an error before the run starts

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the file, for the signature."""
        with self._source.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:16]

    def _read(self) -> None:
        """Read all rows.

        Raises:
            DataError: the file cannot be read or has no rows; or one line for each invalid row and
                each duplicate article.
        """
        problems: list[str] = []
        found = 0
        for number, record in records(str(self._source.path)):
            location = f"{self._shown}:{number}"
            try:
                row = row_of(record)
                self._take_in(number, row.article, row.prediction())
            except ValidationError as error:
                faults = [f"{location}: {fault}" for fault in faults_of(error)]
            except ValueError as error:
                faults = [f"{location}: {error}"]
            else:
                self._nulls += row.nulls
                self._column = next(name for name in ID if name in record)
                continue
            found += len(faults)
            problems += faults[: max(0, _REPORTED - len(problems))]
        if problems:
            more = found - len(problems)
            raise DataError(problems + ([f"... and {more} more"] if more > 0 else []))
        if not len(self._rows):
            raise DataError(
                f"{self._shown}: no prediction rows; write a row for each article, with"
                " `article` and `items` or `raw`"
            )

    def _take_in(self, number: int, article: str, output: Output) -> None:
        written = json.dumps([output.items, output.raw, output.error])
        first = self._rows.add(article, number, written)
        if first is not None:
            where = "in row" if self._unit == "row" else "on line"
            raise ValueError(f"duplicate article {article!r} (first {where} {first})")

    def notes(self, dataset: Sequence[Article]) -> list[str]:
        """Notes on rows that do not match the dataset.

        Raises:
            DataError: no row matches an article of the dataset, or an id was probably altered.
        """
        match = self._rows.match(article.id for article in dataset)
        self._refuse_altered(match, dataset)
        notes = []
        if self._nulls:
            notes.append(f"{self._shown}: {count(self._nulls, 'null item')} dropped")
        if match.unknown_count:
            line, first = match.unknown[0][1], match.unknown[0][0]
            rows = count(match.rows, "row")
            notes.append(
                f"{self._shown}: {match.unknown_count} of {rows} skipped: not of an"
                f" article in the dataset (the first: {first!r} in {self._unit} {line})"
            )
        if match.missing_count:
            articles = count(match.articles, "article")
            notes.append(
                f"{self._shown}: {match.missing_count} of {articles} without a"
                f" row, counted as failed (one of them: {match.missing[0]!r})"
            )
        return notes

    def _refuse_altered(self, match: Match, dataset: Sequence[Article]) -> None:
        """Refuse ids that were probably altered: their articles would score 0.

        Raises:
            DataError: as ``notes`` does.
        """
        if match.unknown_count == match.rows:
            raise DataError(
                f"{self._shown}: none of its {match.rows} rows matches an article of the dataset:"
                f" its ids are {self._listed(match.unknown)}; the dataset's are"
                f" {', '.join(f'{name!r:.60}' for name in match.missing)}."
                f" {self._explained(match, dataset)}"
            )
        if match.near:
            rows = self._listed(location for location, _ in match.near)
            raise DataError(
                f"{self._shown}: unmatched rows resemble articles without a row:"
                f" {rows}. {self._explained(match, dataset)} If they belong to other articles,"
                " remove them."
            )
        if match.absent:
            raise DataError(
                f"{self._shown}: rows without an id: {self._listed(match.absent)}; add the"
                " id of their article, or remove them"
            )

    def _explained(self, match: Match, dataset: Sequence[Article]) -> str:
        """The probable reason of the mismatch, with the remedy."""
        for (row, _), article in match.near:
            if found := explain_mismatch(row, article, self._column):
                return f"{found.says[:1].upper()}{found.says[1:]}. To fix: {found.mend}."
        for other in islice(dataset, _SEARCHED):
            for column, value in (("title", other.title), *other.extra.items()):
                if isinstance(value, str | int) and self._rows.output(str(value)) is not None:
                    return (
                        f"They are values of the dataset's column {column!r}: read its ids from"
                        f" there with --columns id={column}."
                    )
        return (
            f"The column {self._column!r} must have ids of the dataset; if the dataset has them"
            " in another column than `id`, use --columns id=COLUMN."
        )

    def _listed(self, rows: Iterable[IdAndLine]) -> str:
        return ", ".join(f"{name!r:.60} ({self._unit} {line})" for name, line in rows)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:  # noqa: ARG002 - part of the contract
        for article in articles:
            found = self._rows.output(article.id)
            if found is not None:
                items, raw, error = json.loads(found)
                yield Output(tuple(items), raw, error=error)
            else:
                yield Output((), error=f"{self._shown} has no row for the article")

    @property
    def _unit(self) -> str:
        return "row" if kind(str(self._source.path)) == ".parquet" else "line"
