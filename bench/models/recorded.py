"""Reads predictions of other programs from a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Annotated

from pydantic import Field, ValidationError

from bench.article import Article
from bench.component import ADDED
from bench.data.storage import readable
from bench.display import count
from bench.errors import DataError
from bench.models.base import Model, Output
from bench.models.harnesses import POSITION
from bench.models.id_readings import explain_mismatch
from bench.models.prediction_columns import (
    SYSTEM,
    ColumnReader,
    named_fields,
    repeated_remedy,
)
from bench.models.prediction_layouts import unwrapped
from bench.models.recorded_files import DELIMITERS, ID, Record, kind, records
from bench.models.recorded_rows import faults_of, row_of
from bench.models.recorded_table import IdAndLine, Match, RowTable
from bench.tasks import Task

_REPORTED = 20  # faults of a file that are reported; the rest are counted
_SEARCHED = 100  # articles whose values are compared with unmatched ids


@dataclass
class Recorded(Model):
    """A file with a row per article: its id, and the prediction.

    The id is in ``article`` (or ``id``, or ``article_id``); an integer is converted to its decimal
    string. The prediction is either ``items``, a list of strings, or a string in one of the columns
    ``RAW``, which ``bench.text.items`` parses; ``items`` takes precedence.
    ``items`` may be a list in a string, as pandas writes lists to CSV; an ambiguous one is an
    error. A null or NaN prediction is an empty list. Rows of the ``predictions`` of a run directory
    have this form; a row fails if its ``status`` says so.

    The format is JSON lines, unless the name ends in ``.csv`` or ``.tsv`` (with a header; ``items``
    is a JSON array in a cell), ``.parquet``, or ``.json`` for a single document, optionally with
    ``.gz``; a text file that is not JSON has one prediction per line. It may be a URL of a remote
    store. Rows without ids, where there are only predictions, are aligned with the articles by
    order. Layouts of other programs are recognised (``prediction_layouts``, ``harnesses``).

    Several rows of an article are samples of the system's output. A column ``sample`` with a whole
    number, different in each row of an article, orders them. Without it a second row is an error,
    unless ``samples`` says how many an article may have; they are numbered in the order of the
    file.

    An article without a row counts as failed. It is an error if no row matches an article of the
    dataset, or if an unmatched id resembles that of an article without a row.

    Args:
        file: a path or URL.
        columns: the columns by field: ``article`` (an empty one aligns by order), ``prediction``,
            ``system``.
        group_by: the column of ids, if each row is one item.
        system: the system whose rows count, if the file has rows of several.
        samples: the largest number of rows of an article without a column ``sample``.
        source: where the rows come from, as ``bench import`` records it; it is not read.

    Attributes:
        file: the path or URL of the file.
    """

    description = "what another program wrote: a file with rows of article and items, or raw text"
    tasks = ("summary", "questions")
    honors_item_count = False
    distributable = False
    excluded_from_signature = frozenset({"file", "samples", "source"})  # the content counts
    draws_at_random = False
    _numbered = False  # whether rows have the number of their sample; also of a bare subclass
    parses_text = True
    version = 2

    file: str
    columns: dict[str, str] | None = field(default=None, metadata=ADDED)
    group_by: str | None = field(default=None, metadata=ADDED)
    system: str | None = field(default=None, metadata=ADDED)
    samples: Annotated[int, Field(ge=1)] = 1
    source: dict[str, str] | None = None

    def __post_init__(self) -> None:
        self._source = readable(self.file)
        self._shown = self._source.url or self.file
        self._rows = RowTable()
        self._unnumbered: dict[str, int] = {}  # rows without a sample, if there may be several
        self._nulls = 0
        self._column = ID[0]
        self._unit = "line"
        self._guesses: list[str] = []
        columns = named_fields(self.columns or {})
        if self.system is not None:
            columns.setdefault(SYSTEM, SYSTEM)
        is_table = kind(str(self._source.path)) in DELIMITERS
        self._reader = ColumnReader(columns, self.group_by, self.system, is_table)
        with self._source.errors_renamed():
            self._read()  # so that a broken file is an error before the run starts
        if self._reader.in_order:  # then a row belongs to a position in the dataset
            vars(self)["sees_dataset"] = True

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
        for record in unwrapped(records(str(self._source.path)), self._guesses):
            self._unit = record.unit
            location = record.location(self._shown)
            try:
                if isinstance(record.value, ValueError):
                    raise record.value
                value = self._reader.row(record.value)
                if value is None and record.value is not None:  # of another system
                    continue
                row = row_of(value)
                self._take_in(record, row.article, row.sample_number, row.prediction())
            except ValidationError as error:
                faults = [f"{location}: {fault}" for fault in faults_of(error)]
            except ValueError as error:
                faults = [f"{location}: {error}"]
            else:
                self._nulls += row.nulls
                self._column = self._reader.column() or next(name for name in ID if name in value)
                continue
            found += len(faults)
            problems += faults[: max(0, _REPORTED - len(problems))]
        if problems:
            more = found - len(problems)
            raise DataError(problems + ([f"... and {more} more"] if more > 0 else []))
        if not len(self._rows):
            raise DataError(f"{self._shown}: {self._no_rows()}")

    def _no_rows(self) -> str:
        if self.system is not None:
            return f"no row of the system {self.system!r}"
        return (
            "no prediction rows; write a row for each article, with `article` and `items` or `raw`"
        )

    def _take_in(self, record: Record, article: str, number: int | None, output: Output) -> None:
        written = json.dumps([output.items, output.raw, output.error])
        sample = self._sample(article, number)
        first = self._rows.add(article, record.number, written, sample)
        if first is None:
            return
        if self.group_by:
            self._append(article, output)
            return
        what = "article" if number is None else f"sample {number} of article"
        if article.startswith(POSITION):
            what, article = what.replace("article", "position"), article.removeprefix(POSITION)
        where = "in row" if self._unit == "row" else "on line"
        row = record.value if isinstance(record.value, dict) else {}
        column = next((name for name in ID if name in row), self._column)
        remedy = "" if number is not None else f"; {repeated_remedy(row, column)}"
        raise ValueError(f"duplicate {what} {article!r} (first {where} {first}){remedy}")

    def _sample(self, article: str, number: int | None) -> int:
        """The number of the sample of a row, which may not say it.

        Raises:
            ValueError: the rows are numbered in part, or an article has too many.
        """
        if self.group_by:
            if number is not None:
                raise ValueError("sample: rows that are merged by a column cannot be samples, too")
            return 0
        if number is not None:
            self._numbered = True
            if self._unnumbered:
                raise ValueError("sample: earlier rows have none; number all rows or none")
            return number
        if self.samples == 1:
            return 0
        seen = self._unnumbered.get(article, 0)
        if self._numbered:
            raise ValueError("sample: missing, earlier rows have it; number all rows or none")
        if seen == self.samples:
            raise ValueError(f"article {article!r} has more than {self.samples} rows (`samples`)")
        self._unnumbered[article] = seen + 1
        return seen

    def sample_count(self, asked: int) -> int:  # noqa: ARG002 - the file has what it has
        return self._rows.samples if self.samples > 1 or self._numbered else 1

    def has_sample(self, article: Article, task: Task) -> bool:
        return self._rows.output(article.id, task.sample) is not None

    def _append(self, article: str, output: Output) -> None:
        """Add the items of a later row to those of its article."""
        items, _, error = json.loads(self._rows.output(article) or "[[], null, null]")
        both = [*items, *output.items]
        self._rows.replace(article, json.dumps([both, None, error or output.error]))

    def notes(self, dataset: Sequence[Article]) -> list[str]:
        """Notes on rows that do not match the dataset.

        Raises:
            DataError: no row matches an article of the dataset, or an id was probably altered.
        """
        self._align(dataset)
        match = self._rows.match(article.id for article in dataset)
        self._refuse_altered(match, dataset)
        notes = [f"{self._shown}: {guess}" for guess in (*self._guesses, *self._reader.notes)]
        if self.system is not None:
            column = self._reader.columns[SYSTEM]
            notes.append(
                f"{self._shown}: rows of the system {self.system!r} of the column {column!r}"
            )
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

    def _align(self, dataset: Sequence[Article]) -> None:
        """Give rows that have only a position the id of the article at that position.

        Raises:
            DataError: a position is not in the dataset, or the numbers of rows and articles differ.
        """
        if not self._reader.in_order:
            return
        ids = [article.id for article in dataset]
        rows = self._rows.positions(POSITION)
        if self._reader.counted:
            rows = self._without_blank_end(rows, len(ids))
        if self._reader.counted and len(rows) != len(ids):
            raise DataError(
                f"{self._shown}: {count(len(rows), 'row')} without ids for"
                f" {count(len(ids), 'article')}: rows are aligned with the articles by order, so"
                " the numbers must be equal; add a column `article` with the ids"
            )
        if max(rows, default=0) >= len(ids):
            raise DataError(
                f"{self._shown}: position {max(rows)}, from 0, is not in the dataset, which has"
                f" {count(len(ids), 'article')}; are the rows of another dataset?"
            )
        self._rows.rename((f"{POSITION}{row}", ids[row]) for row in rows)
        self._reader.in_order = False
        self._guesses.append(
            f"{count(len(rows), 'row')} aligned with the articles of the dataset by order"
        )

    def _without_blank_end(self, rows: list[int], articles: int) -> list[int]:
        """The positions without empty predictions at the end, as blank lines end a file."""
        kept = sorted(rows)
        while len(kept) > articles and self._is_blank(kept[-1]):
            self._rows.remove(f"{POSITION}{kept.pop()}")
        return kept

    def _is_blank(self, position: int) -> bool:
        items, raw, error = json.loads(
            self._rows.output(f"{POSITION}{position}") or "[[], null, null]"
        )
        return not (items or raw or error)

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

    def predict(self, articles: Sequence[Article], task: Task) -> Iterator[Output]:
        for article in articles:
            found = self._rows.output(article.id, task.sample)
            if found is not None:
                items, raw, error = json.loads(found)
                yield Output(tuple(items), raw, error=error)
            else:
                yield Output((), error=f"{self._shown} has no row for the article")
